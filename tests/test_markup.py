"""What bodies, leads and titles become: each behaviour of CONTENT.md §3 through the public functions."""

from __future__ import annotations

import re
import threading
import time

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser

from newsgen.nouns.diagnostics import Diagnostic, Severity
from newsgen.nouns.model import Body, Target
from newsgen.parsing.markup import ALLOWED, absolute, cleaning, convert, escape, fill, plain_text, standfirst, typeset
from newsgen.parsing.markup.characters import is_clean

pytestmark = pytest.mark.pure

NB, NNB = "\u00a0", "\u202f"


def body(text: str, lang: str = "fr", folder: str = "2023/04", trusted: bool = False) -> Body:
    return converted(text, lang, folder, trusted)[0]


def faults(text: str, **settings: bool) -> list[tuple[str, int, int]]:
    return [(d.id, d.location.line, d.location.column) for d in converted(text, **settings)[1]]


def converted(
    text: str, lang: str = "fr", folder: str = "2023/04", trusted: bool = False
) -> tuple[Body, tuple[Diagnostic, ...]]:
    path = f"content/{folder}/x.fr.md"
    return convert(text, path=path, first_line=7, lang=lang, folder=folder, trusted_html=trusted)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("../../../x.png", "leads out of content/"),
        ("a%5Cb.png", "names no file: it holds the character `\\`, which no path can hold"),
        ("a%0Ab.png", "names no file: it holds the invisible character U+000A, which no path can hold"),
        ("a%FFb.png", "is no address: what it means with `%` is not UTF-8"),
    ],
)
def test_an_address_that_names_no_file_says_why(address: str, why: str) -> None:
    (told,) = converted(f"![Un]({address})")[1]
    assert (told.id, told.message) == ("link-broken", f"`{address}` {why}") and "from content/" in told.hint


def kinds(found: Body) -> list[tuple[str, str]]:
    return [(reference.kind, reference.target) for reference in found.references]


# ---- cross-links
def test_a_paragraph_that_is_nothing_but_a_cross_link_is_a_block() -> None:
    found = body("Avant.\n\n[[2023/04/cible]]\n\nAprès.")
    assert '<p><a href="newsgen:0"></a></p>' in found.html
    assert found.references[0].kind == "block"
    assert (found.references[0].line, found.references[0].column) == (9, 1)
    assert not found.references[0].has_text


@pytest.mark.parametrize("text", ["> [[x]]", "- [[x]]", "a [[x]]", "[[x|y]]", "[[x]] [[y]]", "| a |\n|---|\n| [[x]] |"])
def test_a_cross_link_elsewhere_is_a_link_in_its_line(text: str) -> None:
    assert {reference.kind for reference in body(text).references} == {"inline"}


def test_text_of_a_cross_link_is_inline_markdown_and_may_hold_a_bar() -> None:
    assert body("Ici [[a/b|un *beau* | titre]].").html == (
        '<p>Ici <a href="newsgen:0">un <em>beau</em> | titre</a>.</p>'
    )


def test_cross_links_in_a_table_do_not_break_its_row() -> None:
    found = body("| S | L |\n|---|---|\n| Une | [[a|la b]] |\n| Deux | [[a\\|encore]] |")
    assert found.html.count("<td>") == 4
    assert '<td><a href="newsgen:0">la b</a></td>' in found.html
    assert '<td><a href="newsgen:1">encore</a></td>' in found.html
    assert [(r.line, r.column) for r in found.references] == [(9, 9), (10, 10)]


@pytest.mark.parametrize(
    "text", ["`[[a|b]]`", "    [[a|b]]", "```\n[[a|b]]\n```", "\\[[a]]", "[\\[a]]", "<pre>[[a|b]]</pre>"]
)
def test_code_raw_html_and_escapes_keep_double_brackets(text: str) -> None:
    found = body(text)
    assert found.references == ()
    assert plain_text(found.html) in ("[[a|b]]", "[[a]]")


def test_a_fragment_of_a_cross_link_stands_apart() -> None:
    reference = body("Voir [[2023/04/x#un-titre|là]].").references[0]
    assert (reference.target, reference.fragment) == ("2023/04/x", "un-titre")


def test_places_of_one_target_follow_each_other() -> None:
    found = body("[[a]]\n\nVers [[a|b]] et\n[[a]] `[[a]]` puis [[a]].")
    assert [(r.line, r.column) for r in found.references] == [(7, 1), (9, 6), (10, 1), (10, 20)]


# ---- links
@pytest.mark.parametrize(
    ("address", "kind", "target"),
    [
        ("../03/other.fr.md", "path", "2023/03/other.fr.md"),
        ("other.fr.md", "path", "2023/04/other.fr.md"),
        ("/2023/03/other.fr.md", "path", "2023/03/other.fr.md"),
        ("./d.pdf", "file", "2023/04/d.pdf"),
        ("/d.pdf", "file", "d.pdf"),
        ("un%20nom.pdf", "file", "2023/04/un nom.pdf"),
        ("../04/", "file", "2023/04"),
        ("../03/other", "file", "2023/03/other"),
    ],
)
def test_a_link_to_a_file_is_a_slot(address: str, kind: str, target: str) -> None:
    found = body(f"[t]({address})")
    assert kinds(found) == [(kind, target)]
    assert found.html == '<p><a href="newsgen:0">t</a></p>'


@pytest.mark.parametrize(
    "address",
    [
        "https://x.org/a",
        "//x.org/a",
        "mailto:a@x.org",
        "#note",
        "/fr/2023/04/x/",
        "/fr",
        "/fr/feed.atom",
        "tel:+331",
        "?q=a",
    ],
)
def test_other_addresses_stay_as_they_are(address: str) -> None:
    found = body(f"[t]({address})")
    assert found.references == ()
    assert found.html == f'<p><a href="{escape(address)}">t</a></p>'


def test_the_heading_of_a_link_is_the_fragment_of_its_slot() -> None:
    reference = body("[t](../03/o.fr.md#Un%20titre)").references[0]
    assert (reference.target, reference.fragment) == ("2023/03/o.fr.md", "Un titre")


def test_a_link_out_of_content_leaves_its_words_and_an_error() -> None:
    found, diagnostics = converted("Voir [le *mot*](../../../etc/passwd) là.")
    assert found.html == "<p>Voir le <em>mot</em> là.</p>"
    assert [(d.id, d.severity, d.location.line, d.location.column) for d in diagnostics] == [
        ("link-broken", Severity.ERROR, 7, 6)
    ]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "newsgen:0", "vbscript:x", "java&#115;cript:x"],
)
def test_an_address_that_is_not_allowed_goes_with_a_warning(address: str) -> None:
    for text in (f"Un [lien]({address}).", f'Un <a href="{address}">lien</a>.'):
        found, diagnostics = converted(text)
        assert found.html == "<p>Un lien.</p>"
        assert [(d.id, d.location.column) for d in diagnostics] == [("html-dropped", 4)]


def test_reference_style_links_are_slots_too() -> None:
    assert kinds(body("[t][r] et [r].\n\n[r]: ../03/o.fr.md 'Titre'")) == [("path", "2023/03/o.fr.md")] * 2


def test_bare_addresses_are_linked_without_the_punctuation_around_them() -> None:
    found = body(
        "Voir https://e.org/a_b_c_d, puis (https://e.org/page). « https://e.org/c » https://e.org/Li_(général)."
    )
    for address in ("https://e.org/a_b_c_d", "https://e.org/page", "https://e.org/c", "https://e.org/Li_(général)"):
        assert f'<a href="{address}">{address}</a>' in found.html
    assert "<em>" not in found.html


def test_an_address_within_a_link_is_not_linked_again() -> None:
    html = '<a href="https://e.org/">https://e.org/</a>'
    for text in ("[https://e.org/](https://e.org/)", html, "<https://e.org/>"):
        assert body(text).html == f"<p>{html}</p>"


# ---- pictures
def test_a_picture_alone_is_a_figure_with_caption_and_credit() -> None:
    found = body('![Un pont](pont.jpg "Le pont © 1900. ©Reuters")')
    assert found.html == (
        '<figure class="picture"><img alt="Un pont" src="newsgen:0"><figcaption>'
        '<span class="caption">Le pont © 1900.</span> <span class="credit">©Reuters</span></figcaption></figure>'
    )
    assert kinds(found) == [("picture", "2023/04/pont.jpg")]


def test_a_picture_without_title_is_a_figure_without_caption() -> None:
    assert body("![a](/b.jpg)").html == '<figure class="picture"><img alt="a" src="newsgen:0"></figure>'


def test_a_picture_in_a_sentence_is_no_figure() -> None:
    assert "<figure" not in body("Voici ![a](b.jpg) cela.").html


def test_a_missing_alt_is_a_warning_at_the_picture() -> None:
    assert faults('Oui.\n\n![](x.jpg)\n\nNon <img src="y.jpg">') == [("alt-missing", 9, 1), ("alt-missing", 11, 5)]


@pytest.mark.parametrize("text", ['![](x.jpg){alt=""}', '<img src="x.jpg" alt="">', "![a](x.jpg)"])
def test_decorative_and_described_pictures_are_silent(text: str) -> None:
    assert faults(text) == []


def test_pictures_on_other_sites_stay_as_they_are() -> None:
    found = body("![a](https://e.org/x.jpg)")
    assert found.references == ()
    assert 'src="https://e.org/x.jpg"' in found.html


def test_raw_html_resolves_like_markdown() -> None:
    found = body(
        '<picture><source srcset="a.webp 480w, /b.webp 2x"><img src="../c.jpg" alt="d"></picture>\n\n'
        '<video src="v.mp4" poster="p.jpg"></video> <a href="o.fr.md">o</a>'
    )
    assert kinds(found) == [
        ("picture", "2023/04/a.webp"),
        ("picture", "b.webp"),
        ("picture", "2023/c.jpg"),
        ("file", "2023/04/v.mp4"),
        ("picture", "2023/04/p.jpg"),
        ("path", "2023/04/o.fr.md"),
    ]
    assert 'srcset="newsgen:0 480w, newsgen:1 2x"' in found.html


# ---- notes
def test_a_note_called_twice_repeats_no_id_and_leads_back_to_both() -> None:
    html = body("Un[^1] et encore[^1].\n\n[^1]: Source.").html
    assert html.count('id="fnref:1"') == html.count('id="fnref2:1"') == html.count('id="fn:1"') == 1
    assert html.count('href="#fnref:1"') == html.count('href="#fnref2:1"') == 1


def test_a_note_that_is_never_called_has_no_way_back_and_a_warning() -> None:
    text = "Fait[^1].\n\n[^1]: A.\n[^jamais]: Non appelée."
    assert faults(text) == [("footnote-uncalled", 10, 1)]
    assert body(text).html.count("footnote-backref") == 1


def test_a_mark_without_its_note_stays_text_with_a_warning() -> None:
    found, diagnostics = converted("Renvoi sans note[^2].")
    assert found.html == "<p>Renvoi sans note[^2].</p>"
    assert [(d.id, d.location.line, d.location.column) for d in diagnostics] == [("footnote-undefined", 7, 17)]
    assert "2" in diagnostics[0].message and "footnote" in diagnostics[0].message


def test_notes_are_numbered_in_the_order_in_which_readers_meet_them() -> None:
    html = body("> citation[^z]\n\nTexte[^a b].\n\n[^a b]: A.\n[^z]: Z.").html
    assert html.index('href="#fn:z" class="footnote-ref">1<') < html.index('href="#fn:a-b" class="footnote-ref">2<')
    assert html.index('<li id="fn:z">') < html.index('<li id="fn:a-b">')


# ---- headings
@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Un.\n\n# Titre\n\nDeux.", [(9, 1)]),
        ("# Titre", [(7, 1)]),
        ("#metoo est un mot.", []),
        ("Un.\n\nTitre\n=====\n\nDeux.", [(9, 1)]),
        ("<h1>A</h1>\n\n# B\n\nC\n===", [(7, 1), (9, 1), (11, 1)]),
        ("Un <h1>A</h1>", [(7, 4)]),
        ("```\n# code\n```\n\n<!-- # non -->\n\n# Oui", [(13, 1)]),
        ("> # Cité", [(7, 3)]),
        ("- un\n- # deux", [(8, 3)]),
        ("## Deux\n\n### Trois\n\nQuatre\n---", []),
        ("\\# non\n\n`# non`\n\n2023. # non", []),
        ("# A\n\ntexte\n\n- # B\n- c\n\n> # D\n\n1. # G", [(7, 1), (11, 3), (14, 3), (16, 4)]),
    ],
)
def test_a_second_headline_is_told(text: str, places: list[tuple[int, int]]) -> None:
    assert faults(text) == [("heading-level", line, column) for line, column in places]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("[^1]: [^a b]: x", {"fn:1": "", "fn:a-b": "x"}),
        ("[^1]: [^2]: x\n[^3]: y", {"fn:1": "", "fn:2": "x", "fn:3": "y"}),
        ("[^1]: a\n\n    [^2]: b\n\n    [^3]: c", {"fn:1": "a", "fn:2": "b", "fn:3": "c"}),
        ("[^1]: - [^2]: x\n\n[^3]: z", {"fn:1": "", "fn:3": "z", "fn:2": "x"}),
        ("[^1]: > a\n    > [^2]: x", {"fn:1": "a", "fn:2": "x"}),
        ("[^1]: [^1]: x", {"fn:1": "x"}),
        ("[^2]: [^1]: x\n[^1]: y", {"fn:2": "", "fn:1": "y"}),
    ],
)
def test_a_note_may_be_defined_within_a_note(text: str, notes: dict[str, str]) -> None:
    tree = LexborHTMLParser(body(text).html)
    found = {str(li.id): li.text(deep=True).strip() for li in tree.css(".footnote > ol > li")}
    assert found == notes


def test_notes_within_notes_have_a_depth() -> None:
    """Each level is a copy of all that it holds: a line of nothing else would take quadratic time."""
    html = body("".join(f"[^{n}]: " for n in range(9000)) + "fin").html
    assert html.count("<li") == 8 and "fin</p>" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('## Les prix {id=""}', '<h2 id="les-prix">Les prix</h2>'),
        ("## Les prix {#}", '<h2 id="les-prix">Les prix</h2>'),
        ('## Les prix {#a id=""}', '<h2 id="les-prix">Les prix</h2>'),
        ('## Les prix {id="" #a}', '<h2 id="a">Les prix</h2>'),
        ('## Les prix {title="" .b}', '<h2 class="b" title="" id="les-prix">Les prix</h2>'),
        ('*x*{class=""}', '<p><em class="">x</em></p>'),
        ('x\n{: id=""}', "<p>x</p>"),
    ],
)
def test_an_attribute_without_a_value_has_an_empty_one_and_no_id_is_empty(text: str, html: str) -> None:
    assert attributes(body(text).html) == attributes(html)
    assert body(text).heading_ids == tuple(re.findall('<h2[^>]* id="([^"]+)"', html))


def attributes(html: str) -> list[tuple[str, dict[str, str | None]]]:
    return [(node.tag, dict(node.attributes)) for node in LexborHTMLParser(html).css("h2, p, em")]


def test_heading_ids_keep_letters_of_every_script_and_are_unique() -> None:
    found = body("## Été à « Paris » !\n\n## Été à Paris\n\n## हिन्दी 日本\n\n## Moi {#moi}\n\n## !")
    assert found.heading_ids == ("été-à-paris", "été-à-paris_1", "हिन्दी-日本", "moi", "section")


def test_ids_of_raw_html_and_headings_are_unique_together() -> None:
    found = body('<div id="a">x</div>\n\n## A\n\n<p id="a">y</p>')
    assert found.heading_ids == ("a", "a_1")
    assert found.html.count('id="a"') == 1


def test_a_rule_a_heading_and_front_matter_in_code_are_what_they_look_like() -> None:
    html = body("Avant.\n\n---\n\nTitre souligné\n---\n\n```yaml\n---\ntitle: x\n---\n```\n\nFin.").html
    assert html.count("<hr>") == 1
    assert "<h2" in html
    assert '<pre tabindex="0"><code class="language-yaml">---\ntitle: x\n---\n</code></pre>' in html


# ---- typography
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("« mot »", "«_mot_»"),
        ("«mot»", "«_mot_»"),
        ('"mot"', "«_mot_»"),
        ('l\'"Élysée"', "l’«_Élysée_»"),
        ("Quoi ? Non ! Oui ; là : 20 % ou 5 €", "Quoi-? Non-! Oui-; là_: 20_% ou 5_€"),
        ("Quoi? à 12:30, 20%", "Quoi? à 12:30, 20%"),
        (f"Quoi{NB}?", "Quoi_?"),
        (f"«{NNB}mot{NNB}»", "«-mot-»"),
        ("aujourd'hui", "aujourd’hui"),
        ('Un écran de 12" plat', 'Un écran de 12" plat'),
        ('("a") "b".', "(«_a_») «_b_»."),
        ("mot\n: suite", "mot_: suite"),
    ],
)
def test_french_titles_get_french_typography(typed: str, shown: str) -> None:
    assert typeset(typed, lang="fr") == shown.replace("_", NB).replace("-", NNB)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('"It\'s," he said', "“It’s,” he said"),
        ("'tis the '90s", "’tis the ’90s"),
        ("'quoted' -- and --- done", "‘quoted’ – and — done"),
        ("a ---- b", "a ---- b"),
        ("the dogs' bowl : x !", "the dogs’ bowl : x !"),
        ('l\'"Élysée"', "l’“Élysée”"),
        ("6'2\" tall", '6’2" tall'),
    ],
)
def test_english_titles_get_english_typography(typed: str, shown: str) -> None:
    assert typeset(typed, lang="en-GB") == shown


def test_other_languages_stay_as_typed() -> None:
    assert typeset("\"a\" -- 'b' !", lang="de") == "\"a\" -- 'b' !"
    assert body('"a" -- b !', lang="de").html == '<p>"a" -- b !</p>'


def test_typography_sees_through_inline_elements() -> None:
    assert body('*"mot"* "*mot*" **Quoi ?** *a* !').html == (
        f"<p><em>«{NB}mot{NB}»</em> «{NB}<em>mot</em>{NB}» <strong>Quoi{NNB}?</strong> <em>a</em>{NNB}!</p>"
    )


@pytest.mark.parametrize(
    "html",
    ['<code>"a" !</code>', '<kbd>"a" !</kbd>', "<samp>'a' !</samp>"],
)
def test_typography_leaves_code_alone(html: str) -> None:
    assert body(f"Un {html}.").html == f"<p>Un {html}.</p>"


def test_typography_leaves_code_blocks_raw_blocks_and_addresses_alone() -> None:
    text = "```\n'a' !\n```\n\n    'b' !\n\n<div>'c' !</div>\n\n[d](https://e.org/l'a) https://e.org/l'b"
    html = body(text).html
    for kept in ("'a' !", "'b' !", "'c' !"):
        assert kept in html
    assert "’" not in html


def test_characters_that_the_author_typed_as_references_are_known_to_typography() -> None:
    assert body("Quoi&nbsp;? &laquo;a&raquo; &laquo;&nbsp;b&nbsp;&raquo;").html == (
        f"<p>Quoi{NB}? «{NB}a{NB}» «{NB}b{NB}»</p>"
    )


def test_an_escaped_quote_stays_straight() -> None:
    assert body('\\"droit\\" &quot;ici&quot;').html == '<p>"droit" "ici"</p>'


def test_plain_text_of_a_body_is_as_typed_and_without_marks_of_notes() -> None:
    text = 'L\'"Élysée" dit[^1] : *oui* !\n\n- a\n- b\n\n[^1]: Note.'
    assert body(text).text == 'L\'"Élysée" dit : oui !\n\na\nb\n\nNote.'


# ---- raw HTML
@pytest.mark.parametrize(
    ("text", "html", "places"),
    [
        ("a <script>x</script> b", "<p>a  b</p>", [3]),
        ("a <iframe src='x'></iframe> b", "<p>a  b</p>", [3]),
        ("a <font>b</font>", "<p>a b</p>", [3]),
        ("a <b onclick='x'>b</b>", "<p>a <b>b</b></p>", [6]),
        ('a <b style="x" class="k">b</b>', '<p>a <b class="k">b</b></p>', [6]),
        ('a *b*{onclick="x" .k}', '<p>a <em class="k">b</em></p>', [7]),
        ("a </div> b", "<p>a  b</p>", [3]),
        ("a <td>b</td>", "<p>a b</p>", [3]),
        ('<form action="x">b</form>', "b", [1]),
        ("<svg><path d='x'/></svg>", "<p></p>", [1]),
        ("[a](b.md){target=_blank}", '<p><a href="newsgen:0">a</a></p>', [11]),
    ],
)
def test_what_the_list_does_not_allow_goes_with_a_warning(text: str, html: str, places: list[int]) -> None:
    assert body(text).html == html
    assert faults(text) == [("html-dropped", 7, column) for column in places]


@pytest.mark.parametrize(
    "html",
    [
        '<figure class="k" id="f" lang="en"><b>a</b><figcaption>a</figcaption></figure>',
        "<details open><summary>a</summary><p>b</p></details>",
        '<aside title="t">a</aside>',
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        '<blockquote cite="https://e.org/">a</blockquote>',
    ],
)
def test_allowed_html_stays_in_silence(html: str) -> None:
    kept = body(html).html.replace('=""', "")
    assert re.sub('<div class="table-scroll"[^>]*>(.*)</div>', r"\1", kept) == html
    assert faults(html) == []


def test_code_that_shows_html_is_no_raw_html() -> None:
    text = "`<script>` et\n\n    <iframe>\n\n```\n<b onclick=x>\n```\n\n\\<b>"
    assert faults(text) == [("markup-shown", 9, 5)]
    assert "&lt;script&gt;" in body(text).html


def test_the_place_of_dropped_html_skips_code() -> None:
    assert faults("`<font>`\n\n```\n<font>\n```\n\nx <font>y</font>") == [("html-dropped", 13, 3)]


def test_a_stray_end_tag_cannot_break_the_page() -> None:
    html = body("a\n\n</div></main></body>\n\nb").html
    document = html5lib.parse(f"<!DOCTYPE html><main>{html}<i id=z></i></main>", namespaceHTMLElements=False)
    assert document.find(".//main/i") is not None


def test_an_unclosed_tag_ends_within_the_body() -> None:
    html = body("<table>\n\n<b>a").html
    assert html.count("<table") == html.count("</table>") == 1
    assert html.count("<b>") == html.count("</b>") == 0


def test_trusted_html_stays_but_its_addresses_resolve() -> None:
    found = body('<div onclick="x"><iframe src="https://e.org"></iframe><img src="a.jpg" alt=b></div>', trusted=True)
    assert 'onclick="x"' in found.html
    assert "<iframe" in found.html
    assert kinds(found) == [("picture", "2023/04/a.jpg")]


def test_closed_comments_go_in_silence() -> None:
    text = "a <!-- x\n\ny --> b\n\n<!-- z -->\n\n- c\n\n<!-- -->\n\n- d"
    assert faults(text) == []
    assert "<!--" not in body(text).html
    assert body(text).html.startswith("<p>a  b</p>")
    assert body(text).html.count("<ul>") == 2


def test_an_unclosed_comment_goes_with_a_warning_and_all_behind_it() -> None:
    text = "Début.\n\nFin <!-- note\n\nsecret"
    assert faults(text) == [("comment-unclosed", 9, 5)]
    assert "secret" not in body(text).html + body(text).text
    assert faults("`<!--` et \\<!-- x") == []


def test_links_get_no_rel_that_nobody_wrote() -> None:
    assert "rel=" not in body("[a](https://e.org)").html


def test_the_published_list_names_attributes_by_element() -> None:
    assert "colspan" in ALLOWED["td"]
    assert "script" not in ALLOWED
    assert "class" in ALLOWED["*"]


# ---- characters
def test_control_characters_and_noncharacters_never_come_out() -> None:
    text = "a\x00b\x02c\x1fd\ufffee\ufdd0f\ud800g\u2028h\u0085i &#1;&#xFDD0;&#13;\r\nj"
    assert body(text).html == "<p>abcdefg h i \nj</p>"


def test_nobody_can_forge_a_slot() -> None:
    for text in (
        "[a](newsgen:0)",
        '<a href="newsgen:0">a</a>',
        "<img src='newsgen:0'>",
        "[a](\ufdd00)",
        "[a](&#xFDD0;0)",
    ):
        for trusted in (False, True):
            found = body(f"{text} [[x|y]]", trusted=trusted)
            assert found.html.count("newsgen:") == len(found.references)
    assert body("\x02wzxhzdk:0\x03 <b>x</b>").html == "<p>wzxhzdk:0 <b>x</b></p>"
    assert body("Le mot newsgen:3 ici.").html == "<p>Le mot newsgen:3 ici.</p>"


# ---- one call and the next
def test_no_call_leaves_anything_to_the_next() -> None:
    first = "Voir [le site].\n\n## Suite\n\nL’ONU.[^1]\n\n*[ONU]: Nations unies\n[le site]: https://e.org/a\n[^1]: N."
    second = "Voir [le site].\n\n## Suite\n\nL’ONU."
    alone = body(second)
    assert "<abbr" in body(first).html
    assert body(second) == alone
    assert alone.heading_ids == ("suite",)
    assert alone.html.startswith("<p>Voir [le site].</p>")


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"# T{n}\n\nA[^1] [[s{n}]].\n\n[^1]: N{n}." for n in range(30)]
    expected = [body(text) for text in texts]
    found: dict[int, Body] = {}

    def work(n: int) -> None:
        found[n] = body(texts[n])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n] for n in range(len(texts))] == expected


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 20_000, "![" * 10_000, "[[a|" * 5_000, "[a](" * 5_000, "<a " * 7_000, "<div>" * 20_000, "`" * 20_000),
        *("- " * 5_000, ">" * 5_000, "- - -\n" * 3_000, "*a " * 6_000, "<!--" * 5_000, "mot " * 500_000),
    ],
    ids=lambda text: text[:8],
)
def test_long_rows_of_signs_come_to_an_end(text: str) -> None:
    """Python-Markdown alone takes 103 s for 20,000 `[`; here the slowest takes a few."""
    start = time.process_time()
    body(text)
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Oui\n\tvoir [[2023/04/b\t]]", '<a href="newsgen:0"></a>'),
        ('Oui\n\tvoir [x](b.fr.md\t"mot")', 'title="mot"'),
        ('Oui\n\tvoir ![x](/p.png\t"mot")', "<img"),
        ("Oui\n\tvoir <kbd\ttitle='a'>x</kbd>", '<kbd title="a">x</kbd>'),
        ("- a\n\n\tb\t[[2023/04/b\t]]", '<a href="newsgen:0"></a>'),
        ("Oui\n\tvoir `a\tb`", "<code>a b</code>"),
    ],
)
def test_tabs_in_a_line_that_is_no_code_are_spaces(text: str, html: str) -> None:
    shown = body(text)
    assert html in shown.html and all(is_clean(reference.target) for reference in shown.references)
    assert "\tb" in body("Oui\n\n\ta\tb").html


@pytest.mark.parametrize(
    "text",
    [
        *('[]("(\\>', "[^[[c]]]", r"[^\[]", '<td><a href="\n\n"http://g/', "<table>[[<b|]]>", '<a f="[["]]">'),
        *('<img c="" t="[[g]]">', '[](a:"(\\_', '[^]:[]("(', "<b [[>]]>", "[" * 50 + "a" + "]" * 50),
    ],
)
def test_no_message_quotes_what_stands_for_something_on_the_way(text: str) -> None:
    """The first of each kind that random texts gave."""
    shown, diagnostics = converted(text)
    assert all(is_clean(words) for d in diagnostics for words in (d.message, d.hint))
    assert not [reference for reference in shown.references if not is_clean(reference.target)]


def test_a_paragraph_too_long_for_markdown_is_shown_as_typed_with_a_warning() -> None:
    text = "Oui.\n\n" + "un *mot* " * 3_000
    assert faults(text) == [("paragraph-too-long", 9, 1)]
    assert "un *mot* un" in body(text).html


# A block that a processor parts into several, within an item: code, rules, headings, quotations, notes.
_CODE, _TABLE = "```\nx\n```", "| a | b |\n|---|---|\n| 1 | 2 |"
_TIGHT = {
    "two fences": ("Run:", _CODE, "then:", _CODE),
    "three fences and words": ("Run:", _CODE, "then:", _CODE, "and:", _CODE, "end"),
    "fences alone": (_CODE, _CODE, "words"),
    "rules": ("a", "***", "b", "***", "c", "***", "d"),
    "headings": ("a", "## t", "b", "## u", "c"),
    "quotation and code": ("a", "> q", _CODE, "b", _CODE),
    "definitions": ("t", ": d", _CODE, "t", ": e", _CODE, "b"),
    "a list within": ("a", "- b", "  " + _CODE.replace("\n", "\n  "), "  c", "  " + _CODE.replace("\n", "\n  ")),
    "HTML in its line": ("a", "<b>x</b>", _CODE, "<i>y</i>", _CODE, "c"),
    "references": ("[l]: /u/", "a [l]", _CODE, "[m]: /v/", _CODE, "c"),
}
_AROUND = {
    "1. ": ("1. ", "   ", "2. "),
    "- ": ("- ", "  ", "- "),
    "in an item": ("- - ", "    ", "  - "),
    "in a quotation": ("> - ", ">   ", "> - "),
    "in a definition": ("terme\n: - ", "      ", "    - "),
    "in a note": ("a[^1]\n\n[^1]: - ", "      ", "    - "),
}


def _as_item(parts: tuple[str, ...], around: tuple[str, str, str]) -> str:
    first, indent, second = around
    return first + f"\n{indent}".join("\n".join(parts).split("\n")) + f"\n{second}Next\n"


@pytest.mark.parametrize("around", _AROUND.values(), ids=_AROUND)
@pytest.mark.parametrize("parts", _TIGHT.values(), ids=_TIGHT)
def test_an_item_of_several_blocks_without_blank_lines_is_tight(
    parts: tuple[str, ...], around: tuple[str, str, str]
) -> None:
    found = body(_as_item(parts, around))
    assert "<li>Next</li>" in found.html
    for words in ("Run:", "then:", "words", "a", "b", "c", "d", "end"):
        assert f"<p>{words}</p>" not in found.html
        assert words not in parts or words in found.text.split()


@pytest.mark.parametrize("around", list(_AROUND.values())[:4], ids=list(_AROUND)[:4])
@pytest.mark.parametrize(
    "parts", [("Run:", _CODE, "", "then:", _CODE), ("", "a", "***", "b", "", "c"), ("a", "", _TABLE, _CODE, "b", _CODE)]
)
def test_one_blank_line_among_blocks_that_are_parted_makes_the_list_loose(
    parts: tuple[str, ...], around: tuple[str, str, str]
) -> None:
    assert "<p>Next</p>" in body(_as_item(parts, around)).html


def test_a_very_long_body_is_parsed_as_a_short_one() -> None:
    part = "Un.\n\n- a\n\n  b\n\n> c\n\n"
    assert body(part * 2_000).html.startswith(body(part * 100).html)


# ---- the lead, helpers
def test_a_lead_is_inline_markdown_only() -> None:
    assert standfirst('# *Un* `c` "x" [l](https://e.org/)\n- pas', lang="fr").html == (
        f'# <em>Un</em> <code>c</code> «{NB}x{NB}» <a href="https://e.org/">l</a>\n- pas'
    )


def test_a_lead_has_no_cross_links_pictures_or_blocks() -> None:
    assert standfirst("[[x]] <div>a</div> <i>b</i> ]]> & [m](../a.md) ![p](q.jpg)", lang="de").html == (
        "[[x]] a <i>b</i> ]]&gt; &amp; m ![p](q.jpg)"
    )


def test_dashes_of_a_lead_are_made_in_english_only() -> None:
    assert standfirst("Avant---après", lang="fr").html == "Avant---après"
    assert standfirst("before---after", lang="en").html == "before—after"


def test_escape_is_fit_for_text_and_attributes() -> None:
    assert escape('<a href="x">\'&') == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"


def test_plain_text_keeps_words_in_reading_order() -> None:
    html = "<h2>T</h2>\n<p>a <b>b</b> &amp;\nc</p><ul><li>x</li><li>y<br>z</li></ul>"
    html += "<pre><code>d\n  e\n</code></pre><!-- n -->"
    assert plain_text(html) == "T\n\na b & c\n\nx\ny\nz\n\nd\n  e"


# ---- filling
def filled(text: str, *targets: Target) -> str:
    found = body(text)
    return str(fill(found.html, found.references, targets)).replace("\n", "")


def test_a_slot_gets_address_and_title_of_its_target() -> None:
    assert filled("Un [[x|mot]] et [[y]].", Target("/a/"), Target("/b/", "T &amp; U")) == (
        '<p>Un <a href="/a/">mot</a> et <a href="/b/">T &amp; U</a>.</p>'
    )


def test_a_foreign_target_is_marked_and_labelled() -> None:
    foreign = Target("/en/a/", "Title", lang="en", label="(en anglais)")
    label = ' <span class="lang-label">(en anglais)</span>'
    assert filled("[[x|mot]].", foreign) == f'<p><a href="/en/a/" hreflang="en">mot</a>{label}.</p>'
    title = '<a href="/en/a/" hreflang="en" lang="en" dir="auto">Title</a>'
    assert filled("a [[x]]", foreign) == f"<p>a {title}{label}</p>"


def test_a_link_without_address_shows_its_words_or_the_words_of_the_theme() -> None:
    assert filled("Un [[x|*mot*]] et [[y]].", Target(title="secret"), Target(title="un autre article")) == (
        "<p>Un <em>mot</em> et un autre article.</p>"
    )


def test_a_block_reads_more_or_shows_nothing() -> None:
    assert filled("[[x]]", Target("/a/", "T", lead_in="En savoir plus :")) == (
        '<p class="read-more"><span class="read-more-label">En savoir plus :</span> <a href="/a/">T</a></p>'
    )
    assert filled("a\n\n[[x]]\n\nb", Target(title="un autre article")) == "<p>a</p><p>b</p>"


def test_a_picture_gets_its_size_or_goes_with_its_figure() -> None:
    assert filled("![a](b.jpg)", Target("/media/b.jpg", width=4, height=3)) == (
        '<figure class="picture"><img alt="a" src="/media/b.jpg" width="4" height="3" loading="lazy" decoding="async">'
        "</figure>"
    )
    assert filled('x\n\n![a](b.jpg "c ©d")\n\ny', Target()) == "<p>x</p><p>y</p>"
    assert filled("x ![a](b.jpg) y", Target()) == "<p>x  y</p>"


def test_candidates_of_a_picture_are_filled_one_by_one() -> None:
    text = '<img src="a.jpg" srcset="b.jpg 1x, c.jpg 2x" alt="d">'
    assert (
        filled(text, Target("/a"), Target("/b"), Target())
        == '<p><img src="/a" srcset="/b 1x" alt="d" loading="lazy" decoding="async"></p>'
    )
    assert filled(text, Target(), Target("/b"), Target("/c")) == "<p></p>"


def test_an_address_that_only_looks_like_a_slot_is_not_filled() -> None:
    assert filled("![a](https://e.org/newsgen:3) [[x|y]]", Target("/z/")) == (
        '<p><img alt="a" src="https://e.org/newsgen:3"> <a href="/z/">y</a></p>'
    )


def test_addresses_become_absolute_for_feeds() -> None:
    html = '<a href="#fn:1">1</a> <a href="/fr/x/">x</a> <img src="/m/a.jpg" srcset="/m/b.jpg 2x">'
    html += ' <a href="mailto:a@b">m</a>'
    assert absolute(html, "https://e.org/", "https://e.org/fr/y/") == (
        '<a href="https://e.org/fr/y/#fn:1">1</a> <a href="https://e.org/fr/x/">x</a> '
        '<img src="https://e.org/m/a.jpg" srcset="https://e.org/m/b.jpg 2x"> <a href="mailto:a@b">m</a>'
    )


# ---- tables
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"


def test_a_table_scrolls_in_a_frame_that_the_keyboard_reaches() -> None:
    html = body(TABLE).html
    assert html.startswith('<div class="table-scroll" role="group" aria-label="a, b" tabindex="0"><table>')
    assert html.endswith("</table></div>")


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ('| **Le** "Mans" | | c\\|d |\n|---|---|---|\n| 1 | 2 | 3 |', "Le « Mans », c|d"),
        ("| | |\n|---|---|\n| 1 | 2 |", "1, 2"),
        ("<table><tr><td>1 < 2</td></tr></table>", "1 &lt; 2"),
        (f"<table><tr><td></td></tr></table>\n\n{TABLE}", ""),
    ],
)
def test_a_table_without_a_caption_is_called_by_its_first_row_with_words(table: str, name: str) -> None:
    frame = body(table).html.partition(">")[0].replace("\u00a0", " ")
    role = f' role="group" aria-label="{name}"' if name else ""
    assert frame == f'<div class="table-scroll"{role} tabindex="0"'


@pytest.mark.parametrize("text", ["    a", "```\na\n```", '<pre class="k">a</pre>', "- a\n\n      b"])
def test_code_that_scrolls_is_reached_by_the_keyboard(text: str) -> None:
    assert body(text).html.count('<pre tabindex="0"') == 1


@pytest.mark.parametrize("words", ["Table: Les « membres »", "Tableau : Les « membres »"])
def test_the_paragraph_below_a_table_is_its_caption(words: str) -> None:
    html = body(f"{TABLE}\n{words}\n\nTable: encore").html
    assert "<caption>Les «\u00a0membres\u00a0»</caption>" in html
    assert 'role="region" aria-label="Les «\u00a0membres\u00a0»" tabindex="0"' in html
    assert "<p>Table: encore</p>" in html, "one caption is enough"


def test_a_table_of_the_authors_own_scrolls_too() -> None:
    html = body('<table>\n<caption>Un "titre" <em>gras</em></caption>\n<tr><td>1</td></tr>\n</table>').html
    assert html.count("table-scroll") == 1 and 'aria-label="Un' in html
    assert "table-scroll" not in body("    <table>\n").html


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Voir [[x]], puis [[y|ça]].", "Voir X, puis ça."),
        ("[[x]] et [[y]]", "X et Y"),
        ("*[[x]]*, [](a.md) [[z]]{.c} !", "X, A Z !"),
        ("Un.\n\n[[x]]\n\nDeux : [[y]].", "Un.\n\nDeux : Y."),
        ("- [[x]]\n- [[y]]\n\n```\n[[z]]\n```", "X\nY\n\n[[z]]"),
        ("Une note[^1].\n\n[^1]: Voir [[x]].", "Une note.\n\nVoir X."),
        ("<b>[[x]]</b> ![a](p.jpg)", "X"),
        ("rien [a](b.md)", "rien a"),
    ],
)
def test_a_text_has_a_gap_where_readers_see_the_title_of_another_story(text: str, wanted: str) -> None:
    for shortcuts in (True, False):
        found, _ = convert(
            text, path="x.md", first_line=1, lang="fr", folder="", trusted_html=False, shortcuts=shortcuts
        )
        parts, at = [], 0
        for place, number in found.gaps:
            assert not found.references[number].has_text
            parts += found.text[at:place], found.references[number].target[0].upper()
            at = place
        assert "".join((*parts, found.text[at:])) == wanted


def test_a_picture_on_another_site_is_a_warning() -> None:
    assert faults("Voir ![a](https://e.org/x.jpg) ici") == [("picture-elsewhere", 7, 6)]
    assert faults("![a](x.jpg)") == []


# ---- addresses of quotations in a lead
@pytest.mark.parametrize("name", ["q", "ins", "del"])
@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("javascript:alert(1)", False),
        ("JaVaScript:x", False),
        ("&#106;avascript:x", False),
        ("x.md", False),
        ("data:text/html,x", False),
        ("java\nscript:x", False),
        (" javascript:x", False),
        ("vbscript:x", False),
        ("newsgen:0", False),
        ("https://x.example/", True),
        ("mailto:a@b.example", True),
    ],
)
def test_address_of_a_quotation_runs_nothing(name: str, address: str, stays: bool) -> None:
    text = f'Il dit <{name} cite="{address}" title="x">oui</{name}>.'
    assert ("cite=" in standfirst(text, lang="fr").html) == stays
    assert f"<{name}" in standfirst(text, lang="fr").html and 'title="x"' in standfirst(text, lang="fr").html
    assert ("cite=" in body(text).html) == stays


@pytest.mark.parametrize("clean", [cleaning.clean, cleaning.clean_once, cleaning.clean_inline])
@pytest.mark.parametrize(
    "unit",
    [
        "\u00a0", "&nbsp;a", "a\u00a0<b title='x\u00a0y'>c</b>&nbsp;", "&amp;nbsp;", "«", "°&amp;", "a & b", "&copy",
        "&lt;«&gt;", "&amp;lt;", "<b title='«&amp;lt;&quot;'>é</b>", "<a href='/b?c&amp;d=«'>e</a>",
        "<a href=/b?c&d>e</a>", "<xmp>&amp;«</xmp>", "<textarea>&«</textarea>", "<!-- &« -->a", "<pre>&amp;\n«</pre>",
        "&", "&amp", "&#171", "<table><tr><td>«&amp;</td></tr></table>",
    ],
)  # fmt: skip
def test_a_long_text_is_cleaned_as_a_short_one_is(clean, unit, monkeypatch):
    few = clean(unit * 30)
    monkeypatch.setattr(cleaning, "_LONG", 10)
    monkeypatch.setattr(cleaning, "_SEARCHES", 2)
    assert clean(unit * 30) == few and "\ufddd" not in few


def test_attribute_list_without_end_is_text() -> None:
    """Every attribute is held against all before it: half a megabyte of them would take seconds."""
    assert 'class="x"' in body("Un mot.\n{: .x }").html
    assert "{: .x .x" in body("Un mot.\n{: " + ".x " * 2000 + "}").html
    assert "<em>a</em>{.x .x" in body("*a*{" + ".x " * 2000 + "}").html
