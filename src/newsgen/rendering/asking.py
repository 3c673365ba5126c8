"""The functions of templates that ask one query: each has the name that its query says, and the query's fields."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from newsgen.queries import QUERY_TYPES, Query, Reader

#: The name that templates call to the query that it asks.
ASKED: dict[str, Any] = {
    function: query for query in QUERY_TYPES.values() if (function := getattr(query, "function", ""))
}
_SIGNATURES = {name: inspect.signature(query) for name, query in ASKED.items()}


def functions(reader: Reader) -> dict[str, Callable[..., Any]]:
    """A function for each of `ASKED`, which asks through this reader."""
    return {name: _function(name, query, reader) for name, query in ASKED.items()}


def _function(name: str, query: type[Query], reader: Reader) -> Callable[..., Any]:
    get = reader.get_shared if query.shared else reader.get
    signature = _SIGNATURES[name]
    number = len(query.__struct_fields__)

    def ask(*values: Any, **named: Any) -> Any:
        if len(values) != number or named:
            values = _values(name, signature, values, named)
        return get(query, *values)

    ask.__signature__ = signature  # type: ignore[attr-defined]
    ask.__code__ = ask.__code__.replace(co_name=f"_{name}")  # so that tracebacks say which it is (see `explain`)
    return ask


def _values(name: str, signature: inspect.Signature, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The values of all fields. Raises: TypeError, in the words of Python, with which `explain` is at home."""
    call, fields = f"Renderer._{name}()", signature.parameters
    given = dict(zip(fields, values, strict=False))
    if len(values) > len(fields):
        raise TypeError(f"{call} takes {len(fields) + 1} positional arguments but {len(values) + 1} were given")
    for field in named:
        if field not in fields:
            raise TypeError(f"{call} got an unexpected keyword argument '{field}'")
        if field in given:
            raise TypeError(f"{call} got multiple values for argument '{field}'")
    given = {field: one.default for field, one in fields.items() if one.default is not one.empty} | given | named
    missing = [f"'{field}'" for field in fields if field not in given]
    if missing:
        raise TypeError(f"{call} missing {len(missing)} required positional arguments: {', '.join(missing)}")
    return tuple(given[field] for field in fields)
