"""Last good versions of texts: which there are, and as what they stand in for files that are broken or refused."""

# Which version: the one that the manifest of the output names (`Books.shown`), whatever was parsed since; see
# `pipeline.looking`. Its bytes are those of the table `good`. It is parsed from them anew; where the rules are others
# now and refuse it, or newsgen itself fails at it, it stands in as it was parsed then (`as_parsed`), so that another
# version of newsgen takes nothing away that was published. A version that took its date or its categories from another
# one of its story keeps those that it was published with where none has any now: the other may be gone, or refused.

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from newsgen.catalog.store import Catalog, decode_parsed, decode_version
from newsgen.nouns.model import Body, Inline, Parsed, Source, Text, Version, When
from newsgen.output.manifest import Books

_UNREADABLE = (sqlite3.Error, msgspec.MsgspecError, KeyError, TypeError, ValueError)


class LastGood:
    """What catalogs and the manifest of an output know of last good versions; the first catalog knows best."""

    def __init__(self, books: Books, *catalogs: Catalog) -> None:
        self.books, self.catalogs = books, catalogs

    def shown(self, path: str) -> str:
        """The hash of the version of a content file that the output shows, "" if it shows none."""
        return self.books.shown(path)

    def data(self, path: str) -> tuple[str, bytes] | None:
        """Hash and bytes of that version, if they are known."""
        shown = self.shown(path)
        for catalog in self.catalogs if shown else ():
            with suppress(sqlite3.Error):
                if (data := catalog.good_bytes(path, shown)) is not None:
                    return shown, data
        return None

    def parsed(self, source: Source, parse: Callable[[Source, bytes], Parsed]) -> tuple[str, Parsed] | None:
        """Hash and values of that version, with the date and the categories that it was published with."""
        last = self.data(source.path)
        if last is None:
            return None
        shown, data = last
        try:
            good = parse(source, data)
        except Exception:  # told of the file as it stands: what newsgen could read once, it cannot read any more
            good = Parsed(source.path, source.kind, source.name, source.lang, None, Inline(), Body())
        if good.front is None:
            good = self._as_parsed(source.path, shown) or good
        if good.front is None:
            return None
        return shown, replace(self._completed(good), diagnostics=(), broken=None)

    def _as_parsed(self, path: str, shown: str) -> Parsed | None:
        for catalog in self.catalogs:
            try:
                row = catalog.one("SELECT head FROM parsed WHERE path = ? AND shown = ?", path, shown)
                good = replace(decode_parsed(row[0]), body=catalog.body(path)) if row else None
            except _UNREADABLE:
                continue
            if good and good.front:
                return good
        return None

    def _completed(self, good: Parsed) -> Parsed:
        front = good.front
        if front is None or good.kind != "article" or (front.date and front.categories):
            return good
        version = self._version(good.path)
        if version is None:
            return good
        date = When(version.date.iso, 0, 0) if version.date else None
        return replace(good, had_date=date, had_categories=tuple(Text(id_, 0, 0) for id_ in version.categories))

    def _version(self, path: str) -> Version | None:
        for catalog in self.catalogs:
            try:
                row = catalog.one("SELECT row FROM version WHERE path = ?", path)
                if row:
                    return decode_version(row[0])
            except _UNREADABLE:
                continue
        return None
