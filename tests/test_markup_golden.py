"""Golden files: one behaviour of bodies each, with the references and faults found; `--update-golden` rewrites them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsgen.parsing.markup import convert

pytestmark = pytest.mark.pure

FOLDER = Path(__file__).parent / "golden" / "markup"
_LANGUAGES = {"english": "en", "german": "de"}


def shown(name: str) -> str:
    """A body as HTML, then its plain text, references and faults; its language is the last word of its name."""
    text = (FOLDER / name / "in.md").read_text(encoding="utf-8")
    body, diagnostics = convert(
        text,
        path="content/2023/04/x.md",
        first_line=1,
        lang=_LANGUAGES.get(name.rsplit("-", 1)[-1], "fr"),
        folder="2023/04",
        trusted_html=name.startswith("trusted"),
    )
    references = [
        f"{r.line}:{r.column} {r.kind} {r.target}{'#' if r.fragment else ''}{r.fragment}{'' if r.has_text else ' ()'}"
        for r in body.references
    ]
    faults = [f"{d.location.line}:{d.location.column} {d.severity}[{d.id}] {d.message}" for d in diagnostics]
    html = body.html.replace("\u00a0", "&nbsp;").replace("\u202f", "&#8239;")
    parts = (
        html,
        "<!-- text",
        body.text,
        "references",
        *references,
        "ids",
        " ".join(body.heading_ids),
        "faults",
        *faults,
    )
    return "\n".join([*parts, "-->", ""])


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
def test_body_is_as_its_golden_file(name: str, request: pytest.FixtureRequest) -> None:
    path = FOLDER / name / "out.html"
    if request.config.getoption("--update-golden", default=False):
        path.write_text(shown(name), encoding="utf-8")
    assert shown(name) == path.read_text(encoding="utf-8")


_CASES = (FOLDER / "lists-as-on-a-forge.txt").read_text(encoding="utf-8").split("\n======\n")


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case[:20])
def test_list_nests_as_commonmark_has_it(case: str) -> None:
    """Each case is Markdown, a line of dashes, and what markdown-it 4.0 (CommonMark 0.31) makes of it."""
    text, _, expected = case.strip("\n").partition("\n------\n")
    body, _ = convert(text, path="x.md", first_line=1, lang="de", folder="", trusted_html=False)
    assert folded(body.html) == folded(expected)


def folded(html: str) -> str:
    """HTML without the white space that no one sees, and without what newsgen adds to it."""
    html = html.replace(' tabindex="0"', "")
    html = re.sub(r"\s*(</?(?:li|ul|ol|p|pre|blockquote|h\d|hr)\b[^>]*>)\s*", r"\1", html.replace(" />", ">"))
    return re.sub(r' id="[^"]*"|\s+(?=<)', "", re.sub(r"\s+", " ", html)).strip()
