"""Definition lists, read across blank lines as lists are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from newsgen.parsing.markup.guards import DEEPEST
from newsgen.parsing.markup.lists import (
    OpenText,
    defines,
    interrupts_paragraph,
    lazy,
    may_begin_item,
    parse_item,
    tighten,
)

_MARKER = re.compile(r"[ ]{0,3}:(?P<space>[ ]+)(?=[^ ])")
_ANY_MARKER = re.compile(r"^[ ]{0,3}:[ ]+[^ \n]", re.MULTILINE)
_STATE = "newsgen-item"


class _Definition:
    """One definition while it is read: its terms, its lines without the indent, the column of its first word."""

    __slots__ = ("is_loose", "lines", "offset", "open_text", "terms")

    def __init__(self, terms: list[str], line: str, *, is_loose: bool) -> None:
        marker = _MARKER.match(line)
        if marker is None:
            raise ValueError("the line begins no definition")
        space = len(marker["space"])
        self.offset = marker.end() - (space - 1 if space > 4 else 0)  # one that begins with indented code
        self.terms, self.lines, self.is_loose = terms, [line[self.offset :]], is_loose
        self.open_text = OpenText()

    def add(self, lines: list[str], offset: int) -> list[str]:
        """Takes the lines that belong to the definition; gives the others."""
        for n, line in enumerate(lines):
            if line.startswith(" " * offset) or not line.strip():
                self.lines.append(line[offset:])
            elif self.open_text.takes(line, self.lines):
                self.lines.append(lazy(line))
            else:
                return lines[n:]
        return []

    def following(self, blocks: list[str]) -> list[str] | None:
        """The lines of the next block if they belong to the list; it is taken from the blocks then."""
        n = next((n for n, block in enumerate(blocks) if block.strip("\n")), None)
        if n is None:
            return None
        lines = blocks[n].lstrip("\n").split("\n")
        if not lines[0].startswith(" " * self.offset) and not _MARKER.match(lines[0]):
            return None
        del blocks[: n + 1]
        self.lines.append("")
        return lines


class DefinitionListProcessor(BlockProcessor):
    """Terms with their definitions; the line right above a `:` is a term, whatever stands above it.

    Rule: PHP Markdown Extra, "Definition Lists"; there a blank line must stand above a term. What is indented as far as
    the first word of a definition belongs to it, as in an item of a list.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        return ":" in block and len(self.parser.state) < DEEPEST and _ANY_MARKER.search(block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        lines = blocks[0].split("\n")
        above, marker = next(_parts(lines, 0))
        is_loose = not marker
        terms = above[:marker] if marker else self._terms_above(parent)
        if not terms or any(map(_is_no_term, terms)):
            return False
        if is_loose:
            parent.remove(parent[-1])
        del blocks[0]
        definition: _Definition | None = None
        indent = 0
        while True:
            for part, marker in _parts(lines, indent):
                if marker >= 0:
                    self._build(parent, definition)
                    terms = part[:marker] or terms
                    definition = _Definition(terms, part[marker], is_loose=is_loose and not part[:marker])
                    terms, indent = [], definition.offset
                rest = definition.add(part[marker + 1 :], indent) if definition else part
                if rest:
                    self._build(parent, definition)
                    definition = None
                    self.parser.parseBlocks(parent, ["\n".join(rest)])
            following = definition.following(blocks) if definition else None
            if following is None or definition is None:
                self._build(parent, definition)
                return True
            lines, is_loose = following, True
            indent = 0 if _MARKER.match(lines[0]) else definition.offset

    def _terms_above(self, parent: etree.Element) -> list[str]:
        """The lines of the paragraph right above."""
        sibling = self.lastChild(parent)
        return (sibling.text or "").split("\n") if sibling is not None and sibling.tag == "p" else []

    def _build(self, parent: etree.Element, definition: _Definition | None) -> None:
        if definition is None:
            return
        dl = self.lastChild(parent)
        if dl is None or dl.tag != "dl":
            dl = etree.SubElement(parent, "dl")
        for term in definition.terms:
            if term.strip():
                etree.SubElement(dl, "dt").text = term.strip()
        while definition.lines and not definition.lines[-1].strip():
            definition.lines.pop()
        self.parser.state.set(_STATE)
        dd = etree.SubElement(dl, "dd")
        has_blank = parse_item(self.parser, dd, "\n".join(definition.lines))
        self.parser.state.reset()
        if not has_blank and not definition.is_loose:
            tighten(dd)


def _is_no_term(line: str) -> bool:
    """Whether a line is something else: an item, a heading, a quotation, a definition of another kind."""
    return interrupts_paragraph(line) or defines(line) or may_begin_item(line) or line.startswith("    ")


def _parts(lines: list[str], inside: int) -> Iterator[tuple[list[str], int]]:
    """The lines in parts, each with the place in it where a definition begins: behind its terms, before what is in it.

    `inside`: where the content of the definition begins that the first lines belong to; that part begins none (-1).
    """
    begin, marker = 0, -1
    is_first, indent = not inside, inside or 4
    for n, line in enumerate(lines):
        opening = _MARKER.match(line)
        if opening is None or opening.start("space") > indent:
            continue
        indent = opening.end()
        if not is_first:
            terms = max(marker + 1, n - 1)
            if lines[marker + 1].startswith("  "):  # only what is indented belongs to the definition
                terms = next((k for k in range(marker + 1, n) if not lines[k].startswith("  ")), n)
            if terms > begin:
                yield lines[begin:terms], marker - begin if marker >= 0 else -1
            begin = terms
        is_first, marker = False, n
    yield lines[begin:], marker - begin if marker >= 0 else -1


class DefinitionListExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.parser.blockprocessors.register(DefinitionListProcessor(md.parser), "deflist", 79)  # lists: 78
