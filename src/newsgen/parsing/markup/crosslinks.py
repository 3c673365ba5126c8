"""Cross-links `[[id]]`, `[[id|text]]`, and bare addresses, as inline patterns of Python-Markdown."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as etree

import msgspec
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import LINK_RE, InlineProcessor, LinkInlineProcessor, dequote
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from newsgen.parsing.markup.characters import BAR, BRACKET, SLOT
from newsgen.parsing.markup.places import hidden_in_raw_code

# The id holds no bracket, bar or placeholder; the text may hold single brackets, code and a bar.
CROSS_LINK = (
    rf"\[\[([^\[\]|{BAR}{BRACKET}\x02\x03]+?)"
    rf"(?:(?:\x02124\x03|[|{BAR}])((?:[^\[\]]|\](?!\])|\[(?!\[))*))?\]\]"
)
_WITH_BAR = re.compile(r"(?<!\\)\[\[[^\[\]|\n]*\\?\|(?:[^\[\]\n]|\](?!\])|\[(?!\[))*\]\]")
_ESCAPED = re.compile("\x02(\\d+)\x03")
# A host without a scheme stands behind white space or a sign that opens, and is no part of a path or a mail address.
_ADDRESS = (
    r"(?<![\w/@.\x03-])(?:https?://|www\.(?=[\w-]+\.[^\W_]))(?:[^\s<>\x02\x03]|\x02\d+\x03)+"
    r"|(?<![\w/@.:+\x03-])(?P<mail>[\w.+-]{1,64}@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,})(?![\w@-])"
)
_TRAILING = "?!.,:;*_~'\"»”’›|…([{«“‘"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TITLE = r"(?P<title>\"(?:[^\"]|\"(?![ \n]*\))){0,5000}+\"|'(?:[^']|'(?![ \n]*\))){0,5000}+')"
_LINK_TAIL = re.compile(
    r"\([ \n]*(?P<address><[^<>\n]*>|(?!<)(?:[^\s()]|\((?:[^\s()]|\((?:[^\s()]|\([^\s()]*\))*+\))*+\))*+)"
    rf"(?:[ \n]+{_TITLE})?[ \n]*\)"
)
_SPACED_TAIL = re.compile(
    rf"\((?![^()\n]*://)[ ]*(?P<address>(?:[^()<>\"'\n]|(?<! )'|\([^()\n]*\))*+)(?:(?<=[ ]){_TITLE})?[ ]*\)"
)
_NODE = "\x02klzzwxh:"
_STASHED_NODE = re.compile("\x02klzzwxh:(\\d+)\x03")
_FAR = 200  # elements of a line between a raw tag of a link and an address
_RAW_LINK = re.compile("\x02wzxhzdk:(\\d+)\x03")


class CrossLink(msgspec.Struct, frozen=True):
    """One cross-link as Markdown found it: its id as meant and as `written`; its `a` has SLOT and its number."""

    id: str
    written: str
    fragment: str
    has_text: bool


def unescaped(text: str) -> str:
    """The text with Python-Markdown's placeholders for escaped characters undone."""
    return _ESCAPED.sub(lambda match: chr(int(match[1])), text)


def cross_link_number(element: etree.Element) -> int | None:
    """Which cross-link an `a` stands for; None if it is another link."""
    href = element.get("href", "")
    return int(href[1:]) if href.startswith(SLOT) else None


class LinkTail(LinkInlineProcessor):
    """What stands behind the words of a link or picture: an address, perhaps a title, and the parenthesis that closes.

    Python-Markdown takes words for a part of it that nothing closes.
    Rule: CommonMark 0.31, 6.3; besides, an address may hold spaces, and a title quotes like those around it.
    """

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        tail = _LINK_TAIL.match(data, index) or _SPACED_TAIL.match(data, index)
        if tail is None:
            return "", None, index, False
        title = None
        if tail["title"] is not None:
            title = self.RE_TITLE_CLEAN.sub(" ", dequote(self.unescape(tail["title"].strip())))
        address = tail["address"].strip()
        if address.startswith("<"):
            address = address[1:-1]
        return self.unescape(address).strip(), title, tail.end(), True


class LinkProcessor(LinkTail):
    """Links whose title shows a cross-link as it was typed: no attribute has a place for the title of its target."""

    def __init__(self, md: Markdown, links: list[CrossLink]) -> None:
        super().__init__(LINK_RE, md)
        self.links = links

    def unescape(self, text: str) -> str:
        nodes = self.md.treeprocessors["inline"].stashed_nodes  # type: ignore[attr-defined]

        def typed(match: re.Match[str]) -> str:
            node = nodes.get(match[1])
            number = None if node is None or isinstance(node, str) or node.text else cross_link_number(node)
            return match[0] if number is None else f"[[{self.links[number].written}]]"

        return super().unescape(_STASHED_NODE.sub(typed, text) if _NODE in text else text)


class BarPreprocessor(Preprocessor):
    """Hides the bars of cross-links from tables; what stands in code gets its bar back in the end."""

    def run(self, lines: list[str]) -> list[str]:
        return [_WITH_BAR.sub(_hide, line) if "[[" in line and "|" in line else line for line in lines]


def _hide(match: re.Match[str]) -> str:
    head, _, tail = match[0].partition("|")
    return head.removesuffix("\\") + BAR + tail.replace("\\|", BAR).replace("|", BAR)


class CrossLinkProcessor(InlineProcessor):
    """Makes an `a` element of a cross-link."""

    def __init__(self, md: Markdown, links: list[CrossLink]) -> None:
        super().__init__(CROSS_LINK, md)
        self.links = links

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        if not self._is_cross_link(m, data):
            return None, m.start(), m.end()
        id, _, fragment = m[1].strip().partition("#")
        id = unicodedata.normalize("NFC", id.strip().strip("/"))
        if not id or "\n" in id:
            return None, m.start(), m.end()
        words = (m[2] or "").strip()
        element = etree.Element("a", {"href": f"{SLOT}{len(self.links)}"})
        element.text = words.replace(BAR, "|")
        self.links.append(CrossLink(id, m[1].strip(), fragment.strip(), bool(words)))
        return element, m.start(), m.end()

    def _is_cross_link(self, m: re.Match[str], data: str) -> bool:
        """Whether no link, picture or reference of Markdown is meant: `[[1]](address)`, `[[1]][label]`, `![[1]]`."""
        if data[m.end() : m.end() + 1] in ("(", "[") or data[m.start() - 1 : m.start()] == "!":
            return False
        return m[2] is not None or " ".join(m[1].lower().split()) not in self.md.references


class RawCodePreprocessor(Preprocessor):
    """Hides double brackets within `<code>` and its like: no cross-link stands in code, however it is written."""

    def run(self, lines: list[str]) -> list[str]:
        return hidden_in_raw_code("\n".join(lines)).split("\n")


class AddressProcessor(InlineProcessor):
    """Links a bare address, without the punctuation behind it; one that begins with `www.`, and one of mail, too.

    Rule: GitHub Flavored Markdown 0.29, 6.9: trailing punctuation and a closing bracket without its opening one are no
    part of the address.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        if self._is_in_raw_link(data, m.start()):
            return None, m.start(), m.end()
        raw = m[0]
        if m["mail"]:
            element = etree.Element("a", {"href": f"mailto:{raw}"})
            element.text = AtomicString(raw)
            return element, m.start(), m.end()
        while raw:
            last = raw[-1]
            if last not in _TRAILING and (last not in _PAIRS or raw.count(last) <= raw.count(_PAIRS[last])):
                break
            raw = raw[:-1]
        text = unescaped(raw).replace("&amp;", "&")
        if len(text) <= len("https://"):
            return None, m.start(), m.end()
        element = etree.Element("a", {"href": f"http://{text}" if text.startswith("www.") else text})
        element.text = AtomicString(text)
        return element, m.start(), m.start() + len(raw)

    def _is_in_raw_link(self, data: str, start: int) -> bool:
        """Whether the nearest raw tag of a link before a place begins one."""
        nodes = self.md.treeprocessors["inline"].stashed_nodes  # type: ignore[attr-defined]
        for _ in range(_FAR):
            start = data.rfind(_NODE, 0, start)
            stashed = _STASHED_NODE.match(data, start) if start >= 0 else None
            if stashed is None:
                return False
            node = nodes.get(stashed[1])
            raw = _RAW_LINK.match(node) if isinstance(node, str) else None
            tag = str(self.md.htmlStash.rawHtmlBlocks[int(raw[1])])[:3].lower() if raw else ""
            if tag == "</a":
                return False
            if tag[:2] == "<a" and not tag[2:3].isalnum():
                return True
        return False


class CrossLinkBlockTreeprocessor(Treeprocessor):
    """Marks paragraphs of the body that are nothing but `[[id]]`."""

    def __init__(self, md: Markdown, links: list[CrossLink], blocks: set[int]) -> None:
        super().__init__(md)
        self.links, self.blocks = links, blocks

    def run(self, root: etree.Element) -> None:
        if not self.links:
            return
        for p in root:
            if p.tag != "p" or len(p) != 1 or p[0].tag != "a" or (p.text or "").strip() or (p[0].tail or "").strip():
                continue
            href = p[0].get("href", "")
            if href.startswith(SLOT) and not self.links[int(href[1:])].has_text and not p.attrib:
                self.blocks.add(int(href[1:]))


class CrossLinkExtension(Extension):
    """Registers cross-links after code and escapes, before notes and links; keeps the links for the caller."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[CrossLink] = []
        self.blocks: set[int] = set()

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        md.preprocessors.register(RawCodePreprocessor(md), "newsgen-raw-code", 24.5)
        md.preprocessors.register(BarPreprocessor(md), "newsgen-bars", 24)
        md.inlinePatterns.register(CrossLinkProcessor(md, self.links), "newsgen-cross-link", 176)
        md.inlinePatterns.register(LinkProcessor(md, self.links), "link", 160)
        md.treeprocessors.register(
            CrossLinkBlockTreeprocessor(md, self.links, self.blocks), "newsgen-cross-link-block", 4
        )

    def reset(self) -> None:
        self.links.clear()
        self.blocks.clear()


class AddressExtension(Extension):
    """Registers bare addresses before emphasis, so that their underscores stay, and after raw tags."""

    def extendMarkdown(self, md: Markdown) -> None:
        if not isinstance(md.inlinePatterns["link"], LinkTail):
            md.inlinePatterns.register(LinkTail(LINK_RE, md), "link", 160)
        md.inlinePatterns.register(AddressProcessor(_ADDRESS, md), "newsgen-address", 85)
