"""Every address in the sample archive leads somewhere in it: of pages, styles, feeds, sitemaps and data.

Addresses of other sites are not fetched: tests have no network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from support.sample import REDIRECT, ROOT, Sample, SamplePage

_CONFIG = yaml.safe_load((ROOT / "newsgen.yaml").read_text("utf-8"))
SITE: str = _CONFIG["url"]
DEFAULT_LANG: str = _CONFIG["languages"][0]
#: Attributes of HTML that hold one address, wherever they stand.
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "cite", "longdesc", "itemid", "background")
#: What is looked into by its own rules; all other files are read as text, for addresses of this site.
_XML, _JSON = (".xml", ".atom", ".svg"), (".json", ".webmanifest")
_BINARY = re.compile(rb"\x00")

Address = tuple[str, str]  # where it stands in the file, and what it says


# ---- what addresses a file holds
def in_html(tree: LexborHTMLParser) -> Iterator[Address]:
    for node in tree.css("*"):
        for name in ADDRESSES:
            if node.attributes.get(name):
                yield f"{node.tag}[{name}]", str(node.attributes[name])
        for name in ("srcset", "imagesrcset"):
            for candidate in re.split(r",\s+|,$", node.attributes.get(name) or ""):
                if candidate.strip():
                    yield f"{node.tag}[{name}]", candidate.split()[0]
        if node.tag == "meta":
            yield from _in_meta(node)
        elif node.tag == "script" and "json" in (node.attributes.get("type") or ""):
            yield from in_json(json.loads(node.text() or ""))


def _in_meta(node: LexborNode) -> Iterator[Address]:
    content = node.attributes.get("content") or ""
    name = node.attributes.get("name") or node.attributes.get("property") or node.attributes.get("http-equiv") or ""
    if name.lower() == "refresh":
        yield "meta refresh", content.partition("url=")[2]
    elif content.startswith(SITE):
        yield f"meta {name}", content


def in_json(value: Any) -> Iterator[Address]:
    """Strings that are an address of this site, and the addresses of those that are HTML."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "content_html":
                yield from in_html(LexborHTMLParser(item))
            elif key == "@id":  # a name, whose fragment says which of the things that the page speaks of
                yield from in_json(item.partition("#")[0])
            else:
                yield from in_json(item)
    elif isinstance(value, list):
        for item in value:
            yield from in_json(item)
    elif isinstance(value, str) and re.fullmatch(rf"{re.escape(SITE)}\S*", value):
        yield "JSON", value


def in_xml(data: bytes) -> Iterator[Address]:
    root = etree.fromstring(data)
    for node in root.getroottree().xpath("/processing-instruction('xml-stylesheet')"):
        yield "xml-stylesheet", node.attrib.get("href", "")
    for node in root.iter(etree.Element):
        name, text = etree.QName(node).localname, (node.text or "").strip()
        for key, value in node.attrib.items():
            if etree.QName(key).localname in ("href", "src", "scheme"):
                yield f"{name}[{etree.QName(key).localname}]", value
        if node.get("type") == "html":
            yield from in_html(LexborHTMLParser(text))
        elif text.startswith(SITE):
            yield name, text


def in_css(text: str) -> Iterator[Address]:
    for match in re.finditer(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", text):
        yield "url()", match[1] or match[2]


def in_text(text: str) -> Iterator[Address]:
    for match in re.finditer(rf"{re.escape(SITE)}[^\s\"'<>(){{}}\\,;]*", text):
        yield "text", match[0].rstrip(".")


def addresses(path: Path) -> Iterator[Address]:
    """All addresses of a file, in its order."""
    data = path.read_bytes()
    if path.suffix == ".html":
        yield from in_html(LexborHTMLParser(data.decode()))
    elif path.suffix in _XML or data.startswith(b"<?xml"):
        yield from in_xml(data)
    elif path.suffix in _JSON:
        yield from in_json(json.loads(data))
    elif path.suffix == ".css":
        yield from in_css(data.decode())
    elif not _BINARY.search(data[:4096]):
        yield from in_text(data.decode("utf-8", "replace"))


def with_data(found: Iterator[Address]) -> Iterator[Address]:
    """The addresses within a text that stands in a page as an address in their place."""
    for where, address in found:
        if address.startswith("data:"):
            yield from in_text(unquote(address.partition(",")[2]))
        else:
            yield where, address


# ---- where they lead
def target_of(output: Path, base: str, address: str) -> tuple[Path, str] | None:
    """File and fragment that an address leads to from `base`; None for one of another site or another protocol."""
    parts = urlsplit(urljoin(base, address))
    if f"{parts.scheme}://{parts.netloc}/" != SITE:
        return None
    path = unquote(parts.path).lstrip("/")
    target = output / path
    return target / "index.html" if path == "" or path.endswith("/") else target, unquote(parts.fragment)


@cache
def ids(path: Path) -> frozenset[str]:
    nodes = LexborHTMLParser(path.read_text("utf-8")).css("[id], a[name]")
    return frozenset(str(node.attributes.get("id") or node.attributes.get("name")) for node in nodes)


def url_of(output: Path, path: Path) -> str:
    return SITE + path.relative_to(output).as_posix().removesuffix("index.html")


def broken(output: Path, path: Path) -> Iterator[str]:
    """What is wrong with the addresses of a file, a line for each."""
    for where, address in with_data(addresses(path)):
        found = target_of(output, url_of(output, path), address.strip())
        if found is None:
            if not re.match(r"(https?://[^/\s]+\.|mailto:|tel:|tag:|urn:)", address):
                yield f"{where}: {address!r} is no address"
        elif not found[0].is_file():
            yield f"{where}: {address} leads nowhere"
        elif found[0].suffix == ".html" and found[1] and found[1] not in ids(found[0]):
            yield f"{where}: {address} leads to no element"


def files(sample: Sample) -> list[Path]:
    return [path for path in sorted(sample.output.rglob("*")) if path.is_file() and ".newsgen" not in path.name]


def none_of(faults: list[str]) -> None:
    assert not faults, "\n".join(["", *faults[:40], f"{len(faults)} in all"])


def test_every_address_leads_somewhere(sample: Sample) -> None:
    found = [
        f"{path.relative_to(sample.output)}: {fault}" for path in files(sample) for fault in broken(sample.output, path)
    ]
    none_of(found)


BAD_FILES: list[tuple[str, str]] = [
    ("a.html", '<a href="/none/">x</a>'),
    ("b.html", '<a href="/#none">x</a>'),
    ("c.html", '<img alt="" srcset="/index.html 1x, /none.png 2x">'),
    ("d.html", '<link rel="canonical" href="https://example.org/none/">'),
    ("e.html", '<script type="application/ld+json">{"image": ["https://example.org/none.png"]}</script>'),
    ("f.html", '<meta property="og:image" content="https://example.org/none.png">'),
    ("g.html", '<meta http-equiv="refresh" content="0; url=/none/">'),
    ("h.html", '<a href="http:/none">x</a>'),
    ("feed.atom", '<feed><entry><content type="html">&lt;a href="/none/"&gt;</content></entry></feed>'),
    ("x.xml", "<urlset><url><loc>https://example.org/none/</loc></url></urlset>"),
    ("y.xml", '<?xml version="1.0"?><?xml-stylesheet href="/none.css"?><feed/>'),
    ("x.json", '{"items": [{"content_html": "<img src=/none.png>"}]}'),
    ("y.json", '{"url": "https://example.org/none/"}'),
    ("x.css", '@font-face { src: url("none.woff2") }'),
    ("robots.txt", "Sitemap: https://example.org/none.xml"),
    ("x.bib", "url = {https://example.org/none/},"),
    ("i.html", '<a download="x.bib" href="data:text/plain,url%20%3D%20%7Bhttps%3A//example.org/none/%7D">x</a>'),
]


@pytest.mark.parametrize(("name", "text"), BAD_FILES, ids=lambda value: value if "." in value[:9] else "")
def test_a_broken_address_is_found_wherever_it_stands(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "index.html").write_text("<h1 id=here>x</h1>")
    (tmp_path / name).write_text(text)
    assert len(list(broken(tmp_path, tmp_path / name))) == 1


# ---- what the addresses of pages say of each other
def one(page: SamplePage, css: str) -> str:
    nodes = page.tree.css(css)
    return str(nodes[0].attributes["href"]) if len(nodes) == 1 else f"{len(nodes)} of them"


def test_every_page_has_one_canonical_address_and_that_is_its_own(sample: Sample) -> None:
    """Lists canonical to themselves, numbered pages too; a redirect to its target; the page for 404 has none."""
    faults = []
    for page in sample.pages:
        wanted = SITE + page.url.lstrip("/")
        found = one(page, "link[rel=canonical]")
        if page.kind == "not-found":
            wanted = "0 of them"
        elif page.kind == REDIRECT:
            refresh = page.tree.css_first("meta[http-equiv=refresh]")
            assert refresh is not None
            wanted = urljoin(SITE, str(refresh.attributes["content"]).partition("url=")[2])
        if found != wanted:
            faults.append(f"{page.url}: its canonical address is {found}")
    none_of(faults)


def by_address(sample: Sample) -> dict[str, SamplePage]:
    return {SITE + page.url.lstrip("/"): page for page in sample.pages}


def is_indexed(page: SamplePage) -> bool:
    robots = page.tree.css_first("meta[name=robots]")
    return page.kind != REDIRECT and "noindex" not in (robots.attributes.get("content") or "" if robots else "")


def test_alternates_hold_the_page_itself_a_default_and_answer_each_other(sample: Sample) -> None:
    """developers.google.com/search, "Localized versions of your pages"."""
    pages, faults = by_address(sample), []
    for address, page in pages.items():
        alternates = page.alternates()
        if not alternates:
            continue
        if page.kind != "choice" and alternates.get(page.lang) != address:
            faults.append(f"{page.url}: its alternates leave itself out")
        if page.kind != "choice" and alternates.get("x-default") != alternates.get(DEFAULT_LANG):
            faults.append(f"{page.url}: x-default is not its version in the default language")
        for lang, there in alternates.items():
            other = pages.get(there)
            if other is None or (other.alternates() != alternates and lang != "x-default"):
                faults.append(f"{page.url}: its alternate {lang}, {there}, has other alternates")
    assert any(page.alternates() for page in pages.values())
    none_of(faults)


def sitemap_alternates(sample: Sample) -> dict[str, dict[str, str]]:
    """Address to its alternates, of all sitemaps that the index names."""
    ns = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    found: dict[str, dict[str, str]] = {}
    index = etree.fromstring((sample.output / "sitemap.xml").read_bytes())
    for shard in index.xpath("//s:loc/text()", namespaces=ns):
        root = etree.fromstring((sample.output / shard.removeprefix(SITE)).read_bytes())
        for url in root.xpath("//s:url", namespaces=ns):
            (address,) = url.xpath("s:loc/text()", namespaces=ns)
            assert address not in found, f"{address} is in the sitemaps twice"
            found[address] = {link.get("hreflang"): link.get("href") for link in url.xpath("x:link", namespaces=ns)}
    return found


def test_sitemaps_hold_what_may_be_indexed_with_the_alternates_of_its_head(sample: Sample) -> None:
    pages, mapped, faults = by_address(sample), sitemap_alternates(sample), []
    for address, alternates in mapped.items():
        page = pages.get(address)
        if page is None or not is_indexed(page):
            faults.append(f"{address} is in a sitemap, but no page that may be indexed")
        elif alternates != page.alternates():
            faults.append(f"{address} has other alternates in its sitemap than in its head")
    articles = {address for address, page in pages.items() if page.kind == "article" and is_indexed(page)}
    faults += [f"{address} is in no sitemap" for address in sorted(articles - set(mapped))]
    none_of(faults)


def test_every_page_is_reached_by_links_from_the_home_pages(sample: Sample) -> None:
    """By links that readers see; what may not be indexed may stand alone."""
    pages = by_address(sample)
    reached, left = set[str](), [SITE]
    while left:
        address = left.pop()
        if address in reached or address not in pages:
            continue
        reached.add(address)
        links = pages[address].tree.css("a[href]")
        left += [urljoin(address, str(a.attributes["href"])).partition("#")[0].partition("?")[0] for a in links]
    none_of([f"{a} is linked to by nothing" for a, page in pages.items() if a not in reached and is_indexed(page)])


def test_no_page_links_to_a_redirect(sample: Sample) -> None:
    """It costs readers a detour: newsgen knows where its pages are."""
    redirects = {address for address, page in by_address(sample).items() if page.kind == REDIRECT}
    assert redirects
    none_of(
        [
            f"{page.url}: {where} {address}"
            for page in sample.pages
            for where, address in in_html(page.tree)
            if urljoin(urljoin(SITE, page.url), address).partition("#")[0] in redirects
        ]
    )


# ---- the policy
def is_inline_script(node: LexborNode) -> bool:
    return node.tag == "script" and "src" not in node.attributes and "json" not in (node.attributes.get("type") or "")


POLICY: dict[str, Callable[[SamplePage], bool]] = {
    "has a style in an attribute": lambda page: bool(page.tree.css("[style]")),
    "has a style element": lambda page: bool(page.tree.css("style")),
    "has an inline script": lambda page: any(map(is_inline_script, page.tree.css("script"))),
    "has an event handler": lambda page: any(
        name.startswith("on") for node in page.tree.css("*") for name in node.attributes
    ),
    "has an address javascript:": lambda page: "javascript:" in page.html.lower(),
}


@pytest.mark.parametrize("what", POLICY)
def test_no_page_has_what_a_strict_policy_forbids(sample: Sample, what: str) -> None:
    none_of([f"{page.url}: {what}" for page in sample.pages if POLICY[what](page)])


def test_nothing_is_asked_of_another_site(sample: Sample) -> None:
    """Links may lead there; nothing is loaded from there, and no connection is made ahead."""
    loading = (
        "link[rel~=stylesheet], link[rel~=icon], link[rel~=preload], link[rel~=modulepreload], link[rel~=prefetch],"
        "link[rel~=preconnect], link[rel~=dns-prefetch], link[rel~=manifest], link[rel~=apple-touch-icon],"
        "script, img, source, video, audio, track, iframe, embed, object, form, input"
    )
    faults = []
    for page in sample.pages:
        for node in page.tree.css(loading):
            for name in ("href", "src", "srcset", "poster", "data", "action"):
                value = node.attributes.get(name) or ""
                if re.match(r"(?:[a-z]+:)?//", value) and not value.startswith(SITE):
                    faults.append(f"{page.url}: {node.tag}[{name}] {value}")
    none_of(faults)


def test_every_page_has_a_strict_policy_before_all_that_it_governs(sample: Sample) -> None:
    """A meta element, for hosts that set no headers: nothing by default, nothing inline, nothing from elsewhere."""
    faults = []
    for page in sample.pages:
        if page.kind == REDIRECT:
            continue
        nodes = page.tree.css("head > *")
        at = [n for n, node in enumerate(nodes) if node.attributes.get("http-equiv", "") == "Content-Security-Policy"]
        if len(at) != 1:
            faults.append(f"{page.url}: has {len(at)} policies")
            continue
        if any(node.tag in ("link", "script", "style") for node in nodes[: at[0]]):
            faults.append(f"{page.url}: something stands before its policy")
        said = nodes[at[0]].attributes.get("content") or ""
        policy = {words[0]: set(words[1:]) for part in said.split(";") if (words := part.split())}
        if policy.get("default-src") != {"'none'"} or policy.get("base-uri") != {"'none'"}:
            faults.append(f"{page.url}: default-src or base-uri is not 'none'")
        allowed = {"'none'", "'self'"}
        faults += [f"{page.url}: {name} allows {words - allowed}" for name, words in policy.items() if words - allowed]
    none_of(faults)
