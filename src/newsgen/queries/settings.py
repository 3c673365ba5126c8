"""Questions to the configuration and the words of the interface; kinds of lists and their sizes."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.languages.cldr_snapshot import Shorthand
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.kinds import ADDRESSES

LATEST_SIZE = 50  # CONTENT.md §5: the running feed shows the newest 50
BACKLINKS = 20  # CONTENT.md §5: "Cité par" shows the newest 20
OVERVIEW_SIZE = 300  # terms on one overview page; beyond, it is split by the next letter of the slug
NO_DATE = "1970-01-01T00:00:00+00:00"  # `updated` of a feed without entries


class NoSuch(KeyError):
    """No interface words (`words`), list (`list`) or language of the site (`language`) is called so."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.kind, self.name = kind, name


class SettingQuery(msgspec.Struct, frozen=True):
    """A value of newsgen.yaml, or one derived from it; None where there is none."""

    shared: ClassVar[bool] = True
    name: str

    def answer(self, catalog: Catalog) -> Any:
        return setting(catalog, self.name)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for name in changes.settings:
            yield (name,)
        if changes.clock:
            yield ("now",)


class WordQuery(msgspec.Struct, frozen=True):
    """The words of the interface with this id. Raises NoSuch if no table has it."""

    shared: ClassVar[bool] = True
    lang: str
    id: str

    def answer(self, catalog: Catalog) -> str:
        return word(catalog, self.lang, self.id)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        yield from changes.words


class PathQuery(msgspec.Struct, frozen=True):
    """The address of a page that always exists: home, latest, search, corrections, tags, authors, topics, sources; and
    `opensearch`, the description of search, which exists unless `search` is false."""

    shared: ClassVar[bool] = True
    function: ClassVar[str] = "path"
    word: str
    lang: str

    def answer(self, catalog: Catalog) -> str:
        return fixed_path(catalog, self.word, self.lang)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if has_paths(changes):
            yield ()


def has_paths(changes: Changes) -> bool:
    """Whether addresses of lists that always exist may be others now."""
    return any(name.startswith("paths:") for name in changes.settings)


def setting(catalog: Catalog, name: str) -> Any:
    return catalog.setting(name)


def word(catalog: Catalog, lang: str, id_: str) -> str:
    text = catalog.word(lang, id_)
    if text is None:
        raise NoSuch("words", id_)
    return text


def fixed_path(catalog: Catalog, name: str, lang: str) -> str:
    address = ADDRESSES.get(name)
    if address and "{word}" not in address:
        return address.replace("{lang}", lang)
    words = setting(catalog, f"paths:{lang}") or {}
    if address is None or name not in words:
        raise NoSuch("list", name) if words else NoSuch("language", lang)
    return address.replace("{lang}", lang).replace("{word}", words[name])


def language_label(catalog: Catalog, lang: str, in_lang: str) -> str:
    """ "(en anglais)": what stands behind a link to another language."""
    name = Shorthand(lambda other: catalog.setting(f"cldr:{other}")).language_name(lang, in_lang)
    return "(" + word(catalog, in_lang, "in-language").replace("{language}", name) + ")"
