"""Breaks the code in one place after the other, runs the tests beside it, and tells what no test notices.

    python tools/mutants.py --count 40 --seed 1             # 40 places of all areas
    python tools/mutants.py --area addresses --count 200

A mutant is the code with one operator, constant, condition or call changed. It is killed where a test fails or takes
several times as long; one that survives is code that no test holds, or a change that makes no difference: read its
diff. Works on a copy of this checkout. Equal seeds break the same places.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PACKAGE = Path("src/newsgen")
COPIED = ("src", "tests", "templates", "static", "content", "docs", "newsgen.yaml", "pyproject.toml", "README.md")
#: Area to its modules and to the tests beside them, the fastest first. A pattern may match nothing, as modules move.
AREAS = {
    "addresses": (
        ("urls.py", "addresses.py", "addresses/*.py"),
        ("test_urls.py", "test_owners.py", "test_addresses.py", "test_output.py"),
    ),
    "pages": (
        ("pages.py", "plan.py", "pages/**/*.py"),
        ("test_queries.py", "test_lists.py", "test_minimal.py", "test_sitemaps.py", "test_time.py"),
    ),
    "index": (
        ("index/*.py",),
        ("test_terms.py", "test_lists.py", "test_addresses.py", "test_stale.py", "test_minimal.py", "test_holding.py"),
    ),
    "output": (
        ("write.py", "output/*.py"),
        ("test_output.py", "test_cache_folder.py", "test_damage.py", "test_survival.py"),
    ),
}
PATIENCE = 4.0  # how many times as long as the tests of an area take they may take, before a mutant counts as killed
_COMPARED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_JOINED = {ast.And: ast.Or, ast.Or: ast.And}
_COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult}


@dataclass(frozen=True)
class Mutant:
    """A module with one place changed."""

    path: Path
    line: int
    old: str
    new: str

    def diff(self) -> str:
        lines = difflib.unified_diff(
            self.old.splitlines(), self.new.splitlines(), str(self.path), str(self.path), n=1, lineterm=""
        )
        return "\n".join(lines)


def mutants(path: Path, text: str) -> Iterator[Mutant]:
    """Every mutant of a module, by place."""
    data = text.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in ast.walk(_without_texts(ast.parse(text))):
        for code in _changed(node):
            begin = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
            end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
            new = (data[:begin] + code.encode() + data[end:]).decode()
            try:
                compile(new, str(path), "exec")
            except SyntaxError:  # in a pattern, say
                continue
            yield Mutant(path, node.lineno, text, new)  # type: ignore[attr-defined]


def _without_texts(tree: ast.Module) -> ast.Module:
    """The same without docstrings, annotations and the imports for types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Name("x", ast.Load())
    tree.body = [
        node for node in tree.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    ]
    return tree


def _changed(node: ast.AST) -> Iterator[str]:
    """What else could stand in the place of a node."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARED:
            yield f"({ast.unparse(ast.Compare(left, [_COMPARED[type(operator)]()], [right]))})"
        case ast.BoolOp(op=operator, values=values):
            yield f"({ast.unparse(ast.BoolOp(_JOINED[type(operator)](), values))})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"(bool({ast.unparse(operand)}))"
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _COUNTED:
            yield f"({ast.unparse(ast.BinOp(left, _COUNTED[type(operator)](), right))})"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield f"({ast.unparse(ast.IfExp(test, orelse, body))})"
        case ast.Constant(value=bool(value)):
            yield str(not value)
        case ast.Constant(value=int(value)):
            yield str(value + 1)
        case ast.Continue():
            yield "break"
        case ast.Expr(value=ast.Call() | ast.YieldFrom() | ast.Yield()):
            yield "pass"
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield "return None"
        case ast.AugAssign(target=target, op=operator, value=value) if type(operator) in _COUNTED:
            yield ast.unparse(ast.AugAssign(target, _COUNTED[type(operator)](), value))


class Copy:
    """A copy of this checkout whose tests are run."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        for name in COPIED:
            if (HERE / name).is_dir():
                left_out = shutil.ignore_patterns("__pycache__", "screenshots")
                shutil.copytree(HERE / name, folder / name, ignore=left_out)
            else:
                shutil.copy2(HERE / name, folder / name)

    def test(self, names: tuple[str, ...], limit: float | None = None) -> bool:
        """Whether these tests pass, within so many seconds."""
        environment = os.environ | {"PYTHONPATH": str(self.root / "src"), "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
        files = [f"tests/{name}" for name in names if (self.root / "tests" / name).exists()]
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(
                [*command, "-m", "not slow and not browser", *files],
                cwd=self.root,
                env=environment,
                timeout=limit,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        if done.returncode not in (0, 1, 2):  # passed, failed, or not even imported
            sys.exit(done.stdout.decode(errors="replace")[-3000:])
        return done.returncode == 0

    def survives(self, mutant: Mutant, names: tuple[str, ...], limit: float) -> bool:
        path = self.root / mutant.path
        path.write_text(mutant.new, "utf-8")
        try:
            return self.test(names, limit)
        finally:
            path.write_text(mutant.old, "utf-8")


def modules(area: str) -> list[Path]:
    """The modules of an area, in the checkout."""
    base = HERE / PACKAGE
    found = sorted({path for pattern in AREAS[area][0] for path in base.glob(pattern) if path.name != "__main__.py"})
    if not found:
        sys.exit(f"no module is in the area {area}: correct AREAS in {Path(__file__).name}")
    return [path.relative_to(HERE) for path in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", action="append", choices=AREAS, help="only this area; may be given again")
    parser.add_argument("--count", type=int, default=40, help="how many places, of all areas together (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="which places (default: 1)")
    parser.add_argument("--minutes", type=float, default=60, help="no mutant begins after so long (default: 60)")
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    places = [
        (area, mutant)
        for area in options.area or AREAS
        for path in modules(area)
        for mutant in mutants(path, (HERE / path).read_text("utf-8"))
    ]
    chosen = random.Random(options.seed).sample(places, min(options.count, len(places)))
    tried, survivors, limits = 0, [], dict[str, float]()
    with tempfile.TemporaryDirectory(prefix="newsgen-mutants-") as name:
        copy = Copy(Path(name, "checkout"))
        for area, mutant in sorted(chosen, key=lambda place: list(AREAS).index(place[0])):
            if time.monotonic() > end:
                break
            if area not in limits:
                begun = time.monotonic()
                if not copy.test(AREAS[area][1]):
                    sys.exit(f"the tests of the area {area} fail without any mutant")
                limits[area] = 10 + PATIENCE * (time.monotonic() - begun)
            tried += 1
            survives = copy.survives(mutant, AREAS[area][1], limits[area])
            print(f"{'SURVIVED' if survives else 'killed':8} {mutant.path}:{mutant.line}", flush=True)
            survivors += [mutant] if survives else []
    for mutant in survivors:
        print(f"\n{mutant.path}:{mutant.line}\n{mutant.diff()}")
    killed = tried - len(survivors)
    print(f"\n{killed} of {tried} mutants killed ({100 * killed / max(tried, 1):.0f} %), of {len(places)} places")
    return 0


if __name__ == "__main__":
    sys.exit(main())
