"""Atom 1.0 and JSON Feed 1.1: what their specifications want, ids that never change (CONTENT.md §5)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from support.harness import PIXEL, Site

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://news.example"


def archive(site: Site) -> None:
    site.write("content/x/p.png", PIXEL)
    site.story(
        "x/a.fr",
        title="Un & « deux » <b>",
        lead="Un *chapô*",
        tags=["Chine"],
        authors=["Ana"],
        image={"src": "p.png", "alt": "Port", "caption": "Le port", "credit": "AFP"},
        body="![in](p.png) [[b]] et [lien](/fr/#x) [doc](../x/b.fr.md).\n\nNote[^1].\n\n[^1]: Ici. ]]> fin",
    )
    site.story(
        "x/b.fr",
        title="Bé",
        date="2023-05-01",
        updated="2023-05-02",
        corrections=[{"date": "2023-06-01 10:00", "text": "Un chiffre."}],
    )
    site.story("x/b.en", title="Bee")


FEEDS = [
    "/fr/",
    "/en/",
    "/fr/europe/",
    "/en/europe/",
    "/fr/monde/",
    "/fr/tags/chine/",
    "/fr/auteurs/ana/",
    "/fr/corrections/",
    "/en/corrections/",
]


@pytest.fixture
def built(site: Site) -> Site:
    archive(site)
    assert site.build().errors == []
    return site


def atom(site: Site, url: str) -> Any:
    return etree.fromstring(site.path(url).read_bytes())


def only(node: Any, name: str) -> str:
    (found,) = node.findall(ATOM + name)
    return "".join(found.itertext())


def html_addresses(html: str) -> list[str]:
    tree = etree.HTML(f"<div>{html}</div>")
    return [value for node in tree.iter() for key, value in node.attrib.items() if key in ("href", "src", "srcset")]


@pytest.mark.parametrize("where", FEEDS)
def test_atom_has_what_rfc_4287_requires(built: Site, where: str) -> None:
    root = atom(built, f"{where}feed.atom")
    assert root.tag == f"{ATOM}feed"
    assert only(root, "id").startswith("tag:news.example,2000:")
    assert only(root, "title")
    stamp = datetime.fromisoformat(only(root, "updated"))
    assert stamp.tzinfo is not None
    links = {n.get("rel"): n.get("href") for n in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{SITE}{where}feed.atom", "alternate": f"{SITE}{where}"}
    assert root.find(f"{ATOM}author/{ATOM}name").text
    ids = [only(root, "id")]
    for entry in root.findall(f"{ATOM}entry"):
        ids.append(only(entry, "id"))
        assert only(entry, "title")
        published, updated = (datetime.fromisoformat(only(entry, name)) for name in ("published", "updated"))
        assert published.tzinfo is not None
        assert published <= updated <= stamp
        assert entry.find(f"{ATOM}link[@rel='alternate']").get("href").startswith(SITE)
        content = entry.find(f"{ATOM}content")
        if content is not None:
            assert content.get("type") == "html"
            for address in html_addresses(content.text):
                assert address.startswith("https://"), address
        assert content is not None or entry.find(f"{ATOM}link") is not None
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("where", FEEDS)
def test_json_feed_has_what_version_1_1_requires(built: Site, where: str) -> None:
    feed = built.json(f"{where}feed.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert (feed["home_page_url"], feed["feed_url"]) == (SITE + where, f"{SITE}{where}feed.json")
    assert feed["language"] == where[1:3]
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert "content_html" in item or "content_text" in item
        assert item["url"].startswith(SITE)
        for key in ("date_published", "date_modified"):
            assert key not in item or datetime.fromisoformat(item[key]).tzinfo is not None
        for address in html_addresses(item.get("content_html", "")):
            assert address.startswith("https://"), address
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])


@pytest.mark.parametrize("where", FEEDS)
def test_both_feeds_of_a_list_say_the_same(built: Site, where: str) -> None:
    entries = atom(built, f"{where}feed.atom").findall(f"{ATOM}entry")
    items = built.json(f"{where}feed.json")["items"]
    assert [only(e, "id") for e in entries] == [i["id"] for i in items]
    assert [only(e, "title") for e in entries] == [i["title"] for i in items]
    assert [e.find(f"{ATOM}link").get("href") for e in entries] == [i["url"] for i in items]
    contents = [e.findtext(f"{ATOM}content") for e in entries]
    assert [(c or "").strip() for c in contents] == [i.get("content_html", "").strip() for i in items]


def test_site_and_category_feeds_have_the_whole_content_others_the_lead(built: Site) -> None:
    for where, full in (("/fr/", True), ("/fr/europe/", True), ("/fr/tags/chine/", False), ("/fr/auteurs/ana/", False)):
        (item,) = [i for i in built.json(f"{where}feed.json")["items"] if i["id"].endswith("x/a:fr")]
        text = item.get("content_html", "") + item.get("content_text", "")
        assert ("Ici." in text) == full, where
        assert "chapô" in text
        assert item["title"].startswith("Un & «\xa0deux\xa0» <b>")


def test_an_entry_names_a_hundred_tags_and_authors_at_most(site: Site) -> None:
    site.story("a.fr", tags=[f"Mot {n}" for n in range(105)], authors=[f"Nom {n}" for n in range(105)])
    assert site.build().errors == []
    (entry,) = atom(site, "/fr/feed.atom").findall(ATOM + "entry")
    assert len(entry.findall(ATOM + "author")) == 100
    assert len([c for c in entry.findall(ATOM + "category") if c.get("scheme")]) == 100
    (item,) = json.loads(site.path("/fr/feed.json").read_bytes())["items"]
    assert len(item["authors"]) == 100 and len(item["tags"]) == 101
    assert len(site.page(item["url"].removeprefix(SITE)).css(".tags a")) == 105


def test_feed_sizes_and_order(site: Site) -> None:
    site.configure(feed_size=2)
    for n in range(4):
        site.story(f"{n}.fr", title=f"T{n}", date=f"2023-04-0{n + 1}")
    site.build()
    assert [i["title"] for i in site.json("/fr/feed.json")["items"]] == ["T3", "T2"]
    assert len(site.json("/fr/europe/feed.json")["items"]) == 2
    assert site.json("/fr/monde/feed.json")["items"] == []


def test_an_entrys_updated_is_the_latest_of_date_updated_and_corrections(built: Site) -> None:
    entries = {only(e, "id"): only(e, "updated") for e in atom(built, "/fr/feed.atom").findall(f"{ATOM}entry")}
    assert entries == {
        "tag:news.example,2000:x/a:fr": "2023-04-16T00:00:00+02:00",
        "tag:news.example,2000:x/b:fr": "2023-06-01T10:00:00+02:00",
    }
    assert only(atom(built, "/fr/feed.atom"), "updated") == "2023-06-01T10:00:00+02:00"


def test_ids_survive_title_date_address_and_site(built: Site) -> None:
    ids = {i["id"] for i in built.json("/fr/feed.json")["items"]}
    feed = only(atom(built, "/fr/feed.atom"), "id")
    built.story("x/a.fr", title="Tout autre", date="2020-01-01", slug="ailleurs")
    built.configure(url="https://other.example/sub/", id="news.example,2000", permalink="/{lang}/{slug}/", title="X")
    built.build()
    assert {i["id"] for i in built.json("/fr/feed.json")["items"]} == ids
    assert only(atom(built, "/fr/feed.atom"), "id") == feed


def test_corrections_have_ids_that_later_ones_do_not_move(site: Site) -> None:
    one = {"date": "2023-06-01", "text": "Un."}
    site.story("a.fr", corrections=[one])
    site.build()
    (first,) = site.json("/fr/corrections/feed.json")["items"]
    site.story(
        "a.fr", corrections=[one, {"date": "2023-05-01", "text": "Avant."}, {"date": "2023-07-01", "text": "Après."}]
    )
    site.build()
    items = {i["content_html"]: i["id"] for i in site.json("/fr/corrections/feed.json")["items"]}
    assert items[first["content_html"]] == first["id"]
    assert len(set(items.values())) == 3


def test_the_corrections_feed_has_feed_size_entries(site: Site) -> None:
    site.configure(feed_size=2)
    for n in range(4):
        site.story(f"{n}.fr", title=f"T{n}", corrections=[{"date": f"2023-05-0{n + 1}", "text": f"Faute {n}."}])
    site.build()
    assert [i["content_html"] for i in site.json("/fr/corrections/feed.json")["items"]] == ["Faute 3.", "Faute 2."]


def test_pages_name_their_feeds(built: Site) -> None:
    links = [n.attributes["href"] for n in built.page("/fr/europe/").css('link[rel=alternate][type*="feed+json"]')]
    assert links == ["/fr/europe/feed.json", "/fr/feed.json"]
    for name in built.tree():
        if name.endswith(".html"):
            for node in built.page("/" + name.removesuffix("index.html")).css("link[rel=alternate][type]"):
                assert built.exists(str(node.attributes["href"]))


def test_an_empty_archive_has_valid_feeds(site: Site) -> None:
    site.build()
    root = atom(site, "/fr/feed.atom")
    assert datetime.fromisoformat(only(root, "updated"))
    assert root.findall(f"{ATOM}entry") == []


def test_sub_path_and_other_scripts_are_encoded(site: Site) -> None:
    site.configure(url="https://news.example/archives/")
    site.story("a.fr", title="東京", body="[[a]] ![x](p é.png)")
    site.write("content/p é.png", PIXEL)
    site.build()
    (item,) = site.json("/fr/feed.json")["items"]
    assert item["url"] == "https://news.example/archives/fr/2023/04/%E6%9D%B1%E4%BA%AC/"
    assert "https://news.example/archives/media/p%20%C3%A9.png" in item["content_html"]
