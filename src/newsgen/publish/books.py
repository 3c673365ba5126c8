"""What a target keeps beside the site: manifest and record of each publication, the history, and who holds the lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from newsgen.nouns.diagnostics import NewsgenError

Known = TypeVar("Known")


class File(msgspec.Struct, frozen=True, order=True):
    """One file of a publication: path with `/`, BLAKE2b with 16 bytes in hex, size in bytes, kind of its page."""

    path: str
    hash: str
    size: int
    kind: str


class Record(msgspec.Struct, frozen=True):
    """What is known of a publication: `number` counts them at this target, whatever the clocks say."""

    id: str
    number: int
    moment: str  # ISO 8601 in UTC, by the clock of whoever published
    by: str  # user and machine
    newsgen: str
    files: int
    size: int  # of all files, in bytes
    commit: str = ""  # of the content; "" outside of git
    is_dirty: bool = False  # whether there were changes that no commit has
    site: str = ""  # the address of the site, and its id, by which another site is known
    site_id: str = ""
    noindex: bool = False


class History(msgspec.Struct, frozen=True):
    """The ids of the publications that were live, in their order, but for those that were rolled back."""

    live: tuple[str, ...] = ()
    rolled_back: tuple[Record, ...] = ()


class Owner(msgspec.Struct, frozen=True):
    """Who holds a lock, and for what; no two have the same `token`."""

    token: str
    by: str
    machine: str  # whose processes `process` counts; "" where that cannot be told
    process: int
    doing: str
    moment: str


# ---- manifests
def manifest_text(files: Iterable[File]) -> bytes:
    """A line for each file, sorted by path: path, hash, size, kind; parted by tabs."""
    lines = sorted(f"{file.path}\t{file.hash}\t{file.size}\t{file.kind}\n" for file in files)
    return "".join(lines).encode()


def files_of(lines: Iterable[bytes]) -> Iterator[File]:
    """The files of lines of a manifest. Raises: ValueError for a line that is none."""
    for line in lines:
        path, hash_, size, kind = line.decode().split("\t")
        yield File(path, hash_, int(size), kind)


def of_unknown(manifest: bytes) -> bytes:
    """A manifest of the same files, of whose bytes nothing is known."""
    return manifest_text(File(file.path, "", -1, file.kind) for file in files_of(manifest.splitlines()))


def not_as_built(path: Path) -> NewsgenError:
    """Of a file of the output that somebody changed: nobody knows what is in it."""
    return NewsgenError(f"{path} is not what the build wrote: run `newsgen build --clean`, and try again")


def name_of(manifest: bytes) -> str:
    """The short hash by which equal publications are known."""
    return blake2b(manifest, digest_size=4).hexdigest()


# ---- small texts
def text_of(value: msgspec.Struct) -> bytes:
    """As it stands at the target: indented JSON, which a person may have to read in a bad hour."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def read(data: bytes | None, kind: type[Known]) -> Known | None:
    """What a text says; None where there is none, or it is no such thing."""
    try:
        return msgspec.json.decode(data, type=kind) if data else None
    except msgspec.DecodeError:
        return None
