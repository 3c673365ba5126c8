"""The theme with texts that no layout likes: words without an end in every field, wide tables, odd pictures.

The site is that of tests/support/hostile_site.py, French and Arabic.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.chromium import SHIFTS, Reader
from support.looking import LAPTOP, NARROW, PHONE, READ_TO_THE_END, STICKS_OUT, none_of, printed
from support.sample import Sample
from support.static_server import StaticServer

Read = Callable[..., Reader]

#: What A4 has between the margins of the print sheet, 178 mm, in CSS pixels.
PAPER = {"width": 672, "height": 970}
#: Texts that leave the box they stand in: they lie over what is beside it, or are cut.
SPILLS = """
() => [...document.body.querySelectorAll('*')].filter(e => {
  const style = getComputedStyle(e);
  if (e.closest('.visually-hidden, .skip-link, svg, pre, .table-scroll, select, .menu') || !e.clientWidth) return false;
  return style.overflowX !== 'auto' && e.scrollWidth > e.clientWidth + 2;
}).slice(-3).map(e => `${e.localName}.${e.className}: ${e.scrollWidth} pixels of content in ${e.clientWidth}`)
"""
#: What a reader of paper never sees, for paper does not scroll.
CUT_ON_PAPER = """
() => [document.scrollingElement, ...document.body.querySelectorAll('*')].filter(e =>
  e.clientWidth && !e.closest('.visually-hidden') && e.scrollWidth > e.clientWidth + 2
).slice(-3).map(e => `${e.localName}.${e.className}: ${e.scrollWidth} pixels of content in ${e.clientWidth}`)
"""
IN_THE_MENU = """
e => {
  const box = e.getBoundingClientRect();
  const points = [box.left + 4, box.right - 4].map(x => document.elementFromPoint(x, (box.top + box.bottom) / 2));
  return {
    text: e.textContent.slice(0, 30), left: box.left, right: box.right,
    isFree: points.every(p => p && (e.contains(p) || p.contains(e))),
  };
}
"""
PICTURES = """
() => [...document.querySelectorAll('.lead-picture img')].map(e => ({
  width: e.clientWidth, height: e.clientHeight, given: [+e.getAttribute('width'), +e.getAttribute('height')],
  fit: getComputedStyle(e).objectFit,
}))
"""


def test_no_word_is_wider_than_its_column(hostile: Sample, read_hostile: Read) -> None:
    """Neither the page nor any box of it scrolls sideways, but tables, code and the menu of a phone."""
    reader, faults = read_hostile(), []
    for shown in hostile.all_that_differs():
        page = reader.open(shown.url)
        for viewport in (NARROW, LAPTOP):
            page.set_viewport_size(viewport)
            wide = page.evaluate(STICKS_OUT) or page.evaluate(SPILLS)
            faults += [f"{shown.url}: {viewport['width']} pixels: {', '.join(wide)}"] if wide else []
    none_of(faults)


def test_on_paper_nothing_is_wider_than_the_page(hostile: Sample, read_hostile: Read, tmp_path: Path) -> None:
    reader, faults = read_hostile(viewport=PAPER), []
    for shown in hostile.all_that_differs():
        page = reader.open(shown.url)
        page.emulate_media(media="print")
        cut = page.evaluate(CUT_ON_PAPER)
        faults += [f"{shown.url}: {', '.join(cut)}"] if cut else []
    none_of(faults)
    text = printed(reader.open("/fr/2026/11/long/"), tmp_path / "page.pdf")
    for last in ("lastcolumn", "lastcell", "endofcode"):
        assert last in text


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_focus_in_the_menu_is_wholly_in_the_window(read_hostile: Read, lang: str) -> None:
    """And nothing lies over it; the entry of the page itself is seen from the beginning."""
    reader, faults = read_hostile(viewport=PHONE), list[str]()
    page = reader.open(f"/{lang}/last/")
    current = page.locator(".menu a[aria-current]")
    faults += _cut("the current entry", current.evaluate(IN_THE_MENU))
    entries = page.locator(".menu a").count()
    assert entries > 10
    page.locator(".menu a").first.focus()
    for _ in range(entries):
        faults += _cut("the focus", page.evaluate(f"({IN_THE_MENU})(document.activeElement)"))
        page.keyboard.press("Tab")
    assert not page.locator(".menu :focus").count()
    none_of(faults)


def _cut(what: str, box: dict[str, Any]) -> list[str]:
    is_whole = box["left"] >= 0 and box["right"] <= PHONE["width"] and box["isFree"]
    return [] if is_whole else [f"{what} is cut: {box}"]


def test_a_drawing_is_as_wide_as_its_column_whatever_its_units(read_hostile: Read) -> None:
    page = read_hostile(viewport=LAPTOP).open("/fr/2026/11/drawing/")
    (picture,) = page.evaluate(PICTURES)
    assert picture["width"] == page.locator(".lead-picture").evaluate("e => e.clientWidth") > 500


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_lead_picture_is_never_blown_up_nor_taller_than_the_window(
    hostile: Sample, hostile_server: StaticServer, read_hostile: Read, viewport: dict[str, int]
) -> None:
    """Its attributes say what it is, and nothing shifts when it comes, late."""
    reader, faults = read_hostile(viewport=viewport), []
    reader.context.add_init_script(SHIFTS)
    with hostile_server.slow_pictures(seconds=0.05):
        for name, size in {"tiny": [12, 12], "long": [200, 2000], "only": [1200, 300]}.items():
            page = reader.open(f"/fr/2026/11/{name}/")
            faults += [f"{name}: {shift}" for shift in page.evaluate(READ_TO_THE_END)]
            (picture,) = page.evaluate(PICTURES)
            if picture["given"] != size or picture["width"] > size[0] or picture["height"] > viewport["height"]:
                faults.append(f"{name}: {picture}")
            if picture["height"] < size[1] * picture["width"] / size[0] - 1 and picture["fit"] != "contain":
                faults.append(f"{name} is distorted: {picture}")
    none_of(faults)
