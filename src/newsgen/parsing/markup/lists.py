"""Lists as CommonMark nests them: one block processor in place of Python-Markdown's three."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from newsgen.parsing.markup.guards import DEEPEST, put_parts
from newsgen.parsing.markup.html_blocks import RawBlock, begins_html

ITEM = re.compile(r"^(?P<indent>[ ]{0,3})(?P<marker>[-*+]|(?P<number>\d{1,9})[.)])(?P<space>[ ]+|$)(?P<rest>.*)$")
_ANY_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\d{1,9}[.)])(?:[ ]|$)", re.MULTILINE)
_RULE = re.compile(r"^[ ]{0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})$")
# What ends a paragraph without a blank line: a heading, a quotation, stashed HTML or fenced code.
_STARTS_BLOCK = re.compile(r"^[ ]{0,3}(?:#{1,6}(?:[ ]|$)|>|\x02wzxhzdk:\d+\x03[ ]*$)")
_ENDED = r"[ ]{0,3}(?:#{1,6}(?:[ ]|$)|(?:-[ ]*+){3,}$|(?:\*[ ]*+){3,}$|(?:_[ ]*+){3,}$)"
_STATE = "newsgen-item"
_TASK = r"[ ]{0,3}\[(?P<sign>[ xX])\](?=[ ]+[^ ])"
_BOXES = {" ": "☐", "x": "☑", "X": "☑"}
_CONTAINER = re.compile(r"[ ]{0,3}(?:>[ ]?|(?:[-*+:]|\d{1,9}[.)])(?P<space>[ ]+|$))")
_CLOSED = r"[ ]{0,3}(?:#{1,6}(?:[ ]|$)|\x02wzxhzdk:\d+\x03[ ]*$)"
_UNDERLINE = r"[ ]{0,3}(?:=+|-+)[ ]*$"
_DEFINITION = r"[ ]{0,3}:[ ]"
_DEFINES = r"[ ]{0,3}(?:\[\^[^\[\]\n]+\]:|\*?\[[^\[\]\n]+\][ ]?:[ ]*[^ ])"
_NUMBER = r"\d{1,9}(?=[.)](?:[ ]|$))"
_SIGNS = r"(?:[-*+](?:[ ]|$)|#{1,6}(?:[ ]|$)|>|(?:[-_*][ ]*){3,}$)"
_MAY_BE_ITEM = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)])(?:[ ]|$)")
_ROWS = r"[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*+\|?[ ]*$"


def defines(line: str) -> bool:
    """Whether a line looks like the definition of a note, a reference or an abbreviation."""
    return re.match(_DEFINES, line) is not None


def may_begin_item(line: str) -> bool:
    """Whether a line looks like an item of a list, whatever its number."""
    return _MAY_BE_ITEM.match(line) is not None


class OpenText:
    """What the last line of a container leaves open: only a paragraph goes on in a line that is not indented like it.

    Rule: CommonMark 0.31, 5.1 and 5.2, "laziness".
    """

    __slots__ = ("_columns", "_count", "_is_html", "_is_table", "is_paragraph")

    def __init__(self) -> None:
        self._columns: list[int] = []  # where the content of each item within begins
        self._count = 0  # lines that were read
        self.is_paragraph = self._is_html = self._is_table = False

    def takes(self, line: str, lines: list[str]) -> bool:
        """Whether the text at the end of `lines`, the content of the container so far, goes on with the line."""
        for inner in lines[self._count :]:
            self._read(inner)
        self._count = len(lines)
        return self.is_paragraph and not interrupts_paragraph(line) and _first(line) is None

    def _read(self, line: str) -> None:
        words = self._words(line)
        if not words.strip():
            self.is_paragraph = self._is_html = self._is_table = False
        elif self._is_html or begins_html(words):
            self.is_paragraph, self._is_html = False, True
        elif self._is_table or (self.is_paragraph and "|" in words and re.match(_ROWS, words)):
            self.is_paragraph, self._is_table = False, True
        elif re.match(_CLOSED, words) or _RULE.match(words) or (self.is_paragraph and re.match(_UNDERLINE, words)):
            self.is_paragraph = False
        else:
            self.is_paragraph = self.is_paragraph or not words.startswith("    ")

    def _words(self, line: str) -> str:
        """The line without the signs of the containers in it; an item that begins ends what was open."""
        indent = len(line) - len(line.lstrip(" >"))  # an item may stand in a quotation
        if indent == len(line):
            return ""
        while self._columns and self._columns[-1] > indent:
            self._columns.pop()
        at = self._columns[-1] if self._columns else 0
        while (sign := _CONTAINER.match(line, at)) and not _RULE.match(line[at:]):
            space = len(sign["space"] or "")
            at = sign.end() - (space - 1 if space > 4 else 0)
            if sign["space"] is not None:
                self._columns.append(at)
                self.is_paragraph = self._is_html = self._is_table = False
        return line[at:]


def lazy(line: str) -> str:
    """A line that goes on with a paragraph lazily, so that it is nothing but words (CommonMark 0.31, 4.3)."""
    words = line.lstrip(" ")
    if number := re.match(_NUMBER, words):
        return f"{number[0]}\\{words[number.end() :]}"
    is_row = "|" in words and re.match(_ROWS, words)
    is_sign = is_row or re.match(_UNDERLINE, words) or re.match(_DEFINITION, words) or re.match(_SIGNS, words)
    return f"\\{words}" if is_sign else line


class _Item:
    """One item while it is read: its lines without the indent, and the column where its content begins."""

    __slots__ = ("lines", "offset", "open_text")

    def __init__(self, match: re.Match[str]) -> None:
        self.open_text = OpenText()
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


def interrupts_paragraph(line: str) -> bool:
    """Whether a line begins a block of its own right under a paragraph."""
    return bool(_STARTS_BLOCK.match(line) or _RULE.match(line)) or begins_html(line) or _interrupts(line)


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
            if n and (_interrupts(line) or (_first(line) and re.match(_ENDED, lines[n - 1]))):
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
                elif (match is not None and _is_number(match)) or not item.open_text.takes(line, item.lines):
                    return lines, at
                else:
                    item.lines.append(lazy(line))
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
            li = etree.SubElement(element, "li")
            if task := re.match(_TASK, item.lines[0]) if item.lines else None:
                # GitHub Flavored Markdown 0.29, 5.3; a check box that nobody can check is a sign.
                li.set("class", "task")
                item.lines[0] = _BOXES[task["sign"]] + item.lines[0][task.end() :]
            is_loose = parse_item(self.parser, li, "\n".join(item.lines)) or is_loose
        self.parser.state.reset()
        if not is_loose:
            for li in element:
                tighten(li)


def parse_item(parser: BlockParser, li: etree.Element, text: str) -> bool:
    """Parses one item; says whether a blank line stands directly within it."""
    written = text.split("\n\n")
    blocks = list(written)
    has_blank = False
    while blocks:
        for processor in parser.blockprocessors:
            if processor.test(li, blocks[0]) and processor.run(li, blocks) is not False:
                break
        # A block as it was written comes next: the blank line before it is the item's own. A processor may part one
        # into several: what is left of the written ones is known by its distance from the end.
        if 0 < len(blocks) <= len(written) and (len(li) or written[0].strip()) and any(blocks):
            has_blank = has_blank or blocks[0] is written[-len(blocks)]
    return has_blank


def tighten(li: etree.Element) -> None:
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


_STASHED = r"(?m)^[ ]{0,3}(\x02wzxhzdk:(\d+)\x03)[ ]*$"


def _is_block(stashed: object) -> bool:
    return isinstance(stashed, RawBlock) or str(stashed).startswith("<pre")


class StashedCodeProcessor(BlockProcessor):
    """Fenced code and raw HTML that was taken out, under or over a line of text, is a block of its own."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return "\x02" in block and bool(self._find(block))

    def _find(self, block: str) -> list[re.Match[str]]:
        stash = self.parser.md.htmlStash.rawHtmlBlocks
        return [match for match in re.finditer(_STASHED, block) if _is_block(stash[int(match[2])])]

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks[0]
        if whole := re.fullmatch(_STASHED, block):
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


class ListExtension(Extension):
    """Registers the processors of this module."""

    def extendMarkdown(self, md: Markdown) -> None:
        processors = md.parser.blockprocessors
        for name in ("indent", "olist", "ulist"):
            processors.deregister(name)
        processors.register(ListProcessor(md.parser), "newsgen-list", 78)
        processors.register(StashedCodeProcessor(md.parser), "newsgen-code", 77)
