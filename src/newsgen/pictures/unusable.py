"""Why nothing can be made of a picture: as a phrase, or as what Pillow or expat says of it."""

from __future__ import annotations

import os
import struct
import traceback
import zlib

from newsgen.nouns.diagnostics import Part, own_reason, part


class Unusable(ValueError):
    """newsgen itself makes nothing of a picture; `reason` says why."""

    def __init__(self, reason: Part | str) -> None:
        super().__init__(reason)
        self.reason = reason


def reason_of(fault: Exception) -> Part | str:
    """Why nothing can be made of a picture: what a decoder or encoder says; that it is a fault of newsgen itself where
    newsgen's own code raised what it does not raise of a broken file."""
    if isinstance(fault, Unusable):
        return fault.reason
    if isinstance(fault, (OSError, ValueError, EOFError, SyntaxError, struct.error, zlib.error)):
        return _said(fault)
    frames = traceback.extract_tb(fault.__traceback__)
    return _said(fault) if any(f"{os.sep}PIL{os.sep}" in frame.filename for frame in frames) else own_reason(fault)


def _said(fault: Exception) -> Part | str:
    """What a decoder or encoder says, the same in each run."""
    words = " ".join(str(fault).split())
    if not words or "object at 0x" in words:  # an address in memory: another one in each run
        return part("picture/not-decoded")
    return words[:200]
