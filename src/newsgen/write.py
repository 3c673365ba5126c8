"""Writes output files whole or not at all, removes only what newsgen wrote, and keeps the manifest of the output."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from newsgen.diagnostics import NewsgenError
from newsgen.model import Published

MANIFEST = ".newsgen-manifest.sqlite"
TEMPORARY = ".newsgen-tmp"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
    output TEXT PRIMARY KEY, hash TEXT, kind TEXT, url TEXT, story TEXT, lang TEXT, source TEXT, source_hash TEXT
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


def write_whole(output: Path, relative: str, data: bytes) -> bool:
    """Puts `data` at `relative` below the output folder unless these bytes stand there; True if it wrote.

    A reader sees the old file or the new one, never half of one. Raises: NewsgenError if the world does not let it;
    ValueError for a path that would leave the folder.
    """
    if relative.startswith("/") or ".." in relative.split("/"):
        raise ValueError(f"output path `{relative}` leaves the output folder")
    target = output / relative
    if not _stays_inside(str(output), str(target.parent)):
        raise NewsgenError(f"{target.parent} is reached through a symbolic link that leads out of the output folder")
    try:
        if target.stat().st_size == len(data) and target.read_bytes() == data and not target.is_symlink():
            return False
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        pass
    except OSError as fault:
        raise NewsgenError(f"{target} cannot be read: {fault.strerror}") from fault
    temporary = output / TEMPORARY / f"{os.getpid()}-{relative.replace('/', '-')[-80:]}"
    try:
        try:
            temporary.write_bytes(data)
        except FileNotFoundError:
            temporary.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
        try:
            os.replace(temporary, target)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)
    except OSError as fault:
        temporary.unlink(missing_ok=True)
        raise NewsgenError(f"{target} cannot be written: {fault.strerror}") from fault
    return True


@lru_cache(maxsize=4096)
def _stays_inside(output: str, folder: str) -> bool:
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(output))


def is_foreign(output: Path, relative: str, data: bytes) -> bool:
    """Whether other bytes than `data` stand at `relative`: what newsgen did not write it never touches."""
    target = output / relative
    try:
        return target.read_bytes() != data
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def remove(output: Path, relative: str) -> None:
    """Removes a file that newsgen wrote, and the folders that it leaves empty."""
    target = output / relative
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
        target.unlink()
    for folder in list(target.parents):
        if folder == output or not folder.is_relative_to(output):
            break
        try:
            folder.rmdir()
        except OSError:
            break


def read_manifest(path: Path) -> dict[str, Published]:
    """What a manifest says, without touching it; nothing if it cannot be read."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        with contextlib.closing(connection):
            return {row[0]: Published(*row) for row in connection.execute("SELECT * FROM file")}
    except sqlite3.Error:
        return {}


class Manifest:
    """The SQLite file in the output folder that says what newsgen wrote there."""

    def __init__(self, output: Path) -> None:
        self.output, self.path = output, output / MANIFEST
        self.was_damaged = False  # what it knew is lost: every file in the way may be newsgen's own
        try:
            output.mkdir(parents=True, exist_ok=True)
            self.connection = self._opened()
        except (OSError, sqlite3.Error) as fault:
            raise NewsgenError(f"the output folder {output} cannot be used: {fault}") from fault

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=10)
        try:
            # A commit for each chunk of pages need not wait for the disk.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            connection.execute("SELECT COUNT(output || hash || source_hash) FROM file").fetchone()
        except sqlite3.DatabaseError:
            # A damaged manifest: what it knew is lost, the files stay and are compared byte by byte.
            connection.close()
            self.path.unlink()
            self.was_damaged = True
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            connection.executescript(_SCHEMA)
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.execute("PRAGMA journal_mode = DELETE")  # one plain file, that travels with the output
        self.connection.close()
        shutil.rmtree(self.output / TEMPORARY, ignore_errors=True)

    def published(self) -> dict[str, Published]:
        """Every file that newsgen wrote or was about to write, by output path."""
        return {row[0]: Published(*row) for row in self.connection.execute("SELECT * FROM file")}

    def announce(self, rows: Iterable[Published]) -> None:
        """Notes files before they are written, so that a killed build leaves no orphan."""
        self._put("INSERT OR IGNORE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def confirm(self, rows: Iterable[Published]) -> None:
        self._put("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _put(self, sql: str, rows: Iterable[Published]) -> None:
        self.connection.execute("BEGIN")
        self.connection.executemany(
            sql, ((r.output, r.hash, r.kind, r.url, r.story, r.lang, r.source, r.source_hash) for r in rows)
        )
        self.connection.execute("COMMIT")

    def forget(self, outputs: Iterable[str]) -> None:
        self.connection.execute("BEGIN")
        self.connection.executemany("DELETE FROM file WHERE output = ?", ((o,) for o in outputs))
        self.connection.execute("COMMIT")
