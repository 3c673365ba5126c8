"""Questions about lists: their addresses, the entries of a page, the calendar, the pages that are not news."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import CALENDAR_KINDS
from newsgen.queries.settings import LATEST_SIZE, setting
from newsgen.queries.terms import term_row


def list_url(catalog: Catalog, kind: str, key: str, lang: str) -> str:
    """The own address of a list, "" if a term has no page."""
    if kind in CALENDAR_KINDS:
        return f"/{lang}/{key.replace('-', '/')}/"
    if kind == "all":
        return f"/{lang}/"
    return term_row(catalog, kind, key, lang)[1]


def full_pages(size: int, page_size: int) -> int:
    """Number of numbered pages of a list with `size` entries (CONTENT.md §5 Lists)."""
    return max(0, size // page_size - 1)


class Listing(msgspec.Struct, frozen=True):
    """The entries of one page of a list as (story, language), newest first; "" for a neighbour that is not there."""

    entries: tuple[tuple[str, str], ...]
    older_url: str
    newer_url: str


class ListingQuery(msgspec.Struct, frozen=True):
    """Pages are numbered from the oldest entry, so that a newer one changes no full page (CONTENT.md §5 Lists)."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "listing"
    kind: str
    key: str
    lang: str
    number: int

    def answer(self, catalog: Catalog) -> Listing:
        page_size = setting(catalog, "page_size")
        if self.kind in ("home", "latest"):
            size = catalog.size_of("all:", self.lang)
            newest = page_size if self.kind == "home" else LATEST_SIZE
            return Listing(entries(catalog, "all:", self.lang, max(0, size - newest), size), "", "")
        name = f"{self.kind}:{self.key}"
        size = catalog.size_of(name, self.lang)
        last = full_pages(size, page_size)
        own = list_url(catalog, self.kind, self.key, self.lang)
        if self.number == 0:
            older = f"{own}page/{last}/" if last else ""
            return Listing(entries(catalog, name, self.lang, last * page_size, size), older, "")
        low = (self.number - 1) * page_size
        older = f"{own}page/{self.number - 1}/" if self.number > 1 else ""
        newer = f"{own}page/{self.number + 1}/" if self.number < last else own
        return Listing(entries(catalog, name, self.lang, low, low + page_size), older, newer)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        page_size = setting(catalog, "page_size")
        if "page_size" in changes.settings:
            yield ()
        yield from changes.terms_by("kind", "key", "lang")
        for (name, lang), change in changes.lists.items():
            kind, _, key = name.partition(":")
            if kind == "all":
                yield ("home",)
                yield ("latest",)
                continue
            yield kind, key, lang, 0
            last = sorted(full_pages(size, page_size) for size in (change.old_size, change.new_size))
            high = last[1] if change.high is None else min(last[1], (change.high - 1) // page_size + 1)
            numbers = dict.fromkeys(range(change.low // page_size + 1, high + 1))
            if last[0] != last[1]:
                numbers |= dict.fromkeys(range(max(1, last[0]), last[1] + 1))  # what leads to the newer page
            for number in numbers:
                yield kind, key, lang, number


def entries(catalog: Catalog, name: str, lang: str, low: int, high: int) -> tuple[tuple[str, str], ...]:
    rows = catalog.connection.execute(
        "SELECT story, story_lang FROM entry WHERE list = ? AND lang = ? AND position >= ? AND position < ?"
        " ORDER BY position DESC",
        (name, lang, low, high),
    )
    return tuple(rows.fetchall())


class CalendarLink(msgspec.Struct, frozen=True):
    key: str
    url: str
    count: int  # articles


class CalendarQuery(msgspec.Struct, frozen=True):
    """Key "": the years with articles, newest first; "2023": its months; "2023-04": its days, in their order."""

    shared: ClassVar[bool] = True
    function: ClassVar[str] = "calendar"
    lang: str
    key: str = ""

    def answer(self, catalog: Catalog) -> tuple[CalendarLink, ...]:
        kind = {0: "year", 4: "month", 7: "day"}[len(self.key)]
        low = f"{kind}:{self.key}"
        rows = catalog.connection.execute(
            "SELECT list, size FROM list WHERE list >= ? AND list < ? AND lang = ? ORDER BY list",
            (low, low + "\U0010ffff", self.lang),
        )
        sizes = [(name.partition(":")[2], size) for name, size in rows]
        if kind == "year":
            sizes.reverse()
        return tuple(CalendarLink(key, list_url(catalog, kind, key, self.lang), size) for key, size in sizes)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for (name, lang), change in changes.lists.items():
            kind, _, key = name.partition(":")
            if kind in _ABOVE and change.old_size != change.new_size:
                yield lang, key[: _ABOVE[kind]]


#: Lists by time to the length of the key of what stands above them: a day's month, a month's year.
_ABOVE = {"year": 0, "month": 4, "day": 7}


class SitePage(msgspec.Struct, frozen=True):
    url: str
    title: str


class SitePagesQuery(msgspec.Struct, frozen=True):
    """The pages that are not news (`content/pages/`), by address."""

    shared: ClassVar[bool] = True
    function: ClassVar[str] = "pages"
    lang: str

    def answer(self, catalog: Catalog) -> tuple[SitePage, ...]:
        rows = catalog.connection.execute(
            "SELECT story, url FROM version WHERE kind = 'page' AND lang = ? AND state = 'published' ORDER BY url",
            (self.lang,),
        ).fetchall()
        return tuple(SitePage(url, catalog.head(story, self.lang).title_text) for story, url in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key in changes.versions:
            if any(v.kind == "page" for v in changes.both(key)):
                yield (key[1],)
