"""What a picture file says of itself: kind, size as shown, whether it moves, who is credited, what is wrong with it."""

from __future__ import annotations

import contextlib
import re
import struct
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from newsgen.nouns.diagnostics import part
from newsgen.nouns.model import Look
from newsgen.pictures import credits, sniff, strip_metadata, svg
from newsgen.pictures.unusable import Unusable, reason_of
from newsgen.settings import conflict_marks

if TYPE_CHECKING:
    from PIL.Image import Image

#: Another number where the same bytes are looked at otherwise: what was kept of them is not used.
VERSION = 6
_FORMATS = {"ico": ("ICO", "CUR")} | {kind: (kind.upper(),) for kind in ("jpeg", "png", "webp", "avif", "gif", "bmp")}
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)  # Exif 2.32, "Orientation": rows are shown as columns
_MOST_TAGS = 1000
#: Segments with EXIF of a JPEG, whose bytes Pillow puts together one by one. Cameras write one; what looks like them by
#: chance in a film behind the picture does not count to so many.
_MOST_SEGMENTS = 5000


def look(data: bytes, path: str, *, megapixels: int) -> Look:
    """What is in a picture file. `megapixels`: one that has more is not decoded.

    What is wrong is part of the answer. Raises: MemoryError, which is no fault of the file.
    """
    kind = sniff.kind_of(data, path)
    if conflict_marks.is_pointer(data):
        return Look(fault="picture-broken", reason=part("picture/pointer"))
    if not kind:
        return Look(fault="picture-broken", reason=part("picture/of-no-kind"))
    if kind != "svg" and path.lower().endswith(".svg"):
        # Servers call it XML by its name, and browsers take nothing that is called XML for a picture of another kind.
        # Rule: mimesniff.spec.whatwg.org, 7.
        return Look(fault="picture-broken", reason=part("picture/named-svg", kind=kind.upper()))
    try:
        return _look_at_svg(data, megapixels) if kind == "svg" else _look_at_raster(data, kind, megapixels)
    except MemoryError:
        raise
    except Exception as fault:  # decoders raise whatever a broken file makes them
        return Look(kind, fault="picture-broken", reason=reason_of(fault))


def open_raster(data: bytes, kind: str) -> Image:
    """The picture without its pixels. Raises: whatever decoders raise."""
    from PIL import Image

    if kind == "jpeg" and data.count(b"\xff\xe1") > _MOST_SEGMENTS:
        raise Unusable(part("picture/segments", most=_MOST_SEGMENTS))
    if kind == "png":
        data = strip_metadata.sound_png(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the limit is newsgen's own; what is odd in metadata is not shown
        return Image.open(BytesIO(data), formats=_FORMATS[kind])


def orientation(image: Image, data: bytes, kind: str) -> int:
    """How the pixels lie, from 1 (as they are shown) to 8: as the number in EXIF says, whatever stands beside it.

    Of an AVIF, as its own properties say. Rule: www.w3.org/TR/css-images-3, "image-orientation": browsers read EXIF;
    what XMP says of it, they do not.
    """
    exif = _exif(image, data, kind).removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(exif[:4], "")
    try:
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, at)
        for n in range(min(count, _MOST_TAGS) if order else 0):
            tag, type_, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * n)
            if tag == _ORIENTATION:
                return int(value) if type_ == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _exif(image: Image, data: bytes, kind: str) -> bytes:
    """The EXIF of a picture; b"" if it has none."""
    if kind == "png":  # Pillow would decode the whole picture: the tags may stand behind the pixels
        with contextlib.suppress(struct.error, ValueError):
            return next((body for name, body in strip_metadata.png_chunks(data) if name == b"eXIf"), b"")
    exif = image.info.get("exif", b"")
    return exif if isinstance(exif, bytes) else b""


def _tags(exif: bytes) -> dict[int, Any]:
    """The tags that say who made a picture; without those that cannot be read."""
    from PIL.Image import Exif

    tags: dict[int, Any] = {}
    decoded = Exif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for tag in credits.TAGS:
            with contextlib.suppress(Exception):  # decoders raise whatever broken metadata make them
                if not tags:
                    decoded.load(exif)
                tags[tag] = decoded.get(tag, "")
    return tags


def rights_of(data: bytes, image: Image, kind: str) -> credits.Rights:
    """Who made the picture, as its metadata say."""
    xmp = image.info.get("xmp", b"") or image.info.get("XML:com.adobe.xmp", b"")
    xmp = xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp
    resources = b"".join(
        segment[18:]
        for marker, segment in (_segments(data) if kind == "jpeg" else ())
        if marker == 0xED and segment[4:18] == b"Photoshop 3.0\x00"
    )
    return credits.read(xmp if isinstance(xmp, bytes) else b"", resources, _tags(_exif(image, data, kind)))


def _segments(data: bytes) -> list[tuple[int, bytes]]:
    """Those of a JPEG before its pixels; none where they cannot be told from each other."""
    try:
        return strip_metadata.jpeg_segments(data)[0]
    except (struct.error, IndexError, ValueError):
        return []


def _look_at_raster(data: bytes, kind: str, megapixels: int) -> Look:
    width, height = _size(data, kind)
    if width * height > megapixels * 1_000_000:
        reason = part("picture/pixels", count=_in_megapixels(width * height), most=megapixels)
        return Look(kind, width, height, fault="picture-too-large", reason=reason)
    image = open_raster(data, kind)
    frames = getattr(image, "n_frames", 1) if kind != "jpeg" else 1  # second pictures of a JPEG are previews
    turned = orientation(image, data, kind)
    if turned != 1 and frames > 1 and width * height * frames > megapixels * 1_000_000:  # they are made anew
        count = _in_megapixels(width * height * frames)
        reason = part("picture/pixels-of-frames", count=count, most=megapixels)
        return Look(kind, width, height, fault="picture-too-large", reason=reason)
    if turned in _TURNED:
        width, height = height, width
    made = rights_of(data, image, kind)
    if kind == "png":
        open_raster(data, kind).verify()  # the sums of all parts, which decoding leaves out
    if kind == "jpeg":
        image.draft("RGB", (1, 1))  # the whole file is read, an eighth of the pixels is made
    image.load()
    return Look(kind, width, height, frames > 1, made.line)


def _size(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height of the pixels in a file, which are not decoded. Raises: whatever decoders raise."""
    from PIL import Image

    try:
        return open_raster(data, kind).size
    except Image.DecompressionBombError as fault:
        match = re.search(r"\((\d+) pixels\)", str(fault))
        if match is None:
            raise
        return int(match[1]), 1


def _in_megapixels(pixels: int) -> str:
    count = pixels / 1_000_000
    return f"{count:.0f}" if count >= 10 else f"{count:.1f}"


def _look_at_svg(data: bytes, megapixels: int) -> Look:
    pixels = 0

    def bare(raster: bytes) -> bytes:
        """Makes nothing more when the limit for one picture is reached by all of them together."""
        # Imported here: it asks this module how a picture is opened, and takes 10 ms, for SVGs that hold pictures only.
        from newsgen.pictures import encoding

        nonlocal pixels
        kind = sniff.kind_of(raster, "")
        if not kind:
            raise Unusable(part("picture/none"))
        width, height = _size(raster, kind)
        pixels += width * height
        return encoding.published(raster, "") if pixels <= megapixels * 1_000_000 else raster

    _, cuts = svg.clean(data, bare)
    width, height = svg.size(data)
    if pixels > megapixels * 1_000_000:
        reason = part("picture/pixels-within", count=_in_megapixels(pixels), most=megapixels)
        return Look("svg", width, height, fault="picture-too-large", reason=reason, pixels=pixels)
    as_tuples = tuple((cut.line, cut.column, cut.what) for cut in cuts)
    return Look("svg", width, height, cuts=as_tuples, pixels=pixels)
