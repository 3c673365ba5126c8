"""The theme as a product: what a newsroom changes with a key, a rule, a block, a part or a whole template."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from support.harness import Site, audit, differences, page_file

ROOT = Path(__file__).parent.parent
ARTICLE = "/fr/2023/04/sommet/"


@pytest.fixture
def built(site: Site) -> Site:
    site.story("2023/04/sommet.fr", title="Un sommet", slug="sommet", lead="Le chapô.")
    site.build()
    return site


# ---- the stylesheet
def test_all_parts_of_the_stylesheet_are_one_small_file(built: Site) -> None:
    css = built.read("/assets/style.css")
    for part in sorted((ROOT / "templates/css").glob("*.css")):
        assert part.read_text("utf-8") in css, part.name
    assert "{%" not in css and "{#" not in css and "@import" not in css and "url(" not in css
    assert len(gzip.compress(css.encode())) < 25_000


def test_rules_of_the_site_come_last(built: Site) -> None:
    built.write("templates/custom.css", ":root { --accent: #00594f; }\n")
    assert list(built.build().result.written) == ["assets/style.css"]
    assert built.read("/assets/style.css").endswith(":root { --accent: #00594f; }\n")
    built.remove("templates/custom.css")
    assert list(built.build().result.written) == ["assets/style.css"]
    assert "#00594f" not in built.read("/assets/style.css")


def test_a_part_of_the_stylesheet_is_replaced_alone(built: Site) -> None:
    built.write("templates/css/calendar.css", ".calendar { color: tomato; }\n")
    built.build()
    css = built.read("/assets/style.css")
    assert "tomato" in css and ".months" not in css and ".news {" in css


def test_a_stylesheet_of_the_site_takes_the_place_of_the_themes(built: Site) -> None:
    built.write("static/assets/style.css", "a { color: red }\n")
    assert built.build().ids == []
    assert built.read("/assets/style.css") == "a { color: red }\n"
    built.remove("static/assets/style.css")
    assert built.build().ids == []
    assert "--accent" in built.read("/assets/style.css")


def test_directions_are_logical_so_that_right_to_left_languages_need_no_rules(built: Site) -> None:
    css = re.sub(r"/\*.*?\*/", "", built.read("/assets/style.css"), flags=re.DOTALL)
    rules = re.sub(r"\.align-(?:left|right) {[^}]*}", "", css)  # what an author asked for in a table
    sides = r"(?:margin|padding|border)-(?:left|right)\b|[\s;{](?:left|right|float)\s*:|text-align: (?:left|right)"
    assert re.findall(sides, rules) == []


# ---- keys
def test_logo_stands_in_the_place_of_the_title(built: Site) -> None:
    built.write("static/assets/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    built.configure(logo={"src": "/assets/logo.svg", "width": 220, "height": 40})
    built.build()
    image = built.page(ARTICLE).css_first(".site-title img")
    title = built.page("/").css_first("h1").text()
    assert (image.attributes["src"], image.attributes["alt"]) == ("/assets/logo.svg", title)
    assert (image.attributes["width"], image.attributes["height"]) == ("220", "40")


def test_menu_has_what_the_site_says_in_its_order(built: Site) -> None:
    about = {"title": {"fr": "Nous", "en": "Us"}, "url": "https://us.example/"}
    built.configure(menu=["topics", about, "europe"])
    built.build()
    links = [(a.text(), a.attributes["href"]) for a in built.page(ARTICLE).css(".menu a")]
    assert links == [("Dossiers", "/fr/dossiers/"), ("Nous", "https://us.example/"), ("Europe", "/fr/europe/")]
    assert built.page("/fr/europe/").css_first(".menu [aria-current=page]").text() == "Europe"
    built.configure(menu=["latest"])
    built.build()
    assert [a.text() for a in built.page(ARTICLE).css(".menu a")] == ["L’info en continu"]
    assert built.exists("/fr/europe/"), "what the menu leaves out keeps its page"


def test_an_address_with_a_query_leads_there_from_menu_and_templates(site: Site) -> None:
    site.story("a.fr", title="A", slug="a")
    site.configure(
        url="https://news.example/sub/",
        menu=[{"title": "Sommets", "url": "/fr/recherche/?q=sommet&section=europe#SearchStatus"}],
    )
    site.write("templates/_footer.html", '<a class="own" href="{{ href("/fr/?a=1&b=2") }}">A</a>')
    assert site.build().ids == []
    page = site.page("/fr/2023/04/a/")
    assert page.css_first(".menu a").attributes["href"] == "/sub/fr/recherche/?q=sommet&section=europe#SearchStatus"
    assert page.css_first(".own").attributes["href"] == "/sub/fr/?a=1&b=2"


def test_a_story_stands_once_on_the_home_page(site: Site) -> None:
    for day in range(1, 25):
        both = ["monde", "europe"] if day % 2 else ["europe"]
        date = f"2023-04-{day:02}"
        site.story(f"2023/04/a{day}.fr", title=f"Titre {day}", slug=f"a{day}", date=date, categories=both)
    site.build()
    page = site.page("/fr/")
    links = [node.attributes["href"] for node in page.css(".front-lead .entry-title a, .cards .entry-title a")]
    assert len(links) == len(set(links)) == 5 + 4 + 4
    assert differences(site.tree(), site.clean_build()) == []
    assert audit(site) == []


def test_an_empty_menu_is_no_menu(built: Site) -> None:
    built.configure(menu=[])
    assert built.build().ids == []
    assert built.page(ARTICLE).css_first("nav.menu") is None
    assert differences(built.tree(), built.clean_build()) == [] and audit(built) == []


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("/fr/europ/", "`/fr/europe/`"),
        ("/fr/europe", "`/fr/europe/`"),
        ("/fr/Europe/", "`/fr/europe/`"),
        ("/fr/apropos/", "`/fr/propos/`"),
        ("https://news.example/zzz/", "path of a page"),
        ("/a/../b/", "path of"),
    ],
)
def test_an_entry_of_the_menu_that_leads_nowhere_is_an_error(built: Site, url: str, hint: str) -> None:
    built.write("content/pages/propos.fr.md", page_file(slug="propos"))
    built.configure(menu=["europe", {"title": "A", "url": {"fr": url, "en": "https://a.example/"}}])
    told = built.build().one("link-broken")
    assert told.location.path == "newsgen.yaml" and f"`{url}`" in told.message and hint in told.hint
    line = (built.root / "newsgen.yaml").read_text("utf-8").splitlines()[told.location.line - 1]
    assert url in line, "it stands at the address of its language"
    assert built.build().lines == built.clean()[0].lines


def test_an_entry_of_the_menu_is_told_of_when_its_page_goes_and_until_it_comes(built: Site) -> None:
    menu = [
        {"title": "A", "url": url}
        for url in (
            "/fr/propos/",
            "/fr/europe/#haut",
            "https://news.example/fr/europe/",
            "/media/2023/plan.csv",
            "/assets/plan.csv",
            "mailto:a@b.example",
        )
    ]
    built.configure(menu=menu)
    assert built.build().ids == ["link-broken"] * 3
    built.write("content/pages/propos.fr.md", page_file(slug="propos", body="[Plan](/2023/plan.csv)"))
    built.write("content/2023/plan.csv", "1")
    built.write("static/assets/plan.csv", "1")
    assert built.build().ids == []
    built.write("content/pages/propos.fr.md", page_file(slug="propos", draft=True, body="[Plan](/2023/plan.csv)"))
    assert built.build().find("link-broken") == built.clean()[0].find("link-broken") != []


@pytest.mark.parametrize(
    ("menu", "told"),
    [
        (["europe", "latest", "europe"], ["menu-duplicate"]),
        ([{"title": "A", "url": "/fr/europe/"}, {"title": "B", "url": "/fr/europe/"}], ["menu-duplicate"]),
        ([{"title": {"fr": "A", "en": "B"}, "url": {"fr": "/fr/europe/"}}], ["menu-partial"]),
        ([{"title": {"en": "B"}, "url": "/fr/europe/"}], ["menu-partial"]),
        ([{"title": {"fr": "A"}, "url": {"en": "/en/europe/"}}], ["menu-partial"] * 2),
        ([{"title": {"fr": "A"}, "url": {"fr": "/fr/europe/"}}], []),  # for one language only
    ],
)
def test_an_entry_that_somebody_may_miss_in_the_menu_is_a_warning(
    built: Site, menu: list[object], told: list[str]
) -> None:
    built.configure(menu=menu)
    result = built.build()
    assert result.ids == told and result.errors == []
    assert all(d.location.path == "newsgen.yaml" and d.location.line > 20 for d in result.diagnostics)


def test_home_leads_with_the_section_that_the_site_says(site: Site) -> None:
    site.story("a.fr", title="Ancien", date="2023-01-01", categories=["monde"])
    site.story("b.fr", title="Nouveau", date="2023-02-01", categories=["europe"])
    site.build()
    assert site.page("/fr/").css_first(".front-lead .entry-title").text() == "Nouveau"
    site.configure(home={"lead": "monde"})
    site.build()
    assert site.page("/fr/").css_first(".front-lead .entry-title").text() == "Ancien"
    assert site.entries("/fr/") == ["/fr/2023/02/nouveau/", "/fr/2023/01/ancien/"], "the running feed is in order"


# ---- templates
def test_one_block_is_added_to_and_all_else_stays(built: Site) -> None:
    built.write(
        "templates/article.html",
        '{% extends "theme/article.html" %}\n{% block after_body %}\n<p class="appeal">{{ setting("url") }}</p>\n'
        "{{ super() }}\n{% endblock %}\n",
    )
    assert built.build().ids == []
    page = built.page(ARTICLE)
    assert page.css_first(".appeal") and page.css_first("h1").text() == "Un sommet" and page.css_first(".share")


def test_a_line_is_added_to_the_foot_of_every_page(built: Site) -> None:
    built.write(
        "templates/base.html",
        '{% extends "theme/base.html" %}\n{% block colophon %}\n{{ super() }}\n<p class="imprint">Depuis 2010</p>\n'
        "{% endblock %}\n",
    )
    assert built.build().ids == []
    for url in (ARTICLE, "/fr/", "/fr/europe/"):
        assert [node.text() for node in built.page(url).css("footer.site-footer > p")] == ["Archive", "Depuis 2010"]


def test_one_template_is_replaced_by_name(built: Site) -> None:
    built.write("templates/_footer.html", "<p>Notre pied de page</p>\n")
    built.build()
    footer = built.page(ARTICLE).css_first("footer.site-footer")
    assert "Notre pied de page" in footer.text() and footer.css_first('a[href="/fr/tags/"]') is None


# ---- the calendar
def test_calendar_says_how_many_articles_there_are(site: Site) -> None:
    for number, day in enumerate(("03", "17", "17")):
        site.story(f"s{number}.fr", title=f"Titre {number}", date=f"2023-04-{day}")
    site.story("autre.fr", title="Autre", date="2022-12-01")
    site.build()

    def counts(url: str, selector: str) -> dict[str, str]:
        return {a.attributes["href"]: a.css_first(".count").text() for a in site.page(url).css(selector)}

    days = counts("/fr/2023/04/", ".month a")
    assert days == {"/fr/2023/04/03/": "(1)", "/fr/2023/04/17/": "(2)"}
    assert counts("/fr/2023/", ".months a") == {"/fr/2023/04/": "(3)"}
    years = counts("/fr/en-continu/", ".calendar dt a")
    assert years == {"/fr/2023/": "(3)", "/fr/2022/": "(1)"}


@pytest.mark.parametrize(
    ("lang", "first"), [("fr", "lundi"), ("en-GB", "Monday"), ("en-US", "Sunday"), ("ar-EG", "السبت")]
)
def test_weeks_begin_as_the_language_has_it(site: Site, lang: str, first: str) -> None:
    site.configure(languages=[lang], title="Archive", categories={"europe": "Europe"})
    site.story(f"s.{lang}", title="Title 1", date="2023-04-17", slug="s")
    site.build()
    names = [node.text() for node in site.page(f"/{lang}/2023/04/").css(".month th .visually-hidden")]
    assert names[0] == first and len(set(names)) == 7
    rows = site.page(f"/{lang}/2023/04/").css(".month tbody tr")
    assert all(len(row.css("td")) == 7 for row in rows)


def test_a_logo_that_is_no_file_is_an_error_until_it_is_there(built: Site) -> None:
    built.configure(logo={"src": "/assets/logo.svg", "width": 220, "height": 40})
    told = built.build().one("link-broken")
    assert told.location.path == "newsgen.yaml" and told.location.line > 1 and "static/assets/logo.svg" in told.message
    built.write("static/assets/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert built.build().ids == []
    built.remove("static/assets/logo.svg")
    assert built.build().ids == ["link-broken"] == built.clean()[0].ids
