"""Where things stand in the source of a body: Python-Markdown keeps no positions.

This tokenizer only reports. What is a link, a note or raw HTML is decided by Markdown; each finding asks here for the
next place of its kind and words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from newsgen.nouns.diagnostics import Location
from newsgen.parsing.markup.characters import BRACKET, DATA_ADDRESS, resolved, shortened
from newsgen.parsing.markup.cleaning import ATTRIBUTE
from newsgen.parsing.markup.fences import fences

_TOKEN = re.compile(
    r"\\[^\n]"
    r"|(?P<comment><!--)"
    r"|<(?P<auto>[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*)>"
    r"|<(?P<tag>/?[a-zA-Z][^\s<>/]*)(?P<attributes>(?:[^\"'<>]++|\"[^\"]*\"|'[^']*')*+)>"
    r"|\[\[(?P<cross>[^\[\]|\n]+)(?=[|\]])"
    r"|\[\^(?P<note>[^\[\]\n]*)\](?P<colon>:?)"
    r"|!?(?P<open>\[)"
    r"|\]\([ ]*(?:<(?P<bracketed>[^<>\n]*)>|(?P<address>(?:[^\s()\\]++|\\.|\([^\s()]*\))*+))"
    r"|(?P<close>\])"
    r"|\{:?(?P<list>[^{}\n]+)\}"
)
_DEFINED = re.compile(r"\[(?!\^)[^\[\]\n]+\]:[ ]*(\S+)")
_BEGINS = re.compile(r"[\\<\[\]{!]")
_TICKS = re.compile(r"(?<!\\)`+|(?<=\\)``+")
_ITEM = re.compile(r"[ ]{0,3}(?:(?:[-*+:]|\d{1,3}[.)])[ ]|\[\^[^\[\]\n]+\]:)")  # and a definition, or a note
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
#: A heading of the first level, in either form.
_HEADLINE = re.compile(r"^(?:#(?=[ \n]|\Z)|[^\S\n]*\S[^\n]*\n=+[ ]*$)", re.MULTILINE)
_INNER_HEADLINE = re.compile(
    r"^(?=[ \t]*(?:[>*+-]|[0-9]+[.)]))[ \t>*+-]*(?:[0-9]+[.)][ ]+)?(#)(?=[ \n]|\Z)", re.MULTILINE
)
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_COMMENT_END = re.compile(r"--!?>")
_RAW_CODE = re.compile(r"<(/?)(code|kbd|samp|tt|pre)(?=[\s>])[^<>]*>", re.IGNORECASE)
_DEFINED_ABBREVIATION = re.compile(r"^\*\[([^\\\n]*?)\][ ]?:", re.MULTILINE)
_NOT_LINE_END = re.compile(r"[^\n]")


def _key(address: str) -> str:
    address = _ESCAPE.sub(r"\1", address.strip())
    address = resolved(address) if "&" in address else address
    return shortened(address)


def _whole(text: str, start: int, address: str) -> str:
    """An address as far as it goes: data may go on in the lines below."""
    data = re.compile(DATA_ADDRESS).match(text, start) if address[:5].lower() == "data:" else None
    return data[0] if data else address


class Places:
    """The places of a body by words and kind: `cross`, `link`, `note`, `definition`, `tag`, `attribute`, `comment`,
    `heading`; `wordless` are those of links whose brackets hold nothing."""

    def __init__(self, text: str, *, path: str, first_line: int) -> None:
        self.text, self.path, self.first_line = text, path, first_line
        self._offsets: dict[tuple[str, str], list[int]] = {}  # each in reverse order
        self._lines: list[int] = []
        self._later: set[tuple[str, str]] = set()
        self._unclosed: dict[str, list[int]] = {}  # likewise
        self._given: set[int] = set()  # what `next_unclosed` gave

    def later(self, kind: str, words: str) -> Location:
        """As `next`, without the first place of this kind and words: what stands there came first."""
        if (kind, words) not in self._later:
            self._later.add((kind, words))
            self.next(kind, words)
        return self.next(kind, words)

    def nth(self, kind: str, words: str, number: int) -> Location | None:
        """The place of this kind and words with a number, from 1, or the last one; None if there is none."""
        self._read()
        offsets = self._offsets.get((kind, words))
        if not offsets:
            return None
        return self._location(offsets[max(-number, -len(offsets))])  # the first is the last of the list

    def at(self, offset: int) -> Location:
        """A place by its offset."""
        self._read()
        return self._location(offset)

    def next(self, kind: str, words: str) -> Location:
        """The next place of this kind; each is given once, the last again; the first line if there is none."""
        self._read()
        if kind == "link":
            words = shortened(words)
        offsets = self._offsets.get((kind, words))
        if offsets is None:
            at = self.text.find(words)
            if at < 0 and kind == "link":  # what was typed of a bare address
                at = self.text.find(words.removeprefix("http://").removeprefix("mailto:"))
            offsets = self._offsets[kind, words] = [max(0, at)]
        while len(offsets) > 1 and offsets[-1] in self._given:
            offsets.pop()
        return self._location(offsets.pop() if len(offsets) > 1 else offsets[0])

    def next_unclosed(self, name: str) -> Location:
        """The next start tag of this name that no end tag closes."""
        self._read()
        if name not in self._unclosed:
            tokens = _tokens(self.text)
            tags = [(at, True) for at in tokens.get(("tag", name), ())]
            tags += [(at, False) for at in tokens.get(("tag", f"/{name}"), ())]
            opened: list[int] = []
            for at, is_start in sorted(tags):
                if is_start:
                    opened.append(at)
                elif opened:
                    opened.pop()
            self._unclosed[name] = opened[::-1]
        offsets = self._unclosed[name]
        if not offsets:
            return self.next("tag", name)
        offset = offsets.pop() if len(offsets) > 1 else offsets[0]
        self._given.add(offset)
        return self._location(offset)

    def _read(self) -> None:
        if self._lines:
            return
        self._offsets = _tokens(self.text)
        for each in self._offsets.values():
            each.reverse()
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def _location(self, offset: int) -> Location:
        line = bisect_right(self._lines, offset)
        return Location(self.path, self.first_line + line - 1, offset - self._lines[line - 1] + 1)


def _tokens(text: str) -> dict[tuple[str, str], list[int]]:
    offsets: dict[tuple[str, str], list[int]] = {}

    def add(kind: str, words: str, offset: int) -> None:
        offsets.setdefault((kind, words), []).append(offset)

    shown = without_code(text)
    if "[[" in shown and "</" in shown:
        shown = hidden_in_raw_code(shown)
    if "*[" in shown:
        for abbreviation in _DEFINED_ABBREVIATION.finditer(shown):
            add("abbreviation", abbreviation[1].strip(), abbreviation.start())
    opened: list[int] = []
    position = 0
    while begin := _BEGINS.search(shown, position):
        start = begin.start()
        if shown[start] == "[" and _is_first(shown, start) and (defined := _DEFINED.match(shown, start)):
            add("link", _key(_whole(shown, defined.start(1), defined[1]).strip("<>")), start)
            add("reference", shown[start + 1 : defined.start(1)].rpartition("]")[0].strip().lower(), start)
            position = defined.end()
            continue
        match = _TOKEN.match(shown, start)
        if match is None:
            position = start + 1
            continue
        position = match.end()
        if match["open"]:
            opened.append(start)
        elif match["close"]:
            if opened:
                opened.pop()
        elif match["address"] is not None or match["bracketed"] is not None:
            _add_link(offsets, match, opened.pop() if opened else start)
        elif match["comment"]:
            position = comment_end(shown, start)
            if position < 0:
                add("comment", "<!--", start)
                break  # nothing behind it is published
        elif match["auto"]:
            add("link", _key(match["auto"]), start)
        elif match["tag"]:
            _add_tag(offsets, match, start)
        elif match["cross"]:
            if not _is_other_link(shown, start, match.end()):
                add("cross", match["cross"].removesuffix("\\").strip(), start)
            position = match.end("cross")
            opened += (start, start)
        elif match["note"] is not None:
            add("definition" if _is_definition(match) else "note", match["note"], start)
        elif match["list"]:
            for word in ATTRIBUTE.finditer(match["list"]):
                add("attribute", word[1].lower(), start + match.start("list") - match.start() + word.start())
    _add_headlines(offsets, shown)
    return offsets


def _add_link(offsets: dict[tuple[str, str], list[int]], tail: re.Match[str], begin: int) -> None:
    """Adds a link by what stands behind its words; they begin behind `begin`."""
    address = _key(tail["bracketed"] or _whole(tail.string, tail.start("address"), tail["address"] or ""))
    offsets.setdefault(("link", address), []).append(begin)
    if not tail.string[begin + 1 : tail.start()].strip():
        offsets.setdefault(("wordless", address), []).append(begin)


def _is_definition(note: re.Match[str]) -> bool:
    """Whether a note's label stands at the beginning of its line, perhaps within another note, before a colon."""
    line_start = note.string.rfind("\n", 0, note.start()) + 1
    return bool(note["colon"]) and not note.string[line_start : note.start()].strip(" \t>")


def _is_other_link(text: str, start: int, end: int) -> bool:
    """Whether a `[[id]]` is part of a picture, or of a link with an address or label behind it."""
    return text[start - 1 : start] == "!" or text[end : end + 3] in ("]](", "]][")


def comment_end(text: str, start: int) -> int:
    """Where the comment ends that begins at `start`; -1 if nothing closes it.

    Rule: HTML, 13.2.5.43 to 13.2.5.51: `<!-->` and `<!--->` are whole comments, and `--!>` closes one as `-->` does.
    """
    for whole in ("<!-->", "<!--->"):
        if text.startswith(whole, start):
            return start + len(whole)
    end = _COMMENT_END.search(text, start + 4)
    return end.end() if end else -1


def _add_headlines(offsets: dict[tuple[str, str], list[int]], shown: str) -> None:
    if "<!--" in shown:
        shown = _COMMENT.sub(lambda comment: _NOT_LINE_END.sub(" ", comment[0]), shown)
    places = [match.start() for match in _HEADLINE.finditer(shown)]
    places += offsets.get(("tag", "h1"), [])
    places += (match.start(1) for match in _INNER_HEADLINE.finditer(shown))  # in a list or a quotation
    if places:
        offsets["heading", "1"] = sorted(places)


def _is_first(text: str, at: int) -> bool:
    """Whether at most three spaces stand before a place in its line."""
    begin = at
    while begin > max(0, at - 3) and text[begin - 1] == " ":
        begin -= 1
    return begin == 0 or text[begin - 1] == "\n"


def _add_tag(offsets: dict[tuple[str, str], list[int]], match: re.Match[str], start: int) -> None:
    name = match["tag"].lower()
    offsets.setdefault(("tag", name), []).append(start)
    if not match["attributes"].strip(" /"):
        return
    begin = match.start("attributes")
    for word in ATTRIBUTE.finditer(match["attributes"]):
        attribute = word[1].lower()
        offsets.setdefault(("attribute", attribute), []).append(begin + word.start())
        value = word[2] or word[3] or word[4] or ""
        if attribute == "id":
            offsets.setdefault(("attribute", f"#{'-'.join(value.split())}"), []).append(begin + word.start())
        if attribute in ("href", "src", "poster", "cite"):
            offsets.setdefault(("link", _key(value)), []).append(start)
        elif attribute == "srcset":
            for candidate in value.split(","):
                offsets.setdefault(("link", _key(candidate.split()[0] if candidate.split() else "")), []).append(start)


def _raw_code(text: str) -> Iterator[tuple[int, int]]:
    """Where `<code>` and its like begin and end; one that nothing closes is none."""
    begin, name = 0, ""
    tags = list(_RAW_CODE.finditer(text))
    last_ends = {match[2].lower(): match.start() for match in tags if match[1]}
    for match in tags:
        if not name and not match[1] and match.start() < last_ends.get(match[2].lower(), -1):
            begin, name = match.start(), match[2].lower()
        elif match[1] and match[2].lower() == name:
            yield begin, match.end()
            name = ""


def hidden_in_raw_code(text: str) -> str:
    """The text with the double brackets within raw `<code>` hidden from the patterns for cross-links."""
    return _in_raw_code(text, lambda code: code.replace("[[", BRACKET * 2))


def without_raw_code(text: str) -> str:
    """The text with raw `<code>` and its like as spaces."""
    return _in_raw_code(text, lambda code: _NOT_LINE_END.sub(" ", code))


def _in_raw_code(text: str, change: Callable[[str], str]) -> str:
    out: list[str] = []
    end = 0
    for begin, stop in _raw_code(text):
        out += (text[end:begin], change(text[begin:stop]))
        end = stop
    return "".join([*out, text[end:]])


def without_code(text: str) -> str:
    """The text with code as spaces: fenced, indented, in backticks."""
    if "```" in text or "~~~" in text or "\n    " in text or "\t" in text or text.startswith("    "):
        text = _without_code_blocks(text)
    if "`" not in text:
        return text
    out: list[str] = []
    for paragraph in re.split(r"(\n[ ]*\n)", text):
        out.append(_without_code_spans(paragraph) if "`" in paragraph else paragraph)
    return "".join(out)


def without_fences(text: str) -> str:
    """The text with fenced code as spaces."""
    lines = text.split("\n")
    for fence in fences(lines):
        for n in range(fence.first, fence.last):
            lines[n] = " " * len(lines[n])
    return "\n".join(lines)


def _without_code_blocks(text: str) -> str:
    lines = without_fences(text).split("\n")
    is_after_blank, is_code, is_in_list = True, False, False
    for n, line in enumerate(lines):
        if not line.strip():
            is_after_blank = True
            continue
        if line.startswith(("    ", "\t")):
            is_code = is_code or (is_after_blank and not is_in_list)
            if is_code:
                lines[n] = " " * len(line)
        else:
            is_code = False
            is_in_list = bool(_ITEM.match(line)) or (is_in_list and (line.startswith(" ") or not is_after_blank))
        is_after_blank = False
    return "\n".join(lines)


def _without_code_spans(paragraph: str) -> str:
    runs = [(match.start(), match.end() - match.start()) for match in _TICKS.finditer(paragraph)]
    by_length: dict[int, list[int]] = {}
    for start, length in runs:
        by_length.setdefault(length, []).append(start)
    out: list[str] = []
    end = 0
    for start, length in runs:
        if start < end:
            continue
        starts = by_length[length]
        n = bisect_right(starts, start)
        if n < len(starts):
            close = starts[n] + length
            out += (paragraph[end:start], _NOT_LINE_END.sub(" ", paragraph[start:close]))
            end = close
    out.append(paragraph[end:])
    return "".join(out)
