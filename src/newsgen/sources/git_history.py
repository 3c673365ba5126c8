"""The site as it was at a commit: at which one a change begins, its files, and what was renamed since."""

# What a change adds is told by the site at the commit where its branch left the other one, the merge base. That site is
# laid out in a folder of its own. What git knows to be the same in the work tree is copied from there, so that no
# filter runs and no large file is fetched; of what differs, the bytes are those that git keeps. Nothing of the
# repository is written, not even the times in its index.
#
# Proved by test_only_what_a_change_adds_counts, test_renamed_files_keep_their_faults,
# test_a_shallow_clone_says_what_to_fetch, test_a_site_in_a_folder_of_its_repository,
# test_content_that_is_a_submodule_is_taken_as_it_was.

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from newsgen.nouns.diagnostics import NewsgenError

_LINK, _SUBMODULE = "120000", "160000"
_DIFF = ("-c", "diff.autoRefreshIndex=false", "diff", "--name-status")
_WHOLE = "; this clone is shallow: write `fetch-depth: 0` in the workflow, or run `git fetch --unshallow`"


class Since(msgspec.Struct, frozen=True):
    """A commit; and what was renamed since, from the old path to the new one."""

    commit: str
    renamed: dict[str, str]


def since(root: Path, revision: str) -> Since:
    """The commit at which HEAD left a revision. Raises: NewsgenError if git cannot tell."""
    _git(root, "rev-parse", "--git-dir")
    if revision.startswith("-") or not _said(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
        raise NewsgenError(f"`{revision}` is no commit of this repository{_if_shallow(root)}")
    if not (commit := _said(root, "merge-base", revision, "HEAD")):
        raise NewsgenError(f"`{revision}` and HEAD have no commit in common{_if_shallow(root)}")
    return Since(commit, {old: new for old, new in _changed(root, commit).items() if new})


def lay_out(root: Path, commit: str, names: Sequence[str], target: Path) -> None:
    """Writes these files and folders of a site, all of them if there are none, as they were at a commit."""
    changed = _changed(root, commit)
    with _blobs(root) as read:
        for mode, blob, path in _entries(root, commit, names):
            to = target / path
            to.parent.mkdir(parents=True, exist_ok=True)
            if mode == _SUBMODULE:
                if (root / path / ".git").exists():
                    lay_out(root / path, blob, (), to)
            elif path not in changed and os.path.lexists(root / path):
                shutil.copy2(root / path, to, follow_symlinks=False)
            elif mode == _LINK:
                to.symlink_to(os.fsdecode(read(blob)))
            else:
                to.write_bytes(read(blob))


def _entries(root: Path, commit: str, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Mode, id of the bytes and path of each file of a commit, below a folder."""
    for line in _git(root, "ls-tree", "-r", "-z", commit, "--", *names).split(b"\0")[:-1]:
        figures, _, path = line.partition(b"\t")
        mode, _, blob = figures.decode().split()
        yield mode, blob, os.fsdecode(path)


def _changed(root: Path, commit: str) -> dict[str, str]:
    """The paths of a commit whose files are others in the work tree; and the new path, if one was renamed."""
    words = _git(root, *_DIFF, "-z", "--find-renames", "--relative", commit, "--", ".").split(b"\0")
    paths, renamed = iter([os.fsdecode(word) for word in words[:-1]]), {}
    for status in paths:
        old = next(paths)
        renamed[old] = next(paths) if status.startswith("R") else ""
    return renamed


# ---- git
@contextmanager
def _blobs(root: Path) -> Iterator[Callable[[str], bytes]]:
    """What reads the bytes that git keeps, by their id: one process for all of them."""
    with subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=root, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:

        def read(blob: str) -> bytes:
            if process.stdin is None or process.stdout is None:
                raise NewsgenError("git cannot tell what was here before")
            process.stdin.write(f"{blob}\n".encode())
            process.stdin.flush()
            size = process.stdout.readline().split()[-1]
            if not size.isdigit():
                raise NewsgenError(f"git cannot tell what was here before: it has no object {blob}")
            return process.stdout.read(int(size) + 1)[:-1]  # a line end follows

        yield read


def _said(root: Path, *arguments: str) -> str:
    """What git says, "" if it does not."""
    answer = _run(root, arguments)
    return answer.stdout.decode().strip() if not answer.returncode else ""


def _git(root: Path, *arguments: str) -> bytes:
    """What git says. Raises: NewsgenError, with its words, if it fails."""
    answer = _run(root, arguments)
    if answer.returncode:
        words = " ".join(answer.stderr.decode("utf-8", "replace").split()).removeprefix("fatal: ")
        raise NewsgenError(f"git cannot tell what was here before: {words}")
    return answer.stdout


def _run(root: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise NewsgenError("git is needed to tell what was here before, and it is not installed") from None


def _environment() -> dict[str, str]:
    """A hook of git has its repository and an index of its own there: what is asked for is the folder."""
    own = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    return own | {"LC_ALL": "C"}


_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


def _if_shallow(root: Path) -> str:
    return _WHOLE if _said(root, "rev-parse", "--is-shallow-repository") == "true" else ""
