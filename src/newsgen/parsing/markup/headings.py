"""Headings that begin with `#`: a space stands behind it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension

from newsgen.parsing.markup.guards import put_parts


class HeadingProcessor(HashHeaderProcessor):
    """Headings as CommonMark has them: `#metoo` and `#8436` begin a sentence.

    Rule: CommonMark 0.31, 4.2: a space or the line end stands behind the `#`; those at the end have a space before.
    """

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?P<header>(?:[ ][^\n]*)?)(?:\n|$)")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks[0]
        match = self.RE.search(block)
        if match is None:
            raise ValueError("the block has no heading")
        parts = [block[: match.start()], "", block[match.end() :]]
        if parts[0]:
            self.parser.parseBlocks(parent, [parts[0]])
        words = match["header"].strip()
        without = words.rstrip("#")
        heading = etree.SubElement(parent, f"h{len(match['level'])}")
        heading.text = without.rstrip() if not without or without.endswith(" ") else words
        put_parts(self.parser, parent, blocks, [part for part in parts[2:] if part])


class HeadingExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(HeadingProcessor(md.parser), "hashheader", 70)
