"""Git's index: which files of a fresh checkout hold the bytes of a blob whose id is known, without reading them.

An entry of the index names the blob that git wrote to the file or took from it, and what `lstat` said of the file
then. While the two agree, the file holds that blob as git's filters made it for this checkout.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from contextlib import suppress
from fnmatch import fnmatchcase
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple

import msgspec

_FIXED = struct.Struct(">10I20sH")
_REGULAR = 0o100000
_ASSUME_VALID, _EXTENDED, _STAGE, _NAME_LENGTH = 0x8000, 0x4000, 0x3000, 0x0FFF
_WORD = 0xFFFFFFFF
#: Attributes under which a checkout's bytes can be others of the same number.
_CONVERTS = re.compile(rb"\s-?(filter|working-tree-encoding)=")


class Entry(NamedTuple):
    """What the index has of one file; numbers are cut to 32 bits, as git cuts them."""

    size: int
    mtime: tuple[int, int]
    ctime: tuple[int, int]
    inode: int
    blob: bytes

    def fits(self, size: int, mtime_ns: int, ctime_ns: int, inode: int) -> bool:
        """Is the file with these figures the one that git saw?"""
        return (
            self.size == size & _WORD
            and self.inode == inode & _WORD
            and self.mtime == _git_time(mtime_ns)
            and self.ctime == _git_time(ctime_ns)
        )


class Repository(msgspec.Struct, frozen=True):
    """Where the index of a work tree is, and where a folder lies in it ("" or "a/b/")."""

    index: Path
    common: Path  # the repository's own folder, which linked work trees share
    top: Path
    prefix: str


def find(folder: Path) -> Repository | None:
    """The repository whose work tree `folder` lies in, if it has an index."""
    real = Path(os.path.realpath(folder))
    for top in (real, *real.parents):
        git = top / ".git"
        try:
            if git.is_file():
                pointer = git.read_text("utf-8")
                git = top / pointer.removeprefix("gitdir:").strip() if pointer.startswith("gitdir:") else git
            if not git.is_dir():
                continue
            common = git
            if (git / "commondir").is_file():
                common = git / (git / "commondir").read_text("utf-8").strip()
            if not (git / "index").is_file():
                return None
        except (OSError, ValueError):
            return None
        below = real.relative_to(top).as_posix()
        return Repository(git / "index", common, top, "" if below == "." else f"{below}/")
    return None


def blob_id(data: bytes) -> bytes:
    """The id under which git stores these bytes."""
    hash_ = blob_hash(len(data))
    hash_.update(data)
    return hash_.digest()


def blob_hash(size: int) -> hashlib._Hash:
    """The hash that makes a blob's id, before its bytes."""
    return sha1(b"blob %d\0" % size, usedforsecurity=False)


def count(repository: Repository) -> int:
    """How many entries the index says that it has."""
    try:
        with repository.index.open("rb") as file:
            head = file.read(12)
    except OSError:
        return 0
    return int.from_bytes(head[8:], "big") if head[:4] == b"DIRC" else 0


def entries(repository: Repository) -> dict[str, Entry]:
    """The entries that can be trusted, by path below the folder that `find` was asked for; {} where none can.

    Left out is what git itself does not take the index's word for: files changed in the moment when the index was
    written ("racily clean"), marked assume-unchanged, skip-worktree or intent-to-add, or in conflict, and links.

    Whoever has read a file's bytes once and kept their size and `blob_id` may take them for unread while the entry
    fits the file and both are equal to the entry's. Line endings cannot deceive: a conversion that changes anything
    changes the size, and the entry's size is the converted file's. A filter driver or an encoding can give other
    bytes of the same number, so files that attributes assign one to, in the repository's `.gitattributes` files or
    its `info/attributes`, are left out; attributes set for a whole machine are not looked at.
    """
    try:
        data = repository.index.read_bytes()
        written = os.stat(repository.index).st_mtime_ns
        config = (repository.common / "config").read_bytes().lower() if repository.common.is_dir() else b""
        if b"objectformat" in config and b"sha256" in config:
            return {}
        trusted, attributes = _parse(data, written)
        converted = _converted(repository, trusted, attributes) if trusted else None
    except (OSError, ValueError, struct.error, IndexError):
        return {}
    if converted is None:
        return {}
    start = len(repository.prefix)
    return {
        path[start:]: entry
        for path, entry in trusted.items()
        if path.startswith(repository.prefix) and not (converted and _matches(path, converted))
    }


def _parse(data: bytes, written: int) -> tuple[dict[str, Entry], list[str]]:
    """The entries to trust and the paths of all `.gitattributes`, from versions 2, 3 and 4.

    Raises: ValueError, struct.error, IndexError where it is something else.
    """
    signature, version, number = struct.unpack_from(">4sII", data)
    if signature != b"DIRC" or version not in (2, 3, 4) or len(data) < 32:
        raise ValueError("not an index")
    if any(data[-20:]) and sha1(memoryview(data)[:-20], usedforsecurity=False).digest() != data[-20:]:
        raise ValueError("damaged, or of a SHA-256 repository")  # all zero: index.skipHash
    limit = divmod(written, 1_000_000_000)
    trusted: dict[str, Entry] = {}
    attributes: list[str] = []
    offset = 12
    name = b""
    for _ in range(number):
        begin = offset
        ctime, ctime_ns, mtime, mtime_ns, _, inode, mode, _, _, size, blob, flags = _FIXED.unpack_from(data, offset)
        offset += 62
        is_trusted = mode & 0o170000 == _REGULAR and not flags & (_ASSUME_VALID | _STAGE)
        if flags & _EXTENDED:
            is_trusted = is_trusted and not data[offset] & 0x60  # skip-worktree, intent-to-add
            offset += 2
        if version == 4:
            strip, offset = _number(data, offset)
            end = data.index(0, offset)
            name = name[: len(name) - strip] + data[offset:end]
            offset = end + 1
        else:
            length = flags & _NAME_LENGTH
            end = offset + length if length < _NAME_LENGTH else data.index(0, offset)
            name = data[offset:end]
            offset = begin + ((end - begin + 8) & ~7)
        if name.endswith(b".gitattributes"):
            attributes.append(os.fsdecode(name))
        if is_trusted and (mtime, mtime_ns) < limit:
            trusted[os.fsdecode(name)] = Entry(size, (mtime, mtime_ns), (ctime, ctime_ns), inode, blob)
    while offset < len(data) - 20:
        if data[offset : offset + 4] == b"link":
            raise ValueError("a split index")
        offset += 8 + int.from_bytes(data[offset + 4 : offset + 8], "big")
    return trusted, attributes


def _number(data: bytes, offset: int) -> tuple[int, int]:
    """A number as offsets in packs are written, and where it ends."""
    value = data[offset] & 0x7F
    while data[offset] & 0x80:
        offset += 1
        value = ((value + 1) << 7) | (data[offset] & 0x7F)
    return value, offset + 1


def _converted(repository: Repository, trusted: dict[str, Entry], attributes: list[str]) -> list[str] | None:
    """Patterns of file names that a filter or an encoding may be assigned to; None where that cannot be told."""
    files = [repository.common / "info/attributes", repository.top / ".gitattributes"]
    for path in attributes:
        stat = os.lstat(repository.top / path)
        entry = trusted.get(path)
        if entry is None or not entry.fits(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino):
            return None
        files.append(repository.top / path)
    patterns: list[str] = []
    for file in dict.fromkeys(files):
        with suppress(FileNotFoundError):
            for line in file.read_bytes().splitlines():
                if _CONVERTS.search(line):
                    patterns.append(_last_part(line.split()[0]))
    return patterns


def _last_part(pattern: bytes) -> str:
    """A pattern for the file's name that fits at least where git's pattern does."""
    text = pattern.decode("utf-8", "surrogateescape")
    if text.startswith(("[attr]", '"')) or re.search(r"[\[\\]", text):
        return "*"
    return text.rpartition("/")[2].lower() or "*"


def _matches(path: str, patterns: list[str]) -> bool:
    name = path.rpartition("/")[2].lower()
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _git_time(nanoseconds: int) -> tuple[int, int]:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return seconds & _WORD, rest
