"""What a term is: which spellings are one term, its label and its address; pure functions of rows."""

from __future__ import annotations

from collections import Counter

import msgspec
from msgspec.structs import replace

from newsgen.addresses import urls
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.kinds import is_own_file
from newsgen.nouns.model import Parsed, Spelling


class TermBook(msgspec.Struct, frozen=True):
    """The term files: CONTENT.md §1 "A term file pairs one subject across languages"."""

    spellings: dict[tuple[str, str, str], str] = {}  # kind, language, `spelling_key`: id
    alike: dict[tuple[str, str, str], str] = {}  # kind, language, `term_key`: id, for spellings that no file has
    files: dict[tuple[str, str, str], Parsed] = {}  # kind, id, language: its file
    ids: frozenset[tuple[str, str]] = frozenset()
    _keys: dict[tuple[str, str, str], str] = {}  # answers of `key`, kept

    def key(self, kind: str, lang: str, text: str) -> str:
        """The key of the term that a spelling means in a language; "" if no address can be made of it."""
        key = self._keys.get((kind, lang, text))
        if key is None:
            key = self.spellings.get((kind, lang, urls.spelling_key(text)))
            if key is None:
                alike = urls.term_key(text)
                key = self.alike.get((kind, lang, alike))
                if key is None:
                    key = alike if urls.slugify(text) else ""
            self._keys[kind, lang, text] = key
        return key


class BookReader:
    """Reads term files, by path, into a book."""

    def __init__(self) -> None:
        self._spellings: dict[tuple[str, str, str], str] = {}
        self._alike: dict[tuple[str, str, str], str] = {}
        self._files: dict[tuple[str, str, str], Parsed] = {}
        self.diagnostics: list[Diagnostic] = []
        self.refused: dict[str, None] = {}  # paths of files that name no term for an error, or not at their address

    def book(self) -> TermBook:
        ids = frozenset((kind, name) for kind, name, _ in self._files)
        return TermBook(self._spellings, self._alike, self._files, ids)

    def take(self, file: Parsed) -> None:
        """Takes in a parsed file of kind category, tag, author, topic or source."""
        front, diagnostics, files = file.front, self.diagnostics, self._files
        if front is None:
            return
        place = (file.kind, file.name, file.lang)
        if place in files:
            other_path = files[place].path
            diagnostics.append(
                diagnose(
                    Location(file.path),
                    "story-duplicate/term",
                    other=other_path,
                    lang=file.lang,
                    kind=file.kind,
                    name=file.name,
                )
            )
            self.refused[file.path] = None
            return
        files[place] = file
        if file.kind == "category":
            return
        if front.title is None:
            written = next((key for key in front.keys if key.name == "title"), None)
            at = Location(file.path, written.line, written.column) if written else Location(file.path)
            diagnostics.append(diagnose(at, "key-missing/term-title", kind=file.kind))
            self.refused[file.path] = None
            return
        if front.slug and is_own_file(front.slug.value):
            diagnostics.append(diagnose(front.slug.at(file.path), "slug-reserved/term", slug=front.slug.value))
            files[place] = replace(file, front=replace(front, slug=None))
            self.refused[file.path] = None
        if not _slug(files[place]):
            title = front.title
            diagnostics.append(diagnose(title.at(file.path), "term-empty", kind=file.kind, name=title.value))
            self.refused[file.path] = None
            del files[place]
            return
        for text in (front.title, *front.names):
            if alike := urls.term_key(text.value):  # signs alone are like nothing but themselves
                self._alike.setdefault((file.kind, file.lang, alike), file.name)
            spelled = (file.kind, file.lang, urls.spelling_key(text.value))
            other = self._spellings.setdefault(spelled, file.name)
            if other != file.name:
                at = text.at(file.path)
                diagnostics.append(diagnose(at, "term-file-invalid", name=text.value, kind=file.kind, other=other))


def _slug(file: Parsed) -> str:
    """The last part of the address that a term file gives: its `slug`, or made of its title, or of its name; "" where
    none of them has a letter or digit."""
    front = file.front
    if front and front.slug:
        return front.slug.value
    return (urls.slugify(front.title.value) if front and front.title else "") or urls.slugify(file.name)


class Label(msgspec.Struct, frozen=True):
    """A term in one language: what it is called and the last part of its address."""

    kind: str
    key: str
    lang: str
    text: str
    slug: str
    oldest: tuple[int, str]  # sort and story id of its first use
    place: Location  # of that use
    spelled: str  # in the id of its feed: the spelling of that use, which another one that is alike does not change


def label(key: tuple[str, str, str], uses: list[Spelling], book: TermBook) -> tuple[Label | None, list[Diagnostic]]:
    """The label of a term from its uses (oldest article first), or from its file.

    Without a file it is the commonest spelling among published articles, then that of the oldest article; None if no
    published article uses it. Rule: CONTENT.md §5 Tags.
    """
    kind, term, lang = key
    published = [use for use in uses if use.counts]
    file = book.files.get((kind, term, lang))
    if file is None and kind == "topic":
        named = [f for (k, id_, _), f in sorted(book.files.items()) if (k, id_) == (kind, term)]
        titled = next(((f, f.front.title) for f in named if f.front and f.front.title), None)
        if titled and published:
            first, (other, title) = published[0], titled
            made = urls.slugify(term) or _slug(other)
            return Label(kind, term, lang, title.value, made, _age(first), first.location, term), []
    if file and file.front and file.front.title:
        if not published:
            return None, []
        title, first = file.front.title, published[0]
        return Label(kind, term, lang, title.value, _slug(file), _age(first), first.location, term), []
    counts = Counter(use.text for use in published)
    diagnostics: list[Diagnostic] = []
    if not counts:
        return None, diagnostics
    order = {use.text: n for n, use in reversed(list(enumerate(published)))}
    text = min(counts, key=lambda t: (-counts[t], order[t]))
    if len(counts) > 1:
        others = [use for use in published if use.text != text]
        place, places = others[0].location, tuple(str(use.location) for use in others[1:])
        number, spellings = len(counts), tuple(sorted(counts, key=lambda t: (-counts[t], order[t])))
        told = diagnose(place, "term-spelling", kind=kind, number=number, spellings=spellings, best=text)
        if places:
            told = diagnose(
                place, "term-spelling/places", kind=kind, number=number, spellings=spellings, best=text, places=places
            )
        diagnostics.append(told)
    spelled = urls.spelling_key(published[0].text)
    shown = Label(kind, term, lang, text, urls.slugify(text), _age(published[0]), published[0].location, spelled)
    return shown, diagnostics


def _age(use: Spelling) -> tuple[int, str]:
    return use.sort, use.story


def owners(labels: list[Label]) -> tuple[list[Label], list[Diagnostic]]:
    """The terms that have their address, of all terms of one kind and language: of several that want one, the oldest.

    Rule: CONTENT.md §5: terms that slugify alike (C, C++) are an error until a term file gives one a `slug`.
    """
    by_slug: dict[str, list[Label]] = {}
    for one in labels:
        by_slug.setdefault(urls.address_key(one.slug), []).append(one)
    winners, diagnostics = [], []
    for group in by_slug.values():
        group.sort(key=lambda one: (one.oldest, one.key))
        winners.append(group[0])
        for loser in group[1:]:
            diagnostics.append(
                diagnose(
                    loser.place,
                    "term-clash",
                    kind=loser.kind,
                    first=group[0].text,
                    second=loser.text,
                    slug=loser.slug,
                    lang=loser.lang,
                )
            )
    return winners, diagnostics
