"""What the figures come to: medians, and the goals of docs/performance.md with what was measured for each."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The archives that the goals speak of.
SMALL, MIDDLE, LARGE = GOAL_SIZES = (2_000, 20_000, 200_000)


def medians(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Medians over the runs, in the same shape, and the runs themselves."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for each in runs for key in each):
        values = [each[key] for each in runs if each.get(key) is not None]
        if not values:
            found[key] = None
        elif isinstance(values[0], Mapping):
            found[key] = {name: value for name, value in medians(values).items() if name != "runs"}
        else:
            found[key] = statistics.median(values)
    return found | {"runs": list(runs)}


def merged(before: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a size from two runs; the later one's where both have them."""
    size = dict(found)
    for part in ("tools", "edits", "previews", "versions", "build_commands"):
        if part in before:
            size[part] = {**before[part], **found.get(part, {})}
    for words in ("command", "checkout", "date"):
        if before.get(words) and before[words] != found[words]:
            size[words] = "\n".join(dict.fromkeys([*before[words].split("\n"), found[words]]))
    if size.get("previews"):
        size.pop("unfinished", None)
    return size


@dataclass(frozen=True, slots=True)
class Goal:
    """A row of the goal table; `reached` is None where something was not measured."""

    words: str
    limit: str
    measured: str
    figures: str
    reached: bool | None


def goals(sizes: Sequence[Mapping[str, Any]], goal_sizes: tuple[int, int, int] = GOAL_SIZES) -> Iterator[Goal]:
    """All goals in their order, each with the measured value."""
    by_articles = {size["articles"]: Figures(size) for size in sizes}
    nothing = Figures({"articles": 0, "tools": {}})
    small, middle, large = (by_articles.get(articles, nothing) for articles in goal_sizes)
    few, some, many = (f"{articles:,}" for articles in goal_sizes)
    hugo = middle.cold("hugo")
    yield _ratio(f"cold build, {some} articles", "Hugo", 0.4, middle.cold("newsgen"), hugo)
    yield _ratio(f"cold build, {few} articles", "Hugo", 1, small.cold("newsgen"), small.cold("hugo"))
    whole = "Hugo's whole build"
    for kind, words, part in (
        ("body", "one body edit, article of median age", 100),
        ("newest", "one body edit, one of the newest, in the feeds", 60),
        ("headline", "one headline edit", 60),
        ("story", "one new story", 60),
    ):
        yield _ratio(f"{words}, {some}, new process", whole, 1 / part, middle.edit(kind), hugo)
    yield _ratio(
        f"one edit while serving, {some}, until the page on disk is new",
        "a warm `hugo server`",
        1 / 20,
        middle.preview("newsgen"),
        middle.preview("hugo server"),
    )
    yield _ratio(f"article template edited, {some}", whole, 0.2, middle.edit("template"), hugo)
    yield _ratio(
        f"peak memory (PSS, all processes), {some}",
        "Hugo",
        0.1,
        middle.peak("newsgen"),
        middle.peak("hugo"),
        unit="MiB",
    )
    yield _nothing_changed(middle, some)
    yield _completes(large, many)
    yield _ratio(
        f"peak memory, {many} articles",
        f"that of {some}",
        1.5,
        large.peak("newsgen"),
        middle.peak("newsgen"),
        unit="MiB",
    )
    yield _ratio(f"cold build, {many} articles", f"that of {some}", 11, large.cold("newsgen"), middle.cold("newsgen"))
    yield _ratio(
        f"one body edit, {many}, stat of the tree apart",
        f"that in {some}",
        1.5,
        large.edit_without_stat("body"),
        middle.edit_without_stat("body"),
    )


class Figures:
    """The figures of one size, None for what was not measured."""

    def __init__(self, size: Mapping[str, Any]) -> None:
        self.size = size

    def cold(self, tool: str) -> float | None:
        return self._tool(tool).get("seconds")

    def peak(self, tool: str) -> float | None:
        return self._tool(tool).get("peak_mib")

    def failure(self, tool: str) -> Mapping[str, Any] | None:
        return self._tool(tool).get("failed")

    def facts(self, kind: str) -> Mapping[str, Any] | None:
        return self.size.get("edits", {}).get(kind)

    def edit(self, kind: str) -> float | None:
        facts = self.facts(kind)
        return facts["seconds"] if facts else None

    def edit_without_stat(self, kind: str) -> float | None:
        facts = self.facts(kind)
        return statistics.median(run["seconds"] - run["stat_seconds"] for run in facts["runs"]) if facts else None

    def preview(self, name: str) -> float | None:
        return self.size.get("previews", {}).get(name, {}).get("seconds")

    def _tool(self, tool: str) -> Mapping[str, Any]:
        facts: Mapping[str, Any] = self.size["tools"].get(tool, {})
        return facts


def _ratio(words: str, of: str, limit: float, own: float | None, other: float | None, *, unit: str = "s") -> Goal:
    at_most = f"{fraction(limit)} of {of}" if limit <= 1 else f"{limit:g} times {of}"
    if own is None or other is None:
        return Goal(words, at_most, "not measured", "", None)
    return Goal(words, at_most, fraction(own / other), f"{number(own)} / {number(other)} {unit}", own / other <= limit)


def _nothing_changed(figures: Figures, articles: str) -> Goal:
    words, limit = f"nothing changed, {articles}", "0.3 s, no file touched"
    facts = figures.facts("unchanged")
    if not facts:
        return Goal(words, limit, "not measured", "", None)
    seconds, touched = facts["seconds"], max(run["touched"] for run in facts["runs"])
    books = max(run["touched_books"] for run in facts["runs"])
    shown = f"{touched:,} files of the site touched, {books} of newsgen's own"
    return Goal(words, limit, f"{number(seconds)} s", shown, seconds <= 0.3 and not touched)


def _completes(figures: Figures, articles: str) -> Goal:
    words = f"cold build, {articles} articles"
    seconds = figures.cold("newsgen")
    if seconds is None:
        return Goal(words, "completes", "not measured", "", None)
    shown = ""
    if failure := figures.failure("hugo"):
        shown = f"Hugo: {failure['words']}, {number(failure['peak_mib'])} MiB by then"
    elif figures.cold("hugo") is not None:
        shown = f"Hugo: {number(figures.cold('hugo'))} s, {number(figures.peak('hugo'))} MiB"
    return Goal(words, "completes", f"{number(seconds)} s, {number(figures.peak('newsgen'))} MiB", shown, True)


def fraction(value: float) -> str:
    """`1/60`, `0.37`, `11`: as the goals are written."""
    if value >= 0.15:
        return f"{value:.3g}"
    return f"1/{1 / value:.3g}" if value > 0 else "0"


def number(value: float | None) -> str:
    """Three digits that count, and no more than there are."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
