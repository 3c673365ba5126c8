"""What holds nothing that a reader could see or follow: links, pictures, headings and emphasis of a body."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import unescape

from newsgen.addresses.urls import MARKDOWN
from newsgen.nouns.diagnostics import Diagnostic, diagnose
from newsgen.parsing.markup.characters import SLOT, shortened
from newsgen.parsing.markup.cleaning import read_attributes
from newsgen.parsing.markup.other_systems import holds_one
from newsgen.parsing.markup.places import Places, without_code, without_raw_code

_NO_ADDRESS = ('=""', '="#"', '="?"', '//"', ':"', "=''", "='#'", "=#")
_EMPTY_ITEM = ("<li></li>", '"></li>')
_EMPTY_HEADING = ('"></h', "> </h")


def empties(places: Places, html: str) -> Iterator[Diagnostic]:
    """What is told of the text of these places, of which Markdown made this HTML."""
    if _may_hold_empty_link(html):
        yield from _without_words(places, html)
    if holds_one(html, _NO_ADDRESS):
        yield from _without_address(places, html)
    if holds_one(html, _EMPTY_HEADING) or ("<h" in places.text and "></h" in html):
        yield from _headings(places, html)
    if "<hr>" in html and ("**" in places.text or "__" in places.text):
        for match in _emphasis().finditer(without_code(places.text)):
            yield diagnose(places.at(match.start(1)), "markup-empty/emphasis", words=match[1])
    if holds_one(html, _EMPTY_ITEM):
        yield from _items_and_notes(places, html)
    if "<img" in places.text:
        yield from _raw_pictures(places)


def _may_hold_empty_link(html: str) -> bool:
    """Whether a link seems to have no words, other than a cross-link, which gets the title of its story."""
    at = html.find('"></a>')
    while at >= 0:
        if html[html.rfind('"', 0, at) + 1] != SLOT:
            return True
        at = html.find('"></a>', at + 1)
    return "> </a>" in html


def _without_words(places: Places, html: str) -> Iterator[Diagnostic]:
    counts: Counter[str] = Counter()
    for match in _compiled(r"<a (?P<attributes>[^<>]*)>\s*</a>").finditer(html):
        attributes = dict(read_attributes(match["attributes"]))
        address = attributes.get("href", "")
        is_named = address.startswith(SLOT) or address.partition("#")[0].partition("?")[0].endswith(MARKDOWN)
        if _no_address().fullmatch(address) or is_named or "aria-label" in attributes:
            continue  # without an address it is a place, or told as that; a story has a title
        counts[address] += 1
        place = places.nth("wordless", address, counts[address]) or places.nth("link", address, counts[address])
        yield diagnose(place or places.next("link", address), "markup-empty/link", address=shortened(address))


def _without_address(places: Places, html: str) -> Iterator[Diagnostic]:
    counts: Counter[str] = Counter()
    for match in _address().finditer(html):
        name, address = match["name"], match["address"]
        counts[address] += 1
        place = places.nth("link", address, counts[address]) or places.next("link", address)
        if name == "src":
            yield diagnose(place, "picture-missing/address")
        else:
            yield diagnose(place, "markup-empty/top" if address == "#" else "markup-empty/address")


def _headings(places: Places, html: str) -> Iterator[Diagnostic]:
    count = sum(1 for _ in _compiled(r"<h[1-6](?: [^<>]*)?>\s*</h[1-6]>").finditer(html))
    if count:
        written = _heading().finditer(without_raw_code(without_code(places.text)))
        for match, _ in zip(written, range(count), strict=False):
            begin = match.start("begin") if match["begin"] else match.start()
            yield diagnose(places.at(begin), "markup-empty/heading", words=match["begin"] or f"<h{match['level']}>")


def _items_and_notes(places: Places, html: str) -> Iterator[Diagnostic]:
    for note in _compiled(r'<li id="fn:([^"]*)"></li>').finditer(html):
        if place := places.nth("definition", unescape(note[1]), 1):
            yield diagnose(place, "markup-empty/note", label=unescape(note[1]))
    written = _item().finditer(without_raw_code(without_code(places.text)))
    for match, _ in zip(written, range(html.count("<li></li>")), strict=False):
        yield diagnose(places.at(match.start(1)), "markup-empty/item", words=match[1])


@cache
def _item() -> re.Pattern[str]:
    """The sign of an item with nothing behind it, nor indented below it."""
    return re.compile(r"^[ >]*+(?:(?:[-*+]|\d{1,9}[.)])[ ]++)*([-*+]|\d{1,9}[.)])[ ]*$(?!\n[ ]+[^ \n])", re.MULTILINE)


def _raw_pictures(places: Places) -> Iterator[Diagnostic]:
    shown = without_raw_code(without_code(places.text))
    for match in _compiled(r"(?<!\\)<img(?![^<>]*[\s\"'](?:src|srcset)=)(?=[\s/>])[^<>]*>").finditer(shown):
        yield diagnose(places.at(match.start()), "picture-missing/address")


@cache
def _no_address() -> re.Pattern[str]:
    """Nothing, or no more than a scheme or the signs that part an address: what leads to this page, or nowhere."""
    return re.compile(r"[#?]?|https?:/{0,3}|//+|mailto:|tel:")


@cache
def _address() -> re.Pattern[str]:
    return re.compile(
        rf" (?P<name>href|src)=(?P<quote>[\"']?)(?P<address>{_no_address().pattern})(?P=quote)(?=[\s>])", re.IGNORECASE
    )


@cache
def _heading() -> re.Pattern[str]:
    return re.compile(
        r"^[ >]*+(?:(?:[-*+]|\d{1,9}[.)])[ ]++)*+(?P<begin>#{1,6})(?:[ ]++#*+[ ]*+)?$"
        r"|<h(?P<level>[1-6])(?:[ ][^<>]*)?>\s*</h(?P=level)>",
        re.MULTILINE,
    )


@cache
def _emphasis() -> re.Pattern[str]:
    """Signs around nothing, alone on a line, which are a rule."""
    return re.compile(r"^[ >]*+(?:(?:[-*+]|\d{1,9}[.)])[ ]++)*+((\*\*|__)[ ]++\2)[ ]*$", re.MULTILINE)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
