"""The shape of the code, of this checkout or of a commit: rooms, layers, complexity, comments, and where SQL stands.

    python tools/shape.py                      # this checkout
    python tools/shape.py --commit main~20     # that commit, and this checkout beside it

Blocks are functions, methods and classes as radon counts them; 11 is a reason to look, 21 a fault. A comment is counted
by lines that have one, docstrings apart. What is listed at the end is this checkout's.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import subprocess
import tempfile
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from radon.complexity import cc_visit

HERE = Path(__file__).resolve().parents[1]
PACKAGE = "newsgen"
FAULT = 21  # of a block's complexity
#: Where imports inside functions have their reason: commands and the pipeline load a stage when there is work for it.
MAY_IMPORT_LATE = ("cli", "pipeline", "start")
#: Where SQL may stand.
OF_SQL = ("catalog", "queries", "output/manifest", "schema")
#: Rooms whose rules nobody guesses, with the names that they had: where comments are owed.
HARD_ROOMS = {
    "who owns an address": (
        "addresses/owners",
        "index/outputs",
        "index/versions",
        "index/merging",
        "index/paths",
        "addresses",
    ),
    "catalog and manifest": ("output/manifest", "output/files", "write", "pipeline/recovery"),
    "what changed": ("nouns/changes", "changes"),
    "holding back": ("index/holding", "index/public", "parsing/holding_keys", "holding", "public", "holding_keys"),
    "last good versions": ("pipeline/looking", "pipeline/parsed_rows"),
    "when a page is stale": ("catalog/traces", "traces", "pages/plan", "plan"),
}
_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|ATTACH|PRAGMA|REPLACE|BEGIN|COMMIT)\b")


@dataclass(frozen=True)
class Block:
    """A function, method or class."""

    place: str
    name: str
    complexity: int


@dataclass(frozen=True)
class Module:
    """A module; `name` is its path within the package, without the ending."""

    name: str
    text: str

    @property
    def room(self) -> str:
        """The package that it stands in, "" at the top."""
        return self.name.partition("/")[0] if "/" in self.name else ""

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def comment_lines(self) -> int:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return len({token.start[0] for token in tokens if token.type == tokenize.COMMENT})

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, each once."""
        found = {(block.lineno, block.fullname): block.complexity for block in cc_visit(self.text)}
        return tuple(Block(f"{self.name}.py:{line}", name, worth) for (line, name), worth in sorted(found.items()))

    def late_imports(self) -> Iterator[str]:
        """The modules of the package that functions import, with their lines."""
        functions = (n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
        seen = set()
        for node in (node for function in functions for node in ast.walk(function)):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = ["." * node.level + (node.module or "")]
            for name in names:
                if (name == PACKAGE or name.startswith((f"{PACKAGE}.", "."))) and (node.lineno, name) not in seen:
                    seen.add((node.lineno, name))
                    yield f"{self.name}.py:{node.lineno} {name}"

    def sql(self) -> int:
        """How many texts begin as statements of SQL do."""
        texts = (n.value for n in ast.walk(self.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        return sum(1 for text in texts if _SQL.match(text))


@dataclass(frozen=True)
class Shape:
    """A checkout, as numbers."""

    folder: Path

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        base = self.folder / "src" / PACKAGE
        paths = sorted(base.rglob("*.py"))
        return tuple(Module(p.relative_to(base).with_suffix("").as_posix(), p.read_text("utf-8")) for p in paths)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, the most complex first."""
        blocks = (block for module in self.modules for block in module.blocks)
        return tuple(sorted(blocks, key=lambda block: (-block.complexity, block.place)))

    @property
    def faults(self) -> list[Block]:
        return [block for block in self.blocks if block.complexity >= FAULT]

    @cached_property
    def late_imports(self) -> list[str]:
        return [line for module in self.modules for line in module.late_imports()]

    @property
    def odd_late_imports(self) -> list[str]:
        return [line for line in self.late_imports if not line.startswith(MAY_IMPORT_LATE)]

    @property
    def sql_elsewhere(self) -> dict[str, int]:
        """Modules with SQL that is not theirs to have, with the number of statements."""
        found = {module.name: module.sql() for module in self.modules if not module.name.startswith(OF_SQL)}
        return {name: number for name, number in found.items() if number}

    def skips(self, *folders: str) -> int:
        """How many statements are kept from the formatter."""
        files = (path for folder in folders for path in (self.folder / folder).rglob("*.py"))
        return sum(path.read_text("utf-8").count("# fmt: " + "skip") for path in files)

    @property
    def layers(self) -> int:
        contracts = tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
        return sum(len(one.get("layers", ())) for one in contracts["contracts"])

    def rows(self) -> Iterator[tuple[str, str]]:
        """What is told of it: a name and a value a line, a name alone for a heading."""
        yield "lines", str(sum(module.lines for module in self.modules))
        yield "modules", str(len(self.modules))
        yield "files at the top", str(sum(1 for module in self.modules if not module.room))
        yield "import layers", str(self.layers)
        yield "imports inside functions", str(len(self.late_imports))
        yield f"  not in {', '.join(MAY_IMPORT_LATE)}", str(len(self.odd_late_imports))
        yield "blocks", str(len(self.blocks))
        yield "mean complexity", f"{sum(block.complexity for block in self.blocks) / len(self.blocks):.2f}"
        yield "worst complexity", str(self.blocks[0].complexity)
        yield f"blocks of {FAULT} and more", str(len(self.faults))
        yield "modules of more than 500 lines", str(sum(1 for module in self.modules if module.lines > 500))
        yield "modules with SQL elsewhere", str(len(self.sql_elsewhere))
        yield "statements kept from the formatter", str(self.skips("src", "tests", "benchmarks", "tools", "docs"))
        yield "  in src", str(self.skips("src"))
        yield "lines with a comment", share(self.modules)
        for label, names in HARD_ROOMS.items():
            rooms = [module for module in self.modules if module.name in names]
            yield f"  {label}", share(rooms) if rooms else "-"
        yield "lines, and those with a comment, by room", ""
        lines = Counter[str]()
        for module in self.modules:
            lines[module.room] += module.lines
        for room, number in lines.most_common():
            inside = [module for module in self.modules if module.room == room]
            yield f"  {room or '(the top)'}", f"{number:>6}  {share(inside):>6}"

    def lists(self) -> Iterator[str]:
        """What the numbers name."""
        yield f"blocks of {FAULT} and more:"
        yield from (f"  {block.complexity:>3} {block.name} ({block.place})" for block in self.faults)
        yield f"imports inside functions, not in {', '.join(MAY_IMPORT_LATE)}:"
        yield from (f"  {line}" for line in self.odd_late_imports)
        yield f"SQL that is not in {', '.join(OF_SQL)}:"
        yield from (f"  {number:>3} {name}.py" for name, number in self.sql_elsewhere.items())
        yield "modules of more than 500 lines:"
        yield from (f"  {module.lines:>4} {module.name}.py" for module in self.modules if module.lines > 500)


def share(modules: tuple[Module, ...] | list[Module]) -> str:
    lines = sum(module.lines for module in modules)
    return f"{100 * sum(module.comment_lines for module in modules) / max(lines, 1):.1f} %"


def table(shapes: dict[str, Shape]) -> Iterator[str]:
    """The rows of each, side by side; what one of them has not is left empty."""
    told = [list(shape.rows()) for shape in shapes.values()]
    values = [dict(rows) for rows in told]
    names = list(dict.fromkeys(name for rows in told for name, _ in rows))
    width = max(len(name) for name in names)
    yield " " * width + "".join(f"  {title:>16}" for title in shapes)
    for name in names:
        yield f"{name:<{width}}" + "".join(f"  {row.get(name, ''):>16}" for row in values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commit", action="append", default=[], help="a commit to tell beside this checkout")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsgen-shape-") as name:
        shapes = {commit: Shape(checkout(commit, Path(name, str(n)))) for n, commit in enumerate(arguments.commit)}
        shapes["this checkout"] = Shape(HERE)
        print(*table(shapes), "", *shapes["this checkout"].lists(), sep="\n")


def checkout(commit: str, folder: Path) -> Path:
    """The files of a commit, in a folder of their own."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=HERE, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=packed, check=True)
    return folder


if __name__ == "__main__":
    main()
