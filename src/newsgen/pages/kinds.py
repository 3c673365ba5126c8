"""Which pages exist: kind, address, template and place in the order of writing."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Self

import msgspec

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.nouns.model import OutputPath, PageKey, UrlPath, Version
from newsgen.queries import (
    LIST_KINDS,
    TERM_KINDS,
    TERM_WORDS,
    OverviewQuery,
    SearchStoriesQuery,
    archive_url,
    fixed_path,
    full_pages,
    list_url,
    overview_url,
)
from newsgen.settings.config import Config

#: Kind of page to its template.
TEMPLATES = {
    "choice": "choice.html", "home": "home.html", "article": "article.html", "gone": "gone.html", "page": "page.html",
    "article-json": "article.json", "category": "category.html", "tag": "term.html", "author": "term.html",
    "topic": "term.html", "source": "term.html", "day": "calendar.html", "month": "calendar.html",
    "year": "calendar.html", "latest": "latest.html", "overview": "overview.html", "corrections": "corrections.html",
    "not-found": "404.html", "search": "search.html", "opensearch": "opensearch.xml",
    "redirect": "redirect.html", "feed-atom": "feed.atom", "feed-json": "feed.json",
    "sitemap-index": "sitemap-index.xml", "sitemap-month": "sitemap-month.xml", "sitemap-lists": "sitemap-lists.xml",
    "sitemap-news": "sitemap-news.xml", "robots": "robots.txt", "feed-archive": "feed-archive.atom",
    "article-bib": "cite.bib", "article-ris": "cite.ris", "headers": "headers.txt",
    "security-txt": "security.txt", "humans": "humans.txt", "style": "style.css",
}  # fmt: skip
#: Templates of the theme that an article or a page may ask for by name; what any other shows, they do not have.
_OF_STORIES = {"article": ("article.html", "page.html"), "page": ("page.html",)}
_OF_OTHERS = {*TEMPLATES.values(), "base.html", "custom.css"}
#: Pictures come before what shows them: one that cannot be made is shown nowhere. New articles are written before the
#: lists that link to them (ARCHITECTURE.md, write). A search index is as much work as many pages.
ORIGINALS, VARIANTS, ARTICLES, LISTS, INDEXES = range(5)
_PHASES = {"media": ORIGINALS, "variant": VARIANTS, "search-index": INDEXES} | dict.fromkeys(
    ("style", "article", "article-json", "article-bib", "article-ris", "gone", "page", "static", "redirect"), ARTICLES
)

FIXED = {
    "choice": "/",
    "not-found": "/404.html",
    "sitemap-index": "/sitemap.xml",
    "sitemap-news": "/sitemap-news.xml",
    "robots": "/robots.txt",
    "headers": "/_headers",
    "style": "/assets/style.css",
}
#: What stands beside each article: kind of page and name of its file.
BESIDE = {"article-json": "index.json", "article-bib": "cite.bib", "article-ris": "cite.ris"}
#: The file below static/ that takes the place of the theme's stylesheet.
OWN_STYLESHEET = FIXED["style"].removeprefix("/")


class Wanted(msgspec.Struct, frozen=True):
    """A page that there is to be; `template` is its logical name, "" for a file that is copied."""

    key: PageKey
    url: UrlPath
    output: OutputPath
    template: str

    @classmethod
    def of(cls, key: PageKey, url: str, template: str = "") -> Self:
        return cls(key, UrlPath(url), urls.output_path(UrlPath(url)), template or TEMPLATES.get(key.kind, ""))


def phase(key: PageKey) -> int:
    """Its place in the order of writing."""
    return _PHASES.get(key.kind, LISTS)


def _own_files(config: Config) -> dict[str, str]:
    """Kind to address of the pages that exist whatever the articles are and have no language."""
    found = dict(FIXED)
    if config.security.contact:
        found["security-txt"] = "/.well-known/security.txt"
    if config.humans:
        found["humans"] = "/humans.txt"
    return found


def fixed_addresses(config: Config, catalog: Catalog) -> dict[str, str]:
    """Address to what it is, of every page that exists whatever the articles are."""
    found = {url: f"newsgen's own {url}" for url in _own_files(config).values()}
    for lang in config.languages:
        for name in ("home", "latest", "corrections", "search", "opensearch", *TERM_WORDS.values()):
            found[fixed_path(catalog, name, lang)] = f"the list {fixed_path(catalog, name, lang)}"
        for category in config.categories:
            found[f"/{lang}/{category.slugs[lang]}/"] = f"the category {category.id}"
    return found


def all_pages(catalog: Catalog, config: Config, templates: Mapping[tuple[str, str], str]) -> Iterator[Wanted]:
    """Every page that has a template, but redirects and sitemaps of lists.

    `templates` by (story, language) where it is not the usual one.
    """
    for kind, url in _own_files(config).items():
        if kind != "style":
            yield Wanted.of(PageKey(kind), url)
    yield from of_style(catalog)
    for story, lang, kind, state, url in catalog.connection.execute(
        "SELECT story, lang, kind, state, url FROM version WHERE state IN ('published', 'gone')"
        " ORDER BY sort, story, lang"
    ):
        yield from _of_version(story, lang, kind, state, url, templates)
    for lang in config.languages:
        for kind in ("home", "latest", "corrections", "search"):
            yield Wanted.of(PageKey(kind, lang), fixed_path(catalog, kind, lang))
        if config.search:
            yield Wanted.of(PageKey("opensearch", lang), fixed_path(catalog, "opensearch", lang))
        yield from _feeds("", lang, f"/{lang}/")
        yield from _feeds("corrections", lang, fixed_path(catalog, "corrections", lang))
    lists = [("category", category.id, lang) for lang in config.languages for category in config.categories]
    lists += [(kind, key, lang) for kind in LIST_KINDS[1:] for key, lang, _ in catalog.lists(kind)]
    archives = [_dated_archives(catalog, config, lang) for lang in config.languages]
    dated = heapq.merge(*archives, *(_dated(catalog, config, *one) for one in lists), key=itemgetter(0))
    yield from (wanted for _, wanted in dated)
    for lang in config.languages:
        for kind in TERM_KINDS:
            yield Wanted.of(PageKey("overview", lang, kind), fixed_path(catalog, TERM_WORDS[kind], lang))
            yield from of_prefixes(catalog, kind, lang)
    months = []
    for (month,) in catalog.all(
        "SELECT DISTINCT substr(day, 1, 7) FROM version WHERE state = 'published' AND kind = 'article' ORDER BY 1"
    ):
        yield from of_month(catalog, month)
        months.append(month)
    yield from of_periods(catalog, config, months)


def of_style(catalog: Catalog) -> Iterator[Wanted]:
    """The stylesheet, unless the site has a file of its own in its place."""
    if not catalog.one("SELECT 1 FROM source WHERE kind = 'static' AND name = ?", OWN_STYLESHEET):
        yield Wanted.of(PageKey("style"), FIXED["style"])


def may_ask_for(kind: str, template: str) -> bool:
    """Whether a page of this kind can be made of the template: no part of others, and not what other kinds have."""
    name = template.removeprefix("theme/")
    is_part = name.rpartition("/")[2].startswith("_") or name.startswith("css/")
    return name in _OF_STORIES[kind] or not (is_part or name in _OF_OTHERS)


def of_story(versions: Iterable[Version], templates: Mapping[tuple[str, str], str]) -> Iterator[Wanted]:
    for v in versions:
        if v.state in ("published", "gone"):
            yield from _of_version(v.story, v.lang, v.kind, v.state, v.url, templates)


def _of_version(
    story: str, lang: str, kind: str, state: str, url: str, templates: Mapping[tuple[str, str], str]
) -> Iterator[Wanted]:
    if state == "gone":
        yield Wanted.of(PageKey("gone", lang, story), url)
        return
    yield Wanted.of(PageKey(kind, lang, story), url, templates.get((story, lang), ""))
    if kind == "article":
        for beside, name in BESIDE.items():
            yield Wanted.of(PageKey(beside, lang, story), f"{url}{name}")


def of_list(catalog: Catalog, config: Config, kind: str, key: str, lang: str) -> Iterator[Wanted]:
    """The pages, the oldest first, and feeds of a category, a term or a time; none of an empty list, unless it is a
    category's."""
    if kind == "category":
        if key not in {category.id for category in config.categories}:
            return
    elif not catalog.size_of(f"{kind}:{key}", lang):
        return
    url = list_url(catalog, kind, key, lang)
    if not url:
        return
    for number in range(1, full_pages(catalog.size_of(f"{kind}:{key}", lang), config.page_size) + 1):
        yield Wanted.of(PageKey(kind, lang, key, number), f"{url}page/{number}/")
    yield Wanted.of(PageKey(kind, lang, key), url)
    if kind in ("category", "tag", "author"):
        yield from _feeds(f"{kind}:{key}", lang, url)


def _dated(catalog: Catalog, config: Config, kind: str, key: str, lang: str) -> Iterator[tuple[int, Wanted]]:
    """What `of_list` yields, each with the time of the oldest entry of its page.

    Pages that show the same articles are so rendered one after another, while what they ask is known.
    """
    name, last = f"{kind}:{key}", full_pages(catalog.size_of(f"{kind}:{key}", lang), config.page_size)
    for wanted in of_list(catalog, config, kind, key, lang):
        low = (wanted.key.number - 1 if wanted.key.number else last) * config.page_size
        row = catalog.one("SELECT sort FROM entry WHERE list = ? AND lang = ? AND position = ?", name, lang, low)
        yield row[0] if row else 0, wanted


def of_archives(lang: str, first: int, last: int) -> Iterator[Wanted]:
    """The archive documents of the site's feed in a language from number `first` to `last` (RFC 5005, section 4)."""
    for number in range(first, last + 1):
        yield Wanted.of(PageKey("feed-archive", lang, "", number), archive_url(lang, number))


def _dated_archives(catalog: Catalog, config: Config, lang: str) -> Iterator[tuple[int, Wanted]]:
    last = full_pages(catalog.size_of("all:", lang), config.feed_size)
    for wanted in of_archives(lang, 1, last):
        low = (wanted.key.number - 1) * config.feed_size
        row = catalog.one("SELECT sort FROM entry WHERE list = 'all:' AND lang = ? AND position = ?", lang, low)
        yield row[0] if row else 0, wanted


def _feeds(key: str, lang: str, url: str) -> Iterator[Wanted]:
    yield Wanted.of(PageKey("feed-atom", lang, key), f"{url}feed.atom")
    yield Wanted.of(PageKey("feed-json", lang, key), f"{url}feed.json")


def of_prefixes(catalog: Catalog, kind: str, lang: str, prefix: str = "") -> Iterator[Wanted]:
    """The pages into which an overview of very many terms is split."""
    for group in OverviewQuery(kind, lang, prefix).answer(catalog).groups:
        url = overview_url(catalog, kind, lang, group.prefix)
        yield Wanted.of(PageKey("overview", lang, f"{kind}/{group.prefix}"), url)
        yield from of_prefixes(catalog, kind, lang, group.prefix)


def of_month(catalog: Catalog, month: str) -> Iterator[Wanted]:
    """The sitemap of a month in which something is published that may be indexed."""
    row = catalog.one(
        "SELECT 1 FROM version WHERE state = 'published' AND kind = 'article' AND day >= ? AND day < ?"
        " AND NOT noindex LIMIT 1",
        f"{month}-",
        f"{month}.",
    )
    if row:
        yield Wanted.of(PageKey("sitemap-month", "", month), f"/sitemap-{month}.xml")


def periods_of(config: Config, months: Iterable[str]) -> list[str]:
    """The periods of the search index in which these months (`2023-04`) lie, in their order."""
    if not config.search:
        return []
    return list(dict.fromkeys(month.partition("-")[0] if config.search == "year" else month for month in months))


def of_periods(catalog: Catalog, config: Config, months: Iterable[str]) -> Iterator[Wanted]:
    """The search indexes of the periods in which these months lie and in which something may be found."""
    for period in periods_of(config, months):
        for lang in config.languages:
            if SearchStoriesQuery(lang, period).answer(catalog):
                url = f"{fixed_path(catalog, 'search', lang)}index/{period}.json"
                yield Wanted.of(PageKey("search-index", lang, period), url)


def list_sitemaps(catalog: Catalog) -> Iterator[Wanted]:
    """The sitemaps of the lists that have pages."""
    yield Wanted.of(PageKey("sitemap-lists", "", "sections"), "/sitemap-sections.xml")
    for kind in TERM_KINDS:
        for lang in catalog.setting("languages"):
            row = catalog.one("SELECT 1 FROM page WHERE kind = ? AND lang = ? LIMIT 1", kind, lang)
            if row:
                yield Wanted.of(PageKey("sitemap-lists", "", f"{kind}:{lang}"), f"/sitemap-{kind}-{lang}.xml")
