"""Headings: those that begin with `#`, which a space follows, and lines with a line under them; rules."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor, HRProcessor, SetextHeaderProcessor
from markdown.extensions import Extension

from newsgen.parsing.markup.attributes import own_list
from newsgen.parsing.markup.guards import put_parts
from newsgen.parsing.markup.lists import defines, interrupts_paragraph, may_begin_item


class HeadingProcessor(HashHeaderProcessor):
    """Headings as CommonMark has them: `#metoo` and `#8436` begin a sentence.

    Rule: CommonMark 0.31, 4.2: a space or the line end stands behind the `#`; those at the end have a space before; up
    to three spaces may stand before it.
    """

    RE = re.compile(r"(?:^|\n)[ ]{0,3}(?P<level>#{1,6})(?P<header>(?:[ ][^\n]*)?)(?:\n|$)")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks[0]
        match = self.RE.search(block)
        if match is None:
            raise ValueError("the block has no heading")
        before, after = block[: match.start()], block[match.end() :]
        if before:
            self.parser.parseBlocks(parent, [before])
        words = match["header"].strip()
        without = words.rstrip("#")
        heading = etree.SubElement(parent, f"h{len(match['level'])}")
        heading.text = without.rstrip() if not without or without.endswith(" ") else words
        after = _with_list_below(heading, after)
        put_parts(self.parser, parent, blocks, [after] if after else [])


class UnderlinedHeadingProcessor(SetextHeaderProcessor):
    """A paragraph over a line of `=` or `-`, all of its lines.

    Rule: CommonMark 0.31, 4.3: the lines are such as could not be read as anything but a paragraph.
    """

    RE = re.compile(r"\n[ ]{0,3}(?P<line>=+|-+)[ ]*(?:\n|\Z)")

    def test(self, parent: etree.Element, block: str) -> bool:
        underline = self.RE.search(block)
        if underline is None or not block.strip("\n"):
            return False
        lines = block[: underline.start()].split("\n")
        if not lines[0].strip() or may_begin_item(lines[0]):
            return False
        return not any(interrupts_paragraph(line) or defines(line) for line in lines)

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks[0]
        underline = self.RE.search(block)
        if underline is None:
            raise ValueError("the block has no heading")
        heading = etree.SubElement(parent, "h1" if underline["line"][0] == "=" else "h2")
        heading.text = "\n".join([line.lstrip(" ") for line in block[: underline.start()].split("\n")]).strip()
        after = _with_list_below(heading, block[underline.end() :])
        put_parts(self.parser, parent, blocks, [after] if after else [])


class RuleProcessor(HRProcessor):
    """Rules, whatever spaces stand between their signs.

    Rule: CommonMark 0.31, 4.1.
    """

    RE = r"^[ ]{0,3}(?P<atomicgroup>(?:-[ ]*+){3,}+|(?:_[ ]*+){3,}+|(?:\*[ ]*+){3,}+)$"
    SEARCH_RE = re.compile(RE, re.MULTILINE)


def heading_id(words: str, separator: str) -> str:
    """The id of a heading: its letters (of any script, with their marks) and digits, words joined by `-`."""
    characters = []
    for character in unicodedata.normalize("NFC", words).lower():
        if character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M":
            characters.append(character)
        elif character.isspace() or character == "-":
            characters.append(" ")
    return separator.join("".join(characters).split()) or "section"


def _with_list_below(heading: etree.Element, after: str) -> str:
    """What stands below a heading without the attribute list in its first line, which the heading takes.

    Rule: Python-Markdown, Attribute Lists, has it behind the words of a heading alone; kramdown, on the line below.
    """
    line, _, rest = after.partition("\n")
    attributes = own_list(line)
    if attributes is None:
        return after
    words = heading.text or ""
    before, brace, own = words.rpartition("{")
    if brace and (inner := own_list(brace + own)) is not None and before.endswith(" "):
        heading.text = f"{before}{{{inner} {attributes}}}"
    else:
        heading.text = f"{words} {{{attributes}}}"
    return rest


class HeadingExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(HeadingProcessor(md.parser), "hashheader", 70)
        md.parser.blockprocessors.register(UnderlinedHeadingProcessor(md.parser), "setextheader", 60)
        md.parser.blockprocessors.register(RuleProcessor(md.parser), "hr", 50)
