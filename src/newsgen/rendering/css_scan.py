"""What is wrong with a part of the stylesheet: a brace, a comment or a text that is not closed, rules that browsers
pass over."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """What is wrong at a place (an offset), and what to write."""

    at: int
    message: str
    hint: str


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


def faults(css: str) -> Iterator[Fault]:
    """The first thing that does not close, what is no CSS at all, and each `@import`."""
    opened: list[tuple[str, int]] = []
    is_broken = False
    for token in _TOKEN.finditer(css):
        at, sign = token.start(), token["sign"]
        if token["import"]:
            message = "browsers pass over `@import` here: it counts only at the very beginning of a stylesheet"
            yield Fault(at, message, "write its rules in its place; files of other sites are not loaded anyway")
        elif sign == "{" and _JINJA.match(css, at) and not is_broken:
            is_broken = True
            message = f"`{css[at : at + 2]}` is no CSS: parts of the stylesheet are taken as they are, without Jinja"
            yield Fault(at, message, "what needs Jinja belongs into templates/style.css")
        elif is_broken:
            continue
        elif token["comment"] and not token["comment_end"]:
            is_broken = True
            yield Fault(at, "the comment `/*` is not closed: no rule behind it counts", "end it with `*/`")
        elif token["text"] and not token["text_end"]:
            is_broken = True
            yield Fault(at, f"the text that begins with `{token['quote']}` is not closed in its line", "close it")
        elif token["address"] and not token["address"].endswith(")"):
            is_broken = True
            yield Fault(at, "`url(` is not closed: no rule behind it counts", "close it with `)`")
        elif sign in ("{", "(", "["):
            opened.append((sign, at))
        elif sign and opened and opened[-1][0] == _CLOSES[sign]:
            opened.pop()
        elif sign:
            is_broken = True
            if opened:
                yield _unclosed(*opened[-1])
            else:
                message = f"`{sign}` closes nothing, and browsers pass over the rule that follows"
                yield Fault(at, message, "delete it")
    if opened and not is_broken:
        yield _unclosed(*opened[-1])


def _unclosed(sign: str, at: int) -> Fault:
    close = next(close for close, open_ in _CLOSES.items() if open_ == sign)
    return Fault(at, f"`{sign}` is not closed: no rule behind it counts", f"close it with `{close}`")


def addresses(css: str) -> Iterator[tuple[int, str]]:
    """Place and address of each `url()` outside of comments."""
    shown = _COMMENT.sub(lambda comment: " " * len(comment[0]), css)
    for match in _ADDRESS.finditer(shown):
        yield match.start(), match[1] or match[2] or match[3] or ""
