"""Pictures alone in a paragraph as figures, with caption and credit, or as cards of what another site shows; the
alignment of table cells as a class."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class EmptyAltTreeprocessor(Treeprocessor):
    """Takes away the `alt` that nobody wrote, so that `{alt=""}` (which comes next) can say decorative."""

    def run(self, root: etree.Element) -> None:
        for image in root.iter("img"):
            if not image.get("alt", "").strip():
                image.attrib.pop("alt", None)


class FigureTreeprocessor(Treeprocessor):
    """`![alt](photo.jpg "Caption. ©Reuters")` alone in a paragraph becomes a figure (CONTENT.md §3).

    Linked to another site, it is a card: what a frame of that site would show, without a request to it.
    """

    def run(self, root: etree.Element) -> None:
        for p in list(root.iter("p")):
            image = _only_image(p)
            if image is not None:
                _make_figure(p, image)
        for cell in root.iter():
            # A style attribute would need `unsafe-inline` in a site's content security policy.
            if cell.tag in ("td", "th") and (style := cell.attrib.pop("style", "")):
                side = style.removeprefix("text-align:").strip(" ;")
                cell.set("class", f"{cell.get('class', '')} align-{side}".strip())


def _only_image(p: etree.Element) -> etree.Element | None:
    """The picture, perhaps within a link, that is all there is in the paragraph."""
    child = p
    for _ in range(2):
        if len(child) != 1 or (child.text or "").strip() or (child[0].tail or "").strip():
            return None
        child = child[0]
        if child.tag == "img":
            return child
        if child.tag != "a":
            return None
    return None


def _make_figure(p: etree.Element, image: etree.Element) -> None:
    for name, value in p.attrib.items():
        image.attrib.setdefault(name, value)
    p.tag = "figure"
    p.attrib.clear()
    p.set("class", "embed" if p[0].get("href", "").startswith(("https://", "http://")) else "picture")
    title = image.attrib.pop("title", "")
    caption, sign, credit = title.rpartition("©")
    caption, credit = (caption.strip(), sign + credit.strip()) if sign else (credit.strip(), "")
    credit = "©" if credit.lower() == "©none" else credit
    p.text = None
    p[0].tail = None
    if not caption and not credit:
        return
    figcaption = etree.SubElement(p, "figcaption")
    if caption:
        span = etree.SubElement(figcaption, "span", {"class": "caption"})
        span.text = caption
        span.tail = " " if credit else None
    if credit:
        etree.SubElement(figcaption, "span", {"class": "credit"}).text = credit


class FigureExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(EmptyAltTreeprocessor(md), "newsgen-alt", 9)  # attribute lists: 8
        md.treeprocessors.register(FigureTreeprocessor(md), "newsgen-figure", 6)
