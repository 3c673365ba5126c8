"""What a publication asks of the place that it goes to; folders, servers and stores answer each in its way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import History, Record
from newsgen.publish.plan import Plan

Progress = Callable[[str, int, int], None]  #: stage, done, total


class Live(msgspec.Struct, frozen=True):
    """What is published at a place: its record and manifest; neither while nothing is."""

    record: Record | None = None
    manifest: bytes = b""
    note: str = ""  # what was found otherwise than it was left, in words
    unknown: str = ""  # why nothing is known of what readers see, in words, where there is something


class Place(Protocol):
    """Where a site is published. All methods raise NewsgenError where the place does not let them."""

    @property
    def name(self) -> str:
        """As the operator wrote it."""

    def held(self, doing: str, *, patience: float) -> AbstractContextManager[None]:
        """Nobody else publishes there meanwhile; waits for so many seconds. Raises: NewsgenError with the other's
        name."""

    def distrust(self) -> None:
        """From now on, nothing is taken for there that was not looked at: what somebody else changed comes to light."""

    def live_record(self) -> Record | None:
        """What is known of the publication that is live, or was when newsgen left the place."""

    def live(self) -> Live:
        """What is published there."""

    def history(self) -> History:
        """What was live before."""

    def ledger(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The files of the ledger by name: of the live site, and of what lies beside it."""

    def strange(self) -> str:
        """What lies there that newsgen did not publish, in words; "" if nothing does, or a site of newsgen's."""

    def file(self, path: str) -> bytes | None:
        """One file of the live site, whoever published it; None if there is none."""

    def publish(self, record: Record, manifest: bytes, plan: Plan, output: Path, progress: Progress) -> None:
        """Makes this publication live. `plan` is the difference to what `live` said, files lie below `output`."""

    def keep_ledger(self, files: dict[str, bytes]) -> None:
        """Puts files of the ledger beside the site, where no rollback changes them."""


@runtime_checkable
class Returning(Place, Protocol):
    """A place that keeps what was live before."""

    def manifest_of(self, release: str) -> bytes | None:
        """The manifest of a release that is still there."""

    def record_of(self, release: str) -> Record | None:
        """What is known of a release that is still there."""

    def return_to(self, record: Record, *, left: Record) -> None:
        """Makes an earlier release live again, and writes down which one was left."""


_NO_ROOM, _REFUSED = "make room there, or let fewer releases stay (`--keep 2`)", "let this user write there"
_REMEDIES = {errno.ENOSPC: _NO_ROOM, errno.EDQUOT: _NO_ROOM, errno.EACCES: _REFUSED, errno.EPERM: _REFUSED}


@contextmanager
def telling_of(place: Place) -> Iterator[None]:
    """Of what the system refuses there, the place is told. Raises: NewsgenError in place of OSError."""
    try:
        yield
    except OSError as fault:
        where = f" ({os.fsdecode(fault.filename)})" if fault.filename else ""
        remedy = _REMEDIES.get(fault.errno or 0, "try again")
        raise NewsgenError(
            f"{place.name}: {fault.strerror or fault}{where}; readers have the old site or the new one, whole: {remedy}"
        ) from fault
