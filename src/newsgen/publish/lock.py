"""The lock of a place: one publication at a time, whose owner is named, and which outlives nobody."""

# A lock is a file that only one can create. Who holds it touches it all the time; one that nobody has touched for
# STALE seconds was left by somebody who died, and so was one of a process of this machine that is gone. Ages are told
# by the clock of the place, so that no machine's own clock matters.
#
# Two may find a lock left at once, and one of them remove the other's new one. So whoever holds a lock looks once more
# right before the one step that counts (`still_held`), and stops if it has another's name. Where every step counts, as
# in a store without releases, a process that was asleep must not go on where it was: `surely_held` stops it before
# others may take its lock over, and asks nobody.

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import Owner, read, text_of

#: Seconds without a sign of life after which a lock is nobody's.
STALE = 300.0
#: Seconds without a sign of life after which nobody may rely on a lock, well before another may take it over.
_SURE = 240.0
#: Seconds between two signs of life.
_PULSE = 30.0
#: Seconds between two looks at another's lock.
_LOOK = 1.0


class Keeper(Protocol):
    """Where the file of a lock can be kept."""

    def read(self, path: str) -> bytes | None: ...
    def create(self, path: str, data: bytes) -> bool: ...
    def touch(self, path: str) -> None: ...
    def age(self, path: str) -> float | None: ...
    def remove(self, path: str) -> None: ...


def myself() -> str:
    """User and machine, for others to read."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def _processes() -> str:
    """Which processes the numbers of this machine speak of, "" where it cannot be told: containers may share a name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _awake_or_asleep() -> float:
    """Seconds of a clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lock:
    """One file at a keeper."""

    def __init__(self, keeper: Keeper, path: str, *, place: str) -> None:
        self.keeper, self.path, self.place = keeper, path, place
        self._token, self._seen = "", 0.0
        self.was_left = False  #: whether somebody died who held it

    @contextlib.contextmanager
    def held(self, doing: str, *, patience: float) -> Iterator[None]:
        """Raises: NewsgenError with the other's name, if it is still there after so many seconds."""
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        owner = Owner(os.urandom(8).hex(), myself(), _processes(), os.getpid(), doing, moment)
        until = time.monotonic() + patience
        while not self.keeper.create(self.path, text_of(owner)):
            self._wait(until)
        self._token, self._seen = owner.token, _awake_or_asleep()
        ended = threading.Event()
        pulse = threading.Thread(target=self._live, args=(ended,), daemon=True)
        pulse.start()
        try:
            yield
        finally:
            ended.set()
            pulse.join()
            with contextlib.suppress(NewsgenError, OSError):
                if self._is_mine():
                    self.keeper.remove(self.path)

    def still_held(self) -> None:
        """Raises: NewsgenError, if another took the lock meanwhile."""
        if not self._is_mine():
            other = read(self.keeper.read(self.path), Owner)
            by = f" by {other.by}, {other.doing}" if other else ""
            raise NewsgenError(f"the lock of {self.place} was taken over{by}: nothing was switched; try again")

    def surely_held(self) -> None:
        """Raises: NewsgenError, if the last sign of life was so long ago that another may take the lock over."""
        if _awake_or_asleep() - self._seen > _SURE:
            raise NewsgenError(f"{self.place} did not answer for too long to go on safely: try again")

    def _is_mine(self) -> bool:
        owner = read(self.keeper.read(self.path), Owner)
        return owner is not None and owner.token == self._token

    def _live(self, ended: threading.Event) -> None:
        while not ended.wait(_PULSE):
            with contextlib.suppress(NewsgenError, OSError):  # the next one may get through
                self.keeper.touch(self.path)
                self._seen = _awake_or_asleep()

    def _wait(self, until: float) -> None:
        """Removes a lock that is nobody's; else waits a little. Raises: NewsgenError when it is time."""
        data = self.keeper.read(self.path)
        age = self.keeper.age(self.path)
        if age is None:
            return  # it went meanwhile
        other = read(data, Owner)
        if age > STALE or (other and other.machine and other.machine == _processes() and not _runs(other.process)):
            if self.keeper.read(self.path) == data:
                self.keeper.remove(self.path)
                self.was_left = True
            return
        if time.monotonic() >= until:
            words = f"{other.by} ({other.doing}) since {other.moment}" if other else "somebody"
            raise NewsgenError(
                f"{self.place} is held by {words}, with a sign of life {age:.0f} seconds ago:"
                f" try again later, or with `--wait SECONDS`; after {STALE:.0f} seconds of silence it is taken over"
            )
        time.sleep(min(_LOOK, max(0.0, until - time.monotonic())))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
