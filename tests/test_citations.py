"""Citations: files that reference managers read, tags that they find in pages, and the text that readers copy."""

from __future__ import annotations

import re
from typing import Any

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from newsgen.addresses.urls import output_path
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


def articles() -> list[tuple[str, LexborHTMLParser]]:
    return [(url, sample().page(url)) for url in html_pages() if sample().exists(f"{url}index.json")]


def meta(page: LexborHTMLParser, name: str) -> list[str]:
    return [node.attributes["content"] or "" for node in page.css(f'meta[name="{name}"]')]


def test_files_and_tags_of_every_article_agree_with_its_index_json() -> None:
    site, keys = sample(), set()
    for url, page in articles():
        about = site.json(f"{url}index.json")
        fields, key = bib(site.read(f"{url}cite.bib"))
        record = ris(site.read(f"{url}cite.ris"))
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
    fields, key = bib(site.read("/fr/2023/04/x/cite.bib"))
    record = ris(site.read("/fr/2023/04/x/cite.ris"))
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
    assert "author = {{Agence \\& Cie}}" in site.read("/fr/2023/04/a/cite.bib")
    assert ris(site.read("/fr/2023/04/a/cite.ris"))["authors"] == ["Agence & Cie"]
    assert "author" not in bib(site.read("/fr/2023/04/b/cite.bib"))[0]
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
    site.story("b.fr", title="B", slug="cite.bib")
    built = site.build()
    assert [name for name in site.tree() if name.endswith((".bib", ".ris"))] == []
    assert "cite.bib" in built.errors[0].message  # a slug may not be the name of such a file
    assert not site.page("/fr/about/").css("meta[name^=citation_], .cite")


def test_a_body_edit_touches_no_citation(site: Site) -> None:
    site.story("a.fr", title="A", body="Un.")
    site.build()
    site.story("a.fr", title="A", body="Deux.")
    written = {path for path in site.build().result.written}
    assert output_path("/fr/2023/04/a/") in str(written)  # type: ignore[arg-type]
    assert "cite" not in str(written)
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
