"""One build of a site at a time, whichever process makes it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from newsgen.nouns.diagnostics import NewsgenError


@contextlib.contextmanager
def lock(cache: Path) -> Iterator[None]:
    """One build of a site at a time. Raises: NewsgenError naming the other's process."""
    path = cache / "lock"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as fault:
        raise _unusable(path, fault) from fault
    with file:
        _take(file, cache)
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except OSError as fault:
            raise _unusable(path, fault) from fault
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # worker processes have a copy of the descriptor


def _unusable(path: Path, fault: OSError) -> NewsgenError:
    """Names what refuses: the file, or the folder where there is none."""
    place = path if path.parent.is_dir() and os.access(path.parent, os.W_OK) else f"the cache folder {path.parent}"
    return NewsgenError(f"{place} cannot be used: {fault.strerror or fault}")


def _take(file: TextIO, cache: Path) -> None:
    """Locks the file; waits for the workers of a build that was killed, which end by themselves."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read().strip()
        except OSError as fault:
            raise NewsgenError(f"the cache folder {cache} cannot be locked: {fault.strerror}") from fault
        if _runs(other) or time.monotonic() > until:
            raise NewsgenError(f"another build of this site is running (process {other or 'unknown'})")
        time.sleep(0.05)


#: Seconds that a build waits for the remains of one that was killed.
_PATIENCE = 5.0


def _runs(process: str) -> bool:
    if not process.isdecimal():
        return False  # it has just begun and is about to say who it is
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
