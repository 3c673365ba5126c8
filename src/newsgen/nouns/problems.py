"""What a comparison of an output with its manifest and a clean build finds."""

from __future__ import annotations

from dataclasses import dataclass

#: What can be wrong with a file, in words, and what to do.
KINDS = {
    "missing": ("is missing", "`newsgen build --clean` writes it"),
    "changed": (
        "was changed by hand",
        "`newsgen build --clean` puts it right; what is to stand there belongs into content/, templates/ or static/",
    ),
    "foreign": (
        "was not written by newsgen and stands where a page must be",
        "move it to static/ or delete it, then `newsgen build --clean`",
    ),
    "unfinished": ("waits for a build to make it", "`newsgen build` makes it, or says what it waits for"),
    "outdated": (
        "is not what the sources give",
        "the sources, the time or newsgen changed after the last build, as far as the cache knows: `newsgen build`",
    ),
    "orphan": (
        "is left over: no page is for it",
        "`newsgen build --clean` removes it; please report it, a build should have",
    ),
    "different": (
        "differs from a clean build",
        "`newsgen build --clean` puts it right; please report it, a build should have",
    ),
    "failing": ("cannot be compared: a clean build fails to make it", "`newsgen build` says why"),
    "diagnostic": (
        "has another diagnostic than in a clean build",
        "`newsgen build --clean` puts it right; please report it, a build should have",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` of a file in the output; for a diagnostic, its place in the sources. `detail`: which diagnostic."""

    kind: str
    path: str
    detail: str = ""

    @property
    def words(self) -> str:
        return KINDS[self.kind][0] + (f": {self.detail}" if self.detail else "")

    @property
    def hint(self) -> str:
        return KINDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `clock` says where `now`, the time of the clean build, is from: request, build or clock."""

    problems: tuple[Problem, ...]
    files: int  # that were compared
    others: tuple[str, ...]  # files in the output that newsgen did not write; a sample does not look for them
    now: str
    clock: str
    sample: int  # how many files were asked for, 0 if all
    has_ledger: bool = False  # whether the clean build had one

    @property
    def status(self) -> int:
        return 1 if self.problems else 0
