"""What is kept of Babel says what Babel says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgen.languages import cldr, cldr_snapshot
from newsgen.languages.cldr_snapshot import Shorthand

pytestmark = pytest.mark.pure

LANGUAGES = ("fr", "en", "ar", "de", "ru", "ja", "th", "pt-BR", "zh-Hant")
KEPT = {lang: cldr_snapshot.made(lang, LANGUAGES) for lang in LANGUAGES}
MOMENTS = st.datetimes(datetime(1000, 1, 1), timezones=st.just(timezone(timedelta(hours=2))))


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.sampled_from(LANGUAGES), st.sampled_from(("", "à", "@")))
def test_dates_are_babels(moment: datetime, lang: str, at: str) -> None:
    short = Shorthand(KEPT.get)
    iso, day = moment.isoformat(timespec="seconds"), moment.date().isoformat()
    assert short.date_words(iso, True, lang, at=at) == cldr.date_words(iso, True, lang, at=at)
    assert short.date_words(day, False, lang, at=at) == cldr.date_words(day, False, lang, at=at)
    for part in (day, day[:7], day[:4]):
        assert short.day_words(part, lang) == cldr.day_words(part, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_and_directions_are_babels(lang: str) -> None:
    short = Shorthand(KEPT.get)
    assert short.direction(lang) == cldr.direction(lang)
    for other in (*LANGUAGES, "br", "x-unknown"):
        assert short.language_name(other, lang) == cldr.language_name(other, lang)


def test_most_languages_do_without_babel_and_the_others_ask_it() -> None:
    assert {lang for lang in LANGUAGES if KEPT[lang] is None} == {"th", "zh-Hant"}  # an era; twelve parts of a day
    assert Shorthand(lambda lang: None).day_words("2023-04-16", "fr") == "16 avril 2023"


def test_what_is_no_date_is_refused() -> None:
    for kept in (KEPT.get, lambda lang: None):
        with pytest.raises(ValueError):
            Shorthand(kept).day_words("soon", "fr")
        with pytest.raises(ValueError):
            Shorthand(kept).date_words("soon", True, "fr", at="à")
