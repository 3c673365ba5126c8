"""Files to stories: ids, the merge of language versions, states, withdrawn stories (CONTENT.md §1, §2)."""

from __future__ import annotations

import os

import pytest

from newsgen.sources import scan
from support.harness import PIXEL, Site, article, page_file


# ---- files
def test_a_file_without_a_language_is_in_the_default_language(site: Site) -> None:
    site.story("2023/a")
    site.build()
    about = site.json("/fr/2023/04/sommet/index.json")
    assert (about["story"], about["lang"]) == ("2023/a", "fr")


def test_two_files_for_one_story_and_language_are_an_error_and_the_one_named_so_has_it(site: Site) -> None:
    site.story("a", title="Second", story="b")
    site.story("b.fr", title="Premier")
    built = site.build()
    found = built.one("story-duplicate")
    assert found.location.path == "content/a.md"
    assert "content/b.fr.md" in found.message
    assert site.exists("/fr/2023/04/premier/")
    assert not site.exists("/fr/2023/04/second/")


def test_of_two_files_that_join_a_story_the_first_by_path_has_it(site: Site) -> None:
    site.story("y.fr", title="Un", story="nouvelle")
    site.story("x.fr", title="Deux", story="nouvelle")
    built = site.build()
    assert built.one("story-duplicate").location.path == "content/y.fr.md"
    assert site.json("/fr/2023/04/deux/index.json")["story"] == "nouvelle"


def test_story_joins_files_whose_names_differ(site: Site) -> None:
    site.story("2023/04/sommet.fr")
    site.story("2023/05/summit.en", title="Summit", story="2023/04/sommet", date=None, categories=None)
    assert site.build().ids == []
    assert site.alternates("/fr/2023/04/sommet/")["en"] == "https://news.example/en/2023/04/summit/"


@pytest.mark.parametrize(
    "name",
    [
        ".a.fr.md",
        "_a.fr.md",
        "a.fr.md~",
        "#a.fr.md#",
        "README.md",
        "README.fr.md",
        "_x/a.fr.md",
        ".x/a.fr.md",
        "a.fr.md.swp",
        "a.fr.md.bak",
        "a.fr.md.orig",
    ],
)
def test_what_is_no_content(site: Site, name: str) -> None:
    site.write(f"content/{name}", article("Fantôme"))
    assert site.build().ids == []
    assert "Fantôme" not in site.text()


def test_a_language_that_is_not_declared_is_an_error_that_names_the_declared_ones(site: Site) -> None:
    site.story("x.de")
    site.story("ok.FR", title="Majuscules")
    site.story("a.numero.fr", title="Point")
    site.story("to-do", title="Tiret")
    built = site.build()
    found = built.one("language-undeclared")
    assert found.location.path == "content/x.de.md"
    assert "fr, en" in found.message
    assert [site.exists(f"/fr/2023/04/{slug}/") for slug in ("majuscules", "point", "tiret")] == [True] * 3


def test_paths_that_differ_in_case_only_are_an_error(site: Site) -> None:
    site.story("A.fr", title="Un")
    site.story("a.fr", title="Deux")
    built = site.build()
    assert built.one("path-case-clash").location.path == "content/a.fr.md"
    assert "content/A.fr.md" in built.one("path-case-clash").message


def test_symbolic_links(site: Site, tmp_path: object) -> None:
    site.story("real/a.fr", title="Vrai")
    outside = site.root.parent / "outside.fr.md"
    outside.write_text(article("Dehors"))
    content = site.root / "content"
    (content / "twin.fr.md").symlink_to("real/a.fr.md")
    (content / "out.fr.md").symlink_to(outside)
    (content / "nowhere.fr.md").symlink_to("none.fr.md")
    (content / "loop.fr.md").symlink_to("loop.fr.md")
    (content / "real/up").symlink_to("..")
    built = site.build()
    assert built.ids == ["symlink-dangling", "symlink-loop", "symlink-loop", "symlink-outside"]
    assert built.one("symlink-outside").location.path == "content/out.fr.md"
    assert site.text().count("<h1 itemprop") == 1


def test_a_picture_is_published_if_something_published_refers_to_it(site: Site) -> None:
    for name in ("body", "front", "page", "term", "draft", "later", "nobody"):
        site.write(f"content/p/{name}.png", PIXEL)
    site.write("content/p/doc.pdf", b"%PDF")
    site.story("p/a.fr", image="front.png", body="![x](body.png) [doc](/p/doc.pdf)", tags=["t"])
    site.story("p/b.fr", title="B", draft=True, image={"src": "draft.png", "alt": "x"})
    site.story("p/c.fr", title="C", date="2030-01-01", body="![x](later.png)")
    site.write("content/pages/x.fr.md", page_file("X", "![x](/p/page.png)"))
    site.write("content/tags/t.fr.md", page_file("T", "![x](/p/term.png)"))
    assert site.build().ids == ["alt-missing"]
    names = {name for name in site.tree() if name.startswith("media/")}
    assert names == {f"media/p/{n}" for n in ("body.png", "front.png", "page.png", "term.png", "doc.pdf")}


def test_pictures_that_are_missing_drop_only_the_picture(site: Site) -> None:
    site.write("content/x/port.png", PIXEL)
    site.story("x/a.fr", image={"src": "por.png", "alt": "x"}, body="Avant ![le port](prt.png) après. [doc](non.pdf)")
    built = site.build()
    assert [(d.id, d.location.line) for d in built.errors] == [
        ("picture-missing", 5),
        ("picture-missing", 7),
        ("link-broken", 7),
    ]
    text = site.main("/fr/2023/04/sommet/").text()
    assert "Avant" in text
    assert "après. doc" in text
    assert "<img" not in site.read("/fr/2023/04/sommet/")


def test_a_picture_named_from_content_and_relative_to_the_file_is_one(site: Site) -> None:
    site.write("content/x/p.png", PIXEL)
    site.story("x/y/a.fr", body="![un](../p.png) et ![deux](/x/p.png)", image={"src": "/x/p.png", "alt": "trois"})
    assert site.build().ids == []
    sources = [n.attributes["src"] for n in site.page("/fr/2023/04/sommet/").css("main img")]
    assert sources == ["/media/x/p.png"] * 3
    assert 'width="3" height="2"' in site.read("/fr/2023/04/sommet/")


# ---- the merge
SHARED = {
    "date": "2023-04-16",
    "categories": ["europe"],
    "topics": ["t"],
    "image": {"src": "p.png", "alt": "Port"},
    "expires": "2030-01-01",
}


@pytest.mark.parametrize(("has", "lacks"), [("fr", "en"), ("en", "fr")])
def test_what_belongs_to_the_story_may_stand_in_one_version(site: Site, has: str, lacks: str) -> None:
    site.write("content/p.png", PIXEL)
    site.write("content/topics/t.fr.md", page_file("Dossier"))
    site.write("content/topics/t.en.md", page_file("File"))
    site.story(f"a.{has}", title="A", **SHARED)
    site.story(f"a.{lacks}", title="B", date=None, categories=None)
    built = site.build()
    assert built.ids == ["alt-missing"]  # of the version that has no words of its own for the picture
    url = f"/{lacks}/2023/04/b/"
    assert site.json(f"{url}index.json")["date"] == "2023-04-16"
    assert site.entries(f"/{lacks}/europe/") == [url]
    topics = "dossiers" if lacks == "fr" else "topics"
    assert site.links(url, "main .topics a") == [f"/{lacks}/{topics}/{'dossier' if lacks == 'fr' else 'file'}/"]
    picture = site.page(url).css_first("main figure img")
    assert (picture.attributes["src"], picture.attributes["alt"]) == ("/media/p.png", "")


def test_of_several_versions_the_first_language_that_has_a_key_gives_it(site: Site) -> None:
    site.configure(languages=["fr", "en", "ar"])
    site.story("a.ar", title="خبر", date=None, categories=None)
    site.story("a.en", title="B", date="2022-02-02", categories=["monde"])
    site.story("a.fr", title="A", date="2021-01-01", categories=None)
    assert site.build().ids == []
    assert site.exists("/en/2022/02/b/"), "a version's own date comes first"
    assert site.exists("/ar/2021/01/خبر/")
    assert site.entries("/fr/monde/") == ["/fr/2021/01/a/"]


def test_draft_and_embargo_of_one_version_hold_for_all(site: Site) -> None:
    for key, item in (("draft", True), ("publish", "2030-01-01"), ("expires", "2023-06-01")):
        site.story(f"{key}.fr", title=f"Fr {key}", **{key: item})
        site.story(f"{key}.en", title=f"En {key}")
    site.build()
    names = [name for name in site.tree() if "continu" not in name and not name.startswith("newsgen-ledger/")]
    assert not any("sommet" in name or "fr-" in name or "en-" in name for name in names)


def test_none_declines_what_the_story_shares(site: Site) -> None:
    site.write("content/p.png", PIXEL)
    site.story("a.fr", title="A", publish="2030-01-01", image={"src": "p.png", "alt": "x"})
    site.story("a.en", title="B", publish="none", image="none", date=None, categories=None)
    site.story("b.fr", title="C", expires="2023-05-01", draft=True)
    site.story("b.en", title="D", expires="none", draft=False, date=None, categories=None)
    assert site.build().ids == ["version-alone"] * 4
    assert site.exists("/en/2023/04/b/")
    assert site.exists("/en/2023/04/d/")
    assert "media/p.png" not in site.tree()
    assert not site.exists("/fr/2023/04/c/")


def test_a_required_key_cannot_be_declined(site: Site) -> None:
    site.story("a.fr", title="A")
    site.story("a.en", title="B", date="none")
    found = site.build().one("key-missing")
    assert str(found.location) == "content/a.en.md:3:1"
    assert "`date: none`" in found.message
    assert site.exists("/fr/2023/04/a/")


def test_what_a_story_lacks_is_said_in_each_file_that_needs_it(site: Site) -> None:
    site.story("a.fr", title="A", date=None, categories=None)
    site.story("a.en", title="B", date=None, categories=None)
    site.write("content/b.fr.md", "---\ntitle:\ndate: 2023-04-16\ncategories: [europe]\n---\n")
    built = site.build()
    assert [(d.location.path, d.message) for d in built.find("key-missing")] == [
        ("content/a.en.md", "no `categories`"),
        ("content/a.en.md", "no `date`"),
        ("content/a.fr.md", "no `categories`"),
        ("content/a.fr.md", "no `date`"),
        ("content/b.fr.md", "no `title` with a value"),
    ]
    assert str(built.find("key-missing")[-1].location) == "content/b.fr.md:2:1"


def test_updated_and_corrections_belong_to_one_version(site: Site) -> None:
    site.story("a.fr", title="A", updated="2023-05-01", corrections=[{"date": "2023-05-02", "text": "Faute."}])
    site.story("a.en", title="B")
    site.build()
    assert "Faute." in site.read("/fr/corrections/")
    assert "dateModified" not in site.read("/en/2023/04/b/")
    assert site.entries("/en/corrections/") == []


def test_a_category_that_is_not_declared_names_the_nearest(site: Site) -> None:
    site.story("a.fr", categories=["europ", "monde"])
    site.story("b.fr", title="B", categories=["europ"])
    built = site.build()
    found = built.find("category-unknown")
    assert [str(d.location) for d in found] == ["content/a.fr.md:4:14", "content/b.fr.md:4:14"]
    assert found[0].hint == "did you mean `europe`?"
    assert site.exists("/fr/2023/04/sommet/"), "the other category is left"
    assert not site.exists("/fr/2023/04/b/")
    assert built.find("key-missing") == []


def test_a_shared_category_that_is_unknown_is_said_once(site: Site) -> None:
    site.story("a.fr", categories=["europ"])
    site.story("a.en", title="B", categories=None)
    assert site.build().one("category-unknown").location.path == "content/a.fr.md"


def test_a_topic_needs_its_file(site: Site) -> None:
    site.write("content/topics/kremlin.en.md", page_file("The Kremlin"))
    site.story("a.fr", topics=["kremlim"])
    site.story("b.fr", title="B", topics=["kremlin"])
    found = site.build().one("topic-unknown")
    assert (str(found.location), found.hint) == ("content/a.fr.md:5:10", "did you mean `kremlin`?")
    assert site.h1("/fr/dossiers/kremlin/") == "The Kremlin", "the other language's name, until there is a file"


def test_extra_fields_reach_the_template_that_was_asked_for(site: Site) -> None:
    site.write("templates/essai.html", "{{ article(page.key, page.lang).extra.mark }} on {{ page.url }}")
    site.story("a.fr", template="essai.html", extra={"mark": "ici"})
    site.story("b.fr", title="B", template="esai.html")
    built = site.build()
    assert site.read("/fr/2023/04/sommet/") == "ici on /fr/2023/04/sommet/"
    found = built.one("template-unknown")
    assert (str(found.location), found.hint) == ("content/b.fr.md:5:11", "did you mean `essai.html`?")
    assert site.h1("/fr/2023/04/b/") == "B"


def test_no_page_takes_the_place_of_a_file_that_newsgen_writes(site: Site) -> None:
    site.configure(feed_size=1, permalink="/{lang}/{slug}/")
    for number in range(4):
        site.story(f"a{number}.fr", title=f"A {number}", tags=["Chine"])
    site.build()
    folders = ("fr", "fr/a-0", "fr/europe", "fr/tags/chine")
    names = sorted({name.rpartition("/")[2] for name in site.tree() if name.rpartition("/")[0] in folders})
    assert {"opensearch.xml", "feed.atom", "feed-1.atom", "index.json", "index.html"} <= set(names)
    for number, name in enumerate(names):
        site.write(f"content/pages/p{number}.fr.md", page_file(f"P {number}", slug=name))
    built = site.build()
    assert [(d.location.path, d.id) for d in built.errors] == [
        (f"content/pages/p{number}.fr.md", "slug-reserved") for number in sorted(range(len(names)), key=str)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "_pager.html",
        "base.html",
        "home.html",
        "feed.atom",
        "article.json",
        "term.html",
        "css/article.css",
        "custom.css",
        "style.css",
        "_own.html",
        "theme/home.html",
    ],
)
def test_a_template_of_which_no_article_can_be_made_is_told_at_the_article(site: Site, name: str) -> None:
    """It would fail while rendering, and whatever leads to the article would wait for it."""
    site.write("templates/custom.css", "p {}")
    site.write("templates/_own.html", "x")
    site.write("templates/home.html", '{% extends "theme/home.html" %}')
    site.story("a.fr")
    site.build()
    site.story("b.fr", title="B", template=name)
    site.write("content/pages/c.fr.md", page_file("C", template=name))
    built = site.build()
    assert [str(told.location) for told in built.errors] == ["content/b.fr.md:5:11", "content/pages/c.fr.md:3:11"]
    assert [told.message for told in built.find("template-unknown")] == [
        f"`{name}` is no template of an article",
        f"`{name}` is no template of a page",
    ]
    assert site.h1("/fr/2023/04/b/") == "B" and site.h1("/fr/c/") == "C"
    assert "/fr/2023/04/b/" in site.entries("/fr/europe/")
    assert site.tree() == site.clean_build()


def test_an_article_may_look_like_a_page_and_like_the_theme_s_own(site: Site) -> None:
    site.write("templates/article.html", "own")
    site.story("a.fr", title="A", template="page.html")
    site.story("b.fr", title="B", template="theme/article.html")
    site.write("content/pages/c.fr.md", page_file("C", template="article.html"))
    built = site.build()
    assert [str(told.location) for told in built.errors] == ["content/pages/c.fr.md:3:11"]
    assert site.h1("/fr/2023/04/a/") == "A" and site.h1("/fr/2023/04/b/") == "B"


def test_translation_of_says_from_which_language_and_whether_it_lags(site: Site) -> None:
    site.story("a.fr", title="A", updated="2023-06-01")
    site.story("a.en", title="B", translation_of={"lang": "fr", "date": "2023-04-16"})
    site.story("b.fr", title="C")
    site.story("b.en", title="D", translation_of={"lang": "fr", "date": "2023-04-16"})
    site.build()
    late, good = (site.main(f"/en/2023/04/{slug}/").css_first(".translation").text() for slug in "bd")
    assert late.startswith("Translated from the French original (as of April 16, 2023)")
    assert len(late) > len(good)


# ---- withdrawn stories
def test_a_withdrawn_story_answers_with_a_notice_and_leaves_everything_else(site: Site) -> None:
    site.story("a.fr", title="Faux bruit", gone="Retiré : la source a démenti.", tags=["Seul"], body="Secret du corps.")
    site.story("b.fr", title="Citant", date="2023-05-01", body="Voir [[a]].")
    assert site.build().ids == []
    notice = site.page("/fr/2023/04/faux-bruit/")
    assert "la source a démenti" in notice.css_first("main").text()
    assert not site.exists("/fr/2023/04/faux-bruit/index.json")
    where = {name for name, data in site.tree().items() if b"faux-bruit" in data}
    assert (
        where
        == {
            "fr/2023/04/faux-bruit/index.html",
            "fr/2023/05/citant/index.html",
            "fr/2023/05/citant/index.json",
            "fr/feed.atom",
            "fr/feed.json",
            "fr/europe/feed.atom",
            "fr/europe/feed.json",
            "newsgen-ledger/next.txt",
        }
        & where
    )
    assert site.links("/fr/2023/05/citant/", "[itemprop=articleBody] a") == ["/fr/2023/04/faux-bruit/"]
    assert not site.exists("/fr/tags/seul/")
    assert "Secret du corps" not in site.text()
    assert "<id>tag:news.example,2000:a:fr</id>" not in site.read("/fr/feed.atom")


def test_gone_in_one_language_only_is_a_warning(site: Site) -> None:
    site.story("a.fr", gone="Retiré.")
    site.story("a.en", title="B")
    site.story("b.fr", title="C", gone="Retiré.")
    site.story("b.en", title="D", gone="Withdrawn.")
    found = site.build().one("gone-partial")
    assert (found.location.path, found.severity) == ("content/a.fr.md", "warning")
    assert "content/a.en.md" in found.message


def test_noindex_stays_out_of_sitemaps_and_in_lists(site: Site) -> None:
    site.story("a.fr", date="2024-01-15", noindex=True)
    site.build()
    assert "noindex" in site.read("/fr/2024/01/sommet/")
    assert not any("2024/01/sommet" in site.read(f"/{n}") for n in site.tree() if "sitemap" in n)
    assert site.entries("/fr/europe/") == ["/fr/2024/01/sommet/"]


def test_pages_that_are_not_news(site: Site) -> None:
    site.write("content/pages/about.fr.md", page_file("Qui sommes-nous ?", "Voir [[a]]."))
    site.write("content/pages/about.en.md", page_file("About us"))
    site.write("content/pages/aide/faq.fr.md", page_file("Questions"))
    site.write("content/pages/old.fr.md", page_file("Vieux", aliases=["/vieille-page/"]))
    site.story("a.fr")
    assert site.build().ids == []
    assert site.alternates("/fr/about/") == {
        "fr": "https://news.example/fr/about/",
        "en": "https://news.example/en/about/",
        "x-default": "https://news.example/fr/about/",
    }
    assert site.exists("/fr/aide/faq/")
    assert site.exists("/vieille-page/")
    assert site.entries("/fr/en-continu/") == ["/fr/2023/04/sommet/"]
    assert "/fr/about/" in site.read("/sitemap-sections.xml")


def test_all_errors_of_all_files_in_one_run(site: Site) -> None:
    site.write("content/a.fr.md", "---\ntitle: A\ndate: demain\ndraft: peut-être\n---\n")
    site.write("content/b.fr.md", b"---\ntitle: \xff\n---\n")
    site.write("content/c.fr.md", "rien")
    site.story("d.fr", categories=["nul"])
    site.story("e.fr", title="E", body="[[nul-part]]")
    built = site.build()
    assert built.ids == [
        "category-unknown",
        "date-invalid",
        "encoding-invalid",
        "front-matter-missing",
        "reference-broken",
        "value-invalid",
    ]
    assert site.exists("/fr/2023/04/e/")


def test_no_kind_of_file_stops_a_build(site: Site) -> None:
    site.build()
    assert site.exists("/")
    assert site.entries("/fr/") == []


# ---- names and files that the world does not like
def test_a_name_that_windows_cannot_hold_is_a_warning(site: Site) -> None:
    site.story("con.fr", title="A")
    site.story("2023/x?.fr", title="B")
    site.story("fin. .fr", title="C")
    found = site.build().find("name-unportable")
    assert [(d.location.path, d.severity) for d in found] == [
        ("content/2023/x?.fr.md", "warning"),
        ("content/con.fr.md", "warning"),
    ]
    assert site.exists("/fr/2023/04/a/")


def test_an_address_that_no_file_system_holds_is_an_error(site: Site) -> None:
    site.story("a.fr", title="A", aliases=[f"/{'x' * 300}/"])
    site.story("b.fr", title="B")
    built = site.build()
    assert built.one("path-too-long").location.path == "content/a.fr.md"
    assert site.exists("/fr/2023/04/a/")
    assert site.exists("/fr/2023/04/b/")


def test_a_file_that_cannot_be_read_is_an_error_and_the_rest_is_built(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site.write("content/a.fr.md", article("A"))
    site.story("b.fr", title="B")
    if os.geteuid() == 0:  # root may read everything
        read = scan.fingerprint

        def refused(path: str, *, size: int, with_blob: bool) -> scan.Content:
            if path.endswith("a.fr.md"):
                raise PermissionError(13, "Permission denied")
            return read(path, size=size, with_blob=with_blob)

        monkeypatch.setattr(scan, "fingerprint", refused)
    else:
        path.chmod(0)
    built = site.build()
    assert built.one("file-unreadable").location.path == "content/a.fr.md"
    assert "Permission denied" in built.one("file-unreadable").message
    monkeypatch.undo()
    path.chmod(0o644)
    assert site.exists("/fr/2023/04/b/")


def test_all_faults_of_one_file_come_in_one_run(site: Site) -> None:
    text = (
        '---\ntitle: A\ndate: nope\ncategories: eu\nslug: "12"\nrelated: zzz\naliases: [/../x]\ntags: ["!!!"]\n---\n'
        "![](no.jpg) [[qqq]] [l](no.md)\n"
    )
    site.write("content/a.fr.md", text)
    ids = {d.id for d in site.build().diagnostics}
    assert ids >= {
        "date-invalid",
        "category-unknown",
        "alias-invalid",
        "term-empty",
        "reference-broken",
        "picture-missing",
        "alt-missing",
        "link-broken",
    }
    site.write("content/a.fr.md", text.replace("nope", "2023-04-16"))
    ids = {d.id for d in site.build().diagnostics}
    assert ids >= {"category-unknown", "slug-reserved", "alias-invalid", "term-empty", "reference-broken"}


def test_a_lead_picture_that_is_missing_is_told_beside_other_faults_of_its_file(site: Site) -> None:
    site.write("content/a.fr.md", "---\ntitle: A\ndate: nope\ncategories: [europe]\nimage: no.jpg\n---\n")
    assert str(site.build().one("picture-missing").location) == "content/a.fr.md:5:8"
    site.write("content/no.jpg", PIXEL)
    assert site.build().ids == ["date-invalid"]
    assert not site.exists("/media/no.jpg")
    site.remove("content/no.jpg")
    assert sorted(site.build().ids) == ["date-invalid", "picture-missing"]


def test_a_story_is_not_related_to_itself(site: Site) -> None:
    site.write("content/a.fr.md", article(title="Seul", related=["a"]))
    site.build()
    assert 'class="related"' not in site.read("/fr/2023/04/seul/")


# ---- stories that look like one
FOLDER = "content/2023/04"


def _notes(site: Site) -> list[str]:
    """What an incremental build says of names, which is what a clean one says."""
    built = site.build()
    assert [id_ for id_ in built.ids if id_ != "address-lost"] == site.clean()[0].ids
    return [f"{d.location} {d.severity} {d.hint}" for d in built.find("story-name")]


def test_two_stories_in_one_language_each_that_look_like_one_are_told(site: Site) -> None:
    site.write(f"{FOLDER}/nouvelle.fr.md", article("Sommet"))
    assert _notes(site) == []
    site.write(f"{FOLDER}/news.en.md", article("Summit"))
    hint = "name it `nouvelle.en.md`, or write `story: 2023/04/nouvelle` into it; nothing to do if that is meant"
    told = [f"{FOLDER}/news.en.md:1:1 note {hint}"]
    assert _notes(site) == told, "the folder is theirs alone"
    site.write(f"{FOLDER}/autre.fr.md", article("Autre", date="2023-04-17"))
    assert _notes(site) == [], "the same day in a folder of many is chance"
    for name, title in (("nouvelle.fr", "Sommet"), ("news.en", "Summit")):
        site.write(f"{FOLDER}/{name}.md", article(title, date="2023-04-16 10:00"))
    assert _notes(site) == told, "the same minute is not"
    site.write(f"{FOLDER}/encore.fr.md", article("Encore", date="2023-04-16 10:00"))
    assert _notes(site) == [], "which of the two?"
    site.remove(f"{FOLDER}/encore.fr.md")
    assert _notes(site) == told
    site.write(f"{FOLDER}/nouvelle.en.md", article("News"))
    assert _notes(site) == [], "it has a version already"
    site.remove(f"{FOLDER}/nouvelle.en.md")
    site.rename(f"{FOLDER}/news.en.md", f"{FOLDER}/nouvelle.en.md")
    assert _notes(site) == []
    assert "en" in site.alternates("/fr/2023/04/sommet/")


@pytest.mark.parametrize(
    ("fr", "en", "is_told"),
    [
        ({"image": "/p.png"}, {"image": "/p.png"}, True),
        ({"image": "/p.png"}, {"image": "/q.png"}, False),
        ({"date": "2023-04-16 10:00"}, {"date": "2023-04-16T08:00:00Z"}, True),
        ({"date": "2023-04-16 10:00"}, {"date": "2023-04-16 11:00"}, False),
        ({"date": "2023-04-16 00:00"}, {"date": "2023-04-16"}, False),
        ({"draft": True, "image": "/p.png"}, {"image": "/p.png"}, True),
        ({"story": "2023/04/ailleurs", "image": "/p.png"}, {"image": "/p.png"}, False),
    ],
)
def test_what_two_stories_have_in_common_tells_whether_they_look_like_one(
    site: Site, fr: dict[str, object], en: dict[str, object], is_told: bool
) -> None:
    for name in ("p", "q"):
        site.write(f"content/{name}.png", PIXEL)
    site.write(f"{FOLDER}/autre.fr.md", article("Autre", date="2023-04-17"))
    site.write(f"{FOLDER}/a.fr.md", article(**{"title": "A", **fr}))
    site.write(f"{FOLDER}/b.en.md", article(**{"title": "B", **en}))
    assert bool(_notes(site)) == is_told


def test_two_pages_and_two_stories_of_one_language_do_not_look_like_one(site: Site) -> None:
    site.write("content/pages/about.fr.md", page_file("A"))
    site.write("content/pages/infos.en.md", page_file("B"))
    site.write(f"{FOLDER}/a.fr.md", article("A"))
    site.write(f"{FOLDER}/b.fr.md", article("B"))
    assert _notes(site) == []


@pytest.mark.parametrize("story", ["2023/04/sumit", "2023/4/summit", "summit", "2023/04/summmit", "2024/04/summit"])
def test_a_story_that_one_language_alone_bears_is_told_with_the_nearest_id(site: Site, story: str) -> None:
    site.write(f"{FOLDER}/nouvelle.fr.md", article("Sommet", story=story))
    assert _notes(site) == [], "it may keep the id of a file that was moved"
    site.write(f"{FOLDER}/summit.en.md", article("Summit"))
    told = [f"{FOLDER}/nouvelle.fr.md:5:8 note did you mean `2023/04/summit`?"]
    assert _notes(site) == told
    site.write(f"{FOLDER}/nouvelle.fr.md", article("Sommet", kicker="Chine", story=story))
    assert _notes(site) == [told[0].replace(":5:", ":6:")]
    site.write(f"{FOLDER}/summit.fr.md", article("Encore", slug="encore"))
    assert _notes(site) == [], "that story has this language"
    site.remove(f"{FOLDER}/summit.fr.md")
    assert _notes(site)
    site.write(f"{FOLDER}/nouvelle.fr.md", article("Sommet", story="2023/04/summit"))
    assert _notes(site) == []


def test_numbers_of_a_series_are_no_misspelling(site: Site) -> None:
    site.write("content/2024/nouveau.fr.md", article("A", story="2023/04/bulletin-17"))
    site.write(f"{FOLDER}/bulletin-18.en.md", article("B"))
    assert _notes(site) == []


def test_where_no_category_is_declared_the_configuration_is_named(site: Site) -> None:
    site.configure(categories={})
    site.story("a.fr", categories=["europe"])
    assert "newsgen.yaml declares none" in site.build().one("category-unknown").message
