"""Terms: what each is called in each language, and which has its address."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from msgspec.structs import replace

from newsgen.addresses.urls import address_key
from newsgen.index import spellings
from newsgen.index.work import Blamed, Work
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.kinds import TERM_KINDS, TERM_WORDS
from newsgen.nouns.model import Parsed, Spelling
from newsgen.settings.config import Category, path_words

_COLUMNS = "kind, key, lang, label, slug, folded, url, description, path, sort, story, place, line, col, spelled"


def put_categories(work: Work, book: spellings.TermBook) -> None:
    """The categories of the configuration, with the words of their files."""
    known = {category.id for category in work.config.categories}
    diagnostics: list[Diagnostic] = []
    for (kind, id_, _), file in book.files.items():
        if kind == "category" and id_ not in known:
            near = get_close_matches(id_, sorted(known), 1, 0.5)
            place = Location(file.path)
            if near:
                diagnostics.append(diagnose(place, "category-unknown/near", name=id_, near=near[0]))
            else:
                diagnostics.append(diagnose(place, "category-unknown/file", name=id_))
    work.catalog.say("categories\0", diagnostics)
    rows = []

    def add(one: tuple[Category, str]) -> None:
        category, lang = one
        slug, text = category.slugs[lang], book.files.get(("category", category.id, lang))
        front = text.front if text else None
        title = front.title.value if front and front.title else category.titles[lang]
        rows.append(_row("category", category.id, lang, title, slug, f"/{lang}/{slug}/", text))

    every = [(category, lang) for category in work.config.categories for lang in work.config.languages]
    work.each(every, add, lambda one: work.blame_term("category", one[0].id))
    _put(work, "kind = 'category'", (), rows)


def _row(
    kind: str,
    key: str,
    lang: str,
    label: str,
    slug: str,
    url: str,
    text: Parsed | None,
    use: spellings.Label | None = None,
) -> tuple[Any, ...]:
    own = text.front.description if text and text.front else None
    description = own.value if own else text.inline.lead_text if text else ""
    oldest = use.oldest if use else (0, "")
    place = use.place if use else Location("")
    return (
        kind, key, lang, label, slug, address_key(slug), url, description, text.path if text else "", *oldest,
        place.path, place.line, place.column, use.spelled if use else key,
    )  # fmt: skip


def _put(work: Work, where: str, values: tuple[Any, ...], rows: list[tuple[Any, ...]]) -> None:
    """Makes `rows` all terms of a kind (and key), and notes what differs."""
    old = {row[:3]: row for row in work.catalog.all(f"SELECT {_COLUMNS} FROM term WHERE {where}", *values)}
    new = {row[:3]: row for row in rows}
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        if was:
            work.catalog.run("DELETE FROM term WHERE kind = ? AND key = ? AND lang = ?", *key)
        if now:
            work.catalog.run("INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *now)
        if was is None or now is None or (was[:9], was[14]) != (now[:9], now[14]):
            work.changes.terms.add(key)
            for row in filter(None, (was, now)):
                work.changes.overviews.add((row[0], row[2], row[4]))


def put_terms(work: Work, book: spellings.TermBook) -> None:
    """Labels and addresses of the terms that were touched."""
    catalog = work.catalog
    if work.is_all:
        rows = catalog.all("SELECT DISTINCT kind, key FROM spelling UNION SELECT kind, key FROM term")
        touched = [(kind, key) for kind, key in rows if kind != "category"]
    else:
        touched = [key for key in work.terms if key[0] != "category"]
        if work.config.untranslated == "show":
            for name, _ in work.changes.lists:
                kind, _, key = name.partition(":")
                if kind in TERM_KINDS and (kind, key) not in work.terms:
                    touched.append((kind, key))
    groups: dict[tuple[str, str, str], None] = {}  # kind, language, folded slug: who has the address

    def put(one: tuple[str, str]) -> None:
        kind, key = one
        labels = _labels(work, book, kind, key)
        old = {row[2]: row for row in catalog.all(f"SELECT {_COLUMNS} FROM term WHERE kind = ? AND key = ?", kind, key)}
        rows = []
        for lang, label in labels.items():
            row = _row(kind, key, lang, label.text, label.slug, "", book.files.get((kind, key, lang)), label)
            old_row = old.get(lang)
            if old_row and old_row[5] == row[5] and old_row[4] == row[4]:
                row = (*row[:6], old_row[6], *row[7:])
            rows.append(row)
            groups[kind, lang, row[5]] = None
        for row in old.values():
            groups[kind, row[2], row[5]] = None
        _put(work, "kind = ? AND key = ?", (kind, key), rows)

    work.each(sorted(touched), put, lambda one: work.blame_term(*one))
    work.each(groups, lambda group: _own(work, *group), lambda group: _blame_group(work, *group))


def _blame_group(work: Work, kind: str, lang: str, folded: str) -> Blamed:
    """What the newest of several terms that slugify alike comes from."""
    sql = "SELECT key FROM term WHERE kind = ? AND lang = ? AND folded = ? ORDER BY sort DESC, key DESC"
    rows = work.catalog.all(sql, kind, lang, folded)
    return work.blame_term(kind, rows[0][0]) if rows else ("", [])


def _labels(work: Work, book: spellings.TermBook, kind: str, key: str) -> dict[str, spellings.Label]:
    catalog = work.catalog
    labels: dict[str, spellings.Label] = {}
    diagnostics: list[Diagnostic] = []
    for lang in work.config.languages:
        uses = _uses(work, kind, key, lang)
        label, faults = spellings.label((kind, key, lang), uses, book)
        diagnostics += faults
        if label:
            labels[lang] = label
    catalog.say(f"term\0{kind}\0{key}", diagnostics)
    if work.config.untranslated == "show":
        # A list may hold only articles of other languages: it is called as they call it.
        first = next((labels[lang] for lang in work.config.languages if lang in labels), None)
        for lang in work.config.languages:
            if first and lang not in labels and catalog.size_of(f"{kind}:{key}", lang):
                labels[lang] = replace(first, lang=lang)
    return labels


def _uses(work: Work, kind: str, key: str, lang: str) -> list[Spelling]:
    """The uses of a term by published articles, the oldest first; one of them where all are spelled alike."""
    where = "kind = ? AND key = ? AND lang = ? AND counts = 1"
    low, high = work.catalog.one(f"SELECT MIN(text), MAX(text) FROM spelling WHERE {where}", kind, key, lang)
    limit = " LIMIT 1" if low == high else ""
    rows = work.catalog.all(
        f"SELECT text, sort, story, path, line, col FROM spelling WHERE {where} ORDER BY sort, story, line, col{limit}",
        kind,
        key,
        lang,
    )
    return [
        Spelling(kind, key, lang, text, sort, story, Location(path, line, column), True)
        for text, sort, story, path, line, column in rows
    ]


def _own(work: Work, kind: str, lang: str, folded: str) -> None:
    """Of several terms that slugify alike the oldest has the address."""
    catalog = work.catalog
    rows = catalog.all(
        f"SELECT {_COLUMNS} FROM term INDEXED BY term_folded WHERE kind = ? AND lang = ? AND folded = ? ORDER BY key",
        kind,
        lang,
        folded,
    )
    labels = [
        spellings.Label(
            kind, row[1], lang, row[3], row[4], (row[9], row[10]), Location(row[11], row[12], row[13]), row[14]
        )
        for row in rows
    ]
    winners, diagnostics = spellings.owners(labels)
    catalog.say(f"slug\0{kind}\0{lang}\0{folded}", diagnostics)
    owner = winners[0].key if winners else ""
    word = path_words(work.config, lang)[TERM_WORDS[kind]]
    for row in rows:
        url = f"/{lang}/{word}/{row[4]}/" if row[1] == owner else ""
        if row[6] != url:
            catalog.run("UPDATE term SET url = ? WHERE kind = ? AND key = ? AND lang = ?", url, kind, row[1], lang)
            work.changes.terms.add((kind, row[1], lang))
            work.changes.overviews.add((kind, lang, row[4]))
