"""The way back: the release before the live one is live again, unless it shows what was taken off since."""

from __future__ import annotations

from newsgen.ledger import lines as ledger_lines
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import Record
from newsgen.publish.place import Place, Returning, telling_of
from newsgen.publish.plan import plan


def rollback(place: Place, *, patience: float) -> tuple[Record, Record]:
    """Makes the release before the live one live again; which one it was, and which one was left.

    Raises: NewsgenError where there is none, or it shows what was taken off since.
    """
    if not isinstance(place, Returning):
        raise NewsgenError(f"{place.name} keeps no releases: go back with git, and publish with `--older`")
    if place.live_record() is None and not place.live().unknown:
        raise NewsgenError(f"nothing is published at {place.name}")
    with telling_of(place), place.held("newsgen rollback", patience=patience):
        return _rollback(place)


def _forgotten(place: Place, manifest: bytes) -> list[str]:
    """The files of a release whose addresses are to be forgotten."""
    texts = place.ledger()[1].items()
    hashes = ledger_lines.forgotten(line for name, data in texts for line in ledger_lines.read(data, name)[0])
    paths = (line.partition(b"\t")[0].decode() for line in manifest.splitlines()) if hashes else ()
    return [path for path in paths if ledger_lines.hash_of(f"/{path.removesuffix('index.html')}") in hashes]


def _rollback(place: Returning) -> tuple[Record, Record]:
    live, history = place.live(), place.history()
    if live.record is None:
        raise NewsgenError(f"{place.name}: {live.unknown}" if live.unknown else f"nothing is published at {place.name}")
    manifest_live = live.manifest or place.manifest_of(live.record.id) or b""
    earlier = history.live[: history.live.index(live.record.id)]
    record = place.record_of(earlier[-1]) if earlier else None
    manifest = place.manifest_of(record.id) if record else None
    if record is None or manifest is None:
        raise NewsgenError(f"{place.name} has no release before {live.record.id}: go back with git, and publish")
    taken_off = (file.path for file in plan(manifest, manifest_live).taken_off)
    if shown := sorted({*taken_off, *_forgotten(place, manifest)}):
        names = ", ".join(f"/{path.removesuffix('index.html')}" for path in shown[:10])
        more = f" and {len(shown) - 10:,} more" if len(shown) > 10 else ""
        raise NewsgenError(
            f"{record.id} shows what was withdrawn, has expired or was taken off since: {names}{more}."
            " Go back with git (`git revert`), and publish"
        )
    place.return_to(record, left=live.record)
    return record, live.record
