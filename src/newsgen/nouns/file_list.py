"""Which files a build wrote or removed, kept where very many names need no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator


class FileList(Collection[str]):
    """Output paths in their order, each with the size in bytes and the hash of the file that was written or removed.

    SQLite keeps them in a private file, which it opens only when they are more than its cache takes.
    """

    def __init__(self, rows: Iterable[tuple[str, int, str]] = ()) -> None:
        self._rows: sqlite3.Connection | None = None
        self._size = 0
        self.add(rows)

    def add(self, rows: Iterable[tuple[str, int, str]]) -> None:
        """A path that is there already stays as it is."""
        rows = list(rows)
        if not rows:
            return
        if self._rows is None:
            self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._rows.execute("CREATE TABLE file (path TEXT PRIMARY KEY, size INTEGER, hash TEXT) WITHOUT ROWID")
        self._rows.execute("BEGIN")
        self._size += self._rows.executemany("INSERT OR IGNORE INTO file VALUES (?, ?, ?)", rows).rowcount
        self._rows.execute("COMMIT")

    def discard(self, path: str) -> None:
        """It was taken away again."""
        if self._rows is not None:
            self._size -= self._rows.execute("DELETE FROM file WHERE path = ?", (path,)).rowcount

    def rows(self) -> Iterator[tuple[str, int, str]]:
        if self._rows is not None:
            yield from self._rows.execute("SELECT path, size, hash FROM file ORDER BY path")

    def __iter__(self) -> Iterator[str]:
        return (path for path, _, _ in self.rows())

    def __len__(self) -> int:
        return self._size

    def __contains__(self, path: object) -> bool:
        return self._rows is not None and bool(
            self._rows.execute("SELECT 1 FROM file WHERE path = ?", (path,)).fetchone()
        )
