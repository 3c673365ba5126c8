"""Which lists an article stands in, and its position there: 0 is the oldest (CONTENT.md §5 Order)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter

from newsgen.index.work import Blamed, Work
from newsgen.nouns.changes import ListChange
from newsgen.nouns.kinds import of_family
from newsgen.nouns.model import Version
from newsgen.settings.config import Config

Entry = tuple[int, str, str]  #: sort, story, language of the version shown
_LISTS = of_family("list")
Membership = tuple[str, str, Entry]  #: list, language of the list, entry


def memberships(config: Config, versions: Mapping[str, Version]) -> set[Membership]:
    """The lists that the versions of one story stand in; under `untranslated: show` also in other languages' lists."""
    shown = {lang: v for lang, v in versions.items() if v.state == "published" and v.kind == "article"}
    lists: set[Membership] = set()
    for lang, version in shown.items():
        lists |= _of(version, lang)
    if shown and config.untranslated == "show":
        first = next(shown[lang] for lang in config.languages if lang in shown)
        for lang in config.languages:
            if lang not in shown:
                lists |= _of(first, lang)
    return lists


def _of(version: Version, lang: str) -> set[Membership]:
    entry = (version.sort, version.story, version.lang)
    names = [f"{kind.name}:{key}" for kind in _LISTS if kind.keys for key in kind.keys(version)]
    return {(name, lang, entry) for name in ("all:", *names)}


def begin(work: Work) -> None:
    if work.is_all:
        work.catalog.run("DROP TABLE IF EXISTS temp.member")
        work.catalog.run("CREATE TEMP TABLE member (list TEXT, lang TEXT, sort INTEGER, story TEXT, story_lang TEXT)")


def number_entries(work: Work) -> None:
    """Puts entries in, takes them out, and numbers what lies behind them."""
    catalog = work.catalog
    if work.is_first:
        work.flush()
        catalog.run(
            "INSERT OR IGNORE INTO entry SELECT list, lang, sort, story, story_lang,"
            " ROW_NUMBER() OVER (PARTITION BY list, lang ORDER BY sort, story, story_lang) - 1 FROM temp.member"
        )
        catalog.run("DROP TABLE temp.member")
        catalog.run("INSERT INTO list SELECT list, lang, COUNT(*) FROM entry GROUP BY list, lang")
        catalog.add_late_indexes()
    elif work.is_all:
        _compare_all(work)
    work.each(
        work.entries.items(), lambda row: _number(work, row[0][0], row[0][1], row[1]), lambda row: _blame(work, row[1])
    )
    work.entries = {}


def _number(work: Work, name: str, lang: str, operations: set[tuple[str, Entry]]) -> None:
    change = _apply(work, name, lang, operations)
    if change and not work.is_first:
        work.changes.lists[name, lang] = change


def _blame(work: Work, operations: set[tuple[str, Entry]]) -> Blamed:
    """The newest story that comes, goes or moves; none where all are blamed: a list is never left half numbered."""
    stories = [story for _, (_, story, _) in sorted(operations, key=itemgetter(1), reverse=True)]
    name, paths = work.blame_story(stories)
    return ("", []) if name in work.inputs.failed else (name, paths)


def _compare_all(work: Work) -> None:
    """Under another configuration every membership may be another one, also of versions that are the same."""
    catalog = work.catalog
    for (story,) in catalog.all("SELECT DISTINCT story FROM version"):
        versions = catalog.story_versions(story)
        rows = [(name, lang, *entry) for name, lang, entry in memberships(work.config, versions)]
        catalog.many("INSERT INTO temp.member VALUES (?, ?, ?, ?, ?)", rows)
    columns = "list, lang, sort, story, story_lang"
    for sign, one, other in (("-", "entry", "temp.member"), ("+", "temp.member", "entry")):
        for name, lang, *entry in catalog.all(f"SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other}"):
            work.entries.setdefault((name, lang), set()).add((sign, (entry[0], entry[1], entry[2])))
    catalog.run("DROP TABLE temp.member")


def _apply(work: Work, name: str, lang: str, operations: set[tuple[str, Entry]]) -> ListChange | None:
    catalog = work.catalog
    removed = {entry for sign, entry in operations if sign == "-"}
    added = {entry for sign, entry in operations if sign == "+"}
    both = removed & added
    removed, added = removed - both, added - both
    if not removed and not added:
        return None
    size = catalog.size_of(name, lang)
    touched = sorted(removed | added)
    catalog.many(
        "DELETE FROM entry WHERE list = ? AND lang = ? AND sort = ? AND story = ? AND story_lang = ?",
        ((name, lang, *entry) for entry in removed),
    )
    row = catalog.one(
        "SELECT MIN(position) FROM (SELECT position FROM entry WHERE list = ? AND lang = ?"
        " AND (sort, story, story_lang) > (?, ?, ?) ORDER BY sort, story, story_lang LIMIT 1)",
        name,
        lang,
        *touched[0],
    )
    before = catalog.one(
        "SELECT position FROM entry WHERE list = ? AND lang = ? AND (sort, story, story_lang) < (?, ?, ?)"
        " ORDER BY sort DESC, story DESC, story_lang DESC LIMIT 1",
        name,
        lang,
        *touched[0],
    )
    low = before[0] + 1 if before else 0
    new_size = size - len(removed) + len(added)
    catalog.many("INSERT INTO entry VALUES (?, ?, ?, ?, ?, -1)", ((name, lang, *entry) for entry in added))
    high: int | None = None
    if row[0] is None and not removed:
        positions = enumerate(touched, low)  # all of them come last
    else:
        limit = "" if new_size != size else " AND (sort, story, story_lang) <= (?, ?, ?)"
        rows = catalog.all(
            "SELECT sort, story, story_lang FROM entry WHERE list = ? AND lang = ?"
            f" AND (sort, story, story_lang) >= (?, ?, ?){limit} ORDER BY sort, story, story_lang",
            name,
            lang,
            *touched[0],
            *(touched[-1] if limit else ()),
        )
        positions = enumerate(rows, low)
        high = low + len(rows) if limit else None
    catalog.many(
        "UPDATE entry SET position = ? WHERE list = ? AND lang = ? AND sort = ? AND story = ? AND story_lang = ?",
        [(position, name, lang, *entry) for position, entry in positions],
    )
    if new_size:
        catalog.run("INSERT OR REPLACE INTO list VALUES (?, ?, ?)", name, lang, new_size)
    else:
        catalog.run("DELETE FROM list WHERE list = ? AND lang = ?", name, lang)
    return ListChange(low, high, size, new_size)
