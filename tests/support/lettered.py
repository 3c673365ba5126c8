"""Bodies in which every word is numbered, so that it can be told which of them no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsgen.parsing.markup import plain_text

#: What an editor may type around words, in a line and as blocks; each `@` stands for a word that must come out.
LINES = (
    "@",
    "*@*",
    "**@ @**",
    "@*@*@",
    "_@_ @",
    "@_@_@",
    "~~@~~",
    "`@`",
    "[@](https://a.org)",
    "![@](x.jpg)",
    "<b>@</b>",
    "<@>",
    "[@]",
    "[[@]",
    "#@",
    "@<br>@",
    "&amp;@",
    "\\*@*",
    "<code>[[@]]</code>",
    "![[@]]",
    "[[@]](https://a.org)",
    "**@*@**: @ *@*.",
    "***@** @*",
    "(@",
    "\x0b@",
    '<a href="https://a.org">@</a>',
    '@: "@"',
    "@*@**@*@",
    "<i>@",
    "@</i>",
    "<div>@",
    "[@](",
    "@](x)",
    "https://@.org",
    "@[^1]",
    "\xa0@",
    "- [ ] @",
    '[@](https://a.org "@',
    "[@](https://a.org @",
    "[@] [@]",
    "[]: @",
    "www.@.org @",
    "**[^1]** [@]()",
    '![@](x.jpg "*@',
)
BLOCKS = (
    "@",
    "## @",
    "- @\n- @",
    "> @\n@",
    "<div>\n\n@\n\n</div>",
    "<details>@\n\n@",
    "| @ | @ |\n|---|---|\n| @ | @ |",
    "1. @\n\n   @",
    "    @",
    "```\n@\n```",
    "@\n@",
    "<iframe>\n\n@",
    "@\n:   @",
    "@\n---",
    "<p>@\n\n@",
    "- @\n  <section>\n@",
    "@\n@\n===",
    "<script />\n\n@",
    "- > @\n\n  @",
    "@\n{@, 2}",
    "@\n{% @ %}",
    "<table><tr><td>\n\n@",
    "@  \n@",
    "* @\n@\n\n      @",
    "<pre>\n@\n\n@",
    "@\n</div>\n@",
    '![a](x.jpg "@ ©Foto @")',
    "| @ | b |\n|---|---|\n| @ | @ |\n{: .c}\n\nTable: @",
    "@\n| @ |\n|---|\n> @",
    "> @\n\n> @",
    "@\n: @\n\n  @",
    "- @\n  ```\n  @\n- @",
)
_WORD = re.compile(r"w[0-9]+x")


def lettered(blocks: Iterable[tuple[str, list[str]]]) -> str:
    """A body of blocks, each with the lines that stand in it: as many as it has places, plain words where they end."""
    numbers = iter(range(10**9))

    def filled(template: str, words: Iterator[str]) -> str:
        return re.sub("@", lambda _: next(words), template)

    def words() -> Iterator[str]:
        return (f"w{number}x" for number in numbers)

    def inner(lines: list[str]) -> Iterator[str]:
        while True:
            yield filled(lines.pop() if lines else "@", words())

    return "\n\n".join(filled(block, inner(list(lines))) for block, lines in blocks)


def seen(html: str) -> str:
    """What readers see of a body: its text, and the alternative texts and titles of pictures and links."""
    return plain_text(html) + " " + " ".join(re.findall(r'(?:alt|title)="([^"]*)"', html))


def lost(text: str, html: str) -> list[str]:
    """The numbered words of a body that nobody sees in its HTML."""
    shown = seen(html)
    return [word for word in _WORD.findall(text) if word not in shown]
