"""The words of the interface, from the tables of the theme and of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from newsgen.languages.cldr import FALLBACK, with_parents
from newsgen.nouns.diagnostics import Diagnostic, Location, Severity, diagnose, in_order
from newsgen.settings import yaml_nodes, yaml_tree

#: Words that no other language takes from English: between date and time, CLDR has a pattern.
_OF_CLDR = ("at",)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def load_words(
    tables: Mapping[str, list[tuple[str, bytes]]],
) -> tuple[dict[str, dict[str, str]], tuple[Diagnostic, ...]]:
    """The words by language and id, for every language of `tables`, and what is wrong with the tables.

    `tables`: language to its files as (path, bytes), the bundled one first, then the site's, whose words take the
    place of those with the same id; a language without a file has an empty list. A language is filled up from its
    parent tags (`fr-CA` from `fr`), then from English, but for words of which CLDR knows better: they are "". What is
    wrong is left out, and the rest stands.
    """
    diagnostics: list[Diagnostic] = []
    own = {lang.casefold(): _merged(tables[lang], diagnostics=diagnostics) for lang in sorted(tables)}
    words: dict[str, dict[str, str]] = {}
    for lang in tables:
        words[lang] = {id_: "" if id_ in _OF_CLDR else text for id_, text in own.get(FALLBACK, {}).items()}
        for tag in reversed(list(with_parents(lang))):
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
        diagnostics.append(diagnose(place, "strings-invalid/encoding"))
        return {}
    root, faults = _read(text, path)
    # A comment that cuts a value misleads as much here as in front matter; all else makes the table unusable.
    diagnostics += [
        diagnose(fault.location, "strings-invalid/yaml", reason=fault.message, advice=fault.hint)
        if fault.severity is Severity.ERROR and fault.id != "conflict-mark"
        else fault
        for fault in faults
    ]
    if root is None:
        return {}
    if not isinstance(root, yaml_nodes.Mapping):
        place = Location(path, root.line, root.column)
        diagnostics.append(diagnose(place, "strings-invalid/no-mapping"))
        return {}
    words: dict[str, str] = {}
    for entry in root.entries:
        fault = _fault(entry, path=path, below=below)
        if fault is not None:
            diagnostics.append(fault)
        if isinstance(entry.value, yaml_nodes.Scalar) and not entry.value.is_empty:
            words[entry.key.value] = entry.value.value
    return words


def _fault(entry: yaml_nodes.Entry, *, path: str, below: Mapping[str, str]) -> Diagnostic | None:
    key, value = entry.key, entry.value
    place = Location(path, value.line, value.column)
    if not _ID.match(key.value):
        return diagnose(Location(path, key.line, key.column), "strings-invalid/id", id=key.value)
    if not isinstance(value, yaml_nodes.Scalar):
        return diagnose(place, "strings-invalid/no-text", id=key.value)
    if value.is_empty:
        return diagnose(Location(path, key.line, key.column), "strings-invalid/empty", id=key.value)
    known = set(_PLACEHOLDER.findall(below[key.value])) if key.value in below else None
    unknown = [] if known is None else sorted(set(_PLACEHOLDER.findall(value.value)) - known)
    if unknown:
        there = tuple(f"{{{name}}}" for name in sorted(known or ()))
        case = "strings-invalid/placeholder" if there else "strings-invalid/no-placeholder"
        return diagnose(place, case, name=unknown[0], id=key.value, there=there)
    return None


@lru_cache(maxsize=64)
def _read(text: str, path: str) -> tuple[yaml_nodes.Node | None, tuple[Diagnostic, ...]]:
    root, faults = yaml_tree.read(text, path=path)
    return root, tuple(faults)


def ids_of(path: str, data: bytes) -> list[tuple[str, Location]]:
    """The ids that a table writes, each with its place."""
    root, _ = _read(data.decode("utf-8-sig", "replace"), path)
    if not isinstance(root, yaml_nodes.Mapping):
        return []
    return [(entry.key.value, Location(path, entry.key.line, entry.key.column)) for entry in root.entries]


def lacking(tables: Mapping[str, list[tuple[str, bytes]]], languages: Mapping[str, Location]) -> tuple[Diagnostic, ...]:
    """The words that readers of a language see in English, for each of `languages`; these with the places where the
    site names them."""
    ids = {lang.casefold(): [id_ for file in files for id_, _ in ids_of(*file)] for lang, files in tables.items()}
    wanted = dict.fromkeys(id_ for id_ in ids.get(FALLBACK, ()) if id_ not in _OF_CLDR)
    diagnostics = []
    for lang, place in languages.items():
        tags = [tag.casefold() for tag in with_parents(lang)]
        missing = [id_ for id_ in wanted if not any(id_ in ids.get(tag, ()) for tag in tags)]
        if not missing:
            continue
        files = [file for tag in tags for name, files in tables.items() if name.casefold() == tag for file in files]
        if files:
            place, file = Location(files[0][0]), files[0][0]
        else:
            file = f"templates/i18n/{lang}.yaml"
        some, number = tuple(missing[:3]), len(missing)
        case = "one" if number == 1 else "few" if number <= 3 else "many"
        diagnostics.append(diagnose(place, f"strings-missing/{case}", number=number, lang=lang, some=some, file=file))
    return tuple(diagnostics)


def unused(tables: Mapping[str, list[tuple[str, bytes]]], languages: Iterable[str]) -> tuple[Diagnostic, ...]:
    """The tables of words that no language of the site looks into; `tables`: those that the theme does not have."""
    used = {tag.casefold() for lang in (*languages, FALLBACK) for tag in with_parents(lang)}
    return tuple(
        diagnose(Location(path), "template-unused/words", lang=lang, languages=tuple(languages))
        for lang, files in tables.items()
        if lang.casefold() not in used
        for path, _ in files
    )
