"""Paragraphs whose only mark-up is words in bold or italics and links to other sites: the commonest after plain ones.

This is no parser: it knows one way to write each, between spaces or punctuation, and leaves a paragraph with anything
else to Markdown.
"""

from __future__ import annotations

import re

from newsgen.parsing.markup.characters import TAG
from newsgen.parsing.markup.typography import quickly_typeset

# Words that begin and end so that no rule of typography or of emphasis looks across their borders.
_WORDS = r"(?:(?:[^\W_]|«)[^*_\[\]\n]*(?:[^\W_]|[.,:!?»…%)])|[^\W_])"
# An address that Markdown, nh3 and a browser all read alike.
_ADDRESS = r"https?://(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.)+[a-z]{2,}(?:[/?#][A-Za-z0-9/._~?=#,;:+%-]*)?"
# A character that begins a mark comes first, where the regular expression engine looks for it fastest.
_MARK = (
    r"[*_\[](?<![^ ('’].)(?:"
    rf"(?<=\*)(?P<star>\*?)(?P<starred>{_WORDS})\*(?P=star)"
    rf"|(?<=_)(?P<line>_?)(?P<lined>{_WORDS})_(?P=line)"
    rf"|(?<=\[)(?P<linked>{_WORDS})\]\((?P<address>{_ADDRESS})\)"
    r")(?=[ ,.);:!?…'’]|\Z)"
)
_LONGEST = 10_000  # far below what is long for Markdown (`guards.LONGEST_TEXT`), brackets included (`guards.MANY`)
_MOST = 50


def read_marks(paragraph: str) -> tuple[str, list[str]] | None:
    """The paragraph with TAG for each tag, and the tags; None if it has no such mark, or line ends."""
    if "\n" in paragraph or len(paragraph) > _LONGEST:
        return None
    tags: list[str] = []

    def put(match: re.Match[str]) -> str:
        star, starred, line, lined, linked, address = match.groups()
        if linked is not None:
            tags.extend((f'<a href="{address}">', "</a>"))
            return f"{TAG}{linked}{TAG}"
        name = "strong" if star or line else "em"
        tags.extend((f"<{name}>", f"</{name}>"))
        return f"{TAG}{starred or lined}{TAG}"

    shown = re.sub(_MARK, put, paragraph)
    return (shown, tags) if 0 < len(tags) <= _MOST else None


def set_marks(shown: str, typed: str, tags: list[str], *, lang: str) -> str | None:
    """The HTML of what `read_marks` gave, `typed` being the same without TAG; None if its typography takes more."""
    text = quickly_typeset(shown, typed, lang=lang)
    if text is None:
        return None
    parts = text.split(TAG)
    out = [parts[0]]
    for tag, part in zip(tags, parts[1:], strict=True):
        out += (tag, part)
    return "".join(out)
