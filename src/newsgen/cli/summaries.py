"""What a build changed and what is wrong, appended to a file as Markdown: the page that a forge shows of a run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newsgen.nouns.diagnostics import NewsgenError

if TYPE_CHECKING:
    from newsgen.nouns.diagnostics import Diagnostic
    from newsgen.pipeline import BuildResult, Request


def published_before(request: Request) -> bytes:
    """The manifest of what an output holds; empty where it cannot be told."""
    from newsgen.output.manifest import MANIFEST
    from newsgen.publish.publication import manifest_of

    if not (request.output_folder / MANIFEST).is_file():
        return b""
    try:
        return manifest_of(request.output_folder)
    except NewsgenError:
        return b""


def write_summary(file: str, result: BuildResult, before: bytes, request: Request) -> None:
    from newsgen.publish import plan, report

    _append(file, report.built_to_markdown(result, plan.plan(before, published_before(request))))


def write_failure(file: str, words: str, diagnostics: Sequence[Diagnostic]) -> None:
    """That nothing was built, and why. No more is said of a file that cannot be written: there is worse to be told."""
    from newsgen.publish import report

    with suppress(OSError):
        _append(file, report.failure_to_markdown(words, diagnostics))


def _append(file: str, text: str) -> None:
    with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as opened:
        opened.write(f"{text}\n\n")


def preview_address(url: str) -> str:
    """The address of a preview as `url` of newsgen.yaml has it. Raises: NewsgenError if it is none."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise NewsgenError(f"`{url}` is no address of a site: write `--url https://preview.example.org/`")
    return url if url.endswith("/") else f"{url}/"
