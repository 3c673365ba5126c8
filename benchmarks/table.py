"""Shows results.json: as a few lines for the terminal, and as tables in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
NEW_PAGE = f"""# Performance

The numbers below are written by `python benchmarks/run.py --table`.
What is measured, and what is not fair about it, is told in `benchmarks/README.md`.

{BEGIN}
{END}
"""


def summary(results: Mapping[str, Any]) -> str:
    """The tables as they stand in the docs: Markdown reads well in a terminal."""
    return "\n".join(_lines(results))


def update_page(page: Path, results: Mapping[str, Any]) -> None:
    """Replaces what stands between the markers of `page`, which is made if it does not exist.

    Raises: OSError; ValueError if the page has no markers.
    """
    text = page.read_text("utf-8") if page.exists() else NEW_PAGE
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no lines {BEGIN} and {END}")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"{before}{BEGIN}\n{summary(results)}\n{END}{after}", "utf-8")


def _lines(results: Mapping[str, Any]) -> Iterator[str]:
    machine, versions = results["machine"], results["versions"]
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + "."
    )
    yield ""
    yield "| articles | generator | runs | seconds | CPU seconds | peak MiB | HTML pages | files |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    for size in results["sizes"]:
        for name, tool in size["tools"].items():
            yield (
                f"| {size['articles']:,} | {name} | {len(tool['runs'])} "
                f"| {_number(tool['seconds'])} | {_number(tool['cpu_seconds'])} "
                f"| {_number(tool['peak_mib'], 0)} | {tool['html_pages']:,} | {tool['files']:,} |"
            )
    ratios = [(size["articles"], size["ratios"]) for size in results["sizes"] if size["ratios"]]
    if ratios:
        yield from _ratio_table(ratios)
    own = [(s["articles"], s["tools"]["newsgen"]) for s in results["sizes"] if _has_newsgen(s)]
    if own:
        yield from _newsgen_table(own)


def _has_newsgen(size: Mapping[str, Any]) -> bool:
    return "newsgen" in size["tools"]


def _ratio_table(ratios: list[tuple[int, Mapping[str, float]]]) -> Iterator[str]:
    yield ""
    columns = list(ratios[0][1])
    yield "| articles | " + " | ".join(columns) + " |"
    yield "|---:" * (len(columns) + 1) + "|"
    for articles, values in ratios:
        cells = (f"{values[column]:.3g}" if column in values else "" for column in columns)
        yield f"| {articles:,} | " + " | ".join(cells) + " |"


def _newsgen_table(own: list[tuple[int, Mapping[str, Any]]]) -> Iterator[str]:
    """Seconds of the warm builds and, where newsgen told them, of the stages of the cold one."""
    stages = list(dict.fromkeys(stage for _, tool in own for stage in tool.get("stages", {})))
    columns = ["cold", "nothing changed", "one body edit", *stages]
    yield ""
    yield "Seconds of newsgen's builds, and of the stages of the cold one:"
    yield ""
    yield "| articles | " + " | ".join(columns) + " |"
    yield "|---:" * (len(columns) + 1) + "|"
    for articles, tool in own:
        builds = (tool, tool["unchanged"], tool["body_edit"])
        cells = [_number(build["seconds"]) for build in builds]
        cells += [_number(tool.get("stages", {}).get(stage)) for stage in stages]
        yield f"| {articles:,} | " + " | ".join(cells) + " |"


def _number(value: float | None, digits: int = 2) -> str:
    return "" if value is None else f"{value:,.{digits}f}"
