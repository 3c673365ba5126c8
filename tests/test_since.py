"""`newsgen check --since`: what a change adds, beside what the site had where it began."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsgen.cli.command_line import main
from newsgen.ledger import live
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.pipeline import BuildResult, Request
from newsgen.pipeline.since import check_since
from support.harness import NOW, PIXEL, Site, article, lend_bytecode

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

FAILING = "{% extends 'base.html' %}{% block main %}{{ nothing.there }}{% endblock %}"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "protocol.file.allow=always"]
    done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit(folder: Path) -> str:
    git(folder, "add", "--all", ".")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def repository(site: Site) -> Site:
    """A site with two faults, in git."""
    site.story("2023/04/sommet.fr", slug="sommet", body="[[personne]]\n\n[[personne]]")
    site.story("2023/04/visite.fr", slug="visite", summary="x")
    site.write(".gitignore", "/site/\n/.newsgen/\n/ledger/\n")
    git(site.root, "init", "-q", "-b", "main")
    commit(site.root)
    return site


def since(site: Site, revision: str = "main", **options: Any) -> BuildResult:
    lend_bytecode(site.cache)
    return check_since(Request(site.root, now=NOW, workers=1), revision, **options)


def told(result: BuildResult) -> list[tuple[str, int, str]]:
    return [(d.location.path.removeprefix("content/2023/04/"), d.location.line, d.id) for d in result.diagnostics]


# ---- what counts
def test_only_what_a_change_adds_counts(repository: Site) -> None:
    git(repository.root, "checkout", "-q", "-b", "branch")
    nothing = since(repository)
    assert (nothing.diagnostics, nothing.status(strict=True), len(nothing.known)) == ((), 0, 3)
    repository.story("2023/04/essai.fr", slug="essai", categories=["europ"])
    commit(repository.root)
    result = since(repository)
    assert told(result) == [("essai.fr.md", 4, "category-unknown")]
    assert (result.status(), len(result.known), result.left_out) == (1, 3, ("content/2023/04/essai.fr.md",))


def test_what_main_adds_meanwhile_is_not_of_the_change(repository: Site) -> None:
    git(repository.root, "checkout", "-q", "-b", "branch")
    repository.story("2023/04/essai.fr", slug="essai", summary="y")
    begun = git(repository.root, "rev-parse", "main").strip()
    commit(repository.root)
    git(repository.root, "checkout", "-q", "main")
    repository.story("2023/04/visite.fr", slug="visite")
    commit(repository.root)
    git(repository.root, "checkout", "-q", "branch")
    result = since(repository)
    assert (told(result), result.since) == ([("essai.fr.md", 6, "key-unknown")], begun)


def test_what_is_not_in_git_counts_too(repository: Site) -> None:
    repository.story("2023/04/essai.fr", slug="essai", summary="y")
    repository.story("2023/04/visite.fr", slug="visite", summary="x", resume="z")
    found = [("essai.fr.md", 6, "key-unknown"), ("visite.fr.md", 7, "key-unknown")]
    assert told(since(repository, "HEAD")) == found


def test_lines_that_move_add_nothing(repository: Site) -> None:
    repository.story("2023/04/sommet.fr", slug="sommet", body="Plus haut.\n\n[[personne]]\n\nEntre.\n\n[[personne]]")
    repository.story("2023/04/visite.fr", slug="visite", kicker="k", summary="x")
    assert not since(repository).diagnostics


def test_one_more_of_what_was_there_is_one_more(repository: Site) -> None:
    body = "[[personne]]\n\nEt [[personne]] aussi.\n\n[[personne]]"
    repository.story("2023/04/sommet.fr", slug="sommet", body=body)
    assert told(since(repository)) == [("sommet.fr.md", 9, "reference-broken")]  # in the line that is new


def test_another_fault_of_the_same_kind_is_new(repository: Site) -> None:
    repository.story("2023/04/visite.fr", slug="visite", resume="x")
    assert told(since(repository)) == [("visite.fr.md", 6, "key-unknown")]


def test_renamed_files_keep_their_faults(repository: Site) -> None:
    git(repository.root, "mv", "content/2023/04/visite.fr.md", "content/2023/04/ailleurs.fr.md")
    assert not since(repository).diagnostics
    commit(repository.root)
    assert not since(repository, "HEAD^").diagnostics


def test_a_fault_that_names_a_renamed_file_is_the_same(repository: Site) -> None:
    repository.story("2023/04/autre.fr", title="Autre", slug="sommet", date="2023-04-17")
    commit(repository.root)
    assert "address-taken" in [d.id for d in since(repository, "HEAD").known]
    git(repository.root, "mv", "content/2023/04/sommet.fr.md", "content/2023/04/renomme.fr.md")
    repository.story(
        "2023/04/renomme.fr", lead="Une ligne de plus.", slug="sommet", body="[[personne]]\n\n[[personne]]"
    )
    assert not since(repository, "HEAD").diagnostics


def test_addresses_that_a_change_loses_stop_it_and_others_do_not(repository: Site) -> None:
    repository.build()
    live.fetch(repository.root, str(repository.output), now=datetime(2024, 1, 1, tzinfo=UTC))
    repository.remove("content/2023/04/visite.fr.md")
    result = since(repository)
    assert result.lost == ("/fr/2023/04/visite/",) and result.status() == 3
    commit(repository.root)
    later = since(repository, "HEAD")
    assert (later.lost, later.status()) == ((), 0)
    assert "address-lost" in [d.id for d in later.known]


def test_pictures_are_taken_as_git_and_the_work_tree_have_them(repository: Site) -> None:
    repository.write("content/2023/04/a.png", PIXEL)
    repository.write("content/2023/04/b.png", PIXEL)
    repository.story("2023/04/vue.fr", slug="vue", body="![Un](a.png)\n\n![Deux](b.png)")
    commit(repository.root)
    repository.write("content/2023/04/b.png", b"version https://git-lfs.github.com/spec/v1\n")
    result = since(repository, "HEAD")
    assert told(result) == [("vue.fr.md", 9, "picture-broken")]


def test_files_that_a_filter_of_git_keeps_elsewhere_are_not_fetched(repository: Site) -> None:
    repository.write(".gitattributes", "*.png filter=elsewhere\n")
    git(repository.root, "config", "filter.elsewhere.clean", "echo version https://git-lfs.github.com/spec/v1")
    git(repository.root, "config", "filter.elsewhere.smudge", "false")
    git(repository.root, "config", "filter.elsewhere.required", "true")
    repository.write("content/2023/04/a.png", PIXEL[:30])
    repository.story("2023/04/vue.fr", slug="vue", body="![Un](a.png)")
    commit(repository.root)
    result = since(repository, "HEAD")
    assert not result.diagnostics and "picture-broken" in [d.id for d in result.known]


def test_a_fault_that_shows_on_more_pages_is_the_same(repository: Site) -> None:
    repository.write("templates/article.html", FAILING)
    commit(repository.root)
    repository.story("2023/04/essai.fr", slug="essai")
    result = since(repository, "HEAD", render=True)
    assert not result.diagnostics and "template-failed" in [d.id for d in result.known]


def test_templates_of_before_are_those_of_before(repository: Site) -> None:
    repository.write(
        "templates/article.html", "{% extends 'base.html' %}{% block main %}{{ nothing.there }}{% endblock %}"
    )
    result = since(repository, render=True)
    assert result.status() == 1 and all(d.location.path.startswith("templates/") for d in result.diagnostics)


def test_a_site_that_could_not_be_read_before_says_all(repository: Site) -> None:
    config = (repository.root / "newsgen.yaml").read_text()
    repository.write("newsgen.yaml", "title: [\n")
    commit(repository.root)
    repository.write("newsgen.yaml", config)
    assert len(since(repository, "HEAD").diagnostics) == 3


def test_a_site_in_a_folder_of_its_repository(tmp_path: Path, repository: Site) -> None:
    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    shutil.copytree(repository.root, top / "news", ignore=shutil.ignore_patterns(".git"))
    (top / "readme.txt").write_text("x")
    commit(top)
    (top / "news/content/2023/04/essai.fr.md").write_text(article(slug="essai", summary="x"))
    result = check_since(Request(top / "news", now=NOW, workers=1), "HEAD")
    assert (told(result), len(result.known)) == ([("essai.fr.md", 6, "key-unknown")], 3)


def test_content_that_is_a_submodule_is_taken_as_it_was(tmp_path: Path, repository: Site) -> None:
    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    for name in ("newsgen.yaml", ".gitignore"):
        shutil.copy(repository.root / name, top / name)
    texts = tmp_path / "texts"
    shutil.copytree(repository.root / "content", texts)
    git(texts, "init", "-q", "-b", "main")
    commit(texts)
    git(top, "submodule", "--quiet", "add", str(texts), "content")
    commit(top)
    (top / "content/2023/04/essai.fr.md").write_text(article(slug="essai", summary="x"))
    (top / "content/2023/04/visite.fr.md").write_text(article(slug="visite"))
    commit(top / "content")
    result = check_since(Request(top, now=NOW, workers=1), "HEAD")
    assert (told(result), len(result.known)) == ([("essai.fr.md", 6, "key-unknown")], 2)


def test_symbolic_links_are_laid_out_as_links(repository: Site) -> None:
    (repository.root / "content/2023/04/lien.fr.md").symlink_to("visite.fr.md")
    commit(repository.root)
    before = since(repository, "HEAD")
    assert not before.diagnostics
    (repository.root / "content/2023/04/lien.fr.md").unlink()
    (repository.root / "content/2023/04/lien.fr.md").symlink_to("sommet.fr.md")
    assert not [d for d in since(repository, "HEAD").known if d.id.startswith("symlink")]


# ---- nothing is written
def test_it_writes_nothing_to_site_and_repository(repository: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def state() -> dict[str, tuple[int, bytes]]:
        files = (path for path in repository.root.rglob("*") if path.is_file() and ".newsgen" not in path.parts)
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    # So that git would refresh its index.
    os.utime(repository.root / "content/2023/04/sommet.fr.md", (1_000_000_000, 1_000_000_000))
    before = state()
    monkeypatch.setenv("GIT_DIR", "nowhere")  # as a hook of another repository has it
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere/index")
    since(repository)
    assert state() == before


# ---- what cannot be told
@pytest.mark.parametrize(
    ("revision", "words"), [("nowhere", "`nowhere` is no commit"), ("--all", "`--all` is no commit")]
)
def test_a_revision_that_is_not_there_is_told(repository: Site, revision: str, words: str) -> None:
    with pytest.raises(NewsgenError, match=words):
        since(repository, revision)


def test_a_shallow_clone_says_what_to_fetch(tmp_path: Path, repository: Site) -> None:
    git(repository.root, "checkout", "-q", "-b", "branch")
    repository.story("2023/04/essai.fr", slug="essai", summary="x")
    commit(repository.root)
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "branch", f"file://{repository.root}", str(copy))
    request = Request(copy, now=NOW, workers=1)
    for revision in ("origin/main", "HEAD^"):
        with pytest.raises(NewsgenError, match=r"is no commit.*`fetch-depth: 0`"):
            check_since(request, revision)
    git(copy, "fetch", "-q", "--depth", "1", "origin", "main:main")
    with pytest.raises(NewsgenError, match=r"no commit in common.*`fetch-depth: 0`"):
        check_since(request, "main")
    git(copy, "fetch", "-q", "--unshallow")
    assert told(check_since(request, "main")) == [("essai.fr.md", 6, "key-unknown")]


def test_a_folder_without_git_is_told(site: Site) -> None:
    site.story("2023/04/sommet.fr")
    with pytest.raises(NewsgenError, match="git cannot tell what was here before: not a git repository"):
        since(site, "main")


# ---- the command
def test_check_since_prints_what_is_new_and_counts_the_rest(
    repository: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.story("2023/04/essai.fr", slug="essai", summary="x")
    command = ["check", "--source", str(repository.root), "--now", NOW, "--workers", "1", "--since", "HEAD"]
    assert main([*command, "--strict"]) == 1
    said = capsys.readouterr().out
    assert "essai.fr.md:6:1: warning[key-unknown]" in said and "visite" not in said
    commit_ = git(repository.root, "rev-parse", "HEAD").strip()
    assert said.splitlines()[-1] == f"1 warning; the site had at {commit_[:10]} already: 2 errors, 1 warning"
    assert main([*command, "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert (len(whole["diagnostics"]), len(whole["known"]), whole["since"]) == (1, 3, commit_)
