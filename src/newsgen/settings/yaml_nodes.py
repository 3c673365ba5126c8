"""YAML text to a tree of nodes with places: scalars stay the text as written, whoever knows the key
gives them a type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from typing import Any

import msgspec
import yaml

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.diagnostics import one_line as one_line
from newsgen.settings import conflict_marks

# Nodes are never changed, but not frozen either: making a frozen one takes three times as long.
#: How many nodes the aliases (`*x`) of one text may stand for, all together.
EXPANDED_NODES_LIMIT = 10_000
#: How many collections may stand inside each other.
DEPTH_LIMIT = 64
_FORBIDDEN_SHOWN = 20


class Scalar(msgspec.Struct):
    """A text as written, without its quotes; the place is that of its first character (the quote,
    if it has one)."""

    value: str
    line: int
    column: int
    is_plain: bool = True  # neither in quotes nor a block (`|`, `>`)

    @property
    def is_empty(self) -> bool:
        """True for the value that nobody wrote: `key:`. Quotes with nothing inside are a value."""
        return self.is_plain and not self.value


class Sequence(msgspec.Struct):
    items: tuple[Node, ...]
    line: int
    column: int


class Entry(msgspec.Struct):
    """A key with its value; what a merge key (`<<`) brought keeps the place where it was
    written."""

    key: Scalar
    value: Node


class Mapping(msgspec.Struct):
    """Keys in the order of the file, each once; those of merge keys last."""

    entries: tuple[Entry, ...]
    line: int
    column: int


Node = Scalar | Sequence | Mapping


def read(
    text: str, *, path: str, first_line: int = 1, shortcuts: bool = True, known: Container[str] | None = None
) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of one YAML document whose first line is line `first_line` of the file, and what is
    wrong with it.

    None if YAML itself is broken; an empty document is an empty mapping. A duplicate key or a tag
    is an error too, but leaves a tree (the first of two keys stays), so that all other faults can
    be reported in the same run. `known`: the keys that a line may have been meant to begin with, None: any.
    Rule: YAML 1.2 without tags and directives, one document;
    yaml.org/spec/1.2.2. Without `shortcuts` libyaml reads it all, with the same answer.
    """
    if shortcuts and (simple := _simple(text, first_line)) is not None:
        return simple, ()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if conflict := conflict_marks.told(text, path, first_line=first_line):
        return None, (conflict,)
    lines = text.split("\n")
    forbidden = tuple(forbidden_characters(lines, path=path, first_line=first_line))
    if forbidden:
        return None, forbidden
    for number, words in enumerate(lines, first_line):
        if words.startswith("%"):
            return None, (diagnose(Location(path, number), "yaml-invalid/directive"),)
        if words.strip() and not words.lstrip().startswith("#"):
            break
    builder = _Builder(_Text(path, first_line, lines, known))
    loader = _LOADER(text)
    try:
        while loader.check_event():
            builder.feed(loader.get_event())
    except yaml.YAMLError as trouble:
        fault = _explain(trouble, builder.text, builder.last_event)
        return None, (*(d for d in builder.diagnostics if d.location != fault.location), fault)
    except _RefusedError as refused:
        builder.diagnostics.append(refused.diagnostic)
        return None, tuple(builder.diagnostics)
    finally:
        loader.dispose()
    root = builder.root or Mapping((), first_line, 1)
    return root, tuple(builder.diagnostics)


#: Faults of YAML past which a file is read on.
_MOST_FAULTS = 8
_KEY_LINE = r"[^\s#]"


def read_past(
    text: str, *, path: str, first_line: int, shortcuts: bool = True, known: Container[str] | None = None
) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """As `read`, and where YAML is broken, the tree of all entries but those where it is, so that what is wrong with
    these is told in the same run. None where nothing is left, or YAML is broken in more than a few of them.
    """
    root, diagnostics = read(text, path=path, first_line=first_line, shortcuts=shortcuts, known=known)
    if root is not None or not diagnostics or diagnostics[-1].id != "yaml-invalid":
        return root, diagnostics
    faults, latest = [diagnostics[-1]], diagnostics
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while len(faults) <= _MOST_FAULTS and _without_entry(lines, latest[-1].location.line - first_line):
        root, latest = read("\n".join(lines), path=path, first_line=first_line, known=known)
        if root is not None:
            is_left = isinstance(root, Mapping) and bool(root.entries)
            return (root, (*faults, *latest)) if is_left else (None, diagnostics)
        if latest[-1].id != "yaml-invalid":
            break
        faults.append(latest[-1])
    return None, diagnostics


def _without_entry(lines: list[str], number: int) -> bool:
    """Empties the lines of the entry in which the line of this number stands; whether there is one."""
    first = next((n for n in range(min(number, len(lines) - 1), -1, -1) if re.match(_KEY_LINE, lines[n])), -1)
    if first < 0:
        return False
    end = next((n for n in range(max(first, number) + 1, len(lines)) if re.match(_KEY_LINE, lines[n])), len(lines))
    lines[first:end] = [""] * (end - first)
    return True


# ---- what most front matter is made of
# `key: "text"`, `key: [list]`, `key: text` or `key:`, from the first column to the end of the line.
_SIMPLE_LINE = re.compile(r'([a-z_]+):(?: (?:"([^"\\]*)"|(\[).*\]|([^\W_].*)))?').fullmatch
_SIMPLE_ITEM = re.compile(r'([ ]*)- (?:"([^"\\]*)"|([^\W_].*))').fullmatch
_FLOW_ITEM = re.compile(r'(?:"([^"\\]*)"|([^\W_](?:[^,\[\]{}:#"?\n]*[^,\[\]{}:#"?\s])?))(?:,[ ]*(?=["\w])|\]\Z)').match


def _simple(text: str, first_line: int) -> Mapping | None:
    """The tree of front matter whose every line is a key with a text or a list of texts; None of any other.

    Such lines mean the same to every YAML parser, and are read in a tenth of its time.
    """
    if "\t" in text or _FORBIDDEN.search(text):
        return None
    lines = text.rstrip("\n").split("\n")
    entries: dict[str, Entry] = {}
    end = len(lines)
    n = 0
    while n < end:
        match = _SIMPLE_LINE(lines[n])
        if match is None or match[1] in entries:
            return None
        name, quoted_text, bracket, plain = match.groups()
        line = first_line + n
        column = len(name) + 3
        value: Node
        if quoted_text is not None:
            value = Scalar(quoted_text, line, column, False)
        elif plain is not None:
            if not _is_plain(plain):
                return None
            value = Scalar(plain, line, column)
        elif bracket is not None:
            items = _flow_items(lines[n], line, column)
            if items is None:
                return None
            value = Sequence(items, line, column)
        else:
            items, indent = _block_items(lines, n + 1, line + 1)
            if not items:
                return None
            n += len(items)
            value = Sequence(items, line + 1, indent + 1)
        entries[name] = Entry(Scalar(name, line, 1), value)
        n += 1
    return Mapping(tuple(entries.values()), first_line, 1)


def _is_plain(text: str) -> bool:
    return ": " not in text and " #" not in text and text[-1] not in ": "


def _flow_items(text: str, line: int, column: int) -> tuple[Scalar, ...] | None:
    """The items of the bracket that opens at a column and ends the line."""
    if text[column:] == "]":
        return ()
    items: list[Scalar] = []
    while column < len(text):
        match = _FLOW_ITEM(text, column)
        if match is None:
            return None
        quoted_text, plain = match.groups()
        value = plain if quoted_text is None else quoted_text
        items.append(Scalar(value, line, column + 1, quoted_text is None))
        column = match.end()
    return tuple(items)


def _block_items(lines: list[str], n: int, line: int) -> tuple[tuple[Scalar, ...], int]:
    """The items from line `n` on, and their indent."""
    items: list[Scalar] = []
    indent = -1
    for number in range(n, len(lines)):
        match = _SIMPLE_ITEM(lines[number])
        if match is None:
            break
        spaces, quoted_text, plain = match.groups()
        if indent not in (-1, len(spaces)) or (plain is not None and not _is_plain(plain)):
            return (), 0
        indent = len(spaces)
        value = plain if quoted_text is None else quoted_text
        items.append(Scalar(value, line + number - n, indent + 3, quoted_text is None))
    return tuple(items), indent


# ---- characters that nobody sees
#: Control characters (but tab and line feed), line breakers that editors do not show, byte order
#: marks inside the text, surrogates and noncharacters: YAML, XML, HTML or an editor's line numbers
#: break on each of them, and newsgen marks its own places with noncharacters.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff{_NONCHARACTERS}\ud800-\udfff]")
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
        for match in _FORBIDDEN.finditer(line):
            yield _forbidden(Location(path, number, match.start() + 1), match[0])
            shown += 1
            if shown == _FORBIDDEN_SHOWN:
                return


def _forbidden(location: Location, character: str) -> Diagnostic:
    is_none = unicodedata.category(character) == "Cn"
    if name := _NAMES.get(character) or unicodedata.name(character, "no character" if is_none else "").lower():
        return diagnose(location, "character-forbidden", code=ord(character), name=name)
    return diagnose(location, "character-forbidden/control", code=ord(character))


# ---- events to nodes
_COMMENT = re.compile(r"[ \t]+#")
_HASHTAG = re.compile(r"#[^\s#]")


class _Open(msgspec.Struct):
    """A collection whose end has not come yet; a mapping's children are keys and values by
    turns."""

    is_mapping: bool
    anchor: str | None
    line: int
    column: int
    children: list[Node] = []
    size: int = 1
    depth: int = 1


class _Anchored(msgspec.Struct, frozen=True):
    node: Node
    size: int
    depth: int


class _RefusedError(Exception):
    """Reading must stop at once, for the reason given."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class _Text(msgspec.Struct, frozen=True):
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


class _Builder:
    """Takes the events of one document and holds its tree, built without recursion."""

    def __init__(self, text: _Text) -> None:
        self.text = text
        self.root: Node | None = None
        self.diagnostics: list[Diagnostic] = []
        self.last_event: yaml.Event | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._expanded = 0
        self._documents = 0

    def fault(self, node: Node, key: str, /, **parameters: str | int) -> None:
        place = Location(self.text.path, node.line, node.column)
        self.diagnostics.append(diagnose(place, key, **parameters))

    def feed(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._check_tag(event)
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._check_tag(event)
            mark: Any = event.start_mark
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            if len(self._open) >= DEPTH_LIMIT:
                raise _RefusedError(self._too_deep(mark))
            line, column = mark.line + self.text.first_line, mark.column + 1
            self._open.append(_Open(is_mapping, event.anchor, line, column))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, yaml.DocumentEndEvent):
            self._end_document(event)
        self.last_event = event

    def _too_deep(self, mark: Any) -> Diagnostic:
        return diagnose(self.text.at(mark.line, mark.column), "yaml-invalid/deep", most=DEPTH_LIMIT)

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is None:
            return
        mark: Any = event.start_mark
        line = self.text.line(mark.line)
        written = re.match(r"(?:&\S+\s+)?(!\S*)", line[mark.column :])
        word = written[1] if written else "!"
        column = mark.column + (written.start(1) if written else 0)
        self.diagnostics.append(diagnose(self.text.at(mark.line, column), "yaml-tag", tag=word))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark: Any = event.start_mark
        line, column = mark.line + self.text.first_line, mark.column + 1
        is_plain = event.style is None or event.style == ""
        if is_plain:
            self._warn_of_comment(event)
        elif event.style == '"' and (match := _FORBIDDEN.search(event.value)):
            self.diagnostics.append(_forbidden(Location(self.text.path, line, column), match[0]))
        self._add(Scalar(event.value, line, column, is_plain), event.anchor, size=1, depth=0)

    def _warn_of_comment(self, event: yaml.ScalarEvent) -> None:
        """Warns of the `#` that cuts the value in silence."""
        start: Any = event.start_mark
        end: Any = event.end_mark
        line = self.text.line(end.line)
        comment = _COMMENT.match(line, end.column)
        if not comment:
            return
        column = comment.end() - 1
        if not event.value:
            # `key: # words` is an honest comment, `key: #word` a hashtag. An empty item is for who
            # knows the key.
            in_mapping = bool(self._open) and self._open[-1].is_mapping
            if not in_mapping or not _HASHTAG.match(line, column):
                return
        begin = start.column if start.line == end.line else 0
        whole = quoted(line[begin:].strip())
        cut = line[column:].strip()
        place = self.text.at(end.line, column)
        self.diagnostics.append(diagnose(place, "comment-truncates", cut=cut, whole=whole))

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark: Any = event.start_mark
        name = str(event.anchor)
        anchored = self._anchors.get(name)
        place = self.text.at(mark.line, mark.column)
        if anchored is None:
            if any(frame.anchor == name for frame in self._open):
                raise _RefusedError(diagnose(place, "yaml-invalid/alias-in-itself", alias=name))
            whole = quoted(self.text.lines[mark.line][mark.column :].strip())
            raise _RefusedError(diagnose(place, "yaml-invalid/alias-unknown", alias=name, whole=whole))
        self._expanded += anchored.size
        if self._expanded > EXPANDED_NODES_LIMIT:
            raise _RefusedError(diagnose(place, "yaml-alias-limit", alias=name, most=EXPANDED_NODES_LIMIT))
        if len(self._open) + anchored.depth > DEPTH_LIMIT:
            raise _RefusedError(self._too_deep(mark))
        self._add(anchored.node, None, size=anchored.size, depth=anchored.depth)

    def _add(self, node: Node, anchor: str | None, *, size: int, depth: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = _Anchored(node, size, depth)
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        frame.children.append(node)
        frame.size += size
        frame.depth = max(frame.depth, depth + 1)

    def _close(self) -> None:
        frame = self._open.pop()
        node: Node
        if frame.is_mapping:
            entries = tuple(self._entries(frame.children))
            node = Mapping(entries, frame.line, frame.column)
        else:
            node = Sequence(tuple(frame.children), frame.line, frame.column)
        self._add(node, frame.anchor, size=frame.size, depth=frame.depth)

    def _entries(self, children: list[Node]) -> Iterator[Entry]:
        seen: dict[str, Scalar] = {}
        merged: list[Entry] = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar) or key.is_empty:
                self.fault(key, "yaml-invalid/no-key" if isinstance(key, Scalar) else "yaml-invalid/key-no-text")
                continue
            if key.value in seen:
                self.fault(key, "key-duplicate", name=one_line(key.value), line=seen[key.value].line)
                continue
            seen[key.value] = key
            if key.value == "<<" and key.is_plain:
                merged.extend(self._merged(value))
            else:
                yield Entry(key, value)
        for entry in merged:
            if entry.key.value not in seen:
                seen[entry.key.value] = entry.key
                yield entry

    def _merged(self, value: Node) -> Iterator[Entry]:
        """What `<<: value` brings; of several mappings the first that has a key gives it."""
        for node in value.items if isinstance(value, Sequence) else (value,):
            if isinstance(node, Mapping):
                yield from node.entries
            else:
                self.fault(node, "value-type/merge-key")

    def _start_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        mark: Any = event.start_mark
        if self._documents > 1 or (event.explicit and self.text.line(mark.line).strip() != "---"):
            raise _RefusedError(diagnose(self.text.at(mark.line, 0), "yaml-invalid/second-document"))

    def _end_document(self, event: yaml.DocumentEndEvent) -> None:
        if event.explicit:
            end: Any = event.end_mark
            line = end.line
            if not self.text.lines[line].startswith("...") and line > 0:
                line -= 1
            raise _RefusedError(diagnose(self.text.at(line, 0), "yaml-invalid/document-end"))


# ---- what is wrong with the YAML, in the editor's words
_KEY = r"\s*(?:- +)*([^\s:#'\"\[{&*!|>%@`][^:]*?)\s*:(?=\s|$)"
_GLUED = r"(\s*)([\w-]+):((?:\S|[^\S \t]+\S).*)"


def quoted(text: str) -> str:
    """The text as one YAML value in quotes, single ones where double ones would need escapes."""
    if ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _explain(trouble: yaml.YAMLError, text: _Text, last_event: yaml.Event | None) -> Diagnostic:
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
        return diagnose(text.at(line, column), "yaml-invalid/escape", escape=here[column : column + 2])
    if "scanning an alias" in context or "scanning an anchor" in context:
        rest = text.lines[begin_line][begin_column:].strip()
        place = text.at(begin_line, begin_column)
        return diagnose(place, "yaml-invalid/sign", sign=rest[:1], whole=quoted(rest))
    if "cannot start any token" in problem or "node content" in problem:
        return _explain_first_character(text, line, column)
    if "',' or" in problem:
        return _explain_open_bracket(text, (begin_line, begin_column), (line, column))
    if "nesting depth" in problem:
        return diagnose(text.at(line, column), "yaml-invalid/deep", most=DEPTH_LIMIT)
    return _explain_misfit(text, line, column, last_event)


def _clamped(mark: yaml.Mark, lines: list[str]) -> tuple[int, int]:
    """The place of a mark; the end of the text is the end of its last line with words."""
    last = len(lines) - 1
    while last > 0 and not lines[last].strip():
        last -= 1
    if mark.line > last:
        return last, len(lines[last].rstrip())
    return mark.line, mark.column


def _explain_colon(text: _Text, line: int, column: int) -> Diagnostic:
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


def _explain_no_colon(text: _Text, line: int, column: int) -> Diagnostic:
    here, place = text.lines[line].strip(), text.at(line, column)
    if glued := _explain_glued(text, line):
        return glued
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


def with_equals(line: str, place: Location) -> Diagnostic | None:
    """That `=` stands behind a key in place of `:`; None if it does not."""
    match = re.match(r"([\w-]+)[ \t]*=[ \t]*(\S.*)", line)
    return diagnose(place, "yaml-invalid/equals", key=match[1], value=match[2].strip()) if match else None


def _explain_glued(text: _Text, line: int) -> Diagnostic | None:
    """That the `:` of a key has no space behind it, or one that YAML takes for a letter; None if that is not so."""
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


def _explain_several_lines(text: _Text, line: int, column: int) -> Diagnostic | None:
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


def _explain_sign(text: _Text, line: int, column: int) -> Diagnostic | None:
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


def _explain_in_list(text: _Text, line: int, column: int) -> Diagnostic | None:
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


def _explain_first_character(text: _Text, line: int, column: int) -> Diagnostic:
    here = text.lines[line]
    if in_list := _explain_in_list(text, line, column):
        return in_list
    rest = here[column:].strip()
    if not rest:
        return diagnose(text.at(line, len(here.rstrip())), "yaml-invalid/no-value")
    return diagnose(text.at(line, column), "yaml-invalid/first-character", sign=rest[:1], whole=quoted(rest))


def _explain_open_bracket(text: _Text, begin: tuple[int, int], end: tuple[int, int]) -> Diagnostic:
    opening = text.lines[begin[0]][begin[1] : begin[1] + 1]
    closing = "}" if opening == "{" else "]"
    if opening == "[" and (in_list := _explain_in_list(text, begin[0], begin[1])):
        return in_list
    rest = text.lines[end[0]][end[1] :].strip()
    if end[0] > begin[0] or not rest:
        return diagnose(text.at(*begin), "yaml-invalid/open-bracket", opening=opening, closing=closing)
    return diagnose(text.at(*end), "yaml-invalid/no-comma", closing=closing, rest=rest)


def _explain_misfit(text: _Text, line: int, column: int, last_event: yaml.Event | None) -> Diagnostic:
    place, here = text.at(line, column), text.lines[line]
    rest = here[column:].strip()
    if isinstance(last_event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
        ended: Any = last_event.end_mark
        bracket = re.search(r"[\[{]", here)
        if rest and rest[0] not in "]}," and ended.line == line and not here[ended.column : column].strip() and bracket:
            whole = here[bracket.start() :].strip()
            return diagnose(place, "yaml-invalid/behind-bracket", rest=rest, bracket=bracket[0], whole=quoted(whole))
    if isinstance(last_event, yaml.ScalarEvent) and last_event.style in ("'", '"'):
        begin: Any = last_event.start_mark
        end: Any = last_event.end_mark
        between = text.lines[end.line][end.column : column] if end.line == line else "x"
        if not between.strip():
            if begin.line != end.line:
                later = diagnose(text.at(begin.line, begin.column), "yaml-invalid/quote-closes-later")
                return _explain_curly(text, begin.line, begin.column) or later
            if last_event.style == "'":
                whole = here[begin.column :].strip()
                # Glued to the quote it is an apostrophe, behind a space the quotes are part of the text.
                is_around = len(whole) > 1 and whole.endswith("'")
                inner = whole if between else whole[1:-1] if is_around else whole.strip("'")
                if several := _explain_several_quotes(whole, place):
                    return several
                return diagnose(place, "yaml-invalid/behind-apostrophe", rest=rest, whole=quoted(inner))
            whole = here[begin.column :].strip()
            if several := _explain_several_quotes(whole, place):
                return several
            inner = whole[1:-1] if whole.endswith('"') and whole.count('"') > 3 else whole
            return diagnose(place, "yaml-invalid/behind-quote", rest=rest, whole=quoted(inner))
    if rest[:1] in ("]", "}"):
        return diagnose(place, "yaml-invalid/closing-bracket", bracket=rest[:1])
    if rest.startswith(": ") or rest == ":":
        return diagnose(place, "yaml-invalid/colon-without-key")
    if rest.startswith("- ") or rest == "-":
        return diagnose(place, "yaml-invalid/list-item")
    if rest:
        return diagnose(place, "yaml-invalid/misfit", rest=rest)
    return diagnose(place, "yaml-invalid/breaks-off")


def _explain_curly(text: _Text, line: int, column: int) -> Diagnostic | None:
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


# ---- free values
_INT = r"[-+]?(?:0|[1-9][0-9]*)\Z"
_OCTAL_OR_HEX = r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z"
_FLOAT = r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def plain_value(node: Node) -> Any:
    """The node as str, bool, int, float, None, list or dict that JSON can hold.

    Rule: YAML 1.2 core schema, but for numbers that JSON or 64 bits cannot hold and for those with
    a leading zero (postal codes): they stay text.
    """
    if isinstance(node, Mapping):
        return {entry.key.value: plain_value(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain_value(item) for item in node.items]
    if not node.is_plain:
        return node.value
    if node.value in _CONSTANTS:
        return _CONSTANTS[node.value]
    if re.match(_INT, node.value) or re.match(_OCTAL_OR_HEX, node.value):
        number = int(node.value, 0) if len(node.value) < 30 else 2**64
        return number if -(2**63) <= number < 2**63 else node.value
    if re.match(_FLOAT, node.value):
        real = float(node.value)
        return real if abs(real) != float("inf") else node.value
    return node.value


# ---- the parser
class _PythonLoader(yaml.SafeLoader):
    """The pure-Python parser, which takes tabs between words where libyaml takes them."""

    def scan_to_next_token(self) -> None:
        while True:
            super().scan_to_next_token()
            if self.peek() != "\t" or (self.allow_simple_key and not self.flow_level):
                return
            while self.peek() in " \t":
                self.forward()

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> Any:
        """The white space inside a plain text, tabs included: [] where the text ends."""
        length = 0
        while self.peek(length) in " \t":
            length += 1
        blanks = self.prefix(length)
        self.forward(length)
        if self.peek() != "\n":
            return [blanks] if blanks else []
        breaks: list[str] = []
        while self.peek() == "\n":
            breaks.append("\n")
            self.forward()
            self.allow_simple_key = True
            if self.prefix(3) in ("---", "...") and self.peek(3) in "\0 \t\n":
                return []
            while self.peek() == " " or (self.peek() == "\t" and self.column >= indent):
                self.forward()
        return breaks[1:] or [" "]


# libyaml where it is compiled in: six times as fast. Both parsers give the same tree
# (test_both_parsers_agree).
_LOADER: Any = getattr(yaml, "CSafeLoader", _PythonLoader)
