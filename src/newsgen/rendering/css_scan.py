"""What is wrong with a part of the stylesheet: a brace, a comment or a text that is not closed, rules that browsers
pass over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose

_TOKEN = re.compile(
    r"(?P<comment>/\*.*?(?P<comment_end>\*/|\Z))"
    r"|(?P<text>(?P<quote>[\"'])(?:\\.|(?!(?P=quote))[^\\\n])*+(?P<text_end>(?P=quote))?)"
    r"|(?P<address>\burl\(\s*(?=[^\"'\s])(?:\\.|[^\\)\n]++)*+\)?)"
    r"|(?P<import>@import\b)"
    r"|\\.|(?P<sign>[{}()\[\]])",
    re.DOTALL | re.IGNORECASE,
)
_CLOSES = {"}": "{", ")": "(", "]": "["}
_JINJA = re.compile(r"\{[{%]")
_ADDRESS = re.compile(r"(?<!@import )\burl\(\s*+(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\"'\s()]*+))\s*+\)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


def faults(css: str, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """The first thing that does not close, what is no CSS at all, and each `@import`. `place`: that of an offset."""
    opened: list[tuple[str, int]] = []
    is_broken = False
    for token in _TOKEN.finditer(css):
        at, sign = token.start(), token["sign"]
        if token["import"]:
            yield diagnose(place(at), "style-invalid/import")
        elif sign == "{" and _JINJA.match(css, at) and not is_broken:
            is_broken = True
            yield diagnose(place(at), "style-invalid/jinja", sign=css[at : at + 2])
        elif is_broken:
            continue
        elif token["comment"] and not token["comment_end"]:
            is_broken = True
            yield diagnose(place(at), "style-invalid/comment")
        elif token["text"] and not token["text_end"]:
            is_broken = True
            yield diagnose(place(at), "style-invalid/text", quote=token["quote"])
        elif token["address"] and not token["address"].endswith(")"):
            is_broken = True
            yield diagnose(place(at), "style-invalid/address")
        elif sign in ("{", "(", "["):
            opened.append((sign, at))
        elif sign and opened and opened[-1][0] == _CLOSES[sign]:
            opened.pop()
        elif sign:
            is_broken = True
            if opened:
                yield _unclosed(*opened[-1], place)
            else:
                yield diagnose(place(at), "style-invalid/closes-nothing", sign=sign)
    if opened and not is_broken:
        yield _unclosed(*opened[-1], place)


def _unclosed(sign: str, at: int, place: Callable[[int], Location]) -> Diagnostic:
    close = next(close for close, open_ in _CLOSES.items() if open_ == sign)
    return diagnose(place(at), "style-invalid/unclosed", sign=sign, close=close)


def addresses(css: str) -> Iterator[tuple[int, str]]:
    """Place and address of each `url()` outside of comments."""
    shown = _COMMENT.sub(lambda comment: " " * len(comment[0]), css)
    for match in _ADDRESS.finditer(shown):
        yield match.start(), match[1] or match[2] or match[3] or ""
