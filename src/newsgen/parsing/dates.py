"""Dates of front matter: what is one, which of two is earlier, and what another text may mean."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.messages import shortened
from newsgen.nouns.model import When
from newsgen.parsing import holding_keys

# RFC 3339 without what is needless in it, and YAML's own forms (yaml.org/type/timestamp.html): hours of one digit.
_WHEN = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"[ \t]*([Zz]|[+-](?:[0-9]{1,2}(?::[0-9]{2})?|[0-9]{4}))?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "février february fevrier févr feb fév",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "août august aout aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "décembre december decembre déc dec",
        ),
        1,
    )
    for name in names.split()
}
_CLOCK = r"(?:à|at|,|T|\s)*\s*(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)\s*(?::\d{2}(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*$"
#: Zones by the names that people write, in hours from UTC; those of RFC 822 (5.1) among them.
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "west": 1,
    "bst": 1,
    "cet": 1,
    "mez": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "jst": 9,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_ZONE = (
    r"(?<=[0-9MmhH.])\s*(?:(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?(?:\s[A-Za-z]{3,4})?|(?:\b|(?=[Zz]))([A-Za-z]{1,4}))?"
    r"\s*(?:[(\[][^()\[\]]*[)\]])?$"
)
#: As programs in C and `date` write it (`Sat Feb 3 09:15:00 CET 2024`): day, time, zone, year.
_YEAR_LAST = r"(.+?) (\d{1,2}:\d{2}(?::\d{2})?)( [A-Z]{3,4})? (\d{4})"
_BASIC = r"(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(?:\d{2})?"  # ISO 8601, basic format
_WITHOUT_DAY = r"(\d{4})(?:[-/. ](\d{1,2}))?|(\d{1,2})[-/. ](\d{4})|([^\W\d_]+)\.? (\d{4})"


#: The year of the first newspaper, the `Relation` of Strasbourg: of an earlier one there is no news to publish.
FIRST_NEWS = 1605
#: Keys with a date where somebody may have written yes or no.
_SWITCHES = ("publish", "expires")
#: Characters that stand for those of a date: dashes, quotes around it, full-width signs and digits.
_LIKE_DATES = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-"),
    **dict.fromkeys(map(ord, "“”„«»‘’‚‹›″′"), ""),
    **{ord("０") + digit: str(digit) for digit in range(10)},
    ord("："): ":",
}


def _canonical(match: re.Match[str]) -> str | None:
    """A date as ISO 8601 has it; None if there is no such day or time. Raises: nothing."""
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        moment = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        if hour is None:
            return moment.date().isoformat()
        if not offset:
            return moment.isoformat()
        if offset in "Zz":
            offset = "+00:00"
        else:
            hours, minutes = re.fullmatch(r"[+-](\d{1,2}):?(\d{2})?", offset).groups()  # type: ignore[union-attr]
            offset = f"{offset[0]}{int(hours):02}:{minutes or '00'}"
        # Some moment in UTC must exist: 0001-01-01T00:00+02:00 has none.
        text = moment.isoformat() + offset
        datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
        return text if int(offset[4:]) < 60 else None
    except (ValueError, OverflowError):
        return None


def _derived(text: str) -> tuple[str, ...]:
    """The dates that a text in another order can mean, as `2023-04-16` or `2023-04-16 18:05+02:00`."""
    text = re.sub(_YEAR_LAST, r"\1 \4 \2\3", " ".join(text.split()))
    if re.fullmatch("[0-9]{10}", text):  # seconds since 1970
        return (f"{datetime.datetime.fromtimestamp(int(text), datetime.UTC):%Y-%m-%d %H:%M}+00:00",)
    text, offset = _without_zone(text)
    if basic := re.fullmatch(_BASIC, text):
        year, month, day, *clock_time = basic.groups()
        text = f"{year}-{month}-{day} {':'.join(clock_time)}"
    clock = re.search(_CLOCK, text)
    time = ""
    if clock and clock.start() > 5 and (hour := _hour(int(clock[1]), clock[3])) < 24 and int(clock[2] or 0) < 60:
        time = f" {hour:02}:{int(clock[2] or 0):02}{offset}"
        text = text[: clock.start()]
    readings: list[tuple[int, int, int]] = []
    if match := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    ):
        readings = [(int(match[1]), int(match[2]), int(match[3]))]
    elif match := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        readings = [(year, second, first), (year, first, second)]
    else:
        words = re.findall(r"[^\W\d_]+|\d+", text.lower())
        months = [_MONTHS[word] for word in words if word in _MONTHS]
        years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
        days = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
        if not years and len(days) == 2 and words[-1].isdecimal():  # `03 Feb 24`, Rule: RFC 822, 5.1
            years = [2000 + days.pop()]
        if len(months) == len(years) == len(days) == 1:
            readings = [(years[0], months[0], days[0])]
    dates: dict[str, None] = {}
    for year, month, day in readings:
        try:
            dates[datetime.date(year, month, day).isoformat() + time] = None
        except ValueError:
            continue
    return tuple(dates)


def _without_zone(text: str) -> tuple[str, str]:
    """A text without the zone at its end, and the offset from UTC that this means; "" if it has none."""
    match = re.search(_ZONE, text)
    if match is None or not text[: match.start()]:
        return text, ""
    sign, hours, minutes, name = match.groups()
    if sign and re.search("[0-9] ?[:hH]", text[: match.start()]):
        return text[: match.start()], f"{sign}{int(hours):02}:{minutes or '00'}"
    if name and name.lower() in _ZONES:
        return text[: match.start()], f"{_ZONES[name.lower()]:+03}:00"
    return (text, "") if name or sign else (text[: match.start()], "")


def _hour(hour: int, half: str | None) -> int:
    """The hour of a day, from one of 12 with `am` or `pm`; 24 if there is none."""
    if not half:
        return hour
    if not 0 < hour < 13:
        return 24
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _day_lacks(text: str) -> str:
    """A day of the month or year that a text names without a day, as `2024-02-01`; "" if it does not."""
    match = re.fullmatch(_WITHOUT_DAY, " ".join(text.split()))
    if match is None:
        return ""
    year, month = match[1] or match[4] or match[6], match[2] or match[3] or "1"
    number = _MONTHS.get(match[5].lower(), 0) if match[5] else int(month)
    return f"{year}-{number:02}-01" if 0 < number < 13 else ""


def _range(when: When) -> tuple[datetime.datetime, datetime.datetime]:
    """The earliest and the latest moment in UTC that it can mean, whatever the site's time zone
    (-12 to +14)."""
    moment = datetime.datetime.fromisoformat(when.value)
    if moment.tzinfo is not None:
        exact = moment.astimezone(datetime.UTC).replace(tzinfo=None)
        return exact, exact
    return _shifted(moment, -14), _shifted(moment, 12)


def _shifted(moment: datetime.datetime, hours: int) -> datetime.datetime:
    try:
        return moment + datetime.timedelta(hours=hours)
    except OverflowError:
        return datetime.datetime.max if hours > 0 else datetime.datetime.min


def is_before(one: When, other: When) -> bool:
    """True if `one` lies before `other` in every time zone; days are compared if one of them has no
    time."""
    if not (one.has_time and other.has_time):
        one, other = (When(w.value[:10], w.line, w.column) for w in (one, other))
        return one.value < other.value
    first, second = (
        datetime.datetime.fromisoformat(one.value),
        datetime.datetime.fromisoformat(other.value),
    )
    if (first.tzinfo is None) == (second.tzinfo is None):
        return first < second
    return _range(one)[1] < _range(other)[0]


def canonical_date(text: str) -> str | None:
    """A date or date-time of front matter as ISO 8601 has it; None if it is none."""
    match = _WHEN.fullmatch(text)
    return _canonical(match) if match else None


def told(name: str, text: str, place: Location) -> Diagnostic:
    """What is wrong with a text that is no date, the value of a key, and what to write."""
    match = _WHEN.fullmatch(text)
    return _no_moment(match, place) if match else _no_date(name, text, place)


def _no_moment(match: re.Match[str], place: Location) -> Diagnostic:
    """What is wrong with a date of the right shape."""
    year, month, day = (int(number) for number in match.groups()[:3])
    if not year:
        return diagnose(place, "date-invalid/year", text=match[0])
    if not 1 <= month <= 12:
        return diagnose(place, "date-invalid/month", text=match[0])
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        last = f"{match[1]}-{match[2]}-{calendar.monthrange(year, month)[1]}"
        return diagnose(place, "date-invalid/day", text=match[0], last=last)
    return diagnose(place, "date-invalid/time", text=match[0])


def _no_date(name: str, text: str, place: Location) -> Diagnostic:
    """What to write in place of a text of another shape."""
    shown = shortened(text)
    plain = text.translate(_LIKE_DATES).strip()
    if plain != text and canonical_date(plain):
        odd = next(character for character in text if ord(character) in _LIKE_DATES)
        called = unicodedata.name(odd).lower()
        return diagnose(place, "date-invalid/character", text=shown, code=ord(odd), name=called, date=plain)
    switch = _switch(text) if name in _SWITCHES else ""
    if switch == "no":
        return diagnose(place, f"date-invalid/{name}-no", text=shown)
    if switch == "yes":
        return diagnose(place, f"date-invalid/{name}-yes", text=shown)
    if dates := _derived(text) if len(text) < 60 else ():
        return diagnose(place, "date-invalid/near", text=shown, dates=dates)
    if near := _day_lacks(text) if len(text) < 60 else "":
        return diagnose(place, "date-invalid/no-day", text=shown, near=near)
    return diagnose(place, "date-invalid", text=shown)


def _switch(text: str) -> str:
    word = holding_keys.folded(text)
    return "no" if word in holding_keys.NO else "yes" if word in holding_keys.YES else ""
