"""Lists as CommonMark nests them: one block processor in place of Python-Markdown's three."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, BlockQuoteProcessor
from markdown.extensions import Extension
from markdown.extensions.def_list import DefListIndentProcessor

from newsgen.parsing.markup.guards import DEEPEST, put_parts
from newsgen.parsing.markup.html_blocks import RawBlock, begins_html

ITEM = re.compile(r"^(?P<indent>[ ]{0,3})(?P<marker>[-*+]|(?P<number>\d{1,9})[.)])(?P<space>[ ]+|$)(?P<rest>.*)$")
_ANY_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\d{1,9}[.)])(?:[ ]|$)", re.MULTILINE)
_RULE = re.compile(r"^[ ]{0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})$")
# What ends a paragraph without a blank line: a heading, a quotation, stashed HTML or fenced code.
_STARTS_BLOCK = re.compile(r"^[ ]{0,3}(?:#{1,6}(?:[ ]|$)|>|\x02wzxhzdk:\d+\x03[ ]*$)")
_STATE = "newsgen-item"


class _Item:
    """One item while it is read: its lines without the indent, and the column where its content begins."""

    __slots__ = ("lines", "offset")

    def __init__(self, match: re.Match[str]) -> None:
        width = match.end("marker")
        space = len(match["space"])
        if not match["rest"].strip():
            self.offset = width + 1
            self.lines = [""]
        elif space > 4:
            self.offset = width + 1  # an item that begins with indented code
            self.lines = [" " * (space - 1) + match["rest"]]
        else:
            self.offset = width + space
            self.lines = [match["rest"]]


class _List:
    """One list while it is read."""

    __slots__ = ("is_loose", "items", "number", "sign", "start")

    def __init__(self, match: re.Match[str]) -> None:
        self.sign = match["marker"][-1]
        self.number = self.start = int(match["number"] or 0)
        self.items = [_Item(match)]
        self.is_loose = False

    def goes_on_with(self, match: re.Match[str] | None) -> bool:
        if match is None or match["marker"][-1] != self.sign:
            return False
        return _is_number(match, after=self.number)

    def add(self, match: re.Match[str]) -> None:
        self.items.append(_Item(match))
        self.number += 1


def _is_number(match: re.Match[str], after: int | None = None) -> bool:
    """Whether the marker may number an item: a year that begins a sentence ("2023. L'année…") does not."""
    number = match["number"]
    return number is None or len(number) <= 3 or (after is not None and int(number) == after + 1)


def _item(line: str) -> re.Match[str] | None:
    match = ITEM.match(line)
    return None if match is None or _RULE.match(line) else match


def _first(line: str) -> re.Match[str] | None:
    """The line as the first item of a list."""
    match = _item(line)
    return match if match is not None and _is_number(match) else None


def _interrupts(line: str) -> bool:
    """Whether the line begins a list right under a paragraph: a filled item, numbered 1 if at all."""
    match = _first(line)
    return match is not None and bool(match["rest"].strip()) and match["number"] in (None, "1")


def _ends_paragraph(line: str) -> bool:
    return bool(_STARTS_BLOCK.match(line) or _RULE.match(line)) or begins_html(line)


class ListProcessor(BlockProcessor):
    """Reads a whole list, across blank lines, and parses each item by itself.

    Rule: CommonMark 0.31, 5.2 and 5.3: what is indented as far as the first word of an item belongs to it; a sibling
    bears the same sign; a list is loose if a blank line stands between its items or directly within one.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        if _ANY_ITEM.search(block) is None or len(self.parser.state) >= DEEPEST:
            return False
        return self._begin(block.split("\n")) is not None

    @staticmethod
    def _begin(lines: list[str]) -> int | None:
        if _first(lines[0]):
            return 0
        if not lines[0].strip():
            return None
        for n, line in enumerate(lines):
            if n and _interrupts(line):
                return n
            if begins_html(line):
                return None  # what looks like an item below is part of the HTML
        return None

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Builds the list, and those of other signs that follow it without a blank line."""
        lines = blocks.pop(0).split("\n")
        n = self._begin(lines) or 0
        if n:
            self.parser.parseBlocks(parent, ["\n".join(lines[:n])])
        first = _first(lines[n])
        if first is None:
            raise ValueError("the list has no first item")
        while first is not None:
            open_list = _List(first)
            lines, n = self._read(open_list, lines, n + 1, blocks)
            first = _first(lines[n]) if n < len(lines) else None
            if first is None and n < len(lines):
                blocks.insert(0, "\n".join(lines[n:]))
            self._build(parent, open_list)

    def _read(self, open_list: _List, lines: list[str], n: int, blocks: list[str]) -> tuple[list[str], int]:
        """Reads on from line n to the end of the list; gives the lines of its last block, and which is behind it."""
        while True:
            for at in range(n, len(lines)):
                line = lines[at]
                item = open_list.items[-1]
                indent = len(line) - len(line.lstrip(" "))
                if indent >= item.offset or indent == len(line):
                    item.lines.append(line[item.offset :])
                elif open_list.goes_on_with(match := _item(line)) and match is not None:
                    open_list.is_loose |= len(item.lines) > 1 and not item.lines[-1]
                    open_list.add(match)
                elif (match is not None and _is_number(match)) or not item.lines[-1] or _ends_paragraph(line):
                    return lines, at
                else:
                    item.lines.append(line)  # "laziness": CommonMark 5.2
            following = self._following(open_list, blocks)
            if following is None:
                return lines, len(lines)
            open_list.items[-1].lines.append("")
            lines, n = following, 0

    @staticmethod
    def _following(open_list: _List, blocks: list[str]) -> list[str] | None:
        """The lines of the next block if they belong to the list; it is taken from the blocks then."""
        n = next((n for n, block in enumerate(blocks) if block.strip("\n")), None)
        if n is None:
            return None
        block = blocks[n].lstrip("\n")
        line = block.split("\n", 1)[0]
        item = open_list.items[-1]
        is_inside = line.startswith(" " * item.offset) and item.lines != [""]
        if not is_inside and not open_list.goes_on_with(_item(line)):
            return None
        del blocks[: n + 1]
        return block.split("\n")

    def _build(self, parent: etree.Element, whole_list: _List) -> None:
        element = etree.SubElement(parent, "ul" if whole_list.sign in "-*+" else "ol")
        if whole_list.sign in ".)" and whole_list.start != 1:
            element.set("start", str(whole_list.start))
        self.parser.state.set(_STATE)
        is_loose = whole_list.is_loose
        for item in whole_list.items:
            while item.lines and not item.lines[-1]:
                item.lines.pop()
            is_loose = self._parse(etree.SubElement(element, "li"), "\n".join(item.lines)) or is_loose
        self.parser.state.reset()
        if not is_loose:
            for li in element:
                _tighten(li)

    def _parse(self, li: etree.Element, text: str) -> bool:
        """Parses one item; says whether a blank line stands directly within it."""
        written = text.split("\n\n")
        blocks = list(written)
        has_blank = False
        while blocks:
            for processor in self.parser.blockprocessors:
                if processor.test(li, blocks[0]) and processor.run(li, blocks) is not False:
                    break
            # A block as it was written comes next: the blank line before it is the item's own. A processor may part one
            # into several: what is left of the written ones is known by its distance from the end.
            if 0 < len(blocks) <= len(written) and len(li) and any(blocks):
                has_blank = has_blank or blocks[0] is written[-len(blocks)]
        return has_blank


def _tighten(li: etree.Element) -> None:
    """Paragraphs of an item become its text, as in a list without blank lines."""
    previous: etree.Element | None = None
    for child in list(li):
        if child.tag != "p" or child.attrib:
            previous = child
            continue
        text = child.text or ""
        li.remove(child)
        if previous is None:
            li.text = f"{li.text}\n{text}" if li.text else text
        else:
            previous.tail = f"{previous.tail or ''}\n{text}"


class QuoteProcessor(BlockQuoteProcessor):
    """Quotations, not deeper than the parser can recurse."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return len(self.parser.state) < DEEPEST and super().test(parent, block)


_STASHED = re.compile(r"^[ ]{0,3}(\x02wzxhzdk:(\d+)\x03)[ ]*$", re.MULTILINE)


def _is_block(stashed: object) -> bool:
    return isinstance(stashed, RawBlock) or str(stashed).startswith("<pre")


class StashedCodeProcessor(BlockProcessor):
    """Fenced code and raw HTML that was taken out, under or over a line of text, is a block of its own."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return "\x02" in block and bool(self._find(block))

    def _find(self, block: str) -> list[re.Match[str]]:
        stash = self.parser.md.htmlStash.rawHtmlBlocks
        return [match for match in _STASHED.finditer(block) if _is_block(stash[int(match[2])])]

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks[0]
        if whole := _STASHED.fullmatch(block):
            etree.SubElement(parent, "p").text = whole[1]
            del blocks[0]
            return
        parts: list[str] = []
        end = 0
        for match in self._find(block):
            parts += (block[end : match.start()], match[1])
            end = match.end()
        parts.append(block[end:])
        put_parts(self.parser, parent, blocks, [part.strip("\n") for part in parts if part.strip("\n")])


class _DefinitionIndentProcessor(DefListIndentProcessor):
    """Indented blocks under a definition; lists read theirs themselves."""

    ITEM_TYPES = ["dd"]
    LIST_TYPES = ["dl"]

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)

    def test(self, parent: etree.Element, block: str) -> bool:
        return len(self.parser.state) < DEEPEST and super().test(parent, block)


class ListExtension(Extension):
    """Registers the processors of this module; after the extension for definition lists."""

    def extendMarkdown(self, md: Markdown) -> None:
        processors = md.parser.blockprocessors
        for name in ("indent", "olist", "ulist"):
            processors.deregister(name)
        processors.register(_DefinitionIndentProcessor(md.parser), "defindent", 85)
        processors.register(ListProcessor(md.parser), "newsgen-list", 78)
        processors.register(StashedCodeProcessor(md.parser), "newsgen-code", 77)
        processors.register(QuoteProcessor(md.parser), "quote", 20)
