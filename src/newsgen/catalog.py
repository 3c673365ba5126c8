"""The catalog: an SQLite file of parsed files, versions, terms, lists, addresses and traces; index's only memory.

Everything in it can be made again from the sources: another schema, other versions of the tools that shape the output
or a damaged file mean an empty catalog, never a migration.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from newsgen.diagnostics import Diagnostic, Location, NewsgenError
from newsgen.model import (
    Body,
    Claim,
    FileRow,
    OutputPath,
    Page,
    PageKey,
    Parsed,
    Reference,
    Spelling,
    State,
    Trace,
    UrlPath,
    Version,
)

SCHEMA_VERSION = "2"

#: Tables that index makes anew from the parsed files.
_INDEX_TABLES = """
CREATE TABLE story (id TEXT PRIMARY KEY, sort INTEGER, langs TEXT) WITHOUT ROWID;
CREATE TABLE tail (tail TEXT, story TEXT, sort INTEGER, PRIMARY KEY (tail, story)) WITHOUT ROWID;
CREATE TABLE version (
    story TEXT, lang TEXT, kind TEXT, state TEXT, url TEXT, sort INTEGER, day TEXT, path TEXT, wakes INTEGER,
    ends INTEGER, noindex INTEGER, row BLOB, PRIMARY KEY (story, lang)
) WITHOUT ROWID;
CREATE INDEX version_order ON version (lang, kind, state, sort, story);
CREATE INDEX version_day ON version (state, kind, day);
CREATE INDEX version_path ON version (path);
CREATE TABLE member (list TEXT, lang TEXT, story TEXT, story_lang TEXT, sort INTEGER);
CREATE TABLE entry (
    list TEXT, lang TEXT, position INTEGER, story TEXT, story_lang TEXT, PRIMARY KEY (list, lang, position)
) WITHOUT ROWID;
CREATE TABLE list (list TEXT, lang TEXT, size INTEGER, PRIMARY KEY (list, lang)) WITHOUT ROWID;
CREATE TABLE spelling (
    kind TEXT, key TEXT, lang TEXT, text TEXT, sort INTEGER, story TEXT, path TEXT, line INTEGER, col INTEGER,
    counts INTEGER
);
CREATE TABLE term (
    kind TEXT, key TEXT, lang TEXT, label TEXT, slug TEXT, url TEXT, description TEXT, path TEXT,
    PRIMARY KEY (kind, key, lang)
) WITHOUT ROWID;
CREATE TABLE overview (kind TEXT, lang TEXT, slug TEXT, key TEXT, PRIMARY KEY (kind, lang, slug)) WITHOUT ROWID;
CREATE TABLE reference (story TEXT, lang TEXT, target TEXT, PRIMARY KEY (target, lang, story)) WITHOUT ROWID;
CREATE TABLE correction (
    lang TEXT, day TEXT, epoch INTEGER, story TEXT, number INTEGER, PRIMARY KEY (lang, epoch, story, number)
) WITHOUT ROWID;
CREATE TABLE mention (
    story TEXT, lang TEXT, path TEXT, number INTEGER, reference BLOB, PRIMARY KEY (story, lang, number)
) WITHOUT ROWID;
CREATE TABLE claim (
    key TEXT, url TEXT, rank INTEGER, sort INTEGER, name TEXT, what TEXT, path TEXT, line INTEGER, col INTEGER
);
CREATE TABLE alias (url TEXT PRIMARY KEY, story TEXT, lang TEXT) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT, kind TEXT, disk TEXT, url TEXT, hash TEXT, size INTEGER, width INTEGER, height INTEGER,
    PRIMARY KEY (path, kind)
) WITHOUT ROWID;
CREATE TABLE word (lang TEXT, id TEXT, text TEXT, PRIMARY KEY (lang, id)) WITHOUT ROWID;
CREATE TABLE template (name TEXT PRIMARY KEY, place TEXT, source TEXT, hash TEXT) WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER PRIMARY KEY, kind TEXT, lang TEXT, key TEXT, number INTEGER, url TEXT, output TEXT, folded TEXT,
    template TEXT, phase INTEGER, UNIQUE (kind, lang, key, number)
);
CREATE UNIQUE INDEX page_folded ON page (folded);
"""

_KEPT_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE parsed (
    path TEXT PRIMARY KEY, hash TEXT, parse_key TEXT, kind TEXT, story TEXT, lang TEXT, head BLOB, body BLOB
) WITHOUT ROWID;
CREATE TABLE good (path TEXT PRIMARY KEY, hash TEXT, data BLOB) WITHOUT ROWID;
CREATE TABLE media (path TEXT PRIMARY KEY, hash TEXT, width INTEGER, height INTEGER) WITHOUT ROWID;
CREATE TABLE asked (id INTEGER PRIMARY KEY, query TEXT UNIQUE);
CREATE TABLE trace (output TEXT PRIMARY KEY, hash TEXT, asked BLOB, hashes BLOB, templates BLOB) WITHOUT ROWID;
"""

#: Values of the model as bytes, and heads of parsed files back.
encode = msgspec.msgpack.Encoder().encode
decode_parsed = msgspec.msgpack.Decoder(Parsed).decode
_decode_body = msgspec.msgpack.Decoder(Body).decode
_decode_reference = msgspec.msgpack.Decoder(Reference).decode
_decode_version = msgspec.msgpack.Decoder(Version).decode


class Catalog:
    """One connection to the catalog. Raises NewsgenError where the file cannot be used."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._asked_ids: dict[str, int] = {}  # of queries that were written in this process
        self._settings: dict[str, Any] = {}  # what was read, until it is set anew
        self._words: dict[tuple[str, str], str | None] = {}

    # ---- opening
    @classmethod
    def writer(cls, path: Path, *, tools: str) -> Catalog:
        """Opens the catalog for the one process that writes it; empties it if schema or `tools` differ."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                catalog = cls(_connect(path))
            except sqlite3.DatabaseError as fault:
                if not is_damage(fault):
                    raise
                path.unlink()
                catalog = cls(_connect(path))
            try:
                fits = catalog.meta("schema") == SCHEMA_VERSION and catalog.meta("tools") == tools
            except sqlite3.DatabaseError:
                fits = False
            if not fits:
                catalog = catalog._emptied(path, tools)
            return catalog
        except (OSError, sqlite3.OperationalError) as fault:
            raise NewsgenError(f"the catalog {path} cannot be used: {fault}") from fault

    def _emptied(self, path: Path, tools: str) -> Catalog:
        good: list[tuple[Any, ...]] = []
        with suppress(sqlite3.DatabaseError):
            # Bytes of last good versions outlive a change of tools: they are parsed anew.
            good = self.connection.execute("SELECT path, hash, data FROM good").fetchall()
        self.connection.close()
        for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            leftover.unlink(missing_ok=True)
        fresh = Catalog(_connect(path))
        fresh.connection.executescript(_KEPT_TABLES + _INDEX_TABLES)
        with fresh.transaction():
            fresh.set_meta("schema", SCHEMA_VERSION)
            fresh.set_meta("tools", tools)
            fresh.connection.executemany("INSERT INTO good VALUES (?, ?, ?)", good)
        return fresh

    @classmethod
    def reader(cls, path: Path) -> Catalog:
        """A read-only connection, for workers."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA mmap_size = 268435456")
        catalog = cls(connection)
        catalog.version = lru_cache(maxsize=256)(catalog.version)  # type: ignore[method-assign]
        return catalog

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what happens inside."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def meta(self, key: str) -> str:
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, key: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.connection.executemany(sql, rows)

    # ---- parsed files
    def parsed_hashes(self, parse_key: str) -> dict[str, str]:
        """Path to content hash of the files whose parse under `parse_key` is kept."""
        rows = self.connection.execute("SELECT path, hash FROM parsed WHERE parse_key = ?", (parse_key,))
        return dict(rows.fetchall())

    def keep_parsed(self, rows: Iterable[tuple[str, str, str, bytes, bytes]]) -> None:
        """Rows: path, hash, parse key, encoded Parsed without its body, encoded Body (see `encode_parsed`)."""
        for path, hash_, parse_key, head, body in rows:
            parsed = decode_parsed(head)
            story = parsed.name
            if parsed.front and parsed.front.story and parsed.kind in ("article", "page"):
                story = parsed.front.story.value
            self.connection.execute(
                "INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (path, hash_, parse_key, parsed.kind, story, parsed.lang, head, body),
            )

    def forget_parsed(self, paths: Iterable[str]) -> None:
        self.many("DELETE FROM parsed WHERE path = ?", ((p,) for p in paths))

    def parsed_paths(self) -> list[str]:
        return [path for (path,) in self.connection.execute("SELECT path FROM parsed ORDER BY path")]

    def parsed_source_hashes(self) -> dict[str, str]:
        return dict(self.connection.execute("SELECT path, hash FROM parsed").fetchall())

    def parsed_diagnostics(self) -> Iterator[Diagnostic]:
        """What files say of themselves."""
        for (head,) in self.connection.execute("SELECT head FROM parsed ORDER BY path"):
            yield from decode_parsed(head).diagnostics

    def parsed_stories(self) -> Iterator[tuple[str, list[Parsed]]]:
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

    def parsed_of_kinds(self, kinds: tuple[str, ...]) -> list[Parsed]:
        marks = ", ".join("?" * len(kinds))
        rows = self.connection.execute(f"SELECT head FROM parsed WHERE kind IN ({marks}) ORDER BY path", kinds)
        return [decode_parsed(head) for (head,) in rows]

    def body(self, path: str) -> Body:
        """The body of a parsed file. Raises KeyError."""
        row = self.connection.execute("SELECT body FROM parsed WHERE path = ?", (path,)).fetchone()
        if row is None:
            raise KeyError(path)
        return _decode_body(row[0])

    # ---- last good versions
    def good_bytes(self, path: str, hash_: str) -> bytes | None:
        row = self.connection.execute("SELECT data FROM good WHERE path = ? AND hash = ?", (path, hash_)).fetchone()
        return row[0] if row else None

    def keep_good(self, path: str, hash_: str, data: bytes) -> None:
        self.connection.execute("INSERT OR REPLACE INTO good VALUES (?, ?, ?)", (path, hash_, data))

    # ---- index: the merged archive
    def empty_index(self) -> None:
        for name in re.findall(r"CREATE TABLE (\w+)", _INDEX_TABLES):
            self.connection.execute(f"DELETE FROM {name}")
        self._settings, self._words = {}, {}

    def setting(self, name: str) -> Any:
        """A value of the configuration, None if there is none."""
        if name not in self._settings:
            row = self.connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            self._settings[name] = msgspec.msgpack.decode(row[0]) if row else None
        return self._settings[name]

    def word(self, lang: str, id_: str) -> str | None:
        """The words of the interface with this id, None if no table has it."""
        key = lang, id_
        if key not in self._words:
            row = self.connection.execute("SELECT text FROM word WHERE lang = ? AND id = ?", key).fetchone()
            self._words[key] = row[0] if row else None
        return self._words[key]

    def set_setting(self, name: str, value: Any) -> None:
        self._settings.pop(name, None)
        self.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, encode(value)))

    def add_templates(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Rows: logical name, path for diagnostics, source, hash of the source."""
        self.many("INSERT INTO template VALUES (?, ?, ?, ?)", rows)

    def templates(self) -> dict[str, tuple[str, str, str]]:
        """Logical name to path for diagnostics, source and hash."""
        rows = self.connection.execute("SELECT name, place, source, hash FROM template")
        return {name: (place, source, hash_) for name, place, source, hash_ in rows}

    def add_words(self, words: dict[str, dict[str, str]]) -> None:
        self._words = {}
        rows = ((lang, id_, text) for lang, table in words.items() for id_, text in table.items())
        self.many("INSERT INTO word VALUES (?, ?, ?)", rows)

    def add_story(self, story: str, sort: int | None, langs: tuple[str, ...]) -> None:
        """`sort`: its oldest date, None if it has none; also notes each tail of whole path parts."""
        self.connection.execute("INSERT INTO story VALUES (?, ?, ?)", (story, sort, " ".join(langs)))
        parts = story.split("/")
        oldest = sort if sort is not None else 1 << 60
        self.many(
            "INSERT INTO tail VALUES (?, ?, ?)", (("/".join(parts[n:]), story, oldest) for n in range(len(parts)))
        )

    def add_version(self, version: Version) -> None:
        day = version.date.day if version.date else ""
        self.connection.execute(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (version.story, version.lang, version.kind, version.state, version.url, version.sort, day, version.path,
             version.wakes, version.ends, version.noindex, encode(version)),
        )  # fmt: skip

    def set_state(self, story: str, lang: str, state: State) -> None:
        version = replace(self.version(story, lang), state=state)
        self.connection.execute(
            "UPDATE version SET state = ?, row = ? WHERE story = ? AND lang = ?", (state, encode(version), story, lang)
        )

    def version(self, story: str, lang: str) -> Version:
        """Raises KeyError."""
        row = self.connection.execute("SELECT row FROM version WHERE story = ? AND lang = ?", (story, lang)).fetchone()
        if row is None:
            raise KeyError((story, lang))
        return _decode_version(row[0])

    def versions(self) -> Iterator[Version]:
        """Every version of whatever state, in order of sort, story and language."""
        for (row,) in self.connection.execute("SELECT row FROM version ORDER BY sort, story, lang"):
            yield _decode_version(row)

    def add_mention(self, version: Version, number: int, reference: Reference) -> None:
        self.connection.execute(
            "INSERT INTO mention VALUES (?, ?, ?, ?, ?)",
            (version.story, version.lang, version.path, number, encode(reference)),
        )

    def mentions(self) -> Iterator[tuple[str, str, str, Reference]]:
        """(story, language, file, reference) of everything that bodies and `related` refer to, by file order."""
        rows = self.connection.execute("SELECT story, lang, path, reference FROM mention ORDER BY path, number")
        for story, lang, path, reference in rows:
            yield story, lang, path, _decode_reference(reference)

    def add_spellings(self, spellings: Iterable[Spelling]) -> None:
        self.many(
            "INSERT INTO spelling VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((s.kind, s.key, s.lang, s.text, s.sort, s.story, s.location.path, s.location.line, s.location.column,
              s.counts) for s in spellings),
        )  # fmt: skip

    def spellings(self) -> Iterator[tuple[tuple[str, str, str], list[Spelling]]]:
        """((kind, key, language), its uses from the oldest article), by kind, language, key."""
        key: tuple[str, str, str] | None = None
        group: list[Spelling] = []
        cursor = self.connection.execute(
            "SELECT s.kind, s.key, s.lang, s.text, s.sort, s.story, s.path, s.line, s.col, v.state = 'published'"
            " FROM spelling s JOIN version v ON v.story = s.story AND v.lang = s.lang"
            " ORDER BY s.kind, s.lang, s.key, s.sort, s.story, s.line, s.col"
        )
        for kind, term, lang, text, sort, story, path, line, column, counts in cursor:
            if (kind, term, lang) != key:
                if key:
                    yield key, group
                key, group = (kind, term, lang), []
            group.append(Spelling(kind, term, lang, text, sort, story, Location(path, line, column), bool(counts)))
        if key:
            yield key, group

    def add_members(self, rows: Iterable[tuple[str, str, str, str, int]]) -> None:
        """Rows: list, language, story, the language of its version, sort."""
        self.many("INSERT INTO member VALUES (?, ?, ?, ?, ?)", rows)

    def number_entries(self) -> None:
        """Positions in lists, 0 the oldest: order is sort, then story id (CONTENT.md §5 Order)."""
        self.connection.execute(
            "INSERT INTO entry SELECT list, lang, ROW_NUMBER() OVER (PARTITION BY list, lang ORDER BY sort, story) - 1,"
            " story, story_lang FROM member"
        )
        self.connection.execute("INSERT INTO list SELECT list, lang, COUNT(*) FROM entry GROUP BY list, lang")
        self.connection.execute("DELETE FROM member")

    def lists(self, prefix: str) -> Iterator[tuple[str, str, int]]:
        """(key, language, number of entries) of the lists named `prefix:key`."""
        rows = self.connection.execute(
            "SELECT list, lang, size FROM list WHERE list >= ? AND list < ? ORDER BY list, lang",
            (f"{prefix}:", f"{prefix};"),
        )
        for name, lang, size in rows:
            yield name.partition(":")[2], lang, size

    def size_of(self, name: str, lang: str) -> int:
        row = self.connection.execute("SELECT size FROM list WHERE list = ? AND lang = ?", (name, lang)).fetchone()
        return row[0] if row else 0

    def add_term(self, kind: str, key: str, lang: str, *, label: str, slug: str, url: str, text: Parsed | None) -> None:
        description = text.front.description.value if text and text.front and text.front.description else ""
        self.connection.execute(
            "INSERT OR REPLACE INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, key, lang, label, slug, url, description, text.path if text else ""),
        )
        if url and kind != "category":
            self.connection.execute("INSERT OR REPLACE INTO overview VALUES (?, ?, ?, ?)", (kind, lang, slug, key))

    def add_corrections(self, rows: Iterable[tuple[str, str, int, str, int]]) -> None:
        """Rows: language, day, epoch seconds, story, number in its article."""
        self.many("INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?)", rows)

    def add_backlink(self, story: str, lang: str, target: str) -> None:
        self.connection.execute("INSERT OR IGNORE INTO reference VALUES (?, ?, ?)", (story, lang, target))

    def add_file(self, row: FileRow) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.path, row.kind, row.disk, row.url, row.hash, row.size, row.width, row.height),
        )

    def files(self) -> list[FileRow]:
        rows = self.connection.execute(
            "SELECT kind, path, disk, url, hash, size, width, height FROM file ORDER BY kind, path"
        )
        return [FileRow(*row) for row in rows]

    def media_size(self, path: str, hash_: str) -> tuple[int, int] | None:
        """Width and height in pixels of a picture that was measured before, for these bytes."""
        row = self.connection.execute("SELECT hash, width, height FROM media WHERE path = ?", (path,)).fetchone()
        return (row[1], row[2]) if row and row[0] == hash_ else None

    def keep_media_size(self, path: str, hash_: str, size: tuple[int, int]) -> None:
        self.connection.execute("INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?)", (path, hash_, *size))

    # ---- addresses and pages
    def add_claim(self, claim: Claim, key: str) -> None:
        place = claim.location
        self.connection.execute(
            "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, claim.url, claim.rank, claim.sort, claim.name, claim.what, place and place.path,
             place and place.line, place and place.column),
        )  # fmt: skip

    def contested(self) -> Iterator[list[Claim]]:
        """The claims to each address that more than one wants, the owner first."""
        group: list[Claim] = []
        last = None
        cursor = self.connection.execute(
            "SELECT key, url, rank, sort, name, what, path, line, col FROM claim WHERE key IN"
            " (SELECT key FROM claim GROUP BY key HAVING COUNT(*) > 1) ORDER BY key, rank, sort, name"
        )
        for key, url, rank, sort, name, what, path, line, column in cursor.fetchall():
            if key != last and group:
                yield group
                group = []
            last = key
            place = Location(path, line, column) if path is not None else None
            group.append(Claim(UrlPath(url), rank, sort, name, what, place))
        if group:
            yield group

    def add_page(self, key: PageKey, url: UrlPath, output: OutputPath, folded: str, template: str, phase: int) -> bool:
        """False if another page has that output already."""
        cursor = self.connection.execute(
            "INSERT OR IGNORE INTO page (kind, lang, key, number, url, output, folded, template, phase)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key.kind, key.lang, key.key, key.number, url, output, folded, template, phase),
        )
        return cursor.rowcount == 1

    def page_in_the_way(self, folded: str) -> tuple[PageKey, str] | None:
        """The page (and its address) whose output is `folded`, lies below it as a folder, or is a folder above it."""
        parts = folded.split("/")
        above = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
        marks = ", ".join("?" * len(above))
        row = self.connection.execute(
            f"SELECT kind, lang, key, number, url FROM page WHERE folded IN ({marks})"
            " OR (folded >= ? AND folded < ?) ORDER BY folded LIMIT 1",
            (*above, f"{folded}/", f"{folded}0"),
        ).fetchone()
        return (PageKey(*row[:4]), row[4]) if row else None

    def pages(self) -> Iterator[Page]:
        """Every page in the order of writing."""
        rows = self.connection.execute(
            "SELECT id, kind, lang, key, number, url, output, template, phase FROM page ORDER BY phase, id"
        )
        for id_, kind, lang, key, number, url, output, template, phase in rows:
            yield Page(id_, PageKey(kind, lang, key, number), UrlPath(url), OutputPath(output), template, phase)

    def owner_of(self, key: PageKey) -> tuple[str, str, str]:
        """Story, language and content file of an article's, page's or redirect's page."""
        if key.kind == "redirect":
            row = self.connection.execute(
                "SELECT v.story, v.lang, v.path FROM alias a JOIN version v ON v.story = a.story AND v.lang = a.lang"
                " WHERE a.url = ?",
                (key.key,),
            ).fetchone()
        else:
            row = self.connection.execute(
                "SELECT story, lang, path FROM version WHERE story = ? AND lang = ?", (key.key, key.lang)
            ).fetchone()
        return row[0], row[1], row[2]

    def term_file(self, key: PageKey) -> str:
        """The content file that a category's or term's own page shows, "" if there is none."""
        row = self.connection.execute(
            "SELECT path FROM term WHERE kind = ? AND key = ? AND lang = ?", (key.kind, key.key, key.lang)
        ).fetchone()
        return row[0] if row else ""

    def disk_of(self, kind: str, path: str) -> str:
        """Where the bytes of a picture, document or static file are."""
        row = self.connection.execute("SELECT disk FROM file WHERE path = ? AND kind = ?", (path, kind)).fetchone()
        return str(row[0])

    def count(self, sql: str, values: tuple[Any, ...] = ()) -> int:
        return int(self.connection.execute(sql, values).fetchone()[0])

    # ---- traces
    def record_traces(self, traces: Iterable[tuple[str, Trace]]) -> None:
        """Keeps what rendering used, by output path; a page's earlier trace goes.

        One row a page: the ids of its queries, the hashes of their answers in the same order (each as long as the
        others), and the templates. A row for each query of each page took longer than rendering it.
        """
        self.many("INSERT OR REPLACE INTO trace VALUES (?, ?, ?, ?, ?)", map(self._trace_row, traces))

    def _trace_row(self, traced: tuple[str, Trace]) -> tuple[str, str, bytes, bytes, bytes]:
        output, trace = traced
        ids = self._asked_ids
        for query, _ in trace.asked:
            if query not in ids:
                self.connection.execute("INSERT OR IGNORE INTO asked (query) VALUES (?)", (query,))
                found = self.connection.execute("SELECT id FROM asked WHERE query = ?", (query,))
                ids[query] = found.fetchone()[0]
        asked = encode([ids[query] for query, _ in trace.asked])
        return output, trace.output_hash, asked, b"".join(h for _, h in trace.asked), encode(trace.templates)

    def forget_traces(self) -> None:
        """Drops the traces of outputs that are no longer planned."""
        self.connection.execute("DELETE FROM trace WHERE output NOT IN (SELECT output FROM page)")

    def trace(self, output: str) -> Trace:
        """Raises KeyError."""
        row = self.connection.execute(
            "SELECT hash, asked, hashes, templates FROM trace WHERE output = ?", (output,)
        ).fetchone()
        if row is None:
            raise KeyError(output)
        ids = msgspec.msgpack.decode(row[1], type=list[int])
        length = len(row[2]) // len(ids) if ids else 0
        asked = []
        for n, id_ in enumerate(ids):
            (query,) = self.connection.execute("SELECT query FROM asked WHERE id = ?", (id_,)).fetchone()
            asked.append((query, row[2][n * length : (n + 1) * length]))
        return Trace(tuple(asked), msgspec.msgpack.decode(row[3], type=tuple[tuple[str, str], ...]), row[0])


def is_damage(fault: sqlite3.Error) -> bool:
    """Whether a file is no whole database, rather than locked, full or asked wrongly."""
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_world(fault: sqlite3.Error) -> bool:
    """Whether the disk or another process is the cause."""
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    return code in (
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    )  # fmt: skip


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def encode_parsed(parsed: Parsed) -> tuple[bytes, bytes]:
    """The two blobs that `keep_parsed` takes: all but the body's text, with its references; and the whole body."""
    head = replace(parsed, body=replace(parsed.body, html="", text=""))
    return encode(head), encode(parsed.body)
