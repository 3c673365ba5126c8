"""Fenced code, also inside list items and quotations, where Python-Markdown's own extension does not look."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.preprocessors import Preprocessor

from newsgen.parsing.markup.plain import escape

# Containers before the fence (quotation and list markers), the fence, its info string. A space between two `>` may
# belong to either: the whole is possessive, lest each be tried both ways.
OPENING = re.compile(
    r"^(?P<prefix>(?:[ ]{0,3}\[\^[^\[\]\n]+\]:[ ]+(?=[^ ]))?+"
    r"(?:[ ]*>(?:[ ]{0,4}>)*+|[ ]*(?:[-*+:]|\d{1,9}[.)])[ ]{1,4}(?=[^ ]))*+[ ]*)"
    r"(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$",
    re.MULTILINE,
)
_MARKERS = re.compile(r"\[\^[^\[\]\n]+\]:[ ]+|(?:[-*+:]|\d{1,9}[.)])(?=[ ])")
# An item, a definition, or a note, whose content is indented by four columns.
_ITEM = re.compile(
    r"^(?P<prefix>[ >]*)(?!(?:[-*][ ]*+){3,}$)"
    r"(?:(?:(?:[-*+:]|\d{1,9}[.)])[ ]+(?:>[ ]?)*(?=[^ ]))+|(?:[-*+]|\d{1,9}[.)])[ ]*$|(?P<note>\[\^[^\[\]]+\]:))"
)
_SPACE = re.compile("[ ]+")
_NOTE = 4
TAB_STOP = 4  # columns
_LOOK_BACK = 200  # lines above an indented fence in which its list item is looked for


class Fence:
    """One fenced block: the lines from `first` to `last` (from 0, `last` excluded) and what they hold.

    `is_closed` is False where it ends with its container or with the document.
    """

    __slots__ = ("code", "first", "info", "is_closed", "last", "prefix")

    def __init__(
        self, first: int, last: int, prefix: str, info: str, code: list[str], *, is_closed: bool = False
    ) -> None:
        self.first, self.last, self.prefix, self.info, self.code = first, last, prefix, info, code
        self.is_closed = is_closed


def fences(written: list[str]) -> list[Fence]:
    """The fenced blocks of a body, in order; code keeps its tabs.

    Rule: CommonMark 0.31, 4.5: a fence ends with one of the same sign that is at least as long, with its container, or
    with the document; it may stand up to three columns inside its container.
    """
    blocks: list[Fence] = []
    lines = [line.expandtabs(TAB_STOP) if "\t" in line else line for line in written]
    n = 0
    while n < len(lines):
        opening = OPENING.match(lines[n]) if "```" in lines[n] or "~~~" in lines[n] else None
        column = _content_column(opening, lines, n) if opening else None
        if opening is None or column is None:
            n += 1
            continue
        fence = _read(opening, lines, n, column)
        for at, line in enumerate(written[fence.first + 1 : fence.first + 1 + len(fence.code)]):
            if "\t" in line:
                fence.code[at] = _behind(line, len(lines[fence.first + 1 + at]) - len(fence.code[at]))
        blocks.append(fence)
        n = fence.last
    return blocks


def _behind(line: str, columns: int) -> str:
    """A line without its first columns; what is left of a tab across that border is spaces (CommonMark 0.31, 2.2)."""
    column = 0
    for n, character in enumerate(line):
        if column >= columns:
            return " " * (column - columns) + line[n:]
        column += TAB_STOP - column % TAB_STOP if character == "\t" else 1
    return " " * (column - columns)


def _read(opening: re.Match[str], lines: list[str], first: int, column: int) -> Fence:
    """Reads on to the end of the fence; in an item, whose content begins at a column, it ends with the item."""
    prefix, mark = opening["prefix"], opening["fence"]
    following = _following(prefix)
    container = following.rstrip(" ") if ">" in following else ""
    close = re.compile(rf"[ ]{{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ ]*$")
    code: list[str] = []
    for n in range(first + 1, len(lines)):
        line = lines[n]
        if container and not line.startswith(container):
            return Fence(first, n, prefix, opening["info"], code)
        inner = _without(line, following)
        if column and line.strip() and not line.startswith(" " * column):
            return Fence(first, n, prefix, opening["info"], code)  # the item has ended
        if close.match(inner):
            return Fence(first, n + 1, prefix, opening["info"], code, is_closed=True)
        code.append(inner)
    return Fence(first, len(lines), prefix, opening["info"], code)


def _following(prefix: str) -> str:
    """How lines begin that stand in the same container as one with this prefix."""
    return _MARKERS.sub(lambda marker: " " * (_NOTE if marker[0][0] == "[" else len(marker[0])), prefix)


def _without(line: str, prefix: str) -> str:
    """The line behind as much of the prefix as it has."""
    n = 0
    while n < len(prefix) and n < len(line) and line[n] == prefix[n]:
        n += 1
    return line[n:]


def _columns(item: re.Match[str]) -> list[int]:
    """Where the content of each item begins that begins in this line, the outermost first."""
    if item.end() == len(item.string):  # an empty item
        return [len(item.string.rstrip(" ")) + 1]
    spaces = _SPACE.finditer(item.string, item.end("prefix"), item.end())
    return [space.end() if len(space[0]) <= 4 else space.start() + 1 for space in spaces]


def _content_column(opening: re.Match[str], lines: list[str], n: int) -> int | None:
    """Where the content of the item begins that a fence stands in; 0 for none, and in a quotation.

    None for what stands four or more columns in, and is code already.
    """
    prefix = opening["prefix"]
    is_quoted = ">" in prefix
    own = prefix[prefix.rfind(">") + 1 :]
    indent = len(prefix)
    inner = 0 if is_quoted else len(_following(prefix))
    if prefix.startswith("    ") and prefix.strip(" "):
        indent = len(prefix) - len(prefix.lstrip(" "))
        own = prefix[:indent]  # the quotation or item may stand in an item
    elif own.strip(" "):
        return inner
    for above in range(n - 1, max(-1, n - _LOOK_BACK), -1) if own else ():
        line = lines[above]
        if not line.strip(" >") or len(line) - len(line.lstrip(" >")) >= indent:
            continue
        item = _ITEM.match(line)
        if item is None:
            if not line.startswith(" "):
                break
            continue
        columns = [item.end("prefix") + _NOTE] if item["note"] else _columns(item)
        inside = [column for column in columns if column <= indent]
        if inside and indent - inside[-1] <= 3:
            return inner if prefix.strip(" ") else inside[-1]
        if inside:
            break
    return 0 if len(own) <= 3 else None


class FencePreprocessor(Preprocessor):
    """Puts fenced code out of reach of everything else, before raw HTML is looked for."""

    md: Markdown

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.stashed: set[str] = set()  # the placeholders of the body that was converted last

    def run(self, lines: list[str]) -> list[str]:
        out: list[str] = []
        end = 0
        self.stashed = set()
        for fence in fences(lines):
            out += lines[end : fence.first]
            placeholder = self.md.htmlStash.store(_html(fence))
            self.stashed.add(placeholder)
            out.append(fence.prefix + placeholder)
            end = fence.last
        return out + lines[end:] if end else lines


def _html(fence: Fence) -> str:
    info = fence.info.strip()
    pre = code = ""
    if info.startswith("{"):
        pairs, _ = get_attrs_and_remainder(info.strip("{} ").removeprefix(":"))
        classes = [value or "" for key, value in pairs if key == "."]
        code = classes.pop(0) if classes else ""
        pre = f' class="{escape(" ".join(classes))}"' if classes else ""
        pre += "".join(f' id="{escape(value)}"' for key, value in pairs if key == "id" and value)
    elif info:
        code = info.split()[0].removeprefix(".")
    language = f' class="language-{escape(code)}"' if code else ""
    text = "".join([line + "\n" for line in fence.code])
    return f"<pre{pre}><code{language}>{escape(text)}</code></pre>"


def words_behind(fence: Fence) -> str:
    """What stands behind the language of fenced code, or in braces beside classes and ids: nobody sees it."""
    info = fence.info.strip()
    if not info.startswith("{"):
        return info.split(maxsplit=1)[1] if len(info.split()) > 1 else ""
    if behind := info.partition("}")[2].strip():
        return behind
    pairs, _ = get_attrs_and_remainder(info.strip("{} ").removeprefix(":"))
    unused = next((key for key, _ in pairs if key not in (".", "id")), "")
    return info[info.find(unused) :].rstrip("} ") if unused else ""


class FenceExtension(Extension):
    preprocessor: FencePreprocessor

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        self.preprocessor = FencePreprocessor(md)
        md.preprocessors.register(self.preprocessor, "newsgen-fences", 31)  # before tabs become spaces

    def reset(self) -> None:
        self.preprocessor.stashed = set()
