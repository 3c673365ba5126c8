"""Measures one archive: rounds of cold builds in turns, newsgen's edits in new processes, edits under a preview."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive import write_archive
from edits import Archive, Edit, has_text
from generators import Generator, Newsgen
from measure import BenchmarkError, Run, run
from results import medians
from servers import measure_previews
from stories import Size

# The archives of which the edits are made; Pelican's is left as it is.
EDITED = ("newsgen", "hugo")


@dataclass(frozen=True, slots=True)
class Plan:
    """One archive and how it is measured."""

    size: Size
    seed: int
    runs: int
    edits: int
    kinds: tuple[str, ...]
    serves: bool
    limit_seconds: float
    others_limit_seconds: float
    preview_limit_seconds: float
    limit_mib: float
    work: Path
    keeps_sites: bool

    def source(self, generator: Generator) -> Path:
        return self.work / "source" / generator.name

    def output(self, generator: Generator) -> Path:
        return self.work / "output" / generator.name

    def limit(self, generator: Generator) -> float:
        return self.limit_seconds if isinstance(generator, Newsgen) else self.others_limit_seconds

    def edits_in(self, number: int) -> int:
        """How many edits of each kind are made in a round, so that they are spread over all of them."""
        return self.edits * (number + 1) // self.runs - self.edits * number // self.runs


def measure(plan: Plan, generators: Sequence[Generator], save: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """What results.json holds for one size; `save` gets what is known after each cold build and each edit.

    Raises: BenchmarkError if newsgen fails, or if an edit does not show in a page.
    """
    return _Measurement(plan, generators, save).run()


class _Measurement:
    def __init__(self, plan: Plan, generators: Sequence[Generator], save: Callable[[dict[str, Any]], None]) -> None:
        self.plan, self.generators, self.save = plan, generators, save
        self.stories = 0
        self.cold: dict[str, list[dict[str, Any]]] = {generator.name: [] for generator in generators}
        self.edited: dict[str, list[dict[str, Any]]] = {}
        self.failed: dict[str, dict[str, Any]] = {}
        self.applied: list[Edit] = []

    def run(self) -> dict[str, Any]:
        plan = self.plan
        shutil.rmtree(plan.work, ignore_errors=True)
        self.stories = write_archive(
            plan.work / "source", plan.size, seed=plan.seed, names=[generator.name for generator in self.generators]
        )
        edited = [generator for generator in self.generators if generator.name in EDITED]
        # The files have the same names for both.
        self.archive = Archive(plan.source(edited[0])) if edited else None
        for number in range(plan.runs):
            # Who begins changes, so that a machine that grows slower is unkind to all alike.
            for turn in range(len(self.generators)):
                self._turn(self.generators[(number + turn) % len(self.generators)], number)
        result = self._result()
        if plan.serves and self.archive:
            self._save()
            result["previews"] = self._previews()
        return result

    def _result(self) -> dict[str, Any]:
        result: dict[str, Any] = {"articles": self.plan.size.articles, "stories": self.stories}
        result["tools"] = {name: medians(runs) for name, runs in self.cold.items() if runs}
        for name, facts in self.failed.items():
            result["tools"][name] = {"failed": facts}
        result["edits"] = {kind: medians(runs) for kind, runs in self.edited.items()}
        return result

    def _save(self) -> None:
        """What is known by now, so that a run that is stopped has not been in vain."""
        self.save(self._result() | {"unfinished": "the run did not come to its end"})

    def _previews(self) -> dict[str, Any]:
        plan = self.plan
        served = [tool for tool in self.generators if tool.name in EDITED and tool.name not in self.failed]
        _say(f"{plan.size.articles}: previews of {', '.join(tool.name for tool in served)}")
        sources = {tool.name: plan.source(tool) for tool in served}
        for tool in served:
            tool.forget(plan.source(tool))
        outputs = {tool.name: plan.work / "preview" / tool.name for tool in served}
        found = measure_previews(
            sources,
            outputs,
            served,
            self.archive,
            edits=plan.edits,
            limit_seconds=plan.preview_limit_seconds,
            logs=plan.work / "logs",
        )
        return {name: facts | medians(facts["runs"]) for name, facts in found.items()}

    # ---- one turn of one generator
    def _turn(self, generator: Generator, number: int) -> None:
        plan, output = self.plan, self.plan.output(generator)
        if generator.name in self.failed:
            return
        shutil.rmtree(output, ignore_errors=True)
        generator.forget(plan.source(generator))
        load = os.getloadavg()[0]
        try:
            cold = self._build(generator)
        except _Failed as failure:
            if isinstance(generator, Newsgen):
                raise
            # That one of the others does not get through is a result.
            self.failed[generator.name] = failure.facts
            self._save()
            _say(f"{plan.size.articles} {generator.name}: {failure}")
            shutil.rmtree(output, ignore_errors=True)
            return
        facts = _facts(cold) | {"load_before": load} | _count(output)
        _say(
            f"{plan.size.articles} {generator.name}: {cold.seconds:.2f} s, "
            f"{cold.peak_mib or 0:.0f} MiB, {facts['html_pages']} pages"
        )
        if generator.name in EDITED:
            for edit in self._standing():
                _must_show(generator, edit, output)
        if isinstance(generator, Newsgen):
            facts |= _report(cold)
        self.cold[generator.name].append(facts)
        self._save()
        if isinstance(generator, Newsgen):
            self._edits(generator, number)
        if not plan.keeps_sites:
            shutil.rmtree(output)

    def _standing(self) -> list[Edit]:
        """The edits whose words must still be there; of the template only the last."""
        templates = [edit for edit in self.applied if edit.kind == "template"]
        # Those of the newest stories leave the feeds again; their pages stay.
        others = [replace(edit, outputs=edit.outputs[:1]) for edit in self.applied if edit.kind != "template"]
        return [*others, *templates[-1:]]

    def _edits(self, generator: Newsgen, number: int) -> None:
        plan = self.plan
        for _ in range(plan.edits_in(number)):
            self._note("unchanged", self._unchanged(generator))
            for kind in plan.kinds:
                if kind != "template":
                    self._note(kind, self._edit(generator, kind))
        if "template" in plan.kinds:
            self._note("template", self._edit(generator, "template"))

    def _note(self, kind: str, facts: dict[str, Any]) -> None:
        self.edited.setdefault(kind, []).append(facts)
        self._save()
        _say(f"{self.plan.size.articles} newsgen, {kind}: {facts['seconds']:.3f} s, {facts.get('written')} written")

    def _unchanged(self, generator: Newsgen) -> dict[str, Any]:
        """A build after which no file may be another one, or have another time, than before."""
        output = self.plan.output(generator)
        before = _stamps(output)
        result = self._build(generator)
        after = _stamps(output)
        touched = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
        books = [path for path in touched if os.path.basename(path).startswith(".newsgen")]
        facts = _facts(result) | _report(result)
        return facts | {"touched": len(touched) - len(books), "touched_books": len(books)}

    def _edit(self, generator: Newsgen, kind: str) -> dict[str, Any]:
        """One edit and the build after it, which must show it."""
        if self.archive is None:
            raise BenchmarkError("edits need newsgen")
        edit = self.archive.next(kind)
        for tool in self.generators:
            if tool.name in EDITED:
                edit.apply(self.plan.source(tool))
        self.applied.append(edit)
        output = self.plan.output(generator)
        result = self._build(generator)
        _must_show(generator, edit, output)
        facts = _facts(result) | _report(result)
        names = _written(result)
        if kind != "template":
            facts["files_with_text"] = sum(has_text(output / name, edit.text) for name in names)
            if facts["files_with_text"] < edit.least_files:
                raise BenchmarkError(f"{kind}: only {facts['files_with_text']} files have `{edit.text}`")
        return facts

    def _build(self, generator: Generator) -> Run:
        """One build. Raises: _Failed with the end of what it said."""
        plan = self.plan
        cache = plan.work / "cache" / generator.name
        shutil.rmtree(cache, ignore_errors=True)
        # What earlier builds wrote must not still be on its way to the disk while this one is timed.
        os.sync()
        command = generator.command(plan.output(generator), cache)
        limit = plan.limit(generator)
        result = run(command, cwd=plan.source(generator), limit_seconds=limit, limit_mib=plan.limit_mib)
        if result.stopped:
            raise _Failed(result.stopped, result)
        if result.status not in generator.built_statuses:
            said = (result.stderr.strip() or result.stdout.strip())[-2000:]
            print(said, file=sys.stderr)
            signal = " (killed)" if result.status == -9 else ""
            raise _Failed(f"ended with {result.status}{signal} after {result.seconds:.0f} s", result)
        return result if isinstance(generator, Newsgen) else replace(result, stdout="", stderr="")


class _Failed(BenchmarkError):
    """A build that did not get to its end, and what it had cost by then."""

    def __init__(self, words: str, result: Run) -> None:
        super().__init__(words)
        self.facts = {"words": words} | _facts(result)


def _must_show(generator: Generator, edit: Edit, output: Path) -> None:
    if missing := edit.missing(output):
        raise BenchmarkError(f"{generator.name}: `{edit.text}` ({edit.kind}) is not in {', '.join(missing[:5])}")


def _facts(result: Run) -> dict[str, Any]:
    kept = ("seconds", "cpu_seconds", "user_seconds", "system_seconds", "peak_mib")
    return {key: getattr(result, key) for key in kept}


def _report(result: Run) -> dict[str, Any]:
    """What `newsgen build --json` says.

    `stat` is the walk of the tree, which costs the same whatever a build finds; `start_up` is what no stage has.
    """
    try:
        report = json.loads(result.stdout)
    except ValueError:
        raise BenchmarkError(f"newsgen gave no report: {result.stdout[-500:]}") from None
    stages = report["seconds"]
    return {
        "status": result.status,
        "stages": stages,
        "stat_seconds": stages.get("stat", stages.get("scan", 0)),
        "start_up_seconds": result.seconds - sum(stages.values()),
        "counts": report["counts"],
        "written": len(report["written"]),
        "diagnostics": len(report["diagnostics"]),
    }


def _written(result: Run) -> list[str]:
    names = [file["path"] for file in json.loads(result.stdout)["written"]]
    return names


def _count(output: Path) -> dict[str, int]:
    """Pages, files and bytes of a site; newsgen's own books (`.newsgen*`) are none of it."""
    html_pages = files = size = 0
    for path, (_, _, length) in _stamps(output).items():
        if "/.newsgen" not in path:
            files += 1
            html_pages += path.endswith(".html")
            size += length
    return {"html_pages": html_pages, "files": files, "bytes": size}


def _stamps(output: Path) -> dict[str, tuple[int, int, int]]:
    """Time of change, inode and size of every file."""
    stamps = {}
    for folder, _, names in os.walk(output):
        for name in names:
            path = os.path.join(folder, name)
            stat = os.stat(path)
            stamps[path] = stat.st_mtime_ns, stat.st_ino, stat.st_size
    return stamps


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
