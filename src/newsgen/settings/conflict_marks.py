"""What git leaves in the place of what an author wrote: the marks of a merge that it could not make, and the pointer of
a file that Git LFS was not asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose

#: Rule: git-merge, "How conflicts are presented"; git's own look-out for them (`git diff --check`) wants exactly seven
#: signs, and a space or the end of the line behind them.
_MARK = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)
_OF_BYTES = re.compile(rb"(?:^|[\r\n])<{7}(?=[ \r\n]|\Z)")
#: Rule: github.com/git-lfs/git-lfs, docs/spec.md, "The Pointer": less than 1024 bytes, which begin so.
_POINTER = b"version https://git-lfs.github.com/spec/"
POINTER_BYTES = 1024
_SHOWN = 6  # lines named one by one


def may_hold(data: bytes) -> bool:
    """Whether a closer look at the text is worth its time."""
    return b"<<<<<<<" in data


def is_pointer(data: bytes) -> bool:
    """Whether these bytes are the pointer of Git LFS, not the file itself."""
    return len(data) < POINTER_BYTES and data.startswith(_POINTER)


def begins_in(data: bytes) -> bool:
    """Whether a line of these bytes is the first mark of a conflict."""
    return b"<<<<<<<" in data and _OF_BYTES.search(data) is not None


def without_pre(text: str) -> str:
    """The text with what stands in `<pre>` as empty lines: a text about git may show a conflict there."""
    out: list[str] = []
    end = 0
    lower = text.lower()
    while (start := lower.find("<pre", end)) >= 0 and (close := lower.find("</pre", start)) >= 0:
        out += (text[end:start], "\n" * text.count("\n", start, close))
        end = close
    return "".join(out) + text[end:]


def told(text: str, path: str, *, first_line: int = 1) -> Diagnostic | None:
    """The error of a text with a conflict in it, at the first mark; None if there is none.

    `text` begins in line `first_line` of the file. A line of `=` alone is no sign of one: headings have it.
    """
    if "<<<<<<<" not in text or not (offsets := list(_marks(text))):
        return None
    lines, line, at = [], first_line, 0
    for offset in offsets:
        line, at = line + text.count("\n", at, offset), offset
        lines.append(line)
    place, last = Location(path, lines[0]), lines[-1]
    if len(lines) > _SHOWN:
        return diagnose(place, "conflict-mark/many", count=len(lines), first=lines[0], last=last)
    if len(lines) == 1:
        return diagnose(place, "conflict-mark/one", last=last)
    return diagnose(place, "conflict-mark", lines=tuple(map(str, lines[:-1])), last=last)


def _marks(text: str) -> Iterator[int]:
    """Where the lines with marks begin, in order; of a conflict that does not end, only its `<`."""
    conflict: list[re.Match[str]] = []
    for mark in _MARK.finditer(text):
        if mark[1][0] == "<" or conflict:
            conflict.append(mark)
        if mark[1][0] == ">":
            yield from (each.start() for each in conflict)
            conflict = []
    yield from (each.start() for each in conflict if each[1][0] == "<")
