"""Link references and abbreviations, each read in one pass through its block.

Python-Markdown's own processors take one definition and put the rest back, to begin anew, or read the rest as part of
what they took: in quadratic time, and into a tree as deep as there are definitions.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import ReferenceProcessor
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrBlockprocessor, AbbrExtension
from markdown.inlinepatterns import REFERENCE_RE, ReferenceInlineProcessor, ShortReferenceInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from newsgen.parsing.markup.guards import MANY, put_parts

Found = Iterator[tuple[int, int]]  # where each abbreviation begins and ends in a text

_UNDERLINE = re.compile(r"\n[-=:| ]+(?:\n|\Z)")
_BOUNDARY = re.compile(r"\b")
# No address and no name of a file: nothing that tells a part, an ending, a scheme or a heading.
_BARE_WORD = re.compile(r"[^<./#:?@%&=\\\s]+[.:?!,;…]*")
_LONGEST = 200  # characters of an abbreviation; what is longer is none


class DefinedReferenceProcessor(ReferenceProcessor):
    """Definitions of references; one without a name is text.

    Rule: CommonMark 0.31, 4.7: a label holds a character that is no white space; of several definitions, the first
    counts. In `<>` an address may hold spaces.
    """

    RE = re.compile(
        r"^[ ]{0,3}\[([^\[\]]*)\]:[ ]*\n?[ ]*(<[^<>\n]*>|[^\s<][^\s]*)[ ]*(?:\n[ ]*)?"
        r"(([\"'])(.*)\4[ ]*|\((.*)\)[ ]*)?$",
        re.MULTILINE,
    )

    def __init__(self, parser: BlockParser, again: list[str]) -> None:
        super().__init__(parser)
        self.again = again

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        block = blocks[0]
        if "]:" not in block:
            return False
        parts: list[str] = []
        end = 0
        for match in self.RE.finditer(block):
            id = match[1].strip().lower()
            if not id or id[0] == "^":  # a note that lies too deep
                continue
            if _BARE_WORD.fullmatch(match[2]):
                continue  # `[Photo]: AFP` are words: no link leads to a word
            if end and _UNDERLINE.search(match[0]):
                break  # a heading or a table may claim it
            defined = (match[2].lstrip("<").rstrip(">"), match[5] or match[6])
            if self.parser.md.references.setdefault(id, defined) != defined:
                self.again.append(id)
            parts.append(block[end : match.start()])
            end = match.end()
        if not end:
            return False
        parts.append(block[end:])
        put_parts(self.parser, parent, blocks, [part.strip("\n") for part in parts if part.strip()])
        return True


class AbbreviationProcessor(AbbrBlockprocessor):
    """Definitions of abbreviations (`*[HTML]: …`), each on its line."""

    def __init__(self, parser: BlockParser, abbreviations: dict[str, str], again: list[str]) -> None:
        super().__init__(parser, abbreviations)
        self.again = again

    RE = re.compile(r"^[*]\[(?P<abbr>[^\\\n]*?)\][ ]?:[ ]*\n?[ ]*(?P<title>.*)$", re.MULTILINE)

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        block = blocks[0]
        if "*[" not in block:
            return False
        parts: list[str] = []
        end = 0
        for match in self.RE.finditer(block):
            abbreviation, title = match["abbr"].strip(), match["title"].strip()
            if not title or not abbreviation or len(abbreviation) > _LONGEST:
                continue
            if title[-1] == "*" and title.count("*") % 2:
                continue  # `*[Note]: words*` are words in italics
            if title in ("''", '""'):
                self.abbrs.pop(abbreviation, None)
            elif self.abbrs.setdefault(abbreviation, title) != title:
                self.again.append(abbreviation)
            parts.append(block[end : match.start()])
            end = match.end()
        if not end:
            return False
        parts.append(block[end:])
        put_parts(self.parser, parent, blocks, [part.strip("\n") for part in parts if part.strip()])
        return True


class AbbreviationTreeprocessor(Treeprocessor):
    """Puts `abbr` elements round the abbreviations of a text, the longest one where several begin."""

    def __init__(self, md: Markdown, abbreviations: dict[str, str], called: set[str]) -> None:
        super().__init__(md)
        self.abbreviations, self.called = abbreviations, called

    def run(self, root: etree.Element) -> None:
        if not self.abbreviations:
            return
        find = finder(list(self.abbreviations))
        for element in list(root.iter()):
            children: list[etree.Element] = []
            element.text = self._put(element.text, children, find)
            for child in element:
                children.append(child)
                child.tail = self._put(child.tail, children, find)
            if len(children) > len(element):
                element[:] = children

    def _put(self, text: str | None, children: list[etree.Element], find: Callable[[str], Found]) -> str | None:
        """The text before the first abbreviation; each goes to the children, with the text behind it."""
        if not text or isinstance(text, AtomicString):
            return text
        head: str | None = None
        abbr: etree.Element | None = None
        end = 0
        for start, stop in find(text):
            between, end = text[end:start], stop
            if abbr is None:
                head = between
            else:
                abbr.tail = between
            abbr = etree.Element("abbr", {"title": self.abbreviations[text[start:stop]]})
            abbr.text = AtomicString(text[start:stop])
            self.called.add(text[start:stop])
            children.append(abbr)
        if abbr is None:
            return text
        abbr.tail = text[end:]
        return head


def finder(abbreviations: list[str]) -> Callable[[str], Found]:
    """What finds abbreviations that begin and end at the border of a word.

    A few are tried one after the other; a great many are looked up, as they would be tried at every word.
    """
    if len(abbreviations) > MANY:
        return _Lookup(abbreviations)
    longest_first = sorted(abbreviations, key=len, reverse=True)
    search = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b").finditer
    return lambda text: (match.span() for match in search(text))


class _Lookup:
    def __init__(self, abbreviations: list[str]) -> None:
        self.sorted = sorted(abbreviations)
        self.longest = max(map(len, abbreviations))

    def __call__(self, text: str) -> Found:
        end = 0
        for border in _BOUNDARY.finditer(text):
            start = border.start()
            if start >= end and (length := self._length(text, start)):
                end = start + length
                yield start, end

    def _length(self, text: str, start: int) -> int:
        """The length of the longest abbreviation that begins here; 0 if none does."""
        piece = text[start : start + self.longest]
        while piece:
            n = bisect_right(self.sorted, piece)
            nearest = self.sorted[n - 1] if n else ""
            if piece.startswith(nearest):
                if not nearest or _BOUNDARY.match(text, start + len(nearest)):
                    return len(nearest)
                piece = nearest[:-1]
            else:
                piece = piece[: _common(piece, nearest)]
        return 0


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


class AbbreviationExtension(AbbrExtension):
    """Python-Markdown's abbreviations; `abbrs` are those of the body that was converted last.

    `again` are those that are defined a second time in other words, `called` those that the text holds.
    """

    abbrs: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.again: list[str] = []
        self.called: set[str] = set()

    def reset(self) -> None:
        super().reset()
        self.again.clear()
        self.called.clear()

    def uncalled(self) -> list[str]:
        return [abbreviation for abbreviation in self.abbrs if abbreviation not in self.called]

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.treeprocessors.register(AbbreviationTreeprocessor(md, self.abbrs, self.called), "abbr", 7)
        md.parser.blockprocessors.register(AbbreviationProcessor(md.parser, self.abbrs, self.again), "abbr", 16)


class _ReferenceProcessor(ReferenceInlineProcessor):
    """References by a label right behind their words.

    Rule: CommonMark 0.31, 6.3: no space stands between the two; `[a] [b]` are two.
    """

    RE_LINK = re.compile(r"\[([^\]]*)\]")


class _ShortReferenceProcessor(ShortReferenceInlineProcessor):
    """References by their label alone; of `[[label]]` too, where the label with its brackets is none."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        element, start, end = super().handleMatch(m, data)
        return (element, start, end) if element is not None or start is None else (None, m.start(), m.end())


class _References(dict[str, tuple[str, str]]):
    """Addresses and titles by label; `called` are the labels that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.called: set[str] = set()

    def __getitem__(self, label: str) -> tuple[str, str]:
        self.called.add(label)
        return super().__getitem__(label)


class ReferenceExtension(Extension):
    """Definitions of references; `again` are those that are defined a second time with another address or title."""

    def __init__(self) -> None:
        super().__init__()
        self.again: list[str] = []
        self.references = _References()

    def reset(self) -> None:
        self.again.clear()
        self.references.called.clear()

    def uncalled(self) -> list[str]:
        return [label for label in self.references if label not in self.references.called]

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        md.references = self.references
        md.parser.blockprocessors.register(DefinedReferenceProcessor(md.parser, self.again), "reference", 15)
        md.inlinePatterns.register(_ReferenceProcessor(REFERENCE_RE, md), "reference", 170)
        md.inlinePatterns.register(_ShortReferenceProcessor(REFERENCE_RE, md), "short_reference", 130)
