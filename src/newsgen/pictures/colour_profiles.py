"""Colour profiles without what their makers note for themselves: names and serial numbers of displays, settings."""

from __future__ import annotations

import struct

_HEADER = 128  # bytes before the table of tags
_ID = slice(84, 100)  # a sum of the whole profile; zero where there is none
#: Tags that say how colours are to be read. Rule: ICC.1:2022, 9.2, and those of ICC.1:2001-04 that readers know.
_KEPT = {
    b"desc", b"cprt", b"wtpt", b"bkpt", b"chad", b"chrm", b"cicp", b"lumi", b"gamt", b"tech", b"ciis", b"clro", b"clrt",
    b"clot", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"meas", b"view", b"vued", b"ncl2",
    b"A2B0", b"A2B1", b"A2B2", b"A2B3", b"B2A0", b"B2A1", b"B2A2", b"B2A3", b"D2B0", b"D2B1", b"D2B2", b"D2B3",
    b"B2D0", b"B2D1", b"B2D2", b"B2D3", b"rig0", b"rig2", b"pre0", b"pre1", b"pre2", b"aarg", b"aagg", b"aabg",
}  # fmt: skip


def bare(profile: bytes) -> bytes:
    """The profile, as long as it was, its other tags empty; as it is where it is none."""
    if profile[36:40] != b"acsp" or len(profile) < _HEADER + 4:
        return profile
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if _HEADER + 4 + 12 * count > len(profile):
        return profile
    tags = [struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * n) for n in range(count)]
    if all(name in _KEPT for name, _, _ in tags):
        return profile
    emptied = bytearray(len(profile))
    emptied[: _HEADER + 4 + 12 * count] = profile[: _HEADER + 4 + 12 * count]
    emptied[_ID] = bytes(16)
    for name, low, size in tags:
        if name in _KEPT and low + size <= len(profile):
            emptied[low : low + size] = profile[low : low + size]
    return bytes(emptied)
