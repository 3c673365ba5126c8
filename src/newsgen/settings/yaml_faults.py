"""What is wrong with a YAML text, in the editor's words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.messages import Value
from newsgen.settings.yaml_nodes import quoted

if TYPE_CHECKING:
    import yaml

#: Several hashtags behind each other.
HASHTAGS = r"#[^\s#]+(?:\s+#[^\s#]+)+"
#: How many collections may stand inside each other.
DEPTH_LIMIT = 64
_FORBIDDEN_SHOWN = 20


class Lines(msgspec.Struct, frozen=True):
    """A YAML text by its lines, and where in its file it stands."""

    path: str
    first_line: int
    lines: list[str]
    known: Container[str] | None = None

    def at(self, line: int, column: int) -> Location:
        """The place in the file of one that is counted from 0 in this text."""
        return Location(self.path, line + self.first_line, column + 1)

    def line(self, number: int) -> str:
        """A line, counted from 0; "" behind the last one, where marks can stand."""
        return self.lines[number] if number < len(self.lines) else ""


class Placed(Protocol):
    """What has a place in a file: a node, or the text that was made of one."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Faults:
    """Collects what is wrong with the nodes of one file."""

    def __init__(self, path: str, diagnostics: list[Diagnostic]) -> None:
        self.path = path
        self.diagnostics = diagnostics

    def at(self, node: Placed) -> Location:
        return Location(self.path, node.line, node.column)

    def fault(self, node: Placed, key: str, /, **parameters: Value) -> None:
        """Adds what is wrong with a node; its words, and whether it is an error, stand in `nouns.messages`."""
        self.diagnostics.append(diagnose(self.at(node), key, **parameters))


class Before(NamedTuple):
    """What YAML read last before it broke off: a text in quotes, or a list or mapping (no quote); from 0."""

    quote: str
    begin: tuple[int, int]
    end: tuple[int, int]


# ---- characters that nobody sees
#: Control characters (but tab and line feed), line breakers that editors do not show, byte order
#: marks inside the text, surrogates and noncharacters: YAML, XML, HTML or an editor's line numbers
#: break on each of them, and newsgen marks its own places with noncharacters.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff{_NONCHARACTERS}\ud800-\udfff]")
#: How Unicode calls some that have no name of their own.
_NAMES = {
    "\0": "null",
    "\x0b": "vertical tab",
    "\x0c": "form feed",
    "\x85": "next line",
    "\ufeff": "byte order mark",
}


def forbidden_characters(lines: list[str], *, path: str, first_line: int) -> Iterator[Diagnostic]:
    """An error for each character that cannot stand in front matter, at its place; at most 20."""
    shown = 0
    for number, line in enumerate(lines, first_line):
        for match in FORBIDDEN.finditer(line):
            yield forbidden(Location(path, number, match.start() + 1), match[0])
            shown += 1
            if shown == _FORBIDDEN_SHOWN:
                return


def forbidden(location: Location, character: str) -> Diagnostic:
    """That a character cannot stand in front matter, by its code and its name."""
    is_none = unicodedata.category(character) == "Cn"
    if name := _NAMES.get(character) or unicodedata.name(character, "no character" if is_none else "").lower():
        return diagnose(location, "character-forbidden", code=ord(character), name=name)
    return diagnose(location, "character-forbidden/control", code=ord(character))


# ---- what is wrong with the YAML, in the editor's words
_KEY = r"\s*(?:- +)*([^\s:#'\"\[{&*!|>%@`][^:]*?)\s*:(?=\s|$)"
_GLUED = r"(\s*)([\w-]+):((?:\S|[^\S \t]+\S).*)"


def explain(trouble: yaml.YAMLError, text: Lines, before: Before | None) -> Diagnostic:
    """What YAML cannot read, and where. libyaml and the Python parser differ in words, so only what is common to both
    decides."""
    problem = str(getattr(trouble, "problem", "") or "")
    context = str(getattr(trouble, "context", "") or "")
    mark = getattr(trouble, "problem_mark", None)
    begin = getattr(trouble, "context_mark", None)
    line, column = _clamped(mark, text.lines) if mark else (0, 0)
    begin_line, begin_column = _clamped(begin, text.lines) if begin else (line, column)
    here = text.lines[line]
    if "mapping values are not allowed" in problem:
        return _explain_colon(text, line, column)
    if "could not find expected ':'" in problem:
        return _explain_no_colon(text, begin_line, begin_column)
    if sign := _explain_sign(text, line, column):
        return sign
    if (here[column : column + 1] == "\t" and here[column:].strip()) or "tab character" in problem:
        return diagnose(text.at(line, column), "yaml-invalid/tab")
    if "unexpected ':'" in problem:
        return diagnose(text.at(line, column), "yaml-invalid/colon-in-brackets")
    if "unexpected end of stream" in problem or "unexpected document separator" in problem:
        quote = text.lines[begin_line][begin_column : begin_column + 1]
        place = text.at(begin_line, begin_column)
        if curly := _explain_curly(text, begin_line, begin_column):
            return curly
        key = "yaml-invalid/open-apostrophe" if quote == "'" else "yaml-invalid/open-quote"
        return diagnose(place, key, quote=quote)
    if "escape" in problem or "hexdecimal" in problem or "hexadecimal" in problem:
        column = max(here.rfind("\\", 0, column + 1), 0)
        escape, place = here[column : column + 2], text.at(line, column)
        if whole := as_meant(here, begin_column) if begin_line == line else "":
            return diagnose(place, "yaml-invalid/escape-in", escape=escape, whole=whole)
        return diagnose(place, "yaml-invalid/escape", escape=escape)
    if "scanning an alias" in context or "scanning an anchor" in context:
        rest = text.lines[begin_line][begin_column:].strip()
        place = text.at(begin_line, begin_column)
        if rest[:2] == "* " and not text.lines[begin_line][:begin_column].strip():
            return diagnose(place, "yaml-invalid/star", item=rest[2:].strip())
        return diagnose(place, "yaml-invalid/sign", sign=rest[:1], whole=quoted(rest))
    if "cannot start any token" in problem or "node content" in problem:
        return _explain_first_character(text, line, column)
    if "',' or" in problem:
        return _explain_open_bracket(text, (begin_line, begin_column), (line, column))
    if "nesting depth" in problem:
        return diagnose(text.at(line, column), "yaml-invalid/deep", most=DEPTH_LIMIT)
    return _explain_misfit(text, line, column, before)


def as_meant(line: str, column: int) -> str:
    """What to write for a text in double quotes, which begin at a column of a line, where its backslashes are to be
    read; "" if it does not end in that line."""
    match = re.compile(r'"((?:[^"\\]|\\.)*)"').match(line, column)
    return quoted(re.sub(_MEANT, _character, match[1])) if match else ""


#: Escapes that are meant where others are not: a quote, a backslash, a character by its code.
_MEANT = r'\\(?:(["\\])|u(?![dD][89a-fA-F])([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))'


def _character(escape: re.Match[str]) -> str:
    return escape[1] or chr(int(escape[2] or escape[3], 16))


def _clamped(mark: yaml.Mark, lines: list[str]) -> tuple[int, int]:
    """The place of a mark; the end of the text is the end of its last line with words."""
    last = len(lines) - 1
    while last > 0 and not lines[last].strip():
        last -= 1
    if mark.line > last:
        return last, len(lines[last].rstrip())
    return mark.line, mark.column


def _explain_colon(text: Lines, line: int, column: int) -> Diagnostic:
    here = text.lines[line]
    key = re.match(_KEY, here)
    if key and key.end() < column:
        value = quoted(here[key.end() + 1 :].strip())
        return diagnose(text.at(line, column), "yaml-invalid/second-colon", key=key[1], value=value)
    if line and (glued := _explain_glued(text, line - 1)):
        return glued
    if several := _explain_several_lines(text, line, column):
        return several
    return diagnose(text.at(line, column), "yaml-invalid/key-in-value", word=here[:column].strip())


def _explain_no_colon(text: Lines, line: int, column: int) -> Diagnostic:
    here, place = text.lines[line].strip(), text.at(line, column)
    if glued := _explain_glued(text, line):
        return glued
    if below := _explain_item_without_dash(text, line, column):
        return below
    if item := re.match(r"\s*-(?=[^\s-])", text.lines[line]):
        return diagnose(text.at(line, item.end() - 1), "yaml-invalid/dash-without-space", text=here[1:])
    if equals := with_equals(here, place):
        return equals
    word, _, rest = here.partition(" ")
    if not rest:
        return diagnose(place, "yaml-invalid/no-colon", word=word)
    if text.known is not None and word.lower() not in text.known:
        return diagnose(place, "yaml-invalid/prose", words=here)
    return diagnose(place, "yaml-invalid/no-colon-in-line", word=word, rest=rest.strip())


def _explain_item_without_dash(text: Lines, line: int, column: int) -> Diagnostic | None:
    """That words stand below a key without a value, not indented and without a dash; None if that is not so."""
    here = text.lines[line].strip()
    above = next((words for words in reversed(text.lines[:line]) if words.strip()), "")
    key = re.fullmatch(r"([\w-]+):[ \t]*", above)
    if key is None or here.startswith("-"):
        return None
    return diagnose(text.at(line, column), "yaml-invalid/no-dash", key=key[1], words=here)


def with_odd_colon(line: str, place: Location) -> Diagnostic | None:
    """That a character which looks like `:` stands behind a key; None if none does. `place`: where the line begins."""
    match = re.match(r"([\w-]+)[ \t]*([：﹕∶꞉])[ \t]*(.*)", line)
    if match is None:
        return None
    key, colon, value = match.groups()
    at = Location(place.path, place.line, match.start(2) + 1)
    return diagnose(at, "yaml-invalid/odd-colon", key=key, colon=colon, code=ord(colon), value=value.strip())


def with_equals(line: str, place: Location) -> Diagnostic | None:
    """That `=` stands behind a key in place of `:`; None if it does not."""
    match = re.match(r"([\w-]+)[ \t]*=[ \t]*(\S.*)", line)
    return diagnose(place, "yaml-invalid/equals", key=match[1], value=match[2].strip()) if match else None


def _explain_glued(text: Lines, line: int) -> Diagnostic | None:
    """That the `:` of a key has no space behind it, or one that YAML takes for a letter, or is another character; None
    if that is not so."""
    if odd := with_odd_colon(text.lines[line], text.at(line, 0)):
        return odd
    glued = re.match(_GLUED, text.lines[line])
    return without_space(glued, text.at(line, len(glued[1]))) if glued else None


def without_space(glued: re.Match[str], place: Location) -> Diagnostic:
    """That a key, a `:` and a value have no space between them."""
    key, value = glued[2], glued[3].strip()
    if value == glued[3]:
        return diagnose(place, "yaml-invalid/colon-without-space", key=key, value=value)
    return diagnose(place, "yaml-invalid/odd-space", key=key, value=value, code=ord(glued[3][0]))


def glued_key(line: str) -> re.Match[str] | None:
    """The key and the value of a line that has no space between them."""
    return re.match(_GLUED, line)


def _explain_several_lines(text: Lines, line: int, column: int) -> Diagnostic | None:
    """That a text over several lines has a `:` that is none of a key, since spaces stand before it; None if that is
    not so."""
    here = text.lines[line]
    begin = line
    while begin and (not text.lines[begin].strip() or text.lines[begin][0] in " \t"):
        begin -= 1
    key = re.match(_KEY, text.lines[begin])
    value = text.lines[begin][key.end() + 1 :].strip() if key else ""
    if key is None or begin == line or not value or value[0] in "|>[{\"'&*" or " " not in here[:column].lstrip():
        return None
    whole = " ".join((value, *(words.strip() for words in text.lines[begin + 1 : line + 1])))
    return diagnose(text.at(line, column), "yaml-invalid/colon-in-text", key=key[1], value=quoted(whole))


#: A key and a value that begins with a sign which means something else to YAML there.
_SIGN = r"\s*(?:- +)*[\w-]+:[ \t]+(?=([?|>-])[ \t]+[^ \t#])"


def _explain_sign(text: Lines, line: int, column: int) -> Diagnostic | None:
    """That a text begins with `?`, `|`, `>` or `-` and needs quotes; None if that is not what is wrong."""
    here = text.lines[line]
    match = re.match(_SIGN, here)
    if match is None or not match.end() <= column <= match.end() + 2:
        return None
    place, whole = text.at(line, match.end()), quoted(here[match.end() :].strip())
    if match[1] == "-":
        return diagnose(place, "yaml-invalid/dash", whole=whole, item=here[match.end() :].strip())
    return diagnose(place, "yaml-invalid/sign", sign=match[1], whole=whole)


#: The item of a list in brackets that begins with `#`, and what stands before it.
_TAG_IN_LIST = r"[^\[\]\"'#]*\[(?:[^\[\]#\"']*,)?[ \t]*(#[^\s,\[\]]+)"


def _explain_in_list(text: Lines, line: int, column: int) -> Diagnostic | None:
    """That a list in brackets has an item that begins with `#`, one that goes on behind ` #`, or one with nothing in
    it; None if it has none."""
    here = text.lines[line]
    if "[" not in here:
        return None
    if tag := re.match(_TAG_IN_LIST, here):
        return diagnose(text.at(line, tag.start(1)), "yaml-invalid/hash-in-list", whole=quoted(tag[1]))
    cut = re.search(r"[ \t]#", here)
    if cut and "]" not in here[: cut.start()]:
        begin = max(here.rfind(",", 0, cut.start()), here.rfind("[", 0, cut.start())) + 1
        rest = re.split(r"[,\]]", here[cut.end() :], maxsplit=1)[0]
        whole = quoted((here[begin : cut.end()] + rest).strip())
        return diagnose(text.at(line, cut.end() - 1), "yaml-invalid/hash-in-list", whole=whole)
    if here[column : column + 1] == "," and here[:column].rstrip()[-1:] in (",", "["):
        return diagnose(text.at(line, column), "yaml-invalid/two-commas")
    return None


def _explain_first_character(text: Lines, line: int, column: int) -> Diagnostic:
    here = text.lines[line]
    if in_list := _explain_in_list(text, line, column):
        return in_list
    rest = here[column:].strip()
    if not rest:
        return diagnose(text.at(line, len(here.rstrip())), "yaml-invalid/no-value")
    return diagnose(text.at(line, column), "yaml-invalid/first-character", sign=rest[:1], whole=quoted(rest))


def _explain_open_bracket(text: Lines, begin: tuple[int, int], end: tuple[int, int]) -> Diagnostic:
    opening = text.lines[begin[0]][begin[1] : begin[1] + 1]
    closing = "}" if opening == "{" else "]"
    if opening == "[" and (in_list := _explain_in_list(text, begin[0], begin[1])):
        return in_list
    rest = text.lines[end[0]][end[1] :].strip()
    if end[0] > begin[0] or not rest:
        return diagnose(text.at(*begin), "yaml-invalid/open-bracket", opening=opening, closing=closing)
    return diagnose(text.at(*end), "yaml-invalid/no-comma", closing=closing, rest=rest)


def _explain_misfit(text: Lines, line: int, column: int, before: Before | None) -> Diagnostic:
    place, here = text.at(line, column), text.lines[line]
    rest = here[column:].strip()
    if plain := _explain_line(text, line, column):
        return plain
    if before and not before.quote:
        end_line, end_column = before.end
        bracket = re.search(r"[\[{]", here)
        if rest and rest[0] not in "]}," and end_line == line and not here[end_column:column].strip() and bracket:
            whole = here[bracket.start() :].strip()
            return diagnose(place, "yaml-invalid/behind-bracket", rest=rest, bracket=bracket[0], whole=quoted(whole))
    if behind := _explain_behind_quote(text, line, column, before) if before and before.quote else None:
        return behind
    if rest[:1] in ("]", "}"):
        return diagnose(place, "yaml-invalid/closing-bracket", bracket=rest[:1])
    if rest.startswith(": ") or rest == ":":
        return diagnose(place, "yaml-invalid/colon-without-key")
    if rest.startswith("- ") or rest == "-":
        return diagnose(place, "yaml-invalid/list-item")
    if rest:
        return diagnose(place, "yaml-invalid/misfit", rest=rest)
    return diagnose(place, "yaml-invalid/breaks-off")


def _explain_line(text: Lines, line: int, column: int) -> Diagnostic | None:
    """What the line says by itself: a picture of Markdown, or a key below one that is indented; None if neither."""
    if picture := re.match(_PICTURE, text.lines[line]):
        whole = f"{{src: {quoted(picture[3])}, alt: {quoted(picture[2])}}}"
        return diagnose(text.at(line, picture.start(1)), "yaml-invalid/picture", whole=whole)
    return None if column else _explain_indented(text)


def _explain_behind_quote(text: Lines, line: int, column: int, before: Before) -> Diagnostic | None:
    """What stands behind the closing quote of a text; None if nothing but that is wrong."""
    place, here = text.at(line, column), text.lines[line]
    rest = here[column:].strip()
    (begin_line, begin_column), (end_line, end_column) = before.begin, before.end
    between = text.lines[end_line][end_column:column] if end_line == line else "x"
    if not between.strip():
        if begin_line != end_line:
            later = diagnose(text.at(begin_line, begin_column), "yaml-invalid/quote-closes-later")
            return _explain_curly(text, begin_line, begin_column) or later
        if rest in (",", ";"):
            return diagnose(place, "yaml-invalid/behind-value", sign=rest, value=here[begin_column:end_column])
        if before.quote == "'":
            whole = here[begin_column:].strip()
            # Glued to the quote it is an apostrophe, behind a space the quotes are part of the text.
            is_around = len(whole) > 1 and whole.endswith("'")
            inner = whole if between else whole[1:-1] if is_around else whole.strip("'")
            if several := _explain_several_quotes(whole, place):
                return several
            return diagnose(place, "yaml-invalid/behind-apostrophe", rest=rest, whole=quoted(inner))
        whole = here[begin_column:].strip()
        if several := _explain_several_quotes(whole, place):
            return several
        inner = whole[1:-1] if whole.endswith('"') and whole.count('"') > 3 else whole
        return diagnose(place, "yaml-invalid/behind-quote", rest=rest, whole=quoted(inner))
    return None


#: A picture of Markdown where a value stands.
_PICTURE = r"[\w-]+:[ \t]+(!\[([^\[\]]*)\]\(([^\s()]+)\))[ \t]*$"


def _explain_indented(text: Lines) -> Diagnostic | None:
    """That the first line is indented, and so none below can be a key of the same mapping; None if it is not."""
    first = next((n for n, words in enumerate(text.lines) if words.strip() and words.lstrip()[0] != "#"), 0)
    words = text.lines[first]
    if words[:1] != " ":
        return None
    indent = len(words) - len(words.lstrip())
    return diagnose(text.at(first, indent), "yaml-invalid/indented", words=words.strip())


def _explain_curly(text: Lines, line: int, column: int) -> Diagnostic | None:
    """That a text which begins with `"` ends, in its line, with another quote; None if it does not."""
    whole = text.lines[line][column:].strip()
    if whole[:1] != '"' or len(whole) < 3 or whole[-1] not in "”“„»″":
        return None
    return diagnose(text.at(line, column), "yaml-invalid/curly-quote", quote=whole[-1], whole=quoted(whole[1:-1]))


_SEVERAL_QUOTES = r"""(?:"[^"]*"|'[^']*')(?:\s*(?:[,;]\s*)?(?:"[^"]*"|'[^']*'))+"""


def _explain_several_quotes(whole: str, place: Location) -> Diagnostic | None:
    """That several texts in quotes stand behind each other, as if they were a list; None if it is not so."""
    if not re.fullmatch(_SEVERAL_QUOTES, whole):
        return None
    items = re.findall(r"""("[^"]*"|'[^']*')""", whole)
    return diagnose(place, "yaml-invalid/several-quotes", items=f"[{', '.join(items)}]")
