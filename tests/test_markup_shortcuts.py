"""The shortcuts of `markup` change nothing: body, references, ids and faults are what Python-Markdown alone makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown.blockprocessors import CodeBlockProcessor, EmptyBlockProcessor

from newsgen.nouns.diagnostics import Diagnostic
from newsgen.nouns.model import Body
from newsgen.parsing import article as article_parsing
from newsgen.parsing import file_parts
from newsgen.parsing.markup import bodies, convert, guards, plain_text, prepass, standfirst, standfirsts, typeset
from newsgen.parsing.markup.characters import clean_text
from newsgen.parsing.markup.typography import rules_of, typeset_by_edits
from support.constructs import TEXTS, UNITS, repeated
from support.strategies import markdown_bodies, markdown_texts

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[1]
languages = st.sampled_from(("fr", "en", "de"))
many = settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])


def both(text: str, lang: str, trusted: bool = False) -> list[tuple[Body, tuple[Diagnostic, ...]]]:
    return [
        convert(
            text,
            path="content/x.md",
            first_line=5,
            lang=lang,
            folder="2023/04",
            trusted_html=trusted,
            shortcuts=shortcuts,
        )
        for shortcuts in (True, False)
    ]


@given(markdown_bodies, languages, st.booleans())
@many
def test_body_of_blocks_is_the_same_without_shortcuts(text: str, lang: str, trusted: bool) -> None:
    quick, slow = both(text, lang, trusted)
    assert quick == slow


@given(markdown_texts, languages, st.booleans())
@many
def test_any_body_is_the_same_without_shortcuts(text: str, lang: str, trusted: bool) -> None:
    quick, slow = both(text, lang, trusted)
    assert quick == slow


def test_bodies_of_this_repository_are_the_same_without_shortcuts() -> None:
    paths = [path for folder in ("content", "tests", "docs") for path in (ROOT / folder).rglob("*.md")]
    count = 0
    for path in paths:
        if path.is_file() and len(data := path.read_bytes()) < 100_000:
            text = file_parts.split(data, path.name).body
            for lang in ("fr", "en"):
                quick, slow = both(text, lang)
                assert quick == slow, path
            count += 1
    assert count > 300


_NESTED = "- [a *b*](c) *d [e](f)*\n\n  *g*\n\n    - [[h]] [^1]\n" * 9 + "\n[^1]: [[i]] [^2] *j*\n\n[^2]: k[^3]\n"


def test_a_great_many_elements_are_searched_part_by_part_as_a_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text(150) for text in (*TEXTS.values(), *(repeated(f"{unit}\n\n") for unit in UNITS.values()))]
    whole = [both(text, "fr") for text in (*texts, _NESTED)]
    monkeypatch.setattr(guards, "_PART", 2)
    for text, expected in zip((*texts, _NESTED), whole, strict=True):
        assert both(text, "fr") == expected, text


_CODE = (
    "    a|        b|    |    \u00a0|||c|- d|    - e|> f|[^1]: g|h[^1]|```|    # i|    <b>j|    : k|\t l|    m  |||||"
)
_code = st.lists(st.sampled_from(_CODE.split("|")), max_size=25).map("\n".join)


@given(_code)
@many
@example("    : k\n\n\n    \u00a0\n\n    # i\n")
def test_code_that_blank_lines_part_is_the_same_block_after_block(text: str) -> None:
    whole = both(text, "fr")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guards.IndentedCodeProcessor, "run", CodeBlockProcessor.run)
        patch.setattr(guards.BlankProcessor, "run", EmptyBlockProcessor.run)
        assert both(text, "fr") == whole


@pytest.mark.parametrize(
    "text",
    [
        "Un paragraphe.\n\nUn autre, « cité » ; l'été.\n",
        "Un **mot** en *gras*, et [un lien](https://x.org/a_b) vers un autre site.",
        "## Titre\n\nUn mot.\n\n> Une citation.\n\n- a\n- b\n\n[[2023/04/x]]",
    ],
)
def test_plain_body_needs_no_markdown(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = both(text, "fr")[1]
    monkeypatch.setattr(bodies, "BodyMarkdown", None)
    monkeypatch.setattr(bodies._kept, "bodies", {})
    assert both_quick(text) == expected


def both_quick(text: str) -> tuple[Body, tuple[Diagnostic, ...]]:
    return convert(text, path="content/x.md", first_line=5, lang="fr", folder="2023/04", trusted_html=False)


_words = st.one_of(
    st.text(alphabet="ab é1.,;:?!%’'()-«»“”€\" \u00a0\n", max_size=25),
    st.lists(
        st.sampled_from(
            ("mot", " ", "l'", '"', ' "', '" ', "« ", " »", "«", "»", " ;", " :", "5", "--", "'tis", "**a**", " *b*,",
             "\u2028")
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip


@given(_words, st.sampled_from(("fr", "en")))
@settings(deadline=None, max_examples=1000)
def test_typography_by_strings_is_that_by_edits(text: str, lang: str) -> None:
    rules = rules_of(lang)
    assert rules is not None
    assert typeset(text, lang=lang) == typeset_by_edits(text, rules)


@given(_words.map(lambda text: clean_text(text).strip()).filter(bool), languages)
@settings(deadline=None, max_examples=600)
def test_lead_past_markdown_is_what_markdown_makes_of_it(text: str, lang: str) -> None:
    if prepass.is_plain(text) or prepass.with_marks(text, lang=lang):
        html = standfirst(text, lang=lang).html
        assert html == standfirsts.through_markdown(standfirsts._BLANK_LINES.sub("\n", text), lang=lang).html
        assert article_parsing._words(html) == re.sub(r"[ \t\n\r\f]+", " ", plain_text(html)).strip(" ")


@pytest.mark.parametrize("shortcuts", [True, False])
def test_empty_body_takes_no_fault_of_the_body_before_it(shortcuts: bool) -> None:
    how = {"path": "x.md", "first_line": 1, "lang": "fr", "folder": "", "trusted_html": False, "shortcuts": shortcuts}
    assert convert("Un <!-- mot", **how)[1]
    assert convert("", **how) == (Body(), ())
