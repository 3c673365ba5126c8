"""Questions that sitemaps ask: which pages there are, and the news of two days."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import SECTIONS
from newsgen.nouns.model import NEWS_SECONDS, PageKey
from newsgen.queries.settings import setting


class PageRef(msgspec.Struct, frozen=True):
    """A page of the site and its address."""

    kind: str
    lang: str
    key: str
    number: int
    url: str


class SitemapShardsQuery(msgspec.Struct, frozen=True):
    """The addresses of the sitemap's shards."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "sitemap_shards"

    def answer(self, catalog: Catalog) -> tuple[str, ...]:
        rows = catalog.connection.execute(
            "SELECT url FROM page WHERE kind IN ('sitemap-lists', 'sitemap-month') ORDER BY kind, url"
        )
        return tuple(url for (url,) in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if any(key.kind in ("sitemap-lists", "sitemap-month") for key in changes.pages):
            yield ()


class SitemapMonthQuery(msgspec.Struct, frozen=True):
    """The published articles first dated in a month (`2023-04`) that search engines may index, oldest first."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "sitemap_month"
    month: str

    def answer(self, catalog: Catalog) -> tuple[tuple[str, str], ...]:
        rows = catalog.connection.execute(
            "SELECT story, lang FROM version WHERE state = 'published' AND kind = 'article' AND day >= ? AND day < ?"
            " AND NOT noindex ORDER BY sort, story, lang",
            (f"{self.month}-", f"{self.month}."),
        )
        return tuple(rows.fetchall())

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key in changes.versions:
            for v in changes.both(key):
                if v.date:
                    yield (v.date.day[:7],)


class SitemapListsQuery(msgspec.Struct, frozen=True):
    """Key `sections`: homes, fixed lists, categories and pages that are not news; `tag:fr`: the tags in French, ..."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "sitemap_lists"
    key: str

    def answer(self, catalog: Catalog) -> tuple[PageRef, ...]:
        if self.key == "sections":
            marks = ", ".join("?" * len(SECTIONS))
            rows = catalog.connection.execute(
                f"SELECT kind, lang, key, number, url FROM page WHERE number = 0 AND kind IN ({marks})"
                " AND (kind != 'overview' OR key NOT LIKE '%/%') UNION ALL"
                " SELECT p.kind, p.lang, p.key, p.number, p.url FROM page p JOIN version v"
                " ON v.story = p.key AND v.lang = p.lang WHERE p.kind = 'page' AND NOT v.noindex ORDER BY 5",
                SECTIONS,
            )
        else:
            kind, _, lang = self.key.partition(":")
            rows = catalog.connection.execute(
                "SELECT kind, lang, key, number, url FROM page WHERE kind = ? AND lang = ? AND number = 0 ORDER BY url",
                (kind, lang),
            )
        return tuple(PageRef(*row) for row in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        yield ("sections",)
        for kind, lang in {(key.kind, key.lang) for key in changes.pages if not key.number}:
            yield (f"{kind}:{lang}",)


class NewsQuery(msgspec.Struct, frozen=True):
    """The articles of the two days before `now`, newest first: the only answer that depends on the clock."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "news"

    def answer(self, catalog: Catalog) -> tuple[tuple[str, str], ...]:
        now, languages = setting(catalog, "now"), setting(catalog, "languages")
        marks = ", ".join("?" * len(languages))
        rows = catalog.connection.execute(
            f"SELECT story, lang FROM version WHERE lang IN ({marks}) AND kind = 'article' AND state = 'published'"
            " AND NOT noindex AND sort > ? AND sort <= ? ORDER BY sort DESC, story, lang",
            (*languages, now - NEWS_SECONDS, now),
        )
        return tuple(rows.fetchall())

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        yield ()


class PageUrlQuery(msgspec.Struct, frozen=True):
    """The address of a page, "" if it does not exist."""

    shared: ClassVar[bool] = False
    page: PageKey

    def answer(self, catalog: Catalog) -> str:
        row = catalog.connection.execute(
            "SELECT url FROM page WHERE kind = ? AND lang = ? AND key = ? AND number = ?",
            (self.page.kind, self.page.lang, self.page.key, self.page.number),
        ).fetchone()
        return row[0] if row else ""

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key in changes.pages:
            yield key.kind, key.lang, key.key, key.number
