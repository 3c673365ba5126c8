"""The ledger in the hands of its operator: shown, and taken over from an older site."""

# Proved by test_an_older_site_is_taken_over, test_addresses_of_an_older_site, test_the_commands_of_the_ledger.

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from newsgen.addresses.urls import usual_address
from newsgen.catalog.store import Catalog
from newsgen.ledger import folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.folder import Joined
from newsgen.ledger.lines import UNKNOWN, Line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.report import counted

_SITEMAP_ADDRESS = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
#: A request that was answered, in a log as Apache and nginx write it: method, address, status.
_LOGGED = re.compile(r'"(?:GET|HEAD) (\S+) HTTP/[0-9.]+" ([0-9]{3})\b')


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


# ---- import
def addresses_of(text: str, site: str) -> list[str]:
    """The addresses below `site` in a sitemap, an access log or a list with one a line, each once and sorted.

    A log counts what was answered with 200, 301, 302, 304, 307 and 308; whatever stands behind `?` or `#` goes.
    """
    if "<loc>" in text:
        found = _SITEMAP_ADDRESS.findall(text)
    elif logged := _LOGGED.findall(text):
        found = [address for address, status in logged if status in ("200", "301", "302", "304", "307", "308")]
    else:
        found = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    base = urlsplit(site)
    taken = set()
    for address in found:
        parts = urlsplit(address.replace("&amp;", "&"))
        if parts.netloc and parts.netloc.lower() != base.netloc.lower():
            continue
        path = unquote(parts.path)
        if not path.startswith(base.path) or "\t" in path or "\n" in path or "\ufffd" in path:
            continue
        with suppress(ValueError):  # no address that a site of newsgen's could have
            taken.add(usual_address(f"/{path.removeprefix(base.path)}"))
    return sorted(taken)


def adopt(root: Path, addresses: Iterable[str], *, now: datetime, writes: bool) -> Joined:
    """Takes the promises of an older site over: addresses whose owner is what answers there in the next build.

    `writes`: else nothing is changed, and it is only said what would be.
    """
    here = folder.read(root)
    known = folder.addresses(here)
    new = [Line(address, UNKNOWN, "", "") for address in addresses if address not in known]
    stamped = ledger_lines.stamped(new, folder.moment(now))
    if writes:
        return folder.join(root, here, stamped)
    return Joined(len(new), 0, len(known) + len(new), ())


# ---- show
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
