"""Shows results.json: in the terminal and, with the plot, in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from edits import KINDS_IN_WORDS
from plot import growth
from results import GOAL_SIZES, Figures, fraction, goals, number

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
PLOT = "growth.svg"
NEW_PAGE = f"""# Performance

The numbers below are written by `python benchmarks/run.py --table`.
What is measured, and what is not fair about it, is told in `benchmarks/README.md`.

{BEGIN}
{END}
"""
Sizes = Sequence[Mapping[str, Any]]


def summary(results: Mapping[str, Any], goal_sizes: tuple[int, int, int] = GOAL_SIZES) -> str:
    """The tables as they stand in the docs: Markdown reads well in a terminal."""
    return "\n".join(_lines(results["sizes"], goal_sizes))


def update_page(page: Path, results: Mapping[str, Any], goal_sizes: tuple[int, int, int] = GOAL_SIZES) -> None:
    """Replaces what stands between the markers of `page`, which is made if it does not exist, and the plot beside it.

    Raises: OSError; ValueError if the page has no markers.
    """
    text = page.read_text("utf-8") if page.exists() else NEW_PAGE
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no lines {BEGIN} and {END}")
    page.parent.mkdir(parents=True, exist_ok=True)
    lines = summary(results, goal_sizes)
    if len(results["sizes"]) > 1:
        (page.parent / PLOT).write_text(growth(results["sizes"]), "utf-8")
        lines += f"\n\n![Seconds of a cold build and of one edit, by number of articles]({PLOT})"
    page.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", "utf-8")


def _lines(sizes: Sizes, goal_sizes: tuple[int, int, int]) -> Iterator[str]:
    yield from _about(sizes)
    yield from _table(
        "Goals",
        ["goal", "at most", "measured", "figures", "reached"],
        "lllll",
        (
            [goal.words, goal.limit, goal.measured, goal.figures, _yes(goal.reached)]
            for goal in goals(sizes, goal_sizes)
        ),
    )
    yield from _table(
        "Cold builds",
        [
            "articles",
            "generator",
            "runs",
            "seconds",
            "user",
            "system",
            "peak MiB",
            "HTML pages",
            "files",
            "newsgen's part",
        ],
        "rlrrrrrrrl",
        _cold_rows(sizes),
    )
    yield from _table(
        "newsgen after an edit, each build in a new process, medians",
        [
            "articles",
            "edit",
            "builds",
            "seconds",
            "part of Hugo's build",
            "user",
            "system",
            "MiB",
            "stat",
            "start-up",
            "rendered",
            "written",
        ],
        "rlrrlrrrrrrr",
        _edit_rows(sizes),
    )
    yield from _table(
        "One body edit while serving, from the change of the source until the page on disk is new",
        [
            "articles",
            "preview",
            "edits",
            "seconds",
            "until at rest",
            "CPU seconds",
            "newsgen's part",
            "seconds to start",
            "MiB",
        ],
        "rlrrrrlrr",
        _preview_rows(sizes),
    )
    yield from _stage_table(sizes)


def _about(sizes: Sizes) -> Iterator[str]:
    """Machine, versions and commands; each once, with the sizes it holds for where they differ."""
    for line, articles in _grouped(sizes, _machine).items():
        yield f"{articles}{line}"
    for line, articles in _grouped(sizes, _versions).items():
        yield f"{articles}{line}"
    yield ""
    yield "```console"
    for command in dict.fromkeys(line for size in sizes for line in size["command"].split("\n")):
        yield f"$ {command}"
    yield "```"
    yield ""
    yield "What is run, each in its source folder:"
    yield ""
    yield "```console"
    commands = [command for size in sizes for command in size["build_commands"].values()]
    commands += [preview["command"] for size in sizes for preview in size.get("previews", {}).values()]
    for command in dict.fromkeys(commands):
        yield f"$ {command}"
    yield "```"


def _grouped(sizes: Sizes, words: Any) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for size in sizes:
        found.setdefault(words(size), []).append(f"{size['articles']:,}")
    return {line: "" if len(found) == 1 else f"{' and '.join(articles)} articles: " for line, articles in found.items()}


def _machine(size: Mapping[str, Any]) -> str:
    machine = size["machine"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}."
    )


def _versions(size: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in size["versions"].items())
    date = size["date"].replace("\n", " and ")
    checkout = (size["checkout"] or "unknown").replace("\n", " and ")
    return f"{versions}; checkout {checkout}, measured on {date}."


# ---- rows
def _cold_rows(sizes: Sizes) -> Iterator[list[str]]:
    for size in sizes:
        figures = Figures(size)
        own, own_pages = figures.cold("newsgen"), size["tools"].get("newsgen", {}).get("html_pages")
        for name, tool in size["tools"].items():
            articles = f"{size['articles']:,}"
            if failure := tool.get("failed"):
                yield [articles, name, "1", failure["words"], *_cpu(failure), number(failure["peak_mib"]), "", "", ""]
                continue
            pages = f"{tool['html_pages']:,.0f}"
            part = ""
            if name != "newsgen" and own is not None:
                pages += f" ({(own_pages - tool['html_pages']) / tool['html_pages']:+.1%} in newsgen)"
                part = f"{fraction(own / tool['seconds'])} of the time"
                if tool["peak_mib"] and figures.peak("newsgen"):
                    part += f", {fraction(figures.peak('newsgen') / tool['peak_mib'])} of the memory"
            yield [
                articles,
                name,
                str(len(tool["runs"])),
                number(tool["seconds"]),
                *_cpu(tool),
                number(tool["peak_mib"]),
                pages,
                f"{tool['files']:,.0f}",
                part,
            ]


def _edit_rows(sizes: Sizes) -> Iterator[list[str]]:
    for size in sizes:
        hugo = Figures(size).cold("hugo")
        for kind, facts in size["edits"].items():
            counts = facts["counts"]
            yield [
                f"{size['articles']:,}",
                KINDS_IN_WORDS[kind],
                str(len(facts["runs"])),
                number(facts["seconds"]),
                fraction(facts["seconds"] / hugo) if hugo else "",
                *_cpu(facts),
                number(facts["peak_mib"]),
                number(facts["stat_seconds"]),
                number(facts["start_up_seconds"]),
                _count(counts.get("rendered")),
                _count(facts["written"]),
            ]


def _preview_rows(sizes: Sizes) -> Iterator[list[str]]:
    for size in sizes:
        previews = size.get("previews", {})
        own = previews.get("newsgen", {}).get("seconds")
        for name, facts in previews.items():
            seconds = facts.get("seconds")
            part = fraction(own / seconds) if own and seconds and name != "newsgen" else ""
            shown = "newsgen serve" if name == "newsgen" else name
            failure = facts.get("failed", {}).get("words", "").partition("\n")[0]
            # What it did before it failed is shown as well.
            said = "; ".join(word for word in (number(seconds), failure) if word)
            yield [
                f"{size['articles']:,}",
                f"`{shown}`",
                str(len(facts["runs"])),
                said,
                number(facts.get("settled_seconds")),
                number(facts.get("cpu_seconds")),
                part,
                number(facts.get("start_seconds")),
                number(facts.get("mib")),
            ]


def _cpu(facts: Mapping[str, Any]) -> tuple[str, str]:
    """User and system seconds; older results have only their sum, which is shown as the former."""
    return number(facts.get("user_seconds", facts["cpu_seconds"])), number(facts.get("system_seconds"))


def _stage_table(sizes: Sizes) -> Iterator[str]:
    """Seconds by stage of newsgen's builds, as it tells them itself."""
    rows = []
    for size in sizes:
        builds = {"cold": size["tools"].get("newsgen", {})}
        builds |= {kind: facts for kind, facts in size["edits"].items() if kind in ("unchanged", "body", "template")}
        for kind, facts in builds.items():
            if stages := facts.get("stages"):
                rows.append((f"{size['articles']:,}", KINDS_IN_WORDS.get(kind, kind), facts["seconds"], stages))
    names = list(dict.fromkeys(name for *_, stages in rows for name in stages))
    yield from _table(
        "Seconds of newsgen's stages, medians",
        ["articles", "build", "all", *names],
        "rlr" + "r" * len(names),
        (
            [articles, kind, number(seconds), *(number(stages.get(name)) for name in names)]
            for articles, kind, seconds, stages in rows
        ),
    )


# ---- Markdown
def _table(caption: str, columns: Sequence[str], sides: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with its caption; nothing where there are no rows."""
    listed = [*rows]
    if not listed:
        return
    yield ""
    yield f"{caption}:"
    yield ""
    yield f"| {' | '.join(columns)} |"
    yield "|" + "|".join("---:" if side == "r" else "---" for side in sides) + "|"
    for row in listed:
        yield f"| {' | '.join(row)} |"


def _yes(reached: bool | None) -> str:
    return "" if reached is None else "yes" if reached else "**no**"


def _count(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
