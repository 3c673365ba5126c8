"""The promises of an older site, taken over from its sitemap, from a list of addresses or from an access log."""

# Proved by test_an_older_site_is_taken_over, test_addresses_of_an_older_site.

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from newsgen.addresses.urls import usual_address
from newsgen.ledger import folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.folder import Joined
from newsgen.ledger.lines import UNKNOWN, Line

_SITEMAP_ADDRESS = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
#: A request that was answered, in a log as Apache and nginx write it: method, address, status.
_LOGGED = re.compile(r'"(?:GET|HEAD) (\S+) HTTP/[0-9.]+" ([0-9]{3})\b')


_ANSWERED = ("200", "301", "302", "304", "307", "308")


class Found(msgspec.Struct, frozen=True):
    """The addresses in a file, each once and sorted, and how many lines of it are none: of another site, requests that
    got no page, what no site of newsgen's could have; `queries`: those that differ from another behind `?` alone."""

    addresses: list[str]
    elsewhere: int = 0
    unanswered: int = 0
    impossible: int = 0
    queries: int = 0


def addresses_of(text: str, site: str) -> list[str]:
    """The addresses below `site` in a sitemap, an access log or a list with one a line, each once and sorted."""
    return found_in(text, site).addresses


def found_in(text: str, site: str) -> Found:
    """The addresses below `site` in a sitemap, an access log or a list with one a line, and what was left out.

    A log counts what was answered with 200, 301, 302, 304, 307 and 308; whatever stands behind `?` or `#` goes.
    """
    unanswered = 0
    if "<loc>" in text:
        written = _SITEMAP_ADDRESS.findall(text)
    elif logged := _LOGGED.findall(text):
        written = [address for address, status in logged if status in _ANSWERED]
        unanswered = len(logged) - len(written)
    else:
        written = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    base = urlsplit(site)
    queries: dict[str, set[str]] = {}
    elsewhere = impossible = 0
    for address in written:
        try:
            parts = urlsplit(address.replace("&amp;", "&"))
            path = unquote(parts.path)
            if (parts.netloc and parts.netloc.lower() != base.netloc.lower()) or not path.startswith(base.path):
                elsewhere += path.startswith("/") or bool(parts.netloc)
                impossible += not (path.startswith("/") or parts.netloc)
                continue
            queries.setdefault(_usual(path.removeprefix(base.path)), set()).add(parts.query)
        except ValueError:
            impossible += 1
    alike = sum(len(of_one) - 1 for of_one in queries.values())
    return Found(sorted(queries), elsewhere, unanswered, impossible, alike)


def _usual(path: str) -> str:
    """The address below the site. Raises: ValueError, if no site of newsgen's could have it."""
    if re.search("[\t\n\ufffd]", path):
        raise ValueError(path)
    return usual_address(f"/{path}")


def unknown(root: Path, addresses: Iterable[str]) -> list[str]:
    """Those of some addresses that the ledger does not know, nor that they are forgotten."""
    here = folder.read(root)
    known, hashes = folder.addresses(here), ledger_lines.forgotten(here)
    return [one for one in addresses if one not in known and not (hashes and ledger_lines.hash_of(one) in hashes)]


def adopt(root: Path, addresses: Iterable[str], *, now: datetime, writes: bool) -> Joined:
    """Takes the promises of an older site over: addresses whose owner is what answers there in the next build.

    `writes`: else nothing is changed, and it is only said what would be.
    """
    here = folder.read(root)
    new = [Line(address, UNKNOWN, "", "") for address in unknown(root, addresses)]
    stamped = ledger_lines.stamped(new, folder.moment(now), ledger_lines.retracted(here))
    if writes:
        return folder.join(root, here, stamped)
    return Joined(len(new), 0, len(folder.addresses(here)) + len(new), ())
