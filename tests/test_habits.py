"""How the house is kept: tests that can fail, marks that tell the truth, a map of the test files that is whole."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.harness import Site

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"


# ---- what tests put in the place of something
def patched_names() -> list[tuple[str, str]]:
    """Each `module.name` or `module.Class.name` that a test patches, with the file and line: of `setattr("a.b", …)`
    and `setattr(a, "b", …)`. Where the name or its owner is a variable, nothing can be told."""
    found = []
    for file in sorted([*TESTS.glob("*.py"), *(TESTS / "support").glob("*.py")]):
        tree = ast.parse(file.read_text("utf-8"))
        names = dict(_named(tree))
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="setattr"), args=[ast.Constant(value=str(name)), _]):
                    found.append((name, f"{file.name}:{node.lineno}"))
                case ast.Call(
                    func=ast.Attribute(attr="setattr" | "object"), args=[owner, ast.Constant(value=str(name)), *_]
                ):
                    first, _, rest = ast.unparse(owner).partition(".")
                    if first in names:
                        whole = ".".join(filter(None, (names[first], rest, name)))
                        found.append((whole, f"{file.name}:{node.lineno}"))
    return found


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What names of a test file stand for: modules and what is imported of them."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.asname or alias.name, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((alias.asname or alias.name, f"{module}.{alias.name}") for alias in names)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(module))])
                | ast.Subscript(value=ast.Attribute(attr="modules"), slice=ast.Constant(value=str(module))),
            ):
                yield name, module


def owner_of(name: str) -> tuple[Any, str]:
    """What holds a dotted name, and its last part. Raises: AttributeError, ImportError."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:-1]:
            owner = getattr(owner, part)
        return owner, parts[-1]
    raise ImportError(name)


@cache
def trees() -> dict[str, ast.Module]:
    """Module to tree, of all of newsgen."""
    return {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8")
        )
        for path in (ROOT / "src" / "newsgen").rglob("*.py")
    }


@cache
def asked() -> tuple[set[tuple[str, str]], set[tuple[str, str]], set[str]]:
    """What newsgen's code asks for when it runs: module and bare name; what stands before a dot, and the name behind
    it; all names behind a dot."""
    bare, dotted, behind = set(), set(), set()
    for module, tree in trees().items():
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    bare.add((module, name))
                case ast.Attribute(value=ast.Name(id=owner), attr=name, ctx=ast.Load()):
                    dotted.add((owner, name))
                    behind.add(name)
                case ast.Attribute(attr=name, ctx=ast.Load()):
                    behind.add(name)
                case ast.ImportFrom(module=str(origin), names=names, col_offset=offset) if offset:  # in a function
                    bare |= {(origin, alias.name) for alias in names}
    return bare, dotted, behind


def is_asked(name: str) -> bool:
    """Whether newsgen finds what is put in the place of a dotted name: of a module by `module.name`, by the bare name
    within that module, or by an import in a function; of a class by the name behind any dot."""
    owner, last = owner_of(name)
    bare, dotted, behind = asked()
    if not isinstance(owner, ModuleType):
        return last in behind or last.startswith("__")
    if owner.__name__.partition(".")[0] != "newsgen":
        return last in behind or owner.__name__ in ("builtins",)
    room, module = owner.__name__.split(".")[-2:]
    called = (module, f"{room}_{module}")  # as a module is called where two rooms have one of that name
    return (owner.__name__, last) in bare or any((name, last) in dotted for name in called)


#: Of tests' own modules and of the standard library, whose own code is what calls them.
OTHERS = ("soak.", "growth.", "run_cases.", "importlib.", "zoneinfo.", "concurrent.", "gc.")


@pytest.mark.parametrize(("name", "place"), [p for p in patched_names() if not p[0].startswith(OTHERS)])
def test_what_a_test_patches_is_there_and_newsgen_asks_for_it(name: str, place: str) -> None:
    """A name that nothing asks for any more would leave a test that cannot fail."""
    owner, last = owner_of(name)
    assert hasattr(owner, last), place
    assert is_asked(name), f"{place} patches {name}, which newsgen does not ask for there"


def test_patches_are_looked_for() -> None:
    names = {name for name, _ in patched_names()}
    assert len(names) > 30 and "newsgen.sources.scan.fingerprint" in names
    for unheard in ("secrets.token_hex", "newsgen.catalog.traces.TABLES", "newsgen.parsing.article.fingerprint"):
        assert not (hasattr(*owner_of(unheard)) and is_asked(unheard)), unheard


# ---- marks
@pytest.mark.pure
def test_a_pure_test_can_build_nothing_and_start_nothing(site: Site) -> None:
    for act in (site.build, site.check, lambda: subprocess.run([sys.executable, "-V"], check=True), os.fork):
        with pytest.raises(pytest.fail.Exception, match="pure"):
            act()


# ---- comments
def test_the_tests_that_comments_name_are_there() -> None:
    """What proves a rule is named beside it: a test or a file of tests."""
    files = [path for path in TESTS.rglob("*.py") if path.stem.startswith("test_")]
    there = {path.stem for path in files}
    for path in files:
        there |= set(re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE))
    named = {
        (name, path.relative_to(ROOT).as_posix())
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"\btest_\w+", path.read_text("utf-8"))
    }
    assert len(named) > 50
    assert sorted((name, path) for name, path in named if name not in there) == []


# ---- CONTRIBUTING.md
@pytest.mark.pure
def test_the_map_names_each_test_file_once() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("### Where do I add one?")[2]
    told = re.findall(r"`((?:browser/)?test_\w+\.py)`", text)
    assert sorted(told) == sorted(
        path.relative_to(TESTS).as_posix() for folder in ("", "browser") for path in (TESTS / folder).glob("test_*.py")
    )


@pytest.mark.pure
def test_the_marks_are_told() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    told = set(re.findall(r'addinivalue_line\("markers", "(\w+):', (TESTS / "conftest.py").read_text("utf-8")))
    assert told and set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == told


# ---- the formatter
def test_few_statements_are_kept_from_the_formatter() -> None:
    """Tables that one sees at a glance; elsewhere it decides."""
    files = [path for folder in ("src", "tests", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    assert sum(path.read_text("utf-8").count("# fmt: " + "skip") for path in files) <= 100
