"""Which commit of the content is published, and whether it is older than another one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec


class Commit(msgspec.Struct, frozen=True):
    """The commit that is checked out; `is_dirty`: something differs from it besides the ledger."""

    id: str = ""
    is_dirty: bool = False


def commit_of(root: Path) -> Commit:
    """Of the site folder; an empty one outside of git, or where git cannot be asked."""
    id_ = git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    if not id_:
        return Commit()
    return Commit(
        id_, bool(git(root, "status", "--porcelain", "--untracked-files=normal", "--", ".", ":(exclude)ledger"))
    )


def is_before(root: Path, commit: str, other: str) -> bool | None:
    """Whether a commit is an ancestor of another one, or the same; None if git cannot tell, as in a shallow clone."""
    if commit == other:
        return True
    status = _status(root, "merge-base", "--is-ancestor", commit, other)
    return {0: True, 1: False}.get(status)


def git(root: Path, *arguments: str) -> str:
    """What git says in a folder, "" where it refuses or is not there."""
    try:
        done = subprocess.run(("git", "-C", root, *arguments), capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _status(root: Path, *arguments: str) -> int:
    try:
        return subprocess.run(("git", "-C", root, *arguments), capture_output=True, check=False).returncode
    except OSError:
        return -1
