"""Output files: whole or not at all, never outside, only what newsgen wrote."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
import threading
from pathlib import Path

import pytest

from newsgen.catalog.store import Catalog
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.file_list import FileList
from newsgen.output import files as output_files
from newsgen.output import manifest as output_manifest
from newsgen.pipeline import Request
from newsgen.pipeline import build as pipeline_build
from newsgen.pipeline.tool_versions import versions
from newsgen.pipeline.verify import verify
from support.harness import NOW, Site, article, differences


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", "a/.."])
def test_a_path_cannot_leave_the_output(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="leaves the output folder"):
        output_files.write_whole(tmp_path / "out", path, b"x")


def test_files_are_whole_or_not_there(tmp_path: Path) -> None:
    """Readers during the write see the old bytes or the new ones."""
    old, new = b"a" * 200_000, b"b" * 300_000
    output_files.write_whole(tmp_path, "x/y", old)
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add((tmp_path / "x/y").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(40):
        output_files.write_whole(tmp_path, "x/y", new if n % 2 == 0 else old)
    done.set()
    reader.join()
    assert seen <= {old, new}


def test_equal_bytes_are_not_written(tmp_path: Path) -> None:
    assert output_files.write_whole(tmp_path, "x", b"1")
    before = (tmp_path / "x").stat()
    assert not output_files.write_whole(tmp_path, "x", b"1")
    after = (tmp_path / "x").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_symbolic_link_in_the_output_is_replaced_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "x").symlink_to(outside)
    output_files.write_whole(out, "x", b"new")
    assert outside.read_text() == "mine"
    assert (out / "x").read_text() == "new"


def test_a_symbolic_link_to_the_same_bytes_is_no_file_of_ours(tmp_path: Path) -> None:
    """A host or an upload may not follow it, and what it leads to may change."""
    outside = tmp_path / "outside"
    outside.write_text("same")
    out = tmp_path / "out"
    out.mkdir()
    (out / "x").symlink_to(outside)
    assert output_files.write_whole(out, "x", b"same")
    assert not (out / "x").is_symlink() and (out / "x").read_text() == "same"


def test_a_page_that_became_a_symbolic_link_is_written_anew(site: Site) -> None:
    site.story("a.fr")
    site.build()
    page = site.path("/fr/2023/04/sommet/")
    page.rename(site.root / "elsewhere.html")
    page.symlink_to(site.root / "elsewhere.html")
    built = site.build(clean=True)
    assert not page.is_symlink()
    assert page.relative_to(site.output).as_posix() in list(built.result.written)
    assert site.tree() == site.clean_build()


def test_nothing_temporary_is_left(site: Site) -> None:
    site.story("a.fr")
    site.build()
    assert sorted(p.name for p in site.output.glob(".*")) == [output_manifest.MANIFEST]


@pytest.mark.parametrize("output", [".", "..", "content", "content/x", "templates", "static/deep"])
def test_an_output_that_holds_the_sources_is_refused(site: Site, output: str) -> None:
    site.story("a.fr")
    with pytest.raises(NewsgenError, match="made from"):
        site.build(output=site.root / output)
    assert (site.root / "content/a.fr.md").is_file()


@pytest.mark.parametrize(
    ("output", "cache", "words"),
    [
        (".newsgen", None, "holds the cache"),
        ("site", "site/cache", "holds the cache"),
        (".git", None, "git keeps"),
        (".git/hooks", None, "git keeps"),
        ("link", None, "holds the cache"),
    ],
)
def test_an_output_that_holds_what_is_not_to_be_public_is_refused(
    site: Site, output: str, cache: str | None, words: str
) -> None:
    """The cache has drafts; what is written into .git may be run by git."""
    site.story("a.fr")
    (site.root / "link").symlink_to(".newsgen")
    with pytest.raises(NewsgenError, match=words):
        pipeline_build(Request(site.root, output=site.root / output, cache=site.root / cache if cache else None))
    assert not list(site.root.rglob("index.html"))


def test_an_output_that_cannot_be_written_is_said_in_words(site: Site) -> None:
    (site.root / "site").write_text("a file")
    with pytest.raises(NewsgenError, match="cannot be used"):
        site.build()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_output_is_said_in_words(site: Site) -> None:
    site.output.mkdir()
    site.output.chmod(0o500)
    with pytest.raises(NewsgenError, match="cannot be used"):
        site.build()


def test_two_builds_at_once_are_refused(site: Site) -> None:
    site.story("a.fr")
    site.build()
    with (site.cache / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write("4242")
        lock.flush()
        with pytest.raises(NewsgenError, match="process 4242"):
            site.build()
    site.build()


def test_a_folder_of_another_where_a_page_must_be(site: Site) -> None:
    """Foreign files are never deleted: the build says so in words."""
    (site.output / "robots.txt").mkdir(parents=True)
    (site.output / "robots.txt/mine").write_text("x")
    assert site.build().one("output-foreign").location.path == "site/robots.txt"
    assert (site.output / "robots.txt/mine").read_text() == "x"


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_takes_the_place_of_a_page_later_stops_only_that_page(site: Site, is_folder: bool) -> None:
    site.story("2023/04/a.fr", title="A", slug="a")
    site.story("2023/04/b.fr", title="B", slug="b")
    site.build()
    other = site.path("/fr/2023/04/a/") if is_folder else site.path("/fr/2023/04/a/").parent
    shutil.rmtree(site.path("/fr/2023/04/a/").parent)
    if is_folder:
        other.mkdir(parents=True)
        (other / "mine").write_text("x")
    else:
        other.write_text("x")
    site.story("2023/04/a.fr", title="Autre", slug="a")
    site.story("2023/04/b.fr", title="Nouveau", slug="b")
    assert set(site.build().ids) == {"output-foreign"}
    assert (other / "mine" if is_folder else other).read_text() == "x" and site.h1("/fr/2023/04/b/") == "Nouveau"
    shutil.rmtree(other) if is_folder else other.unlink()
    assert site.build().ids == []
    assert differences(site.tree(), site.clean_build()) == []


def test_a_foreign_file_stays_when_the_page_that_it_was_in_the_way_of_goes(site: Site) -> None:
    site.story("2023/04/a.fr", title="A")
    site.build()
    site.write("site/fr/2023/04/b/index.html", "mine")
    site.story("2023/04/b.fr", title="B")
    assert site.build().ids == ["output-foreign"]
    site.remove("content/2023/04/b.fr.md")
    built = site.build()
    assert built.ids == [] and "fr/2023/04/b/index.html" not in built.result.removed
    assert site.read("/fr/2023/04/b/") == "mine"


def test_a_killed_build_is_finished_by_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        site.story(f"{n}.fr", title=f"T{n}", tags=["x"])
    site.build()
    site.remove("content/1.fr.md")
    site.story("2.fr", title="Deux")
    site.story("5.fr", title="Cinq")
    real, left = output_files.write_whole, [30]

    def killed(*arguments: object, **options: object) -> bool:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(*arguments, **options)  # type: ignore[arg-type]

    for number in (0, 1, 7):
        left[0] = number
        monkeypatch.setattr(output_files, "write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            site.build()
        monkeypatch.setattr(output_files, "write_whole", real)
    site.build()
    assert site.tree() == site.clean_build()
    site.remove("content/5.fr.md")
    site.build()
    assert not site.exists("/fr/2023/04/cinq/"), "what a killed build wrote is no orphan"


def test_a_first_build_that_was_killed_leaves_no_orphan(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.story("a.fr")
    site.story("b.fr", title="Reste")
    real = output_files.write_whole
    written: list[str] = []

    def killed(output: Path, relative: str, data: bytes, *, is_new: bool) -> bool:
        if len(written) > 3:
            raise KeyboardInterrupt
        written.append(relative)
        return real(output, relative, data, is_new=is_new)

    monkeypatch.setattr(output_files, "write_whole", killed)
    with pytest.raises(KeyboardInterrupt):
        site.build()
    monkeypatch.setattr(output_files, "write_whole", real)
    site.remove("content/a.fr.md")
    site.build()
    assert site.tree() == site.clean_build()


def test_a_build_counts_what_it_did(site: Site) -> None:
    site.story("a.fr")
    site.story("a.en", title="B")
    site.story("d.fr", title="D", draft=True)
    counts = site.build().result.counts
    assert (counts["articles"], counts["stories"], counts["drafts"], counts["parsed"]) == (2, 1, 1, 3)
    # A search index is one page of several files.
    parts = {name for name in site.tree() if "/index/2023/" in name}
    assert counts["written"] == counts["pages"] + len(parts) == len(site.tree())
    assert parts and counts["unchanged"] == 0
    again = site.build().result.counts
    assert (again["parsed"], again["unchanged"]) == (0, len(site.tree()))


def test_a_list_of_files_has_each_path_once() -> None:
    files = FileList([("a", 1, "x"), ("b", 2, "y")])
    files.add([("b", 9, "z"), ("c", 3, "w"), ("c", 3, "w")])
    assert [*files.rows()] == [("a", 1, "x"), ("b", 2, "y"), ("c", 3, "w")] and len(files) == 3
    files.discard("b")
    assert [*files] == ["a", "c"] and len(files) == 2


# ---- symbolic links in the output, while a process lives on
@pytest.fixture
def outside(site: Site) -> Path:
    """A folder out of the site with a file of somebody else, named as a page is."""
    folder = site.root.parent / "outside"
    (folder / "2023/04/b").mkdir(parents=True)
    (folder / "2023/04/b/index.html").write_text("mine")
    return folder


@pytest.mark.parametrize("place", ["fr", "fr/2023", "fr/2023/04"])
def test_a_folder_of_the_output_that_becomes_a_link_between_two_builds(site: Site, outside: Path, place: str) -> None:
    """The build refuses: nothing is written there, and nothing that lies there is removed."""
    site.story("2023/04/a.fr", title="A", slug="a")
    site.story("2023/04/b.fr", title="B", slug="b")
    site.build()
    target = outside / place.removeprefix("fr").removeprefix("/")
    shutil.rmtree(site.output / place)
    (site.output / place).symlink_to(target)
    before = {path: path.is_file() and path.read_bytes() for path in outside.rglob("*")}
    edits = (
        lambda: site.story("2023/04/a.fr", title="Autre", slug="a"),
        lambda: site.remove("content/2023/04/b.fr.md"),
        lambda: site.story("2023/04/c.fr", title="C", slug="c"),
    )
    for edit in edits:
        edit()
        with pytest.raises(NewsgenError, match="symbolic link"):
            site.build()
        assert before == {path: path.is_file() and path.read_bytes() for path in outside.rglob("*")}
    (site.output / place).unlink()
    site.build(clean=True)
    assert site.tree() == site.clean_build()


def test_a_page_is_removed_only_from_the_output(site: Site, outside: Path) -> None:
    """By what a process knows of a folder that was one a moment ago."""
    out = site.output
    output_files.write_whole(out, "fr/2023/04/b/index.html", b"x")
    output_files.remove(out, "fr/2023/04/b/index.html")
    (out / "fr").symlink_to(outside)
    with pytest.raises(NewsgenError, match="symbolic link"):
        output_files.remove(out, "fr/2023/04/b/index.html")
    with pytest.raises(NewsgenError, match="symbolic link"):
        output_files.write_whole(out, "fr/2023/04/b/index.html", b"x")
    assert (outside / "2023/04/b/index.html").read_text() == "mine"


def test_a_link_within_the_output_is_followed(site: Site) -> None:
    (site.output / "real").mkdir(parents=True)
    (site.output / "fr").symlink_to("real")
    output_files.write_whole(site.output, "fr/x", b"x")
    assert (site.output / "real/x").read_bytes() == b"x"


def test_an_output_that_is_deleted_between_two_builds_of_a_process_is_made_anew(site: Site) -> None:
    site.story("2023/04/a.fr", title="A")
    site.build()
    wanted = site.tree()
    shutil.rmtree(site.output)
    site.build()
    assert site.tree() == wanted


@pytest.mark.parametrize("name", [output_manifest.MANIFEST, f"{output_manifest.MANIFEST}-wal", output_files.TEMPORARY])
def test_the_books_of_newsgen_are_no_links(site: Site, outside: Path, name: str) -> None:
    site.story("2023/04/a.fr", title="A")
    site.build()
    path = site.output / name
    path.unlink(missing_ok=True)
    path.symlink_to(outside if name == output_files.TEMPORARY else outside / "books")
    site.story("2023/04/a.fr", title="B")
    with pytest.raises(NewsgenError, match="is a symbolic link or a pipe"):
        site.build()
    assert [path.name for path in outside.iterdir()] == ["2023"]
    path.unlink()
    assert site.build().result.written


@pytest.mark.parametrize("name", [output_manifest.MANIFEST, f"{output_manifest.MANIFEST}-wal", output_files.TEMPORARY])
def test_what_stands_in_the_place_of_the_books_is_named(site: Site, name: str) -> None:
    """A folder in the place of a file, a file in the place of a folder."""
    path = site.output / name
    site.output.mkdir()
    path.touch() if name == output_files.TEMPORARY else path.mkdir()
    site.story("2023/04/a.fr", title="A")
    what = "a file" if name == output_files.TEMPORARY else "a folder"
    with pytest.raises(NewsgenError, match=f"{re.escape(name)} is {what}, and not newsgen's own: delete it"):
        site.build()


# ---- pipes in the output, rights
def test_a_pipe_in_the_output_is_replaced_and_never_waited_for(site: Site) -> None:
    """Where newsgen's page was; where nothing of newsgen's was, it is somebody else's."""
    site.story("2023/04/a.fr", title="A", slug="a")
    site.build()
    for url in ("/fr/2023/04/a/", "/fr/"):
        site.path(url).unlink()
        os.mkfifo(site.path(url))
    os.mkfifo(site.output / "fr/2023/04/b")
    assert {(p.kind, p.path) for p in verify(Request(site.root, now=NOW, workers=1)).problems} == {
        ("changed", "fr/2023/04/a/index.html"),
        ("changed", "fr/index.html"),
    }
    site.story("2023/04/a.fr", title="Autre", slug="a")
    site.story("2023/04/b.fr", title="B", slug="b")
    built = site.build()
    assert {d.location.path for d in built.find("output-foreign")} >= {"site/fr/2023/04/b/index.html"}
    assert site.h1("/fr/2023/04/a/") == "Autre" and site.exists("/fr/")
    (site.output / "fr/2023/04/b").unlink()
    assert site.build().ids == []
    assert differences(site.tree(), site.clean_build()) == []


def test_a_pipe_where_a_new_page_must_be_is_foreign(site: Site) -> None:
    site.story("2023/04/a.fr", title="A")
    site.build()
    os.mkfifo(site.output / "neuf.txt")
    site.write("static/neuf.txt", "x")
    assert [d.location.path for d in site.build().find("output-foreign")] == ["site/neuf.txt"]


def test_books_that_are_pipes_are_refused(site: Site) -> None:
    site.story("2023/04/a.fr", title="A")
    site.output.mkdir()
    os.mkfifo(site.output / output_manifest.MANIFEST)
    with pytest.raises(NewsgenError, match="a pipe"):
        site.build()
    assert site.check().ids == []


def test_a_catalog_that_might_only_be_read_for_a_while(site: Site) -> None:
    """SQLite gives the files beside it its own rights: they are to have them back too."""
    site.story("2023/04/a.fr", title="A")
    site.build()
    path = site.cache / "catalog.sqlite"
    path.chmod(0o644)
    for end in ("-wal", "-shm"):
        beside = site.cache / f"catalog.sqlite{end}"
        beside.touch()
        beside.chmod(0o444)
    with contextlib.closing(Catalog.writer(path, tools=versions())) as catalog:
        catalog.set_meta("x", "y")
        rights = {file.stat().st_mode & 0o777 for file in site.cache.glob("catalog.sqlite-*")}
    assert rights == {0o644}


def test_a_full_disk_is_named_by_its_folders(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that names no file: of a library, of a file that is open."""
    site.story("2023/04/a.fr", title="A")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("newsgen.rendering.checks.look", full)
    with pytest.raises(NewsgenError) as raised:
        site.build()
    assert "No space left" in str(raised.value)
    assert str(site.output) in str(raised.value) and str(site.cache) in str(raised.value)


def test_a_file_that_newsgen_did_not_write_stays(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A"))
    site.output.mkdir(parents=True)
    (site.output / "robots.txt").write_text("mine", "utf-8")
    for _ in range(2):
        result = site.build()
        assert [d.location.path for d in result.find("output-foreign")] == ["site/robots.txt"]
        assert (site.output / "robots.txt").read_text("utf-8") == "mine"
    (site.output / "robots.txt").unlink()
    assert not site.build().errors and "Sitemap" in site.read("/robots.txt")


def test_output_does_not_leave_through_a_link(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A"))
    outside = site.root.parent / "outside"
    outside.mkdir()
    site.output.mkdir(parents=True)
    (site.output / "fr").symlink_to(outside)
    with pytest.raises(NewsgenError, match="symbolic link"):
        site.build()
    assert not list(outside.iterdir())
