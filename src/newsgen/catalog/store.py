"""The catalog: an SQLite file of parsed files, versions, terms, lists, addresses and traces; index's only memory.

Everything in it can be made again from the sources: another schema, other versions of the tools that shape the output
or a damaged file mean an empty catalog, never a migration.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from newsgen.addresses.urls import address_key, companion_owner, keys_above, keys_below
from newsgen.catalog.schema import INDEX_TABLES, KEPT_TABLES, LATE_INDEXES, SCHEMA_VERSION, TRACE_TABLES
from newsgen.nouns.diagnostics import Diagnostic, NewsgenError, Part, part
from newsgen.nouns.model import (
    Body,
    FileRow,
    Look,
    Moment,
    OutputPath,
    Page,
    PageKey,
    Parsed,
    Reference,
    Searchable,
    Shown,
    UrlPath,
    Version,
    content_hash,
)
from newsgen.settings.config import Config
from newsgen.sources import scanned_rows

#: Values of the model as bytes, and heads of parsed files back.
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.decode
decode_parsed = msgspec.msgpack.Decoder(Parsed).decode
decode_reference = msgspec.msgpack.Decoder(Reference).decode
decode_version = msgspec.msgpack.Decoder(Version).decode
decode_look = msgspec.msgpack.Decoder(Look).decode
_decode_body = msgspec.msgpack.Decoder(Body).decode
_decode_searchable = msgspec.msgpack.Decoder(Searchable).decode
_decode_diagnostic = msgspec.msgpack.Decoder(Diagnostic).decode


class ParsedRow(msgspec.Struct, frozen=True):
    """A parsed file as the catalog keeps it; `shown` is the hash of the version that stands for it."""

    path: str
    hash: str
    shown: str
    kind: str
    name: str
    story: str
    lang: str
    broken: bool
    faulty: bool  # whether it says anything
    marks: bytes  # digests of head, body and heading ids, 16 bytes each
    head: bytes  # Parsed without its body's text
    searchable: bytes  # Searchable, of an article
    body: bytes  # Body


class Head(msgspec.Struct, frozen=True):
    """What links and lists need of a version: to decode all of it takes several times as long."""

    story: str
    lang: str
    path: str
    url: str
    title: str
    title_text: str
    kicker: str
    lead: str
    lead_text: str
    date: Moment | None
    sort: int
    picture: Shown | None
    related: tuple[str, ...]
    categories: tuple[str, ...]


_decode_head = msgspec.msgpack.Decoder(Head).decode


class Catalog:
    """One connection to the catalog. Raises NewsgenError where the file cannot be used."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.is_new = False  # whether it was made, or emptied, when it was opened
        self.renewed: Part | None = None  # why it was emptied
        self._settings: dict[str, Any] = {}  # what was read, until it is set anew
        self._words: dict[tuple[str, str], str | None] = {}

    # ---- opening
    @classmethod
    def writer(cls, path: Path, *, tools: str) -> Catalog:
        """Opens the catalog for the one process that writes it; empties it if schema or `tools` differ."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _give_rights(path)
            is_there = path.is_file() and path.stat().st_size > 0
            try:
                catalog = cls(_connect(path))
                reason = catalog._misfit(tools) if is_there else None
                if is_there and not reason:
                    return catalog
                catalog.close()
            except sqlite3.DatabaseError as fault:
                if not is_damage(fault):
                    raise
                reason = _DAMAGED
            return cls._made(path, tools, reason)
        except (OSError, sqlite3.OperationalError) as fault:
            raise NewsgenError(f"the catalog {path} cannot be used: {fault}") from fault

    def _misfit(self, tools: str) -> Part | None:
        """Why this catalog cannot be used, None if it can."""
        if not self.one("SELECT 1 FROM sqlite_schema WHERE name = 'meta'"):
            return _DAMAGED
        if self.meta("schema") != SCHEMA_VERSION:
            return part("cache/other-version")
        if self.meta("tools") != tools:
            return part("cache/other-tools")
        return None

    @classmethod
    def _made(cls, path: Path, tools: str, reason: Part | None) -> Catalog:
        """A new catalog in the place of the old one, whose last good versions it takes over: parsed anew, they outlive
        a change of tools. The old one stays beside it (`older`) until index has taken what can be used of it."""
        new = path.with_name(f"{path.name}-new")
        remove_files(new)
        fresh = cls(sqlite3.connect(new, isolation_level=None))
        with closing(fresh):
            fresh.run("PRAGMA synchronous = OFF")
            fresh.connection.executescript(
                f"BEGIN; {KEPT_TABLES} {scanned_rows.TABLES} {INDEX_TABLES} {TRACE_TABLES} COMMIT;"
            )
            fresh.set_meta("schema", SCHEMA_VERSION)
            fresh.set_meta("tools", tools)
            if reason:
                try:
                    fresh.run("ATTACH ? AS old", str(path))
                    fresh.run("INSERT OR IGNORE INTO good SELECT path, hash, data FROM old.good")
                    fresh.run(_PUBLIC)
                    fresh.run("INSERT OR IGNORE INTO good_look SELECT path, hash, size, look FROM old.good_look")
                except sqlite3.DatabaseError as fault:
                    if is_world(fault):
                        raise
        if reason and not older_path(path).exists():  # of two, the one before is that of the last whole build
            for end in ("", "-wal"):
                with suppress(FileNotFoundError):
                    Path(f"{path}{end}").replace(f"{older_path(path)}{end}")
        for leftover in (Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")):
            leftover.unlink(missing_ok=True)
        new.replace(path)
        catalog = cls(_connect(path))
        catalog.is_new, catalog.renewed = True, reason
        return catalog

    @classmethod
    def older(cls, path: Path) -> Catalog | None:
        """The catalog in whose place this one was made, for as long as no build came to its index."""
        kept = older_path(path)
        if not kept.is_file():
            return None
        return cls(sqlite3.connect(kept, isolation_level=None))

    @classmethod
    def reader(cls, path: Path, *, is_still: bool = False) -> Catalog:
        """A read-only connection, for workers; of a file that is `still`, which nobody writes, it leaves no trace."""
        how = "mode=ro&immutable=1" if is_still else "mode=ro"
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only = 1")
        catalog = cls(connection)
        catalog.version = lru_cache(maxsize=256)(catalog.version)  # type: ignore[method-assign]
        catalog.head = lru_cache(maxsize=512)(catalog.head)  # type: ignore[method-assign]
        catalog.versions_of = lru_cache(maxsize=512)(catalog.versions_of)  # type: ignore[method-assign]
        return catalog

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what happens inside."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:  # a full disk ends it by itself
                self.connection.execute("ROLLBACK")
            raise

    def add_late_indexes(self) -> None:
        for statement in filter(str.strip, LATE_INDEXES.split(";")):
            self.connection.execute(statement)

    # ---- small reading
    def one(self, sql: str, *values: Any) -> Any:
        """The first row, None if there is none."""
        return self.connection.execute(sql, values).fetchone()

    def all(self, sql: str, *values: Any) -> list[Any]:
        return self.connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> None:
        self.connection.execute(sql, values)

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.connection.executemany(sql, rows)

    def meta(self, key: str) -> str:
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        return row[0] if row else ""

    def set_meta(self, key: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    # ---- newsgen.yaml as it was read
    def kept_config(self, hash_: str) -> tuple[Config, tuple[Diagnostic, ...]] | None:
        """What newsgen.yaml with this content hash says, if it was kept."""
        text = self.meta("config")
        if not text.startswith(f'["{hash_}",'):
            return None
        _, config, diagnostics = msgspec.json.decode(text, type=tuple[str, Config, tuple[Diagnostic, ...]])
        return config, diagnostics

    def keep_config(self, hash_: str, config: Config, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Keeps it, unless JSON would give back another one, as it does for infinite numbers."""
        try:
            self.set_meta("config", msgspec.json.encode((hash_, config, diagnostics)).decode())
        except OverflowError:
            return
        given_back = self.kept_config(hash_)
        if repr(given_back) != repr((config, diagnostics)):
            self.set_meta("config", "")

    # ---- parsed files
    def parsed_hash(self, path: str) -> str:
        """The content hash of the file that was parsed last at this path, "" if none was."""
        row = self.one("SELECT hash FROM parsed WHERE path = ?", path)
        return row[0] if row else ""

    def shown_hash(self, path: str) -> str:
        """The content hash of the version of a file that pages show: its last good one if it is broken."""
        row = self.one("SELECT shown FROM parsed WHERE path = ?", path)
        return row[0] if row else ""

    def keep_parsed(self, row: ParsedRow) -> None:
        """Keeps what parsing a file gave, and notes that index has not seen it."""
        self.run(
            "INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.path,
            row.hash,
            row.shown,
            row.kind,
            row.name,
            row.story,
            row.lang,
            row.broken,
            row.faulty,
            row.marks,
            row.head,
        )
        self.run("INSERT OR REPLACE INTO body VALUES (?, ?, ?)", row.path, row.searchable, row.body)
        self.run("INSERT OR REPLACE INTO dirty VALUES (?)", row.path)
        if row.broken:
            self.run("INSERT OR REPLACE INTO broken VALUES (?)", row.path)
        else:
            self.run("DELETE FROM broken WHERE path = ?", row.path)

    def forget_parsed(self, path: str) -> None:
        for table in ("parsed", "body", "broken"):
            self.run(f"DELETE FROM {table} WHERE path = ?", path)
        self.run("INSERT OR REPLACE INTO dirty VALUES (?)", path)

    def parsed_stories(self) -> Generator[tuple[str, list[Parsed]]]:
        """(story id, its files without their bodies), by story id, files by path."""
        story = ""
        group: list[Parsed] = []
        cursor = self.connection.execute(
            "SELECT story, head FROM parsed WHERE kind IN ('article', 'page') ORDER BY story, path"
        )
        for name, head in cursor:
            if group and name != story:
                yield story, group
                group = []
            story = name
            group.append(decode_parsed(head))
        if group:
            yield story, group

    def parsed_of_story(self, story: str) -> list[Parsed]:
        rows = self.all("SELECT head FROM parsed WHERE story = ? AND kind IN ('article', 'page') ORDER BY path", story)
        return [decode_parsed(head) for (head,) in rows]

    def parsed_term_files(self) -> list[Parsed]:
        rows = self.all(
            "SELECT head FROM parsed INDEXED BY parsed_term WHERE kind NOT IN ('article', 'page') ORDER BY path"
        )
        return [decode_parsed(head) for (head,) in rows]

    def body(self, path: str) -> Body:
        """The body of a parsed file. Raises KeyError."""
        row = self.one("SELECT body FROM body WHERE path = ?", path)
        if row is None:
            raise KeyError(path)
        return _decode_body(row[0])

    def searchable(self, path: str) -> Searchable:
        """The words of an article's file. Raises KeyError."""
        row = self.one("SELECT searchable FROM body WHERE path = ?", path)
        if row is None:
            raise KeyError(path)
        return _decode_searchable(row[0])

    # ---- last good versions
    def good_bytes(self, path: str, hash_: str) -> bytes | None:
        row = self.one("SELECT data FROM good WHERE path = ? AND hash = ?", path, hash_)
        return row[0] if row and content_hash(row[0]) == hash_ else None

    def keep_good(self, path: str, hash_: str, data: bytes, *, shown: str) -> None:
        """Keeps the bytes of a good version, and those that are `shown`: the build may not come to its end."""
        if not self.is_new:
            self.run("DELETE FROM good WHERE path = ? AND hash NOT IN (?, ?)", path, hash_, shown)
        self.run("INSERT OR REPLACE INTO good VALUES (?, ?, ?)", path, hash_, data)

    # ---- configuration and words
    def setting(self, name: str) -> Any:
        """A value of the configuration, None if there is none."""
        if name not in self._settings:
            row = self.one("SELECT value FROM setting WHERE name = ?", name)
            self._settings[name] = decode(row[0]) if row else None
        return self._settings[name]

    def forget_settings(self) -> None:
        """Reads settings and words anew: what was set was rolled back."""
        self._settings, self._words = {}, {}

    def set_setting(self, name: str, value: Any) -> bool:
        """Whether it was another value before."""
        new, row = encode(value), self.one("SELECT value FROM setting WHERE name = ?", name)
        if row and row[0] == new:
            return False
        self._settings.pop(name, None)
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, new)
        return True

    def word(self, lang: str, id_: str) -> str | None:
        """The words of the interface with this id, None if no table has it."""
        key = lang, id_
        if key not in self._words:
            row = self.one("SELECT text FROM word WHERE lang = ? AND id = ?", lang, id_)
            self._words[key] = row[0] if row else None
        return self._words[key]

    def word_ids(self) -> list[str]:
        """The ids of all words of the interface."""
        return [id_ for (id_,) in self.all("SELECT DISTINCT id FROM word ORDER BY id")]

    def set_words(self, words: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
        """Language and id of each text that is another one now."""
        self._words = {}
        old = {(lang, id_): text for lang, id_, text in self.all("SELECT lang, id, text FROM word")}
        new = {(lang, id_): text for lang, table in words.items() for id_, text in table.items()}
        changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        self.many("DELETE FROM word WHERE lang = ? AND id = ?", changed)
        self.many("INSERT INTO word VALUES (?, ?, ?)", ((*key, new[key]) for key in changed if key in new))
        return changed

    def set_templates(self, table: dict[str, tuple[str, str, str]]) -> set[str]:
        """The logical names whose template came, went or changed."""
        old = self.templates()
        changed = {name for name in old.keys() | table.keys() if old.get(name) != table.get(name)}
        self.many("DELETE FROM template WHERE name = ?", ((name,) for name in changed))
        rows = ((name, *table[name]) for name in changed if name in table)
        self.many("INSERT INTO template VALUES (?, ?, ?, ?)", rows)
        return {name for name in changed if old.get(name, ("", "", ""))[2] != table.get(name, ("", "", ""))[2]}

    def templates(self) -> dict[str, tuple[str, str, str]]:
        """Logical name to path for diagnostics, source and hash."""
        return {row[0]: row[1:] for row in self.all("SELECT name, place, source, hash FROM template")}

    # ---- versions and lists
    def version(self, story: str, lang: str) -> Version:
        """Raises KeyError."""
        row = self.one("SELECT row, state FROM version WHERE story = ? AND lang = ?", story, lang)
        if row is None:
            raise KeyError((story, lang))
        return _version(*row)

    def version_or_none(self, story: str, lang: str) -> Version | None:
        row = self.one("SELECT row, state FROM version WHERE story = ? AND lang = ?", story, lang)
        return _version(*row) if row else None

    def head(self, story: str, lang: str) -> Head:
        """Part of a version. Raises KeyError."""
        row = self.one("SELECT row FROM version WHERE story = ? AND lang = ?", story, lang)
        if row is None:
            raise KeyError((story, lang))
        return _decode_head(row[0])

    def versions_of(self, story: str) -> tuple[tuple[str, str, str], ...]:
        """Language, state and address of each version of a story."""
        rows = self.connection.execute("SELECT lang, state, url FROM version WHERE story = ?", (story,))
        return tuple(rows.fetchall())

    def versions(self) -> Iterator[Version]:
        """Every version of whatever state, in order of sort, story and language."""
        for row in self.connection.execute("SELECT row, state FROM version ORDER BY sort, story, lang"):
            yield _version(*row)

    def story_versions(self, story: str) -> dict[str, Version]:
        rows = self.all("SELECT row, state FROM version WHERE story = ? ORDER BY lang", story)
        return {version.lang: version for version in (_version(*row) for row in rows)}

    def lists(self, prefix: str) -> Iterator[tuple[str, str, int]]:
        """(key, language, number of entries) of the lists named `prefix:key`."""
        rows = self.connection.execute(
            "SELECT list, lang, size FROM list WHERE list >= ? AND list < ? ORDER BY list, lang",
            (f"{prefix}:", f"{prefix};"),
        )
        for name, lang, size in rows:
            yield name.partition(":")[2], lang, size

    def size_of(self, name: str, lang: str) -> int:
        row = self.one("SELECT size FROM list WHERE list = ? AND lang = ?", name, lang)
        return row[0] if row else 0

    # ---- diagnostics: an output like any other, kept by what they are about
    def say(self, owner: str, diagnostics: Iterable[Diagnostic]) -> None:
        """These are all diagnostics of `owner`; what it said before goes."""
        self.run("DELETE FROM diagnostic WHERE owner = ?", owner)
        rows = ((owner, n, d.id, encode(d)) for n, d in enumerate(diagnostics))
        self.many("INSERT INTO diagnostic VALUES (?, ?, ?, ?)", rows)

    def diagnostics(self) -> Iterator[Diagnostic]:
        for (row,) in self.all("SELECT row FROM diagnostic"):
            yield _decode_diagnostic(row)

    def owners_that_say(self, prefix: str, *ids: str) -> list[str]:
        """What stands behind `prefix` in the owners of diagnostics with one of these ids."""
        marks = ", ".join("?" * len(ids))
        rows = self.all(f"SELECT DISTINCT owner FROM diagnostic WHERE id IN ({marks})", *ids)
        return sorted(owner.removeprefix(prefix) for (owner,) in rows if owner.startswith(prefix))

    # ---- files
    def add_file(self, row: FileRow) -> None:
        self.run(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.path,
            row.kind,
            row.disk,
            row.url,
            row.hash,
            row.size,
            row.width,
            row.height,
            row.credit,
            row.original,
            row.operation,
        )

    def file(self, kind: str, path: str) -> FileRow | None:
        row = self.one(
            "SELECT kind, path, disk, url, hash, size, width, height, credit, original, operation FROM file"
            " WHERE path = ? AND kind = ?",
            path,
            kind,
        )
        return FileRow(*row) if row else None

    def has_variants(self) -> bool:
        """Whether there is any resized picture."""
        return self.one("SELECT 1 FROM file WHERE original != '' LIMIT 1") is not None

    def look(self, path: str, hash_: str) -> Look | None:
        """What is known of a picture with these bytes; None if nobody looked at it yet."""
        row = self.one("SELECT hash, look FROM media WHERE path = ?", path)
        return decode_look(row[1]) if row and row[0] == hash_ else None

    def keep_look(self, path: str, hash_: str, look: Look) -> None:
        values = path, hash_, encode(look), bool(look.fault)
        self.run("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, '')", *values)

    def forget_look(self, path: str) -> None:
        self.run("DELETE FROM media WHERE path = ?", path)

    def faulty_looks(self) -> list[tuple[str, str, str]]:
        """Path, hash, and the hash of the last good version that stands in ("" if none), of pictures with a fault."""
        return self.all("SELECT path, hash, stand_in FROM media WHERE fault ORDER BY path")

    def stand_in(self, path: str, hash_: str) -> str:
        """The hash of the last good version that stands in for a picture with these bytes; "" if none does."""
        row = self.one("SELECT stand_in FROM media WHERE path = ? AND hash = ?", path, hash_)
        return row[0] if row else ""

    def let_stand_in(self, path: str, hash_: str) -> None:
        """Notes which last good version stands in for a picture; "" for none."""
        self.run("UPDATE media SET stand_in = ? WHERE path = ? AND stand_in != ?", hash_, path, hash_)

    def good_look(self, path: str, hash_: str) -> tuple[int, Look] | None:
        """Size in bytes and look of a good version of a picture; None if it is not known any more."""
        row = self.one("SELECT size, look FROM good_look WHERE path = ? AND hash = ?", path, hash_)
        return (row[0], decode_look(row[1])) if row else None

    def keep_good_look(self, path: str, hash_: str, size: int, look: Look, *, shown: str) -> None:
        """Keeps what is in a good version, and in the one that is `shown`: the build may not come to its end."""
        if not self.is_new:
            self.run("DELETE FROM good_look WHERE path = ? AND hash NOT IN (?, ?)", path, hash_, shown)
        self.run("INSERT OR REPLACE INTO good_look VALUES (?, ?, ?, ?)", path, hash_, size, encode(look))

    def forget_good_look(self, path: str, hash_: str) -> None:
        self.run("DELETE FROM good_look WHERE path = ? AND hash = ?", path, hash_)

    # ---- pages
    def pages(self) -> Iterator[Page]:
        """Every page in the order of writing."""
        rows = self.connection.execute(f"SELECT {_PAGE} FROM page ORDER BY phase, id")
        for row in rows:
            yield _page(row)

    def page(self, id_: int) -> Page:
        """Raises KeyError."""
        row = self.one(f"SELECT {_PAGE} FROM page WHERE id = ?", id_)
        if row is None:
            raise KeyError(id_)
        return _page(row)

    def pages_of(self, ids: Sequence[int]) -> list[Page]:
        """The pages with these ids, in their order. Raises KeyError."""
        by_id: dict[int, Page] = {}
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            marks = ", ".join("?" * len(part))
            by_id |= {row[0]: _page(row) for row in self.all(f"SELECT {_PAGE} FROM page WHERE id IN ({marks})", *part)}
        return [by_id[id_] for id_ in ids]

    def page_at(self, output: str, folded: str) -> Page | None:
        """The page with this output path."""
        row = self.one(f"SELECT {_PAGE} FROM page WHERE folded = ? AND output = ?", folded, output)
        return _page(row) if row else None

    def page_of_companion(self, output: str) -> Page | None:
        """The page that a file belongs to which is not the page's own."""
        owner = companion_owner(output)
        page = self.page_at(owner, address_key(owner))
        return page if page and page.page.kind == "search-index" else None

    def page_in_the_way(self, folded: str) -> tuple[PageKey, str] | None:
        """The page (and its address) whose output is `folded`, lies below it as a folder, or is a folder above it."""
        above = keys_above(folded)
        marks = ", ".join("?" * len(above))
        row = self.one(
            f"SELECT kind, lang, key, number, url FROM page WHERE folded IN ({marks})"
            f" OR (folded IN ({marks}) AND +kind = 'search-index')"  # whose other files lie there
            " OR (folded >= ? AND folded < ?) ORDER BY folded LIMIT 1",
            *above,
            *(f"{part}.json" for part in above),
            *keys_below(folded),
        )
        return (PageKey(*row[:4]), row[4]) if row else None

    def owner_of(self, key: PageKey) -> tuple[str, str, str]:
        """Story, language and content file of an article's, page's or redirect's page."""
        if key.kind == "redirect":
            row = self.one(
                "SELECT v.story, v.lang, v.path FROM alias a JOIN version v ON v.story = a.story AND v.lang = a.lang"
                " WHERE a.url = ?",
                key.key,
            )
        else:
            row = self.one("SELECT story, lang, path FROM version WHERE story = ? AND lang = ?", key.key, key.lang)
        return row[0], row[1], row[2]

    def term_file(self, key: PageKey) -> str:
        """The content file that a category's or term's own page shows, "" if there is none."""
        row = self.one("SELECT path FROM term WHERE kind = ? AND key = ? AND lang = ?", key.kind, key.key, key.lang)
        return row[0] if row else ""

    def count(self, sql: str, *values: Any) -> int:
        return int(self.one(sql, *values)[0])

    def removals(self) -> list[str]:
        """Output paths of files that no page is for any more; what lies deeper comes first."""
        return [output for (output,) in self.all("SELECT output FROM removal ORDER BY output DESC")]

    def due(self) -> list[tuple[str, int, str]]:
        """What the clock will publish or take away, the next first: `publish` or `expires`, epoch seconds, file."""
        return self.all(
            "SELECT 'publish', wakes, path FROM version INDEXED BY version_wakes"
            " WHERE state = 'scheduled' AND wakes IS NOT NULL UNION ALL"
            " SELECT 'expires', ends, path FROM version INDEXED BY version_ends"
            " WHERE state IN ('published', 'scheduled') AND ends IS NOT NULL ORDER BY 2, 3"
        )

    # ---- counts that a report gives without counting
    def add_to_tally(self, name: str, n: int) -> None:
        if n:
            self.run("INSERT INTO tally VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n", name, n)

    def tally(self, name: str) -> int:
        row = self.one("SELECT n FROM tally WHERE name = ?", name)
        return row[0] if row else 0


_PAGE = "id, kind, lang, key, number, url, output, template, phase"


def _page(row: tuple[Any, ...]) -> Page:
    id_, kind, lang, key, number, url, output, template, phase = row
    return Page(id_, PageKey(kind, lang, key, number), UrlPath(url), OutputPath(output), template, phase)


def _version(row: bytes, state: Any) -> Version:
    """`row` holds the state of the merge; the column says `clash` where another owns the address."""
    version = decode_version(row)
    return version if version.state == state else replace(version, state=state)


_DAMAGED = part("cache/damaged")
#: What readers had of each story outlives a change of tools, as the last good versions do.
_PUBLIC = """
INSERT INTO public SELECT story, lang, path, state FROM (
    SELECT story, lang, path, state FROM old.public UNION ALL SELECT story, lang, path, state FROM old.version v
    WHERE NOT EXISTS (SELECT 1 FROM old.public p WHERE p.story = v.story AND p.lang = v.lang) AND NOT EXISTS (
        SELECT 1 FROM old.page p JOIN old.pending n ON n.page = p.id
        WHERE p.kind = v.kind AND p.lang = v.lang AND p.key = v.story
    )
) WHERE state IN ('published', 'gone')
"""


def older_path(path: Path) -> Path:
    return path.with_name(f"{path.name}-old")


def remove_older(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{older_path(path)}{suffix}").unlink(missing_ok=True)


def remove_files(path: Path) -> None:
    """Removes a catalog with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def give_up(path: Path) -> None:
    """The next writer makes the catalog anew, with the last good versions that can still be read."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("UPDATE meta SET value = '' WHERE key = 'schema'")
    except sqlite3.Error:
        remove_files(path)


def is_damage(fault: sqlite3.Error) -> bool:
    """Whether a file is no whole database, rather than locked, full or asked wrongly."""
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_world(fault: sqlite3.Error) -> bool:
    """Whether the disk or another process is the cause."""
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    return code in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    )


def _give_rights(path: Path) -> None:
    """Lets the files beside a catalog be written as it may be itself: SQLite made them while it might only be read."""
    for beside in (Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(FileNotFoundError):
            rights, own = (stat.S_IMODE(file.stat().st_mode) for file in (path, beside))
            if rights & ~own:
                beside.chmod(rights)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute("PRAGMA cache_size = -16384")
    connection.execute("PRAGMA wal_autocheckpoint = 16384")
    return connection
