"""Where a site is published: the targets of newsgen.yaml by name, and one that is given as a path or an address."""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from pathlib import Path

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.commit import git
from newsgen.publish.connection import Address, address_of
from newsgen.publish.folder import FolderMachine
from newsgen.publish.place import Place
from newsgen.publish.releases import KEEP, LEAST, Releases
from newsgen.settings.config import Config, Target

#: The target that is meant where none is named.
USUAL = "live"


def target_of(config: Config, named: str) -> Target:
    """The target of this name, or the path or address itself. Raises: NewsgenError."""
    for target in config.publish:
        if target.name == (named or USUAL):
            return target
    if not named:
        known = ", ".join(f"`{target.name}`" for target in config.publish)
        words = f"there are {known}: name one" if known else "write `publish: {live: /srv/news}` into newsgen.yaml"
        raise NewsgenError(f"no target is named, and newsgen.yaml has no `{USUAL}` under `publish`; {words}")
    if not re.search(r"[/\\:]|^\.+$", named):
        known = ", ".join(f"`{target.name}`" for target in config.publish) or "none"
        raise NewsgenError(
            f"newsgen.yaml has no target `{named}` under `publish` (it has {known}); a folder: `./{named}`"
        )
    return Target("", named)


def place_of(target: Target, root: Path, *, keep: int | None = None) -> Place:
    """The place of a target; paths are relative to the site folder. Raises: NewsgenError."""
    address, kept = target.address, keep or target.keep or KEEP
    if address.startswith("s3://"):
        return _bucket_of(target)
    if address.startswith("git:"):
        return _branch_of(target, root, keep=kept)
    if server := address_of(address):
        return _server_of(server, keep=kept)
    if "://" in address:
        raise NewsgenError(
            f"newsgen cannot publish to `{address}`: write a folder, ssh://USER@HOST/FOLDER, s3://BUCKET/FOLDER,"
            " or git:REPOSITORY#BRANCH"
        )
    folder = Path(os.path.abspath(root / Path(address).expanduser()))
    if what := _what_lies_there(folder, Path(os.path.abspath(root))):
        raise NewsgenError(f"`{address}` is no place to publish to: it is {what}")
    if folder == Path.home() or not folder.parent.is_dir():
        what = "it is your home folder" if folder == Path.home() else f"there is no folder {folder.parent}"
        raise NewsgenError(f"`{address}` is no place to publish to: {what}")
    return Releases(FolderMachine(folder), name=address, keep=kept)


def _server_of(address: Address, *, keep: int) -> Place:
    """By the command of the variable NEWSGEN_SSH, as `ssh -F config`, or by `ssh`."""
    from newsgen.publish.ssh import SshMachine

    machine = SshMachine(address, command=os.environ.get("NEWSGEN_SSH", "ssh"))
    return Releases(machine, name=address.written, keep=keep)


def _bucket_of(target: Target) -> Place:
    from newsgen.publish.bucket import Bucket
    from newsgen.publish.s3 import S3Place

    bucket, _, prefix = target.address.removeprefix("s3://").strip("/").partition("/")
    if not bucket:
        raise NewsgenError(f"`{target.address}` names no bucket: write s3://BUCKET or s3://BUCKET/FOLDER")
    opened = Bucket.of(bucket, prefix, name=target.address, endpoint=target.endpoint, region=target.region)
    return S3Place(opened, name=target.address, is_compressed=target.compress)


def _branch_of(target: Target, root: Path, *, keep: int) -> Place:
    """`git:origin#gh-pages`: a remote of the site's own repository by its name, an address, or a path."""
    from newsgen.publish.branch import USUAL, BranchPlace

    remote, _, branch = target.address.removeprefix("git:").partition("#")
    if not remote:
        raise NewsgenError(f"`{target.address}` names no repository: write git:origin#{USUAL}")
    known = git(root, "config", f"remote.{remote}.url")
    where = known or remote
    if "://" not in where and ":" not in where.partition("/")[0]:
        where = str((root / where).absolute())
    name = blake2b(f"{where}#{branch or USUAL}".encode(), digest_size=6).hexdigest()
    repository = root / ".newsgen" / "targets" / f"{name}.git"
    return BranchPlace(repository.absolute(), where, branch or USUAL, name=target.address, keep=max(LEAST, keep))


def _what_lies_there(folder: Path, root: Path) -> str:
    """What of the site a folder is, in words; "" if it is none of it."""
    if folder == root:
        return "the site folder"
    if root.is_relative_to(folder):
        return "above the site, and holds the site folder"
    own = {name: f"the site's own `{name}`" for name in ("content", "templates", "static", "ledger", ".newsgen")}
    own["site"] = "the output, which lies there before it is published"
    return own.get(folder.relative_to(root).parts[0], "") if folder.is_relative_to(root) else ""
