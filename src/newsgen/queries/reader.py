"""A query and the Reader that answers queries and records, page by page, what was asked."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, ClassVar, Protocol

import msgspec

from newsgen.catalog import Catalog


class Query(Protocol):
    """A named question: `shared` says that its answer is likely to be asked again by other pages."""

    shared: ClassVar[bool]

    def answer(self, catalog: Catalog) -> Any: ...


_encode = msgspec.msgpack.Encoder(enc_hook=str).encode  # HTML is a text of its own class
_key = msgspec.json.Encoder().encode


class Reader:
    """Answers queries for one page after another and records, per page, what was asked and a hash of each answer."""

    KEPT = 4000  # answers kept beyond the page that asked, of queries that are not shared

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._shared: dict[Query, tuple[Any, bytes, str]] = {}
        self._others: dict[Query, tuple[Any, bytes, str]] = {}
        self._asked: dict[str, bytes] = {}

    def begin(self) -> None:
        """A new page: what was asked before belongs to another."""
        self._asked = {}
        if len(self._others) > self.KEPT:
            self._others = {}

    def ask(self, query: Query) -> Any:
        kept = self._shared if query.shared else self._others
        hit = kept.get(query)
        if hit is None:
            answer = query.answer(self.catalog)
            name = _key([type(query).__name__, query]).decode()
            hit = kept[query] = answer, blake2b(_encode(answer), digest_size=12).digest(), name
        self._asked[hit[2]] = hit[1]
        return hit[0]

    def set_aside(self) -> dict[str, bytes]:
        """What was asked until now; from here on a part is traced by itself (see `resume`)."""
        asked, self._asked = self._asked, {}
        return asked

    def resume(self, asked: dict[str, bytes]) -> dict[str, bytes]:
        """Goes on with what was set aside; what the part asked."""
        part, self._asked = self._asked, asked
        return part

    def replay(self, part: dict[str, bytes]) -> None:
        """Records what a part of the page asked when it was made for an earlier page."""
        self._asked |= part

    def asked(self) -> tuple[tuple[str, bytes], ...]:
        """What the page asked since `begin`, by query text."""
        return tuple(sorted(self._asked.items()))
