"""What the operator asks of a publication, and what became of it."""

from __future__ import annotations

import msgspec

from newsgen.ledger.lines import PUBLISHED_FOLDER
from newsgen.nouns.results import BuildResult
from newsgen.publish.announce import Announcements
from newsgen.publish.books import Record
from newsgen.publish.plan import Plan


class Wishes(msgspec.Struct, frozen=True):
    """What the operator says besides."""

    is_first: bool = False  # nothing of newsgen's is live yet, and the content may have errors
    is_older: bool = False  # the commit may be older than what is live, or lack it
    is_whole: bool = False  # what is there is looked at, for somebody else may have changed it
    replaces: str = ""  # the address of another site that is live there, and is to go
    removals: int | None = None  # so many files may go
    is_dry: bool = False  # only the plan is wanted
    patience: float = 60.0  # seconds to wait for who publishes at the moment
    keeps_promises: bool = True  # whether what is published there is what readers keep
    told: Announcements | None = None  # who is to be told of what changed


class Publication(msgspec.Struct, frozen=True):
    """What was published, or would be. `stopped` says why it was not; `record` is that of the next release."""

    place: str
    plan: Plan
    result: BuildResult
    record: Record | None = None
    stopped: str = ""
    notes: tuple[str, ...] = ()
    is_live: bool = False

    @property
    def status(self) -> int:
        """0 published, or nothing to publish; 1 the same, with errors in the content; 2 not; 3 as of the build."""
        if self.result.status() == 3:
            return 3
        return 2 if self.stopped else self.result.status()


def says_nothing_new(plan: Plan) -> bool:
    """Whether nothing differs but how the ledger is parted: what was next is in its year's file after a publication."""
    paths = [file.path for file in (*plan.sent, *plan.removed)]
    return all(f"/{path}".startswith(PUBLISHED_FOLDER) for path in paths)
