"""Published pictures without private metadata, their pixels untouched: the parts of a file that show nothing go.

What is kept is listed, and all else goes, so that a maker's new invention goes too: place, device, serial numbers,
thumbnails, comments, editing history, second pictures and films behind the end. Colour profiles stay.
No library does this for all these formats without decoding; each is a walk over a few kinds of parts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple
from zlib import compress, crc32, decompressobj
from zlib import error as zlib_error

from newsgen.pictures import colour_profiles

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
        return {"webp": _webp, "gif": _gif, "avif": _avif, "bmp": _bmp, "ico": _ico}[kind](data)
    except (struct.error, IndexError, ValueError, zlib_error) as fault:
        raise Unstrippable(str(fault)) from fault


# ---- JPEG: ITU-T T.81, annex B
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


def jpeg_segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Marker and bytes (with marker and length) of each segment before the pixels, and where those begin.

    Raises: IndexError, ValueError, struct.error where they cannot be told from each other.
    """
    segments: list[tuple[int, bytes]] = []
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("a segment of the JPEG does not begin with a marker")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0:
            raise ValueError("a marker of the JPEG is none")
        if marker in (0xDA, 0xD9):
            return segments, at
        size = 2 if marker in _ALONE else 2 + struct.unpack_from(">H", data, at + 2)[0]
        segments.append((marker, data[at : at + size]))
        at += size


def _jpeg(data: bytes, xmp: bytes) -> bytes:
    segments, start = jpeg_segments(data)
    parts = _with_bare_profile(
        [_bare(marker, segment) for marker, segment in segments if _is_jpeg_part(marker, segment)]
    )
    packet = b"" if not xmp else b"\xff\xe1" + struct.pack(">H", 2 + len(_MARK_XMP) + len(xmp)) + _MARK_XMP + xmp
    has_jfif = bool(parts) and parts[0][:2] == b"\xff\xe0"  # JFIF 1.02: its segment stands right after the start
    head = [parts[0], packet, *parts[1:]] if has_jfif else [packet, *parts]
    return b"\xff\xd8" + b"".join(head) + _jpeg_scans(data, start)


def _is_jpeg_part(marker: int, segment: bytes) -> bool:
    if marker == 0xE0:
        return segment[4:9] == b"JFIF\x00"
    if marker == 0xE2:
        return segment[4:16] == b"ICC_PROFILE\x00"
    if marker == 0xEE:
        return segment[4:9] == b"Adobe"  # says how colours are to be read
    return not (0xE0 <= marker <= 0xEF or marker >= 0xF0 or 0x02 <= marker <= 0xBF)  # of applications, reserved


def _bare(marker: int, segment: bytes) -> bytes:
    """Without what may stand behind the fields that count: JFIF's has a preview of its own."""
    if marker == 0xE0:  # JFIF 1.02: version, density, no thumbnail
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"
    if marker == 0xEE:  # Adobe Technical Note 5116: version, flags, colours
        return b"\xff\xee\x00\x0e" + segment[4:16]
    if marker in (0xDC, 0xDD):  # a number of lines or of blocks
        return segment[:2] + b"\x00\x04" + segment[4:6]
    return segment


_PROFILE_HEAD = 18  # marker, length, name, number and count before the bytes of a profile: ICC.1:2022, B.4


def _with_bare_profile(segments: list[bytes]) -> list[bytes]:
    parts = [n for n, segment in enumerate(segments) if segment[:2] == b"\xff\xe2" and len(segment) > _PROFILE_HEAD]
    parts.sort(key=lambda n: segments[n][16])
    profile = b"".join(segments[n][_PROFILE_HEAD:] for n in parts)
    bare = colour_profiles.bare(profile)
    if bare != profile:
        at = 0
        for n in parts:
            size = len(segments[n]) - _PROFILE_HEAD
            segments[n] = segments[n][:_PROFILE_HEAD] + bare[at : at + size]
            at += size
    return segments


def _jpeg_scans(data: bytes, start: int) -> bytes:
    """From the first scan to the end of the picture: what follows (previews, films, sound) is none of it."""
    parts: list[bytes] = []
    at = start
    while True:
        begin = at
        if data[at] != 0xFF:
            raise ValueError("a scan of the JPEG does not begin with a marker")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0:
            raise ValueError("a marker of the JPEG is none")
        if marker == 0xD9:
            return b"".join(parts) + b"\xff\xd9"
        at += 2 if marker in _ALONE else 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xDA:
            at = _after_pixels(data, at)
        if _is_jpeg_part(marker, data[begin:at]):
            parts.append(_bare(marker, data[begin:at]))


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
    b"cLLI", b"mDCv", b"cLLi", b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each part, to the end of the picture. Raises: struct.error, ValueError.

    Without those that browsers pass over because their sum is wrong: such as a picture can be shown without. Where only
    the end is missing, it is there. Rule: PNG 3, 13.1: "a decoder may ignore such a chunk".
    """
    at = 8
    name = b""
    while name != b"IEND":
        if at == len(data) and name == b"IDAT":
            yield b"IEND", b""
            return
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(data) < at + 12 + size:
            raise ValueError("the PNG is cut")
        is_needless = bool(name[0] & 0x20)
        if not is_needless or data[at + 8 + size : at + 12 + size] == struct.pack(">I", crc32(name + body)):
            yield name, body
        at += 12 + size


def sound_png(data: bytes) -> bytes:
    """The PNG as browsers read it, which Pillow refuses: without parts whose sum is wrong, with its end.

    The same bytes where nothing is wrong with it that can be mended so.
    """
    at, name = 8, b""
    sound = [data[:8]]
    is_whole = True
    while name != b"IEND" and at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        part, at = data[at : at + 12 + size], at + 12 + size
        if name[0] & 0x20 and part[-4:] != struct.pack(">I", crc32(part[4:-4])):
            is_whole = False
        else:
            sound.append(part)
    if at == len(data) and name == b"IDAT":
        return b"".join((*sound, _png_chunk(b"IEND", b"")))
    return data if is_whole or at > len(data) else b"".join((*sound, data[at:]))


def _png(data: bytes, xmp: bytes) -> bytes:
    parts = [data[:8]]
    for name, body in png_chunks(data):
        if name == b"iCCP":  # its name is free text
            body = b"icc" + _with_bare_png_profile(body[body.index(b"\x00") :])
        if name in _PNG_PARTS:
            parts.append(_png_chunk(name, body))
        if name == b"IHDR" and xmp:
            parts.append(_png_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + xmp))
    return b"".join(parts)


_MOST_PROFILE = 16 << 20  # bytes


def _with_bare_png_profile(body: bytes) -> bytes:
    """What stands behind the name of an `iCCP`: the end of the name, a method, the profile."""
    profile = decompressobj().decompress(body[2:], _MOST_PROFILE)
    bare = colour_profiles.bare(profile)
    return body[:2] + compress(bare) if bare != profile else body


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc32(name + body))


# ---- WebP: developers.google.com/speed/webp/docs/riff_container
_WEBP_PARTS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
_FRAME_PARTS = {b"VP8 ", b"VP8L", b"ALPH"}
_PIXELS = {b"VP8 ", b"VP8L"}
_FRAME_HEAD = 16  # bytes of an ANMF before its parts
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def _webp(data: bytes) -> bytes:
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    body = _webp_parts(data, 12, end, _WEBP_PARTS)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _webp_parts(data: bytes, at: int, end: int, wanted: set[bytes]) -> bytes:
    parts = []
    seen: set[bytes] = set()
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, at)
        low, high = at + 8, at + 8 + size
        if high > end:
            raise ValueError("the WebP is cut")
        body = data[low:high]
        if name == b"VP8X":
            body = bytes([body[0] & ~(_EXIF_FLAG | _XMP_FLAG)]) + body[1:]
        elif name == b"ANMF":
            body = body[:_FRAME_HEAD] + _webp_parts(data, low + _FRAME_HEAD, high, _FRAME_PARTS)
        elif name == b"ICCP":
            body = colour_profiles.bare(body)
        is_second = name in seen or (name in _PIXELS and not seen.isdisjoint(_PIXELS))
        if name in wanted and (name == b"ANMF" or not is_second):  # browsers show the first
            parts.append(struct.pack("<4sI", name, len(body)) + body + b"\x00" * (len(body) & 1))
        seen.add(name)
        at = high + (size & 1)
    return b"".join(parts)


# ---- GIF: www.w3.org/Graphics/GIF/spec-gif89a.txt
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def _gif(data: bytes) -> bytes:
    at = 13 + _colours(data[10])
    parts = [data[:at]]
    while True:
        begin, mark = at, data[at]
        if mark == 0x3B:
            return b"".join(parts) + b";"
        if mark == 0x2C:
            at += 10 + _colours(data[at + 9]) + 1  # descriptor, colours, size of codes
            part = None
        elif mark == 0x21:
            label = data[at + 1]
            part = b""  # comments, texts, what programs note
            if label == 0xF9:  # 23, "Graphic Control Extension": four bytes
                part = data[at : at + 7] + b"\x00"
            elif label == 0xFF and data[at + 3 : at + 14] in _LOOPS and data[at + 14 : at + 16] == b"\x03\x01":
                part = data[at : at + 18] + b"\x00"  # how often it is repeated
            at += 2
        else:
            raise ValueError("the GIF has an unknown block")
        while data[at]:
            at += 1 + data[at]
        at += 1
        parts.append(data[begin:at] if part is None else part)


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


# ---- AVIF: ISO/IEC 14496-12 (boxes), 23008-12 (items)
#: What shows something; a film's tracks have their own boxes within `moov`.
_AVIF_PARTS = {b"ftyp", b"meta", b"mdat", b"moov"}
_HOLDERS = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl"}
_FILM_PARTS = {
    b"elst", b"hdlr", b"vmhd", b"nmhd", b"dref", b"stsd", b"stts", b"stsz", b"stz2", b"stsc", b"stco", b"co64",
    b"stss", b"ctts", b"sgpd", b"sbgp", b"tref", b"mvhd", b"tkhd", b"mdhd",
}  # fmt: skip
_META_PARTS = {b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp", b"iref", b"idat", b"grpl"}
#: Properties of items; what a maker calls them, and boxes of makers' own, are none.
_PROPERTIES = {
    b"av1C", b"ispe", b"pixi", b"pasp", b"colr", b"auxC", b"clap", b"irot", b"imir", b"clli", b"mdcv", b"cclv",
    b"amve", b"a1op", b"a1lx", b"lsel", b"reve", b"ndwt",
}  # fmt: skip
_SHOWN_ITEMS = {b"av01", b"grid", b"iovl", b"iden", b"tmap"}
_MOST_HOLDERS = 1000
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}  # they begin with when it was made and changed
_NO_EXIF = b"\x00\x00\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"  # an empty list of tags


class _Box(NamedTuple):
    """Its name, and where it, its contents and what follows it begin."""

    name: bytes
    begin: int
    start: int
    end: int


def _avif(data: bytes) -> bytes:
    """What shows nothing, overwritten where it stands: moving anything would move the pixels' places."""
    emptied = bytearray(data)
    boxes = _boxes(data, 0, len(data))
    second = [n for n, box in enumerate(boxes) if box.name == b"ftyp"][1:]
    boxes = boxes[: second[0]] if second else boxes  # another file begins there
    shown: list[tuple[int, int]] = []
    seen: set[bytes] = set()
    for box in boxes:
        if box.name not in _AVIF_PARTS or (box.name in seen and box.name != b"mdat"):
            _empty(emptied, box)
        elif box.name == b"moov":
            shown += _samples(emptied, box)
            _empty_in_film(emptied, box)
        elif box.name == b"meta":
            shown += _empty_in_meta(emptied, box)
        seen.add(box.name)
    holders = [box for box in boxes if box.name in (b"mdat", b"meta")]
    if len(holders) > _MOST_HOLDERS or any(
        not any(b.start <= low <= high <= b.end for b in holders) for low, high in shown
    ):
        raise ValueError("something that is shown lies where nothing is")
    for box in holders:
        if box.name == b"mdat":
            _empty_between(emptied, box, shown)
    return bytes(emptied[: max(box.end for box in boxes if box.name in _AVIF_PARTS)])


def _boxes(data: bytes | bytearray, at: int, end: int) -> list[_Box]:
    boxes = []
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, at + 8), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise ValueError("a box is larger than what holds it")
        boxes.append(_Box(name, at, at + head, at + size))
        at += size
    return boxes


def _empty(data: bytearray, box: _Box) -> None:
    """Makes a box free space of the same size."""
    data[box.begin + 4 : box.begin + 8] = b"free"
    data[box.start : box.end] = bytes(box.end - box.start)


def _empty_in_film(data: bytearray, holder: _Box) -> None:
    for box in _boxes(data, holder.start, holder.end):
        if box.name in _HOLDERS:
            _empty_in_film(data, box)
        elif box.name not in _FILM_PARTS:
            _empty(data, box)
        elif box.name in _TIMED:
            size = 16 if data[box.start] else 8  # by its version
            data[box.start + 4 : box.start + 4 + size] = bytes(size)
        elif box.name == b"hdlr":
            _empty_name(data, box)


def _empty_name(data: bytearray, handler: _Box) -> None:
    """The name that a handler's maker gave it, behind its type."""
    begin = min(handler.start + 24, handler.end)
    data[begin : handler.end] = bytes(handler.end - begin)


def _samples(data: bytearray, film: _Box) -> list[tuple[int, int]]:
    """Where in the file the frames of a film lie, by tracks and chunks."""
    frames: list[tuple[int, int]] = []
    holders = [film]
    while holders:
        holder = holders.pop()
        boxes = {}
        for box in _boxes(data, holder.start, holder.end):
            boxes[box.name] = box
            if box.name in _HOLDERS:
                holders.append(box)
        if holder.name == b"stbl":
            frames += _chunks(data, boxes)
    if not frames:
        raise ValueError("the film has no frames")
    return frames


def _chunks(data: bytearray, boxes: dict[bytes, _Box]) -> list[tuple[int, int]]:
    """Rule: ISO/IEC 14496-12, 8.7: sizes of samples, samples of chunks, places of chunks."""
    sizes, chunks = boxes[b"stsz"], boxes[b"stsc"]
    size, count = struct.unpack_from(">II", data, sizes.start + 4)
    places, form = (boxes[b"stco"], "I") if b"stco" in boxes else (boxes[b"co64"], "Q")
    (number,) = struct.unpack_from(">I", data, places.start + 4)
    offsets = struct.unpack_from(f">{number}{form}", data, places.start + 8)
    runs = [
        struct.unpack_from(">II", data, chunks.start + 8 + 12 * n)
        for n in range(struct.unpack_from(">I", data, chunks.start + 4)[0])
    ]
    each = [size] * count if size and count < len(data) else struct.unpack_from(f">{count}I", data, sizes.start + 12)
    frames, sample, run = [], 0, 0
    for n, low in enumerate(offsets, start=1):
        while run + 1 < len(runs) and runs[run + 1][0] <= n:
            run += 1
        high = low + sum(each[sample : sample + runs[run][1]])
        if high > len(data):
            raise ValueError("a frame lies outside of the file")
        frames.append((low, high))
        sample += runs[run][1]
    return frames


def _empty_in_meta(data: bytearray, holder: _Box) -> list[tuple[int, int]]:
    """Empties EXIF, XMP and what is unknown; where in the file the items lie that show something."""
    boxes = {box.name: box for box in _boxes(data, holder.start + 4, holder.end)}
    for box in boxes.values():
        if box.name not in _META_PARTS:
            _empty(data, box)
        elif box.name == b"hdlr":
            _empty_name(data, box)
        elif box.name == b"iprp":
            for inner in _boxes(data, box.start, box.end):
                if inner.name == b"ipco":
                    for one in _boxes(data, inner.start, inner.end):
                        if one.name not in _PROPERTIES:
                            _empty(data, one)
                        elif one.name == b"colr":
                            data[one.start + 4 : one.end] = colour_profiles.bare(bytes(data[one.start + 4 : one.end]))
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return []
    references = boxes.get(b"iref")
    if references and any(box.name == b"thmb" for box in _boxes(data, references.start + 4, references.end)):
        raise ValueError("it holds a preview")
    kinds = _item_kinds(data, boxes[b"iinf"])
    shown = []
    for id_, low, high in _extents(data, boxes[b"iloc"].start, boxes[b"idat"].start if b"idat" in boxes else 0):
        if high > len(data):
            raise ValueError("an item lies outside of the file")
        kind = kinds.get(id_, b"")
        if kind == b"Exif":
            if high - low < len(_NO_EXIF):
                raise ValueError("the EXIF item is too small to be emptied")
            data[low:high] = _NO_EXIF.ljust(high - low, b"\x00")
        elif kind in (b"mime", b"uri "):
            data[low:high] = b" " * (high - low)
        elif kind not in _SHOWN_ITEMS:
            raise ValueError("it holds something that is no picture")
        shown.append((low, high))
    return shown


def _empty_between(data: bytearray, box: _Box, shown: list[tuple[int, int]]) -> None:
    """What lies among the pixels and belongs to no item."""
    at = box.start
    for low, high in [*sorted(shown), (box.end, box.end)]:
        low = min(max(low, box.start), box.end)
        if low > at:
            data[at:low] = bytes(low - at)
        at = max(at, min(high, box.end))


def _item_kinds(data: bytearray, holder: _Box) -> dict[int, bytes]:
    """The kind of each item; the names that their makers gave them become underscores."""
    kinds = {}
    for box in _boxes(data, holder.start + (6 if data[holder.start] == 0 else 8), holder.end):
        if box.name == b"infe" and data[box.start] >= 2:
            wide = data[box.start] == 3
            at = box.start + (10 if wide else 8)
            kinds[struct.unpack_from(">I" if wide else ">H", data, box.start + 4)[0]] = bytes(data[at : at + 4])
            end = data.index(b"\x00", at + 4, box.end)
            data[at + 4 : end] = b"_" * (end - at - 4)
    return kinds


def _extents(data: bytearray, at: int, item_data: int) -> list[tuple[int, int, int]]:
    """Item, first and last place of each piece that the `iloc` box names."""
    version, sizes = data[at], struct.unpack_from(">H", data, at + 4)[0]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    at += 6

    def number(size: int) -> int:
        nonlocal at
        value = int.from_bytes(data[at : at + size], "big")
        at += size
        return value

    extents = []
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
            place += item_data if method else 0
            extents.append((id_, place, place + size if size else len(data)))
    return extents


# ---- BMP and ICO: learn.microsoft.com, "Bitmap Storage", "BITMAPV5HEADER"; "The format of icon resources"
_PLAIN, _RUNS = (0, 3, 6), (1, 2)  # how pixels are written: as they are, with masks; in runs of equal ones
#: The kinds of colour spaces that name a profile, which may be the path of a file, and the one that is everybody's.
_PROFILES, _SRGB = (b"KNIL", b"DEBM"), b"BGRs"


def _bmp(data: bytes) -> bytes:
    """To the end of the pixels; what lies between the colours and them is emptied."""
    offset, header = struct.unpack_from("<II", data, 10)
    how = size = used = 0
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    else:
        width, height, _, bits, how, size, _, _, used = struct.unpack_from("<iiHHIIiiI", data, 18)
    if how in _PLAIN and header != 64:
        size = _row(width, bits) * abs(height)
    elif how not in _RUNS:
        size = 0
    colours = min(used or 256, 1 << bits) if bits <= 8 else used
    begin = 14 + header + (3 if header == 12 else 4) * colours
    begin += {3: 12, 6: 16}.get(how, 0) if header == 40 else 0
    end = offset + size
    if not size or width <= 0 or not begin <= offset or end > len(data):
        raise ValueError("the parts of the BMP cannot be told from each other")
    emptied = bytearray(data[:end])
    emptied[begin:offset] = bytes(offset - begin)
    struct.pack_into("<IHH", emptied, 2, end, 0, 0)
    if header >= 108 and emptied[70:74] in _PROFILES:
        emptied[70:74] = _SRGB
    if header == 124:
        emptied[126:134] = bytes(8)  # place and size of the profile
    return bytes(emptied)


def _row(width: int, bits: int) -> int:
    return (width * bits + 31) // 32 * 4


def _ico(data: bytes) -> bytes:
    """The pictures of an icon or a cursor one behind the other, each to its end."""
    kind, count = struct.unpack_from("<HH", data, 2)
    entries, parts = [], []
    place = 6 + 16 * count
    for n in range(count):
        *head, size, offset = struct.unpack_from("<BBBBHHII", data, 6 + 16 * n)
        part = data[offset : offset + size]
        if len(part) < size:
            raise ValueError("a picture of the icon lies outside of the file")
        part = _png(part, b"") if part[:8] == b"\x89PNG\r\n\x1a\n" else _icon_bitmap(part)
        head[3] = 0
        entries.append(struct.pack("<BBBBHHII", *head, len(part), place))
        parts.append(part)
        place += len(part)
    return struct.pack("<HHH", 0, kind, count) + b"".join(entries) + b"".join(parts)


def _icon_bitmap(part: bytes) -> bytes:
    """A bitmap without the header of a file, with a mask behind its pixels and twice their height."""
    header, width, height, _, bits, how, _, _, _, used = struct.unpack_from("<IiiHHIIiiI", part)
    if header != 40 or how not in (0, 3) or width <= 0:
        raise ValueError("a picture of the icon is none")
    colours = min(used or 256, 1 << bits) if bits <= 8 else used
    begin = header + (12 if how == 3 else 0) + 4 * colours
    rows = abs(height) // 2
    return part[: begin + (_row(width, bits) + _row(width, 1)) * rows]
