"""Any sequence of edits, builds and accidents: after each build the output is what a clean build gives.

Rules are what happens to a site (strategies_site.py); each may be followed by a build, and each build is compared, in
bytes, words, times and traces, with a build of the same sources that knows of no earlier one. `make soak-edits` tries
many. A failure prints the whole sequence as a list of steps.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from newsgen import pipeline
from newsgen.addresses.urls import output_path
from newsgen.desk import ledgers
from newsgen.ledger import folder as ledger_folder
from newsgen.ledger import lines as ledger
from newsgen.ledger import live
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.model import UrlPath
from newsgen.output import files as output_files
from newsgen.output.manifest import MANIFEST
from support import strategies_site as draw
from support.harness import (
    NOW,
    Built,
    LastGood,
    Lent,
    Public,
    Site,
    audit,
    differences,
    examples,
    stamps,
    standing_in,
    taking_for_public,
)
from support.strategies_site import Change, Edit, Touch

#: After an edit: build, or wait for the next edit.
WAITS = st.sampled_from((False, False, True))
COUNTS = ("articles", "stories", "scheduled", "drafts", "expired", "withdrawn", "pages", "html_pages")
RUN = sys.modules["newsgen.pipeline.run"]
HOSTS = ["cloudflare", "apache", "nginx", "caddy", "s3"]
#: Lines of redirects.yaml, for addresses that stories of these tests have had.
REDIRECTS = (
    "/fr/2023/04/titre-0/: /fr/europe/",
    "/fr/2023/04/titre-1/: gone",
    "/fr/2023/04/titre-2/: /fr/2023/04/titre-0/",
    "/en/2023/04/titre-0/: /fr/2023/04/titre-1/",
    "/fr/jamais/: /fr/2023/04/titre-2/",
    "/fr/feed.atom: gone",
    "/fr/2023/04/t*/: {to: /fr/, addresses: 2}",
    "/en/**: {to: /en/latest/, addresses: 1}",
    "/fr/2023/: /fr/nowhere/",
)
#: Files of others, at addresses that newsgen never wants.
FOREIGN = ("CNAME", ".well-known/x", "fr/notes.txt", "fr/2023/04/titre-0/notes.txt")


class SiteMachine(RuleBasedStateMachine):
    LANGUAGES: tuple[tuple[str, ...], ...] = (("fr", "en"),)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="newsgen-machine-"))
        self.site = Site(self.folder / "site-folder")
        self.site.output = self.folder / "output"
        self.now, self.drafts, self.is_pending = NOW, False, False
        self.good, self.public = LastGood(), Public()
        self.published = 0
        self.kept_cache: tuple[Path, dict[str, frozenset[str]], Public, str] | None = None
        self.mended: dict[str, bytes | None] = {}
        self.foreign: dict[Path, set[str]] = {}
        self.journal: list[str] = []
        self.tools = RUN._tools
        self.cache_tools = self.tools()

    def teardown(self) -> None:
        try:
            if self.is_pending:
                self.build()
        finally:
            RUN._tools = self.tools  # type: ignore[attr-defined]
            shutil.rmtree(self.folder)

    # ---- editing
    @initialize(size=st.sampled_from((3, 10, 18, 26)), number=st.integers(0, 1), page_size=st.sampled_from((2, 3)))
    def first(self, size: int, number: int, page_size: int) -> None:
        languages = self.LANGUAGES[number % len(self.LANGUAGES)]
        settings = {"languages": [*languages], "page_size": page_size, "feed_size": 2, "redirect_files": HOSTS}
        self.journal.append(f"site.configure(**{settings})")
        self.site.configure(**settings)
        self.journal.append(f"first_archive({size}, {[*languages]})")
        for path, text in draw.first_archive(size, [*languages]).items():
            self.site.write(path, text)
        self.build()

    def edit(self, edit: Callable[[Site], None], wait: bool) -> None:
        self.journal.append(str(edit))
        path = getattr(edit, "to", "") if isinstance(edit, Edit) and edit.to else getattr(edit, "path", "")
        if path and getattr(edit, "text", "") is not None:
            _make_room(self.site.root / path)
        edit(self.site)
        self.is_pending = True
        if not wait:
            self.build()

    @rule(edit=draw.changes, wait=WAITS)
    def change(self, edit: Change, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.holding_changes, wait=WAITS)
    def hold_back(self, edit: Change, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edits=st.lists(draw.changes, min_size=2, max_size=4))
    def change_several(self, edits: list[Change]) -> None:
        for edit in edits:
            self.edit(edit, True)
        self.build()

    @rule(edit=draw.older, wait=WAITS)
    def replace_by_older(self, edit: Change, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.touches, wait=WAITS)
    def touch(self, edit: Touch, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.whole_saves, wait=WAITS)
    def save(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.story_deletions, wait=WAITS)
    def delete(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.story_renames, wait=WAITS)
    def rename(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.moves, wait=WAITS)
    def move(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.case_renames, wait=WAITS)
    def rename_case(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.story_breaks, wait=WAITS)
    def break_file(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.story_refusals, wait=WAITS)
    def refuse_file(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.files_edits, wait=WAITS)
    def edit_other_content(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.theme_edits, wait=WAITS)
    def edit_theme(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.static_edits, wait=WAITS)
    def edit_static(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(edit=draw.config_edits, wait=WAITS)
    def configure(self, edit: Edit, wait: bool) -> None:
        self.edit(edit, wait)

    @rule(now=draw.moments, wait=WAITS)
    def move_clock(self, now: str, wait: bool) -> None:
        self.journal.append(f"now = {now!r}")
        self.now, self.is_pending = now, True
        if not wait:
            self.build()

    @rule(wait=WAITS)
    def toggle_drafts(self, wait: bool) -> None:
        self.drafts, self.is_pending = not self.drafts, True
        self.journal.append(f"drafts = {self.drafts}")
        if not wait:
            self.build()

    # ---- what stops a build, and a template that fails
    @precondition(lambda self: not self.mended)
    @rule(edit=st.sampled_from((*draw.STOPS, draw.FAILURE)), wait=WAITS)
    def break_site(self, edit: Edit, wait: bool) -> None:
        path = self.site.root / edit.path
        self.mended = {edit.path: path.read_bytes() if path.exists() else None}
        self.edit(edit, wait)

    @precondition(lambda self: self.mended)
    @rule(wait=WAITS)
    def mend_site(self, wait: bool) -> None:
        for path, data in self.mended.items():
            self.edit(Edit("mend", path, data), wait)
        self.mended = {}

    # ---- what is live
    @rule(wait=WAITS)
    def publish(self, wait: bool) -> None:
        """What was built is live now, and the next build has its ledger."""
        if not (self.site.output / "newsgen-ledger/next.txt").is_file():
            return
        self.published += 1
        moment = f"2024-01-15T{self.published // 60 % 24:02}:{self.published % 60:02}:00Z"
        self.journal.append(f"site.publish({moment!r})")
        live.fetch(self.site.root, str(self.site.output), now=datetime.fromisoformat(moment))
        self.is_pending = True
        if not wait:
            self.build()

    @rule(lines=st.lists(st.sampled_from(REDIRECTS), unique=True, max_size=3), wait=WAITS)
    def redirect(self, lines: list[str], wait: bool) -> None:
        self.edit(Edit("redirects", "redirects.yaml", "".join(f"{line}\n" for line in lines)), wait)

    @rule(number=st.integers(0, 200), wait=WAITS)
    def forget(self, number: int, wait: bool) -> None:
        """One of the addresses that were published is to be nowhere any more."""
        known = sorted({promise.address for promise in ledger.promises(ledger_folder.read(self.site.root))})
        if known:
            address = known[number % len(known)]
            self.journal.append(f"ledgers.forget(site.root, [{address!r}], ...)")
            ledgers.forget(self.site.root, [address], now=datetime(2024, 1, 16, tzinfo=UTC), writes=True)
            self.is_pending = True
            if not wait:
                self.build()

    @rule(wait=WAITS)
    def retract(self, wait: bool) -> None:
        """The newest publication was a mistake."""
        lines = [line for line in ledger.standing(ledger_folder.read(self.site.root)) if line.moment]
        if lines:
            name = max(lines, key=lambda line: line.moment).publication
            number = len(ledgers.retract(self.site.root, name, None, now=datetime(2024, 1, 16, tzinfo=UTC)).promises)
            self.journal.append(f"ledgers.retract(site.root, {name!r}, {number}, ...)")
            ledgers.retract(self.site.root, name, number, now=datetime(2024, 1, 16, tzinfo=UTC))
            self.is_pending = True
            if not wait:
                self.build()

    @rule(wait=WAITS)
    def lose_ledger(self, wait: bool) -> None:
        self.journal.append("shutil.rmtree(ledger)")
        shutil.rmtree(self.site.root / "ledger", ignore_errors=True)
        self.is_pending = True
        if not wait:
            self.build()

    # ---- accidents and upkeep
    @rule(number=st.integers(0, 2), wait=WAITS)
    def upgrade(self, number: int, wait: bool) -> None:
        self.journal.append(f"newsgen.pipeline.run._tools = lambda: 'version {number}'")
        RUN._tools = lambda: f"version {number}"  # type: ignore[attr-defined]
        self.is_pending = True
        if not wait:
            self.build()

    @rule(wait=WAITS)
    def lose_cache(self, wait: bool) -> None:
        self.journal.append("shutil.rmtree(cache)")
        shutil.rmtree(self.site.cache, ignore_errors=True)
        self.good.in_cache, self.public, self.is_pending = {}, Public(), True
        if not wait:
            self.build()

    @precondition(lambda self: self.site.cache.is_dir())
    @rule()
    def keep_cache(self) -> None:
        if self.kept_cache:
            shutil.rmtree(self.kept_cache[0])
        self.journal.append("keep a copy of the cache")
        copy = self.folder / "kept-cache"
        shutil.copytree(self.site.cache, copy, symlinks=True)
        self.kept_cache = copy, dict(self.good.in_cache), self.public.copy(), self.cache_tools

    @precondition(lambda self: self.kept_cache)
    @rule(wait=WAITS)
    def restore_cache(self, wait: bool) -> None:
        assert self.kept_cache
        self.journal.append("put the kept copy of the cache back")
        shutil.rmtree(self.site.cache, ignore_errors=True)
        shutil.copytree(self.kept_cache[0], self.site.cache, symlinks=True)
        self.good.in_cache, self.public = dict(self.kept_cache[1]), self.kept_cache[2].copy()
        self.cache_tools, self.is_pending = self.kept_cache[3], True
        if not wait:
            self.build()

    @rule(wait=WAITS)
    def lose_output(self, wait: bool) -> None:
        self.journal.append("shutil.rmtree(output)")
        shutil.rmtree(self.site.output, ignore_errors=True)
        self.foreign.pop(self.site.output, None)
        self.is_pending = True
        if not wait:
            self.build()

    @precondition(lambda self: not self.mended)
    @rule()
    def lose_manifest(self) -> None:
        """Without it every file is a stranger's unless it is what newsgen would write: nothing else is pending."""
        first = self.build()
        if first is None or self.good.broken(self.site):
            return
        old = stamps(self.site)
        self.journal.append("delete the manifest")
        (self.site.output / MANIFEST).unlink()
        built = self.build()
        with self.told():
            assert built is None or not built.result.written
            assert stamps(self.site) == old

    @rule(name=st.sampled_from(("output", "other")), wait=WAITS)
    def switch_output(self, name: str, wait: bool) -> None:
        self.journal.append(f"output = {name!r}")
        self.site.output, self.is_pending = self.folder / name, True
        if not wait:
            self.build()

    @rule(name=st.sampled_from(FOREIGN))
    def add_foreign_file(self, name: str) -> None:
        path = self.site.output / name
        self.journal.append(f"somebody else's file {name} in the output")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:  # a static file stands where the folder would be
            return
        path.write_text("mine")
        self.foreign.setdefault(self.site.output, set()).add(name)

    @precondition(lambda self: not self.mended and not self.good.broken(self.site))
    @rule(after=st.integers(0, 40))
    def kill_build(self, after: int) -> None:
        """A build that ends before a write; what follows may undo what it was about to do."""
        self.journal.append(f"build, killed after looking at {after} files")
        self.good.look(self.site)
        lent = Lent(self.good, self.site)
        self.open_cache()
        with killed_after(after), suppress(NewsgenError):
            self.site.build(output=self.site.output, now=self.now, drafts=self.drafts)
        self.good.built(self.site)
        with self.site.copy() as other:
            with standing_in(lent):
                other.build(now=self.now, drafts=self.drafts)
            self.public.built(self.site, other)
        self.is_pending = True

    def open_cache(self) -> None:
        """Another newsgen makes the cache anew when it opens it."""
        if self.cache_tools != (tools := RUN._tools()):
            self.cache_tools = tools
            self.public.renewed()

    # ---- building
    @rule()
    def clean(self) -> None:
        self.good.in_cache, self.public = {}, Public()
        self.build(clean=True)

    @rule()
    def build_again(self) -> None:
        first = self.build()
        old = stamps(self.site) if first else {}
        again = self.build()
        with self.told():
            assert (first is None) == (again is None)
            if first and again:
                assert not again.result.written and not again.result.removed
                assert [d for d in again.diagnostics if d.id != "address-lost"] == [
                    d for d in first.diagnostics if d.id != "address-lost"
                ]
                assert stamps(self.site) == old
                if not self.mended:
                    assert again.result.rendered == {}

    @rule()
    def check_first(self) -> None:
        """`check` says what `build` says, and changes nothing."""
        if self.mended:
            return
        old = stamps(self.site) if self.site.output.is_dir() else {}
        self.journal.append("check")
        checked: pipeline.BuildResult | None = None
        with suppress(NewsgenError):
            checked = pipeline.check(self.request())
        with self.told():
            assert old == (stamps(self.site) if self.site.output.is_dir() else {})
        built = self.build()
        with self.told():
            assert (built is None) == (checked is None)
            if built and checked:
                assert [str(d) for d in checked.diagnostics] == [str(d) for d in built.diagnostics]

    def request(self, **options: Any) -> pipeline.Request:
        site = self.site
        return pipeline.Request(site.root, site.output, now=self.now, drafts=self.drafts, workers=1, **options)

    def build(self, **options: Any) -> Built | None:
        """Builds, and compares with a clean build; None where newsgen.yaml does not let it."""
        site, options = self.site, {"now": self.now, "drafts": self.drafts, **options}
        self.journal.append(f"build {options}")
        self.is_pending = False
        self.good.look(site)
        stand_ins, lent = self.good.stand_ins(site), Lent(self.good, site)
        self.open_cache()
        public = self.public.before(site)
        before = site.tree() if site.output.is_dir() else {}
        old_stamps = stamps(site) if before else {}
        try:
            built: Built | None = site.build(output=site.output, **options)
            refused = ""
        except NewsgenError as fault:
            built, refused = None, str(fault)
        with site.copy() as other:
            for path, data in stand_ins.items():
                other.write(path, data)
            try:
                with taking_for_public(public), standing_in(lent):
                    clean, wanted = other.build(now=self.now, drafts=self.drafts), other.tree()
            except NewsgenError as fault:
                with self.told():
                    assert built is None and refused == str(fault)
                    assert (site.tree() if site.output.is_dir() else {}) == before
                return None
            if not clean.result.is_stopped:
                self.public.built(site, other)
        with self.told():
            assert built is not None, refused
            self.compare(built, clean, before, wanted, is_standing_in=bool(stand_ins))
            tree, new_stamps = site.tree(), stamps(site)
            assert [n for n in tree if before.get(n) == tree[n] and old_stamps[n] != new_stamps[n]] == []
            assert set(built.result.written) == {n for n in tree if old_stamps.get(n) != new_stamps[n]} - self.others
            if not built.result.is_stopped:
                self.good.built(site)
                assert audit(site) == []
                assert unkept(site, built) == []
        return built

    @property
    def others(self) -> set[str]:
        return self.foreign.get(self.site.output, set())

    def compare(
        self, built: Built, clean: Built, before: dict[str, bytes], wanted: dict[str, bytes], is_standing_in: bool
    ) -> None:
        assert built.result.is_stopped == clean.result.is_stopped
        if not is_standing_in:
            found = [f"should not be said: {d}" for d in built.lines if d not in clean.lines]
            found += [f"is not said: {d}" for d in clean.lines if d not in built.lines]
            assert built.lines == clean.lines, "\n".join(("the diagnostics are not a clean build's:", *found))
        tree = self.site.tree() if self.site.output.is_dir() else {}
        if built.result.is_stopped:
            assert tree == before
            return
        ours = {name: data for name, data in tree.items() if name not in self.others}
        assert self.others <= set(tree)
        if clean.find("template-failed"):
            # What failed (draw.FAILURE) keeps its last bytes; a clean build has none.
            kept = set(ours) & set(before) - set(wanted)
            wanted |= {n: before[n] for n in kept if n.split("/")[1:2] in (["en-continu"], ["latest"], ["direct"])}
        if any(note.id == "pages-wait" for note in built.notes):
            # What would lead to a page that was never published is as it was.
            for name in (ours.keys() | wanted.keys()) if clean.find("template-failed") else ():
                if ours.get(name) == before.get(name):
                    wanted.pop(name, None)
                    wanted |= {name: ours[name]} if name in ours else {}
        found = differences(ours, wanted)
        assert not found, "\n".join(("the output is not what a clean build gives:", *found))
        if not is_standing_in:
            assert {k: built.result.counts[k] for k in COUNTS} == {k: clean.result.counts[k] for k in COUNTS}
            assert built.result.due == clean.result.due
            assert built.result.lost == clean.result.lost

    def told(self) -> _Told:
        return _Told(self.journal)


def unkept(site: Site, built: Built) -> list[str]:
    """The promises at which nothing answers, though nobody was told and no file says that this is meant."""
    with site.catalog() as catalog:
        waiting = {output for (output,) in catalog.all("SELECT p.output FROM page p JOIN pending n ON n.page = p.id")}
        meant = set(catalog.all(_MEANT))
        shown = {target for (target,) in catalog.all(_SHOWN)}
    found = []
    for promise in ledger.promises(ledger_folder.read(site.root)):
        owner, output = promise.owner, output_path(UrlPath(promise.address))
        is_meant = (owner.id, owner.lang) in meant or (owner.kind == "media" and owner.id not in shown)
        is_meant = is_meant or _is_gone(site, promise.address)
        is_there = (site.output / output).is_file() or output in waiting
        if not is_there and not is_meant and promise.address not in built.result.lost:
            found.append(f"{promise.address} ({owner})")
        if is_there and promise.address in built.result.lost:
            found.append(f"{promise.address} answers, and is told as lost")
    return found


def _is_gone(site: Site, address: str) -> bool:
    """Whether a line of redirects.yaml says so."""
    path = site.root / "redirects.yaml"
    return path.is_file() and f"{address}: gone\n" in path.read_text("utf-8")


_SHOWN = (
    "SELECT DISTINCT target FROM mention m JOIN version v USING (story, lang)"
    " WHERE m.counts AND v.state = 'published' UNION SELECT target FROM mention WHERE story = ''"
)
_MEANT = "SELECT story, lang FROM version WHERE state IN ('draft', 'expired')"


class _Told:
    """Adds the sequence of steps to a failure."""

    def __init__(self, journal: list[str]) -> None:
        self.journal = journal

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, fault: BaseException | None, at: Any) -> None:
        if fault is not None:
            steps = "\n".join(f"  {number}. {step}" for number, step in enumerate(self.journal, 1))
            fault.add_note(f"the steps:\n{steps}")


@contextmanager
def killed_after(number: int) -> Iterator[None]:
    """A build that ends before it writes one file more than these."""
    left, real = [number], output_files.write_whole

    def killed(*arguments: Any, **options: Any) -> bool:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(output_files, "write_whole", killed)
        yield


def _make_room(target: Path) -> None:
    """A file where a folder was, and the other way round."""
    if target.is_dir():
        shutil.rmtree(target)
    for folder in target.parents:
        if folder.is_file():
            folder.unlink()


class InThreeLanguages(SiteMachine):
    LANGUAGES = (draw.THIRD[:3], ("fr", "en", "ar"))


@pytest.mark.parametrize("machine", [SiteMachine, InThreeLanguages], ids=["two languages", "three languages"])
def test_any_history_gives_what_a_clean_build_gives(machine: type[SiteMachine]) -> None:
    steps = 8 if examples(1) == 1 else 25
    run_state_machine_as_test(machine, settings=settings(max_examples=examples(2), stateful_step_count=steps))


@pytest.mark.parametrize("is_built_first", [True, False])
def test_a_last_good_version_stands_in_whatever_other_outputs_show(
    site: Site, tmp_path: Path, is_built_first: bool
) -> None:
    """An output that never showed the file says nothing of the one that does (CONTENT.md §7)."""
    site.story("a.fr")
    site.build()
    old = site.tree()
    site.write("content/a.fr.md", "broken")
    if is_built_first:
        site.build()
    site.build(output=tmp_path / "other")
    assert site.build().result.counts["last_good"] == 1
    assert site.tree() == old


def test_a_version_that_a_killed_build_never_wrote_does_not_stand_in(site: Site) -> None:
    site.build()
    site.story("a.fr", body="Jamais publié.")
    with killed_after(0):
        site.build()
    site.write("content/a.fr.md", "broken")
    assert site.build().result.counts["last_good"] == 0
    assert not site.exists("/fr/2023/04/sommet/")


def test_a_killed_build_loses_no_article_that_is_broken_next(site: Site) -> None:
    site.story("a.fr", body="Un.")
    site.build()
    site.story("a.fr", body="Deux.")
    with killed_after(3):
        site.build()
    site.write("content/a.fr.md", "broken")
    site.build()
    assert site.exists("/fr/2023/04/sommet/")
