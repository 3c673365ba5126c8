"""What the parts of index share: the inputs, the change set, and which keys are to be looked at anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from newsgen.catalog import Catalog
from newsgen.changes import Changes
from newsgen.configuration import Config
from newsgen.diagnostics import Diagnostic
from newsgen.model import Look, Source, Version


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
    unmerged: frozenset[str]  # stories at which newsgen itself failed in this build: they stay what they are
    look: Callable[[Source], Look]  # what is in a picture; whether a document is active
    public: Callable[[str], dict[str, tuple[str, str]]]  # what readers have of a story: path and state by language


class Work:
    """One run of index. In a first run there are no old rows, and nothing is noted in `changes`."""

    def __init__(self, catalog: Catalog, inputs: Inputs, changes: Changes) -> None:
        self.catalog, self.inputs, self.config, self.changes = catalog, inputs, inputs.config, changes
        self.is_first = changes.is_first
        self.is_all = changes.is_first  # whether every story, term and page is looked at: another configuration
        self.stories: dict[str, None] = {}  # to be merged
        self.in_public = {story for (story,) in catalog.all("SELECT DISTINCT story FROM public")}
        self.term_files: dict[str, None] = {}  # paths that came, went or changed
        self.old: dict[str, dict[str, Version]] = {}  # versions before this build, of stories that were touched
        self.claims: dict[str, None] = {}  # addresses (folded) whose owner is to be found
        self.terms: dict[tuple[str, str], None] = {}  # kind, key
        self.mentions: dict[str, None] = {}  # content files whose references are to be followed
        self.targets: dict[str, None] = {}  # ids, tails and paths whose meaning may have changed
        self.files: dict[tuple[str, str], None] = {}  # kind, path: pictures, documents and static files
        self.candidates: dict[tuple[str, str, str, str], None] = {}  # kind, key, story, language
        self.folded: dict[str, None] = {}  # output paths (folded) whose page came, went or has another owner
        self.entries: dict[tuple[str, str], set[tuple[str, tuple[int, str, str]]]] = {}  # list, language: + or -, entry
        self.months: dict[str, None] = {}  # of sitemaps
        self._tallies: dict[str, int] = {}
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}

    def put(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Writes rows; in a first run many at once."""
        if not self.is_first:
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
