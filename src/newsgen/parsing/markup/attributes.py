"""Attribute lists whose every attribute has a value, and whose ids are not empty."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from typing import Any

from markdown import Markdown
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor


class _AttributeTreeprocessor(AttrListTreeprocessor):
    #: The list at the end of a heading or cell; looked for once in a run of spaces, not from each of them.
    HEADER_RE = re.compile(rf"(?<! )[ ]+{AttrListTreeprocessor.BASE_RE}[ ]*$")  # type: ignore[misc]

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
