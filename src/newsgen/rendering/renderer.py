"""Jinja over tracked queries: one page to its bytes and its trace."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from newsgen import queries
from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.languages import citations
from newsgen.languages.cldr_snapshot import MonthGrid, Shorthand
from newsgen.nouns.diagnostics import Diagnostic, diagnose, own_fault
from newsgen.nouns.kinds import BESIDE, KINDS, STORY_KINDS
from newsgen.nouns.model import Moment, Page, PageKey, PictureFile, Reference, Target, Trace, UrlPath, content_hash
from newsgen.parsing import markup
from newsgen.queries import PageRef, Reader
from newsgen.rendering import asking, environment, explain
from newsgen.search import files as search_files
from newsgen.settings import content_policy


class Rendered(msgspec.Struct, frozen=True):
    """The bytes of one page and what making them used; or why there are none."""

    output: str
    data: bytes
    trace: Trace
    failure: Diagnostic | None = None
    companions: tuple[tuple[str, bytes], ...] = ()  # output path and bytes of the files beside the page's own


#: What is made once for many pages: its text, what making it asked, and the templates that it looked up.
_Part = tuple[markup.Markup, queries.Asked, set[str]]


class Renderer:
    """Renders one page after another; every function that templates see asks a query through its Reader."""

    def __init__(self, catalog: Catalog, bytecode: Path | None, theme: Path | None = None) -> None:
        """`theme`: where the bundled templates are, to tell a fault of newsgen itself from one of the site's own."""
        self.theme = theme
        self.catalog, self.reader = catalog, Reader(catalog)
        self.cldr = Shorthand(lambda lang: catalog.setting(f"cldr:{lang}"))
        functions = {name: getattr(self, f"_{name}") for name in _OWN} | asking.functions(self.reader)
        self.environment = environment.Environment(catalog.templates(), bytecode, functions)
        self.page, self._key = PageRef("", "", "", 0, ""), PageKey("")
        self._in_view = 0
        self._hrefs: dict[str, tuple[str, queries.Entry]] = {}
        self._absolutes: dict[str, tuple[str, tuple[queries.Entry, ...]]] = {}
        self._words: dict[tuple[str, str], tuple[str, queries.Entry]] = {}
        self._parts: dict[tuple[Any, ...], _Part] = {}
        self._old_parts: dict[tuple[Any, ...], _Part] = {}
        self._template_sets: dict[frozenset[str], tuple[tuple[str, str], ...]] = {}

    def render(self, page: Page) -> Rendered:
        """One page; a template's failure comes back as a diagnostic, never as an exception."""
        key = self._key = page.page
        self.page = PageRef(key.kind, key.lang, key.key, key.number, page.url)
        self._read()
        self.reader.begin()
        if len(self._parts) > _KEPT_PARTS:
            self._parts, self._old_parts = {}, self._parts
        if len(self._hrefs) + len(self._absolutes) > _KEPT_ADDRESSES:
            self._hrefs, self._absolutes = {}, {}
        self.environment.looked_up = set()
        companions: tuple[tuple[str, bytes], ...] = ()
        try:
            if key.kind == "search-index":
                data, companions = self._search_index(page)
            elif key.kind in _MADE:
                data = _MADE[key.kind](self, key.key)
            else:
                data = self.environment.text(page.template, {"page": self.page}).encode("utf-8")
        except Exception as fault:  # a newsroom's template may raise anything; the editor needs its place
            if isinstance(fault, (sqlite3.Error, msgspec.DecodeError)):
                raise  # it is the catalog's, not the template's
            return Rendered(page.output, b"", Trace((), (), (), ""), self._failure(fault, page))
        trace = Trace(self.reader.asked(), self.reader.bundle(), self._templates(), content_hash(data))
        return Rendered(page.output, data, trace, None, companions)

    def _ledger(self, year: str) -> bytes:
        text: str = self.reader.get(queries.LedgerQuery, year)
        return text.encode()

    def _ledger_next(self, key: str) -> bytes:
        text: str = self.reader.get(queries.LedgerNextQuery)
        return text.encode()

    def _copy(self, address: str) -> bytes:
        """What a page is now, for its old address."""
        self.page = page = self.reader.get(queries.MovedQuery, address)
        self._key = PageKey(page.kind, page.lang, page.key, page.number)
        return self.environment.text(KINDS[page.kind].template, {"page": page}).encode()

    def _search_index(self, page: Page) -> tuple[bytes, tuple[tuple[str, bytes], ...]]:
        """The bytes of a period's own file, and its companions."""
        lang, period = page.page.lang, page.page.key
        stories = self.reader.get(queries.SearchStoriesQuery, lang, period)
        entries = [self.reader.get(queries.SearchEntryQuery, story, lang) for story in stories]
        made = search_files.files([replace(entry, url=self._href(entry.url)) for entry in entries])
        folder = urls.companions_folder(page.output)
        return made.main, tuple((f"{folder}{name}", data) for name, data in made.others)

    def _read(self) -> None:
        """Keeps one view of the catalog for some pages: to open one takes as long as to ask a question."""
        connection = self.catalog.connection
        self._in_view += 1
        if self._in_view > _PAGES_IN_VIEW:
            self.rest()
        if not connection.in_transaction:
            connection.execute("BEGIN")

    def rest(self) -> None:
        """No page follows for a while: others may tidy up the catalog."""
        self._in_view = 0
        if self.catalog.connection.in_transaction:
            self.catalog.connection.execute("COMMIT")

    def _templates(self) -> tuple[tuple[str, str], ...]:
        """The templates that the page looked up, with their hashes: one value for all pages with the same ones."""
        names = frozenset(self.environment.looked_up)
        templates = self._template_sets.get(names)
        if templates is None:
            table = self.environment.table
            templates = tuple((name, table[name][2] if name in table else "") for name in sorted(names))
            if len(self._template_sets) >= _KEPT_SETS:
                self._template_sets = {}
            self._template_sets[names] = templates
        return templates

    def _failure(self, fault: Exception, page: Page) -> Diagnostic:
        explanation, location = explain.of_failure(
            fault, self.environment, template=page.template, words=self.catalog.word_ids
        )
        if self.theme and not explanation.is_known and explain.is_of_newsgen(fault, self.environment, self.theme):
            path = self._file_of(page.page)
            if path:
                return own_fault(path, fault)
            explanation = replace(explanation, advice=explain.REPORT)
        return diagnose(location, "template-failed", reason=explanation.reason, url=page.url, advice=explanation.advice)

    def _file_of(self, key: PageKey) -> str:
        """The content file that a page shows; "" of a list."""
        if key.kind in (*STORY_KINDS, "redirect", *BESIDE):
            return self.catalog.owner_of(key)[2]
        return "" if key.number else self.catalog.term_file(key)

    # ---- what templates see: pure functions
    def _href(self, url: str) -> str:
        cached = self._hrefs.get(url)
        if cached is None:
            if "://" in url or not url:
                return url
            # The name of a picture may have a `#`, and no address of one a fragment or a query.
            path = url if url.startswith(_FILES) else re.split("[?#]", url, maxsplit=1)[0]
            base_path = self._setting("base_path")
            note = self.reader.note_shared(queries.SettingQuery, "base_path")
            cached = self._hrefs[url] = urls.href(base_path, UrlPath(path)) + url[len(path) :], note
        self.reader.shared.add(cached[1])
        return cached[0]

    def _absolute(self, url: str) -> str:
        cached = self._absolutes.get(url)
        if cached is None:
            if "://" in url or not url:
                return url
            whole = str(self._setting("host")) + urls.href(self._setting("base_path"), UrlPath(url))
            notes = tuple(self.reader.note_shared(queries.SettingQuery, name) for name in ("host", "base_path"))
            cached = self._absolutes[url] = whole, notes
        self.reader.shared.update(cached[1])
        return cached[0]

    def _absolute_html(self, html: str, url: str) -> markup.Markup:
        return _absolute_html(html, self._setting("url"), self._absolute(url))

    def _date_words(self, moment: Moment, lang: str) -> str:
        return self.cldr.date_words(moment.iso, moment.has_time, lang, at=self._word("at", lang))

    def _day_words(self, iso: str, lang: str) -> str:
        return self.cldr.day_words(iso, lang)

    def _month_grid(self, month: str, lang: str) -> MonthGrid:
        return self.cldr.month_grid(month, lang)

    def _month_name(self, month: str, lang: str) -> str:
        return self.cldr.month_name(month, lang)

    def _language_name(self, lang: str, in_lang: str) -> str:
        return self.cldr.language_name(lang, in_lang)

    def _direction(self, lang: str) -> str:
        return self.cldr.direction(lang)

    def _locale(self, lang: str) -> str:
        return self.cldr.locale(lang)

    def _csp(self, more: Any = None) -> str:
        return content_policy.policy(self._setting("csp"), more or {})

    def _bibtex(self, text: str) -> str:
        return citations.bibtex(text)

    def _bibtex_name(self, text: str) -> str:
        return citations.bibtex_name(text)

    def _bibtex_key(self, text: str) -> str:
        return citations.bibtex_key(text)

    def _ris(self, text: str) -> str:
        return citations.ris(text)

    def _data_url(self, type: str, text: str) -> str:
        return citations.data_url(type, text)

    def _cached(self, name: str, **values: Any) -> markup.Markup:
        """A template rendered once for each language and `values`: what many pages show alike.

        It sees no `page`; what it asked and looked up is recorded for every page that shows it.
        """
        key = name, self.page.lang, tuple(sorted(values.items()))
        return self._part(key, lambda: markup.trusted(self.environment.text(name, values)))

    def _part(self, key: tuple[Any, ...], make: Callable[[], markup.Markup]) -> markup.Markup:
        """What is made once for many pages; what it used is recorded for every one of them."""
        part = self._parts.get(key)
        if part is None and (part := self._old_parts.get(key)):
            self._parts[key] = part
        if part is None:
            asked, looked_up = self.reader.set_aside(), self.environment.looked_up
            self.environment.looked_up = set()
            try:
                text = make()
            finally:
                templates, self.environment.looked_up = self.environment.looked_up, looked_up
                part_asked = self.reader.resume(asked)
            part = self._parts[key] = text, part_asked, templates
        self.reader.replay(part[1])
        self.environment.looked_up |= part[2]
        return part[0]

    # ---- what templates see: queries
    def _setting(self, name: str, lang: str = "") -> Any:
        value = self.reader.get_shared(queries.SettingQuery, name)
        return value.get(lang, "") if lang and isinstance(value, dict) else value

    def _word(self, id: str, lang: str = "", **values: Any) -> str:
        lang = lang or self.page.lang or self._setting("languages")[0]
        cached = self._words.get((lang, id))
        if cached is None:
            text = str(self.reader.get_shared(queries.WordQuery, lang, id))
            cached = self._words[lang, id] = text, self.reader.note_shared(queries.WordQuery, lang, id)
        self.reader.shared.add(cached[1])
        text = cached[0]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def _body(self, story: str, lang: str, sizes: str = "") -> markup.Markup:
        return self._filled(self.reader.get(queries.BodyQuery, story, lang), lang, sizes)

    def _filled(self, body: Any, lang: str, sizes: str) -> markup.Markup:
        targets = []
        for ref in body.references:
            target: Target = self.reader.get(queries.TargetQuery, ref.kind, ref.target, ref.fragment, lang)
            url = self._href(target.url or self._of_site(ref))
            if url and ref.kind == "file" and ref.fragment:  # a page of a PDF, a moment of a film
                url += f"#{quote(ref.fragment, safe=_IN_FRAGMENTS)}"
            if target.middle or target.sources:
                target = self._located(target)
            targets.append(target if url == target.url else msgspec.structs.replace(target, url=url))
        html = body.html
        base_path = self.reader.get_shared(queries.SettingQuery, "base_path")
        if base_path != "/":
            html = _SITE_PATH.sub(rf"\1{base_path}", html)
        return markup.fill(html, body.references, targets, sizes=sizes)

    def _of_site(self, reference: Reference) -> str:
        """The address of what content/ does not have, but the site, if it was written with "/" before it; else ""."""
        if not reference.from_root:
            return ""
        url = f"/{reference.target}"
        there: str = self.reader.get(queries.AddressQuery, urls.address_key(reference.target))
        return url if there == url else ""

    def _located(self, target: Target) -> Target:
        """A picture with the addresses of its variants as pages write them."""

        def located(file: PictureFile) -> PictureFile:
            return msgspec.structs.replace(file, url=self._href(file.url))

        sources = tuple(
            msgspec.structs.replace(source, files=tuple(map(located, source.files))) for source in target.sources
        )
        middle = located(target.middle) if target.middle else None
        return msgspec.structs.replace(target, sources=sources, files=tuple(map(located, target.files)), middle=middle)

    def _body_text(self, story: str, lang: str) -> str:
        body = self.reader.get(queries.BodyQuery, story, lang)
        parts: list[str] = []
        at = 0
        for place, number in body.gaps:
            ref = body.references[number]
            target: Target = self.reader.get(queries.TargetQuery, ref.kind, ref.target, ref.fragment, lang)
            parts += body.text[at:place], target.words
            at = place
        return "".join((*parts, body.text[at:]))

    def _switch(self, page: PageRef) -> Any:
        return self.reader.get(queries.SwitchQuery, self._key_of(page))

    def _alternates(self, page: PageRef) -> Any:
        return self.reader.get(queries.AlternatesQuery, self._key_of(page))

    def _term_body(self, kind: str, key: str, lang: str, sizes: str = "") -> markup.Markup:
        return self._filled(self.reader.get(queries.TermBodyQuery, kind, key, lang), lang, sizes)

    def _feeds(self, page: PageRef) -> Any:
        return self.reader.get(queries.FeedLinksQuery, PageKey(page.kind, page.lang, page.key))

    def _key_of(self, page: PageRef) -> PageKey:
        return self._key if page is self.page else PageKey(page.kind, page.lang, page.key, page.number)

    def _page_of(self, kind: str, lang: str, key: str = "", number: int = 0) -> PageRef:
        url = self.reader.get(queries.PageUrlQuery, PageKey(kind, lang, key, number))
        return PageRef(kind, lang, key, number, url)


#: Kinds of pages that no template makes.
_MADE: dict[str, Callable[[Renderer, str], bytes]] = {
    "ledger": Renderer._ledger,
    "ledger-next": Renderer._ledger_next,
    "copy": Renderer._copy,
}
#: What templates may call besides the functions that ask one query.
_OWN = (
    "href", "absolute", "absolute_html", "date_words", "day_words", "month_grid", "month_name", "language_name",
    "direction", "cached", "setting", "word", "body", "body_text", "switch", "alternates", "term_body", "feeds",
    "page_of", "locale", "csp", "bibtex", "bibtex_name", "bibtex_key", "ris", "data_url",
)  # fmt: skip
#: The names that templates may call.
FUNCTIONS = (*_OWN, *asking.ASKED)


_FILES = ("/media/", "/pictures/")
_IN_FRAGMENTS = "!$&'()*+,-./:;=?@_~"  # Rule: RFC 3986, 3.5
_KEPT_PARTS = 1500  # one that two such generations do not show is forgotten
_KEPT_SETS = 500
_PAGES_IN_VIEW = 50
_KEPT_ADDRESSES = 6000
_SITE_PATH = re.compile(r'( (?:href|src)=")/(?!/)')  # an author's own address of this site: `/fr/2023/04/x/`


_absolute_html = lru_cache(maxsize=128)(lambda html, home, page: markup.trusted(markup.absolute(html, home, page)))
