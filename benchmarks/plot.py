"""Draws how cost grows with the archive: an SVG with logarithmic axes, readable on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from results import Figures, number

WIDTH, HEIGHT = 820, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 590, 50, 400
LINE = 15
TITLE = "Seconds of a build, by number of articles (both axes logarithmic)"
STYLE = """
svg { background: #fff; font: 13px system-ui, sans-serif }
text { fill: #222 } .axis { fill: #555 } .grid { stroke: #ddd } .paper { fill: #fff }
.newsgen { stroke: #0a58ca } .edit { stroke: #146c43 } .hugo { stroke: #c2410c }
text.newsgen { fill: #0a58ca; stroke: none } text.edit { fill: #146c43; stroke: none }
text.hugo { fill: #c2410c; stroke: none }
polyline { fill: none; stroke-width: 2 } circle, .cross { fill: #fff; stroke-width: 2 }
.hugo.line { stroke-dasharray: 6 4 }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 }
text { fill: #e6edf3 } .axis { fill: #9da7b3 } .grid { stroke: #30363d } .paper { fill: #0d1117 }
.newsgen { stroke: #6ea8fe } .edit { stroke: #75d6a4 } .hugo { stroke: #ff9e64 }
text.newsgen { fill: #6ea8fe } text.edit { fill: #75d6a4 } text.hugo { fill: #ff9e64 }
circle, .cross { fill: #0d1117 }
}
"""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the plot; `failures` are points where a build did not get to its end, with what is said of them."""

    name: str
    kind: str
    points: Sequence[tuple[int, float]]
    failures: Sequence[tuple[int, float, str]] = ()


def growth(sizes: Sequence[Mapping[str, Any]]) -> str:
    """The plot: cold builds of newsgen and Hugo, and one body edit of newsgen in a new process."""
    figures = [(int(size["articles"]), Figures(size)) for size in sizes]
    failures = [(articles, each.failure("hugo")) for articles, each in figures]
    series = [
        Series(
            "Hugo, cold build",
            "hugo",
            _known([(n, each.cold("hugo")) for n, each in figures]),
            [(n, failed["seconds"], failed["words"]) for n, failed in failures if failed],
        ),
        Series("newsgen, cold build", "newsgen", _known([(n, each.cold("newsgen")) for n, each in figures])),
        Series("newsgen, one edit", "edit", _known([(n, each.edit("body")) for n, each in figures])),
    ]
    return "\n".join(_svg([one for one in series if one.points or one.failures])) + "\n"


def _known(points: Sequence[tuple[int, float | None]]) -> list[tuple[int, float]]:
    return [(articles, seconds) for articles, seconds in points if seconds is not None]


def _svg(series: Sequence[Series]) -> Iterator[str]:
    articles = [n for one in series for n, *_ in (*one.points, *one.failures)]
    seconds = [y for one in series for _, y, *_ in (*one.points, *one.failures)]
    x = _Scale(min(articles), max(articles), LEFT + 20, RIGHT)
    y = _Scale(10 ** math.floor(math.log10(min(seconds))), 10 ** math.ceil(math.log10(max(seconds))), BOTTOM, TOP)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">'
    yield '<title id="t">Seconds by number of articles</title>'
    yield f'<desc id="d">{escape("; ".join(map(_in_words, series)))}</desc>'
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
    yield f'<text x="{LEFT - 50}" y="{TOP - 22}" font-weight="bold">{TITLE}</text>'
    for power in range(round(math.log10(y.low)), round(math.log10(y.high)) + 1):
        at = y(10**power)
        yield f'<line class="grid" x1="{LEFT}" x2="{RIGHT + 10}" y1="{at:.1f}" y2="{at:.1f}"/>'
        yield f'<text class="axis" x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:,g} s</text>'
    taken = -math.inf
    for count in sorted(set(articles)):
        at = x(count)
        yield f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{BOTTOM}"/>'
        if at - taken > 50:
            taken = at
            yield f'<text class="axis" x="{at:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{count:,}</text>'
    yield f'<text class="axis" x="{(LEFT + RIGHT) / 2:.0f}" y="{BOTTOM + 44}" text-anchor="middle">articles</text>'
    for one in series:
        yield from _drawn(one, x, y)
    yield from _labels(series, y)
    yield "</svg>"


def _drawn(one: Series, x: _Scale, y: _Scale) -> Iterator[str]:
    places = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in one.points)
    yield f'<polyline class="{one.kind} line" points="{places}"/>'
    for n, value in one.points:
        yield (
            f'<circle class="{one.kind}" cx="{x(n):.1f}" cy="{y(value):.1f}" r="4">'
            f"<title>{n:,} articles: {number(value)} s</title></circle>"
        )
    for n, value, words in one.failures:
        left, top = x(n), y(value)
        yield (
            f'<path class="{one.kind} cross" d="M{left - 5:.1f},{top - 5:.1f}l10,10m0,-10l-10,10">'
            f"<title>{n:,} articles: {escape(words)}</title></path>"
        )


def _labels(series: Sequence[Series], y: _Scale) -> Iterator[str]:
    """The name of each line at its right end, with its last figure and its failure, kept apart from one another."""
    ends = sorted((y(max((*one.points, *one.failures))[1]), one) for one in series)
    free = -math.inf
    for at, one in ends:
        top = max(at, free)
        yield f'<text class="{one.kind}" x="{RIGHT + 14}" y="{top:.1f}">{escape(one.name)}</text>'
        lines = [f"{n:,}: {number(value)} s" for n, value in one.points[-1:]]
        lines += [f"{n:,}: not ended after {number(value)} s" for n, value, _ in one.failures]
        for line in lines:
            top += LINE
            yield f'<text class="axis" x="{RIGHT + 14}" y="{top:.1f}">{line}</text>'
        free = top + LINE + 4


def _in_words(one: Series) -> str:
    listed = ", ".join(f"{n:,} articles {number(value)} s" for n, value in one.points)
    return f"{one.name}: {listed}" + "".join(f", {n:,} articles {words}" for n, _, words in one.failures)


class _Scale:
    """A logarithmic scale from values to places."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high
        self._start, self._step = start, (end - start) / (math.log(high / low) or 1)

    def __call__(self, value: float) -> float:
        return self._start + self._step * math.log(value / self.low)
