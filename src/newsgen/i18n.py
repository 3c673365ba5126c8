"""The words of the interface from their tables, and dates, languages and directions as CLDR has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from newsgen import typed_yaml
from newsgen.diagnostics import Diagnostic, Location, Severity, error, in_order, warning

if TYPE_CHECKING:
    from babel import Locale

#: The language whose words and dates stand in where another has none.
FALLBACK = "en"

# ---- words
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def load_words(
    tables: Mapping[str, list[tuple[str, bytes]]],
) -> tuple[dict[str, dict[str, str]], tuple[Diagnostic, ...]]:
    """The words by language and id, for every language of `tables`, and what is wrong with the tables.

    `tables`: language to its files as (path, bytes), the bundled one first, then the site's, whose words take the
    place of those with the same id; a language without a file has an empty list. A language is filled up from its
    parent tags (`fr-CA` from `fr`), then from English. What is wrong is left out, and the rest stands.
    """
    diagnostics: list[Diagnostic] = []
    own = {lang.casefold(): _merged(tables[lang], diagnostics=diagnostics) for lang in sorted(tables)}
    words: dict[str, dict[str, str]] = {}
    for lang in tables:
        words[lang] = dict(own.get(FALLBACK, {}))
        for tag in reversed(list(_with_parents(lang))):
            words[lang] |= own.get(tag.casefold(), {})
    return words, in_order(diagnostics)


def _merged(files: Iterable[tuple[str, bytes]], *, diagnostics: list[Diagnostic]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for path, data in files:
        merged |= _table(path, data, below=merged, diagnostics=diagnostics)
    return merged


def _table(path: str, data: bytes, *, below: Mapping[str, str], diagnostics: list[Diagnostic]) -> dict[str, str]:
    """The words of one file; `below`: those that it overrides."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        place = Location(path, data.count(b"\n", 0, trouble.start) + 1, 1)
        diagnostics.append(error(place, "strings-invalid", "the table is not UTF-8", "save it as UTF-8"))
        return {}
    root, faults = _read(text, path)
    # A comment that cuts a value misleads as much here as in front matter; all else makes the table unusable.
    diagnostics += [
        replace(fault, id="strings-invalid")
        if fault.severity is Severity.ERROR and fault.id != "conflict-mark"
        else fault
        for fault in faults
    ]
    if root is None:
        return {}
    if not isinstance(root, typed_yaml.Mapping):
        place = Location(path, root.line, root.column)
        message = "the table is no mapping of ids to words"
        diagnostics.append(error(place, "strings-invalid", message, "write `id: words`"))
        return {}
    words: dict[str, str] = {}
    for entry in root.entries:
        fault = _fault(entry, path=path, below=below)
        if fault is not None:
            diagnostics.append(fault)
        if isinstance(entry.value, typed_yaml.Scalar) and not entry.value.is_empty:
            words[entry.key.value] = entry.value.value
    return words


def _fault(entry: typed_yaml.Entry, *, path: str, below: Mapping[str, str]) -> Diagnostic | None:
    key, value = entry.key, entry.value
    place = Location(path, value.line, value.column)
    if not _ID.match(key.value):
        message = f"`{key.value}` is no id of words"
        hint = "an id has small letters, digits and dashes: `read-more`"
        return error(Location(path, key.line, key.column), "strings-invalid", message, hint)
    if not isinstance(value, typed_yaml.Scalar):
        message = f"the words of `{key.value}` must be a text"
        return error(place, "strings-invalid", message, f"write `{key.value}: words`")
    if value.is_empty:
        message = f"`{key.value}` has no words"
        hint = 'delete the line for the bundled words; write `""` for none'
        return error(Location(path, key.line, key.column), "strings-invalid", message, hint)
    known = set(_PLACEHOLDER.findall(below[key.value])) if key.value in below else None
    unknown = [] if known is None else sorted(set(_PLACEHOLDER.findall(value.value)) - known)
    if unknown:
        message = f"nothing takes the place of `{{{unknown[0]}}}` in `{key.value}`"
        there = ", ".join(f"`{{{name}}}`" for name in sorted(known or ()))
        return warning(place, "strings-invalid", message, f"it may hold {there}" if there else "delete it")
    return None


@lru_cache(maxsize=64)
def _read(text: str, path: str) -> tuple[typed_yaml.Node | None, tuple[Diagnostic, ...]]:
    root, faults = typed_yaml.read(text, path=path)
    return root, tuple(faults)


def ids_of(path: str, data: bytes) -> list[tuple[str, Location]]:
    """The ids that a table writes, each with its place."""
    root, _ = _read(data.decode("utf-8-sig", "replace"), path)
    if not isinstance(root, typed_yaml.Mapping):
        return []
    return [(entry.key.value, Location(path, entry.key.line, entry.key.column)) for entry in root.entries]


_IDS = "the ids are those of the theme's en.yaml"


def lacking(
    tables: Mapping[str, list[tuple[str, bytes]]], languages: Mapping[str, Location]
) -> tuple[Diagnostic, ...]:
    """The words that readers of a language see in English, for each of `languages`; these with the places where the
    site names them."""
    ids = {lang.casefold(): [id_ for file in files for id_, _ in ids_of(*file)] for lang, files in tables.items()}
    wanted = dict.fromkeys(ids.get(FALLBACK, ()))
    found = []
    for lang, place in languages.items():
        tags = [tag.casefold() for tag in _with_parents(lang)]
        missing = [id_ for id_ in wanted if not any(id_ in ids.get(tag, ()) for tag in tags)]
        if not missing:
            continue
        files = [file for tag in tags for name, files in tables.items() if name.casefold() == tag for file in files]
        if files:
            place, file = Location(files[0][0]), files[0][0]
        else:
            file = f"templates/i18n/{lang}.yaml"
        some = ", ".join(f"`{id_}`" for id_ in missing[:3]) + (" and so on" if len(missing) > 3 else "")
        number = "one interface word is" if len(missing) == 1 else f"{len(missing)} interface words are"
        message = f"{number} English in `{lang}`: {some}"
        found.append(warning(place, "strings-missing", message, f"write them into {file}: {_IDS}"))
    return tuple(found)


def unused(tables: Mapping[str, list[tuple[str, bytes]]], languages: Iterable[str]) -> tuple[Diagnostic, ...]:
    """The tables of words that no language of the site looks into; `tables`: those that the theme does not have."""
    used = {tag.casefold() for lang in (*languages, FALLBACK) for tag in _with_parents(lang)}
    return tuple(
        warning(
            Location(path), "template-unused", f"nothing uses the words of `{lang}`: it is no language of the site",
            f"name the file as one of `languages` in newsgen.yaml: {', '.join(languages)}",
        )
        for lang, files in tables.items() if lang.casefold() not in used for path, _ in files
    )  # fmt: skip


def _with_parents(lang: str) -> Iterator[str]:
    """`zh-Hant-TW`, `zh-Hant`, `zh`. Rule: RFC 4647, 3.4 Lookup: a single letter or digit goes with what follows it."""
    subtags = re.split("[-_]", lang)
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()


# ---- what CLDR knows. Babel is imported on first need: start-up time is budgeted, and few builds need it twice.
@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale:
    """The locale of the tag, of its nearest parent that CLDR has, or English."""
    from babel import Locale, UnknownLocaleError

    for tag in (*_with_parents(lang), FALLBACK):
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
    return str(_locale(lang).datetime_formats["long"]).replace("{1}", words).replace("{0}", hour)


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
    """CLDR's patterns of a date, a time, a month and a year in the language; None if one of them is missing."""
    locale = _locale(lang)
    skeletons = locale.datetime_skeletons
    found = {
        "date": locale.date_formats["long"], "time": locale.time_formats["short"],
        "month": skeletons.get("yMMMM"), "year": skeletons.get("y"),
    }  # fmt: skip
    return None if None in found.values() else {name: str(pattern) for name, pattern in found.items()}


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
        found = likely.get(f"{language}_{script}") if script else None
        territory = _subtags(found or likely.get(language) or "")[2]
    return f"{language}_{territory}" if territory else language


@lru_cache(maxsize=256)
def direction(lang: str) -> str:
    """ "rtl" or "ltr": by the tag's script, else by the script that CLDR deems likely for the language."""
    from babel.core import get_global

    language, script, territory = _subtags(lang)
    if script is None:
        likely = get_global("likely_subtags")
        found = likely.get(f"{language}_{territory}") or likely.get(language) or ""
        script = _subtags(found)[1] if found else None
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"
