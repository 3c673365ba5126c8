"""Jinja over tracked queries: one page to its bytes and its trace."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsgen import i18n, markup, queries, urls
from newsgen.catalog import Catalog
from newsgen.diagnostics import Diagnostic, Location, error
from newsgen.model import Moment, Page, PageKey, Target, Trace, UrlPath, content_hash
from newsgen.queries import PageRef, Reader

TemplateTable = dict[str, tuple[str, str, str]]  #: logical name to path for diagnostics, source, hash of the source


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of one page and what making them used; or why there are none."""

    output: str
    data: bytes
    trace: Trace
    failure: Diagnostic | None = None


class _Template(jinja2.Template):
    """A template whose imported module is made for each page anew.

    Jinja keeps the module of an imported template, so that its queries would be asked once and stand in the trace of
    the first page only. The name is private to Jinja: test_traces.test_imported_templates_are_traced_on_every_page
    fails when it moves.
    """

    def _get_default_module(self, ctx: Any = None) -> Any:
        return self.make_module()


class _Environment(ImmutableSandboxedEnvironment):
    """Records each template that is looked up, those that are missing too."""

    template_class = _Template

    def __init__(self, table: TemplateTable, bytecode: Path | None) -> None:
        super().__init__(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            keep_trailing_newline=True, auto_reload=False, cache_size=-1, loader=jinja2.FunctionLoader(self._load),
            bytecode_cache=jinja2.FileSystemBytecodeCache(str(bytecode)) if bytecode else None,
        )  # fmt: skip
        self.table = table
        self.looked_up: dict[str, str] = {}
        self.own: frozenset[Any] = frozenset()
        self.globals.pop("lipsum")
        self.filters.pop("random")

    def getattr(self, obj: Any, attribute: str) -> Any:
        # The answers of queries are frozen values of plain fields: the sandbox need not look at each access.
        if type(obj) in _ANSWERS and attribute in type(obj).__slots__:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Any, obj: Any, *args: Any, **values: Any) -> Any:
        # Our own functions need no look by the sandbox, nor Jinja's search for decorators.
        if obj in self.own:
            values.pop("_loop_vars", None)  # compiled templates hand these to every call, for Jinja's own functions
            values.pop("_block_vars", None)
            return obj(*args, **values)
        return super().call(context, obj, *args, **values)

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if name not in self.table:
            return None
        place, source, _ = self.table[name]
        return source, place, lambda: True

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:
        if isinstance(name, str):
            self.looked_up[name] = self.table[name][2] if name in self.table else ""
        return super().get_template(name, parent, globals)

    def select_template(self, names: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:
        tried = list(names)
        for name in tried:
            try:
                return self.get_template(name, parent, globals)
            except jinja2.TemplateNotFound:
                continue
        raise jinja2.TemplatesNotFound(tried)


_ANSWERS = frozenset(
    {found for found in vars(queries).values() if isinstance(found, type) and hasattr(found, "__slots__")} | {Moment}
)


def compile_all(table: TemplateTable, bytecode: Path | None) -> list[Diagnostic]:
    """What is wrong with templates before any page is rendered; each is compiled."""
    environment = _Environment(table, bytecode)
    found = []
    for name, (place, _, _) in sorted(table.items()):
        try:
            environment.get_template(name)
        except jinja2.TemplateSyntaxError as fault:
            where = table[fault.name][0] if fault.name in table else place
            message = f"the template does not compile: {fault.message}"
            found.append(error(Location(where, fault.lineno), "template-invalid", message, "mend the template"))
    return found


class Renderer:
    """Renders one page after another; every function that templates see asks a query through its Reader."""

    def __init__(self, catalog: Catalog, bytecode: Path | None) -> None:
        self.catalog, self.reader = catalog, Reader(catalog)
        self.environment = _Environment(catalog.templates(), bytecode)
        self.functions = {name: getattr(self, f"_{name}") for name in FUNCTIONS}
        self.environment.globals |= self.functions
        self.environment.own = frozenset(self.functions.values())
        self.page = PageRef("", "", "", 0, "")
        self._parts: dict[tuple[Any, ...], tuple[markup.Markup, dict[str, bytes], dict[str, str]]] = {}
        self.places = {place for place, _, _ in self.environment.table.values()}

    def render(self, page: Page) -> Rendered:
        """One page; a template's failure comes back as a diagnostic, never as an exception."""
        key = page.page
        self.page = PageRef(key.kind, key.lang, key.key, key.number, page.url)
        self.reader.begin()
        if len(self._parts) > _KEPT_PARTS:
            self._parts = {}
        self.environment.looked_up = {}
        try:
            text = self.environment.get_template(page.template).render(page=self.page)
            data = text.encode("utf-8")
        except Exception as fault:  # a newsroom's template may raise anything; the editor needs its place
            return Rendered(page.output, b"", Trace((), (), ""), self._failure(fault, page))
        templates = tuple(sorted(self.environment.looked_up.items()))
        return Rendered(page.output, data, Trace(self.reader.asked(), templates, content_hash(data)))

    def _failure(self, fault: Exception, page: Page) -> Diagnostic:
        frames = [f for f in traceback.extract_tb(fault.__traceback__) if f.filename in self.places]
        place = self.environment.table.get(page.template, (f"templates/{page.template}", "", ""))[0]
        location = Location(frames[-1].filename, frames[-1].lineno or 1) if frames else Location(place)
        if isinstance(fault, jinja2.TemplateNotFound) and not frames:
            location = Location(place)
        reason = str(fault.args[0]) if isinstance(fault, KeyError) and fault.args else str(fault)
        reason = " ".join(f"{type(fault).__name__}: {reason}".split()).removeprefix("UndefinedError: ")
        message = f"{reason} while rendering {page.url}"
        return error(location, "template-failed", message, "what was published there stays as it was")

    # ---- what templates see: pure functions
    def _href(self, url: str) -> str:
        if "://" in url or not url:
            return url
        path, hash_, fragment = url.partition("#")
        return _encoded(self.reader.ask(_BASE_PATH), path) + hash_ + fragment

    def _absolute(self, url: str) -> str:
        if "://" in url or not url:
            return url
        return str(self.reader.ask(_HOST)) + _encoded(self.reader.ask(_BASE_PATH), url)

    def _absolute_html(self, html: str, url: str) -> markup.Markup:
        return markup.trusted(markup.absolute(html, self._setting("url"), self._absolute(url)))

    def _date_words(self, moment: Moment, lang: str) -> str:
        return i18n.date_words(moment.iso, moment.has_time, lang, at=self._word("at", lang))

    def _day_words(self, iso: str, lang: str) -> str:
        return i18n.day_words(iso, lang)

    def _language_name(self, lang: str, in_lang: str) -> str:
        return i18n.language_name(lang, in_lang)

    def _direction(self, lang: str) -> str:
        return i18n.direction(lang)

    def _cached(self, name: str, **values: Any) -> markup.Markup:
        """A template rendered once for each language and `values`: what many pages show alike.

        It sees no `page`; what it asked and looked up is recorded for every page that shows it.
        """
        key = name, self.page.lang, tuple(sorted(values.items()))
        part = self._parts.get(key)
        if part is None:
            asked, looked_up = self.reader.set_aside(), self.environment.looked_up
            self.environment.looked_up = {}
            try:
                text = markup.trusted(self.environment.get_template(name).render(**values))
            finally:
                templates, self.environment.looked_up = self.environment.looked_up, looked_up
                part_asked = self.reader.resume(asked)
            part = self._parts[key] = text, part_asked, templates
        self.reader.replay(part[1])
        self.environment.looked_up |= part[2]
        return part[0]

    # ---- what templates see: queries
    def _setting(self, name: str, lang: str = "") -> Any:
        value = self.reader.ask(queries.SettingQuery(name))
        return value.get(lang, "") if lang and isinstance(value, dict) else value

    def _word(self, id: str, lang: str = "", **values: Any) -> str:
        text = str(self.reader.ask(queries.WordQuery(lang or self.page.lang or self._setting("languages")[0], id)))
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def _path(self, word: str, lang: str) -> str:
        return str(self.reader.ask(queries.PathQuery(word, lang)))

    def _menu(self, lang: str) -> Any:
        return self.reader.ask(queries.MenuQuery(lang))

    def _pages(self, lang: str) -> Any:
        return self.reader.ask(queries.SitePagesQuery(lang))

    def _article(self, story: str, lang: str) -> Any:
        return self.reader.ask(queries.ArticleQuery(story, lang))

    def _body(self, story: str, lang: str) -> markup.Markup:
        return self._filled(self.reader.ask(queries.BodyQuery(story, lang)), lang)

    def _filled(self, body: Any, lang: str) -> markup.Markup:
        targets = []
        for reference in body.references:
            target: Target = self.reader.ask(queries.TargetQuery.of(reference, lang))
            targets.append(replace(target, url=self._href(target.url)))
        html = body.html
        base_path = self.reader.ask(_BASE_PATH)
        if base_path != "/":
            html = _SITE_PATH.sub(rf"\1{base_path}", html)
        return markup.fill(html, body.references, targets)

    def _body_text(self, story: str, lang: str) -> str:
        return str(self.reader.ask(queries.BodyQuery(story, lang)).text)

    def _teaser(self, story: str, lang: str) -> Any:
        return self.reader.ask(queries.TeaserQuery(story, lang))

    def _link(self, story: str, lang: str) -> Any:
        return self.reader.ask(queries.LinkQuery(story, lang))

    def _related(self, story: str, lang: str) -> Any:
        return self.reader.ask(queries.RelatedQuery(story, lang))

    def _translations(self, story: str) -> Any:
        return self.reader.ask(queries.TranslationsQuery(story))

    def _switch(self, page: PageRef) -> Any:
        return self.reader.ask(queries.SwitchQuery(_key_of(page)))

    def _alternates(self, page: PageRef) -> Any:
        return self.reader.ask(queries.AlternatesQuery(_key_of(page)))

    def _neighbours(self, story: str, lang: str) -> Any:
        return self.reader.ask(queries.NeighboursQuery(story, lang))

    def _backlinks(self, story: str, lang: str) -> Any:
        return self.reader.ask(queries.BacklinksQuery(story, lang))

    def _listing(self, kind: str, key: str, lang: str, number: int) -> Any:
        return self.reader.ask(queries.ListingQuery(kind, key, lang, number))

    def _term(self, kind: str, key: str, lang: str) -> Any:
        return self.reader.ask(queries.TermQuery(kind, key, lang))

    def _term_body(self, kind: str, key: str, lang: str) -> markup.Markup:
        return self._filled(self.reader.ask(queries.TermBodyQuery(kind, key, lang)), lang)

    def _overview(self, kind: str, lang: str, prefix: str = "") -> Any:
        return self.reader.ask(queries.OverviewQuery(kind, lang, prefix))

    def _calendar(self, lang: str, key: str = "") -> Any:
        return self.reader.ask(queries.CalendarQuery(lang, key))

    def _corrections(self, lang: str) -> Any:
        return self.reader.ask(queries.CorrectionsQuery(lang))

    def _feed(self, key: str, lang: str) -> Any:
        return self.reader.ask(queries.FeedQuery(key, lang))

    def _feeds(self, page: PageRef) -> Any:
        return self.reader.ask(queries.FeedLinksQuery(PageKey(page.kind, page.lang, page.key)))

    def _sitemap_shards(self) -> Any:
        return self.reader.ask(queries.SitemapShardsQuery())

    def _sitemap_month(self, month: str) -> Any:
        return self.reader.ask(queries.SitemapMonthQuery(month))

    def _sitemap_lists(self, key: str) -> Any:
        return self.reader.ask(queries.SitemapListsQuery(key))

    def _news(self) -> Any:
        return self.reader.ask(queries.NewsQuery())

    def _redirect(self, url: str) -> Any:
        return self.reader.ask(queries.RedirectQuery(url))

    def _page_of(self, kind: str, lang: str, key: str = "", number: int = 0) -> PageRef:
        url = self.reader.ask(queries.PageUrlQuery(PageKey(kind, lang, key, number)))
        return PageRef(kind, lang, key, number, url)


#: The names that templates may call.
FUNCTIONS = (
    "href", "absolute", "absolute_html", "date_words", "day_words", "language_name", "direction", "cached",
    "setting", "word", "path", "menu", "pages", "article", "body", "body_text", "teaser", "link", "related",
    "translations", "switch", "alternates", "neighbours", "backlinks", "listing", "term", "term_body",
    "overview", "calendar", "corrections", "feed", "feeds", "sitemap_shards", "sitemap_month", "sitemap_lists",
    "news", "redirect", "page_of",
)  # fmt: skip


_KEPT_PARTS = 500
_SITE_PATH = re.compile(r'( (?:href|src)=")/(?!/)')  # an author's own address of this site: `/fr/2023/04/x/`
_BASE_PATH = queries.SettingQuery("base_path")
_HOST = queries.SettingQuery("host")


@lru_cache(maxsize=8192)
def _encoded(base_path: str, url: str) -> str:
    return urls.href(base_path, UrlPath(url))


def _key_of(page: PageRef) -> PageKey:
    return PageKey(page.kind, page.lang, page.key, page.number)
