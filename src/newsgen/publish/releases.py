"""A place with releases side by side, of which a symbolic link shows one: the whole site is switched in one step."""

# TARGET/
#   current -> releases/000042-1a2b3c4d     what readers see: the web server's root
#   releases/000041-…, 000042-…             whole sites; never changed once they have their name
#   releases/incoming                       the next one, while it is made
#   newsgen/                                outside of every release, so that no way back changes it:
#     lock  history.json  records/ID.json  manifests/ID.txt  ledger/YEAR.txt
#
# A publication makes `incoming`, gives it its name, writes its record, and switches the link: that is the one step
# that counts. Killed before it, the old site is live and whole, and the next publication begins anew; killed after it,
# the new one is, and the next publication writes the history that is missing, from where the link leads.
#
# Only what differs is touched. `incoming` is a release that nobody needs any more, brought up to date by the
# difference of two manifests; where there is none, it is the live one once more, its files linked. After an accident
# nobody knows what is in it, so every file is compared by its hash, and what is right need not travel again.
#
# A release is not touched for WAIT seconds after it was left: Apache, PHP and NFS follow the old link for a while.
#
# Proved by test_publish_killed_at_each_step, test_an_old_release_is_used_again,
# test_a_release_that_was_left_just_now_stays_as_it_is, test_a_damaged_target, test_who_lost_the_lock_switches_nothing.

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from newsgen.ledger.lines import PUBLISHED_FOLDER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import File, History, Record, manifest_text, name_of, read, text_of
from newsgen.publish.lock import Keeper, Lock
from newsgen.publish.place import Live, Progress
from newsgen.publish.plan import Plan, plan

CURRENT, RELEASES, INCOMING, BOOKS = "current", "releases", "releases/incoming", "newsgen"
#: Behind the name of a file that was begun, and never got that name.
_BEGUN = re.compile(r"\.(?:new|now)-[0-9a-f]+\Z")
#: What lies in the folder of the books, or begins so.
_KEPT = ("lock", "history.json", "records", "manifests", "ledger")
#: Seconds for which a release that was left stays as it is.
WAIT = 120.0
#: Releases that stay at least: the live one, and the one before, which some readers still see.
LEAST = 2
#: Releases that stay where nothing else is said.
KEEP = 5


class Machine(Keeper, Protocol):
    """The acts of which a publication is made; paths are relative to the target."""

    def write(self, path: str, data: bytes) -> None: ...
    def names(self, path: str) -> list[str]: ...
    def move(self, path: str, to: str) -> None: ...
    def clone(self, path: str, to: str) -> None: ...
    def leads_to(self, path: str) -> str | None: ...
    def switch(self, path: str, to: str) -> None: ...
    def send(self, output: Path, files: Iterable[File], into: str, progress: Progress) -> None: ...
    def delete(self, paths: Iterable[str], folder: str) -> None: ...
    def hashes(self, folder: str) -> dict[str, str]: ...


class Releases:
    """A target that keeps `keep` releases."""

    def __init__(self, machine: Machine, *, name: str, keep: int = KEEP) -> None:
        self.machine, self.name, self.keep = machine, name, max(LEAST, keep)
        self.lock = Lock(machine, f"{BOOKS}/lock", place=name)
        self._is_trusted, self._note = True, ""

    @contextmanager
    def held(self, doing: str, *, patience: float) -> Iterator[None]:
        with self.lock.held(doing, patience=patience):
            self._write_history_of_who_died()
            if self.lock.was_left:
                self._sweep()
            yield

    def _sweep(self) -> None:
        """Removes what somebody who died had begun to write; its own name it gets last."""
        for folder in (".", BOOKS, f"{BOOKS}/records", f"{BOOKS}/manifests", f"{BOOKS}/ledger"):
            for name in self.machine.names(folder):
                if _BEGUN.search(name) and (folder != "." or name.startswith(CURRENT)):
                    self.machine.remove(f"{folder}/{name}")

    def _write_history_of_who_died(self) -> None:
        """The switch is what counts; who was killed right after it has not written it down."""
        data, history = self.machine.read(f"{BOOKS}/history.json"), self.history()
        known = read(data, History)
        if data and known is None:
            self._note = f"{BOOKS}/history.json was damaged: nobody knows any more which releases were rolled back"
        if history.live and known != history:
            self.machine.write(f"{BOOKS}/history.json", text_of(history))

    # ---- what is there
    def distrust(self) -> None:
        self._is_trusted = False

    def live_record(self) -> Record | None:
        history = self.history()
        return self.record_of(history.live[-1]) if history.live else None

    def live(self) -> Live:
        release = self._current()
        if not release:
            return self._live_without_link()
        record, manifest = self.record_of(release), self.manifest_of(release)
        if record is None:
            words = f"{CURRENT} leads to {RELEASES}/{release}, of which {BOOKS}/ knows nothing"
            remedy = f"put {BOOKS}/ back from a copy; or publish anew with `--first`, which keeps the site's ledger"
            return Live(unknown=f"{words}: {remedy}")
        if release not in self._releases():
            return Live(record, b"", f"{RELEASES}/{release} is gone, to which {CURRENT} leads: everything is sent anew")
        if manifest is None:
            note = f"{BOOKS}/manifests/{release}.txt is gone or damaged: every file was looked at"
            return Live(record, _manifest_of(self.machine.hashes(f"{RELEASES}/{release}")), note)
        if not self._is_trusted:
            return Live(record, _manifest_of(self.machine.hashes(f"{RELEASES}/{release}")))
        return Live(record, manifest, self._note)

    def _live_without_link(self) -> Live:
        """Somebody took the link away: readers have nothing, but it is known what they had."""
        history = read(self.machine.read(f"{BOOKS}/history.json"), History) or History()
        record = self.record_of(history.live[-1]) if history.live else None
        return Live(record, b"", f"{CURRENT} is gone: it is made anew") if record else Live()

    def _current(self) -> str:
        way = self.machine.leads_to(CURRENT)
        return (way or "").rstrip("/").rpartition("/")[2]

    def history(self) -> History:
        """With the live release, also where a publication was cut off before it could write it down."""
        history = read(self.machine.read(f"{BOOKS}/history.json"), History)
        if history is None:  # lost or damaged: the names of releases begin with their number
            history = History(tuple(name for name in self._releases() if name < self._current()))
        release = self._current()
        if release and release not in history.live:
            return replace(history, live=(*history.live, release))
        return history

    def record_of(self, release: str) -> Record | None:
        return read(self.machine.read(f"{BOOKS}/records/{release}.json"), Record)

    def manifest_of(self, release: str) -> bytes | None:
        """None for one that is damaged, too: a release is named by the hash of its manifest."""
        manifest = self.machine.read(f"{BOOKS}/manifests/{release}.txt")
        return manifest if manifest and name_of(manifest) == release.rpartition("-")[2] else None

    def ledger(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        return self._texts(f"{CURRENT}{PUBLISHED_FOLDER}".rstrip("/")), self._texts(f"{BOOKS}/ledger")

    def _texts(self, folder: str) -> dict[str, bytes]:
        names = [name for name in self.machine.names(folder) if name.endswith(".txt")]
        return {name: self.machine.read(f"{folder}/{name}") or b"" for name in names}

    def strange(self) -> str:
        if self._current():
            return ""
        others = [name for name in self.machine.names(".") if name not in (BOOKS, RELEASES, "lost+found")]
        others += [f"{BOOKS}/{name}" for name in self.machine.names(BOOKS) if not name.startswith(_KEPT)]
        return ", ".join(others[:3]) + (", …" if len(others) > 3 else "")

    def file(self, path: str) -> bytes | None:
        return self.machine.read(f"{CURRENT if self.machine.leads_to(CURRENT) else '.'}/{path}")

    # ---- the next one
    def publish(self, record: Record, manifest: bytes, plan: Plan, output: Path, progress: Progress) -> None:
        if not self._current() and self.machine.names(CURRENT):
            raise NewsgenError(f"{self.name}: `{CURRENT}` is a folder and no link: give it another name, and try again")
        release, history = f"{RELEASES}/{record.id}", self.history()
        if record.id not in self.machine.names(RELEASES):
            before = self._begin(history)
            if not self._is_trusted:
                before = _manifest_of(self.machine.hashes(INCOMING))
            self._bring(before, manifest, output, progress)
            self.machine.write(f"{BOOKS}/manifests/{record.id}.txt", manifest)
            self.machine.write(f"{BOOKS}/records/{record.id}.json", text_of(record))
            self.machine.move(INCOMING, release)
        self._show(record.id, replace(history, live=(*history.live, record.id)))
        self._tidy(self.history())

    def _begin(self, history: History) -> bytes:
        """Makes `incoming`, as near to the live site as can be had for nothing; the manifest of what is in it."""
        names = self._releases()
        if INCOMING.rpartition("/")[2] in self.machine.names(RELEASES):  # of a publication that was cut off
            return _manifest_of(self.machine.hashes(INCOMING))
        for release in self._surplus(names, history):
            manifest = self.manifest_of(release)
            if manifest is not None and self._is_left():
                self.machine.move(f"{RELEASES}/{release}", INCOMING)
                self._forget(release)
                return manifest
        if (release := self._current()) in names:
            self.machine.clone(f"{RELEASES}/{release}", INCOMING)
            return self.manifest_of(release) or _manifest_of(self.machine.hashes(INCOMING))
        return b""

    def _bring(self, before: bytes, after: bytes, output: Path, progress: Progress) -> None:
        """Makes `incoming` what it is to be."""
        difference = plan(before, after)
        self.machine.delete((file.path for file in difference.removed), INCOMING)
        self.machine.send(output, difference.sent, INCOMING, progress)

    def _show(self, release: str, history: History) -> None:
        self.lock.still_held()
        if self._current() != release:
            self.machine.switch(CURRENT, f"{RELEASES}/{release}")
        self.machine.write(f"{BOOKS}/history.json", text_of(history))

    def _releases(self) -> list[str]:
        """The whole ones, sorted by their number."""
        return [name for name in self.machine.names(RELEASES) if name != INCOMING.rpartition("/")[2]]

    def _surplus(self, names: Iterable[str], history: History) -> list[str]:
        """Releases that nobody needs, the oldest first."""
        kept = {*history.live[-self.keep :], self._current()}
        return sorted(name for name in names if name not in kept)

    def _is_left(self) -> bool:
        """Whether it was some time ago that the link was switched: its history was written right after."""
        age = self.machine.age(f"{BOOKS}/history.json")
        return age is not None and age > WAIT

    def _tidy(self, history: History) -> None:
        """Removes what is surplus, but for one that the next publication can use, and what was left just now."""
        left = history.live[-2] if len(history.live) > 1 else ""
        for release in self._surplus(self._releases(), history)[:-1]:
            if release != left:
                self.machine.remove(f"{RELEASES}/{release}")
        there = self.machine.names(RELEASES)
        for book in self.machine.names(f"{BOOKS}/records"):
            if book.removesuffix(".json") not in there:
                self._forget(book.removesuffix(".json"))

    def _forget(self, release: str) -> None:
        self.machine.remove(f"{BOOKS}/manifests/{release}.txt")
        self.machine.remove(f"{BOOKS}/records/{release}.json")

    # ---- the way back
    def return_to(self, record: Record, *, left: Record) -> None:
        if record.id not in self._releases():
            raise NewsgenError(f"{self.name}: {RELEASES}/{record.id} is gone: go back with git, and publish")
        history = self.history()
        live = history.live[: history.live.index(record.id) + 1]
        self._show(record.id, History(live, (*history.rolled_back, left)))

    def keep_ledger(self, files: dict[str, bytes]) -> None:
        for name, data in sorted(files.items()):
            self.machine.write(f"{BOOKS}/ledger/{name}", data)


def _manifest_of(hashes: dict[str, str]) -> bytes:
    """Of what lies there, whose sizes and kinds nobody knows: only hashes will be compared."""
    return manifest_text(File(path, hash_, -1, "") for path, hash_ in hashes.items())
