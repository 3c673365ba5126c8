"""Questions about the language versions of pages: translations, the language switch, alternates."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import ADDRESSES, STORY_KINDS, TERM_KINDS, TERM_WORDS
from newsgen.nouns.model import PageKey
from newsgen.queries.lists import list_url
from newsgen.queries.settings import fixed_path, has_paths, setting, word
from newsgen.queries.terms import overview_url


class VersionLink(msgspec.Struct, frozen=True):
    lang: str
    url: str


class TranslationsQuery(msgspec.Struct, frozen=True):
    """The published versions of a story in the order of `languages`."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "translations"
    story: str

    def answer(self, catalog: Catalog) -> tuple[VersionLink, ...]:
        there = {lang: url for lang, state, url in catalog.versions_of(self.story) if state == "published"}
        return tuple(VersionLink(lang, there[lang]) for lang in setting(catalog, "languages") if lang in there)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if "languages" in changes.settings:
            yield ()
        for story, _ in changes.versions:
            yield (story,)


class Switch(msgspec.Struct, frozen=True):
    lang: str
    url: str
    current: bool
    translated: bool
    label: str


class SwitchQuery(msgspec.Struct, frozen=True):
    """The language switch of a page, one item a language; where there is no counterpart it leads to the overview
    (terms) or home (others), and `label` says so. Under `untranslated: hide` a missing language has no item."""

    shared: ClassVar[bool] = False
    page: PageKey

    def answer(self, catalog: Catalog) -> tuple[Switch, ...]:
        switches = []
        for lang in setting(catalog, "languages"):
            url = counterpart(catalog, self.page, lang)
            if url:
                switches.append(Switch(lang, url, lang == self.page.lang, True, ""))
            elif self.page.kind in TERM_KINDS:
                url = fixed_path(catalog, TERM_WORDS[self.page.kind], lang)
                switches.append(Switch(lang, url, False, False, word(catalog, lang, TERM_WORDS[self.page.kind])))
            elif setting(catalog, "untranslated") != "hide" or self.page.kind not in STORY_KINDS:
                switches.append(Switch(lang, f"/{lang}/", False, False, word(catalog, lang, "home")))
        return tuple(switches)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if "untranslated" in changes.settings or {id_ for _, id_ in changes.words} & {"home", *TERM_WORDS.values()}:
            yield ()
        yield from _other_counterparts(changes, catalog)


class Alternate(msgspec.Struct, frozen=True):
    hreflang: str
    url: str


class AlternatesQuery(msgspec.Struct, frozen=True):
    """Language versions of a page for `link rel=alternate` and sitemaps, itself included, `x-default` last.

    Empty for pages that have no versions: numbered pages, withdrawn stories, pages without a language.
    Rule: developers.google.com/search, "Localized versions": each version lists all, itself included.
    """

    shared: ClassVar[bool] = False
    page: PageKey

    def answer(self, catalog: Catalog) -> tuple[Alternate, ...]:
        if not self.page.lang or self.page.number or self.page.kind in ("gone", "redirect", "withdrawn"):
            return ()
        alternates = []
        for lang in setting(catalog, "languages"):
            url = counterpart(catalog, self.page, lang)
            if url and not (self.page.kind == "overview" and "/" in self.page.key and lang != self.page.lang):
                alternates.append(Alternate(lang, url))
        default = setting(catalog, "languages")[0]
        return tuple(alternates + [Alternate("x-default", a.url) for a in alternates if a.hreflang == default])

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        return _other_counterparts(changes, catalog)


def _other_counterparts(changes: Changes, catalog: Catalog) -> Keys:
    """Pages of which a language version may have come, gone or moved."""
    if "languages" in changes.settings or has_paths(changes):
        yield ()
    languages = setting(catalog, "languages")
    names = [("article", story) for story, _ in changes.versions]
    names += [(kind, key) for kind, key, _ in changes.terms]
    for (name, _), change in changes.lists.items():
        if bool(change.old_size) != bool(change.new_size):
            kind, _, key = name.partition(":")
            names.append((kind, key))
    for kind, key in dict.fromkeys(names):
        for lang in languages:
            for shown in STORY_KINDS if kind == "article" else (kind,):
                yield shown, lang, key


def counterpart(catalog: Catalog, page: PageKey, lang: str) -> str:
    """The address of the same page in `lang` (of a list: its own address), "" if there is none."""
    kind = page.kind
    if kind == "withdrawn":
        return page.key if lang == page.lang else ""
    if kind in STORY_KINDS:
        # A notice of withdrawal is the counterpart of notices only: it leaves lists, sitemaps and alternates.
        states = ("published", "gone" if kind == "gone" else "published")
        urls = (url for its, state, url in catalog.versions_of(page.key) if its == lang and state in states)
        return next(urls, "")
    if kind in ADDRESSES:
        return fixed_path(catalog, kind, lang)
    if kind == "overview":
        term_kind, _, prefix = page.key.partition("/")
        if prefix and lang == page.lang:
            return overview_url(catalog, term_kind, lang, prefix)
        return fixed_path(catalog, TERM_WORDS[term_kind], lang)
    if kind == "category" or catalog.size_of(f"{kind}:{page.key}", lang):
        return list_url(catalog, kind, page.key, lang)
    return ""
