"""The ledger in the hands of its operator: what it holds, and what an address was and is."""

# Proved by test_the_commands_of_the_ledger.

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from newsgen.catalog.store import Catalog
from newsgen.ledger import folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.lines import Line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.report import counted


class Shown(msgspec.Struct, frozen=True):
    """What an address was given to and when, and what answers there in the last build: `leads_to` or `page`."""

    address: str
    kind: str
    lang: str
    id: str
    moment: str
    publication: str
    page: str
    leads_to: str


def show(root: Path, catalog: Catalog | None, address: str) -> Shown:
    """What the ledger says of an address, and what the last build, if there was one, has there.

    Raises: NewsgenError, if the ledger does not know the address.
    """
    wanted = unquote(urlsplit(address).path)
    promise = next((one for one in ledger_lines.promises(folder.read(root)) if one.address == wanted), None)
    if promise is None:
        raise NewsgenError(f"the ledger has no address {wanted}")
    owner = promise.owner
    page = leads_to = ""
    if catalog:
        row = catalog.one("SELECT kind FROM page WHERE url = ?", wanted)
        page = row[0] if row else ""
        sql = "SELECT p.url FROM moved m JOIN page p USING (kind, lang, key, number) WHERE m.url = ?"
        target = catalog.one(sql, wanted)
        leads_to = target[0] if target else ""
    moment, publication = promise.moment, promise.publication
    return Shown(promise.address, owner.kind, owner.lang, owner.id, moment, publication, page, leads_to)


def in_words(lines: list[Line]) -> list[str]:
    """What a ledger holds, for its operator: how many addresses of which kinds, and from when to when."""
    if not lines:
        return ["the ledger is empty: `newsgen ledger fetch` joins what the live site knows"]
    kinds: dict[str, int] = {}
    for promise in ledger_lines.promises(set(lines)):
        kinds[promise.owner.kind] = kinds.get(promise.owner.kind, 0) + 1
    moments = sorted({line.moment for line in lines if line.moment})
    publications = counted(len({line.publication for line in lines if line.publication}), "publication")
    counts = [f"{n:>8,} {kind}" for kind, n in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))]
    span = f"from {moments[0]} to {moments[-1]}" if moments else ""
    return [f"{sum(kinds.values()):,} addresses of {publications}, {span}", *counts]
