"""Which resized variants there are of a picture: a pure function of what is known of it and of the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from newsgen.nouns.model import CENTRE, CROPS, Look, content_hash
from newsgen.settings.config import Pictures

#: Kind of a picture to the format in which every browser shows its variants.
FALLBACKS = {"jpeg": "jpeg", "png": "png", "gif": "png", "webp": "webp", "avif": "webp"}
_SUFFIXES = {"jpeg": "jpg"}
_OPERATION = re.compile(r"(fit|crop) ([0-9]+)x([0-9]+) (?:([0-9]+),([0-9]+) )?([a-z]+)")


class Variant(msgspec.Struct, frozen=True):
    """A resized picture: the end of its name (`720.webp`), what makes it, its size in pixels.

    `operation` is `fit 720x480 webp`, or `crop 1200x630 50,30 jpeg`, where 50,30 is the focus in per cent from the left
    and from the top.
    """

    name: str
    operation: str
    width: int
    height: int


class Operation(msgspec.Struct, frozen=True):
    """What makes a variant, read from its text."""

    is_crop: bool
    width: int
    height: int
    focus: tuple[int, int]
    format: str


def read_operation(operation: str) -> Operation:
    """Raises: ValueError for a text that is no operation."""
    match = _OPERATION.fullmatch(operation)
    if match is None:
        raise ValueError(operation)
    how, width, height, x, y, format_ = match.groups()
    return Operation(how == "crop", int(width), int(height), (int(x or 50), int(y or 50)), format_)


def variant_hash(picture: str, operation: str) -> str:
    """What a variant is known by: the hash of its picture's bytes, and what makes it."""
    return content_hash(f"{picture} {operation}".encode())


def has_variants(look: Look, settings: Pictures) -> bool:
    """Whether a picture is worth resizing: a raster picture that stands still and is wider than the least width."""
    return (
        look.kind in FALLBACKS
        and not look.fault
        and not look.is_animated
        and bool(settings.widths)
        and look.width > settings.widths[0]
    )


def variants(look: Look, settings: Pictures, focuses: Iterable[str]) -> Iterator[Variant]:
    """The variants of a picture by width, each width in all formats; then the crops for each focus.

    Widths are those of the configuration below the picture's own, and its own or the largest of them: nothing is
    enlarged. `focuses`: `x,y` in per cent, of the stories whose lead picture it is.
    """
    if not has_variants(look, settings):
        return
    fallback = FALLBACKS[look.kind]
    formats = list(dict.fromkeys((*settings.formats, fallback)))
    last = min(look.width, settings.widths[-1])
    for width in (*(width for width in settings.widths if width < last), last):
        height = max(1, round(look.height * width / look.width))
        for format_ in formats:
            suffix = _SUFFIXES.get(format_, format_)
            yield Variant(f"{width}.{suffix}", f"fit {width}x{height} {format_}", width, height)
    for focus in sorted(set(focuses)):
        for name, (wide, high) in CROPS.items():
            scale = min(1, look.width / wide, look.height / high)
            width, height = max(1, int(wide * scale)), max(1, int(high * scale))
            place = "" if focus == CENTRE else f"-{focus.replace(',', '-')}"
            yield Variant(f"{name}{place}.jpg", f"crop {width}x{height} {focus} jpeg", width, height)
