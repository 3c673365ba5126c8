"""Passages in another language than their text's are set as that language is; single quotes in French."""

from __future__ import annotations

import pytest

from newsgen.parsing.markup import convert, typeset

pytestmark = pytest.mark.pure


def html(text: str, lang: str = "fr") -> str:
    how = {"path": "x.md", "first_line": 1, "lang": lang, "folder": "", "trusted_html": False}
    body, faults = convert(text, **how)
    assert faults == ()
    assert body == convert(text, **how, shortcuts=False)[0]
    return body.html


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('*"yes"; no?*{lang=en} et "oui" ;', '<em lang="en">“yes”; no?</em> et «\xa0oui\xa0»\u202f;'),
        ('*"ja" ;*{lang=de} "oui"', '<em lang="de">"ja" ;</em> «\xa0oui\xa0»'),
        ('<span lang="en">"yes" ; it\'s</span> "oui" ;', '<span lang="en">“yes” ; it’s</span> «\xa0oui\xa0»\u202f;'),
        (
            '<span lang=en>"a" <span>"b"</span> "c"</span> "d"',
            '<span lang="en">“a” <span>“b”</span> “c”</span> «\xa0d\xa0»',
        ),
        ('<i lang="en">"a" <b lang="fr">"b"</b> "c"</i>', '<i lang="en">“a” <b lang="fr">«\xa0b\xa0»</b> “c”</i>'),
        (
            '"oui" [*"yes"*](/fr/){lang=en}',
            '«\xa0oui\xa0» <a href="/fr/" lang="en"><em>“yes”</em></a>',
        ),
        ('*"a*{lang=en} "b"', '<em lang="en">“a</em> «\xa0b\xa0»'),
        ('`"a"` *"b" ;*{lang=fr}', '<code>"a"</code> <em lang="fr">«\xa0b\xa0»\u202f;</em>'),
    ],
)
def test_a_passage_in_another_language_takes_its_rules(text: str, wanted: str) -> None:
    assert html(text) == f"<p>{wanted}</p>"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"yes" ;\n{lang=en}', '<p lang="en">“yes” ;</p>'),
        ('## "Yes" ; {lang=en}', '<h2 id="yes" lang="en">“Yes” ;</h2>'),
        ('<div lang="en">\n\n"yes" ;\n\n</div>\n\n"oui" ;', "<p>“yes” ;</p>\n</div>\n<p>«\xa0oui\xa0»\u202f;</p>"),
        (
            '<div lang="en">\n\n<div>\n\n"a"\n\n</div>\n\n"b"\n\n</div>\n\n"c"',
            "<p>“b”</p>\n</div>\n<p>«\xa0c\xa0»</p>",
        ),
    ],
)
def test_a_block_in_another_language_takes_its_rules(text: str, wanted: str) -> None:
    assert html(text).endswith(wanted)


def test_a_french_passage_in_a_text_without_rules_takes_its_own() -> None:
    assert html('"ja" ; *"oui" ;*{lang=fr}', "de") == '<p>"ja" ; <em lang="fr">«\xa0oui\xa0»\u202f;</em></p>'


def test_plain_text_of_a_passage_is_as_it_was_typed() -> None:
    text = '*"yes" it\'s*{lang=en} "oui" ;'
    body, _ = convert(text, path="x", first_line=1, lang="fr", folder="", trusted_html=False)
    assert body.text == '"yes" it\'s "oui" ;'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("'mot'", "‘mot’"),
        ("le 'mot', l'eau", "le ‘mot’, l’eau"),
        ("'un mot entier'.", "‘un mot entier’."),
        ("« le 'mot' »", "«\xa0le ‘mot’\xa0»"),
        ("d'abord l'été", "d’abord l’été"),
        ("les '90 et '80", "les ’90 et ’80"),
        ("('l'eau')", "(‘l’eau’)"),
        ("'sans fin", "’sans fin"),
        ("quelqu'un et 'deux mots'", "quelqu’un et ‘deux mots’"),
    ],
)
def test_single_quotes_round_french_words_are_a_pair(text: str, wanted: str) -> None:
    assert typeset(text, lang="fr") == wanted
    assert html(text) == f"<p>{wanted}</p>"
    assert typeset(wanted, lang="fr") == wanted
