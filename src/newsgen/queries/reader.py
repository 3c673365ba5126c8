"""A query and the Reader that answers queries and records, page by page, what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, Protocol

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.model import PageKey


class Query(Protocol):
    """A named question: `shared` says that many pages ask it, so that its pages share one bundle in their traces."""

    __struct_fields__: ClassVar[tuple[str, ...]]
    shared: ClassVar[bool]

    def answer(self, catalog: Catalog) -> Any: ...

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        """The first values of every key whose answer `changes` may have made another one.

        Too many is a cost, one too few a bug: `plan.audit` finds it.
        """
        ...


Entry = tuple[str, bytes]  #: a query as text, and a hash of its answer

_encode = msgspec.msgpack.Encoder(enc_hook=str).encode  # HTML is a text of its own class
_json = msgspec.json.Encoder().encode


def query_text(query: Any) -> str:
    """A query as a JSON array of its name and its values: `["SwitchQuery","article","fr","2023/04/x",0]`."""
    kind = type(query)
    values = _VALUES.get(kind)
    if values is None:
        values = _VALUES[kind] = _reader_of(_paths(query))
    return _json((kind.__name__, *values(query))).decode()


_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def _reader_of(paths: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if not paths:
        return lambda query: ()
    get = attrgetter(*paths)
    return get if len(paths) > 1 else lambda query: (get(query),)


def _paths(value: Any) -> list[str]:
    """The names of a query's values in their order, those of a page key in place of its own: `page.kind`."""
    paths = []
    for name in value.__struct_fields__:
        part = getattr(value, name)
        paths += [f"{name}.{path}" for path in _paths(part)] if isinstance(part, msgspec.Struct) else [name]
    return paths


def text_prefix(type_name: str, *leading: str | int) -> str:
    """What the texts of all queries of a type begin with whose first values are these: `["LinkQuery","a"`."""
    return _json([type_name, *leading]).decode()[:-1]


def query_of(text: str, types: Mapping[str, type[Query]]) -> Query:
    """The query that `query_text` wrote."""
    name, *values = msgspec.json.decode(text)
    type_: Any = types[name]
    is_of_page = type_.__struct_fields__ == ("page",)
    query: Query = type_(PageKey(*values)) if is_of_page else type_(*values)
    return query


def answer_hash(answer: Any) -> bytes:
    """What stands for an answer in traces: 96 bits of BLAKE2b of its MessagePack."""
    return blake2b(_encode(answer), digest_size=12).digest()


class Asked(NamedTuple):
    """What was asked in a while: `own` of few pages, `shared` by many (see `Query.shared`)."""

    own: set[Entry]
    shared: set[Entry]


Answered = tuple[Any, Entry]


class Reader:
    """Answers queries for one page after another and records, per page, what was asked and a hash of each answer."""

    KEPT = 1500  # answers of queries that are not shared; one that two such generations do not ask for is forgotten
    BUNDLES = 1000

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.own: set[Entry] = set()
        self.shared: set[Entry] = set()
        self._many: dict[tuple[Any, ...], Answered] = {}  # by type and values of the query
        self._young: dict[tuple[Any, ...], Answered] = {}
        self._old: dict[tuple[Any, ...], Answered] = {}
        self._bundles: dict[frozenset[Entry], tuple[Entry, ...]] = {}

    def begin(self) -> None:
        """A new page: what was asked before belongs to another."""
        self.own, self.shared = set(), set()
        if len(self._young) > self.KEPT:
            self._young, self._old = {}, self._young

    def ask(self, query: Query) -> Any:
        values = (getattr(query, name) for name in query.__struct_fields__)
        return self.get_shared(type(query), *values) if query.shared else self.get(type(query), *values)

    def get(self, *key: Any) -> Any:
        """The answer to the query of this type with these values, of a type that is not shared."""
        hit = self._young.get(key)
        if hit is None:
            hit = self._young[key] = self._old.get(key) or self._answered(key)
        self.own.add(hit[1])
        return hit[0]

    def get_shared(self, *key: Any) -> Any:
        """The answer to the query of this type with these values, of a type that is shared."""
        hit = self._many.get(key)
        if hit is None:
            hit = self._many[key] = self._answered(key)
        self.shared.add(hit[1])
        return hit[0]

    def note_shared(self, *key: Any) -> Entry:
        """Records the query as `get_shared` does; what to add to `shared` wherever its answer is used again."""
        self.get_shared(*key)
        return self._many[key][1]

    def _answered(self, key: tuple[Any, ...]) -> Answered:
        query = key[0](*key[1:])
        answer = query.answer(self.catalog)
        return answer, (query_text(query), answer_hash(answer))

    def set_aside(self) -> Asked:
        """What was asked until now; from here on a part is traced by itself (see `resume`)."""
        asked = Asked(self.own, self.shared)
        self.own, self.shared = set(), set()
        return asked

    def resume(self, asked: Asked) -> Asked:
        """Goes on with what was set aside; what the part asked."""
        part = Asked(self.own, self.shared)
        self.own, self.shared = asked
        return part

    def replay(self, part: Asked) -> None:
        """Records what a part of the page asked when it was made for an earlier page."""
        self.own |= part.own
        self.shared |= part.shared

    def asked(self) -> tuple[Entry, ...]:
        """What the page asked since `begin` that is its own, by query text."""
        return tuple(sorted(self.own))

    def bundle(self) -> tuple[Entry, ...]:
        """What the page asked that many pages ask: one and the same value for all pages that asked the same."""
        key = frozenset(self.shared)
        bundle = self._bundles.get(key)
        if bundle is None:
            if len(self._bundles) >= self.BUNDLES:
                self._bundles = {}
            bundle = self._bundles[key] = tuple(sorted(key))
        return bundle
