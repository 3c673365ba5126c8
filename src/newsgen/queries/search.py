"""Questions that the search index asks: which articles are searchable, and what search holds of each."""

from __future__ import annotations

import html
from typing import ClassVar

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.search.files import SearchEntry

_MONTH, _YEAR = 7, 4  # characters of `2023-04-16` that name them


class SearchStoriesQuery(msgspec.Struct, frozen=True):
    """The articles of a language and a year (`2023`) or month (`2023-04`) that may be found, oldest first.

    Published ones only, without those that keep out of search engines: what is embargoed, expired, a draft or
    withdrawn has another state.
    """

    shared: ClassVar[bool] = False
    lang: str
    period: str

    def answer(self, catalog: Catalog) -> tuple[str, ...]:
        rows = catalog.connection.execute(
            "SELECT story FROM version WHERE state = 'published' AND kind = 'article' AND day >= ? AND day < ?"
            " AND lang = ? AND NOT noindex ORDER BY day, sort, story",
            (f"{self.period}-", f"{self.period}.", self.lang),
        )
        return tuple(story for (story,) in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key in changes.versions:
            for v in changes.both(key):
                if v.date:
                    yield v.lang, v.date.day[:_YEAR]
                    yield v.lang, v.date.day[:_MONTH]


class SearchEntryQuery(msgspec.Struct, frozen=True):
    """What search holds of an article. Raises KeyError if the story has no such version."""

    shared: ClassVar[bool] = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> SearchEntry:
        v = catalog.head(self.story, self.lang)
        return SearchEntry(
            v.url,
            html.unescape(v.title),
            html.unescape(v.kicker),
            v.date.iso if v.date else "",
            v.categories,
            catalog.searchable(v.path),
        )

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        yield from changes.versions
        for path in changes.bodies:
            yield from catalog.all("SELECT story, lang FROM version WHERE path = ?", path)


class SearchPeriod(msgspec.Struct, frozen=True):
    """A period in which something may be found: `2023` or `2023-04`, and the address of its index."""

    key: str
    year: str
    url: str


class SearchPeriodsQuery(msgspec.Struct, frozen=True):
    """The periods of a language that have an index, the newest first."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "search_periods"
    lang: str

    def answer(self, catalog: Catalog) -> tuple[SearchPeriod, ...]:
        rows = catalog.connection.execute(
            "SELECT key, url FROM page WHERE kind = 'search-index' AND lang = ? ORDER BY key DESC", (self.lang,)
        )
        return tuple(SearchPeriod(key, key[:_YEAR], url) for key, url in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key in changes.pages:
            if key.kind == "search-index":
                yield (key.lang,)
