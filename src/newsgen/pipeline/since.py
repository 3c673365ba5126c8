"""A check in which only that counts which a change adds: what the site had before is told apart."""

# The site is checked as it stands in the work tree, and once more as it was where the branch began, with the same
# ledger, cache and time. Of both, faults are compared by file, id and what they are about; not by line, for lines move,
# nor by numbers, such as of pages that a fault shows on. A fault that stands twice is two: of several alike, those on
# lines that were there are taken for the old ones.
#
# Proved by test_only_what_a_change_adds_counts, test_lines_that_move_add_nothing,
# test_one_more_of_what_was_there_is_one_more, test_what_is_not_in_git_counts_too.

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from newsgen.nouns.diagnostics import Diagnostic, NewsgenError, Part
from newsgen.nouns.messages import Value
from newsgen.nouns.results import BuildResult
from newsgen.pipeline.request import CONFIG_NAME, REDIRECTS_NAME, Progress, Request
from newsgen.pipeline.run import check
from newsgen.sources import git_history

#: What a site is made from, and what another machine may have of it that git does not.
_SOURCES = (CONFIG_NAME, REDIRECTS_NAME, "content", "templates", "static")
_LEDGER = "ledger"
#: Numbers that a change elsewhere changes.
_MOVING = ("count", "first", "last", "line", "lines", "more", "number")
#: Parameters that name one of many, which a change elsewhere makes another, by id.
_EXAMPLES = {"template-failed": "url"}

LineOf = Callable[[str, int], str]  #: path and line to the source line
_Fault: TypeAlias = tuple[str, str, str]


def check_since(
    request: Request, revision: str, *, render: bool = False, progress: Progress | None = None
) -> BuildResult:
    """What `check` says, without what the site said already where HEAD left a revision: that is in `known`.

    Raises: NewsgenError as `check` does, and if git cannot tell.
    """
    since = git_history.since(request.root, revision)
    # One time for both, or what comes due in between would be of the change.
    request = replace(request, now=request.now or datetime.now(UTC).isoformat())
    result = check(request, render=render, progress=progress)
    with tempfile.TemporaryDirectory(prefix="newsgen-since-") as name:
        folder = Path(name)
        git_history.lay_out(request.root, since.commit, _SOURCES, folder)
        if (request.root / _LEDGER).is_dir():
            shutil.copytree(request.root / _LEDGER, folder / _LEDGER)
        site = replace(request, root=folder, cache=request.cache_folder, output=request.output_folder)
        try:
            before = check(site, render=render, progress=progress)
        except NewsgenError as fault:
            before = BuildResult(fault.diagnostics, {}, {}, 0.0)
        lines = _lines_below(request.root), _lines_below(folder)
        return replace(added(result, before, renamed=since.renamed, lines=lines), since=since.commit)


def added(
    result: BuildResult, before: BuildResult, *, renamed: Mapping[str, str], lines: tuple[LineOf, LineOf]
) -> BuildResult:
    """The result without what an earlier one has; `lines` reads the lines of both sites."""
    known, new = _parted(result.diagnostics, before.diagnostics, renamed, lines)
    was_left_out, was_last_good = ({renamed.get(p, p) for p in paths} for paths in (before.left_out, before.last_good))
    return replace(
        result,
        diagnostics=new,
        known=known,
        lost=tuple(url for url in result.lost if url not in before.lost),
        left_out=tuple(path for path in result.left_out if path not in was_left_out),
        last_good=tuple(path for path in result.last_good if path not in was_last_good),
    )


def _parted(
    diagnostics: Iterable[Diagnostic],
    before: Iterable[Diagnostic],
    renamed: Mapping[str, str],
    lines: tuple[LineOf, LineOf],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Those that were there before, and those that were not; both in their order."""
    old: dict[_Fault, list[Diagnostic]] = defaultdict(list)
    for one in before:
        old[_fault(one, renamed)].append(one)
    groups: dict[_Fault, list[Diagnostic]] = defaultdict(list)
    for one in diagnostics:
        groups[_fault(one, {})].append(one)
    known: set[Diagnostic] = set()
    for fault, alike in groups.items():
        there = old.get(fault, [])
        known.update(alike if len(there) >= len(alike) else _oldest(alike, there, lines))
    return tuple(d for d in diagnostics if d in known), tuple(d for d in diagnostics if d not in known)


def _oldest(
    alike: Sequence[Diagnostic], there: Sequence[Diagnostic], lines: tuple[LineOf, LineOf]
) -> Iterator[Diagnostic]:
    """As many of these as were there before, those first whose lines were there."""
    line_of, old_line_of = lines
    left = Counter(old_line_of(one.location.path, one.location.line) for one in there)
    others = []
    for one in alike if there else ():
        line = line_of(one.location.path, one.location.line)
        if left[line]:
            left[line] -= 1
            yield one
        else:
            others.append(one)
    yield from others[: left.total()]


def _fault(diagnostic: Diagnostic, renamed: Mapping[str, str]) -> _Fault:
    """What makes two faults the same one: file, case, and what it is about."""
    path = diagnostic.location.path
    moving = (*_MOVING, _EXAMPLES.get(diagnostic.id, ""))
    about = [(name, _lasting(value, renamed)) for name, value in diagnostic.subject if name not in moving]
    return renamed.get(path, path), diagnostic.key.removesuffix("/more"), repr(about)


def _lasting(value: Value, renamed: Mapping[str, str]) -> object:
    """A parameter without what moves: lines of other places, and the old names of files."""
    if isinstance(value, str):
        path = re.sub(r":\d+(?::\d+)?$", "", value)
        return renamed.get(path, path)
    if isinstance(value, tuple):
        return [_lasting(item, renamed) for item in value]
    if isinstance(value, Part):
        return value.key, [(name, _lasting(v, renamed)) for name, v in value.parameters if name not in _MOVING]
    return value


def _lines_below(folder: Path) -> LineOf:
    kept: dict[str, list[str]] = {}

    def line_of(path: str, line: int) -> str:
        if path not in kept:
            file = folder / path
            kept[path] = file.read_text("utf-8", "replace").splitlines() if file.is_file() else []
        return kept[path][line - 1] if 0 < line <= len(kept[path]) else ""

    return line_of
