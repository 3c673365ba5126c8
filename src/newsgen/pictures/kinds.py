"""What a picture file is, by its first bytes; `model.is_picture` says by its name whether it is one."""

from __future__ import annotations


def kind_of(data: bytes, path: str) -> str:
    """`jpeg`, `png`, `webp`, `avif`, `gif` or `svg`; "" if the first bytes are none of these.

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
    return "svg" if path.lower().endswith(".svg") else ""
