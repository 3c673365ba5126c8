"""The manifest of an output: which files newsgen wrote there, and that one build at a time writes there."""

# Two books are kept of an output. The manifest lies in it and says what newsgen wrote there; the catalog lies in the
# cache and says what is to be there, and what of that is not done yet (`pending`, `removal`). Anyone may delete the
# cache, copy the output, build into another folder, put back an old backup of either, or pull the plug: a build has to
# see whether the two still speak of the same thing, for `pending` is a difference, and is worth nothing from another
# beginning.
#
# They are paired by a random token and a count. Each plan gets a token (`planned` in the catalog). `begin` writes it
# into the manifest with step 0, and only then does the catalog call itself `paired` with it. From there on each commit
# of the manifest (`confirm`, `forget`) counts a step, and the catalog notes the step in the commit that follows it.
#
#   token of the manifest     its step         what happened                         `pipeline.run.Build._pair`
#   `paired`                  not below ours   the last build ended, or was killed   goes on with what is pending
#   `planned`, not `paired`   any              it was killed right after `begin`     goes on; nothing is crossed out yet
#   `paired`                  below ours       power went, and commits with it       `plan.compare`: every page, once
#   another one, or none      any              another cache, output or backup       `plan.compare`: every page, once
#
#   one file             in the manifest     in the catalog     killed here, the next build
#   `announce`           without a hash      pending            renders it, or removes it where no page wants it
#   written              without a hash      pending            renders it, and finds the bytes there
#   `confirm`            with its hash       pending            the same
#   `Traces.record`      with its hash       with its trace     has nothing to do
#
# A manifest of an earlier build has never heard of what was written since: `pipeline.recovery` notes it again, before
# index forgets the pages that went meanwhile.
#
# What goes is unlinked first, then forgotten here, then crossed out in the catalog. So at every instant each file that
# newsgen wrote stands here, and no file stands here that somebody else has put there. A manifest that was lost is made
# anew with a row in `loss`; until every page is written, files in the way may be newsgen's own (`pipeline.recovery`
# finds those by their bytes).
#
# One transaction over both files is not to be had: SQLite commits attached databases in WAL mode each for itself
# (sqlite.org/lang_attach.html). Times and sizes in place of a token would call a restored backup up to date.
#
# Proved by test_a_build_that_is_killed_anywhere_is_finished_by_the_next,
# test_a_first_build_that_is_killed_anywhere_leaves_no_orphan, test_a_book_that_lost_its_last_commits_with_the_power,
# test_an_output_put_back_from_before_the_last_build_is_compared, test_a_cache_without_its_output_parses_nothing_again,
# test_a_cache_that_is_restored_in_another_folder_or_from_an_older_commit,
# test_a_lost_manifest_leaves_every_file_in_place, test_two_outputs_of_one_site_do_not_share_a_manifest,
# test_a_file_that_newsgen_did_not_write_stays, test_what_nobody_claims_after_both_books_are_lost_is_told,
# test_an_empty_manifest_is_a_damaged_one, test_after_an_accident_nothing_goes_and_nothing_stays_in_silence.

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsgen.addresses.urls import companions_folder
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.model import Published
from newsgen.output.files import TEMPORARY

MANIFEST = ".newsgen-manifest.sqlite"
#: `build`: which build wrote last and how many commits it made here; `loss`: a row while it is not known again what
#: newsgen wrote before the manifest was lost.
_SCHEMA = """
BEGIN;
CREATE TABLE file (
    output TEXT PRIMARY KEY, hash TEXT, kind TEXT, url TEXT, story TEXT, lang TEXT, source TEXT, source_hash TEXT,
    size INTEGER
) WITHOUT ROWID;
CREATE INDEX file_source ON file (source) WHERE source != '';
CREATE TABLE build (token TEXT, step INTEGER);
CREATE TABLE loss (at INTEGER);
PRAGMA user_version = 3;
COMMIT;
"""
#: From the form that the manifest had before sizes and steps.
_FROM_2 = """
BEGIN;
ALTER TABLE file ADD COLUMN size INTEGER DEFAULT -1;
ALTER TABLE build ADD COLUMN step INTEGER DEFAULT 0;
CREATE TABLE loss (at INTEGER);
PRAGMA user_version = 3;
COMMIT;
"""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedManifestError(Exception):
    """The manifest is no whole database: what it knew is lost."""


class Books:
    """What a manifest says: which files newsgen wrote into an output folder."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self.connection = connection

    @classmethod
    def read(cls, path: Path, *, is_still: bool = False) -> Books:
        """The manifest in a file, without touching it; an empty one if it cannot be read. `is_still`: nobody writes it,
        and no log lies beside it."""
        if not path.is_file():  # nor a pipe, which would keep us waiting
            return cls(None)
        connection = None
        how = "mode=ro&immutable=1" if is_still else "mode=ro"
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)
            connection.execute("SELECT token, step FROM build").fetchall()
            connection.execute("SELECT size FROM file LIMIT 1").fetchone()
            return cls(connection)
        except sqlite3.Error:
            if connection:
                connection.close()
            return cls(None)

    def _rows(self, sql: str, *values: str) -> list[Any]:
        if not self.connection:
            return []
        with _telling_damage():
            return self.connection.execute(sql, values).fetchall()

    @property
    def token(self) -> str:
        """The build that wrote last here: a random text, "" if none did."""
        rows = self._rows("SELECT token FROM build")
        return rows[0][0] if rows else ""

    @property
    def step(self) -> int:
        """How often that build has said here what it did."""
        rows = self._rows("SELECT step FROM build")
        return rows[0][0] if rows else 0

    @property
    def size(self) -> int:
        """The bytes of all files together, as far as they are known."""
        rows = self._rows("SELECT TOTAL(MAX(size, 0)) FROM file")
        return int(rows[0][0]) if rows else 0

    @property
    def count(self) -> int:
        """How many files there are."""
        rows = self._rows("SELECT COUNT(*) FROM file WHERE hash != ''")
        return int(rows[0][0]) if rows else 0

    @property
    def is_sound(self) -> bool:
        """Whether all of it can be read; looks at the whole file."""
        return self.connection is not None and self._rows("PRAGMA quick_check(1)") == [("ok",)]

    def row(self, output: str) -> Published | None:
        """What is said of one file, None if nothing; without a hash, it was announced and is perhaps not there."""
        rows = self._rows(f"SELECT {_FILE} FROM file WHERE output = ?", output)
        return Published(*rows[0]) if rows else None

    def known(self, outputs: list[str]) -> set[str]:
        """Which of these files newsgen wrote, or was about to write."""
        ours: set[str] = set()
        for start in range(0, len(outputs), 500):
            part = outputs[start : start + 500]
            marks = ", ".join("?" * len(part))
            ours |= {name for (name,) in self._rows(f"SELECT output FROM file WHERE output IN ({marks})", *part)}
        return ours

    def published(self, outputs: list[str]) -> set[str]:
        """Which of these files stand there."""
        marks = ", ".join("?" * len(outputs))
        rows = self._rows(f"SELECT output FROM file WHERE hash != '' AND output IN ({marks})", *outputs)
        return {output for (output,) in rows}

    def companions(self, output: str) -> list[str]:
        """The files beside a page's own that newsgen wrote, or was about to write, for it."""
        folder = companions_folder(output)
        high = f"{folder.removesuffix('/')}0"  # the character behind "/"
        sql = "SELECT output FROM file WHERE output > ? AND output < ? AND kind = 'companion' ORDER BY output"
        rows = self._rows(sql, folder, high)
        return [name for (name,) in rows]

    def has_published(self) -> bool:
        """Whether any file stands there that newsgen wrote."""
        return bool(self._rows("SELECT 1 FROM file WHERE hash != '' LIMIT 1"))

    def has_stories(self) -> bool:
        """Whether an article or a page stands in the output."""
        return bool(self._rows("SELECT 1 FROM file WHERE kind IN ('article', 'page', 'gone') AND hash != '' LIMIT 1"))

    def outputs(self) -> Iterator[str]:
        """Every file that newsgen wrote or was about to write."""
        if self.connection:
            with _telling_damage():
                for (output,) in self.connection.execute("SELECT output FROM file ORDER BY output"):
                    yield output

    def rows(self) -> Iterator[Published]:
        """Everything that is said of files, by output path. Raises: DamagedManifestError, also midway."""
        if self.connection:
            with _telling_damage():
                for row in self.connection.execute(f"SELECT {_FILE} FROM file ORDER BY output"):
                    yield Published(*row)

    def lines(self) -> list[str]:
        """A line for each file, by path: path, hash, size and kind, parted by tabs; an empty one of a file that is not
        whole yet. Python would take ten times as long to put them together."""
        sql = "SELECT CASE hash WHEN '' THEN '' ELSE printf('%s\t%s\t%d\t%s\n', output, hash, size, kind) END FROM file"
        return [line for (line,) in self._rows(f"{sql} ORDER BY output")]

    def shown(self, source: str) -> str:
        """The hash of the version of a content file that the output shows, "" if it shows none."""
        # With `source != ''`, which file_source is for: without it, every row is looked at.
        sql = (
            "SELECT source_hash FROM file WHERE source = ? AND source != '' AND source_hash != '' AND hash != ''"
            " LIMIT 1"
        )
        rows = self._rows(sql, source)
        return rows[0][0] if rows else ""

    def close(self) -> None:
        if self.connection:
            self.connection.close()


_FILE = "output, hash, kind, url, story, lang, source, source_hash, size"


@contextlib.contextmanager
def _telling_damage() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as fault:
        if _code(fault) not in _DAMAGE:
            raise
        raise DamagedManifestError(str(fault)) from fault


def _what_stands_at(path: Path) -> str:
    """In words; "" if nothing does."""
    if not path.is_symlink() and (path.is_file() or path.is_dir()):
        return "a folder" if path.is_dir() else "a file"
    return "a symbolic link or a pipe" if os.path.lexists(path) else ""


def _code(fault: sqlite3.Error) -> int:
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF


def read_manifest(path: Path) -> dict[str, Published]:
    """All that a manifest says, without touching it; nothing if it cannot be read."""
    books = Books.read(path)
    with contextlib.closing(books):
        return {row.output: row for row in books.rows()}


class Manifest(Books):
    """The SQLite file in the output folder that says what newsgen wrote there; one process at a time has it."""

    connection: sqlite3.Connection

    def __init__(self, output: Path) -> None:
        self.output, self.path = output, output / MANIFEST
        self.is_renewed = False  # whether it was damaged and made anew just now
        self.is_made = False  # whether there was none
        self._folder = -1
        try:
            output.mkdir(parents=True, exist_ok=True)
            self._folder = _locked(output)
            self._refuse_links()
            with os.scandir(output) as entries:
                self.is_alone = not any(entries)  # nobody has written anything here yet
            super().__init__(self._opened())
        except (OSError, sqlite3.Error) as fault:
            self._unlock()
            reason = fault.strerror if isinstance(fault, OSError) else fault
            raise NewsgenError(f"the output folder {output} cannot be used: {reason}") from fault

    def _refuse_links(self) -> None:
        """What newsgen keeps for itself lies in the output folder. Raises: NewsgenError."""
        temporary = self.output / TEMPORARY
        for path in (*self._files(), temporary):
            what = _what_stands_at(path)
            if what not in ("", "a folder" if path == temporary else "a file"):
                self._unlock()
                raise NewsgenError(f"{path} is {what}, and not newsgen's own: delete it")

    def _files(self) -> tuple[Path, ...]:
        return (self.path, *(Path(f"{self.path}{end}") for end in ("-wal", "-shm", "-journal")))

    def _opened(self) -> sqlite3.Connection:
        if not self.path.exists():
            self._make()
        connection = self._connected()
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 2:
                connection.executescript(_FROM_2)
            connection.execute(f"SELECT {_FILE} FROM file LIMIT 1").fetchone()
            connection.execute("SELECT token, step FROM build").fetchone()
            return connection
        except sqlite3.DatabaseError as fault:
            # `no such table` or `column` is a file of a form that newsgen does not know.
            if _code(fault) not in (*_DAMAGE, sqlite3.SQLITE_ERROR):
                connection.close()
                raise
            return self._renewed(connection)

    def _make(self) -> None:
        """Makes a manifest whole or not at all: one that is empty lost what it knew."""
        self.is_made = True
        new = Path(f"{self.path}-new")
        for path in (new, *self._files()):
            path.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
        new.replace(self.path)

    @property
    def knows_nothing_of_what_is_there(self) -> bool:
        """Whether it was just made, in a folder that is not empty."""
        return self.is_renewed or (self.is_made and not self.is_alone)

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, isolation_level=None, timeout=10)

    def _renewed(self, old: sqlite3.Connection) -> sqlite3.Connection:
        """A new manifest in the place of a damaged one: the files stay and are compared byte by byte."""
        old.close()
        self.is_renewed = True
        for path in self._files():
            path.unlink(missing_ok=True)
        connection = self._connected()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA.replace("COMMIT;", "INSERT INTO loss VALUES (1); COMMIT;"))
        return connection

    def renew(self) -> None:
        """Begins anew, where damage showed only when it was read; `loss` has a row from then on."""
        self.connection = self._renewed(self.connection)

    @property
    def was_damaged(self) -> bool:
        """Whether what it knew was lost, so that every file in the way may be newsgen's own."""
        return bool(self._rows("SELECT 1 FROM loss"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.connection.execute("PRAGMA journal_mode = DELETE")  # one plain file, that travels with the output
        self.connection.close()
        self._remove_temporary()
        self._unlock()

    def _remove_temporary(self) -> None:
        try:
            os.rmdir(self.output / TEMPORARY)
        except FileNotFoundError:
            pass
        except OSError:  # a build that was killed left something in it
            import shutil

            shutil.rmtree(self.output / TEMPORARY, ignore_errors=True)

    def _unlock(self) -> None:
        if self._folder >= 0:
            with contextlib.suppress(OSError):
                fcntl.flock(self._folder, fcntl.LOCK_UN)  # worker processes have a copy of the descriptor
            os.close(self._folder)
            self._folder = -1

    def begin(self, token: str) -> None:
        """From now on the output is that of another build."""
        with self._naming_it():
            # A commit for each chunk of pages need not wait for the disk.
            self.connection.execute("PRAGMA journal_mode = WAL")
        with self._transaction():
            self.connection.execute("DELETE FROM build")
            self.connection.execute("INSERT INTO build VALUES (?, 0)", (token,))

    def announce(self, rows: Iterable[Published]) -> None:
        """Notes files before they are written, so that a killed build leaves no orphan."""
        with self._transaction():
            self._put("INSERT OR IGNORE", rows)

    def confirm(self, rows: Iterable[Published], gone: Iterable[str] = ()) -> int:
        """Notes what was written, and what was removed in its favour; the number of this step."""
        with self._transaction():
            self._put("INSERT OR REPLACE", rows)
            self.connection.executemany("DELETE FROM file WHERE output = ?", ((o,) for o in gone))
            return self._next_step()

    def forget(self, outputs: Iterable[str]) -> int:
        """Files that are no more; the number of this step."""
        with self._transaction():
            self.connection.executemany("DELETE FROM file WHERE output = ?", ((o,) for o in outputs))
            return self._next_step()

    def is_whole(self) -> None:
        """Every page was written: what newsgen wrote is known."""
        if self.was_damaged:
            self.connection.execute("DELETE FROM loss")

    def _put(self, verb: str, rows: Iterable[Published]) -> None:
        self.connection.executemany(
            f"{verb} INTO file ({_FILE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((r.output, r.hash, r.kind, r.url, r.story, r.lang, r.source, r.source_hash, r.size) for r in rows),
        )

    def _next_step(self) -> int:
        return int(self.connection.execute("UPDATE build SET step = step + 1 RETURNING step").fetchall()[0][0])

    @contextlib.contextmanager
    def _naming_it(self) -> Iterator[None]:
        try:
            with _telling_damage():
                yield
        except sqlite3.OperationalError as fault:
            raise NewsgenError(f"the manifest {self.path} cannot be written: {fault}") from fault

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._naming_it():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk ends it by itself
                    self.connection.execute("ROLLBACK")
                raise


@contextlib.contextmanager
def held(output: Path) -> Iterator[None]:
    """No build writes to the output folder meanwhile. Raises: NewsgenError if one does."""
    descriptor = _locked(output)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # worker processes have a copy of the descriptor
        os.close(descriptor)


def _locked(folder: Path) -> int:
    """A descriptor of the folder, which no other build writes to until it is closed. Raises: NewsgenError, OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        if fault.errno in (errno.EWOULDBLOCK, errno.EAGAIN):
            os.close(descriptor)
            raise NewsgenError(f"another build is writing to {folder}") from None
        # A file system without locks: the lock of the cache is the only one.
    return descriptor
