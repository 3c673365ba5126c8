"""Dates, names of languages and directions of writing, as CLDR has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

#: The language whose words and dates stand in where another has none.
FALLBACK = "en"


def with_parents(lang: str) -> Iterator[str]:
    """`zh-Hant-TW`, `zh-Hant`, `zh`. Rule: RFC 4647, 3.4 Lookup: a single letter or digit goes with what follows it."""
    subtags = re.split("[-_]", lang)
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()


# Babel is imported on first need: start-up time is budgeted, and few builds need it twice.
@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale:
    """The locale of the tag, of its nearest parent that CLDR has, or English."""
    from babel import Locale, UnknownLocaleError

    for tag in (*with_parents(lang), FALLBACK):
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, TypeError, UnknownLocaleError):
            continue
    raise LookupError(f"Babel has no locale `{FALLBACK}`")


@lru_cache(maxsize=4096)
def date_words(iso: str, has_time: bool, lang: str, *, at: str) -> str:
    """ "16 avril 2023", with a time "16 avril 2023 à 18:05".

    `iso` as in Moment; the time is the one that is written there, whatever its offset. `at`: the word between date
    and time ("à"); "" takes CLDR's pattern. Raises: ValueError if `iso` is no date.
    """
    moment = datetime.fromisoformat(iso)
    words = _date(moment.date(), lang)
    if not has_time:
        return words
    hour = _time(moment.time(), lang)
    if at:
        return f"{words} {at} {hour}"
    return _pattern_of_both(_locale(lang)).format(hour, words)


def _pattern_of_both(locale: Locale) -> str:
    """How a language joins a time, `{0}`, and a date, `{1}`. Rule: UTS 35, "dateTimeFormat": quotes mark what is no
    field."""
    return re.sub("'([^']*)'", r"\1", str(locale.datetime_formats["long"]))


@lru_cache(maxsize=4096)
def day_words(iso: str, lang: str) -> str:
    """ "17 avril 2023" of `2023-04-17`, "avril 2023" of `2023-04`, "2023" of `2023`.

    Raises: ValueError if `iso` is none of these.
    """
    if len(iso) == len("2023-04-17"):
        return _date(date.fromisoformat(iso), lang)
    locale = _locale(lang)
    first = date.fromisoformat(f"{iso}-01" if len(iso) == len("2023-04") else f"{iso}-01-01")
    skeletons = locale.datetime_skeletons
    pattern = skeletons.get("yMMMM" if len(iso) == len("2023-04") else "y")
    if pattern is None:  # every locale of CLDR 44 has both
        return iso
    return str(pattern.apply(first, locale))


@lru_cache(maxsize=4096)
def _date(day: date, lang: str) -> str:
    return _long_date(day, _locale(lang))


@lru_cache(maxsize=4096)
def _time(moment: time, lang: str) -> str:
    locale = _locale(lang)
    return str(locale.time_formats["short"].apply(moment, locale))


def _long_date(moment: date, locale: Locale) -> str:
    words = str(locale.date_formats["long"].apply(moment, locale))
    # The first of a month is an ordinal in French ("1er avril"), which CLDR's numbers cannot say.
    return words.replace("1 ", "1er ", 1) if locale.language == "fr" and moment.day == 1 else words


# ---- what dates are made of, for those who keep it
def patterns(lang: str) -> dict[str, str] | None:
    """CLDR's patterns of a date, a time, a month, a year, and of a date with a time in the language; None if one of
    them is missing."""
    locale = _locale(lang)
    skeletons = locale.datetime_skeletons
    formats = {
        "date": locale.date_formats["long"],
        "time": locale.time_formats["short"],
        "month": skeletons.get("yMMMM"),
        "year": skeletons.get("y"),
    }
    if None in formats.values():
        return None
    return {name: str(pattern) for name, pattern in formats.items()} | {"both": _pattern_of_both(locale)}


def month_name(month: int, lang: str, *, context: str = "format") -> str:
    """The name of a month (from 1) as dates have it: "avril"; in the context `stand-alone` where no day stands by."""
    return str(_locale(lang).months[context]["wide"][month])


def period_name(moment: time, lang: str) -> str:
    """ "AM" or "PM"."""
    from babel.dates import format_time

    return format_time(moment, "a", locale=_locale(lang))


def week(lang: str) -> tuple[int, list[str], list[str]]:
    """The day that a week begins with (0: Monday), and the names of the days from Monday on: short and in full."""
    locale = _locale(lang)
    names = locale.days["stand-alone"]
    short, full = names.get("short") or names["abbreviated"], names["wide"]
    return locale.first_week_day, [str(short[day]) for day in range(7)], [str(full[day]) for day in range(7)]


def has_ordinal(lang: str) -> bool:
    """Whether the first of a month is an ordinal in dates."""
    return _locale(lang).language == "fr"


# ---- languages
@lru_cache(maxsize=1024)
def language_name(lang: str, in_lang: str) -> str:
    """ "anglais": the name of a language in another, or the tag itself where CLDR has no name for it."""
    locale = _locale(in_lang)
    language, script, territory = _subtags(lang)
    names = locale.languages
    for parts in ((script, territory), (script,), (territory,), ()):
        if None in parts:
            continue
        name = names.get("_".join((language, *filter(None, parts))))
        if name:
            rest = [
                *([locale.scripts.get(script, script)] if script and script not in parts else []),
                *([locale.territories.get(territory, territory)] if territory and territory not in parts else []),
            ]
            return f"{name} ({', '.join(rest)})" if rest else name
    return lang


def _subtags(lang: str) -> tuple[str, str | None, str | None]:
    """Language, script and territory of a tag, in the case that CLDR writes them."""
    language, *rest = re.split("[-_]", lang)
    script = territory = None
    for subtag in rest:
        if len(subtag) == 1:
            break
        if len(subtag) == 4 and subtag.isalpha() and script is None:
            script = subtag.title()
        elif ((len(subtag) == 2 and subtag.isalpha()) or (len(subtag) == 3 and subtag.isdigit())) and territory is None:
            territory = subtag.upper()
    return language.lower(), script, territory


#: Scripts that run from right to left. Rule: Unicode, ScriptMetadata.txt, "RTL".
_RIGHT_TO_LEFT = frozenset({
    "Adlm", "Arab", "Aran", "Armi", "Avst", "Chrs", "Cprt", "Elym", "Gara", "Hatr", "Hebr", "Hung", "Khar",
    "Lydi", "Mand", "Mani", "Mend", "Merc", "Mero", "Narb", "Nbat", "Nkoo", "Orkh", "Ougr", "Palm", "Phli",
    "Phlp", "Phnx", "Prti", "Rohg", "Samr", "Sarb", "Sogd", "Sogo", "Syrc", "Thaa", "Todr", "Yezi",
})  # fmt: skip


def locale(lang: str) -> str:
    """Language and territory as the Open Graph protocol wants them (`fr_FR`), the territory that CLDR deems likely."""
    from babel.core import get_global

    language, script, territory = _subtags(lang)
    if territory is None:
        likely = get_global("likely_subtags")
        by_script = likely.get(f"{language}_{script}") if script else None
        territory = _subtags(by_script or likely.get(language) or "")[2]
    return f"{language}_{territory}" if territory else language


@lru_cache(maxsize=256)
def direction(lang: str) -> str:
    """ "rtl" or "ltr": by the tag's script, else by the script that CLDR deems likely for the language."""
    from babel.core import get_global

    language, script, territory = _subtags(lang)
    if script is None:
        likely = get_global("likely_subtags")
        likeliest = likely.get(f"{language}_{territory}") or likely.get(language) or ""
        script = _subtags(likeliest)[1] if likeliest else None
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"
