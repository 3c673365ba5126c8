"""What one build changed in the index: the rows before and after, from which queries tell the keys that are touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from newsgen.nouns.model import PageKey, Version

Keys = Iterator[tuple[Any, ...]]  #: the first values of the keys of a query; () means every key


class ListChange(msgspec.Struct):
    """Positions of a list whose entry is another one now: from `low` (counted from 0) up to, not with, `high`.

    `high` is None where everything from `low` on moved.
    """

    low: int
    high: int | None
    old_size: int
    new_size: int


class Changes(msgspec.Struct):
    """The change set of one build. `is_first`: the catalog was empty, all is new and nothing is noted row by row."""

    is_first: bool = False
    clock: tuple[int, int] | None = None  # `now` of the build before and of this one, epoch seconds
    settings: set[str] = set()
    words: set[tuple[str, str]] = set()  # language, id
    templates: set[str] = set()  # logical names
    stories: dict[str, None] = {}  # ids that came, went, or have another oldest date
    versions: dict[tuple[str, str], tuple[Version | None, Version | None]] = {}
    bodies: dict[str, tuple[str, str, str]] = {}  # path: kind, story or term id, language
    lists: dict[tuple[str, str], ListChange] = {}  # list, language
    terms: set[tuple[str, str, str]] = set()  # kind, key, language
    overviews: set[tuple[str, str, str]] = set()  # kind, language, slug
    references: set[tuple[str, str]] = set()  # target, language
    corrections: set[str] = set()  # languages
    files: set[tuple[str, str]] = set()  # kind, path under content/ or static/
    aliases: set[str] = set()  # addresses
    pages: dict[PageKey, None] = {}  # that came, went, or moved

    def changed_stories(self) -> list[str]:
        """Stories of which a row or a version is another one now."""
        return list(dict.fromkeys((*self.stories, *(story for story, _ in self.versions))))

    def terms_by(self, *names: str) -> Keys:
        """The terms that changed, their `kind`, `key` and `lang` in this order."""
        for kind, key, lang in self.terms:
            values = {"kind": kind, "key": key, "lang": lang}
            yield tuple(values[name] for name in names)

    def both(self, key: tuple[str, str]) -> tuple[Version, ...]:
        """The version before and after, without the one that is not there."""
        return tuple(version for version in self.versions.get(key, ()) if version is not None)


def tails(story: str) -> list[str]:
    """The ids that may mean a story: the whole one and each tail of whole path parts (CONTENT.md §3)."""
    parts = story.split("/")
    return ["/".join(parts[n:]) for n in range(len(parts))]
