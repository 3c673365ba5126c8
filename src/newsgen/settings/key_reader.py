"""What reads the keys of newsgen.yaml has in common: typed values, their places, and what is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from newsgen.nouns.diagnostics import Diagnostic, Location, error, warning
from newsgen.settings.config import DEFAULT_PERMALINK
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence, one_line

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

    def fault(self, node: Node, message: str, hint: str = "") -> None:
        place = Location(self.path, node.line, node.column)
        self.diagnostics.append(error(place, "config-invalid", one_line(message), one_line(hint)))

    def warn(self, node: Node, id: str, message: str, hint: str = "") -> None:
        place = Location(self.path, node.line, node.column)
        self.diagnostics.append(warning(place, id, one_line(message), one_line(hint)))

    def keep(self, path: str, node: Node) -> None:
        self.places[path] = (node.line, node.column)

    def entries(self, node: Mapping, path: str, known: Iterable[str] | None) -> dict[str, Node]:
        """The values by key without empty ones; a key that is not `known` is a warning (None: all
        are)."""
        nodes: dict[str, Node] = {}
        for entry in node.entries:
            name = entry.key.value
            if known is not None and name not in known:
                self.suggestions += 1
                near = difflib.get_close_matches(name, known, n=1) if self.suggestions <= MOST_SUGGESTIONS else []
                place = Location(self.path, entry.key.line, entry.key.column)
                message = f"unknown key `{one_line(name)}`"
                hint = f"did you mean `{near[0]}`?" if near else f"known here: {listed(known)}"
                self.diagnostics.append(warning(place, "config-unknown-key", message, hint))
                continue
            self.keep(f"{path}.{name}" if path else name, entry.key)
            if not (isinstance(entry.value, Scalar) and entry.value.is_empty):
                nodes[name] = entry.value
        return nodes

    def text(self, node: Node, name: str) -> str | None:
        if isinstance(node, Scalar) and node.value.strip():
            return node.value.strip()
        self.fault(node, f"`{name}` must be a text", f"write `{name}: {EXAMPLES.get(name, 'text')}`")
        return None

    def language(self, node: Scalar) -> str | None:
        """The declared language that a key names, as declared; a fault if there is none."""
        for lang in self.languages:
            if lang.lower() == node.value.lower():
                return lang
        if self.languages:
            hint = f"declared: {listed(self.languages)}"
            self.fault(node, f"the language `{node.value}` is not declared", hint)
        return None

    def by_language(self, node: Node, path: str) -> dict[str, tuple[Node, str]]:
        """Values by language; a single text is that of all languages."""
        if isinstance(node, Scalar):
            text = self.text(node, path.rpartition(".")[2])
            return {} if text is None else {lang: (node, text) for lang in self.languages}
        values: dict[str, tuple[Node, str]] = {}
        if isinstance(node, Sequence):
            self.fault(
                node,
                f"`{path}` must be a text, or one text for each language",
                "write `{fr: …, en: …}`",
            )
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
        self.fault(node, f"`{name}` must be a number from 1 to 99999", f"write `{name}: 20`")
        return None

    def fits(self, node: Node, text: str) -> bool:
        """Whether a part of addresses can be the name of a folder (POSIX NAME_MAX); a fault if not."""
        length = len(text.encode())
        if length > NAME_BYTES:
            message = f"`{text[:40]}…` is part of addresses, and of {length} bytes"
            self.fault(node, message, f"write at most {NAME_BYTES}: file systems hold no longer name")
        return length <= NAME_BYTES

    def fault_once(self, node: Node, message: str, hint: str) -> None:
        """A fault that several languages have in common, said once."""
        place = Location(self.path, node.line, node.column)
        diagnostic = error(place, "config-invalid", one_line(message), one_line(hint))
        if diagnostic not in self.said_once:
            self.said_once.add(diagnostic)
            self.diagnostics.append(diagnostic)


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


EXAMPLES = {
    "title": "Archive des infos",
    "url": "https://example.org/",
    "languages": "[fr, en]",
    "timezone": "Europe/Paris",
    "permalink": DEFAULT_PERMALINK,
    "id": "example.org,2010",
}
