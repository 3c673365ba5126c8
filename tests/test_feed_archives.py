"""The history of a feed in documents that stay as they are (RFC 5005, section 4), and what a browser shows of feeds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from newsgen.nouns.diagnostics import NewsgenError
from support.harness import Site, audit
from support.sample_site import sample

ATOM = "{http://www.w3.org/2005/Atom}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"


def feed(site: Site, url: str) -> Any:
    return etree.fromstring(site.path(url).read_bytes())


def link(root: Any, rel: str) -> str:
    """The path of the only link of this kind, "" if there is none."""
    found = [node.get("href") for node in root.findall(f"{ATOM}link") if node.get("rel") == rel]
    assert len(found) <= 1
    return unquote(urlsplit(found[0]).path) if found else ""


def ids(root: Any) -> list[str]:
    return [entry.find(f"{ATOM}id").text for entry in root.findall(f"{ATOM}entry")]


def walk(site: Site, lang: str = "fr") -> list[Any]:
    """The subscription document and each archive document, newest first, as a feed reader goes through them."""
    documents = [feed(site, f"/{lang}/feed.atom")]
    while address := link(documents[-1], "prev-archive"):
        documents.append(feed(site, address))
        assert len(documents) < 1000
    return documents


def add(site: Site, number: int) -> None:
    site.story(f"n{number:02}.fr", title=f"T{number}", date=f"2023-01-{number + 1:02}")


def documents_of(site: Site) -> dict[str, bytes]:
    return {name: data for name, data in site.tree().items() if re.fullmatch(r"fr/feed(-\d+)?\.atom", name)}


def test_walk_reaches_every_article_once_and_in_order() -> None:
    site = sample()
    for lang in ("fr", "en"):
        documents = walk(site, lang)
        found = [id_ for document in documents for id_ in ids(document)]
        wanted = [
            about["id"]
            for name in site.tree()
            if name.startswith(f"{lang}/") and name.endswith("/index.json") and (about := site.json(f"/{name}"))
        ]
        assert sorted(found) == sorted(wanted) and len(set(found)) == len(found)
        assert len(documents) > 5
        dates = [
            entry.find(f"{ATOM}published").text[:10]
            for document in documents
            for entry in document.findall(f"{ATOM}entry")
        ]
        assert dates == sorted(dates, reverse=True)


def test_documents_are_valid_atom_and_lead_to_each_other() -> None:
    site = sample()
    current, *archives = walk(site)
    assert current.find(ARCHIVE) is None and link(current, "current") == ""
    for newer, document in zip([None, *archives], archives, strict=False):
        own = link(document, "self")
        assert document.find(ARCHIVE) is not None and len(ids(document)) == 7
        assert link(document, "current") == "/fr/feed.atom"
        assert link(document, "next-archive") == (link(newer, "self") if newer is not None else "")
        assert document.find(f"{ATOM}id").text == current.find(f"{ATOM}id").text
        assert site.exists(own)
    for document in (current, *archives):
        for name in ("id", "title", "updated", "author"):
            assert len(document.findall(f"{ATOM}{name}")) == 1
        for entry in document.findall(f"{ATOM}entry"):
            for name in ("id", "title", "updated", "published", "content"):
                assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        changed = [entry.find(f"{ATOM}updated").text for entry in document.findall(f"{ATOM}entry")]
        assert document.find(f"{ATOM}updated").text in changed


@pytest.mark.parametrize("feed_size", [1, 2, 3])
def test_a_new_story_changes_the_feed_and_nothing_else_until_a_document_is_full(site: Site, feed_size: int) -> None:
    site.configure(feed_size=feed_size)
    site.build()
    for number in range(8):
        before = documents_of(site)
        add(site, number)
        site.build()
        after, size = documents_of(site), number + 1
        full = max(0, size // feed_size - 1)
        assert len(after) == full + 1
        changed = {name for name in after if after[name] != before.get(name)}
        wanted = {"fr/feed.atom"}
        if len(after) > len(before):
            wanted |= {f"fr/feed-{n}.atom" for n in (full - 1, full) if n}
        assert changed == wanted
        assert [len(ids(d)) for d in walk(site)] == [size - full * feed_size, *[feed_size] * full]
        assert audit(site) == []
    assert site.tree() == site.clean_build()


def test_edits_touch_the_document_that_shows_them(site: Site) -> None:
    site.configure(feed_size=2)
    for number in range(7):
        add(site, number)
    site.build()

    def changed(edit: Any) -> set[str]:
        before = documents_of(site)
        edit()
        site.build()
        after = documents_of(site)
        assert site.tree() == site.clean_build() and audit(site) == []
        return {name for name in before | after if before.get(name) != after.get(name)}

    body = {"title": "T1", "date": "2023-01-02", "body": "Autre."}
    assert changed(lambda: site.story("n01.fr", **body)) == {"fr/feed-1.atom"}
    body["updated"] = "2023-06-01"
    assert changed(lambda: site.story("n01.fr", **body)) == {"fr/feed-1.atom"}
    assert changed(lambda: site.story("n06.fr", title="Neuf", date="2023-01-07")) == {"fr/feed.atom"}
    everything = {"fr/feed.atom", "fr/feed-1.atom", "fr/feed-2.atom"}
    assert changed(lambda: site.story("n00.fr", title="Plus tard", date="2023-02-01")) == everything
    assert changed(lambda: site.remove("content/n06.fr.md")) == {"fr/feed.atom"}
    assert changed(lambda: site.remove("content/n05.fr.md")) == {"fr/feed.atom", "fr/feed-2.atom", "fr/feed-1.atom"}
    assert changed(lambda: site.configure(feed_size=1)) >= {"fr/feed-1.atom", "fr/feed-4.atom"}


def test_untranslated_stories_are_in_the_history_under_show(site: Site) -> None:
    site.configure(feed_size=1, untranslated="show")
    add(site, 0)
    site.story("b.en", title="B", date="2023-05-01")
    site.story("c.en", title="C", date="2023-06-01")
    site.build()
    assert [len(ids(d)) for d in walk(site)] == [1, 1, 1]
    site.story("b.en", title="B", date="2023-05-01", body="Other.", updated="2023-07-01")
    site.build()
    assert site.tree() == site.clean_build() and audit(site) == []


def test_only_the_sites_feed_has_a_history() -> None:
    names = [name for name in sample().tree() if re.search(r"feed-\d+\.atom$", name)]
    assert {name.rpartition("/")[0] for name in names} == {"fr", "en"}


def test_no_slug_or_category_can_take_the_address_of_a_document(site: Site) -> None:
    site.story("a.fr", title="A", slug="feed-1.atom")
    (fault,) = site.build().errors
    assert fault.id == "slug-reserved" and "feed-1.atom" in fault.message
    site.configure(categories={"europe": "Europe", "feed-12.atom": "X"})
    with pytest.raises(NewsgenError):
        site.build()


def test_feeds_name_their_style_sheet() -> None:
    site = sample()
    for name, data in site.tree().items():
        if name.endswith(".atom"):
            assert data.splitlines()[1] == b'<?xml-stylesheet type="text/css" href="/assets/feed.css"?>', name
    assert site.exists("/assets/feed.css")


def test_style_sheet_of_feeds_loads_nothing() -> None:
    text = (Path(__file__).parents[1] / "static/assets/feed.css").read_text("utf-8")
    assert "url(" not in text and "@import" not in text
