"""No text is too deep, and none ends the conversion: what lies deeper than parsers recurse is shown as it was typed."""

from __future__ import annotations

import base64
import re
import sys
import unicodedata

import pytest

from newsgen.nouns.diagnostics import Diagnostic
from newsgen.nouns.model import Body
from newsgen.parsing.markup import convert, fill, standfirst
from newsgen.parsing.markup.definitions import finder

pytestmark = pytest.mark.pure


def converted(text: str, *, trusted: bool = False) -> tuple[Body, tuple[Diagnostic, ...]]:
    """The body; the same without shortcuts."""
    quick, slow = (
        convert(text, path="content/x.md", first_line=1, lang="de", folder="", trusted_html=trusted, shortcuts=each)
        for each in (True, False)
    )
    assert quick == slow
    fill(quick[0].html, quick[0].references, [])
    return quick


def html(text: str) -> str:
    return re.sub(r">\s+<", "><", converted(text)[0].html)


def lines(unit: str, step: str) -> str:
    """150 lines, each further in than the one above."""
    return "".join(f"{step * n}{unit.replace('0', str(n))}\n" for n in range(150))


# ---- definitions
def test_definitions_without_blank_lines_are_one_list_however_many() -> None:
    found = html("".join(f"terme {n}\n: définition {n}\n" for n in range(2_000)))
    assert found == "<dl>" + "".join(f"<dt>terme {n}</dt><dd>définition {n}</dd>" for n in range(2_000)) + "</dl>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n: b\n: c\nd\n: e", "<dl><dt>a</dt><dd>b</dd><dd>c</dd><dt>d</dt><dd>e</dd></dl>"),
        ("a\nb\n: c\nd\n: e", "<dl><dt>a</dt><dt>b</dt><dd>c</dd><dt>d</dt><dd>e</dd></dl>"),
        ("a\n: b\nweiter\nc\n: d", "<dl><dt>a</dt><dd>b\nweiter</dd><dt>c</dt><dd>d</dd></dl>"),
        ("a\n:   b\n    weiter\nc\nd\n: e", "<dl><dt>a</dt><dd>b\nweiter</dd><dt>c</dt><dt>d</dt><dd>e</dd></dl>"),
        ("a\n: b\n\nc\n: d\ne\n: f", "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd><dt>e</dt><dd>f</dd></dl>"),
        ("> a\n> : b\n> c\n> : d", "<blockquote><dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl></blockquote>"),
        ("- a\n  : b\n  c\n  : d", "<ul><li><dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl></li></ul>"),
        ("a\n: b\n    :x\nc\n: d", "<dl><dt>a</dt><dd>b\n  :x</dd><dt>c</dt><dd>d</dd></dl>"),
        ("a\n: b\n:x\nc\n: d", "<dl><dt>a</dt><dd>b\n:x</dd><dt>c</dt><dd>d</dd></dl>"),
        ("a\n\n: b\nc\n: d", "<dl><dt>a</dt><dd><p>b</p></dd><dt>c</dt><dd>d</dd></dl>"),
        (": b\nc\n: d", "<p>: b\nc\n: d</p>"),
    ],
)
def test_the_line_above_a_definition_is_its_term(text: str, expected: str) -> None:
    assert html(text) == expected


# ---- depth
_DEEP = {
    "lists": lines("- mot0", "  "),
    "loose lists": lines("- mot0\n", "  "),
    "numbered lists": lines("1. mot0", "   "),
    "lists in one line": "- " * 1_000 + "mot",
    "numbered lists in one line": "1. " * 1_000 + "mot",
    "quotations": lines("> mot0", "> "),
    "quotations in one line": "> " * 1_000 + "mot",
    "quotations without spaces": ">" * 1_000 + "mot",
    "lists of quotations": "- > " * 1_000 + "mot",
    "quotations that go back": "".join("> " * n + f"mot{n}\n\n" for n in range(150, 0, -1)),
    "definitions": lines("a\n: mot0\n", "    "),
    "definitions in one line": "a\n" + ": " * 1_000 + "mot",
    "definitions in items": "".join(f"{'  ' * n}- a\n{'  ' * n}  : mot{n}\n" for n in range(150)),
    "indented blocks of definitions": "a\n: b\n\n" + "".join(f"{'    ' * n}mot{n}\n\n" for n in range(1, 150)),
    "notes within notes": "a[^0]\n\n" + "".join(f"{'    ' * n}[^{n}]: mot{n}[^{n + 1}]\n\n" for n in range(200)),
    "notes within notes in one line": "a[^0]\n\n" + "".join(f"[^{n}]: " for n in range(150)) + "mot",
    "notes that call each other": "a[^0]\n\n" + "".join(f"[^{n}]: mot{n}[^{n + 1}]\n\n" for n in range(2_000)),
    "fences": "> " * 40 + "``` mot`",
    "brackets": "[" * 190 + "mot" + "]" * 190,
    "a great many brackets": "[" * 3_000 + "mot" + "]" * 3_000,
    "links": "[a " * 190 + "mot" + "](b)" * 190,
    "a great many links": "[a " * 2_000 + "mot" + "](b)" * 2_000,
    "pictures": "![a " * 190 + "mot" + "](b.jpg)" * 190,
    "cross-links": "[[a|" * 90 + "mot" + "]]" * 90,
    "links with emphasis": "*a [" * 190 + "mot" + "](b)*" * 190,
    "parentheses": "[mot](" + "(" * 2_000 + ")" * 2_000 + ")",
    "emphasis": "*a " * 2_000 + "mot" + " b*" * 2_000,
    "strong": "**a " * 2_000 + "mot" + " b**" * 2_000,
    "emphasis of both signs": "*a _b " * 1_000 + "mot" + " c_ d*" * 1_000,
    "emphasis in rows": "*" * 3_000 + "mot" + "*" * 3_000,
    "emphasis in an item": "- " + "*a " * 2_000 + "mot" + " b*" * 2_000,
    "emphasis in a heading": "## " + "*a " * 2_000 + "mot" + " b*" * 2_000,
    "emphasis in a cell": "a|b\n-|-\nc|" + "*a " * 2_000 + "mot" + " b*" * 2_000,
    "emphasis of a picture": "*a " * 2_000 + "![mot](b.jpg) mot" + " b*" * 2_000,
    "code in emphasis": "*a " * 2_000 + "`mot`" + " b*" * 2_000,
    "abbreviations in emphasis": "*a " * 2_000 + "mot" + " b*" * 2_000 + "\n\n*[mot]: c",
    "inline HTML": "<b>" * 3_000 + "mot" + "</b>" * 3_000,
    "blocks of HTML": "<div>\n" * 3_000 + "mot\n" + "</div>\n" * 3_000,
    "blocks of HTML that are not closed": "<div>" * 3_000 + "mot",
    "lists of HTML": "<ul><li>" * 2_000 + "mot" + "</li></ul>" * 2_000,
    "tables of HTML": "<table><tr><td>" * 1_000 + "mot" + "</td></tr></table>" * 1_000,
    "attribute lists": "mot\n" + "{: " * 2_000 + "}" * 2_000,
    "code": "`" * 3_000 + "mot" + "`" * 3_000,
    "French quotes": "« " * 3_000 + "mot" + " »" * 3_000,
}


@pytest.mark.parametrize("text", _DEEP.values(), ids=_DEEP)
def test_no_body_is_too_deep(text: str) -> None:
    for trusted in (False, True):
        found, _ = converted(text, trusted=trusted)
        words = re.findall(r"mot\d*", text)
        shown = found.html + "".join(reference.target for reference in found.references)
        assert set(words) <= set(re.findall(r"mot\d*", shown)), "words are lost"
    standfirst(text, lang="fr")


def test_depth_leaves_room_for_who_calls() -> None:
    """A build, `serve` and tests call from deep stacks of their own."""

    def deeper(n: int) -> None:
        if n:
            deeper(n - 1)
        else:
            for text in _DEEP.values():
                convert(text, path="content/x.md", first_line=1, lang="fr", folder="", trusted_html=False)

    deeper(sys.getrecursionlimit() // 5)


def test_elements_too_deep_lose_nothing_but_their_emphasis() -> None:
    inner = "![p](p.jpg) `c` [l](https://x.org/)"
    text = "".join(f"*a{n} " for n in range(300)) + inner + "".join(f" b{n}*" for n in range(300))
    found = converted(text)[0]
    assert found.text.split() == re.findall(r"[abcl]\d*", re.sub(r"!\[.*?\)|\(.*?\)", "", text))
    assert 'alt="p"' in found.html
    assert "<code>c</code>" in found.html and 'href="https://x.org/"' in found.html


# ---- notes within notes
@pytest.mark.parametrize(
    "text",
    [
        "a[^1]\n\n[^1]: [^2]: x",
        "a[^1] b[^2]\n\n[^1]: > [^2]: x",
        "a[^1]\n\n[^1]: y\n    - [^2]: x[^3]\n\n[^3]: z",
        "a[^1]\n\n[^1]: y[^2]\n\n    w\n\n    [^2]: x",
        "a[^1]\n\n[^1]: [^1]: x",
    ],
)
def test_a_note_defined_within_a_note_is_a_note(text: str) -> None:
    found = html(text)
    for word in set(re.findall(r"[w-z]", text)):
        assert re.search(rf"<li id=\"fn:\d\">(?:(?!</li>).)*{word}", found), found


# ---- numbers that Python does not read
_LONG = "9" * 5_000


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        f"a &#{_LONG}; b",
        f"a &#{_LONG} b",
        f"<b title='&#{_LONG};'>a b</b>",
        f"<div title='&#{_LONG};'>a b</div>",
        f"[a b](c&#{_LONG};.md)",
        f"[a b]\n\n[a b]: c&#{_LONG};",
        f"a `&#{_LONG};` b",
        f"a &#x{_LONG}; b",
        f'a ![c](d.jpg "&#{"0" * 5_000}65;") b',
        f"- a &#{_LONG}; b",
        f"a b[^1]\n\n[^1]: &#{_LONG};",
        f"## a &#{_LONG}; b",
        f"a|b\n-|-\n&#{_LONG};|c",
        f"<a href='&#{_LONG};'>a b</a>",
        f"[[a|b &#{_LONG};]]",
    ],
)
def test_a_character_reference_of_thousands_of_digits_is_text(text: str, trusted: bool) -> None:
    found, _ = converted(text, trusted=trusted)
    assert {"a", "b"} & set(re.findall(r"\w+", found.html))
    assert "\ufddb" not in found.html + found.text
    standfirst(text, lang="fr")


# ---- references, abbreviations
def test_brackets_without_a_name_define_nothing_and_are_shown() -> None:
    assert html("[]: mots") == "<p>[]: mots</p>"
    assert html("[ ]: mots de la fin") == "<p>[ ]: mots de la fin</p>"
    assert html("a\n[]: mots\n[b]: /u/\n\n[b]") == '<p>a\n[]: mots</p><p><a href="/u/">b</a></p>'
    assert html("- []: mots") == "<ul><li>[]: mots</li></ul>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]: /u/\nmots\n[b]: /v/\n\n[a], [b]", '<p>mots</p><p><a href="/u/">a</a>, <a href="/v/">b</a></p>'),
        ('[a]:\n  /u/\n  "T"\n[b]: /v/\n\n[a], [b]', '<p><a href="/u/" title="T">a</a>, <a href="/v/">b</a></p>'),
        ("[a]: /u/\n[b]:\n===\n\n[a]", '<h1 id="b">[b]:</h1><p><a href="/u/">a</a></p>'),
        ("x\n[a]: /u/\n\n[a]", '<p>x</p><p><a href="/u/">a</a></p>'),
        ("*[A]: x\nmots A\n*[B]: y\n\nB", '<p>mots <abbr title="x">A</abbr></p><p><abbr title="y">B</abbr></p>'),
    ],
)
def test_definitions_among_words_are_read_in_one_pass(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_great_many_abbreviations_are_found_as_a_few() -> None:
    few = ["ab", "abc", "a b", "a", "c++", "é", "a b c", "x-y"]
    text = "a b c abc ab xa ax a-b c++ x-y é éa a b"
    many = [*few, *(f"none{n}" for n in range(500))]
    assert list(finder(many)(text)) == list(finder(few)(text)) != []


def test_letters_of_a_long_line_are_kept() -> None:
    text = "*a _b " * 500 + "é" + " c_ d*" * 500
    letters = [c for c in converted(text)[0].text if unicodedata.category(c)[0] == "L"]
    assert letters == [c for c in text if unicodedata.category(c)[0] == "L"]


# ---- data in addresses
_DATA = base64.b64encode(bytes(range(256)) * 800).decode()
_LINES = "\n".join(_DATA[n : n + 76] for n in range(0, len(_DATA), 76))


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("long", [_DATA, _LINES], ids=["one line", "many lines"])
@pytest.mark.parametrize(
    "text",
    [
        "Un **mot**. ![x](data:image/png;base64,@) fin *a*.",
        "![x](data:image/png;base64,@)",
        "![](DATA:image/png,@)",
        '![x](data:image/png;base64,@ "c ©D")',
        "[b](data:image/png;base64,@)",
        "![x](<data:image/png;base64,@>)",
        '<img alt="x" src="data:image/png;base64,@">',
        '<div><img alt="x" src="data:image/png;base64,@"></div>',
        "![x][b]\n\n[b]: data:image/png;base64,@\n",
        "- ![x](data:image/png;base64,@)\n- b",
        "> ![x](data:a/b,@) c",
        "[![x](data:image/png;base64,@)](https://x.org/)",
        "a|b\n-|-\n![x](data:a/b,@)|c",
        "a[^1]\n\n[^1]: ![](data:a/b,@)",
    ],
)
def test_long_data_is_dropped_or_kept_as_short_data_is(text: str, long: str, trusted: bool) -> None:
    if long is _LINES and "|" in text:
        pytest.skip("a row of a table is one line")
    short = _DATA[:60]
    one, faults = converted(text.replace("@", short), trusted=trusted)
    other, same_faults = converted(text.replace("@", long), trusted=trusted)
    assert other.html.replace(long, short) == one.html
    assert other.text == one.text
    assert [d.location for d in same_faults] == [d.location for d in faults]
    assert trusted or short not in other.html
    assert all(len(d.message) < 200 for d in same_faults)


def test_data_in_code_is_shown_as_typed() -> None:
    for text in (f"`data:a/b,{_DATA}`", f"```\ndata:a/b,{_LINES}\n```", f"    data:a/b,{_DATA}"):
        assert text.strip("` \n") in converted(text)[0].html
