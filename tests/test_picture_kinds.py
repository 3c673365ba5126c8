"""Bytes decide what a picture is, its EXIF number how it lies; nothing behind its end or beside its pixels goes out."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import ImageCms

from newsgen.pictures import encoding
from newsgen.pictures.inspect import look
from newsgen.pictures.sniff import kind_of
from support.harness import Site, differences, png, words
from support.photos import GPS, SECRET, animation, exif, image, opened, photo

URL = "/fr/2023/04/port/"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("name", ["x.svg", "x.SVG"])
def test_picture_whose_name_says_svg_is_none_that_browsers_show(site: Site, format_: str, name: str) -> None:
    """Chromium shows nothing of a PNG that is served as image/svg+xml, and shows it under every other name."""
    site.write(f"content/2023/04/{name}", photo(60, 40, format_))
    site.story("2023/04/a.fr", slug="port", body=f"![x]({name})")
    told = site.build().one("picture-broken")
    assert f"its name says SVG, and it is {format_}" in told.message and "such as `.png`" in told.hint
    assert not (site.output / "media").exists() and "<img" not in site.main(URL).html
    site.story("2023/04/a.fr", slug="port", body="![x](x.png)")
    site.rename(f"content/2023/04/{name}", "content/2023/04/x.png")
    assert site.build().ids == [] and site.main(URL).css_first("img")


def shown(site: Site, data: bytes, name: str) -> bytes:
    """What is published of a picture that an article shows, without a word."""
    site.configure(pictures={"widths": []})
    site.write(f"content/2023/04/{name}", data)
    site.story("2023/04/a.fr", slug="port", image={"src": name, "alt": "x"})
    assert site.build().ids == []
    return (site.output / "media/2023/04" / name).read_bytes()


def icon(*parts: bytes, kind: int = 1, gap: bytes = b"") -> bytes:
    place = 6 + 16 * len(parts) + len(gap)
    entries = b""
    for part in parts:
        bits = 32 if part.startswith(b"\x89PNG") else struct.unpack_from("<H", part, 14)[0]
        entries += struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, bits, len(part), place)
        place += len(part)
    return struct.pack("<HHH", 0, kind, len(parts)) + entries + gap + b"".join(parts)


def icon_bitmap(bits: int = 32) -> bytes:
    """A picture of 16 by 16 pixels as icons hold it, its mask behind it."""
    colours = b"\x10\x20\x30\x00" * (1 << bits) if bits <= 8 else b""
    row = (16 * bits + 31) // 32 * 4
    head = struct.pack("<IiiHHIIiiII", 40, 16, 32, 1, bits, 0, 0, 0, 0, 0, 0)
    return head + colours + b"\x00" * (row + 4) * 16


def secret_png() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "Geheim")
    return photo(16, 16, "PNG", pnginfo=info, exif=exif())


# ---- names that mislead
@pytest.mark.parametrize("suffix", ["bmp", "ico", "cur", "gif", "png", "webp", "avif", "JPG"])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_bytes_decide_what_a_picture_is(site: Site, format_: str, suffix: str) -> None:
    data = photo(60, 40, format_, exif=exif())
    assert SECRET in data
    made = shown(site, data, f"x.{suffix}")
    assert SECRET not in made and dict(opened(made).getexif().get_ifd(GPS)) == {}
    assert opened(made).tobytes() == opened(data).tobytes()
    node = site.main(URL).css_first("figure img").attributes
    assert (node["width"], node["height"]) == ("60", "40")


@pytest.mark.parametrize("name", ["photo.bin", "photo.jpg_", "photo.jpg.bak", "IMG_1.thm"])
def test_photo_that_is_linked_under_another_name_loses_its_metadata_too(site: Site, name: str) -> None:
    data = photo(60, 40, exif=exif())
    site.write(f"content/2023/04/{name}", data)
    site.story("2023/04/a.fr", slug="port", body=f"[La photo](/2023/04/{name})")
    built = site.build()
    if f"media/2023/04/{name}" in site.tree():
        assert SECRET not in site.tree()[f"media/2023/04/{name}"]
    else:
        assert built.ids  # it was told
    assert not any(SECRET in found for found in site.tree().values())


def test_broken_photo_under_the_name_of_a_document_holds_up_nothing(site: Site) -> None:
    site.build()
    site.write("content/2023/04/photo.bin", photo(60, 40, exif=exif())[:60])
    site.story("2023/04/a.fr", slug="port", body="[La photo](/2023/04/photo.bin)")
    built = site.build()
    assert built.one("picture-broken").message.startswith("the file content/2023/04/photo.bin is left out: ")
    assert built.notes == () and site.exists(URL) and "La photo" in site.read(URL)
    assert differences(site.tree(), site.clean_build()) == []
    assert site.build().lines == built.lines


@pytest.mark.parametrize("suffix", ["bmp", "ico", "cur", "jpg", "gif"])
@pytest.mark.parametrize("data", [b"", b"BM", b"BM, we write", b"\x00\x00\x01\x00\x01\x00", b"no picture", bytes(60)])
def test_what_is_no_picture_is_told_whatever_its_name_says(site: Site, suffix: str, data: bytes) -> None:
    site.write(f"content/2023/04/x.{suffix}", data)
    site.story("2023/04/a.fr", slug="port", body=f"![x](x.{suffix})")
    assert site.build().ids == ["picture-broken"]
    assert not site.exists(f"/media/2023/04/x.{suffix}")


@pytest.mark.parametrize("data", [b"BM, we write", b"\x00\x00\x01\x00" + bytes(40), b"\x00\x00\x01\xba" + bytes(40)])
def test_documents_are_not_taken_for_pictures(site: Site, data: bytes) -> None:
    site.write("content/2023/04/x.dat", data)
    site.story("2023/04/a.fr", slug="port", body="[x](x.dat)")
    assert site.build().ids == []
    assert site.tree()["media/2023/04/x.dat"] == data


# ---- plain formats
def _bmp(mode: str = "RGB") -> bytes:
    return photo(30, 20, "BMP", mode=mode)


def _bmp_with_gap() -> bytes:
    data = bytearray(_bmp())
    data[10:14] = struct.pack("<I", 54 + 12)
    return bytes(data[:54]) + SECRET * 2 + bytes(data[54:])


def _bmp_with_profile(kind: bytes) -> bytes:
    """The last form of the header, which names a profile behind the pixels, or the path of one."""
    data = _bmp()
    pixels = data[54:]
    header = struct.pack("<IiiHHIIiiII", 124, 30, 20, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(16) + kind + bytes(48)
    profile = SECRET * 4
    header += struct.pack("<IIII", 4, 124 + len(pixels), len(profile), 0)
    assert len(header) == 124
    return b"BM" + struct.pack("<IHHI", 0, 7, 7, 138) + header + pixels + profile


PLAIN: dict[str, Callable[[], bytes]] = {
    "behind a BMP": lambda: _bmp() + SECRET,
    "behind a BMP with colours": lambda: _bmp("P") + SECRET,
    "behind a BMP of black and white": lambda: _bmp("1") + SECRET,
    "before the pixels of a BMP": _bmp_with_gap,
    "profile of a BMP": lambda: _bmp_with_profile(b"DEBM"),
    "path of the profile of a BMP": lambda: _bmp_with_profile(b"KNIL"),
    "PNG in an icon": lambda: icon(secret_png()),
    "PNG and bitmap in an icon": lambda: icon(icon_bitmap(), secret_png()),
    "behind an icon": lambda: icon(icon_bitmap()) + SECRET,
    "between the pictures of an icon": lambda: icon(icon_bitmap(8), png(16, 16), gap=SECRET),
    "behind a bitmap in an icon": lambda: icon(icon_bitmap() + SECRET, png(16, 16)),
    "behind a cursor": lambda: icon(icon_bitmap(), kind=2) + SECRET,
}


@pytest.mark.parametrize("case", PLAIN)
def test_nothing_private_is_in_plain_formats(site: Site, case: str) -> None:
    data = PLAIN[case]()
    assert SECRET in data
    suffix = {"B": "bmp", "\x00": "ico"}[chr(data[0])]
    made = shown(site, data, f"x.{suffix}")
    assert SECRET not in made
    assert opened(made).convert("RGBA").tobytes() == opened(data).convert("RGBA").tobytes()
    assert encoding.published(made, "") == made
    if suffix == "ico" and data[2] == 1:
        assert opened(made).info["sizes"] == opened(data).info["sizes"]
    node = site.main(URL).css_first("figure img").attributes
    assert node["width"] and node["height"]


# ---- what is behind the end, or twice
def webp_with_second_picture() -> bytes:
    data = photo(60, 40, "WEBP")
    other = SECRET * 5
    made = data + b"VP8 " + struct.pack("<I", len(other)) + other
    return made[:4] + struct.pack("<I", len(made) - 8) + made[8:]


def avif_film_with_another_file() -> bytes:
    return animation("AVIF") + photo(60, 40, "AVIF", exif=exif())


def avif_film_with_more_data() -> bytes:
    body = SECRET * 9
    return animation("AVIF") + struct.pack(">I4s", 8 + len(body), b"mdat") + body


def avif_with_second_meta() -> bytes:
    data, other = photo(60, 40, "AVIF"), photo(60, 40, "AVIF", exif=exif())
    at = other.index(b"meta") - 4
    return data + other[at:]


def avif_with_names() -> bytes:
    """A handler with a name, and a property in which a maker describes the picture."""
    data = bytearray(photo(60, 40, "AVIF"))
    at = data.index(b"hdlr") + 28
    data[at:at] = SECRET
    _grow(data, ("meta", "hdlr"), len(SECRET))
    body = bytes(4) + SECRET * 3 + b"\x00"
    described = struct.pack(">I4s", 8 + len(body), b"udes") + body
    at = data.index(b"ipco") - 4
    end = at + struct.unpack_from(">I", data, at)[0]
    data[end:end] = described
    _grow(data, ("meta", "iprp", "ipco"), len(described))
    place = data.index(b"iloc") + 4
    version = data[place]
    assert version == 0 and struct.unpack_from(">H", data, place + 4)[0] >> 8 == 0x44
    count = struct.unpack_from(">H", data, place + 6)[0]
    at = place + 8
    for _ in range(count):
        extents = struct.unpack_from(">H", data, at + 4)[0]
        at += 6
        for _ in range(extents):
            offset = struct.unpack_from(">I", data, at)[0]
            struct.pack_into(">I", data, at, offset + len(SECRET) + len(described))
            at += 8
    return bytes(data)


def _grow(data: bytearray, names: tuple[str, ...], size: int) -> None:
    for name in names:
        at = data.index(name.encode()) - 4
        struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + size)


def avif_with_pixels_in_no_box() -> bytes:
    return photo(60, 40, "AVIF", exif=exif()).replace(b"mdat", b"xdat")


def jpeg_with_marker_of_none() -> bytes:
    data = photo(60, 40)
    return data[:2] + b"\xff\x00" + SECRET * 2 + data[2:]


BEHIND: dict[str, Callable[[], bytes]] = {
    "GIF": lambda: animation("GIF") + SECRET,
    "PNG": lambda: photo(60, 40, "PNG") + SECRET,
    "PNG that moves": lambda: animation("PNG") + SECRET,
    "JPEG": lambda: photo(60, 40) + SECRET,
    "JPEG with another": lambda: photo(60, 40) + photo(60, 40, exif=exif()),
    "JPEG with a marker of none": jpeg_with_marker_of_none,
    "WebP": lambda: photo(60, 40, "WEBP") + SECRET,
    "WebP with a second picture": webp_with_second_picture,
    "AVIF": lambda: photo(60, 40, "AVIF") + SECRET,
    "AVIF with another": lambda: photo(60, 40, "AVIF") + photo(60, 40, "AVIF", exif=exif()),
    "AVIF with a second list of items": avif_with_second_meta,
    "AVIF with pixels in a box of none": avif_with_pixels_in_no_box,
    "AVIF with names": avif_with_names,
    "AVIF film with another file": avif_film_with_another_file,
    "AVIF film with more data": avif_film_with_more_data,
}


@pytest.mark.parametrize("case", BEHIND)
def test_nothing_stands_behind_or_beside_a_picture(case: str) -> None:
    data = BEHIND[case]()
    assert SECRET in data
    assert not look(data, "x", megapixels=9).fault
    made = encoding.published(data, "")
    assert SECRET not in made
    old, new = opened(data), opened(made)
    assert getattr(new, "n_frames", 1) == getattr(old, "n_frames", 1)
    for n in range(getattr(old, "n_frames", 1)):
        old.seek(n)
        new.seek(n)
        if "none" not in case:  # which is made anew
            assert old.convert("RGBA").tobytes() == new.convert("RGBA").tobytes()


# ---- how a picture lies
def lying(format_: str, tags: bytes, **options: Any) -> bytes:
    buffer = BytesIO()
    image(120, 80).save(buffer, format_, exif=tags, **options)
    return buffer.getvalue()


def odd_exif(orientation: int, *entries: tuple[int, int, int, bytes]) -> bytes:
    """EXIF with other tags (number, type, count, value) before and behind the orientation."""
    rows = sorted([*entries, (0x0112, 3, 1, struct.pack("<HH", orientation, 0))])
    body = struct.pack("<H", len(rows)) + b"".join(struct.pack("<HHI", *row[:3]) + row[3] for row in rows) + bytes(4)
    return b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + body


ODD = {
    "a resolution as text": (0x011A, 2, 4, b"300\x00"),
    "a resolution of nothing": (0x011A, 5, 1, bytes(4)),
    "a value outside": (0x011A, 5, 1, struct.pack("<I", 99999)),
    "an unknown type": (0x0102, 99, 1, bytes(4)),
    "a type of zero": (0x010F, 0, 1, bytes(4)),
    "a huge count": (0x010F, 2, 0xFFFFFFFF, bytes(4)),
    "a list of places that is none": (0x8825, 4, 1, struct.pack("<I", 99999)),
    "a list that is its own": (0x8769, 4, 1, struct.pack("<I", 8)),
    "a notice that is a number": (0x8298, 4, 1, bytes(4)),
}


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "PNG"])
def test_odd_tags_do_not_lose_a_turned_picture(case: str, format_: str) -> None:
    tags = odd_exif(6, ODD[case])
    data = lying(format_, tags)
    found = look(data, "x", megapixels=9)
    assert (found.width, found.height, found.fault) == (80, 120, "")
    made = opened(encoding.published(data, ""))
    assert made.size == (80, 120) and 0x0112 not in made.getexif()
    assert made.convert("RGB").getpixel((75, 5))[0] > 180  # type: ignore[index]
    variant = opened(encoding.Workshop().make(data, "h", "fit 40x60 webp"))
    assert variant.convert("RGB").getpixel((37, 3))[0] > 180  # type: ignore[index]


@pytest.mark.parametrize(
    "tags",
    [
        odd_exif(0),
        odd_exif(9),
        odd_exif(65535),
        b"Exif\x00\x00",
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
        b"nonsense",
    ],
)
def test_orientation_that_is_none_turns_nothing(tags: bytes) -> None:
    data = lying("JPEG", tags)
    found = look(data, "x", megapixels=9)
    assert (found.width, found.height, found.fault) == (120, 80, "")
    assert opened(encoding.published(data, "")).size == (120, 80)


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "PNG"])
def test_orientation_in_xmp_alone_turns_nothing(format_: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet)
    options: dict[str, Any] = {"pnginfo": info} if format_ == "PNG" else {"xmp": packet.encode()}
    data = photo(120, 80, format_, **options)
    found = look(data, "x", megapixels=9)
    assert (found.width, found.height) == (120, 80)
    assert opened(encoding.published(data, "")).size == (120, 80)
    assert opened(encoding.Workshop().make(data, "h", "fit 60x40 webp")).convert("RGB").getpixel((2, 2))[0] > 180  # type: ignore[index]


def moving(format_: str, orientation: int, **options: Any) -> bytes:
    buffer = BytesIO()
    frames = [image(120, 80, shift=60 * n) for n in range(3)]
    frames[0].save(
        buffer,
        format_,
        save_all=True,
        append_images=frames[1:],
        duration=[100, 200, 300],
        loop=2,
        exif=exif(orientation=orientation),
        **options,
    )
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", [3, 6, 8])
@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_picture_that_moves_lies_as_it_should(site: Site, format_: str, orientation: int) -> None:
    data = moving(format_, orientation)
    made = opened(shown(site, data, f"x.{format_.lower()}"))
    assert made.n_frames == 3 and made.info["loop"] == 2  # type: ignore[attr-defined]
    upright = (80, 120) if orientation > 4 else (120, 80)
    assert made.size == upright and 0x0112 not in made.getexif()
    node = site.main(URL).css_first("figure img").attributes
    assert (node["width"], node["height"]) == (str(upright[0]), str(upright[1]))
    corner = {3: (115, 75), 6: (75, 5), 8: (5, 115)}[orientation]
    durations = []
    for n in range(3):
        made.seek(n)
        made.load()
        durations.append(made.info["duration"])
        assert made.convert("RGB").getpixel(corner)[0] > 180, n  # type: ignore[index]
    assert durations == [100, 200, 300]
    assert SECRET not in (site.output / f"media/2023/04/x.{format_.lower()}").read_bytes()


def test_picture_that_moves_and_cannot_be_turned_is_told() -> None:
    found = look(moving("PNG", 6), "x", megapixels=0)
    assert found.fault == "picture-too-large"


def test_turned_avif_is_shown_as_its_properties_say() -> None:
    data = lying("AVIF", exif(orientation=6))
    assert kind_of(data, "") == "avif"
    found = look(data, "x", megapixels=9)
    made = opened(encoding.published(data, ""))
    assert (found.width, found.height) == made.size == (80, 120)


# ---- whatever a file holds, nothing but it is lost
@pytest.mark.parametrize("fault", [RecursionError(), struct.error("x"), SyntaxError("x"), KeyError(1)])
@pytest.mark.parametrize("name", ["x.jpg", "x.svg", "x.bmp"])
def test_fault_while_looking_is_one_of_the_picture(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: Exception, name: str
) -> None:
    from newsgen.pictures import inspect, svg

    def fails(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(svg, "clean", fails)
    monkeypatch.setattr(inspect, "open_raster", fails)
    data = b"<svg/>" if name == "x.svg" else photo(40, 30, "BMP" if name == "x.bmp" else "JPEG")
    site.write(f"content/2023/04/{name}", data)
    site.story("2023/04/a.fr", slug="port", body=f"![x]({name})\n\nFin.")
    built = site.build()
    assert built.ids == ["picture-broken"] and built.diagnostics[0].location.line == 7
    assert "Fin." in site.read(URL)


# ---- colour profiles
def profile_of_a_display() -> bytes:
    """sRGB with a tag of a maker's own."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (count,) = struct.unpack_from(">I", plain, 128)
    table = b""
    for n in range(count):
        name, low, size = struct.unpack_from(">4sII", plain, 132 + 12 * n)
        table += struct.pack(">4sII", name, low + 12, size)
    own = SECRET * 12_000  # more than a segment of a JPEG can hold
    table += struct.pack(">4sII", b"mmod", len(plain) + 12, len(own))
    made = plain[:128] + struct.pack(">I", count + 1) + table + plain[132 + 12 * count :] + own
    return struct.pack(">I", len(made)) + made[4:]


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_profile_does_not_name_the_display(format_: str, orientation: int) -> None:
    profile = profile_of_a_display()
    data = lying(format_, exif(orientation=orientation), icc_profile=profile)
    assert opened(data).info["icc_profile"] == profile
    made = opened(encoding.published(data, ""))
    kept = made.info["icc_profile"]
    assert SECRET in profile and SECRET not in kept and len(kept) == len(profile)
    colours = ImageCms.getOpenProfile(BytesIO(kept))
    assert ImageCms.getProfileDescription(colours) == ImageCms.getProfileDescription(
        ImageCms.getOpenProfile(BytesIO(profile))
    )
    if orientation == 1:
        assert made.convert("RGB").tobytes() == opened(data).convert("RGB").tobytes()


@pytest.mark.parametrize("profile", [b"profile", b"\x00" * 36 + b"acsp" + b"\xff" * 100, b"\x00" * 36 + b"acsp"])
def test_profile_that_is_none_loses_no_picture(profile: bytes) -> None:
    for format_ in ("JPEG", "PNG", "WEBP"):
        data = photo(60, 40, format_, icc_profile=profile)
        assert opened(encoding.published(data, "")).tobytes() == opened(data).tobytes()


def test_jpeg_of_nothing_but_metadata_takes_no_time() -> None:
    data = photo(60, 40)
    segment = b"\xff\xe1\x00\x0cExif\x00\x00abcd"
    begin = time.process_time()
    found = look(data[:2] + segment * 200_000 + data[2:], "x", megapixels=9)
    assert time.process_time() - begin < 8  # Pillow takes minutes
    assert found.fault == "picture-broken" and "more than 5000 segments of EXIF" in words(found.reason)
    assert not look(data[:2] + segment * 500 + data[2:], "x", megapixels=9).fault
