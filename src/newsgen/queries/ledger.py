"""Questions about the ledger and old addresses: its years, what this build adds to it, and where each leads."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec
from markupsafe import Markup as HTML

from newsgen.catalog.store import Catalog
from newsgen.ledger import lines
from newsgen.ledger.lines import Line
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import KINDS, MOVED_KINDS, STORY_KINDS, TERM_KINDS, TERM_WORDS
from newsgen.nouns.model import PageKey
from newsgen.queries.links import Link
from newsgen.queries.settings import setting, word
from newsgen.queries.sitemaps import PageRef
from newsgen.queries.terms import term_row

#: Kinds of pages whose address, once published, is kept for ever (CONTENT.md §9, "Promises").
PROMISED = tuple(kind.name for kind in KINDS.values() if not kind.is_machine and kind.name not in MOVED_KINDS)
#: A name that holds a hash of its file's bytes: another version of the file has another name.
_HASHED = re.compile(r"[.-](?=[0-9a-f]*[0-9])[0-9a-f]{8,}\.[^/]*$|[.-](?=[0-9a-f]*[0-9])[0-9a-f]{8,}$", re.I)

#: Where a file of static/ takes the place of what newsgen makes for machines, such as the style sheet.
_OF_MACHINES = {kind.address for kind in KINDS.values() if kind.is_machine}


class LedgerQuery(msgspec.Struct, frozen=True):
    """The file of a year: all its lines."""

    shared: ClassVar[bool] = False
    year: str

    def answer(self, catalog: Catalog) -> str:
        return str(catalog.one("SELECT text FROM ledger WHERE year = ?", self.year)[0])

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for year in changes.ledger:
            yield (year,)


class LedgerNextQuery(msgspec.Struct, frozen=True):
    """What is published and the ledger does not know yet, as a file."""

    shared: ClassVar[bool] = False

    def answer(self, catalog: Catalog) -> str:
        years = [year for (year,) in catalog.all("SELECT year FROM ledger")]
        # What is built with drafts is no publication: nothing of it is to be kept for ever.
        return lines.text_of([] if setting(catalog, "drafts") else _next(catalog), years=years)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if changes.ledger or "drafts" in changes.settings or any(page.kind in PROMISED for page in changes.pages):
            yield ()


def _next(catalog: Catalog) -> list[Line]:
    marks = ", ".join("?" * len(PROMISED))
    rows = catalog.all(
        f"SELECT kind, lang, key, number, url FROM page p WHERE kind IN ({marks})"
        " AND NOT EXISTS (SELECT 1 FROM promise o WHERE o.folded = p.folded AND o.kind != ?)",
        *PROMISED,
        lines.UNKNOWN,
    )
    aliases = {url: (story, lang) for url, story, lang in catalog.all("SELECT url, story, lang FROM alias")}
    own_static = {
        path for (path,) in catalog.all("SELECT path FROM file WHERE kind = 'static' AND disk LIKE 'static/%'")
    }
    single: list[Line] = []
    numbered: dict[tuple[str, str, str, str], list[int]] = {}
    for kind, lang, key, number, url in rows:
        if kind == "static" and (_HASHED.search(key) or key not in own_static or url in _OF_MACHINES):
            continue
        if kind in STORY_KINDS:
            single.append(Line(url, "story", lang, key))
        elif kind == "redirect":
            story, of_lang = aliases[url]
            single.append(Line(url, "story", of_lang, story))
        elif number:
            before, _, behind = url.rpartition(str(number))
            numbered.setdefault((f"{before}{{n}}{behind}", kind, lang, key), []).append(number)
        elif kind == "day":
            month, day = key[:-3], key[-2:]
            of_month = f"{url.removesuffix(f'{day}/')}{{nn}}/", kind, lang, f"{month}-{{nn}}"
            numbered.setdefault(of_month, []).append(int(day))
        else:
            single.append(Line(url, kind, lang, key))
    return [*single, *(Line(*of, lines.numbers_of(counted)) for of, counted in numbered.items())]


class MovedQuery(msgspec.Struct, frozen=True):
    """The page that an old address leads to."""

    shared: ClassVar[bool] = False
    url: str

    def answer(self, catalog: Catalog) -> PageRef:
        kind, lang, key, number = catalog.one("SELECT kind, lang, key, number FROM moved WHERE url = ?", self.url)
        sql = "SELECT url FROM page WHERE kind = ? AND lang = ? AND key = ? AND number = ?"
        return PageRef(kind, lang, key, number, catalog.one(sql, kind, lang, key, number)[0])

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for url in changes.aliases:
            yield (url,)
        yield from led_to(changes, catalog)


class RedirectQuery(msgspec.Struct, frozen=True):
    """Where an old address leads: an alias to the version that claimed it, in its own language; another to the page
    that its owner has now."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "redirect"
    url: str

    def answer(self, catalog: Catalog) -> Link:
        row = catalog.one("SELECT story, lang FROM alias WHERE url = ?", self.url)
        if row:
            v = catalog.head(*row)
            return Link(v.url, HTML(v.title), v.lang)
        page = MovedQuery(self.url).answer(catalog)
        lang = page.lang or setting(catalog, "languages")[0]
        return Link(page.url, HTML(_title_of(catalog, page, lang)), lang)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for url in changes.aliases:
            yield (url,)
        for story in changes.changed_stories():
            yield from catalog.all("SELECT url FROM alias WHERE story = ?", story)
            yield from catalog.all("SELECT url FROM moved WHERE kind IN ('article', 'page', 'gone') AND key = ?", story)
        for kind, key, _ in changes.terms:
            yield from catalog.all("SELECT url FROM moved WHERE kind = ? AND key = ?", kind, key)
        if changes.settings or changes.words:
            yield from catalog.all("SELECT url FROM moved")
        yield from led_to(changes, catalog)


def _title_of(catalog: Catalog, page: PageRef, lang: str) -> str:
    """What a page that an old address leads to is called, as HTML."""
    kind, key = page.kind, page.key
    if kind in STORY_KINDS:
        return str(catalog.head(key, lang).title)
    word_of = TERM_WORDS.get(key.partition("/")[0], "") if kind == "overview" else KINDS[kind].word
    if kind == "category" or kind in TERM_KINDS:
        title = term_row(catalog, kind, key, lang)[0]
    elif word_of:
        title = word(catalog, lang, word_of)
    else:
        title = key or setting(catalog, "title")[lang]
    return str(HTML.escape(title))


def led_to(changes: Changes, catalog: Catalog) -> Keys:
    """The old addresses that lead to pages which came, went or moved."""
    if catalog.one("SELECT 1 FROM moved LIMIT 1"):
        for page in changes.pages:
            yield from _to(catalog, page)


def _to(catalog: Catalog, page: PageKey) -> list[tuple[str]]:
    return catalog.all("SELECT url FROM moved WHERE kind = ? AND key = ? AND lang = ?", page.kind, page.key, page.lang)
