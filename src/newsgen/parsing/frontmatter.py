"""A source file to its front matter, each value typed by its key, and its body."""

from __future__ import annotations

from typing import Any

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Severity, diagnose, in_order, one_line
from newsgen.nouns.messages import shortened
from newsgen.nouns.model import FrontMatter, Key, SourceKind
from newsgen.parsing import holding_keys
from newsgen.parsing.dates import canonical_date, is_before
from newsgen.parsing.file_parts import split
from newsgen.parsing.keys import KEYS, KNOWN, NOT_OF_PAGES, STORY_LEVEL
from newsgen.parsing.unknown_keys import UnknownKeys
from newsgen.parsing.values import TYPES, Values
from newsgen.settings import yaml_faults, yaml_tree
from newsgen.settings.yaml_faults import Faults
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, is_absent


class Document(msgspec.Struct, frozen=True):
    """A file as read; `front` is None if it has errors of its own. `body_line` is the first line of
    the body. `partial` is what could be read of a file with errors, so that its other faults are said too."""

    front: FrontMatter | None
    body: str
    body_line: int
    diagnostics: tuple[Diagnostic, ...] = ()
    partial: FrontMatter | None = None


def read(data: bytes, *, path: str, kind: SourceKind, languages: tuple[str, ...], shortcuts: bool = True) -> Document:
    """The typed front matter and the body of one content file, with all its errors at once.

    Each value has the type that CONTENT.md §2 gives its key, from the text as written. Required
    keys are not asked for: that happens when the languages of a story are merged. `languages` are
    the declared ones, for `translation_of`.
    """
    parts = split(data, path)
    if parts.front is None:
        return Document(None, parts.body, parts.body_line, parts.diagnostics)
    root, broken = yaml_tree.read_past(
        parts.front, path=path, first_line=parts.front_line, shortcuts=shortcuts, known=KNOWN
    )
    reader = _Reader(path, kind, languages, list(broken))
    front = None
    if isinstance(root, Mapping):
        front = reader.front_matter(root)
    elif root is not None:
        reader.not_a_mapping(root, parts.front.split("\n")[root.line - parts.front_line])
    if front is not None and not reader.diagnostics:
        return Document(front, parts.body, parts.body_line)
    # What stands behind a tag has no type of its own: one cause, one diagnostic.
    tagged = {d.location for d in broken if d.id == "yaml-tag"}
    diagnostics = in_order([d for d in reader.diagnostics if d.id == "yaml-tag" or d.location not in tagged])
    if any(d.severity is Severity.ERROR for d in diagnostics):
        return Document(None, parts.body, parts.body_line, diagnostics, front)
    return Document(front, parts.body, parts.body_line, diagnostics)


class _Reader(Faults):
    """Takes the keys of one file to their values; collects what is wrong with them."""

    def __init__(self, path: str, kind: SourceKind, languages: tuple[str, ...], diagnostics: list[Diagnostic]) -> None:
        super().__init__(path, diagnostics)
        self.kind = kind
        self.unknown = UnknownKeys(path, kind, diagnostics)
        self.values = Values(path, languages, self.unknown, diagnostics)

    def not_a_mapping(self, root: Node, line: str) -> None:
        """`line`: that in which it begins."""
        words = root.value.split() if isinstance(root, Scalar) else []
        if isinstance(root, Scalar) and root.is_plain and (glued := yaml_faults.glued_key(line)):
            self.diagnostics.append(yaml_faults.without_space(glued, self.at(root)))
        elif isinstance(root, Scalar) and root.is_plain and (equals := yaml_faults.with_equals(line, self.at(root))):
            self.diagnostics.append(equals)
        elif isinstance(root, Scalar) and (odd := yaml_faults.with_odd_colon(line, self.at(root))):
            self.diagnostics.append(odd)
        elif len(words) > 1 and words[0].lower() not in KNOWN:
            self.fault(root, "yaml-invalid/front-prose")
        elif isinstance(root, Scalar):
            self.fault(root, "yaml-invalid/front-text", word=words[0] if words else "")
        else:
            self.fault(root, "yaml-invalid/front-list")

    def front_matter(self, root: Mapping) -> FrontMatter:
        known = KEYS[self.kind]
        keys: list[Key] = []
        values: dict[str, Any] = {}
        day = _day_of(root)
        for entry in root.entries:
            name, node = entry.key.value, entry.value
            keys.append(Key(name, entry.key.line, entry.key.column))
            if name not in known:
                if is_absent(node) and name in TYPES:  # it means nothing here, and says nothing
                    continue
                if not self.holds_back(entry.key, node, day):
                    self.unknown.told(entry.key, known, value=node)
                continue
            if is_absent(node):
                continue
            if name in STORY_LEVEL and isinstance(node, Scalar) and node.is_plain and node.value.lower() == "none":
                self.values.declined.append(name)
                continue
            value = TYPES[name](self.values, name, node)
            if value is not None:
                values[name] = value
        self.check_order(values)
        return FrontMatter(**values, declined=tuple(self.values.declined), keys=tuple(keys))

    def holds_back(self, key: Scalar, node: Node, day: str) -> bool:
        """Says what is to be said of a key with which other systems hold a story back; False if it is none.

        `day`: that of the story's `date`, "" if the file says none.
        """
        name = one_line(key.value)
        if name in KEYS["article"] or self.kind not in ("article", "page"):
            return False
        if self.kind == "page" and holding_keys.folded(name) in NOT_OF_PAGES:
            return False
        verdict = holding_keys.judge(name, node, day=day)
        if verdict is None:
            return False
        if verdict.holds:
            written = f"{name}: {shortened(node.value)}" if isinstance(node, Scalar) else name
            self.fault(key, "key-holds-back", name=name, written=written, advice=verdict.advice)
        else:
            self.fault(key, "key-unknown/public", name=name, advice=verdict.advice)
        return True

    def check_order(self, values: dict[str, Any]) -> None:
        date = values.get("date")
        for name in ("updated", "expires"):
            when = values.get(name)
            if date and when and is_before(when, date):
                place = when.at(self.path)
                order = diagnose(
                    place, "date-order/in-file", name=name, when=when.value, date=date.value, line=date.line
                )
                self.diagnostics.append(order)


def _day_of(root: Mapping) -> str:
    """The day of `date`, as `2023-04-16`; "" if it has none that can be read."""
    written = next((entry.value for entry in root.entries if entry.key.value == "date"), None)
    return (canonical_date(written.value.strip()) or "")[:10] if isinstance(written, Scalar) else ""
