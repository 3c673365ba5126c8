"""What each part of a page costs: the same archive built with all of them, and without one after the other.

    python benchmarks/parts_cost.py --articles 2000 --rounds 3

A part is left out by the key that switches it off, by empty templates in its place, and by leaving away the pages that
are its own. Each build has one worker and a process of its own. The figures are seconds of user time and, apart, of the
system, which writes the files: the least of the rounds, in which all take turns. What sizes of pictures cost:
benchmarks/pictures.py.

It works on the RAM disk where there is one: on ext4, files cost ten times as much while others have just been deleted,
which would be counted to the parts that are measured later.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive import write_archive
from stories import Size

from newsgen import pipeline
from newsgen.nouns import kinds
from newsgen.pages import wanted
from newsgen.pipeline import Request

NOW = "2025-01-15T12:00:00+01:00"
EDITS = 3
RAM_DISK = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Part:
    """`config`: what takes its lines' place in newsgen.yaml; `templates`: emptied; `beside`: kinds of page beside an
    article that are not made; `archives`: whether it is the history of the feed; `guards`: functions that look at
    nothing."""

    name: str
    config: str = ""
    templates: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    archives: bool = False
    guards: tuple[tuple[str, str, Any], ...] = ()


#: Looks for what would be dropped in silence, with what each says where it finds nothing: module, function, answer.
GUARDS = (
    ("newsgen.index.site_links", "follow_addresses", None),
    ("newsgen.index.lone_stories", "look", None),
    ("newsgen.settings.conflict_marks", "may_hold", False),
    ("newsgen.parsing.markup.bodies", "mistyped", []),
    ("newsgen.parsing.markup.bodies", "_invisible", []),
    ("newsgen.parsing.markup", "has_unclosed_comment", False),
)
PARTS = (
    Part("search", config="search: false"),
    Part("structured data", templates=("_structured_data.html",)),
    Part("Open Graph and cards", templates=("_social.html",)),
    Part(
        "citations",
        templates=("_citation_meta.html", "_cite.html"),
    ),
    Part("history of the feed", archives=True),
    Part("guards against silence", guards=GUARDS),
)


# ---- one build, in a process of its own
@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of user and of system time of a cold build, of both of one edit; files and bytes of the site."""

    user: float
    system: float
    edit: float
    files: int
    size: int


def without(root: Path, parts: list[Part]) -> None:
    """Takes the parts out of the site at `root` and out of this process."""
    for part in parts:
        if part.config:
            path = root / "newsgen.yaml"
            key = part.config.partition(":")[0]
            kept = re.sub(rf"^{key}:.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
            path.write_text(f"{kept.rstrip()}\n{part.config}\n", "utf-8")
        for name in part.templates:
            (root / "templates").mkdir(exist_ok=True)
            (root / "templates" / name).write_text("", "utf-8")
        for kind in part.beside:
            del kinds.BESIDE[kind]
        if part.archives:
            wanted.of_archives = _no_archives
        for module, function, answer in part.guards:
            place = importlib.import_module(module)
            assert callable(getattr(place, function)), f"{module} has no {function} any more"
            setattr(place, function, lambda *_, answer=answer, **__: answer)


def _no_archives(lang: str, first: int, last: int) -> Iterator[wanted.Wanted]:
    return iter(())


def build(root: Path) -> tuple[float, float]:
    """Seconds of user and of system time."""
    start = resource.getrusage(resource.RUSAGE_SELF)
    pipeline.build(Request(root, now=NOW, workers=1))
    end = resource.getrusage(resource.RUSAGE_SELF)
    return end.ru_utime - start.ru_utime, end.ru_stime - start.ru_stime


def measure(root: Path) -> Cost:
    user, system = build(root)
    found = [path for path in (root / "site").rglob("*") if path.is_file() and not path.name.startswith(".newsgen")]
    files, size = len(found), sum(path.stat().st_size for path in found)
    texts = sorted((root / "content").glob("*/*/*.fr.md"))
    text = texts[len(texts) // 2]
    edits = []
    for number in range(EDITS):
        with text.open("a", encoding="utf-8") as file:
            file.write(f"\nUne phrase, la {number}e.\n")
        edits.append(sum(build(root)))
    return Cost(user, system, min(edits), files, size)


# ---- all of them in turns
def ask(root: Path, folder: Path, names: list[str]) -> Cost:
    """Measures a copy of `root` without the parts named, in another process."""
    place = folder / "one"
    shutil.copytree(root, place)
    try:
        command = [sys.executable, __file__, "--without", str(place), *names]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return Cost(**json.loads(answer.stdout.splitlines()[-1]))
    finally:
        shutil.rmtree(place)


def compare(articles: int, rounds: int, folder: Path) -> None:
    write_archive(folder, Size(articles, bilingual_share=0.25, picture_share=0), seed=1, names=["newsgen"])
    choices = {"all parts": [], **{part.name: [part.name] for part in PARTS}, "none": [part.name for part in PARTS]}
    costs: dict[str, list[Cost]] = {name: [] for name in choices}
    for _ in range(rounds):
        for name, left_out in choices.items():
            costs[name].append(ask(folder / "newsgen", folder, left_out))
    print(f"{articles:,} articles, seconds of one processor, the least of {rounds}")
    print(f"{'':<34}{'user':>8}{'of all':>8}{'system':>8}{'edit':>8}{'files':>9}{'MB':>8}")
    whole = least(costs["all parts"])
    for name, found in costs.items():
        cost = least(found)
        shown = name if name == "all parts" else "without any of them" if name == "none" else f"without {name}"
        print(
            f"{shown:<34}{cost.user:>8.2f}{cost.user / whole.user:>8.2f}{cost.system:>8.2f}{cost.edit:>8.3f}"
            f"{cost.files:>9,}{cost.size / 1e6:>8.1f}"
        )


def least(found: list[Cost]) -> Cost:
    first = found[0]
    times = [min(getattr(one, name) for one in found) for name in ("user", "system", "edit")]
    return Cost(*times, first.files, first.size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", nargs="+", metavar=("ROOT", "PART"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.without:
        root, *names = args.without
        without(Path(root), [part for part in PARTS if part.name in names])
        cost = measure(Path(root))
        print(json.dumps(asdict(cost)))
        return
    with tempfile.TemporaryDirectory(prefix="newsgen-parts-", dir=RAM_DISK if RAM_DISK.is_dir() else None) as name:
        compare(args.articles, args.rounds, Path(name))


if __name__ == "__main__":
    main()
