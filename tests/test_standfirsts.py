"""What a standfirst cannot hold is told at its place, however the key is written; what it can, comes through."""

from __future__ import annotations

import pytest

from newsgen.nouns.model import Source
from newsgen.parsing import article
from newsgen.parsing.markup import standfirst


def read(lead: str, *, kind: str = "article") -> tuple[str, list[str]]:
    """The standfirst as HTML, and what is said: place, key."""
    keys = f"title: T\ndate: 2023-04-16\ncategories: [europe]\n{lead}"
    source = Source("content/x.fr.md", kind, "x", "fr", "", 0)
    parsed = article.parse(
        source,
        f"---\n{keys}\n---\n".encode(),
        languages=("fr", "en"),
        trusted_html=False,
        origins=("https://n.example",),
    )
    return parsed.inline.lead, [f"{d.location.line}:{d.location.column} {d.key}" for d in parsed.diagnostics]


@pytest.mark.parametrize(
    ("lead", "place"),
    [
        ("lead: Un [mot](a.md) vu", "5:10"),
        ("lead: 'Un [mot](a.md) vu'", "5:11"),
        ('lead: "Un \\"x\\" [mot](a.md) vu"', "5:17"),
        ("lead: Un début\n  et un [mot](a.md) vu", "6:9"),
        ("lead: |\n  Un début\n\n  et un [mot](a.md) vu", "8:9"),
        ("lead: >-\n  Un [mot](a.md) vu", "6:6"),
        ("lead: Un `[mot](a.md)` et un [mot](a.md) vu", "5:30"),
        ("lead: Un [mot](a.md) vu\ndescription: '[mot](a.md)'", "5:10"),
        ('lead: "Un [mot](a\\x2emd) vu"', "5:7"),  # written otherwise than it reads: the place of the value
    ],
)
def test_a_link_that_a_standfirst_cannot_hold_is_told_where_it_stands(lead: str, place: str) -> None:
    html, said = read(lead)
    assert "mot" in html and "<a" not in html
    assert said == [f"{place} link-broken/lead"]


@pytest.mark.parametrize(
    ("text", "html", "said"),
    [
        ("un [mot](#bilan) vu", "un mot vu", "link-broken/lead"),
        ("un [mot](/2024/plan.pdf) vu", "un mot vu", "link-broken/lead"),
        ("un [mot](../../x.md) vu", "un mot vu", "link-broken/lead"),
        ("un [mot](a%FF.md) vu", "un mot vu", "link-broken/encoding"),
        ("un <a href='plan.pdf'>mot</a> vu", "un mot vu", "link-broken/lead"),
        ("un [mot](javascript:x) vu", "un mot vu", "html-dropped/address"),
        ("un <div>mot</div> vu", "un mot vu", "html-dropped/block"),
        ("un <table>mot</table> vu", "un mot vu", "html-dropped/block"),
        ("un <blink>mot</blink> vu", "un mot vu", "html-dropped/tag"),
        ("un <script>mot</script> vu", "un  vu", "html-dropped/embed"),
        ("un <textarea>mot vu", "un mot vu", "html-unclosed"),
        ("un <title>mot vu", "un mot vu", "html-unclosed"),
        ("un <div>mot vu", "un mot vu", "html-unclosed/block"),
        ("un <stdio.h> vu", "un &lt;stdio.h&gt; vu", "html-dropped/unknown"),
        ("un <b id=x>mot</b> vu", "un <b>mot</b> vu", "html-dropped/attribute"),
        ("un <b onclick=x>mot</b> vu", "un <b>mot</b> vu", "html-dropped/attribute"),
        ("un mot</b> vu", "un mot vu", "html-dropped/closing"),
    ],
)
def test_what_a_standfirst_drops_is_told(text: str, html: str, said: str) -> None:
    shown, keys = read(f"lead: {text}")
    assert shown == html
    assert [key.partition(" ")[2] for key in keys] == [said]
    assert keys[0].startswith("5:") and int(keys[0].partition(" ")[0][2:]) > 7


@pytest.mark.parametrize(
    "text",
    ["un [mot](https://x.example/) vu", "un [mot](mailto:a@x.example) vu", "<b lang=en>mot</b>", "un <br> vu", "a < b"],
)
def test_what_a_standfirst_can_hold_is_not_told(text: str) -> None:
    assert read(f"lead: {text}")[1] == []


def test_links_by_address_keep_their_places_for_those_who_look_whether_they_are_dead() -> None:
    source = Source("content/x.fr.md", "page", "x", "fr", "", 0)
    data = b"---\ntitle: T\nlead: Un [a](/fr/a/), un [b](https://n.example/fr/b/), un [c](https://x.example/)\n---\n"
    parsed = article.parse(source, data, languages=("fr",), trusted_html=False, origins=("https://n.example",))
    assert [(one.target, one.line, one.column) for one in parsed.body.addresses] == [
        ("/fr/a/", 3, 10),
        ("https://n.example/fr/b/", 3, 26),
    ]


def test_faults_of_a_standfirst_are_told_of_a_file_that_has_others() -> None:
    assert read("lead: Un [mot](a.md)\nslug: {a: b}")[1][-1] == "5:10 link-broken/lead"


def test_one_that_nothing_closes_keeps_its_words() -> None:
    assert standfirst("un <style>mot", lang="fr").html == "un mot"


# ---- captions of lead pictures
@pytest.mark.parametrize(
    ("caption", "html", "said"),
    [
        ("Le *mot* `c`", "Le <em>mot</em> <code>c</code>", []),
        ("Un [mot](https://a.org)", 'Un <a href="https://a.org">mot</a>', []),
        ("Un [mot](a.md) vu", "Un mot vu", ["7:16 link-broken/lead"]),
        ("Un <script>x</script>", "Un", ["7:16 html-dropped/embed"]),
        ("Un [[a]] et[^1]", "Un [[a]] et[^1]", []),
        ("Un <!-- mot", "Un &lt;!-- mot", []),
        ("a < b & c", "a &lt; b &amp; c", []),
    ],
)
def test_the_caption_of_a_lead_picture_is_inline_markdown(caption: str, html: str, said: list[str]) -> None:
    image = f"image:\n  src: x.jpg\n  alt: a\n  caption: '{caption}'"
    source = Source("content/x.fr.md", "article", "x", "fr", "", 0)
    text = f"---\ntitle: T\ndate: 2023-04-16\n{image}\ncategories: [europe]\n---\n"
    parsed = article.parse(source, text.encode(), languages=("fr",), trusted_html=False)
    assert parsed.inline.caption == html
    assert [f"{d.location.line}:{d.location.column} {d.key}" for d in parsed.diagnostics] == said


def test_machines_get_a_standfirst_with_its_no_break_spaces() -> None:
    assert article._words("«\xa0Oui\xa0»\u202f; <em>a</em>\n b") == "«\xa0Oui\xa0»\u202f; a b"
