"""Words of the interface, dates and languages; the bundled tables agree with each other and with the templates."""

import os
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from babel import Locale, localedata
from hypothesis import given
from hypothesis import strategies as st

from newsgen.languages import cldr
from newsgen.languages import words as interface_words
from newsgen.nouns.diagnostics import Diagnostic, Severity
from support.harness import Site

TEMPLATES = Path(__file__).parent.parent / "templates"
TABLES = sorted((TEMPLATES / "i18n").glob("*.yaml"))
#: Words that the engine asks for, not a template (queries.py, render.py).
OF_THE_ENGINE = {"another-article", "at", "embed-page", "embed-video", "home", "in-language", "read-more"}
#: `word(page.kind ~ "s")`, `word(kind ~ "s")`
OF_TERM_KINDS = {"authors", "sources", "tags", "topics"}


def bundled() -> dict[str, list[tuple[str, bytes]]]:
    return {path.stem: [(f"templates/i18n/{path.name}", path.read_bytes())] for path in TABLES}


def load(**files: str | list[str]) -> tuple[dict[str, dict[str, str]], tuple[Diagnostic, ...]]:
    """The words of tables that are written here: `fr="a: x"`, or bundled and own table as a list."""
    return interface_words.load_words(
        {
            lang.replace("_", "-"): [
                (f"{n}/{lang}.yaml", text.encode())
                for n, text in enumerate([texts] if isinstance(texts, str) else texts)
            ]
            for lang, texts in files.items()
        }
    )


def in_templates() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES.glob("*.*"):
        found |= set(re.findall(r"""\bword\(["']([^"']+)["'][,)]""", path.read_text("utf-8")))
    return found


def test_single_letter_of_a_tag_goes_with_what_follows_it() -> None:
    """RFC 4647, 3.4: `fr-x` is no parent of `fr-x-oif`, nor `zh-a` of `zh-a-b-c`."""
    words, _ = load(en="a: e\n", fr="a: f\n", fr_x="a: wrong\n", fr_x_oif=[], zh_a="a: wrong\n", zh_a_b_c=[])
    assert (words["fr-x-oif"]["a"], words["zh-a-b-c"]["a"]) == ("f", "e")


# ---- the bundled tables
@pytest.mark.pure
def test_bundled_tables_load_without_a_message() -> None:
    words, diagnostics = interface_words.load_words(bundled())
    assert diagnostics == ()
    assert {"fr", "en"} <= words.keys()


@pytest.mark.pure
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_table_has_the_ids_of_the_english_one(path: Path) -> None:
    english = yaml.load((TEMPLATES / "i18n" / "en.yaml").read_bytes(), yaml.BaseLoader)
    assert yaml.load(path.read_bytes(), yaml.BaseLoader).keys() == english.keys()


@pytest.mark.pure
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_table_has_the_placeholders_of_the_english_one(path: Path) -> None:
    english = yaml.load((TEMPLATES / "i18n" / "en.yaml").read_bytes(), yaml.BaseLoader)
    table = yaml.load(path.read_bytes(), yaml.BaseLoader)
    for id_, words in english.items():
        assert re.findall(r"\{.*?\}", table[id_]) == re.findall(r"\{.*?\}", words), id_


@pytest.mark.pure
def test_every_word_that_a_template_uses_is_in_every_table_and_no_other_is() -> None:
    words, _ = interface_words.load_words(bundled())
    used = in_templates() | OF_THE_ENGINE | OF_TERM_KINDS
    for lang, table in words.items():
        assert table.keys() == used, lang


@pytest.mark.pure
def test_templates_hold_no_words_of_their_own() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        shown = set(re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>|&\w+;", " ", text)))
        assert shown <= {"Facebook", "WhatsApp", "Telegram", "Bluesky"}, path.name


@pytest.mark.pure
def test_french_has_no_plain_space_before_high_punctuation_and_no_typewriter_quote() -> None:
    words, _ = interface_words.load_words(bundled())
    for id_, text in words["fr"].items():
        assert not re.search(" [:;!?»]|« |['\"]", text), id_


# ---- merging
def test_own_table_overrides_id_by_id() -> None:
    words, diagnostics = load(fr=["a: un\nb: deux", "b: le second\nown-word: à nous"])
    assert words["fr"] == {"a": "un", "b": "le second", "own-word": "à nous"}
    assert diagnostics == ()


def test_missing_words_are_those_of_the_parent_tag_then_english() -> None:
    words, _ = load(en="a: one\nb: two\nc: three", fr="a: un\nb: deux", fr_CA="a: une", pt=[])
    assert words["fr-CA"] == {"a": "une", "b": "deux", "c": "three"}
    assert words["pt"] == {"a": "one", "b": "two", "c": "three"}


def test_parent_is_found_in_any_case_and_past_a_singleton() -> None:
    words, _ = interface_words.load_words({"zh-hant": [("t", b"a: x")], "ZH-Hant-u-nu-latn": []})
    assert words["ZH-Hant-u-nu-latn"] == {"a": "x"}


def test_values_are_texts_whatever_yaml_thinks_of_them() -> None:
    words, diagnostics = load(fr='a: no\nb: 010\nc: 2023-04-16\nd: ""\ne: "~"')
    assert words["fr"] == {"a": "no", "b": "010", "c": "2023-04-16", "d": "", "e": "~"}
    assert diagnostics == ()


def test_byte_order_mark_is_accepted() -> None:
    words, diagnostics = interface_words.load_words({"fr": [("fr.yaml", b"\xef\xbb\xbfa: un\r\nb: deux\r\n")]})
    assert (words["fr"], diagnostics) == ({"a": "un", "b": "deux"}, ())


# ---- what is wrong with a table
@pytest.mark.parametrize(
    ("table", "line", "column", "mentions"),
    [
        ("a: un\na: deux", 2, 1, "`a`"),
        ("a: [un, deux]", 1, 4, "`a`"),
        ("a: un\nb:\n  c: x", 3, 3, "`b`"),
        ("a: un\nb:\nc: x", 2, 1, "`b`"),
        ("- a\n- b", 1, 1, "mapping"),
        ("juste un texte", 1, 1, "mapping"),
        ("Read more: x", 1, 1, "`Read more`"),
        ("a: 'un", 1, 4, "quote"),
        ("a: un\nb: !!python/name:os.system x", 2, 4, "tag"),
    ],
)
def test_fault_in_a_table_is_an_error_at_its_place(table: str, line: int, column: int, mentions: str) -> None:
    _, diagnostics = load(fr=table)
    assert [(d.id, d.severity) for d in diagnostics] == [("strings-invalid", Severity.ERROR)]
    place = diagnostics[0].location
    assert (place.path, place.line, place.column) == ("0/fr.yaml", line, column)
    assert mentions in diagnostics[0].message


def test_faults_of_all_tables_are_reported_at_once_and_the_rest_stands() -> None:
    words, diagnostics = load(en="a: [x]\nb: two", fr="a: un\nb: {}")
    assert [d.location.path for d in diagnostics] == ["0/en.yaml", "0/fr.yaml"]
    assert words["fr"] == {"a": "un", "b": "two"}


def test_table_that_is_not_utf_8_is_an_error_at_its_line() -> None:
    _, diagnostics = interface_words.load_words({"fr": [("fr.yaml", b"a: un\nb: \xe9t\xe9\n")]})
    assert [(d.id, d.location.line) for d in diagnostics] == [("strings-invalid", 2)]


def test_placeholder_that_nothing_fills_is_a_warning_that_names_the_known_ones() -> None:
    words, diagnostics = load(fr=["a: en {language}", "a: en {langue}"])
    assert [(d.id, d.severity) for d in diagnostics] == [("strings-invalid", Severity.WARNING)]
    assert "`{langue}`" in diagnostics[0].message
    assert "`{language}`" in diagnostics[0].hint
    assert words["fr"]["a"] == "en {langue}"


# ---- dates
@pytest.mark.parametrize(
    ("iso", "has_time", "lang", "at", "words"),
    [
        ("2023-04-16", False, "fr", "à", "16 avril 2023"),
        ("2023-04-16T18:05:00+02:00", True, "fr", "à", "16 avril 2023 à 18:05"),
        ("2023-04-01", False, "fr", "à", "1er avril 2023"),
        ("2023-04-11", False, "fr", "à", "11 avril 2023"),
        ("2023-04-16T18:05:00+02:00", True, "en", "at", "April 16, 2023 at 6:05\u202fPM"),
        ("2023-04-16T18:05:00+02:00", True, "en-GB", "at", "16 April 2023 at 18:05"),
        ("2023-04-16T00:00:00+02:00", True, "de", "um", "16. April 2023 um 00:00"),
        ("2023-04-16T18:05:00+02:00", True, "fr", "", "16 avril 2023, 18:05"),
    ],
)
def test_date_in_words(iso: str, has_time: bool, lang: str, at: str, words: str) -> None:
    assert cldr.date_words(iso, has_time, lang, at=at) == words


@pytest.mark.parametrize(
    ("iso", "lang", "words"),
    [
        ("2023-04-17", "fr", "17 avril 2023"),
        ("2023-04", "fr", "avril 2023"),
        ("2023", "fr", "2023"),
        ("2023-04", "en", "April 2023"),
        ("2023-04", "es", "abril de 2023"),
        ("0001-01-01", "fr", "1er janvier 1"),
        ("0987-12", "en", "December 987"),
        ("9999-12-31", "en", "December 31, 9999"),
    ],
)
def test_day_month_and_year_in_words(iso: str, lang: str, words: str) -> None:
    assert cldr.day_words(iso, lang) == words


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ja", "2023年4月16日 18:05"),
        ("pt-BR", "16 de abril de 2023 18:05"),
        ("fa", "16 آوریل 2023، ساعت 18:05"),
        ("vi", "18:05 16 tháng 4, 2023"),
        ("ru", "16 апреля 2023 г., 18:05"),
        ("nn", "16. april 2023 kl. 18:05"),
        ("en-GB", "16 April 2023 at 18:05"),
        ("fr-CA", "16 avril 2023 à 18 h 05"),
    ],
)
def test_a_date_with_a_time_has_no_english_word_in_it(site: Site, lang: str, words: str) -> None:
    site.configure(languages=[lang], title="A", categories={"europe": "Europe"})
    site.story("a", title="A", slug="a", date="2023-04-16 18:05")
    site.build()
    assert " ".join(site.main(f"/{lang}/2023/04/a/").css_first("time").text().split()) == words


@pytest.mark.parametrize("iso", ["", "2023-13", "2023-02-30", "hier"])
def test_what_is_no_day_is_refused(iso: str) -> None:
    with pytest.raises(ValueError):
        cldr.day_words(iso, "fr")


TAGS = st.from_regex(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8}){0,4}", fullmatch=True) | st.text(max_size=20)


@given(moment=st.datetimes(min_value=datetime(1, 1, 1)), lang=TAGS)
def test_any_date_has_words_in_any_language(moment: datetime, lang: str) -> None:
    assert cldr.date_words(moment.isoformat(), True, lang, at="")
    assert cldr.day_words(moment.date().isoformat(), lang)


@given(lang=TAGS, in_lang=TAGS)
def test_any_tag_has_a_name_and_a_direction(lang: str, in_lang: str) -> None:
    assert isinstance(cldr.language_name(lang, in_lang), str)
    assert cldr.direction(lang) in ("ltr", "rtl")


@pytest.mark.parametrize(("lang", "like"), [("tlh", "en"), ("x-new", "en"), ("fr-QQ", "fr"), ("de-DE-1996", "de")])
def test_language_without_dates_of_its_own_takes_those_of_its_parent_or_english(lang: str, like: str) -> None:
    assert cldr.day_words("2023-04-17", lang) == cldr.day_words("2023-04-17", like)


def test_dates_do_not_depend_on_the_locale_or_the_time_zone_of_the_process() -> None:
    program = (
        "from newsgen.languages import cldr;"
        "print(ascii((cldr.date_words('2023-04-16T23:30:00+02:00', True, 'en', at='at'),"
        "cldr.day_words('2023-04', 'fr'), cldr.language_name('en', 'fr'))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **env},
            capture_output=True,
            check=True,
        ).stdout
        for env in (
            {"TZ": "Pacific/Kiritimati", "LANG": "C"},
            {"TZ": "America/Los_Angeles", "LC_ALL": "de_DE.UTF-8"},
            {"LC_TIME": "no such locale", "LANGUAGE": "xx"},
        )
    }
    assert len(found) == 1


# ---- languages
@pytest.mark.parametrize(
    ("lang", "in_lang", "name"),
    [
        ("en", "fr", "anglais"),
        ("fr", "en", "French"),
        ("en", "en", "English"),
        ("ar", "ar", "العربية"),
        ("fr-CA", "fr", "français canadien"),
        ("zh-Hant", "fr", "chinois traditionnel"),
        ("sr-Latn", "fr", "serbe (latin)"),
        ("EN", "fr", "anglais"),
        ("tlh", "fr", "klingon"),
        ("qqq", "fr", "qqq"),
    ],
)
def test_name_of_a_language(lang: str, in_lang: str, name: str) -> None:
    assert cldr.language_name(lang, in_lang) == name


@pytest.mark.parametrize(
    ("lang", "direction"),
    [
        ("fr", "ltr"),
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("dv", "rtl"),
        ("qqq", "ltr"),
    ],
)
def test_direction_of_a_language(lang: str, direction: str) -> None:
    assert cldr.direction(lang) == direction


def test_direction_is_that_of_cldr_for_every_locale() -> None:
    for name in localedata.locale_identifiers():
        wanted = Locale.parse(name).text_direction
        if wanted in ("ltr", "rtl"):  # CLDR also has top to bottom: Mongolian
            assert cldr.direction(name.replace("_", "-")) == wanted, name


def test_every_locale_of_cldr_names_months_and_years() -> None:
    for name in localedata.locale_identifiers():
        lang = name.replace("_", "-")
        assert cldr.day_words("2023-04", lang) != "2023-04", name
        assert cldr.day_words(date(2023, 4, 17).isoformat(), lang), name
