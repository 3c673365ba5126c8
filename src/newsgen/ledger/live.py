"""The ledger of the live site: fetched, and joined to the one in the site folder."""

# What is live carries the ledger that its successor needs: `/newsgen-ledger/next.txt` names the years that lie beside
# it, and holds what was new in that publication, without a moment. `fetch` joins all of it to the files in `ledger/`:
# what was new is stamped with the moment at which it was first seen live, and with its own hash as the name of the
# publication. So the bytes of a site depend on no clock, and a build that is repeated writes nothing.
#
# Proved by test_fetch_joins_the_live_ledger, test_fetch_from_a_folder, test_fetch_from_a_folder_that_publish_made,
# test_fetch_tells_of_lines_that_are_none, test_fetch_twice_changes_nothing,
# test_a_live_site_that_lacks_what_is_here_is_told, test_a_live_site_without_a_ledger_is_told.

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from newsgen.ledger import folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.folder import Joined
from newsgen.ledger.lines import FOLDER, NEXT, PUBLISHED_FOLDER, Line
from newsgen.nouns.diagnostics import NewsgenError

#: Seconds to wait for an answer of the live site.
_PATIENCE = 20
#: The largest file that is taken: a ledger of a million articles has about half of it.
_MOST_BYTES = 1 << 28

#: The folder of the ledger in an output; what leads to the release that is live, where `newsgen publish` made a folder.
_PUBLISHED, _CURRENT = PUBLISHED_FOLDER.strip("/"), "current"

Get = Callable[[str], bytes | None]  #: the bytes of a file of the live ledger by its name, None if there is none


def fetch(root: Path, place: str, *, now: datetime, is_first: bool = False) -> Joined:
    """Joins the ledger of the site at `place` to the one in `ledger/`: an address, a folder with its output, or one
    that `newsgen publish` made.

    `is_first`: nothing is live yet, so that nothing is missing. Raises: NewsgenError where nothing can be had from
    there, or what is there has no ledger.
    """
    get = _of_address(place) if "://" in place else _of_folder(Path(place))
    return join(root, get, place, now=now, is_first=is_first)


def join(root: Path, get: Get, place: str, *, now: datetime, is_first: bool = False) -> Joined:
    """As `fetch`, with what gives the files of the live ledger; `place` is what messages call it."""
    here = folder.read(root)
    faulty = folder.left_out((f"{FOLDER}/{name}", data) for name, data in folder.files(root).items())
    data = get(NEXT)
    if data is None and is_first:
        return Joined(0, 0, len(folder.addresses(here)), (), faulty)
    if data is None:
        raise NewsgenError(
            f"{place} has no ledger ({PUBLISHED_FOLDER}{NEXT}): nothing is live yet (then add `--first`), or another"
            " system made it (then `newsgen ledger import` takes over the addresses of a sitemap, a list or a log)"
        )
    live: list[Line] = []
    for year in ledger_lines.years(data):
        of_year = get(f"{year}.txt")
        if of_year is None:
            raise NewsgenError(f"{place} lacks {PUBLISHED_FOLDER}{year}.txt, which its ledger names: try again")
        live += ledger_lines.read(of_year, "")[0]
        faulty += folder.left_out([(f"{PUBLISHED_FOLDER}{year}.txt of {place}", of_year)])
    faulty += folder.left_out([(f"{PUBLISHED_FOLDER}{NEXT} of {place}", data)])
    waiting = ledger_lines.read(data, "")[0]
    new = _new(here, live, waiting)
    stamped = ledger_lines.stamped(new, folder.moment(now), ledger_lines.retracted((*here, *live)))
    there = {_fact(line) for line in (*live, *waiting)}
    joined = folder.join(root, here, [*live, *stamped], only_here=sum(_fact(line) not in there for line in here))
    return replace(joined, left_out=faulty)


def _new(here: list[Line], live: list[Line], waiting: list[Line]) -> list[Line]:
    """What the live site published first. What was retracted here is none of it as long as it does not know of that:
    it says the same once more then, and does not make it anew."""
    known = {_fact(line) for line in ledger_lines.standing((*here, *live))}
    names = ledger_lines.retracted(here) - ledger_lines.retracted(live)
    if names:
        known |= {_fact(line) for line in (*here, *live) if line.publication in names}
    return [line for line in waiting if _fact(line) not in known]


def _fact(line: Line) -> Line:
    """A line without the publication that made it first."""
    return replace(line, moment="", publication="")


def _of_folder(output: Path) -> Get:
    if not output.is_dir():
        raise NewsgenError(f"there is no folder {output}")

    if not (output / _PUBLISHED / NEXT).is_file() and (output / _CURRENT / _PUBLISHED).is_dir():
        output /= _CURRENT

    def get(name: str) -> bytes | None:
        path = output / _PUBLISHED / name
        return path.read_bytes() if path.is_file() else None

    return get


def _of_address(address: str) -> Get:
    base = address if address.endswith("/") else f"{address}/"
    if urlsplit(address).scheme not in ("http", "https"):
        raise NewsgenError(f"a ledger is fetched from http:, https: or a folder, not from {address}")

    def get(name: str) -> bytes | None:
        return _fetched(urljoin(base, f"{PUBLISHED_FOLDER.removeprefix('/')}{name}"))

    return get


def _fetched(url: str) -> bytes | None:
    """The bytes at an address, None if there is nothing (404, 410). Raises: NewsgenError."""
    import urllib.error
    import urllib.request

    headers = {"User-Agent": "newsgen", "Cache-Control": "no-cache"}
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            data: bytes = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as fault:
        if fault.code in (404, 410):
            return None
        raise NewsgenError(f"{url} answers {fault.code} {fault.reason}") from fault
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "reason", fault)
        raise NewsgenError(f"{url} cannot be fetched: {reason}") from fault
    if len(data) > _MOST_BYTES:
        raise NewsgenError(f"{url} is larger than {_MOST_BYTES >> 20} MiB: no ledger of newsgen's is")
    return data
