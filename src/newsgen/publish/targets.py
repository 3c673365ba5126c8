"""Where a site is published: the targets of newsgen.yaml by name, and one that is given as a path or an address."""

from __future__ import annotations

import os
from pathlib import Path

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.folder import FolderMachine
from newsgen.publish.place import Place
from newsgen.publish.releases import KEEP, Releases
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
    if "/" not in named and "\\" not in named and named not in (".", ".."):
        known = ", ".join(f"`{target.name}`" for target in config.publish) or "none"
        raise NewsgenError(
            f"newsgen.yaml has no target `{named}` under `publish` (it has {known}); a folder: `./{named}`"
        )
    return Target("", named)


def place_of(target: Target, root: Path, *, keep: int | None = None) -> Place:
    """The place of a target; paths are relative to the site folder. Raises: NewsgenError."""
    address, kept = target.address, target.keep if keep is None else keep
    if address.startswith("s3://"):
        return _bucket_of(target)
    if "://" in address:
        raise NewsgenError(f"newsgen cannot publish to `{address}`: write a folder, or s3://BUCKET/FOLDER")
    folder = Path(os.path.abspath(root / Path(address).expanduser()))
    if what := _what_lies_there(folder, Path(os.path.abspath(root))):
        raise NewsgenError(f"`{address}` is no place to publish to: it is {what}")
    return Releases(FolderMachine(folder), name=address, keep=KEEP if kept is None else kept)


def _bucket_of(target: Target) -> Place:
    from newsgen.publish.bucket import Bucket
    from newsgen.publish.s3 import S3Place

    bucket, _, prefix = target.address.removeprefix("s3://").strip("/").partition("/")
    if not bucket:
        raise NewsgenError(f"`{target.address}` names no bucket: write s3://BUCKET or s3://BUCKET/FOLDER")
    opened = Bucket.of(bucket, prefix, name=target.address, endpoint=target.endpoint, region=target.region)
    return S3Place(opened, name=target.address, is_compressed=target.compress)


def _what_lies_there(folder: Path, root: Path) -> str:
    """What of the site a folder is, in words; "" if it is none of it."""
    if folder == root:
        return "the site folder"
    if root.is_relative_to(folder):
        return "above the site, and holds the site folder"
    own = {name: f"the site's own `{name}`" for name in ("content", "templates", "static", "ledger", ".newsgen")}
    own["site"] = "the output, which lies there before it is published"
    return own.get(folder.relative_to(root).parts[0], "") if folder.is_relative_to(root) else ""
