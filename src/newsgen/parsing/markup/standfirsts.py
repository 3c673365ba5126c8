"""The standfirst (`lead`): inline Markdown to HTML without slots, and what it cannot hold, told at its place.

It stands on cards, in lists and in feeds as well, so it has no headings of its own to lead to, and no links whose
address is known only when a page is written: those to files of content/.
"""

from __future__ import annotations

import re
import threading

import msgspec
from markdown import Markdown

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import Reference, Text
from newsgen.parsing.markup.addresses import (
    CLEAN_TAG,
    Outside,
    broken,
    drop_cite,
    fragment_of,
    is_own_address,
    local_target,
    of_misspelled,
    written_tag,
)
from newsgen.parsing.markup.characters import clean_references, clean_text, finished, with_data, without_data
from newsgen.parsing.markup.cleaning import Dropped, clean_inline, dropped, read_attributes
from newsgen.parsing.markup.crosslinks import AddressExtension
from newsgen.parsing.markup.drops import diagnosed_all
from newsgen.parsing.markup.emphasis import EmphasisExtension
from newsgen.parsing.markup.empties import empties
from newsgen.parsing.markup.guards import GuardExtension
from newsgen.parsing.markup.places import Places
from newsgen.parsing.markup.prepass import is_plain, with_marks
from newsgen.parsing.markup.typography import TypographyExtension, as_set, typeset
from newsgen.parsing.markup.unclosed import marked, settled

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


class Standfirst(msgspec.Struct, frozen=True):
    """A standfirst as HTML; what cleaning took away; the addresses of its links, and whether each of them stays."""

    html: str
    dropped: tuple[Dropped, ...] = ()
    links: tuple[tuple[str, bool], ...] = ()


class _Kept(threading.local):
    """Markdown objects of this thread by language: building one takes longer than an article."""

    def __init__(self) -> None:
        self.markdown: dict[str, Markdown] = {}


_kept = _Kept()


def standfirst(text: str, *, lang: str) -> Standfirst:
    """Emphasis, code and links, with the typography of the language; no paragraphs, no slots.

    Raw HTML stays as far as it may stand in a line of text. A link to a file of content/ shows its words only.
    """
    text = clean_text(text).strip()
    if "\n" in text:
        text = _BLANK_LINES.sub("\n", text)
    if not text:
        return Standfirst("")
    if is_plain(text):
        return Standfirst(typeset(text, lang=lang))  # no character of these needs escaping
    if with_emphasis := with_marks(text, lang=lang):
        return Standfirst(with_emphasis[0])
    return through_markdown(text, lang=lang)


def through_markdown(text: str, *, lang: str) -> Standfirst:
    """As `standfirst`, which goes past it where no character can be mark-up, with the same answer."""
    md = _kept.markdown.pop(lang, None) or _markdown(lang)
    md.reset()
    shown, data = without_data(text)
    html = clean_references(md.convert(shown)).removeprefix("<p>").removesuffix("</p>")
    _kept.markdown[lang] = md
    dropped_parts: list[Dropped] = []
    if "<" in html:
        html = marked(html)
        dropped_parts = dropped(html, is_inline=True)
        html = settled(html, is_trusted=False)
    html, links = _without_slots(clean_inline(html))
    html = finished(as_set(with_data(html, data))).strip()
    return Standfirst(html, tuple(dropped_parts), links)


def _markdown(lang: str) -> Markdown:
    extensions = [AddressExtension(), EmphasisExtension(), GuardExtension({}), TypographyExtension(lang)]
    md = Markdown(extensions=extensions, output_format="html")
    md.preprocessors.deregister("html_block")
    for name in ("reference", "image_link", "image_reference", "short_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    for name in ["indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote", "reference"]:
        md.parser.blockprocessors.deregister(name)
    return md


def _without_slots(html: str) -> tuple[str, tuple[tuple[str, bool], ...]]:
    """Inline HTML with such links only as need no slot, to other sites and to addresses of this one; all addresses,
    and whether each is still a link."""
    is_kept: list[bool] = []
    links: list[tuple[str, bool]] = []

    def tag(match: re.Match[str]) -> str:
        if match[3]:
            return match[3] if not is_kept or is_kept.pop() else ""
        if match[1] != "a" and "cite" not in (match[2] or ""):
            return match[0]
        attributes = dict(read_attributes(match[2] or ""))
        if match[1] != "a":
            drop_cite(attributes)
            return written_tag(match[1], attributes)
        href = attributes.get("href")
        is_kept.append(href is not None and _needs_no_slot(href))
        if href is not None:
            links.append((href, is_kept[-1]))
        return match[0] if is_kept[-1] else ""

    return CLEAN_TAG.sub(tag, html), tuple(links)


def _needs_no_slot(address: str) -> bool:
    try:
        return not address.startswith("#") and local_target(address, "", is_picture=False) is None
    except Outside:
        return False


# ---- what is told
def in_standfirst(
    lead: Standfirst, at: Text, *, path: str, source: str, origin: str
) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """Its links within the site by address, and what it cannot hold, each at its place.

    `at` is the text of the key in the file `path`, `source` the file from the line of that place on; `origin` is
    scheme and host of the site, "" where nobody knows them.
    """
    places = _Places(source, at, path)
    diagnostics = diagnosed_all(lead.dropped, places)
    if source[at.column - 1 : at.column] == '"':
        diagnostics = list(map(_in_double_quotes, diagnostics))
    addresses: list[Reference] = []
    for address, stays in lead.links:
        if stays and is_own_address(address, origin):
            place = places.next("link", address)
            addresses.append(Reference("address", address, place.line, place.column, fragment_of(address)))
        elif misspelled := of_misspelled(address, places):
            diagnostics.append(misspelled)
        elif not stays:
            diagnostics.append(_of_link(address, places.next("link", address)))
    diagnostics += empties(places, lead.html)
    return tuple(addresses), tuple(diagnostics)


def _in_double_quotes(told: Diagnostic) -> Diagnostic:
    """What is told of a text in double quotes, where a backslash is written twice."""
    if told.key != "html-dropped/unknown":
        return told
    return diagnose(told.location, "html-dropped/unknown-quoted", tag=dict(told.parameters)["tag"])


def _of_link(address: str, place: Location) -> Diagnostic:
    try:
        local_target(address, "folder", is_picture=False)
    except Outside as fault:
        if fault.why != "folder":
            return broken(address, fault, place)
    return diagnose(place, "link-broken/lead", address=address)


class _Places(Places):
    """The places of a value of the front matter: in its own lines, from where it begins."""

    def __init__(self, source: str, at: Text, path: str) -> None:
        first, *others = source.split("\n")
        lines = ["." * (at.column - 1) + first[at.column - 1 :]]
        for line in others:
            if line.strip() and line[0] not in " \t":
                break  # the next key
            lines.append(line)
        super().__init__("\n".join(lines), path=path, first_line=at.line)
        self._begin = at.at(path)

    def next(self, kind: str, words: str) -> Location:
        place = super().next(kind, words)
        is_found = (place.line, place.column) >= (self._begin.line, self._begin.column)
        return place if is_found else self._begin
