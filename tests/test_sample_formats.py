"""Feeds and sitemaps of the sample archive against their specifications, written out as checks.

tests/test_feeds.py and tests/test_sitemaps.py say what newsgen puts into them; this is about the formats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from support.sample import Sample

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"

ANY, ONE, MAYBE = (0, 10**9), (1, 1), (0, 1)
#: RFC 4287, sections 4.1.1 and 4.1.2: how often each element of a feed and of an entry may stand.
IN_FEED = {
    "author": ANY,
    "category": ANY,
    "contributor": ANY,
    "generator": MAYBE,
    "icon": MAYBE,
    "id": ONE,
    "link": ANY,
    "logo": MAYBE,
    "rights": MAYBE,
    "subtitle": MAYBE,
    "title": ONE,
    "updated": ONE,
    "entry": ANY,
}
IN_ENTRY = {
    "author": ANY,
    "category": ANY,
    "content": MAYBE,
    "contributor": ANY,
    "id": ONE,
    "link": ANY,
    "published": MAYBE,
    "rights": MAYBE,
    "source": MAYBE,
    "summary": MAYBE,
    "title": ONE,
    "updated": ONE,
}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
#: RFC 3339, as RFC 4287 section 3.3 wants it: a capital T, and Z or an offset.
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def is_stamp(text: str | None) -> bool:
    try:
        return bool(text and _STAMP.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def is_iri(text: str | None) -> bool:
    return bool(text and _IRI.fullmatch(text))


def is_absolute(text: Any) -> bool:
    return isinstance(text, str) and is_iri(text) and urlsplit(text).scheme in ("http", "https")


# ---- Atom
def children(node: Any, allowed: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Faults in which elements of Atom stand in `node`; those of other namespaces may stand anywhere (section 6)."""
    names = [etree.QName(child).localname for child in node.iterchildren(f"{{{ATOM}}}*")]
    yield from (f"`{name}` may not stand in {etree.QName(node).localname}" for name in set(names) - set(allowed))
    for name, (low, high) in allowed.items():
        if not low <= names.count(name) <= high:
            yield f"{etree.QName(node).localname} has `{name}` {names.count(name)} times"
    if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
        yield f"{etree.QName(node).localname} has text between its elements"


def atom_faults(data: bytes, url: str) -> Iterator[str]:
    root = etree.fromstring(data)
    if root.tag != f"{{{ATOM}}}feed":
        yield "its root is no feed"
        return
    yield from children(root, IN_FEED)
    yield from _links(root, must_have=["self"])
    if [link.get("href") for link in root.findall(f"{{{ATOM}}}link[@rel='self']")] != [url]:
        yield "its self link leads elsewhere"
    entries = root.findall(f"{{{ATOM}}}entry")
    authors = root.findall(f"{{{ATOM}}}author")
    keys = []
    for entry in entries:
        yield from children(entry, IN_ENTRY)
        content = entry.find(f"{{{ATOM}}}content")
        yield from _links(entry, must_have=[] if content is not None else ["alternate"])
        if not authors and not entry.findall(f"{{{ATOM}}}author"):
            yield "an entry without an author in a feed without one (4.2.1)"
        if content is not None and content.get("src") and (content.text or len(content)):
            yield "content has both `src` and text (4.1.3.2)"
        keys.append((entry.findtext(f"{{{ATOM}}}id"), entry.findtext(f"{{{ATOM}}}updated")))
    if len({id for id, _ in keys}) != len(keys):
        yield "two entries have the same id (4.1.1)"
    for node in root.iter(f"{{{ATOM}}}*"):
        yield from _node(node)
    yield from _history(root)


def _history(root: Any) -> Iterator[str]:
    """RFC 5005, section 4: an archived document says so, leads to the current one, and never has entries anew."""
    relations = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
    if root.find(f"{{{HISTORY}}}archive") is not None and "current" not in relations:
        yield "an archived document that does not lead to the current one"
    if root.find(f"{{{HISTORY}}}complete") is not None and {"prev-archive", "next-archive"} & set(relations):
        yield "a complete feed with archives (section 2)"


def _links(node: Any, *, must_have: list[str]) -> Iterator[str]:
    links = node.findall(f"{{{ATOM}}}link")
    relations = [link.get("rel", "alternate") for link in links]
    yield from (f"has no link of relation {wanted}" for wanted in must_have if wanted not in relations)
    alternates = [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel") == "alternate"]
    if len(set(alternates)) != len(alternates):
        yield "two alternates of the same type and language (4.1.1)"


def _node(node: Any) -> Iterator[str]:
    name, text = etree.QName(node).localname, node.text or ""
    if name in ("updated", "published") and not is_stamp(text):
        yield f"{name}: `{text}` is no date (3.3)"
    if name in ("id", "icon", "logo", "uri") and not is_iri(text):
        yield f"{name}: `{text}` is no address (3.2.2, 4.2.6)"
    if name == "link" and not is_iri(node.get("href")):
        yield f"link: `{node.get('href')}` is no address (4.2.7.1)"
    if name == "link" and node.get("hreflang") and not _TAG.fullmatch(node.get("hreflang")):
        yield f"link: `{node.get('hreflang')}` is no language"
    if name in ("author", "contributor"):
        yield from children(node, {"name": ONE, "uri": MAYBE, "email": MAYBE})
    if name in ("title", "subtitle", "summary", "rights") and node.get("type", "text") not in ("text", "html", "xhtml"):
        yield f"{name}: type `{node.get('type')}` (3.1.1)"
    if name in ("title", "name") and not text.strip():
        yield f"{name} is empty"
    if name in ("title", "summary", "content") and node.get("type", "text") in ("text", "html") and len(node):
        yield f"{name} has elements in it (3.1.1)"
    if name == "category" and not node.get("term"):
        yield "a category without a term (4.2.2.1)"


# ---- JSON Feed
def json_feed_faults(data: bytes, url: str) -> Iterator[str]:
    """jsonfeed.org/version/1.1."""
    feed = json.loads(data)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "its version is not 1.1"
    if not (isinstance(feed.get("title"), str) and feed["title"]):
        yield "has no title"
    if feed.get("feed_url") != url:
        yield "its feed_url leads elsewhere"
    for key in ("home_page_url", "feed_url", "icon", "favicon", "next_url"):
        if key in feed and not is_absolute(feed[key]):
            yield f"{key}: {feed[key]!r} is no address"
    if "language" in feed and not _TAG.fullmatch(feed["language"]):
        yield f"language: {feed['language']!r}"
    if not isinstance(feed.get("items"), list):
        yield "has no items"
        return
    yield from _authors(feed)
    ids = [item.get("id") for item in feed["items"]]
    if len(set(ids)) != len(ids) or not all(isinstance(id, str) and id for id in ids):
        yield "items without an id of their own"
    for item in feed["items"]:
        yield from _item(item)


def _authors(thing: dict[str, Any]) -> Iterator[str]:
    if "author" in thing:
        yield "`author` is that of version 1.0"
    for author in thing.get("authors", ()):
        if not any(author.get(key) for key in ("name", "url", "avatar")):
            yield "an author without name, url and avatar"


def _item(item: dict[str, Any]) -> Iterator[str]:
    yield from _authors(item)
    if not ("content_html" in item or "content_text" in item):
        yield "an item without content"
    for key in ("url", "external_url", "image", "banner_image"):
        if key in item and not is_absolute(item[key]):
            yield f"{key}: {item[key]!r} is no address"
    for key in ("date_published", "date_modified"):
        if key in item and not is_stamp(item[key]):
            yield f"{key}: {item[key]!r} is no date"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", ())):
        yield "tags that are no words"
    for attached in item.get("attachments", ()):
        if not is_absolute(attached.get("url")) or "/" not in str(attached.get("mime_type")):
            yield "an attachment without url or mime_type"


# ---- sitemaps
def sitemap_faults(data: bytes, url: str) -> Iterator[str]:
    """sitemaps.org/protocol.html and its schemas; developers.google.com/search for alternates and news."""
    if len(data) > 50 * 1024 * 1024:
        yield "has more than 50 MiB"
    root = etree.fromstring(data)
    is_index = root.tag == f"{{{SITEMAP}}}sitemapindex"
    if not is_index and root.tag != f"{{{SITEMAP}}}urlset":
        yield f"its root is {root.tag}"
        return
    entries = list(root)
    if len(entries) > 50_000:
        yield "has more than 50,000 addresses"
    if not entries and NEWS not in root.nsmap.values():
        yield "is empty"  # as the one for news is in a quiet week
    order = ["loc", "lastmod", *([] if is_index else ["changefreq", "priority"])]
    for entry in entries:
        if entry.tag != f"{{{SITEMAP}}}{'sitemap' if is_index else 'url'}":
            yield f"has a {entry.tag}"
        names = [etree.QName(child).localname for child in entry.iterchildren(f"{{{SITEMAP}}}*")]
        if names[:1] != ["loc"] or names != [name for name in order if name in names]:
            yield f"an entry has {names}"
        place, day = entry.findtext(f"{{{SITEMAP}}}loc") or "", entry.findtext(f"{{{SITEMAP}}}lastmod")
        if not is_absolute(place) or len(place) >= 2048:
            yield f"loc: `{place}` is no address"
        if urlsplit(place)[:2] != urlsplit(url)[:2]:
            yield f"loc: `{place}` is of another site"
        if day is not None and not (is_stamp(day) or re.fullmatch(r"\d{4}-\d\d-\d\d", day)):
            yield f"lastmod: `{day}` is no date"
        yield from _alternates(entry)
        yield from _news(entry)


def _alternates(entry: Any) -> Iterator[str]:
    for link in entry.findall(f"{{{XHTML}}}link"):
        lang = link.get("hreflang") or ""
        if (
            link.get("rel") != "alternate"
            or not is_absolute(link.get("href"))
            or not _TAG.fullmatch(lang.removeprefix("x-"))
        ):
            yield f"an alternate {dict(link.attrib)}"


def _news(entry: Any) -> Iterator[str]:
    for news in entry.findall(f"{{{NEWS}}}news"):
        publication = news.find(f"{{{NEWS}}}publication")
        if publication is None or not publication.findtext(f"{{{NEWS}}}name"):
            yield "news without the name of the publication"
        elif not re.fullmatch(r"[a-z]{2,3}|zh-(cn|tw)", publication.findtext(f"{{{NEWS}}}language") or ""):
            yield "news without the language of the publication"
        if not is_stamp(news.findtext(f"{{{NEWS}}}publication_date")) or not news.findtext(f"{{{NEWS}}}title"):
            yield "news without date or title"


# ---- all of the sample
CHECKS: dict[str, tuple[str, Callable[[bytes, str], Iterator[str]]]] = {
    "Atom": ("*.atom", atom_faults),
    "JSON Feed": ("feed*.json", json_feed_faults),
    "sitemaps": ("sitemap*.xml", sitemap_faults),
}


def faults_of(files: list[Path], output: Path, check: Callable[[bytes, str], Iterator[str]]) -> list[str]:
    return [
        f"{name}: {fault}"
        for path in files
        for name in [path.relative_to(output).as_posix()]
        for fault in check(path.read_bytes(), f"https://example.org/{name}")
    ]


@pytest.mark.parametrize("format", CHECKS)
def test_format_is_that_of_its_specification(sample: Sample, format: str) -> None:
    pattern, check = CHECKS[format]
    files = sorted(sample.output.rglob(pattern))
    assert len(files) > 10
    faults = faults_of(files, sample.output, check)
    assert not faults, "\n".join(["", *faults[:40]])


def test_archives_of_feeds_lead_to_their_ends(sample: Sample) -> None:
    """RFC 5005: by `prev-archive` a reader gets the whole history; each archive leads back to where it came from."""
    for path in sorted(sample.output.rglob("feed.atom")):
        seen: list[str] = []
        current = f"https://example.org/{path.relative_to(sample.output).as_posix()}"
        following = current
        while following:
            assert following not in seen, f"{following} is its own past"
            seen.append(following)
            root = etree.fromstring((sample.output / following.removeprefix("https://example.org/")).read_bytes())
            links = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
            is_archive = root.find(f"{{{HISTORY}}}archive") is not None
            assert is_archive == (following != current), following
            assert not is_archive or links["current"] == current
            following = links.get("prev-archive", "")


BAD_ATOM = {
    "<title>": "<subject>",
    "<updated>2024-12-18T09:00:00+01:00</updated>": "<updated>2024-12-18</updated>",
    'rel="self"': 'rel="related"',
    "<name>": "<nom>",
    "<id>tag:": "<id>tag ",
    'term="': 'name="',
    "<published>": "<issued>",
    '<content type="html">': '<content type="html" src="https://x.example/">',
}
BAD_JSON = {
    "version/1.1": "version/1",
    '"title": "Archive des infos",': "",
    '"id": "tag:': '"guid": "tag:',
    '"date_published": "': '"date_published": "on ',
    '"authors": [{"name": "Archive des infos", ': '"authors": [{"role": "x"}, {',
    '"content_html"': '"content"',
    '"url": "https://example.org/fr/2': '"url": "/fr/2',
}
BAD_SITEMAP = {
    "<loc>https://example.org": "<loc>",
    "https://example.org/en": "https://elsewhere.example/en",
    "<lastmod>": "<lastmod>on ",
    "<lastmod>2": "<priority>1</priority><lastmod>2",
    'rel="alternate"': 'rel="next"',
    'hreflang="fr"': 'hreflang="français"',
    "urlset": "urls",
}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (name, *pair)
        for name, bad in (("fr/feed.atom", BAD_ATOM), ("fr/feed.json", BAD_JSON), ("sitemap-2023-04.xml", BAD_SITEMAP))
        for pair in bad.items()
    ],
)
def test_a_fault_of_the_format_is_found(sample: Sample, name: str, right: str, wrong: str) -> None:
    """Each check sees what it is for."""
    text = (sample.output / name).read_text("utf-8")
    assert right in text
    closing = {right.replace("<", "</"): wrong.replace("<", "</")} if re.fullmatch(r"<\w+>", right) else {}
    for old, new in {right: wrong, **closing}.items():
        text = text.replace(old, new)
    check = next(check for pattern, check in CHECKS.values() if Path(name).match(pattern))
    assert list(check(text.encode(), f"https://example.org/{name}"))
