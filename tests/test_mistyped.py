"""What an editor meant as mark-up is told at its place where readers see it as typed, or where it holds nothing."""

from __future__ import annotations

import pytest

from newsgen.nouns.diagnostics import Diagnostic
from newsgen.parsing.markup import convert

pytestmark = pytest.mark.pure

NO_BREAK, NARROW, WIDE = "\u00a0", "\u202f", "\u3000"


def read(text: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The HTML and what is told, the same with and without shortcuts."""
    quick, plain = (
        convert(text, path="a.md", first_line=1, lang="en", folder="2023", trusted_html=False, shortcuts=shortcuts)
        for shortcuts in (True, False)
    )
    assert quick == plain
    return quick[0].html, quick[1]


def told(text: str) -> list[tuple[str, int, int]]:
    return [(d.key, d.location.line, d.location.column) for d in read(text)[1]]


# ---- words of attribute lists and of fences
@pytest.mark.parametrize(
    ("text", "shown", "column"),
    [
        ("## Title {#my id}", "{#my id}", 10),
        ("A title {.note}", "{.note}", 9),
        ("*x*{.a b}", "{.a b}", 4),
        ("## Title {: .a b}", "{: .a b}", 10),
        ("{:toc}", "{:toc}", 1),
        ("`{.a b}` and {.a b}", "{.a b}", 14),
    ],
)
def test_braces_that_almost_hold_attributes_are_shown_and_told(text: str, shown: str, column: int) -> None:
    assert told(text) == [("markup-shown/attributes", 1, column)]
    assert shown in read(text)[0]


@pytest.mark.parametrize("name", ["title", "id", "class", "lang", "href", "start", "width"])
def test_a_name_that_means_nothing_without_a_value_makes_no_attribute_list(name: str) -> None:
    assert read(f"*x*{{{name}}}") == (f"<p><em>x</em>{{{name}}}</p>", ())
    assert f"Title {{{name}}}</h2>" in read(f"## Title {{{name}}}")[0]
    assert f"Title {{{name}= .b}}</h2>" in read(f"## Title {{{name}= .b}}")[0]


@pytest.mark.parametrize(
    "text",
    ["a\n{.note}", "*x*{.a}", "## T {#a}", "![x](a.jpg){alt}", "{.5}", "{1, 2}", "\\{.a b}", "`{.a b}`", "$x_{.a}$"],
)
def test_braces_of_attributes_or_of_other_things_are_silent(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("```js alert(1)\na\n```", 1, 7),
        ('~~~ python title="x"\na\n~~~', 1, 12),
        ('Un.\n\n``` {.python hl="1"}\na\n```', 3, 14),
        ("```{.python} x\na\n```", 1, 14),
        ("- a\n\n  ```python {1,3}\n  a\n  ```", 3, 13),
        ("```a\nb\n```\n\n```a c\nb\n```", 5, 6),
        (f"```a{NO_BREAK}b\nc\n```", 1, 6),
    ],
)
def test_words_behind_the_language_of_code_are_told(text: str, line: int, column: int) -> None:
    assert told(text) == [("code-words", line, column)]
    assert read(text)[1][0].drops_words


@pytest.mark.parametrize("info", ["", "python", " python ", "{.python}", "{.python .wide #code}", "{: .python}"])
def test_a_language_alone_is_silent(info: str) -> None:
    assert told(f"```{info}\na\n```") == []


# ---- HTML that indentation makes code
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<div>\n\n    <p>Text</p>\n\n</div>", 3, 5),
        ("    <b>a</b>", 1, 5),
        ("\t</div>", 1, 2),
        (" \t<p>a", 1, 3),
        ("> a\n>\n>     <br>", 3, 7),
        ("- a\n\n        <img src='x.png'>", 3, 9),
        ('Un.\n\n    <a href="x.html">b</a>', 3, 5),
    ],
)
def test_html_that_its_indent_makes_code_is_told(text: str, line: int, column: int) -> None:
    assert ("markup-shown/html", line, column) in told(text)


def test_many_lines_of_such_html_are_told_once_with_their_number() -> None:
    (fault,) = read("    <ul>\n    <li>a</li>\n    </ul>\n\nb\n\n    <p>c</p>")[1]
    assert (fault.key, fault.location.column, dict(fault.parameters)["count"]) == ("markup-shown/htmls", 5, 4)


@pytest.mark.parametrize(
    "text",
    [
        "```\n    <p>a</p>\n```",
        "a\n    <b>c</b>",
        "    #include <stdio.h>",
        "    <stdio.h>",
        "<pre>\n\n    <b>a</b>\n</pre>",
        "- a\n\n    <b>x</b>",
        "    if x < y:",
        "<div>\n    <p>a</p>\n</div>",
    ],
)
def test_code_and_html_that_is_html_are_silent(text: str) -> None:
    assert told(text) == []


# ---- mark-up of other systems
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[caption id="x"]a[/caption]', 1, 1),
        ('Un [caption id="x"][![a](/b.jpg)](https://x.org) Text[/caption]', 1, 4),
        ('[gallery ids="1,2"]', 1, 1),
        ("[gallery ids=’1,2’]".replace("’", "”"), 1, 1),
        ("[gallery ids=1,2]", 1, 1),
        ("[youtube https://x.org/a]", 1, 1),
        ("[youtube=https://x.org/a]", 1, 1),
        ("[audio src=a.mp3]", 1, 1),
        ('[su_button size=big url="x"]', 1, 1),
        ("[b]Un[/b]", 1, 1),
        ("![[note]]", 1, 1),
        ("Un.\n\n:::note\na\n:::", 3, 1),
        ("::: warning", 1, 1),
        ("[toc]\n\nUn.", 1, 1),
        ("> [!NOTE]\n> a", 1, 3),
        (">[!tip] a", 1, 2),
        ("!!! note\n    a", 1, 1),
        ('??? note "x"\n\n    a', 1, 1),
        ("Un ==mot== ici", 1, 4),
        ("== Titre ==", 1, 1),
        ("<%= x %>", 1, 1),
        ("Un %%mot%% ici", 1, 4),
        ("%%\na\n%%", 1, 1),
        ("Un mot^[Une note.] ici", 1, 7),
        ("Un {++mot++} ici", 1, 4),
        ("Un {>>mot<<} ici", 1, 4),
    ],
)
def test_mark_up_of_another_system_is_told(text: str, line: int, column: int) -> None:
    assert told(text) == [("template-syntax", line, column)]


def test_many_of_them_are_told_once_with_their_number_each_counted_once() -> None:
    (fault,) = read("Un.\n\n[caption id='x']a[/caption] {% a %}\n\n{==b==}")[1]
    assert (fault.key, fault.location.line, dict(fault.parameters)["count"]) == ("template-syntax/many", 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "« Un mot [sic] »",
        "[gallery]",
        "[caption]",
        "[/caption]",
        "[a = “b”]",
        '[le mot "oui"]',
        "[x=1]",
        "[voir https://x.org/]",
        '[x="y"](https://x.org/)',
        '[x="y"][z]\n\n[z]: https://x.org/',
        "[a](https://x.org/?b=c)",
        "![[x]]\n\n[x]: https://x.org/",
        "`[gallery ids='1']`",
        "\\[gallery ids='1']",
        "Super!!! Et après ??? Rien",
        "100 % et 100 %",
        "a == b == c",
        "x^[2]",
        "Une : une::deux",
        "Titre\n\n## A\n===",
        "a [b] c [/d]",
    ],
)
def test_brackets_and_signs_of_prose_are_silent(text: str) -> None:
    assert [key for key, *_ in told(text) if key.startswith("template")] == []


# ---- what holds nothing
@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("[](https://x.org/a)", "markup-empty/link", 1, 1),
        ("[b](https://x.org/) [](https://x.org/)", "markup-empty/link", 1, 21),
        ("- [ ](https://x.org/)", "markup-empty/link", 1, 3),
        ("[](/carte.pdf)", "markup-empty/link", 1, 1),
        ('Un <a href="https://x.org/"></a>', "markup-empty/link", 1, 4),
        ("[x]()", "markup-empty/address", 1, 1),
        ("Un [x](<>)", "markup-empty/address", 1, 4),
        ("[]()", "markup-empty/address", 1, 1),
        ("[x]\n\n[x]: <>", "markup-empty/address", 3, 1),
        ('<a href="">x</a>', "markup-empty/address", 1, 1),
        ("[x](https://)", "markup-empty/address", 1, 1),
        ("[x](http:)", "markup-empty/address", 1, 1),
        ("Un [x](mailto:)", "markup-empty/address", 1, 4),
        ("[x](//)", "markup-empty/address", 1, 1),
        ("[x](?)", "markup-empty/address", 1, 1),
        ("[x](#)", "markup-empty/top", 1, 1),
        ("<a href='#'>x</a>", "markup-empty/top", 1, 1),
        ("[x](#top) et [x](#)", "markup-empty/top", 1, 14),
        ("![A]()", "picture-missing/address", 1, 1),
        ("Un ![A](#) mot", "picture-missing/address", 1, 4),
        ('[x](https://x.org/) ![A](<> "Légende")', "picture-missing/address", 1, 21),
        ('Un <img alt="x">', "picture-missing/address", 1, 4),
        ("##", "markup-empty/heading", 1, 1),
        ("## a\n\n### \n\n## b", "markup-empty/heading", 3, 1),
        ("> ## ##", "markup-empty/heading", 1, 3),
        ("<h2>a</h2>\n\n<h3> </h3>", "markup-empty/heading", 3, 1),
        ("** **", "markup-empty/emphasis", 1, 1),
        ("Un.\n\n__  __", "markup-empty/emphasis", 3, 1),
        ("- a\n- ", "markup-empty/item", 2, 1),
        ("1. a\n2.\n3. b", "markup-empty/item", 2, 1),
        ("> - a\n> -", "markup-empty/item", 2, 3),
        ("a[^1]\n\n[^1]:", "markup-empty/note", 3, 1),
    ],
)
def test_what_holds_nothing_is_told_at_its_place(text: str, key: str, line: int, column: int) -> None:
    assert told(text) == [(key, line, column)]


def test_each_of_several_empty_ones_is_told_at_its_own_place() -> None:
    text = "##\n\n[a]() [](/b/) [](/b/)\n\n##\n\n![a]() [](/b/)"
    assert sorted(told(text)) == [
        ("markup-empty/address", 3, 1),
        ("markup-empty/heading", 1, 1),
        ("markup-empty/heading", 5, 1),
        ("markup-empty/link", 3, 7),
        ("markup-empty/link", 3, 15),
        ("markup-empty/link", 7, 8),
        ("picture-missing/address", 7, 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[](a.fr.md)",
        "[](../a.md#b)",
        "[[2023/a]]",
        "[x](#top)",
        '<a id="x"></a>',
        '<a href="https://x.org/" aria-label="X"></a>',
        "[![x](a.jpg)](https://x.org/)",
        "## ![x](a.jpg)",
        "## `a`",
        "`##` et `[]()`",
        "```\n##\n```",
        "***",
        "* * *",
        '<img alt="x" src="a.jpg">',
        "a[^1]\n\n[^1]: b",
        "-\n  a",
        "- a\n- [ ] b",
        "[x](//x.org/)",
        "[x](https://x.org/?u=https://y.org/)",
    ],
)
def test_what_holds_something_is_silent(text: str) -> None:
    assert told(text) == []


def test_a_picture_that_is_kept_off_for_its_address_is_told_once() -> None:
    assert told('<img src="javascript:x" alt="x">') == [("html-dropped/address", 1, 1)]


# ---- links, headings and lists that are almost some
@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("Un [mot] (https://x.org/)", "markup-shown/link", 1, 4),
        ("Un (mot)[https://x.org/]", "markup-shown/link", 1, 4),
        ("Un.\n\n[mot](https://x.org/a", "markup-shown/link", 3, 1),
        ("![mot] (a.jpg)", "markup-shown/link", 1, 1),
        ("Un.\n\n##Titre", "markup-shown/heading", 3, 1),
        ("> ###Titre", "markup-shown/heading", 1, 3),
        ("Un\n##Titre", "markup-shown/heading", 2, 1),
        ("Trois :\n• un\n• deux", "markup-shown/bullet", 2, 1),
        ("▪ un\n▪ deux", "markup-shown/bullet", 2, 1),
        ("[x](http://http://x.org/)", "link-broken/slashes", 1, 1),
        ("[x](https://https//x.org/)", "link-broken/slashes", 1, 1),
    ],
)
def test_what_is_almost_a_link_a_heading_or_a_list_is_told(text: str, key: str, line: int, column: int) -> None:
    assert told(text) == [(key, line, column)]


def test_the_hint_for_an_address_with_two_schemes_is_the_inner_one() -> None:
    (fault,) = read("[x](http://https://x.org/a)")[1]
    assert "`https://x.org/a`" in fault.hint


@pytest.mark.parametrize(
    "text",
    [
        "[sic] (voir)",
        "f(x)[1]",
        "(mot)[1]",
        "[a](https://x.org/a_(b))",
        '[x](https://x.org/\n"b")',
        "`[a] (https://x.org/)`",
        "#metoo et #8436",
        "C## et ##x",
        "\\##a",
        "`##a`\n\n## b",
        "• a\n\n• b",
        "un • deux",
    ],
)
def test_what_only_looks_like_that_is_silent(text: str) -> None:
    assert told(text) == []


# ---- emphasis with a space
@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Un ** mot ** ici", 4),
        ("Un **mot ** ici", 4),
        ("Un ** mot** ici", 4),
        ("**a** et **b **", 10),
        ("**a <b** c", 0),
        ("**voir [a](https://x.org/) **", 1),
        ("__ mot __", 1),
        ("~~ mot ~~", 1),
        ("Un ** ** mot", 4),
        (f"**{NO_BREAK}mot**", 1),
        (f"**mot{NARROW}**", 1),
        ("**R&D **", 1),
    ],
)
def test_emphasis_with_a_space_on_its_inner_side_is_told(text: str, column: int) -> None:
    assert told(text) == ([("markup-shown/emphasis", 1, column)] if column else [])


@pytest.mark.parametrize(
    "text",
    [
        "**a.** **« b »**",
        "\\*\\* a \\*\\*",
        "`** a **` et **b**",
        "    ** a **",
        "2 ** 3 ** 4",
        "Prix** et marge**",
        "** hors taxes",
        "f**k et s***",
        "a * b * c",
        "~5 % et ~10 %",
    ],
)
def test_other_stars_are_silent(text: str) -> None:
    assert told(text) == []


# ---- spaces that are none to Markdown
@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"-{NO_BREAK}a", 1, 2),
        (f"-{NARROW}a", 1, 2),
        (f"-{WIDE}a", 1, 2),
        (f"*{NO_BREAK}a", 1, 2),
        (f"##{NO_BREAK}a", 1, 3),
        (f"- a\n-{NO_BREAK}b", 2, 2),
        (f"1. a\n2.{NO_BREAK}b", 2, 3),
        (f"> -{NO_BREAK}a", 1, 4),
        (f"> {NO_BREAK}- a", 1, 3),
        (f"{NO_BREAK}## a", 1, 1),
        (f"{NO_BREAK} {NO_BREAK}- a", 1, 1),
        (f"- [{NO_BREAK}] a", 1, 4),
        (f"- [x]{NO_BREAK}a", 1, 6),
        (f"a\n:{NO_BREAK}b", 2, 2),
        (f"| a | b |\n|{NO_BREAK}-|-|", 2, 2),
        (f"---{NO_BREAK}", 1, 4),
        (f"a\n==={NO_BREAK}", 2, 4),
        (f"[x]:{NO_BREAK}https://x.org/", 1, 5),
        (f"[x]({NO_BREAK}https://x.org/)", 1, 5),
        (f'[a](https://x.org/{NO_BREAK}"b")', 1, 19),
    ],
)
def test_a_space_that_keeps_a_sign_from_its_work_is_told_at_its_place(text: str, line: int, column: int) -> None:
    assert told(text) == [("markup-shown/space", line, column)]


def test_the_message_names_sign_and_space_and_many_are_counted() -> None:
    (fault,) = read(f"-{NARROW}a\n-{NARROW}b")[1]
    assert fault.key == "markup-shown/spaces" and "`-`" in fault.message
    assert "(U+202F, narrow no-break space)" in fault.message and " 2 " in fault.message
    (fault,) = read(f"1.{NO_BREAK}a\n2.{NO_BREAK}b")[1]
    assert "`1.`" in fault.message


@pytest.mark.parametrize("mark", ["```", "~~~~"])
def test_a_space_beside_the_signs_of_a_fence_is_named(mark: str) -> None:
    assert told(f"{mark}\na\n{mark}{NO_BREAK}") == [("code-unclosed/space", 1, 1)]
    assert told(f"{mark}\na\n{NO_BREAK}{mark}") == [("code-unclosed/space", 1, 1)]
    assert told(f"{mark}\na{NO_BREAK}") == [("code-unclosed", 1, 1)]
    assert told(f"{NO_BREAK}{mark}\na")[0] == ("markup-shown/space", 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        f"3.{NO_BREAK}Oktober",
        f"M.{NO_BREAK}Dupont",
        f">{NO_BREAK}a",
        f"|{NO_BREAK}a | b |\n|---|---|",
        f"Un :{NO_BREAK}deux",
        f"«{NO_BREAK}a{NO_BREAK}»",
        f"–{NO_BREAK}Oui",
        f"\\-{NO_BREAK}a",
        f"`-{NO_BREAK}a`",
        f"    -{NO_BREAK}a",
        f"-{NO_BREAK}5 °C",
        f"#{NO_BREAK}1 des ventes",
        f"[Photo]:{NO_BREAK}AFP",
        f"{WIDE}a",
        f"- {NO_BREAK}a",
    ],
)
def test_other_spaces_that_do_not_break_are_silent(text: str) -> None:
    assert told(text) == []
