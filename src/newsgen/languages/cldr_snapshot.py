"""What Babel says of dates and languages, kept so that a build of a few pages need not load Babel for them.

For each language of the site: CLDR's patterns as format strings, the names of the months and of the site's languages.
A pattern is kept only if its format string gave Babel's own words for every day of a year and every hour.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import msgspec

from newsgen.languages import cldr

#: Quoted words, a field such as `MMMM`, or what stands between.
_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z]+)|([^A-Za-z']+)")
_YEARS = (1, 983, 1999, 2100)


class MonthGrid(msgspec.Struct, frozen=True):
    """A month as a calendar's sheet shows it."""

    weekdays: tuple[tuple[str, str], ...]  # seven, each short and in full
    weeks: tuple[tuple[str, ...], ...]  # ISO days; "" where another month's day stands


class Shorthand:
    """The answers of `cldr`, from what was kept where it is enough.

    `snapshot_of`: a language to what `made` gave for it.
    """

    def __init__(self, snapshot_of: Callable[[str], Any]) -> None:
        self._snapshot_of = snapshot_of
        self._dates: dict[tuple[str, bool, str, str], str] = {}

    def date_words(self, iso: str, has_time: bool, lang: str, *, at: str) -> str:
        key = iso, has_time, lang, at
        words = self._dates.get(key)
        if words is None:
            if len(self._dates) > _KEPT_DATES:
                self._dates = {}
            words = self._dates[key] = self._date_words(iso, has_time, lang, at)
        return words

    def _date_words(self, iso: str, has_time: bool, lang: str, at: str) -> str:
        snapshot = self._snapshot_of(lang)
        if not snapshot:
            return cldr.date_words(iso, has_time, lang, at=at)
        moment = datetime.fromisoformat(iso)
        words = _date(snapshot, moment)
        if not has_time:
            return words
        hour = snapshot["time"].format_map(_of_time(snapshot, moment))
        return f"{words} {at} {hour}" if at else str(snapshot["both"].format(hour, words))

    def day_words(self, iso: str, lang: str) -> str:
        snapshot = self._snapshot_of(lang)
        if not snapshot:
            return cldr.day_words(iso, lang)
        if len(iso) == len("2023-04-17"):
            return _date(snapshot, date.fromisoformat(iso))
        is_month = len(iso) == len("2023-04")
        first = date.fromisoformat(f"{iso}-01" if is_month else f"{iso}-01-01")
        text: str = snapshot["month" if is_month else "year"].format_map(_of_date(snapshot, first))
        return text

    def month_grid(self, month: str, lang: str) -> MonthGrid:
        """The days of a month such as `2023-04` in weeks as the language counts them."""
        snapshot = self._snapshot_of(lang)
        begin, short, full = snapshot["week"] if snapshot else cldr.week(lang)
        first = date.fromisoformat(f"{month}-01")
        names = tuple((short[(begin + n) % 7], full[(begin + n) % 7]) for n in range(7))
        days = ["" for _ in range((first.weekday() - begin) % 7)]
        days += [f"{month}-{day:02}" for day in range(1, monthrange(first.year, first.month)[1] + 1)]
        days += ["" for _ in range(-len(days) % 7)]
        return MonthGrid(names, tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)))

    def month_name(self, month: str, lang: str) -> str:
        """ "avril" of `2023-04`."""
        snapshot, number = self._snapshot_of(lang), int(month[5:7])
        return str(snapshot["alone"][number - 1]) if snapshot else cldr.month_name(number, lang, context="stand-alone")

    def language_name(self, lang: str, in_lang: str) -> str:
        snapshot = self._snapshot_of(in_lang)
        name: str | None = snapshot["names"].get(lang) if snapshot else None
        return cldr.language_name(lang, in_lang) if name is None else name

    def direction(self, lang: str) -> str:
        snapshot = self._snapshot_of(lang)
        return snapshot["direction"] if snapshot else cldr.direction(lang)

    def locale(self, lang: str) -> str:
        snapshot = self._snapshot_of(lang)
        return snapshot["locale"] if snapshot else cldr.locale(lang)


_KEPT_DATES = 20_000


def made(lang: str, languages: Iterable[str]) -> dict[str, Any] | None:
    """What is kept of a language, as plain values; None where only Babel can write its dates."""
    proved = _proved(lang)
    names = {other: cldr.language_name(other, lang) for other in languages}
    return proved and {**proved, "names": names}


@lru_cache(maxsize=16)  # Babel says the same for the life of a process
def _proved(lang: str) -> dict[str, Any] | None:
    """The same but for the names of other languages, held against Babel's words."""
    patterns = cldr.patterns(lang)
    if patterns is None:
        return None
    snapshot: dict[str, Any] = {
        "months": [cldr.month_name(month, lang) for month in range(1, 13)],
        "alone": [cldr.month_name(month, lang, context="stand-alone") for month in range(1, 13)],
        "periods": [cldr.period_name(time(hour), lang) for hour in (1, 13)],
        "has_ordinal": cldr.has_ordinal(lang),
        "direction": cldr.direction(lang),
        "week": cldr.week(lang),
        "locale": cldr.locale(lang),
    }
    try:
        snapshot |= {name: _format(pattern) for name, pattern in patterns.items() if name != "both"}
        snapshot["both"] = patterns["both"]
        is_proved = all(_date(snapshot, day) == cldr.day_words(day.isoformat(), lang) for day in _days())
        months = (date(year, month, 1) for year in _YEARS for month in range(1, 13))
        is_proved &= all(_is_month_proved(snapshot, month, lang) for month in months)
        times = (time(hour, minute) for hour in range(24) for minute in (0, 7, 59))
        is_proved &= all(_is_time_proved(snapshot, moment, lang) for moment in times)
    except (KeyError, ValueError):
        return None  # a field that is not known here
    return snapshot if is_proved else None


def _days() -> Iterator[date]:
    """Every day of a leap year, and one of each month of others."""
    yield from (date.fromordinal(date(2024, 1, 1).toordinal() + number) for number in range(366))
    yield from (date(year, month, 2 * month) for year in _YEARS for month in range(1, 13))


def _is_month_proved(snapshot: Mapping[str, Any], day: date, lang: str) -> bool:
    fields, iso = _of_date(snapshot, day), day.isoformat()
    pairs = ((snapshot["month"], iso[:7]), (snapshot["year"], iso[:4]))
    return all(text.format_map(fields) == cldr.day_words(short, lang) for text, short in pairs)


def _is_time_proved(snapshot: Mapping[str, Any], moment: time, lang: str) -> bool:
    iso = datetime.combine(date(2024, 4, 16), moment).isoformat()
    words, hour = _date(snapshot, date(2024, 4, 16)), snapshot["time"].format_map(_of_time(snapshot, moment))
    pairs = (("@", f"{words} @ {hour}"), ("", snapshot["both"].format(hour, words)))
    return all(text == cldr.date_words(iso, True, lang, at=at) for at, text in pairs)


def _format(pattern: str) -> str:
    """A pattern of CLDR as a format string: `d MMMM y` is `{d} {MMMM} {y}`. Rule: UTS 35, Date Format Patterns."""
    parts = []
    for quoted, field, between in _PART.findall(pattern):
        literal = (quoted.replace("''", "'") or "'") if not field and not between else between
        parts.append(f"{{{field}}}" if field else literal.replace("{", "{{").replace("}", "}}"))
    return "".join(parts)


def _date(snapshot: Mapping[str, Any], day: date) -> str:
    words: str = snapshot["date"].format_map(_of_date(snapshot, day))
    return words.replace("1 ", "1er ", 1) if snapshot["has_ordinal"] and day.day == 1 else words


def _of_date(snapshot: Mapping[str, Any], day: date) -> dict[str, Any]:
    return {
        "d": day.day,
        "dd": f"{day.day:02}",
        "M": day.month,
        "MM": f"{day.month:02}",
        "MMMM": snapshot["months"][day.month - 1],
        "LLLL": snapshot["alone"][day.month - 1],
        "y": day.year,
    }


def _of_time(snapshot: Mapping[str, Any], moment: time | datetime) -> dict[str, Any]:
    twelve = moment.hour % 12 or 12
    return {
        "H": moment.hour,
        "HH": f"{moment.hour:02}",
        "h": twelve,
        "hh": f"{twelve:02}",
        "mm": f"{moment.minute:02}",
        "a": snapshot["periods"][moment.hour >= 12],
    }
