"""Git's index vouches for files of a fresh checkout, and for no others."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsgen.sources import git_index, scanned_rows
from newsgen.sources import scan as source_scan
from newsgen.sources.scan import Content, Scan, scan

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

_NAMES = ["content/2023/04/a.fr.md", "content/2023/04/b.fr.md", "content/é.fr.md", "content/p.jpg", "static/x.css"]


@pytest.fixture(autouse=True)
def own_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Git as it is out of the box, whatever this machine's configuration says."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


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


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with a site in it."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-q")
    for number, name in enumerate(_NAMES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"line\nword {number}\n", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    _age_index(folder)
    return folder


def _age_index(folder: Path) -> None:
    """Makes git write its index later than the files, so that none is racily clean."""
    time.sleep(0.05)
    git(folder, "update-index", "--force-write-index")


def _clone(origin: Path, name: str, *options: str) -> Path:
    copy = origin.parent / name
    git(origin.parent, "clone", "-q", *options, str(origin), str(copy))
    _age_index(copy)
    return copy


def _catalog() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(scanned_rows.TABLES)
    return connection


def _scanned(root: Path, connection: sqlite3.Connection) -> Scan:
    seen = scan(root, Path("nowhere"), ("fr", "en"), connection)
    scanned_rows.keep(connection, seen)
    fresh = scan(root, Path("nowhere"), ("fr", "en"), None)
    kept = connection.execute("SELECT path, hash FROM source").fetchall()
    assert dict(kept) == {change.new.path: change.new.hash for change in fresh.changes if change.new}
    return seen


def _read(root: Path, connection: sqlite3.Connection, opened: list[str]) -> list[str]:
    """Names of the files that a scan over kept rows reads."""
    opened.clear()
    seen = scan(root, Path("nowhere"), ("fr", "en"), connection)
    names = sorted(opened)
    assert not seen.changes
    return names


def test_fresh_clone_is_not_read(origin: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_scan, "_STEP_NS", 0)
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    assert _read(copy, catalog, opened) == []
    seen = _scanned(copy, catalog)
    assert not seen.changes and len(seen.update.folders) == 3 and not seen.update.rows


def test_kept_blobs_are_gits(origin: Path) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    for path, blob in catalog.execute("SELECT path, blob FROM source"):
        assert git(origin, "rev-parse", f"HEAD:{path}").strip() == blob.hex()
    entries = git_index.entries(git_index.find(origin))  # type: ignore[arg-type]
    assert sorted(entries) == sorted(_NAMES)


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_versions_of_the_index(origin: Path, opened: list[str], version: str) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    (copy / "content/later.fr.md").write_text("x")
    git(copy, "update-index", "--index-version", version)
    git(copy, "add", "--intent-to-add", "content/later.fr.md")
    _age_index(copy)
    data = (copy / ".git/index").read_bytes()
    assert data[4:8] == bytes([0, 0, 0, 3 if version == "2" else int(version)])
    opened.clear()
    seen = scan(copy, Path("nowhere"), ("fr", "en"), catalog)
    assert opened == ["later.fr.md"] and len(seen.changes) == 1


def test_names_longer_than_the_index_can_count(origin: Path) -> None:
    long = "content/" + "/".join(["d" * 200] * 21) + "/a.fr.md"
    number = git(origin, "rev-parse", "HEAD:static/x.css").strip()
    git(origin, "update-index", "--add", "--cacheinfo", f"100644,{number},{long}")
    git(origin, "update-index", "--add", "--cacheinfo", f"100644,{number},{long[:-7]}b.fr.md")
    _age_index(origin)
    repository = git_index.find(origin)
    assert repository and {*_NAMES, long, f"{long[:-7]}b.fr.md"} == set(git_index.entries(repository))


def test_site_in_a_folder_of_the_work_tree(origin: Path, opened: list[str]) -> None:
    (origin / "site").mkdir()
    git(origin, "mv", "content", "static", "site")
    git(origin, "commit", "-qm", "moved")
    _age_index(origin)
    catalog = _catalog()
    _scanned(origin / "site", catalog)
    copy = _clone(origin, "copy")
    assert _read(copy / "site", catalog, opened) == []


def test_linked_work_tree(origin: Path, opened: list[str]) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = origin.parent / "linked"
    git(origin, "worktree", "add", "-q", "--detach", str(copy))
    _age_index(copy)
    assert (copy / ".git").is_file()
    assert _read(copy, catalog, opened) == []


def test_changed_file_is_read(origin: Path, opened: list[str]) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    (copy / _NAMES[0]).write_text("line\nword 9\n")
    opened.clear()
    seen = _scanned(copy, catalog)
    assert opened[0] == "a.fr.md" and [c.new.path for c in seen.changes if c.new] == [_NAMES[0]]


def test_commit_of_another_text_is_read(origin: Path, opened: list[str]) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    (origin / _NAMES[1]).write_text("line\nword 9\n")
    git(origin, "commit", "-qam", "second")
    copy = _clone(origin, "copy")
    opened.clear()
    seen = _scanned(copy, catalog)
    assert [c.new.path for c in seen.changes if c.new] == [_NAMES[1]] and opened[0] == "b.fr.md"


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_file_that_git_does_not_look_at_is_read(origin: Path, opened: list[str], flag: str) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    git(copy, "update-index", flag, _NAMES[0])
    _age_index(copy)
    assert _read(copy, catalog, opened) == ["a.fr.md"]


def test_racily_clean_files_are_read(origin: Path, opened: list[str]) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    stat = (copy / _NAMES[0]).stat()
    os.utime(copy / ".git/index", ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert "a.fr.md" in _read(copy, catalog, opened)


def test_conflict_is_read(origin: Path, opened: list[str]) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    number = git(copy, "rev-parse", f"HEAD:{_NAMES[0]}").strip()
    lines = "".join(f"100644 {number} {stage}\t{_NAMES[0]}\n" for stage in (1, 2, 3))
    git(copy, "rm", "-q", "--cached", _NAMES[0])
    subprocess.run(["git", "update-index", "--index-info"], cwd=copy, check=True, input=lines, text=True)
    _age_index(copy)
    assert _read(copy, catalog, opened) == ["a.fr.md"]


def test_line_endings_made_at_checkout_are_changes(origin: Path, opened: list[str]) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy", "-c", "core.autocrlf=true")
    assert b"\r\n" in (copy / _NAMES[0]).read_bytes()
    seen = _scanned(copy, catalog)
    assert len(seen.changes) == len(_NAMES)
    # Kept are the converted bytes now: the index never has their ids.
    second = _clone(origin, "second", "-c", "core.autocrlf=true")
    assert len(_read(second, catalog, opened)) == len(_NAMES)


@pytest.mark.parametrize("where", [".gitattributes", "content/.gitattributes", ".git/info/attributes"])
def test_filter_that_keeps_the_size_is_seen(origin: Path, opened: list[str], where: str) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    if not where.startswith(".git/"):
        (origin / where).write_text("a.*.md filter=turn\n")
        git(origin, "add", where)
        git(origin, "commit", "-qm", "filter")
    turn = ["-c", "filter.turn.smudge=tr a-z A-Z", "-c", "filter.turn.clean=tr A-Z a-z"]
    copy = _clone(origin, "copy", *turn)
    if where.startswith(".git/"):
        (copy / where).write_text("*.fr.md filter=turn\n")
        (copy / _NAMES[0]).unlink()
        git(copy, "checkout", "-q", _NAMES[0])
        _age_index(copy)
    assert (copy / _NAMES[0]).read_text() == "LINE\nWORD 0\n"
    opened.clear()
    seen = scan(copy, Path("nowhere"), ("fr", "en"), catalog)
    assert "a.fr.md" in opened and "p.jpg" not in opened
    assert [c.new.path for c in seen.changes if c.new] == [_NAMES[0]]
    _scanned(copy, catalog)


def test_changed_attributes_vouch_for_nothing(origin: Path, opened: list[str]) -> None:
    (origin / ".gitattributes").write_text("*.x text\n")
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "attributes")
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    assert _read(copy, catalog, opened) == []
    (copy / ".gitattributes").write_text("*.y text\n")
    assert len(_read(copy, catalog, opened)) == len(_NAMES)


@pytest.mark.parametrize("damage", ["cut", "other", "empty", "split", "sha256"])
def test_index_that_cannot_be_used_means_reading(origin: Path, opened: list[str], damage: str) -> None:
    catalog = _catalog()
    _scanned(origin, catalog)
    copy = _clone(origin, "copy")
    index = copy / ".git/index"
    data = index.read_bytes()
    if damage == "cut":
        index.write_bytes(data[:100])
    elif damage == "other":
        index.write_bytes(data[:80] + b"\xff" + data[81:])
    elif damage == "empty":
        index.write_bytes(b"")
    elif damage == "split":
        git(copy, "update-index", "--split-index")
        assert b"link" in index.read_bytes()
    else:
        shutil.rmtree(copy / ".git")
        git(copy, "init", "-q", "--object-format=sha256")
        git(copy, "add", ".")
        _age_index(copy)
    assert len(_read(copy, catalog, opened)) == len(_NAMES)


def test_without_git_no_blob_is_kept(tmp_path: Path, opened: list[str]) -> None:
    (tmp_path / "site/content").mkdir(parents=True)
    (tmp_path / "site/content/a.fr.md").write_text("x")
    assert git_index.find(tmp_path / "site") is None
    catalog = _catalog()
    _scanned(tmp_path / "site", catalog)
    assert catalog.execute("SELECT blob FROM source").fetchall() == [(None,)]


@pytest.mark.parametrize("field", range(4))
def test_entry_fits_only_where_every_figure_does(field: int) -> None:
    entry = git_index.Entry(5, (1, 2), (3, 4), 6, b"")
    figures = [5 + (1 << 32), 1_000_000_002, 3_000_000_004, 6 + (1 << 32)]  # git cuts size and inode to 32 bits
    assert entry.fits(*figures)
    figures[field] += 1
    assert not entry.fits(*figures)
