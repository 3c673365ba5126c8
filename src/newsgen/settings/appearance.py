"""The keys of newsgen.yaml that only shape what readers see round the articles: `logo`, `menu`, `home`."""

from __future__ import annotations

import difflib
import re

from newsgen.nouns.kinds import PATH_WORDS
from newsgen.settings.config import Logo, MenuEntry
from newsgen.settings.key_reader import KeyReader
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

#: A path on this site or a whole address: nothing that could run as a script in a link.
_ADDRESS = re.compile(r"(?:/(?!/)|https?://|mailto:)[^\s\"<>]*", re.IGNORECASE)
_PIXELS = re.compile(r"[1-9][0-9]{0,3}")


def read_logo(reader: KeyReader, node: Node) -> Logo | None:
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/logo")
        return None
    parts = reader.entries(node, "logo", ("src", "width", "height"))
    for name in ("src", "width", "height"):
        if name not in parts:
            reader.fault(node, "config-invalid/logo-lacks", name=name)
            return None
    src = reader.text(parts["src"], "logo.src")
    if src is not None and (not src.startswith("/") or not _ADDRESS.fullmatch(src)):
        reader.fault(parts["src"], "config-invalid/logo-src")
        src = None
    sizes = [_pixels(reader, parts[name], name) for name in ("width", "height")]
    return Logo(src, *sizes) if src and all(sizes) else None


def _pixels(reader: KeyReader, node: Node, name: str) -> int:
    text = node.value if isinstance(node, Scalar) else ""
    if _PIXELS.fullmatch(text):
        return int(text)
    reader.fault(node, "config-invalid/logo-pixels", name=name)
    return 0


def read_menu(reader: KeyReader, node: Node) -> tuple[MenuEntry, ...]:
    if not isinstance(node, Sequence):
        reader.fault(node, "config-invalid/menu")
        return ()
    entries: list[MenuEntry] = []
    taken: set[tuple[str, str]] = set()
    for number, item in enumerate(node.items):
        reader.keep(f"menu.{number}", item)
        entry = _entry(reader, item, number)
        if entry is None:
            continue
        places = _places(entry)
        if any(place in taken and (entry.id or place[0] in entry.titles) for place in places):
            name = entry.id or next(iter(entry.titles.values()))
            reader.fault(item, "menu-duplicate", name=name)
        elif not entry.id:
            _look_at_languages(reader, item, entry)
        entries.append(entry)
        taken |= places
    return tuple(entries)


def _places(entry: MenuEntry) -> set[tuple[str, str]]:
    """Where an entry leads: by its id, or by its address in each language."""
    return {("", entry.id)} if entry.id else set(entry.urls.items())


def _look_at_languages(reader: KeyReader, node: Node, entry: MenuEntry) -> None:
    """An entry is shown in the languages that have both title and address; one that has only one of them was to be."""
    for lang in reader.languages:
        if (lang in entry.titles) != (lang in entry.urls):
            reader.fault(node, "menu-partial/url" if lang in entry.titles else "menu-partial/title", lang=lang)


def _entry(reader: KeyReader, node: Node, number: int) -> MenuEntry | None:
    if isinstance(node, Scalar):
        known = (*reader.category_ids, "home", *PATH_WORDS["en"])
        if node.value in known:
            return MenuEntry(node.value)
        near = difflib.get_close_matches(node.value, known, n=1)
        if near:
            reader.fault(node, "config-invalid/menu-id-near", name=node.value, near=near[0])
        else:
            reader.fault(node, "config-invalid/menu-id", name=node.value, known=known)
        return None
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/menu-entry")
        return None
    path = f"menu.{number}"
    parts = reader.entries(node, path, ("title", "url"))
    for name in ("title", "url"):
        if name not in parts:
            reader.fault(node, "config-invalid/menu-lacks", name=name)
            return None
    titles = {lang: text for lang, (_, text) in reader.by_language(parts["title"], f"{path}.title").items()}
    urls = {}
    for lang, (place, text) in reader.by_language(parts["url"], f"{path}.url").items():
        if _ADDRESS.fullmatch(text):
            urls[lang] = text
        else:
            reader.fault_once(place, "config-invalid/menu-url", url=text)
    return MenuEntry("", titles, urls) if titles and urls else None


def read_home(reader: KeyReader, node: Node) -> str | None:
    if not isinstance(node, Mapping):
        reader.fault(node, "config-invalid/home")
        return None
    parts = reader.entries(node, "home", ("lead",))
    lead = reader.text(parts["lead"], "home.lead") if "lead" in parts else None
    if lead is None or lead in reader.category_ids:
        return lead
    near = difflib.get_close_matches(lead, reader.category_ids, n=1)
    if near:
        reader.fault(parts["lead"], "config-invalid/home-lead-near", name=lead, near=near[0])
    else:
        reader.fault(parts["lead"], "config-invalid/home-lead", name=lead)
    return None
