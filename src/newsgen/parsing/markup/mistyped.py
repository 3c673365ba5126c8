"""What an editor meant as mark-up, and readers see as it was typed: found in the source of a body.

Nothing here changes what is published. Each look begins with strings of which one must be there, and its pattern is
compiled when one is: few bodies have any of this.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import escape, unescape

from newsgen.nouns.diagnostics import Diagnostic, diagnose
from newsgen.parsing.markup.fences import Fence, fences, words_behind
from newsgen.parsing.markup.other_systems import holds_one, tags_of_other_systems
from newsgen.parsing.markup.places import Places, without_code, without_fences, without_raw_code
from newsgen.parsing.markup.typography import as_typed
from newsgen.parsing.markup.unclosed import KNOWN

#: Spaces that look like one and are none to Markdown: of keyboards (Option and space on a Mac), of French, of Chinese
#: and Japanese.
ODD_SPACES = "\u00a0\u202f\u3000"
# What a space stands behind, or before, if it matters which one it is.
_BEFORE_A_SPACE = ("#", "> ", ">", "-", "*", "+", ".", ")", ":", "|", "_", "=", "[", "]", "(", "\n")
_BEHIND_A_SPACE = ("|", '"', "'")
_IN_BRACES = ("{#", "{.", "{:", "{ #", "{ .")
_LINKS = ("](", "] (", ")[")
_BULLETS = ("\n•", "\n·", "\n▪", "\n◦", "\n●", "\n‣")  # of word processors
_EMPHASIS = ("**", "__", "~~")
_MOST_MISSES = 50  # of signs that were typed otherwise (`\*\*`), for each of which the whole text is searched


def mistyped(places: Places, html: str) -> Iterator[Diagnostic]:
    """What is told of the text of these places, of which Markdown made this HTML."""
    source = places.text
    if tags := tags_of_other_systems(source, html):
        case = "template-syntax" if len(tags) == 1 else "template-syntax/many"
        at, words = tags[0]
        yield diagnose(places.at(at), case, words=" ".join(words.split()), count=len(tags))
    if "```" in source or "~~~" in source:
        yield from _of_fences(places)
    if not source.isascii() and _has_odd_space(source):
        yield from _odd_spaces(places)
    if "&lt;" in html and "<pre>" in html:
        yield from _html_as_code(places, html)
    if "{" in html and holds_one(html, _IN_BRACES):
        yield from _attribute_lists(places, html)
    if holds_one(html, _LINKS):
        yield from _links(places)
    if "##" in html:
        yield from _headings(places)
    if not source.isascii() and holds_one(source, _BULLETS):
        yield from _bullets(places)
    if holds_one(html, _EMPHASIS):
        yield from _emphasis(places, html)


# ---- fences
def _of_fences(places: Places) -> Iterator[Diagnostic]:
    offset = line = 0
    for fence in fences(places.text.split("\n")):
        words = words_behind(fence)
        if fence.is_closed and not words:
            continue
        while line < fence.first:
            offset, line = places.text.index("\n", offset) + 1, line + 1
        if words:
            yield diagnose(places.at(places.text.find(words, offset)), "code-words", words=words)
        mark = _fence_mark().search(places.text, offset)
        if mark and not fence.is_closed:
            case = "code-unclosed/space" if _is_almost_closed(fence, mark[0]) else "code-unclosed"
            yield diagnose(places.at(mark.start()), case, mark=mark[0])


@cache
def _fence_mark() -> re.Pattern[str]:
    return re.compile("`{3,}|~{3,}")


def _is_almost_closed(fence: Fence, mark: str) -> bool:
    """Whether a line would close the fence, but for a space that is none to Markdown."""
    return any(line.strip().startswith(mark) and not line.strip().strip(mark[0]) for line in fence.code)


# ---- spaces
def _has_odd_space(source: str) -> bool:
    """Whether such a space may stand where it matters."""
    return any(
        space in source
        and (
            source.startswith(space)
            or any(sign + space in source for sign in _BEFORE_A_SPACE)
            or any(space + sign in source for sign in _BEHIND_A_SPACE)
        )
        for space in ODD_SPACES
    )


@cache
def _odd_space() -> re.Pattern[str]:
    """A line that would be a heading, an item, a task, a definition, a quotation, a fence, a rule, the second line of a
    table, or the definition of a reference, with another space than it has; and a link that would be one."""
    odd, any_space = f"[{ODD_SPACES}]", f"[ {ODD_SPACES}]"
    number = r"\d{1,3}[.)]"
    return re.compile(
        rf"^[ >]*+(?:(?P<before>{odd}{any_space}*+)(?P<after>(?:#{{1,6}}|[-*+]|{number}){any_space}|>|```|~~~)"
        rf"|(?P<sign>#(?!#|{odd}\d)|#{{2,6}}|\*|[-+](?!{odd}\d)|{number})(?P<behind>{odd})"
        rf"|(?P<item>(?:[-*+]|{number})[ ]+)(?:\[(?P<box>{odd})\]|\[[ xX]\](?P<task>{odd}))"
        rf"|(?P<rule>-{{3,}}|\*{{3,}}|_{{3,}}|=+)[ ]*+(?P<end>{odd}){any_space}*$"
        rf"|(?P<row>[|:\- {ODD_SPACES}]+)$"
        rf"|\[[^\[\]\n]{{1,200}}\]:[ ]*+(?P<defined>{odd}){any_space}*+(?=<|https?:|[./#]))"
        rf"|(?<=[^\s])\n:(?P<definition>{odd})"
        rf"|\]\((?:[ ]*+(?P<address>{odd}){any_space}*+(?=<|https?:|[./#])|[^()\s]{{1,2000}}(?P<title>{odd})[\"'])",
        re.MULTILINE,
    )


_SPACES_OF = ("before", "behind", "box", "task", "end", "defined", "definition", "address", "title")


def _odd_spaces(places: Places) -> Iterator[Diagnostic]:
    """Spaces that keep a line from being what its sign says; a file has one such message, at the first of them."""
    shown = without_raw_code(without_code(places.text))
    numbers = {int(match[1]) for match in _numbered().finditer(shown)}
    found: list[tuple[int, str]] = []
    for match in _odd_space().finditer(shown):
        sign = match["sign"] or match["after"] or ""
        if sign[:1].isdigit() and not numbers & {_number(sign) - 1, _number(sign) + 1}:
            continue  # `3.\u00a0Oktober` is a date, and the space is there lest it be a list
        name = next((name for name in _SPACES_OF if match[name]), "")
        if name:
            found.append((match.start(name), _beside(match, name)))
        elif (at := _in_row(match)) >= 0:
            found.append((at, "|"))
    if not found:
        return
    at, sign = found[0]
    case = "markup-shown/space" if len(found) == 1 else "markup-shown/spaces"
    name = unicodedata.name(places.text[at]).lower()
    yield diagnose(places.at(at), case, sign=sign, name=name, code=ord(places.text[at]), count=len(found))


@cache
def _numbered() -> re.Pattern[str]:
    return re.compile(rf"^[ >{ODD_SPACES}]*+(\d{{1,3}})[.)][ {ODD_SPACES}]", re.MULTILINE)


def _number(sign: str) -> int:
    return int(re.split(r"\D", sign, maxsplit=1)[0])


def _beside(match: re.Match[str], name: str) -> str:
    """The sign beside the space that is meant."""
    if name == "before":
        return match["after"].strip()
    beside = {"behind": match["sign"], "box": "[ ]", "task": "[ ]", "end": match["rule"], "definition": ":"}
    return beside.get(name) or {"defined": "]:", "address": "](", "title": "]("}[name]


def _in_row(match: re.Match[str]) -> int:
    """Where in the line of dashes of a table such a space stands; -1 if it is no such line."""
    row = match["row"] or ""
    if "|" not in row or "-" not in row:
        return -1
    return next((match.start("row") + n for n, character in enumerate(row) if character in ODD_SPACES), -1)


# ---- HTML
def _html_as_code(places: Places, html: str) -> Iterator[Diagnostic]:
    """Tags that are code because they stand four columns in below a blank line, as exports of other systems have them.

    Rule: CommonMark 0.31, 4.4, where four columns make code, whatever it holds.
    """
    source = places.text
    if "    <" not in source and "\t<" not in source:
        return
    shown = {line.strip() for line in html.replace("<pre><code>", "\n").split("\n")}
    tags = [
        match
        for match in _indented_tag().finditer(without_fences(source))
        if match["name"].lower() in KNOWN and escape(match["line"].strip(), quote=False) in shown
    ]
    if tags:
        case = "markup-shown/html" if len(tags) == 1 else "markup-shown/htmls"
        tag = tags[0]["end"] + tags[0]["name"]
        yield diagnose(places.at(tags[0].start("line")), case, tag=tag, count=len(tags))


@cache
def _indented_tag() -> re.Pattern[str]:
    return re.compile(
        r"^[ >]*+(?:(?<=    )|\t)[ \t]*+(?P<line><(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^\n]*)",
        re.MULTILINE,
    )


# ---- links, headings and lists
def _links(places: Places) -> Iterator[Diagnostic]:
    """Links and pictures whose brackets are the wrong way round, are parted by a space, or do not close."""
    for match in _almost_link().finditer(without_raw_code(without_code(places.text))):
        yield diagnose(places.at(match.start()), "markup-shown/link", words=match[0])


@cache
def _almost_link() -> re.Pattern[str]:
    address = r"(?:https?://|www\.)"
    return re.compile(
        rf"(?<![\\\])\w])\([^()\[\]\n]{{1,200}}\)\[{address}[^\[\]\s]{{1,2000}}\]"
        rf"|(?<!\\)!?\[(?!\^)[^\[\]\n]{{1,200}}\](?:[ ]\({address}[^()\s]{{1,2000}}\)|\({address}[^()\s]{{1,2000}}$)"
        r"|(?<!\\)!\[[^\[\]\n]{0,200}\][ ]\([^()\s]{1,2000}\.\w{2,5}\)",
        re.MULTILINE,
    )


def _headings(places: Places) -> Iterator[Diagnostic]:
    """Lines of two signs of a heading or more with words right behind them; one and a word are a hashtag."""
    for match in _almost_heading().finditer(without_code(places.text)):
        yield diagnose(places.at(match.start(1)), "markup-shown/heading", sign=match[1])


@cache
def _almost_heading() -> re.Pattern[str]:
    return re.compile(r"^[ >]{0,20}(#{2,6})(?=[^\W_])", re.MULTILINE)


def _bullets(places: Places) -> Iterator[Diagnostic]:
    """Lines with the bullet of a word processor under others: one paragraph, where a list was meant."""
    lines = _bullet().search(without_code(places.text))
    if lines:
        yield diagnose(places.at(lines.start(1)), "markup-shown/bullet", sign=lines[1])


@cache
def _bullet() -> re.Pattern[str]:
    return re.compile(r"(?<=[^\s])[ ]{0,3}\n[ ]{0,3}([•·▪◦●‣])(?=\s*[^\s])")


# ---- attribute lists and emphasis
def _attribute_lists(places: Places, html: str) -> Iterator[Diagnostic]:
    """Braces that begin as an attribute list does, and are none, or stand where none may."""
    shown = set(_in_braces().findall(unescape(as_typed(html))))
    for match in _in_braces().finditer(without_raw_code(without_code(places.text))):
        if match[0] in shown:
            yield diagnose(places.at(match.start()), "markup-shown/attributes", words=match[0])


@cache
def _in_braces() -> re.Pattern[str]:
    return re.compile(r"(?<![\\$_^{])\{(?::[ ]{0,9}[#.]?|[ ]{0,9}[#.])[a-zA-Z][^{}\n]{0,300}\}")


def _emphasis(places: Places, html: str) -> Iterator[Diagnostic]:
    """Signs of emphasis with a space on their inner side, where they are none."""
    words = _words_of(as_typed(html))
    end = misses = 0
    for match in _spaced_emphasis().finditer(words):
        typed = unescape(match[0].partition("<")[0])
        begin = places.text.find(typed, end)
        is_power = match["inner"] and not _letters().search(match["inner"])  # `2 ** 3 ** 4`
        misses += begin < 0
        if misses > _MOST_MISSES:
            return
        if begin >= 0 and not is_power and len(typed) > len(match["sign"]) + 1:
            end = begin + len(typed)
            yield diagnose(places.at(begin), "markup-shown/emphasis", words=typed.rstrip())


@cache
def _spaced_emphasis() -> re.Pattern[str]:
    space = f"[ {ODD_SPACES}]"
    inner = r"[^\s*_~][^*_~\n]{0,300}"
    return re.compile(
        rf"(?<![\w*_~])(?P<sign>\*\*|__|~~)(?:{space}{{1,9}}(?P<inner>{inner})?(?P=sign)|{inner}(?<={space})(?P=sign))(?![*_~])"
    )


@cache
def _letters() -> re.Pattern[str]:
    return re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")


def _words_of(html: str) -> str:
    """The HTML without code."""
    return _code().sub("<code>", html)


@cache
def _code() -> re.Pattern[str]:
    return re.compile(r"<code[^<>]*>[^<]*(?=</code>)")
