"""Published pictures without private metadata, their pixels untouched: the parts of a file that show nothing go.

What is kept is listed, and all else goes, so that a maker's new invention goes too: place, device, serial numbers,
thumbnails, comments, editing history, second pictures and films behind the end. Colour profiles stay.
No library does this for all five formats without decoding; each is a walk over a few kinds of parts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from zlib import crc32

_MARK_XMP = b"http://ns.adobe.com/xap/1.0/\x00"


class Unstrippable(ValueError):
    """The parts of a file cannot be told from each other: it is to be made anew from its pixels."""


def strip(data: bytes, kind: str, xmp: bytes) -> bytes:
    """The picture without metadata; with this XMP packet in JPEG and PNG. Raises: Unstrippable."""
    try:
        if kind == "jpeg":
            return _jpeg(data, xmp)
        if kind == "png":
            return _png(data, xmp)
        return {"webp": _webp, "gif": _gif, "avif": _avif}[kind](data)
    except (struct.error, IndexError, ValueError) as fault:
        raise Unstrippable(str(fault)) from fault


# ---- JPEG: ITU-T T.81, annex B
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


def jpeg_segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Marker and bytes (with marker and length) of each segment before the pixels, and where those begin.

    Raises: IndexError, ValueError, struct.error where they cannot be told from each other.
    """
    found: list[tuple[int, bytes]] = []
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("a segment of the JPEG does not begin with a marker")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker in (0xDA, 0xD9):
            return found, at
        size = 2 if marker in _ALONE else 2 + struct.unpack_from(">H", data, at + 2)[0]
        found.append((marker, data[at : at + size]))
        at += size


def _jpeg(data: bytes, xmp: bytes) -> bytes:
    segments, start = jpeg_segments(data)
    kept = [segment for marker, segment in segments if _is_jpeg_part(marker, segment)]
    packet = b"" if not xmp else b"\xff\xe1" + struct.pack(">H", 2 + len(_MARK_XMP) + len(xmp)) + _MARK_XMP + xmp
    has_jfif = bool(kept) and kept[0][:2] == b"\xff\xe0"  # JFIF 1.02: its segment stands right after the start
    head = [kept[0], packet, *kept[1:]] if has_jfif else [packet, *kept]
    return b"\xff\xd8" + b"".join(head) + _jpeg_scans(data, start)


def _is_jpeg_part(marker: int, segment: bytes) -> bool:
    if marker == 0xE0:
        return segment[4:9] == b"JFIF\x00"
    if marker == 0xE2:
        return segment[4:16] == b"ICC_PROFILE\x00"
    if marker == 0xEE:
        return segment[4:9] == b"Adobe"  # says how colours are to be read
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _jpeg_scans(data: bytes, start: int) -> bytes:
    """From the first scan to the end of the picture: what follows (previews, films, sound) is none of it."""
    kept: list[bytes] = []
    at = start
    while True:
        begin = at
        if data[at] != 0xFF:
            raise ValueError("a scan of the JPEG does not begin with a marker")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            return b"".join(kept) + b"\xff\xd9"
        at += 2 if marker in _ALONE else 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xDA:
            at = _after_pixels(data, at)
        if _is_jpeg_part(marker, data[begin:at]):
            kept.append(data[begin:at])


def _after_pixels(data: bytes, at: int) -> int:
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following not in (0x00, 0xFF) and following not in _ALONE:
            return at
        at += 1 if following == 0xFF else 2


# ---- PNG: www.w3.org/TR/png-3
_PNG_PARTS = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"mDCv", b"cLLi", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each part, to the end of the picture. Raises: struct.error, ValueError."""
    at = 8
    name = b""
    while name != b"IEND":
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(data) < at + 12 + size:
            raise ValueError("the PNG is cut")
        yield name, body
        at += 12 + size


def _png(data: bytes, xmp: bytes) -> bytes:
    kept = [data[:8]]
    for name, body in png_chunks(data):
        if name in _PNG_PARTS:
            kept.append(_png_chunk(name, body))
        if name == b"IHDR" and xmp:
            kept.append(_png_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + xmp))
    return b"".join(kept)


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc32(name + body))


# ---- WebP: developers.google.com/speed/webp/docs/riff_container
_WEBP_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def _webp(data: bytes) -> bytes:
    kept, at = [], 12
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + size + (size & 1)]
        if len(chunk) < 8 + size:
            raise ValueError("the WebP is cut")
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~(_EXIF_FLAG | _XMP_FLAG)]) + chunk[9:]
        if name in _WEBP_PARTS:
            kept.append(chunk)
        at += len(chunk)
    body = b"".join(kept)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


# ---- GIF: www.w3.org/Graphics/GIF/spec-gif89a.txt
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while True:
        begin, mark = at, data[at]
        if mark == 0x3B:
            return b"".join(kept) + b";"
        if mark == 0x2C:
            at += 10 + _colours(data[at + 9]) + 1  # descriptor, colours, size of codes
            is_part = True
        elif mark == 0x21:
            label = data[at + 1]
            is_part = label in (0xF9, 0x01) or (label == 0xFF and data[at + 3 : at + 14] in _LOOPS)
            at += 2
        else:
            raise ValueError("the GIF has an unknown block")
        while data[at]:
            at += 1 + data[at]
        at += 1
        if is_part:
            kept.append(data[begin:at])


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


# ---- AVIF: ISO/IEC 14496-12 (boxes), 23008-12 (items)
_NO_EXIF = b"\x00\x00\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"  # an empty list of tags


def _avif(data: bytes) -> bytes:
    """The items that hold EXIF and XMP, overwritten where they stand: moving anything would move the pixels' places."""
    found = bytearray(data)
    boxes = _boxes(data, 0, len(data))
    for name, start, end in boxes:
        if name == b"meta":
            for low, high, kind in _metadata_places(data, start + 4, end):
                room = high - low
                if high > len(data):
                    raise ValueError("an item lies outside of the file")
                if kind == b"Exif":
                    if room < len(_NO_EXIF):
                        raise ValueError("the EXIF item is too small to be emptied")
                    found[low:high] = _NO_EXIF.ljust(room, b"\x00")
                else:
                    found[low:high] = b" " * room
    end = max(end for _, _, end in boxes)
    return bytes(found[:end])


def _boxes(data: bytes, at: int, end: int) -> list[tuple[bytes, int, int]]:
    """Name, start and end of the contents of each box."""
    found = []
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise ValueError("a box is larger than what holds it")
        found.append((name, at + head, at + size))
        at += size
    return found


def _metadata_places(data: bytes, start: int, end: int) -> list[tuple[int, int, bytes]]:
    """Where in the file the bytes of EXIF and XMP items lie."""
    boxes = {name: (low, high) for name, low, high in _boxes(data, start, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return []
    low, high = boxes[b"iinf"]
    wanted = {}
    for name, at, stop in _boxes(data, low + (6 if data[low] == 0 else 8), high):
        if name == b"infe" and data[at] >= 2:
            wide = data[at] == 3
            id_ = struct.unpack_from(">I" if wide else ">H", data, at + 4)[0]
            kind = data[at + (10 if wide else 8) : stop][:4]
            if kind in (b"Exif", b"mime", b"uri "):
                wanted[id_] = kind
    return [
        (at, at + size, wanted[id_])
        for id_, at, size in _extents(data, boxes[b"iloc"][0], boxes.get(b"idat", (0, 0))[0])
        if id_ in wanted
    ]


def _extents(data: bytes, at: int, item_data: int) -> list[tuple[int, int, int]]:
    """Item, place and size of each piece that the `iloc` box names."""
    version, sizes = data[at], struct.unpack_from(">H", data, at + 4)[0]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    at += 6

    def number(size: int) -> int:
        nonlocal at
        value = int.from_bytes(data[at : at + size], "big")
        at += size
        return value

    found = []
    wide = 4 if version == 2 else 2
    for _ in range(number(wide)):
        id_ = number(wide)
        method = number(2) & 15 if version else 0
        number(2)  # data reference
        base = number(base_size)
        for _ in range(number(2)):
            number(index_size)
            place, size = base + number(offset_size), number(length_size)
            if method > 1:
                raise ValueError("an item is made of others")
            found.append((id_, place + (item_data if method else 0), size))
    return found
