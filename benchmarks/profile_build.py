"""Where the CPU time of a cold build goes: python benchmarks/profile_build.py SITE_FOLDER

Builds the site into a temporary folder with cProfile in the main process and in one worker, and prints seconds of each
by group of functions. The time of the standard library and of built-in functions is counted to those who call them.
cProfile makes calls of Python functions dearer than they are, so the parts say more than the seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import multiprocessing.util
import os
import pstats
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from newsgen.pipeline import Request, build

Function = tuple[str, int, str]  # file, line, name; "~" is the file of what is built in
Shares = Mapping[str, float]

# Group by the first pattern that is found in `file:name`.
GROUPS = (
    (
        "pickling and waiting for workers",
        r"pickle|Pickl|multiprocessing|concurrent/futures|selectors|threading\.py|"
        r"'_thread|select\.|posix\.(read|write)'",
    ),
    ("SQLite", r"sqlite3"),
    ("hashing", r"_blake2|_sha|_md5|hashlib|content_hash"),
    ("writing", r"/newsgen/output/(files|manifest)\.py|built-in method posix\.|built-in method io\.open|_io\."),
    ("parsing", r"/newsgen/(parsing/|settings/yaml_\w+\.py|sources/scanned_rows\.py)|/markdown/|/yaml/|nh3"),
    (
        "compiling templates",
        r"jinja2/(nodes|lexer|parser|compiler|visitor|optimizer|idtracking|bccache|ext)\.py|"
        r"builtins\.compile",
    ),
    ("rendering", r"jinja2|markupsafe|/newsgen/rendering/|/templates/|^templates/|^theme/|<template>"),
    ("queries", r"/newsgen/(queries/|languages/|addresses/|sources/folders\.py|index/(stories|spellings)\.py)"),
    ("scan", r"/newsgen/sources/"),
    ("index and plan", r"/newsgen/(index|pages)/"),
    ("catalog and traces", r"/newsgen/(catalog|nouns)/|msgspec"),
    ("pipeline", r"/newsgen/"),
)
_PATTERNS = [(group, re.compile(pattern)) for group, pattern in GROUPS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="folder with newsgen.yaml")
    parser.add_argument("--top", type=int, default=0, metavar="N", help="print the N dearest functions as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsgen-profile-") as name:
        folder = Path(name)
        request = Request(options.site.absolute(), folder / "site", folder / "cache", now="2026-01-01T00:00:00+01:00")
        profile = cProfile.Profile(time.process_time)
        worker = folder / "worker"
        with ProcessPoolExecutor(1, initializer=_profile_worker, initargs=(worker,)) as executor:
            executor.submit(os.getpid).result()  # forks it before this process is profiled
            profile.runcall(build, request, executor=executor)
        found = {"main process": _stats(pstats.Stats(profile)), "worker": _stats(pstats.Stats(str(worker)))}
    _print_groups({name: by_group(stats) for name, stats in found.items()})
    for name, stats in found.items() if options.top else ():
        print(f"\n{name}: self seconds, calls")
        for function in sorted(stats, key=lambda one: -stats[one][2])[: options.top]:
            print(f"{stats[function][2]:>9.2f}{stats[function][1]:>10}  {_words(function)}")


def _profile_worker(path: Path) -> None:
    profile = cProfile.Profile(time.process_time)

    def end() -> None:
        profile.disable()
        profile.dump_stats(path)

    multiprocessing.util.Finalize(None, end, exitpriority=100)
    profile.enable()


def _stats(stats: pstats.Stats) -> dict[Function, Any]:
    found: dict[Function, Any] = stats.stats  # type: ignore[attr-defined]
    return found


def by_group(stats: Mapping[Function, Any]) -> dict[str, float]:
    """Self seconds by group."""
    seconds: defaultdict[str, float] = defaultdict(float)
    share_of = _sharer(stats)
    for function, (_, _, own, _, _) in stats.items():
        for group, share in share_of(function, frozenset()).items():
            seconds[group] += own * share
    return dict(seconds)


def _sharer(stats: Mapping[Function, Any]) -> Callable[[Function, frozenset[Function]], Shares]:
    known: dict[Function, Shares] = {}

    def share_of(function: Function, below: frozenset[Function]) -> Shares:
        """To which groups the self time of a function is counted: its own one, or those of its callers."""
        if function in known:
            return known[function]
        words = _words(function)
        group = next((group for group, pattern in _PATTERNS if pattern.search(words)), "")
        callers = stats[function][4] if function in stats else {}
        total = sum(seconds for *_, seconds in callers.values())
        shares: defaultdict[str, float] = defaultdict(float)
        if group or not total or function in below or len(below) > 20:
            shares[group or "other"] = 1.0
        else:
            for caller, (*_, seconds) in callers.items():
                for name, share in share_of(caller, below | {function}).items():
                    shares[name] += share * seconds / total
        if group or not below:
            known[function] = shares
        return shares

    return share_of


def _words(function: Function) -> str:
    file, _, name = function
    return f"{file}:{name}"


def _print_groups(found: Mapping[str, Mapping[str, float]]) -> None:
    totals = {name: sum(groups.values()) for name, groups in found.items()}
    groups = sorted(
        {group for groups in found.values() for group in groups},
        key=lambda group: -sum(groups.get(group, 0) for groups in found.values()),
    )
    print(f"{'CPU seconds':<34}" + "".join(f"{name:>20}" for name in found))
    for group in groups:
        cells = (
            f"{found[name].get(group, 0):>12.2f} {found[name].get(group, 0) / totals[name]:>6.1%}" for name in found
        )
        print(f"{group:<34}" + "".join(cells))
    print(f"{'all':<34}" + "".join(f"{total:>12.2f}        " for total in totals.values()))


if __name__ == "__main__":
    main()
