"""Tags, authors, topics, sources and categories: one term, many spellings, two languages (CONTENT.md §1, §5)."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import strategies_site as draw
from support.harness import PIXEL, Site, article, audit, differences, examples, page_file, temporary_site


def test_spellings_that_differ_in_case_space_and_accents_are_one_tag(site: Site) -> None:
    for n, tag in enumerate(("Élysée", "elysee", "ÉLYSÉE", "Élysée", "elysée")):
        site.story(f"{n}.fr", title=f"T{n}", date=f"2023-04-{n + 1:02}", tags=[tag])
    built = site.build()
    assert len(site.entries("/fr/tags/elysee/")) == 5
    assert site.h1("/fr/tags/elysee/") == "Élysée", "the commonest"
    assert site.page("/fr/2023/04/t1/").css_first("a[rel=tag]").text() == "Élysée"
    found = built.one("term-spelling")
    assert (str(found.location), found.severity) == ("content/1.fr.md:5:8", "warning")
    assert "`Élysée`, `elysee`, `ÉLYSÉE`, `elysée`" in found.message
    assert "`content/2.fr.md:5:8`, `content/4.fr.md:5:8`" in found.hint, "all places at once"


def test_of_spellings_as_common_the_oldest_articles_is_shown(site: Site) -> None:
    site.story("a.fr", title="A", date="2023-04-02", tags=["chine"])
    site.story("b.fr", title="B", date="2023-04-01", tags=["Chine"])
    site.build()
    assert site.h1("/fr/tags/chine/") == "Chine"


def test_spellings_of_unpublished_articles_do_not_count(site: Site) -> None:
    site.story("a.fr", title="A", tags=["chine"])
    for n in range(3):
        site.story(f"d{n}.fr", title=f"D{n}", tags=["CHINE"], draft=True)
    site.story("e.fr", title="E", tags=["Secret"], draft=True)
    assert site.build().ids == []
    assert site.h1("/fr/tags/chine/") == "chine"
    assert not site.exists("/fr/tags/secret/")


@pytest.mark.parametrize(
    ("one", "other", "address"),
    [
        ("cœur", "coeur", "coeur"),
        ("Łódź", "Lodz", "lodz"),
        ("Covid-19", "Covid 19", "covid-19"),
        ("l’eau", "l'eau", "l-eau"),
        ("R & D", "R&D", "r-d"),
        ("« Sommet »", "Sommet", "sommet"),
    ],
)
def test_one_name_in_two_spellings_is_one_term_with_its_address_and_the_id_of_its_feed(
    site: Site, one: str, other: str, address: str
) -> None:
    site.story("a.fr", title="A", date="2023-04-01", tags=[one])
    assert site.build().ids == []
    feed = f"/fr/tags/{address}/feed.atom"
    before = site.page(feed).css_first("id").text()
    site.story("b.fr", title="B", date="2023-04-02", tags=[other])
    site.story("c.fr", title="C", date="2023-04-03", tags=[other])
    built = site.build()
    assert built.ids == ["term-spelling"]
    assert (site.h1(f"/fr/tags/{address}/"), len(site.entries(f"/fr/tags/{address}/"))) == (other, 3)
    assert site.page(feed).css_first("id").text() == before, "ids of feeds never change"
    clean, tree = site.clean()
    assert (differences(site.tree(), tree), clean.lines, audit(site)) == ([], built.lines, [])
    site.remove("content/a.fr.md")
    assert site.build().ids == ["address-lost"]
    assert differences(site.tree(), site.clean_build()) == []


def test_a_term_file_sets_apart_spellings_that_would_be_one(site: Site) -> None:
    site.story("a.fr", title="A", tags=["Réseau R&D"])
    site.story("b.fr", title="B", tags=["Réseau R & D"])
    site.write("content/tags/rd.fr.md", page_file("Réseau R&D", slug="rd"))
    assert site.build().ids == []
    assert len(site.entries("/fr/tags/rd/")) == 2, "a spelling that no file has is that of the file that is alike"
    site.write("content/tags/rd2.fr.md", page_file("Réseau R & D", slug="r-et-d"))
    assert site.build().ids == []
    assert (site.entries("/fr/tags/rd/"), site.entries("/fr/tags/r-et-d/")) == (["/fr/2023/04/a/"], ["/fr/2023/04/b/"])
    assert differences(site.tree(), site.clean_build()) == []


def test_tags_that_slugify_alike_are_an_error_until_a_term_file_gives_one_a_slug(site: Site) -> None:
    site.story("a.fr", title="A", date="2023-04-02", tags=["C++"])
    site.story("b.fr", title="B", date="2023-04-01", tags=["C"])
    built = site.build()
    found = built.one("term-clash")
    assert str(found.location) == "content/a.fr.md:5:8"
    assert "`C`" in found.message
    assert "`C++`" in found.message
    assert site.entries("/fr/tags/c/") == ["/fr/2023/04/b/"], "the older has it"
    site.write("content/tags/cpp.fr.md", page_file("C++", slug="cpp"))
    assert site.build().ids == []
    assert site.entries("/fr/tags/cpp/") == ["/fr/2023/04/a/"]
    assert site.h1("/fr/tags/cpp/") == "C++"


def test_term_files_set_apart_what_would_be_one(site: Site) -> None:
    site.story("a.fr", title="A", tags=["Peche"])
    site.story("b.fr", title="B", tags=["pêche"])
    site.write("content/tags/fishing.fr.md", page_file("Pêche", names=["pêche"], slug="la-peche"))
    site.build()
    assert len(site.entries("/fr/tags/la-peche/")) == 2, "its names are compared as tags are: these two are one"


def test_a_tag_without_letters_is_an_error_and_dropped(site: Site) -> None:
    site.story("a.fr", tags=["???", "Ok"], authors=["—"])
    built = site.build()
    assert [str(d.location) for d in built.find("term-empty")] == ["content/a.fr.md:5:8", "content/a.fr.md:6:11"]
    assert [n.text() for n in site.page("/fr/2023/04/sommet/").css("a[rel=tag]")] == ["Ok"]


def test_a_tag_twice_is_one_tag(site: Site) -> None:
    site.story("a.fr", tags=["Chine", "chine", "Chine"])
    site.build()
    assert len(site.page("/fr/2023/04/sommet/").css("a[rel=tag]")) == 1


def test_term_files_pair_a_subject_across_languages(site: Site) -> None:
    site.write("content/tags/zh.fr.md", page_file("Chine", "Un **pays**.", names=["RPC"], description="Sur elle"))
    site.write("content/tags/zh.en.md", page_file("China", slug="prc"))
    site.story("a.fr", title="A", tags=["rpc"])
    site.story("b.en", title="B", tags=["China"])
    assert site.build().ids == []
    assert site.h1("/fr/tags/chine/") == "Chine"
    assert site.alternates("/fr/tags/chine/") == site.alternates("/en/tags/prc/")
    assert site.alternates("/fr/tags/chine/")["en"] == "https://news.example/en/tags/prc/"
    assert "Un <strong>pays</strong>" in site.read("/fr/tags/chine/")
    assert 'content="Sur elle"' in site.read("/fr/tags/chine/")
    assert site.links("/fr/tags/chine/", ".languages a") == ["/en/tags/prc/"]


def test_without_term_files_equal_keys_pair_and_others_lead_to_the_overview(site: Site) -> None:
    site.story("a.fr", title="A", tags=["Otan", "Chine"])
    site.story("b.en", title="B", tags=["OTAN"])
    site.build()
    assert site.links("/fr/tags/otan/", ".languages a") == ["/en/tags/otan/"]
    assert site.links("/fr/tags/chine/", ".languages a") == ["/en/tags/"]
    assert site.alternates("/fr/tags/chine/").keys() == {"fr", "x-default"}


def test_faults_of_term_files(site: Site) -> None:
    site.write("content/tags/a.fr.md", "---\nnames: [Z]\n---\n")
    site.write("content/tags/b.fr.md", page_file("Beta", names=["Chine"]))
    site.write("content/tags/c.fr.md", page_file("Chine"))
    site.write("content/tags/b.md", page_file("Encore"))
    site.write("content/categories/europ.fr.md", page_file("Europe"))
    built = site.build()
    assert {(d.id, d.location.path) for d in built.errors} == {
        ("key-missing", "content/tags/a.fr.md"),
        ("term-file-invalid", "content/tags/c.fr.md"),
        ("story-duplicate", "content/tags/b.md"),
        ("category-unknown", "content/categories/europ.fr.md"),
    }


TERM_FILES = ["tags", "authors", "sources", "topics", "categories"]


@pytest.mark.parametrize("folder", TERM_FILES)
def test_empty_values_of_a_term_file_are_absent_keys(site: Site, folder: str) -> None:
    empty = ["image: null", "lead: ''", "description: ~", "aliases:", "extra: ''", "noindex: ~", "date: ''"]
    own = ["names: [~, '']", 'slug: ""'] if folder != "categories" else []
    site.write(f"content/{folder}/europe.fr.md", "\n".join(["---", "title: Chine", *empty, *own, "---", ""]))
    site.story("a.fr", tags=["Chine"], authors=["Chine"], source="Chine")
    assert site.build().ids == []


@pytest.mark.parametrize("folder", TERM_FILES)
@pytest.mark.parametrize(
    "image", ["absent.png", "../../../x.png", "/p.png", "{src: absent.png}", "https://x.example/a.png"]
)
def test_a_key_that_shows_nothing_in_a_term_file_is_told_and_publishes_nothing(
    site: Site, folder: str, image: str
) -> None:
    site.write("content/p.png", PIXEL)
    keys = f"image: {image}\naliases: [/fr/vieux/]\nnoindex: true\ntemplate: rien.html\nextra: {{a: 1}}"
    site.write(f"content/{folder}/europe.fr.md", f"---\ntitle: Chine\n{keys}\n---\n")
    site.story("a.fr", tags=["Chine"])
    built = site.build()
    assert [(d.id, d.location.line, d.location.column) for d in built.diagnostics] == [
        ("key-unknown", line, 1) for line in range(3, 8)
    ]
    assert not site.exists("/media/p.png")
    assert "into the text below" in built.diagnostics[0].hint


def test_a_title_that_is_there_and_empty_is_told_at_its_place(site: Site) -> None:
    site.write("content/tags/x.fr.md", "---\nnames: [Z]\ntitle: ~\n---\n")
    assert str(site.build().one("key-missing").location) == "content/tags/x.fr.md:3:1"


def test_the_standfirst_of_a_term_file_is_its_description_where_there_is_none(site: Site) -> None:
    site.write("content/categories/europe.fr.md", page_file("Europe", lead="Le **vieux** monde"))
    site.write("content/tags/x.fr.md", page_file("Chine", lead="Sur elle", description="Un pays"))
    site.story("a.fr", tags=["Chine"])
    site.build()
    assert 'name="description" content="Le vieux monde"' in site.read("/fr/europe/")
    assert 'name="description" content="Un pays"' in site.read("/fr/tags/chine/")


@pytest.mark.parametrize("kind", ["tags", "authors", "sources", "topics"])
def test_a_term_file_whose_title_has_no_letters_takes_the_name_of_the_file_for_its_address(
    site: Site, kind: str
) -> None:
    site.write(f"content/{kind}/points.fr.md", page_file("!!!"))
    uses = {"source": "!!!"} if kind == "sources" else {kind: ["points" if kind == "topics" else "!!!"]}
    site.story("a.fr", **uses)
    assert site.build().ids == []
    word = {"authors": "auteurs", "topics": "dossiers"}.get(kind, kind)
    assert site.h1(f"/fr/{word}/points/") == "!!!"


@pytest.mark.parametrize("kind", ["tags", "authors", "sources", "topics"])
def test_a_term_file_that_gives_no_address_at_all_is_an_error_of_it_and_stops_nothing(site: Site, kind: str) -> None:
    site.write(f"content/{kind}/+.fr.md", page_file("!!!", names=["???"]))
    uses = {"source": "!!!"} if kind == "sources" else {kind: ["+" if kind == "topics" else "!!!"]}
    site.story("a.fr", **uses)
    site.story("b.fr", title="B")
    built = site.build()
    assert ("term-empty", "content/" + kind + "/+.fr.md", 2) in {
        (d.id, d.location.path, d.location.line) for d in built.errors
    }
    assert site.exists("/fr/2023/04/b/")


def test_signs_alone_are_no_spelling_of_a_term_file_but_their_own(site: Site) -> None:
    site.write("content/tags/points.fr.md", page_file("!!!", slug="points"))
    site.story("a.fr", title="A", tags=["!!!"])
    site.story("b.fr", title="B", tags=["???"])
    assert site.build().ids == ["term-empty"]
    assert site.entries("/fr/tags/points/") == ["/fr/2023/04/a/"]


def test_authors_topics_and_sources_have_pages_and_overviews(site: Site) -> None:
    site.write("content/topics/kremlin.fr.md", page_file("Le Kremlin", "Le dossier."))
    site.story(
        "a.fr", authors=["Ana Bé"], topics=["kremlin"], source={"name": "Agence", "url": "https://agence.example/x"}
    )
    site.story("a.en", title="Summit", authors=["Ana Bé"], source="Agence")
    assert site.build().ids == []
    for url in ("/fr/auteurs/ana-be/", "/fr/dossiers/le-kremlin/", "/fr/sources/agence/"):
        assert site.entries(url) == ["/fr/2023/04/sommet/"], url
        assert url in site.links(url.rpartition("/")[0].rpartition("/")[0] + "/")
    for url in ("/en/authors/ana-be/", "/en/topics/kremlin/", "/en/sources/agence/"):
        assert site.entries(url) == ["/en/2023/04/summit/"], url
    assert site.links("/fr/2023/04/sommet/", ".source a") == ["https://agence.example/x", "/fr/sources/agence/"]


def test_a_declared_category_has_its_page_in_every_language_empty_or_not(site: Site) -> None:
    site.write("content/categories/monde.en.md", page_file("The world", "About it."))
    site.build()
    assert site.exists("/fr/a-la-une/")
    assert site.exists("/en/top-stories/")
    assert site.h1("/fr/monde/") == "Monde"
    assert site.h1("/en/world/") == "The world"
    assert "About it." in site.read("/en/world/")
    assert site.links("/fr/", ".menu a") == ["/fr/a-la-une/", "/fr/europe/", "/fr/monde/", "/fr/en-continu/"]


def test_a_long_overview_is_split_by_letter(site: Site) -> None:
    for n in range(16):
        tags = [f"{chr(97 + (n * 20 + i) % 26)}{n * 20 + i}" for i in range(20)]
        site.story(f"{n}.fr", title=f"T{n}", tags=tags)
    site.build()
    links = [u for u in site.links("/fr/tags/") if "/tags/-/" in u]
    assert len(links) == 26
    assert "/fr/tags/-/a/" in links
    found = [u for group in links for u in site.links(group) if "/tags/" in u and "/-/" not in u and u != "/fr/tags/"]
    assert len(set(found)) == 320
    assert len(found) == 320


@settings(max_examples=examples(3))
@given(slugs=st.sets(st.text("abc", min_size=1, max_size=6), min_size=301, max_size=360))
def test_every_term_stands_once_in_its_overview(slugs: set[str]) -> None:
    with temporary_site() as site:
        names = sorted(slugs)
        for n in range(0, len(names), 100):
            site.story(f"{n}.fr", title=f"T{n}", tags=names[n : n + 100])
        site.write("templates/tag.html", "")
        site.write("templates/term.html", "")
        site.build()
        seen: list[str] = []
        queue = ["/fr/tags/"]
        for url in queue:
            links = site.links(url)
            queue += [u for u in links if "/-/" in u and u not in queue]
            seen += [u for u in links if u.startswith("/fr/tags/") and "/-/" not in u and u != "/fr/tags/"]
        assert sorted(seen) == [f"/fr/tags/{name}/" for name in names]


@settings(max_examples=examples(10))
@given(files=draw.archives)
def test_tags_of_articles_lead_to_lists_that_hold_them(files: dict[str, str]) -> None:
    with temporary_site() as site:
        for path, text in files.items():
            site.write(path, text)
        site.build()
        for name in site.tree():
            if name.endswith("/index.json"):
                url = "/" + name.removesuffix("index.json")
                for tag in site.links(url, 'a[rel="tag"], a[rel="author"]'):
                    if tag:  # a tag that lost its address to another has none
                        assert url in site.entries(unquote(tag))


def test_a_version_that_lost_its_address_uses_no_term_whatever_is_built_next(site: Site) -> None:
    site.story("a.fr", title="Un")
    site.story("b.fr", title="Un", authors=["Ana"])
    site.build()
    for edit in (
        lambda: site.story("b.fr", title="Un", authors=["Ana"], body="Autre."),
        lambda: site.configure(page_size=2),
    ):
        edit()
        assert site.build().find("address-taken")
        assert not site.exists("/fr/auteurs/ana/")
        assert site.tree() == site.clean_build()


def test_shown_terms_have_a_page_or_no_link(site: Site) -> None:
    site.configure(untranslated="show")
    site.write("content/w.fr.md", article(title="F", tags=["Chine"], authors=["Jean"], source="AFP"))
    site.write("content/w.en.md", article(title="E", tags=["China"]))
    site.build()
    assert "/en/tags/chine/" not in site.read("/en/tags/") and "/fr/tags/china/" not in site.read("/fr/tags/")
    assert "/en/authors/jean/" not in site.read("/en/authors/")


def test_the_loser_of_a_term_clash_is_words_without_a_link(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A", tags=["C", "C++"]))
    site.build()
    assert 'href=""' not in site.read("/fr/2023/04/a/") and "C++" in site.read("/fr/2023/04/a/")
