"""What reads the keys of newsgen.yaml has in common: typed values, their places, and what is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, one_line
from newsgen.nouns.messages import Value
from newsgen.settings.config import DEFAULT_PERMALINK
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

#: A language tag. Rule: RFC 5646, 2.1.
LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[0-9a-z]{5,8}|[0-9][0-9a-z]{3}))*(?:-[0-9a-wy-z](?:-[0-9a-z]{2,8})+)*(?:-x(?:-[0-9a-z]{1,8})+)?",
    re.IGNORECASE,
)
MOST_SUGGESTIONS = 200  #: of unknown keys in one file: each is held against all that there are
NAME_BYTES = 255  #: of one part of an output path


class KeyReader:
    """Types the keys of one configuration; collects places and faults."""

    def __init__(self, path: str, diagnostics: list[Diagnostic]) -> None:
        self.path = path
        self.diagnostics = diagnostics
        self.said_once: set[Diagnostic] = set()
        self.suggestions = 0
        self.places: dict[str, tuple[int, int]] = {}
        self.languages: tuple[str, ...] = ()
        self.paths: dict[str, dict[str, str]] = {}
        self.category_ids: tuple[str, ...] = ()

    def fault(self, node: Node, key: str, /, **parameters: Value) -> None:
        """Adds what is wrong with a node; its words, and whether it is an error, stand in `nouns.messages`."""
        place = Location(self.path, node.line, node.column)
        self.diagnostics.append(diagnose(place, key, **parameters))

    def fault_once(self, node: Node, key: str, /, **parameters: Value) -> None:
        """A fault that several languages have in common, said once."""
        diagnostic = diagnose(Location(self.path, node.line, node.column), key, **parameters)
        if diagnostic not in self.said_once:
            self.said_once.add(diagnostic)
            self.diagnostics.append(diagnostic)

    def keep(self, path: str, node: Node) -> None:
        self.places[path] = (node.line, node.column)

    def entries(self, node: Mapping, path: str, known: Iterable[str]) -> dict[str, Node]:
        """The values by key without empty ones; a key that is not `known` is a warning."""
        nodes: dict[str, Node] = {}
        for entry in node.entries:
            name = entry.key.value
            if name not in known:
                self.unknown(entry.key, tuple(known))
                continue
            self.keep(f"{path}.{name}" if path else name, entry.key)
            if not (isinstance(entry.value, Scalar) and entry.value.is_empty):
                nodes[name] = entry.value
        return nodes

    def unknown(self, key: Scalar, known: tuple[str, ...]) -> None:
        self.suggestions += 1
        near = difflib.get_close_matches(key.value, known, n=1) if self.suggestions <= MOST_SUGGESTIONS else []
        if near:
            self.fault(key, "config-unknown-key/near", name=one_line(key.value), near=near[0])
        else:
            self.fault(key, "config-unknown-key", name=one_line(key.value), known=known)

    def text(self, node: Node, name: str) -> str | None:
        if isinstance(node, Scalar) and node.value.strip():
            return node.value.strip()
        if name in EXAMPLES:
            self.fault(node, "config-invalid/no-text-example", name=name, example=EXAMPLES[name])
        else:
            self.fault(node, "config-invalid/no-text", name=name)
        return None

    def language(self, node: Scalar) -> str | None:
        """The declared language that a key names, as declared; a fault if there is none."""
        for lang in self.languages:
            if lang.lower() == node.value.lower():
                return lang
        if self.languages:
            self.fault(node, "config-invalid/language-undeclared", lang=node.value, declared=self.languages)
        return None

    def by_language(self, node: Node, path: str) -> dict[str, tuple[Node, str]]:
        """Values by language; a single text is that of all languages."""
        if isinstance(node, Scalar):
            text = self.text(node, path.rpartition(".")[2])
            return {} if text is None else {lang: (node, text) for lang in self.languages}
        values: dict[str, tuple[Node, str]] = {}
        if isinstance(node, Sequence):
            self.fault(node, "config-invalid/by-language", name=path)
            return values
        for entry in node.entries:
            lang = self.language(entry.key)
            self.keep(f"{path}.{lang or entry.key.value}", entry.key)
            if isinstance(entry.value, Scalar) and entry.value.is_empty:
                continue
            text = self.text(entry.value, path)
            if lang and text:
                values[lang] = (entry.value, text)
        return values

    def number(self, node: Node, name: str) -> int | None:
        text = node.value if isinstance(node, Scalar) else ""
        if re.fullmatch(r"[0-9]{1,5}", text) and int(text) > 0:
            return int(text)
        self.fault(node, "config-invalid/number", name=name)
        return None

    def fits(self, node: Node, text: str) -> bool:
        """Whether a part of addresses can be the name of a folder (POSIX NAME_MAX); a fault if not."""
        length = len(text.encode())
        if length > NAME_BYTES:
            self.fault(node, "config-invalid/name-too-long", begin=text[:40], length=length, most=NAME_BYTES)
        return length <= NAME_BYTES


EXAMPLES = {
    "title": "Archive des infos",
    "url": "https://example.org/",
    "languages": "[fr, en]",
    "timezone": "Europe/Paris",
    "permalink": DEFAULT_PERMALINK,
    "id": "example.org,2010",
}
