"""Notes: numbered in the order of their calls, every id once, no way back to a call that does not exist."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable

from markdown import Markdown
from markdown.extensions.footnotes import (
    FN_BACKLINK_TEXT,
    NBSP_PLACEHOLDER,
    FootnoteBlockProcessor,
    FootnoteExtension,
    FootnoteInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor

_NOT_IN_ID = re.compile(r"[^\w.-]+")
_ONLY_STASHED = re.compile("\x02wzxhzdk:\\d+\x03").fullmatch  # code, or a block of HTML
_MARK = r"\[\^((?:[^\[\]]|\[(?!\^))*)\]"
#: How many notes may stand within each other; what is deeper is text.
_DEEPEST = 8


class NoteExtension(FootnoteExtension):
    """Python-Markdown's notes, with numbers, ids and ways back made anew when all calls are known.

    `uncalled` and `undefined` are the labels at fault in the body that was converted last; `again` are those that are
    defined a second time in other words, of which the first definition counts.
    """

    def __init__(self) -> None:
        self.uncalled: list[str] = []
        self.undefined: list[str] = []
        self.again: list[str] = []
        self.depth = 0  # of the note that is being read: one may be defined within another
        self._waiting: list[str] = []
        self._reading = ""  # the label of the note that is being read
        super().__init__(PLACE_MARKER="\ufdd6")  # a character that no author can type: notes stand at the end

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(_NoteProcessor(self), "footnote", 17)
        md.inlinePatterns.register(_CallProcessor(_MARK, self), "footnote", 175)
        md.treeprocessors.register(_NoteTreeprocessor(md, self), "footnote-duplicate", 15)

    def reset(self) -> None:
        super().reset()
        self.uncalled = []
        self.undefined = []
        self.again = []
        self.depth = 0
        self._waiting.clear()

    def setFootnote(self, id: str, text: str) -> None:
        if id in self.footnotes and id != self._reading:  # a note may hold nothing but another text of its own
            if text.strip() != self.footnotes[id].strip():
                self.again.append(id)
            return
        super().setFootnote(id, text)
        self._waiting.append(id)

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:
        """The notes in the order of their definitions; those within a note come behind all others."""
        if not self.footnotes:
            return None
        div = etree.Element("div", {"class": "footnote"})
        etree.SubElement(div, "hr")
        ol = etree.SubElement(div, "ol")
        items: dict[str, etree.Element] = {}
        read: dict[str, str] = {}
        self.depth = 1
        while self._waiting:
            waiting, self._waiting = dict.fromkeys(self._waiting), []
            for label in waiting:
                if label not in items:
                    items[label] = etree.SubElement(ol, "li", {"id": self.makeFootnoteId(label)})
                text = self.footnotes[label]
                if text != read.get(label):
                    read[label] = text
                    self._reading = label
                    items[label].extend(self._read(text))
                    self._reading = ""
            self.depth += 1
        self.depth = 0
        for label, li in items.items():
            self._add_way_back(label, li)
        return div

    def _read(self, text: str) -> list[etree.Element]:
        div = etree.Element("div")  # block processors would take an `li` for part of a list
        self.parser.parseChunk(div, text)
        return list(div)

    def _add_way_back(self, label: str, li: etree.Element) -> None:
        link = etree.Element("a", {"class": "footnote-backref", "href": f"#{self.makeFootnoteRefId(label)}"})
        link.text = FN_BACKLINK_TEXT
        last = li[-1] if len(li) else None
        if last is not None and (last.tag != "p" or _ONLY_STASHED(last.text or "")):
            last = etree.SubElement(li, "p")
        elif last is not None:
            last.text = (last.text or "") + NBSP_PLACEHOLDER
        if last is not None:
            last.append(link)


class _NoteProcessor(FootnoteBlockProcessor):
    """Definitions of notes, not too deep within notes."""

    def __init__(self, notes: NoteExtension) -> None:
        super().__init__(notes)
        self.notes = notes

    def test(self, parent: etree.Element, block: str) -> bool:
        return "[^" in block and self.notes.depth < _DEEPEST


class _CallProcessor(FootnoteInlineProcessor):
    def __init__(self, pattern: str, notes: NoteExtension) -> None:
        super().__init__(pattern, notes)
        self.notes = notes

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        label = m[1]
        if label in self.notes.footnotes:
            sup = etree.Element("sup", {"id": "fnref"})
            link = etree.SubElement(sup, "a", {"class": "footnote-ref", "href": self.notes.makeFootnoteId(label)})
            link.text = ""  # its number comes with all calls known; an attribute that holds the call shows none
            return sup, m.start(), m.end()
        self.notes.undefined.append(label)
        return None, m.start(), m.end()


class _NoteTreeprocessor(Treeprocessor):
    """Gives notes their numbers in reading order, calls and notes their ids, notes their ways back.

    Python-Markdown numbers by definition, makes ids of labels with spaces, and links back to calls that do not exist.
    """

    def __init__(self, md: Markdown, notes: NoteExtension) -> None:
        super().__init__(md)
        self.notes = notes

    def run(self, root: etree.Element) -> None:
        div = root.find("div[@class='footnote']") if self.notes.footnotes else None
        ol = div.find("ol") if div is not None else None
        if div is None or ol is None:
            return
        items = dict(zip(self.notes.footnotes, list(ol), strict=True))
        calls = self._calls(root, div, items)
        ids: dict[str, str] = {}
        taken: set[str] = set()
        for number, label in enumerate(calls, start=1):
            ids[label] = _id(label, number, taken)
        for item in items.values():
            ol.remove(item)
        for number, label in enumerate(calls, start=1):
            for count, sup in enumerate(calls[label], start=1):
                sup.set("id", f"fnref{count if count > 1 else ''}:{ids[label]}")
                sup[0].set("href", f"#fn:{ids[label]}")
                sup[0].text = str(number)
            items[label].set("id", f"fn:{ids[label]}")
            _set_ways_back(items[label], [sup.get("id", "") for sup in calls[label]])
            ol.append(items[label])

    def _calls(
        self, root: etree.Element, div: etree.Element, items: dict[str, etree.Element]
    ) -> dict[str, list[etree.Element]]:
        """Calls by label, labels in the order of their first calls; calls within notes follow those of the text."""
        calls: dict[str, list[etree.Element]] = {}
        order: list[str] = []

        def add(sups: Iterable[etree.Element]) -> None:
            for sup in sups:
                if sup.get("id") == "fnref":
                    label = sup[0].get("href", "").split(self.notes.get_separator(), 1)[1]
                    if label not in calls:
                        calls[label] = []
                        order.append(label)
                    calls[label].append(sup)

        for child in root:
            if child is not div:
                add(child.iter("sup"))
        done = 0
        for label in (None, *items):
            if label is not None:
                if label in calls:
                    continue
                self.notes.uncalled.append(label)
                calls[label] = []
                order.append(label)
            while done < len(order):
                add(items[order[done]].iter("sup"))
                done += 1
        return {label: calls[label] for label in order}


def _id(label: str, number: int, taken: set[str]) -> str:
    base = _NOT_IN_ID.sub("-", label).strip("-") or f"n{number}"
    id, n = base, 1
    while id in taken:
        n += 1
        id = f"{base}_{n}"
    taken.add(id)
    return id


def _set_ways_back(item: etree.Element, refs: list[str]) -> None:
    """The note's links to its calls; none where nothing calls it."""
    paragraph = item[-1] if len(item) else item
    link = paragraph[-1] if len(paragraph) else None
    if link is None or link.get("class") != "footnote-backref":
        return
    link.attrib.pop("title", None)
    if refs:
        link.set("href", f"#{refs[0]}")
        for ref in refs[1:]:
            another = etree.SubElement(paragraph, "a", {**link.attrib, "href": f"#{ref}"})
            another.text = link.text
        return
    paragraph.remove(link)
    before = paragraph[-1] if len(paragraph) else None
    if before is not None:
        before.tail = (before.tail or "").removesuffix(NBSP_PLACEHOLDER)
    else:
        paragraph.text = (paragraph.text or "").removesuffix(NBSP_PLACEHOLDER)
        if not paragraph.text.strip() and paragraph.tag == "p":
            item.remove(paragraph)
