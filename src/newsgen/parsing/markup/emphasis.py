"""Emphasis, strong emphasis and strikethrough (`*`, `_`, `~~`) as CommonMark pairs them, in one walk over a text.

Python-Markdown 3.11.1 to 3.11.3 lose letters where signs of emphasis stand within words; older versions pair them by
regular expressions. This one gives each sign to an element or to the text, and no letter to anything else.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as etree
from functools import lru_cache

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from newsgen.parsing.markup.characters import ANGLE, BRACKET

_RUN = r"\*+|_+|(?<!~)~~(?!~)"
_STASHED = re.compile("\x02klzzwxh:(\\d+)\x03")
_PLACEHOLDER = 24  # characters of the longest one


class _Signs:
    """A row of one sign: how many of it are left, and the elements that end and begin in it, innermost first."""

    __slots__ = ("begins", "can_close", "can_open", "count", "ends", "left", "sign", "start", "stop")

    def __init__(self, start: int, row: str, *, can_open: bool, can_close: bool) -> None:
        self.start, self.stop, self.sign = start, start + len(row), row[0]
        self.count = self.left = len(row)
        self.can_open, self.can_close = can_open, can_close
        self.ends: list[int] = []
        self.begins: list[int] = []


class EmphasisProcessor(InlineProcessor):
    """Reads a whole text at its first sign, and hands out the outermost elements one after the other.

    Rule: CommonMark 0.31, 6.2 and "An algorithm for parsing nested emphasis and links"; GitHub Flavored Markdown 0.29,
    6.5, of which only pairs of two tildes: one alone means "about" in news ("~5 %").
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(_RUN, md)
        self._data = ""
        self._rest = ""  # of the text, what stood behind the element that was handed out last
        self._waiting: list[tuple[etree.Element, int, int]] = []  # in reverse order; places from the end of the text

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        if data is not self._data:
            # Python-Markdown has put a placeholder in the place of an element: what stands behind it was read already.
            if not (self._rest and m.start() >= len(data) - len(self._rest) and data.endswith(self._rest)):
                self._waiting = _elements(self._signs(data, m.start()), data)
            self._data = data
        if not self._waiting:
            self._rest = data[m.end() :]
            return None, None, None
        element, start, end = self._waiting.pop()
        self._rest = data[len(data) - end :] if end else ""
        self._data = ""
        return element, len(data) - start, len(data) - end

    def _signs(self, data: str, begin: int) -> list[_Signs]:
        rows = []
        for match in self.compiled_re.finditer(data, begin):
            before = self._neighbour(data, match.start(), is_before=True)
            after = self._neighbour(data, match.end(), is_before=False)
            is_left = after == "x" or (after == "." and before != "x")
            is_right = before == "x" or (before == "." and after != "x")
            if match[0][0] == "_":
                is_left, is_right = (
                    is_left and (not is_right or before == "."),
                    is_right and (not is_left or after == "."),
                )
            rows.append(_Signs(match.start(), match[0], can_open=is_left, can_close=is_right))
        return rows

    def _neighbour(self, data: str, at: int, *, is_before: bool) -> str:
        """The character beside a row of signs: " " for white space, "." for punctuation, "x" for any other."""
        character = data[at - 1 : at] if is_before else data[at : at + 1]
        if character not in ("\x02", "\x03"):
            return _kind(character)
        begin = data.rfind("\x02", max(0, at - _PLACEHOLDER), at) if is_before else at
        stashed = _STASHED.match(data, begin) if begin >= 0 else None
        node = self.md.treeprocessors["inline"].stashed_nodes.get(stashed[1]) if stashed else None  # type: ignore[attr-defined]
        return " " if getattr(node, "tag", "") == "br" else "."


@lru_cache(1024)
def _kind(character: str) -> str:
    if not character or character.isspace():
        return " "
    is_sign = unicodedata.category(character)[0] in "PS" or character in (ANGLE, BRACKET)
    return "." if is_sign else "x"


def _pair(rows: list[_Signs]) -> None:
    """Gives the signs to elements; what cannot be paired is left."""
    openers: list[_Signs] = []
    bottoms: dict[tuple[str, bool, int], _Signs | None] = {}  # where the search for an opener has failed before
    for row in rows:
        while row.can_close and row.left:
            key = (row.sign, row.can_open, row.count % 3)
            bottom = bottoms.get(key)
            n = len(openers) - 1
            while n >= 0 and openers[n] is not bottom and not _may_pair(openers[n], row):
                n -= 1
            if n < 0 or openers[n] is bottom:
                bottoms[key] = openers[-1] if openers else None
                break
            opener = openers[n]
            del openers[n + 1 :]
            width = 2 if opener.left >= 2 and row.left >= 2 else 1
            opener.left -= width
            row.left -= width
            opener.begins.append(width)
            row.ends.append(width)
            if not opener.left:
                openers.pop()
        if row.can_open and row.left:
            openers.append(row)


def _may_pair(opener: _Signs, closer: _Signs) -> bool:
    if opener.sign != closer.sign:
        return False
    is_third = (opener.count + closer.count) % 3 == 0 and (opener.count % 3 or closer.count % 3)
    return not (is_third and (opener.can_close or closer.can_open))


def _elements(rows: list[_Signs], data: str) -> list[tuple[etree.Element, int, int]]:
    """The outermost elements, the last first, each with the distance of its begin and its end from that of the text."""
    _pair(rows)
    outermost: list[tuple[etree.Element, int, int]] = []
    opened: list[etree.Element] = []
    start = position = 0

    def add(text: str) -> None:
        if not opened or not text:
            return
        inner = opened[-1]
        if len(inner):
            inner[-1].tail = (inner[-1].tail or "") + text
        else:
            inner.text = (inner.text or "") + text

    for row in rows:
        add(data[position : row.start])
        position = row.start
        for width in row.ends:
            position += width
            element = opened.pop()
            if not opened:
                outermost.append((element, len(data) - start, len(data) - position))
        # As an escape, so that what is left is not looked at again.
        add(f"\x02{ord(row.sign)}\x03" * row.left)
        position += row.left
        for width in reversed(row.begins):
            name = "del" if row.sign == "~" else "strong" if width == 2 else "em"
            element = etree.SubElement(opened[-1], name) if opened else etree.Element(name)
            if not opened:
                start = position
            opened.append(element)
            position += width
    outermost.reverse()
    return outermost


class EmphasisExtension(Extension):
    """Registers emphasis in the place of Python-Markdown's own."""

    def extendMarkdown(self, md: Markdown) -> None:
        for name in ("em_strong2", "not_strong"):
            if name in md.inlinePatterns:
                md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(EmphasisProcessor(md), "em_strong", 60)
