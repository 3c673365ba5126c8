"""Raster pictures for tests, drawn by Pillow, with the metadata that cameras and agencies put into them."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

#: What stands in metadata that must not be published, anywhere.
SECRET = b"Geheim"
GPS, EXIF_IFD = 0x8825, 0x8769


def image(width: int, height: int, *, shift: int = 0, mode: str = "RGB") -> Image.Image:
    """A bright square in the upper left corner, a dark one in the lower right, a gradient between."""
    made = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 0, width // 4, height // 4), fill=(250, shift % 200, 30))
    draw.rectangle((width - width // 4, height - height // 4, width, height), fill=(10, 20, 120))
    return made.convert(mode)


def photo(
    width: int = 800, height: int = 600, format_: str = "JPEG", *, shift: int = 0, mode: str = "RGB", **options: Any
) -> bytes:
    """The bytes of such a picture; `options` are those of Pillow."""
    buffer = BytesIO()
    image(width, height, shift=shift, mode=mode).save(buffer, format_, **options)
    return buffer.getvalue()


def animation(format_: str = "GIF") -> bytes:
    buffer = BytesIO()
    frames = [image(400, 300, shift=60 * n) for n in range(3)]
    frames[0].save(buffer, format_, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return buffer.getvalue()


def exif(*, orientation: int = 1, artist: str = "", notice: str = "") -> bytes:
    """EXIF with place, camera and serial number."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F], tags[0x0110] = "Geheim Kameras", "Geheim 3000"
    if artist:
        tags[0x013B] = artist
    if notice:
        tags[0x8298] = notice
    tags.get_ifd(EXIF_IFD)[0xA431] = "Geheim-SN-1234"
    place = tags.get_ifd(GPS)
    place[1], place[2], place[3], place[4] = "N", (48.0, 51.0, 29.0), "E", (2.0, 21.0, 5.0)
    return tags.tobytes()


def xmp(*, creator: str = "", credit: str = "", rights: str = "") -> bytes:
    """XMP with the editing history, and with what says who made the picture."""
    parts = f"<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>" if creator else ""
    notice = f'<rdf:li xml:lang="x-default">{rights}</rdf:li>'
    parts += f"<dc:rights><rdf:Alt>{notice}</rdf:Alt></dc:rights>" if rights else ""
    parts += f"<photoshop:Credit>{credit}</photoshop:Credit>" if credit else ""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' xmp:CreatorTool="Geheim Editor" photoshop:City="Geheimstadt">{parts}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def with_iptc(jpeg: bytes, **values: str) -> bytes:
    """The JPEG with an IPTC record in a Photoshop segment: `by_line`, `credit`, `notice`, and a secret city."""
    numbers = {"by_line": 80, "credit": 110, "notice": 116, "city": 90}
    record = b"\x1c\x01\x5a\x00\x03\x1b%G"
    for name, text in {**values, "city": "Geheimstadt"}.items():
        record += b"\x1c\x02" + bytes([numbers[name]]) + struct.pack(">H", len(text.encode())) + text.encode()
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(record)) + record + b"\x00" * (len(record) % 2)
    body = b"Photoshop 3.0\x00" + block
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", 2 + len(body)) + body + jpeg[2:]


def opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # metadata are odd on purpose
        picture = Image.open(BytesIO(data))
        picture.load()
    return picture
