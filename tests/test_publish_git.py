"""`newsgen publish` to a branch of a Git repository: a bare one on this machine, as a forge has it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from newsgen.cli import command_line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.branch import BranchPlace
from newsgen.publish.way_back import rollback
from support.harness import NOW, Site, article, differences
from support.newsroom import X, edit, killed_at, publish, two_stories


class Forge:
    """A bare repository, and what a host shows of its branch."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self.caches = folder.parent / "caches"
        self.git("init", "--quiet", "--bare", str(folder))
        self.git("config", "uploadpack.allowFilter", "true")

    def git(self, *arguments: str) -> bytes:
        command = ("git", *arguments) if arguments[0] == "init" else ("git", "-C", str(self.path), *arguments)
        return subprocess.run(command, capture_output=True, check=True).stdout

    def place(self, cache: str = "one", **options: Any) -> BranchPlace:
        """`cache`: of which machine. Over the protocol, so that the server's own answers count."""
        repository = self.caches / cache
        return BranchPlace(repository, f"file://{self.path}", "gh-pages", name="git:forge", **({"keep": 5} | options))

    def site(self, branch: str = "gh-pages") -> dict[str, bytes]:
        names = self.git("ls-tree", "-r", "-z", "--name-only", branch).decode().split("\0")[:-1]
        return {name: self.git("cat-file", "blob", f"{branch}:{name}") for name in names if name != ".nojekyll"}

    def head(self) -> str:
        return self.git("rev-parse", "gh-pages", "gh-pages-newsgen").decode()


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path / "forge.git")


@pytest.fixture
def live(site: Site, forge: Forge) -> Forge:
    """A branch with the site of two stories."""
    two_stories(site)
    assert publish(site, forge.place()).is_live
    return forge


def test_a_branch_shows_what_was_built(site: Site, live: Forge) -> None:
    assert not differences(live.site(), site.tree())
    assert ".nojekyll" in live.git("ls-tree", "--name-only", "gh-pages").decode().split()
    edit(site)
    assert publish(site, live.place()).is_live
    assert not differences(live.site(), site.tree())
    assert live.git("rev-list", "--count", "gh-pages").strip() == b"2"
    assert not publish(site, live.place()).is_live, "nothing new"


def test_a_new_machine_sends_only_what_differs(site: Site, live: Forge, tmp_path: Path) -> None:
    """Nor does it fetch the pages that are live: their names are enough."""
    for folder in (site.cache, site.output, site.root / "ledger"):
        shutil.rmtree(folder)
    edit(site)
    before = set(live.git("cat-file", "--batch-all-objects", "--batch-check").split(b"\n"))
    done = publish(site, live.place("another"))
    assert done.is_live and not differences(live.site(), site.tree())
    after = set(live.git("cat-file", "--batch-all-objects", "--batch-check").split(b"\n"))
    new = [line for line in after - before if b" blob " in line]
    assert len(new) <= len(done.plan.sent) + 5  # and what is kept beside the site
    missing = subprocess.run(
        ("git", "-C", str(live.caches / "another"), "rev-list", "--objects", "--missing=print", "refs/newsgen/live"),
        capture_output=True,
        check=True,
    ).stdout
    assert missing.count(b"\n?") > 10


def test_a_server_that_cannot_leave_out_blobs(site: Site, live: Forge) -> None:
    live.git("config", "uploadpack.allowFilter", "false")
    edit(site)
    assert publish(site, live.place("another")).is_live
    assert not differences(live.site(), site.tree())


def test_what_others_put_there_stays(site: Site, forge: Forge, tmp_path: Path) -> None:
    """The file that names the domain, on GitHub Pages."""
    work = tmp_path / "work"
    settings = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    subprocess.run(("git", "init", "--quiet", "-b", "gh-pages", str(work)), check=True)
    (work / "CNAME").write_text("news.example\n")
    subprocess.run(("git", "-C", str(work), "add", "."), check=True)
    subprocess.run(("git", "-C", str(work), *settings, "commit", "--quiet", "-m", "begin"), check=True)
    subprocess.run(("git", "-C", str(work), "push", "--quiet", str(forge.path), "gh-pages"), check=True)
    site.story(X, article("Sommet"))
    with pytest.raises(NewsgenError, match=r"did not publish \(CNAME\)"):
        publish(site, forge.place())
    assert publish(site, forge.place(), is_first=True).is_live
    edit(site)
    assert publish(site, forge.place()).is_live
    assert forge.site() == site.tree() | {"CNAME": b"news.example\n"}


@pytest.mark.parametrize("accident", ["the branch is gone", "a page is gone", "a page is another"])
def test_what_others_did_to_the_branch_is_put_right(site: Site, live: Forge, tmp_path: Path, accident: str) -> None:
    if accident == "the branch is gone":
        live.git("branch", "-D", "gh-pages")
    else:
        work = tmp_path / "work"
        settings = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
        subprocess.run(("git", "clone", "--quiet", "-b", "gh-pages", str(live.path), str(work)), check=True)
        page = work / "fr/2022/05/reste/index.html"
        page.unlink() if accident == "a page is gone" else page.write_text("somebody else's")
        subprocess.run(("git", "-C", str(work), *settings, "commit", "--quiet", "-am", "oops"), check=True)
        subprocess.run(("git", "-C", str(work), "push", "--quiet"), check=True)
    done = publish(site, live.place())
    assert done.is_live and "anew" in done.notes[0]
    assert not differences(live.site(), site.tree())
    assert not publish(site, live.place()).is_live


def test_what_goes_is_gone(site: Site, live: Forge) -> None:
    site.story("2023/05/away.fr", article("Parti", date="2023-05-02", expires="2024-01-20"))
    publish(site, live.place())
    done = publish(site, live.place(), now="2024-03-01T12:00:00+01:00")
    assert done.is_live and done.plan.removed and not differences(live.site(), site.tree())


def test_any_machine_knows_what_was_promised(site: Site, live: Forge) -> None:
    for folder in (site.cache, site.output, site.root / "ledger"):
        shutil.rmtree(folder)
    site.remove(f"content/{X}.md")
    before = live.head()
    done = publish(site, live.place("another"))
    assert done.status == 3 and "/fr/2023/04/sommet/" in done.result.lost and live.head() == before


def test_of_two_publications_one_is_refused(site: Site, live: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(site)
    push = BranchPlace._push

    def late(self: BranchPlace, *arguments: str) -> None:
        monkeypatch.setattr(BranchPlace, "_push", push)
        with site.copy() as other:
            other.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
            assert publish(other, live.place("another")).is_live
        push(self, *arguments)

    monkeypatch.setattr(BranchPlace, "_push", late)
    with pytest.raises(NewsgenError, match=r"@.* published to git:forge meanwhile: try again"):
        publish(site, live.place())
    assert "fr/2023/06/nouveau/index.html" in live.site()
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    edit(site, "Encore un autre.")
    assert publish(site, live.place()).is_live
    assert not differences(live.site(), site.tree())


def test_the_commit_before_is_live_again(site: Site, live: Forge) -> None:
    before = live.site()
    edit(site)
    publish(site, live.place())
    edit(site, "Troisième.")
    publish(site, live.place("another"))
    assert rollback(live.place("a third"), patience=0)[0].number == 2
    assert rollback(live.place("a third"), patience=0)[0].number == 1
    assert live.site() == before
    assert live.git("rev-list", "--count", "gh-pages").strip() == b"5", "nothing is taken out of the history"
    with pytest.raises(NewsgenError, match="no release before"):
        rollback(live.place(), patience=0)
    edit(site, "Quatrième.")
    assert publish(site, live.place()).is_live
    assert not differences(live.site(), site.tree())


def test_only_some_releases_are_kept_in_mind(site: Site, live: Forge) -> None:
    for number in range(4):
        edit(site, f"Texte {number}.")
        publish(site, live.place(keep=2))
    records = live.git("ls-tree", "--name-only", "gh-pages-newsgen:records").decode().split()
    assert [name[:6] for name in records] == ["000004", "000005"]


def test_branch_killed_at_each_step(site: Site, live: Forge, tmp_path: Path) -> None:
    edit(site, "Le dernier texte.")
    start, ledger = tmp_path / "start", tmp_path / "ledger"
    shutil.copytree(live.path, start)
    shutil.copytree(live.caches, tmp_path / "caches-start")
    shutil.copytree(site.root / "ledger", ledger)
    old = live.site()

    def act(told: Any) -> object:
        place = live.place()
        run = place._run

        def watched(arguments: Any, **options: Any) -> Any:
            arguments = tuple(arguments)
            told(f"before git {arguments[0]}")
            answer = run(arguments, **options)
            told(f"after git {arguments[0]}")
            return answer

        place._run = watched  # type: ignore[method-assign]
        return publish(site, place)

    log = tmp_path / "log"
    assert not killed_at(-1, act, log)
    wanted = live.site()
    told = log.read_text().splitlines()
    steps = [
        n for n, what in enumerate(told) if any(word in what for word in ("push", "index", "commit", "update-ref"))
    ]
    outcomes = set()
    for step in steps:
        for folder, copy in (
            (live.path, start),
            (live.caches, tmp_path / "caches-start"),
            (site.root / "ledger", ledger),
        ):
            shutil.rmtree(folder)
            shutil.copytree(copy, folder)
        assert killed_at(step, act), told[step]
        now = live.site()
        is_new = not [name for name in differences(now, wanted) if "newsgen-ledger/" not in name]
        assert is_new or now == old, told[step]
        outcomes.add(is_new)
        publish(site, live.place())
        assert not [name for name in differences(live.site(), wanted) if "newsgen-ledger/" not in name], told[step]
    assert outcomes == {True, False}


def test_a_repository_that_is_not_there(site: Site, tmp_path: Path) -> None:
    site.story(X, article("Sommet"))
    place = BranchPlace(tmp_path / "cache", f"file://{tmp_path}/nothing.git", "gh-pages", name="git:forge", keep=5)
    with pytest.raises(NewsgenError, match="git:forge: `git ls-remote` did not succeed"):
        publish(site, place)


def test_the_command(site: Site, forge: Forge, capfd: pytest.CaptureFixture[str]) -> None:
    """A remote of the site's own repository, by its name."""
    site.story(X, article("Sommet"))
    subprocess.run(("git", "init", "--quiet", str(site.root)), check=True)
    subprocess.run(("git", "-C", str(site.root), "remote", "add", "origin", str(forge.path)), check=True)
    options = ("--source", str(site.root), "--now", NOW, "--workers", "1")
    assert command_line.main(("publish", "git:origin#pages", *options)) == 0
    assert "git:origin#pages: 000001-" in capfd.readouterr().out
    assert not differences(forge.site("pages"), site.tree())
