"""Files that are written while a build reads them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import Source, content_hash

#: Seconds between two looks, and how many there are: an editor or a checkout has written a file in far less.
_PAUSE = 0.1
_LOOKS = 20


class UnsettledError(Exception):
    """A file has other bytes than the scan saw: what is made of it waits for the next build, or for a new scan."""


def file_changed(path: str) -> Diagnostic:
    return diagnose(Location(path), "file-changed")


def settled(root: Path, sources: Iterable[Source]) -> list[Source]:
    """The sources with the hashes of what stands in their files when all of them are the same at two looks; without
    those that are gone or cannot be read. Waits for that, but not for ever: then they are as they are."""
    seen = _look(root, sources)
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        before, seen = seen, _look(root, seen)
        if before == seen:
            break
    return seen


def _look(root: Path, sources: Iterable[Source]) -> list[Source]:
    seen = []
    for source in sources:
        try:
            data = (root / source.path).read_bytes()
        except OSError:
            continue
        seen.append(replace(source, hash=content_hash(data), size=len(data)))
    return seen
