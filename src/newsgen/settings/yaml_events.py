"""YAML text to nodes by the events of PyYAML's parser, libyaml where it is compiled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, one_line
from newsgen.settings.yaml_faults import DEPTH_LIMIT, FORBIDDEN, HASHTAGS, Before, Lines, as_meant, explain, forbidden
from newsgen.settings.yaml_nodes import Entry, Mapping, Node, Scalar, Sequence, quoted

#: How many nodes the aliases (`*x`) of one text may stand for, all together.
EXPANDED_NODES_LIMIT = 10_000
_COMMENT = re.compile(r"[ \t]+#")
_HASHTAG = re.compile(r"#[^\s#]")


def tree(text: str, lines: Lines) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """What `yaml_tree.read` says of a text with none of its few forms; `lines` are those of the text."""
    builder = _Builder(lines)
    loader = _LOADER(text)
    try:
        while loader.check_event():
            builder.feed(loader.get_event())
    except yaml.YAMLError as trouble:
        fault = explain(trouble, lines, _before(builder.last_event))
        return None, (*(d for d in builder.diagnostics if d.location != fault.location), fault)
    except _RefusedError as refused:
        builder.diagnostics.append(refused.diagnostic)
        return None, tuple(builder.diagnostics)
    finally:
        loader.dispose()
    root = builder.root or Mapping((), lines.first_line, 1)
    return root, tuple(builder.diagnostics)


def _unmeant_escape(text: str) -> re.Match[str] | None:
    """The first escape in a text for a space, a tab or a control character, or any letter behind that of a drive: its
    backslash is more likely one of the text. Programs write a space that begins a line so, and no-break
    spaces and tabs."""
    for match in re.finditer(_ESCAPE, text):
        sign, at = match["sign"], match.start("escape")
        if sign == " ":
            is_meant = not text[:at].strip()
        elif sign == "_":
            is_meant = not text[at - 1 : at].isalpha() or not match["next"]
        else:
            is_meant = sign == "t" and not match["next"]
        if not is_meant and (sign in " \t_abefvrNLPt0" or (match["drive"] and sign.isalpha())):
            return match
    return None


_ESCAPE = r"(?P<drive>\b[A-Za-z]:)?(?P<escape>\\(?P<sign>.))(?=(?P<next>[^\W\d_])?)"


def _before(event: yaml.Event | None) -> Before | None:
    """What the last event before a fault says of it, as far as that is of use."""
    if isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"'):
        quote = event.style
    elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
        quote = ""
    else:
        return None
    begin: Any = event.start_mark
    end: Any = event.end_mark
    return Before(quote, (begin.line, begin.column), (end.line, end.column))


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


class _Builder:
    """Takes the events of one document and holds its tree, built without recursion."""

    def __init__(self, text: Lines) -> None:
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
        elif event.style == '"':
            self._check_escapes(event)
        folded = self._lines_of(event) if is_plain else ()
        self._add(Scalar(event.value, line, column, is_plain, folded), event.anchor, size=1, depth=0)

    def _lines_of(self, event: yaml.ScalarEvent) -> tuple[str, ...]:
        """The lines of a plain text, none if it stands in one."""
        start: Any = event.start_mark
        end: Any = event.end_mark
        if start.line == end.line:
            return ()
        first, *others = (self.text.line(number) for number in range(start.line, end.line + 1))
        others[-1] = others[-1][: end.column]
        return tuple(filter(None, map(str.strip, (first[start.column :], *others))))

    def _check_escapes(self, event: yaml.ScalarEvent) -> None:
        """Says which escape in double quotes stands for a character that nobody sees, or that cannot stand there."""
        start: Any = event.start_mark
        end: Any = event.end_mark
        refused = FORBIDDEN.search(event.value)
        for number in range(start.line, end.line + 1):
            line = self.text.line(number)
            begin = start.column + 1 if number == start.line else 0
            match = _unmeant_escape(line[begin : end.column - 1 if number == end.line else len(line)])
            if match is None:
                continue
            whole = as_meant(line, start.column) if start.line == end.line else ""
            key = "character-forbidden/escape" if refused else "escape-unseen"
            place = self.text.at(number, begin + match.start("escape"))
            escape = match["escape"]
            self.diagnostics.append(diagnose(place, key, escape=escape, whole=whole or f"\\{escape}"))
            return
        if refused:
            self.diagnostics.append(forbidden(self.text.at(start.line, start.column), refused[0]))

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
        if not event.value and re.fullmatch(HASHTAGS, cut):
            items = "[" + ", ".join(quoted(tag.rstrip(",;")) for tag in cut.split()) + "]"
            told = diagnose(place, "comment-truncates/hashtags", cut=cut, whole=whole, items=items)
        else:
            told = diagnose(place, "comment-truncates", cut=cut, whole=whole)
        self.diagnostics.append(told)

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
