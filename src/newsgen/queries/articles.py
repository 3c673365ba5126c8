"""Questions about one language version: its own values, its body, what lists show of it, its neighbours."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup as HTML  # texts that are HTML come from the catalog, where only `markup` put them

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.model import Body, Moment, Version
from newsgen.queries.pictures import PictureView, picture_view
from newsgen.queries.settings import setting


class CorrectionText(msgspec.Struct, frozen=True):
    day: str
    date: Moment
    text: HTML


class Article(msgspec.Struct, frozen=True):
    """One language version as its own page shows it, without body and without what other stories say of it."""

    story: str
    lang: str
    kind: str
    url: str
    title: HTML
    title_text: str
    kicker: HTML
    lead: HTML
    lead_text: str
    description: str
    date: Moment | None
    updated: Moment | None
    changed: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    source: str
    source_url: str
    picture: PictureView | None
    corrections: tuple[CorrectionText, ...]
    location: str
    translation_of: str
    translation_date: Moment | None
    translation_behind: bool
    gone: HTML
    noindex: bool
    extra: dict[str, Any]
    feed_id: str
    public_since: str  # the later of date and publish, as the date's `iso`


def _public_since(catalog: Catalog, v: Version) -> str:
    """The later of date and publish in the site's time zone, as `Moment.iso`; "" of a page."""
    if v.date is None or v.sort == v.date.epoch:
        return v.date.iso if v.date else ""
    return datetime.fromtimestamp(v.sort, ZoneInfo(setting(catalog, "timezone"))).isoformat()


class ArticleQuery(msgspec.Struct, frozen=True):
    """Raises KeyError if the story has no such version."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "article"
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Article:
        v = catalog.version(self.story, self.lang)
        corrections = tuple(CorrectionText(c.day, c.date, HTML(c.text)) for c in v.corrections)
        return Article(
            v.story, v.lang, v.kind, v.url, HTML(v.title), v.title_text, HTML(v.kicker), HTML(v.lead), v.lead_text,
            v.description, v.date, v.updated, v.changed, v.categories, v.tags, v.authors, v.topics, v.source,
            v.source_url, picture_view(catalog, v.picture, has_crops=True),
            corrections, v.location, v.translation_of, v.translation_date,
            v.translation_behind, HTML(v.gone), v.noindex, v.extra,
            urls.tag_uri(setting(catalog, "id"), v.story, v.lang), _public_since(catalog, v),
        )  # fmt: skip

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if changes.settings & {"id", "timezone"}:
            yield ()
        yield from _shown_otherwise(changes, catalog)


class BodyQuery(msgspec.Struct, frozen=True):
    """The body with its slots, as parsed."""

    shared: ClassVar[bool] = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Body:
        return catalog.body(catalog.head(self.story, self.lang).path)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key, (old, new) in changes.versions.items():
            if old is None or new is None or old.path != new.path:
                yield key
        for path in changes.bodies:
            yield from catalog.all("SELECT story, lang FROM version WHERE path = ?", path)


class Teaser(msgspec.Struct, frozen=True):
    """What a list shows of an article."""

    story: str
    lang: str
    url: str
    title: HTML
    title_text: str
    kicker: HTML
    lead: HTML
    lead_text: str
    date: Moment | None
    picture: PictureView | None


class TeaserQuery(msgspec.Struct, frozen=True):
    shared: ClassVar[bool] = False
    function: ClassVar[str] = "teaser"
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Teaser:
        v = catalog.head(self.story, self.lang)
        return Teaser(
            v.story,
            v.lang,
            v.url,
            HTML(v.title),
            v.title_text,
            HTML(v.kicker),
            HTML(v.lead),
            v.lead_text,
            v.date,
            picture_view(catalog, v.picture, is_small=True),
        )

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        return _shown_otherwise(changes, catalog)


class Neighbours(msgspec.Struct, frozen=True):
    previous: tuple[str, str] | None
    next: tuple[str, str] | None


class NeighboursQuery(msgspec.Struct, frozen=True):
    """The article before and after in the order of CONTENT.md §5: same language, all articles."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "neighbours"
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Neighbours:
        try:
            sort = catalog.head(self.story, self.lang).sort
        except KeyError:
            return Neighbours(None, None)
        return Neighbours(*beside(catalog, self.lang, sort, self.story))

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for key in changes.versions:
            yield key
            for v in changes.both(key):
                yield from filter(None, beside(catalog, v.lang, v.sort, v.story))


def beside(catalog: Catalog, lang: str, sort: int, story: str) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The published articles before and after a place in the order of a language, whoever stands there."""
    neighbours = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        neighbours.append(
            catalog.one(
                "SELECT story, lang FROM version WHERE lang = ? AND kind = 'article' AND state = 'published'"
                f" AND (sort, story) {sign} (?, ?) ORDER BY sort {order}, story {order} LIMIT 1",
                lang,
                sort,
                story,
            )
        )
    return neighbours[0], neighbours[1]


def _shown_otherwise(changes: Changes, catalog: Catalog) -> Keys:
    """Versions that changed, or whose lead picture did."""
    yield from changes.versions
    for kind, path in changes.files:
        if kind == "media":
            yield from catalog.all(
                "SELECT story, lang FROM mention WHERE target = ? AND kind = 'picture' AND counts = 1", path
            )
