"""Finds the files that a build reads, and which of them changed since the rows that the last scan left.

A file counts as unchanged without being read where its size, modification and change time and inode are the kept ones.
(The device is no part of that: its number can be another after each start of the machine, and nothing can set a change
time.) A file changed so shortly before it was looked at that one more change could leave the same times is read again
the next time, as git does with "racily clean" files. Where the figures differ, git's index may vouch for the bytes
(`git_index`); else they are read, and their hash decides.

The figures are kept by folder in one packed row: a folder whose row is equal costs no more than listing it. Only a top
folder (content/, static/, templates/) with a symbolic link somewhere in it is walked more slowly.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

import msgspec

from newsgen.addresses import urls
from newsgen.nouns.diagnostics import Diagnostic, Location, NewsgenError, diagnose, in_order, own_fault
from newsgen.nouns.model import TERM_FOLDERS, Source, SourceKind, content_hash, is_picture
from newsgen.settings import conflict_marks
from newsgen.sources import folders as source_folders
from newsgen.sources import git_index, scanned_rows, story_names
from newsgen.sources.folders import Folder, Stat, Top

#: Names that Windows cannot hold (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
_UNPORTABLE = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)|[<>:\"|?*\\]|[. ]$", re.I)
#: File systems count time in steps of up to two seconds (FAT).
_STEP_NS = 2_000_000_000
#: A larger file is hashed piece by piece.
_PIECE = 1 << 20
#: Endings of texts that are published as they are, and in which a merge may have left its marks.
_TEXTS = frozenset({
    "bib", "css", "csv", "geojson", "htm", "html", "ics", "js", "json", "md", "mjs", "ris", "srt", "svg", "tsv", "txt",
    "vtt", "webmanifest", "xhtml", "xml", "xsl", "yaml", "yml",
})  # fmt: skip
#: Reading git's index costs about as much for this many entries as reading one file.
_ENTRIES_PER_FILE = 16
#: Threads that read where there is more than one chunk of files.
_READERS = 8
_CHUNK = 64


class SourceChange(msgspec.Struct, frozen=True):
    """A source before and now, under the same path; None where there is none."""

    old: Source | None
    new: Source | None


class Scan(msgspec.Struct, frozen=True):
    """What changed among the sources, templates by logical name, string tables by language.

    A static file that takes another's place is two changes: apply those without `new` first.
    """

    changes: tuple[SourceChange, ...]  # sorted by path
    templates: dict[str, tuple[str, Path]]  # logical name: path for diagnostics, its file
    tables: dict[str, tuple[tuple[str, Path], ...]]  # language: path for diagnostics and file, the bundled one first
    theme_hash: str  # of all templates and string tables
    theme_hashes: dict[str, str]  # of each of them, by where it is
    diagnostics: tuple[Diagnostic, ...]
    files: int
    seconds_stat: float
    update: scanned_rows.Update


class _File(msgspec.Struct):
    """A file that is a source if it can be read."""

    place: str
    path: str
    stat: Stat
    kind: SourceKind
    name: str
    lang: str = ""


class Content(NamedTuple):
    """What the bytes of a file are known by; `blob` is None where git is not in use."""

    hash: str
    size: int
    blob: bytes | None


def disk_path(root: Path, theme: Path, path: str) -> Path:
    """Where the file with this `Source.path` is."""
    return theme / path.removeprefix("theme/") if path.startswith("theme/") else root / path


def scan(
    root: Path,
    theme: Path,
    languages: tuple[str, ...],
    connection: sqlite3.Connection | None = None,
    *,
    closed: Iterable[Path] = (),
) -> Scan:
    """Everything below content/, templates/ and static/ of the site, over the bundled theme.

    `connection`: that whose `scanned_rows.TABLES` hold what the last scan found; None: everything counts as new.
    `closed`: folders from which nothing is published, whatever symbolic link leads there. Raises: NewsgenError where a
    folder cannot be read, or names are not read as UTF-8.
    """
    source_folders.need_utf8()
    real = [Path(os.path.realpath(folder)) for folder in (root, *closed)]
    outside = tuple(str(folder) for folder in real[1:] if not real[0].is_relative_to(folder))
    return _Scanner(root, theme, languages, connection, outside).run()


class _Scanner:
    def __init__(
        self,
        root: Path,
        theme: Path,
        languages: tuple[str, ...],
        connection: sqlite3.Connection | None,
        closed: tuple[str, ...],
    ) -> None:
        self.closed = closed
        self.root = root
        self.theme = theme
        self.languages = languages
        self.connection = connection
        self.diagnostics: list[Diagnostic] = []
        self.faults: dict[str, list[Diagnostic]] = {}  # by folder
        self.old: dict[str, scanned_rows.Row] = {}  # in folders that changed
        self.is_renamed = True  # are names to be read anew?
        self.taken = time.time_ns()

    def run(self) -> Scan:
        start = time.perf_counter()
        listed = self._listed()
        seconds = time.perf_counter() - start
        self._stop_at_unreadable_folders()
        before = scanned_rows.folders(self.connection) if self.connection else {}
        read_by = ",".join(self.languages)
        self.is_renamed = self.connection is None or scanned_rows.setting(self.connection) != read_by
        units = _changed_units(listed, before, is_renamed=self.is_renamed)
        places = [place for unit in units for place in unit]
        for place in before.keys() - set(places):
            self.diagnostics += before[place].diagnostics()
        figures = _figures(before, places)
        if self.connection:
            self.old = scanned_rows.rows(self.connection, (path for path in figures if source_folders.is_utf8(path)))
        files = [file for unit in units for file in self._files([listed[place] for place in unit if place in listed])]
        known, racy = self._contents(files, figures)
        files = [file for file in files if file.place in known]
        templates, tables = _named_templates(files)
        rows = {file.place: self._row(file, known[file.place]) for file in files}
        folders = self._folder_rows((listed[place] for place in places if place in listed), racy)
        update = scanned_rows.Update(
            *_moved(self.old, rows),
            *_moved_folders(before, folders, listed),
            read_by if self.is_renamed else None,
        )
        return Scan(
            _changes(self.old, rows),
            templates,
            tables,
            _theme_hash(rows),
            _theme_hashes(files, known),
            in_order(self.diagnostics),
            sum(folder.files for folder in listed.values()),
            seconds,
            update,
        )

    def _stop_at_unreadable_folders(self) -> None:
        """All that lies in them would vanish from the site. Raises: NewsgenError."""
        unreadable = tuple(d for d in self.diagnostics if d.id == "file-unreadable")
        if unreadable:
            raise NewsgenError("a folder cannot be read", unreadable)

    def _listed(self) -> dict[str, Folder]:
        """All folders by their places."""
        return {
            folder.place: folder for top in self._tops() for folder in source_folders.folders(top, self.diagnostics)
        }

    def _tops(self) -> list[Top]:
        tops = [Top(self.root, name, name, self.closed) for name in ("content", "static", "templates", "ledger")]
        if self.theme != self.root:
            tops += [Top(self.theme, name, f"theme/{name}") for name in ("static", "templates")]
        return tops

    # ---- what files are
    def _files(self, folders: list[Folder]) -> list[_File]:
        """The sources in the folders of a unit."""
        if not folders:
            return []
        top = scanned_rows.top_of(folders[0].place).removeprefix("theme/")
        by_key: dict[str, list[tuple[str, str, Stat]]] = {}
        files: list[_File] = []
        for folder in folders:
            for name, stat in source_folders.unpack(folder.stats):
                place = folder.place + name
                if not source_folders.is_source(name, top):
                    if hidden := source_folders.hidden_by_name(place):
                        self._fault(place, hidden)
                    continue
                if fault := source_folders.fault_of_name(place):
                    self._fault(place, fault)
                elif top == "ledger":
                    if name.endswith(".txt"):
                        files.append(_File(place, folder.path + name, stat, "ledger", place.removeprefix("ledger/")))
                elif top == "templates":
                    files.append(_File(place, folder.path + name, stat, "template", ""))
                else:
                    key = urls.address_key(name) if top == "content" else unicodedata.normalize("NFC", name)
                    by_key.setdefault(key, []).append((place, folder.path + name, stat))
        for twins in by_key.values():
            if len(twins) > 1:
                twins.sort(key=lambda twin: _order(twin[0]))
            place, path, stat = twins[0]
            if top == "static":
                for loser, _, _ in twins[1:]:
                    if loser.startswith("theme/") == place.startswith("theme/"):
                        self._clash(loser, place)
                name = unicodedata.normalize("NFC", place.removeprefix("theme/").removeprefix("static/"))
                files.append(_File(place, path, stat, "static", name))
                continue
            for loser, _, _ in twins[1:]:
                self._clash(loser, place)
            try:
                file = self._content_file(place, path, stat)
            except Exception as fault:
                self._fault(place, own_fault(place, fault))
                file = self._as_before(place, path, stat)
            if file:
                files.append(file)
        if top == "content":
            for doubt in story_names.of_folder((twins[0][0] for twins in by_key.values()), self.languages):
                self._fault(doubt.location.path, doubt)
        return files

    def _as_before(self, place: str, path: str, stat: Stat) -> _File | None:
        """The file as what it was in the last scan."""
        row = self.old.get(place)
        return _File(place, path, stat, row.source.kind, row.source.name, row.source.lang) if row else None

    def _content_file(self, place: str, path: str, stat: Stat) -> _File | None:
        below = place.removeprefix("content/")
        name = below.rpartition("/")[2]
        is_ordinary = source_folders.is_ordinary(name)
        if is_ordinary and not self.is_renamed and place in self.old:
            return self._as_before(place, path, stat)
        if not is_ordinary and _is_unportable(name):
            near = re.sub(r" +(?=\.)", "", name)
            if near != name and not _is_unportable(near):
                self._fault(place, diagnose(Location(place), "name-unportable/blank", name=name, near=near))
            else:
                self._fault(place, diagnose(Location(place), "name-unportable", name=name))
        if not name.lower().endswith(urls.MARKDOWN):
            if doubt := story_names.of_unread(place, path):
                self._fault(place, doubt)
            return _File(place, path, stat, "media", unicodedata.normalize("NFC", below))
        folder, _, rest = below.partition("/")
        kind: SourceKind = "article"
        named = below
        if folder == "pages" and rest:
            kind = "page"
        elif folder in TERM_FOLDERS and rest:
            kind, named = TERM_FOLDERS[folder], rest
        story = urls.story_and_language(named, self.languages)
        if story.declared:
            if not is_ordinary and (doubt := story_names.of_read(place, self.languages)):
                self._fault(place, doubt)
            return _File(place, path, stat, kind, story.story_id, story.lang)
        fault = diagnose(Location(place), "language-undeclared", suffix=story.suffix, languages=tuple(self.languages))
        self._fault(place, fault)
        return None

    def _clash(self, loser: str, place: str) -> None:
        self._fault(loser, diagnose(Location(loser), "path-case-clash", other=place))

    def _fault(self, place: str, fault: Diagnostic) -> None:
        self.faults.setdefault(f"{place.rpartition('/')[0]}/", []).append(fault)
        self.diagnostics.append(fault)

    # ---- what is in them
    def _contents(self, files: list[_File], figures: dict[str, Stat]) -> tuple[dict[str, Content], set[str]]:
        """The contents of the files that can be read, by path, and the paths whose figures do not vouch for them."""
        known: dict[str, Content] = {}
        unread: list[_File] = []
        for file in files:
            row = self.old.get(file.place)
            if row and figures[file.place] == file.stat != source_folders.UNKNOWN:
                known[file.place] = Content(row.source.hash, row.source.size, row.blob)
            else:
                unread.append(file)
        repository = git_index.find(self.root) if unread else None
        racy = {file.place for file in unread if self._is_racy(file.stat)}
        vouched = self._vouched(unread, repository) if repository else {}
        known |= vouched
        unread = [file for file in unread if file.place not in vouched]
        for file, content in _fingerprints(unread, with_blob=repository is not None):
            if isinstance(content, Exception):
                racy.add(file.place)
                if row := self.old.get(file.place):  # what was read last stands in for it
                    known[file.place] = Content(row.source.hash, row.source.size, row.blob)
                if isinstance(content, (FileNotFoundError, NotADirectoryError, IsADirectoryError)):
                    continue  # away since it was listed: the next scan tells whether for good
                if isinstance(content, OSError):
                    unreadable = diagnose(Location(file.place), "file-unreadable", reason=str(content.strerror))
                    self.diagnostics.append(unreadable)
                else:
                    self.diagnostics.append(own_fault(file.place, content))
            elif conflict := self._conflict(file, content):
                self.diagnostics.append(conflict)
                racy.add(file.place)
                if row := self.old.get(file.place):  # what was published stays
                    known[file.place] = Content(row.source.hash, row.source.size, row.blob)
            else:
                row = self.old.get(file.place)
                if content.blob is None and row and row.source.hash == content.hash:
                    content = content._replace(blob=row.blob)
                known[file.place] = content
        return known, racy

    def _conflict(self, file: _File, content: Content) -> Diagnostic | None:
        """What git left of a file that is published as it is: the marks of a merge conflict, or a pointer."""
        row = self.old.get(file.place)
        is_text = file.place.rpartition(".")[2].lower() in _TEXTS
        may_be_pointer = content.size < conflict_marks.POINTER_BYTES and not (
            file.kind == "media" and is_picture(file.name)
        )
        if file.kind not in ("static", "media") or not (is_text or may_be_pointer):
            return None
        if row and row.source.hash == content.hash:
            return None
        try:
            data = Path(file.path).read_bytes()
        except OSError:
            return None  # gone since it was read
        if may_be_pointer and conflict_marks.is_pointer(data):
            return diagnose(Location(file.place), "file-pointer")
        if not is_text or not conflict_marks.begins_in(data):
            return None
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        if file.place.lower().endswith(urls.MARKDOWN):
            # Imported here: few files have such marks, and with all of Markdown it takes 75 ms, half an idle build.
            from newsgen.parsing.markup.places import without_code

            text = without_code(text)
        return conflict_marks.told(conflict_marks.without_pre(text), file.place)

    def _is_racy(self, stat: Stat) -> bool:
        _, mtime, ctime, _ = stat
        return ctime > self.taken - _STEP_NS or abs(mtime - self.taken) <= _STEP_NS

    def _vouched(self, unread: list[_File], repository: git_index.Repository) -> dict[str, Content]:
        """The contents that git's index says are the kept ones."""
        candidates = [
            (file, row)
            for file in unread
            if (row := self.old.get(file.place)) and row.blob and row.source.size == file.stat[0]
        ]
        if not candidates or len(candidates) * _ENTRIES_PER_FILE < git_index.count(repository):
            return {}
        entries = git_index.entries(repository)
        vouched: dict[str, Content] = {}
        for file, (source, blob) in candidates:
            entry = entries.get(file.place)
            if entry and entry.blob == blob and entry.fits(*file.stat):
                vouched[file.place] = Content(source.hash, source.size, blob)
        return vouched

    def _row(self, file: _File, content: Content) -> scanned_rows.Row:
        """The file as it is kept; the very row that is kept already, if it is equal."""
        source = Source(file.place, file.kind, file.name, file.lang, content.hash, content.size)
        row = scanned_rows.Row(source, content.blob)
        old = self.old.get(file.place)
        return old if old == row else row

    def _folder_rows(self, folders: Iterable[Folder], racy: set[str]) -> dict[str, scanned_rows.FolderRow]:
        in_doubt = {f"{place.rpartition('/')[0]}/" for place in racy}
        rows: dict[str, scanned_rows.FolderRow] = {}
        for folder in folders:
            stats = folder.stats
            if folder.place in in_doubt:
                stats = source_folders.pack(
                    (name, source_folders.UNKNOWN if folder.place + name in racy else stat)
                    for name, stat in source_folders.unpack(stats)
                )
            rows[folder.place] = scanned_rows.FolderRow(
                stats, scanned_rows.faults(in_order(self.faults.get(folder.place, ())))
            )
        return rows


def _figures(before: dict[str, scanned_rows.FolderRow], places: list[str]) -> dict[str, Stat]:
    """What the files in some folders were like before, by their places."""
    return {
        place + name: stat
        for place in places
        if place in before
        for name, stat in source_folders.unpack(before[place].stats)
    }


def _moved(
    old: dict[str, scanned_rows.Row], rows: dict[str, scanned_rows.Row]
) -> tuple[tuple[scanned_rows.Row, ...], tuple[str, ...]]:
    """The rows that are new or other ones, and the paths of those that are gone."""
    return (
        tuple(row for path, row in rows.items() if old.get(path) is not row),
        tuple(path for path in old if path not in rows),
    )


def _moved_folders(
    before: dict[str, scanned_rows.FolderRow], folders: dict[str, scanned_rows.FolderRow], listed: dict[str, Folder]
) -> tuple[tuple[tuple[str, scanned_rows.FolderRow], ...], tuple[str, ...]]:
    """The rows of folders that are new or other ones, and the places of those that are gone."""
    return (
        tuple((place, row) for place, row in folders.items() if before.get(place) != row),
        tuple(place for place in before if place not in listed),
    )


def _theme_hashes(files: list[_File], known: dict[str, Content]) -> dict[str, str]:
    return {file.path: known[file.place].hash for file in files if file.kind in ("template", "table")}


def _changed_units(
    listed: dict[str, Folder], before: dict[str, scanned_rows.FolderRow], *, is_renamed: bool
) -> list[list[str]]:
    """Folders whose files can stand in each other's way, by path, where one of them changed; all of the templates'.

    Below content/ these are folders equal but for case and Unicode form, below static/ a folder of the site and the
    same one of the bundled theme.
    """
    changed = {
        place
        for place in listed.keys() | before.keys()
        if is_renamed
        or place not in before
        or place not in listed
        or before[place].stats != listed[place].stats
        or place.startswith(("templates/", "theme/templates/"))
    }
    units: dict[tuple[str, str], list[str]] = {}
    if changed:
        for place in sorted(listed.keys() | before.keys()):
            top, _, below = place.removeprefix("theme/").partition("/")
            if top == "content":
                key = urls.address_key(below)
            else:
                key = unicodedata.normalize("NFC", below) if top == "static" else ""
            units.setdefault((top, key), []).append(place)
    return [unit for unit in units.values() if not changed.isdisjoint(unit)]


def _order(place: str) -> tuple[bool, list[tuple[str, str]]]:
    """Which of several paths for one thing is first: the site's, then by path, part by part."""
    return place.startswith("theme/"), [(unicodedata.normalize("NFC", part), part) for part in place.split("/")]


def _named_templates(
    files: list[_File],
) -> tuple[dict[str, tuple[str, Path]], dict[str, tuple[tuple[str, Path], ...]]]:
    """Templates by logical name, string tables by language; also gives the files these names."""
    templates: dict[str, _File] = {}
    tables: dict[str, tuple[tuple[str, Path], ...]] = {}
    shown: dict[str, tuple[str, Path]] = {}
    ordered = sorted((file for file in files if file.kind == "template"), key=lambda f: _order(f.place)[1])
    ordered.sort(key=lambda file: not file.place.startswith("theme/"))
    for file in ordered:
        place = file.place.removeprefix("theme/")
        below = place.removeprefix("templates/")
        file.name = below
        if below.startswith("i18n/"):
            file.kind, file.lang = "table", below.removeprefix("i18n/").rpartition(".")[0]
            tables[file.lang] = (*tables.get(file.lang, ()), (place, Path(file.path)))
            continue
        bundled = templates.get(below)
        if bundled:
            # So that a site's article.html can extend the bundled one that it takes the place of.
            bundled.name = f"theme/{below}"
            templates[bundled.name] = bundled
            shown[bundled.name] = f"theme/{place}", Path(bundled.path)
        templates[below] = file
        shown[below] = place, Path(file.path)
    return shown, tables


def _theme_hash(rows: dict[str, scanned_rows.Row]) -> str:
    theme = sorted(
        (row.source for row in rows.values() if row.source.kind in ("template", "table")),
        key=lambda source: source.path,
    )
    return content_hash("\n".join(f"{s.kind} {s.name} {s.path} {s.hash}" for s in theme).encode())


def _is_unportable(name: str) -> bool:
    return bool(_UNPORTABLE.search(name) or _UNPORTABLE.search(name.partition(".")[0]))


def _changes(old: dict[str, scanned_rows.Row], new: dict[str, scanned_rows.Row]) -> tuple[SourceChange, ...]:
    changes: list[SourceChange] = []
    for path in sorted(old.keys() | new.keys()):
        before = old[path].source if path in old else None
        now = new[path].source if path in new else None
        if before is not now and before != now:
            changes.append(SourceChange(before, now))
    return tuple(changes)


def _fingerprints(files: list[_File], *, with_blob: bool) -> Iterator[tuple[_File, Content | Exception]]:
    """What is in the files, in their order. Many are read by several threads, which shortens the wait for the disk."""

    def read(chunk: list[_File]) -> list[tuple[_File, Content | Exception]]:
        return [(file, _fingerprint_or_fault(file, with_blob=with_blob)) for file in chunk]

    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    if len(chunks) <= 1:
        yield from (answer for chunk in chunks for answer in read(chunk))
        return
    # Imported here: a build with few changes does without.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_READERS) as executor:
        for answers in executor.map(read, chunks):
            yield from answers


def _fingerprint_or_fault(file: _File, *, with_blob: bool) -> Content | Exception:
    try:
        return fingerprint(file.path, size=max(file.stat[0], 0), with_blob=with_blob)
    except Exception as fault:
        return fault


def fingerprint(path: str, *, size: int, with_blob: bool) -> Content:
    """Reads a file, of about this size, and says what its bytes are known by. Raises: OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe in its place would keep us waiting
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise FileNotFoundError(errno.ENOENT, "no plain file any more")
        if size > _PIECE:
            return _fingerprint_by_pieces(descriptor, with_blob=with_blob)
        data = b""
        while piece := os.read(descriptor, size + 1):
            data += piece
    finally:
        os.close(descriptor)
    return Content(content_hash(data), len(data), git_index.blob_id(data) if with_blob else None)


def _fingerprint_by_pieces(descriptor: int, *, with_blob: bool) -> Content:
    size, expected = 0, os.fstat(descriptor).st_size
    hash_ = blake2b(digest_size=16)
    blob = git_index.blob_hash(expected)
    while piece := os.read(descriptor, _PIECE):
        size += len(piece)
        hash_.update(piece)
        if with_blob:
            blob.update(piece)
    return Content(hash_.hexdigest(), size, blob.digest() if with_blob and size == expected else None)
