"""The lines of a ledger: read, joined, counted out, and written (CONTENT.md §9; the format is in docs/ledger.md)."""

# A line is a fact: this address was published, as the address of this thing, first by this publication. Lines are never
# changed and never taken away; what an address does today follows from the content and is written nowhere.
#
#   /fr/2023/04/x/              story  fr  2023/04/x        2026-11-30T20:14:05Z  1a2b3c4d
#   /fr/europe/page/{n}/        category  fr  europe  1-12  2026-11-30T20:14:05Z  1a2b3c4d
#
# The second stands for twelve addresses: each number takes the place of `{n}` (`{nn}`: with two digits), in the id of
# a day as well. So a list is one line for each publication that made pages of it, not one a page.
#
# Mistakes are taken back by lines, too, so that they travel like all others:
#
#   1a2b3c4d                          retracted  whatever a publication of this name made first was never promised
#   0123456789abcdef0123456789abcdef  forgotten  no line of the address that has this hash counts, and none is kept
#
# A set of lines is a ledger, and union joins two: in any order, with lines that stand twice. Of two owners of one
# address the one of the earlier publication has it, then the one whose kind, language and id come first; so every copy
# of the same lines gives the same owners, whatever files they stand in.
#
# Proved by test_a_ledger_is_read_as_it_was_written, test_two_ledgers_join_in_any_order,
# test_of_two_owners_the_earlier_publication_has_an_address, test_a_line_that_is_none_is_told_and_the_others_count,
# test_what_was_retracted_and_what_was_forgotten_is_no_promise_in_any_order.

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from hashlib import blake2b

import msgspec

from newsgen.addresses.urls import address_key, output_path
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import UrlPath

#: The folder of the ledger in a site, and that in its output.
FOLDER, PUBLISHED_FOLDER = "ledger", "/newsgen-ledger/"
#: The file of the output that says what the ledger does not know yet: what is live carries it to the next build.
NEXT = "next.txt"
#: The kind of owner of an address that was taken over from elsewhere: whatever answers there is its owner.
UNKNOWN = "address"
#: The kind of a line by which the loss of its address was accepted.
ACCEPTED = "accepted"
#: The kinds of lines that take others back: all that a publication made first; all of an address.
RETRACTED, FORGOTTEN = "retracted", "forgotten"
#: The name of a year's file.
YEAR_FILE = re.compile(r"[0-9]{4}\.txt")

_HEADER = "# newsgen ledger 1: address, kind, language, id, numbers, moment, publication; see docs/ledger.md\n"
_YEARS = "# years:"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_PUBLICATION = re.compile(r"[0-9a-f]{8}")
_HASH = re.compile(r"[0-9a-f]{32}")
_NUMBERS = re.compile(r"[0-9]{1,6}(?:-[0-9]{1,6})?(?:,[0-9]{1,6}(?:-[0-9]{1,6})?)*")
_PLACE = re.compile(r"\{(n{1,2})\}")
#: More pages than that no list has; a range beyond it is no line of newsgen's.
_MOST = 1_000_000


class Owner(msgspec.Struct, frozen=True, order=True):
    """What an address was given to: `kind` is `story`, or the kind of a page; `number` that of a numbered page."""

    kind: str
    lang: str
    id: str
    number: int = 0


class Line(msgspec.Struct, frozen=True, order=True):
    """One line; of what was never published yet, `moment` and `publication` are empty.

    In the place of the address a line of kind RETRACTED has the name of a publication, and one of FORGOTTEN a hash.
    """

    address: str
    kind: str
    lang: str
    id: str
    numbers: str = ""
    moment: str = ""
    publication: str = ""

    def text(self) -> str:
        values = self.address, self.kind, self.lang, self.id, self.numbers
        return "\t".join((*values, self.moment, self.publication) if self.moment else values) + "\n"


class Promise(msgspec.Struct, frozen=True):
    """An address, its owner, and the publication that made it."""

    address: str
    owner: Owner
    moment: str
    publication: str


# ---- reading
def read(data: bytes, path: str) -> tuple[list[Line], list[Diagnostic]]:
    """The lines of a file, and a warning for each that is none; the others count all the same."""
    lines, faults = [], []
    for number, text in enumerate(data.decode("utf-8-sig", "replace").split("\n"), 1):
        text = text.removesuffix("\r")
        if not text.strip() or text.startswith("#"):
            continue
        line = _line(text)
        if line is None:
            faults.append(diagnose(Location(path, number), "ledger-invalid", line=text[:80]))
        else:
            lines.append(line)
    return lines, faults


def years(data: bytes) -> list[str]:
    """The years whose files lie beside a file of what is next."""
    for text in data.decode("utf-8", "replace").split("\n"):
        if text.startswith(_YEARS):
            return [year for year in text.removeprefix(_YEARS).split() if YEAR_FILE.fullmatch(f"{year}.txt")]
    return []


def _line(text: str) -> Line | None:
    values = text.split("\t")
    if len(values) not in (5, 7) or not values[1] or "\ufffd" in text or not _is_place(*values[:2]):
        return None
    line = Line(*values)
    if len(values) == 7 and not (_MOMENT.fullmatch(line.moment) and _PUBLICATION.fullmatch(line.publication)):
        return None
    if line.numbers and not (_NUMBERS.fullmatch(line.numbers) and _PLACE.search(line.address)):
        return None
    return line


def _is_place(address: str, kind: str) -> bool:
    if kind in (RETRACTED, FORGOTTEN):
        return (_HASH if kind == FORGOTTEN else _PUBLICATION).fullmatch(address) is not None
    return address.startswith("/")


# ---- what is taken back
def hash_of(address: str) -> str:
    """By what an address is known that was forgotten: the same for all addresses that cannot both exist."""
    try:
        return hash_of_key(address_key(output_path(UrlPath(address))))
    except ValueError:  # no address of this site's
        return hash_of_key(address)


def hash_of_key(folded: str) -> str:
    """The same of an output path, as `address_key` folds it."""
    return blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest()


def forgotten(lines: Iterable[Line]) -> frozenset[str]:
    """The hashes of the addresses that are forgotten."""
    return frozenset(line.address for line in lines if line.kind == FORGOTTEN)


def retracted(lines: Iterable[Line]) -> frozenset[str]:
    """The names of the publications that were retracted."""
    return frozenset(line.address for line in lines if line.kind == RETRACTED)


def kept(lines: Iterable[Line], hashes: Container[str]) -> list[Line]:
    """These lines without the addresses of these hashes."""
    return [line for line in lines for line in _without(line, hashes)]


def _without(line: Line, hashes: Container[str]) -> Iterator[Line]:
    if line.kind in (RETRACTED, FORGOTTEN):
        yield line
    elif not line.numbers:
        if hash_of(line.address) not in hashes:
            yield line
    else:
        counted = list(_counted(line.numbers))
        left = [number for number in counted if hash_of(_with_number(line.address, number)) not in hashes]
        if len(left) == len(counted):
            yield line
        elif left:
            yield msgspec.structs.replace(line, numbers=numbers_of(left))


def standing(lines: Iterable[Line]) -> list[Line]:
    """The lines that count: without those of what was retracted or forgotten, and those that take back."""
    every = list(lines)
    names, hashes = retracted(every), forgotten(every)
    if not names and not hashes:
        return every
    facts = [line for line in every if line.kind not in (RETRACTED, FORGOTTEN) and line.publication not in names]
    return kept(facts, hashes) if hashes else facts


# ---- what lines say
def promises(lines: Iterable[Line]) -> Iterator[Promise]:
    """Every address of some lines, by publication: where one has two owners, the one that has it comes first."""
    facts = (line for line in standing(lines) if line.kind != ACCEPTED)
    for line in sorted(facts, key=lambda line: (line.moment, line.publication, line.kind, line.lang, line.id)):
        if not line.numbers:
            owner = Owner(line.kind, line.lang, line.id)
            yield Promise(line.address, owner, line.moment, line.publication)
            continue
        for number in _counted(line.numbers):
            if line.kind == "day" and _PLACE.search(line.id):
                owner = Owner(line.kind, line.lang, _with_number(line.id, number))
            else:
                owner = Owner(line.kind, line.lang, line.id, number)
            yield Promise(_with_number(line.address, number), owner, line.moment, line.publication)


def accepted(lines: Iterable[Line]) -> set[str]:
    """The addresses whose loss was accepted: nobody is asked again."""
    return {line.address for line in standing(lines) if line.kind == ACCEPTED}


def _with_number(text: str, number: int) -> str:
    return _PLACE.sub(lambda place: f"{number:0{len(place[1])}}", text)


def _counted(numbers: str) -> Iterator[int]:
    for part in numbers.split(","):
        low, _, high = part.partition("-")
        yield from range(int(low), min(int(high or low), int(low) + _MOST) + 1)


def numbers_of(counted: Iterable[int]) -> str:
    """Numbers as a line has them: `1-3,5`."""
    runs: list[list[int]] = []
    for number in sorted(set(counted)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)


# ---- writing
def text_of(lines: Iterable[Line], *, years: Iterable[str] | None = None) -> str:
    """A file of these lines, each once, in order; `years`: of the file of what is next, those that lie beside it."""
    head = _HEADER if years is None else f"{_HEADER}{_YEARS}{''.join(f' {year}' for year in sorted(years))}\n"
    return head + "".join(line.text() for line in sorted(set(lines)))


def publication_of(lines: Iterable[Line]) -> str:
    """The short hash by which a publication is known: that of the lines that it was the first to make."""
    text = "".join(line.text() for line in sorted(set(lines)))
    return blake2b(text.encode(), digest_size=4).hexdigest()


def stamped(lines: Iterable[Line], moment: str, taken: Container[str] = ()) -> list[Line]:
    """What was next, as published at a moment (`2026-11-30T20:14:05Z`); `taken`: names of publications that were
    retracted: one that makes the same lines anew has another name."""
    unstamped = [line for line in lines if not line.moment]
    name = publication_of(unstamped)
    while name in taken:
        name = blake2b(f"{name} anew".encode(), digest_size=4).hexdigest()
    return [msgspec.structs.replace(line, moment=moment, publication=name) for line in unstamped]


def by_year(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Lines by the year of the publication that made them."""
    files: dict[str, list[Line]] = {}
    for line in lines:
        if line.moment:
            files.setdefault(line.moment[:4], []).append(line)
    return files
