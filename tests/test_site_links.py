"""Links within the site by address, and fragments as a forge writes them (CONTENT.md §3): no dead link is silent."""

from __future__ import annotations

import pytest

from support.harness import PIXEL, Built, Site, article, audit, differences, page_file

HEADINGS = "## Énergie : le prix monte !\n\n## Bilan\n\n## Bilan\n\n## A_b & c — d\n\n## L’eau, 1.2\n"


def _told(built: Built) -> list[str]:
    return [f"{d.location.path}:{d.location.line}:{d.location.column} {d.id}" for d in built.diagnostics]


def _build(site: Site) -> Built:
    """An incremental build that says and writes what a clean one does."""
    built = site.build()
    clean, tree = site.clean()
    assert (differences(site.tree(), tree), audit(site)) == ([], [])
    assert [line for line in built.lines if "address-lost" not in line] == clean.lines
    return built


@pytest.mark.parametrize(
    "link",
    [
        "[a](/fr/absent/)",
        "[a](/fr/absent)",
        "[a](/fr/europe/page/1/)",
        "[a](/fr/absent/?q=1#x)",
        "[a](https://news.example/fr/absent/)",
        "[a](http://news.example/fr/absent/)",
        "[a](//news.example/fr/absent/)",
        "[a](https://NEWS.example:443/fr/absent/)",
        "<https://news.example/fr/absent/>",
        "https://news.example/fr/absent/",
        '<a href="/fr/absent/">a</a>',
        "[a][r]\n\n[r]: /fr/absent/",
        "*Un [a](/fr/absent/) souligné*",
        "- [a](/fr/absent.html)",
        "[![x](a.png)](https://news.example/fr/absent/)",
        "[a](/FR/EUROPE/)",
        "[a](/fr/Europe/)",
    ],
)
def test_an_address_of_the_site_that_no_page_has_is_told_at_its_place(site: Site, link: str) -> None:
    site.write("content/a.png", PIXEL)
    site.story("x.fr", title="X", body=f"{link}\n\nFin.")
    built = _build(site)
    assert built.ids == ["link-broken"]
    found = built.one("link-broken")
    assert (found.location.path, found.severity) == ("content/x.fr.md", "warning")
    assert found.location.line == (8 if "[r]:" in link else 6), "where the address stands"
    assert "did you mean `/fr/europe/`?" in found.hint if "urope" in link.casefold() and "page" not in link else True


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/fr/",
        "/fr/europe/",
        "/fr/europe",
        "/fr/europe/index.html",
        "/fr/europe/?a=1",
        "/fr/2023/04/y/#bilan",
        "/fr/2023/04/y/#bilan-1",
        "/fr/2023/04/y/#%C3%A9nergie--le-prix-monte-",
        "https://news.example",
        "https://news.example/fr/2023/04/y/",
        "/fr/vieux/",
        "/fr/feed.atom",
        "/fr/2023/04/",
        "/fr/recherche/?q=eau",
        "/404.html",
        "/sitemap.xml",
        "/sitemap-news.xml",
        "/robots.txt",
        "/fr/feed.json",
        "/favicon.svg",
        "/assets/style.css",
        "/fr/2023/04/y/index.json",
        "/fichier.pdf",
        "/fichier.pdf#page=3",
        "/d/e.txt",
        "https://news.example/fichier.pdf",
        "//news.example/d/e.txt",
        "https://other.example/fr/absent/",
        "https://news.example.org/fr/absent/",
        "#top",
    ],
)
def test_an_address_that_a_page_has_is_no_fault(site: Site, address: str) -> None:
    site.write("static/fichier.pdf", b"%PDF-1.4")
    site.write("static/d/e.txt", "x")
    site.story("y.fr", title="Y", body=HEADINGS, aliases=["/fr/vieux/"])
    site.story("x.fr", title="X", body=f"[a]({address})")
    assert _build(site).ids == []
    assert f'href="{address}"' in site.read("/fr/2023/04/x/"), "it stays as it was typed"


def test_standfirsts_pages_categories_and_terms_are_looked_at_too(site: Site) -> None:
    site.story("x.fr", title="X", lead="Un [a](/fr/absent/)", tags=["Chine"])
    site.write("content/pages/about.fr.md", page_file(body="[a](/fr/absent/)"))
    site.write("content/categories/europe.fr.md", page_file("Europe", body="[a](/fr/absent/)"))
    site.write("content/tags/chine.fr.md", page_file("Chine", body="[a](https://news.example/fr/absent/)"))
    assert _told(_build(site)) == [
        "content/categories/europe.fr.md:4:1 link-broken",
        "content/pages/about.fr.md:4:1 link-broken",
        "content/tags/chine.fr.md:4:1 link-broken",
        "content/x.fr.md:5:11 link-broken",
    ]


def test_a_page_that_comes_mends_a_dead_link_and_one_that_goes_breaks_it(site: Site) -> None:
    site.story("x.fr", title="X", body="[a](/fr/2023/04/y/) [b](/fr/vieux/) [c](/doc.html) [d](/fr/tags/chine/)")
    assert _build(site).ids == ["link-broken"] * 4
    site.story("y.fr", title="Y", aliases=["/fr/vieux/"])
    assert _build(site).ids == ["link-broken"] * 2
    site.write("static/doc.html", "<p>x")
    site.story("z.fr", title="Z", tags=["Chine"])
    assert _build(site).ids == []
    site.story("y.fr", title="Y", slug="ailleurs")
    assert sorted(set(_build(site).ids) - {"address-lost"}) == ["link-broken"]
    site.story("y.fr", title="Y", aliases=["/fr/vieux/"])
    site.remove("static/doc.html")
    site.remove("content/z.fr.md")
    built = _build(site)
    assert [d.message for d in built.find("link-broken")] == [
        "no page of the site has the address `/doc.html`",
        "no page of the site has the address `/fr/tags/chine/`",
    ]
    site.configure(categories={**site.settings["categories"], "tags2": {"fr": {"title": "T", "slug": "t"}, "en": "T"}})
    site.story("x.fr", title="X", body="[a](/fr/t/)")
    assert _build(site).find("link-broken") == []


@pytest.mark.parametrize(
    "link", ["[MOT](/f.pdf)", '<a href="/f.pdf">MOT</a>', "[MOT][r]\n\n[r]: /f.pdf", "![x](/p.png '[MOT](/f.pdf)')"]
)
def test_a_file_by_address_is_that_of_content_then_that_of_the_site(site: Site, link: str) -> None:
    site.write("content/p.png", PIXEL)
    site.story("2023/x.fr", title="X", body=link)
    assert _build(site).ids == ["link-broken"]
    assert "no file content/f.pdf" in site.build().lines[0]
    assert "MOT" in site.main("/fr/2023/04/x/").text()
    site.write("static/f.pdf", b"%PDF-1.4 static")
    assert _build(site).ids == []
    assert "/f.pdf" in site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")
    site.write("content/f.pdf", b"%PDF-1.4 content")
    assert _build(site).ids == []
    assert "/media/f.pdf" in site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")
    site.remove("content/f.pdf")
    assert _build(site).ids == []
    assert "/f.pdf" in site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")
    site.rename("static/f.pdf", "static/F.pdf")
    assert "did you mean `/F.pdf`?" in _build(site).one("link-broken").hint
    assert "/F.pdf" not in site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")
    site.remove("static/F.pdf")
    assert _build(site).ids == ["link-broken"]


def test_a_link_to_a_file_with_a_path_from_the_text_never_means_the_site(site: Site) -> None:
    site.write("static/f.pdf", b"%PDF-1.4")
    site.story("x.fr", title="X", body="[a](f.pdf)")
    site.write("content/pages/about.fr.md", page_file(body="[a](../f.pdf)"))
    site.write("content/tags/chine.fr.md", page_file("Chine", body="[a](/f.pdf) [b](/g.pdf)"))
    assert _told(_build(site)) == [
        "content/pages/about.fr.md:4:1 link-broken",
        "content/tags/chine.fr.md:4:13 link-broken",
        "content/x.fr.md:6:1 link-broken",
    ]


def test_what_stands_behind_a_file_in_a_link_stays(site: Site) -> None:
    site.configure(url="https://news.example/sub/")
    site.write("content/d.pdf", b"%PDF-1.4")
    site.write("static/f.mp4", b"film")
    body = '[a](d.pdf#page=3) [b](/sitemap.xml#x%22y) <video src="/f.mp4#t=10,20"></video>'
    site.story("x.fr", title="X", body=body)
    assert _build(site).ids == []
    page = site.read("/fr/2023/04/x/")
    for written in ("/sub/media/d.pdf#page=3", "/sub/sitemap.xml#x%22y", "/sub/f.mp4#t=10,20"):
        assert f'="{written}"' in page


def test_the_address_of_a_source_on_the_own_host_is_looked_at_and_captions_are(site: Site) -> None:
    site.write("content/p.png", PIXEL)
    site.story("x.fr", title="X", source={"name": "Nous", "url": "https://news.example/fr/absent/"})
    site.story("y.fr", title="Y", body='![a](/p.png "Une [b](/fr/absent/) ©AFP")')
    site.story("z.fr", title="Z", source={"name": "Eux", "url": "https://afp.example/fr/absent/"})
    assert _told(_build(site)) == ["content/x.fr.md:5:27 link-broken", "content/y.fr.md:6:18 link-broken"]
    site.story("w.fr", title="W", slug="w", aliases=["/fr/absent/"])
    assert _build(site).ids == []


def test_an_address_of_a_story_that_is_not_published_now_is_a_note(site: Site) -> None:
    site.story("x.fr", title="X", body="[a](/fr/2023/04/y/)")
    site.story("y.fr", title="Y", draft=True)
    assert _build(site).ids == ["reference-unpublished"]
    site.story("y.fr", title="Y")
    assert _build(site).ids == []
    site.story("y.fr", title="Y", publish="2024-03-01")
    assert "link-broken" not in _build(site).ids


def test_headings_that_come_and_go_are_told_at_addresses_and_cross_links(site: Site) -> None:
    site.story("x.fr", title="X", body="[a](/fr/2023/04/y/#bilan)")
    site.story("w.fr", title="W", slug="w", body="Vers [[y#bilan]].")
    site.story("v.fr", title="V", body="[b](y.fr.md#bilan)")
    site.story("y.fr", title="Y", body="## Un")
    built = _build(site)
    assert built.ids == ["heading-unknown"] * 3
    assert {d.hint for d in built.diagnostics} == {"it has: `#un`"}
    assert 'href="/fr/2023/04/y/">Y<' in site.read("/fr/2023/04/w/")
    site.story("y.fr", title="Y", body="## Un\n\n## Bilan")
    assert _build(site).ids == []
    assert 'href="/fr/2023/04/y/#bilan">Y<' in site.read("/fr/2023/04/w/"), "the heading goes along"
    site.story("y.fr", title="Y", body="## Un")
    assert _build(site).ids == ["heading-unknown"] * 3


@pytest.mark.parametrize("link", ["[a](#bilan)", '<a href="#bilan">a</a>', "[a][r]\n\n[r]: #bilan"])
def test_a_link_to_a_heading_of_its_own_text_is_checked(site: Site, link: str) -> None:
    site.story("x.fr", title="X", body=f"{link}\n\n## Fin\n\nNote[^1].\n\n[^1]: Ici.")
    found = site.build().one("heading-unknown")
    assert (found.location.line, found.location.column) == (8 if "[r]:" in link else 6, 1)
    assert "this text has no heading with the id `bilan`" in found.message
    site.story("x.fr", title="X", body=f"{link}\n\n## Bilan")
    assert site.build().ids == []


@pytest.mark.parametrize(
    ("forge", "own"),
    [
        ("énergie--le-prix-monte-", "énergie-le-prix-monte"),
        ("%C3%A9nergie--le-prix-monte-", "énergie-le-prix-monte"),
        ("e\u0301nergie--le-prix-monte-", "énergie-le-prix-monte"),
        ("bilan", "bilan"),
        ("Bilan", "bilan"),
        ("bilan-1", "bilan_1"),
        ("bilan_1", "bilan_1"),
        ("user-content-bilan", "bilan"),
        ("a_b--c--d", "a_b-c-d"),
        ("leau-12", "leau-12"),
    ],
)
def test_the_fragment_that_a_forge_makes_of_a_heading_leads_to_it(site: Site, forge: str, own: str) -> None:
    site.story("y.fr", title="Y", body=HEADINGS)
    site.story("x.fr", title="X", body=f"[a](y.fr.md#{forge}) [b](#{forge})\n\n{HEADINGS}")
    assert site.build().ids == []
    assert site.links("/fr/2023/04/x/", "[itemprop=articleBody] p a") == [f"/fr/2023/04/y/#{own}", f"#{own}"]
    assert f'id="{own}"' in site.read("/fr/2023/04/y/"), "ids stay as they are published"


def test_an_id_that_is_there_beats_one_that_a_forge_would_number(site: Site) -> None:
    site.story("x.fr", title="X", body="[a](#bilan-1) [b](#bilan-2)\n\n## Bilan\n\n## Bilan\n\n## Bilan 1")
    built = site.build()
    assert built.ids == ["heading-unknown"]
    assert "`bilan-2`" in built.one("heading-unknown").message
    assert site.links("/fr/2023/04/x/", "[itemprop=articleBody] p a") == ["#bilan-1", "#bilan-2"]


def test_what_lies_beside_the_site_on_its_host_is_not_looked_at(site: Site) -> None:
    site.configure(url="https://news.example/archive/")
    links = "[a](https://news.example/shop/) [b](https://news.example/archive/fr/absent/) [c](/fr/europe/)"
    site.story("x.fr", title="X", body=f"{links} [d](https://news.example/archive/fr/europe/)")
    assert [d.message for d in site.build().diagnostics] == [
        "no page of the site has the address `https://news.example/archive/fr/absent/`"
    ]


def test_an_edit_beside_dead_links_renders_its_own_page_alone(site: Site) -> None:
    site.story("x.fr", title="X", body="[a](/fr/absent/)")
    site.story("y.fr", title="Y", body="Un.")
    site.build()
    site.write("content/y.fr.md", article("Y", body="Deux."))
    assert "fr/2023/04/x/index.html" not in site.build().result.rendered


# ---- links to files
@pytest.mark.parametrize(
    ("link", "message", "hint"),
    [
        ("[MOT](lein.fr.md)", "no file content/2023/lein.fr.md", "did you mean `/2023/lien.fr.md`?"),
        ("[MOT](Lien.fr.md)", "no file content/2023/Lien.fr.md", "did you mean `/2023/lien.fr.md`?"),
        ("[MOT](lien.fr.markdown)", "no file", "did you mean `/2023/lien.fr.md`?"),
        ("[MOT](lien)", "no file content/2023/lien", "did you mean `/2023/lien.fr.md`?"),
        ("[MOT](lien.html)", "no file", "did you mean `/2023/lien.fr.md`?"),
        ("[MOT](../2024/lien.fr.md)", "no file content/2024/lien.fr.md", "did you mean `/2023/lien.fr.md`?"),
        ("[MOT](/2023/lien/index.md)", "no file", "a path is relative to the file, or from content/ with `/`"),
        ("[MOT](https:/beta.example/x)", "`https:/beta.example/x` is no address", "write `https://beta.example/x`"),
        ("[MOT](HTTP:beta.example)", "`HTTP:beta.example` is no address", "write `http://beta.example`"),
        ("[MOT](http//beta.example/x)", "`http//beta.example/x` is no address", "write `https://beta.example/x`"),
        ("[MOT](www.beta.example/x)", "`www.beta.example/x` is no address", "write `https://www.beta.example/x`"),
        ("[MOT](/p.png “Un titre”)", "no file", 'stands in straight quotes: write `(p.png "Un titre")`'),
        ("![MOT](/p.png “Légende”)", "no picture", 'stands in straight quotes: write `(p.png "Légende")`'),
        ("![MOT](/p.png « Un pont »)", "no picture", 'stands in straight quotes: write `(p.png "Un pont")`'),
        ("![MOT](/p.png ‘x’)", "no picture", 'stands in straight quotes: write `(p.png "x")`'),
        ("![MOT](/p.png ”x”)", "no picture", 'stands in straight quotes: write `(p.png "x")`'),
    ],
)
def test_a_link_to_a_file_that_is_not_there_is_told_with_what_was_meant(
    site: Site, link: str, message: str, hint: str
) -> None:
    site.write("content/p.png", PIXEL)
    site.story("2023/lien.fr", title="Lien")
    site.story("2023/x.fr", title="X", body=link)
    (told,) = _build(site).diagnostics
    assert message in told.message
    assert hint in told.hint


def test_a_name_that_is_near_comes_and_goes(site: Site) -> None:
    site.story("2023/x.fr", title="X", body="[a](lein.fr.md) [b](/2023/notes)")
    assert _build(site).find("link-broken")[0].hint.startswith("a path is relative")
    site.story("2023/lien.fr", title="Lien")
    assert _build(site).find("link-broken")[0].hint == "did you mean `/2023/lien.fr.md`?"
    site.rename("content/2023/lien.fr.md", "content/2023/autre.fr.md")
    assert "autre" not in _build(site).find("link-broken")[0].hint


def test_a_link_to_a_file_whose_name_begins_as_an_address_does_leads_to_it(site: Site) -> None:
    site.story("https-partout.fr", title="Partout", slug="partout")
    site.story("x.fr", title="X", body="[a](https-partout.fr.md)")
    assert _build(site).ids == []
    assert "/fr/2023/04/partout/" in site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")


def test_a_link_to_a_file_without_language_leads_to_the_story_in_the_readers_language(site: Site) -> None:
    site.story("x.fr", title="X", body="[a](y.md) [b](y.md#bilan) [c](y.md#rien)")
    site.story("x.en", title="X", body="[a](y.md) [b](/y.md#result)")
    assert _build(site).ids == ["link-broken"] * 5
    site.story("y.fr", title="Y", slug="y", body="## Bilan")
    _build(site)
    assert site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")[:2] == ["/fr/2023/04/y/", "/fr/2023/04/y/#bilan"]
    site.story("y.en", title="Y", slug="why", body="## Result")
    built = _build(site)
    assert [d.hint for d in built.diagnostics] == ["it has: `#bilan`"]
    assert site.links("/en/2023/04/x/", "[itemprop=articleBody] a") == [
        "/en/2023/04/why/",
        "/en/2023/04/why/#result",
    ]
    site.story("y.fr", title="Y", slug="y", story="ailleurs", body="## Bilan")
    _build(site)
    assert site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")[:1] == ["/fr/2023/04/y/"]
    site.write("content/y.md", article("Un", slug="un"))
    _build(site)
    assert site.links("/fr/2023/04/x/", "[itemprop=articleBody] a")[:1] == ["/fr/2023/04/un/"], "the file itself"
    site.remove("content/y.md")
    site.remove("content/y.fr.md")
    _build(site)
    site.remove("content/y.en.md")
    assert [id_ for id_ in _build(site).ids if id_ != "address-lost"] == ["link-broken"] * 5


def test_heading_unknown_lists_the_ids_of_the_file_that_it_names(site: Site) -> None:
    site.story("y.fr", title="Y", body="## Bilan")
    site.story("y.en", title="Y", body="## Result")
    site.story("x.fr", title="X", body="[a](y.en.md#rien) [b](y.fr.md#rien) [[y#rien]]")
    assert [(d.message.split("`")[1], d.hint) for d in _build(site).diagnostics] == [
        ("y.en.md", "it has: `#result`"),
        ("y.fr.md", "it has: `#bilan`"),
        ("y.fr.md", "it has: `#bilan`"),
    ]


@pytest.mark.parametrize(
    "alias", ["/fr/2023/04/x/", "/fr/2023/04/x", "https://news.example/fr/2023/04/x/", "/fr/2023/04/X/"]
)
def test_an_alias_that_is_the_own_address_is_a_note(site: Site, alias: str) -> None:
    site.story("x.fr", title="X", aliases=[alias, "/fr/vieux/"])
    (told,) = _build(site).diagnostics
    assert (told.id, told.severity, told.location.line) == ("alias-taken", "note", 5)
    assert site.exists("/fr/vieux/")
    site.story("x.fr", title="X", slug="ailleurs", aliases=[alias, "/fr/vieux/"])
    assert _build(site).find("alias-taken") == []


@pytest.mark.parametrize(
    ("folder", "keys", "address"),
    [
        ("tags", {"tags": ["Chine"]}, "/fr/tags/chine/"),
        ("authors", {"authors": ["Chine"]}, "/fr/auteurs/chine/"),
        ("sources", {"source": "Chine"}, "/fr/sources/chine/"),
        ("topics", {"topics": ["europe"]}, "/fr/dossiers/chine/"),
        ("categories", {}, "/fr/europe/"),
    ],
)
def test_a_link_to_a_term_file_leads_to_its_page(
    site: Site, folder: str, keys: dict[str, object], address: str
) -> None:
    site.story("x.fr", title="X", body=f"[a]({folder}/europe.fr.md) [b](/{folder}/europe.fr.md#bilan)")
    has_page = folder == "categories"
    assert _build(site).ids == (["heading-unknown"] if has_page else ["link-broken"] * 2)
    site.write(f"content/{folder}/europe.fr.md", page_file("Chine", body="## Bilan"))
    built = _build(site)
    assert built.ids == ([] if has_page else ["link-broken"] * 2)
    assert has_page or "has no page: no published article has this term" in built.lines[0]
    site.story("y.fr", title="Y", **keys)
    assert _build(site).ids == []
    assert site.links("/fr/2023/04/x/", "[itemprop=articleBody] a") == [address, f"{address}#bilan"]
    site.write(f"content/{folder}/europe.fr.md", page_file("Chine", body="## Fin"))
    assert _build(site).ids == ["heading-unknown"]
    site.remove("content/y.fr.md")
    assert set(_build(site).ids) - {"address-lost"} == {"heading-unknown" if has_page else "link-broken"}


def test_a_link_to_a_term_file_leads_to_the_page_in_the_readers_language(site: Site) -> None:
    site.write("content/tags/zh.fr.md", page_file("Chine"))
    site.write("content/tags/zh.en.md", page_file("China"))
    site.story("x.en", title="X", body="[a](tags/zh.fr.md)")
    site.story("y.fr", title="Y", tags=["Chine"])
    assert _build(site).ids == []
    assert site.links("/en/2023/04/x/", "[itemprop=articleBody] a") == ["/fr/tags/chine/"]
    site.story("z.en", title="Z", tags=["China"])
    _build(site)
    assert site.links("/en/2023/04/x/", "[itemprop=articleBody] a") == ["/en/tags/china/"]
    site.write("content/tags/zh.en.md", page_file("China", slug="prc"))
    _build(site)
    assert site.links("/en/2023/04/x/", "[itemprop=articleBody] a") == ["/en/tags/prc/"]


def test_addresses_without_scheme_or_slashes_are_told_in_standfirsts_too(site: Site) -> None:
    site.story(
        "x.fr", title="X", lead="Un [a](www.beta.example) et [b](https:/beta.example/) et [c](https://x.example)"
    )
    assert [(str(d.location), d.hint) for d in _build(site).diagnostics] == [
        ("content/x.fr.md:5:11", "write `https://www.beta.example`"),
        ("content/x.fr.md:5:36", "write `https://beta.example/`"),
    ]


@pytest.mark.parametrize("written", ["2023/y.md", "y.fr.md", "2023/y.fr.markdown"])
def test_the_name_of_a_file_in_place_of_an_id_is_told_with_the_id(site: Site, written: str) -> None:
    site.story("2023/y.fr", title="Y")
    site.story("x.fr", title="X", related=[written], body=f"[[{written}]]")
    assert {d.hint for d in _build(site).diagnostics} == {"did you mean `2023/y`?"}
