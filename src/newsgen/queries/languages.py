"""Questions about the language versions of pages: translations, the language switch, alternates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from newsgen.catalog import Catalog
from newsgen.model import PageKey
from newsgen.queries.lists import list_url
from newsgen.queries.settings import TERM_KINDS, TERM_WORDS, fixed_path, setting, word
from newsgen.queries.terms import overview_url


@dataclass(frozen=True, slots=True)
class VersionLink:
    lang: str
    url: str


@dataclass(frozen=True)
class TranslationsQuery:
    """The published versions of a story in the order of `languages`."""

    shared: ClassVar[bool] = False
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

    shared: ClassVar[bool] = False
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

    shared: ClassVar[bool] = False
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
        # A notice of withdrawal is the counterpart of notices only: it leaves lists, sitemaps and alternates.
        row = catalog.connection.execute(
            "SELECT url FROM version WHERE story = ? AND lang = ? AND (state = 'published' OR state = ?)",
            (page.key, lang, "gone" if kind == "gone" else "published"),
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
