"""Who made a picture and to whom it is credited: read from IPTC, XMP and EXIF, written as a small XMP packet."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import msgspec

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
#: Records of IPTC's Information Interchange Model 4.2: 1:90 coded character set, 2:80 by-line, 2:110 credit,
#: 2:116 copyright notice.
_CHARSET, _BYLINE, _CREDIT, _COPYRIGHT = (1, 90), (2, 80), (2, 110), (2, 116)
_ARTIST_TAG, _COPYRIGHT_TAG = 0x013B, 0x8298  # Exif 2.32, "TIFF Rev. 6.0 Attribute Information"
TAGS = (_ARTIST_TAG, _COPYRIGHT_TAG)
_MOST_XMP = 1 << 20
_MOST_CHARACTERS = 300
_MARK = re.compile(r"^(?:©|\(c\)|&copy;|copyright\b|\s|:|-)+", re.IGNORECASE)
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\u2028\u2029]+")


class Rights(msgspec.Struct, frozen=True):
    """Creator, credit line and copyright notice, "" where a picture does not say."""

    creator: str = ""
    credit: str = ""
    copyright: str = ""

    @property
    def line(self) -> str:
        """What stands after the © where the editor wrote no credit: `Jean Dupont / Reuters`; else the notice."""
        if self.creator and self.credit:
            has_both = self.creator.casefold() in self.credit.casefold()
            return self.credit if has_both else f"{self.creator} / {self.credit}"
        return self.creator or self.credit or _MARK.sub("", self.copyright)


def read(xmp: bytes, resources: bytes, exif: Any) -> Rights:
    """The rights that the three kinds of metadata name; XMP before IPTC before EXIF, field by field.

    `resources`: the Photoshop image resources of a JPEG; `exif`: tags by number.
    """
    rights = [_of_xmp(xmp), _of_resources(resources), _of_exif(exif)]

    def first(value: Callable[[Rights], str]) -> str:
        return next((text for text in map(value, rights) if text), "")

    return Rights(first(lambda r: r.creator), first(lambda r: r.credit), first(lambda r: r.copyright))


def packet(rights: Rights) -> bytes:
    """The rights, and nothing else, as XMP; b"" if there are none.

    Rule: IPTC Photo Metadata Standard: creator is dc:creator, credit line photoshop:Credit, notice dc:rights.
    """
    parts = []
    if rights.creator:
        parts.append(f"<dc:creator><rdf:Seq><rdf:li>{escape(rights.creator)}</rdf:li></rdf:Seq></dc:creator>")
    if rights.copyright:
        alternative = f'<rdf:li xml:lang="x-default">{escape(rights.copyright)}</rdf:li>'
        parts.append(f"<dc:rights><rdf:Alt>{alternative}</rdf:Alt></dc:rights>")
    if rights.credit:
        parts.append(f"<photoshop:Credit>{escape(rights.credit)}</photoshop:Credit>")
    if not parts:
        return b""
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {names}>{"".join(parts)}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="r"?>'
    ).encode()


def _text(value: str) -> str:
    return " ".join(_INVISIBLE.sub(" ", value).split())[:_MOST_CHARACTERS].strip()


def _of_xmp(data: bytes) -> Rights:
    data = data.strip(b"\x00 \n\r\t")
    if not data or len(data) > _MOST_XMP or b"<!" in data:  # a document type could name entities without end
        return Rights()
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return Rights()
    values = {"creator": "", "credit": "", "copyright": ""}
    for described in root.iter(f"{_RDF}Description"):
        for key, name in (
            ("creator", f"{_DC}creator"),
            ("copyright", f"{_DC}rights"),
            ("credit", f"{_PHOTOSHOP}Credit"),
        ):
            text = described.get(name, "")
            element = described.find(name)
            if element is not None:
                items = [_text(item.text or "") for item in element.iter(f"{_RDF}li")]
                text = ", ".join(filter(None, items if key == "creator" else items[:1])) or element.text or ""
            values[key] = values[key] or _text(text)
    return Rights(**values)


def _of_resources(data: bytes) -> Rights:
    """Rule: Adobe Photoshop File Formats, "Image Resource Blocks": 0x0404 holds the IPTC-NAA record."""
    at = 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        number, name = struct.unpack_from(">HB", data, at + 4)
        at += 6 + (name + 2 & ~1)
        if at + 4 > len(data):
            break
        (size,) = struct.unpack_from(">I", data, at)
        if number == 0x0404:
            return _of_iim(data[at + 4 : at + 4 + size])
        at += 4 + (size + 1 & ~1)
    return Rights()


def _of_iim(data: bytes) -> Rights:
    values: dict[tuple[int, int], list[bytes]] = {}
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        record, number, size = struct.unpack_from(">BBH", data, at + 1)
        if size & 0x8000:  # an extended data set: none of those that are looked for
            break
        values.setdefault((record, number), []).append(data[at + 5 : at + 5 + size])
        at += 5 + size
    is_utf8 = values.get(_CHARSET, [b""])[0] == b"\x1b%G"

    def text(key: tuple[int, int]) -> str:
        texts = []
        for value in values.get(key, ()):
            try:
                texts.append(_text(value.decode("utf-8")))
            except UnicodeDecodeError:
                texts.append(_text(value.decode("utf-8" if is_utf8 else "cp1252", "replace")))
        return ", ".join(filter(None, texts))

    return Rights(text(_BYLINE), text(_CREDIT), text(_COPYRIGHT))


def _of_exif(exif: Any) -> Rights:
    def text(tag: int) -> str:
        value = exif.get(tag, "") if exif else ""
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        # Exif 2.32, "Copyright": the photographer's and the editor's notices are parted by a NUL.
        return _text(value) if isinstance(value, str) else ""

    return Rights(text(_ARTIST_TAG), "", text(_COPYRIGHT_TAG))
