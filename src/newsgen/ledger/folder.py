"""The ledger's files in a site folder: read, joined to more lines, and written."""

# Nothing is ever taken out of `ledger/` but what is forgotten: a copy that lacks what is there is not obeyed. Files are
# written whole, and only where they say more than before.
#
# Proved by test_fetch_twice_changes_nothing, test_a_live_site_that_lacks_what_is_here_is_told,
# test_a_loss_is_accepted_by_its_exact_number, test_what_is_forgotten_leaves_every_local_file.

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.lines import ACCEPTED, FOLDER, Line


class Joined(msgspec.Struct, frozen=True):
    """What joining gave: addresses that are new here, lines that only this copy has, all addresses, files written; by
    file, how many of its lines are none of a ledger and were left out."""

    new: int
    only_here: int
    addresses: int
    paths: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...] = ()


def left_out(files: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, int], ...]:
    """How many lines of these files, by name, are none of a ledger."""
    counted = ((name, len(ledger_lines.read(data, name)[1])) for name, data in files)
    return tuple((name, number) for name, number in counted if number)


def read(root: Path) -> list[Line]:
    """All lines in `ledger/`. Raises: OSError."""
    lines: list[Line] = []
    for path in sorted((root / FOLDER).glob("*.txt")):
        lines += ledger_lines.read(path.read_bytes(), f"{FOLDER}/{path.name}")[0]
    return lines


def files(root: Path) -> dict[str, bytes]:
    """The files of `ledger/` by name, as they are."""
    return {path.name: path.read_bytes() for path in sorted((root / FOLDER).glob("*.txt"))}


def has_all(root: Path, others: Iterable[bytes]) -> bool:
    """Whether every line of these files stands in `ledger/` as it is, of what was next any publication of it: then
    there is nothing to join. Looks at texts, which takes a tenth of the time of reading them."""
    wanted = {line for data in others for line in data.splitlines() if line and not line.startswith(b"#")}
    here = {line for data in files(root).values() for line in data.splitlines()}
    missing = wanted - here
    return not missing or missing <= {line.rsplit(b"\t", 2)[0] for line in here}


def _write(root: Path, before: Iterable[Line], lines: Iterable[Line]) -> list[str]:
    """Writes the files of the years in which there are lines that were not there before, and those that name what is
    forgotten; their paths."""
    known = set(before)
    lines = list(lines)
    hashes = ledger_lines.forgotten((*known, *lines))
    paths = _clean(root, hashes) if hashes else []
    if hashes:
        known, lines = set(ledger_lines.kept(known, hashes)), ledger_lines.kept(lines, hashes)
    old = ledger_lines.by_year(known)
    for year, of_year in sorted(ledger_lines.by_year(lines).items()):
        if set(of_year) <= known:
            continue
        (root / FOLDER).mkdir(exist_ok=True)
        _write_whole(root / FOLDER / f"{year}.txt", ledger_lines.text_of([*of_year, *old.get(year, ())]))
        paths.append(f"{FOLDER}/{year}.txt")
    return sorted(set(paths))


def _write_whole(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}-new")  # which no build reads
    beside.write_text(text, "utf-8", newline="\n")
    beside.replace(path)


def _clean(root: Path, hashes: Container[str]) -> list[str]:
    """Takes what is forgotten out of all files, and leaves whatever else they hold; the paths of those it changed."""
    paths = []
    for path in sorted((root / FOLDER).glob("*.txt")):
        old = path.read_text("utf-8-sig", "replace")
        new = "".join(map(partial(_cleaned, hashes), old.splitlines(keepends=True)))
        if new != old:
            _write_whole(path, new)
            paths.append(f"{FOLDER}/{path.name}")
    return paths


def _cleaned(hashes: Container[str], text: str) -> str:
    lines, _ = ledger_lines.read(text.encode(), "")
    left = ledger_lines.kept(lines, hashes)
    return text if left == lines else "".join(line.text() for line in left)


def join(root: Path, here: list[Line], more: list[Line], *, only_here: int = 0) -> Joined:
    """Joins more lines to those that are `here`; `only_here`: how many of these the other copy lacks."""
    paths = _write(root, here, more)
    before, after = (addresses(lines) for lines in (here, [*here, *more]))
    return Joined(len(after - before), only_here, len(after), tuple(paths))


def addresses(lines: Iterable[Line]) -> set[str]:
    """The addresses that these lines promise."""
    return {promise.address for promise in ledger_lines.promises(lines)}


def moment(now: datetime) -> str:
    """As lines have it; `now` is in UTC."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def accept(root: Path, lost: Iterable[str], *, now: datetime) -> Joined:
    """Writes down that these addresses may be lost, so that nobody is asked again."""
    lines = [Line(address, ACCEPTED, "", "") for address in lost]
    here = read(root)
    return join(root, here, ledger_lines.stamped(lines, moment(now), ledger_lines.retracted(here)))
