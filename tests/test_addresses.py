"""Addresses and their owners, slugs, aliases (CONTENT.md §5)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgen.addresses.urls import address_key, companion_owner, keys_above, keys_below
from support import strategies_site as draw
from support.harness import PIXEL, Built, Site, article, differences, examples, page_file, temporary_site
from support.photos import photo


def test_the_date_and_the_slug_decide_not_the_folder(site: Site) -> None:
    site.story("2020/01/x/y.fr", title="Élection : l'œuvre du « siècle » !")
    site.story("b.fr", title="B", slug="ecrit")
    site.build()
    assert site.exists("/fr/2023/04/election-l-oeuvre-du-siecle/")
    assert site.exists("/fr/2023/04/ecrit/")


def test_a_moved_file_keeps_its_address_and_a_story_id_keeps_its_feed_ids(site: Site) -> None:
    site.story("2023/a.fr", story="2023/a")
    site.build()
    old = site.tree()
    site.rename("content/2023/a.fr.md", "content/archive/b.fr.md")
    site.build()
    assert site.tree() == old


def test_permalink_is_the_sites_choice(site: Site) -> None:
    site.configure(permalink="/{lang}/{year}/{month}/{day}/{slug}/", url="https://news.example/sous/")
    site.story("a.fr", body="[[b]]")
    site.story("b.fr", title="B")
    assert site.build().ids == []
    assert site.links("/fr/2023/04/16/sommet/", "[itemprop=articleBody] a") == ["/sous/fr/2023/04/16/b/"]
    assert site.entries("/fr/2023/04/16/") == ["/fr/2023/04/16/b/", "/fr/2023/04/16/sommet/"]


def test_a_title_without_letters_takes_the_file_name(site: Site) -> None:
    site.story("2023/fichier.fr", title="!!!")
    site.story("---.fr", title="???")
    built = site.build()
    assert site.exists("/fr/2023/04/fichier/")
    assert str(built.one("slug-missing").location) == "content/---.fr.md:2:8"


def test_slugs_of_other_scripts_stay(site: Site) -> None:
    site.story("a.fr", title="東京 2023")
    site.story("b.fr", title="Москва")
    site.build()
    assert site.exists("/fr/2023/04/東京-2023/")
    assert site.entries("/fr/europe/")[0] == "/fr/2023/04/москва/"


def test_of_two_articles_the_older_has_the_address(site: Site) -> None:
    site.story("x.fr", title="Sommet", date="2023-04-16")
    site.story("y.fr", title="Sommet", date="2023-04-15")
    site.story("z.fr", title="Autre", date="2023-04-17", slug="sommet")
    built = site.build()
    found = built.find("address-taken")
    assert [str(d.location) for d in found] == ["content/x.fr.md:2:8", "content/z.fr.md:5:7"]
    assert all("content/y.fr.md" in d.message + d.hint for d in found)
    assert site.json("/fr/2023/04/sommet/index.json")["story"] == "y"
    assert site.entries("/fr/europe/") == ["/fr/2023/04/sommet/"], "what has no address stands in no list"
    assert site.tree() == site.clean_build()


def _proposed(built: Built) -> dict[str, str]:
    return {d.location.path: d.hint.partition("such as ")[2] for d in built.find("address-taken")}


def test_a_slug_that_is_free_is_proposed(site: Site) -> None:
    site.story("a.fr", slug="sommet", date="2023-04-15")
    site.story("b.fr", slug="sommet-2", draft=True)
    site.story("c.fr", aliases=["/fr/2023/04/sommet-3/"], slug="c")
    site.story("d.fr", slug="sommet-4")
    site.build()
    site.publish()
    site.story("d.fr", slug="dee")
    site.build()
    site.story("e.fr", slug="sommet")
    site.story("f.fr", slug="sommet")
    site.write("content/pages/europe.fr.md", page_file("Europe"))
    site.write("content/pages/archives/04-16.fr.md", page_file("Seize"))
    built = _equals_a_clean_build(site)
    proposed = {"content/e.fr.md": "`slug: sommet-5`", "content/f.fr.md": "`slug: sommet-6`"}
    assert _proposed(built) == proposed | {"content/pages/europe.fr.md": "`slug: europe-2`"}
    site.story("e.fr", slug="sommet-5")
    site.story("f.fr", slug="sommet-6")
    site.remove("content/pages/europe.fr.md")
    assert _equals_a_clean_build(site).find("address-taken") == []


def test_the_free_slug_is_what_a_clean_build_proposes(site: Site) -> None:
    site.story("a.fr", slug="sommet", date="2023-04-15")
    site.story("b.fr", slug="sommet")
    assert _proposed(site.build())["content/b.fr.md"] == "`slug: sommet-2`"
    site.story("c.fr", slug="sommet-2", title="C")
    assert _proposed(_equals_a_clean_build(site))["content/b.fr.md"] == "`slug: sommet-3`"
    site.story("d.fr", title="D", aliases=["/fr/2023/04/sommet-3/"])
    assert _proposed(_equals_a_clean_build(site))["content/b.fr.md"] == "`slug: sommet-4`"
    site.story("c.fr", slug="cee", title="C")
    assert _proposed(_equals_a_clean_build(site))["content/b.fr.md"] == "`slug: sommet-2`"
    site.configure(permalink="/{lang}/{slug}-{year}/")
    assert _proposed(_equals_a_clean_build(site))["content/b.fr.md"] == "`slug: sommet-2`"
    site.story("c.fr", slug="sommet-2", title="C")
    assert _proposed(_equals_a_clean_build(site))["content/b.fr.md"] == "`slug: sommet-3`"
    site.configure(permalink="/{lang}/{year}/{month}/{slug}/")
    site.story("e.fr", slug="x" * 255)
    site.story("f.fr", slug="x" * 255)
    assert _proposed(_equals_a_clean_build(site))["content/f.fr.md"].startswith("`slug: xxx")


@pytest.mark.parametrize(
    ("pattern", "front", "most"),
    [
        ("/{lang}/{year}-{slug}/", {"slug": "x" * 255}, 250),
        ("/{lang}/{day}-" + "a" * 100 + "-{slug}/", {"title": "শ" * 79}, 151),
        ("/{lang}/" + "é" * 120 + "-{year}-{slug}/", {"title": "Le sommet de la paix"}, 9),
    ],
)
def test_a_pattern_that_makes_a_name_too_long_is_told(
    site: Site, pattern: str, front: dict[str, str], most: int
) -> None:
    """At the slug, or at the title of which it is made; the slug that is proposed fits."""
    site.configure(permalink=pattern)
    site.story("e.fr", **front)
    site.story("f.fr", slug="f")
    told = site.build().one("slug-invalid")
    assert f"longer than {most} bytes" in told.message and told.location.line > 1
    near = told.hint.partition("slug: ")[2].rstrip("`")
    assert 0 < len(near.encode()) <= most
    site.story("e.fr", **(front | {"slug": near}))
    assert site.build().ids == [] and len(site.build().result.diagnostics) == 0


def test_of_two_articles_of_one_day_the_story_id_decides(site: Site) -> None:
    site.story("b.fr")
    site.story("a.fr")
    assert site.build().one("address-taken").location.path == "content/b.fr.md"


def test_addresses_compare_without_case_and_unicode_form(site: Site) -> None:
    site.story("a.fr", title="A", aliases=["/Vieux/É/"])
    site.story("b.fr", title="B", aliases=["/vieux/e\u0301/"])
    assert str(site.build().one("alias-taken").location) == "content/b.fr.md:5:11"


def test_what_is_not_published_owns_nothing_but_its_clash_is_said(site: Site) -> None:
    site.story("a.fr", date="2023-04-15", draft=True)
    site.story("b.fr", date="2023-04-16")
    site.story("c.fr", title="C", slug="sommet", date="2023-04-14", publish="2030-01-01", aliases=["/vieux/"])
    site.story("d.fr", title="D", date="2023-04-17", aliases=["/vieux/"])
    built = site.build()
    assert [d.location.path for d in built.find("address-taken")] == ["content/a.fr.md", "content/c.fr.md"]
    assert built.one("alias-taken").location.path == "content/c.fr.md"
    assert site.json("/fr/2023/04/sommet/index.json")["story"] == "b"
    assert site.links("/vieux/", "a") == ["/fr/2023/04/d/"]


def test_slugs_that_calendar_and_numbered_pages_could_claim(site: Site) -> None:
    site.story("a.fr", slug="17")
    site.story("b.fr", title="2024")
    site.story("c.fr", title="C", slug="page")
    site.story("d.fr", title="D", slug="32")
    built = site.build()
    assert [str(d.location) for d in built.find("slug-reserved")] == ["content/a.fr.md:5:7", "content/c.fr.md:5:7"]
    assert built.find("slug-reserved")[0].hint == "write `slug: a-17`"
    assert [site.exists(f"/fr/2023/04/{slug}/") for slug in ("17", "2024", "page", "32")] == [False, True, False, True]


def test_a_page_cannot_take_a_list(site: Site) -> None:
    site.write("content/pages/europe.fr.md", page_file("Europe"))
    site.write("content/pages/2023.fr.md", page_file("Année"))
    site.write("content/pages/tags/x.fr.md", page_file("X"))
    site.story("a.fr", tags=["x"])
    built = site.build()
    assert built.one("address-taken").location.path == "content/pages/europe.fr.md"
    assert {d.location.path for d in built.find("slug-reserved")} == {
        "content/pages/2023.fr.md",
        "content/pages/tags/x.fr.md",
    }
    assert "data-entries" in site.read("/fr/europe/")


def test_the_order_of_owners(site: Site) -> None:
    """Lists, feeds and machine files; articles; pages; media; static files; aliases."""
    site.configure(permalink="/{lang}/{slug}/")
    site.story("a.fr", title="Europe")  # a list has it
    site.story("b.fr", title="Contact", body="![x](fr-p.png)")
    site.write("content/pages/contact.fr.md", page_file("Contact"))  # an article has it
    site.write(
        "content/pages/aide.fr.md", page_file("Aide", aliases=["/media/fr-p.png.html", "/x.html", "/fr/aide/feed/"])
    )
    site.write("content/fr-p.png", PIXEL)
    site.write("static/media/fr-p.png", "mine")
    site.write("static/fr/aide/index.html", "mine")
    site.write("static/sitemap.xml", "mine")
    site.write("static/x.html", "mine")
    built = site.build()
    assert [d.location.path for d in built.find("address-taken")] == [
        "content/a.fr.md",
        "content/pages/contact.fr.md",
        "static/fr/aide/index.html",
        "static/media/fr-p.png",
        "static/sitemap.xml",
    ]
    assert built.one("alias-taken").message == "the alias /x.html belongs to static/x.html"
    tree = site.tree()
    assert tree["media/fr-p.png"] == PIXEL
    assert tree["x.html"] == b"mine"
    assert b"mine" not in tree["fr/aide/index.html"] + tree["sitemap.xml"]


def test_bundled_static_files_give_way_to_the_sites_own(site: Site) -> None:
    site.write("static/favicon.svg", "<svg/>")
    assert site.build().ids == []
    assert site.read("/favicon.svg") == "<svg/>"


# ---- aliases
def test_aliases_redirect(site: Site) -> None:
    site.story("a.fr", aliases=["/vieux/lien", "ancien.html", "/?p=1", "https://news.example/plein/", "/2010/é à/"])
    site.story("a.en", title="Summit", aliases=["/old/"])
    built = site.build()
    assert str(built.one("alias-invalid").location) == "content/a.fr.md:5:37"
    for url in ("/vieux/lien/", "/ancien.html", "/plein/", "/2010/é à/"):
        page = site.page(url)
        assert page.css_first("meta[http-equiv=refresh]").attributes["content"].endswith("url=/fr/2023/04/sommet/")
        assert page.css_first("link[rel=canonical]").attributes["href"] == "https://news.example/fr/2023/04/sommet/"
    assert site.links("/old/", "a") == ["/en/2023/04/summit/"]
    assert not any("vieux" in site.read(f"/{n}") for n in site.tree() if "sitemap" in n)


def test_an_alias_elsewhere_is_dropped(site: Site) -> None:
    site.story("a.fr", aliases=["https://other.example/x/", "/../x/", "/ok/"])
    built = site.build()
    assert [d.hint.split("`")[1] for d in built.find("alias-invalid")] == ["/x/", "/old/address/"]
    assert site.exists("/ok/")
    site.story("a.fr", aliases=["/x/", "/ok/"])
    assert (site.build().ids, site.exists("/x/")) == ([], True)


@pytest.mark.parametrize("host", ["https://old.example.com", "http://www.vieux.example:8080", "HTTPS://OLD.example"])
def test_of_an_alias_on_another_site_the_path_is_shown(site: Site, host: str) -> None:
    site.story("a.fr", aliases=[f"{host}/2019/foo.html"])
    assert site.build().one("alias-invalid").hint == "write only the path of it: `/2019/foo.html`"


def test_an_alias_to_oneself_or_to_a_living_page(site: Site) -> None:
    site.story("a.fr", aliases=["/fr/2023/04/sommet/", "/fr/2023/04/b/", "/fr/europe/", "/fr/feed.atom/"])
    site.story("b.fr", title="B")
    built = site.build()
    told = [(d.location.column, d.severity) for d in built.find("alias-taken")]
    assert told == [(11, "note"), (32, "error"), (48, "error"), (61, "error")]
    assert site.json("/fr/2023/04/b/index.json")["story"] == "b"


def test_of_two_aliases_the_older_article_has_it(site: Site) -> None:
    site.story("a.fr", title="A", date="2023-04-17", aliases=["/vieux/"])
    site.story("b.fr", title="B", date="2023-04-16", aliases=["/vieux/"])
    found = site.build().one("alias-taken")
    assert found.location.path == "content/a.fr.md"
    assert "content/b.fr.md" in found.message
    assert site.links("/vieux/", "a") == ["/fr/2023/04/b/"]


def test_an_alias_of_a_withdrawn_story_leads_to_its_notice(site: Site) -> None:
    site.story("a.fr", gone="Retiré.", aliases=["/vieux/"])
    site.build()
    assert site.links("/vieux/", "a") == ["/fr/2023/04/sommet/"]


# ---- lost addresses
def test_a_lost_address_is_a_warning_with_the_line_to_add(site: Site) -> None:
    site.story("a.fr", title="Sommet")
    site.story("b.fr", title="Autre")
    site.build()
    site.story("a.fr", title="Sommet à Paris")
    site.remove("content/b.fr.md")
    built = site.build()
    assert {(d.location.path, d.hint.partition("`")[2].partition("`")[0]) for d in built.find("address-lost")} == {
        ("content/a.fr.md", "aliases: [/fr/2023/04/sommet/]"),
        ("content/b.fr.md", "aliases: [/fr/2023/04/autre/]"),
    }
    moved, gone = built.find("address-lost")
    assert "to this file" in moved.hint and "to the article that takes its place" in gone.hint
    assert built.result.status() == 0
    assert built.result.status(strict=True) == 1
    assert site.build().find("address-lost") == []
    site.story("a.fr", title="Sommet à Paris", aliases=["/fr/2023/04/sommet/", "/fr/2023/04/autre/"])
    site.build()
    assert site.links("/fr/2023/04/sommet/", "a") == ["/fr/2023/04/sommet-a-paris/"]


def test_an_alias_that_takes_the_place_loses_nothing(site: Site) -> None:
    site.story("a.fr")
    site.build()
    site.story("a.fr", title="Nouveau", aliases=["/fr/2023/04/sommet/"])
    assert site.build().ids == []


def test_a_frozen_slug_moves_nothing(site: Site) -> None:
    site.story("a.fr", title="Un", slug="un")
    site.build()
    site.story("a.fr", title="Deux", slug="un")
    assert site.build().ids == []


# ---- properties
@settings(max_examples=examples(15))
@given(files=draw.archives, edits=st.lists(draw.edits, max_size=4))
def test_every_address_has_one_owner_and_every_published_article_one_address(
    files: dict[str, str], edits: list[draw.Edit]
) -> None:
    with temporary_site() as site:
        for path, text in files.items():
            site.write(path, text)
        for edit in edits:
            edit(site)
        site.build()
        with site.catalog() as catalog:
            outputs = [page.output for page in catalog.pages()]
            assert len({address_key(output) for output in outputs}) == len(outputs)
            assert set(outputs) == {name for name in site.tree() if companion_owner(name) not in outputs}
            urls = {}
            for version in catalog.versions():
                if version.state in ("published", "gone"):
                    assert urls.setdefault(address_key(version.url), version) == version
                    assert site.exists(version.url)
                if version.state == "published" and version.kind == "article":
                    assert site.json(f"{version.url}index.json")["story"] == version.story


# ---- files where folders must be, and folders where files must be
def _varied(site: Site) -> None:
    """One page of every kind."""
    site.configure(page_size=2, feed_size=2)
    site.write("content/2023/04/p.jpg", photo(900, 600))
    for n in range(5):
        site.story(f"2023/04/s{n}.fr", title=f"Titre {n}", slug=f"s{n}", tags=["Chine"], authors=["Ana"])
    site.story("2023/04/s0.fr", title="Titre 0", slug="s0", image={"src": "p.jpg", "alt": "vue"})
    site.write("content/pages/about.fr.md", page_file(title="À propos", slug="about"))


def _stories(site: Site) -> dict[str, str | bytes]:
    files = [path for path in sorted((site.root / "content").rglob("*")) if path.is_file()]
    return {path.relative_to(site.root).as_posix(): path.read_bytes() for path in files}


def _equals_a_clean_build(site: Site) -> Built:
    built = site.build()
    clean, wanted = site.clean()
    assert differences(site.tree(), wanted) == [] and built.lines == clean.lines
    return built


def test_no_folder_is_where_a_page_has_its_file(site: Site) -> None:
    """Neither in a first build nor in an incremental one, whichever came first, in any case of letters."""
    _varied(site)
    site.build()
    wanted = {name: data for name, data in site.tree().items() if name[0] != "_"}
    in_upper_case = [name.upper() for name in list(wanted)[::7]]
    for name in (*wanted, *in_upper_case):
        site.write(f"static/{name}/z", "x")
    built = _equals_a_clean_build(site)
    assert {d.location.path for d in built.find("address-taken")} == {
        f"static/{name}/z" for name in (*wanted, *in_upper_case)
    }
    assert site.tree().items() >= wanted.items() and "static/index.html/z" not in site.tree()
    content = _stories(site)
    for path in content:
        site.remove(path)
    site.story("2023/04/s0.fr", title="Autre", slug="autre")
    _equals_a_clean_build(site)  # what had no page any more has its folder now
    assert site.exists("/fr/2023/04/s1/index.html/z") and not site.exists("/fr/index.html/z")
    for path, data in content.items():
        site.write(path, data)
    _equals_a_clean_build(site)
    assert site.tree().items() >= wanted.items() and not site.exists("/fr/2023/04/s1/index.html/z")


def test_no_alias_needs_a_folder_where_a_page_has_its_file(site: Site) -> None:
    _varied(site)
    site.story("2023/04/s1.fr", title="Titre 1", slug="s1", aliases=["/vieux/"])
    site.build()
    taken = [name for name in site.tree() if not name.startswith(("_", "assets/"))]
    aliases = [f"/{name}/vieux/" for name in taken]
    site.story("a.fr", title="A", slug="a", aliases=[*aliases, "/vieux/index.html/plus-vieux/", "/neuf/index.html/z/"])
    built = _equals_a_clean_build(site)
    assert {d.message.split()[2] for d in built.find("alias-taken")} == {*aliases, "/vieux/index.html/plus-vieux/"}
    assert site.exists("/neuf/index.html/z/") and site.exists("/fr/") and site.exists("/vieux/")
    site.story("b.fr", title="B", slug="b", aliases=["/neuf/"], date="2023-04-15")
    _equals_a_clean_build(site)
    assert site.exists("/neuf/") and not site.exists("/neuf/index.html/z/")


def test_no_file_is_where_a_page_needs_a_folder(site: Site) -> None:
    _varied(site)
    places = ("fr/2023/04/S1", "fr/tags/chine/page", "fr/recherche/index/2023", "pictures/2023", "media/2023/04")
    for place in places:
        site.write(f"static/{place}", "x")
    built = _equals_a_clean_build(site)
    assert {d.location.path for d in built.find("address-taken")} == {f"static/{place}" for place in places}
    content = _stories(site)
    for path in content:
        site.remove(path)
    site.story("2023/04/s0.fr", title="Autre", slug="autre", date="2021-01-01")
    assert _equals_a_clean_build(site).ids.count("address-taken") == 0
    for path, data in content.items():
        site.write(path, data)
    assert _equals_a_clean_build(site).ids.count("address-taken") == len(places)


def test_pictures_and_documents_come_before_static_files(site: Site) -> None:
    site.write("content/2023/a.pdf", "x")
    site.write("static/media/2023/a.pdf/z", "x")
    site.write("content/in/index.html/b.pdf", "x")
    site.write("static/media/in/index.html", "x")
    site.story("y.fr", title="Y", body="[l](2023/a.pdf) [m](in/index.html/b.pdf)")
    built = _equals_a_clean_build(site)
    assert {d.location.path for d in built.find("address-taken")} == {
        "static/media/2023/a.pdf/z",
        "static/media/in/index.html",
    }
    site.story("y.fr", title="Y")
    assert _equals_a_clean_build(site).ids == []
    assert site.exists("/media/2023/a.pdf/z") and site.exists("/media/in/")


PARTS = st.lists(
    st.sampled_from(["a", "A", "index.html", "INDEX.HTML", "é", "e\u0301", "z.json"]), min_size=1, max_size=4
)


@given(PARTS, PARTS)
def test_outputs_that_cannot_both_exist_are_found_from_either_side(one: list[str], other: list[str]) -> None:
    """As on a file system that tells neither case nor Unicode form."""
    first, second = ([unicodedata.normalize("NFC", part).casefold() for part in parts] for parts in (one, other))
    length = min(len(first), len(second))
    is_clash = first[:length] == second[:length]
    keys = [address_key("/".join(parts)) for parts in (one, other)]
    low, high = keys_below(keys[0])
    assert (keys[1] in keys_above(keys[0]) or low <= keys[1] < high) == is_clash


@pytest.mark.parametrize("slug", ["index.html", "index.json", "feed.atom", "feed.json", "robots.txt", "sitemap.xml"])
@pytest.mark.parametrize("permalink", ["/{lang}/{year}/{month}/{slug}/", "/{lang}/{slug}/", "/{slug}/{lang}/"])
def test_a_slug_that_is_a_file_of_newsgen_is_an_error_at_its_place(site: Site, slug: str, permalink: str) -> None:
    site.configure(permalink=permalink)
    site.write("content/a.fr.md", article(title="A", slug=slug))
    site.write("content/pages/p.fr.md", f"---\ntitle: P\nslug: {slug}\n---\nP.\n")
    site.write("content/tags/t.fr.md", f"---\ntitle: T\nslug: {slug}\n---\n")
    site.write("content/b.fr.md", article(title="B", tags=["T"]))
    result = site.build()
    assert {d.location.path for d in result.find("slug-reserved")} == {
        "content/a.fr.md",
        "content/pages/p.fr.md",
        "content/tags/t.fr.md",
    }
    assert result.result.counts["articles"] == 1
