"""A scan over kept rows equals a scan from nothing, after any edits, and reads only what differs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.model import Source, content_hash
from newsgen.sources import scan as source_scan
from newsgen.sources import scanned_rows
from newsgen.sources.scan import Content, Scan, SourceChange, scan


class Scanned:
    """A site that is scanned again and again, as builds do it."""

    def __init__(self, folder: Path, languages: tuple[str, ...] = ("fr", "en")) -> None:
        self.root = folder / "site"
        self.theme = folder / "theme"
        self.languages = languages
        for top in ("content", "static", "templates"):
            (self.root / top).mkdir(parents=True)
            if top != "content":
                (self.theme / top).mkdir(parents=True)
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.executescript(scanned_rows.TABLES)

    def write(self, path: str, text: str = "x") -> Path:
        target = self.root.parent / path if path.startswith("theme/") else self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def scan(self) -> Scan:
        seen = scan(self.root, self.theme, self.languages, self.connection)
        before = self.rows()
        scanned_rows.keep(self.connection, seen)
        assert _applied(before, seen.changes) == self.rows()
        return seen

    def rows(self) -> dict[str, Source]:
        answer = self.connection.execute("SELECT path, kind, name, lang, hash, size FROM source")
        return {row[0]: Source(*row) for row in answer}

    def check(self) -> Scan:
        """Scans over the kept rows and from nothing, and compares."""
        seen = self.scan()
        fresh = scan(self.root, self.theme, self.languages, None)
        assert self.rows() == {change.new.path: change.new for change in fresh.changes if change.new}
        assert seen.diagnostics == fresh.diagnostics
        assert (seen.templates, seen.tables, seen.theme_hash) == (fresh.templates, fresh.tables, fresh.theme_hash)
        assert seen.files == fresh.files
        return seen


def _applied(rows: dict[str, Source], changes: tuple[SourceChange, ...]) -> dict[str, Source]:
    paths = [(change.old or change.new).path for change in changes if change.old or change.new]
    assert paths == sorted(set(paths))
    result = dict(rows)
    for change in changes:
        assert change.old != change.new
        if change.old:
            assert result.pop(change.old.path) == change.old
        if change.new:
            result[change.new.path] = change.new
    return result


def _tick(folder: Path) -> None:
    """Waits until the file system's clock has moved on."""
    probe = folder / "probe"
    probe.touch()
    first = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == first:
        time.sleep(0.001)
        probe.touch()
    probe.unlink()


@pytest.fixture
def site(tmp_path: Path) -> Scanned:
    return Scanned(tmp_path)


@pytest.fixture
def fine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times of files are taken for exact: tests call `_tick` where that matters."""
    monkeypatch.setattr(source_scan, "_STEP_NS", 0)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the files that are read."""
    names: list[str] = []
    read = source_scan.fingerprint

    def counted(path: str, *, size: int, with_blob: bool) -> Content:
        names.append(path.rpartition("/")[2])
        return read(path, size=size, with_blob=with_blob)

    monkeypatch.setattr(source_scan, "fingerprint", counted)
    yield names


def _paths(seen: Scan) -> list[tuple[str | None, str | None]]:
    return [(c.old.path if c.old else None, c.new.path if c.new else None) for c in seen.changes]


def test_time_of_a_change_is_doubted_while_another_could_have_the_same(tmp_path: Path) -> None:
    """Also where a file system keeps no time of change, or its clock is ahead."""
    scanner = source_scan._Scanner(tmp_path, tmp_path, ("fr",), None, ())
    now, old = scanner.taken, scanner.taken - 10**12
    for mtime, ctime in ((now, old), (now + 10**9, old), (now - 10**9, old), (old, now), (old, now + 10**12)):
        assert scanner._is_racy((1, mtime, ctime, 1)), (mtime - now, ctime - now)
    assert not scanner._is_racy((1, old, old, 1))
    assert not scanner._is_racy((1, now - 3 * 10**9, now - 3 * 10**9, 1))


# ---- exact rules
def test_first_scan_has_everything_with_hash_and_size(site: Scanned) -> None:
    site.write("content/2023/a.fr.md", "é")
    site.write("content/2023/a.jpg", "jpg")
    site.write("content/tags/chine.en.md", "t")
    site.write("static/x.css", "s")
    site.write("theme/static/y.css", "y")
    site.write("templates/a.html", "a")
    site.write("theme/templates/i18n/fr.yaml", "f")
    seen = site.check()
    new = [change.new for change in seen.changes if change.new and change.old is None]
    assert [(s.path, s.kind, s.name, s.lang, s.size) for s in new] == [
        ("content/2023/a.fr.md", "article", "2023/a", "fr", 2),
        ("content/2023/a.jpg", "media", "2023/a.jpg", "", 3),
        ("content/tags/chine.en.md", "tag", "chine", "en", 1),
        ("static/x.css", "static", "x.css", "", 1),
        ("templates/a.html", "template", "a.html", "", 1),
        ("theme/static/y.css", "static", "y.css", "", 1),
        ("theme/templates/i18n/fr.yaml", "table", "i18n/fr.yaml", "fr", 1),
    ]
    assert new[0].hash == content_hash("é".encode())
    assert seen.files == 7
    disk = source_scan.disk_path(site.root, site.theme, "theme/static/y.css")
    assert disk.read_text() == "y"


def test_nothing_changed_reads_and_keeps_nothing(site: Scanned, fine_clock: None, opened: list[str]) -> None:
    for n in range(30):
        site.write(f"content/{n % 3}/a{n}.fr.md", str(n))
    site.write("templates/a.html")
    _tick(site.root)
    site.scan()
    assert len(opened) == 31
    opened.clear()
    seen = site.scan()
    assert not seen.changes and not seen.update and not opened


def test_a_file_just_written_is_read_again_until_it_is_old(site: Scanned, opened: list[str]) -> None:
    path = site.write("content/a.fr.md", "one")
    site.scan()
    times = path.stat()
    path.write_text("two")  # perhaps in the same step of the clock
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert _paths(site.scan()) == [("content/a.fr.md", "content/a.fr.md")]
    opened.clear()
    seen = site.scan()
    assert opened == ["a.fr.md"] and not seen.changes and not seen.update
    real = time.time_ns
    try:
        source_scan.time.time_ns = lambda: real() + 3_000_000_000  # type: ignore[assignment]
        seen = site.scan()
        assert not seen.changes and len(seen.update.folders) == 1
        opened.clear()
        assert not site.scan().update and not opened
    finally:
        source_scan.time.time_ns = real  # type: ignore[assignment]


def test_one_changed_file_alone_is_read(site: Scanned, fine_clock: None, opened: list[str]) -> None:
    for n in range(5):
        site.write(f"content/a{n}.fr.md")
    _tick(site.root)
    site.scan()
    opened.clear()
    site.write("content/a3.fr.md", "y")
    _tick(site.root)
    seen = site.check()
    assert opened[0] == "a3.fr.md" and _paths(seen) == [("content/a3.fr.md",) * 2]
    assert seen.changes[0].old and seen.changes[0].old.hash != seen.changes[0].new.hash  # type: ignore[union-attr]


def test_restored_modification_time_is_seen_by_the_change_time(site: Scanned, fine_clock: None) -> None:
    path = site.write("content/a.fr.md", "one")
    times = path.stat()
    _tick(site.root)
    site.scan()
    path.write_text("two")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_mtime_ns == times.st_mtime_ns and path.stat().st_size == times.st_size
    assert len(site.check().changes) == 1


def test_replacement_by_an_older_file_is_seen(site: Scanned, fine_clock: None) -> None:
    older = site.write("older", "two")
    os.utime(older, (1_000_000_000, 1_000_000_000))
    site.write("content/a.fr.md", "one")
    _tick(site.root)
    site.scan()
    os.replace(older, site.root / "content/a.fr.md")
    assert len(site.check().changes) == 1


def test_equal_bytes_are_no_change_but_the_new_figures_are_kept(
    site: Scanned, fine_clock: None, opened: list[str]
) -> None:
    path = site.write("content/a.fr.md")
    _tick(site.root)
    site.scan()
    path.touch()
    _tick(site.root)
    seen = site.scan()
    assert not seen.changes and len(seen.update.folders) == 1 and not seen.update.rows
    opened.clear()
    assert not site.scan().update and not opened


def test_site_file_takes_the_bundled_ones_place_and_gives_it_back(site: Scanned) -> None:
    site.write("theme/static/css/a.css", "theirs")
    site.check()
    own = site.write("static/css/a.css", "ours")
    assert _paths(site.check()) == [(None, "static/css/a.css"), ("theme/static/css/a.css", None)]
    own.unlink()
    assert _paths(site.check()) == [("static/css/a.css", None), (None, "theme/static/css/a.css")]


def test_template_of_the_site_leaves_the_bundled_one_under_another_name(site: Scanned) -> None:
    site.write("theme/templates/a.html", "theirs")
    first = site.check()
    assert first.templates == {"a.html": ("templates/a.html", site.theme / "templates/a.html")}
    site.write("templates/a.html", "ours")
    second = site.check()
    assert second.templates == {
        "a.html": ("templates/a.html", site.root / "templates/a.html"),
        "theme/a.html": ("theme/templates/a.html", site.theme / "templates/a.html"),
    }
    assert first.theme_hash != second.theme_hash
    assert _paths(second) == [(None, "templates/a.html"), ("theme/templates/a.html",) * 2]
    site.write("theme/templates/i18n/fr.yaml")
    site.write("templates/i18n/fr.yaml")
    third = site.check()
    assert [path.parents[2] for _, path in third.tables["fr"]] == [site.theme, site.root]


def test_theme_hash_follows_the_bytes_of_templates_and_tables(site: Scanned) -> None:
    site.write("theme/templates/a.html", "1")
    site.write("content/a.fr.md")
    first = site.check().theme_hash
    site.write("content/a.fr.md", "2")
    assert site.check().theme_hash == first
    site.write("theme/templates/a.html", "2")
    assert site.check().theme_hash != first


def test_first_of_clashing_paths_is_decided_by_the_paths_alone(site: Scanned) -> None:
    composed, taken_apart = "\u00e9.fr.md", "e\u0301.fr.md"
    for order in ((composed, taken_apart), (taken_apart, composed)):
        for name in order:
            site.write(f"content/{name}")
        if len(os.listdir(site.root / "content")) < 2:
            pytest.skip("this file system does not tell Unicode forms")
        seen = site.check()
        assert [d.location.path for d in seen.diagnostics] == [f"content/{composed}"]
        assert list(site.rows()) == [f"content/{taken_apart}"]
        for name in order:
            (site.root / "content" / name).unlink()
        site.check()


def test_clash_goes_when_the_other_folder_goes(site: Scanned, fine_clock: None) -> None:
    site.write("content/A/x.fr.md")
    if (site.root / "content/a").exists():
        pytest.skip("this file system does not tell case")
    site.write("content/a/x.fr.md")
    site.write("content/a/y.fr.md")
    _tick(site.root)
    assert [d.location.path for d in site.check().diagnostics] == ["content/a/x.fr.md"]
    assert [d.location.path for d in site.check().diagnostics] == ["content/a/x.fr.md"]
    shutil.rmtree(site.root / "content/A")
    seen = site.check()
    assert not seen.diagnostics and _paths(seen) == [("content/A/x.fr.md", None), (None, "content/a/x.fr.md")]


def test_declared_language_brings_its_files_without_reading_others(
    site: Scanned, fine_clock: None, opened: list[str]
) -> None:
    site.write("content/a.fr.md")
    site.write("content/a.de.md")
    _tick(site.root)
    assert [d.id for d in site.check().diagnostics] == ["language-undeclared"]
    opened.clear()
    site.languages = ("fr", "en", "de")
    seen = site.scan()
    assert not seen.diagnostics and _paths(seen) == [(None, "content/a.de.md")] and opened == ["a.de.md"]
    assert not site.scan().update
    site.languages = ("en", "fr", "de")
    site.check()


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always UTF-8 there")
def test_diagnostics_of_unchanged_folders_are_told_again(site: Scanned, fine_clock: None) -> None:
    site.write("content/a/con.fr.md")
    site.write("content/b/x.de.md")
    os.close(os.open(os.fsencode(site.root / "content/a") + b"/\xe9.fr.md", os.O_CREAT))
    _tick(site.root)
    ids = ["encoding-invalid", "language-undeclared", "name-unportable"]
    for _ in range(2):
        assert sorted(d.id for d in site.check().diagnostics) == ids
    site.write("content/c.fr.md")
    assert sorted(d.id for d in site.check().diagnostics) == ids


def test_unreadable_file_is_an_error_each_time_and_counts_as_absent(
    site: Scanned, fine_clock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("content/a.fr.md")
    site.write("content/b.fr.md")
    _tick(site.root)
    read = source_scan.fingerprint

    def refused(path: str, *, size: int, with_blob: bool) -> Content:
        if path.endswith("a.fr.md"):
            raise PermissionError(13, "Permission denied")
        return read(path, size=size, with_blob=with_blob)

    with monkeypatch.context() as patched:
        patched.setattr(source_scan, "fingerprint", refused)
        for _ in range(2):
            (told,) = site.check().diagnostics
            assert (told.id, told.location.path) == ("file-unreadable", "content/a.fr.md")
            assert told.message == "the file cannot be read: Permission denied"
            assert list(site.rows()) == ["content/b.fr.md"]
        assert not site.scan().update
    seen = site.check()
    assert not seen.diagnostics and _paths(seen) == [(None, "content/a.fr.md")]
    os.utime(site.root / "content/a.fr.md")
    with monkeypatch.context() as patched:
        patched.setattr(source_scan, "fingerprint", refused)
        for _ in range(2):
            seen = site.scan()
            assert [told.id for told in seen.diagnostics] == ["file-unreadable"] and not seen.changes
            assert list(site.rows()) == ["content/a.fr.md", "content/b.fr.md"]
    site.write("content/a.fr.md", "another")
    assert _paths(site.check()) == [("content/a.fr.md", "content/a.fr.md")]


def test_a_folder_that_cannot_be_read_stops_the_scan(site: Scanned, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write("content/2023/a.fr.md")
    site.scan()
    opened = os.open

    def refused(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path).endswith("2023/"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(NewsgenError) as caught:
        site.scan()
    (told,) = caught.value.diagnostics
    assert (told.id, told.location.path) == ("file-unreadable", "content/2023")


def test_file_that_vanishes_while_scanning_counts_as_absent(site: Scanned, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write("content/a.fr.md")
    site.write("content/b.fr.md")
    read = source_scan.fingerprint

    def vanished(path: str, *, size: int, with_blob: bool) -> Content:
        Path(site.root / "content/a.fr.md").unlink(missing_ok=True)
        return read(path, size=size, with_blob=with_blob)

    with monkeypatch.context() as patched:
        patched.setattr(source_scan, "fingerprint", vanished)
        seen = site.scan()
    assert not seen.diagnostics and list(site.rows()) == ["content/b.fr.md"]
    site.check()
    site.write("content/a.fr.md")
    assert _paths(site.check()) == [(None, "content/a.fr.md")]


def test_large_file_has_the_hash_of_its_bytes(site: Scanned) -> None:
    data = os.urandom(5000) * 500
    (site.root / "content/a.jpg").write_bytes(data)
    (source,) = [change.new for change in site.check().changes]
    assert source and (source.hash, source.size) == (content_hash(data), len(data))


def test_missing_folders_are_no_error(tmp_path: Path) -> None:
    seen = scan(tmp_path / "nowhere", tmp_path / "theme", ("fr",), None)
    assert not seen.changes and not seen.diagnostics and not seen.files


# ---- any edits
_FOLDERS = ["", "a/", "A/", "a/b/", "\u00e9/", "e\u0301/", "pages/", "tags/", "_h/", "i18n/"]
_NAMES = ["x.fr.md", "X.fr.md", "x.en.md", "x.de.md", "x.md", "\u00e9.fr.md", "e\u0301.fr.md", "p.jpg", "P.jpg",
          "con.fr.md", "b.md~", "README.md", "_p.md", "fr.yaml", "index.html", "a", "b"]  # fmt: skip
_TOPS = ["site/content/"] * 4 + ["site/static/", "site/templates/", "theme/static/", "theme/templates/"]
_paths_of_files = st.builds("{}{}{}".format, st.sampled_from(_TOPS), st.sampled_from(_FOLDERS), st.sampled_from(_NAMES))
_edits = st.one_of(
    st.tuples(st.just("write"), _paths_of_files, st.sampled_from(["1", "2", "33"])),
    st.tuples(st.just("write"), _paths_of_files, st.sampled_from(["1", "2", "33"])),
    st.tuples(st.just("delete"), _paths_of_files),
    st.tuples(st.just("delete folder"), st.sampled_from(_TOPS), st.sampled_from(_FOLDERS)),
    st.tuples(st.just("rename"), st.integers(0, 99), _paths_of_files),
    st.tuples(st.just("rename folder"), st.sampled_from(_TOPS), st.sampled_from(_FOLDERS), st.sampled_from(_FOLDERS)),
    st.tuples(st.just("same times"), st.integers(0, 99)),
    st.tuples(st.just("older"), st.integers(0, 99)),
    st.tuples(st.just("touch"), st.integers(0, 99)),
    st.tuples(st.just("other case"), st.integers(0, 99)),
    st.tuples(st.just("hard link"), st.integers(0, 99), _paths_of_files),
    st.tuples(st.just("not utf-8"), st.sampled_from(_TOPS), st.sampled_from(_FOLDERS)),
    st.tuples(st.just("languages"), st.sampled_from([("fr", "en"), ("fr", "en", "de"), ("en", "fr")])),
    st.tuples(st.just("link"), _paths_of_files, st.sampled_from(["x.fr.md", "../a", "a", "..", "/etc", "nowhere"])),
    st.tuples(st.just("unlink links")),
)


def _edit(site: Scanned, folder: Path, edit: tuple[object, ...]) -> None:
    match edit:
        case ["write", str(path), str(text)]:
            target = folder / path
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            for parent in reversed(target.relative_to(folder).parents):
                if (folder / parent).is_file() and not (folder / parent).is_symlink():
                    (folder / parent).unlink()
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.is_symlink():
                target.write_text(text)
        case ["delete", str(path)]:
            (folder / path).unlink()
        case ["delete folder", str(top), str(below)] if below:
            shutil.rmtree(folder / top / below)
        case ["rename folder", str(top), str(below), str(other)] if below and other:
            (folder / top / below).rename(folder / top / other)
        case ["rename", int(number), str(path)]:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            _file(folder, number).rename(folder / path)
        case ["hard link", int(number), str(path)]:
            os.link(_file(folder, number), folder / path)
        case ["other case", int(number)]:
            file = _file(folder, number)
            file.rename(file.with_name(file.name.swapcase()))
        case ["same times", int(number)]:
            file = _file(folder, number)
            times = file.stat()
            file.write_text("".join(reversed("3456789"))[: times.st_size])
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        case ["older", int(number)]:
            file = _file(folder, number)
            fresh = folder / "fresh"
            fresh.write_text("7" * file.stat().st_size)
            os.utime(fresh, (1_000_000_000, 1_000_000_000))
            fresh.rename(file)
        case ["touch", int(number)]:
            _file(folder, number).touch()
        case ["not utf-8", str(top), str(below)]:
            os.close(os.open(os.fsencode(folder / top / below) + b"/\xe9.fr.md", os.O_CREAT))
        case ["languages", tuple(languages)]:
            site.languages = languages
        case ["link", str(path), str(target)]:
            (folder / path).symlink_to(target)
        case ["unlink links"]:
            for base, folders, files in os.walk(folder):
                for name in folders + files:
                    if os.path.islink(os.path.join(base, name)):
                        os.unlink(os.path.join(base, name))


def _file(folder: Path, number: int) -> Path:
    files = sorted(
        Path(base) / name
        for top in ("site", "theme")
        for base, _, names in os.walk(folder / top)
        for name in names
        if not os.path.islink(os.path.join(base, name))
    )
    if not files:
        raise FileNotFoundError
    return files[number % len(files)]


@settings(max_examples=100)
@given(st.lists(st.lists(_edits, min_size=1, max_size=6), min_size=1, max_size=6), st.booleans())
def test_any_edits(rounds: list[list[tuple[object, ...]]], is_exact: bool) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
        if is_exact:
            patched.setattr(source_scan, "_STEP_NS", 0)
        folder = Path(name)
        site = Scanned(folder)
        for edits in rounds:
            for edit in edits:
                try:
                    _edit(site, folder, edit)
                except OSError:
                    continue
            if is_exact:
                _tick(folder)
            site.check()
            if is_exact:
                seen = site.scan()
                assert not seen.changes and not seen.update
