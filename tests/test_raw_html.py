"""Raw HTML: where a block of it ends, what an element takes that nothing closes, and what only looks like a tag."""

from __future__ import annotations

import pytest

from newsgen.nouns.diagnostics import Severity
from newsgen.parsing.markup import convert, plain_text

pytestmark = pytest.mark.pure


HOW = {"path": "x.md", "first_line": 1, "lang": "fr", "folder": "", "trusted_html": False}


def read(text: str, *, trusted: bool = False) -> tuple[str, list[tuple[str, int, int]]]:
    body, faults = convert(text, path="content/x.md", first_line=1, lang="de", folder="2023/04", trusted_html=trusted)
    return body.html, [(d.id, d.location.line, d.location.column) for d in faults]


# ---- a block of HTML ends at a blank line
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "<details>\n<summary>X</summary>\n\nLa **digue**\n\n- a\n\n</details>\n\n**b**",
            "<details>\n<summary>X</summary>\n<p>La <strong>digue</strong></p>\n<ul>\n<li>a</li>\n</ul>\n</details>\n"
            "<p><strong>b</strong></p>",
        ),
        (
            '<div class="note">\n\n## Titre\n\n> a\n\n</div>',
            '<div class="note">\n<h2 id="titre">Titre</h2>\n<blockquote>\n<p>a</p>\n</blockquote>\n</div>',
        ),
        (
            "<div>\n\n<div>\n\n**a**\n\n</div>\n\n</div>",
            "<div>\n<div>\n<p><strong>a</strong></p>\n</div>\n</div>",
        ),
        ("<div>\n*a*\n- b\n# c\n</div>", "<div>\n*a*\n- b\n# c\n</div>"),
        ("a\n<div>\n*b*\n</div>", "<p>a</p>\n<div>\n*b*\n</div>"),
        ("<p>Un\n\n*b*", "<p>Un\n</p><p><em>b</em></p>"),
        ("- a\n\n  <div>\n\n  *b*\n\n  </div>\n- c", "*"),
        ("> <div>\n>\n> *b*\n>\n> </div>", "<blockquote>\n<div>\n<p><em>b</em></p>\n</div>\n</blockquote>"),
        ("- a\n<section>\n*b*\n</section>", "<ul>\n<li>a</li>\n</ul>\n<section>\n*b*\n</section>"),
        ("<pre>\na\n\n*b*\n</pre>\n\n*c*", '<pre tabindex="0">a\n\n*b*\n</pre>\n<p><em>c</em></p>'),
        ("- a\n\n  <pre>\n  b\n\n  *c*\n  </pre>\n- d", "*"),
        ("<span>*a*</span>\n*b*", "<p><span><em>a</em></span>\n<em>b</em></p>"),
        ("<table>\n<tr><td>\n\n*a*\n\n</td></tr>\n</table>", "*"),
    ],
)
def test_markdown_between_blank_lines_is_markdown(text: str, wanted: str) -> None:
    html, faults = read(text)
    assert faults == []
    if wanted == "*":
        assert "<em>" in html or '<pre tabindex="0">b\n\n*c*\n</pre>' in html
        assert html.count("<ul>") <= 1
    else:
        assert html == wanted


# ---- elements that nothing closes
SWALLOWING = """iframe script style object select textarea title svg math template noscript noembed noframes applet xmp
audio video details pre"""


@pytest.mark.parametrize("name", SWALLOWING.split())
@pytest.mark.parametrize("end", [">", " />", ' class="x">'])
@pytest.mark.parametrize("trusted", [False, True])
def test_an_element_that_nothing_closes_takes_no_words(name: str, end: str, trusted: bool) -> None:
    if end == " />" and name in ("svg", "math"):
        return  # such an end is one there
    for before, line, column in (("Avant.\n\n", 3, 1), ("Un ", 1, 4)):
        html, faults = read(f"{before}<{name}{end}\n\nLa **digue**\n\n## Titre", trusted=trusted)
        assert "<strong>digue</strong>" in html and "Titre</h2>" in html and f"<{name}" not in html
        assert faults == [("html-unclosed", line, column)]


def test_an_element_that_the_next_of_its_kind_closes_takes_no_words() -> None:
    html, faults = read("<iframe src=a>\n\n*b*\n\n<iframe src=c></iframe>")
    assert html == "<p><em>b</em></p>"
    assert faults == [("html-unclosed", 1, 1), ("html-dropped", 5, 1)]


@pytest.mark.parametrize("name", ["div", "section", "aside", "h2", "blockquote", "figure", "footer"])
def test_a_block_that_nothing_closes_is_told_and_does_not_take_the_rest(name: str) -> None:
    html, faults = read(f'<{name} class="note">À savoir\n\nLa **digue**')
    assert html == "À savoir\n<p>La <strong>digue</strong></p>"
    assert faults == [("html-unclosed", 1, 1)]


def test_what_is_closed_is_not_told() -> None:
    script = """<div><script>if (a<b) x = "don't <script";</script></div>"""
    text = f'{script}\n\n<video src="a.mp4"></video>\n\n<details>\n\na</details>'
    assert [id for id, _, _ in read(text)[1]] == ["html-dropped"]
    assert [id for id, *_ in read("<div>\n\n`<script>` and `<div>`\n\n    <pre>\n\n</div>")[1]] == ["markup-shown"]


# ---- what only looks like a tag
@pytest.mark.parametrize(
    "word", ["<stdio.h>", "<your_project>", "<your-project>", "<Nom du client>", "vector<int>", "</exemple>", "<T>"]
)
@pytest.mark.parametrize("around", ["{}", "Un {} deux", "- {}", "## {}", "| a |\n|---|\n| {} |", "<div>{}</div>"])
def test_words_in_angle_brackets_are_shown(word: str, around: str) -> None:
    html, faults = read(around.format(word))
    assert word in plain_text(html)
    assert [id for id, _, _ in faults] == ["html-dropped"]


def test_mark_up_of_other_systems_goes_as_before() -> None:
    html, faults = read("Un <gallery>deux</gallery> <o:p></o:p><font>trois</font> <tt>x</tt>")
    assert plain_text(html) == "Un deux trois x"
    assert [id for id, _, _ in faults] == ["html-dropped"] * 4
    assert read("<my-player>x</my-player>", trusted=True) == ("<p><my-player>x</my-player></p>", [])


# ---- attributes of looks
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<p style="color: red">a</p>', "1:4 html-dropped/look"),
        ('<table border=1 width="90%"><tr><td align=left bgcolor=red>a</td></tr></table>', "1:8 html-dropped/looks"),
        (
            "a <b style='x'>b</b>\n\nc <i style='y'>d</i>\n\n[e](https://x.example/){target=_blank}",
            "1:6 html-dropped/looks",
        ),
        ("# T\n\n<hr noshade size=1>", "3:5 html-dropped/looks"),
        ("<b face=x>a</b> <b color=y>c</b>", "1:4 html-dropped/looks"),
    ],
)
def test_attributes_of_looks_are_one_note_at_the_first(text: str, said: str) -> None:
    notes = [d for d in convert(text, **HOW)[1] if d.key.startswith("html-dropped")]
    assert [f"{d.location.line}:{d.location.column} {d.key}" for d in notes] == [said]
    assert notes[0].severity is Severity.NOTE


@pytest.mark.parametrize("attribute", ["onclick='x'", "href='javascript:x'", "data-x='1'", "name='x'", "action='x'"])
def test_other_attributes_are_warnings_each(attribute: str) -> None:
    told = convert(f"a <b style='x' {attribute}>b</b> <i {attribute}>c</i>", **HOW)[1]
    assert [d.severity for d in told if d.key != "html-dropped/look"] == [Severity.WARNING] * 2
    assert [d.key for d in told].count("html-dropped/look") == 1


# ---- what is open, and what is none
@pytest.mark.parametrize(
    ("text", "wanted", "line", "column"),
    [
        ("<div>\na\n</div>\n\nb\n\n<div>c\n\nd", "<div>\na\n</div>\n<p>b</p>\nc\n<p>d</p>", 7, 1),
        ("a <b>b\n\nc", "<p>a b</p>\n<p>c</p>", 1, 3),
        ("- <i>a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>", 1, 3),
        ("<b>a</b> <b>b *c*", "<p><b>a</b> b <em>c</em></p>", 1, 10),
        ('<a href="https://x.example/">a\n\nb', "<p>a</p>\n<p>b</p>", 1, 1),
        ("<span lang=en>a\n\n<mark>b</mark>", "<p>a</p>\n<p><mark>b</mark></p>", 1, 1),
    ],
)
def test_the_element_that_is_open_is_the_one_that_is_told(text: str, wanted: str, line: int, column: int) -> None:
    assert read(text) == (wanted, [("html-unclosed", line, column)])


@pytest.mark.parametrize("text", ["If a<b and c>d", "x <i am> here", "a<s and t>u<v"])
def test_signs_between_words_are_shown(text: str) -> None:
    html, faults = read(text)
    assert plain_text(html) == text and {id for id, _, _ in faults} == {"html-dropped"}


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a <![CDATA[weg]]> b", 3),
        ("a <?php x ?> b", 3),
        ("a <? x ?> b", 3),
        ("<?php echo 1; ?>", 1),
        ("<![CDATA[weg]]>", 1),
    ],
)
def test_what_programs_left_is_told(text: str, column: int) -> None:
    assert read(text)[1][0] == ("html-dropped", 1, column)


def test_the_hint_of_an_old_anchor_makes_one() -> None:
    told = convert('<a name="x">y</a> [z](#x)', **HOW)[1]
    assert "write `id`" in told[0].hint
    assert read('<a id="x">y</a> [z](#x)')[1] == []


@pytest.mark.parametrize("text", ["[x](htp://x.org)", "![a](data:image/png;base64,aaaa)", "<a href='file:///x'>y</a>"])
def test_the_hint_of_a_forbidden_address_does_not_turn_the_list_off(text: str) -> None:
    (told,) = convert(text, **HOW)[1]
    assert told.id == "html-dropped" and "trusted_html" not in told.hint
