"""Each question to the catalog as a named, typed value, and the Reader that records what a page asked.

A query is a frozen dataclass (its fields are its key) with `answer(catalog)`. Templates reach data in no other way, so
that the trace of a page is complete. Texts that are HTML come from the catalog, where only `markup` put them: they
are marked as such here (`HTML`), once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, ClassVar, Protocol

import msgspec
from markupsafe import Markup as HTML

from newsgen import i18n, urls
from newsgen.catalog import Catalog
from newsgen.model import Body, Moment, PageKey, Reference, Shown, Target, Version

TERM_KINDS = ("tag", "author", "topic", "source")
LIST_KINDS = ("category", *TERM_KINDS, "day", "month", "year")
#: Term kind to its path word (CONTENT.md §5).
TERM_WORDS = {"tag": "tags", "author": "authors", "topic": "topics", "source": "sources"}
LATEST_SIZE = 50  # CONTENT.md §5: the running feed shows the newest 50
BACKLINKS = 20  # CONTENT.md §5: "Cité par" shows the newest 20
OVERVIEW_SIZE = 300  # terms on one overview page; beyond, it is split by the next letter of the slug
NEWS_SECONDS = 2 * 86400  # the news sitemap's window
NO_DATE = "1970-01-01T00:00:00+00:00"  # `updated` of a feed without entries


class Query(Protocol):
    """A named question: `shared` says that its answer is likely to be asked again by other pages."""

    shared: ClassVar[bool]

    def answer(self, catalog: Catalog) -> Any: ...


_encode = msgspec.msgpack.Encoder(enc_hook=str).encode  # HTML is a text of its own class
_key = msgspec.json.Encoder().encode


class Reader:
    """Answers queries for one page after another and records, per page, what was asked and a hash of each answer."""

    KEPT = 4000  # answers kept beyond the page that asked, of queries that are not shared

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._shared: dict[Query, tuple[Any, bytes, str]] = {}
        self._others: dict[Query, tuple[Any, bytes, str]] = {}
        self._asked: dict[str, bytes] = {}

    def begin(self) -> None:
        """A new page: what was asked before belongs to another."""
        self._asked = {}
        if len(self._others) > self.KEPT:
            self._others = {}

    def ask(self, query: Query) -> Any:
        kept = self._shared if query.shared else self._others
        hit = kept.get(query)
        if hit is None:
            answer = query.answer(self.catalog)
            name = _key([type(query).__name__, query]).decode()
            hit = kept[query] = answer, blake2b(_encode(answer), digest_size=12).digest(), name
        self._asked[hit[2]] = hit[1]
        return hit[0]

    def asked(self) -> tuple[tuple[str, bytes], ...]:
        """What the page asked since `begin`, by query text."""
        return tuple(sorted(self._asked.items()))


# ---- settings and words
@dataclass(frozen=True)
class SettingQuery:
    """A value of newsgen.yaml, or one derived from it; None where there is none."""

    shared = True
    name: str

    def answer(self, catalog: Catalog) -> Any:
        return setting(catalog, self.name)


@dataclass(frozen=True)
class WordQuery:
    """The words of the interface with this id. Raises KeyError if no table has it."""

    shared = True
    lang: str
    id: str

    def answer(self, catalog: Catalog) -> str:
        return word(catalog, self.lang, self.id)


@dataclass(frozen=True)
class PathQuery:
    """The address of a list that always exists: home, latest, corrections, tags, authors, topics, sources."""

    shared = True
    word: str
    lang: str

    def answer(self, catalog: Catalog) -> str:
        return fixed_path(catalog, self.word, self.lang)


@dataclass(frozen=True, slots=True)
class MenuItem:
    id: str
    title: str
    url: str


@dataclass(frozen=True)
class MenuQuery:
    """The categories in their order."""

    shared = True
    lang: str

    def answer(self, catalog: Catalog) -> tuple[MenuItem, ...]:
        found = []
        for id_ in setting(catalog, "categories"):
            label, url = _term_row(catalog, "category", id_, self.lang)
            found.append(MenuItem(id_, label, url))
        return tuple(found)


def setting(catalog: Catalog, name: str) -> Any:
    return catalog.setting(name)


def word(catalog: Catalog, lang: str, id_: str) -> str:
    text = catalog.word(lang, id_)
    if text is None:
        raise KeyError(f"no words with the id `{id_}`")
    return text


def fixed_path(catalog: Catalog, name: str, lang: str) -> str:
    return f"/{lang}/" if name == "home" else f"/{lang}/{setting(catalog, f'paths:{lang}')[name]}/"


def language_label(catalog: Catalog, lang: str, in_lang: str) -> str:
    """ "(en anglais)": what stands behind a link to another language."""
    return "(" + word(catalog, in_lang, "in-language").replace("{language}", i18n.language_name(lang, in_lang)) + ")"


# ---- articles
@dataclass(frozen=True, slots=True)
class PictureView:
    url: str
    alt: str
    caption: HTML
    credit: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CorrectionText:
    day: str
    date: Moment
    text: HTML


@dataclass(frozen=True, slots=True)
class Article:
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


@dataclass(frozen=True)
class ArticleQuery:
    """Raises KeyError if the story has no such version."""

    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Article:
        v = catalog.version(self.story, self.lang)
        corrections = tuple(CorrectionText(c.day, c.date, HTML(c.text)) for c in v.corrections)
        return Article(
            v.story, v.lang, v.kind, v.url, HTML(v.title), v.title_text, HTML(v.kicker), HTML(v.lead), v.lead_text,
            v.description, v.date, v.updated, v.changed, v.categories, v.tags, v.authors, v.topics, v.source,
            v.source_url, _picture(catalog, v.picture), corrections, v.location, v.translation_of, v.translation_date,
            v.translation_behind, HTML(v.gone), v.noindex, v.extra,
            urls.tag_uri(setting(catalog, "id"), v.story, v.lang),
        )  # fmt: skip


def _picture(catalog: Catalog, shown: Shown | None) -> PictureView | None:
    if shown is None:
        return None
    url, width, height = (shown.url, 0, 0) if shown.url else file_row(catalog, shown.path)
    return PictureView(url, shown.alt, HTML(shown.caption), shown.credit, width, height) if url else None


def file_row(catalog: Catalog, path: str) -> tuple[str, int, int]:
    """Address, width and height of a picture or document under content/; ("", 0, 0) if there is none."""
    row = catalog.connection.execute(
        "SELECT url, width, height FROM file WHERE path = ? AND kind = 'media'", (path,)
    ).fetchone()
    return tuple(row) if row else ("", 0, 0)


@dataclass(frozen=True)
class BodyQuery:
    """The body with its slots, as parsed."""

    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Body:
        return catalog.body(catalog.version(self.story, self.lang).path)


@dataclass(frozen=True, slots=True)
class Teaser:
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


@dataclass(frozen=True)
class TeaserQuery:
    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Teaser:
        v = catalog.version(self.story, self.lang)
        return Teaser(
            v.story, v.lang, v.url, HTML(v.title), v.title_text, HTML(v.kicker), HTML(v.lead), v.lead_text, v.date,
            _picture(catalog, v.picture),
        )  # fmt: skip


# ---- links
@dataclass(frozen=True, slots=True)
class Link:
    """What a link from a page in one language to a story is; `url` "" if there is none."""

    url: str = ""
    title: HTML = HTML("")
    lang: str = ""
    foreign: bool = False
    label: str = ""


def resolve_story(catalog: Catalog, written: str) -> tuple[str, ...]:
    """The stories that a whole id or a tail of one may mean, the one that is meant first; () if none.

    Rule: CONTENT.md §3: a whole id beats a tail; of several, the one with the oldest date, then id.
    """
    whole = catalog.connection.execute("SELECT id FROM story WHERE id = ?", (written,)).fetchone()
    if whole:
        return (whole[0],)
    rows = catalog.connection.execute("SELECT story FROM tail WHERE tail = ? ORDER BY sort, story", (written,))
    return tuple(story for (story,) in rows)


def version_for(catalog: Catalog, story: str, lang: str) -> Version | None:
    """The version that a link from a page in `lang` leads to; None if nothing can be linked (policy, state)."""
    rows = catalog.connection.execute(
        "SELECT lang FROM version WHERE story = ? AND state IN ('published', 'gone')", (story,)
    ).fetchall()
    there = {found for (found,) in rows}
    if lang in there:
        return catalog.version(story, lang)
    if setting(catalog, "untranslated") == "hide":
        return None
    return next((catalog.version(story, o) for o in setting(catalog, "languages") if o in there), None)


@dataclass(frozen=True)
class LinkQuery:
    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Link:
        found = resolve_story(catalog, self.story)
        v = version_for(catalog, found[0], self.lang) if found else None
        if v is None:
            return Link()
        foreign = v.lang != self.lang
        label = language_label(catalog, v.lang, self.lang) if foreign else ""
        return Link(v.url, HTML(v.title), v.lang, foreign, label)


@dataclass(frozen=True)
class RedirectQuery:
    """Where an alias leads: the version that claimed it, in its own language."""

    shared = False
    url: str

    def answer(self, catalog: Catalog) -> Link:
        row = catalog.connection.execute("SELECT story, lang FROM alias WHERE url = ?", (self.url,)).fetchone()
        v = catalog.version(*row)
        return Link(v.url, HTML(v.title), v.lang)


@dataclass(frozen=True)
class TargetQuery:
    """What a reference of a body leads to on a page in `lang`."""

    shared = False
    kind: str
    target: str
    fragment: str
    lang: str

    def answer(self, catalog: Catalog) -> Target:
        if self.kind in ("file", "picture"):
            return Target(*_file_target(catalog, self.target))
        lead_in = word(catalog, self.lang, "read-more") if self.kind == "block" else ""
        v, fragment = story_target(catalog, self.kind, self.target, self.fragment, self.lang)
        if v is None:
            nameless = "" if self.kind == "block" else word(catalog, self.lang, "another-article")
            return Target(title=str(HTML.escape(nameless)))
        foreign = v.lang if v.lang != self.lang else ""
        label = language_label(catalog, v.lang, self.lang) if foreign else ""
        url = v.url + (f"#{fragment}" if fragment else "")
        return Target(url, v.title, foreign, str(HTML.escape(label)), str(HTML.escape(lead_in)))

    @classmethod
    def of(cls, reference: Reference, lang: str) -> TargetQuery:
        return cls(reference.kind, reference.target, reference.fragment, lang)


def _file_target(catalog: Catalog, path: str) -> tuple[str, str, str, str, str, int, int]:
    url, width, height = file_row(catalog, path)
    return url, "", "", "", "", width, height


def story_target(
    catalog: Catalog, kind: str, target: str, fragment: str, lang: str
) -> tuple[Version | None, str]:
    """The version that a cross-link or a link to a content file leads to, and the `#heading` that goes along.

    Rule: CONTENT.md §3: to the reader's language; `#heading` goes along where the version linked has that id, else the
    link leads to the file that was named.
    """
    if kind != "path":
        found = resolve_story(catalog, target)
        return (version_for(catalog, found[0], lang) if found else None), ""
    row = catalog.connection.execute(
        "SELECT story, lang, state FROM version WHERE path = ?", (f"content/{target}",)
    ).fetchone()
    if row is None:
        return None, ""
    v = version_for(catalog, row[0], lang)
    if v is None or not fragment or fragment in catalog.body(v.path).heading_ids:
        return v, fragment if v else ""
    if row[2] in ("published", "gone"):
        named = catalog.version(row[0], row[1])
        if fragment in catalog.body(named.path).heading_ids:
            return named, fragment
    return v, ""


@dataclass(frozen=True)
class BacklinksQuery:
    """Stories whose version in `lang` refers to this one ("Cité par"), the newest 20, newest first."""

    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> tuple[str, ...]:
        rows = catalog.connection.execute(
            "SELECT r.story FROM reference r JOIN version v ON v.story = r.story AND v.lang = r.lang"
            " WHERE r.target = ? AND r.lang = ? AND v.state = 'published' AND v.kind = 'article'"
            " ORDER BY v.sort DESC, v.story DESC LIMIT ?",
            (self.story, self.lang, BACKLINKS),
        )
        return tuple(story for (story,) in rows)


@dataclass(frozen=True)
class RelatedQuery:
    """`related` of a version: the links that can be made."""

    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> tuple[Link, ...]:
        written = catalog.version(self.story, self.lang).related
        links = (LinkQuery(story, self.lang).answer(catalog) for story in written)
        return tuple(link for link in links if link.url)


# ---- languages
@dataclass(frozen=True, slots=True)
class VersionLink:
    lang: str
    url: str


@dataclass(frozen=True)
class TranslationsQuery:
    """The published versions of a story in the order of `languages`."""

    shared = False
    story: str

    def answer(self, catalog: Catalog) -> tuple[VersionLink, ...]:
        rows = catalog.connection.execute(
            "SELECT lang, url FROM version WHERE story = ? AND state = 'published'", (self.story,)
        )
        there = dict(rows.fetchall())
        return tuple(VersionLink(lang, there[lang]) for lang in setting(catalog, "languages") if lang in there)


@dataclass(frozen=True, slots=True)
class Switch:
    lang: str
    url: str
    current: bool
    translated: bool
    label: str


@dataclass(frozen=True)
class SwitchQuery:
    """The language switch of a page, one item a language; where there is no counterpart it leads to the overview
    (terms) or home (others), and `label` says so. Under `untranslated: hide` a missing language has no item."""

    shared = False
    page: PageKey

    def answer(self, catalog: Catalog) -> tuple[Switch, ...]:
        found = []
        for lang in setting(catalog, "languages"):
            url = counterpart(catalog, self.page, lang)
            if url:
                found.append(Switch(lang, url, lang == self.page.lang, True, ""))
            elif self.page.kind in TERM_KINDS:
                url = fixed_path(catalog, TERM_WORDS[self.page.kind], lang)
                found.append(Switch(lang, url, False, False, word(catalog, lang, TERM_WORDS[self.page.kind])))
            elif setting(catalog, "untranslated") != "hide" or self.page.kind not in ("article", "page", "gone"):
                found.append(Switch(lang, f"/{lang}/", False, False, word(catalog, lang, "home")))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Alternate:
    hreflang: str
    url: str


@dataclass(frozen=True)
class AlternatesQuery:
    """Language versions of a page for `link rel=alternate` and sitemaps, itself included, `x-default` last.

    Empty for pages that have no versions: numbered pages, withdrawn stories, pages without a language.
    Rule: developers.google.com/search, "Localized versions": each version lists all, itself included.
    """

    shared = False
    page: PageKey

    def answer(self, catalog: Catalog) -> tuple[Alternate, ...]:
        if not self.page.lang or self.page.number or self.page.kind in ("gone", "redirect"):
            return ()
        found = []
        for lang in setting(catalog, "languages"):
            url = counterpart(catalog, self.page, lang)
            if url and not (self.page.kind == "overview" and "/" in self.page.key and lang != self.page.lang):
                found.append(Alternate(lang, url))
        default = setting(catalog, "languages")[0]
        return tuple(found + [Alternate("x-default", a.url) for a in found if a.hreflang == default])


def counterpart(catalog: Catalog, page: PageKey, lang: str) -> str:
    """The address of the same page in `lang` (of a list: its own address), "" if there is none."""
    kind = page.kind
    if kind in ("article", "page", "gone"):
        row = catalog.connection.execute(
            "SELECT url FROM version WHERE story = ? AND lang = ? AND state IN ('published', 'gone')", (page.key, lang)
        ).fetchone()
        return row[0] if row else ""
    if kind in ("home", "latest", "corrections"):
        return fixed_path(catalog, kind, lang)
    if kind == "overview":
        term_kind, _, prefix = page.key.partition("/")
        if prefix and lang == page.lang:
            return overview_url(catalog, term_kind, lang, prefix)
        return fixed_path(catalog, TERM_WORDS[term_kind], lang)
    if kind == "category" or catalog.size_of(f"{kind}:{page.key}", lang):
        return list_url(catalog, kind, page.key, lang)
    return ""


# ---- lists
def list_url(catalog: Catalog, kind: str, key: str, lang: str) -> str:
    """The own address of a list, "" if a term has no page."""
    if kind in ("day", "month", "year"):
        return f"/{lang}/{key.replace('-', '/')}/"
    if kind == "all":
        return f"/{lang}/"
    return _term_row(catalog, kind, key, lang)[1]


def full_pages(size: int, page_size: int) -> int:
    """Number of numbered pages of a list with `size` entries (CONTENT.md §5 Lists)."""
    return max(0, size // page_size - 1)


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of one page of a list as (story, language), newest first; "" for a neighbour that is not there."""

    entries: tuple[tuple[str, str], ...]
    older_url: str
    newer_url: str


@dataclass(frozen=True)
class ListingQuery:
    """Pages are numbered from the oldest entry, so that a newer one changes no full page (CONTENT.md §5 Lists)."""

    shared = False
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


def entries(catalog: Catalog, name: str, lang: str, low: int, high: int) -> tuple[tuple[str, str], ...]:
    rows = catalog.connection.execute(
        "SELECT story, story_lang FROM entry WHERE list = ? AND lang = ? AND position >= ? AND position < ?"
        " ORDER BY position DESC",
        (name, lang, low, high),
    )
    return tuple(rows.fetchall())


@dataclass(frozen=True, slots=True)
class Neighbours:
    previous: tuple[str, str] | None
    next: tuple[str, str] | None


@dataclass(frozen=True)
class NeighboursQuery:
    """The article before and after in the order of CONTENT.md §5: same language, all articles."""

    shared = False
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Neighbours:
        found = []
        for sign, order in (("<", "DESC"), (">", "ASC")):
            row = catalog.connection.execute(
                "SELECT o.story, o.lang FROM version v JOIN version o ON o.lang = v.lang AND o.kind = 'article'"
                f" AND o.state = 'published' AND (o.sort, o.story) {sign} (v.sort, v.story)"
                f" WHERE v.story = ? AND v.lang = ? ORDER BY o.sort {order}, o.story {order} LIMIT 1",
                (self.story, self.lang),
            ).fetchone()
            found.append(row)
        return Neighbours(*found)


# ---- terms
@dataclass(frozen=True, slots=True)
class Term:
    kind: str
    key: str
    lang: str
    label: str
    url: str
    description: str
    feed_url: str


def _term_row(catalog: Catalog, kind: str, key: str, lang: str) -> tuple[str, str]:
    """Label and address; the label of another language where this one has none; address "" without a page."""
    rows = catalog.connection.execute(
        "SELECT lang, label, url FROM term WHERE kind = ? AND key = ?", (kind, key)
    ).fetchall()
    own = next(((label, url) for found, label, url in rows if found == lang), None)
    if own:
        return own
    order = setting(catalog, "languages")
    rows.sort(key=lambda row: order.index(row[0]))
    return (rows[0][1], "") if rows else (key, "")


@dataclass(frozen=True)
class TermQuery:
    """A category, tag, author, topic or source in one language."""

    shared = True
    kind: str
    key: str
    lang: str

    def answer(self, catalog: Catalog) -> Term:
        label, url = _term_row(catalog, self.kind, self.key, self.lang)
        row = catalog.connection.execute(
            "SELECT description FROM term WHERE kind = ? AND key = ? AND lang = ?", (self.kind, self.key, self.lang)
        ).fetchone()
        feed = f"{url}feed.atom" if url and self.kind in ("category", "tag", "author") else ""
        return Term(self.kind, self.key, self.lang, label, url, row[0] if row else "", feed)


@dataclass(frozen=True)
class TermBodyQuery:
    """The text of a term's or category's file in one language."""

    shared = False
    kind: str
    key: str
    lang: str

    def answer(self, catalog: Catalog) -> Body:
        row = catalog.connection.execute(
            "SELECT path FROM term WHERE kind = ? AND key = ? AND lang = ? AND path != ''",
            (self.kind, self.key, self.lang),
        ).fetchone()
        return catalog.body(row[0]) if row else Body()


@dataclass(frozen=True, slots=True)
class Group:
    prefix: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Terms (by label) and groups of terms whose slugs begin alike."""

    terms: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class OverviewQuery:
    """All terms of a kind, or those whose slug begins with `prefix`, split where they are many."""

    shared = False
    kind: str
    lang: str
    prefix: str

    def answer(self, catalog: Catalog) -> Overview:
        where = "kind = ? AND lang = ? AND slug >= ? AND slug < ?"
        values = (self.kind, self.lang, self.prefix, self.prefix + "\U0010ffff")
        select = catalog.connection.execute
        size, low, high = select(f"SELECT COUNT(*), MIN(slug), MAX(slug) FROM overview WHERE {where}", values).fetchone()
        if size <= OVERVIEW_SIZE:
            rows = select(f"SELECT key, slug FROM overview WHERE {where} ORDER BY slug", values).fetchall()
            return Overview(tuple(key for key, _ in rows), ())
        common = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
        terms, groups = [], []
        rows = select(
            f"SELECT substr(slug, 1, ?) AS start, COUNT(*), MIN(key) FROM overview WHERE {where}"
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


def overview_url(catalog: Catalog, kind: str, lang: str, prefix: str) -> str:
    """`/fr/tags/-/PREFIX/`: no slug is a lone dash, so that no term can claim it."""
    return f"{fixed_path(catalog, TERM_WORDS[kind], lang)}-/{prefix}/"


@dataclass(frozen=True, slots=True)
class CalendarLink:
    key: str
    url: str


@dataclass(frozen=True)
class CalendarQuery:
    """Key "": the years with articles, newest first; "2023": its months; "2023-04": its days, in their order."""

    shared = True
    lang: str
    key: str

    def answer(self, catalog: Catalog) -> tuple[CalendarLink, ...]:
        kind = {0: "year", 4: "month", 7: "day"}[len(self.key)]
        low = f"{kind}:{self.key}"
        rows = catalog.connection.execute(
            "SELECT list FROM list WHERE list >= ? AND list < ? AND lang = ? ORDER BY list",
            (low, low + "\U0010ffff", self.lang),
        )
        keys = [name.partition(":")[2] for (name,) in rows]
        if kind == "year":
            keys.reverse()
        return tuple(CalendarLink(key, list_url(catalog, kind, key, self.lang)) for key in keys)


@dataclass(frozen=True, slots=True)
class SitePage:
    url: str
    title: str


@dataclass(frozen=True)
class SitePagesQuery:
    """The pages that are not news (`content/pages/`), by address."""

    shared = True
    lang: str

    def answer(self, catalog: Catalog) -> tuple[SitePage, ...]:
        rows = catalog.connection.execute(
            "SELECT story, url FROM version WHERE kind = 'page' AND lang = ? AND state = 'published' ORDER BY url",
            (self.lang,),
        ).fetchall()
        return tuple(SitePage(url, catalog.version(story, self.lang).title_text) for story, url in rows)


# ---- corrections, feeds
@dataclass(frozen=True, slots=True)
class CorrectionEntry:
    story: str
    lang: str
    number: int
    day: str


@dataclass(frozen=True)
class CorrectionsQuery:
    """Every correction of published articles in a language, newest first."""

    shared = False
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

    shared = False
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


def feed_title(catalog: Catalog, feed: str, lang: str) -> tuple[str, str]:
    """The title of a feed, and the address of the list that it is the feed of."""
    kind, _, key = feed.partition(":")
    site = setting(catalog, "title")[lang]
    if not kind:
        return site, f"/{lang}/"
    if kind == "corrections":
        title, url = word(catalog, lang, "corrections"), fixed_path(catalog, "corrections", lang)
    else:
        title, url = _term_row(catalog, kind, key, lang)
    return f"{site}{' : ' if lang.partition('-')[0] == 'fr' else ': '}{title}", url


@dataclass(frozen=True, slots=True)
class FeedLink:
    url: str
    type: str
    title: str


@dataclass(frozen=True)
class FeedLinksQuery:
    """The feeds that a page offers: its list's own first, then the site's."""

    shared = False
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


# ---- sitemaps
@dataclass(frozen=True, slots=True)
class PageRef:
    """A page of the site and its address."""

    kind: str
    lang: str
    key: str
    number: int
    url: str


@dataclass(frozen=True)
class SitemapShardsQuery:
    """The addresses of the sitemap's shards."""

    shared = False

    def answer(self, catalog: Catalog) -> tuple[str, ...]:
        rows = catalog.connection.execute(
            "SELECT url FROM page WHERE kind IN ('sitemap-lists', 'sitemap-month') ORDER BY kind, url"
        )
        return tuple(url for (url,) in rows)


@dataclass(frozen=True)
class SitemapMonthQuery:
    """The published articles first dated in a month (`2023-04`) that search engines may index, oldest first."""

    shared = False
    month: str

    def answer(self, catalog: Catalog) -> tuple[tuple[str, str], ...]:
        rows = catalog.connection.execute(
            "SELECT story, lang FROM version WHERE state = 'published' AND kind = 'article' AND day >= ? AND day < ?"
            " AND NOT noindex ORDER BY sort, story, lang",
            (f"{self.month}-", f"{self.month}."),
        )
        return tuple(rows.fetchall())


@dataclass(frozen=True)
class SitemapListsQuery:
    """Key `sections`: homes, fixed lists, categories and pages that are not news; `tag:fr`: the tags in French, ..."""

    shared = False
    key: str

    def answer(self, catalog: Catalog) -> tuple[PageRef, ...]:
        if self.key == "sections":
            condition = "kind IN ('home', 'latest', 'corrections', 'category') OR (kind = 'overview' AND key NOT LIKE '%/%')"
            rows = catalog.connection.execute(
                f"SELECT kind, lang, key, number, url FROM page WHERE number = 0 AND ({condition}) UNION ALL"
                " SELECT p.kind, p.lang, p.key, p.number, p.url FROM page p JOIN version v"
                " ON v.story = p.key AND v.lang = p.lang WHERE p.kind = 'page' AND NOT v.noindex ORDER BY 5"
            )
        else:
            kind, _, lang = self.key.partition(":")
            rows = catalog.connection.execute(
                "SELECT kind, lang, key, number, url FROM page WHERE kind = ? AND lang = ? AND number = 0 ORDER BY url",
                (kind, lang),
            )
        return tuple(PageRef(*row) for row in rows)


@dataclass(frozen=True)
class NewsQuery:
    """The articles of the two days before `now`, newest first: the only answer that depends on the clock."""

    shared = False

    def answer(self, catalog: Catalog) -> tuple[tuple[str, str], ...]:
        now = setting(catalog, "now")
        rows = catalog.connection.execute(
            "SELECT story, lang FROM version WHERE state = 'published' AND kind = 'article' AND NOT noindex"
            " AND sort > ? AND sort <= ? ORDER BY sort DESC, story, lang",
            (now - NEWS_SECONDS, now),
        )
        return tuple(rows.fetchall())


@dataclass(frozen=True)
class PageUrlQuery:
    """The address of a page, "" if it does not exist."""

    shared = False
    page: PageKey

    def answer(self, catalog: Catalog) -> str:
        row = catalog.connection.execute(
            "SELECT url FROM page WHERE kind = ? AND lang = ? AND key = ? AND number = ?",
            (self.page.kind, self.page.lang, self.page.key, self.page.number),
        ).fetchone()
        return row[0] if row else ""
