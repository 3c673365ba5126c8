"""What the last scan found, kept in the catalog's file: one row a source, one a folder, and how to move them on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, Protocol

import msgspec

from newsgen.nouns.diagnostics import Diagnostic
from newsgen.nouns.model import Source
from newsgen.sources import folders as source_folders

#: `blob`: the id that git stores the bytes under, NULL where no git was in use. `folder.stats`: what `lstat` said of
#: each file; `folder.faults`: the diagnostics that follow from the names in the folder, NULL where there are none.
TABLES = """
CREATE TABLE source (
    path TEXT PRIMARY KEY, top TEXT, kind TEXT, name TEXT, lang TEXT, hash TEXT, blob BLOB, size INTEGER
) WITHOUT ROWID;
CREATE INDEX source_name ON source (kind, name);
CREATE TABLE folder (path TEXT PRIMARY KEY, stats BLOB, faults BLOB);
CREATE TABLE scanned (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""

_BATCH = 500

_encode = msgspec.msgpack.Encoder().encode
_decode_faults = msgspec.msgpack.Decoder(tuple[Diagnostic, ...]).decode


class Row(NamedTuple):
    """A source as it is kept."""

    source: Source
    blob: bytes | None


class FolderRow(NamedTuple):
    """A folder as it is kept: the packed figures of its files, and what is wrong with their names."""

    stats: bytes
    faults: bytes | None

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return _decode_faults(self.faults) if self.faults else ()


class Update(msgspec.Struct, frozen=True):
    """What moves the kept rows to the state that a scan found; false where there is nothing to move."""

    rows: tuple[Row, ...] = ()
    gone: tuple[str, ...] = ()
    folders: tuple[tuple[str, FolderRow], ...] = ()
    gone_folders: tuple[str, ...] = ()
    setting: str | None = None  # what names were read by, if that changed

    def __bool__(self) -> bool:
        return bool(self.rows or self.gone or self.folders or self.gone_folders or self.setting is not None)


class HasUpdate(Protocol):
    @property
    def update(self) -> Update: ...


def keep(connection: sqlite3.Connection, scan: HasUpdate) -> None:
    """Moves the kept rows to the state that `scan` found. The transaction is the caller's."""
    update = scan.update
    connection.executemany("DELETE FROM source WHERE path = ?", ((path,) for path in update.gone))
    connection.executemany(
        "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (source.path, top_of(source.path), source.kind, source.name, source.lang, source.hash, blob, source.size)
            for source, blob in update.rows
        ),
    )
    connection.executemany("DELETE FROM folder WHERE path = ?", ((path,) for path in update.gone_folders))
    connection.executemany("INSERT OR REPLACE INTO folder VALUES (?, ?, ?)", ((p, *row) for p, row in update.folders))
    if update.setting is not None:
        connection.execute("INSERT OR REPLACE INTO scanned VALUES ('names', ?)", (update.setting,))


def distrust(connection: sqlite3.Connection, path: str) -> None:
    """The next scan reads this file again and takes it for changed, or for gone. The transaction is the caller's."""
    connection.execute("UPDATE source SET hash = '', blob = NULL WHERE path = ?", (path,))
    folder, slash, name = path.rpartition("/")
    place = f"{folder}{slash}"
    for (stats,) in connection.execute("SELECT stats FROM folder WHERE path = ?", (place,)).fetchall():
        rows = (
            (other, source_folders.UNKNOWN if other == name else stat) for other, stat in source_folders.unpack(stats)
        )
        connection.execute("UPDATE folder SET stats = ? WHERE path = ?", (source_folders.pack(rows), place))


def put_back(connection: sqlite3.Connection, path: str, source: Source | None) -> None:
    """The kept row of a file that the scan saw says this of it, or nothing, and the next scan reads the file. The
    transaction is the caller's."""
    distrust(connection, path)
    if source:
        connection.execute("UPDATE source SET hash = ?, size = ? WHERE path = ?", (source.hash, source.size, path))
    else:
        connection.execute("DELETE FROM source WHERE path = ?", (path,))


def take_over(connection: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Lets the next scan take these for what the last one saw of the files, which it reads all the same: what may not
    be taken as it stands there stays what it was. The transaction is the caller's."""
    names: dict[str, list[str]] = {}
    for source in sources:
        row = source.path, top_of(source.path), source.kind, source.name, source.lang, source.hash, None, source.size
        connection.execute("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        folder, slash, name = source.path.rpartition("/")
        names.setdefault(f"{folder}{slash}", []).append(name)
    for place, its_names in names.items():
        stats = source_folders.pack((name, source_folders.UNKNOWN) for name in sorted(its_names))
        connection.execute("INSERT OR REPLACE INTO folder VALUES (?, ?, NULL)", (place, stats))


def folders(connection: sqlite3.Connection) -> dict[str, FolderRow]:
    """The kept folders that hold files, by path with a `/` at the end."""
    rows = connection.execute("SELECT path, stats, faults FROM folder")
    return {path: FolderRow(stats, faults) for path, stats, faults in rows}


def setting(connection: sqlite3.Connection) -> str:
    """What the names of the kept sources were read by."""
    row = connection.execute("SELECT value FROM scanned WHERE name = 'names'").fetchone()
    return row[0] if row else ""


def rows(connection: sqlite3.Connection, paths: Iterable[str]) -> dict[str, Row]:
    """The kept sources among these paths."""
    by_path: dict[str, Row] = {}
    remaining: Iterator[str] = iter(paths)
    while batch := list(islice(remaining, _BATCH)):
        marks = ", ".join("?" * len(batch))
        answer = connection.execute(
            f"SELECT path, kind, name, lang, hash, size, blob FROM source WHERE path IN ({marks})", batch
        )
        for path, kind, name, lang, hash_, size, blob in answer:
            by_path[path] = Row(Source(path, kind, name, lang, hash_, size), blob)
    return by_path


def faults(diagnostics: Iterable[Diagnostic]) -> bytes | None:
    """Diagnostics as a folder's row keeps them."""
    as_tuple = tuple(diagnostics)
    return _encode(as_tuple) if as_tuple else None


def top_of(path: str) -> str:
    """content, static or templates, after `theme/` for a file of the bundled theme."""
    first, _, rest = path.partition("/")
    return f"theme/{rest.partition('/')[0]}" if first == "theme" else first
