"""Any history of edits, publications, accidents and ways back leaves a whole site, and loses nothing in silence."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from newsgen.ledger import folder as ledger_folder
from newsgen.ledger import lines as ledger_lines
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish import lock, releases
from newsgen.publish.folder import FolderMachine
from newsgen.publish.releases import Releases
from newsgen.publish.way_back import rollback
from newsgen.publish.wishes import says_nothing_new
from support.harness import Site, article, differences, examples
from support.newsroom import Watched, folder_of, publish, seen

STORIES = st.integers(0, 3)
TITLES = st.sampled_from(["Sommet", "Autre titre", "Un troisième"])
STATES = st.sampled_from([{}, {}, {}, {"draft": True}, {"expires": "2024-01-01"}, {"gone": "Erreur."}])


class Killed(BaseException):
    """The process is no more: nothing of it happens from now on."""


class Steps:
    def __init__(self, kill_at: int) -> None:
        self.left = kill_at

    def __call__(self, what: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed(what)


class PublishMachine(RuleBasedStateMachine):
    """One folder as host, and editors and operators who do anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="newsgen-machine-"))
        self.host = self.folder / "srv"
        self.site = Site(self.folder / "site-folder")
        self.was_live: list[dict[str, bytes]] = []  # every whole site that readers had, or may have had
        self.written: dict[int, dict[str, Any]] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begins(self) -> None:
        self.site.story("2022/05/stays.fr", article("Reste", date="2022-05-01"))

    # ---- editors
    @rule(number=STORIES, title=TITLES, state=STATES)
    def writes(self, number: int, title: str, state: dict[str, Any]) -> None:
        self.site.story(f"2023/04/{number}.fr", article(f"{title} {number}", **state))

    @rule(number=STORIES)
    def deletes(self, number: int) -> None:
        (self.site.root / f"content/2023/04/{number}.fr.md").unlink(missing_ok=True)

    # ---- operators
    @rule()
    def publishes(self) -> None:
        done = publish(self.site, folder_of(self.host, keep=2), is_first=True, removals=10**6)
        if done.is_live:
            assert not differences(seen(self.site, self.host), self.site.tree())
            self.was_live.append(seen(self.site, self.host))
            self._all_is_promised()
        elif done.status == 3:
            assert done.result.lost or done.result.held_open
        else:
            assert says_nothing_new(done.plan)

    @rule(number=STORIES, title=TITLES, state=STATES)
    def writes_and_publishes(self, number: int, title: str, state: dict[str, Any]) -> None:
        self.writes(number, title, state)
        self.publishes()

    @rule(step=st.integers(0, 60))
    def is_killed_while_publishing(self, step: int) -> None:
        place = Releases(Watched(FolderMachine(self.host), Steps(step)), name="srv", keep=2)  # type: ignore[arg-type]
        try:
            done = publish(self.site, place, is_first=True, removals=10**6)
        except Killed:
            self.was_live.append(self.site.tree())
        else:
            if done.is_live:
                self.was_live.append(seen(self.site, self.host))

    @rule()
    def goes_back(self) -> None:
        before = seen(self.site, self.host) if (self.host / "current").exists() else {}
        try:
            rollback(folder_of(self.host, keep=2), patience=0)
        except NewsgenError:
            assert (seen(self.site, self.host) if (self.host / "current").exists() else {}) == before
            return
        for name in seen(self.site, self.host):
            if name.endswith("/index.json") and name not in before:
                page = before.get(name.replace("index.json", "index.html"), b"")
                assert b'http-equiv="refresh"' in page, f"{name} was taken off, and is shown again"

    @rule(what=st.sampled_from(["ledger", ".newsgen", "site"]))
    def loses(self, what: str) -> None:
        shutil.rmtree(self.site.root / what, ignore_errors=True)

    # ---- what holds
    @invariant()
    def readers_have_a_whole_site(self) -> None:
        if (self.host / "current").exists():
            assert seen(self.site, self.host) in self.was_live

    def _all_is_promised(self) -> None:
        """Every article that readers have is in the ledger that lies beside the site."""
        texts = {path.name: path.read_bytes() for path in (self.host / "newsgen/ledger").iterdir()}
        lines = [line for name, data in texts.items() for line in ledger_lines.read(data, name)[0]]
        promised = ledger_folder.addresses(lines)
        pages = (name.removesuffix("index.json") for name in seen(self.site, self.host) if name.endswith("/index.json"))
        assert {f"/{page}" for page in pages} <= promised


def test_any_history_leaves_a_whole_site_and_its_promises(monkeypatch: Any) -> None:
    monkeypatch.setattr(releases, "WAIT", -1.0)
    monkeypatch.setattr(lock, "STALE", -5.0)  # whoever was killed here is alive: it is this process
    steps = 12 if examples(1) == 1 else 30
    run_state_machine_as_test(PublishMachine, settings=settings(max_examples=examples(4), stateful_step_count=steps))
