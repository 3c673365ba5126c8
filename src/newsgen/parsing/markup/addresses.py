"""The last pass over a body's HTML: addresses become slots, ids become unique, pictures without `alt` are found."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from html import unescape
from typing import Literal
from urllib.parse import unquote

from newsgen.addresses.urls import MARKDOWN, forbidden_in, known_id
from newsgen.nouns.diagnostics import Diagnostic, Location, Severity, diagnose
from newsgen.nouns.messages import Value
from newsgen.nouns.model import Reference, ReferenceKind
from newsgen.parsing.markup.characters import SLOT, shortened
from newsgen.parsing.markup.cleaning import candidates, has_allowed_scheme, read_attributes, scheme
from newsgen.parsing.markup.crosslinks import CrossLink
from newsgen.parsing.markup.places import Places
from newsgen.parsing.markup.plain import escape
from newsgen.settings import content_policy

# As nh3 writes tags: names in lower case, values in double quotes without < and >.
CLEAN_TAG = re.compile(r"<(?=[a-z][^ >]* |a>|img>)([a-z][a-z0-9]*)(?: ([^>]*))?>|(</a>)")
# As an author may write them, where the allow-list is off.
_TRUSTED_TAG = (
    r"(?si)<!--.*?(?:-->|\Z)|<(?:script|style|textarea|title)\b.*?(?:</(?:script|style|textarea|title)\s*>|\Z)"
    r"|<([a-zA-Z][^\s/>]*)(?:\s+((?:[^\"'>]|\"[^\"]*\"|'[^']*')*))?>|(</a\s*>)"
)
_OF_INTEREST = re.compile(r"(?<![\w-])(?:href|src|srcset|poster|cite|id)(?![\w-])", re.IGNORECASE)
_IS_HEADING = re.compile(r"h[1-6]").fullmatch
_SITE_SUFFIXES = (".html", ".htm", ".atom")  # files that newsgen writes: an address of the site, never of content/
_SCHEME = re.compile("(?:https?:)?//", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"https?//+(?=[^/.]+\.)|(?=www\.[^/.]+\.[^/]+)", re.IGNORECASE)  # `www.example.org`
_SCHEME_TWICE = re.compile("https?:/*(?=https?:?//)", re.IGNORECASE)  # `https://https://example.org`
_TWICE = tuple(
    f'href="{one}//{other}' for one in ("http:", "https:") for other in ("http:", "http/", "https:", "https/")
)
_WITHOUT_HOST = re.compile("(https?):(?!//[^/])/*([^/].*)", re.IGNORECASE)  # `https:/example.org`
_OWN_FRAGMENT = re.compile(r' href="#([^"]*)"')
_PAGE_TOP = ("", "top")  # lead to the top of a page without an id (HTML, 7.4.6.4)
_LOST = "\ufdd7"  # stands for a picture that goes
_CARD = '<figure class="embed">'
_IN_FIGURE = "(?:(?!<figure|</figure>).)*"
_LOST_FIGURE = re.compile(f'<figure class="picture">{_IN_FIGURE}{_LOST}{_IN_FIGURE}</figure>', re.DOTALL)


class Outside(ValueError):
    """An address that names no file under content/, and why: what `%` means in it, what it holds, or where it leads."""

    def __init__(self, why: Literal["encoding", "character", "folder"], character: Value = "") -> None:
        super().__init__(why, character)
        self.why, self.character = why, character


def local_target(address: str, folder: str, *, is_picture: bool) -> tuple[str, str] | None:
    """The path under content/ and the fragment that an address of a body names; None if it names no file there.

    Left as they are: addresses with a scheme or a host, `#heading`, `?query`, and addresses of the site, which are
    those from "/" that end in "/", in a name without a dot, or in a name as newsgen writes it (`/fr/feed.atom`).
    Raises: Outside if the path leaves content/ or no file can bear it.
    """
    address = address.strip()
    if not address or address[0] in "#?" or address.startswith("//") or scheme(address):
        return None
    path, _, fragment = address.partition("#")
    try:
        path = unicodedata.normalize("NFC", unquote(path.partition("?")[0], errors="strict"))
    except UnicodeDecodeError:
        raise Outside("encoding") from None
    if not path.startswith("/"):
        path = f"{folder}/{path}"
    elif not is_picture and ("." not in posixpath.basename(path) or path.endswith(_SITE_SUFFIXES)):
        return None
    target = posixpath.normpath(path.lstrip("/"))
    if forbidden := forbidden_in(target):
        raise Outside("character", forbidden)
    if target in (".", "..") or target.startswith("../"):
        raise Outside("folder")
    return target, unquote(fragment)


def broken(address: str, fault: Outside, place: Location) -> Diagnostic:
    """What is said of such an address."""
    if fault.why == "character":
        return diagnose(place, "link-broken/character", address=address, character=fault.character)
    key = "link-broken/encoding" if fault.why == "encoding" else "link-broken/outside"
    return diagnose(place, key, address=address)


def of_misspelled(address: str, places: Places) -> Diagnostic | None:
    """What to say of the address of another site that lacks its scheme, an error, or its slashes: a browser would look
    for it here. None of any other."""
    if bare := _WITHOUT_SCHEME.match(address):
        near = f"https://{address[bare.end() :]}"
        return diagnose(places.next("link", address), "link-broken/bare", address=address, near=near)
    if twice := _SCHEME_TWICE.match(address):
        return diagnose(
            places.next("link", address), "link-broken/slashes", address=address, near=address[twice.end() :]
        )
    if glued := _WITHOUT_HOST.match(address):
        near = f"{glued[1].lower()}://{glued[2]}"
        return diagnose(places.next("link", address), "link-broken/slashes", address=address, near=near)
    return None


def is_own_address(address: str, origin: str) -> bool:
    """Whether an address is one of this site: a path from `/`, or a full one on its own host, with http or https.

    `origin` is scheme and host of the site, "" where nobody knows them.
    """
    if not address.startswith("//") and address.startswith("/"):
        return True
    host = origin.partition("://")[2].lower()
    rest = _SCHEME.sub("", address, count=1)
    if not host or rest == address:
        return False
    theirs = re.split("[/?#]", rest, maxsplit=1)[0].lower()
    return re.sub(r":(?:80|443)?\Z", "", theirs) == host


class AddressPass:
    """Rewrites the tags of one body; what it found is in `references`, `ids` and `diagnostics` afterwards.

    `trusted` says that the allow-list is off, so that tags are as the author wrote them; `origins` are the other sites
    that the policy of the pages lets load; `again` are the ids of which is told already that they come twice.
    """

    def __init__(
        self, places: Places, *, folder: str, cross_links: list[CrossLink], blocks: set[int], trusted: bool,
        origins: tuple[str, ...], again: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.places, self.folder, self.trusted, self.origins = places, folder, trusted, origins
        self.cross_links, self.blocks = cross_links, blocks
        self._origin = origins[0] if origins else ""  # that of the site itself
        self.references: list[Reference] = []
        self.addresses: list[Reference] = []
        self._fragments: list[tuple[str, Location]] = []  # of links to `#heading` of this text, as written
        self.ids: dict[str, None] = {}
        self._again = again
        self._ids_seen: Counter[str] = Counter()
        self.diagnostics: list[Diagnostic] = []
        self._taken: dict[str, int] = {}  # of an id that several headings have, the last number behind it
        self._ends: list[str] = []  # for each `a` that is open, what its end tag becomes

    def run(self, html: str) -> str:
        html = re.sub(_TRUSTED_TAG if self.trusted else CLEAN_TAG, self._tag, html)
        if _LOST in html:
            html = _LOST_FIGURE.sub("", html).replace(_LOST, "")
        return self._with_own_ids(html) if self._fragments else html

    def _with_own_ids(self, html: str) -> str:
        """The HTML with the ids of headings that links to them mean; says which links mean none."""
        meant: dict[str, str] = {}
        for address, place in self._fragments:
            fragment = unquote(address)
            id = known_id(fragment, self.ids)
            if id and id != fragment:
                meant[escape(address)] = escape(id)
            elif not id and self.ids:
                ids = tuple(f"#{one}" for one in tuple(self.ids)[:6])
                self.diagnostics.append(diagnose(place, "heading-unknown/own", fragment=fragment, ids=ids))
            elif not id:
                self.diagnostics.append(diagnose(place, "heading-unknown/own-none", fragment=fragment))
        if not meant:
            return html
        return _OWN_FRAGMENT.sub(lambda match: f' href="#{meant.get(match[1], match[1])}"', html)

    def _tag(self, match: re.Match[str]) -> str:
        if match[3]:
            return self._ends.pop() if self._ends else match[3]
        if match[1] is None:
            return match[0]
        name, text = match[1].lower(), match[2] or ""
        is_card = name == "a" and match.string.endswith(_CARD, 0, match.start())
        if name == "a" and not is_card and not self.trusted and _leads_elsewhere(text):
            self._ends.append("</a>")  # the most frequent case
            address = unescape(text[6:].partition('"')[0])
            if is_own_address(address, self._origin):
                self._note_address(address)
            return match[0]
        if name not in ("a", "img") and not _OF_INTEREST.search(text):
            return match[0]
        attributes: dict[str, str] = {}
        for key, value in read_attributes(text.removesuffix("/")):
            attributes.setdefault(key, value)
        if "id" in attributes:
            self._set_id(name, attributes)
        self._drop_schemes(attributes)
        if name == "a":
            words = match.string[match.end() : match.string.find("</a", match.end())]
            return self._card(attributes, words) if is_card else self._link(attributes, words)
        if name == "img":
            return self._image(attributes)
        self._set(attributes, "src", "file")
        self._set(attributes, "poster", "picture")
        if "srcset" in attributes:
            self._set_srcset(attributes)
        return written_tag(name, attributes)

    def _drop_schemes(self, attributes: dict[str, str]) -> None:
        """Takes away addresses that no list allows, and such as only newsgen may write."""
        for key in ("href", "src", "poster", "cite"):
            value = attributes.get(key, "")
            if value and (scheme(value) == "newsgen" if self.trusted else not has_allowed_scheme(value)):
                del attributes[key]
        drop_cite(attributes, is_trusted=self.trusted)

    def _set_id(self, name: str, attributes: dict[str, str]) -> None:
        id = "-".join(attributes["id"].split())
        self._ids_seen[id] += 1
        if id in self.ids and _IS_HEADING(name):
            n = self._taken.get(id, 0) + 1
            while f"{id}_{n}" in self.ids:
                n += 1
            self._taken[id] = n
            id = f"{id}_{n}"
        if not id or id in self.ids:
            if id not in self._again and (place := self.places.nth("attribute", f"#{id}", self._ids_seen[id])):
                self.diagnostics.append(diagnose(place, "definition-duplicate/id", words=f"#{id}"))
            del attributes["id"]
            return
        attributes["id"] = id
        self.ids[id] = None

    def _slot(
        self,
        kind: ReferenceKind,
        target: str,
        place: Location,
        *,
        fragment: str = "",
        has_text: bool = True,
        from_root: bool = False,
    ) -> str:
        self.references.append(Reference(kind, target, place.line, place.column, fragment, has_text, from_root))
        if from_root:
            of_site = Reference("address", f"/{target}", place.line, place.column, from_root=True)
            self.addresses.append(of_site)
        return f"newsgen:{len(self.references) - 1}"

    def _link(self, attributes: dict[str, str], words: str) -> str:
        href = attributes.pop("href", None)
        if href is not None and href.startswith(SLOT) and href[1:].isdecimal():
            cross = self.cross_links[int(href[1:])]
            kind: ReferenceKind = "block" if int(href[1:]) in self.blocks else "inline"
            place = self.places.next("cross", cross.written)
            slot = self._slot(kind, cross.id, place, fragment=cross.fragment, has_text=bool(words))
            return self._opened({"href": slot, **attributes}, words)
        if href is None:
            return self._opened(attributes if attributes.keys() & {"id", "name"} else None, words)
        misspelled = of_misspelled(href, self.places)
        if misspelled and misspelled.severity is Severity.ERROR:
            self.diagnostics.append(misspelled)
            return self._opened(attributes if "id" in attributes else None, words)
        try:
            local = local_target(href, self.folder, is_picture=False)
        except Outside as fault:
            self._broken(href, fault)
            return self._opened(attributes if "id" in attributes else None, words)
        if local is not None:
            target, fragment = local
            place = self.places.next("link", href)
            from_root, has_text = href.startswith("/"), bool(words)
            if target.endswith(MARKDOWN):
                href = self._slot("path", target, place, fragment=fragment, has_text=has_text)
            else:
                href = self._slot("file", target, place, fragment=fragment, has_text=has_text, from_root=from_root)
        elif is_own_address(href, self._origin):
            self._note_address(href)
        elif misspelled:
            self.diagnostics.append(misspelled)
        elif href.startswith("#") and href[1:] not in _PAGE_TOP and "footnote" not in attributes.get("class", ""):
            self._fragments.append((href[1:], self.places.next("link", href)))
        return self._opened({"href": href, **attributes}, words)

    def _note_address(self, address: str) -> None:
        """A link within the site by address: index tells whether there is such a page."""
        place = self.places.next("link", address)
        self.addresses.append(Reference("address", address, place.line, place.column, fragment_of(address)))

    def _card(self, attributes: dict[str, str], words: str) -> str:
        """The link of a card: a slot, because its label is in the words of the site's interface."""
        href = attributes.get("href", "")
        if not href.lower().startswith(("https://", "http://")):
            return self._link(attributes, words)
        del attributes["href"]
        if is_own_address(href, self._origin):
            self._note_address(href)
        slot = self._slot("embed", href, self.places.next("link", href))
        return self._opened({"href": slot, **attributes, "rel": attributes.get("rel") or "external"}, words)

    def _opened(self, attributes: dict[str, str] | None, words: str) -> str:
        """The start tag of a link, or what stands for it where only its words stay."""
        if attributes is not None:
            self._ends.append("</a>")
            return written_tag("a", attributes)
        # A heading in a link in a heading: without anything between them the inner one would end the outer one.
        self._ends.append("</span>" if "<h" in words else "")
        return "<span>" if "<h" in words else ""

    def _broken(self, address: str, fault: Outside) -> None:
        self.diagnostics.append(broken(address, fault, self.places.next("link", address)))

    def _image(self, attributes: dict[str, str]) -> str:
        src = attributes.get("src", "")
        local: tuple[str, str] | None = None
        place: Location | None = None
        if src:
            try:
                local = local_target(src, self.folder, is_picture=True)
            except Outside as fault:
                self._broken(src, fault)
                return _LOST
            if local is not None:
                place = self.places.next("link", src)
                attributes["src"] = self._slot("picture", local[0], place)
            elif self._is_elsewhere(src):
                place = self.places.next("link", src)
                self._elsewhere(src, "picture", place)
        if "srcset" in attributes:
            self._set_srcset(attributes)
        if src in ("", "#") and "srcset" not in attributes:
            return _LOST
        if "alt" not in attributes:
            place = place or self.places.next("link", src)
            self.diagnostics.append(diagnose(place, "alt-missing/text", src=shortened(src)))
            attributes["alt"] = ""
        return written_tag("img", attributes)

    def _set(self, attributes: dict[str, str], key: str, kind: ReferenceKind) -> None:
        value = attributes.get(key)
        if not value:
            return
        try:
            local = local_target(value, self.folder, is_picture=True)
        except Outside as fault:
            self._broken(value, fault)
            del attributes[key]
            return
        if local is not None:
            target, fragment = local
            place, is_file = self.places.next("link", value), kind == "file"
            attributes[key] = self._slot(
                kind, target, place, fragment=fragment if is_file else "", from_root=is_file and value.startswith("/")
            )
        elif self._is_elsewhere(value):
            self._elsewhere(value, "file" if kind == "file" else "picture", self.places.next("link", value))

    def _is_elsewhere(self, address: str) -> bool:
        is_whole = address.lower().startswith(("https://", "http://", "//"))
        return is_whole and not content_policy.allows(self.origins, address)

    def _elsewhere(self, address: str, what: str, place: Location) -> None:
        case = "picture-elsewhere" if what == "picture" else "picture-elsewhere/file"
        self.diagnostics.append(diagnose(place, case, address=address))

    def _set_srcset(self, attributes: dict[str, str]) -> None:
        rewritten = []
        for url, descriptor in candidates(attributes["srcset"]):
            if scheme(url) == "newsgen" or not (self.trusted or has_allowed_scheme(url)):
                continue
            try:
                local = local_target(url, self.folder, is_picture=True)
            except Outside as fault:
                self._broken(url, fault)
                continue
            if local is None and self._is_elsewhere(url):
                self._elsewhere(url, "picture", self.places.next("link", url))
            address = url if local is None else self._slot("picture", local[0], self.places.next("link", url))
            rewritten.append(f"{address} {descriptor}".strip())
        attributes["srcset"] = ", ".join(rewritten)
        if not rewritten:
            del attributes["srcset"]


def _leads_elsewhere(attributes: str) -> bool:
    """Whether these are the attributes of a link with a full address, and none of them is to be written anew."""
    return (
        attributes.startswith(('href="https://', 'href="http://'))
        and " id=" not in attributes
        and not attributes.startswith(_TWICE)
    )


def written_tag(name: str, attributes: dict[str, str]) -> str:
    written = "".join([f' {key}="{escape(value)}"' for key, value in attributes.items()])
    return f"<{name}{written}>"


def drop_cite(attributes: dict[str, str], *, is_trusted: bool = False) -> None:
    """Takes away the address of a quotation that no reader sees, and that could only be dead or run something."""
    cite = attributes.get("cite")
    if cite is not None and (not scheme(cite) or not (is_trusted or has_allowed_scheme(cite))):
        del attributes["cite"]


def fragment_of(address: str) -> str:
    return unquote(address.partition("#")[2])
