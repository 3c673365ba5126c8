"""What docs/publishing.md says of the two folders that are kept between runs, `site/` and `.newsgen/`."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from newsgen.cli.command_line import main
from newsgen.nouns.model import content_hash
from newsgen.output.manifest import MANIFEST
from newsgen.pipeline.drain import Rendering
from support.harness import NOW, Built, Site, article, audit, differences, lend_bytecode, stamps
from support.sample import lend_pictures
from test_ci_files import workflow
from test_docs import ROOT, blocks, read, sections


@pytest.fixture
def built(site: Site) -> Site:
    for number in range(1, 7):
        site.story(f"2023/04/s{number}.fr", title=f"Titre {number}", slug=f"s{number}", tags=["Chine"])
    site.story("2023/04/s1.en", title="Title 1", slug="s1")
    assert site.build().ids == []
    return site


def other_commit(site: Site) -> None:
    """Another state of the archive: an edit, a story more, one less."""
    site.story("2023/04/s2.fr", title="Autre titre", slug="s2", tags=["Russie"])
    site.story("2023/04/s7.fr", title="Titre 7", slug="s7")
    site.remove("content/2023/04/s5.fr.md")


def renewed_in(site: Site, folder: Path) -> Site:
    """A copy of the sources elsewhere, every file with new figures, as a checkout has them."""
    copy = Site(folder)
    for name in ("content", "templates", "static"):
        if (site.root / name).is_dir():
            shutil.copytree(site.root / name, copy.root / name, copy_function=shutil.copyfile)
    return copy


def bring(source: Site, target: Site, *, cache: bool = True, output: bool = True) -> None:
    """Restores what is kept between runs; the compiled templates of the tests are shared anyway."""
    if cache:
        target.cache.mkdir()
        shutil.copy(source.cache / "catalog.sqlite", target.cache)
    if output:
        shutil.copytree(source.output, target.output)


def is_clean(site: Site, built: Built) -> None:
    clean, wanted = site.clean()
    assert differences(site.tree(), wanted) == []
    assert [line for line in built.lines if "address-lost" not in line] == clean.lines
    assert audit(site) == []
    again = site.build().result
    assert not again.written and not again.removed and again.rendered == {} and again.counts["parsed"] == 0


def git(folder: Path, *arguments: str) -> None:
    words = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *arguments]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


# ---- both folders, one, none
def test_a_fresh_checkout_with_both_folders_renders_nothing(built: Site, tmp_path: Path) -> None:
    there = renewed_in(built, tmp_path / "checkout")
    bring(built, there)
    result = there.build().result
    assert result.counts["parsed"] == 0 and result.rendered == {} and not result.written and not result.notes
    there.story("2023/04/s3.fr", title="Titre 3", slug="s3", tags=["Chine"], body="Autre.")
    again = there.build()
    assert again.result.counts["parsed"] == 1
    is_clean(there, again)


def test_a_shallow_clone_with_both_folders_renders_nothing(built: Site, tmp_path: Path) -> None:
    git(built.root, "init", "-q")
    (built.root / ".gitignore").write_text("site/\n.newsgen/\n")
    git(built.root, "add", ".")
    git(built.root, "commit", "-qm", "one")
    git(tmp_path, "clone", "-q", "--depth", "1", built.root.as_uri(), "clone")
    there = Site(tmp_path / "clone")
    bring(built, there)
    result = there.build().result
    assert result.counts["parsed"] == 0 and result.rendered == {} and not result.written


def test_a_cache_without_output_parses_nothing(built: Site) -> None:
    shutil.rmtree(built.output)
    result = built.build()
    assert result.result.counts["parsed"] == 0
    assert set(result.result.written) == set(built.tree())
    is_clean(built, result)


def test_a_check_compiles_no_template_again_and_keeps_none(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_ = Environment.compile

    def watched(self: Environment, source: str, name: str, *more: Any, **options: Any) -> Any:
        compiled.append(name)
        return compile_(self, source, name, *more, **options)

    shutil.rmtree(built.cache)
    (built.cache / "bytecode").mkdir(parents=True)  # not the one that the tests lend
    built.build()
    before = stamps_of(built.cache / "bytecode")
    monkeypatch.setattr(Environment, "compile", watched)
    assert len(before) > 50 and built.check(render=True).ids == [] and compiled == []
    built.write("templates/latest.html", "{{ page.url }}")
    assert built.check(render=True).ids == [] and set(compiled) == {"latest.html", "theme/latest.html"}
    assert stamps_of(built.cache / "bytecode") == before


def stamps_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}


def test_an_output_without_cache_is_compared_and_left_as_it_is(built: Site) -> None:
    before = stamps(built)
    (built.cache / "catalog.sqlite").unlink()
    result = built.build()
    assert result.result.counts["parsed"] == 7
    assert not result.result.written and not result.result.removed and not result.notes
    assert stamps(built) == before
    (built.cache / "catalog.sqlite").unlink()
    built.story("2023/04/s3.fr", title="Titre 3", slug="s3", tags=["Chine"], body="Autre.")
    edited = built.build()
    assert {name for name, stamp in stamps(built).items() if before.get(name) != stamp} == set(edited.result.written)
    assert "fr/2023/04/s4/index.html" not in edited.result.written
    is_clean(built, edited)


# ---- of other states
@pytest.mark.parametrize("kept", ["cache", "output", "both"])
def test_folders_of_another_commit_give_a_clean_build(built: Site, tmp_path: Path, kept: str) -> None:
    there = renewed_in(built, tmp_path / "checkout")
    other_commit(there)
    if kept == "output":  # the cache is one of this commit
        with there.copy() as same:
            same.build()
            bring(same, there, output=False)
    bring(built, there, cache=kept != "output", output=kept != "cache")
    result = there.build()
    assert result.result.counts["parsed"] == (0 if kept == "output" else 2)
    assert result.notes == ()
    is_clean(there, result)


def test_folders_of_two_branches_give_a_clean_build(built: Site, tmp_path: Path) -> None:
    branch = renewed_in(built, tmp_path / "branch")
    other_commit(branch)
    branch.build()
    there = renewed_in(built, tmp_path / "checkout")
    there.story("2023/04/s6.fr", title="Titre 6", slug="s6", body="Encore autre.")
    bring(branch, there, output=False)
    bring(built, there, cache=False)
    is_clean(there, there.build())


def test_a_cache_of_another_version_is_made_anew(built: Site) -> None:
    broken = article("Titre 3", "hier", slug="s3", tags=["Chine"])
    for name, value in (("schema", "0"), ("tools", "newsgen 0.0.1")):
        with closing(sqlite3.connect(built.cache / "catalog.sqlite", isolation_level=None)) as catalog:
            catalog.execute("UPDATE meta SET value = ? WHERE key = ?", (value, name))
        built.story("2023/04/s3.fr", broken)
        before = stamps(built)
        result = built.build()
        (note,) = result.notes
        assert note.id == "cache-renewed" and "version" in note.message
        assert result.result.counts["last_good"] == 1
        assert not result.result.written and not result.result.removed
        assert stamps(built) == before
        assert built.build().notes == ()


def test_a_list_of_files_in_an_unknown_form_is_made_anew(built: Site) -> None:
    with closing(sqlite3.connect(built.output / MANIFEST, isolation_level=None)) as manifest:
        manifest.execute("DROP TABLE file")
        manifest.execute("CREATE TABLE file (name TEXT)")
    built.path("/fr/notes.txt").write_text("mine")
    before = stamps(built)
    result = built.build()
    assert [note.id for note in result.notes] == ["manifest-renewed", "output-unclaimed"]
    assert "`fr/notes.txt`" in result.notes[1].message
    assert stamps(built) == before
    built.remove("content/2023/04/s5.fr.md")
    built.build()
    assert not built.exists("/fr/2023/04/s5/") and built.read("/fr/notes.txt") == "mine"


# ---- the README
def test_one_edit_costs_one_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    explain, why = blocks(sections(read("README.md"), 2)["One edit costs one edit"], "console")
    root = tmp_path / "sample"
    root.mkdir()
    shutil.copytree(ROOT / "content", root / "content")
    shutil.copy(ROOT / "newsgen.yaml", root)
    lend_pictures(root)
    lend_bytecode(root / ".newsgen")
    monkeypatch.chdir(root)
    main(["build", "--quiet"])
    total = len([path for path in (root / "site").rglob("*") if path.is_file()])
    with (root / "content/2023/04/juice-depart.fr.md").open("a", encoding="utf-8") as file:
        file.write("\nUne phrase de plus.\n")
    capsys.readouterr()
    main(explain.splitlines()[0].split()[2:])
    told = capsys.readouterr().out.splitlines()
    wanted = explain.splitlines()[1:]
    assert [line for line in told if line.startswith(("/", "changed: "))] == wanted
    assert len(wanted) == 8 and 900 < total < 1700
    main(why.splitlines()[0].split()[2:])
    lines = capsys.readouterr().out.splitlines()
    shown = [line for line in why.splitlines()[1:] if not line.startswith("changed at")]
    assert [line for line in lines if line in shown and line] == [line for line in shown if line]
    (changed,) = [line.partition(": ")[2] for line in why.splitlines() if line.startswith("changed at")]
    assert any(line.startswith("changed at") and line.endswith(f": {changed}") for line in lines)


# ---- the workflow files
@pytest.mark.parametrize("host", ["github", "forgejo"])
def test_runs_never_hit_a_key_and_take_the_newest(host: str) -> None:
    """When they are kept, and when not: tests/test_ci_files.py runs the steps."""
    jobs = workflow(host)["jobs"].values()
    steps = [step for job in jobs for step in job["steps"]]
    restores = [step["with"] for step in steps if step.get("uses", "").startswith("actions/cache/restore@")]
    (save,) = [step["with"] for step in steps if step.get("uses", "").startswith("actions/cache/save@")]
    assert len(restores) == 2
    for restore in restores:
        assert restore["path"] == save["path"]
        assert save["key"].startswith(restore["restore-keys"])
        assert restore["key"] == "newsgen-never" and "$" not in restore["key"]
    assert "${{ github.run_id }}-${{ github.run_attempt }}" in save["key"]


def test_gitlab_keeps_one_cache_that_only_publishing_writes() -> None:
    jobs = {name: job for name, job in workflow("gitlab").items() if isinstance(job, dict) and "cache" in job}
    assert set(jobs) == {"pages", "check"}
    assert jobs["pages"]["cache"]["key"] == jobs["check"]["cache"]["key"]
    assert "policy" not in jobs["pages"]["cache"] and jobs["check"]["cache"]["policy"] == "pull"
    assert "when" not in jobs["pages"]["cache"]  # on success: the job succeeds with exit status 1 of a build too
    assert jobs["pages"]["resource_group"]


# ---- for whatever publishes
def test_the_report_is_enough_to_keep_a_host_equal(
    built: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(built.root)
    host = tmp_path / "host"
    shutil.copytree(built.output, host)
    other_commit(built)
    assert main(["build", "--json", "--now", NOW, "--workers", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    for file in report["written"]:
        data = (built.output / file["path"]).read_bytes()
        assert (file["size"], file["hash"]) == (len(data), content_hash(data))
        (host / file["path"]).parent.mkdir(parents=True, exist_ok=True)
        (host / file["path"]).write_bytes(data)
    for name in (file["path"] for file in report["removed"]):
        (host / name).unlink()
    assert "fr/2023/04/s5/index.html" in [file["path"] for file in report["removed"]]
    assert len(report["written"]) + report["unchanged"] == len(built.tree())
    assert differences(built.tree(host), built.tree()) == []


def test_after_a_killed_build_the_report_names_only_the_rest(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(rendering: object, results: list[object]) -> None:
        raise KeyboardInterrupt

    other_commit(built)
    with monkeypatch.context() as patch:
        patch.setattr(Rendering, "_confirm", killed)
        with pytest.raises(KeyboardInterrupt):
            built.build()
    result = built.build()
    assert "fr/2023/04/s7/index.html" not in result.result.written
    is_clean(built, result)
