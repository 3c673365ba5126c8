"""What YAML holds, as a tree of nodes with places: scalars are the text as written, whoever knows the key gives them a
type."""

from __future__ import annotations

import re
from typing import Any

import msgspec

# Nodes are never changed, but not frozen either: making a frozen one takes three times as long.


class Scalar(msgspec.Struct):
    """A text as written, without its quotes; the place is that of its first character (the quote,
    if it has one)."""

    value: str
    line: int
    column: int
    is_plain: bool = True  # neither in quotes nor a block (`|`, `>`)
    folded: tuple[str, ...] = ()  # the lines of a plain text over several, which YAML makes one

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


def is_absent(node: Node) -> bool:
    """Whether a value is that of a key that nobody wrote: nothing, quotes with nothing in them, or `null` and `~`
    without quotes, which forms of other systems write. Rule: CONTENT.md §2."""
    if not isinstance(node, Scalar):
        return False
    return not node.value.strip() or (node.is_plain and node.value.lower() in ("null", "~"))


def quoted(text: str) -> str:
    """The text as one YAML value in quotes, single ones where double ones would need escapes."""
    if ('"' in text or "\\" in text) and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
