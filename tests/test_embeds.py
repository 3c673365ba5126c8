"""Cards of what another site shows: a picture that is a link out, with a label that says so; never a frame."""

from __future__ import annotations

import pytest

from newsgen.nouns.model import Body
from newsgen.parsing.markup import convert
from newsgen.settings.content_policy import allows
from support.harness import PIXEL, Site, audit, differences
from support.photos import photo, with_iptc

CARD = '[![Un plateau](still.png "Le débat. ©TV")](https://www.youtube.com/watch?v=1&t=2)'


def body(text: str, *, trusted: bool = False, shortcuts: bool = True) -> Body:
    return convert(
        text, path="content/x.fr.md", first_line=1, lang="fr", folder="", trusted_html=trusted, shortcuts=shortcuts
    )[0]


@pytest.mark.parametrize("shortcuts", [True, False])
def test_a_linked_picture_alone_in_a_paragraph_is_a_card(shortcuts: bool) -> None:
    found = body(f"Avant.\n\n{CARD}\n\nAprès.", shortcuts=shortcuts)
    assert '<figure class="embed"><a href="newsgen:0" rel="external"><img alt="Un plateau" ' in found.html
    assert '<span class="caption">Le débat.</span> <span class="credit">©TV</span></figcaption></figure>' in found.html
    card, picture = found.references
    assert (card.kind, card.target) == ("embed", "https://www.youtube.com/watch?v=1&t=2")
    assert (card.line, card.column, picture.kind) == (3, 1, "picture")


@pytest.mark.parametrize(
    "text",
    [
        f"Voir {CARD}",
        "[![a](still.png)](x.fr.md)",
        "[![a](still.png)](/fr/europe/)",
        "[![a](still.png)](mailto:a@b.c)",
        "![a](still.png)",
        f"`{CARD}`",
        f"- {CARD}",
        "[![a](still.png) mot](https://a.example/)",
    ],
)
def test_others_are_no_cards(text: str) -> None:
    assert all(reference.kind != "embed" for reference in body(text).references)


def test_raw_html_of_the_same_form_is_a_card() -> None:
    raw = '<figure class="embed"><a href="https://v.example/1"><img src="still.png" alt="a"></a></figure>'
    for trusted in (False, True):
        assert body(raw, trusted=trusted).references[0].kind == "embed"


def show(site: Site, text: str = CARD, **front: str) -> None:
    site.write("content/still.png", PIXEL)
    site.story("a.fr", title="A", body=text, **front)
    site.story("a.en", title="A", date=None, categories=None, body=text)


def test_a_card_says_where_it_leads_in_the_language_of_its_page(site: Site) -> None:
    show(site)
    assert site.build().errors == []
    for lang, label in (
        ("fr", "Vidéo sur youtube.com, ouvre un autre site"),
        ("en", "Video on youtube.com, opens another site"),
    ):
        card = site.page(f"/{lang}/2023/04/a/").css_first("figure.embed")
        link = card.css_first("a")
        assert link.attributes["href"] == "https://www.youtube.com/watch?v=1&t=2"
        assert link.css_first("img").attributes["src"] == "/media/still.png"
        assert link.css_first(".embed-label").text() == label
        assert card.css_first("figcaption .credit").text() == "©TV"
        assert not site.page(f"/{lang}/2023/04/a/").css("iframe")
    assert "Vidéo sur" not in site.json("/fr/2023/04/a/index.json")["text"]
    assert "embed-label" in site.json("/fr/feed.json")["items"][0]["content_html"]


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("https://social.example/@a/1", "Page sur social.example, ouvre un autre site"),
        ("https://m.youtube.com/x", "Vidéo sur youtube.com, ouvre un autre site"),
        ("https://files.example/film.MP4?x=1", "Vidéo sur files.example, ouvre un autre site"),
        ("http://[::1]/x", "Page sur ::1, ouvre un autre site"),
        ("https://news.example.evil.example/", "Page sur news.example.evil.example, ouvre un autre site"),
    ],
)
def test_label_names_the_host(site: Site, address: str, label: str) -> None:
    show(site, f"[![a](still.png)]({address})")
    site.build()
    card = site.page("/fr/2023/04/a/").css_first("figure.embed")
    assert "".join(node.text() for node in card.css(".embed-label")) == label


def test_a_card_to_the_site_itself_is_a_figure(site: Site) -> None:
    show(site, "[![a](still.png)](https://news.example/fr/europe/){.wide}")
    site.build()
    body = site.page("/fr/2023/04/a/").css_first(".body")
    assert not body.css(".embed, .embed-label, [rel=external]")
    assert body.css_first("figure.picture > a.wide").attributes["href"] == "https://news.example/fr/europe/"


@pytest.mark.parametrize(
    ("title", "credit"),
    [("", "©Ana Lima"), ("Le débat.", "©Ana Lima"), ("Le débat. ©TV", "©TV"), ("Le débat. ©", ""), ("©", "")],
)
def test_a_card_has_the_credit_that_a_figure_would_have(site: Site, title: str, credit: str) -> None:
    picture = f'![a](p.jpg "{title}")'
    site.write("content/p.jpg", with_iptc(photo(200, 150), by_line="Ana Lima"))
    site.story("a.fr", title="A", body=f"{picture}\n\n[{picture}](https://v.example/)")
    assert site.build().errors == []
    figures = site.page("/fr/2023/04/a/").css(".body figure")
    assert [node.attributes["class"] for node in figures] == ["picture", "embed"]
    for figure in figures:
        assert "".join(node.text() for node in figure.css(".credit")) == credit
        assert (figure.css_first("figcaption") is None) == (not title.strip("©") and not credit)


def test_a_card_without_its_picture_keeps_link_and_label(site: Site) -> None:
    show(site)
    site.remove("content/still.png")
    assert site.build().ids.count("picture-missing") == 2
    card = site.page("/fr/2023/04/a/").css_first("figure.embed")
    assert card.css_first("a").text() == "Vidéo sur youtube.com, ouvre un autre site"
    assert not card.css("img")


def test_other_words_and_another_address_of_the_site_change_cards(site: Site) -> None:
    show(site, "[![a](still.png)](https://other.example/x)")
    site.build()
    site.write("templates/i18n/fr.yaml", 'embed-page: "Ailleurs : {host}"\n')
    site.build()
    assert "Ailleurs : other.example" in site.read("/fr/2023/04/a/")
    assert site.tree() == site.clean_build() and audit(site) == []
    site.configure(url="https://other.example/")
    site.build()
    assert "Ailleurs" not in site.read("/fr/2023/04/a/")
    assert site.tree() == site.clean_build() and audit(site) == []


def test_a_picture_in_a_link_to_a_story_is_shown(site: Site) -> None:
    show(site, "[![a](still.png)](b.fr.md) et ![b](still.png)")
    site.story("b.fr", title="B")
    site.build()
    page = site.page("/fr/2023/04/a/")
    assert [n.attributes["src"] for n in page.css(".body img")] == ["/media/still.png"] * 2
    assert "newsgen:" not in site.read("/fr/2023/04/a/")


# ---- what another site would have to be asked for
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("![a](https://cdn.example/x.jpg)", 1),
        ('<video src="https://cdn.example/x.mp4" poster="//cdn.example/p.jpg"></video>', 2),
        ('<audio><source src="HTTP://cdn.example/x.mp3"></audio>', 1),
        ('<picture><source srcset="https://cdn.example/x.jpg 2x"><img src="still.png" alt="a"></picture>', 1),
        ('<img src="still.png" srcset="https://cdn.example/x.jpg 2x" alt="a">', 1),
        ('<video src="film.mp4"><track src="https://cdn.example/x.vtt"></video>', 1),
        ("![a](https://news.example/media/x.jpg)", 0),
        ("[a](https://cdn.example/x.jpg)", 0),
    ],
)
def test_files_of_other_sites_are_warned_of_unless_the_policy_allows_them(site: Site, text: str, count: int) -> None:
    site.write("content/film.mp4", "film")
    show(site, text)
    found = site.build().find("picture-elsewhere")
    assert len(found) == 2 * count
    assert all("://" in d.message or "//cdn" in d.message for d in found) and all(d.location.line > 1 for d in found)
    allowed = ["https://cdn.example", "http://cdn.example"]
    site.configure(security={"csp": {"img-src": allowed, "media-src": ["*.example"]}})
    assert site.build().find("picture-elsewhere") == []
    assert differences(site.tree(), site.clean_build()) == []


@pytest.mark.parametrize(
    ("source", "address", "is_allowed"),
    [
        ("https://a.example", "https://a.example/x", True),
        ("https://a.example", "http://a.example/x", False),
        ("https://a.example", "//A.example/x", True),
        ("a.example", "http://a.example/x", True),
        ("*.a.example", "https://b.a.example/x", True),
        ("*.a.example", "https://a.example/x", False),
        ("*.a.example", "https://ba.example/x", False),
        ("https://a.example:8080", "https://a.example/x", False),
        ("https://a.example/pictures/", "https://a.example/pictures/x", True),
        ("https:", "https://a.example/x", True),
        ("https:", "http://a.example/x", False),
        ("*", "https://a.example/x", True),
        ("'self'", "https://a.example/x", False),
        ("https://a.example", "https://[", False),
    ],
)
def test_what_a_policy_allows(source: str, address: str, is_allowed: bool) -> None:
    assert allows((source,), address) is is_allowed


@pytest.mark.parametrize("tag", ["iframe", "script", "embed"])
def test_who_pastes_a_frame_is_told_of_cards(site: Site, tag: str) -> None:
    show(site, f"<{tag} src='https://www.youtube.com/embed/1'></{tag}>")
    assert "picture that links to it" in site.build().find("html-dropped")[0].hint
