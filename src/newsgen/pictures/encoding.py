"""The bytes of published pictures: originals without metadata, and resized variants in the formats of the web."""

from __future__ import annotations

import warnings
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsgen.nouns.diagnostics import part
from newsgen.nouns.model import content_hash
from newsgen.pictures import colour_profiles, credits, inspect, sizes, sniff, strip_metadata, svg
from newsgen.pictures.unusable import Unusable

if TYPE_CHECKING:
    from PIL.Image import Image

#: Another number where the same picture is made otherwise: what was kept is not used.
VERSION = 2
#: What was measured: benchmarks/README.md, "Pictures". One thread, so that bytes depend on no number of cores.
_SETTINGS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 50, "speed": 8, "max_threads": 1, "autotiling": False, "subsampling": "4:2:0"},
    "webp": {"quality": 78, "method": 4},
    "jpeg": {"quality": 80, "optimize": True, "progressive": True},
    "png": {"compress_level": 9},
}
#: Of an original that must be made anew: as near to it as makes sense.
_ORIGINAL: dict[str, dict[str, Any]] = {
    "avif": {"quality": 85, "speed": 6, "max_threads": 1, "autotiling": False},
    "webp": {"quality": 92, "method": 4},
    "jpeg": {"quality": 92, "optimize": True, "progressive": True, "subsampling": "4:4:4"},
    "png": {"compress_level": 9},
    "gif": {},
    "bmp": {},
}
#: A picture is made smaller by a whole number (a JPEG while it is decoded) where its sides are then still so many times
#: those of a variant with this longer side, and of a square crop; a larger variant is made from all pixels.
_GAP, _LONG, _SHORT = 1.5, 1600, 1200


def version() -> str:
    """What the bytes of a variant depend on besides the picture and the operation."""
    from PIL import __version__, features

    parts = (f"{name} {features.version(name)}" for name in ("avif", "webp", "libjpeg_turbo", "zlib", "littlecms2"))
    settings = content_hash(repr((_SETTINGS, _GAP, _LONG, _SHORT)).encode())
    return f"{VERSION} {settings} pillow {__version__} {' '.join(parts)}"


def published(data: bytes, path: str) -> bytes:
    """The original as it is published: without private metadata; pixels as they are, unless they lie on their side.

    Raises: ValueError, OSError for a file that is no picture any more; a build that looked at it does not ask then.
    """
    kind = sniff.kind_of(data, path)
    if kind == "svg":
        return svg.clean(data, lambda raster: published(raster, ""))[0]
    if not kind:
        raise Unusable(part("picture/none"))
    image = inspect.open_raster(data, kind)
    packet = credits.packet(inspect.rights_of(data, image, kind))
    is_moving = kind != "jpeg" and getattr(image, "is_animated", False)
    turned = inspect.orientation(image, data, kind)
    if turned == 1 or (is_moving and kind == "avif"):  # which says by a property of its own how it lies
        try:
            return strip_metadata.strip(data, kind, packet)
        except strip_metadata.Unstrippable:
            pass
    if kind not in _ORIGINAL:
        raise Unusable(part("picture/parts"))
    profile = colour_profiles.bare(image.info.get("icc_profile") or b"")
    if is_moving:
        return _save_moving(image, kind, turned, xmp=packet, profile=profile)
    return _save(_upright(image, turned), kind, _ORIGINAL[kind], xmp=packet, profile=profile)


def _upright(image: Image, turned: int) -> Image:
    """The picture as it is shown. Rule: Exif 2.32, "Orientation"."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[turned]) if turned in turns else image


def _save_moving(image: Image, kind: str, turned: int, *, xmp: bytes, profile: Any) -> bytes:
    """The bytes of a picture that moves, all its frames made anew."""
    from PIL import ImageSequence

    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        mode = "RGBA" if frame.has_transparency_data else "RGB"
        frames.append(_upright(frame.convert(mode), turned))
        durations.append(frame.info.get("duration", 0))
    first = 1 if image.info.get("default_image") else 0  # of a PNG: what is shown where none can move
    named = _named(kind, xmp, profile)
    if "loop" in image.info:
        named["loop"] = image.info["loop"]
    for frame in frames:
        frame.info = {}
    buffer = BytesIO()
    frames[first].save(
        buffer,
        kind.upper(),
        save_all=True,
        append_images=frames[first + 1 :],
        duration=durations[first:],
        **_ORIGINAL[kind],
        **named,
    )
    return buffer.getvalue()


def _named(format_: str, xmp: bytes, profile: Any) -> dict[str, Any]:
    named: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if xmp and format_ in ("jpeg", "webp", "avif"):
        named["xmp"] = xmp
    return named


def _save(image: Image, format_: str, settings: dict[str, Any], *, xmp: bytes = b"", profile: Any = None) -> bytes:
    """The bytes of a picture; nothing of its metadata goes along but what is named."""
    named = _named(format_, xmp, profile)
    if format_ == "jpeg" and image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    buffer = BytesIO()
    image.save(buffer, format_.upper(), **settings, **named)
    return buffer.getvalue()


class Workshop:
    """Makes the variants of one picture after another; what two of them have in common is made once.

    It holds one decoded picture; a JPEG as small as its variants allow.
    """

    def __init__(self) -> None:
        self._of = "", False
        self._read: tuple[Path, bytes, str] | None = None
        self._base: Image | None = None
        self._resized: tuple[tuple[int, int], Image] | None = None

    def read(self, file: Path) -> tuple[bytes, str]:
        """The bytes of a picture, and their hash. Raises: OSError."""
        if self._read is None or self._read[0] != file:
            self._read = None
            data = file.read_bytes()
            self._read = file, data, content_hash(data)
        return self._read[1], self._read[2]

    def make(self, data: bytes, hash_: str, operation: str) -> bytes:
        """The bytes of a variant of the picture in `data`, whose hash is given.

        Raises: whatever decoders and encoders raise; a picture that was looked at seldom gives reason.
        """
        what = sizes.read_operation(operation)
        of = hash_, max(what.width, what.height) > _LONG
        if self._of != of or self._base is None:
            self._base = None
            self._base, self._of, self._resized = _base(data, is_whole=of[1]), of, None
        size = what.width, what.height
        if what.is_crop:
            image = self._base.resize(size, _lanczos(), box=_box(self._base.size, what), reducing_gap=2)
        elif self._resized is not None and self._resized[0] == size:
            image = self._resized[1]
        else:
            image = self._base.resize(size, _lanczos(), reducing_gap=2)
            self._resized = size, image
        return _save(_flat(image) if what.format == "jpeg" else image, what.format, _SETTINGS[what.format])


def _lanczos() -> Any:
    from PIL.Image import Resampling

    return Resampling.LANCZOS


def _base(data: bytes, *, is_whole: bool) -> Image:
    """The picture upright, in sRGB and 8 bits, with or without transparency."""
    kind = sniff.kind_of(data, "")
    image: Image = inspect.open_raster(data, kind)
    scale = 1.0 if is_whole else max(_GAP * _LONG / max(image.size), _GAP * _SHORT / min(image.size))
    wanted = ceil(image.width * scale), ceil(image.height * scale)
    if kind == "jpeg" and scale < 1:
        image.draft(image.mode, wanted)
    profile = image.info.get("icc_profile")
    turned = inspect.orientation(image, data, kind)
    image.load()
    image = _in_srgb(_upright(image, turned), profile)
    factor = min(max(image.size) // max(wanted), min(image.size) // min(wanted))
    return image.reduce(factor) if factor > 1 else image


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """Rule: www.w3.org/TR/css-color-4, "Untagged images": without a profile, colours are sRGB's: so none is needed."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    has_alpha = image.has_transparency_data
    wanted = "RGBA" if has_alpha else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        from PIL import ImageCms

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                source = ImageCms.ImageCmsProfile(BytesIO(profile))
                made = ImageCms.profileToProfile(
                    image, source, ImageCms.createProfile("sRGB"), outputMode="RGBA" if image.mode == "RGBA" else "RGB"
                )
            if made is not None:
                image = made
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that cannot be used: browsers show such a picture as if it had none
    return image if image.mode == wanted else image.convert(wanted)


def _flat(image: Image) -> Image:
    """On white, where a format has no transparency."""
    if image.mode != "RGBA":
        return image
    from PIL import Image as images

    ground = images.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _box(size: tuple[int, int], what: sizes.Operation) -> tuple[float, float, float, float]:
    """The largest part of a picture with the ratio of the crop whose centre is as near to the focus as it can be.

    Never outside of the picture, not even by a rounding: decoders refuse that.
    """
    width, height = size
    scale = min(width / what.width, height / what.height)
    wide, high = min(what.width * scale, width), min(what.height * scale, height)
    left = min(max(width * what.focus[0] / 100 - wide / 2, 0), width - wide)
    top = min(max(height * what.focus[1] / 100 - high / 2, 0), height - high)
    return left, top, min(left + wide, width), min(top + high, height)
