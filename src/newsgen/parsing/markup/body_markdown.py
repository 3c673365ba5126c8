"""Python-Markdown set up for the bodies of one language."""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions.toc import TocExtension

from newsgen.parsing.markup.attributes import AttributeListExtension
from newsgen.parsing.markup.crosslinks import AddressExtension, CrossLinkExtension
from newsgen.parsing.markup.definition_lists import DefinitionListExtension
from newsgen.parsing.markup.definitions import AbbreviationExtension, ReferenceExtension
from newsgen.parsing.markup.emphasis import EmphasisExtension
from newsgen.parsing.markup.fences import FenceExtension
from newsgen.parsing.markup.figures import FigureExtension
from newsgen.parsing.markup.footnotes import NoteExtension
from newsgen.parsing.markup.guards import GuardExtension
from newsgen.parsing.markup.headings import HeadingExtension, heading_id
from newsgen.parsing.markup.html_blocks import HtmlBlockExtension
from newsgen.parsing.markup.lists import ListExtension
from newsgen.parsing.markup.quotations import QuoteExtension
from newsgen.parsing.markup.shortcuts import QuickMarkdown, ShortcutExtension
from newsgen.parsing.markup.tables import CaptionExtension, WrittenTableExtension
from newsgen.parsing.markup.typography import TypographyExtension


class BodyMarkdown:
    """A Markdown object with those of its extensions that say what they found in the body that was converted last."""

    def __init__(self, lang: str, *, shortcuts: bool) -> None:
        self.tables = WrittenTableExtension()
        self.notes = NoteExtension()
        self.cross_links = CrossLinkExtension()
        self.figures = FigureExtension(self.cross_links.links)
        self.fences = FenceExtension()
        headings = TocExtension(marker="", slugify=heading_id)
        self.abbreviations = AbbreviationExtension()
        self.references = ReferenceExtension()
        self.attributes = AttributeListExtension()
        self.guards = GuardExtension(self.abbreviations.abbrs)
        self.md = (QuickMarkdown if shortcuts else Markdown)(
            extensions=[
                self.tables,
                self.notes,
                DefinitionListExtension(),
                self.references,
                self.attributes,
                self.abbreviations,
                headings,
                self.fences,
                ListExtension(),
                QuoteExtension(),
                self.figures,
                CaptionExtension(),
                self.cross_links,
                AddressExtension(),
                EmphasisExtension(),
                self.guards,
                HtmlBlockExtension(),
                HeadingExtension(),
                TypographyExtension(lang),
                *([ShortcutExtension(headings)] if shortcuts else []),
            ],
            output_format="html",
        )

    def convert(self, text: str) -> str:
        self.md.reset()
        return self.md.convert(text)

    def has_raw_html(self) -> bool:
        """Whether the text that was converted last held tags of the author's own."""
        stash = self.md.htmlStash
        ours = self.fences.preprocessor.stashed
        return any(
            raw[:1] == "<" and raw != "<!-- -->" and stash.get_placeholder(n) not in ours
            for n, raw in enumerate(map(str, stash.rawHtmlBlocks))
        )
