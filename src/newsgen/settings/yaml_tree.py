"""YAML text to a tree of nodes: the few forms of line that most front matter is made of here, all else by PyYAML."""

from __future__ import annotations

import re
from collections.abc import Container

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.settings import conflict_marks
from newsgen.settings.yaml_faults import FORBIDDEN, Lines, forbidden_characters
from newsgen.settings.yaml_nodes import Entry, Mapping, Node, Scalar, Sequence


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
    # To load PyYAML takes longer than to parse an article, and most articles do not need it
    # (test_edit_of_front_matter_with_texts_and_lists_loads_no_yaml_library).
    from newsgen.settings import yaml_events

    return yaml_events.tree(text, Lines(path, first_line, lines, known))


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
    if "\t" in text or FORBIDDEN.search(text):
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
