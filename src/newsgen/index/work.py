"""What the parts of index share: the inputs, the change set, and which keys are to be looked at anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.ledger.lines import Line
from newsgen.nouns.changes import Changes
from newsgen.nouns.diagnostics import Diagnostic, own_fault
from newsgen.nouns.model import Look, Parsed, Source, Version
from newsgen.settings.config import Config
from newsgen.settings.redirects import Rule


class Inputs(msgspec.Struct, frozen=True):
    """What index depends on besides the parsed files."""

    config: Config
    zone: ZoneInfo
    now: int  # epoch seconds
    drafts: bool
    words: dict[str, dict[str, str]] | None  # None: as in the last build
    templates: dict[str, tuple[str, str, str]] | None  # by logical name; None: as in the last build
    unused: tuple[tuple[str, Diagnostic], ...]  # with `templates`: those that nothing uses unless an article does
    files: tuple[tuple[Source | None, Source | None], ...]  # pictures, documents and static files before and after
    root: Path
    is_careful: bool  # whether newsgen itself failed in this build: what it fails at again is told from the rest
    failed: Mapping[str, tuple[Diagnostic, ...]]  # stories and files at which it failed: they stay what they are
    look: Callable[[Source], Look]  # what is in a picture; whether a document is active
    public: Callable[[str], dict[str, tuple[str, str]]]  # what readers have of a story: path and state by language
    stand_in: Callable[[str], Parsed | None]  # the last good version of a content file, if it may stand in
    is_unchanged: Callable[[str], bool]  # whether a content file is what the output shows of it
    ledger: tuple[tuple[Line, ...], tuple[Diagnostic, ...]] | None = None  # None: as in the last build
    redirects: tuple[tuple[Rule, ...], tuple[Diagnostic, ...]] | None = None  # likewise


#: What is blamed where newsgen fails: a story or the path of a file, and the files of it that are told.
Blamed = tuple[str, list[str]]
#: What a damaged catalog raises: no file is to blame.
DAMAGE = (sqlite3.Error, msgspec.DecodeError)


class IndexFault(Exception):
    """newsgen itself failed: nothing of this run of index is to be kept. It is run again with care, which names what it
    fails at; and again without what is named here, or with the last good versions of its files."""

    def __init__(self, diagnostics: dict[str, tuple[Diagnostic, ...]]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics


class Refused(Exception):
    """Index refuses files that are public, and nothing of this run is to be kept: it is run again with the last good
    versions of those that are `taken_back`, by path whether another has the address; and without those that are
    `given_back`, by path and whether their last good version does not help."""

    def __init__(self, taken_back: Mapping[str, bool], given_back: Mapping[str, bool]) -> None:
        super().__init__(taken_back, given_back)
        self.taken_back, self.given_back = taken_back, given_back


class Work:
    """One run of index. In a first run there are no old rows, and nothing is noted in `changes`."""

    def __init__(self, catalog: Catalog, inputs: Inputs, changes: Changes) -> None:
        self.catalog, self.inputs, self.config, self.changes = catalog, inputs, inputs.config, changes
        self.is_first = changes.is_first
        self.is_all = changes.is_first  # whether every story, term and page is looked at: another configuration
        self.stories: dict[str, None] = {}  # to be merged
        self.has_public = catalog.one("SELECT 1 FROM public LIMIT 1") is not None
        self.term_files: dict[str, None] = {}  # paths that came, went or changed
        self.old: dict[str, dict[str, Version]] = {}  # versions before this build, of stories that were touched
        self.claims: dict[str, None] = {}  # addresses (folded) whose owner is to be found
        self.promised: dict[str, None] = {}  # addresses (folded) of the ledger of which something may be otherwise now
        #: Hashes of the addresses that nothing is to have.
        self.forgotten = frozenset(hash_ for (hash_,) in catalog.all("SELECT hash FROM forgotten"))
        self.has_promises = False  # whether the ledger has any line
        self.terms: dict[tuple[str, str], None] = {}  # kind, key
        self.mentions: dict[str, None] = {}  # content files whose references are to be followed
        self.targets: dict[str, None] = {}  # ids, tails and paths whose meaning may have changed
        self.files: dict[tuple[str, str], None] = {}  # kind, path: pictures, documents and static files
        self.candidates: dict[tuple[str, str, str, str], None] = {}  # kind, key, story, language
        self.folded: dict[str, None] = {}  # output paths (folded) whose page came, went or has another owner
        self.entries: dict[tuple[str, str], set[tuple[str, tuple[int, str, str]]]] = {}  # list, language: + or -, entry
        self.months: dict[str, None] = {}  # of sitemaps
        #: Files that index refuses and that a last good version stands in for: the story that each says it belongs to,
        #: and whether another has its address.
        self.refused = {path: (story, bool(clash)) for path, story, clash in catalog.all("SELECT * FROM refused")}
        self.taken_back: dict[str, bool] = {}  # files for which one is to stand in; whether another has the address
        self.given_back: dict[str, bool] = {}  # and those for which none is to any more, and whether none can
        self.lost: dict[str, None] = {}  # files that would be public, and whose address another has
        self.has_other_names = False  # whether a content file came or went
        self._names: dict[str, list[str]] = {}  # answers of `names`
        self._tallies: dict[str, int] = {}
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}

    def is_public(self, story: str) -> bool:
        """Whether the output that is built on shows something of a story."""
        return self.has_public and self.catalog.one("SELECT 1 FROM public WHERE story = ? LIMIT 1", story) is not None

    def names(self, kind: str) -> list[str]:
        """The paths below content/ of its pictures and documents (`media`), or of its stories and pages (`story`)."""
        if kind not in self._names:
            sql = {
                "media": "SELECT name FROM source WHERE kind = 'media' ORDER BY name",
                "story": "SELECT substr(path, 9) FROM parsed WHERE kind IN ('article', 'page') ORDER BY path",
            }[kind]
            self._names[kind] = [name for (name,) in self.catalog.all(sql)]
        return self._names[kind]

    # ---- what newsgen itself fails at
    def each(self, items: Iterable[Any], step: Callable[[Any], object], blamed: Callable[[Any], Blamed]) -> None:
        """Takes a step for each item. In a careful run those are named at which newsgen fails, all of them together;
        one of what has `failed` already is left as it is. Raises: IndexFault; the fault where nothing is to blame."""
        if not self.inputs.is_careful:
            for item in items:
                step(item)
            return
        by_name: dict[str, dict[str, Diagnostic]] = {}
        for item in items:
            self.catalog.run("SAVEPOINT step")
            try:
                step(item)
            except (*DAMAGE, IndexFault):
                raise
            except Exception as fault:
                self.catalog.run("ROLLBACK TO step")
                name, paths = blamed(item)
                if not name or not paths:
                    raise
                if name not in self.inputs.failed:
                    by_path = by_name.setdefault(name, {})
                    by_path |= {path: own_fault(path, fault) for path in paths if path not in by_path}
            self.catalog.run("RELEASE step")
        if by_name:
            raise IndexFault({name: tuple(by_path.values()) for name, by_path in by_name.items()})

    def blame_story(self, stories: Iterable[str]) -> Blamed:
        """The first of these stories that is not blamed yet, else the first of all; with its files."""
        names = list(stories)
        name = next((story for story in names if story not in self.inputs.failed), names[0] if names else "")
        return name, [
            path
            for (path,) in self.catalog.all(
                "SELECT path FROM parsed WHERE story = ? AND kind IN ('article', 'page') ORDER BY path", name
            )
        ]

    def blame_path(self, path: str) -> Blamed:
        """The story of a file of one, of which only this file is told; else the file."""
        row = self.catalog.one("SELECT story, kind FROM parsed WHERE path = ?", path)
        return (row[0] if row and row[1] in ("article", "page") else path), [path]

    def blame_term(self, kind: str, key: str) -> Blamed:
        """The file of a term; without one the newest story that has the term."""
        files = self.catalog.all("SELECT path FROM parsed WHERE kind = ? AND name = ? ORDER BY path", kind, key)
        if files:
            path = next((path for (path,) in files if path not in self.inputs.failed), files[0][0])
            return path, [path]
        rows = self.catalog.all(
            "SELECT story FROM spelling WHERE kind = ? AND key = ? ORDER BY sort DESC, story DESC", kind, key
        )
        return self.blame_story(dict.fromkeys(story for (story,) in rows))

    def put(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Writes rows; in a first run many at once."""
        if not self.is_first or self.inputs.is_careful:
            self.catalog.many(sql, rows)
            return
        waiting = self._waiting.setdefault(sql, [])
        waiting += rows
        if len(waiting) > 2000:
            self.catalog.many(sql, waiting)
            waiting.clear()

    def tallied(self, name: str, n: int) -> None:
        """Counts for the report; "" is not counted."""
        if name and n:
            self._tallies[name] = self._tallies.get(name, 0) + n

    def keep_tallies(self) -> None:
        for name, n in self._tallies.items():
            self.catalog.add_to_tally(name, n)
        self._tallies = {}

    def flush(self) -> None:
        for sql, rows in self._waiting.items():
            self.catalog.many(sql, rows)
        self._waiting = {}

    def replace(self, table: str, key: dict[str, Any], rows: list[tuple[Any, ...]]) -> bool:
        """Makes `rows` all rows of the table with this key; whether that changed anything."""
        marks = ", ".join("?" * len(rows[0])) if rows else ""
        if self.is_first:
            if rows:
                self.put(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
            return bool(rows)
        where = " AND ".join(f"{name} = ?" for name in key)
        old = self.catalog.all(f"SELECT * FROM {table} WHERE {where}", *key.values())
        if sorted(old, key=repr) == sorted(rows, key=repr):
            return False
        self.catalog.run(f"DELETE FROM {table} WHERE {where}", *key.values())
        if rows:
            self.catalog.many(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
        return True

    def old_versions(self, story: str) -> dict[str, Version]:
        """The versions of a story as the last build left them; ask before the first change."""
        if story not in self.old:
            self.old[story] = {} if self.is_first else self.catalog.story_versions(story)
        return self.old[story]
