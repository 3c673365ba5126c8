"""A body from Markdown to HTML with slots: a function of its text alone."""

from __future__ import annotations

import itertools
import re
import threading
import unicodedata

from msgspec.structs import replace

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, in_order
from newsgen.nouns.model import Body, Reference
from newsgen.parsing.markup.addresses import AddressPass
from newsgen.parsing.markup.body_markdown import BodyMarkdown
from newsgen.parsing.markup.characters import (
    AMPERSAND,
    ANGLE,
    CONTROL_NAMES,
    FORBIDDEN,
    PLAIN,
    SLOT,
    SPACES,
    TAB,
    UNCLOSED,
    clean_references,
    clean_text,
    finished,
    is_clean,
    with_data,
    without_data,
)
from newsgen.parsing.markup.cleaning import clean, clean_once, dropped, dropped_table_parts
from newsgen.parsing.markup.drops import diagnosed_all
from newsgen.parsing.markup.empties import empties
from newsgen.parsing.markup.faults import faults
from newsgen.parsing.markup.headings import heading_id
from newsgen.parsing.markup.mistyped import mistyped
from newsgen.parsing.markup.places import Places
from newsgen.parsing.markup.plain import plain_text, plain_text_of_ours
from newsgen.parsing.markup.prepass import Prepass, prepass
from newsgen.parsing.markup.tables import scrolling
from newsgen.parsing.markup.typography import as_set, as_typed
from newsgen.parsing.markup.unclosed import SWALLOWING, marked, settled

# The value of an attribute that may be an address with a scheme of its own, or with a character reference in it.
_ODD_VALUE = re.compile(r'(?<! id)="(?:(?!https?:)[^"/?#]*[:&]|https?://[^"/?#]*(?:[\[\]|^% ]|&[lg]t;))')
#: What stands for a cross-link, or, of Python-Markdown, for anything; a piece may have lost its end.
_ON_THE_WAY = re.compile(rf"{SLOT}\d*|\x02[^\x03\s]*+\x03?")
_WORDLESS = re.compile(r"(<a href=\"newsgen:(\d+)\"(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>)(?=</a>)")


class _Kept(threading.local):
    """Markdown objects of this thread by language: building one takes longer than an article."""

    def __init__(self) -> None:
        self.bodies: dict[tuple[str, bool], BodyMarkdown] = {}


_kept = _Kept()


def convert(
    text: str,
    *,
    path: str,
    first_line: int,
    lang: str,
    folder: str,
    trusted_html: bool,
    origins: tuple[str, ...] = (),
    shortcuts: bool = True,
) -> tuple[Body, tuple[Diagnostic, ...]]:
    """The body of a content file, and what is wrong with it.

    `text` begins in line `first_line` of the file `path`; `folder` is the file's folder under content/ ("" at the
    top), from which relative links start; `trusted_html` turns the allow-list off; `origins` are other sites whose
    pictures and films the policy of the pages lets load, the site's own among them. Markdown decides what is a link, a
    note or raw HTML; places come from a tokenizer that only reports. Without `shortcuts` the answer is the same, and
    takes four times as long: for tests.
    """
    source = clean_text(text)
    invisible = [] if is_clean(text) else _invisible(text, path, first_line)
    host = origins[0].partition("://")[2].lower() if origins else ""
    if shortcuts and not (host and host in source.lower()):  # what names the own host may be a dead link
        plain = prepass(source, lang=lang, first_line=first_line, heading_id=heading_id)
        if plain.body is not None:
            return plain.body, tuple(invisible)
    else:
        plain = Prepass(source, [])
    # An exception leaves the object in a state of which nothing is known: it comes back only after a good end.
    markdown = _kept.bodies.pop((lang, shortcuts), None) or BodyMarkdown(lang, shortcuts=shortcuts)
    shown, data = without_data(plain.text)
    html = clean_references(markdown.convert(shown)).replace(TAB, "\t")
    if shortcuts and _lost_placeholders(html, plain):
        _kept.bodies[lang, shortcuts] = markdown
        return convert(
            text,
            path=path,
            first_line=first_line,
            lang=lang,
            folder=folder,
            trusted_html=trusted_html,
            origins=origins,
            shortcuts=False,
        )
    places = Places(source, path=path, first_line=first_line)
    diagnostics = [*invisible, *mistyped(places, html), *empties(places, html)]
    is_raw = markdown.has_raw_html()
    html, dropped_parts = (_trusted if trusted_html else _allowed)(html, places, is_raw=is_raw)
    diagnostics += dropped_parts
    last_pass = AddressPass(
        places,
        folder=folder,
        cross_links=markdown.cross_links.links,
        blocks=markdown.cross_links.blocks,
        trusted=trusted_html,
        origins=origins,
        again=frozenset(markdown.attributes.treeprocessor.again),
    )
    html = with_data(last_pass.run(html).strip(), data)
    diagnostics += last_pass.diagnostics
    diagnostics += faults(markdown, places)
    diagnostics += (diagnose(places.next("heading", "1"), "heading-level") for _ in range(html.count("<h1")))
    _kept.bodies[lang, shortcuts] = markdown
    html_set = _finished_around(as_set(html))
    if not (trusted_html and is_raw):  # what looks like a table may stand in a script then
        html_set = scrolling(html_set)
    references = tuple(last_pass.references)
    typed = _with_gaps_marked(_finished_around(as_typed(html)), references)
    to_text = plain_text_of_ours if shortcuts and not trusted_html and not is_raw else plain_text
    text, gaps = _gaps(plain.put_back_text(to_text(typed)))
    body = Body(plain.put_back(html_set), text, references, tuple(last_pass.ids), gaps, tuple(last_pass.addresses))
    return body, in_order([_as_author_reads_it(diagnostic) for diagnostic in diagnostics])


def _lost_placeholders(html: str, plain: Prepass) -> bool:
    """Whether Python-Markdown lost one (`***[*_ []()*`); of its own, their numbers tell what it did not see."""
    return "\x02" in html or "\x03" in html or html.count(PLAIN) != len(plain.runs)


def _trusted(html: str, places: Places, *, is_raw: bool) -> tuple[str, list[Diagnostic]]:
    """The HTML of a body whose tags stay as they are, but for those that would take the rest; and what is told."""
    html = marked(html) if is_raw else html
    diagnostics: list[Diagnostic] = []
    if UNCLOSED in html:
        unclosed = (thing for thing in dropped(html) if thing.value == "unclosed")
        swallowing = (thing for thing in unclosed if thing.element.lower() in SWALLOWING)
        diagnostics = diagnosed_all(swallowing, places)
    return settled(html.replace("<!-- -->", ""), is_trusted=True), diagnostics


def _allowed(html: str, places: Places, *, is_raw: bool) -> tuple[str, list[Diagnostic]]:
    """The HTML that the allow-list lets through, and what is told of the rest."""
    html = marked(html) if is_raw else html
    diagnostics: list[Diagnostic] = []
    if is_raw or "{" in places.text or _ODD_VALUE.search(html):
        diagnostics = diagnosed_all(dropped(html), places)
    html = settled(html, is_trusted=False)
    if not is_raw:
        return clean_once(html), diagnostics
    cleaned = clean(html)
    return cleaned, [*diagnostics, *diagnosed_all(dropped_table_parts(html, cleaned), places)]


def _as_author_reads_it(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic without what stands for something on the way: what it quotes may be a piece of Markdown that took
    raw HTML, or HTML that took Markdown, for an address or a name."""
    if all(is_clean(value) for _, value in diagnostic.parameters if isinstance(value, str)):
        return diagnostic
    quoted = ((name, _quoted(value) if isinstance(value, str) else value) for name, value in diagnostic.parameters)
    return replace(diagnostic, parameters=tuple(quoted))


def _quoted(text: str) -> str:
    return finished(_ON_THE_WAY.sub("…", as_typed(text)).replace(ANGLE, "<").replace(AMPERSAND, "&"))


def _with_gaps_marked(html: str, references: tuple[Reference, ...]) -> str:
    """The HTML with a sign in each link within a sentence that has no words but its target's title."""
    if all(reference.has_text or reference.kind == "block" for reference in references):
        return html

    def marked(match: re.Match[str]) -> str:
        reference = references[int(match[2])]
        return f"{match[1]}{SLOT}{match[2]}{SLOT}" if reference.kind in ("inline", "path") else match[1]

    return _WORDLESS.sub(marked, html)


def _gaps(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without these signs; the place in it and the reference of each."""
    if SLOT not in text:
        return text, ()
    parts = text.split(SLOT)
    places = itertools.accumulate(map(len, parts[::2]))
    return "".join(parts[::2]), tuple(zip(places, map(int, parts[1::2]), strict=False))


def _invisible(text: str, path: str, first_line: int) -> list[Diagnostic]:
    """Each kind of character that is left out, at the first place where it stands."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first: dict[str, int] = {}
    for match in FORBIDDEN.finditer(text):
        if match[0] not in SPACES:
            first.setdefault(match[0], match.start())
    faults = []
    for character, at in first.items():
        line = text.count("\n", 0, at)
        place = Location(path, first_line + line, at - text.rfind("\n", 0, at))
        count = text.count(character)
        name = CONTROL_NAMES.get(character) or unicodedata.name(character, "no character").lower()
        case = "text" if count == 1 else "texts"
        faults.append(diagnose(place, f"character-forbidden/{case}", code=ord(character), name=name, count=count))
    return faults


def _finished_around(html: str) -> str:
    """As `finished`, with the placeholders of plain paragraphs kept."""
    return PLAIN.join([finished(part) for part in html.split(PLAIN)])
