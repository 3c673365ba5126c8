"""Fills the slots of a body's HTML with addresses and titles, and makes addresses absolute for feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from markupsafe import Markup

from newsgen.nouns.model import PictureFile, Reference, Target
from newsgen.parsing.markup.plain import escape

_NOTHING = Target()
_RAW = "(?:script|style|textarea|title)"
_SKIPPED = rf"<!--.*?(?:-->|\Z)|<{_RAW}\b.*?(?:</{_RAW}\s*>|\Z)"
_REST = r"(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*"
_SLOTS = re.compile(
    rf"{_SKIPPED}"
    r'|<p><a href="newsgen:(?P<block>\d+)"></a></p>\n?'
    rf'|<a href="newsgen:(?P<link>\d+)"(?P<attributes>{_REST})>(?P<words>.*?)</a>'
    rf"|<(?P<tag>[a-z][a-z0-9-]*)(?=[^>]*newsgen:)(?P<values>{_REST})>",
    re.DOTALL,
)
_FIGURE = re.compile(r'<figure class="picture">(?:(?!<figure|</figure>).)*</figure>\n?', re.DOTALL)
_CARD = re.compile(r'<figure class="embed">((?:(?!<figure|</figure>).)*</figure>)', re.DOTALL)
_CARD_LINK = re.compile(r'<a href="newsgen:(\d+)"')
_EMPTY_PICTURE = re.compile(r"<picture[^>]*>(?:(?!<img|<picture|</picture>).)*</picture>", re.DOTALL)
_SLOT = re.compile(r"newsgen:(\d+)")
_HREF = re.compile(r' href="newsgen:(\d+)"')
_SOURCE = re.compile(r' src="(newsgen:\d+)"')
_IMAGE_SLOT = re.compile(r'<img[^>]* src="newsgen:(\d+)"')
_NO_CREDIT = '<span class="credit">©</span>'  # of a title that ends with the sign alone
_VALUE = re.compile(r' (src|poster|srcset)="([^"]*newsgen:\d[^"]*)"')
_ADDRESS = re.compile(r' (href|src|poster|cite|srcset)="([^"]*)"')
_TAG = re.compile(rf"{_SKIPPED}|<[a-zA-Z]{_REST}>", re.DOTALL)


def fill(html: str, references: Sequence[Reference], targets: Sequence[Target], *, sizes: str = "") -> Markup:
    """The HTML with its n-th slot filled from the n-th target; a slot without a target has no link.

    A link without an address shows its words, else the target's title; a block without one shows nothing; a picture
    without one goes, with the figure around it. `sizes`: how wide pages show pictures, as HTML's attribute says it, so
    that browsers choose among the variants; "" for one file of a middle width. A figure without a credit gets that of
    its file.
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
    if "embed" in html:
        html = _CARD.sub(lambda match: _card(match, target), html)
    if _NO_CREDIT in html or any(of_slot.credit for of_slot in targets):
        for figures in (_FIGURE, _CARD):
            html = figures.sub(lambda match: _credited(match[0], target), html)
    show = _Pictures(target, escape(sizes), has_own="<picture" in html)
    html = _SLOTS.sub(lambda match: _filled(match, target, show), html)
    if missing and "<picture" in html:
        html = _EMPTY_PICTURE.sub("", html)
    return Markup(html)


def _without_picture(match: re.Match[str], missing: set[str]) -> str:
    lost = any(slot[1] in missing for slot in _SOURCE.finditer(match[0]))
    return "" if lost else match[0]


def _card(match: re.Match[str], target: Callable[[str], Target]) -> str:
    """The card; a figure as any other where its link leads to a page of the site itself."""
    link = _CARD_LINK.search(match[1])
    if link is None or not target(link[1]).url or target(link[1]).lead_in:
        return match[0]
    return '<figure class="picture">' + match[1].replace(' rel="external"', "", 1)


def _credited(figure: str, target: Callable[[str], Target]) -> str:
    """The figure with the credit that its file names, unless the editor wrote one, or an empty one."""
    if _NO_CREDIT in figure:
        return figure.replace(f" {_NO_CREDIT}", "").replace(f"<figcaption>{_NO_CREDIT}</figcaption>", "")
    slot = _IMAGE_SLOT.search(figure)
    credit = target(slot[1]).credit if slot else ""
    if not credit or ' class="credit"' in figure:
        return figure
    credit = f'<span class="credit">©{escape(credit)}</span>'
    if "</figcaption>" in figure:
        return figure.replace("</figcaption>", f" {credit}</figcaption>", 1)
    return figure.replace("</figure>", f"<figcaption>{credit}</figcaption></figure>", 1)


def _filled(match: re.Match[str], target: Callable[[str], Target], show: _Pictures) -> str:
    if match["block"] is not None:
        return _block(target(match["block"]))
    if match["link"] is not None:
        linked, words = target(match["link"]), match["words"]
        if "newsgen:" in words:  # a picture in a link
            words = _SLOTS.sub(lambda inner: _filled(inner, target, show), words)
        if linked.lead_in:
            words += f'<span class="embed-label">{linked.lead_in}</span>'
        return _link(linked, match["attributes"], words)
    if match["tag"] is not None and "newsgen:" in match["values"]:
        if match["tag"] == "a" and not _HREF.search(match["values"]):
            return match[0]  # an address in which somebody typed that word
        if match["tag"] == "a":
            return _unclosed(match["values"], target)
        return show(match["tag"], match["values"])
    return match[0]


def _block(target: Target) -> str:
    if not target.url:
        return f"<p>{escape(target.words)}</p>\n" if target.words else ""  # what was typed, of an unknown id
    label = f'<span class="read-more-label">{target.lead_in}</span> ' if target.lead_in else ""
    return f'<p class="read-more">{label}{_link(target, "", "")}</p>\n'


def _link(target: Target, attributes: str, words: str) -> str:
    """A link to the target; its language is named on the link, and on the words if they are the target's title."""
    if not target.url:
        # A heading in a link in a heading: without anything between them the inner one would end the outer one.
        return f"<span>{words}</span>" if "<h" in words else words or target.title
    foreign = f' hreflang="{escape(target.lang)}"' if target.lang else ""
    if foreign and not words:
        foreign += f' lang="{escape(target.lang)}" dir="auto"'
    label = f' <span class="lang-label">{target.label}</span>' if foreign and target.label else ""
    if foreign:
        attributes = re.sub(r' hreflang="[^"]*"', "", attributes)
    return f'<a href="{escape(target.url)}"{foreign}{attributes}>{words or target.title}</a>{label}'


def _unclosed(values: str, target: Callable[[str], Target]) -> str:
    """The start tag of a link that a trusted body never closes, or closes in capitals; nothing without an address."""
    slot = _HREF.search(values)
    linked = target(slot[1]) if slot else _NOTHING
    if not linked.url:
        return ""
    address = f' href="{escape(linked.url)}"'
    return f"<a{_HREF.sub(lambda _: address, values)}>"


class _Pictures:
    """Fills the slots of `img` and `source`; `has_own`: the author's own `picture` elements stand in the body, into
    which no other one may be put."""

    def __init__(self, target: Callable[[str], Target], sizes: str, *, has_own: bool) -> None:
        self.target, self.sizes, self.has_own = target, sizes, has_own

    def __call__(self, tag: str, values: str) -> str:
        lost = False
        picture = _NOTHING

        def value(match: re.Match[str]) -> str:
            nonlocal lost, picture
            name, text = match[1], match[2]
            if name == "srcset":
                candidates = _candidates(text, self.target)
                lost = lost or (not candidates and tag == "source")
                return f' srcset="{candidates}"' if candidates else ""
            slot = _SLOT.fullmatch(text)
            if slot is None:
                return match[0]
            here = self.target(slot[1])
            if not here.url:
                lost = lost or (name == "src" and tag in ("img", "source", "track", "embed"))
                return ""
            if tag != "img" or name != "src":
                return f' {name}="{escape(here.url)}"'
            picture = here
            return f' src="{escape(here.middle.url if here.middle else here.url)}"'

        filled = _VALUE.sub(value, values)
        if lost:
            return ""
        return self._image(filled, values, picture) if tag == "img" else f"<{tag}{filled}>"

    def _image(self, filled: str, values: str, picture: Target) -> str:
        if not picture.url:
            return f"<img{filled}>"
        may_choose = bool(self.sizes) and " srcset=" not in values
        has_choice = may_choose and bool(picture.files)
        if has_choice:
            filled += f' srcset="{_srcset(picture.files)}" sizes="{self.sizes}"'
        if " width=" not in values and " height=" not in values:
            shown = picture.middle if picture.middle and not has_choice else picture
            filled += f' width="{shown.width}"' if shown.width else ""
            filled += f' height="{shown.height}"' if shown.height else ""
        filled += "" if " loading=" in values else ' loading="lazy"'
        filled += "" if " decoding=" in values else ' decoding="async"'
        if not may_choose or not picture.sources or self.has_own:
            return f"<img{filled}>"
        sources = "".join(
            f'<source type="{source.type}" srcset="{_srcset(source.files)}" sizes="{self.sizes}">'
            for source in picture.sources
        )
        return f"<picture>{sources}<img{filled}></picture>"


def _srcset(files: Sequence[PictureFile]) -> str:
    return ", ".join(f"{escape(file.url)} {file.width}w" for file in files)


def _candidates(srcset: str, target: Callable[[str], Target]) -> str:
    filled = []
    for candidate in srcset.split(", "):
        slot = _SLOT.match(candidate)
        if slot is None:
            filled.append(candidate)
        elif url := target(slot[1]).url:
            filled.append(escape(url) + candidate[slot.end() :])
    return ", ".join(filled)


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
