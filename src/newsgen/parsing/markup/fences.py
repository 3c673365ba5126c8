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
    r"^(?P<prefix>(?:[ ]{0,3}>(?:[ ]{0,4}>)*+|[ ]*(?:[-*+]|\d{1,9}[.)])[ ]{1,4}(?=[^ ]))*+[ ]*)"
    r"(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})(?P<info>[^\n]*)$",
    re.MULTILINE,
)
_MARKERS = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?=[ ])")
_ITEM = re.compile(r"^(?P<prefix>[ >]*)(?P<marker>[-*+]|\d{1,9}[.)])(?P<space>[ ]{1,4})(?=[^ ])")
_LOOK_BACK = 200  # lines above an indented fence in which its list item is looked for


class Fence:
    """One fenced block: the lines from `first` to `last` (from 0, `last` excluded) and what they hold."""

    __slots__ = ("code", "first", "info", "last", "prefix")

    def __init__(self, first: int, last: int, prefix: str, info: str, code: list[str]) -> None:
        self.first, self.last, self.prefix, self.info, self.code = first, last, prefix, info, code


def fences(lines: list[str]) -> list[Fence]:
    """The fenced blocks of a body, in order.

    Rule: CommonMark 0.31, 4.5: a fence ends with one of the same sign that is at least as long, with its container, or
    with the document; it may stand up to three columns inside its container.
    """
    blocks: list[Fence] = []
    n = 0
    while n < len(lines):
        opening = OPENING.match(lines[n]) if "```" in lines[n] or "~~~" in lines[n] else None
        if opening is None or not _is_fence(opening, lines, n):
            n += 1
            continue
        fence = _read(opening, lines, n)
        blocks.append(fence)
        n = fence.last
    return blocks


def _read(opening: re.Match[str], lines: list[str], first: int) -> Fence:
    prefix, mark = opening["prefix"], opening["fence"]
    following = _MARKERS.sub(lambda marker: " " * len(marker[0]), prefix)
    container = following.rstrip(" ") if ">" in following else ""
    close = re.compile(rf"[ ]{{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ ]*$")
    in_item = following != prefix or len(following) > 3
    code: list[str] = []
    for n in range(first + 1, len(lines)):
        line = lines[n]
        if container and not line.startswith(container):
            return Fence(first, n, prefix, opening["info"], code)
        inner = _without(line, following)
        if in_item and not container and line.strip() and len(inner) == len(line) and not line.startswith(" "):
            return Fence(first, n, prefix, opening["info"], code)  # the item has ended
        if close.match(inner):
            return Fence(first, n + 1, prefix, opening["info"], code)
        code.append(inner)
    return Fence(first, len(lines), prefix, opening["info"], code)


def _without(line: str, prefix: str) -> str:
    """The line behind as much of the prefix as it has."""
    n = 0
    while n < len(prefix) and n < len(line) and line[n] == prefix[n]:
        n += 1
    return line[n:]


def _is_fence(opening: re.Match[str], lines: list[str], n: int) -> bool:
    """Whether a fence that stands four or more columns in belongs to a list item above it (else it is code already)."""
    prefix = opening["prefix"]
    own = prefix[prefix.rfind(">") + 1 :]
    if own.strip(" ") or len(own) <= 3:
        return True
    indent = len(prefix)
    for above in range(n - 1, max(-1, n - _LOOK_BACK), -1):
        line = lines[above]
        if not line.strip() or len(line) - len(line.lstrip(" >")) >= indent:
            continue
        item = _ITEM.match(line)
        if item is None:
            if not line.startswith(" "):
                return False
            continue
        content = item.end()
        if content <= indent:
            return indent - content <= 3
    return False


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


class FenceExtension(Extension):
    preprocessor: FencePreprocessor

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        self.preprocessor = FencePreprocessor(md)
        md.preprocessors.register(self.preprocessor, "newsgen-fences", 25)

    def reset(self) -> None:
        self.preprocessor.stashed = set()
