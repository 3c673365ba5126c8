"""Files that change while they are read, and a cache or a manifest that is damaged, lost, or of another time.

After each of them the next build ends equal to a clean build.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from accidents import add, first, in_order_again, killed, rename
from harness import Site, article, audit, differences, stamps
from newsgen import schema
from newsgen.write import MANIFEST

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
        assert built.build().ids == ([] if text else ["file-unreadable"])
    in_order_again(built)


@contextlib.contextmanager
def _between(monkeypatch: pytest.MonkeyPatch, stage: str, path: Path, text: str | None) -> Iterator[None]:
    """The file is changed just before a stage of a build."""
    real = getattr(RUN._Build, stage)

    def changed(build: Any, *arguments: Any) -> Any:
        path.unlink() if text is None else path.write_text(text)
        return real(build, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(RUN._Build, stage, changed)
        yield


# ---- the cache
def _other_schema(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgen.catalog.SCHEMA_VERSION", f"{schema.SCHEMA_VERSION}-next")


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
    assert [note.id for note in again.result.notes] == ["cache-renewed"]
    assert again.ids == [] and stamps(built) == old
    assert built.build().result.notes == () and audit(built) == []


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


def test_without_damage_nothing_is_said(built: Site) -> None:
    assert built.build().result.notes == ()


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
