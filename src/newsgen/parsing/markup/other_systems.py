"""Mark-up of other systems in a body, which comes along when an archive moves and readers would see as it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

from newsgen.parsing.markup.places import without_code, without_raw_code
from newsgen.parsing.markup.typography import as_typed


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Shortcodes that are known by their names, whatever form their values have.
_NAMES = _names(
    "audio caption embed facebook gallery img instagram playlist quote soundcloud tiktok tweet twitter url video vimeo"
    " wp_caption youtube"
)
_EMBEDDED = r"(?<!\\)!\[\[[^\[\]\n]{1,300}\]\](?![(\[])"  # unless `[a]` is a reference: then it is a link
#: Signs of which one stands in whatever the pattern finds: of Liquid, Jinja and Hugo; ERB; MkDocs and Pandoc's divs;
#: GitHub and Obsidian; MediaWiki; CriticMarkup.
_TAGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("{%", "{{"), r"(?<!\\)\{(?:%[^{}%\n]{1,300}%|\{[^{}\n]{1,300}\})\}"),
    (("<%",), r"(?<!\\)<%[^%\n]{1,300}%>"),
    ((":::",), r"^[ ]{0,3}:{3,}[ ]*+[\w{][^\n]{0,300}$"),
    (("!!! ", "??? "), r"^[ ]{0,3}(?:!!!|\?\?\?\+?)[ ]+[a-z][^\n]{0,80}$(?=\n(?:[ ]*\n)?[ ]{4})"),
    (("> [!", ">[!"), r"(?<=>[ ])\[![A-Za-z]{3,20}\]|(?<=>)\[![A-Za-z]{3,20}\]"),
    (("![[",), _EMBEDDED),
    (("[toc]", "[TOC]"), r"^[ ]{0,3}\[(?:toc|TOC)\][ ]*$"),
    (("==",), r"(?<![=\w\\])==(?=[^\s=])[^=\n]{1,300}(?<=\S)==(?![=\w])|^={2,6}[ ][^=\n]{1,300}[ ]={2,6}[ ]*$"),
    (("%%",), r"(?<![%\\])%%[^%\n]{1,300}%%(?!%)|^%%\n[^%]{1,3000}%%"),
    (("^[",), r"(?<=[^\s\\$])\^\[[^\[\]\n]{3,300}\](?![(\[])"),
    (("{++", "{--", "{~~", "{==", "{>>"), r"(?<!\\)\{(?:\+\+|--|~~|==|>>)[^{}\n]{1,300}(?:\+\+|--|~~|==|<<)\}"),
)
# Of WordPress and forums: `[name key="value"]`, `[name]…[/name]`, and some that are known by their names.
_OF_SHORTCODES = ("[/", '"]', "']", "”]", "/]", '" ]', *[f"[{name}" for name in _NAMES])


def holds_one(text: str, signs: tuple[str, ...]) -> bool:
    """Whether one of the signs stands in a text; a third of the time that `any` takes, for each body of an archive."""
    for sign in signs:  # noqa: SIM110
        if sign in text:
            return True
    return False


def tags_of_other_systems(source: str, html: str) -> list[tuple[int, str]]:
    """The places of such tags in a body, each with the tag, in order; of what is between two of them, the first."""
    patterns = [pattern for signs, pattern in _TAGS if holds_one(source, signs)]
    has_shortcodes = "[" in source and holds_one(source, _OF_SHORTCODES)
    if not patterns and not has_shortcodes:
        return []
    shown = _math().sub(lambda math: " " * len(math[0]), without_raw_code(without_code(source)))
    found = [(match.start(), match[0]) for pattern in patterns for match in _compiled(pattern).finditer(shown)]
    found += _shortcodes(shown) if has_shortcodes else ()
    embedded = set(_compiled(_EMBEDDED).findall(unescape(as_typed(html)))) if "![[" in html else set()
    tags: list[tuple[int, str]] = []
    end = 0
    for at, words in sorted(found):
        if at >= end and (words[:3] != "![[" or words in embedded):
            tags.append((at, words))
            end = at + len(words)
    return tags


def _shortcodes(shown: str) -> Iterator[tuple[int, str]]:
    ends = {match[1]: match.start() for match in _compiled(r"\[/([a-z][\w-]{0,40})\]").finditer(shown)}
    for match in _shortcode().finditer(shown):
        name, rest = match["name"], match["rest"]
        is_known = name in _NAMES and ("=" in rest or "://" in rest)
        has_value = _compiled(r"(?:^=|[ ][\w:-]{1,40}=)[\"'“”«]").search(rest)
        if is_known or has_value or ends.get(name, -1) > match.start():
            yield match.start(), match[0]


@cache
def _shortcode() -> re.Pattern[str]:
    """No words of a link or picture, and no label."""
    return re.compile(
        r"(?<![\\\[!])\[(?P<name>[a-z][\w-]{0,40})(?P<rest>(?:[ =/][^\[\]\n]{0,500})?)\]"
        r"(?!\(|:|\[[^\[\]\n!]{0,100}\](?!\())"
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


@cache
def _math() -> re.Pattern[str]:
    r"""LaTeX, which has double braces, too: `$x_{{a}}$`, `\({{a}}\)`, `\frac{{a}}{{b}}`."""
    return re.compile(
        r"\$\$[^$]{1,1000}\$\$|(?<![\\$\w])\$(?=[^\s$])[^$\n]{0,300}(?<=\S)\$(?!\d)"
        r"|\\\([^()\n]{1,300}\\\)|\\\[[^\[\]]{1,1000}\\\]|(?:\\[a-zA-Z]{1,30}|[_^])(?:\{\{[^{}\n]{1,300}\}\})+"
    )
