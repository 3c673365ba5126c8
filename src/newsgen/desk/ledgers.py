"""The ledger in the hands of its operator: fetched from the live site, shown, and taken over from an older one."""

# What is live carries the ledger that its successor needs: `/newsgen-ledger/next.txt` names the years that lie beside
# it, and holds what was new in that publication, without a moment. `fetch` joins all of it to the files in `ledger/`:
# what was new is stamped with the moment at which it was first seen live, and with its own hash as the name of the
# publication. So the bytes of a site depend on no clock, and a build that is repeated writes nothing.
#
# Nothing is ever taken out of `ledger/`: a live site that lacks what is there is told, and not obeyed. Files are
# written whole, and only where they say more than before.
#
# Proved by test_fetch_joins_the_live_ledger, test_fetch_from_a_folder, test_fetch_twice_changes_nothing,
# test_a_live_site_that_lacks_what_is_here_is_told, test_a_live_site_without_a_ledger_is_told,
# test_an_older_site_is_taken_over.

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from msgspec.structs import replace

from newsgen.addresses.urls import usual_address
from newsgen.catalog.store import Catalog
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.lines import ACCEPTED, FOLDER, NEXT, PUBLISHED_FOLDER, UNKNOWN, Line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.report import counted

#: Seconds to wait for an answer of the live site.
_PATIENCE = 20
#: The largest file that is taken: a ledger of a million articles has about half of it.
_MOST_BYTES = 1 << 28
_SITEMAP_ADDRESS = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
#: A request that was answered, in a log as Apache and nginx write it: method, address, status.
_LOGGED = re.compile(r'"(?:GET|HEAD) (\S+) HTTP/[0-9.]+" ([0-9]{3})\b')

Get = Callable[[str], bytes | None]  #: the bytes of a file of the live site by its path, None if it has none


class Joined(msgspec.Struct, frozen=True):
    """What joining gave: addresses that are new here, lines that only this copy has, all addresses, files written."""

    new: int
    only_here: int
    addresses: int
    paths: tuple[str, ...]


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


# ---- the local one
def read(root: Path) -> list[Line]:
    """All lines in `ledger/`. Raises: OSError."""
    lines: list[Line] = []
    for path in sorted((root / FOLDER).glob("*.txt")):
        lines += ledger_lines.read(path.read_bytes(), f"{FOLDER}/{path.name}")[0]
    return lines


def _write(root: Path, before: Iterable[Line], lines: Iterable[Line]) -> list[str]:
    """Writes the files of the years in which there are lines that were not there before; their paths."""
    known, new = set(before), ledger_lines.by_year(lines)
    old = ledger_lines.by_year(known)
    paths = []
    for year, of_year in sorted(new.items()):
        if set(of_year) <= known:
            continue
        (root / FOLDER).mkdir(exist_ok=True)
        path = root / FOLDER / f"{year}.txt"
        beside = path.with_name(f".{year}.txt-new")  # which no build reads
        beside.write_text(ledger_lines.text_of([*of_year, *old.get(year, ())]), "utf-8", newline="\n")
        beside.replace(path)
        paths.append(f"{FOLDER}/{year}.txt")
    return paths


# ---- fetch
def fetch(root: Path, place: str, *, now: datetime, is_first: bool = False) -> Joined:
    """Joins the ledger of the site at `place`, an address or a folder with its output, to the one in `ledger/`.

    `is_first`: nothing is live yet, so that nothing is missing. Raises: NewsgenError where nothing can be had from
    there, or what is there has no ledger.
    """
    get = _of_address(place) if "://" in place else _of_folder(Path(place))
    data = get(NEXT)
    if data is None and is_first:
        return Joined(0, 0, len(_addresses(read(root))), ())
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
    waiting = ledger_lines.read(data, "")[0]
    here = read(root)
    known = {_fact(line) for line in (*here, *live)}
    stamped = ledger_lines.stamped((line for line in waiting if _fact(line) not in known), _moment(now))
    there = {_fact(line) for line in (*live, *waiting)}
    return _joined(root, here, [*live, *stamped], only_here=sum(_fact(line) not in there for line in here))


def _joined(root: Path, here: list[Line], more: list[Line], *, only_here: int = 0) -> Joined:
    paths = _write(root, here, more)
    before, after = (_addresses(lines) for lines in (here, [*here, *more]))
    return Joined(len(after - before), only_here, len(after), tuple(paths))


def _addresses(lines: Iterable[Line]) -> set[str]:
    return {promise.address for promise in ledger_lines.promises(lines)}


def _fact(line: Line) -> Line:
    """A line without the publication that made it first."""
    return replace(line, moment="", publication="")


def _moment(now: datetime) -> str:
    """`now`: in UTC."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _of_folder(folder: Path) -> Get:
    if not folder.is_dir():
        raise NewsgenError(f"there is no folder {folder}")

    def get(name: str) -> bytes | None:
        path = folder / PUBLISHED_FOLDER.strip("/") / name
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

    from newsgen import __version__

    headers = {"User-Agent": f"newsgen/{__version__}", "Cache-Control": "no-cache"}
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
    here = read(root)
    known = _addresses(here)
    new = [Line(address, UNKNOWN, "", "") for address in addresses if address not in known]
    stamped = ledger_lines.stamped(new, _moment(now))
    if writes:
        return _joined(root, here, stamped)
    return Joined(len(new), 0, len(known) + len(new), ())


# ---- losses
def accept(root: Path, addresses: Iterable[str], *, now: datetime) -> Joined:
    """Writes down that these addresses may be lost, so that nobody is asked again."""
    lines = [Line(address, ACCEPTED, "", "") for address in addresses]
    return _joined(root, read(root), ledger_lines.stamped(lines, _moment(now)))


# ---- show
def show(root: Path, catalog: Catalog | None, address: str) -> Shown:
    """What the ledger says of an address, and what the last build, if there was one, has there.

    Raises: NewsgenError, if the ledger does not know the address.
    """
    wanted = unquote(urlsplit(address).path)
    promise = next((one for one in ledger_lines.promises(read(root)) if one.address == wanted), None)
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
