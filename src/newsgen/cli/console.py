"""What commands say on the console: a line, and diagnostics with the lines that they are about."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsgen import __version__

if TYPE_CHECKING:
    from newsgen.nouns.diagnostics import Diagnostic
    from newsgen.output.report import LineOf


OK, FAULTS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
MOST = 10  # diagnostics of one id, or files left out, that a terminal shows


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def print_diagnostics(diagnostics: Sequence[Diagnostic], options: argparse.Namespace, *, fault: str = "") -> None:
    from newsgen.output import report

    root: Path = getattr(options, "source", Path())
    if options.format == "github":
        print(report.to_github(diagnostics, prefix=_prefix(root)), end="")
    elif options.format == "gitlab":  # the report goes into a file, and the log shows what a person reads
        print(report.to_gitlab(diagnostics, prefix=_prefix(root)))
        print(report.to_text(diagnostics, line_of=_line_of(root)), end="", file=sys.stderr)
    elif options.format == "sarif":
        print(
            report.to_sarif(diagnostics, version=__version__, prefix=_prefix(root), docs_url=_docs_url(), fault=fault)
        )
    else:
        colour, most = _has_colours(), most_shown(options)
        print(report.to_text(diagnostics, line_of=_line_of(root), colour=colour, window=_window(), most=most), end="")


def most_shown(options: argparse.Namespace) -> int:
    """How many of one kind a report shows; 0 for all, as to a file or a pipe."""
    return MOST if sys.stdout.isatty() and not getattr(options, "all", False) else 0


def lines_shown(options: argparse.Namespace) -> int:
    """How many lines of a list a terminal takes beside a few others; 0 for all, as to a file or a pipe."""
    import shutil

    return max(MOST, shutil.get_terminal_size((104, 24)).lines - 6) if most_shown(options) else 0


def _prefix(root: Path) -> str:
    """The way from the top of the repository to the site folder: annotations name files from there."""
    top = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR") or os.getcwd()
    way = os.path.relpath(os.path.realpath(root), os.path.realpath(top)).replace(os.sep, "/")
    return "" if way == "." or way.startswith("..") else f"{way}/"


def _docs_url() -> str:
    """Where the diagnostics are documented, by the package's own metadata; "" if it does not say."""
    from importlib import metadata

    try:
        urls = metadata.metadata("newsgen").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    home = next((url.partition(", ")[2] for url in urls if url.startswith("Documentation, ")), "")
    return f"{home.rstrip('/')}/diagnostics.md" if home else ""


def _line_of(root: Path) -> LineOf:
    """Reads source lines: of the site's files, of the bundled theme's where the site has none. Each file once."""
    from functools import lru_cache

    from newsgen.pipeline import theme_folder

    @lru_cache(maxsize=64)
    def lines(path: str) -> list[str]:
        files = [] if path.startswith("theme/") else [root / path]
        if path.removeprefix("theme/").startswith(("templates/", "static/")):
            files.append(theme_folder() / path.removeprefix("theme/"))
        for file in files:
            try:
                bases = (root.resolve(), theme_folder())
                if not file.is_file() or not any(_is_shown(file.resolve(), base) for base in bases):
                    continue
                text = file.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            except OSError:
                continue
            return [] if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return []

    def line_of(path: str, line: int) -> str:
        all_lines = lines(path)
        return all_lines[line - 1] if 0 < line <= len(all_lines) else ""

    return line_of


def _is_shown(file: Path, base: Path) -> bool:
    """Whether the lines of a file are anybody's business: it lies in the folder, and is not hidden there."""
    return file.is_relative_to(base) and not any(part.startswith(".") for part in file.relative_to(base).parts)


def _has_colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _window() -> int:
    if not sys.stdout.isatty():
        return 100
    import shutil

    return max(40, min(shutil.get_terminal_size((104, 24)).columns, 160) - 4)


def named(folder: Path) -> str:
    """A folder as the editor would type it."""
    way = os.path.relpath(folder)
    return f"{folder if way.startswith('..') else way}{os.sep}"
