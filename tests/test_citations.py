"""Citations: files that reference managers read, tags that they find in pages, and the text that readers copy."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from newsgen.languages import citations
from support.harness import Site
from support.sample_site import URL, html_pages, sample

HOSTILE = "L'eau {à} 50 % & $5 #1_a ^~ \\textbf{x} }{ « oui » <b>"


def bib(text: str) -> tuple[dict[str, str], str]:
    """The fields of the only entry, without their braces, and its key."""
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks and not library.comments
    (entry,) = library.entries
    assert entry.entry_type == "online"
    return {field.key: field.value.strip("{}") for field in entry.fields}, entry.key


def ris(text: str) -> dict[str, Any]:
    (entry,) = rispy.loads(text)
    return dict(entry)


def files(page: LexborHTMLParser) -> dict[str, str]:
    """The files that an article's page has in it, by their endings."""
    links = page.css(".cite-files a[download]")
    names = [str(link.attributes["download"]) for link in links]
    assert all(name.partition(".")[0] for name in names)
    data = [str(link.attributes["href"]).partition(",") for link in links]
    assert all(head.endswith(";charset=utf-8") for head, _, _ in data)
    return {name.rpartition(".")[2]: unquote(text) for name, (_, _, text) in zip(names, data, strict=True)}


def articles() -> list[tuple[str, LexborHTMLParser]]:
    return [(url, sample().page(url)) for url in html_pages() if sample().exists(f"{url}index.json")]


def meta(page: LexborHTMLParser, name: str) -> list[str]:
    return [node.attributes["content"] or "" for node in page.css(f'meta[name="{name}"]')]


def test_files_and_tags_of_every_article_agree_with_its_index_json() -> None:
    site, keys = sample(), set()
    for url, page in articles():
        about = site.json(f"{url}index.json")
        fields, key = bib(files(page)["bib"])
        record = ris(files(page)["ris"])
        day = about["date"][:10]
        names = about["authors"] or [about["source"]["name"] for _ in (1,) if "source" in about]
        assert fields["url"] == record["urls"][0] == about["url"] == meta(page, "citation_public_url")[0]
        assert fields["date"] == day and record["date"] == day.replace("-", "/")
        assert meta(page, "citation_publication_date") == [day.replace("-", "/")]
        assert record["title"] == about["title"]
        assert meta(page, "citation_title") == meta(page, "DC.title") == [page.css_first("main h1").text()]
        assert record.get("authors", []) == names == meta(page, "citation_author")
        assert record["language"] == fields["language"] == about["lang"] == meta(page, "citation_language")[0]
        assert meta(page, "DC.creator") == about["authors"] and meta(page, "DC.identifier") == [about["url"]]
        for name in ("citation_journal_title", "citation_publisher", "DC.publisher"):
            assert meta(page, name) == [record["secondary_title"]]
        assert record["type_of_reference"] == "NEWS"
        assert record.get("keywords", []) == about["tags"]
        keys.add(key)
    assert len(keys) == len(articles()) > 90


def test_hostile_words_stay_within_their_fields(site: Site) -> None:
    site.story(
        "a.fr",
        title=HOSTILE,
        slug="x",
        authors=["Ana {B", "AFP, Paris and co"],
        tags=["a*b"],
        lead="Un chapô.\nsur deux lignes",
    )
    site.build()
    cited = files(site.page("/fr/2023/04/x/"))
    fields, key = bib(cited["bib"])
    record = ris(cited["ris"])
    assert key == "news.example:a:fr"
    assert fields["author"] == r"Ana \textbraceleft{}B and {AFP, Paris and co"  # braces at the end were stripped
    assert record["title"] == HOSTILE
    assert record["authors"] == ["Ana {B", "AFP, Paris and co"]
    assert record["keywords"] == ["ab"]
    assert record["abstract"] == "Un chapô. sur deux lignes"


def test_an_article_without_author_is_its_sources_or_nobodys(site: Site) -> None:
    site.story("a.fr", title="A", source="Agence & Cie")
    site.story("b.fr", title="B", date="2023-04-17")
    site.build()
    cited = files(site.page("/fr/2023/04/a/"))
    assert "author = {{Agence \\& Cie}}" in cited["bib"]
    assert ris(cited["ris"])["authors"] == ["Agence & Cie"]
    assert "author" not in bib(files(site.page("/fr/2023/04/b/"))["bib"])[0]
    assert site.page("/fr/2023/04/b/").css_first(".cite-text").text() == (
        "«\xa0B\xa0», Archive, 17 avril 2023, https://news.example/fr/2023/04/b/"
    )


@pytest.mark.parametrize(
    ("lang", "title", "expected"),
    [
        ("fr", 'Il dit "oui"', "Ana, «\xa0Il dit “oui”\xa0», Site, 16 avril 2023, "),
        ("en", 'He says "yes"', "Ana, “He says ‘yes’”, Site, April 16, 2023, "),
        ("de", "Der Gipfel", "Ana, „Der Gipfel“, Site, 16. April 2023, "),
        ("es", "La cumbre", "Ana, «La cumbre», Site, 16 de abril de 2023, "),
        ("ar", "القمة", "Ana، «القمة»، Site، 16 أبريل 2023، "),
    ],
)
def test_text_is_in_the_form_of_the_language(site: Site, lang: str, title: str, expected: str) -> None:
    site.configure(languages=[lang], title="Site", categories={"europe": "Europe"})
    site.story("a", title=title, slug="x", authors=["Ana"])
    site.build()
    text = site.page(f"/{lang}/2023/04/x/").css_first(".cite-text").text()
    assert text == f"{expected}https://news.example/{lang}/2023/04/x/"


def test_only_articles_have_citations(site: Site) -> None:
    site.story("a.fr", title="Parti", gone="Erreur.")
    site.write("content/pages/about.fr.md", "---\ntitle: Nous\n---\nQui ?\n")
    site.story("b.fr", title="B")
    site.build()
    assert set(files(site.page("/fr/2023/04/b/"))) == {"bib", "ris"}
    assert not site.page("/fr/2023/04/parti/").css("meta[name^=citation_], .cite")
    assert not site.page("/fr/about/").css("meta[name^=citation_], .cite")


def test_the_citation_is_that_of_the_article_as_it_stands(site: Site) -> None:
    site.story("a.fr", title="A", tags=["paix"])
    site.build()
    site.story("a.fr", title="B", tags=["guerre"], slug="a")
    site.build()
    cited = files(site.page("/fr/2023/04/a/"))
    assert bib(cited["bib"])[0]["title"] == "B" and ris(cited["ris"])["keywords"] == ["guerre"]
    assert site.tree() == site.clean_build()


texts = st.text(st.characters(codec="utf-8"), max_size=40)


@given(texts)
def test_any_text_is_one_value_of_bibtex(text: str) -> None:
    value = citations.bibtex(text)
    assert value.count("{") == value.count("}") and "\n" not in value
    depth = 0
    for character in value:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    fields = bib(f"@online{{k,\n  title = {{{{{value}}}}}\n}}\n")[0]
    assert fields["title"].strip() == value.strip("{} ").strip() or "{}" in value


@given(texts)
def test_any_text_is_one_line_of_ris(text: str) -> None:
    assert "\n" not in citations.ris(text) and "\r" not in citations.ris(text) and "*" not in citations.ris(text)
    assert len(citations.ris(text).splitlines()) <= 1


@given(texts)
def test_any_key_is_a_word_of_ascii(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9.:/-]+", citations.bibtex_key(text))


def test_keys_of_other_scripts_differ() -> None:
    assert citations.bibtex_key("été") == "ete"
    assert citations.bibtex_key("東京") != citations.bibtex_key("京都")


def test_addresses_are_those_of_the_site() -> None:
    assert all(meta(page, "citation_fulltext_html_url")[0].startswith(f"{URL}/") for _, page in articles())
