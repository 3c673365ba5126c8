"""What the docs show of the code: rooms and the way of one edit, the kinds of pages, the words of lists.

    python tools/drawing.py            # prints it
    python tools/drawing.py --write    # and puts it in its places in the pages

Layers and rooms are those of pyproject.toml, what a room is for is the first line of its `__init__`, and its modules
are the files that are there. The steps of an edit stand below; a test does one edit and sees them called in this order.
"""

from __future__ import annotations

import argparse
import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from newsgen.nouns import kinds

HERE = Path(__file__).resolve().parents[1]
SOURCES = HERE / "src" / "newsgen"
BEGIN, END = "<!-- made by `make drawing`: begin -->\n", "<!-- made by `make drawing`: end -->\n"


class Step(NamedTuple):
    """A step of one edit: what it is called, who calls whom, and what becomes of the edit there."""

    name: str
    caller: str  # a room
    function: str  # dotted, within newsgen
    what: str

    @property
    def room(self) -> str:
        return self.function.partition(".")[0]


#: An editor saves another headline of a published article.
STEPS = (
    Step("scan", "pipeline", "sources.scan.scan", "which files are others now"),
    Step("parse", "pipeline", "parsing.article.parse", "the file to its values, alone and in a worker"),
    Step(
        "keep", "pipeline", "catalog.store.Catalog.keep_parsed", "these values; the file is `dirty` until index took it"
    ),
    Step("index", "pipeline", "index.index", "rows that follow from all files; before and after, they are `Changes`"),
    Step("plan", "pipeline", "pages.plan.plan", "pages whose questions have another answer now are `pending`"),
    Step("render", "pipeline", "rendering.renderer.Renderer.render", "such a page to its bytes, in a worker"),
    Step("ask", "rendering", "queries.reader.Reader.get", "the data of a template, noted in the page's trace"),
    Step("write", "pipeline", "output.files.write_whole", "the file by rename, if a byte differs"),
    Step("confirm", "pipeline", "output.manifest.Manifest.confirm", "in the output: newsgen wrote this"),
    Step(
        "record", "pipeline", "catalog.traces.Traces.record", "in the cache: the trace; the page is `pending` no more"
    ),
)


def contracts() -> list[dict[str, Any]]:
    read = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = read["tool"]["importlinter"]["contracts"]
    return found


def layers() -> list[list[str]]:
    """The rooms of each layer, from the top."""
    (lines,) = (one["layers"] for one in contracts() if one["type"] == "layers")
    return [[room.strip() for room in line.split("|")] for line in lines]


def caption(room: str) -> str:
    """The first line of what a room says of itself, without its full stop."""
    path = SOURCES / room / "__init__.py"
    tree = ast.parse((path if path.exists() else SOURCES / f"{room}.py").read_text("utf-8"))
    return (ast.get_docstring(tree) or "").partition("\n")[0].removesuffix(".")


def modules(room: str) -> list[str]:
    """The modules of a room by name, and its folders of modules with a slash."""
    if not (SOURCES / room).is_dir():
        return []
    files = [path.stem for path in (SOURCES / room).glob("*.py") if path.stem != "__init__"]
    return sorted(files) + sorted(f"{path.parent.name}/" for path in (SOURCES / room).glob("*/__init__.py"))


def chart(steps: tuple[Step, ...] = STEPS) -> Iterator[str]:
    """The rooms, a line each, and the steps, a column each: a line falls from who calls to who is called.

    Raises: ValueError for a step that the import contract does not let a room take.
    """
    level = {room: number for number, rooms in enumerate(layers(), 1) for room in rooms}
    rooms = list(level)
    for step in steps:
        if level[step.caller] >= level[step.room]:
            raise ValueError(f"{step.caller} may not call {step.function}: imports point down")
    width = max(map(len, rooms))
    yield f"layer  {'room':<{width}}  {'one edit, from left to right':^{len(steps) * 4}}".rstrip()
    last = 0
    for at, room in enumerate(rooms):
        cells = []
        for number, step in enumerate(steps, 1):
            top, bottom = rooms.index(step.caller), rooms.index(step.room)
            mark = "┬" if at == top else f"{number}" if at == bottom else "│" if top < at < bottom else ""
            cells.append(f"{mark:>3} ")
        line = f"{level[room] if level[room] != last else '':>5}  {room:<{width}} {''.join(cells)}"
        last = level[room]
        yield line.rstrip()


def forbidden() -> Iterator[str]:
    for one in contracts():
        if one["type"] == "forbidden":
            pairs = ", ".join(f"`{line.replace('newsgen.', '')}`" for line in one.get("ignore_imports", ()))
            yield f"- {one['name'][0].upper()}{one['name'][1:]}{f' (but for {pairs})' if pairs else ''}."


def drawing() -> str:
    lines = ["```text", *chart(), "```", "", "| step | function | what becomes of the edit |", "|---|---|---|"]
    lines += [f"| {n} {step.name} | `{step.function}` | {step.what} |" for n, step in enumerate(STEPS, 1)]
    lines += ["", "| layer | room | what it is for | modules |", "|---|---|---|---|"]
    for number, rooms in enumerate(layers(), 1):
        for room in rooms:
            names = ", ".join(f"`{name}`" for name in modules(room))
            lines.append(f"| {number} | `{room}` | {caption(room)} | {names} |")
    lines += ["", "Beyond the layers:", "", *forbidden()]
    return "\n".join(lines) + "\n"


def kinds_table() -> str:
    """The templates of pages, by the kinds that they make (newsgen.nouns.kinds)."""
    lines = ["| template | pages | `page.kind` | `page.key` |", "|---|---|---|---|"]
    for template in dict.fromkeys(kinds.TEMPLATES.values()):
        of_it = [kind for kind in kinds.KINDS.values() if kind.template == template]
        names = ", ".join(f"`{kind.name}`" for kind in of_it)
        pages = ", ".join(kind.pages for kind in of_it)
        keys = ", ".join(dict.fromkeys(kind.page_key for kind in of_it if kind.page_key))
        lines.append(f"| `{template}` | {pages} | {names} | {keys} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def words_table() -> str:
    """The words of lists that every language has, and what stands for them in addresses."""
    lines = ["| word | French | English |", "|---|---|---|"]
    for word in kinds.PATH_WORDS["en"]:
        lines.append(f"| `{word}` | `{kinds.PATH_WORDS['fr'][word]}` | `{kinds.PATH_WORDS['en'][word]}` |")
    return "\n".join(lines) + "\n"


#: Page of the docs to what is made in it.
PAGES = {"architecture.md": drawing, "templates.md": kinds_table, "configuration.md": words_table}


def renewed(name: str, page: str) -> str:
    """The page with what is made in it as it is now. Raises: ValueError if it has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{name}: no place between {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{PAGES[name]()}\n{END}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put it into its places in docs/")
    is_written = parser.parse_args().write
    for name, make in PAGES.items():
        path = HERE / "docs" / name
        if is_written:
            path.write_text(renewed(name, path.read_text("utf-8")), "utf-8")
        print(make())


if __name__ == "__main__":
    main()
