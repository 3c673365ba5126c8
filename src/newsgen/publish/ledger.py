"""The ledger of a publication: what is live joins it before the build, and what went live is kept after the switch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from newsgen.ledger import folder as ledger_folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger import live as ledger_live
from newsgen.ledger.lines import FOLDER, NEXT, PUBLISHED_FOLDER
from newsgen.pipeline import Request, load_config
from newsgen.publish import adoption
from newsgen.publish.place import Live, Place


@contextmanager
def as_it_was(root: Path) -> Iterator[None]:
    """What is taken over is for this build alone: its files are put back."""
    before = ledger_folder.files(root)
    try:
        yield
    finally:
        for name, data in ledger_folder.files(root).items():
            if name not in before:
                (root / FOLDER / name).unlink()
            elif before[name] != data:
                (root / FOLDER / name).write_bytes(before[name])


def join(root: Path, place: Place, live: Live, *, now: datetime) -> dict[str, bytes]:
    """Joins what is live, and what lies beside it, to `ledger/`; of a site without one, its sitemap. What lies
    beside it, by name."""
    shown, beside = place.ledger()
    if live.record is None and not shown and not beside:
        if sitemap := place.file("sitemap.xml"):
            _adopt_sitemap(root, place, sitemap, now=now)
    elif not ledger_folder.has_all(root, (*shown.values(), *beside.values())):
        lines = [line for name, data in beside.items() for line in ledger_lines.read(data, name)[0]]
        ledger_folder.join(root, ledger_folder.read(root), lines)
        ledger_live.join(root, shown.get, place.name, now=now, is_first=NEXT not in shown)
    return beside


def _adopt_sitemap(root: Path, place: Place, sitemap: bytes, *, now: datetime) -> None:
    """Takes over the addresses of a sitemap and of those that it names. Addresses are below that of the site."""
    url = load_config(root)[0].url
    addresses = set()
    for address in adoption.addresses_of(sitemap.decode("utf-8", "replace"), url):
        part = place.file(address.lstrip("/")) if address.endswith(".xml") else None
        addresses |= set(adoption.addresses_of(part.decode("utf-8", "replace"), url)) if part else {address}
    adoption.adopt(root, sorted(addresses), now=now, writes=True)


def keep(request: Request, place: Place, beside: dict[str, bytes], *, moment: str) -> None:
    """Writes down, here and beside the site, what this publication was the first to publish."""
    next_ = request.output_folder / PUBLISHED_FOLDER.strip("/") / NEXT
    waiting = ledger_lines.read(next_.read_bytes(), NEXT)[0] if next_.is_file() else []
    if waiting:
        here = ledger_folder.read(request.root)
        taken = ledger_lines.retracted(here)
        ledger_folder.join(request.root, here, ledger_lines.stamped(waiting, moment, taken))
    files = ledger_folder.files(request.root)
    if new := {name: data for name, data in files.items() if beside.get(name) != data}:
        place.keep_ledger(new)
