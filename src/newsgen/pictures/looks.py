"""What a picture file says of itself: kind, size as shown, whether it moves, who is credited, what is wrong with it."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from newsgen.model import Look
from newsgen.pictures import kinds, rights, svg

if TYPE_CHECKING:
    from PIL.Image import Image

#: Another number where the same bytes are looked at otherwise: what was kept of them is not used.
VERSION = 4
#: Rule: github.com/git-lfs/git-lfs, docs/spec.md, "The Pointer".
_POINTER = b"version https://git-lfs.github.com/spec/"
_FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)  # Exif 2.32, "Orientation": rows are shown as columns


def look(data: bytes, path: str, *, megapixels: int) -> Look:
    """What is in a picture file. `megapixels`: one that has more is not decoded.

    Never raises: what is wrong is part of the answer.
    """
    kind = kinds.kind_of(data, path)
    if data.startswith(_POINTER):
        reason = "it is a Git LFS pointer, not the picture itself: run `git lfs pull`"
        return Look(fault="picture-broken", reason=reason)
    if not kind:
        return Look(fault="picture-broken", reason="it is no JPEG, PNG, WebP, AVIF, GIF or SVG")
    try:
        return _look_at_svg(data, megapixels) if kind == "svg" else _look_at_raster(data, kind, megapixels)
    except Exception as fault:  # decoders raise whatever a broken file makes them
        return Look(kind, fault="picture-broken", reason=in_words(fault))


def in_words(fault: Exception) -> str:
    """What a decoder or encoder says, the same in each run."""
    words = " ".join(str(fault).split())
    if not words or "object at 0x" in words:  # an address in memory: another one in each run
        words = "it cannot be decoded"
    return words[:200]


def open_raster(data: bytes, kind: str) -> Image:
    """The picture without its pixels. Raises: whatever decoders raise."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the limit is newsgen's own; what is odd in metadata is not shown
        return Image.open(BytesIO(data), formats=[_FORMATS[kind]])


def orientation(image: Image, data: bytes, kind: str) -> int:
    """How the pixels lie, from 1 (as they are shown) to 8."""
    found = _exif(image, data, kind).get(_ORIENTATION, 1)
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _exif(image: Image, data: bytes, kind: str) -> dict[int, Any]:
    """The first list of EXIF tags by number; empty where it cannot be read."""
    from PIL.Image import Exif

    from newsgen.pictures import stripping

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if kind != "png":
                return dict(image.getexif())
            found = Exif()  # Pillow would decode the whole picture: the tags may stand behind the pixels
            for name, body in stripping.png_chunks(data):
                if name == b"eXIf":
                    found.load(body)
            return dict(found)
        except Exception:  # decoders raise whatever broken metadata make them, which then say nothing
            return {}


def rights_of(data: bytes, image: Image, kind: str) -> rights.Rights:
    """Who made the picture, as its metadata say."""
    from newsgen.pictures import stripping

    xmp = image.info.get("xmp", b"") or image.info.get("XML:com.adobe.xmp", b"")
    xmp = xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp
    resources = b""
    if kind == "jpeg":
        for marker, segment in stripping.jpeg_segments(data)[0]:
            if marker == 0xED and segment[4:18] == b"Photoshop 3.0\x00":
                resources += segment[18:]
    return rights.read(xmp if isinstance(xmp, bytes) else b"", resources, _exif(image, data, kind))


def _look_at_raster(data: bytes, kind: str, megapixels: int) -> Look:
    width, height = _size(data, kind)
    if width * height > megapixels * 1_000_000:
        reason = f"it has {_in_megapixels(width * height)}, more than {megapixels}"
        return Look(kind, width, height, fault="picture-too-large", reason=reason)
    image = open_raster(data, kind)
    frames = getattr(image, "n_frames", 1) if kind != "jpeg" else 1  # second pictures of a JPEG are previews
    turned = orientation(image, data, kind)
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
        found = re.search(r"\((\d+) pixels\)", str(fault))
        if found is None:
            raise
        return int(found[1]), 1


def _in_megapixels(pixels: int) -> str:
    count = pixels / 1_000_000
    return f"{count:.0f} megapixels" if count >= 10 else f"{count:.1f} megapixels"


def _look_at_svg(data: bytes, megapixels: int) -> Look:
    pixels = 0

    def bare(raster: bytes) -> bytes:
        """Makes nothing more when the limit for one picture is reached by all of them together."""
        from newsgen.pictures import encoding

        nonlocal pixels
        kind = kinds.kind_of(raster, "")
        if not kind:
            raise ValueError("it is no picture")
        width, height = _size(raster, kind)
        pixels += width * height
        return encoding.published(raster, "") if pixels <= megapixels * 1_000_000 else raster

    _, cuts = svg.clean(data, bare)
    width, height = svg.size(data)
    if pixels > megapixels * 1_000_000:
        reason = f"the pictures in it have {_in_megapixels(pixels)}, more than {megapixels}"
        return Look("svg", width, height, fault="picture-too-large", reason=reason, pixels=pixels)
    found = tuple((cut.line, cut.column, cut.what) for cut in cuts)
    return Look("svg", width, height, cuts=found, pixels=pixels)
