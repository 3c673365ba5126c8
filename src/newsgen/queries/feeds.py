"""Questions about corrections and feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from newsgen import urls
from newsgen.catalog import Catalog
from newsgen.model import PageKey
from newsgen.queries.lists import entries
from newsgen.queries.settings import NO_DATE, fixed_path, setting, word
from newsgen.queries.terms import term_row


@dataclass(frozen=True, slots=True)
class CorrectionEntry:
    story: str
    lang: str
    number: int
    day: str


@dataclass(frozen=True)
class CorrectionsQuery:
    """Every correction of published articles in a language, newest first."""

    shared: ClassVar[bool] = False
    lang: str

    def answer(self, catalog: Catalog) -> tuple[CorrectionEntry, ...]:
        rows = catalog.connection.execute(
            "SELECT story, number, day FROM correction WHERE lang = ? ORDER BY epoch DESC, story DESC, number DESC",
            (self.lang,),
        )
        return tuple(CorrectionEntry(story, self.lang, number, day) for story, number, day in rows)


@dataclass(frozen=True, slots=True)
class Feed:
    """`entries` as (story, language), newest first; `full`: with the whole content, else the lead."""

    id: str
    title: str
    url: str
    self_url: str
    json_url: str
    updated: str
    entries: tuple[tuple[str, str], ...]
    full: bool


@dataclass(frozen=True)
class FeedQuery:
    """Key "": the site's feed; else `category:ID`, `tag:KEY`, `author:KEY` or `corrections`."""

    shared: ClassVar[bool] = False
    key: str
    lang: str

    def answer(self, catalog: Catalog) -> Feed:
        kind, _, key = self.key.partition(":")
        newest: tuple[tuple[str, str], ...]
        if kind == "corrections":
            corrections = CorrectionsQuery(self.lang).answer(catalog)[: setting(catalog, "feed_size")]
            newest = tuple((c.story, c.lang) for c in corrections)
        else:
            name = self.key if key else "all:"
            size = catalog.size_of(name, self.lang)
            newest = entries(catalog, name, self.lang, max(0, size - setting(catalog, "feed_size")), size)
        title, url = feed_title(catalog, self.key, self.lang)
        updated = max((catalog.version(*e).changed for e in newest), key=datetime.fromisoformat, default=NO_DATE)
        id_ = urls.tag_uri(setting(catalog, "id"), "feed", self.lang, *filter(None, (kind, key)))
        return Feed(id_, title, url, f"{url}feed.atom", f"{url}feed.json", updated, newest, kind in ("", "category"))


_COLON = {"fr": "\u00a0: "}  # French puts a no-break space before a colon


def feed_title(catalog: Catalog, feed: str, lang: str) -> tuple[str, str]:
    """The title of a feed, and the address of the list that it is the feed of."""
    kind, _, key = feed.partition(":")
    site = setting(catalog, "title")[lang]
    if not kind:
        return site, f"/{lang}/"
    if kind == "corrections":
        title, url = word(catalog, lang, "corrections"), fixed_path(catalog, "corrections", lang)
    else:
        title, url = term_row(catalog, kind, key, lang)
    return f"{site}{_COLON.get(lang.partition('-')[0], ': ')}{title}", url


@dataclass(frozen=True, slots=True)
class FeedLink:
    url: str
    type: str
    title: str


@dataclass(frozen=True)
class FeedLinksQuery:
    """The feeds that a page offers: its list's own first, then the site's."""

    shared: ClassVar[bool] = False
    page: PageKey

    def answer(self, catalog: Catalog) -> tuple[FeedLink, ...]:
        keys = [""]
        if self.page.kind in ("category", "tag", "author"):
            keys.insert(0, f"{self.page.kind}:{self.page.key}")
        elif self.page.kind == "corrections":
            keys.insert(0, "corrections")
        found = []
        for key in keys if self.page.lang else ():
            title, url = feed_title(catalog, key, self.page.lang)
            found.append(FeedLink(f"{url}feed.atom", "application/atom+xml", title))
            found.append(FeedLink(f"{url}feed.json", "application/feed+json", title))
        return tuple(found)
