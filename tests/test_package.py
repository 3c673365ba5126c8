"""The package: layers hold, every diagnostic is shown by a test, the wheel has the theme and works alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from newsgen.nouns.diagnostics import CODES

ROOT = Path(__file__).resolve().parents[1]


def test_imports_point_down() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_diagnostic_is_triggered_by_a_test(code: str) -> None:
    """Only a mention is looked for here; each mention asserts that a build says it."""
    here = ROOT / "tests"
    files = [*here.glob("test_*.py"), *here.glob("cases/*/case.yaml"), *here.glob("scenarios/*.yaml")]
    mention = re.compile(rf"(?<![\w-]){code}(?![\w-])")
    assert any(mention.search(file.read_text("utf-8")) for file in files if file != Path(__file__))


def test_diagnostics_are_raised_where_codes_has_them() -> None:
    """No id in the table that nothing says, none in the code that the table lacks."""
    texts = {path: path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")}
    table = next(path for path in texts if path.name == "diagnostics.py")
    texts[table] = texts[table].partition("\nclass ")[2]
    sources = "\n".join(texts.values())
    assert [code for code in CODES if not re.search(rf'"{code}["/]', sources)] == []


# ---- the wheel
@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "wheel", str(ROOT), "--no-deps", "--wheel-dir", str(folder))
    (made,) = folder.glob("newsgen-*.whl")
    return made


def pip(python: str | Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and re.search("NewConnectionError|Temporary failure in name resolution|No route", done.stderr):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_the_theme_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "static"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                assert f"newsgen/theme/{path.relative_to(ROOT).as_posix()}" in names
    for path in (ROOT / "src/newsgen").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT / "src").as_posix() in names
    assert not any(name.startswith(("tests/", "content/", "docs/")) for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_a_site_is_made_and_built_from_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    pip(python, "install", "--quiet", "--constraint", str(ROOT / "constraints.txt"), str(wheel))
    newsgen = tmp_path / "venv/bin/newsgen"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    def run(*arguments: str, cwd: Path) -> str:
        done = subprocess.run(
            [newsgen, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("--version", cwd=tmp_path).startswith("newsgen ")
    run("init", "my-archive", "--timezone", "Europe/Paris", cwd=tmp_path)
    report = json.loads(run("build", "--json", "--strict", cwd=tmp_path / "my-archive"))
    assert report["diagnostics"] == []
    assert (tmp_path / "my-archive/site/fr/index.html").is_file()
    assert (tmp_path / "my-archive/site/assets/style.css").is_file()
