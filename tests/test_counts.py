"""What an article costs a build, in things that can be counted, so that no feature doubles them unseen.

Seconds differ from run to run, and a cold build once became twice as dear while features landed. What one more article
adds to a cold build, and what an edit of one body does, are counted here: files, pages, rows of cache and manifest,
statements of SQL, calls of functions. They are what they were, give or take a few in a hundred; a change that costs
more says so here, and one that saves something lowers the figure.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsgen.output.manifest import MANIFEST
from support.harness import Site, article, lend_bytecode
from support.statements import watch

FEW, MANY = 40, 80
#: What one more article adds to a cold build, a quarter of them in two languages; and what an edit of a body takes.
COLD = {"files": 2.8, "pages": 2.7, "rows": 112, "statements": 33.5, "calls": 7466, "bytes of cache": 9000}
EDIT = {"files": 7, "pages": 6, "statements": 636, "calls": 55_100}
#: Whose calls they are; another Python makes others.
OF_PYTHON = (3, 11)
#: By how much in a hundred a figure may differ.
TOLERANCE = 3


def archive(site: Site, number: int) -> Site:
    """So many articles over four months, as an archive has them: sections, tags, authors, cross-links, sources."""
    for n in range(number):
        date = f"2023-{n % 4 + 1:02}-{n % 28 + 1:02}"
        body = f"Le texte de l'article {n}, avec [un lien](a{(n * 7) % number:03}.fr.md).\n\nEt encore un paragraphe."
        front = {
            "categories": [("europe", "monde")[n % 2]],
            "tags": [f"Mot {n % 10}", f"Mot {n % 7}"],
            "authors": [f"Auteur {n % 5}"],
            "source": "Agence",
            "lead": f"Le chapô de {n}.",
        }
        site.story(f"a{n:03}.fr", article(f"Titre de l'article {n}", date=date, body=body, **front))
        if n % 4 == 0:
            site.story(f"a{n:03}.en", article(f"Title of article {n}", body="A text."))
    return site


class Calls:
    number = 0


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts the calls of functions, those of C too."""
    calls = Calls()

    def count(_: object, event: str, __: object) -> None:
        if event in ("call", "c_call"):
            calls.number += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def rows(path: Path) -> int:
    with sqlite3.connect(path) as books:
        tables = [name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(books.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in tables)


def cost(site: Site) -> dict[str, float]:
    """Of the next build."""
    lend_bytecode(site.cache)
    with pytest.MonkeyPatch.context() as watched, counted() as calls:
        said = watch(watched)
        built = site.build()
    assert not built.errors
    return {
        "files": len(built.result.written),
        "pages": built.result.counts["rendered"],
        "rows": rows(site.cache / "catalog.sqlite") + rows(site.output / MANIFEST),
        "statements": sum(said.values()),
        "calls": calls.number,
        "bytes of cache": sum(path.stat().st_size for path in site.cache.rglob("*") if path.is_file()),
    }


def of_cold(folder: Path) -> dict[str, float]:
    archive(Site(folder / "first"), 1).build()  # compiles templates, and loads modules
    few, many = (cost(archive(Site(folder / str(number)), number)) for number in (FEW, MANY))
    return {name: (many[name] - few[name]) / (MANY - FEW) for name in few}


def of_edit(folder: Path) -> dict[str, float]:
    site = archive(Site(folder / "site"), FEW)
    site.build()
    costs: dict[str, float] = {}
    for number in (1, 2):  # the first loads modules
        text = (site.root / "content/a020.fr.md").read_text("utf-8")
        site.story("a020.fr", f"{text}\n\nUne phrase, la {number}e.\n")
        costs = cost(site)
    return costs


def counts(what: str, folder: Path) -> dict[str, float]:
    """In a process of its own, for which no other test has loaded or kept anything."""
    command = [sys.executable, __file__, what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": "0"})
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def differing(costs: dict[str, float], wanted: Mapping[str, float]) -> list[str]:
    bad = []
    for name, figure in wanted.items():
        if name == "calls" and sys.version_info[:2] != OF_PYTHON:
            continue
        if abs(costs[name] - figure) > abs(figure) * TOLERANCE / 100:
            bad.append(f"{name}: {costs[name]:.1f}, and {figure} is written down")
    return bad


def test_what_an_article_adds_to_a_cold_build(tmp_path: Path) -> None:
    assert not differing(counts("cold", tmp_path), COLD)


def test_what_an_edit_of_a_body_takes(tmp_path: Path) -> None:
    assert not differing(counts("edit", tmp_path), EDIT)


if __name__ == "__main__":
    print(json.dumps({"cold": of_cold, "edit": of_edit}[sys.argv[1]](Path(sys.argv[2]))))
