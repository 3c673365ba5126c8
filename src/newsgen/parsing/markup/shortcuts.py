"""Python-Markdown without the work that cannot change anything: what is not in a text needs no looking for.

Every processor that is left out here is one that would have found nothing, so that the HTML is the same to the byte
(`tests/test_markup_shortcuts.py` compares the two).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from typing import Any

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, TocTreeprocessor, unique
from markdown.util import AtomicString

from newsgen.parsing.markup.characters import PLAIN
from newsgen.parsing.markup.guards import DEEPEST, MANY, PartedInlineProcessor
from newsgen.parsing.markup.prepass import BEGINNING

# ---- inline patterns
#: An inline pattern by name, and strings of which one stands in whatever it matches. Others are always looked for.
_SIGNS = {
    "backtick": ("`", "\\"), "escape": ("\\",), "newsgen-cross-link": ("[[",), "footnote": ("[^",),
    "reference": ("[",), "link": ("](",), "image_link": ("![",), "image_reference": ("![",),
    "short_reference": ("[",), "short_image_ref": ("![",), "autolink": ("<",), "automail": ("<",),
    "linebreak": ("  \n", "\\\n"), "html": ("<",), "newsgen-address": ("://", "www.", "@"), "entity": ("&",),
    "em_strong": ("*", "_", "~~"),
}  # fmt: skip
_OF_REFERENCES = frozenset(("reference", "image_reference", "short_reference", "short_image_ref"))
# Of each first character the signs that begin with it.
_BY_CHARACTER = {
    sign[0]: tuple(sorted({other for signs in _SIGNS.values() for other in signs if other[0] == sign[0]}))
    for signs in _SIGNS.values()
    for sign in signs
}


class QuickInlineProcessor(PartedInlineProcessor):
    """Looks in a text for those patterns only of which a sign stands in it, and for references if there are any.

    A pattern puts placeholders in the place of characters, and those hold no sign: what a text lacks it will not get.
    """

    inlinePatterns: Any

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        names = {id(md.inlinePatterns[name]): name for name in _SIGNS if name in md.inlinePatterns}
        self._patterns = [(pattern, names.get(id(pattern), "")) for pattern in md.inlinePatterns]
        self._everything = [pattern for pattern, _ in self._patterns]
        self._needed: dict[tuple[Any, ...], list[Any]] = {}

    def run(self, tree: etree.Element, ancestors: list[str] | None = None) -> etree.Element:
        self.inlinePatterns = self._everything
        return super().run(tree, ancestors)

    def read(self, text: str) -> str:
        outer, self.inlinePatterns = self.inlinePatterns, self._everything
        handled = super().read(text)
        self.inlinePatterns = outer
        return handled

    def _patterns_for(self, data: str) -> list[Any]:
        key: tuple[Any, ...] = (bool(self.md.references),)
        for character, signs in _BY_CHARACTER.items():
            if character in data:
                key += tuple([sign for sign in signs if sign in data])
        patterns = self._needed.get(key)
        if patterns is None:
            patterns = self._needed[key] = [
                pattern
                for pattern, name in self._patterns
                if not name or (any(sign in key for sign in _SIGNS[name]) and (key[0] or name not in _OF_REFERENCES))
            ]
        return patterns

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        if isinstance(data, AtomicString):
            return data
        inner = self._patterns_for(data)
        outer = self.inlinePatterns
        if inner and outer is not self._everything:  # a text within what a pattern found: only what comes after
            rest = outer[patternIndex:]
            inner = [pattern for pattern in inner if pattern in rest]
        if not inner:
            return data
        self.inlinePatterns = inner
        handled: str = super()._InlineProcessor__handleInline(data, 0)  # type: ignore[misc]
        self.inlinePatterns = outer
        return handled


# ---- heading ids
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class QuickTocTreeprocessor(TocTreeprocessor):
    """Gives headings of words alone their ids without making HTML of them first."""

    def run(self, doc: etree.Element) -> None:
        headings = []
        ids = set()
        for element in doc.iter():
            if element.tag in _HEADINGS:
                if len(element) or element.attrib or not (element.text or "x").translate(_WORDS_ONLY).isprintable():
                    super().run(doc)
                    return
                headings.append(element)
            elif "id" in element.attrib:
                ids.add(element.attrib["id"])
        if len(headings) > MANY:
            super().run(doc)  # which tells a great many alike ones apart in less time
            return
        for heading in headings:
            words = " ".join((heading.text or "").split())
            heading.set("id", unique(self.slugify(words, self.sep), ids))


# Turns characters that HTML would escape, placeholders and line ends into something that does not print.
_WORDS_ONLY = {ord(character): "\n" for character in "<>&"}


# ---- blocks
_PARAGRAPH = re.compile(rf"(?:{BEGINNING}|{PLAIN}|\[\[|\*\*?[^\W_])[^|\n]*(?:\n{BEGINNING}[^|\n]*)*").fullmatch


class ParagraphProcessor(BlockProcessor):
    """Takes a block whose lines begin nothing else, before all other processors look at it."""

    def test(self, parent: etree.Element, block: str) -> bool:
        return not self.parser.state.isstate("list") and _PARAGRAPH(block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        etree.SubElement(parent, "p").text = blocks.pop(0)


# ---- the whole
#: A preprocessor by name, and whether a text may hold something for it.
_PREPROCESSORS: dict[str, Callable[[str], bool]] = {
    "newsgen-fences": lambda text: "```" in text or "~~~" in text,
    "newsgen-raw-code": lambda text: "[[" in text and "</" in text,
    "newsgen-bars": lambda text: "[[" in text and "|" in text,
    "newsgen-comments": lambda text: "<!--" in text,
    "newsgen-cost": lambda text: "&#" in text or text.count("[") > DEEPEST or text.count("<") > MANY,
    "html_block": lambda text: "<" in text,
}
#: A treeprocessor by name, and the strings of which a text holds one if there is anything for it to do.
_TREEPROCESSORS: dict[str, tuple[str, ...]] = {
    "footnote": ("[^",),
    "footnote-duplicate": ("[^",),
    "newsgen-picture-words": ("![",),
    "newsgen-alt": ("![",),
    "attr_list": ("{",),
    "newsgen-figure": ("![", "|"),
    "newsgen-cross-link-block": ("[[",),
    "unescape": ("\\", "*", "_", "~~"),
}


class QuickMarkdown(Markdown):
    """Markdown whose `convert` runs those processors only that may find something."""

    _blocks: frozenset[str] = frozenset()
    _steps: tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]] | None = None

    def _build(self) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
        pre = {id(self.preprocessors[name]): test for name, test in _PREPROCESSORS.items()
               if name in self.preprocessors}  # fmt: skip
        tree = {id(self.treeprocessors[name]): signs for name, signs in _TREEPROCESSORS.items()
                if name in self.treeprocessors}  # fmt: skip
        return (
            [(each, pre.get(id(each))) for each in self.preprocessors],
            [(each, tree.get(id(each))) for each in self.treeprocessors],
        )

    def is_block_level(self, tag: Any) -> bool:
        return tag in self._blocks or super().is_block_level(tag)

    def convert(self, source: str) -> str:
        """As Python-Markdown's, for text without CR, STX and ETX."""
        if not source.strip():
            return ""
        if self._steps is None:
            # A registry sorts itself and copies its list for each block that asks for it.
            self.parser.blockprocessors = tuple(self.parser.blockprocessors)  # type: ignore[assignment]
            self._steps = self._build()
            self._blocks = frozenset(self.block_level_elements)
        preprocessors, treeprocessors = self._steps
        lines = source.split("\n")
        for processor, test in preprocessors:
            if test is None or test(source):
                lines = processor.run(lines)
        root = self.parser.root = etree.Element(self.doc_tag)
        self.parser.parseChunk(root, "\n".join(lines))
        for processor, signs in treeprocessors:
            if signs is None or any(sign in source for sign in signs):
                new = processor.run(root)
                if new is not None:
                    root = new
        output: str = self.serializer(root)
        start = output.index(f"<{self.doc_tag}>") + len(self.doc_tag) + 2
        output = output[start : output.rindex(f"</{self.doc_tag}>")].strip()
        for each in self.postprocessors:
            output = each.run(output)
        return output.strip()


class ShortcutExtension(Extension):
    """Registers the shortcuts; after all other extensions. `headings` is the one that gives headings their ids."""

    def __init__(self, headings: TocExtension) -> None:
        super().__init__()
        self.headings = headings

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(QuickInlineProcessor(md), "inline", 20)
        md.treeprocessors.register(QuickTocTreeprocessor(md, self.headings.getConfigs()), "toc", 5)
        md.parser.blockprocessors.register(ParagraphProcessor(md.parser), "newsgen-paragraph", 105)
