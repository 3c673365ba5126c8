"""A newsroom that publishes a site to places, for tests: what it does, what readers get, and accidents at each step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from newsgen.pipeline import Request
from newsgen.publish import publication
from newsgen.publish.books import File, Record, manifest_text, name_of
from newsgen.publish.folder import FolderMachine
from newsgen.publish.place import Place, Progress
from newsgen.publish.plan import plan
from newsgen.publish.releases import Machine, Releases
from newsgen.publish.wishes import Publication, Wishes
from support.harness import NOW, Site, article, lend_bytecode

KILLED = 77
#: The story that is edited, and another one.
X, STAYS = "2023/04/x.fr", "2022/05/stays.fr"


def two_stories(site: Site) -> None:
    site.story(X, article("Sommet"))
    site.story(STAYS, article("Reste", date="2022-05-01"))


def edit(site: Site, text: str = "Autre texte.") -> None:
    site.story(X, article("Sommet", body=text))


def publish(site: Site, place: Place, *, now: str = NOW, **wishes: Any) -> Publication:
    """`newsgen publish`, without its words."""
    lend_bytecode(site.cache)
    request = Request(site.root, now=now, workers=1)
    return publication.publish(request, place, Wishes(**({"patience": 0.0} | wishes)), lambda *_: None)


def folder_of(folder: Path, **options: Any) -> Releases:
    return Releases(FolderMachine(folder), name=str(folder), **options)


def release(place: Releases, output: Path, files: dict[str, bytes], *, patience: float = 0.0) -> Record:
    """Publishes these files, without a build."""
    shutil.rmtree(output, ignore_errors=True)
    rows = []
    for path, data in files.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(data)
        rows.append(File(path, hash_of(data), len(data), "article"))
    manifest = manifest_text(rows)
    with place.held("newsgen publish", patience=patience):
        live = place.live()
        number = live.record.number + 1 if live.record else 1
        record = Record(f"{number:06}-{name_of(manifest)}", number, "", "", "", len(rows), 0)
        place.publish(record, manifest, plan(live.manifest, manifest), output, lambda *_: None)
    return record


def hash_of(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def seen(site: Site, folder: Path) -> dict[str, bytes]:
    """What readers get: every file of the live site."""
    return site.tree((folder / "current").resolve())


class Watched:
    """A machine that tells each act before and after it is done, and which files were sent."""

    def __init__(self, machine: Machine, told: Callable[[str], None]) -> None:
        self._machine, self._told = machine, told
        self.sent: list[str] = []

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._machine, name)
        if name in ("read", "names", "leads_to", "age", "hashes", "touch"):
            return act

        def watched(*arguments: Any) -> Any:
            self._told(f"before {name} {arguments[0]}")
            answer = act(*arguments)
            self._told(f"after {name} {arguments[0]}")
            return answer

        return watched

    def send(self, output: Path, files: Iterable[File], into: str, progress: Progress) -> None:
        files = list(files)
        self.sent += [file.path for file in files]
        for file in files:
            self._told(f"before send {file.path}")
            self._machine.send(output, [file], into, progress)
        self._told("after send")


def killed_at(step: int, act: Callable[[Callable[[str], None]], object], log: Path | None = None) -> bool:
    """Whether an act in a process of its own died at this step, as by `kill -9`; -1: it does not die."""
    child = os.fork()
    if child == 0:
        count, status = 0, 1

        def told(what: str) -> None:
            nonlocal count
            if log:
                with log.open("a") as file:
                    file.write(f"{what}\n")
            if count == step:
                os._exit(KILLED)
            count += 1

        try:
            act(told)
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED
