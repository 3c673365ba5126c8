"""What an editor meant as mark-up, and readers see as it was typed: found in the source of a body.

Nothing here changes what is published. Each look begins with a string that must be there, and its pattern is compiled
when it is: few bodies have any of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsgen.nouns.diagnostics import Diagnostic, diagnose
from newsgen.parsing.markup.fences import fences
from newsgen.parsing.markup.places import Places, without_code, without_raw_code


@cache
def _other_system() -> re.Pattern[str]:
    """`{% tag %}`, `{{ value }}`, `{{< shortcode >}}`, `{{% shortcode %}}`, not behind a backslash."""
    return re.compile(r"(?<!\\)\{(?:%[^{}%\n]{1,300}%|\{[^{}\n]{1,300}\})\}")


@cache
def _math() -> re.Pattern[str]:
    r"""LaTeX, which has double braces, too: `$x_{{a}}$`, `\({{a}}\)`, `\frac{{a}}{{b}}`."""
    return re.compile(
        r"\$\$[^$]{1,1000}\$\$|(?<![\\$\w])\$(?=[^\s$])[^$\n]{0,300}(?<=\S)\$(?!\d)"
        r"|\\\([^()\n]{1,300}\\\)|\\\[[^\[\]]{1,1000}\\\]|(?:\\[a-zA-Z]{1,30}|[_^])(?:\{\{[^{}\n]{1,300}\}\})+"
    )


@cache
def _fence_mark() -> re.Pattern[str]:
    return re.compile("`{3,}|~{3,}")


def mistyped(places: Places) -> Iterator[Diagnostic]:
    """What is told of the text of these places."""
    source = places.text
    if "{%" in source or "{{" in source:
        yield from _of_other_systems(places)
    if "```" in source or "~~~" in source:
        yield from _open_fences(places)


def _of_other_systems(places: Places) -> Iterator[Diagnostic]:
    """What is written for Liquid, Jinja, Hugo or their like: readers would see it as it was typed."""
    shown = _math().sub(lambda math: " " * len(math[0]), without_raw_code(without_code(places.text)))
    tags = list(_other_system().finditer(shown))
    if tags:
        case = "template-syntax" if len(tags) == 1 else "template-syntax/many"
        words = " ".join(tags[0][0].split())
        yield diagnose(places.at(tags[0].start()), case, words=words, count=len(tags))


def _open_fences(places: Places) -> Iterator[Diagnostic]:
    offset = line = 0
    for fence in fences(places.text.split("\n")):
        if fence.is_closed:
            continue
        while line < fence.first:
            offset, line = places.text.index("\n", offset) + 1, line + 1
        mark = _fence_mark().search(places.text, offset)
        if mark:
            yield diagnose(places.at(mark.start()), "code-unclosed", mark=mark[0])
