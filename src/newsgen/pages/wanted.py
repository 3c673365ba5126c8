"""Which pages there are to be, of each kind: key, address and template."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Self

import msgspec

from newsgen.addresses import owners, urls
from newsgen.catalog.store import Catalog
from newsgen.ledger import lines as ledger
from newsgen.nouns import kinds
from newsgen.nouns.kinds import LIST_KINDS, TERM_KINDS, TERM_WORDS
from newsgen.nouns.model import OutputPath, PageKey, UrlPath, Version
from newsgen.queries import (
    OverviewQuery,
    SearchStoriesQuery,
    archive_url,
    fixed_path,
    full_pages,
    list_url,
    overview_url,
)
from newsgen.settings.config import Config, path_words

#: Templates of the theme that an article or a page may ask for by name; what any other shows, they do not have.
_OF_STORIES = {"article": ("article.html", "page.html"), "page": ("page.html",)}
_OF_OTHERS = {*kinds.TEMPLATES.values(), "base.html", "custom.css"}
#: The file below static/ that takes the place of the theme's stylesheet.
OWN_STYLESHEET = kinds.KINDS["style"].address.removeprefix("/")


class Wanted(msgspec.Struct, frozen=True):
    """A page that there is to be; `template` is its logical name, "" for a file that is copied."""

    key: PageKey
    url: UrlPath
    output: OutputPath
    template: str

    @classmethod
    def of(cls, key: PageKey, url: str, template: str = "") -> Self:
        return cls(key, UrlPath(url), urls.output_path(UrlPath(url)), template or kinds.KINDS[key.kind].template)


def claimant(config: Config, lang: str, url: str, slug: str) -> owners.Claimant:
    """What could have the address of an article or page besides; "" if nothing (CONTENT.md §5)."""
    sections = {f"/{lang}/{category.slugs[lang]}/" for category in config.categories}
    return owners.claimant(url, slug, words=path_words(config, lang).values(), sections=sections)


def own_pages(catalog: Catalog, config: Config) -> Iterator[Wanted]:
    """The pages that exist whatever the articles are."""
    for kind in kinds.of_family("site"):
        if kind.is_there(config):
            yield Wanted.of(PageKey(kind.name), kind.address)
    for lang in config.languages:
        for kind in kinds.of_family("language"):
            url = fixed_path(catalog, kind.name, lang)
            if kind.is_there(config):
                yield Wanted.of(PageKey(kind.name, lang), url)
            if kind.feeds:
                yield from _feeds("" if kind.name == "home" else kind.name, lang, url)
        for term_kind, word in TERM_WORDS.items():
            yield Wanted.of(PageKey("overview", lang, term_kind), fixed_path(catalog, word, lang))
        for category in config.categories:
            yield Wanted.of(PageKey("category", lang, category.id), f"/{lang}/{category.slugs[lang]}/")


def all_pages(catalog: Catalog, config: Config, templates: Mapping[tuple[str, str], str]) -> Iterator[Wanted]:
    """Every page that has a template, but redirects and sitemaps of lists.

    `templates` by (story, language) where it is not the usual one.
    """
    for own in own_pages(catalog, config):
        if own.key.kind not in ("style", "category"):
            yield own
    yield from of_style(catalog)
    for story, lang, kind, state, url in catalog.connection.execute(
        "SELECT story, lang, kind, state, url FROM version WHERE state IN ('published', 'gone')"
        " ORDER BY sort, story, lang"
    ):
        yield from _of_version(story, lang, kind, state, url, templates)
    lists = [("category", category.id, lang) for lang in config.languages for category in config.categories]
    lists += [(kind, key, lang) for kind in LIST_KINDS[1:] for key, lang, _ in catalog.lists(kind)]
    archives = [_dated_archives(catalog, config, lang) for lang in config.languages]
    dated = heapq.merge(*archives, *(_dated(catalog, config, *one) for one in lists), key=itemgetter(0))
    yield from (wanted for _, wanted in dated)
    for lang in config.languages:
        for kind in TERM_KINDS:
            yield from of_prefixes(catalog, kind, lang)
    months = []
    for (month,) in catalog.all(
        "SELECT DISTINCT substr(day, 1, 7) FROM version WHERE state = 'published' AND kind = 'article' ORDER BY 1"
    ):
        yield from of_month(catalog, month)
        months.append(month)
    yield from of_periods(catalog, config, months)
    yield from of_ledger(catalog)


def of_ledger(catalog: Catalog) -> Iterator[Wanted]:
    """The files of the ledger's years."""
    for (year,) in catalog.all("SELECT year FROM ledger ORDER BY year"):
        yield Wanted.of(PageKey("ledger", "", year), f"{ledger.PUBLISHED_FOLDER}{year}.txt")


def of_style(catalog: Catalog) -> Iterator[Wanted]:
    """The stylesheet, unless the site has a file of its own in its place."""
    if not catalog.one("SELECT 1 FROM source WHERE kind = 'static' AND name = ?", OWN_STYLESHEET):
        yield Wanted.of(PageKey("style"), kinds.KINDS["style"].address)


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
        for beside, name in kinds.BESIDE.items():
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
    if kind in kinds.FEEDS:
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
