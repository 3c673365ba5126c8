"""What a change costs: cold builds, edits and builds with nothing to do of this checkout and of a commit, in turns.

    python benchmarks/against.py main~20 --articles 2000 --rounds 7

Prints the median CPU seconds of all processes (of the system, too), the largest memory, and their ratios; in brackets
how far the middle half of the rounds lies apart. Both take the same archive, each with folders of its own, on the RAM
disk where there is one. Both run with the libraries of the Python that runs this.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from archive import write_archive
from measure import BenchmarkError, Run, run
from stories import Size

HERE = Path(__file__).resolve().parents[1]
NOW = "2026-01-01T00:00:00+01:00"
PARTS = ("src", "templates", "static")  # what newsgen is in a checkout
LIMIT_SECONDS = 3600.0
RAM_DISK = Path("/dev/shm")


def checkout(commit: str, folder: Path) -> Path:
    """The parts of a commit, or of the work tree for "", in a folder of their own, compiled."""
    folder.mkdir()
    if commit:
        packed = subprocess.run(["git", "archive", commit, *PARTS], cwd=HERE, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=folder, input=packed, check=True)
    else:
        for part in PARTS:
            shutil.copytree(HERE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(folder / "src", quiet=2)
    return folder


class Side:
    """One of the two: its program, its copy of the archive, and what its builds cost."""

    def __init__(self, name: str, program: Path, archive: Path, folder: Path) -> None:
        self.name, self.site = name, folder / f"site-{name}"
        shutil.copytree(archive, self.site)
        self.environment = [f"PYTHONPATH={program / 'src'}", "PYTHONDONTWRITEBYTECODE=1"]
        self.runs: dict[str, list[Run]] = {}
        self.articles = sorted((self.site / "content").glob("[0-9]*/*/[!_]*.fr.md"))
        self.edits = 0

    def build(self, kind: str) -> None:
        command = ["env", *self.environment, sys.executable, "-m", "newsgen", "build", "--quiet", "--now", NOW]
        done = run(command, cwd=self.site, limit_seconds=LIMIT_SECONDS)
        if done.status not in (0, 1):
            raise BenchmarkError(f"{self.name}: {done.stderr[-2000:]}")
        self.runs.setdefault(kind, []).append(done)

    def forget(self) -> None:
        for name in ("site", ".newsgen"):
            shutil.rmtree(self.site / name, ignore_errors=True)

    def edit(self) -> None:
        """A sentence more in an article of median age."""
        self.edits += 1
        with self.articles[len(self.articles) // 2 + self.edits % 50].open("a", encoding="utf-8") as file:
            file.write(f"\nUne phrase de plus, la {self.edits}e.\n")


def measure(sides: list[Side], rounds: int) -> None:
    for number in range(rounds):
        turn = sides if number % 2 else sides[::-1]
        for side in turn:
            side.forget()
            side.build("cold build")
        for _ in range(3):
            for side in turn:
                side.edit()
                side.build("one edit")
        for side in turn:
            side.build("nothing changed")
        print(f"round {number + 1} of {rounds} is done", file=sys.stderr, flush=True)


def table(before: Side, after: Side) -> str:
    lines = [f"{'':<32}{'before':>16}{'after':>16}{'ratio':>8}"]
    figures: list[tuple[str, Callable[[Run], float]]] = [
        ("CPU s", lambda done: done.cpu_seconds),
        ("of the system", lambda done: done.system_seconds),
        ("wall s", lambda done: done.seconds),
        ("MiB", lambda done: done.peak_mib or 0),
    ]
    for kind in before.runs:
        for name, figure in figures:
            ours, theirs = ([figure(done) for done in side.runs[kind]] for side in (after, before))
            ratio = statistics.median(ours) / (statistics.median(theirs) or 1)
            lines.append(f"{kind + ', ' + name:<32}{_shown(theirs):>16}{_shown(ours):>16}{ratio:>8.3f}")
    return "\n".join(lines)


def _shown(values: list[float]) -> str:
    low, _, high = statistics.quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
    return f"{statistics.median(values):.3f} ({high - low:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="what the work tree is compared with")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    room = RAM_DISK if os.access(RAM_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="newsgen-against-", dir=room) as name:
        folder = Path(name)
        size = Size(args.articles, bilingual_share=0.25, picture_share=0.02)
        write_archive(folder, size, seed=1, names=["newsgen"])
        sides = [
            Side(name, checkout(commit, folder / name), folder / "newsgen", folder)
            for name, commit in (("before", args.commit), ("after", ""))
        ]
        measure(sides, args.rounds)
        print(f"{args.articles:,} articles, medians of {args.rounds} rounds, before: {args.commit}")
        print(table(*sides))


if __name__ == "__main__":
    main()
