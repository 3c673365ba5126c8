"""Pictures in workers: what is in those that changed, and the bytes of originals and variants."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from newsgen.nouns.diagnostics import part
from newsgen.nouns.model import FileRow, Lent, Look, Source, content_hash, is_picture
from newsgen.pictures import kind_of, variant_hash
from newsgen.pictures.cache import Cache, key
from newsgen.pictures.unusable import Unusable
from newsgen.pipeline.unsettled import UnsettledError

if TYPE_CHECKING:
    from newsgen.pictures.encoding import Workshop

#: So many times longer than a page takes a picture: workers begin, and portions end, that much sooner.
WEIGHT = 20


# ---- what is in them
class LookJob(msgspec.Struct, frozen=True):
    root: str
    sources: list[Source]
    megapixels: int
    cache: str
    writes: bool


def look_chunk(job: LookJob) -> list[tuple[Source, Look]]:
    """What is in pictures; those are left out that changed since the scan, or cannot be read."""
    looks = []
    cache = Cache(Path(job.cache), writes=job.writes)
    for source in job.sources:
        seen = look_at(Path(job.root) / source.path, source, job.megapixels, cache)
        if seen is not None:
            looks.append((source, seen))
    return looks


def look_at(path: Path, source: Source, megapixels: int, cache: Cache) -> Look | None:
    """What is in a picture with the hash of its source; None if the file has other bytes now, or cannot be read."""
    is_drawing = source.path.lower().endswith(".svg")  # read in no time, and without Pillow
    name = "" if is_drawing else look_key(source.path, source.hash, megapixels)
    cached = cache.get(name) if name else None
    if cached is not None:
        return msgspec.msgpack.decode(cached, type=Look)
    from newsgen.pictures.inspect import look

    try:
        data = path.read_bytes()
    except OSError:
        return None
    if content_hash(data) != source.hash:
        return None
    try:
        seen = look(data, source.path, megapixels=megapixels)
    except MemoryError:
        return None
    if name:
        cache.put(name, msgspec.msgpack.encode(seen))
    return seen


def look_key(path: str, hash_: str, megapixels: int) -> str:
    from newsgen.pictures.inspect import VERSION

    return key("look", str(VERSION), _version(), hash_, path.rpartition(".")[2].lower(), str(megapixels))


def variant_key(hash_: str) -> str:
    """Under which name the cache keeps a variant; `hash_` is that of its row."""
    return key("variant", _version(), hash_)


@lru_cache(maxsize=1)
def _version() -> str:
    from newsgen.pictures import encoding

    return encoding.version()


# ---- what is written of them
@lru_cache(maxsize=1)
def _workshop(build: int) -> Workshop:
    """What this process holds of the picture that it works on, for one build."""
    from newsgen.pictures.encoding import Workshop

    return Workshop()


def close_workshop() -> None:
    _workshop.cache_clear()


def file_bytes(file: Path, row: FileRow, *, build: int, cache: Cache, lent: Sequence[Lent] = ()) -> bytes:
    """What is published of a picture, a resized picture, a document or a static file. `lent`: what was published of a
    picture whose last good version stands in, the original first.

    Raises: OSError if it cannot be read; UnsettledError if it is another one than the row says; ValueError and others
    if its pixels cannot be read.
    """
    if lent:
        return _lent_bytes(row, lent, build, cache)
    if row.kind == "variant":
        return _variant_bytes(file, row, build, cache)
    data = file.read_bytes()
    if content_hash(data) != row.hash:
        raise UnsettledError(row.disk)
    if row.kind == "static" or not (is_picture(row.path) or kind_of(data, row.path)):
        return data
    from newsgen.pictures import encoding

    return encoding.published(data, row.path)


def _variant_bytes(file: Path, row: FileRow, build: int, cache: Cache) -> bytes:
    name = variant_key(row.hash)
    cached = cache.get(name)
    if cached is not None:
        return cached
    workshop = _workshop(build)
    data, hash_ = workshop.read(file)
    if variant_hash(hash_, row.operation) != row.hash:
        raise UnsettledError(row.disk)
    made = workshop.make(data, hash_, row.operation)
    cache.put(name, made)
    return made


def _lent_bytes(row: FileRow, lent: Sequence[Lent], build: int, cache: Cache) -> bytes:
    """What was published; else, of a variant, what is kept, or can be made of the published original: it has the same
    pixels, unless the picture lies on its side."""
    for one in lent:
        data = _of_output(one) if one.hash == row.hash else None
        if data is not None:
            return data
    if row.kind == "variant":
        cached = cache.get(variant_key(row.hash))
        if cached is not None:
            return cached
        data = _of_output(lent[0])
        if data is not None:
            return _workshop(build).make(data, lent[0].output_hash, row.operation)
    raise Unusable(part("picture/not-published"))


def _of_output(lent: Lent) -> bytes | None:
    """None where other bytes stand there than newsgen wrote, or none."""
    try:
        data = Path(lent.folder, lent.output).read_bytes()
    except OSError:
        return None
    return data if content_hash(data) == lent.output_hash else None
