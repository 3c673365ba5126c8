"""What redirects.yaml says: where old addresses lead, and which are gone for good (CONTENT.md §9)."""

from __future__ import annotations

import re

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, in_order
from newsgen.settings import yaml_tree
from newsgen.settings.key_reader import KeyReader
from newsgen.settings.yaml_nodes import Entry, Mapping, Node, Scalar

NAME = "redirects.yaml"
GONE = "gone"


class Rule(msgspec.Struct, frozen=True):
    """One line: an address, or a pattern of some; `to` is where they lead, "" if they are gone."""

    address: str
    to: str
    addresses: int  # how many of the ledger a pattern is to match; 0 for a whole address
    line: int
    column: int

    @property
    def is_pattern(self) -> bool:
        return "*" in self.address

    def matches(self, address: str) -> bool:
        """`*` stands for any letters of one part of a path, `**` for any number of parts."""
        return re.fullmatch(_expression(self.address), address) is not None


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*\*|\*)", pattern)
    return "".join({"**": ".*", "*": "[^/]*"}.get(part) or re.escape(part) for part in parts)


def load(data: bytes) -> tuple[tuple[Rule, ...] | None, tuple[Diagnostic, ...]]:
    """The rules in their order, and what is wrong with others; None where the file as a whole cannot be read."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    root, diagnostics = yaml_tree.read(text, path=NAME)
    reader = KeyReader(NAME, list(diagnostics))
    rules: list[Rule] = []
    if isinstance(root, Mapping):
        rules = [rule for entry in root.entries if (rule := _rule(reader, entry))]
    elif root is not None and not (isinstance(root, Scalar) and root.is_empty):
        reader.fault(root, "redirect-invalid/no-mapping")
    is_broken = any(d.severity == "error" and d.id != "redirect-invalid" for d in reader.diagnostics)
    return None if is_broken else tuple(rules), in_order(reader.diagnostics)


def _rule(reader: KeyReader, entry: Entry) -> Rule | None:
    address = entry.key.value
    if not address.startswith("/") or "//" in address or re.search(r"[?#\\\s]", address):
        reader.fault(entry.key, "redirect-invalid/address", address=address)
        return None
    to, addresses = _target(reader, entry.value)
    if to is None:
        return None
    rule = Rule(address, "" if to == GONE else to, addresses, entry.key.line, entry.key.column)
    if rule.is_pattern and not addresses:
        reader.fault(entry.key, "redirect-invalid/count", address=address, to=to)
        return None
    return rule


def _target(reader: KeyReader, node: Node) -> tuple[str | None, int]:
    """Where a line leads (`gone` if nowhere), None if it does not say so; and how many addresses it is to match."""
    addresses = 0
    if isinstance(node, Mapping):
        nodes = reader.entries(node, "", ("to", "addresses"))
        count = nodes.get("addresses")
        if isinstance(count, Scalar) and count.value.isdecimal():
            addresses = int(count.value)
        elif count is not None:
            reader.fault(count, "redirect-invalid/number")
            return None, 0
        node = nodes.get("to", node)
    if not isinstance(node, Scalar) or not (node.value == GONE or node.value.startswith("/")):
        reader.fault(node, "redirect-invalid/target")
        return None, 0
    return node.value, addresses
