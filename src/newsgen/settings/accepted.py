"""The key `accepted` of `newsgen.yaml`: faults that were looked at, with why and until when they may stay."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches

from newsgen.nouns.diagnostics import CODES
from newsgen.settings.config import Accepted
from newsgen.settings.key_reader import KeyReader
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

_KEYS = ("id", "path", "about", "why", "until")
#: What is never accepted: an address that is lost stays lost for readers, whoever has looked at it.
_NEVER = ("address-lost", "accepted-over", "accepted-refused", "accepted-unused")


def read_accepted(reader: KeyReader, node: Node) -> tuple[Accepted, ...]:
    """`accepted: [{id: link-broken, path: content/…, about: …, why: …, until: 2027-01-01}]`."""
    if not isinstance(node, Sequence):
        reader.fault(node, "config-invalid/accepted")
        return ()
    entries = [_entry(reader, item, number) for number, item in enumerate(node.items)]
    return tuple(entry for entry in entries if entry)


def _entry(reader: KeyReader, node: Node, number: int) -> Accepted | None:
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/accepted")
        return None
    nodes = reader.entries(node, f"accepted.{number}", _KEYS)
    if lacking := next((name for name in ("id", "path", "why", "until") if name not in nodes), ""):
        reader.fault(node, "config-invalid/accepted-lacks", name=lacking)
        return None
    texts = {name: reader.text(value, name) or "" for name, value in nodes.items()}
    if not _is_id(reader, nodes["id"], texts["id"]) or not _is_day(reader, nodes["until"], texts["until"]):
        return None
    if not texts["path"] or not texts["why"]:
        return None
    return Accepted(**texts, line=node.line, column=node.column)


def _is_id(reader: KeyReader, node: Node, id_: str) -> bool:
    if id_ in _NEVER:
        reader.fault(node, "config-invalid/accepted-never", id=id_)
    elif id_ and id_ not in CODES:
        if near := get_close_matches(id_, CODES, 1, 0.5):
            reader.fault(node, "config-invalid/accepted-id-near", id=id_, near=near[0])
        else:
            reader.fault(node, "config-invalid/accepted-id", id=id_)
    return id_ in CODES and id_ not in _NEVER


def _is_day(reader: KeyReader, node: Node, text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        pass
    else:
        if len(text) == len("2027-01-01"):
            return True
    if isinstance(node, Scalar):
        reader.fault(node, "config-invalid/accepted-until", until=text)
    return False
