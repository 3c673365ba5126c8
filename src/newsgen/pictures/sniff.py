"""What a picture file is, by its first bytes; `model.is_picture` says by its name whether it is one."""

from __future__ import annotations

import struct


def kind_of(data: bytes, path: str) -> str:
    """`jpeg`, `png`, `webp`, `avif`, `gif`, `bmp`, `ico` (cursors too) or `svg`; "" if the bytes are none of these.

    What a raster picture is, its bytes say: browsers believe them more than its name. Rule: mimesniff.spec.whatwg.org,
    "Matching an image type pattern".
    """
    if data[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[4:8] == b"ftyp" and (b"avif" in data[8:64] or b"avis" in data[8:64]):
        return "avif"
    if data[:2] == b"BM" and data[14:18] in _BITMAP_HEADERS:
        return "bmp"
    if data[:4] in (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00") and _has_icon(data):
        return "ico"
    return "svg" if path.lower().endswith(".svg") else ""


#: The lengths that the second header of a BMP has, in its first four bytes.
_BITMAP_HEADERS = {struct.pack("<I", size) for size in (12, 40, 52, 56, 64, 108, 124)}


def _has_icon(data: bytes) -> bool:
    """Whether the first picture of an icon is within the file: four bytes alone may be those of anything."""
    if len(data) < 22:
        return False
    (count,) = struct.unpack_from("<H", data, 4)
    size, place = struct.unpack_from("<II", data, 14)
    return bool(6 + 16 * count <= place < place + size <= len(data))
