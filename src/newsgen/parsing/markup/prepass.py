"""Paragraphs without any mark-up, taken out of a body before Markdown reads it and put back into what it made.

Most of what an archive holds is such paragraphs. Whatever Markdown makes of a body, it makes `<p>`, their text with
typography, `</p>` of them, unless something else of the body reaches into them; then none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from newsgen.nouns.model import Body
from newsgen.parsing.markup.characters import PLAIN, TAG
from newsgen.parsing.markup.marks import read_marks, set_marks
from newsgen.parsing.markup.tables import CAPTION
from newsgen.parsing.markup.typography import typeset
from newsgen.parsing.markup.wholes import WholeBody

# How a line begins that begins no list, heading, quotation, rule, table, code, definition or note.
BEGINNING = r"(?:[^\W\d_]|[«“\"'‘(—–…]|\d(?!\d{0,8}[.)](?:[ \n\u00a0\u202f\u3000]|\Z)))"
_begins = re.compile(BEGINNING).match
_odd_line = re.compile(r" \n|\n(?!" + BEGINNING + ")").search
# What may be mark-up wherever it stands: of inline patterns, tables, attribute lists, addresses, other systems.
_SIGNS = ("[", "*", "_", "`", "\\", "&", "<", ">", "{", "}", "|", "]", "\t", "/", "=", "~", "@", "w", "%")
_LONGER = {"/": "://", "~": "~~", "w": "www.", "%": "%%"}
# What reaches into other blocks: raw HTML, fences, references that the HTML parser stumbles over.
_REACHING = {"<": "<", "&": "&#", "`": "```", "~": "~~~"}
# A definition takes the paragraph above it as its terms.
_definition = re.compile(r"^[ ]{0,3}:[ \t]", re.MULTILINE).search
_SPACES = re.compile("  +")
MOST_BLOCKS = 1_000  # a much longer body comes to the parser in windows (`guards.WindowProcessor`)


class Prepass:
    """A body without its plain paragraphs: `text` has the placeholder PLAIN for each run of them.

    PLAIN is a paragraph to Markdown, and comes out as one. `runs` holds the HTML and the words of each paragraph.
    """

    __slots__ = ("body", "runs", "text")

    def __init__(self, text: str, runs: list[list[tuple[str, str]]], body: Body | None = None) -> None:
        self.text, self.runs, self.body = text, runs, body

    def put_back(self, html: str) -> str:
        """The HTML with the plain paragraphs in it."""
        return self._put_back(html, "</p>\n<p>", 0)

    def put_back_text(self, text: str) -> str:
        """The plain text with the plain paragraphs in it."""
        return self._put_back(text, "\n\n", 1)

    def _put_back(self, text: str, between: str, which: int) -> str:
        if not self.runs:
            return text
        parts = text.split(PLAIN)
        out = [parts[0]]
        for run, part in zip(self.runs, parts[1:], strict=True):
            out += (between.join([paragraph[which] for paragraph in run]), part)
        return "".join(out)


def _folded(text: str) -> str:
    text = text.replace("\n", " ")
    return _SPACES.sub(" ", text) if "  " in text else text


def is_plain(paragraph: str, signs: Iterable[str] = _SIGNS) -> bool:
    """Whether a paragraph holds nothing that could be mark-up, nor a character that needs escaping."""
    for sign in signs:
        if sign in paragraph and (sign not in _LONGER or _LONGER[sign] in paragraph):
            return False
    return (
        _begins(paragraph) is not None
        and paragraph[-1] != " "
        and ("\n" not in paragraph or _odd_line(paragraph) is None)
    )


def _paragraph(words: str, signs: list[str], lang: str) -> tuple[str, str] | None:
    """HTML and words of a paragraph; None if Markdown must see it."""
    if CAPTION.match(words):  # the table above takes it
        return None
    if is_plain(words, signs):
        return typeset(words, lang=lang), _folded(words)
    html = with_marks(words, lang=lang)
    return (html[0], _folded(html[1])) if html else None


def with_marks(paragraph: str, *, lang: str) -> tuple[str, str] | None:
    """HTML and words of a paragraph that is plain but for its `marks`."""
    marked = read_marks(paragraph)
    if marked is None:
        return None
    shown, tags = marked
    typed = shown.replace(TAG, "")
    if not is_plain(typed):
        return None
    html = set_marks(shown, typed, tags, lang=lang)
    return None if html is None else (html, typed)


def _may_abbreviate(block: str) -> bool:
    """Whether a block may define an abbreviation (`*[HTML]: …`), which changes paragraphs everywhere."""
    _, sign, label = block.partition("*[")
    return bool(sign) and ("]:" in label or "] :" in label)


def prepass(text: str, *, lang: str, first_line: int, heading_id: Callable[[str, str], str]) -> Prepass:
    """The body with a placeholder for each run of plain paragraphs; as it is where something may reach into them."""
    for sign, reaching in _REACHING.items():
        if sign in text and reaching in text:
            return Prepass(text, [])
    blocks = text.split("\n\n")
    if len(blocks) > MOST_BLOCKS:
        return Prepass(text, [])
    signs = [sign for sign in _SIGNS if sign in text]
    remaining: list[str] = []
    runs: list[list[tuple[str, str]]] = []
    run: list[tuple[str, str]] | None = None
    whole = WholeBody(heading_id)
    paragraph = partial(_paragraph, signs=signs, lang=lang)
    for number, block in enumerate(blocks):
        words = block.strip("\n")
        if not words:
            remaining.append(block)
        elif html_and_words := paragraph(words):
            if run is None:
                run = []
                runs.append(run)
                remaining.append(PLAIN)
            run.append(html_and_words)
            if whole.is_whole:
                whole.add_paragraph(*html_and_words)
        else:
            if ":" in words and (_definition(words) or _may_abbreviate(words)):
                return Prepass(text, [])
            remaining.append(block)
            run = None
            if whole.is_whole:
                whole.add(words, number, paragraph)
    if whole.is_whole:
        return Prepass(text, [], whole.body(blocks, first_line))
    return Prepass("\n\n".join(remaining), runs) if runs else Prepass(text, runs)
