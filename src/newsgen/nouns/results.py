"""What a build did, and what the clock changes next."""

from __future__ import annotations

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Severity
from newsgen.nouns.file_list import FileList


class Due(msgspec.Struct, frozen=True):
    """What the clock will change next."""

    kind: str  # publish or expires
    at: str  # ISO 8601 with offset
    path: str


class BuildResult(msgspec.Struct, frozen=True):
    """What a build did. Exit status: 0 built, 1 built with errors (`strict`: or warnings), 3 built, and to publish it
    would lose an address, or hold open what an editor may have meant to hold back (CONTENT.md §7)."""

    diagnostics: tuple[Diagnostic, ...]
    counts: dict[str, int]
    seconds: dict[str, float]  # by stage
    peak_memory_mib: float  # of all processes together
    written: FileList = msgspec.field(default_factory=FileList)
    removed: FileList = msgspec.field(default_factory=FileList)
    due: tuple[Due, ...] = ()
    manifest: str = ""
    is_stopped: bool = False  # nothing was written: templates, string tables
    changed: tuple[str, ...] = ()  # sources since the last build, `content/a.fr.md (new)`; () if there was none
    rendered: dict[str, tuple[str, ...]] = {}  # output to why, unless nearly all were
    notes: tuple[Diagnostic, ...] = ()  # on this very build, such as on its cache
    left_out: tuple[str, ...] = ()  # paths of content files that their errors keep off the site, sorted
    last_good: tuple[str, ...] = ()  # paths of files, pictures too, that are shown as they were last published
    held_open: tuple[str, ...] = ()  # those of them that say something which may hold them back
    lost: tuple[str, ...] = ()  # addresses that were published and answer no more, though nobody said so, sorted
    accepted: tuple[Diagnostic, ...] = ()  # what newsgen.yaml says that it may stay
    since: str = ""  # the commit that a check compared the site with
    known: tuple[Diagnostic, ...] = ()  # what it said at that commit already

    @property
    def has_errors(self) -> bool:
        return any(d.severity == Severity.ERROR for d in self.diagnostics)

    @property
    def has_warnings(self) -> bool:
        return any(d.severity == Severity.WARNING for d in self.diagnostics)

    def status(self, *, strict: bool = False) -> int:
        if self.lost or self.held_open:
            return 3
        return 1 if self.has_errors or (strict and self.has_warnings) else 0
