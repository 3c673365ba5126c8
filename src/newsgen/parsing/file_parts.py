"""A source file to its two parts: front matter and body."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.messages import shortened
from newsgen.settings import conflict_marks


class Split(msgspec.Struct, frozen=True):
    """The two parts of a file, line ends as LF; `front` is None if there is none to be read.

    Lines count from 1 in the file: `front_line` is that of the first line after the opening fence.
    """

    front: str | None
    front_line: int
    body: str
    body_line: int
    diagnostics: tuple[Diagnostic, ...] = ()


_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def split(data: bytes, path: str) -> Split:
    """The front matter between two lines of three dashes, and the body after them.

    A byte order mark, CR LF and CR are accepted. A line inside the front matter that is indented is
    no fence.
    """
    text = _decoded(data, path)
    if isinstance(text, Diagnostic):
        return Split(None, 1, "", 1, (text,))
    opening = _FENCE.match(text)
    if not opening and conflict_marks.is_pointer(data):
        return Split(None, 1, text, 1, (diagnose(Location(path), "file-pointer"),))
    if not opening:
        return Split(None, 1, text.lstrip(INVISIBLE), 1, (_without_opening(text, path),))
    start = opening.end() + 1
    closing = _closing(text, start)
    if closing is None:
        return Split(None, 2, "", 1, (_without_closing(text, path),))
    front = text[start : closing.start()]
    return Split(front, 2, text[closing.end() + 1 :], front.count("\n") + 3)


#: Invisible characters that programs put at the beginning of a file, spaces that are no plain ones among them.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u00a0\u202f\u2009\u3000"
# Patterns that only a fault or a rare key asks for are texts: `re` compiles them at the first question and keeps them.
# To compile every pattern of newsgen takes longer than all else that is done for the edit of one article.
#: Lines that somebody may take for `---`.
_LIKE_FENCE = r"(?i)(?:-{2,}|[‐-―−_=*~]{1,5}|\.\.\.)(?:\W.*|yaml|yml)?"
#: Comments and headings, and behind them the front matter.
_COMMENTS_BEFORE = r"(?:(?:[#%]|//|<!--)[^\n]*\n|[ \t]*\n)+---[ \t]*\n[\w-]+:[ \t\n]"
_OTHER_FORM = r"(?:\+{3}|;{3}|\{\s*[\"'\n]|```)"


def _without_opening(text: str, path: str) -> Diagnostic:
    """What stands where front matter begins."""
    first = text.partition("\n")[0]
    if first[:1] in INVISIBLE and first and text.lstrip(INVISIBLE).startswith("---"):
        name = unicodedata.name(first[0], "byte order mark").lower()
        return diagnose(Location(path), "front-matter-missing/invisible", code=ord(first[0]), name=name)
    if re.match(_OTHER_FORM, text):
        return diagnose(Location(path), "front-matter-missing/form")
    if re.fullmatch(_LIKE_FENCE, first):
        return diagnose(Location(path), "front-matter-missing/fence", line=_visible(first))
    if not text.lstrip().startswith("---") and re.match(_COMMENTS_BEFORE, text):
        return diagnose(Location(path), "front-matter-missing/comment")
    is_later = text.lstrip().startswith("---")
    return diagnose(Location(path), "front-matter-missing/later" if is_later else "front-matter-missing")


def _without_closing(text: str, path: str) -> Diagnostic:
    """What stands where front matter may have been meant to end, else where it begins."""
    for number, line in enumerate(text.split("\n")[1:], 2):
        if re.fullmatch(_LIKE_FENCE, line) or (line.strip() == "---" and not line.startswith((" ", "\t"))):
            return diagnose(Location(path, number), "front-matter-unclosed/near", line=_visible(line))
    return diagnose(Location(path), "front-matter-unclosed")


def _visible(line: str) -> str:
    """The line on which invisible characters are written as `U+00A0`."""
    return shortened("".join(f"U+{ord(character):04X}" if character in INVISIBLE else character for character in line))


def _closing(text: str, start: int) -> re.Match[str] | None:
    """The first fence from `start`, which begins a line."""
    at = start - 1
    while (at := text.find("\n---", at)) >= 0:
        if closing := _FENCE.match(text, at + 1):
            return closing
        at += 4
    return None


def _decoded(data: bytes, path: str) -> str | Diagnostic:
    """The text of a file, or why it is none."""
    bom = b"\xef\xbb\xbf"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        return diagnose(Location(path), "encoding-invalid/utf-16")
    data = data.removeprefix(bom)
    try:
        return _with_line_feeds(data.decode())
    except UnicodeDecodeError as trouble:
        before = _with_line_feeds(data[: trouble.start].decode())
        place = Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        byte = data[trouble.start]
        # One that Windows-1252 does not have becomes U+FFFD, which is no letter.
        character = bytes((byte,)).decode("cp1252", "replace")
        if character.isalpha() or character in "«»‘’“”–—…€":
            return diagnose(place, "encoding-invalid/windows", byte=byte, character=character)
        return diagnose(place, "encoding-invalid", byte=byte)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
