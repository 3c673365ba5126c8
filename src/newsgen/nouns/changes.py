"""What one build changed in the index: the rows before and after, from which queries tell the keys that are touched."""

# The change set is what index tells plan: which rows are others now. From it each type of query tells the keys whose
# answers may be others (`touched_keys`), and these alone are asked again. A row that changed and is not named here is a
# page that stays old; one that is named without need costs an answer. So a change is noted where its row is written, by
# comparing it with the row that was there, and never by what was edited: an edit, the clock, another configuration and
# a build that follows a killed one all come the same way.
#
#   what                        noted by                                    where it is another one now
#   clock                       `index._put_settings`                       `now`; what lies between is due
#   settings, words, templates  index, from newsgen.yaml and the theme      a value, by its name
#   bodies                      `versions._take_file`                       the digest of a file's body
#   stories                     `versions._put_story`                       id came, went; other languages, oldest date
#   versions                    `versions.settle`                           any field or the state, before and after
#   lists                       `lists.number_entries`                      the entries from a position on
#   terms, overviews            `index.terms`                               label, address, text; the list of terms
#   references                  `index.references`                          who refers to a story
#   corrections                 `versions._settle_version`                  the corrections of a language
#   files, aliases, pages       `index.outputs`                             came, went, moved, or has other bytes
#   ledger                      `index.promises`                            the lines of a year
#   places                      `index.outputs`                             a page came or went at this output path
#
# The row before matters as much as the one after: only it names the category that an article has left, or the address
# that a link led to. Where one row is not enough, `touched_keys` asks the catalog, which is as it is after the change.
# Index reads the change set too, while it fills it: `references.follow` wants to know of stories, terms and versions,
# `outputs.put_pages` of lists, terms and pages. So the order of the steps in `index._indexed` is part of the rule. In a
# first build (`is_first`) nothing is noted: everything is rendered, and the rows before are empty.
#
# Proved by test_any_history_gives_what_a_clean_build_gives, which after each edit compares with a clean build and lets
# `plan.audit` ask every question again, test_any_edits_give_what_a_clean_build_gives,
# test_a_build_that_is_repeated_writes_nothing, test_the_newest_story_changes_no_numbered_page_but_a_link_to_the_newer,
# test_bodies_touch_only_their_own_page_and_what_shows_bodies,
# test_name_that_goes_is_told_of_articles_without_a_version_too.

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
    ledger: set[str] = set()  # years whose lines are others
    places: dict[str, None] = {}  # output paths (folded) where a page came or went

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
