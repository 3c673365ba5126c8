"""Pictures alone in a paragraph as figures, with caption and credit, or as cards of what another site shows; the
alignment of table cells as a class."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    IMAGE_REFERENCE_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    dequote,
)
from markdown.treeprocessors import Treeprocessor

from newsgen.parsing.markup.crosslinks import CrossLink, LinkTail, cross_link_number

#: Elements within a picture, as long as its paragraph is no figure: its alternative text and its title as Markdown.
_ALT, _CAPTION = "newsgen-alt", "newsgen-caption"
_MARKS = re.compile("[*_~\x02]")  # emphasis, and placeholders for code, links and escapes
_TYPED = re.compile(r"[*_~`\[\\<&]|://|www\.|@")  # what may be Markdown where nothing was read yet


class PictureProcessor(LinkTail, ImageInlineProcessor):
    """Pictures whose words are Markdown: a caption shows it, an attribute has its words alone.

    Rule: CommonMark 0.31, 6.4: "the image description may contain inline markup"; `alt` is its plain text.
    """

    def __init__(self, pattern: str, md: Markdown) -> None:
        super().__init__(pattern, md)
        self._typed: list[str] = []

    def unescape(self, text: str) -> str:
        self._typed.append(text)
        return super().unescape(text)

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        self._typed.clear()
        image, start, end = super().handleMatch(m, data)
        if image is None or not self._typed:
            return image, start, end
        *before, alt = self._typed
        if not isinstance(image, str):
            add_words(image, _ALT, alt)
            if "title" in image.attrib and before:
                add_words(image, _CAPTION, " ".join(dequote(before[0].strip()).split()))
        return image, start, end


def add_words(image: etree.Element, tag: str, typed: str) -> None:
    """Adds what may be Markdown to a picture, to be read with the text around it."""
    if _MARKS.search(typed):
        etree.SubElement(image, tag).text = typed


class PictureReferenceProcessor(ImageReferenceInlineProcessor):
    """Pictures by reference (`![a][b]`), whose words are Markdown, too; the title is that of the definition."""

    RE_LINK = re.compile(r"\[([^\]]*)\]")  # CommonMark 0.31, 6.3: no space stands before the label

    def makeTag(self, href: str, title: str, text: str) -> etree.Element:
        image = super().makeTag(href, title, text)
        add_words(image, _ALT, text)
        if title and _TYPED.search(title):
            inline = self.md.treeprocessors["inline"]
            add_words(image, _CAPTION, inline.read(" ".join(title.split())))  # type: ignore[attr-defined]
        return image


class ShortPictureReferenceProcessor(PictureReferenceProcessor):
    """Pictures by their words alone (`![a]`)."""

    def evalId(self, data: str, index: int, text: str) -> tuple[str, int, bool]:
        return text.lower(), index, True


class PictureWordsTreeprocessor(Treeprocessor):
    """Gives the attributes of pictures the words of their Markdown; the caption waits for its figure."""

    def __init__(self, md: Markdown, cross_links: list[CrossLink], left_out: list[str]) -> None:
        super().__init__(md)
        self.cross_links, self.left_out = cross_links, left_out

    def run(self, root: etree.Element) -> None:
        with_captions = {id(_only_image(p)) for p in root.iter("p")}
        for image in root.iter("img"):
            for child in list(image):
                words = " ".join(_words(child, self.cross_links).split())
                image.set("alt" if child.tag == _ALT else "title", words)
                if child.tag == _ALT or id(image) not in with_captions:
                    self.left_out += (link.get("href", "") for link in child.iter("a") if _is_other_link(link))
                    image.remove(child)  # lest what an attribute cannot show is called


def _is_other_link(link: etree.Element) -> bool:
    """Whether it is a link of the text itself: no cross-link, whose brackets are shown, and no call of a note."""
    return cross_link_number(link) is None and "footnote" not in link.get("class", "")


def _words(element: etree.Element, cross_links: list[CrossLink] | None = None) -> str:
    """The words of an element, without calls of notes; a cross-link without words of its own is as it was typed.

    Nobody knows the title of its target yet, and an attribute has no place for it.
    """
    parts = [element.get("alt", "") if element.tag == "img" else element.text or ""]
    if cross_links and not parts[0] and (number := cross_link_number(element)) is not None:
        parts.append(f"[[{cross_links[number].written}]]")
    for child in element:
        if child.get("id") != "fnref":
            parts.append(_words(child, cross_links))
        parts.append(child.tail or "")
    return "".join(parts)


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
        for image in root.iter("img"):
            image[:] = []
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
    marked = image.find(_CAPTION)
    caption, sign, credit = title.rpartition("©")
    caption, credit = (caption.strip(), sign + credit.strip()) if sign else (credit.strip(), "")
    credit = "©" if credit.lower() == "©none" else credit
    p.text = None
    p[0].tail = None
    if not caption and not credit:
        return
    figcaption = etree.SubElement(p, "figcaption")
    rest = _cut(marked) if marked is not None and sign else None
    if caption:
        span = etree.SubElement(figcaption, "span", {"class": "caption"})
        if marked is not None and (not sign or rest is not None):
            span.text = marked.text
            span.extend(marked)
        else:
            span.text = caption
        span.tail = " " if credit else None
    if credit:
        span = etree.SubElement(figcaption, "span", {"class": "credit"})
        if rest is not None and credit != "©":
            span.text = rest.text
            span.extend(rest)
        else:
            span.text = credit


def _cut(caption: etree.Element) -> etree.Element | None:
    """Takes the credit from the end of a caption, with its sign; None where the sign stands within an element."""
    rest = etree.Element("span")
    for n in range(len(caption) - 1, -1, -1):
        before, sign, behind = (caption[n].tail or "").rpartition("©")
        if sign:
            caption[n].tail, rest.text = before.rstrip(), sign + behind.lstrip()
            rest.extend(caption[n + 1 :])
            del caption[n + 1 :]
            return rest
        if "©" in _words(caption[n]):
            return None
    before, sign, behind = (caption.text or "").rpartition("©")
    caption.text, rest.text = before.rstrip(), sign + behind.lstrip()
    rest.extend(caption)
    del caption[:]
    return rest


class FigureExtension(Extension):
    """Registers pictures and figures; `cross_links` are those of the body that is being converted, `left_out` the
    addresses of links that stood in the words of an attribute."""

    def __init__(self, cross_links: list[CrossLink]) -> None:
        super().__init__()
        self.cross_links = cross_links
        self.left_out: list[str] = []

    def reset(self) -> None:
        self.left_out.clear()

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        md.inlinePatterns.register(PictureProcessor(IMAGE_LINK_RE, md), "image_link", 150)
        md.inlinePatterns.register(PictureReferenceProcessor(IMAGE_REFERENCE_RE, md), "image_reference", 140)
        md.inlinePatterns.register(ShortPictureReferenceProcessor(IMAGE_REFERENCE_RE, md), "short_image_ref", 125)
        words = PictureWordsTreeprocessor(md, self.cross_links, self.left_out)
        md.treeprocessors.register(words, "newsgen-picture-words", 18)  # notes: 15
        md.treeprocessors.register(EmptyAltTreeprocessor(md), "newsgen-alt", 9)  # attribute lists: 8
        md.treeprocessors.register(FigureTreeprocessor(md), "newsgen-figure", 6)
