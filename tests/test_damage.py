"""Files that change while they are read, and a cache or a manifest that is damaged, lost, or of another time.

After each of them the next build ends equal to a clean build.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsgen import pipeline
from newsgen.catalog import schema
from newsgen.output.manifest import MANIFEST, read_manifest
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from newsgen.sources import scan
from support.accidents import add, first, in_order_again, killed, rename
from support.harness import NOW, Site, article, audit, differences, stamps

RUN = sys.modules["newsgen.pipeline.run"]


@pytest.fixture
def built(site: Site) -> Site:
    first(site)
    site.build()
    return site


# ---- files that change while they are read
def test_a_source_that_changes_between_scan_and_parse(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (article("Plus tard", body="Encore."), "broken", None):
        add(built)
        path = built.root / "content/2023/04/9.fr.md"
        with _between(monkeypatch, "_parse", path, text):
            built.build()
        in_order_again(built) if text != "broken" else built.build()


def test_a_source_that_cannot_be_read_for_a_moment(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its figures are the same afterwards: it is read again all the same."""
    add(built)
    real = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "9.fr.md":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        built.build()
    in_order_again(built)
    assert built.exists("/fr/2023/04/neuf/")


def test_what_cannot_be_read_stays_as_it_was_read_last(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    built.write("static/note.txt", "one")
    built.write("templates/robots.txt", "one")
    built.build()
    before, paths = built.tree(), ["content/2023/04/1.fr.md", "static/note.txt", "templates/robots.txt"]
    for path in paths:
        os.utime(built.root / path)
    read = scan.fingerprint

    def refused(path: str, **options: Any) -> scan.Content:
        if any(path.endswith(name) for name in paths):
            raise PermissionError(13, "Permission denied")
        return read(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(scan, "fingerprint", refused)
        for _ in range(2):
            assert built.build().ids == ["file-unreadable"] * 3
            assert built.tree() == before
    in_order_again(built)
    assert built.tree() == before


def test_a_source_that_cannot_be_read_any_more_when_it_is_parsed(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = built.tree()
    built.story("2023/04/1.fr", title="Autre", date="2023-04-01")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", _refused(Path.read_bytes, "1.fr.md"))
        built.build()
    assert built.tree() == before
    in_order_again(built)
    assert built.tree() != before


@pytest.mark.parametrize("text", [None, "refused"])
@pytest.mark.parametrize("name", ["1", "2"])
def test_what_goes_after_a_source_that_was_not_there_to_be_parsed(
    built: Site, monkeypatch: pytest.MonkeyPatch, text: str | None, name: str
) -> None:
    """That source itself, or another one in its folder: the next scan must still know that both were there."""
    for number in ("1", "2"):
        built.story(f"2023/04/{number}.fr", title=f"Titre {number}", date="2023-04-16")
    built.build()
    built.story("2023/04/1.fr", title="Autre", date="2023-04-16")
    path = built.root / "content/2023/04/1.fr.md"
    with monkeypatch.context() as patch:
        if text:
            patch.setattr(Path, "read_bytes", _refused(Path.read_bytes, "1.fr.md"))
            built.build()
        else:
            with _between(monkeypatch, "_parse", path, None):
                built.build()
    (built.root / f"content/2023/04/{name}.fr.md").unlink(missing_ok=True)
    in_order_again(built)


def _refused(read: Callable[[Path], bytes], name: str) -> Callable[[Path], bytes]:
    def refused(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read(path)

    return refused


def test_a_template_that_changes_between_scan_and_render(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    built.write("templates/robots.txt", "one")
    with _between(monkeypatch, "_write", built.root / "templates/robots.txt", "two"):
        built.build()
    in_order_again(built)
    assert built.read("/robots.txt") == "two"


@pytest.mark.parametrize("text", ["another", None])
def test_a_static_file_that_changes_or_goes_between_scan_and_render(
    built: Site, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    built.write("static/note.txt", "one")
    with _between(monkeypatch, "_write", built.root / "static/note.txt", text):
        assert built.build().ids == ["file-changed"]
    in_order_again(built)


@contextlib.contextmanager
def _between(monkeypatch: pytest.MonkeyPatch, stage: str, path: Path, text: str | None) -> Iterator[None]:
    """The file is changed just before a stage of a build."""
    real = getattr(RUN.Build, stage)

    def changed(build: Any, *arguments: Any) -> Any:
        path.unlink() if text is None else path.write_text(text)
        return real(build, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(RUN.Build, stage, changed)
        yield


# ---- the cache
def _other_schema(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgen.catalog.store.SCHEMA_VERSION", f"{schema.SCHEMA_VERSION}-next")


def _other_tools(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RUN, "_tools", lambda: "another newsgen")


def _cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = site.cache / "catalog.sqlite"
    os.truncate(path, path.stat().st_size // 2)


def _overwritten(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = site.cache / "catalog.sqlite"
    path.write_bytes(path.read_bytes()[:8192] + os.urandom(path.stat().st_size - 8192))


def _no_database(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    (site.cache / "catalog.sqlite").write_bytes(b"not a database" * 1000)


@pytest.mark.parametrize("damage", [_other_schema, _other_tools, _cut, _overwritten, _no_database])
def test_a_cache_that_cannot_be_used_is_made_anew_with_a_note(
    built: Site, damage: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = stamps(built)
    damage(built, monkeypatch)
    again = built.build()
    assert [note.id for note in again.notes] == ["cache-renewed"]
    assert again.ids == [] and stamps(built) == old
    assert built.build().notes == () and audit(built) == []


@pytest.mark.parametrize("damage", ["cut", "overwritten", "no database"])
def test_a_damaged_manifest_is_made_anew_with_a_note(built: Site, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed or not: what stands in the way of a page may be newsgen's own until all pages are written."""
    path = built.output / MANIFEST
    data = path.read_bytes()
    noise = os.urandom(len(data))
    kinds = {"cut": data[: len(data) // 2], "overwritten": data[:4096] + noise[4096:], "no database": noise}
    path.write_bytes(kinds[damage])
    built.configure(title="Un autre nom")
    assert killed(built, 30)
    assert "output-foreign" not in in_order_again(built).ids


NONSENSE = (
    "UPDATE page SET output = CAST(x'66ff' AS TEXT)",
    "UPDATE version SET row = x'00'",
    "UPDATE setting SET value = x'c1'",
    "UPDATE body SET body = x'93'",
)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_a_cache_that_says_nonsense_is_made_anew_with_a_note(built: Site, nonsense: str) -> None:
    """No checksum guards the catalog: what its damage does may be anything."""
    built.write("content/2023/04/1.fr.md", "broken")  # its last good version outlives the cache
    built.build()
    before = built.tree()
    with contextlib.closing(sqlite3.connect(built.cache / "catalog.sqlite")) as connection:
        connection.executescript(nonsense)
    built.write("templates/_footer.html", "<p>Pied</p>")  # on every page
    result = pipeline.build(Request(built.root, now=NOW, workers=1))
    assert [note.id for note in result.notes] == ["cache-renewed"]
    assert any(words in result.notes[0].message for words in ("the kept one could not be used", "it was damaged"))
    after = built.tree()
    assert after.keys() == before.keys() and b"<p>Pied</p>" in after["fr/2023/04/titre-1/index.html"]
    built.write("content/2023/04/1.fr.md", article("Autre", date="2023-04-01"))
    in_order_again(built)


def test_without_damage_nothing_is_said(built: Site) -> None:
    assert built.build().notes == ()


def test_a_cache_without_its_output_parses_nothing_again(built: Site) -> None:
    shutil.rmtree(built.output)
    again = built.build()
    assert again.result.counts["parsed"] == 0
    assert differences(again_tree := built.tree(), built.clean_build()) == [] and again_tree


def test_a_cache_that_is_restored_in_another_folder_or_from_an_older_commit(built: Site, tmp_path: Path) -> None:
    shutil.copytree(built.cache, tmp_path / "kept", symlinks=True)
    rename(built)
    built.build()
    shutil.rmtree(built.cache)
    shutil.copytree(tmp_path / "kept", built.cache, symlinks=True)
    in_order_again(built)
    with built.copy() as other:
        shutil.copytree(built.cache, other.cache, symlinks=True)
        assert other.build().result.counts["parsed"] == 0
        assert differences(other.tree(), built.tree()) == []


# ---- what a manifest knew
DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "noise": lambda path: path.write_bytes(os.urandom(5000)),
    "no tables": lambda path: (path.unlink(), sqlite3.connect(path).execute("CREATE TABLE x (y)"))[1],
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_page_whose_article_goes_while_the_manifest_is_lost_goes_too(built: Site, damage: str) -> None:
    """Its bytes are those that the cache knows; no file is taken for newsgen's by its place alone."""
    built.write("static/mien.txt", "one")
    built.build()
    built.write("site/CNAME", "news.example")
    built.write("site/fr/2023/04/titre-1/notes.txt", "mine")
    kept = built.path("/fr/2023/04/titre-2/")
    kept.write_text("changed by hand")
    DAMAGES[damage](built.output / MANIFEST)
    for name in ("1", "2"):
        built.remove(f"content/2023/04/{name}.fr.md")
    built.remove("static/mien.txt")
    result = built.build()
    others = {"CNAME", "fr/2023/04/titre-1/notes.txt", "fr/2023/04/titre-2/index.html"}
    tree = built.tree()
    assert {name: tree.pop(name) for name in others}
    assert differences(tree, built.clean_build()) == []
    assert "output-foreign" not in result.ids
    told = [note for note in result.notes if note.id == "output-unclaimed"]
    if damage != "gone":  # nobody knows then that anything is lost
        assert all(f"`{name}`" in told[0].message for name in others) and told[0].severity == "warning"
    assert built.build().notes == ()


def test_what_nobody_claims_after_both_books_are_lost_is_told(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Once, and until the build that makes the manifest anew has come to its end; nothing is deleted."""
    (built.output / MANIFEST).write_bytes(b"")
    shutil.rmtree(built.cache)
    built.remove("content/2023/04/1.fr.md")
    built.write("site/.well-known/x", "mine")
    assert killed(built, 60)
    note = next(note for note in built.build().notes if note.id == "output-unclaimed")
    assert "`fr/2023/04/titre-1/index.html`" in note.message and ".well-known" not in note.message
    assert note.location.path.startswith("site/fr/") and built.exists("/fr/2023/04/titre-1/")
    assert not built.build().notes
    assert "fr/2023/04/titre-1/index.html" in verify(Request(built.root, now=NOW, workers=1)).others


def test_an_empty_manifest_is_a_damaged_one(built: Site) -> None:
    """Also without a cache: all that newsgen wrote is compared, and nothing is foreign for ever."""
    shutil.rmtree(built.cache)
    (built.output / MANIFEST).write_bytes(b"")
    built.configure(title="Un autre nom")
    again = built.build()
    assert "manifest-renewed" in [note.id for note in again.notes] and again.ids == []
    assert differences(built.tree(), built.clean_build()) == []


def test_a_damaged_manifest_costs_no_last_good_version(built: Site) -> None:
    """The cache knows what the output shows."""
    (built.output / MANIFEST).write_bytes(b"")
    built.write("content/2023/04/1.fr.md", "broken")
    assert built.build().find("address-lost") == [] and built.h1("/fr/2023/04/titre-1/") == "Titre 1"
    assert built.build().find("address-lost") == [] and built.exists("/fr/2023/04/titre-1/")


def test_a_manifest_that_is_damaged_renders_nothing_that_is_as_it_was(built: Site) -> None:
    (built.output / MANIFEST).write_bytes(b"")
    again = built.build().result
    assert again.rendered == {} and not again.written and "manifest-renewed" in [note.id for note in again.notes]
    rows = read_manifest(built.output / MANIFEST)
    assert set(rows) == set(built.tree()) and all(row.hash for row in rows.values())
    assert not built.build().notes


@pytest.mark.parametrize("lost", ["cache", "clean", "other cache"])
def test_a_static_file_gives_way_to_a_search_index(site: Site, tmp_path: Path, lost: str) -> None:
    """Whose files lie there: also where no cache knows that it went."""
    site.write("static/fr/recherche/index/2023/x.txt", "x")
    site.story("2022/a.fr", title="A", date="2022-01-01")
    site.build()
    assert site.exists("/fr/recherche/index/2023/x.txt")
    site.story("2023/b.fr", title="B")
    site.story("2023/c.fr", title="C")
    if lost == "cache":
        shutil.rmtree(site.cache)
    built = site.build(clean=lost == "clean", cache=tmp_path / "other" if lost == "other cache" else None)
    assert built.ids == ["address-taken"]
    assert differences(site.tree(), site.clean_build()) == []
    rows = read_manifest(site.output / MANIFEST)
    assert set(rows) == set(site.tree())


# ---- whatever is damaged, nothing goes and nothing stays in silence
def _half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _noise(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096] + os.urandom(path.stat().st_size - 4096))


ACCIDENTS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": _half,
    "noise": _noise,
    "no database": lambda path: path.write_bytes(os.urandom(5000)),
    "gone": lambda path: path.unlink(),
    "older": lambda path: shutil.copyfile(path.with_name(f"{path.name}-kept"), path),
}


@pytest.mark.parametrize(
    ("what", "accident"),
    [(w, a) for w in ("manifest", "cache", "both") for a in ACCIDENTS if (w, a) != ("both", "older")],
)
def test_after_an_accident_nothing_goes_and_nothing_stays_in_silence(site: Site, what: str, accident: str) -> None:
    """A published file that is refused now, one that is deleted, and one that nobody touched. Where both books are of
    an earlier build, nothing tells that there was another: `newsgen verify` names the file alone."""
    first(site)
    site.story("2023/04/a.fr", title="Refus", body="Bon.")
    site.build()
    books = {"manifest": site.output / MANIFEST, "cache": site.cache / "catalog.sqlite"}
    chosen = [*books.values()] if what == "both" else [books[what]]
    for path in chosen:
        shutil.copyfile(path, path.with_name(f"{path.name}-kept"))
    site.story("2023/04/b.fr", title="Parti")
    site.build()
    for path in chosen:
        ACCIDENTS[accident](path)
    site.story("2023/04/a.fr", title="Refus", body="Neuf.", categories=["eurpoe"])
    site.remove("content/2023/04/b.fr.md")
    built = site.build()
    said = "\n".join(d.message for d in (*built.diagnostics, *built.notes))
    assert site.exists("/fr/2023/04/titre-1/")
    refused, gone = site.path("/fr/2023/04/refus/"), site.path("/fr/2023/04/parti/")
    assert (refused.is_file() and "Bon." in refused.read_text()) or "/fr/2023/04/refus/" in said, said
    assert not gone.is_file() or "fr/2023/04/parti/index.html" in said, said
    assert "Neuf." not in site.text() and built.result.status() == 1
