"""A content/ without stories: an archive is never taken away by it (CONTENT.md §1)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from newsgen import pipeline
from newsgen.cli.command_line import main
from newsgen.desk.preview import request_for
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.manifest import MANIFEST
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from support.harness import NOW, PIXEL, Site, page_file


def _gone(site: Site) -> None:
    shutil.rmtree(site.root / "content")


def _empty(site: Site) -> None:
    """A submodule that was not fetched."""
    _gone(site)
    (site.root / "content").mkdir()


def _dangling(site: Site) -> None:
    _gone(site)
    (site.root / "content").symlink_to("../articles")


def _outside(site: Site) -> None:
    shutil.move(site.root / "content", site.root.parent / "articles")
    (site.root / "content").symlink_to("../articles")


def _file(site: Site) -> None:
    """What git makes of a link on a system without links."""
    _gone(site)
    site.write("content", "../articles")


def _other_files(site: Site) -> None:
    _empty(site)
    site.write("content/2023/p.png", PIXEL)
    site.write("content/2023/a.fr.txt", "x")
    site.write("content/README.md", "x")
    site.write("content/.git", "gitdir: elsewhere")


def _terms_only(site: Site) -> None:
    _empty(site)
    site.write("content/tags/chine.fr.md", page_file(title="Chine"))


def _no_language(site: Site) -> None:
    """Every file is in a language that newsgen.yaml does not declare any more."""
    site.rename("content/2023/a.fr.md", "content/2023/a.de.md")


def _forbidden_folder(site: Site) -> None:
    site.rename("content/2023", "content/20\r23")


LOSSES: dict[str, Callable[[Site], None]] = {
    loss.__name__: loss
    for loss in (_gone, _empty, _dangling, _outside, _file, _other_files, _terms_only, _no_language, _forbidden_folder)
}


@pytest.fixture
def built(site: Site) -> Site:
    site.story("2023/a.fr", title="A")
    site.write("static/x.txt", "x")
    assert not site.build().diagnostics
    return site


@pytest.mark.parametrize("loss", LOSSES)
def test_an_archive_whose_content_is_not_there_stays(built: Site, loss: str) -> None:
    """By what the cache knows, the manifest, or both; nothing is written or removed, and checks say the same."""
    before, kept = built.tree(), built.root.parent / "kept"
    LOSSES[loss](built)
    shutil.copytree(built.cache, kept, symlinks=True)
    request = Request(built.root, now=NOW, workers=1)
    wanted = {"_file": "file-unreadable"}.get(loss, "content-missing")
    for lost in (None, built.cache, built.output):
        if lost:
            shutil.rmtree(lost)
        if lost == built.output:
            shutil.copytree(kept, built.cache, symlinks=True, dirs_exist_ok=True)
        for command in (pipeline.build, pipeline.check):
            with pytest.raises(NewsgenError) as raised:
                command(request)
            (told,) = [d for d in raised.value.diagnostics if d.id == wanted]
            assert (str(told.location), told.severity) == ("content:1:1", "error") and told.hint
        if lost != built.output:
            assert built.tree() == before
        else:
            assert not built.tree()
    assert not {d.id for d in raised.value.diagnostics} - {
        "content-missing",
        "file-unreadable",
        "symlink-dangling",
        "symlink-outside",
        "language-undeclared",
        "name-forbidden",
    }


@pytest.mark.parametrize("loss", ["_gone", "_other_files", "_file"])
def test_serve_and_verify_stop_too(built: Site, loss: str) -> None:
    preview = replace(request_for(built.root), now=NOW, workers=1)
    pipeline.build(preview)
    before = built.tree(preview.output_folder)
    LOSSES[loss](built)
    with pytest.raises(NewsgenError, match=r"what was published stays|cannot be read"):
        pipeline.build(preview)
    assert built.tree(preview.output_folder) == before
    with pytest.raises(NewsgenError, match=r"what was published stays|cannot be read"):
        verify(Request(built.root, now=NOW, workers=1))


def test_a_damaged_manifest_alone_counts_as_an_archive(built: Site) -> None:
    shutil.rmtree(built.cache)
    (built.output / MANIFEST).write_bytes(b"no database" * 100)
    _empty(built)
    before = built.tree()
    with pytest.raises(NewsgenError, match="what was published stays"):
        built.build()
    assert built.tree() == before


def test_the_archive_goes_on_when_its_content_is_back(built: Site) -> None:
    before = built.tree()
    (built.root / "content").rename(built.root.parent / "away")
    with pytest.raises(NewsgenError):
        built.build()
    (built.root.parent / "away").rename(built.root / "content")
    assert not built.build().result.written and built.tree() == before


def test_a_site_that_never_had_a_story_is_built_with_a_warning(site: Site) -> None:
    for _ in range(2):
        built = site.build()
        assert [d.location.path for d in built.find("content-missing")] == ["content"] and site.exists("/fr/")
    assert site.clean()[0].lines == built.lines
    site.write("content/tags/chine.fr.md", page_file(title="Chine"))
    assert len(site.build().find("content-missing")) == 1
    site.write("content/pages/a.fr.md", page_file())
    assert not site.build().diagnostics


def test_the_last_story_of_a_ledger_is_deleted_on_purpose_with_a_notice(
    built: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the hint says; to delete cache and output leads nowhere, as the ledger knows the story."""
    built.publish()
    text = (built.root / "content/2023/a.fr.md").read_text("utf-8")
    shutil.rmtree(built.root / "content")
    arguments = ["build", "--source", str(built.root), "--quiet", "--now", NOW]
    for folder in (None, built.output, built.cache):
        if folder:
            shutil.rmtree(folder)
        assert main(arguments) == 2
        shown = capsys.readouterr().out
        assert "put it back with `gone: why`" in shown and "delete" not in shown.partition("on purpose")[2]
    built.write("content/2023/a.fr.md", text.replace("\n", "\ngone: Retirée.\n", 1))
    assert main(arguments) == 0


def test_the_last_story_can_be_deleted_on_purpose(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """As the hint says."""
    built.remove("content/2023/a.fr.md")
    arguments = ["build", "--source", str(built.root), "--quiet", "--now", NOW]
    assert main(arguments) == 2
    assert "delete the output folder and .newsgen/ too" in capsys.readouterr().out
    shutil.rmtree(built.output)
    shutil.rmtree(built.cache)
    assert main(arguments) == 0 and built.exists("/fr/")


@pytest.mark.parametrize("top", ["static", "templates"])
def test_other_folders_that_are_no_folders_are_told(built: Site, top: str) -> None:
    shutil.rmtree(built.root / top, ignore_errors=True)
    (built.root / top).symlink_to("../nowhere")
    assert [(d.id, d.location.path) for d in built.build().diagnostics] == [("symlink-dangling", top)]
    before = built.tree()
    (built.root / top).unlink()
    for make in (Path.touch, lambda path: path.symlink_to("newsgen.yaml")):
        make(built.root / top)
        with pytest.raises(NewsgenError, match="cannot be read"):
            built.build()
        (built.root / top).unlink()
    assert built.tree() == before
