"""Builds the same news archives with newsgen, Hugo and Pelican, and compares them.

    python benchmarks/run.py --sizes 2000 20000 --runs 3
    python benchmarks/run.py --table          only rewrites docs/performance.md from results.json

The generators take turns, each build begins without output and cache, and medians are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from archive import write_archive
from generators import (
    Generator,
    Hugo,
    Newsgen,
    Pelican,
    newsgen_command,
    prepare_environment,
)
from machine import describe_machine
from measure import BenchmarkError, Run, run
from stories import Size
from table import summary, update_page

HERE = Path(__file__).parent
NAMES = ("newsgen", "hugo", "pelican")


@dataclass(frozen=True, slots=True)
class Plan:
    """One archive and how it is measured."""

    size: Size
    seed: int
    runs: int
    limit_seconds: float
    work: Path
    keeps_sites: bool

    def source(self, generator: Generator) -> Path:
        return self.work / "source" / generator.name

    def output(self, generator: Generator) -> Path:
        return self.work / "output" / generator.name


def main() -> int:
    args = _arguments()
    try:
        if args.sizes:
            results = _measure_sizes(args)
            args.results.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
            print(summary(results))
        if args.table:
            update_page(args.page, json.loads(args.results.read_text("utf-8")))
    except (BenchmarkError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    root = HERE.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--sizes", nargs="+", type=int, help="numbers of article files; default 2000")
    add("--runs", type=int, default=3, help="builds of each generator and size; default 3")
    add("--tools", nargs="+", choices=NAMES, default=list(NAMES))
    add("--newsgen", metavar="COMMAND", help="default: the newsgen of this Python")
    add("--seed", type=int, default=1)
    add("--limit", type=float, default=3600, metavar="SECONDS", help="for one build")
    add("--results", type=Path, default=HERE / "results.json")
    add("--table", action="store_true", help="write the results into --page as well")
    add("--page", type=Path, default=root / "docs" / "performance.md")
    add("--work", type=Path, default=HERE / "work", help="for archives and sites")
    add("--venv", type=Path, default=root / ".venv-bench", help="of Hugo and Pelican")
    add("--keep", action="store_true", help="keep archives and sites")
    args = parser.parse_args()
    if not args.sizes and not args.table:
        args.sizes = [2000]
    return args


def _measure_sizes(args: argparse.Namespace) -> dict[str, Any]:
    generators = _generators(args)
    results: dict[str, Any] = {
        "machine": describe_machine(),
        "versions": {generator.name: generator.version() for generator in generators},
        "seed": args.seed,
        "sizes": [],
    }
    for articles in args.sizes:
        plan = Plan(
            size=Size(articles),
            seed=args.seed,
            runs=args.runs,
            limit_seconds=args.limit,
            work=args.work.absolute() / str(articles),
            keeps_sites=args.keep,
        )
        try:
            results["sizes"].append(_measure(plan, generators))
        finally:
            if not args.keep:
                shutil.rmtree(plan.work, ignore_errors=True)
    return results


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


def _measure(plan: Plan, generators: Sequence[Generator]) -> dict[str, Any]:
    """What results.json holds for one size: the archive, each generator's runs, the ratios."""
    shutil.rmtree(plan.work, ignore_errors=True)
    names = [generator.name for generator in generators]
    stories = write_archive(plan.work / "source", plan.size, seed=plan.seed, names=names)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(plan.runs):
        # Who begins changes, so that a machine that grows slower is unkind to all alike.
        for turn in range(len(generators)):
            generator = generators[(number + turn) % len(generators)]
            found[generator.name].append(_one_run(plan, generator))
    tools = {name: _medians(runs) | {"runs": runs} for name, runs in found.items()}
    return {
        "articles": plan.size.articles,
        "stories": stories,
        "tools": tools,
        "ratios": _ratios(tools),
    }


def _one_run(plan: Plan, generator: Generator) -> dict[str, Any]:
    """A cold build and, for newsgen, the two warm ones that follow it in processes of their own."""
    source, output = plan.source(generator), plan.output(generator)
    shutil.rmtree(output, ignore_errors=True)
    generator.forget(source)
    load = os.getloadavg()[0]
    cold = _build(plan, generator)
    facts = _facts(cold) | {"load_before": load} | _count(output)
    if isinstance(generator, Newsgen):
        facts |= _report(cold)
        facts["unchanged"] = _facts(_build(plan, generator))
        facts["body_edit"] = _body_edit(plan, generator)
    print(
        f"{plan.size.articles} {generator.name}: {cold.seconds:.2f} s, "
        f"{cold.peak_mib or 0:.0f} MiB, {facts['html_pages']} pages",
        file=sys.stderr,
    )
    if not plan.keeps_sites:
        shutil.rmtree(output)
    return facts


def _build(plan: Plan, generator: Generator) -> Run:
    """One build. Raises: BenchmarkError with the end of what it said if it failed."""
    cache = plan.work / "cache" / generator.name
    shutil.rmtree(cache, ignore_errors=True)
    # What earlier builds wrote must not still be on its way to the disk while this one is timed.
    os.sync()
    command = generator.command(plan.output(generator), cache)
    cwd = plan.source(generator)
    result = run(command, cwd=cwd, limit_seconds=plan.limit_seconds)
    if result.status not in generator.built_statuses:
        said = (result.stderr.strip() or result.stdout.strip())[-2000:]
        raise BenchmarkError(f"{generator.name} ended with {result.status}:\n{said}")
    # The report of a large archive is not wanted in memory beyond what _report takes from it.
    return result if isinstance(generator, Newsgen) else replace(result, stdout="", stderr="")


def _body_edit(plan: Plan, generator: Newsgen) -> dict[str, Any]:
    """A sentence more in the body of an article in the middle of the archive; undone afterwards."""
    articles = sorted((plan.source(generator) / "content").glob("*/*/*.fr.md"))
    article = articles[len(articles) // 2]
    before = article.read_bytes()
    article.write_bytes(before + "\nUne phrase ajoutée après coup.\n".encode())
    try:
        result = _build(plan, generator)
    finally:
        article.write_bytes(before)
    return _facts(result) | _report(result)


def _facts(result: Run) -> dict[str, Any]:
    kept = ("seconds", "cpu_seconds", "peak_mib")
    return {key: value for key, value in asdict(result).items() if key in kept}


def _report(result: Run) -> dict[str, Any]:
    """Stages and number of diagnostics from `newsgen build --json`; nothing where it has none."""
    try:
        report = json.loads(result.stdout)
    except ValueError:
        return {"status": result.status}
    facts: dict[str, Any] = {"status": result.status}
    if isinstance(report.get("seconds"), dict):
        facts["stages"] = report["seconds"]
    if isinstance(report.get("counts"), dict):
        facts["counts"] = report["counts"]
    if isinstance(report.get("diagnostics"), list):
        facts["diagnostics"] = len(report["diagnostics"])
    return facts


def _count(output: Path) -> dict[str, int]:
    """Pages, files and bytes of a site; newsgen's own books (`.newsgen*`) are none of it."""
    html_pages = files = size = 0
    for folder, folders, names in os.walk(output):
        folders[:] = [name for name in folders if not name.startswith(".newsgen")]
        for name in names:
            if not name.startswith(".newsgen"):
                files += 1
                html_pages += name.endswith(".html")
                size += Path(folder, name).stat().st_size
    return {"html_pages": html_pages, "files": files, "bytes": size}


def _medians(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the runs, in the same shape; counts are those of the last run."""
    last = runs[-1]
    medians: dict[str, Any] = {key: last[key] for key in ("html_pages", "files", "bytes")}
    for key in ("seconds", "cpu_seconds", "peak_mib"):
        medians[key] = _median([each.get(key) for each in runs])
    for key in ("unchanged", "body_edit"):
        if key in last:
            medians[key] = {
                part: _median([each[key].get(part) for each in runs]) for part in ("seconds", "cpu_seconds", "peak_mib")
            }
    if "stages" in last:
        stages = [each.get("stages", {}) for each in runs]
        medians["stages"] = {stage: _median([each.get(stage) for each in stages]) for stage in last["stages"]}
    return medians


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if isinstance(value, int | float)]
    return statistics.median(known) if known else None


def _ratios(tools: dict[str, dict[str, Any]]) -> dict[str, float]:
    """newsgen against each other generator; below 1 newsgen is the quicker or smaller.

    `edit/hugo` is one body edit with newsgen against Hugo's whole build, which is what an edit
    costs in a new process of Hugo.
    """
    ratios = {}
    own = tools.get("newsgen")
    for name, other in tools.items():
        if own and name != "newsgen":
            ratios[f"seconds newsgen/{name}"] = own["seconds"] / other["seconds"]
            if own["peak_mib"] and other["peak_mib"]:
                ratios[f"peak_mib newsgen/{name}"] = own["peak_mib"] / other["peak_mib"]
            edit = own["body_edit"]["seconds"]
            ratios[f"seconds newsgen edit/{name}"] = edit / other["seconds"]
    return ratios


if __name__ == "__main__":
    sys.exit(main())
