"""Fills the slots of a body's HTML with addresses and titles, and makes addresses absolute for feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from markupsafe import Markup

from newsgen.markup.plain import escape
from newsgen.model import Reference, Target

_NOTHING = Target()
_RAW = "(?:script|style|textarea|title)"
_SKIPPED = rf"<!--.*?(?:-->|\Z)|<{_RAW}\b.*?(?:</{_RAW}\s*>|\Z)"
_REST = r"(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*"
_SLOTS = re.compile(
    rf"{_SKIPPED}"
    r'|<p><a href="newsgen:(?P<block>\d+)"></a></p>\n?'
    rf'|<a href="newsgen:(?P<link>\d+)"(?P<attributes>{_REST})>(?P<words>.*?)</a>'
    rf"|<(?P<tag>img|source|video|audio)\b(?P<values>{_REST})>",
    re.DOTALL,
)
_FIGURE = re.compile(r'<figure class="picture">(?:(?!<figure|</figure>).)*</figure>\n?', re.DOTALL)
_EMPTY_PICTURE = re.compile(r"<picture[^>]*>(?:(?!<img|<picture|</picture>).)*</picture>", re.DOTALL)
_SLOT = re.compile(r"newsgen:(\d+)")
_VALUE = re.compile(r' (src|poster|srcset)="([^"]*newsgen:\d[^"]*)"')
_ADDRESS = re.compile(r' (href|src|poster|cite|srcset)="([^"]*)"')
_TAG = re.compile(rf"{_SKIPPED}|<[a-zA-Z]{_REST}>", re.DOTALL)


def fill(html: str, references: Sequence[Reference], targets: Sequence[Target]) -> Markup:
    """The HTML with its n-th slot filled from the n-th target; a slot without a target has no link.

    A link without an address shows its words, else the target's title; a block without one shows nothing; a picture
    without one goes, with the figure around it.
    """
    if "newsgen:" not in html:
        return Markup(html)

    def target(number: str) -> Target:
        n = int(number)
        return targets[n] if n < len(targets) else _NOTHING

    missing = {
        f"newsgen:{n}"
        for n, reference in enumerate(references)
        if reference.kind == "picture" and not target(str(n)).url
    }
    if missing:
        html = _FIGURE.sub(lambda match: _without_picture(match, missing), html)
    html = _SLOTS.sub(lambda match: _filled(match, target), html)
    if missing and "<picture" in html:
        html = _EMPTY_PICTURE.sub("", html)
    return Markup(html)


def _without_picture(match: re.Match[str], missing: set[str]) -> str:
    lost = any(f' src="{slot}"' in match[0] for slot in missing)
    return "" if lost else match[0]


def _filled(match: re.Match[str], target: Callable[[str], Target]) -> str:
    if match["block"] is not None:
        return _block(target(match["block"]))
    if match["link"] is not None:
        found, words = target(match["link"]), match["words"]
        if "newsgen:" in words:  # a picture in a link
            words = _SLOTS.sub(lambda inner: _filled(inner, target), words)
        if found.lead_in:
            words += f'<span class="embed-label">{found.lead_in}</span>'
        return _link(found, match["attributes"], words)
    if match["tag"] is not None and "newsgen:" in match["values"]:
        return _picture(match["tag"], match["values"], target)
    return match[0]


def _block(target: Target) -> str:
    if not target.url:
        return ""
    label = f'<span class="read-more-label">{target.lead_in}</span> ' if target.lead_in else ""
    return f'<p class="read-more">{label}{_link(target, "", "")}</p>\n'


def _link(target: Target, attributes: str, words: str) -> str:
    """A link to the target; its language is named on the link, and on the words if they are the target's title."""
    if not target.url:
        # A heading in a link in a heading: without anything between them the inner one would end the outer one.
        return f"<span>{words}</span>" if "<h" in words else words or target.title
    foreign = f' hreflang="{escape(target.lang)}"' if target.lang else ""
    if foreign and not words:
        foreign += f' lang="{escape(target.lang)}"'
    label = f' <span class="lang-label">{target.label}</span>' if foreign and target.label else ""
    if foreign:
        attributes = re.sub(r' hreflang="[^"]*"', "", attributes)
    return f'<a href="{escape(target.url)}"{foreign}{attributes}>{words or target.title}</a>{label}'


def _picture(tag: str, values: str, target: Callable[[str], Target]) -> str:
    lost = False
    size = ""

    def value(match: re.Match[str]) -> str:
        nonlocal lost, size
        name, text = match[1], match[2]
        if name == "srcset":
            candidates = _candidates(text, target)
            lost = lost or (not candidates and tag == "source")
            return f' srcset="{candidates}"' if candidates else ""
        slot = _SLOT.fullmatch(text)
        if slot is None:
            return match[0]
        found = target(slot[1])
        if not found.url:
            lost = lost or (name == "src" and tag in ("img", "source"))
            return ""
        if tag == "img":
            size = _size(found, values) + ("" if " loading=" in values else ' loading="lazy"')
        return f' {name}="{escape(found.url)}"'

    filled = _VALUE.sub(value, values)
    return "" if lost else f"<{tag}{filled}{size}>"


def _size(target: Target, values: str) -> str:
    if " width=" in values or " height=" in values:
        return ""
    width = f' width="{target.width}"' if target.width else ""
    return width + (f' height="{target.height}"' if target.height else "")


def _candidates(srcset: str, target: Callable[[str], Target]) -> str:
    kept = []
    for candidate in srcset.split(", "):
        slot = _SLOT.match(candidate)
        if slot is None:
            kept.append(candidate)
        elif url := target(slot[1]).url:
            kept.append(escape(url) + candidate[slot.end() :])
    return ", ".join(kept)


def absolute(html: str, base_url: str, page_url: str) -> str:
    """The HTML with every address absolute: `#note` on the page, `/x` on the host of the site, others from the page.

    Rule: RFC 4287, 3.1.1: what stands in an entry may be read far from its page.
    """
    home = urljoin(page_url, base_url)

    def joined(address: str) -> str:
        if address.startswith("#"):
            return page_url + address
        try:
            return urljoin(home if address.startswith("/") else page_url, address)
        except ValueError:
            return address

    def value(match: re.Match[str]) -> str:
        name, address = match[1], match[2]
        if name == "srcset":
            address = ", ".join(
                joined(url) + space + rest for url, space, rest in (each.partition(" ") for each in address.split(", "))
            )
            return f' srcset="{address}"'
        return f' {name}="{joined(address)}"'

    return _TAG.sub(lambda tag: tag[0] if tag[0].startswith("<!--") else _ADDRESS.sub(value, tag[0]), html)


def trusted(html: str) -> Markup:
    """HTML that came out of this package, marked as such for templates."""
    return Markup(html)
