"""Sitemaps, robots.txt, structured data: for machines (CONTENT.md §5; sitemaps.org; developers.google.com/search)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree

from support.harness import Site, differences, page_file

SITE = "https://news.example"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def tree(site: Site, url: str) -> Any:
    return etree.fromstring(site.path(url).read_bytes())


def locations(site: Site, url: str) -> list[str]:
    return [unquote(node.text.removeprefix(SITE)) for node in tree(site, url).iter(f"{MAP}loc")]


def everything(site: Site) -> dict[str, Any]:
    """Address to its `url` element, of all shards of the index."""
    found = {}
    for shard in locations(site, "/sitemap.xml"):
        root = tree(site, shard)
        assert root.tag == f"{MAP}urlset"
        for node in root:
            assert node[0].tag == f"{MAP}loc"
            assert node[0].text not in found, "each address once"
            found[node[0].text] = node
    return found


@pytest.fixture
def built(site: Site) -> Site:
    site.configure(languages=["fr", "en", "ar"], page_size=1)
    for lang, title in (("fr", "A"), ("en", "B"), ("ar", "أ")):
        site.story(f"a.{lang}", title=title, tags=["NATO"], authors=["Ana"])
    site.story("b.fr", title="Vieux", date="2022-01-01", updated="2022-02-01", tags=["Seul"])
    site.story("c.en", title="Only", date="2024-01-15 09:00", noindex=False)
    site.story("d.fr", title="Retiré", gone="x")
    site.story("e.fr", title="Caché", noindex=True)
    site.write("content/pages/about.fr.md", page_file("À propos", aliases=["/vieux/"]))
    site.write("content/pages/about.en.md", page_file("About"))
    site.write("content/pages/cachee.fr.md", page_file("Cachée", noindex=True))
    assert site.build().errors == []
    return site


def test_shards_are_months_and_lists(built: Site) -> None:
    shards = locations(built, "/sitemap.xml")
    assert [s for s in shards if s[9:10].isdigit()] == [
        "/sitemap-2022-01.xml",
        "/sitemap-2023-04.xml",
        "/sitemap-2024-01.xml",
    ]
    assert locations(built, "/sitemap-2023-04.xml") == ["/ar/2023/04/أ/", "/en/2023/04/b/", "/fr/2023/04/a/"]
    assert len(shards) == len(set(shards))
    assert all(built.exists(shard) for shard in shards)


def test_the_sitemap_holds_what_may_be_indexed_and_nothing_else(built: Site) -> None:
    urls = {unquote(url.removeprefix(SITE)) for url in everything(built)}
    assert all(built.exists(url) for url in urls)
    assert {"/fr/2022/01/vieux/", "/en/2024/01/only/", "/fr/about/", "/fr/europe/", "/fr/", "/fr/tags/nato/"} <= urls
    for page in ("/fr/2023/04/retire/", "/fr/2023/04/cache/", "/fr/cachee/", "/vieux/", "/404.html"):
        assert built.exists(page)
        assert page not in urls
    assert not any("/page/" in url for url in urls)


def test_the_sitemap_says_of_languages_what_the_head_says(built: Site) -> None:
    seen = 0
    for url, node in everything(built).items():
        mine = {n.get("hreflang"): n.get("href") for n in node.iter(f"{XHTML}link")}
        assert mine == built.alternates(unquote(url.removeprefix(SITE))), url
        assert len(list(node.iter(f"{XHTML}link"))) == len(mine)
        seen += len(mine) > 1
        assert url in mine.values()
    assert seen > 10


def test_lastmod_is_the_last_change(built: Site) -> None:
    found = {unquote(n[0].text): n.findtext(f"{MAP}lastmod") for n in tree(built, "/sitemap-2022-01.xml")}
    assert found == {f"{SITE}/fr/2022/01/vieux/": "2022-02-01T00:00:00+01:00"}
    assert all(datetime.fromisoformat(n.text).tzinfo for n in tree(built, "/sitemap-2023-04.xml").iter(f"{MAP}lastmod"))


@pytest.mark.parametrize(
    ("now", "there"),
    [("2024-01-15T12:00:00+01:00", True), ("2024-01-17T08:59:59+01:00", True), ("2024-01-17T09:00:01+01:00", False)],
)
def test_the_news_sitemap_holds_two_days(built: Site, now: str, there: bool) -> None:
    built.build(now=now)
    root = tree(built, "/sitemap-news.xml")
    assert [n.text for n in root.iter(f"{MAP}loc")] == ([f"{SITE}/en/2024/01/only/"] if there else [])
    for node in root.iter(f"{NEWS}news"):
        assert node.findtext(f"{NEWS}publication/{NEWS}name") == "Archive in English"
        assert node.findtext(f"{NEWS}publication/{NEWS}language") == "en"
        assert node.findtext(f"{NEWS}title") == "Only"
        assert datetime.fromisoformat(node.findtext(f"{NEWS}publication_date"))


@pytest.mark.parametrize(
    ("front", "shown"),
    [
        ({"date": "2024-01-02 08:00", "publish": "2024-01-15 06:00"}, "2024-01-15T06:00:00+01:00"),
        ({"date": "2024-01-02", "publish": "2024-01-15"}, "2024-01-15T00:00:00+01:00"),
        ({"date": "2023-07-01", "publish": "2024-01-15T05:00:00Z"}, "2024-01-15T06:00:00+01:00"),
        ({"date": "2024-01-15 07:00", "publish": "2024-01-01"}, "2024-01-15T07:00:00+01:00"),
        ({"date": "2024-01-15"}, "2024-01-15"),
    ],
)
def test_the_news_sitemap_says_since_when_a_story_is_public(site: Site, front: dict[str, str], shown: str) -> None:
    site.story("a.fr", **front)
    site.build()
    (node,) = tree(site, "/sitemap-news.xml").iter(f"{NEWS}publication_date")
    assert node.text == shown
    site.configure(timezone="UTC")
    site.build()
    assert differences(site.tree(), site.clean_build()) == []


def test_robots_names_the_sitemaps(built: Site) -> None:
    lines = built.read("/robots.txt").splitlines()
    assert lines[0] == "User-agent: *"
    assert [line for line in lines if line.startswith("Sitemap:")] == [
        f"Sitemap: {SITE}/sitemap.xml",
        f"Sitemap: {SITE}/sitemap-news.xml",
    ]


def test_an_empty_site_has_a_sitemap(site: Site) -> None:
    site.build()
    assert locations(site, "/sitemap.xml") == ["/sitemap-sections.xml"]
    assert f"{SITE}/fr/" in everything(site)


def structured(site: Site, url: str) -> Any:
    """What the page says of itself; the breadcrumb stands behind it."""
    return json.loads(site.page(url).css_first('script[type="application/ld+json"]').text())["@graph"][0]


def test_structured_data_and_index_json_agree_with_the_page(built: Site) -> None:
    for name in built.tree():
        if not name.endswith("/index.json"):
            continue
        url = "/" + name.removesuffix("index.json")
        about = built.json(f"/{name}")
        data = structured(built, url)
        assert data["@type"] == "NewsArticle"
        assert data["headline"] == about["title"] == built.h1(url)
        assert (
            data["datePublished"] == about["date"] == built.main(url).css_first("time[datetime]").attributes["datetime"]
        )
        assert unquote(about["url"]) == SITE + url
        assert data["url"] == about["url"]
        assert data["author"]
        assert data["publisher"]["name"]
        assert data["inLanguage"] == about["lang"] == built.page(url).css_first("html").attributes["lang"]


def test_hostile_words_stay_words(site: Site) -> None:
    bad = '</script><script>alert("x")</script> & <b>'
    site.story(
        "a.fr",
        title=bad,
        tags=[bad],
        authors=[bad],
        lead=bad.replace("*", ""),
        location=bad,
        kicker=bad,
        slug="x",
        source={"name": bad, "url": "https://agence.example/?a=1&b=2"},
        corrections=[{"date": "2023-05-01", "text": bad}],
    )
    site.build()
    for name, data in site.tree().items():
        if name.endswith((".html", ".atom", ".xml")):
            assert b"<script>alert" not in data, name
        if name.endswith((".atom", ".xml")):
            etree.fromstring(data)
        if name.endswith(".json"):
            json.loads(data)
    data = structured(site, "/fr/2023/04/x/")
    assert data["author"][0]["name"] == bad
    assert site.json("/fr/2023/04/x/index.json")["title"] == bad
