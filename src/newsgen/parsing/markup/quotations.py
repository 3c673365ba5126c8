"""Quotations as CommonMark has them: a blank line ends one, and only its paragraphs go on without `>`."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import BlockQuoteProcessor
from markdown.extensions import Extension

from newsgen.parsing.markup.guards import DEEPEST
from newsgen.parsing.markup.lists import OpenText, lazy

_SIGN = re.compile(r"[ ]{0,3}>[ ]?")


class QuoteProcessor(BlockQuoteProcessor):
    """Quotations, not deeper than the parser can recurse.

    Rule: CommonMark 0.31, 5.1: two quotations with a blank line between them are two.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        return ">" in block and len(self.parser.state) < DEEPEST and self.RE.search(block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Reads all quotations of the block; what stands behind the last one is put back."""
        lines = blocks.pop(0).split("\n")
        n = 0
        while n < len(lines):
            begin = n
            while n < len(lines) and not _SIGN.match(lines[n]):
                n += 1
            if n == len(lines):
                blocks.insert(0, "\n".join(lines[begin:]))
                return
            if n > begin:
                self.parser.parseBlocks(parent, ["\n".join(lines[begin:n])])
            n = self._read(parent, lines, n)

    def _read(self, parent: etree.Element, lines: list[str], n: int) -> int:
        """Parses the quotation that begins in line n; gives the first line behind it."""
        content: list[str] = []
        open_text = OpenText()
        while n < len(lines):
            line = lines[n]
            if sign := _SIGN.match(line):
                content.append(line[sign.end() :])
            elif open_text.takes(line, content):
                content.append(lazy(line))
            else:
                break
            n += 1
        self.parser.state.set("blockquote")
        self.parser.parseChunk(etree.SubElement(parent, "blockquote"), "\n".join(content))
        self.parser.state.reset()
        return n


class QuoteExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(QuoteProcessor(md.parser), "quote", 65)  # headings with a line below: 60
