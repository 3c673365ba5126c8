"""What templates get of a picture: its own file, its resized variants by type, its crops."""

from __future__ import annotations

import re

import msgspec
from markupsafe import Markup as HTML

from newsgen.addresses.urls import variant_prefix
from newsgen.catalog.store import Catalog
from newsgen.nouns.model import CROPS, PictureFile, PictureSource, Shown, is_picture

#: Endings of variants to their media types; those of `source` first, in the order in which a browser is to choose.
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
#: In lists, a picture is at most 58rem wide (928 pixels: what leads the home page), in feeds as wide as readers'
#: windows are.
_LIST_WIDTH, _MIDDLE_WIDTH = 928, 720


class PictureView(msgspec.Struct, frozen=True):
    """A picture as templates show it.

    `url`, `width` and `height` are those of the original. `sources` are its variants for `source`, by type; `files`
    those for `srcset` of `img`; `middle` is one file of a middle width, the original where there are no variants.
    `card` (1.91:1) and `crops` (1:1, 4:3, 16:9) are those of articles' lead pictures.
    """

    url: str
    alt: str
    caption: HTML
    credit: str
    width: int
    height: int
    sources: tuple[PictureSource, ...]
    files: tuple[PictureFile, ...]
    middle: PictureFile
    card: PictureFile | None = None
    crops: tuple[PictureFile, ...] = ()


class Variants(msgspec.Struct, frozen=True):
    """The published variants of a picture."""

    sources: tuple[PictureSource, ...] = ()
    files: tuple[PictureFile, ...] = ()
    middle: PictureFile | None = None
    crops: dict[str, PictureFile] = {}


def file_row(catalog: Catalog, path: str) -> tuple[str, int, int, str]:
    """Address, width, height and own credit of a picture or document under content/; all empty if there is none."""
    row = catalog.connection.execute(
        "SELECT url, width, height, credit FROM file WHERE path = ? AND kind = 'media'", (path,)
    ).fetchone()
    return tuple(row) if row else ("", 0, 0, "")


def variants_of(catalog: Catalog, path: str, *, is_small: bool = False, focus: str = "") -> Variants:
    """The variants of a picture under content/.

    `is_small`: those that are as wide as a list shows them; `focus`: with the crops that have it.
    """
    by_type: dict[str, list[PictureFile]] = {}
    crops: dict[str, PictureFile] = {}
    begin = len(variant_prefix(path))
    for key, url, width, height, operation in catalog.connection.execute(
        "SELECT path, url, width, height, operation FROM file"
        " WHERE original = ? AND original != '' AND kind = 'variant' ORDER BY width, path",
        (path,),
    ):
        how, _, *place, _ = operation.split(" ")
        if how == "fit":
            by_type.setdefault(_TYPES[key.rpartition(".")[2]], []).append(PictureFile(url, width, height))
        elif place == [focus]:
            crops[re.split("[-.]", key[begin:], maxsplit=1)[0]] = PictureFile(url, width, height)
    if is_small:
        by_type = {type_: _narrow(files) for type_, files in by_type.items()}
    cut = {name: crops[name] for name in CROPS if name in crops}
    sources = [PictureSource(type_, tuple(by_type[type_])) for type_ in _TYPES.values() if type_ in by_type]
    if not sources or sources[-1].type == "image/avif":  # none that every browser shows could be made
        return Variants(tuple(sources), crops=cut)
    files = sources.pop().files
    middle = next((file for file in files if file.width >= _MIDDLE_WIDTH), files[-1])
    return Variants(tuple(sources), files, middle, cut)


def _narrow(files: list[PictureFile]) -> list[PictureFile]:
    count = next((n for n, file in enumerate(files, start=1) if file.width >= _LIST_WIDTH), len(files))
    return files[:count]


def picture_view(
    catalog: Catalog, shown: Shown | None, *, is_small: bool = False, has_crops: bool = False
) -> PictureView | None:
    """A lead picture; None where there is none, or none that is published."""
    if shown is None or not (shown.url or is_picture(shown.path)):
        return None
    caption = HTML(shown.caption)
    if shown.url:
        return PictureView(shown.url, shown.alt, caption, shown.credit, 0, 0, (), (), PictureFile(shown.url, 0, 0))
    url, width, height, own = file_row(catalog, shown.path)
    if not url:
        return None
    variants = variants_of(catalog, shown.path, is_small=is_small, focus=shown.focus if has_crops else "")
    crops = tuple(file for name, file in variants.crops.items() if name != "card")
    credit = shown.credit or ("" if shown.is_uncredited else own)
    return PictureView(
        url, shown.alt, caption, credit, width, height, variants.sources, variants.files,
        variants.middle or PictureFile(url, width, height), variants.crops.get("card"), crops,
    )  # fmt: skip
