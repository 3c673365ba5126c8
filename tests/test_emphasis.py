"""Emphasis, strong emphasis and strikethrough: the pairs that CommonMark makes, and no letter lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgen.parsing.markup import convert, plain_text, standfirst

pytestmark = pytest.mark.pure


def html(text: str, *, shortcuts: bool = True) -> str:
    body, faults = convert(
        text, path="content/x.md", first_line=1, lang="de", folder="", trusted_html=False, shortcuts=shortcuts
    )
    assert {fault.key for fault in faults} <= {"markup-shown/emphasis"}
    return body.html


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "**Schüler*innen**: neue Regeln, sagt der *Spiegel*.",
            "<strong>Schüler*innen</strong>: neue Regeln, sagt der <em>Spiegel</em>.",
        ),
        ("*Kolleg*innen* und **Freund*innen**", "<em>Kolleg</em>innen* und <strong>Freund*innen</strong>"),
        ("Die Leser*innen und die Autor*in", "Die Leser<em>innen und die Autor</em>in"),
        ("E=m*c**2*k", "E=m<em>c**2</em>k"),
        ("**a*b**c*", "<strong>a*b</strong>c*"),
        ("***x*y**z", "<strong><em>x</em>y</strong>z"),
        ("*foo**bar**baz*", "<em>foo<strong>bar</strong>baz</em>"),
        ("a * b * c ** d", "a * b * c ** d"),
        ("snake_case_name und __init__.py", "snake_case_name und <strong>init</strong>.py"),
        ("пристаням_стремятся_", "пристаням_стремятся_"),
        ("*a [b*c](https://x.org/)*", '<em>a <a href="https://x.org/">b*c</a></em>'),
        ("**`*`**, *a\\*b*", "<strong><code>*</code></strong>, <em>a*b</em>"),
        ("*a  \nb*", "<em>a<br>\nb</em>"),
        ("a *  \nb*", "a *<br>\nb*"),
        ("~~alt~~ neu, ~5 % bis ~10 %, a~~~b~~~", "<del>alt</del> neu, ~5 % bis ~10 %, a~~~b~~~"),
        ("~~**alt** *x*~~", "<del><strong>alt</strong> <em>x</em></del>"),
    ],
)
def test_signs_pair_as_commonmark_pairs_them(text: str, wanted: str) -> None:
    assert html(text) == html(text, shortcuts=False) == f"<p>{wanted}</p>"
    if "[" not in text:
        assert standfirst(text, lang="de").html == wanted


def test_one_text_twice_is_read_alike() -> None:
    text = "*a* b*"
    assert standfirst(text, lang="de").html == standfirst(text, lang="de").html == "<em>a</em> b*"


signs = st.lists(st.sampled_from(("*", "**", "_", "__", "~~", "a", "Bü", "3", " ", ".")), max_size=20)


@given(signs.map("".join).map("x{}y".format))
@settings(deadline=None)
def test_emphasis_takes_no_letter(text: str) -> None:
    shown = plain_text(html(text))
    assert re.findall(r"[^\W_]", shown) == re.findall(r"[^\W_]", text)
    assert html(text) == html(text, shortcuts=False)


@pytest.mark.parametrize("unit", ["*a ", "a**b* ", "_a", "*_", "**a*", "~~a ", "a*b_c~~"])
def test_a_great_many_signs_end_as_a_few_do(unit: str) -> None:
    assert plain_text(html("x" + unit * 2_500 + "y")).count("a") == (unit * 2_500).count("a")
