"""The ledger of a publication: what is live joins it before the build, and what went live is kept after the switch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from newsgen.ledger import folder as ledger_folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger import live as ledger_live
from newsgen.ledger.lines import FOLDER, NEXT, PUBLISHED_FOLDER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.report import counted
from newsgen.pipeline import Request, load_config
from newsgen.publish import adoption
from newsgen.publish.place import Live, Place, telling_of


class Promises(msgspec.Struct, frozen=True):
    """What a place promises: the ledger that its site shows and what lies beside it, by file; of a site of another
    system, the addresses of its sitemap."""

    shown: dict[str, bytes] = {}
    beside: dict[str, bytes] = {}
    adopted: list[str] = []


class TakenOver:
    """What was joined to `ledger/`: for this build alone, until it `is_kept`."""

    is_kept = False


@contextmanager
def taken_over(root: Path) -> Iterator[TakenOver]:
    """Puts the files of `ledger/` back at the end, unless what was joined is to be kept."""
    with _telling_of_here():
        before = ledger_folder.files(root)
    taken = TakenOver()
    try:
        yield taken
    finally:
        for name, data in ledger_folder.files(root).items() if not taken.is_kept else ():
            if name not in before:
                (root / FOLDER / name).unlink()
            elif before[name] != data:
                (root / FOLDER / name).write_bytes(before[name])


@contextmanager
def _telling_of_here() -> Iterator[None]:
    """Raises: NewsgenError in place of OSError."""
    try:
        yield
    except OSError as fault:
        raise NewsgenError(f"{FOLDER}/ of this site cannot be used: {fault.strerror} ({fault.filename})") from fault


def promises_of(root: Path, place: Place, live: Live) -> Promises:
    """What readers, and links from elsewhere, were promised there."""
    shown, beside = place.ledger()
    adopted = _of_sitemap(root, place) if live.record is None and not shown and not beside else []
    return Promises(shown, beside, adopted)


def join(root: Path, promises: Promises, name: str, *, now: datetime) -> Iterator[str]:
    """Joins what a place of this name promises to `ledger/`; what is wrong with it, in words.

    Raises: NewsgenError where it cannot be written.
    """
    shown, beside = promises.shown, promises.beside
    with _telling_of_here():
        if promises.adopted:
            adoption.adopt(root, promises.adopted, now=now, writes=True)
        elif (shown or beside) and not ledger_folder.has_all(root, (*shown.values(), *beside.values())):
            lines = [line for name, data in beside.items() for line in ledger_lines.read(data, name)[0]]
            ledger_folder.join(root, ledger_folder.read(root), lines)
            joined = ledger_live.join(root, shown.get, name, now=now, is_first=NEXT not in shown)
            faulty = (*joined.left_out, *ledger_folder.left_out((f"{file} of {name}", beside[file]) for file in beside))
            for file, number in faulty:
                yield f"{counted(number, 'line')} of {file}, in the ledger, can mean nothing: left out"


def _of_sitemap(root: Path, place: Place) -> list[str]:
    """The addresses of a sitemap and of those that it names. Addresses are below that of the site."""
    sitemap = place.file("sitemap.xml")
    if sitemap is None:
        return []
    url = load_config(root)[0].url
    addresses: set[str] = set()
    for address in adoption.addresses_of(sitemap.decode("utf-8", "replace"), url):
        part = place.file(address.lstrip("/")) if address.endswith(".xml") else None
        addresses |= set(adoption.addresses_of(part.decode("utf-8", "replace"), url)) if part else {address}
    return sorted(addresses)


def keep(request: Request, place: Place, promises: Promises, *, moment: str) -> Iterator[str]:
    """Writes down, here and beside the site, what this publication was the first to publish. Where that fails, the
    site is live, and shows the same: what could not be written, in words."""
    next_ = request.output_folder / PUBLISHED_FOLDER.strip("/") / NEXT
    waiting = ledger_lines.read(next_.read_bytes(), NEXT)[0] if next_.is_file() else []
    if waiting:
        try:
            here = ledger_folder.read(request.root)
            lines = ledger_lines.stamped(waiting, moment, ledger_lines.retracted(here))
            ledger_folder.join(request.root, here, lines)
        except OSError as fault:
            yield f"{FOLDER}/ cannot be written here ({fault.strerror}): the next publication takes over what is live"
    files = ledger_folder.files(request.root)
    if new := {name: data for name, data in files.items() if promises.beside.get(name) != data}:
        with telling_of(place):
            place.keep_ledger(new)
