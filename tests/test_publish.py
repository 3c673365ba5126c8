"""`newsgen publish` to a folder with releases: whole or not at all, whatever happens; and the way back."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsgen.desk import ledgers
from newsgen.ledger import folder as ledger_folder
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.kinds import KINDS
from newsgen.pipeline import Request
from newsgen.publish import lock, publication, releases, report
from newsgen.publish.books import File, Owner, manifest_text, text_of
from newsgen.publish.folder import FolderMachine
from newsgen.publish.plan import plan
from newsgen.publish.way_back import rollback
from newsgen.publish.wishes import Wishes
from support.harness import NOW, PIXEL, Site, article, differences
from support.newsroom import STAYS, Watched, X, edit, folder_of, killed_at, publish, seen, two_stories

AT_X = "/fr/2023/04/sommet/"


@pytest.fixture
def live(site: Site, tmp_path: Path) -> Path:
    """A folder in which the site of two stories is published."""
    two_stories(site)
    folder = tmp_path / "srv"
    assert publish(site, folder_of(folder)).is_live
    return folder


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases that were left can be used again at once."""
    monkeypatch.setattr(releases, "WAIT", -1.0)


def ledger_text(site: Site) -> str:
    return "".join(path.read_text("utf-8") for path in sorted((site.root / "ledger").glob("*.txt")))


def release_of(folder: Path) -> str:
    return os.readlink(folder / "current").rpartition("/")[2]


# ---- what is published
def test_a_folder_shows_what_was_built(site: Site, live: Path) -> None:
    assert os.readlink(live / "current").startswith("releases/000001-")
    assert not differences(seen(site, live), site.tree())
    assert not [path for path in live.rglob("*") if path.name.startswith(".newsgen")]


def test_nothing_new_is_no_release(site: Site, live: Path) -> None:
    before = release_of(live)
    done = publish(site, folder_of(live))
    assert not done.is_live and done.status == 0 and release_of(live) == before
    assert report.to_text(done, most=0).endswith("nothing new to publish, what was built is live already")


def test_only_what_differs_is_sent(site: Site, live: Path) -> None:
    edit(site)
    machine = Watched(FolderMachine(live), lambda _: None)
    done = publish(site, releases.Releases(machine, name="srv"))
    assert done.is_live and not differences(seen(site, live), site.tree())
    assert sorted(machine.sent) == sorted(file.path for file in done.plan.sent)
    assert "fr/2023/04/sommet/index.html" in machine.sent and "fr/2022/05/reste/index.html" not in machine.sent


def test_what_is_as_it_was_takes_no_room(site: Site, live: Path) -> None:
    edit(site)
    publish(site, folder_of(live))
    first, second = sorted((live / "releases").iterdir())
    same, other = "fr/2022/05/reste/index.html", "fr/2023/04/sommet/index.html"
    assert (first / same).stat().st_ino == (second / same).stat().st_ino
    assert (first / other).stat().st_ino != (second / other).stat().st_ino
    assert b"Autre texte." not in (first / other).read_bytes()


def test_an_old_release_is_used_again(site: Site, live: Path, soon: None) -> None:
    for number in range(6):
        edit(site, f"Texte {number}.")
        machine = Watched(FolderMachine(live), lambda _: None)
        assert publish(site, releases.Releases(machine, name="srv", keep=2)).is_live
        assert not differences(seen(site, live), site.tree())
        assert len(machine.sent) < len(site.tree()) / 2
    kept = sorted(path.name for path in (live / "releases").iterdir())
    assert len(kept) == 3 and kept[-1] == release_of(live)
    books = sorted(path.stem for path in (live / "newsgen/records").iterdir())
    assert books == kept == sorted(path.stem for path in (live / "newsgen/manifests").iterdir())


def test_a_release_that_was_left_just_now_stays_as_it_is(site: Site, live: Path) -> None:
    """Apache, PHP and NFS follow the old link for up to a minute."""
    trees = {}
    for number in range(4):
        edit(site, f"Texte {number}.")
        before = release_of(live)
        trees[before] = seen(site, live)
        publish(site, folder_of(live, keep=2))
        assert not differences(site.tree(live / "releases" / before), trees[before])


def test_everybody_may_read_what_is_published(site: Site, tmp_path: Path) -> None:
    """Folders too, from the first publication on, whatever the umask says."""
    folder = tmp_path / "srv"
    previous = os.umask(0o077)
    try:
        for text in ("Texte.", "Autre texte."):
            edit(site, text)
            assert publish(site, folder_of(folder)).is_live
    finally:
        os.umask(previous)
    for path in (folder, *folder.rglob("*")):
        wanted = 0o555 if path.is_dir() else 0o444
        assert path.stat().st_mode & wanted == wanted, path


def test_each_kind_of_page_travels_in_a_stage() -> None:
    """Pages after what they are made of, lists after pages; a kind that nobody thought of would travel last."""
    before = manifest_text(File(f"{kind.name}/x", "0", 1, kind.name) for kind in KINDS.values())
    after = manifest_text(File(f"{kind.name}/x", "1", 1, kind.name) for kind in KINDS.values())
    stages = dict(plan(before, after).stages())
    lists = {file.kind for file in stages["lists"]}
    assert {file.kind for file in stages["parts"]} >= {"media", "variant", "static", "style", "search-index"}
    assert {file.kind for file in stages["pages"]} >= {"article", "page", "gone", "moved", "copy", "withdrawn"}
    assert lists >= {"home", "category", "feed-atom", "sitemap-index", "search", "ledger"}
    assert not lists & {kind.name for kind in KINDS.values() if kind.family in ("story", "beside")}
    new = dict(plan(b"", after).stages())
    assert not new["pages"] and not new["lists"] and len(new["parts"]) + len(new["new"]) == len(KINDS)


# ---- the ledger
def test_a_publication_is_written_down_here_and_beside_the_site(site: Site, live: Path) -> None:
    files = {path.name: path.read_bytes() for path in (live / "newsgen/ledger").iterdir()}
    assert AT_X in "".join(data.decode() for data in files.values())
    assert files == {path.name: path.read_bytes() for path in (site.root / "ledger").iterdir()}


def test_any_machine_knows_what_was_promised(site: Site, live: Path) -> None:
    """Neither cache nor output nor ledger, as on a machine that is new: the target has it all."""
    for folder in (site.cache, site.output, site.root / "ledger"):
        shutil.rmtree(folder)
    site.story(X, article("Autre titre"))
    done = publish(site, folder_of(live))
    assert done.is_live and done.status == 0
    assert "/fr/2023/04/autre-titre/" in (live / "current/fr/2023/04/sommet/index.html").read_text("utf-8")


def test_what_would_lose_an_address_is_not_published(site: Site, live: Path) -> None:
    before = seen(site, live)
    site.remove(f"content/{X}.md")
    done = publish(site, folder_of(live))
    assert done.status == 3 and not done.is_live and AT_X in done.result.lost
    assert not differences(seen(site, live), before)


def test_a_ledger_that_a_rollback_hides_is_still_known(site: Site, live: Path) -> None:
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    publish(site, folder_of(live))
    shutil.rmtree(site.root / "ledger")
    rollback(folder_of(live), patience=0)
    site.remove("content/2023/06/new.fr.md")
    done = publish(site, folder_of(live))
    assert done.status == 3 and "/fr/2023/06/nouveau/" in done.result.lost


def test_a_preview_makes_no_promises(site: Site, live: Path, tmp_path: Path) -> None:
    before = ledger_folder.read(site.root)
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    assert publish(site, folder_of(tmp_path / "preview"), keeps_promises=False).is_live
    assert ledger_folder.read(site.root) == before
    assert not (tmp_path / "preview/newsgen/ledger").exists()


# ---- what stops it
def test_a_folder_with_another_site_wants_first(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "srv"
    folder.mkdir()
    (folder / "index.html").write_text("an older site")
    (folder / "sitemap.xml").write_text(
        "<urlset><url><loc>https://news.example/old/</loc></url><url><loc>https://news.example/fr/</loc></url></urlset>"
    )
    site.story(X, article("Sommet"))
    with pytest.raises(NewsgenError, match=r"did not publish \(index.html, sitemap.xml\).*`--first`"):
        publish(site, folder_of(folder))
    done = publish(site, folder_of(folder), is_first=True)
    assert done.status == 3 and done.result.lost == ("/old/",), "its sitemap is a promise"
    site.write("redirects.yaml", "/old/: /fr/\n")
    assert publish(site, folder_of(folder), is_first=True).is_live
    assert (folder / "index.html").read_text() == "an older site"


def test_the_first_publication_wants_a_word_for_what_is_missing(site: Site, tmp_path: Path) -> None:
    site.story(X, article("Sommet"))
    site.story("2023/04/broken.fr", article("Cassé", categories=["nulle-part"]))
    done = publish(site, folder_of(tmp_path / "srv"))
    assert done.status == 2 and "`--first`" in done.stopped and not (tmp_path / "srv/current").exists()
    done = publish(site, folder_of(tmp_path / "srv"), is_first=True)
    assert done.status == 1 and done.is_live and done.result.left_out == ("content/2023/04/broken.fr.md",)


def test_a_brake_is_on_for_many_removals(site: Site, live: Path) -> None:
    names = [f"2023/05/{number}.fr" for number in range(60)]
    for number, name in enumerate(names):
        site.story(name, article(f"Titre {number}", date="2023-05-02", expires="2024-02-01"))
    publish(site, folder_of(live))
    later = "2024-03-01T12:00:00+01:00"
    done = publish(site, folder_of(live), now=later)
    gone = len(done.plan.removed)
    assert gone > 50 and done.status == 2 and f"`--removals {gone}`" in done.stopped and not done.is_live
    assert publish(site, folder_of(live), now=later, removals=gone - 1).status == 2
    assert publish(site, folder_of(live), now=later, removals=gone).is_live


def test_a_few_removals_need_no_word(site: Site, live: Path) -> None:
    site.story("2023/05/1.fr", article("Un", date="2023-05-02", expires="2024-02-01"))
    publish(site, folder_of(live))
    done = publish(site, folder_of(live), now="2024-03-01T12:00:00+01:00")
    assert done.is_live and done.plan.removed


def git(site: Site, *arguments: str) -> str:
    settings = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(("git", *settings, *arguments), cwd=site.root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def commits(site: Site, live: Path) -> list[str]:
    """Three commits, of which the second is live."""
    git(site, "init", "--quiet")
    site.write(".gitignore", "site/\n.newsgen/\nledger/\n")
    ids = []
    for number in range(3):
        edit(site, f"Texte {number}.")
        git(site, "add", ".")
        git(site, "commit", "--quiet", "-m", str(number))
        ids.append(git(site, "rev-parse", "HEAD"))
    git(site, "checkout", "--quiet", ids[1])
    assert publish(site, folder_of(live)).is_live
    return ids


def test_a_commit_that_is_older_than_what_is_live_wants_a_word(site: Site, live: Path, commits: list[str]) -> None:
    git(site, "checkout", "--quiet", commits[0])
    done = publish(site, folder_of(live))
    assert done.status == 2 and "`--older`" in done.stopped and commits[1][:12] in done.stopped
    assert publish(site, folder_of(live), is_older=True).is_live
    git(site, "checkout", "--quiet", commits[2])
    assert publish(site, folder_of(live)).is_live


def test_a_commit_that_was_rolled_back_is_not_published_again(site: Site, live: Path, commits: list[str]) -> None:
    """Neither it, nor one before it that waited in a queue; what mends it is."""
    rollback(folder_of(live), patience=0)
    done = publish(site, folder_of(live))
    assert done.status == 2 and "was rolled back" in done.stopped
    git(site, "checkout", "--quiet", commits[2])
    assert publish(site, folder_of(live)).is_live
    edit(site, "Encore.")
    assert publish(site, folder_of(live)).is_live, "what is live is newer than what was rolled back"


def test_a_commit_without_what_is_live_wants_a_word(site: Site, live: Path, commits: list[str]) -> None:
    """A colleague's correction, on another branch."""
    git(site, "checkout", "--quiet", "-b", "side", commits[0])
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    git(site, "add", ".")
    git(site, "commit", "--quiet", "-m", "side")
    done = publish(site, folder_of(live))
    assert done.status == 2 and "does not contain what is live" in done.stopped and commits[1][:12] in done.stopped
    git(site, "merge", "--quiet", "-m", "merge", commits[1])
    assert publish(site, folder_of(live)).is_live


def test_the_ledger_is_no_change_of_the_editors(site: Site, live: Path, commits: list[str]) -> None:
    site.write(".gitignore", "site/\n.newsgen/\n")
    git(site, "commit", "--quiet", "-am", "show the ledger")
    assert not publish(site, folder_of(live)).notes


def test_changes_that_no_commit_has_are_told(site: Site, live: Path, commits: list[str]) -> None:
    edit(site, "Non enregistré.")
    done = publish(site, folder_of(live))
    assert done.is_live and done.record and done.record.is_dirty and "no commit has" in done.notes[0]


@pytest.mark.parametrize("copy", ["shallow", "not pulled", "of files"])
def test_a_copy_that_may_lack_what_is_live_wants_a_word(
    site: Site, live: Path, commits: list[str], tmp_path: Path, copy: str
) -> None:
    """A clone that is cut off, as CI makes them; a colleague's, who has not pulled; an old one without git."""
    clone = tmp_path / "clone"
    git(site, "branch", "--quiet", "old", commits[0])
    depth = ("--depth", "1") if copy == "shallow" else ("--single-branch",)
    git(site, "clone", "--quiet", *depth, "--branch", "old", f"file://{site.root}", str(clone))
    other = Site.there(clone, site.settings)
    if copy == "of files":
        shutil.rmtree(clone / ".git")
    elif copy == "not pulled":
        other.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
        git(other, "add", ".")
        git(other, "commit", "--quiet", "-m", "mine")
    before = release_of(live)
    done = publish(other, folder_of(live))
    words = "in no git repository" if copy == "of files" else "does not know what is live"
    assert done.status == 2 and words in done.stopped and "`--older`" in done.stopped and release_of(live) == before
    assert publish(other, folder_of(live), is_older=True).is_live


def test_what_was_live_without_a_commit_is_told_before_it_goes(site: Site, live: Path, commits: list[str]) -> None:
    edit(site, "Non enregistré.")
    assert publish(site, folder_of(live)).is_live
    git(site, "checkout", "--quiet", ".")
    done = publish(site, folder_of(live))
    assert done.is_live and "what was live had changes that no commit had" in done.notes[0]


def test_a_preview_takes_no_site_out_of_search_engines(site: Site, live: Path) -> None:
    """A target that was copied in newsgen.yaml, with the same place."""
    request = Request(site.root, now=NOW, workers=1, config_changes={"noindex": True})
    with pytest.raises(NewsgenError, match="search engines"):
        publication.publish(request, folder_of(live), Wishes(keeps_promises=False), lambda *_: None)
    assert not differences(seen(site, live), site.tree())
    url = "https://news.example/"
    wishes = Wishes(keeps_promises=False, replaces=url)
    assert publication.publish(request, folder_of(live), wishes, lambda *_: None).is_live
    assert publish(site, folder_of(live)).is_live, "back again needs no word"


def test_a_dry_run_changes_nothing_there(site: Site, live: Path) -> None:
    def tree() -> dict[str, tuple[int, bytes]]:
        return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in sorted(live.rglob("*")) if p.is_file()}

    before = tree()
    site.story(X, article("Autre titre"))
    done = publish(site, folder_of(live), is_dry=True)
    assert tree() == before and not done.is_live and done.status == 0
    assert "fr/2023/04/autre-titre/index.html" in [file.path for file in done.plan.added]
    assert "fr/2023/04/sommet/index.html" in [file.path for file in done.plan.moved]
    assert "to be published" in report.to_text(done, most=0)
    data = json.loads(report.to_json(done))
    assert data["moved"] == [file.path for file in done.plan.moved] and data["status"] == 0
    assert "| moved | 1 |" in report.to_markdown(done)


def test_a_report_says_in_words_what_becomes_of_each_page(site: Site, live: Path) -> None:
    """A story that is shown no more is told before all else, whatever stands at its address then."""
    site.story(X, article("Sommet", gone="retiré"))
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    site.story(STAYS, article("Reste", date="2022-05-01", body="Autre texte.", draft=True))
    done = publish(site, folder_of(live), is_dry=True)
    lines = report.to_text(done, most=0).splitlines()
    assert lines[:2] == ["taken off /fr/2022/05/reste/", f"taken off {AT_X}"]
    assert "added     /fr/2023/06/nouveau/" in lines and "changed   /fr/" in lines
    assert "removed   /fr/2022/05/reste/index.json" in lines
    assert len([line for line in lines if line.endswith(AT_X)]) == 1 and "of these 2 stories taken off" in lines[-1]
    assert json.loads(report.to_json(done))["taken_off"] == [file.path for file in done.plan.taken_off]
    assert "| stories taken off | 2 |" in report.to_markdown(done)
    assert report.to_text(done, most=1).splitlines()[1] == "taken off and 1 more"


def test_a_folder_in_the_place_of_the_link(site: Site, tmp_path: Path) -> None:
    site.story(X, article("Sommet"))
    (tmp_path / "srv/current").mkdir(parents=True)
    (tmp_path / "srv/current/index.html").write_text("an older site")
    with pytest.raises(NewsgenError, match="`current` is a folder and no link"):
        publish(site, folder_of(tmp_path / "srv"), is_first=True)
    assert (tmp_path / "srv/current/index.html").read_text() == "an older site"


# ---- the way back
def test_the_release_before_is_live_again(site: Site, live: Path) -> None:
    before = seen(site, live)
    edit(site)
    publish(site, folder_of(live))
    record, left = rollback(folder_of(live), patience=0)
    assert not differences(seen(site, live), before)
    assert record.number == 1 and left.number == 2 and release_of(live) == record.id
    with pytest.raises(NewsgenError, match="no release before"):
        rollback(folder_of(live), patience=0)
    edit(site, "Troisième.")
    assert publish(site, folder_of(live)).is_live
    assert not differences(seen(site, live), site.tree())
    assert rollback(folder_of(live), patience=0)[0].id == record.id


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("withdrawn", article("Sommet", gone="Erreur.")),
        ("expired", article("Sommet", expires="2024-01-01")),
        ("a draft again", article("Sommet", draft=True)),
    ],
)
def test_what_was_taken_off_is_not_shown_again(site: Site, live: Path, how: str, text: str) -> None:
    site.story(X, text)
    assert publish(site, folder_of(live)).is_live
    with pytest.raises(NewsgenError, match=f"{AT_X}.*git"):
        rollback(folder_of(live), patience=0)


def test_what_is_forgotten_is_not_shown_again(site: Site, live: Path) -> None:
    """Not only stories: here a picture, whose page goes on without it."""
    site.write("content/p.png", PIXEL)
    site.story(X, article("Sommet", body="![Un signe](/p.png)"))
    publish(site, folder_of(live))
    site.story(X, article("Sommet"))
    site.remove("content/p.png")
    ledgers.forget(site.root, ["/media/p.png"], now=datetime.now(UTC), writes=True)
    assert publish(site, folder_of(live)).is_live
    with pytest.raises(NewsgenError, match=r"/media/p\.png"):
        rollback(folder_of(live), patience=0)


def test_a_story_that_moved_is_no_reason_to_stay(site: Site, live: Path) -> None:
    site.story(X, article("Autre titre"))
    publish(site, folder_of(live))
    assert rollback(folder_of(live), patience=0)[0].number == 1


# ---- two at once
def test_two_publications_never_mix(site: Site, live: Path) -> None:
    edit(site)
    place, other = folder_of(live), folder_of(live)
    with place.held("newsgen publish", patience=0), pytest.raises(NewsgenError, match=lock.myself()):
        publish(site, other)
    assert publish(site, other).is_live


def test_one_waits_for_the_other(site: Site, live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_LOOK", 0.02)
    begun, ended = threading.Event(), threading.Event()

    def other() -> None:
        with folder_of(live).held("newsgen publish", patience=0):
            begun.set()
            ended.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait(30)
    threading.Timer(0.3, ended.set).start()
    edit(site)
    assert publish(site, folder_of(live), patience=30.0).is_live
    thread.join()


def test_a_lock_of_somebody_who_died_is_taken_over(site: Site, live: Path) -> None:
    edit(site)
    owner = Owner("0123", "somebody@elsewhere", "", 1, "newsgen publish", "2031-01-01T00:00:00Z")
    path = live / "newsgen/lock"
    path.write_bytes(text_of(owner))
    with pytest.raises(NewsgenError, match="held by somebody@elsewhere"):
        publish(site, folder_of(live))
    old = path.stat().st_mtime - lock.STALE - 1
    os.utime(path, (old, old))
    assert publish(site, folder_of(live)).is_live and not path.exists()


def test_what_was_begun_by_somebody_who_died_is_removed(site: Site, live: Path) -> None:
    """But nothing that only looks like it, and nothing while somebody may be at it."""
    edit(site)
    begun = ["current.new-12", "newsgen/lock.new-12", "newsgen/history.json.now-12", "newsgen/records/x.json.new-0f3a"]
    others = ["index.html.new-12", "current.new-x"]
    for path in (*begun, *others):
        (live / path).write_text("{}")
    publish(site, folder_of(live))
    assert all((live / path).exists() for path in begun)
    owner = Owner("0123", "somebody@elsewhere", "", 1, "newsgen publish", "2031-01-01T00:00:00Z")
    (live / "newsgen/lock").write_bytes(text_of(owner))
    os.utime(live / "newsgen/lock", (0, 0))
    publish(site, folder_of(live))
    assert [path for path in (*begun, *others) if (live / path).exists()] == others


@pytest.mark.parametrize("data", [b"", b"no json", b"[]", b'{"token": 1}'])
def test_a_lock_that_is_none_is_somebodys_until_it_is_old(site: Site, live: Path, data: bytes) -> None:
    edit(site)
    path = live / "newsgen/lock"
    path.write_bytes(data)
    with pytest.raises(NewsgenError, match="held by somebody"):
        publish(site, folder_of(live))
    os.utime(path, (0, 0))
    assert publish(site, folder_of(live)).is_live


def test_who_lost_the_lock_switches_nothing(site: Site, live: Path) -> None:
    edit(site)
    before = seen(site, live)

    def told(what: str) -> None:
        if what == "after send":
            owner = Owner("0123", "another@elsewhere", "", 1, "newsgen publish", "2031-01-01T00:00:00Z")
            (live / "newsgen/lock").write_bytes(text_of(owner))

    with pytest.raises(NewsgenError, match="taken over by another@elsewhere"):
        publish(site, releases.Releases(Watched(FolderMachine(live), told), name="srv"))
    assert not differences(seen(site, live), before)
    assert (live / "newsgen/lock").exists(), "the other's lock is the other's"


# ---- accidents
@pytest.mark.parametrize("state", ["first", "second", "used again"])
def test_publish_killed_at_each_step(site: Site, tmp_path: Path, state: str, soon: None) -> None:
    """Readers have the old site or the new one, whole; the next publication brings it to the same end."""
    folder, start, log = tmp_path / "srv", tmp_path / "start", tmp_path / "log"
    folder.mkdir()
    site.story(X, article("Sommet"))
    for number in range({"first": 0, "second": 1, "used again": 4}[state]):
        edit(site, f"Texte {number}.")
        publish(site, folder_of(folder, keep=2))
    old = seen(site, folder) if (folder / "current").exists() else {}
    edit(site, "Le dernier texte.")
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    shutil.copytree(folder, start, symlinks=True)
    shutil.copytree(site.root / "ledger", tmp_path / "ledger") if (site.root / "ledger").exists() else None

    def act(told: Any) -> object:
        return publish(site, releases.Releases(Watched(FolderMachine(folder), told), name="srv", keep=2))

    assert not killed_at(-1, act, log)
    wanted = seen(site, folder)
    told = log.read_text().splitlines()
    is_sent = [what.startswith("before send") for what in told]
    steps = [n for n, sent in enumerate(is_sent) if not sent or n % 17 == 0]  # a few of the files
    assert len(steps) > 12
    outcomes = set()
    for step in steps:
        shutil.rmtree(folder)
        shutil.copytree(start, folder, symlinks=True)
        shutil.rmtree(site.root / "ledger", ignore_errors=True)
        if (tmp_path / "ledger").exists():
            shutil.copytree(tmp_path / "ledger", site.root / "ledger")
        assert killed_at(step, act), told[step]
        readers = seen(site, folder) if (folder / "current").exists() else {}
        is_new = not _differ(readers, wanted)
        assert is_new or not differences(readers, old), told[step]
        outcomes.add(is_new)
        publish(site, folder_of(folder, keep=2))
        assert not _differ(seen(site, folder), wanted), told[step]
        assert not (folder / "releases/incoming").exists() and not (folder / "newsgen/lock").exists()
        history = json.loads((folder / "newsgen/history.json").read_bytes())
        assert history["live"][-1] == release_of(folder)
    assert outcomes == {True, False}


def _differ(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """But for how the ledger is parted, which is up to how often something was published."""
    return [name for name in differences(one, other) if "newsgen-ledger/" not in name]


@pytest.mark.parametrize("act", ["send", "write", "move", "clone", "switch", "delete"])
def test_a_target_that_refuses_keeps_what_is_live(
    site: Site, live: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a folder without permission: the old site stays, and the next try gets to the end."""
    before = seen(site, live)
    site.story("2023/05/1.fr", article("Un", date="2023-05-02", expires="2024-02-01"))
    edit(site)

    def refuses(*_: object) -> None:
        raise OSError(28, "No space left on device", "/srv/news/x")

    with monkeypatch.context() as patch:
        patch.setattr(FolderMachine, act, refuses)
        with pytest.raises(NewsgenError, match=r"No space left on device .*/srv/news/x.*; readers have"):
            publish(site, folder_of(live))
    assert not differences(seen(site, live), before)
    assert publish(site, folder_of(live)).is_live
    assert not differences(seen(site, live), site.tree())


def test_a_file_that_changed_since_the_build_is_not_published(
    site: Site, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(site, live)
    edit(site)
    send = FolderMachine.send

    def spoiled(self: FolderMachine, output: Path, *arguments: Any) -> None:
        (output / "fr/2023/04/sommet/index.html").write_text("half a pa")
        send(self, output, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(FolderMachine, "send", spoiled)
        with pytest.raises(NewsgenError, match="is not what the build wrote"):
            publish(site, folder_of(live))
    assert not differences(seen(site, live), before)


@pytest.mark.parametrize(
    "damage", ["incoming", "a release", "the live release", "history", "records", "link", "manifest"]
)
def test_a_damaged_target(site: Site, live: Path, damage: str, soon: None) -> None:
    """What can be known is known again; what cannot is told, with what to do."""
    edit(site)
    publish(site, folder_of(live))
    if damage == "incoming":
        shutil.copytree(live / "current", live / "releases/incoming")
        (live / "releases/incoming/fr/index.html").write_text("half a pa")
        (live / "releases/incoming/fr/strange.html").write_text("of nobody")
    elif damage == "a release":
        shutil.rmtree(live / "releases" / sorted(os.listdir(live / "releases"))[0])
    elif damage == "history":
        (live / "newsgen/history.json").write_text("{")
    elif damage == "manifest":
        path = live / f"newsgen/manifests/{release_of(live)}.txt"
        path.write_bytes(path.read_bytes()[:300])
    elif damage == "the live release":
        shutil.rmtree(live / "releases" / release_of(live))
    elif damage == "records":
        shutil.rmtree(live / "newsgen/records")
    else:
        (live / "current").unlink()
    edit(site, "Encore un autre.")
    if damage == "records":
        assert "`--first`" in publish(site, folder_of(live)).stopped
        with pytest.raises(NewsgenError, match="knows nothing"):
            rollback(folder_of(live), patience=0)
        shutil.rmtree(site.root / "ledger")
        assert publish(site, folder_of(live), is_first=True).is_live
        assert AT_X in ledger_text(site), "the site carried it"
        return
    done = publish(site, folder_of(live))
    assert done.is_live and done.record and done.record.number == 3
    assert not differences(seen(site, live), site.tree())
    assert bool(done.notes) == (damage in ("the live release", "link", "history", "manifest"))


@pytest.mark.parametrize("damage", ["the live release", "link"])
def test_what_is_gone_is_sent_anew_where_nothing_else_is_new(site: Site, live: Path, damage: str) -> None:
    publish(site, folder_of(live))
    shutil.rmtree(live / "releases" / release_of(live)) if damage == "the live release" else (live / "current").unlink()
    assert publish(site, folder_of(live)).is_live
    assert not differences(seen(site, live), site.tree())


def test_what_somebody_else_changed_is_put_right(site: Site, live: Path, soon: None) -> None:
    """Where the operator asks for it: a release that is used again, or linked, has the same fault."""
    for number in range(4):
        edit(site, f"Texte {number}.")
        publish(site, folder_of(live, keep=2))
    (live / "current/fr/index.html").write_text("somebody else's")
    (live / "current/fr/2022/05/reste/index.html").unlink()
    (live / "current/fr/strange.html").write_text("of nobody")
    done = publish(site, folder_of(live, keep=2), is_whole=True)
    assert done.is_live and not differences(seen(site, live), site.tree())
    assert not publish(site, folder_of(live, keep=2)).is_live


# ---- is it the right place?
def test_another_site_is_not_replaced_without_a_word(site: Site, live: Path) -> None:
    before, ledger = seen(site, live), ledger_folder.files(site.root)
    with site.copy() as other:
        shutil.rmtree(other.root / "ledger")
        other.configure(url="https://other.example/")
        for is_dry in (False, True):
            with pytest.raises(NewsgenError, match=r"shows the site https://news.example/.*--replaces https://news"):
                publish(other, folder_of(live), is_dry=is_dry)
        assert not (other.root / "ledger").exists(), "nothing of the other site was taken over"
        assert not differences(seen(site, live), before) and ledger_folder.files(site.root) == ledger
        other.configure(id="other.example,2020")
        assert publish(other, folder_of(live), replaces="https://news.example/").is_live
    with pytest.raises(NewsgenError, match=r"shows the site https://other.example/"):
        publish(site, folder_of(live))


def test_another_id_is_another_site(site: Site, live: Path) -> None:
    site.configure(id="other.example,2020")
    with pytest.raises(NewsgenError, match=r"a site with the id `news.example,2000`"):
        publish(site, folder_of(live))


@pytest.mark.parametrize("name", ["newsgen.yaml", ".git/HEAD", "pyvenv.cfg", "newsgen/pyvenv.cfg"])
def test_sources_and_programs_are_no_place(site: Site, tmp_path: Path, name: str) -> None:
    """With `--first` neither; what is refused leaves nothing behind."""
    site.story(X, article("Sommet"))
    place = tmp_path / "srv"
    (place / name).parent.mkdir(parents=True)
    (place / name).write_text("x")
    with pytest.raises(NewsgenError, match=r"no place to publish to|did not publish"):
        publish(site, folder_of(place), is_first=name != "newsgen/pyvenv.cfg")
    assert [path for path in place.rglob("*") if path.is_file()] == [place / name]


def test_what_is_refused_leaves_nothing_behind(site: Site, tmp_path: Path) -> None:
    site.story(X, article("Sommet"))
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv/letter.txt").write_text("of others")
    with pytest.raises(NewsgenError, match="is it the right place"):
        publish(site, folder_of(tmp_path / "srv"))
    with pytest.raises(NewsgenError, match="nothing is published"):
        rollback(folder_of(tmp_path / "nowhere"), patience=0)
    assert os.listdir(tmp_path / "srv") == ["letter.txt"] and not (tmp_path / "nowhere").exists()


def test_a_dry_run_leaves_the_ledger_as_it_was(site: Site, live: Path) -> None:
    shutil.rmtree(site.root / "ledger")
    site.remove(f"content/{X}.md")
    done = publish(site, folder_of(live), is_dry=True)
    assert done.status == 3, "it knew of what is live"
    assert not list((site.root / "ledger").iterdir())


def test_what_was_built_and_never_published_is_no_loss(site: Site, live: Path) -> None:
    """A dry run and a publication that was stopped build, too: what they were the first to show was no promise."""
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    assert publish(site, folder_of(live), is_dry=True).plan.added
    site.story("2023/06/new.fr", article("Titre", date="2023-06-01"))
    site.remove(f"content/{X}.md")
    stopped = publish(site, folder_of(live))
    assert stopped.status == 3 and stopped.result.lost == (AT_X,)
    site.remove("content/2023/06/new.fr.md")
    edit(site)
    done = publish(site, folder_of(live))
    assert done.is_live and not done.result.diagnostics


def test_an_older_sites_addresses_are_taken_over_only_by_a_publication(site: Site, tmp_path: Path) -> None:
    """`--first` to a wrong place, which is refused, leaves no promises that the right place would have to keep."""
    site.story(X, article("Sommet"))
    (tmp_path / "srv").mkdir()
    old = "<urlset><url><loc>https://news.example/vieux/</loc></url></urlset>"
    (tmp_path / "srv/sitemap.xml").write_text(old)
    done = publish(site, folder_of(tmp_path / "srv"), is_first=True)
    assert done.status == 3 and not list((site.root / "ledger").glob("*.txt"))
    site.write("redirects.yaml", "/vieux/: /fr/\n")
    assert publish(site, folder_of(tmp_path / "srv"), is_first=True).is_live
    assert "/vieux/" in ledger_text(site)


def test_the_way_back_where_the_link_is_gone(site: Site, live: Path) -> None:
    before = seen(site, live)
    edit(site)
    publish(site, folder_of(live))
    (live / "current").unlink()
    assert rollback(folder_of(live), patience=0)[0].number == 1
    assert not differences(seen(site, live), before)


def test_a_ledger_that_cannot_be_written_here(site: Site, live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the build, nothing is published; after the switch, the site is live, and says so."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EACCES, "Permission denied", "ledger/2024.txt")

    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    with monkeypatch.context() as patch:
        patch.setattr("newsgen.publish.ledger.ledger_folder.join", refused)
        done = publish(site, folder_of(live))
        assert done.is_live and done.status == 0 and "cannot be written here (Permission denied)" in done.notes[0]
        shutil.rmtree(site.root / "ledger")
        with pytest.raises(NewsgenError, match="ledger/ of this site cannot be used"):
            publish(site, folder_of(live))
    assert not publish(site, folder_of(live)).stopped
    assert "/fr/2023/06/nouveau/" in ledger_text(site)


def test_lines_of_a_damaged_ledger_are_told(site: Site, live: Path) -> None:
    (path,) = (live / "newsgen/ledger").iterdir()
    path.write_bytes(b"\xff\xfe\n\0\0\n")
    edit(site)
    done = publish(site, folder_of(live))
    assert done.is_live and f"2 lines of {path.name} of {live}" in done.notes[0]
    edit(site, "Encore.")
    assert publish(site, folder_of(live)).notes == (), "it was mended"
