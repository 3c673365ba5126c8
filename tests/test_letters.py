"""No letter of a body is lost, and nothing is dropped in silence: what readers see beside what an editor typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgen.parsing.markup import convert, plain_text
from support.lettered import BLOCKS, LINES, lettered, lost, seen

pytestmark = pytest.mark.pure


def read(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    body, faults = convert(text, path="content/x.md", first_line=1, lang="de", folder="2023/04", trusted_html=False)
    return body.html, [(d.id, d.location.line, d.location.column) for d in faults]


# ---- cross-links and other brackets
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[Feature #1]]\n\n[Feature #1]: https://a.org/", '[<a href="https://a.org/">Feature #1</a>]'),
        ("Siehe [[a]].\n\n[A]: https://a.org/", 'Siehe [<a href="https://a.org/">a</a>].'),
        ("[[1]](https://a.org/)", '<a href="https://a.org/">[1]</a>'),
        ("[[x]][y]\n\n[y]: https://a.org/", '<a href="https://a.org/">[x]</a>'),
        ("![[x]]", "![[x]]"),
        ("Ein <code>[[x]]</code> und <kbd>[[y|z]]</kbd>", "Ein <code>[[x]]</code> und <kbd>[[y|z]]</kbd>"),
        ("<samp>[[x]]</samp> <tt>[[x]]</tt>", "<samp>[[x]]</samp> [[x]]"),
        ("`[[x]]`", "<code>[[x]]</code>"),
        ("<code>[[x]] und [[y]]", '<a href="newsgen:0"></a> und <a href="newsgen:1"></a>'),
    ],
)
def test_double_brackets_are_a_cross_link_only_where_markdown_has_no_other_use_for_them(text: str, wanted: str) -> None:
    assert read(text)[0] == f"<p>{wanted}</p>"


def test_place_of_a_cross_link_is_its_own_where_others_of_its_id_are_none() -> None:
    text = "<code>[[a]]</code> [[a]](https://a.org/) ![[a]] [[a]]"
    body, _ = convert(text, path="x.md", first_line=1, lang="de", folder="", trusted_html=False)
    assert [(r.line, r.column) for r in body.references] == [(1, text.rindex("[[a]]") + 1)]


# ---- definitions
@pytest.mark.parametrize(
    ("text", "shown", "line", "column"),
    [
        ("a[^1]\n\n[^1]: Un\n[^1]: Deux", "Un", 4, 1),
        ("a[^1]\n\n[^1]: Un\n\nb\n\n[^1]: Deux", "Un", 7, 1),
        ("[a]\n\n[a]: https://un.org/\n[a]: https://deux.org/", "un.org", 4, 1),
        ("[a]\n\n[A]: https://un.org/ 'Un'\n\n[a]: https://un.org/ 'Deux'", '"Un"', 5, 1),
        ("AA\n\n*[AA]: Un\n*[AA]: Deux", '"Un"', 4, 1),
        ("## Un {#x}\n\n## B {#x}", '<h2 id="x">Un', 3, 7),
        ("Un\n{#x}\n\n## B {#x}", '<p id="x">Un', 4, 7),
    ],
)
def test_the_first_of_two_definitions_wins_and_the_second_is_told(
    text: str, shown: str, line: int, column: int
) -> None:
    html, faults = read(text)
    assert shown in html and "Deux" not in html and "deux" not in html
    assert faults == [("definition-duplicate", line, column)]


@pytest.mark.parametrize(
    "text",
    [
        "a[^1]\n\n[^1]: Un\n\n[^1]: Un",
        "[a]\n\n[a]: https://un.org/\n[a]: https://un.org/",
        "AA\n\n*[AA]: Un\n*[AA]: Un",
        "## Un\n\n## Un",
    ],
)
def test_equal_definitions_are_silent(text: str) -> None:
    assert read(text)[1] == []


@pytest.mark.parametrize("text", ['![x[^1]](x.jpg "y[^1]")', '[x](https://a.org "y[^1]")'])
def test_a_note_that_an_attribute_calls_leaves_no_number_there(text: str) -> None:
    assert "0" not in read(f"{text}\n\nz[^1]\n\n[^1]: w")[0].replace("newsgen:0", "")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            '![a](x.jpg "Cap *it* `c` ©R")',
            '<span class="caption">Cap <em>it</em> <code>c</code></span> <span class="credit">©R</span>',
        ),
        (
            '![a](x.jpg "Cap **[ici](https://x.org)**")',
            '<span class="caption">Cap <strong><a href="https://x.org">ici</a></strong></span>',
        ),
        (
            '![a](x.jpg "Cap [[x]] [[y|mot]]")',
            '<span class="caption">Cap <a href="newsgen:1"></a> <a href="newsgen:2">mot</a></span>',
        ),
        (
            '![a](x.jpg "© 2020 *x* ©R *y*")',
            '<span class="caption">© 2020 <em>x</em></span> <span class="credit">©R <em>y</em></span>',
        ),
        ('![a](x.jpg "a\\*b ~~c~~")', '<span class="caption">a*b <del>c</del></span>'),
        ('![a](x.jpg "*a ©R*")', '<span class="caption">a</span> <span class="credit">©R</span>'),
        ("![*al* `t`](x.jpg)", 'alt="al t"'),
        ('b ![*al*](x.jpg "*t* [u](https://a.org)")', 'alt="al" src="newsgen:0" title="t u"'),
        ('[![a](x.jpg "C *i*")](https://v.example/)', '<span class="caption">C <em>i</em></span>'),
        (
            '![a](x.jpg "![b](y.jpg) ©R *c*")',
            '<span class="caption"><img alt="b" src="newsgen:1"></span> <span class="credit">©R <em>c</em></span>',
        ),
        ('![a](x.jpg "snake_case * 2")', '<span class="caption">snake_case * 2</span>'),
    ],
)
def test_a_caption_is_markdown_and_an_attribute_its_words(text: str, wanted: str) -> None:
    assert wanted in read(text)[0]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("![a [b](c.md) d](x.jpg)", 5),
        ("t ![a](x.jpg 'b [c](https://d.e)')", 17),
        ("![a **[b](/fr/c/)**](x.jpg)", 7),
    ],
)
def test_a_link_that_an_attribute_cannot_hold_is_told(text: str, column: int) -> None:
    html, faults = read(text)
    assert "<a" not in html and faults == [("link-broken", 1, column)]


def test_a_note_that_a_caption_calls_is_called() -> None:
    html, faults = read('![a](x.jpg "Cap[^1]")\n\n[^1]: Note.')
    assert faults == [] and '<a href="#fn:1" class="footnote-ref">1</a></sup></span>' in html


# ---- what shows nothing
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Photo]: AFP", "[Photo]: AFP"),
        ("[Update]: Resigned.", "[Update]: Resigned."),
        ("[Q]: Warum?\n[A]: Ja.", "[Q]: Warum? [A]: Ja."),
        ("[Correction]: 2024-05-03", "[Correction]: 2024-05-03"),
        ('[4]: Infra "Title words"', '[4]: Infra "Title words"'),
        ("Siehe [1].\n\n[1]: Ibid.", "Siehe [1]. [1]: Ibid."),
        ("*[NDLR]: Der Text.*", "[NDLR]: Der Text."),
    ],
)
def test_what_is_no_address_defines_nothing(text: str, shown: str) -> None:
    html, faults = read(text)
    assert " ".join(plain_text(html).replace("“", '"').replace("„", '"').replace("”", '"').split()) == shown
    assert faults == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[Lire aussi]: https://a.org/fr/", 1, 1),
        ("[a][x]\n\n[x]: https://a.org\n[y]: <b c.md> 'Titel'", 4, 1),
        ("*[HTML]: Hypertext\n\nNichts", 1, 1),
        ("a[^1]\n\n[^1]: b\n\n[z]: /fr/x/", 5, 1),
        ("- a\n\n[Z]: #x", 3, 1),
    ],
)
def test_a_definition_that_nothing_uses_is_told(text: str, line: int, column: int) -> None:
    assert read(text)[1] == [("definition-uncalled", line, column)]


@pytest.mark.parametrize(
    "text",
    [
        "[a][x] [y] [Y][] ![b][p] [z]: c\n\n[x]: https://a.org\n[y]: https://b.org\n[p]: a.jpg",
        "*[HTML]: Hypertext\n\nDas HTML.",
        "| [x] |\n|---|\n| HTML |\n\n[x]: https://a.org\n*[HTML]: H",
        "## [x] {#y}\n\n[x]: #y",
    ],
)
def test_a_definition_that_is_used_is_silent(text: str) -> None:
    assert read(text)[1] == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| x | y | z |", True),
        ("x|y|z", True),
        ("| p | <b>q|r</b> |", True),
        ("| x | y | |", False),
        ("| [[x|y]] | `a|b` |", False),
        ("| x \\| y | z |", False),
        ("| x |", False),
    ],
)
@pytest.mark.parametrize(("before", "column"), [("", 1), ("> ", 3), ("  ", 3)])
def test_cells_beyond_the_columns_are_told(row: str, told: bool, before: str, column: int) -> None:
    lines = ["| a | b |", "|---|---|", "| c | d |", row]
    head = ["- e"] if before == "  " else []
    text = "\n".join([*head, *(f"{before}{line}" for line in lines)])
    faults = [fault for fault in read(text)[1] if fault[0] != "html-unclosed"]
    assert faults == ([("table-row-long", 4 + len(head), column)] if told else [])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("```\nx\n\nRest", [(1, 1)]),
        ("a\n\n~~~~ py\nx\n~~~", [(3, 1)]),
        ("```\nx\n```\n\nb\n\n```\ny", [(7, 1)]),
        ("- ```\n  x\n\nRest", [(1, 3)]),
        ("> ```\n> x\n\nRest", [(1, 3)]),
        ("```\nx\n```", []),
        ("    ```\n    x", []),
    ],
)
def test_code_that_nothing_closes_is_told(text: str, places: list[tuple[int, int]]) -> None:
    assert read(text)[1] == [("code-unclosed", *place) for place in places]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_a_note_with_a_space_before_its_colon_is_told_with_the_line_to_write(space: str) -> None:
    _, faults = convert(f"a[^1]\n\n[^1]{space}: b", path="x.md", first_line=1, lang="fr", folder="", trusted_html=False)
    assert [d.location.line for d in faults] == [1, 3] and all("without a space" in d.hint for d in faults)
    assert read("a[^1]\n\n[^1]: b")[1] == []


# ---- characters
@pytest.mark.parametrize(
    "around", ["{}", "## {}", "`{}`", "![{}](x.jpg)", "[{}](https://a.org/)", "| {} |\n|---|\n| x |"]
)
@pytest.mark.parametrize("character", ["\x0b", "\x0c"])
def test_vertical_tab_and_form_feed_are_spaces(around: str, character: str) -> None:
    html, faults = read(around.format(f"Premier{character}second"))
    assert "Premier second" in html and faults == []


@pytest.mark.parametrize("around", ["{}", "## {}", "`{}`", "![{}](x.jpg)", "[{}](https://a.org/)", "    {}"])
@pytest.mark.parametrize("character", ["\x01", "\x08", "\x7f", "\x9d", "\ufeff", "\ufffe"])
def test_each_kind_of_invisible_character_that_is_left_out_is_told_at_its_first_place(
    around: str, character: str
) -> None:
    text = f"Un.\r\n\r\n{around.format(f'Pre{character}mier{character}')}"
    html, faults = read(text)
    assert "Premier" in html
    assert faults == [("character-forbidden", 3, around.index("{") + 4)]


# ---- mark-up of other systems
@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{% highlight %}\nx\n{% endhighlight %}", 1),
        ("Le {{ site.url }}", 4),
        ("{{< figure src=x >}}", 1),
        ("{{% note %}}", 1),
        ("`{% x %}` {% y %}", 11),
        ("- {%- if a -%}", 3),
    ],
)
def test_mark_up_of_another_system_is_shown_and_told_once(text: str, column: int) -> None:
    html, faults = read(text)
    assert faults == [("template-syntax", 1, column)]
    assert "".join(plain_text(html).split()) == "".join(text.replace("`", "").removeprefix("- ").split())


@pytest.mark.parametrize(
    "text",
    [
        "`{% x %}`",
        "    {{ x }}",
        "```\n{{ x }}\n```",
        "<code>{{ x }}</code>",
        "\\{{ x }}",
        "{x} und 5 {%}",
    ],
)
def test_braces_in_code_and_of_other_kinds_are_silent(text: str) -> None:
    assert read(text)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "## Titel {1, 2, 3}",
        "Zeile\n{1, 2, 3}",
        "Zeile\n{siehe Seite 3}",
        "*x*{y z}",
        "## Titel {Teil 1}",
        "Zeile\n{% x",
    ],
)
def test_braces_that_hold_no_attributes_swallow_nothing(text: str) -> None:
    html, faults = read(text)
    assert faults == []
    assert plain_text(html).replace(" ", "") == text.replace("#", "").replace("*", "").replace("\n", "").replace(
        " ", ""
    )


def test_attribute_lists_stay_what_they_are() -> None:
    html, faults = read('## Titel {: #a .b .c-d title="x {y}" lang=de }\n\n*x*{.k}\n\nZeile\n{: .note}')
    assert faults == []
    assert '<h2 class="b c-d" id="a" lang="de" title="x {y}">' in html or 'title="x {y}"' in html
    assert '<em class="k">' in html and '<p class="note">Zeile</p>' in html


# ---- headings
@pytest.mark.parametrize("text", ["#8436 ist behoben", "#include", "Zeile\n#metoo auch", "####### sieben", "- #a"])
def test_a_heading_needs_a_space(text: str) -> None:
    html, faults = read(text)
    assert "<h" not in html and faults == []
    assert "#" in plain_text(html)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("### End ###  ", '<h3 id="end">End</h3>'),
        ("## C#", '<h2 id="c">C#</h2>'),
        ("## a #b#", '<h2 id="a-b">a #b#</h2>'),
        ("a\n## b\nc", '<p>a</p>\n<h2 id="b">b</h2>\n<p>c</p>'),
        ("## a \\#", '<h2 id="a">a #</h2>'),
    ],
)
def test_signs_at_the_end_of_a_heading_are_none_of_its_words_behind_a_space(text: str, wanted: str) -> None:
    assert read(text) == (wanted, [])


# ---- tables
TABLE = "| a | b |\n|---|--:|\n| 1 | 2 |"


@pytest.mark.parametrize(
    ("text", "above"),
    [
        (f"Ein Satz:\n{TABLE}", "<p>Ein Satz:</p>"),
        (f"Ein *Satz*\nund noch einer:\n{TABLE}", "<p>Ein <em>Satz</em>\nund noch einer:</p>"),
        ("- x\n" + "\n".join(f"  {line}" for line in TABLE.split("\n")), "<li>x<div"),
        ("> x\n" + "\n".join(f"> {line}" for line in TABLE.split("\n")), "<blockquote>\n<p>x</p>"),
        ("a | b\nc | d\n--|--\n1 | 2", "<p>a | b</p>"),
    ],
)
def test_a_table_may_stand_right_under_a_sentence(text: str, above: str) -> None:
    html, faults = read(text)
    assert faults == [] and html.startswith(above if above[:2] == "<p" else ("<ul>", "<blockquote>")) and above in html
    assert html.count("<table>") == 1 and html.count("<td") == 2


@pytest.mark.parametrize("text", ["a\nb | c\nd | e", "a\nb\n---", "a | b\nc"])
def test_bars_without_a_line_of_dashes_are_text(text: str) -> None:
    assert "<table" not in read(text)[0]


# ---- the whole class
lines = st.lists(st.sampled_from(LINES), max_size=12)


@given(st.lists(st.tuples(st.sampled_from(BLOCKS), lines), max_size=8))
@settings(deadline=None, max_examples=150)
def test_every_word_is_seen(blocks: list[tuple[str, list[str]]]) -> None:
    text = lettered(blocks)
    assert lost(text, read(text)[0]) == []


def test_every_word_of_the_sample_archive_is_seen() -> None:
    """Front matter, addresses, tags, comments, labels and attribute lists apart."""
    not_shown = re.compile(
        r"\A---\n.*?\n---\n|<!--.*?-->|</?[a-z][^>]*>|\]\([^)\s]*|^\[[^\]^]+\]:.*$|^\*\[[^\]]+\]:.*$|\[\^[^\]]+\]:?"
        r"|\[\[[^\]|]*\]?|^ *(?:```|~~~).*$|^ *\d+[.)]|\{[^}\n]*\}",
        re.DOTALL | re.MULTILINE,
    )
    for path in sorted(Path("content").rglob("*.md")):
        text = path.read_text("utf-8").replace("\r\n", "\n")
        body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
        html, _ = read(body)
        missing = set(re.findall(r"[^\W_]{4,}", not_shown.sub(" ", body))) - set(re.findall(r"[^\W_]{4,}", seen(html)))
        assert not missing, path


# ---- what is told, and where
@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('<p id="a">x</p>\n\n<p id="a">y</p>', [(3, 4)]),
        ('## a\n\n<b id="a">y</b>', [(3, 4)]),
        ("<b id=\"a\">x</b> <i id='a'>y</i>\n\n<b id=a>z</b>", [(1, 20), (3, 4)]),
        ('x\n{#a}\n\n<b id="a">y</b>', [(4, 4)]),
        ('<h2 id="a">x</h2>\n\n<h2 id="a">y</h2>', []),  # headings are numbered
        ('`<b id="a">` <b id="a">x</b>', []),
        ("a[^1] b[^1]\n\n[^1]: c", []),
    ],
)
def test_an_id_that_comes_twice_in_raw_html_is_told(text: str, faults: list[tuple[int, int]]) -> None:
    assert read(text)[1] == [("definition-duplicate", *place) for place in faults]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a[^1]\n\n[^1]: b\n\n    [^2]: c", (5, 5)),
        ("a[^1]\n\n[^1]: b\n\n    [^2]: c\n\n        [^3]: d[^2]", (7, 9)),
        ("a[^1]\n\n[^1]: b\n    [^2]: c", (4, 5)),
        ("> a\n>\n> [^2]: c", (3, 3)),
        ("a[^1]\n\n[^1]: b\n\n    > [^2]: c", (5, 7)),
    ],
)
def test_a_note_within_a_note_that_nothing_calls_is_told_where_it_stands(text: str, place: tuple[int, int]) -> None:
    assert ("footnote-uncalled", *place) in read(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "$x_{{a}}$",
        "$${{a}}$$",
        "\\\\({{a}}\\\\)",
        "\\({{a}}\\)",
        "\\[{{a}}\\]",
        "\\frac{{a}}{{b}}",
        "x^{{n}} und x_{{n}}",
        "$\\mathbf{{x}}$",
    ],
)
def test_double_braces_of_mathematics_are_no_other_system(text: str) -> None:
    assert read(text)[1] == []


@pytest.mark.parametrize("text", ["5 $ {{ x }} 6 $", "$5 und {{ x }} für $6", "Preis {{ x }}", "a{{ x }}"])
def test_double_braces_beside_sums_are_told(text: str) -> None:
    assert [id for id, *_ in read(text)[1]] == ["template-syntax"]


@pytest.mark.parametrize(
    "text",
    [
        '[a](https://a.org "<!-- b") c',
        "![a](x.jpg '<!-- b') c",
        '<img src="x.jpg" alt="<!-- b"> c',
        "a <!--> b <!---> c",
        "a <!-- b --!> c",
        '[a](<https://a.org> "<!--") c',
    ],
)
def test_what_only_looks_like_a_comment_takes_nothing(text: str) -> None:
    html, faults = read(text)
    assert "c" in plain_text(html) and faults == []


def test_a_comment_behind_a_title_is_one() -> None:
    assert read('[a](https://a.org "b") <!-- c')[1] == [("comment-unclosed", 1, 24)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[a](https://a.org "b', '[a](<a href="https://a.org">https://a.org</a> "b'),
        ('[a](https://a.org"[b](https://b.org', '[a](https://a.org"[b](https://b.org'),
        ("[a](https://a.org https://b.org)", '[a](<a href="https://a.org">https://a.org</a> <a href="https://b.org">'),
        ("[a](b c d", "[a](b c d"),
        ("[a](my file.pdf)", '<a href="newsgen:0">a</a>'),
        ('[a](x.pdf "t "q" u")', '<a href="newsgen:0" title="t &quot;q&quot; u">a</a>'),
        ("[a](https://a.org/x_(y)_(z(k)))", '<a href="https://a.org/x_(y)_(z(k))">a</a>'),
    ],
)
def test_an_address_that_nothing_closes_takes_no_words(text: str, wanted: str) -> None:
    assert read(text)[0].startswith(f"<p>{wanted}")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("www.x.org,", '<a href="http://www.x.org">www.x.org</a>,'),
        ("(www.x.org/a_b?c=d)", '(<a href="http://www.x.org/a_b?c=d">www.x.org/a_b?c=d</a>)'),
        ("*www.x.org*", '<em><a href="http://www.x.org">www.x.org</a></em>'),
        ("a.b+c@x.org.", '<a href="mailto:a.b+c@x.org">a.b+c@x.org</a>.'),
        ("www. wwwx.org www.x a@b @c@d.org", "www. wwwx.org www.x a@b @c@d.org"),
        ("`www.x.org` `a@x.org`", "<code>www.x.org</code> <code>a@x.org</code>"),
        ("[www.x.org](https://a.org)", '<a href="https://a.org">www.x.org</a>'),
        ('<a href="https://a.org">www.x.org a@x.org</a>', '<a href="https://a.org">www.x.org a@x.org</a>'),
        ("www.x.org/a@b", '<a href="http://www.x.org/a@b">www.x.org/a@b</a>'),
    ],
)
def test_an_address_without_a_scheme_is_a_link_as_on_a_forge(text: str, wanted: str) -> None:
    assert read(text) == (f"<p>{wanted}</p>", [])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("## a\n{: .b}", '<h2 class="b" id="a">a</h2>'),
        ("## a {.b}\n{: .c #d}\ne", '<h2 class="b c" id="d">a</h2>\n<p>e</p>'),
        ("a\n---\n{.b}", '<h2 class="b" id="a">a</h2>'),
        ("| a |\n|---|\n| b |\n{: .c #d}", '<table class="c" id="d">'),
        ("| a |\n|---|\n| b |\n{: .c}\n\nTable: d", '<table class="c">\n<caption>d</caption>'),
        ("## a\n{1, 2}", '<h2 id="a">a</h2>\n<p>{1, 2}</p>'),
    ],
)
def test_an_attribute_list_may_stand_below_a_heading_or_a_table(text: str, wanted: str) -> None:
    assert wanted in read(text)[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "![*a* `b`][x]",
            'alt="a b" src="newsgen:0"><figcaption><span class="caption">C <em>i</em> <code>c</code> *e <',
        ),
        ("![x]", 'alt="x" src="newsgen:0"><figcaption><span class="caption">C <em>i</em>'),
        ("a ![x]", 'alt="x" src="newsgen:0" title="C i c *e [[y]] w ©R"'),
        ("![x] [y]", '<img alt="x"'),
        ("![[[y]] [[z|w]]](x.jpg)", 'alt="[[y]] w"'),
        ('[t](https://a.org "u [[y]]")', 'title="u [[y]]"'),
    ],
)
def test_pictures_by_reference_and_titles_are_read_as_others_are(text: str, wanted: str) -> None:
    assert wanted in read(f'{text}\n\n[x]: x.jpg "C *i* `c` \\*e [[y]] [[z|w]] ©R"')[0]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("x [a](https://a.org][b) y", [3]),
        ("[a](https://a.org|b) [b](<https://a b.org/>) [c](https://a%20b.org/)", [1, 22, 46]),
        ("<https://a.org b>", [2]),
        ('<a href="https://a[b/">x</a>', [1]),
        ("[d](https://[::1]/x) [e](https://a.org/x|y?a^b) [f](https://u:p%40w@a.org/) [g](https://münchen.de/)", []),
    ],
)
def test_an_address_with_a_host_that_nobody_can_have_is_told(text: str, columns: list[int]) -> None:
    html, faults = read(text)
    assert [column for id, _, column in faults if id == "html-dropped"] == columns
    assert html.count("<a ") == (0 if columns else 4)
