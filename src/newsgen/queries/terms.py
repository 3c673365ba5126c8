"""Questions about categories, tags, authors, topics and sources, and the overviews of them."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import FEEDS, TERM_WORDS, TITLE_WORDS
from newsgen.nouns.model import Body
from newsgen.queries.settings import OVERVIEW_SIZE, fixed_path, has_paths, setting, word


class MenuItem(msgspec.Struct, frozen=True):
    id: str
    title: str
    url: str


class MenuQuery(msgspec.Struct, frozen=True):
    """The categories in their order."""

    shared: ClassVar[bool] = True
    function: ClassVar[str] = "menu"
    lang: str

    def answer(self, catalog: Catalog) -> tuple[MenuItem, ...]:
        items = []
        for id_ in setting(catalog, "categories"):
            label, url = term_row(catalog, "category", id_, self.lang)
            items.append(MenuItem(id_, label, url))
        return tuple(items)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if changes.settings & {"categories", "languages"} or any(kind == "category" for kind, _, _ in changes.terms):
            yield ()


class NavigationItem(msgspec.Struct, frozen=True):
    id: str  # a category or path word; "" for an address of the newsroom's own
    title: str
    url: str


class NavigationQuery(msgspec.Struct, frozen=True):
    """The menu as newsgen.yaml has it; without the key `menu`, the categories and the running feed."""

    shared: ClassVar[bool] = True
    function: ClassVar[str] = "navigation"
    lang: str

    def answer(self, catalog: Catalog) -> tuple[NavigationItem, ...]:
        written = setting(catalog, "menu")
        categories = setting(catalog, "categories")
        ids = [*categories, "latest"]
        entries = written if written is not None else [{"id": id_, "titles": {}, "urls": {}} for id_ in ids]
        items = []
        for entry in entries:
            id_ = entry["id"]
            if id_ in categories:
                item = NavigationItem(id_, *term_row(catalog, "category", id_, self.lang))
            elif id_:
                item = NavigationItem(id_, word(catalog, self.lang, id_), fixed_path(catalog, id_, self.lang))
            else:
                item = NavigationItem("", entry["titles"].get(self.lang, ""), entry["urls"].get(self.lang, ""))
            if item.title and item.url:
                items.append(item)
        return tuple(items)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if (
            changes.settings & {"categories", "languages", "menu"}
            or has_paths(changes)
            or any(kind == "category" for kind, _, _ in changes.terms)
            or TITLE_WORDS & {id_ for _, id_ in changes.words}
        ):
            yield ()


class Term(msgspec.Struct, frozen=True):
    kind: str
    key: str
    lang: str
    label: str
    url: str
    description: str
    feed_url: str


def term_row(catalog: Catalog, kind: str, key: str, lang: str) -> tuple[str, str]:
    """Label and address; the label of another language where this one has none; address "" without a page."""
    rows = catalog.connection.execute(
        "SELECT lang, label, url FROM term WHERE kind = ? AND key = ?", (kind, key)
    ).fetchall()
    own = next(((label, url) for its_lang, label, url in rows if its_lang == lang), None)
    if own:
        return own
    order = setting(catalog, "languages")
    rows.sort(key=lambda row: order.index(row[0]))
    return (rows[0][1], "") if rows else (key, "")


def spelled(catalog: Catalog, kind: str, key: str, lang: str) -> str:
    """How the id of its feed names a term: what it is spelled alike with came later, and does not change the id."""
    row = catalog.one("SELECT spelled FROM term WHERE kind = ? AND key = ? AND lang = ?", kind, key, lang)
    return str(row[0]) if row else key


class TermQuery(msgspec.Struct, frozen=True):
    """A category, tag, author, topic or source in one language."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "term"
    kind: str
    key: str
    lang: str

    def answer(self, catalog: Catalog) -> Term:
        row = catalog.connection.execute(
            "SELECT label, url, description FROM term WHERE kind = ? AND key = ? AND lang = ?",
            (self.kind, self.key, self.lang),
        ).fetchone()
        label, url, description = row or (*term_row(catalog, self.kind, self.key, self.lang), "")
        feed = f"{url}feed.atom" if url and self.kind in FEEDS else ""
        return Term(self.kind, self.key, self.lang, label, url, description, feed)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if "languages" in changes.settings:
            yield ()
        yield from changes.terms_by("kind", "key")


class TermBodyQuery(msgspec.Struct, frozen=True):
    """The text of a term's or category's file in one language."""

    shared: ClassVar[bool] = False
    kind: str
    key: str
    lang: str

    def answer(self, catalog: Catalog) -> Body:
        row = catalog.connection.execute(
            "SELECT path FROM term WHERE kind = ? AND key = ? AND lang = ? AND path != ''",
            (self.kind, self.key, self.lang),
        ).fetchone()
        return catalog.body(row[0]) if row else Body()

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        yield from changes.terms_by("kind", "key", "lang")
        yield from changes.bodies.values()


class Group(msgspec.Struct, frozen=True):
    prefix: str
    label: str
    url: str


class Overview(msgspec.Struct, frozen=True):
    """Terms (by label) and groups of terms whose slugs begin alike."""

    terms: tuple[str, ...]
    groups: tuple[Group, ...]


class OverviewQuery(msgspec.Struct, frozen=True):
    """All terms of a kind, or those whose slug begins with `prefix`, split where they are many."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "overview"
    kind: str
    lang: str
    prefix: str = ""

    def answer(self, catalog: Catalog) -> Overview:
        where = "kind = ? AND lang = ? AND url != '' AND slug >= ? AND slug < ?"
        values = (self.kind, self.lang, self.prefix, self.prefix + "\U0010ffff")
        select = catalog.connection.execute
        sizes = f"SELECT COUNT(*), MIN(slug), MAX(slug) FROM term WHERE {where}"
        size, low, high = select(sizes, values).fetchone()
        if size <= OVERVIEW_SIZE:
            keys = select(f"SELECT key FROM term WHERE {where} ORDER BY slug", values)
            return Overview(tuple(key for (key,) in keys), ())
        common = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
        terms, groups = [], []
        rows = select(
            f"SELECT substr(slug, 1, ?) AS start, COUNT(*), MIN(key) FROM term WHERE {where}"
            " GROUP BY start ORDER BY start",
            (common + 1, *values),
        )
        for start, count, key in rows:
            if count == 1:
                terms.append(key)
            else:
                label = start.replace("-", " ").strip()
                groups.append(Group(start, label, overview_url(catalog, self.kind, self.lang, start)))
        return Overview(tuple(terms), tuple(groups))

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if has_paths(changes):
            yield ()
        for kind, lang, slug in changes.overviews:
            for length in range(len(slug) + 1):
                yield kind, lang, slug[:length]


def overview_url(catalog: Catalog, kind: str, lang: str, prefix: str) -> str:
    """`/fr/tags/-/PREFIX/`: no slug is a lone dash, so that no term can claim it."""
    return f"{fixed_path(catalog, TERM_WORDS[kind], lang)}-/{prefix}/"
