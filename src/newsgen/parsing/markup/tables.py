"""Tables: a caption from the paragraph `Table: …` below. What is too wide scrolls by itself: tables, and code."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence
from typing import Any

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.treeprocessors import Treeprocessor

from newsgen.parsing.markup.attributes import OF_TABLE, own_list
from newsgen.parsing.markup.lists import interrupts_paragraph

#: What begins the caption below a table, in the languages that the theme has words for.
CAPTION = re.compile(r"(?:Table|Tableau|Tabelle|Tabla|جدول)[\s\u00a0\u202f]*:\s*")
_TABLE = re.compile(r"<table\b[^>]*>(?:\s*<caption\b[^>]*>(.*?)</caption>)?", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)
_INNER = re.compile(r"</?table[ >]")
_TAG = re.compile(r"<[^>]*>")
_PRE = re.compile("<pre(?=[ >])")


# The row of headings and the line of dashes of a table, under another line.
_UNDER_A_PARAGRAPH = re.compile(r"\n([^\n|]*\|[^\n]*\n[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*+\|?[ ]*(?:\n|\Z))")
_QUOTED = re.compile(r"^[ ]{0,3}>", re.MULTILINE)
_MOST_EMPTY = 10_000  # cells of a table that nobody wrote


class WrittenTableProcessor(TableProcessor):
    """Tables whose rows are filled up to the width of the first one, but not by more cells than could be meant.

    A header of 1,000 columns over 1,000 rows of one cell would be a million cells.
    """

    def __init__(self, parser: BlockParser, config: dict[str, Any]) -> None:
        super().__init__(parser, config)
        self.long_rows: list[tuple[str, int, int]] = []
        self._empty = 0
        self._begin = 0  # the place in the block that was tested last where its table begins

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block is a table, or holds one right under the lines of a paragraph.

        Rule: GitHub Flavored Markdown 0.29, 4.10: a table can interrupt a paragraph.
        """
        self._begin = 0
        if "|" not in block:
            return False
        above, _, last = block.rstrip("\n").rpartition("\n")
        if own_list(last) is not None:
            block = above
        if super().test(parent, block):
            return True
        under = _UNDER_A_PARAGRAPH.search(block)
        self._begin = under.start(1) if under else 0
        if under is not None and _QUOTED.search(block, 0, self._begin):
            return False  # the quotation above may go on with these lines; if not, they come again
        return under is not None and super().test(parent, block[self._begin :])

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        begin = self._begin
        if begin:
            block = blocks[0]
            self.parser.parseBlocks(parent, [block[: begin - 1]])
            blocks[0] = block[begin:]
            self.test(parent, blocks[0])  # what stands above may have been tested since
        self._empty = 0
        rows = blocks[0].split("\n")
        end = next((n for n, row in enumerate(rows) if n > 1 and interrupts_paragraph(row)), 0)
        if end:
            blocks[:1] = ["\n".join(rows[:end]), "\n".join(rows[end:])]
        above, _, last = blocks[0].rstrip("\n").rpartition("\n")
        attributes = own_list(last)
        if attributes is not None:
            blocks[0] = above
        has_rows = blocks[0].strip("\n").count("\n") > 1
        super().run(parent, blocks)
        table = parent[-1]
        if attributes is not None:
            table.set(OF_TABLE, attributes)
        if not has_rows and len(table) > 1:
            del table[1:]  # a body with an empty row that nobody wrote

    def _build_row(self, row: str, parent: etree.Element, align: Sequence[str | None]) -> None:
        missing = len(align) - row.count("|") - 1
        if missing > 0:
            self._empty += missing
            if self._empty > _MOST_EMPTY:
                align = align[: row.count("|") + 1]
        if missing < 0:
            cells = self._split_row(row)  # type: ignore[attr-defined]
            if any(cell.strip() for cell in cells[len(align) :]):
                self.long_rows.append((row, len(cells), len(align)))
        super()._build_row(row, parent, align)  # type: ignore[misc]


class WrittenTableExtension(TableExtension):
    """`long_rows`: the rows that have more cells than their table, each with the number of both."""

    long_rows: list[tuple[str, int, int]]

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.registerExtension(self)
        processor = WrittenTableProcessor(md.parser, self.getConfigs())
        self.long_rows = processor.long_rows
        md.parser.blockprocessors.register(processor, "table", 75)

    def reset(self) -> None:
        self.long_rows.clear()


class CaptionTreeprocessor(Treeprocessor):
    """A paragraph `Table: The members of NATO` right below a table becomes its caption.

    Rule: Pandoc, Tables, "A caption may optionally be provided".
    """

    def run(self, root: etree.Element) -> None:
        for parent in root.iter():
            table: etree.Element | None = None
            for child in list(parent):
                caption = CAPTION.match(child.text or "") if child.tag == "p" and table is not None else None
                if caption and table is not None and table.find("caption") is None:
                    parent.remove(child)
                    child.tag, child.text, child.tail = "caption", (child.text or "")[caption.end() :], "\n"
                    table.insert(0, child)
                table = child if child.tag == "table" else None


class CaptionExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(CaptionTreeprocessor(md), "newsgen-caption", 4)  # typography: 3


def scrolling(html: str) -> str:
    """The HTML with each table in a frame that scrolls, by keyboard too, and with code that does.

    A frame is called by the caption of its table; without one, by the first row with words, which says what
    the columns are.
    It is a region by its caption only, for the first rows of two tables may be alike, and names of regions may not.
    Rule: WCAG 2.2, 1.4.10 Reflow, 2.1.1 Keyboard and 4.1.2 Name, Role, Value.
    """
    if "<pre" in html:
        html = _PRE.sub('<pre tabindex="0"', html)
    if "<table" not in html:
        return html
    return _TABLE.sub(_framed, html).replace("</table>", "</table></div>")


def _framed(table: re.Match[str]) -> str:
    role, name = "region", _words(table[1] or "")
    if not name:
        role, name = "group", next(filter(None, (_row_words(row[1]) for row in _ROW.finditer(_inside(table)))), "")
    named = f' role="{role}" aria-label="{name}"' if name else ""
    return f'<div class="table-scroll"{named} tabindex="0">{table[0]}'


def _inside(table: re.Match[str]) -> str:
    """The table behind what was found of it, up to the first one within it."""
    inner = _INNER.search(table.string, table.end())
    return table.string[table.end() : inner.start() if inner else len(table.string)]


def _row_words(html: str) -> str:
    return ", ".join(filter(None, (_words(cell) for _, cell in _CELL.findall(html))))


def _words(html: str) -> str:
    """The words of an element as the value of an attribute."""
    return re.sub("[ \t\n]+", " ", _TAG.sub("", html)).strip().replace('"', "&quot;")
