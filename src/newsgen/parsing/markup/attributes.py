"""Attribute lists whose every attribute has a value, and whose ids are not empty; one without end is text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from typing import Any

from markdown import Markdown
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor

#: An attribute of a table, as long as its own ones stand in the line below it.
OF_TABLE = "newsgen-attributes"
#: Characters of a list: each attribute is held against all before it, here and where HTML is cleaned.
MOST_CHARACTERS = 4000
# A name alone is one that means something without a value; any other word says that the braces hold no list.
_NAMES = "alt|controls|default|download|loop|muted|open|playsinline|reversed"
_VALUE = r"(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^\s{}\"'=]++)"
_ATTRIBUTE = rf"(?:[#.][^\s{{}}\"'=]*+|[a-zA-Z_:@][\w:.@-]*+={_VALUE}|(?:{_NAMES})(?![^\s}}]))"
_LIST = rf"\{{:?[ ]*+({_ATTRIBUTE}(?:[ ]++{_ATTRIBUTE})*+)[ ]*+\}}"


_OWN_LINE = rf"[ ]{{0,3}}{_LIST}[ ]*"


def own_list(line: str) -> str | None:
    """What an attribute list holds that is all there is in a line; None if it is none."""
    match = re.fullmatch(_OWN_LINE, line) if "{" in line else None
    return match[1] if match is not None and len(match[1]) <= MOST_CHARACTERS else None


class _Lists:
    """A pattern for attribute lists that finds none of more than the most characters; compiled when it is first
    asked for, as few bodies have such a list."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def search(self, text: str) -> re.Match[str] | None:
        return self._if_short(re.search(self._pattern, text)) if "{" in text else None

    def match(self, text: str) -> re.Match[str] | None:
        return self._if_short(re.match(self._pattern, text)) if "{" in text else None

    @staticmethod
    def _if_short(match: re.Match[str] | None) -> re.Match[str] | None:
        return match if match is not None and len(match[1]) <= MOST_CHARACTERS else None


class AttributeTreeprocessor(AttrListTreeprocessor):
    #: The list at the end of a heading or cell; looked for once in a run of spaces, not from each of them.
    HEADER_RE = _Lists(rf"(?<! )[ ]+{_LIST}[ ]*$")  # type: ignore[misc, assignment]
    BLOCK_RE = _Lists(rf"\n[ ]*{_LIST}[ ]*$")  # type: ignore[misc, assignment]
    INLINE_RE = _Lists(rf"^{_LIST}")  # type: ignore[misc, assignment]

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.ids: set[str] = set()  # given by a list in this body
        self.again: list[str] = []  # those that were given a second time

    def run(self, doc: etree.Element) -> None:
        self.ids.clear()
        for table in doc.iter("table"):
            if attributes := table.attrib.pop(OF_TABLE, None):
                self.assign_attrs(table, attributes)
        super().run(doc)

    def assign_attrs(self, elem: etree.Element, *arguments: Any, **options: Any) -> str:
        """A name without a value, as in `{open}`, is None to some versions of Python-Markdown."""
        before = elem.get("id")
        remainder: str = super().assign_attrs(elem, *arguments, **options)
        if (id := elem.get("id")) and id != before:
            if id in self.ids:
                self.again.append(id)
            self.ids.add(id)
        for name, value in list(elem.attrib.items()):
            if name == "id" and not value:
                del elem.attrib[name]
            elif value is None:
                elem.set(name, "")
        return remainder


class AttributeListExtension(AttrListExtension):
    treeprocessor: AttributeTreeprocessor

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.registerExtension(self)
        self.treeprocessor = AttributeTreeprocessor(md)
        md.treeprocessors.register(self.treeprocessor, "attr_list", 8)

    def reset(self) -> None:
        self.treeprocessor.again.clear()
