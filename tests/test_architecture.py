"""docs/architecture.md tells the house as it is: the drawing, the way of one edit, the tables, every name."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from pkgutil import resolve_name
from types import CodeType, FrameType, ModuleType

import pytest

from newsgen.catalog.schema import INDEX_TABLES, KEPT_TABLES, TRACE_TABLES
from newsgen.sources import scanned_rows
from support.harness import Site

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("drawing", ROOT / "tools/drawing.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


drawing = _tool()


@pytest.mark.pure
@pytest.mark.parametrize("name", drawing.PAGES)
def test_what_the_docs_show_of_the_code_is_as_the_code_is(name: str) -> None:
    page = (ROOT / "docs" / name).read_text("utf-8")
    assert drawing.renewed(name, page) == page, "`make drawing` makes it anew"


@pytest.mark.pure
def test_every_folder_of_newsgen_is_a_room_that_says_what_it_is_for() -> None:
    rooms = {room for layer in drawing.layers() for room in layer}
    folders = {path.parent.name for path in (ROOT / "src/newsgen").glob("*/__init__.py")}
    assert rooms == folders | {"__main__"}
    assert all(drawing.caption(room) and "…" not in drawing.caption(room) for room in rooms)


@pytest.mark.pure
@pytest.mark.parametrize(("caller", "function"), [("output", "index.index"), ("index", "rendering.renderer.Renderer")])
def test_a_step_that_points_up_or_aside_is_refused(caller: str, function: str) -> None:
    with pytest.raises(ValueError, match="imports point down"):
        list(drawing.chart((drawing.Step("step", caller, function, ""),)))


def test_one_edit_goes_the_way_that_is_drawn(site: Site) -> None:
    codes: dict[CodeType, str] = {
        resolve_name(f"newsgen.{step.function}").__code__: step.name for step in drawing.STEPS
    }
    site.story("2023/04/li", title="Titre")
    site.story("2023/05/wang", title="Autre")
    site.build()
    site.story("2023/04/li", title="Autre titre")
    called: dict[str, None] = {}

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code in codes:
            called[codes[frame.f_code]] = None

    sys.setprofile(note)
    try:
        site.build()
    finally:
        sys.setprofile(None)
    assert list(called) == [step.name for step in drawing.STEPS]


@pytest.mark.pure
def test_every_table_of_the_catalog_is_told() -> None:
    texts = (INDEX_TABLES, KEPT_TABLES, TRACE_TABLES, scanned_rows.TABLES)
    tables = {name for text in texts for name in re.findall(r"CREATE TABLE (\w+)", text)}
    (section,) = re.findall(r"^## The catalog\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| ([^|]*) \|", section, re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(tables)


ROOMS = "|".join(room for layer in drawing.layers() for room in layer if room != "__main__")
NAMES = sorted(set(re.findall(rf"`((?:{ROOMS})(?:\.\w+)+)(?:\([^`]*\))?`", PAGE)))


@pytest.mark.pure
@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_names_is_there(name: str) -> None:
    resolve_name(f"newsgen.{name}")


@pytest.mark.pure
def test_modules_that_the_stages_name_are_there() -> None:
    (section,) = re.findall(r"^## The pipeline\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    cells = re.findall(r"^\| \w+ \|[^|]*\| (`.*) \|$", section, re.MULTILINE)
    assert len(cells) == 7
    for cell in cells:
        room, *names = re.findall(r"`(\w+)`", cell)
        for name in names:
            resolve_name(f"newsgen.{name}" if name in ROOMS.split("|") else f"newsgen.{room}.{name}")
