"""The promises of an older site, taken over from its sitemap, from a list of addresses or from an access log."""

# Proved by test_an_older_site_is_taken_over, test_addresses_of_an_older_site.

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsgen.addresses.urls import usual_address
from newsgen.ledger import folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.folder import Joined
from newsgen.ledger.lines import UNKNOWN, Line

_SITEMAP_ADDRESS = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
#: A request that was answered, in a log as Apache and nginx write it: method, address, status.
_LOGGED = re.compile(r'"(?:GET|HEAD) (\S+) HTTP/[0-9.]+" ([0-9]{3})\b')


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
    known, hashes = folder.addresses(here), ledger_lines.forgotten(here)
    found = [Line(address, UNKNOWN, "", "") for address in addresses if address not in known]
    new = ledger_lines.kept(found, hashes) if hashes else found
    stamped = ledger_lines.stamped(new, folder.moment(now), ledger_lines.retracted(here))
    if writes:
        return folder.join(root, here, stamped)
    return Joined(len(new), 0, len(known) + len(new), ())
