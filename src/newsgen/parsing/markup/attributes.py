"""Attribute lists whose every attribute has a value, and whose ids are not empty; one without end is text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from typing import Any

from markdown import Markdown
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor

#: Characters of a list: each attribute is held against all before it, here and where HTML is cleaned.
MOST_CHARACTERS = 4000
_LIST = rf"\{{\:?[ ]*([^\}}\n ][^\n]{{0,{MOST_CHARACTERS}}})\}}"


class _AttributeTreeprocessor(AttrListTreeprocessor):
    #: The list at the end of a heading or cell; looked for once in a run of spaces, not from each of them.
    HEADER_RE = re.compile(rf"(?<! )[ ]+{_LIST}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{_LIST}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{_LIST}")  # type: ignore[misc]

    def assign_attrs(self, elem: etree.Element, *arguments: Any, **options: Any) -> str:
        """A name without a value, as in `## Title {id}`, is None to some versions of Python-Markdown."""
        remainder: str = super().assign_attrs(elem, *arguments, **options)
        for name, value in list(elem.attrib.items()):
            if name == "id" and not value:
                del elem.attrib[name]
            elif value is None:
                elem.set(name, "")
        return remainder


class AttributeListExtension(AttrListExtension):
    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.treeprocessors.register(_AttributeTreeprocessor(md), "attr_list", 8)
