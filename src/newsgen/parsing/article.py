"""One content file to its own values: front matter, body, references; no other file, no address, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from newsgen.nouns.diagnostics import Diagnostic, diagnose, in_order
from newsgen.nouns.model import Body, FrontMatter, Inline, Parsed, Reference, Source, Text
from newsgen.parsing import file_parts, frontmatter, markup, salvage
from newsgen.parsing.frontmatter import Document
from newsgen.parsing.markup.places import without_code
from newsgen.settings import conflict_marks

#: What leaves a file out wherever it stands, as an error of the front matter does: what can be read of its text is
#: not what its editor wrote.
BREAKING = frozenset({"comment-unclosed", "conflict-mark"})

_SPACES = re.compile(r"[ \t\n\r\f]+")


class Line(NamedTuple):
    """A text of the front matter with inline Markdown: its HTML, its links within the site, and what it cannot hold."""

    html: str = ""
    addresses: tuple[Reference, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    is_unclosed: bool = False  # has a comment without an end


def parse(
    source: Source,
    data: bytes,
    *,
    languages: tuple[str, ...],
    trusted_html: bool,
    origins: tuple[str, ...] = (),
    shortcuts: bool = True,
) -> Parsed:
    """What a file says by itself; `front` is None where the file has errors of its own.

    Without `shortcuts` the answer is the same and takes several times as long: for tests.
    """
    document = frontmatter.read(data, path=source.path, kind=source.kind, languages=languages, shortcuts=shortcuts)
    if conflict_marks.may_hold(data) and (conflict := _conflict(data, source.path)):
        return _parsed(source, data, _with_conflict(document, conflict), Inline(), Body())
    body, faults = markup.convert(
        document.body,
        path=source.path,
        first_line=document.body_line,
        lang=source.lang,
        folder=source.path.removeprefix("content/").rpartition("/")[0],
        trusted_html=trusted_html,
        origins=origins,
        shortcuts=shortcuts,
    )
    readable = document.front or document.partial
    origin = origins[0] if origins else ""
    written_lead = readable.lead if readable else None
    lead = _line(written_lead, data, source, origin=origin)
    caption = _line(readable.image.caption if readable and readable.image else None, data, source, origin=origin)
    of_lines = (*_own_address_of_source(document.front, origin), *caption.addresses, *lead.addresses)
    if of_lines:
        body = replace(body, addresses=(*of_lines, *body.addresses))
    faults = (*caption.diagnostics, *lead.diagnostics, *faults)
    if written_lead and lead.is_unclosed:
        faults = (*faults, diagnose(written_lead.at(source.path), "comment-unclosed/lead"))
    if faults:
        document = replace(document, diagnostics=(*document.diagnostics, *faults))
    front = document.front
    inline = _inline(front, source.lang, lead=lead.html, caption=caption.html) if front else Inline()
    return _parsed(source, data, document, inline, body)


def _line(typed: Text | None, data: bytes, source: Source, *, origin: str) -> Line:
    """What becomes of a text of the front matter with inline Markdown, and what is to be said of it.

    One with a comment that is not closed is shown as it was typed.
    """
    if typed is None:
        return Line()
    if "<!--" in typed.value and markup.has_unclosed_comment(typed.value):
        return Line(markup.escape(markup.typeset(typed.value, lang=source.lang)), is_unclosed=True)
    shown = markup.standfirst(typed.value, lang=source.lang)
    if not shown.dropped and not shown.links:
        return Line(shown.html)
    return Line(
        shown.html,
        *markup.in_standfirst(shown, typed, path=source.path, source=_from(data, typed), origin=origin),
    )


def _own_address_of_source(front: FrontMatter | None, origin: str) -> Iterator[Reference]:
    """The link to the outlet that the text is from, if it leads to a page of this site."""
    url = front.source.url if front and front.source else None
    if url and markup.is_own_address(url.value, origin):
        yield Reference("address", url.value, url.line, url.column, markup.fragment_of(url.value))


def _from(data: bytes, at: Text) -> str:
    """The front matter of a file from the line of a text in it on."""
    parts = file_parts.split(data, "")
    return "\n".join((parts.front or "").split("\n")[at.line - parts.front_line :])


def _parsed(source: Source, data: bytes, document: Document, inline: Inline, body: Body) -> Parsed:
    front, partial, diagnostics = document.front, document.partial, document.diagnostics
    if front and any(d.id in BREAKING for d in diagnostics):
        front, inline, partial = None, Inline(), front
    holds = () if front else salvage.holds(data)
    return Parsed(
        source.path, source.kind, source.name, source.lang, front, inline, body, diagnostics, partial, holds=holds
    )


# ---- merge conflicts
def _conflict(data: bytes, path: str) -> Diagnostic | None:
    """The error of a file that holds marks of a conflict outside code."""
    parts = file_parts.split(data, path)
    shown = conflict_marks.without_pre(without_code(parts.body))
    if parts.front is not None:
        return conflict_marks.told(f"---\n{parts.front}---\n{shown}", path)
    text = shown or data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return conflict_marks.told(text, path)


def _with_conflict(document: Document, conflict: Diagnostic) -> Document:
    """The file with its conflict in place of all that is wrong with lines that may go when it is solved."""
    if document.front is None and document.partial is None:
        return replace(document, diagnostics=(conflict,))
    return replace(document, diagnostics=in_order((*document.diagnostics, conflict)))


def _inline(front: FrontMatter, lang: str, *, lead: str, caption: str) -> Inline:
    def shown(text: str) -> str:
        return markup.escape(markup.typeset(text, lang=lang)) if text else ""

    return Inline(
        title=shown(front.title.value) if front.title else "",
        kicker=shown(front.kicker.value) if front.kicker else "",
        lead=lead,
        lead_text=_words(lead),
        caption=caption,
        gone=shown(front.gone.value) if front.gone else "",
        corrections=tuple(shown(c.text.value) for c in front.corrections),
    )


def _words(html: str) -> str:
    """The words of inline HTML on one line, with the no-break spaces of its typography."""
    return _SPACES.sub(" ", markup.plain_text(html) if "<" in html or "&" in html else html).strip(" ")
