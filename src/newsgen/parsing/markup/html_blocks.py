"""Blocks of raw HTML: each ends at the blank line, so that Markdown between blank lines is Markdown.

Rule: CommonMark 0.31, 4.6. Of its seven kinds, 1 (`<pre>`, `<script>`, `<style>`, `<textarea>`: as far as the end tag)
and 6 (the other elements that are blocks) are here. What it calls kind 7, a tag alone on its line, is part of a
paragraph, whose Markdown is Markdown.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.postprocessors import RawHtmlPostprocessor
from markdown.preprocessors import Preprocessor

_NAMES = (
    "address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link"
    " main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead"
    " title tr track ul"
    # Kind 7 in CommonMark, and blocks to Python-Markdown: alone in a paragraph they would break it in two.
    " canvas hgroup math noscript object video"
    # What is left of kind 1 where it is not closed.
    " pre script style textarea"
).replace(" ", "|")
_START = rf"(?mi)^[ ]{{0,3}}</?(?:{_NAMES})(?=[\s/>]|\Z)"
_VERBATIM = re.compile(r"([ ]{0,3})<(?:pre|script|style|textarea)(?=[\s>]|\Z)", re.IGNORECASE)
_VERBATIM_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)


def begins_html(line: str) -> bool:
    """Whether a line begins a block of HTML, also right under a paragraph."""
    return "<" in line and re.match(_START, line) is not None


class RawBlock(str):
    """Raw HTML that is a block by itself, whatever its first element is."""


class VerbatimPreprocessor(Preprocessor):
    """Takes `<pre>`, `<script>`, `<style>` and `<textarea>` out as far as their end tags, across blank lines."""

    def run(self, lines: list[str]) -> list[str]:
        ends = [n for n, line in enumerate(lines) if "</" in line and _VERBATIM_END.search(line)]
        ends.reverse()
        out: list[str] = []
        n = 0
        while n < len(lines):
            start = _VERBATIM.match(lines[n]) if "<" in lines[n] else None
            while ends and ends[-1] < n:
                ends.pop()
            if start is None or not ends:
                out.append(lines[n])
                n += 1
                continue
            indent = len(start[1])
            block = [line[indent:] if line[:indent].isspace() else line for line in lines[n : ends[-1] + 1]]
            out.append(start[1] + self.md.htmlStash.store(RawBlock("\n".join(block))))
            n = ends[-1] + 1
        return out


class HtmlBlockProcessor(BlockProcessor):
    """Takes raw HTML from the line that begins it to the end of the block, which is a blank line."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return "<" in block and re.search(_START, block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        start = re.search(_START, block)
        at = start.start() if start else 0
        if at:
            self.parser.parseBlocks(parent, [block[: at - 1]])
        html = block[at:].strip(" \n")
        etree.SubElement(parent, "p").text = self.parser.md.htmlStash.store(RawBlock(html))


class FirstHtmlBlockProcessor(HtmlBlockProcessor):
    """A block that begins with HTML, before anything else may look for its own beginning in it."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return begins_html(block)


class RawBlockPostprocessor(RawHtmlPostprocessor):
    """Puts raw HTML back; a block stands in no paragraph."""

    def isblocklevel(self, html: str) -> bool:
        return isinstance(html, RawBlock) or super().isblocklevel(html)

    def stash_to_string(self, text: str) -> str:
        return text if isinstance(text, RawBlock) else str(text)


class HtmlBlockExtension(Extension):
    """Registers blocks of HTML in the place of Python-Markdown's parser for them, which knows no blank lines."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(VerbatimPreprocessor(md), "html_block", 20)
        md.parser.blockprocessors.register(FirstHtmlBlockProcessor(md.parser), "newsgen-first-html", 109.5)
        md.parser.blockprocessors.register(HtmlBlockProcessor(md.parser), "newsgen-html", 76)  # lists: 78, tables: 75
        md.postprocessors.register(RawBlockPostprocessor(md), "raw_html", 30)
