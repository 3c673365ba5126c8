"""What pages say to machines: JSON-LD, breadcrumbs, cards, canonical and language versions, neighbours.

Rules: developers.google.com/search, "Article", "Breadcrumb", "Localized versions of your pages"; schema.org; ogp.me.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from support.harness import PIXEL, Site, page_file
from support.sample_site import URL, html_pages, sample

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"

PAGES = ("CollectionPage", "WebPage", "SearchResultsPage")
#: Type to what it must have and what it may have besides; each property has a form of `FORMS`.
RULES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "NewsArticle": (
        {
            "@id": "url", "url": "url", "mainEntityOfPage": "url", "headline": "text", "inLanguage": "language",
            "datePublished": "date", "author": "party", "publisher": "party", "isAccessibleForFree": "flag",
        },
        {
            "description": "text", "dateModified": "date", "image": "url", "articleSection": "text",
            "keywords": "text", "dateline": "text", "isBasedOn": "CreativeWork", "translationOfWork": "version",
            "workTranslation": "version", "correction": "CorrectionComment",
        },
    ),
    "CreativeWork": ({"publisher": "party"}, {"url": "url"}),
    "CorrectionComment": ({"datePublished": "date", "text": "text"}, {}),
    "Person": ({"name": "text"}, {"url": "url"}),
    "Organization": ({"name": "text"}, {"url": "url"}),
    "Thing": ({"name": "text"}, {}),
    "ImageObject": ({"url": "url"}, {}),
    "NewsMediaOrganization": (
        {"@id": "url", "name": "text", "url": "url"},
        {"logo": "ImageObject", "email": "text", "sameAs": "url", "correctionsPolicy": "url",
         "publishingPrinciples": "url"},
    ),
    "WebSite": (
        {"@id": "url", "url": "url", "name": "text", "publisher": "reference", "inLanguage": "language"},
        {"description": "text"},
    ),
    **{
        kind: (
            {"@id": "url", "url": "url", "name": "text", "isPartOf": "reference", "inLanguage": "language"},
            {"description": "text", "about": "thing"},
        )
        for kind in PAGES
    },
    "BreadcrumbList": ({"itemListElement": "ListItem"}, {}),
    "ListItem": ({"position": "number", "name": "text", "item": "url"}, {}),
}  # fmt: skip
TYPES = {"party": ("Person", "Organization", "NewsMediaOrganization"), "thing": ("Thing", "Person", "Organization")}


def check(value: Any, form: str, where: str) -> None:
    """Raises AssertionError for a value that has not this form; a list has it if each of its items does."""
    if isinstance(value, list):
        assert value, f"{where}: an empty list"
        for item in value:
            check(item, form, where)
        return
    if form == "url":
        parts = urlsplit(value)
        assert parts.scheme in ("http", "https") and parts.netloc and value.isascii(), f"{where}: {value}"
    elif form == "date":
        assert re.match(r"\d{4}-\d{2}-\d{2}", value) and datetime.fromisoformat(value), f"{where}: {value}"
        assert "T" not in value or datetime.fromisoformat(value).tzinfo, f"{where}: a time without an offset"
    elif form == "language":
        assert value in ("fr", "en"), f"{where}: {value}"
    elif form == "text":
        assert isinstance(value, str) and value.strip(), f"{where}: {value!r}"
        assert "&amp;" not in value and "&#" not in value and "</" not in value, f"{where}: mark-up in {value!r}"
    elif form == "number":
        assert isinstance(value, int) and value > 0, f"{where}: {value}"
    elif form == "flag":
        assert isinstance(value, bool), f"{where}: {value}"
    elif form == "reference":
        assert value.keys() == {"@id"}, f"{where}: {value}"
    elif form == "version":
        assert value.keys() == {"@type", "@id", "inLanguage"} and value["@type"] == "NewsArticle", f"{where}: {value}"
    else:
        assert value["@type"] in TYPES.get(form, (form,)), f"{where}: {value['@type']}"
        check_thing(value, where)


def check_thing(thing: dict[str, Any], where: str) -> None:
    required, optional = RULES[thing["@type"]]
    assert required.keys() <= thing.keys(), f"{where}: {thing['@type']} lacks {required.keys() - thing.keys()}"
    known = required | optional
    for name, value in thing.items():
        if name != "@type":
            assert name in known, f"{where}: {thing['@type']} has {name}"
            check(value, known[name], f"{where}: {thing['@type']}.{name}")


def graph(page: LexborHTMLParser) -> list[dict[str, Any]]:
    scripts = page.css('script[type="application/ld+json"]')
    if not scripts:
        return []
    (script,) = scripts

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len(dict(pairs)) == len(pairs), f"a name twice: {pairs}"
        return dict(pairs)

    document = json.loads(script.text(), object_pairs_hook=unique)
    assert document.keys() == {"@context", "@graph"} and document["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = document["@graph"]
    return found


def pages() -> Iterator[tuple[str, LexborHTMLParser]]:
    for url in html_pages():
        yield url, sample().page(url)


def meta(page: LexborHTMLParser, name: str) -> list[str]:
    nodes = page.css(f'meta[property="{name}"], meta[name="{name}"]')
    return [node.attributes["content"] or "" for node in nodes]


def canonical(page: LexborHTMLParser) -> str:
    return page.css_first("link[rel=canonical]").attributes["href"] or ""


def test_every_page_of_the_sample_site_keeps_the_rules_of_structured_data() -> None:
    count = 0
    for url, page in pages():
        things = graph(page)
        for thing in things:
            check_thing(thing, url)
        if things:
            main = [t for t in things if t["@type"] in ("NewsArticle", *PAGES)]
            assert [unquote(t["url"]) for t in main] == [URL + url]
            assert main[0]["inLanguage"] == page.css_first("html").attributes["lang"]
        else:
            assert url in ("/", "/404.html") or page.css_first(".withdrawn"), url
        count += len(things)
    assert count > 300


def test_a_breadcrumb_says_what_the_trail_says() -> None:
    seen = 0
    for url, page in pages():
        links = [(a.text().strip(), urljoin(URL, a.attributes["href"] or "")) for a in page.css("nav.trail a")]
        lists = [t["itemListElement"] for t in graph(page) if t["@type"] == "BreadcrumbList"]
        assert bool(links) == bool(lists), url
        steps = {(item["name"], item["item"]): None for items in lists for item in items[:-1]}
        assert list(steps) == links, url
        for items in lists:
            assert [item["position"] for item in items] == list(range(1, len(items) + 1))
            assert unquote(items[-1]["item"]) == URL + url
            assert items[0]["item"] in (f"{URL}/fr/", f"{URL}/en/")
            seen += 1
    assert seen > 100


def test_home_names_the_publisher_and_its_policies() -> None:
    for lang, name in (("fr", "Les Archives"), ("en", "The Archives")):
        site, publisher, page = graph(sample().page(f"/{lang}/"))
        assert (site["@type"], page["@type"]) == ("WebSite", "CollectionPage")
        assert site["publisher"]["@id"] == publisher["@id"] and page["isPartOf"]["@id"] == site["@id"]
        assert publisher["name"] == name
        assert publisher["correctionsPolicy"] == f"{URL}/{lang}/about/"
        assert publisher["publishingPrinciples"] == "https://example.net/principles"
        assert publisher["logo"]["url"] == f"{URL}/favicon.svg"


def test_an_article_names_source_corrections_and_versions(site: Site) -> None:
    site.write("content/p.png", PIXEL)
    site.story(
        "a.fr",
        title="L'eau & <b>",
        image={"src": "p.png", "alt": "Un quai"},
        source={"name": "Agence", "url": "https://a.example/1"},
        corrections=[{"date": "2023-05-01", "text": "Le *chiffre* & l'unité."}],
        authors=["Ana"],
    )
    site.story("a.en", title="Water", date=None, categories=None, translation_of="fr", source="Agence")
    site.build()
    french = graph(site.page("/fr/2023/04/l-eau-b/"))[0]
    english = graph(site.page("/en/2023/04/water/"))[0]
    assert french["headline"] == "L’eau & <b>"
    assert french["image"] == ["https://news.example/media/p.png"]
    assert french["isBasedOn"]["url"] == "https://a.example/1"
    assert [c["text"] for c in french["correction"]] == ["Le *chiffre* & l’unité."]
    assert [v["@id"] for v in french["workTranslation"]] == [english["@id"]]
    assert "translationOfWork" not in french and "workTranslation" not in english
    assert english["translationOfWork"]["@id"] == french["@id"]
    assert english["isBasedOn"] == {"@type": "CreativeWork", "publisher": {"@type": "Organization", "name": "Agence"}}
    assert english["author"]["@id"] == "https://news.example/#organization"


def test_pages_have_cards() -> None:
    for url, page in pages():
        if url == "/404.html":
            continue
        for name in ("og:type", "og:title", "og:url", "og:site_name", "og:locale", "twitter:card"):
            assert len(meta(page, name)) == 1 and meta(page, name)[0].strip(), f"{url}: {name}"
        assert meta(page, "og:url") == [canonical(page)]
        lang = page.css_first("html").attributes["lang"]
        assert meta(page, "og:locale") == [{"fr": "fr_FR", "en": "en_US"}[lang or ""]]
        others = [n.attributes["hreflang"] for n in page.css("link[rel=alternate][hreflang]")]
        assert len(meta(page, "og:locale:alternate")) == len(set(others) - {lang, "x-default"})
        is_news = page.css_first("article.news:not(.withdrawn)") is not None
        assert meta(page, "og:type") == ["article" if is_news else "website"]
        if is_news:
            article = graph(page)[0]
            assert meta(page, "article:published_time") == [article["datePublished"]]
            assert meta(page, "article:modified_time") == [article[n] for n in ("dateModified",) if n in article]
            assert meta(page, "article:section") == article["articleSection"][:1]
            assert meta(page, "article:tag") == article.get("keywords", [])
        for image in meta(page, "og:image"):
            assert sample().exists(unquote(urlsplit(image).path))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("fr", "fr_FR"), ("en", "en_US"), ("ar", "ar_EG"), ("pt-BR", "pt_BR"), ("zh-Hant", "zh_TW"), ("tlh", "tlh")],
)
def test_locale_has_a_territory_where_one_is_likely(lang: str, expected: str) -> None:
    from newsgen.languages import cldr

    assert cldr.locale(lang) == expected


def alternates(page: LexborHTMLParser) -> dict[str, str]:
    nodes = page.css("link[rel=alternate][hreflang]")
    return {str(n.attributes["hreflang"]): str(n.attributes["href"]) for n in nodes}


def test_language_versions_are_reciprocal_and_those_of_the_sitemap() -> None:
    site = sample()
    for url, page in pages():
        if url == "/404.html":
            continue
        assert unquote(canonical(page)) == URL + url  # pages of a list are canonical to themselves
        ours = alternates(page)
        if "/page/" in url or page.css_first(".withdrawn") or url == "/":
            assert ours == {}, url
            continue
        assert ours[page.css_first("html").attributes["lang"] or ""] == canonical(page), url
        assert ours.get("x-default") == ours.get("fr"), url  # the default language's version, else absent
        for address in ours.values():
            assert alternates(site.page(unquote(urlsplit(address).path))) == ours, f"{url} and {address}"
    shards = [name for name in site.tree() if re.fullmatch(r"sitemap-.*\.xml", name) and "news" not in name]
    mapped = 0
    for name in shards:
        for entry in etree.fromstring(site.tree()[name]).iter(f"{MAP}url"):
            address = entry.find(f"{MAP}loc").text
            theirs = {link.get("hreflang"): link.get("href") for link in entry.iter(f"{XHTML}link")}
            page = site.page(unquote(urlsplit(address).path))
            assert (canonical(page), alternates(page)) == (address, theirs)
            assert not [robots for robots in meta(page, "robots") if "noindex" in robots]
            mapped += 1
    assert mapped > 150


def test_neighbours_in_the_head_are_those_of_the_page() -> None:
    seen = 0
    for url, page in pages():
        for rel in ("prev", "next"):
            head = [n.attributes["href"] for n in page.css(f"head link[rel={rel}]")]
            body = [urljoin(URL, n.attributes["href"] or "") for n in page.css(f"main a[rel={rel}]")]
            assert head == body, f"{url}: {rel}"
            seen += len(head)
    assert seen > 150


def test_a_withdrawn_story_says_nothing_to_machines(site: Site) -> None:
    site.story("a.fr", title="Parti", gone="Erreur.")
    site.write("content/pages/about.fr.md", page_file())
    site.build()
    page = site.page("/fr/2023/04/parti/")
    assert graph(page) == [] and alternates(page) == {} and meta(page, "robots") == ["noindex"]
