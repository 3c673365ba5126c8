"""Questions about corrections and feeds."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import FEEDS, HOME, KINDS
from newsgen.nouns.model import PageKey
from newsgen.queries.lists import entries, full_pages
from newsgen.queries.settings import NO_DATE, fixed_path, has_paths, setting, word
from newsgen.queries.terms import spelled, term_row


class CorrectionEntry(msgspec.Struct, frozen=True):
    story: str
    lang: str
    number: int
    day: str


class CorrectionsQuery(msgspec.Struct, frozen=True):
    """Every correction of published articles in a language, newest first."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "corrections"
    lang: str

    def answer(self, catalog: Catalog) -> tuple[CorrectionEntry, ...]:
        rows = catalog.connection.execute(
            "SELECT story, number, day FROM correction WHERE lang = ? ORDER BY epoch DESC, story DESC, number DESC",
            (self.lang,),
        )
        return tuple(CorrectionEntry(story, self.lang, number, day) for story, number, day in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for lang in changes.corrections:
            yield (lang,)


class Feed(msgspec.Struct, frozen=True):
    """`entries` as (story, language), newest first; `full`: with the whole content, else the lead.

    `archive_url`: the newest archive document, "" if there is none.
    """

    id: str
    title: str
    url: str
    self_url: str
    json_url: str
    updated: str
    entries: tuple[tuple[str, str], ...]
    full: bool
    archive_url: str


class FeedQuery(msgspec.Struct, frozen=True):
    """Key "": the site's feed; else `category:ID`, `tag:KEY`, `author:KEY` or `corrections`.

    The newest `feed_size` entries; the site's feed has all that no archive document has (see `ArchiveQuery`), which
    are fewer than twice as many.
    """

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "feed"
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
            size, feed_size = catalog.size_of(name, self.lang), setting(catalog, "feed_size")
            last = 0 if key else full_pages(size, feed_size)
            newest = entries(catalog, name, self.lang, max(0, size - feed_size) if key else last * feed_size, size)
        title, url = feed_title(catalog, self.key, self.lang)
        updated = _last_change(catalog, newest)
        named = spelled(catalog, kind, key, self.lang) if key else ""
        id_ = urls.tag_uri(setting(catalog, "id"), "feed", self.lang, *filter(None, (kind, named)))
        archive = archive_url(self.lang, last) if not kind and last else ""
        is_full = FEEDS[kind or HOME] == "full"
        return Feed(id_, title, url, f"{url}feed.atom", f"{url}feed.json", updated, newest, is_full, archive)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if changes.settings & {"id", "title", "feed_size"} or _is_called_otherwise(changes):
            yield ()
        for name, lang in changes.lists:
            yield name.removeprefix("all:"), lang
        for kind, key, lang in changes.terms:
            yield f"{kind}:{key}", lang
        for lang in changes.corrections:
            yield "corrections", lang
        for version in changes.versions:  # the time of an entry's last change
            for v in changes.both(version):
                yield ("",)
                yield "corrections", v.lang
                names = [f"category:{id_}" for id_ in v.categories] + [f"tag:{tag}" for tag in v.tags]
                yield from ((name,) for name in names + [f"author:{author}" for author in v.authors])


def _last_change(catalog: Catalog, shown: tuple[tuple[str, str], ...]) -> str:
    return max((catalog.version(*e).changed for e in shown), key=datetime.fromisoformat, default=NO_DATE)


class Archive(msgspec.Struct, frozen=True):
    """A document of a feed's history: `entries` as (story, language), newest first.

    `id` and `title` are the feed's; `feed_url` is the feed; "" for a neighbour that is not there.
    """

    id: str
    title: str
    url: str
    self_url: str
    feed_url: str
    older_url: str
    newer_url: str
    updated: str
    entries: tuple[tuple[str, str], ...]


class ArchiveQuery(msgspec.Struct, frozen=True):
    """An archive document of the site's feed in a language, which has `feed_size` entries.

    They are numbered from the oldest, as the pages of lists, so that a new story changes none of them but, when one
    is full, the newest one's link to its newer neighbour. Rule: RFC 5005, section 4.
    """

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "feed_archive"
    lang: str
    number: int

    def answer(self, catalog: Catalog) -> Archive:
        feed_size = setting(catalog, "feed_size")
        title, url = feed_title(catalog, "", self.lang)
        low = (self.number - 1) * feed_size
        shown = entries(catalog, "all:", self.lang, low, low + feed_size)
        older = archive_url(self.lang, self.number - 1) if self.number > 1 else ""
        is_last = self.number >= full_pages(catalog.size_of("all:", self.lang), feed_size)
        newer = "" if is_last else archive_url(self.lang, self.number + 1)
        id_ = urls.tag_uri(setting(catalog, "id"), "feed", self.lang)
        own, feed_url = archive_url(self.lang, self.number), f"{url}feed.atom"
        return Archive(id_, title, url, own, feed_url, older, newer, _last_change(catalog, shown), shown)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        feed_size = setting(catalog, "feed_size")
        if changes.settings & {"id", "title", "feed_size"}:
            yield ()
        for (name, lang), change in changes.lists.items():
            if name != "all:":
                continue
            last = sorted(full_pages(size, feed_size) for size in (change.old_size, change.new_size))
            high = last[1] if change.high is None else min(last[1], (change.high - 1) // feed_size + 1)
            numbers = dict.fromkeys(range(change.low // feed_size + 1, high + 1))
            if last[0] != last[1]:
                numbers |= dict.fromkeys(range(max(1, last[0]), last[1] + 1))  # what leads to the newer one
            for number in numbers:
                yield lang, number
        after = [new for _, new in changes.versions.values() if new]  # the time of an entry's last change
        for v in after:
            for lang in setting(catalog, "languages"):
                row = catalog.one(
                    "SELECT position FROM entry WHERE list = 'all:' AND lang = ? AND sort = ? AND story = ?",
                    lang,
                    v.sort,
                    v.story,
                )
                if row:
                    yield lang, row[0] // feed_size + 1


def archive_url(lang: str, number: int) -> str:
    return f"/{lang}/feed-{number}.atom"


def _is_called_otherwise(changes: Changes) -> bool:
    return has_paths(changes) or any(id_ == "corrections" for _, id_ in changes.words)


_COLON = {"fr": "\u00a0: "}  # French puts a no-break space before a colon


def feed_title(catalog: Catalog, feed: str, lang: str) -> tuple[str, str]:
    """The title of a feed, and the address of the list that it is the feed of."""
    kind, _, key = feed.partition(":")
    site = setting(catalog, "title")[lang]
    if not kind:
        return site, f"/{lang}/"
    if not key:
        title, url = word(catalog, lang, KINDS[kind].word), fixed_path(catalog, kind, lang)
    else:
        title, url = term_row(catalog, kind, key, lang)
    return f"{site}{_COLON.get(lang.partition('-')[0], ': ')}{title}", url


class FeedLink(msgspec.Struct, frozen=True):
    url: str
    type: str
    title: str


class FeedLinksQuery(msgspec.Struct, frozen=True):
    """The feeds that a page offers: its list's own first, then the site's."""

    shared: ClassVar[bool] = False
    page: PageKey

    def answer(self, catalog: Catalog) -> tuple[FeedLink, ...]:
        keys = [""]
        if self.page.kind in FEEDS and self.page.kind != HOME:
            keys.insert(0, f"{self.page.kind}:{self.page.key}" if self.page.key else self.page.kind)
        links = []
        for key in keys if self.page.lang else ():
            title, url = feed_title(catalog, key, self.page.lang)
            links.append(FeedLink(f"{url}feed.atom", "application/atom+xml", title))
            links.append(FeedLink(f"{url}feed.json", "application/feed+json", title))
        return tuple(links)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if "title" in changes.settings or _is_called_otherwise(changes):
            yield ()
        yield from changes.terms_by("kind", "lang", "key")
