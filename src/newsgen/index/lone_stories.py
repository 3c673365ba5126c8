"""Stories in one language alone that look like a version of another one: their files' names differ, or a `story` is
misspelled."""

# Nobody is told of a translation that nothing joins to its original: both are stories, and neither is at fault.
# So only what is hardly chance is a note. Two stories of one folder, each in one language, that have one date, nobody
# else's in that folder, and besides a time in it, or one lead picture, or the folder for themselves (content/ is no
# such folder). And a file whose `story` no other file has, while a story with another id like it lacks this language.
#
# What is said depends on all stories of a folder, or of one name: it is looked at again where one of them came or went,
# or has other languages or another date.
#
# Proved by test_two_stories_in_one_language_each_that_look_like_one_are_told.

from __future__ import annotations

import re
from collections.abc import Iterable

from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import Version

_LIKENESS = 75  #: per cent of letters that two ids have in common at least
_NAMED = "SELECT story FROM parsed WHERE name != story AND kind IN ('article', 'page')"


def look(work: Work) -> None:
    """Says which stories look like versions of others, wherever that may be another answer now."""
    catalog = work.catalog
    named = [story for (story,) in catalog.all(_NAMED)]
    said = catalog.owners_that_say("lone\0", "story-name")
    if work.is_all:
        folders = dict.fromkeys(_folder(story) for (story,) in catalog.all("SELECT id FROM story ORDER BY id"))
        folders |= dict.fromkeys(catalog.owners_that_say("pair\0", "story-name"))
        touched = dict.fromkeys((*named, *said))
    else:
        others = [story for (story, _), pair in work.changes.versions.items() if _is_other(*pair)]
        folders = dict.fromkeys(map(_folder, (*work.changes.stories, *others)))
        like = (id for id in named if work.changes.stories and _is_like_any(id, work.changes.stories))
        touched = dict.fromkeys((*like, *(said if work.changes.stories else ()), *work.stories))
    is_named = set(named)
    ids = _Ids(work)
    work.each(folders, lambda folder: _look_for_pairs(work, folder, is_named), lambda folder: ("", []))
    work.each(touched, lambda story: _look_at_id(work, ids, story), lambda story: work.blame_story([story]))


def _is_other(old: Version | None, new: Version | None) -> bool:
    """Whether a version may look like another story's where it did not, or the other way round."""
    if old is None or new is None:
        return True
    return (old.path, old.date, old.picture) != (new.path, new.date, new.picture)


def _folder(story: str) -> str:
    return story.rpartition("/")[0]


def _name(story: str) -> str:
    return story.rpartition("/")[2]


def _stories_of(work: Work, folder: str) -> list[tuple[str, int | None, str]]:
    """Id, oldest date and languages of the stories of a folder, by id; not of the folders below it."""
    low, high = (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff")  # `0` is the character behind `/`
    rows = work.catalog.all("SELECT id, sort, langs FROM story WHERE id >= ? AND id < ? ORDER BY id", low, high)
    return [row for row in rows if _folder(row[0]) == folder]


def _look_for_pairs(work: Work, folder: str, named: set[str]) -> None:
    stories = [row for row in _stories_of(work, folder) if row[1] is not None]
    by_date: dict[int | None, list[tuple[str, str]]] = {}
    for story, sort, langs in stories:
        by_date.setdefault(sort, []).append((story, langs))
    diagnostics: list[Diagnostic] = []
    for group in by_date.values():
        if len(group) != 2 or not all(langs and " " not in langs for _, langs in group) or group[0][1] == group[1][1]:
            continue
        order = work.config.languages.index
        group.sort(key=lambda one: order(one[1]))
        versions = [work.catalog.story_versions(story)[lang] for story, lang in group]
        if not {story for story, _ in group} & named and _are_one(
            *versions, are_alone=bool(folder) and len(stories) == 2
        ):
            (first, _), (_, lang) = group
            at, other = Location(versions[1].path), versions[0].path
            name = f"{_name(first)}.{lang}.md"
            diagnostics.append(diagnose(at, "story-name/pair", lang=lang, other=other, name=name, story=first))
    if not work.is_first or diagnostics:
        work.catalog.say(f"pair\0{folder}", diagnostics)


def _are_one(one: Version, other: Version, *, are_alone: bool) -> bool:
    """Whether two versions of one date are hardly two stories."""
    if one.kind != other.kind or one.date is None or other.date is None:
        return False
    pictures = [(v.picture.path, v.picture.url) if v.picture else None for v in (one, other)]
    return are_alone or (one.date.has_time and other.date.has_time) or bool(pictures[0] and pictures[0] == pictures[1])


def _look_at_id(work: Work, ids: _Ids, story: str) -> None:
    files = work.catalog.parsed_of_story(story)
    diagnostics: list[Diagnostic] = []
    row = work.catalog.one("SELECT langs FROM story WHERE id = ?", story)
    if len(files) == 1 and row and row[0] == files[0].lang and files[0].name != story:
        front = files[0].front
        if front and front.story and (near := ids.nearest(story, files[0].lang)):
            at = front.story.at(files[0].path)
            diagnostics.append(diagnose(at, "story-name/alone", story=story, near=near))
    if not work.is_first or diagnostics:
        work.catalog.say(f"lone\0{story}", diagnostics)


class _Ids:
    """The ids of stories, by what they may be mistaken for; of one run of index."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._lacking: dict[tuple[str, str], list[str]] = {}

    def nearest(self, story: str, lang: str) -> str:
        """The story that lacks this language whose id is most like this one, of those in its folder or of its name; ""
        if there is none."""
        from rapidfuzz import fuzz, process

        rows = self.work.catalog.all(
            "SELECT s.id, s.langs FROM tail t JOIN story s ON s.id = t.story WHERE t.tail = ?", _name(story)
        )
        likely = [(fuzz.ratio(id, story), id) for id, langs in rows if _lacks(langs, lang)]
        found = process.extract(
            story, self._in_folder(_folder(story), lang), scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=5
        )
        # `bulletin-17` and `bulletin-18` are two.
        likely += [(likeness, id) for id, likeness, _ in found if _digits(id) == _digits(story)]
        ids = [(-likeness, id) for likeness, id in likely if id != story]
        return min(ids)[1] if ids else ""

    def _in_folder(self, folder: str, lang: str) -> list[str]:
        """The stories of a folder that lack a language."""
        if (folder, lang) not in self._lacking:
            rows = _stories_of(self.work, folder)
            self._lacking[folder, lang] = [id for id, _, langs in rows if _lacks(langs, lang)]
        return self._lacking[folder, lang]


def _lacks(langs: str, lang: str) -> bool:
    return bool(langs) and lang not in langs.split()


def _is_like_any(story: str, others: Iterable[str]) -> bool:
    """Whether one of the other stories may be the nearest one, or be it no more."""
    from rapidfuzz import fuzz

    return any(_name(one) == _name(story) or fuzz.ratio(one, story) >= _LIKENESS for one in others)


def _digits(story: str) -> list[str]:
    return re.findall("[0-9]+", _name(story))
