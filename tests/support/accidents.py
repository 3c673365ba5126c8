"""What happens to builds in tests: kills at any step, and what must hold afterwards."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from newsgen.output import files as output_files
from newsgen.output.manifest import MANIFEST, read_manifest
from support.harness import NOW, PIXEL, Built, Site, audit, differences

COUNTS = ("articles", "stories", "scheduled", "drafts", "expired", "withdrawn", "pages", "html_pages")


# ---- what must hold after an accident
def in_order_again(site: Site, **options: Any) -> Built:
    """Builds, and compares all of it with a clean build; the books too."""
    built = site.build(**options)
    clean, wanted = site.clean(now=options.get("now", NOW))
    assert differences(site.tree(), wanted) == []
    assert built.lines == clean.lines
    assert {name: built.result.counts[name] for name in COUNTS} == {name: clean.result.counts[name] for name in COUNTS}
    rows = read_manifest(site.output / MANIFEST)
    assert set(rows) == set(wanted)
    assert all(row.hash and row.size == len(wanted[name]) for name, row in rows.items())
    assert not (site.output / output_files.TEMPORARY).exists()
    assert audit(site) == []
    again = site.build(**options)
    assert not again.result.written and not again.result.removed and again.result.rendered == {}
    return built


def lasting(tree: dict[str, bytes]) -> set[str]:
    """The files of an output whose addresses readers keep: not those that are named by their content or size."""
    return {name for name in tree if not name.startswith("pictures/") and not re.search("/(recherche|search)/", name)}


# ---- kills
class Steps:
    """Counts the moments before and after each change of the disk that a build makes, and kills it at one of them."""

    def __init__(self, kill_at: int, log: Path | None = None) -> None:
        self.count, self.kill_at, self.log = 0, kill_at, log
        steps, connect = self, sqlite3.connect

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
                if sql not in ("COMMIT", "DELETE FROM loss") and not sql.startswith(("PRAGMA journal_mode", "ATTACH")):
                    return super().execute(sql, *arguments)
                return steps.around(super().execute, sql)(sql, *arguments)

            def executescript(self, sql: str) -> sqlite3.Cursor:
                return steps.around(super().executescript, "script")(sql)

        sqlite3.connect = lambda *arguments, **options: connect(*arguments, factory=Connection, **options)  # type: ignore
        for owner, name in (
            (os, "replace"),
            (Path, "unlink"),
            (Path, "rmdir"),
            (output_files, "_write"),
            (Path, "replace"),
            (os, "mkdir"),
        ):
            setattr(owner, name, self.around(getattr(owner, name), name))

    def around(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            self.at(f"before {name}")
            answer = real(*arguments, **options)
            self.at(f"after {name}")
            return answer

        return step

    def at(self, name: str) -> None:
        if self.count == self.kill_at:
            os._exit(77)
        self.count += 1
        if self.log:
            with self.log.open("a") as log:
                log.write(f"{name}\n")


def killed(site: Site, step: int, log: Path | None = None, **options: Any) -> bool:
    """Builds in a process of its own that dies at this step; False if it got to its end."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            Steps(step, log)
            site.build(**options)
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 77)
    return status == 77


def killed_within(site: Site, step: int, steps: int) -> bool:
    """Like `killed`, for a build that once had this many steps; the last of them may be missing at another time.

    What was counted is not the same to the last step in every run: a busy machine makes commits of its own.
    """
    was_killed = killed(site, step)
    assert was_killed or step > 0.9 * steps, f"ended before step {step} of {steps}"
    return was_killed


def first(site: Site) -> None:
    site.configure(page_size=2, feed_size=2)
    for n in range(4):
        site.story(f"2023/04/{n}.fr", title=f"Titre {n}", tags=["x"], body=f"[[{(n + 1) % 4}]]")
    site.write("content/p.png", PIXEL)


def add(site: Site) -> None:
    site.story("2023/04/9.fr", title="Neuf", tags=["y"], body="[[2]]")


def rename(site: Site) -> None:
    site.rename("content/2023/04/2.fr.md", "content/2023/05/neuf.fr.md")
    site.remove("content/2023/04/1.fr.md")
    site.story("2023/04/3.fr", title="Autre titre", tags=["z"], body="![p](/p.png)")
