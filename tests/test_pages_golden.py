"""Golden pages: one of each kind in both languages from one small site, each valid by its own rules.

`pytest --update-golden` rewrites tests/golden/pages; the diff is what readers will see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from newsgen.nouns.kinds import of_family
from support.harness import PIXEL, Site, page_file, temporary_site

GOLDEN = Path(__file__).parent / "golden/pages"
NOW = "2023-05-03T12:00:00+02:00"
SITE = "https://news.example"


def small_site(site: Site) -> None:
    """Each page kind, each part of an article page, with as few words as can be."""
    site.configure(
        page_size=2,
        feed_size=3,
        description={"fr": "Des infos.", "en": "News."},
        humans="Written by people.",
        organization={
            "logo": "/favicon.svg",
            "email": "desk@news.example",
            "corrections_policy": "pages/about",
            "same_as": ["https://social.example/archive"],
        },
        security={"contact": "security@news.example", "expires": "2024-04-30"},
    )
    site.write("content/2023/04/port.png", PIXEL)
    site.story(
        "2023/04/sommet.fr",
        title="Un sommet à Paris : « oui »",
        date="2023-04-16 18:05",
        updated="2023-04-18",
        kicker="Europe",
        lead="Le *chapô*.",
        categories=["a-la-une", "europe"],
        tags=["Paix", "ONU"],
        authors=["Ana Bé"],
        topics=["paix"],
        location="Paris",
        source={"name": "Agence", "url": "https://agence.example/1"},
        image={"src": "port.png", "alt": "Une place", "caption": "La place", "credit": "Reuters"},
        corrections=[{"date": "2023-04-19", "text": "Le chiffre était faux."}],
        aliases=["/vieux/"],
        related=["autre"],
        body='Un paragraphe[^1].\n\n[[autre]]\n\n## Partie\n\n![Un quai](port.png "Le quai. ©AFP")\n\n'
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: La note.",
    )
    site.story(
        "2023/04/sommet.en",
        title="A summit in Paris",
        date=None,
        categories=None,
        lead="The standfirst.",
        tags=["Peace"],
        authors=["Ana Bé"],
        source="Agence",
        image={"alt": "A square", "caption": "The square"},
        translation_of={"lang": "fr", "date": "2023-04-16 18:05"},
        body="A paragraph.\n\n[[autre]]\n\n[[seul]]",
        corrections=[{"date": "2023-04-20", "text": "The figure was wrong."}],
        aliases=["/old/"],
    )
    site.story("2023/05/autre.fr", title="Autre", date="2023-05-02", body="[[sommet]]", tags=["Paix"])
    site.story("2023/05/autre.en", title="Other", date=None, categories=None, body="[[sommet]]", tags=["Peace"])
    for n in range(4):
        site.story(f"2022/v{n}.fr", title=f"Vieux {n}", date=f"2022-12-0{n + 1}", tags=["Paix"])
        site.story(f"2022/v{n}.en", title=f"Old {n}", date=None, categories=None, tags=["Peace"])
    site.story("seul.fr", title="Seulement", date="2023-01-01", categories=["monde"])
    site.story("retire.fr", title="Retiré", date="2023-02-01", gone="La source a démenti.")
    site.story("retire.en", title="Withdrawn", date=None, categories=None, gone="The source denied it.")
    for lang, title, text in (("fr", "La paix", "Le dossier."), ("en", "Peace talks", "The file.")):
        site.write(f"content/topics/paix.{lang}.md", page_file(title, text))
        site.write(f"content/pages/about.{lang}.md", page_file(f"À propos ({lang})", "Qui ?"))
    site.write("content/categories/europe.fr.md", page_file("Europe", "Le continent.", description="Sur l'Europe"))


#: Name of the golden file to the address of its page.
PAGES = {
    "choice.html": "/", "404.html": "/404.html", "robots.txt": "/robots.txt", "next.txt": "/newsgen-ledger/next.txt",
    "sitemap.xml": "/sitemap.xml",
    "sitemap-news.xml": "/sitemap-news.xml", "sitemap-month.xml": "/sitemap-2023-04.xml",
    "sitemap-sections.xml": "/sitemap-sections.xml",
    **{
        f"{kind}.{lang}.{suffix}": f"/{lang}/{address}"
        for lang, addresses in {
            "fr": {
                "article": "2023/04/un-sommet-a-paris-oui/", "category": "europe/",
                "category-1": "europe/page/1/",
                "day": "2023/04/16/", "month": "2023/04/", "year": "2022/",
                "tag": "tags/paix/", "author": "auteurs/ana-be/", "topic": "dossiers/la-paix/",
                "source": "sources/agence/", "overview": "tags/", "page": "about/", "gone": "2023/02/retire/",
            },
            "en": {
                "article": "2023/04/a-summit-in-paris/", "category": "europe/",
                "category-1": "europe/page/1/",
                "day": "2023/04/16/", "month": "2023/04/", "year": "2022/", "tag": "tags/peace/",
                "author": "authors/ana-be/", "topic": "topics/peace-talks/", "source": "sources/agence/",
                "overview": "tags/", "page": "about/", "gone": "2023/02/withdrawn/",
            },
        }.items()
        for kind, address in addresses.items()
        for suffix in ["html"]
    },
    **{
        f"{kind.name}.{lang}.html": kind.address.format(lang=lang, word=kind.path_words.get(lang))
        for kind in of_family("language") if kind.template.endswith(".html") for lang in ("fr", "en")
    },
    **{f"feed.{lang}.{kind}": f"/{lang}/feed.{kind}" for lang in ("fr", "en") for kind in ("atom", "json")},
    **{
        f"corrections.{lang}.{kind}": f"/{lang}/corrections/feed.{kind}"
        for lang in ("fr", "en") for kind in ("atom", "json")
    },
    "tag.fr.atom": "/fr/tags/paix/feed.atom", "redirect.fr.html": "/vieux/", "redirect.en.html": "/old/",
    "opensearch.fr.xml": "/fr/opensearch.xml", "search-2023.fr.json": "/fr/recherche/index/2023.json",
    "feed-1.fr.atom": "/fr/feed-1.atom", "_headers": "/_headers", "humans.txt": "/humans.txt",
    "security.txt": "/.well-known/security.txt",
    "article.fr.json": "/fr/2023/04/un-sommet-a-paris-oui/index.json",
    "article.en.json": "/en/2023/04/a-summit-in-paris/index.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def built() -> Iterator[Site]:
    with temporary_site() as site:
        small_site(site)
        assert site.build(now=NOW).ids == []
        yield site


@pytest.mark.parametrize("name", PAGES)
def test_golden_page(built: Site, name: str, update_golden: bool) -> None:
    made = built.read(PAGES[name])
    golden = GOLDEN / name
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(made, "utf-8")
    assert golden.exists(), f"a new page: `pytest {Path(__file__).name} --update-golden` writes it down"
    assert made == golden.read_text("utf-8"), "a page is another one: if it is meant, `--update-golden` writes it down"


def test_there_is_a_golden_page_of_every_kind(built: Site, update_golden: bool) -> None:
    with built.catalog() as catalog:
        kinds = {page.page.kind for page in catalog.pages()} - {"media", "static", "style"}
        urls = set(PAGES.values())
        assert {page.page.kind for page in catalog.pages() if page.url in urls} == kinds
    if not update_golden:  # they are being written
        assert {path.name for path in GOLDEN.iterdir()} == set(PAGES)


def pages(built: Site, *suffixes: str) -> list[str]:
    return [name for name in built.tree() if name.endswith(suffixes)]


def test_every_page_is_strict_html5(built: Site) -> None:
    for name in pages(built, ".html"):
        parser = html5lib.HTMLParser(strict=True)
        try:
            parser.parse((built.output / name).read_text("utf-8"))
        except html5lib.html5parser.ParseError as fault:
            raise AssertionError(f"{name}: {fault} {parser.errors[:1]}") from fault


def test_every_page_has_what_readers_of_all_kinds_need(built: Site) -> None:
    for name in pages(built, ".html"):
        page = LexborHTMLParser((built.output / name).read_text("utf-8"))
        html = page.css_first("html").attributes
        assert html["lang"] in ("fr", "en"), name
        assert html["dir"] == "ltr"
        assert page.css_first("title").text().strip()
        assert len(page.css("main")) == 1
        assert len(page.css("h1")) == (0 if page.css_first("meta[http-equiv=refresh]") else 1), name
        ids = [n.attributes["id"] for n in page.css("[id]")]
        assert len(ids) == len(set(ids)), f"{name}: an id twice"
        for image in page.css("img"):
            assert image.attributes.get("alt") is not None, name
        for script in page.css("script"):
            if script.attributes.get("src"):
                assert name in ("fr/recherche/index.html", "en/search/index.html"), "only search has a script that runs"
                assert not script.text()
            else:
                assert script.attributes.get("type") in ("application/ld+json", "application/json"), "data only"
        levels = [int(n.tag[1]) for n in page.css("main h1, main h2, main h3, main h4")]
        assert all(after - before <= 1 for before, after in pairwise(levels)), (name, levels)
        for label in page.css("[aria-label]"):
            assert (label.attributes["aria-label"] or "").strip()


def test_no_link_inside_the_site_is_broken(built: Site) -> None:
    for name in pages(built, ".html"):
        page = LexborHTMLParser((built.output / name).read_text("utf-8"))
        here = f"{SITE}/{name.removesuffix('index.html')}"
        for node in page.css("[href], [src]"):
            target = urljoin(here, node.attributes.get("href") or node.attributes.get("src") or "")
            parts = urlsplit(target)
            if f"{parts.scheme}://{parts.netloc}" != SITE:
                continue
            path = unquote(parts.path)
            assert built.exists(path), f"{name} leads to {target}"
            if parts.fragment:
                there = built.page(path)
                wanted = unquote(parts.fragment)
                assert any(n.attributes["id"] == wanted for n in there.css("[id]")), f"{name} leads to {target}"


def test_machine_files_parse(built: Site) -> None:
    for name in pages(built, ".atom", ".xml"):
        etree.fromstring((built.output / name).read_bytes())
    for name in pages(built, ".json"):
        json.loads((built.output / name).read_bytes())


def test_no_xml_or_json_holds_what_they_cannot(built: Site) -> None:
    for name in pages(built, ".atom", ".xml", ".json", ".html"):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", (built.output / name).read_text("utf-8")), name


def structured(built: Site, url: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(built.page(url).css_first('script[type="application/ld+json"]').text())
    assert made["@context"] == "https://schema.org"
    first: dict[str, Any] = made["@graph"][0]
    return first


def test_structured_data_of_a_news_article(built: Site) -> None:
    """Rule: developers.google.com/search, "Article structured data"; schema.org/NewsArticle."""
    data = structured(built, PAGES["article.fr.html"])
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "Un sommet à Paris\xa0: «\xa0oui\xa0»"
    assert data["image"] in (f"{SITE}/media/2023/04/port.png", [f"{SITE}/media/2023/04/port.png"])
    assert (data["datePublished"], data["dateModified"]) == ("2023-04-16T18:05:00+02:00", "2023-04-18")
    assert data["author"] == [{"@type": "Person", "name": "Ana Bé", "url": f"{SITE}/fr/auteurs/ana-be/"}]
    assert data["publisher"]["name"] == "Archive"
    english = structured(built, PAGES["article.en.html"])
    assert english["translationOfWork"]["@id"] == data["@id"]


def test_the_article_page_has_what_the_reference_page_has(built: Site) -> None:
    main = built.main(PAGES["article.fr.html"])
    assert [n.text() for n in main.css(".trail a")] == ["Infos", "À la une", "Europe", "L’info en continu"]
    assert main.css_first(".kicker").text() == "Europe"
    assert "En savoir plus\xa0: Autre" in main.text()
    assert main.css_first("figcaption .credit").text() == "©Reuters"
    assert main.css_first(".source a").attributes["href"] == "https://agence.example/1"
    assert "16 avril 2023" in main.css_first("time[datetime]").text()
    assert main.css_first(".cited-by a").text() == "Autre"
    assert "Le chiffre était faux." in main.css_first("section.corrections").text()
    assert "Partager" in main.css_first(".share").text()
