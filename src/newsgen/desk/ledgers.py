"""The ledger in the hands of its operator: what it holds, what an address was and is, and what is taken back."""

# Proved by test_what_is_retracted_is_no_promise_any_more, test_what_is_forgotten_leaves_every_local_file,
# test_the_commands_of_the_ledger, test_the_commands_that_take_back.

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from newsgen.addresses.urls import usual_address
from newsgen.catalog.store import Catalog
from newsgen.ledger import folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.lines import ACCEPTED, FORGOTTEN, RETRACTED, Line, Promise
from newsgen.nouns.diagnostics import Diagnostic, NewsgenError
from newsgen.output.report import counted


class Shown(msgspec.Struct, frozen=True):
    """What an address was given to and when, when that was retracted or its loss accepted, and what the last build has
    there: `leads_to` or `page`, else `why` nothing answers. Of a forgotten one only when it was."""

    address: str
    kind: str
    lang: str
    id: str
    moment: str
    publication: str
    retracted: str = ""
    page: str = ""
    leads_to: str = ""
    accepted: str = ""
    why: str = ""


# ---- take back
class Taken(msgspec.Struct, frozen=True):
    """Addresses that are no promises any more, each with what the ledger said of it; the files that were written."""

    promises: tuple[Promise, ...]
    paths: tuple[str, ...]


def retract(root: Path, publication: str, number: int | None, *, now: datetime) -> Taken:
    """Takes back what this publication was the first to make and no other one did, if it is this number of addresses;
    None only says which they are.

    Raises: NewsgenError, if the ledger has no such publication, or for another number.
    """
    here = folder.read(root)
    if publication in ledger_lines.retracted(here):
        raise NewsgenError(f"the publication {publication} was retracted already")
    if not any(line.publication == publication for line in here):
        raise NewsgenError(f"the ledger has no publication {publication}: `newsgen ledger show` names the newest")
    tombstone = Line(publication, RETRACTED, "", "")
    left = folder.addresses([*here, tombstone])
    gone = [promise for promise in _first_of(here) if promise.address not in left]
    if number is None:
        return Taken(tuple(gone), ())
    if number != len(gone):
        of_it = counted(len(gone), "address", "addresses")
        raise NewsgenError(f"{publication} was the first to make {of_it}, not {number}: nothing was written")
    return Taken(tuple(gone), _add(root, here, [tombstone], now))


def forget(root: Path, addresses: Iterable[str], *, now: datetime, writes: bool) -> Taken:
    """Keeps only a hash of each of these addresses, so that nothing is at them any more, nor ever will be.

    `writes`: else nothing is changed. Raises: NewsgenError, if the ledger does not know one of them.
    """
    here = folder.read(root)
    known = {ledger_lines.hash_of(promise.address): promise for promise in _first_of(here)}
    before = ledger_lines.forgotten(here)
    gone = {}
    for address in addresses:
        hash_ = ledger_lines.hash_of(address)
        if hash_ in before:
            raise NewsgenError(f"{address} is forgotten already")
        if hash_ not in known:
            raise NewsgenError(f"the ledger has no address {address}: `newsgen ledger fetch` joins what is live")
        gone[hash_] = known[hash_]
    tombstones = [Line(hash_, FORGOTTEN, "", "") for hash_ in gone]
    return Taken(tuple(gone.values()), _add(root, here, tombstones, now) if writes else ())


def _add(root: Path, here: list[Line], tombstones: list[Line], now: datetime) -> tuple[str, ...]:
    lines = ledger_lines.stamped(tombstones, folder.moment(now), ledger_lines.retracted(here))
    return folder.join(root, here, lines).paths


def _first_of(lines: Iterable[Line]) -> list[Promise]:
    """The promise that counts of each address."""
    first: dict[str, Promise] = {}
    for promise in ledger_lines.promises(lines):
        first.setdefault(promise.address, promise)
    return sorted(first.values(), key=lambda promise: promise.address)


# ---- show
def address_of(written: str, site: str) -> str:
    """The address that is meant by one that was copied from a browser, or from a file: `/fr/x/`."""
    parts = urlsplit(written)
    path = unquote(parts.path)
    base = urlsplit(site).path
    if parts.netloc and path.startswith(base):
        path = f"/{path.removeprefix(base)}"
    with suppress(ValueError):
        return usual_address(path)
    return path


def show(root: Path, catalog: Catalog | None, address: str) -> Shown:
    """What the ledger says of an address, and what the last build, if there was one, has there.

    Raises: NewsgenError, if the ledger does not know the address.
    """
    lines = folder.read(root)
    hash_ = ledger_lines.hash_of(address)
    if forgotten := next((one for one in lines if one.kind == FORGOTTEN and one.address == hash_), None):
        return Shown(address, FORGOTTEN, "", "", forgotten.moment, forgotten.publication)
    retracted = {line.address: line.moment for line in lines if line.kind == RETRACTED}
    facts = [line for line in lines if line.kind not in (RETRACTED, FORGOTTEN)]
    found = [one for one in ledger_lines.promises(facts) if one.address == address]
    # One that counts comes before one that was retracted.
    promise = min(found, key=lambda one: one.publication in retracted, default=None)
    if promise is None:
        raise NewsgenError(f"the ledger has no address {address}")
    owner = promise.owner
    page, leads_to = at(catalog, address) if catalog else ("", "")
    moment, publication = promise.moment, promise.publication
    back = retracted.get(publication, "")
    is_accepted = address in ledger_lines.accepted(lines)
    accepted = (
        min(one.moment for one in lines if one.kind == ACCEPTED and one.address == address) if is_accepted else ""
    )
    why = _why(catalog, address) if catalog and not page else ""
    named = promise.address, owner.kind, owner.lang, owner.id, moment, publication
    return Shown(*named, back, page, leads_to, accepted, why)


def _why(catalog: Catalog, address: str) -> str:
    """What the last build said of an address at which nothing answers; "" if nothing."""
    for told in catalog.diagnostics():
        if told.id in ("address-lost", "media-gone") and address in _urls(told):
            return f"{told.location}: {told.severity}[{told.id}]: {told.hint}"
    return ""


def at(catalog: Catalog, address: str) -> tuple[str, str]:
    """Of what the last build has at an address: the kind of the page, and where it leads; "" for what is not so."""
    row = catalog.one("SELECT kind FROM page WHERE url = ?", address)
    sql = "SELECT p.url FROM moved m JOIN page p USING (kind, lang, key, number) WHERE m.url = ?"
    target = catalog.one(sql, address)
    return (row[0] if row else "", target[0] if target else "")


def _urls(told: Diagnostic) -> tuple[Any, ...]:
    urls = dict(told.parameters).get("urls", ())
    return urls if isinstance(urls, tuple) else ()


#: So many publications are named.
_NEWEST = 5


def in_words(lines: list[Line]) -> list[str]:
    """What a ledger holds, for its operator: how many addresses of which kinds, from when to when, and what was taken
    back."""
    if not lines:
        return ["the ledger is empty: `newsgen ledger fetch` joins what the live site knows"]
    kinds: dict[str, int] = {}
    made: dict[tuple[str, str], int] = {}
    for promise in _first_of(lines):
        kinds[promise.owner.kind] = kinds.get(promise.owner.kind, 0) + 1
        name = promise.moment, promise.publication
        made[name] = made.get(name, 0) + 1
    moments = sorted({line.moment for line in lines if line.moment})
    publications = counted(len({line.publication for line in lines if line.publication}), "publication")
    counts = [f"{n:>8,} {kind}" for kind, n in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))]
    span = f"from {moments[0]} to {moments[-1]}" if moments else ""
    newest = sorted((name for name in made if name[0]), reverse=True)[:_NEWEST]
    named = [f"  {name}  {moment}  {counted(made[moment, name], 'address', 'addresses')}" for moment, name in newest]
    retracted, forgotten = len(ledger_lines.retracted(lines)), len(ledger_lines.forgotten(lines))
    back = [f"{counted(retracted, 'publication')} retracted"] if retracted else []
    back += [f"{counted(forgotten, 'address', 'addresses')} forgotten"] if forgotten else []
    head = f"{sum(kinds.values()):,} addresses of {publications}, {span}"
    return [head, *counts, *(["the newest publications:", *named] if named else []), *back]
