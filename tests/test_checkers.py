"""Independent checkers on every page of the sample archive: the Nu HTML checker and html-validate, each in one process.

Both get a page with a fault as well, so that a checker that looks at nothing is found out.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.sample import Sample
from support.tools import npm_file, program

HERE = Path(__file__).parent / "checkers"
FAULTY = (
    "<!DOCTYPE html>\n<html lang=en>\n<head><title>x</title></head>\n<body><h1>x<p id=a></h1><p id=a></body>\n</html>\n"
)
FAULTY_CSS = "p { colour: red }\n"
#: With faults that are seen only where `var()` has its value.
FAULTY_VALUES_CSS = ":root { --x: red }\np { border-block: 3px solid var(--x) 0 }\n"
FAULTY_SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rectangle/></svg>\n'
NU_KINDS = ("html", "css", "svg")
_PROPERTY = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]+)")
_VAR = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A folder with a page, a sheet of styles and a drawing that every checker must find fault with."""
    folder = tmp_path / "faulty"
    folder.mkdir()
    (folder / "faulty.html").write_text(FAULTY)
    (folder / "faulty.css").write_text(FAULTY_CSS)
    (folder / "faulty.svg").write_text(FAULTY_SVG)
    (folder / "faulty.values.css").write_text(FAULTY_VALUES_CSS)
    return folder


def with_values(css: str) -> list[str]:
    """The sheet with values in the place of `var()`: first those that each property is given first, then the next.

    A declaration with `var()` is no fault to any checker, whatever else it says: browsers find out what it says when
    they use it, and drop it then without a word. Rule: CSS Custom Properties, 3.1, "invalid at computed-value time".
    """
    given: dict[str, list[str]] = {}
    for name, value in _PROPERTY.findall(css):
        given.setdefault(name, []).append(value.strip())

    def filled(nth: int) -> str:
        def value(found: re.Match[str]) -> str:
            values = given.get(found[1])
            return values[min(nth, len(values) - 1)] if values else found[2] or found[0]

        text = css
        for _ in range(9):  # values name other values
            text = _VAR.sub(value, text)
        return text

    return [filled(nth) for nth in range(max(map(len, given.values()), default=0))]


def told(messages: list[tuple[str, str]], kinds: set[str]) -> list[str]:
    """What a checker says of the sample, the same thing once for the first pages that have it."""
    found = {name for name, _ in messages if name.startswith("faulty.")}
    assert found == {f"faulty.{kind}" for kind in kinds}, f"the checker did not look everywhere, only at {found}"
    pages: dict[str, list[str]] = {}
    for name, words in messages:
        if not name.startswith("faulty."):
            pages.setdefault(words, []).append(name)
    return [f"{words} [{len(names)} pages] {' '.join(names[:3])}" for words, names in pages.items()]


def test_nu_finds_no_fault_in_any_page_sheet_of_styles_or_drawing(sample: Sample, faulty: Path, tmp_path: Path) -> None:
    """The checker of the W3C: errors and warnings. It gets style sheets as they are, and with values in them."""
    jar = npm_file("vnu-jar/build/dist/vnu.jar")
    # Of a folder it would take every file for HTML.
    files = [str(path) for folder in (sample.output, faulty) for kind in NU_KINDS for path in folder.rglob(f"*.{kind}")]
    folders = [sample.output, faulty]
    for folder in (sample.output, faulty):
        for path in folder.rglob("*.css"):
            for number, css in enumerate(with_values(path.read_text("utf-8"))):
                copy = tmp_path / f"values-{number}" / path.relative_to(folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(css, "utf-8")
                files.append(str(copy))
                folders.append(tmp_path / f"values-{number}")
    done = subprocess.run(
        [
            program("java"),
            "-Xss2m",
            "-jar",
            str(jar),
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
            "--also-check-css",
            "--also-check-svg",
            "--filterfile",
            str(HERE / "nu-filter.txt"),
            *sorted(files),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    messages = []
    for one in json.loads(done.stdout)["messages"]:
        path = one.get("url", "").removeprefix("file:")
        words = f"{one.get('subType') or one['type']}: {one['message']}"
        messages.append((_name(path, folders), words))
    faults = told(messages, {*NU_KINDS, "values.css"})
    assert not faults, "\n".join(["", *faults])


def test_html_validate_finds_no_fault_on_any_page(sample: Sample, faulty: Path) -> None:
    """Rules that are weaker than the presets stand in tests/checkers/html-validate.cjs with their reasons."""
    script = npm_file("html-validate/bin/html-validate.mjs")
    done = subprocess.run(
        [
            program("node"),
            str(script),
            "--config",
            str(HERE / "html-validate.cjs"),
            "--formatter",
            "json",
            "--ext",
            "html",
            str(sample.output),
            str(faulty),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    messages = [
        (
            _name(page["filePath"], [sample.output, faulty]),
            f"{one['ruleId']}: {one['message']} at {one.get('selector')}",
        )
        for page in results
        for one in page["messages"]
    ]
    faults = told(messages, {"html"})
    assert not faults, "\n".join(["", *faults])


def _name(path: str, folders: list[Path]) -> str:
    for folder in folders:
        if path.startswith(f"{folder}/"):
            return path.removeprefix(f"{folder}/")
    return path
