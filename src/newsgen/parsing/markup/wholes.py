"""Bodies of nothing but plain paragraphs, headings, quotations, lists and `[[id]]` blocks: Markdown need not see them.

Each block is one that the pre-pass knows by itself; a body with any other block goes to Markdown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from markdown.extensions.toc import unique

from newsgen.nouns.model import Body, Reference

Paragraph = Callable[[str], tuple[str, str] | None]

# One of the first level is not for here: Markdown's way says that it is a fault.
_heading = re.compile(r"(#{2,6}) ([^#\n]+)").fullmatch
_cross_link = re.compile(r"\[\[([\w./-]+)(?:#([\w-]+))?\]\]").fullmatch
_items = re.compile(r"([-*]) [^\n]+(?:\n\1 [^\n]+)*").fullmatch
_MOST_HEADINGS = 200  # alike ones take quadratic time to tell apart


class WholeBody:
    """A body block by block; `is_whole` until a block comes that is none of its own."""

    __slots__ = ("_heading_id", "_heading_ids", "_html", "_ids", "_last", "_references", "_text", "is_whole")

    def __init__(self, heading_id: Callable[[str, str], str]) -> None:
        self.is_whole = True
        self._heading_id = heading_id
        self._html: list[str] = []
        self._text: list[str] = []
        self._ids: set[str] = set()
        self._heading_ids: list[str] = []
        self._last = ""  # what the last block began with, if it was a quotation or a list
        self._references: list[tuple[str, str, int]] = []

    def add_paragraph(self, html: str, words: str) -> None:
        self._html.append(f"<p>{html}</p>")
        self._text.append(words)
        self._last = ""

    def add(self, block: str, number: int, paragraph: Paragraph) -> None:
        """Adds block `number` of the body."""
        first = block[0]
        last, self._last = self._last, first if first in ">-*" else ""
        if first == "#":
            self.is_whole = self._add_heading(block, paragraph)
        elif first == "[":
            self.is_whole = self._add_cross_link(block, number)
        elif first == ">" and "\n" not in block:
            self.is_whole = self._add_quotation(block, paragraph)
        elif first in "-*" and last not in ("-", "*"):
            self.is_whole = self._add_list(block, paragraph)
        else:
            self.is_whole = False

    def _add_heading(self, block: str, paragraph: Paragraph) -> bool:
        match = _heading(block)
        html_and_words = paragraph(match[2]) if match else None
        if (
            match is None
            or html_and_words is None
            or len(self._ids) == _MOST_HEADINGS
            or "<" in html_and_words[0]
            or match[2] != match[2].strip()
        ):
            return False  # Markdown takes white space of any kind from a heading's end
        html, words = html_and_words
        id = unique(self._heading_id(" ".join(words.split()), "-"), self._ids)
        self._heading_ids.append(id)
        level = len(match[1])
        self._html.append(f'<h{level} id="{id}">{html}</h{level}>')
        self._text.append(words)
        return True

    def _add_cross_link(self, block: str, number: int) -> bool:
        match = _cross_link(block)
        id = unicodedata.normalize("NFC", match[1].strip("/")) if match else ""
        if match is None or not id:
            return False
        self._html.append(f'<p><a href="newsgen:{len(self._references)}"></a></p>')
        self._references.append((id, match[2] or "", number))
        return True

    def _add_quotation(self, block: str, paragraph: Paragraph) -> bool:
        html_and_words = paragraph(block[2:]) if block[1:2] == " " and len(block) > 2 else None
        if html_and_words is None:
            return False
        self._html.append(f"<blockquote>\n<p>{html_and_words[0]}</p>\n</blockquote>")
        self._text.append(html_and_words[1])
        return True

    def _add_list(self, block: str, paragraph: Paragraph) -> bool:
        if not _items(block):
            return False
        items: list[tuple[str, str]] = []
        for line in block.split("\n"):
            item = paragraph(line[2:])
            if item is None:
                return False
            items.append(item)
        self._html.append("<ul>\n" + "".join([f"<li>{html}</li>\n" for html, _ in items]) + "</ul>")
        self._text.append("\n".join([words for _, words in items]))
        return True

    def body(self, blocks: list[str], first_line: int) -> Body:
        """The body; `blocks` are the parts of its text between empty lines."""
        references = []
        line, done = first_line, 0
        for id, fragment, number in self._references:
            line += sum([block.count("\n") + 2 for block in blocks[done:number]])
            done = number
            empty = len(blocks[number]) - len(blocks[number].lstrip("\n"))
            references.append(Reference("block", id, line + empty, 1, fragment, has_text=False))
        return Body("\n".join(self._html), "\n\n".join(self._text), tuple(references), tuple(self._heading_ids))
