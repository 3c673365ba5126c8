"""axe-core on every kind of page: the rules of WCAG 2.2 A and AA, and its best practices, and no violation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.chromium import Reader
from support.sample import Sample
from support.tools import npm_file

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 1280)
SCHEMES = ("light", "dark")
RUN = """
async tags => {
  const {violations} = await axe.run(document, {
    runOnly: tags, resultTypes: ['violations'], elementRef: false, rules: {'target-size': {enabled: true}}});
  return violations.map(({id, help, nodes}) => ({id, help, where: nodes.map(n => n.target.join(' ')),
    why: nodes[0].failureSummary}));
}
"""


@pytest.mark.parametrize("part", [0, 1])
def test_axe_finds_no_violation(sample: Sample, read: Callable[..., Reader], part: int) -> None:
    """Every kind and language at both widths and in both colour schemes.

    The other pages, with which all is seen that the theme can show, have the narrow one in light and the wide one in
    dark. Two halves, so that two processes share the work.
    """
    script = npm_file("axe-core/axe.min.js").read_text("utf-8")
    reader, found = read(), dict[tuple[str, str], list[str]]()
    first = set(sample.one_of_each())
    for shown in sample.all_that_differs()[part::2]:
        page = reader.open(shown.url)
        page.evaluate(script)  # by way of the debugger, so that the page's policy need not allow it
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES if shown in first else [dict(zip(WIDTHS, SCHEMES, strict=True))[width]]:
                page.emulate_media(color_scheme=scheme)
                for one in page.evaluate(RUN, TAGS):
                    at = f"{shown.url} ({width} {scheme}) {', '.join(one['where'][:2])}"
                    found.setdefault((one["id"], f"{one['help']}\n{one['why']}"), []).append(at)
    assert not found, "\n".join(
        ["", *(f"{id}: {why}\n  {len(at)} times: {'; '.join(at[:4])}" for (id, why), at in found.items())]
    )


def test_axe_finds_what_is_wrong(read: Callable[..., Reader], sample: Sample) -> None:
    """It runs in spite of the policy, and sees faults of colour, of size and of names."""
    script = npm_file("axe-core/axe.min.js").read_text("utf-8")
    page = read().open(sample.of("home")[0].url)
    page.evaluate(script)
    page.evaluate(
        "document.querySelector('main').innerHTML = `<img src='/favicon.svg'><p id='pale'>pale</p>"
        "<a href='/x/'>x</a>`;"
        "document.querySelector('#pale').style.color = 'color-mix(in srgb, Canvas, CanvasText 12%)'"
    )
    seen: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    assert {"image-alt", "color-contrast"} <= {one["id"] for one in seen}
