"""`newsgen verify` and `newsgen manifest`: what stands in the output, and whether it is what a clean build gives."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from newsgen.catalog.store import Catalog
from newsgen.cli.command_line import main
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.model import content_hash
from newsgen.nouns.problems import KINDS, Verified
from newsgen.output import files as output_files
from newsgen.output import manifest as output_manifest
from newsgen.output.manifest import MANIFEST
from newsgen.pipeline import Request
from newsgen.pipeline.lock import lock
from newsgen.pipeline.run import rebuild
from newsgen.pipeline.verify import files, verify
from newsgen.rendering.renderer import Renderer
from support.harness import BYTECODE, NOW, PIXEL, Site, lend_bytecode

URL = "fr/2023/04/sommet/index.html"
ALL = 1000  # a sample that leaves nothing out


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates are compiled once for all tests, as in `Site.build`."""

    def with_bytecode(request: Request, *arguments: Any) -> Any:
        lend_bytecode(request.cache_folder)
        return rebuild(request, *arguments)

    monkeypatch.setattr("newsgen.pipeline.verify.rebuild", with_bytecode)

    def with_code(catalog: Catalog, bytecode: Path | None, *theme: Path) -> Renderer:
        return Renderer(catalog, BYTECODE, *theme)

    monkeypatch.setattr("newsgen.rendering.renderer.Renderer", with_code)


@pytest.fixture
def built(site: Site) -> Site:
    site.story("2023/04/a.fr", body="[[b]] ![p](p.png)", tags=["Chine"])
    site.story("2023/04/b.fr", title="B", body="[[nulle-part]]")
    site.write("content/2023/04/p.png", PIXEL)
    site.build()
    return site


def verified(site: Site, *, sample: int = 0, **options: Any) -> Verified:
    return verify(Request(site.root, workers=1, **options), sample=sample)


def problems(site: Site, **options: Any) -> list[tuple[str, str]]:
    return [(problem.kind, problem.path) for problem in verified(site, **options).problems]


def kinds(site: Site, **options: Any) -> dict[str, str]:
    return {path: kind for kind, path in problems(site, **options)}


def state(site: Site) -> dict[str, tuple[bytes, int]]:
    """Every file of output and cache, but what the lock says."""
    folders = (site.output, site.cache)
    found = [p for folder in folders for p in folder.rglob("*") if p.is_file() and p.name != "lock"]
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in found if "bytecode" not in p.parts}


def forge(site: Site, output: str, data: bytes) -> None:
    """As a fault of newsgen would leave it: manifest and file agree, and both are wrong."""
    (site.output / output).write_bytes(data)
    row = (output, content_hash(data), "article", f"/{output}", "", "", "", "", len(data))
    manifest = sqlite3.connect(site.output / MANIFEST)
    with manifest:
        manifest.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    manifest.close()


def kill(site: Site, *, after: int = 0) -> None:
    """Builds in a process of its own that dies before it writes the next of so many files."""
    child = os.fork()
    if child == 0:
        left, real = [after], output_files.write_whole

        def dies(*arguments: Any, **options: Any) -> bool:
            left[0] -= 1
            return real(*arguments, **options) if left[0] >= 0 else os._exit(77)

        output_files.write_whole = dies
        try:
            site.build()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 77


# ---- an output as it should be
def test_nothing_is_wrong_after_a_build(built: Site) -> None:
    found = verified(built)
    assert (found.problems, found.status, found.others) == ((), 0, ())
    assert (found.files, found.now, found.clock) == (len(built.tree()), NOW, "build")
    assert problems(built, sample=ALL) == []


def test_it_changes_nothing(built: Site) -> None:
    (built.output / URL).write_text("defaced")
    old = state(built)
    verified(built)
    verified(built, sample=5)
    assert state(built) == old


def test_nor_does_it_change_what_a_killed_build_left(built: Site) -> None:
    """Logs beside both books, which SQLite would take in when it reads them."""
    built.story("2023/04/c.fr", title="C")
    kill(built, after=1)
    assert (built.output / f"{MANIFEST}-wal").stat().st_size and (built.cache / "catalog.sqlite-wal").stat().st_size
    old = state(built)
    assert "unfinished" in kinds(built).values() and "unfinished" in kinds(built, sample=ALL).values()
    assert state(built) == old


def test_last_good_versions_stand_in_as_they_do_in_the_output(built: Site) -> None:
    for path in ("content/2023/04/a.fr.md", "content/2023/04/b.fr.md"):
        built.write(path, "broken")
        built.build()
    built.configure(title="Un autre nom")
    built.build()
    assert problems(built) == problems(built, sample=ALL) == []
    assert built.exists("/fr/2023/04/sommet/")


def test_the_clock_and_the_drafts_are_those_of_the_last_build(built: Site) -> None:
    built.story("2023/04/d.fr", title="D", draft=True)
    built.story("2023/04/e.fr", title="E", date="2024-06-01")
    built.build(now="2024-07-01", drafts=True)
    found = verified(built)
    assert (found.problems, found.now) == ((), "2024-07-01T00:00:00+02:00")
    assert kinds(built, now=NOW)["fr/2024/06/e/index.html"] == "outdated"
    assert verified(built, now=NOW).clock == "request"


def test_the_time_of_a_build_that_changed_nothing_counts(built: Site) -> None:
    """What came after an expiry is nobody's fault."""
    built.story("2023/04/e.fr", title="E", date="2024-01-20", expires="2024-02-01")
    built.build(now="2024-03-01")
    found = verified(built)
    assert (found.problems, found.now) == ((), "2024-03-01T00:00:00+01:00")


def test_several_workers_find_the_same(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsgen.pipeline.workers.WORTH_WORKERS", 1)
    (built.output / URL).write_text("defaced")
    found = verify(Request(built.root, workers=2))
    assert [(p.kind, p.path) for p in found.problems] == [("changed", URL)]
    assert found.files == len(built.tree())


# ---- what can be wrong
def test_files_changed_deleted_and_added_by_hand(built: Site) -> None:
    (built.output / URL).write_text("defaced")
    (built.output / "robots.txt").unlink()
    (built.output / "CNAME").write_text("mine")
    (built.output / "fr/mine.html").write_text("mine")
    assert problems(built) == [("changed", URL), ("missing", "robots.txt")]
    assert verified(built).others == ("CNAME", "fr/mine.html")
    assert problems(built, sample=ALL) == [("changed", URL), ("missing", "robots.txt")]
    built.build(clean=True)
    assert problems(built) == []


def test_a_link_in_the_place_of_a_file(built: Site) -> None:
    file = built.output / URL
    file.rename(built.root / "elsewhere.html")
    file.symlink_to(built.root / "elsewhere.html")
    assert problems(built) == [("changed", URL)]


def test_a_page_that_a_build_forgot(built: Site) -> None:
    forge(built, URL, b"of another time")
    assert problems(built) == problems(built, sample=ALL) == [("different", URL)]


def test_a_file_that_no_page_is_for(built: Site) -> None:
    forge(built, "fr/old.html", b"left over")
    assert problems(built) == problems(built, sample=ALL) == [("orphan", "fr/old.html")]
    built.build(clean=True)
    assert problems(built) == [] and not (built.output / "fr/old.html").exists()


def test_a_page_that_the_manifest_does_not_know(built: Site) -> None:
    manifest = sqlite3.connect(built.output / MANIFEST)
    with manifest:
        manifest.execute("DELETE FROM file WHERE output IN (?, 'robots.txt')", (URL,))
    manifest.close()
    (built.output / URL).unlink()
    assert problems(built) == [("missing", URL), ("foreign", "robots.txt")]


def test_a_foreign_file_where_a_page_must_be(site: Site) -> None:
    site.output.mkdir()
    (site.output / "robots.txt").write_text("mine")
    site.build()
    found = verified(site)
    assert [(p.kind, p.path) for p in found.problems] == [("foreign", "robots.txt")] and found.others == ()


def test_a_diagnostic_that_was_forgotten(built: Site) -> None:
    catalog = sqlite3.connect(built.cache / "catalog.sqlite")
    with catalog:
        catalog.execute("DELETE FROM diagnostic WHERE id = 'reference-broken'")
    catalog.close()
    (problem,) = verified(built).problems
    assert problem.kind == "diagnostic" and problem.path.startswith("content/2023/04/b.fr.md:")
    assert problem.detail.startswith("only a clean build says error[reference-broken]")


@pytest.mark.parametrize("what", ["content", "templates", "static", "newsgen.yaml"])
def test_sources_that_changed_since_the_last_build(built: Site, what: str) -> None:
    """Not a fault of newsgen, and not one of somebody's hand."""
    if what == "content":
        built.story("2023/04/c.fr", title="C")
        built.remove("content/2023/04/b.fr.md")
    elif what == "templates":
        built.write("templates/robots.txt", "another")
    elif what == "static":
        built.write("static/note.txt", "new")
    else:
        built.configure(title="Un autre nom")
    (built.output / "404.html").write_text("defaced")
    found = kinds(built)
    assert found.pop("404.html") == "changed"
    assert set(found.values()) == {"outdated"}


def test_pages_whose_template_fails_are_named(built: Site) -> None:
    built.write("templates/latest.html", "{{ article(none) }}")
    built.build()
    failing = [("failing", f"{lang}/en-continu/index.html") for lang in ("fr",)]
    assert [p for p in problems(built) if p[0] != "failing"] == []
    assert set(failing) <= set(problems(built))
    assert {kind for kind, _ in problems(built, sample=ALL)} == {"unfinished"}


def test_pages_that_wait_for_one_that_fails(built: Site) -> None:
    """What a clean build, which nobody reads yet, would publish with links into the void."""
    template = '{% extends "theme/article.html" %}{% block after_body %}{% if "Faulty" in article(page.key, page.lang)'
    built.write("templates/article.html", f"{template}.title %}}{{{{ nonesuch }}}}{{% endif %}}{{% endblock %}}")
    built.build()
    built.story("2023/04/c.fr", title="Faulty", date="2023-04-17")
    assert [note.id for note in built.build().notes] == ["pages-wait"]
    for options in ({}, {"sample": ALL}):
        found = kinds(built, **options)
        assert found["fr/index.html"] == "unfinished" and set(found.values()) == {"unfinished"}
    built.remove("templates/article.html")
    built.build()
    assert problems(built) == []


@pytest.mark.parametrize("after", [0, 5])
def test_what_a_killed_build_had_begun(built: Site, after: int) -> None:
    built.story("2023/04/a.fr", title="Un autre", body="[[b]]", slug="sommet")
    built.story("2023/04/c.fr", title="C")
    kill(built, after=after)
    assert set(kinds(built).values()) == {"unfinished"}
    assert set(kinds(built, sample=ALL).values()) == {"unfinished"}
    built.build()
    assert problems(built) == []


# ---- what cannot be told
def test_nothing_was_built_yet(site: Site) -> None:
    with pytest.raises(NewsgenError, match=r"nothing was built in .*site yet: run `newsgen build`"):
        verified(site)
    with pytest.raises(NewsgenError, match=r"nothing was built in .*site yet: run `newsgen build`"):
        list(files(Request(site.root)))
    assert not site.cache.exists() and not site.output.exists()


def test_without_the_cache_the_request_says_when_it_is(built: Site) -> None:
    shutil.rmtree(built.cache)
    found = verified(built, now=NOW)
    assert (found.problems, found.clock) == ((), "request")
    assert verified(built).clock == "clock"
    forge(built, URL, b"of another time")
    assert problems(built, now=NOW) == [("outdated", URL)], "whether newsgen or time is the cause is not known"
    assert not built.cache.exists()
    with pytest.raises(NewsgenError, match="run `newsgen build`, or leave --sample out"):
        verified(built, sample=3)


def test_a_cache_that_another_output_was_built_with_since(built: Site, tmp_path: Path) -> None:
    built.story("2023/04/d.fr", title="D", draft=True)
    built.build(output=tmp_path / "preview", drafts=True, now="2024-02-01")
    assert verified(built).clock == "clock"
    assert problems(built, now=NOW) == []
    with pytest.raises(NewsgenError, match="leave --sample out"):
        verified(built, sample=3)
    assert problems(built, output=tmp_path / "preview") == []


@pytest.mark.parametrize("damage", ["cut", "no database"])
def test_a_damaged_manifest_is_said(built: Site, damage: str) -> None:
    path = built.output / MANIFEST
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if damage == "cut" else b"x" * len(data))
    for run in (lambda: verified(built), lambda: verified(built, sample=3), lambda: list(files(Request(built.root)))):
        with pytest.raises(NewsgenError, match="is damaged, or of another newsgen: `newsgen build` mends it"):
            run()


def test_a_damaged_cache_is_as_none_or_said(built: Site) -> None:
    path = built.cache / "catalog.sqlite"
    data = path.read_bytes()
    path.write_bytes(b"x" * len(data))
    assert problems(built, now=NOW) == []
    path.write_bytes(data[:8192] + os.urandom(len(data) - 8192))
    with pytest.raises(NewsgenError, match="run `newsgen build`"):
        verified(built, sample=ALL)


@pytest.mark.parametrize("holder", ["cache", "output"])
def test_another_build_is_running(built: Site, holder: str) -> None:
    other = lock(built.cache) if holder == "cache" else output_manifest.held(built.output)
    with other, pytest.raises(NewsgenError, match="another build") as fault:
        verified(built)
    assert (str(os.getpid()) in fault.value.message) == (holder == "cache")


def test_templates_that_cannot_be_used(built: Site) -> None:
    built.write("templates/latest.html", "{% if %}")
    with pytest.raises(NewsgenError, match="templates or string tables cannot be used") as fault:
        verified(built)
    assert [d.id for d in fault.value.diagnostics] == ["template-invalid"]


def test_a_temporary_folder_without_room(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(built.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1000))
    with pytest.raises(NewsgenError, match=r"no room for a clean build of .* set TMPDIR"):
        verified(built)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_cannot_be_read(built: Site) -> None:
    (built.output / URL).chmod(0)
    with pytest.raises(NewsgenError, match="cannot be read: Permission denied"):
        verified(built)


def test_a_sample_has_the_time_of_the_last_build(built: Site) -> None:
    with pytest.raises(NewsgenError, match="leave --now and --drafts out"):
        verified(built, sample=3, now=NOW)


def test_a_sample_looks_at_as_many_files_as_were_asked_for(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same ones on the same day, others after another build."""
    looked: list[str] = []
    import newsgen.pipeline.verify as module

    def note(row: Any, *rest: Any) -> str:
        looked.append(row.output)
        return ""

    monkeypatch.setattr(module, "_kind_of_sampled", note)
    assert verified(built, sample=5).files == 5
    once, looked = looked, []
    assert verified(built, sample=5).files == 5 and looked == once == sorted(once)
    built.configure(title="Un autre nom")
    built.build()
    looked = []
    verified(built, sample=5)
    assert looked != once


# ---- the commands
@pytest.fixture
def here(built: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.chdir(built.root)
    return built


VERIFY = ["verify", "--workers", "1", "--quiet"]


def test_verify_in_words(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(VERIFY) == 0
    number = len(here.tree())
    assert capsys.readouterr().out == (
        f"compared {number} files of site/ with the manifest and a clean build as of 2024-01-15T12:00+01:00,"
        " the time of the last build\nall is as it should be\n"
    )
    here.publish()
    here.build()
    assert main(VERIFY) == 0
    assert " and a clean build with the same ledger as of 2024" in capsys.readouterr().out
    (here.output / URL).write_text("defaced")
    (here.output / "CNAME").write_text("mine")
    assert main(VERIFY) == 1
    first, _, *rest = capsys.readouterr().out.splitlines()
    assert first == f"site/{URL} was changed by hand"
    assert rest == [
        "1 file that newsgen did not write, left alone: CNAME",
        "1 problem: 1 changed",
        f"  hint: changed: {KINDS['changed'][1]}",
    ]
    assert main([*VERIFY, "--sample", "3"]) in (0, 1)
    assert "compared a sample of 3 files of site/ with the manifest and what its page gives now\n" in (
        capsys.readouterr().out
    )


def test_verify_as_json(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    (here.output / URL).write_text("defaced")
    assert main([*VERIFY, "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    message, hint = KINDS["changed"]
    assert whole == {
        "status": 1,
        "error": "",
        "files": len(here.tree()),
        "others": [],
        "now": NOW,
        "clock": "build",
        "sample": 0,
        "has_ledger": False,
        "problems": [{"kind": "changed", "path": URL, "message": message, "hint": hint}],
    }
    assert main([*VERIFY, "--json", "--sample", str(ALL)]) == 1
    assert json.loads(capsys.readouterr().out)["sample"] == ALL


@pytest.mark.parametrize("command", ["verify", "manifest"])
def test_what_could_not_be_done_is_status_2(
    site: Site, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.root)
    assert main([command]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.endswith("site yet: run `newsgen build`\n")
    assert main([command, "--json"]) == 2
    whole = json.loads(capsys.readouterr().out)
    assert whole["status"] == 2 and "run `newsgen build`" in whole["error"]


def test_manifest_lists_every_file(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    tree = here.tree()
    (here.output / URL).write_text("defaced")  # it is a list of what was written, not of what stands there
    assert main(["manifest", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    rows = [{"path": name, "size": len(data), "hash": content_hash(data)} for name, data in sorted(tree.items())]
    assert whole == {"files": rows, "unfinished": [], "status": 0, "error": ""}
    assert main(["manifest"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{row['path']}\t{row['size']}\t{row['hash']}" for row in rows]


def test_manifest_after_a_killed_build(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("2023/04/c.fr", title="C")
    kill(here)
    assert main(["manifest", "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert "fr/2023/04/c/index.html" in whole["unfinished"] and whole["status"] == 1
    assert "fr/2023/04/c/index.html" not in {file["path"] for file in whole["files"]}
    assert main(["manifest"]) == 1
    captured = capsys.readouterr()
    assert "fr/2023/04/c/index.html" not in captured.out
    assert "did not come to its end" in captured.err and "run `newsgen build`" in captured.err


def test_manifest_of_an_older_newsgen_is_taken_over(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = sqlite3.connect(here.output / MANIFEST)
    manifest.executescript(
        "ALTER TABLE file DROP COLUMN size; ALTER TABLE build DROP COLUMN step; DROP TABLE loss;"
        " PRAGMA user_version = 2"
    )
    manifest.close()
    assert main(["manifest"]) == 2
    assert "of another newsgen: `newsgen build` mends it" in capsys.readouterr().err
    here.story("2023/04/c.fr", title="C")
    assert here.build().notes == () and problems(here) == []
    assert main(["manifest", "--json"]) == 0
    tree = here.tree()
    found = {file["path"]: file["size"] for file in json.loads(capsys.readouterr().out)["files"]}
    assert found == {name: len(data) for name, data in tree.items()}
