"""Builds the same news archives with newsgen, Hugo and Pelican, edits them, and compares what it costs.

    python benchmarks/run.py --sizes 2000 20000:5           5 cold builds of each for the second, else --runs
    python benchmarks/run.py --sizes 200000:1 --resume      adds a size to results.json, unless it is there
    python benchmarks/run.py --sizes 20000:0 --add          adds its previews alone to what was measured before
    python benchmarks/run.py --table                        only rewrites docs/performance.md from results.json

The generators take turns, each build begins without output and cache, and medians are compared.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from edits import KINDS
from generators import Generator, Hugo, Newsgen, Pelican, checkout, newsgen_command, prepare_environment
from machine import describe_machine, memory_mib
from measure import BenchmarkError
from results import GOAL_SIZES, merged
from rounds import Plan, measure
from stories import Size
from table import summary, update_page

HERE = Path(__file__).parent
NAMES = ("newsgen", "hugo", "pelican")
# Options that say where things lie on this machine, which nobody else wants to repeat.
PLACES = ("--newsgen", "--results", "--page", "--work", "--venv")


def main() -> int:
    args = _arguments()
    try:
        if args.sizes:
            _measure_sizes(args)
        results = _read(args.results)
        goal_sizes = tuple(args.goal_sizes)
        print(summary(results, goal_sizes))
        if args.table:
            update_page(args.page, results, goal_sizes)
    except (BenchmarkError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    root = HERE.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--sizes", nargs="+", type=_size, metavar="ARTICLES[:RUNS]", help="numbers of article files; default 2000")
    add("--runs", type=int, default=3, help="cold builds of each generator and size; default 3")
    add("--edits", type=int, default=5, help="edits of each kind, and builds with nothing changed; default 5")
    add("--kinds", nargs="*", choices=KINDS, default=list(KINDS), help="of edits; the template once for each run")
    add("--serve-sizes", nargs="*", type=int, default=[2000, 20000], help="sizes to edit under a preview as well")
    add("--tools", nargs="+", choices=NAMES, default=["newsgen", "hugo"])
    add("--newsgen", metavar="COMMAND", help="default: the newsgen of this Python")
    add("--seed", type=int, default=1)
    add("--limit", type=float, default=7200, metavar="SECONDS", help="for one build of newsgen")
    add("--others-limit", type=float, default=900, metavar="SECONDS", help="for one build of Hugo or Pelican")
    add("--preview-limit", type=float, default=600, metavar="SECONDS", help="for one preview: its start and all edits")
    add("--limit-mib", type=float, metavar="MIB", help="memory of one build; default: three quarters of the machine's")
    add("--results", type=Path, default=HERE / "results.json", help="sizes measured before are kept in it")
    add("--resume", action="store_true", help="leave out the sizes that --results has already")
    add("--add", action="store_true", help="keep what --results has of these sizes and this run does not measure")
    add("--table", action="store_true", help="write the results into --page as well, and growth.svg beside it")
    add("--goal-sizes", nargs=3, type=int, default=list(GOAL_SIZES), metavar="N", help="of the goals; to try it all")
    add("--page", type=Path, default=root / "docs" / "performance.md")
    add("--work", type=Path, default=HERE / "work", help="for archives and sites")
    add("--venv", type=Path, default=root / ".venv-bench", help="of Hugo and Pelican")
    add("--keep", action="store_true", help="keep archives and sites")
    args = parser.parse_args()
    if not args.sizes and not args.table:
        args.sizes = [(2000, None)]
    return args


def _size(text: str) -> tuple[int, int | None]:
    articles, _, runs = text.partition(":")
    return int(articles), int(runs) if runs else None


def _measure_sizes(args: argparse.Namespace) -> None:
    """Measures one size after the other; each is in results.json as soon as it is measured."""
    generators = _generators(args)
    for generator in generators:
        if isinstance(generator, Newsgen):
            generator.compile()
    results = _read(args.results) if args.results.exists() else {"sizes": []}
    about = {
        "command": _command(sys.argv[1:]),
        "machine": describe_machine(),
        "versions": {generator.name: generator.version() for generator in generators},
        "checkout": checkout(),
        "seed": args.seed,
        "build_commands": {generator.name: generator.shown_command() for generator in generators},
    }
    known = {size["articles"] for size in results["sizes"] if "unfinished" not in size}
    for articles, runs in args.sizes:
        if args.resume and articles in known:
            print(f"{articles}: already in {args.results}", file=sys.stderr)
            continue
        plan = Plan(
            size=Size(articles),
            seed=args.seed,
            runs=args.runs if runs is None else runs,
            edits=args.edits,
            kinds=tuple(kind for kind in KINDS if kind in args.kinds),
            serves=articles in args.serve_sizes,
            limit_seconds=args.limit,
            others_limit_seconds=args.others_limit,
            preview_limit_seconds=args.preview_limit,
            limit_mib=args.limit_mib or memory_mib() * 3 / 4 or math.inf,
            work=args.work.absolute() / str(articles),
            keeps_sites=args.keep,
        )
        begin = time.time()
        save = _saver(args.results, results, args.add, about | {"date": time.strftime("%Y-%m-%d", time.gmtime(begin))})
        try:
            found = measure(plan, generators, save)
        finally:
            if not args.keep:
                shutil.rmtree(plan.work, ignore_errors=True)
        save(found | {"minutes": round((time.time() - begin) / 60, 1)})
    if not args.keep and args.work.exists() and not any(args.work.iterdir()):
        args.work.rmdir()


def _saver(path: Path, results: dict[str, Any], adds: bool, about: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    before = {size["articles"]: size for size in results["sizes"]} if adds else {}

    def save(found: dict[str, Any]) -> None:
        size = merged(before.get(found["articles"], {}), found | about)
        others = [size for size in results["sizes"] if size["articles"] != found["articles"]]
        results["sizes"] = sorted([*others, size], key=lambda size: int(size["articles"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        os.replace(temporary, path)

    return save


def _read(path: Path) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if any("edits" not in size for size in results["sizes"]):
        raise BenchmarkError(f"{path} is of an older benchmark: remove it")
    return results


def _command(words: Sequence[str]) -> str:
    kept, skips = [], False
    for word in words:
        if not skips and word not in PLACES:
            kept.append(word)
        skips = not skips and word in PLACES
    return shlex.join(["python", "benchmarks/run.py", *kept])


def _generators(args: argparse.Namespace) -> list[Generator]:
    """Those of `--tools`; a missing newsgen is left out with a notice, so that the rest can run."""
    generators: list[Generator] = []
    if "newsgen" in args.tools:
        if command := newsgen_command(args.newsgen):
            generators.append(Newsgen(command))
        else:
            print("notice: no newsgen found, so it is not measured", file=sys.stderr)
    if {"hugo", "pelican"} & set(args.tools):
        environment = args.venv.absolute()
        prepare_environment(environment)
        comparators = (Hugo(environment), Pelican(environment))
        generators += [tool for tool in comparators if tool.name in args.tools]
    return generators


if __name__ == "__main__":
    sys.exit(main())
