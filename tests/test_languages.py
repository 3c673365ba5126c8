"""Several languages: what is not translated, cross-links, language switch, alternates (CONTENT.md §3, §5)."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from support.harness import Site, article, audit, differences, page_file

SITE = "https://news.example"
BODY = "[itemprop=articleBody]"


def two(site: Site, policy: str = "link") -> None:
    """`both` in two languages, `seul` in French only, and an English reader's links to it."""
    site.configure(untranslated=policy)
    site.story("both.fr", title="Les deux", body="[[seul]]")
    site.story("both.en", title="Both", body="[[seul]]\n\nSee [[seul]], [[seul|these words]] and [a file](seul.fr.md).")
    site.story("seul.fr", title="Seulement", date="2023-05-01", tags=["Tag"], lead="Chapô")


def words(site: Site, url: str, css: str = BODY) -> str:
    return " ".join(site.page(url).css_first(css).text().split())


# ---- policies
def test_link_leads_to_the_other_language_labelled(site: Site) -> None:
    two(site)
    assert site.build().ids == []
    url = "/en/2023/04/both/"
    assert words(site, url) == (
        "Read more: Seulement (in French) See Seulement (in French), these words (in French) and a file (in French)."
    )
    for link in site.page(url).css(f"{BODY} a"):
        assert link.attributes["href"] == "/fr/2023/05/seulement/"
        assert link.attributes["hreflang"] == "fr"
    assert site.page(url).css_first(f"{BODY} p a").attributes["lang"] == "fr", "the title is French"
    assert words(site, "/fr/2023/04/les-deux/") == "En savoir plus : Seulement"
    assert site.entries("/en/europe/") == ["/en/2023/04/both/"]
    assert site.links("/fr/2023/05/seulement/", ".languages a") == ["/en/"], "the switch leads to the home"


def test_show_puts_it_in_lists_labelled(site: Site) -> None:
    two(site, "show")
    assert site.build().ids == []
    for url in ("/en/europe/", "/en/latest/", "/en/", "/en/2023/05/01/", "/en/tags/tag/"):
        assert "/fr/2023/05/seulement/" in site.entries(url), url
        link = site.page(url).css_first("main [data-entries] a[href*=seulement]")
        assert (link.attributes["lang"], link.attributes["hreflang"]) == ("fr", "fr")
        assert "(in French)" in site.main(url).text()
    assert [item["url"] for item in site.json("/en/feed.json")["items"]] == [
        f"{SITE}/fr/2023/05/seulement/",
        f"{SITE}/en/2023/04/both/",
    ]
    assert site.json("/en/feed.json")["items"][0]["language"] == "fr"
    assert site.entries("/fr/europe/") == ["/fr/2023/05/seulement/", "/fr/2023/04/les-deux/"]


def test_hide_leaves_no_trace(site: Site) -> None:
    two(site, "hide")
    site.build()
    url = "/en/2023/04/both/"
    assert words(site, url) == "See another article, these words and a file."
    assert site.links(url, f"{BODY} a") == []
    english = {name: data for name, data in site.tree().items() if name.startswith("en/")}
    assert not any(b"seulement" in data or b"Seulement" in data for data in english.values())
    assert site.links("/fr/2023/05/seulement/", ".languages a") == []
    assert site.alternates("/fr/2023/05/seulement/") == {
        "fr": f"{SITE}/fr/2023/05/seulement/",
        "x-default": f"{SITE}/fr/2023/05/seulement/",
    }


@pytest.mark.parametrize("policy", ["link", "show", "hide"])
def test_a_story_in_both_languages_is_no_ones_business(site: Site, policy: str) -> None:
    site.configure(untranslated=policy)
    site.story("a.fr", title="A", body="[[b]]")
    site.story("a.en", title="A", body="[[b]]")
    site.story("b.fr", title="Bé")
    site.story("b.en", title="Bee")
    site.build()
    assert site.links("/fr/2023/04/a/", f"{BODY} a") == ["/fr/2023/04/be/"]
    assert site.links("/en/2023/04/a/", f"{BODY} a") == ["/en/2023/04/bee/"]
    assert site.entries("/en/europe/") == ["/en/2023/04/bee/", "/en/2023/04/a/"]


def test_of_several_other_languages_the_first_in_the_order_of_languages(site: Site) -> None:
    site.configure(languages=["fr", "en", "ar"])
    site.story("x.ar", title="ارض")
    site.story("x.en", title="Earth")
    site.story("a.fr", body="[[x]]")
    site.build()
    assert site.links("/fr/2023/04/sommet/", f"{BODY} a") == ["/en/2023/04/earth/"]


# ---- targets
@pytest.mark.parametrize("state", [{"draft": True}, {"publish": "2030-01-01"}, {"expires": "2023-05-01"}], ids=str)
def test_links_to_what_is_not_published_are_their_own_text(site: Site, state: dict[str, object]) -> None:
    site.story("x.fr", title="Titre secret", **state)
    site.story("a.fr", body="[[x]]\n\nAvant [[x]], [[x|mots]] et [fichier](x.fr.md).", related=["x"])
    built = site.build()
    assert words(site, "/fr/2023/04/sommet/") == "Avant un autre article, mots et fichier."
    assert "secret" not in site.text().lower().replace("secretariat", "")
    assert set(built.ids) == {"reference-unpublished"}
    assert not built.errors


def test_a_link_without_a_candidate_is_an_error_with_the_nearest_ids(site: Site) -> None:
    site.story("2023/04/kremlin.fr", title="Kremlin")
    site.story("a.fr", body="Un.\n\nVoir [[kremlim]], [[rien-du-tout|ces mots]].\n\n[[kremlim]]", related=["krem"])
    built = site.build()
    found = built.find("reference-broken")
    assert [str(d.location) for d in found] == [
        "content/a.fr.md:5:11",
        "content/a.fr.md:9:6",
        "content/a.fr.md:9:19",
        "content/a.fr.md:11:1",
    ]
    assert "kremlin" in found[1].hint
    assert words(site, "/fr/2023/04/sommet/") == "Un. Voir [[kremlim]], ces mots. [[kremlim]]"


def test_shortened_ids(site: Site) -> None:
    site.story("2023/04/li.fr", title="Li d'avril", date="2023-04-02")
    site.story("2022/li.fr", title="Li plus vieux", date="2022-01-01")
    site.story("li/x.fr", title="Autre", date="2021-01-01")
    site.story("a.fr", body="[[li]]\n\n[[04/li]]\n\n[[2023/04/li]]\n\n[[i]]")
    built = site.build()
    found = built.one("reference-ambiguous")
    assert (str(found.location), found.severity) == ("content/a.fr.md:6:1", "warning")
    assert "`2022/li`, `2023/04/li`" in found.message
    assert str(built.one("reference-broken").location) == "content/a.fr.md:12:1"
    assert site.links("/fr/2023/04/sommet/", f"{BODY} a") == [
        "/fr/2022/01/li-plus-vieux/",
        "/fr/2023/04/li-d-avril/",
        "/fr/2023/04/li-d-avril/",
    ]


def test_the_text_for_programs_has_the_titles_that_readers_see(site: Site) -> None:
    site.story("2023/04/a.fr", title="A", slug="a", body="Voir [[b]], [[b|ça]] et [[nulle-part]].")
    site.story("2023/04/b.fr", title='L\'"autre" histoire', slug="b")
    site.build()

    def text() -> str:
        return str(site.json("/fr/2023/04/a/index.json")["text"])

    # As its editor typed it: CONTENT.md has no typography in index.json.
    assert text() == 'Voir L\'"autre" histoire, ça et [[nulle-part]].'
    site.story("2023/04/b.fr", title="Une histoire", slug="b")
    site.build()
    assert text().startswith("Voir Une histoire, ça")
    assert audit(site) == [] and differences(site.tree(), site.clean_build()) == []
    site.story("2023/04/b.fr", title="Une histoire", slug="b", draft=True)
    site.build()
    assert text().startswith("Voir un autre article, ça")
    assert differences(site.tree(), site.clean_build()) == []


def test_a_whole_id_beats_a_tail_and_states_do_not_count(site: Site) -> None:
    site.story("li.fr", title="Entier", date="2023-05-01")
    site.story("x/li.fr", title="Queue", date="2020-01-01")
    site.story("x/mo.fr", title="Vieux brouillon", date="2020-01-01", draft=True)
    site.story("y/mo.fr", title="Publié", date="2021-01-01")
    site.story("a.fr", body="[[li]]\n\n[[mo]]")
    built = site.build()
    assert site.links("/fr/2023/04/sommet/", f"{BODY} a") == ["/fr/2023/05/entier/"], "the draft is meant, and waits"
    assert set(built.ids) == {"reference-ambiguous", "reference-unpublished"}


def test_a_later_story_never_breaks_an_old_link(site: Site) -> None:
    site.story("2023/li.fr", title="Li")
    site.story("a.fr", body="[[li]]")
    site.build()
    old = site.links("/fr/2023/04/sommet/", f"{BODY} a")
    site.story("2024/li.fr", title="Nouveau Li", date="2024-01-01")
    assert site.build().one("reference-ambiguous").severity == "warning"
    assert site.links("/fr/2023/04/sommet/", f"{BODY} a") == old


def test_a_link_to_a_file_with_a_heading(site: Site) -> None:
    site.story("d/x.fr", title="X", body="## Première partie\n\nTexte.\n\n## Élysée\n\nTexte.")
    site.story("d/x.en", title="Y", body="## First part\n\nText.\n\n## Élysée\n\nText.")
    site.story(
        "d/a.fr", title="A", body="[un](x.fr.md#première-partie) [deux](x.fr.md) [trois](../d/x.en.md#first-part)"
    )
    site.story("d/a.en", title="A", body="[one](x.fr.md#élysée) [two](x.fr.md#première-partie) [none](x.fr.md#rien)")
    site.story("d/b.fr", title="B", body="[x](nul.fr.md)")
    built = site.build()
    heading = site.page("/fr/2023/04/x/").css("h2")[0].attributes["id"]
    assert heading in ("première-partie", "premiere-partie")
    french = site.links("/fr/2023/04/a/", f"{BODY} a")
    assert french[1] == "/fr/2023/04/x/"
    assert french[2].startswith("/en/2023/04/y/#"), "where the reader's version lacks the heading, the file named"
    english = site.links("/en/2023/04/a/", f"{BODY} a")
    assert english[0].startswith("/en/2023/04/y/#")
    assert english[1].startswith("/fr/2023/04/x/#")
    assert english[2] == "/en/2023/04/y/"
    assert built.one("heading-unknown").location.path == "content/d/a.en.md"
    assert built.one("link-broken").location.path == "content/d/b.fr.md"


def test_related_stories_end_an_article(site: Site) -> None:
    site.story("x.en", title="Earth")
    site.story("y.fr", title="Y", gone="x")
    site.story("z.fr", title="Z", draft=True)
    site.story("a.fr", related=["x", "y", "z"])
    site.build()
    assert site.links("/fr/2023/04/sommet/", ".related a") == ["/en/2023/04/earth/", "/fr/2023/04/y/"]
    assert "(en anglais)" in words(site, "/fr/2023/04/sommet/", ".related")


# ---- switch and alternates
def test_language_versions_of_articles_and_lists(site: Site) -> None:
    two(site)
    site.build()
    for url, other in (
        ("/fr/2023/04/les-deux/", "/en/2023/04/both/"),
        ("/fr/monde/", "/en/world/"),
        ("/fr/", "/en/"),
        ("/fr/en-continu/", "/en/latest/"),
        ("/fr/2023/04/16/", "/en/2023/04/16/"),
        ("/fr/2023/", "/en/2023/"),
        ("/fr/corrections/", "/en/corrections/"),
        ("/fr/auteurs/", "/en/authors/"),
    ):
        assert site.alternates(url) == {"fr": SITE + url, "en": SITE + other, "x-default": SITE + url}
        assert site.alternates(other) == site.alternates(url)
        assert site.links(url, ".languages a") == [other]


def test_x_default_is_the_default_languages_version_else_absent(site: Site) -> None:
    site.story("a.en", title="A")
    site.build()
    assert site.alternates("/en/2023/04/a/") == {"en": f"{SITE}/en/2023/04/a/"}


def test_numbered_pages_have_no_versions(site: Site) -> None:
    site.configure(page_size=1)
    for n in range(3):
        site.story(f"{n}.fr", title=f"T{n}")
        site.story(f"{n}.en", title=f"T{n}")
    site.build()
    assert site.alternates("/fr/europe/page/1/") == {}


@pytest.mark.parametrize("policy", ["link", "show", "hide"])
def test_every_head_agrees_with_the_sitemap_and_every_alternate_is_mutual(site: Site, policy: str) -> None:
    two(site, policy)
    site.configure(languages=["fr", "en", "ar"])
    site.story("both.ar", title="كلاهما")
    site.write("content/pages/about.fr.md", page_file("À propos"))
    site.write("content/pages/about.en.md", page_file("About"))
    site.build()
    pages = [n.removesuffix("index.html") for n in site.tree() if n.endswith("index.html") and n[2:3] == "/"]
    heads = {f"/{name}": site.alternates(f"/{name}") for name in pages}
    for url, versions in heads.items():
        for lang, other in versions.items():
            assert heads[unquote(other.removeprefix(SITE))] == versions, (url, lang)


# ---- three languages, one right to left
def test_three_languages_one_right_to_left(site: Site) -> None:
    site.configure(
        languages=["fr", "en", "ar"],
        title={"fr": "Archive", "en": "Archive", "ar": "أرشيف"},
        categories={"europe": {"fr": "Europe", "en": "Europe", "ar": "أوروبا"}},
    )
    site.story("a.fr", title="A", tags=["Chine"])
    site.story("a.en", title="B")
    site.story("a.ar", title="قمة في باريس", tags=["الصين"], body="[[b]]")
    site.story("b.fr", title="Seul")
    assert site.build().ids == []
    url = "/ar/2023/04/قمة-في-باريس/"
    html = site.page(url).css_first("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == ("ar", "rtl")
    assert site.page("/fr/").css_first("html").attributes["dir"] == "ltr"
    assert site.entries("/ar/europe/") == [url]
    assert site.entries("/ar/tags/الصين/") == [url]
    assert site.h1("/ar/europe/") == "أوروبا"
    assert set(site.alternates(url)) == {"fr", "en", "ar", "x-default"}
    assert site.links(url, ".languages a") == ["/fr/2023/04/a/", "/en/2023/04/b/"]
    link = site.page(url).css_first(f"{BODY} a")
    assert (link.attributes["href"], link.attributes["hreflang"]) == ("/fr/2023/04/seul/", "fr")
    assert site.exists("/ar/latest/"), "other languages have the English path words"
    assert site.json("/ar/feed.json")["language"] == "ar"
    assert site.tree() == site.clean_build()


def test_path_words_of_the_configuration(site: Site) -> None:
    categories = {"europe": "Europe"}
    site.configure(
        languages=["fr", "de"],
        title="Archiv",
        categories=categories,
        paths={"de": {"tags": "schlagwoerter", "latest": "aktuell"}},
    )
    site.story("a.de", title="A", tags=["Krieg"])
    site.build()
    assert site.exists("/de/schlagwoerter/krieg/")
    assert site.exists("/de/aktuell/")
    assert site.exists("/de/topics/")


def test_language_choice_and_404(site: Site) -> None:
    site.build()
    assert site.links("/") == ["/fr/", "/en/"]
    assert [n.attributes["lang"] for n in site.page("/404.html").css("main section")] == ["fr", "en"]
    assert {"/fr/", "/en/"} <= set(site.links("/404.html"))


def test_one_language_only(site: Site) -> None:
    site.configure(languages=["fr"], title="Archive", categories={"europe": "Europe"})
    site.story("a")
    assert site.build().ids == []
    assert site.links("/fr/2023/04/sommet/", ".languages a") == []
    assert site.alternates("/fr/2023/04/sommet/").keys() == {"fr", "x-default"}


def test_a_withdrawn_version_is_no_alternate(site: Site) -> None:
    site.write("content/w.fr.md", article(title="F", gone="Erreur"))
    site.write("content/w.en.md", article(title="E"))
    site.build()
    assert "2023/04/f/" not in site.read("/sitemap-2023-04.xml")
    assert 'hreflang="fr" href="https://news.example/fr/2023' not in site.read("/en/2023/04/e/")


def test_an_unknown_id_shows_what_was_typed_until_its_story_comes(site: Site) -> None:
    body = "Voir [[zz/absent#bilan]], [[zz/absent|ces mots]].\n\n[[zz/absent]]"
    site.story("sommet.fr", title="Sommet", body=body)
    assert site.build().ids == ["reference-broken", "reference-broken", "reference-broken"]
    assert words(site, "/fr/2023/04/sommet/") == "Voir [[zz/absent#bilan]], ces mots. [[zz/absent]]"
    site.story("zz/absent.fr", title="Secret", draft=True)
    site.build()
    assert words(site, "/fr/2023/04/sommet/") == "Voir un autre article, ces mots."
    assert differences(site.tree(), site.clean_build()) == []
