"""Tables: a caption from the paragraph `Table: …` below, and a frame in which a wide table scrolls by itself."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

#: What begins the caption below a table, in the languages that the theme has words for.
CAPTION = re.compile(r"(?:Table|Tableau|Tabelle|Tabla|جدول)[\s\u00a0\u202f]*:\s*")
_TABLE = re.compile(r"<table\b[^>]*>(?:\s*<caption\b[^>]*>(.*?)</caption>)?", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class CaptionTreeprocessor(Treeprocessor):
    """A paragraph `Table: The members of NATO` right below a table becomes its caption.

    Rule: Pandoc, Tables, "A caption may optionally be provided".
    """

    def run(self, root: etree.Element) -> None:
        for parent in root.iter():
            table: etree.Element | None = None
            for child in list(parent):
                found = CAPTION.match(child.text or "") if child.tag == "p" and table is not None else None
                if found and table is not None and table.find("caption") is None:
                    parent.remove(child)
                    child.tag, child.text, child.tail = "caption", (child.text or "")[found.end() :], "\n"
                    table.insert(0, child)
                table = child if child.tag == "table" else None


class CaptionExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(CaptionTreeprocessor(md), "newsgen-caption", 4)  # typography: 3


def scrolling(html: str) -> str:
    """The HTML with each table in a frame that scrolls, by keyboard too; one with a caption is a region of that name.

    Rule: WCAG 2.2, 1.4.10 Reflow and 2.1.1 Keyboard.
    """
    if "<table" not in html:
        return html
    return _TABLE.sub(_framed, html).replace("</table>", "</table></div>")


def _framed(found: re.Match[str]) -> str:
    name = re.sub("[ \t\n]+", " ", _TAG.sub("", found[1] or "")).strip().replace('"', "&quot;")
    role = f' role="region" aria-label="{name}"' if name else ""
    return f'<div class="table-scroll"{role} tabindex="0">{found[0]}'
