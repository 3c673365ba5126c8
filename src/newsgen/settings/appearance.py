"""The keys of newsgen.yaml that only shape what readers see round the articles: `logo`, `menu`, `home`."""

from __future__ import annotations

import difflib
import re

from newsgen.settings.config import PATH_WORDS, Logo, MenuEntry
from newsgen.settings.key_reader import KeyReader
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

#: A path on this site or a whole address: nothing that could run as a script in a link.
_ADDRESS = re.compile(r"(?:/(?!/)|https?://|mailto:)[^\s\"<>]*", re.IGNORECASE)
_PIXELS = re.compile(r"[1-9][0-9]{0,3}")
_MENU_FORM = "write `menu: [europe, latest, {title: {fr: …, en: …}, url: /fr/about/}]`"


def read_logo(reader: KeyReader, node: Node) -> Logo | None:
    form = "write `logo: {src: /assets/logo.svg, width: 220, height: 40}`; the file lies in static/assets/"
    if not isinstance(node, Mapping):
        reader.fault(node, "`logo` must hold `src`, `width` and `height`", form)
        return None
    parts = reader.entries(node, "logo", ("src", "width", "height"))
    for name in ("src", "width", "height"):
        if name not in parts:
            reader.fault(node, f"`logo` lacks `{name}`", form)
            return None
    src = reader.text(parts["src"], "logo.src")
    if src is not None and (not src.startswith("/") or not _ADDRESS.fullmatch(src)):
        reader.fault(parts["src"], "`logo.src` must be the path of a file of this site", form)
        src = None
    sizes = [_pixels(reader, parts[name], f"logo.{name}") for name in ("width", "height")]
    return Logo(src, *sizes) if src and all(sizes) else None


def _pixels(reader: KeyReader, node: Node, name: str) -> int:
    text = node.value if isinstance(node, Scalar) else ""
    if _PIXELS.fullmatch(text):
        return int(text)
    reader.fault(node, f"`{name}` must be a number of CSS pixels from 1 to 9999", f"write `{name.split('.')[1]}: 40`")
    return 0


def read_menu(reader: KeyReader, node: Node) -> tuple[MenuEntry, ...]:
    if not isinstance(node, Sequence):
        reader.fault(node, "`menu` must be a list", _MENU_FORM)
        return ()
    found: list[MenuEntry] = []
    taken: set[tuple[str, str]] = set()
    for number, item in enumerate(node.items):
        reader.keep(f"menu.{number}", item)
        entry = _entry(reader, item, number)
        if entry is None:
            continue
        places = _places(entry)
        if any(place in taken and (entry.id or place[0] in entry.titles) for place in places):
            name = entry.id or next(iter(entry.titles.values()))
            reader.warn(item, "menu-duplicate", f"the menu has `{name}` twice", "delete one of the two")
        elif not entry.id:
            _look_at_languages(reader, item, entry)
        found.append(entry)
        taken |= places
    return tuple(found)


def _places(entry: MenuEntry) -> set[tuple[str, str]]:
    """Where an entry leads: by its id, or by its address in each language."""
    return {("", entry.id)} if entry.id else set(entry.urls.items())


def _look_at_languages(reader: KeyReader, node: Node, entry: MenuEntry) -> None:
    """An entry is shown in the languages that have both title and address; one that has only one of them was to be."""
    for lang in reader.languages:
        if (lang in entry.titles) == (lang in entry.urls):
            continue
        lacks, form = ("url", "an address") if lang in entry.titles else ("title", "a title")
        message = f"this entry of the menu has no `{lacks}` in `{lang}`, and is not shown there"
        reader.warn(node, "menu-partial", message, f"write {form} for `{lang}`")


def _entry(reader: KeyReader, node: Node, number: int) -> MenuEntry | None:
    if isinstance(node, Scalar):
        known = (*reader.category_ids, "home", *PATH_WORDS["en"])
        if node.value in known:
            return MenuEntry(node.value)
        near = difflib.get_close_matches(node.value, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "known here: " + ", ".join(f"`{name}`" for name in known)
        reader.fault(node, f"no category and no list is called `{node.value}`", hint)
        return None
    if not isinstance(node, Mapping):
        reader.fault(node, "an entry of the menu is an id, or a title with an address", _MENU_FORM)
        return None
    path = f"menu.{number}"
    parts = reader.entries(node, path, ("title", "url"))
    for name in ("title", "url"):
        if name not in parts:
            reader.fault(node, f"this entry of the menu lacks `{name}`", _MENU_FORM)
            return None
    titles = {lang: text for lang, (_, text) in reader.by_language(parts["title"], f"{path}.title").items()}
    urls = {}
    for lang, (place, text) in reader.by_language(parts["url"], f"{path}.url").items():
        if _ADDRESS.fullmatch(text):
            urls[lang] = text
        else:
            reader.fault_once(place, f"`{text}` is no address", "write `/fr/about/` or `https://example.org/`")
    return MenuEntry("", titles, urls) if titles and urls else None


def read_home(reader: KeyReader, node: Node) -> str | None:
    form = "write `home: {lead: a-la-une}`"
    if not isinstance(node, Mapping):
        reader.fault(node, "`home` must hold `lead`, a category", form)
        return None
    parts = reader.entries(node, "home", ("lead",))
    lead = reader.text(parts["lead"], "home.lead") if "lead" in parts else None
    if lead is None or lead in reader.category_ids:
        return lead
    near = difflib.get_close_matches(lead, reader.category_ids, n=1)
    hint = f"did you mean `{near[0]}`?" if near else "name a category that `categories` declares"
    reader.fault(parts["lead"], f"no category `{lead}`", hint)
    return None
