"""Mark-up in a value that is plain text, which readers see as it was typed."""

from __future__ import annotations

import html
import re
from html.entities import html5

_REFERENCE = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_TAG = (
    r"</?(?:a|abbr|b|big|br|cite|code|div|em|font|h[1-6]|i|img|ins|li|mark|p|q|s|small|span|strong|sub|sup|u|ul|wbr)"
    r"(?:\s[^<>]*)?/?>"
)
_LINK = r"!?\[(?P<words>[^\[\]\n]+)\]\((?:https?:|mailto:|/)[^()\s]*\)"
_EMPHASIS = r"(?<![\w*\\])(?P<stars>\*{1,2})(?=[^\s*])(?P<inner>[^*\n]*[^\s*])(?P=stars)(?![\w*])"
_MARK = f"(?i)(?P<reference>{_REFERENCE})|{_TAG}|{_LINK}|{_EMPHASIS}"
#: What stands for a space that newsgen sets by itself, and what nobody sees.
_SPACES, _UNSEEN = "\u00a0\u202f\u2002\u2003\u2009", "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060"


def mark_in(text: str) -> str:
    """The first tag, character reference, link or emphasis in a text; "" if it has none."""
    if not any(sign in text for sign in "&<*["):
        return ""
    return next((match[0] for match in re.finditer(_MARK, text) if _plain(match) != match[0]), "")


def without_marks(text: str) -> str:
    """The text with the words and characters that its mark-up was to show."""
    return " ".join(re.sub(_MARK, _plain, text).split())


def _plain(match: re.Match[str]) -> str:
    if match["words"] or match["inner"]:
        return without_marks(match["words"] or match["inner"])
    reference = match["reference"]
    if not reference:
        return " " if match[0][1:3].lower() in ("br", "p>", "li", "di") else ""
    if reference[1] != "#" and reference[1:] not in html5:
        return reference
    character = html.unescape(reference)
    return " " if character in _SPACES else "" if character in _UNSEEN else character
