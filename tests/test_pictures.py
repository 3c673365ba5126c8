"""Pictures: resized variants, what is taken out of files, credits, crops, and what cannot be shown."""

from __future__ import annotations

import base64
import html
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from newsgen.nouns.model import CENTRE, Look
from newsgen.pictures import encoding, variants
from newsgen.pictures.cache import KEPT_SECONDS, Cache
from newsgen.pictures.inspect import look
from newsgen.pictures.strip_metadata import jpeg_segments
from newsgen.pictures.svg import Invalid, clean
from newsgen.pictures.svg import size as svg_size
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from newsgen.settings.config import Pictures
from support.harness import Site, audit, differences, page_file, png, stamps
from support.photos import GPS, SECRET, animation, exif, opened, photo, with_iptc, xmp

LEAD = {"src": "x.jpg", "alt": "Un port"}
SMALL = {"widths": [80, 160], "formats": ["avif", "webp"]}


@pytest.fixture
def small(site: Site) -> Site:
    """A site with narrow variants, which take little time."""
    site.configure(pictures=SMALL)
    return site


def story(site: Site, data: bytes, name: str = "x.jpg", **front: Any) -> None:
    site.write(f"content/2023/04/{name}", data)
    image = {"src": name, "alt": "Un port", **front.pop("image", {})}
    site.story("2023/04/a.fr", title="Le port", slug="port", image=image, **front)


def pictures(site: Site) -> set[str]:
    return {path.removeprefix("pictures/") for path in site.tree() if path.startswith("pictures/")}


def published(site: Site) -> dict[str, bytes]:
    return {path: data for path, data in site.tree().items() if path.startswith(("media/", "pictures/"))}


URL = "/fr/2023/04/port/"


# ---- which variants there are
def test_widths_are_those_of_the_configuration_and_never_above_the_picture(small: Site) -> None:
    story(small, photo(120, 90))
    assert small.build().ids == []
    assert pictures(small) == {
        f"2023/04/x-jpg-{name}"
        for name in (
            "80.avif",
            "80.webp",
            "80.jpg",
            "120.avif",
            "120.webp",
            "120.jpg",
            "card.jpg",
            "1x1.jpg",
            "4x3.jpg",
            "16x9.jpg",
        )
    }
    sizes = {path: opened(data).size for path, data in published(small).items()}
    assert sizes["pictures/2023/04/x-jpg-80.avif"] == (80, 60)
    assert sizes["pictures/2023/04/x-jpg-120.webp"] == (120, 90)
    assert sizes["pictures/2023/04/x-jpg-card.jpg"] == (120, 63)
    assert sizes["media/2023/04/x.jpg"] == (120, 90)


def test_default_widths() -> None:
    names = [v.name for v in variants(Look("jpeg", 2000, 1000), Pictures(), ["30,60", CENTRE])]
    assert names[:3] == ["360.avif", "360.webp", "360.jpg"]
    assert names[9:12] == ["1600.avif", "1600.webp", "1600.jpg"]
    assert names[12:] == [
        "card-30-60.jpg",
        "1x1-30-60.jpg",
        "4x3-30-60.jpg",
        "16x9-30-60.jpg",
        "card.jpg",
        "1x1.jpg",
        "4x3.jpg",
        "16x9.jpg",
    ]
    assert list(variants(Look("jpeg", 360, 200), Pictures(), [CENTRE])) == []
    assert [v.width for v in variants(Look("png", 500, 200), Pictures(formats=()), [])] == [360, 500]


@pytest.mark.parametrize(
    ("format_", "suffix", "made"),
    [
        ("JPEG", "jpg", {"avif", "webp", "jpg"}),
        ("PNG", "png", {"avif", "webp", "png"}),
        ("WEBP", "webp", {"avif", "webp"}),
        ("AVIF", "avif", {"avif", "webp"}),
        ("GIF", "gif", {"avif", "webp", "png"}),
    ],
)
def test_format_of_every_browser_stands_beside_the_new_ones(
    small: Site, format_: str, suffix: str, made: set[str]
) -> None:
    story(small, photo(200, 150, format_), f"x.{suffix}")
    assert small.build().ids == []
    found = {name.rpartition(".")[2] for name in pictures(small) if "-80." in name}
    assert found == made
    for data in published(small).values():
        opened(data)
    last = {"gif": "png", "avif": "webp"}.get(suffix, suffix)
    assert small.main(URL).css_first("figure img").attributes["src"] == f"/pictures/2023/04/x-{suffix}-160.{last}"


def test_transparent_picture_stays_transparent(small: Site) -> None:
    image = opened(photo(200, 150, "PNG", mode="RGBA"))
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    buffer = BytesIO()
    image.save(buffer, "PNG")
    story(small, buffer.getvalue(), "x.png")
    small.build()
    for name in ("80.png", "80.webp", "80.avif"):
        made = opened(published(small)[f"pictures/2023/04/x-png-{name}"])
        assert made.mode == "RGBA"
        assert made.getchannel("A").getextrema()[0] < 20
    card = opened(published(small)["pictures/2023/04/x-png-card.jpg"])
    assert min(card.getpixel((5, 2))) > 150  # on white  # type: ignore[type-var,arg-type]


def test_picture_that_moves_stays_as_it_is(small: Site) -> None:
    for number, format_ in enumerate(("GIF", "WEBP", "PNG")):
        data = animation(format_)
        small.write(f"content/m{number}.{format_.lower()}", data)
        small.story(f"2023/04/m{number}.fr", title=f"M {number}", body=f"![x](/m{number}.{format_.lower()})")
    assert small.build().ids == []
    assert pictures(small) == set()
    assert opened(published(small)["media/m0.gif"]).n_frames == 3  # type: ignore[attr-defined]
    assert opened(published(small)["media/m1.webp"]).n_frames == 3  # type: ignore[attr-defined]


def test_narrow_picture_has_no_variants(site: Site) -> None:
    story(site, photo(300, 200))
    site.build()
    assert pictures(site) == set()
    assert site.main(URL).css_first("figure img").attributes["src"] == "/media/2023/04/x.jpg"


def test_no_widths_switch_variants_off(site: Site) -> None:
    site.configure(pictures={"widths": []})
    story(site, photo(1000, 700))
    assert site.build().ids == []
    assert pictures(site) == set()
    assert "<picture>" not in site.read(URL)


def test_only_pictures_that_something_published_shows_have_variants(small: Site) -> None:
    for name in ("shown", "embargoed", "draft", "nobody"):
        small.write(f"content/{name}.jpg", photo(200, 150))
    small.story("2023/04/a.fr", body="![x](/shown.jpg)")
    small.story("2023/04/b.fr", title="B", publish="2024-06-01 08:00", image={"src": "/embargoed.jpg", "alt": ""})
    small.story("2023/04/c.fr", title="C", draft=True, body="![x](/draft.jpg)")
    small.build()
    assert {name.partition("-")[0] for name in pictures(small)} == {"shown"}
    small.build(now="2024-06-02T12:00:00+02:00")
    assert {name.partition("-")[0] for name in pictures(small)} == {"shown", "embargoed"}
    small.build()
    assert {name.partition("-")[0] for name in pictures(small)} == {"shown"}
    assert differences(small.tree(), small.clean_build()) == []


def test_body_pictures_have_no_crops(small: Site) -> None:
    small.write("content/2023/04/x.jpg", photo(200, 150))
    small.story("2023/04/a.fr", body="![x](x.jpg)")
    small.build()
    assert not any("card" in name or "1x1" in name for name in pictures(small))


# ---- addresses
def test_two_pictures_never_have_one_variant(small: Site) -> None:
    names = ("x.jpg", "x.png", "x-jpg.png", "x.webp")
    for name in names:
        format_ = {"jpg": "JPEG"}.get(name.rpartition(".")[2], name.rpartition(".")[2].upper())
        small.write(f"content/2023/04/{name}", photo(100, 80, format_))
    small.story("2023/04/a.fr", body="\n\n".join(f"![x]({name})" for name in names))
    assert small.build().ids == []
    assert sum(name.endswith("-80.avif") for name in pictures(small)) == 4


def test_static_file_in_the_place_of_a_variant_is_an_error(small: Site) -> None:
    story(small, photo(120, 90))
    small.write("static/pictures/2023/04/x-jpg-80.webp", "mine")
    told = small.build().one("address-taken")
    assert str(told.location) == "static/pictures/2023/04/x-jpg-80.webp:1:1"
    assert "content/2023/04/x.jpg" in told.message
    assert opened(published(small)["pictures/2023/04/x-jpg-80.webp"]).size == (80, 60)


def test_page_in_the_place_of_a_variant_is_an_error_and_nothing_leads_there(small: Site) -> None:
    small.configure(permalink="/pictures/{lang}/{slug}/")
    small.write("content/fr/x.jpg", photo(120, 90))
    small.story("a.fr", title="A", slug="x-jpg-80.webp", image={"src": "/fr/x.jpg", "alt": "x"})
    told = small.build().one("address-taken")
    assert str(told.location) == "content/fr/x.jpg:1:1"
    html = small.read("/pictures/fr/x-jpg-80.webp/")
    assert "x-jpg-80.webp " not in html and "x-jpg-120.webp 120w" in html
    assert audit(small) == []


# ---- what pages show
def test_article_shows_its_pictures_in_all_formats(small: Site) -> None:
    story(small, photo(200, 150), body='![Un quai](x.jpg "Le quai. ©AFP")')
    assert small.build().ids == []
    lead, body = small.main(URL).css("figure picture")
    for node in (lead, body):
        types = [source.attributes["type"] for source in node.css("source")]
        assert types == ["image/avif", "image/webp"]
        assert node.css_first("source").attributes["srcset"] == (
            "/pictures/2023/04/x-jpg-80.avif 80w, /pictures/2023/04/x-jpg-160.avif 160w"
        )
        image = node.css_first("img").attributes
        assert (image["width"], image["height"]) == ("200", "150")
        assert image["srcset"] == "/pictures/2023/04/x-jpg-80.jpg 80w, /pictures/2023/04/x-jpg-160.jpg 160w"
        assert image["src"] == "/pictures/2023/04/x-jpg-160.jpg"
        assert image["sizes"] == node.css_first("source").attributes["sizes"]
    assert lead.css_first("img").attributes["fetchpriority"] == "high"
    assert "loading" not in lead.css_first("img").attributes
    assert body.css_first("img").attributes["loading"] == "lazy"
    assert body.css_first("img").attributes["decoding"] == "async"


def test_list_shows_narrow_variants_only(site: Site) -> None:
    site.configure(pictures={"widths": [100, 940, 1000, 1100], "formats": []})
    story(site, photo(1200, 600))
    site.build()
    image = site.main("/fr/europe/").css_first("picture img, li img").attributes
    assert image["srcset"] == "/pictures/2023/04/x-jpg-100.jpg 100w, /pictures/2023/04/x-jpg-940.jpg 940w"
    assert image["loading"] == "lazy"


def test_feeds_have_one_picture_of_a_middle_width(site: Site) -> None:
    site.configure(pictures={"widths": [100, 720, 800], "formats": ["webp"]})
    story(site, photo(900, 600), body="![Un quai](x.jpg)")
    site.build()
    item = site.json("/fr/feed.json")["items"][0]
    assert item["image"] == "https://news.example/pictures/2023/04/x-jpg-720.jpg"
    assert item["content_html"].count('src="https://news.example/pictures/2023/04/x-jpg-720.jpg"') == 2
    assert item["content_html"].count('width="720" height="480"') == 2
    assert "srcset" not in item["content_html"] and "<picture>" not in item["content_html"]


def test_site_below_a_path_writes_it_before_every_variant(small: Site) -> None:
    small.configure(url="https://news.example/sub/")
    story(small, photo(120, 90, shift=3), "un é.jpg", body="![x](un%20é.jpg)")
    assert small.build().ids == []
    text = small.read(URL)
    assert "/sub/pictures/2023/04/un%20%C3%A9-jpg-80.avif 80w" in text
    assert not re.search(r"[\" ]/pictures/", text)


def test_picture_element_of_an_author_gets_no_other_inside(small: Site) -> None:
    html = '<picture><source srcset="/x.jpg" media="(min-width: 1px)"><img src="/x.jpg" alt="x"></picture>'
    small.write("content/x.jpg", photo(120, 90))
    small.story("2023/04/a.fr", slug="port", body=html)
    assert small.build().ids == []
    body = small.main(URL).css_first("[itemprop=articleBody]")
    assert len(body.css("picture")) == 1
    assert "80w" in (body.css_first("img").attributes["srcset"] or "")


def test_crops_are_offered_to_machines(small: Site) -> None:
    story(small, photo(1300, 1250))
    small.build()
    text = small.read(URL)
    assert '<meta property="og:image" content="https://news.example/pictures/2023/04/x-jpg-card.jpg">' in text
    assert '<meta property="og:image:width" content="1200">\n<meta property="og:image:height" content="630">' in text
    (images,) = re.findall(r'"image": \[(.*)\]', text)
    assert [name.rpartition("-")[2] for name in images.replace('"', "").split(", ")] == [
        "1x1.jpg",
        "4x3.jpg",
        "16x9.jpg",
    ]
    sizes = {name.partition("jpg-")[2]: opened(data).size for name, data in published(small).items()}
    assert sizes["1x1.jpg"] == (1200, 1200) and sizes["16x9.jpg"] == (1200, 675) and sizes["4x3.jpg"] == (1200, 900)


# ---- bytes
def test_equal_pictures_make_equal_bytes() -> None:
    data = photo(300, 200)
    shops = encoding.Workshop(), encoding.Workshop()
    for variant in variants(look(data, "x.jpg", megapixels=9), Pictures((80, 160)), [CENTRE]):
        one, other = (shop.make(data, "h", variant.operation) for shop in shops)
        alone = encoding.Workshop().make(data, "h", variant.operation)
        assert one == other == alone, variant.name


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_large_picture_is_made_smaller_first_and_looks_the_same(format_: str) -> None:
    data = photo(6000, 4000, format_, quality=90)
    made = opened(encoding.Workshop().make(data, "h", "fit 360x240 jpeg")).convert("RGB")
    wanted = opened(data).convert("RGB").resize((360, 240))
    pairs = [(made.getpixel(at), wanted.getpixel(at)) for at in ((20, 20), (180, 120), (340, 225))]
    assert all(abs(a - b) < 12 for one, two in pairs for a, b in zip(one, two, strict=True))  # type: ignore[arg-type]


def test_crop_of_a_panorama_is_as_sharp_as_the_picture() -> None:
    stripes = Image.new("L", (8, 1), 255)
    for x in range(4):
        stripes.putpixel((x, 0), 0)
    wide = Image.new("L", (8000, 700))
    for x in range(0, 8000, 8):
        wide.paste(stripes.resize((8, 700)), (x, 0))
    buffer = BytesIO()
    wide.convert("RGB").save(buffer, "JPEG", quality=90)
    made = opened(encoding.Workshop().make(buffer.getvalue(), "h", "crop 700x700 50,50 jpeg")).convert("L")
    low, high = made.getextrema()
    assert low < 30 and high > 225


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "PNG"])
def test_orientation_is_applied(small: Site, format_: str, orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = opened(photo(200, 120))
    lying = upright.transpose(turns[orientation]) if orientation > 1 else upright
    buffer = BytesIO()
    lying.save(buffer, format_, exif=exif(orientation=orientation), quality=95)
    suffix = {"JPEG": "jpg"}.get(format_, format_.lower())
    story(small, buffer.getvalue(), f"x.{suffix}")
    assert small.build().ids == []
    for path, data in published(small).items():
        made = opened(data).convert("RGB")
        if "-1x1" in path:
            continue
        assert made.width > made.height, path
        corner = made.getpixel((2, 2))
        assert corner[0] > 180 and corner[2] < 110, (path, corner)  # type: ignore[index]
        assert made.getexif().get(0x0112, 1) == 1, path
    image = small.main(URL).css_first("figure img").attributes
    assert (image["width"], image["height"]) == ("200", "120")


# ---- private metadata
def loaded_with_metadata(format_: str) -> bytes:
    options: dict[str, Any] = {"exif": exif(artist="Ana Lima"), "xmp": xmp(creator="Ana Lima", credit="Agence")}
    if format_ == "JPEG":
        options["comment"] = b"Geheim comment"
    if format_ == "PNG":
        info = PngInfo()
        info.add_text("Software", "Geheim")
        info.add_text("Comment", "Geheim " * 50, zip=True)
        info.add_itxt("XML:com.adobe.xmp", options.pop("xmp").decode())
        options["pnginfo"] = info
    data = photo(200, 150, format_, **options)
    if format_ == "JPEG":
        data = with_iptc(data, by_line="Ana Lima")
        thumb = b"\xff\xe2\x00\x10MPF\x00Geheim......"
        data = data[:2] + thumb[:18] + data[2:] + b"Geheim film behind the end"
    if format_ == "PNG":
        data += b"Geheim"
    return data


@pytest.mark.parametrize(("format_", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("AVIF", "avif")])
def test_nothing_private_is_published(small: Site, format_: str, suffix: str) -> None:
    data = loaded_with_metadata(format_)
    assert SECRET in data
    story(small, data, f"x.{suffix}")
    assert small.build().ids == []
    assert len(published(small)) > 5
    for path, found in published(small).items():
        assert SECRET not in found and b"Kameras" not in found, path
        tags = opened(found).getexif()
        assert dict(tags) == {} and dict(tags.get_ifd(GPS)) == {}, path
    original = published(small)[f"media/2023/04/x.{suffix}"]
    assert opened(original).tobytes() == opened(data).tobytes()  # the very pixels


def png_chunks(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        assert zlib.crc32(data[at + 4 : at + 8 + size]) == struct.unpack_from(">I", data, at + 8 + size)[0]
        found.append(name)
        at += 12 + size
    return found


def test_parts_of_published_originals(small: Site) -> None:
    for format_, suffix in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")):
        small.write(f"content/x.{suffix}", loaded_with_metadata(format_))
    small.story("2023/04/a.fr", body="![x](/x.jpg) ![x](/x.png) ![x](/x.webp)")
    small.build()
    jpeg = published(small)["media/x.jpg"]
    segments, _ = jpeg_segments(jpeg)
    extra = [(marker, body[4:32]) for marker, body in segments if 0xE0 <= marker <= 0xEF or marker == 0xFE]
    assert [marker for marker, _ in extra] == [0xE0, 0xE1]
    assert extra[1][1].startswith(b"http://ns.adobe.com/xap/1.0")  # creator and credit, and no more
    assert jpeg.endswith(b"\xff\xd9")
    assert set(png_chunks(published(small)["media/x.png"])) == {b"IHDR", b"IDAT", b"IEND", b"iTXt"}
    webp = published(small)["media/x.webp"]
    assert b"EXIF" not in webp and b"XMP " not in webp
    assert struct.unpack_from("<I", webp, 4)[0] == len(webp) - 8


# ---- what hides among the parts that show something
def jpeg_with_previews() -> bytes:
    """JFIF with a thumbnail, and an Adobe segment with more than it needs."""
    data = photo(200, 150)
    assert data[2:4] == b"\xff\xe0"
    jfif = b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x02\x01" + SECRET
    adobe = b"Adobe\x00\x64\x00\x00\x00\x00\x01" + SECRET
    segments = ((b"\xff\xe0", jfif), (b"\xff\xee", adobe), (b"\xff\xdc", b"\x00\x96" + SECRET))
    head = b"".join(mark + struct.pack(">H", 2 + len(body)) + body for mark, body in segments)
    return data[:2] + head + data[20:]


def png_with_names() -> bytes:
    data = photo(200, 150, "PNG", icc_profile=b"profile")
    palette = _chunk(b"sPLT", SECRET + b"\x00\x08")
    at = data.index(b"iCCP") - 4
    size = struct.unpack_from(">I", data, at)[0]
    body = data[at + 8 : at + 8 + size]
    return data[:at] + _chunk(b"iCCP", SECRET + body[body.index(b"\x00") :]) + palette + data[at + 12 + size :]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp_with_unknown_parts() -> bytes:
    data = animation("WEBP")
    at = data.index(b"ANMF")
    size = struct.unpack_from("<I", data, at + 4)[0]
    part = b"Ge  " + struct.pack("<I", 6) + SECRET
    made = data[: at + 4] + struct.pack("<I", size + len(part)) + data[at + 8 : at + 8 + size] + part
    made += data[at + 8 + size :]
    return made[:4] + struct.pack("<I", len(made) - 8) + made[8:]


def gif_with_texts() -> bytes:
    data = animation("GIF")
    at = data.index(b"\x21\xff\x0bNETSCAPE2.0")
    text = b"\x21\x01\x0c" + bytes(12) + b"\x06" + SECRET + b"\x00"
    loops = data[at : at + 18] + b"\x06" + SECRET + b"\x00"
    return data[:at] + b"\x21\xfe\x06" + SECRET + b"\x00" + text + loops + data[at + 19 :]


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def avif_with_boxes() -> bytes:
    data = photo(200, 150, "AVIF", exif=exif())
    at = data.index(b"mdat") + 4
    size = struct.unpack_from(">I", data, at - 8)[0]
    assert at - 8 + size == len(data)  # the pixels come last, so that they may be followed by what no item names
    data = data[: at - 8] + struct.pack(">I", size + len(SECRET)) + data[at - 4 :] + SECRET
    return data + box(b"uuid", SECRET * 3) + box(b"mpvd", b"a film" + SECRET) + box(b"free", SECRET)


def avif_that_moves() -> bytes:
    data = animation("AVIF")
    return data + box(b"mpvd", b"a film" + SECRET)


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (jpeg_with_previews, "jpg"),
        (png_with_names, "png"),
        (webp_with_unknown_parts, "webp"),
        (gif_with_texts, "gif"),
        (avif_with_boxes, "avif"),
        (avif_that_moves, "avif"),
    ],
)
def test_nothing_hides_in_parts_that_show_something(small: Site, make: Callable[[], bytes], suffix: str) -> None:
    data = make()
    assert SECRET in data
    story(small, data, f"x.{suffix}")
    assert small.build().ids == []
    for path, found in published(small).items():
        assert SECRET not in found, path
    old, new = opened(data), opened(published(small)[f"media/2023/04/x.{suffix}"])
    frames = getattr(old, "n_frames", 1)
    assert getattr(new, "n_frames", 1) == frames
    for n in range(frames):
        old.seek(n)
        new.seek(n)
        assert old.convert("RGBA").tobytes() == new.convert("RGBA").tobytes()
    assert new.info.get("loop") == old.info.get("loop")


def test_film_of_an_avif_does_not_say_when_it_was_made(small: Site) -> None:
    data = bytearray(animation("AVIF"))
    at = data.index(b"mvhd") + 8
    data[at : at + 8] = b"2023Secr"
    story(small, bytes(data), "x.avif")
    small.build()
    found = published(small)["media/2023/04/x.avif"]
    assert found != bytes(data) and b"2023Secr" not in found and opened(found).n_frames == 3  # type: ignore[attr-defined]


def test_preview_in_an_avif_makes_it_anew(small: Site) -> None:
    buffer = BytesIO()
    made = opened(photo(200, 150)).convert("RGBA")
    made.putalpha(Image.linear_gradient("L").resize(made.size))
    made.save(buffer, "AVIF")
    data = buffer.getvalue()
    assert data.count(b"auxl") == 1  # a reference of the transparency, here said to be a preview
    story(small, data.replace(b"auxl", b"thmb"), "x.avif")
    assert small.build().ids == []
    assert b"thmb" not in published(small)["media/2023/04/x.avif"]


def test_creator_credit_and_copyright_stay_in_the_original(small: Site) -> None:
    data = with_iptc(photo(200, 150), by_line="Ana Lima", credit="Agence & fils", notice="© 2023 Agence")
    story(small, data)
    small.build()
    kept = published(small)["media/2023/04/x.jpg"]
    again = look(kept, "x.jpg", megapixels=9)
    assert again.credit == "Ana Lima / Agence & fils"
    assert b"<rdf:li>Ana Lima</rdf:li>" in kept and b"Agence &amp; fils" in kept
    assert "© 2023 Agence".encode() in kept


def test_colour_profile_stays_in_the_original_and_is_applied_in_variants(small: Site) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    story(small, photo(200, 150, icc_profile=profile))
    small.build()
    assert opened(published(small)["media/2023/04/x.jpg"]).info["icc_profile"] == profile
    assert "icc_profile" not in opened(published(small)["pictures/2023/04/x-jpg-80.webp"]).info


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_colours(small: Site, mode: str) -> None:
    story(small, photo(200, 150, mode=mode))
    assert small.build().ids == []
    assert opened(published(small)["pictures/2023/04/x-jpg-80.jpg"]).mode == "RGB"


def test_progressive_jpeg_keeps_all_its_scans(small: Site) -> None:
    data = photo(200, 150, progressive=True, exif=exif())
    story(small, data)
    small.build()
    assert opened(published(small)["media/2023/04/x.jpg"]).tobytes() == opened(data).tobytes()


# ---- credits
def credits(site: Site, url: str = URL) -> list[str]:
    return [node.text() for node in site.main(url).css(".credit")]


@pytest.mark.parametrize(
    ("data", "credit"),
    [
        (with_iptc(photo(60, 40), by_line="Ana Lima"), "©Ana Lima"),
        (with_iptc(photo(60, 40), by_line="Élise Ñ", credit="Agence"), "©Élise Ñ / Agence"),
        (with_iptc(photo(60, 40), by_line="Ana Lima", credit="Ana Lima/Agence"), "©Ana Lima/Agence"),
        (with_iptc(photo(60, 40), notice="Copyright 2023 Agence"), "©2023 Agence"),
        (photo(60, 40, exif=exif(artist="Ana Lima")), "©Ana Lima"),
        (photo(60, 40, exif=exif(notice="(c) Agence")), "©Agence"),
        (photo(60, 40, xmp=xmp(creator="Ana &amp; Bea", credit="Agence")), "©Ana & Bea / Agence"),
        (photo(60, 40, "WEBP", xmp=xmp(rights="© Agence")), "©Agence"),
        (photo(60, 40, xmp=b"<x:xmpmeta><broken"), None),
        (photo(60, 40), None),
    ],
)
def test_credit_of_the_file_stands_in_for_one_that_nobody_wrote(site: Site, data: bytes, credit: str | None) -> None:
    titles = ("", ' "Légende."', ' "Légende. ©Bea"', ' "L. ©"', ' "L. © None"')
    story(site, data, body="\n\n".join(f"![x](x.jpg{title})" for title in titles))
    assert site.build().ids == []
    assert credits(site) == ([credit] * 3 if credit else []) + ["©Bea"]
    assert '<figure class="picture">' in site.read(URL)
    assert "©<" not in site.read(URL)


def test_written_credit_goes_before_that_of_the_file(site: Site) -> None:
    data = with_iptc(photo(60, 40), by_line="Ana Lima")
    story(site, data, image={"credit": "Bea"})
    site.build()
    assert credits(site) == ["©Bea"]
    story(site, data, image={"credit": "none"})
    site.build()
    assert credits(site) == []
    story(site, data)
    site.build()
    assert credits(site) == ["©Ana Lima"]
    assert audit(site) == [] and differences(site.tree(), site.clean_build()) == []


# ---- what cannot be shown
BROKEN = {
    "cut JPEG": (photo(200, 150)[:2000], "x.jpg"),
    "cut PNG": (photo(200, 150, "PNG")[:300], "x.png"),
    "changed PNG": (png(90, 40)[:50] + b"!" + png(90, 40)[51:], "x.png"),
    "cut WebP": (photo(200, 150, "WEBP")[:200], "x.webp"),
    "cut AVIF": (photo(200, 150, "AVIF")[:400], "x.avif"),
    "cut GIF": (photo(200, 150, "GIF")[:900], "x.gif"),
    "text": (b"no picture", "x.jpg"),
    "nothing": (b"", "x.jpg"),
    "head of a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "x.jpg"),
    "SVG that is no XML": (b"<svg><g></svg>", "x.svg"),
    "page for SVG": (b"<html/>", "x.svg"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_picture_is_an_error_with_its_place_and_only_it_is_dropped(small: Site, case: str) -> None:
    data, name = BROKEN[case]
    small.write(f"content/2023/04/{name}", data)
    small.story("2023/04/a.fr", slug="port", image={"src": name, "alt": "x"}, body=f"Texte.\n\n![x]({name})\n\nFin.")
    built = small.build()
    assert built.ids == ["picture-broken"] * 2
    lead, body = built.diagnostics
    assert (lead.location.path, lead.location.line) == ("content/2023/04/a.fr.md", 6)
    assert (body.location.line, body.location.column) == (10, 1)
    assert f"content/2023/04/{name}" in body.message
    assert published(small) == {}
    main = small.main(URL)
    assert main.css("figure, img") == [] and "Texte." in main.text() and "Fin." in main.text()
    again = small.check()
    assert again.lines == built.lines
    small.write(f"content/2023/04/{name}", photo(100, 80) if not name.endswith("svg") else "<svg/>")
    assert small.build().ids == []
    assert len(small.main(URL).css("img")) == 2


def wrong_sum(name: bytes, body: bytes) -> bytes:
    """A part of a PNG whose sum is wrong."""
    chunk = _chunk(name, body)
    return chunk[:-4] + bytes(byte ^ 1 for byte in chunk[-4:])


ODD_PNG_PARTS = {
    "iCCP": (b"iCCP", b"x\0\0" + zlib.compress(bytes(200))),
    "gAMA": (b"gAMA", b"\0\0\xb1\x8f"),
    "pHYs": (b"pHYs", bytes(9)),
    "tEXt": (b"tEXt", b"Comment\0" + SECRET),
    "eXIf": (b"eXIf", b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"),
    "unknown": (b"abCd", b"x"),
}


@pytest.mark.parametrize("case", [*ODD_PNG_PARTS, "no end", "several"])
def test_a_png_that_browsers_show_is_shown_without_what_they_pass_over(small: Site, case: str) -> None:
    whole = png(1300, 700)
    at = whole.index(b"IDAT") - 4
    odd = [wrong_sum(*part) for name, part in ODD_PNG_PARTS.items() if case in (name, "several")]
    data = whole[:at] + b"".join(odd) + whole[at:] if case != "no end" else whole[:-12]
    small.write("content/2023/04/x.png", data)
    small.story("2023/04/a.fr", slug="port", body="![x](x.png)")
    assert small.build().ids == []
    assert small.tree()["media/2023/04/x.png"] == whole
    assert len([name for name in published(small) if name.startswith("pictures/")]) > 1, "and its variants are made"


@pytest.mark.parametrize("part", ["IHDR", "IDAT"])
def test_a_png_whose_pixels_have_a_wrong_sum_is_broken(small: Site, part: str) -> None:
    whole = png(13, 7)
    at = whole.index(part.encode()) - 4
    end = at + 12 + struct.unpack_from(">I", whole, at)[0]
    small.write("content/2023/04/x.png", whole[: end - 4] + bytes(4) + whole[end:])
    small.story("2023/04/a.fr", slug="port", body="![x](x.png)")
    assert small.build().ids == ["picture-broken"]


@pytest.mark.parametrize("name", ["x.bmp", "x.ico", "x.svg"])
def test_a_lead_picture_that_no_network_draws_stands_in_no_card(small: Site, name: str) -> None:
    buffer = BytesIO()
    if name != "x.svg":
        Image.new("RGB", (20, 20)).save(buffer, name[2:].upper())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    small.write(f"content/2023/04/{name}", buffer.getvalue() or svg)
    small.story("2023/04/a.fr", slug="port", image={"src": name, "alt": "x"})
    assert small.build().ids == []
    assert "og:image" not in small.read(URL)
    assert '<meta name="twitter:card" content="summary">' in small.read(URL)
    assert small.main(URL).css_first("figure img") is not None


@pytest.mark.parametrize("image", [{"caption": "Un pont"}, {"credit": "AFP"}, {"alt": "Un pont"}, {"focus": "1% 2%"}])
def test_a_lead_picture_without_src_in_any_language_is_told_at_its_place(small: Site, image: dict[str, str]) -> None:
    small.write("content/2023/04/x.jpg", photo(200, 150))
    small.story("2023/04/a.fr", slug="port", image=image)
    told = small.build().one("picture-missing")
    assert (told.severity, told.location.line) == ("warning", 6)
    small.story("2023/04/a.en", title="Port", slug="port", image={"src": "x.jpg", "alt": "a"})
    assert small.build().find("picture-missing") == []
    small.story("2023/04/a.en", title="Port", slug="port", image={"src": "none"})
    small.story("2023/04/a.fr", slug="port", image={"src": "none", **image})
    assert small.build().find("picture-missing") == []


def bomb(width: int, height: int) -> bytes:
    """A PNG that says to be so large, in few bytes."""
    whole = png(1, 1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return whole[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + whole[33:]


@pytest.mark.parametrize("size", [(9000, 9000), (20000, 20000), (60000, 60000)])
def test_bomb_is_an_error_and_is_not_decoded(small: Site, size: tuple[int, int]) -> None:
    story(small, bomb(*size), "x.png")
    told = small.build().one("picture-too-large")
    assert f"{size[0] * size[1] // 1_000_000} megapixels, more than 64" in told.message
    assert published(small) == {}


def test_limit_of_pixels_is_configurable(small: Site) -> None:
    story(small, photo(2000, 1000))
    small.configure(pictures=SMALL | {"max_megapixels": 1})
    assert small.build().ids == ["picture-too-large"]
    small.configure(pictures=SMALL | {"max_megapixels": 3})
    assert small.build().ids == []
    assert pictures(small)
    assert differences(small.tree(), small.clean_build()) == []
    shown = published(small)
    small.configure(pictures=SMALL | {"max_megapixels": 1})
    assert small.build().ids == ["picture-too-large"]
    assert published(small) == shown  # CONTENT.md §7: for what was published, its last good version stands in
    shutil.rmtree(small.cache)
    assert small.build().ids == ["picture-too-large"]
    assert published(small) == {}


def test_broken_picture_of_an_unpublished_story_is_told_too(small: Site) -> None:
    small.write("content/2023/04/x.jpg", b"no")
    small.story("2023/04/a.fr", publish="2024-06-01 08:00", body="![x](x.jpg)")
    assert small.build().ids == ["picture-broken"]


def test_file_that_no_browser_shows_is_no_picture(small: Site) -> None:
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic Geheim GPS"
    small.write("content/2023/04/p.heic", heic)
    story(small, photo(200, 150), "x.heic", body="![quai](p.heic)\n\nEt puis.")
    told = small.build().find("picture-broken")
    assert [(d.location.line > 1, ".heic is left out" in d.message) for d in told] == [(True, True)] * 2
    assert published(small) == {} and not small.main(URL).css("img")
    small.story("2023/04/a.fr", title="Le port", slug="port", body="[le fichier](p.heic) ![quai](p.heic)")
    assert small.build().ids == ["picture-broken"]
    assert published(small) == {"media/2023/04/p.heic": heic}  # a document, which the text links to
    assert not small.main(URL).css("img") and audit(small) == []
    assert differences(small.tree(), small.clean_build()) == []


@pytest.mark.parametrize("suffix", ["bmp", "ico", "BMP"])
def test_plain_formats_are_shown_as_they_are(small: Site, suffix: str) -> None:
    data = photo(40, 30, suffix.upper())
    story(small, data, f"x.{suffix}", body=f"![quai](x.{suffix})")
    assert small.build().ids == []
    assert published(small) == {f"media/2023/04/x.{suffix}": data}
    assert [node.attributes["src"] for node in small.main(URL).css("img")] == [f"/media/2023/04/x.{suffix}"] * 2


def test_every_address_of_a_picture_with_odd_characters_leads_to_it(small: Site) -> None:
    name = "a#b %41é,x.jpg"
    story(small, photo(200, 150), name, body="![quai](<a%23b %2541é,x.jpg>)")
    assert small.build().ids == []
    addresses = [
        unquote(address)
        for node in small.main(URL).css("img, source")
        for key in ("src", "srcset")
        for address in re.findall(r"/\S+", node.attributes.get(key) or "")
    ]
    assert len(addresses) > 9 and all("#b" in address for address in addresses)
    assert {address.removeprefix("/") for address in addresses} <= set(published(small))


# ---- SVG
def test_svg_without_anything_that_acts_stays_byte_for_byte() -> None:
    svg = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"'
        b' xmlns:xlink="http://www.w3.org/1999/xlink" width="30" height="20">'
        b"<style>a{fill:url( '#g' );content:'\\201C'}</style><defs><linearGradient id='g'/></defs>"
        b'<rect fill="url(#g)" style="stroke: red"/><use xlink:href="#g"/><a href="https://x.example/">'
        b"<text>\xc3\xa9 &lt;&#160;</text></a><image href='data:image/png;base64,AA=='/></svg>\n"
    )
    assert clean(svg) == (svg, ())


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("<script>alert(1)</script>", "`script`"),
        ("<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>", "`x:script`"),
        ("<g><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>evil</p></foreignObject></g>", "`foreignObject`"),
        ("<rect onload='evil()'/>", "`onload`"),
        ('<rect ONCLICK = "evil()" />', "`ONCLICK`"),
        ("<a href=' java\tscript:evil()'><text/></a>", "`href` to 'javascript:evil()'"),
        ("<a href='&#106;avascript:evil()'><text/></a>", "`href` to 'javascript:evil()'"),
        ("<image href='https://evil.example/x.png'/>", "`href` to 'https://evil.example/x.png'"),
        ("<image href='data:image/svg+xml;base64,evil'/>", "`href` to 'data:image/svg+xml;base64,evil'"),
        ("<use xlink:href='//evil.example/x.svg#a' xmlns:xlink='http://www.w3.org/1999/xlink'/>", "`xlink:href`"),
        ("<a><set attributeName='href' to='javascript:evil()'/></a>", "`set`"),
        ("<a><animate attributeName='xlink:href' values='javascript:evil()'/></a>", "`animate`"),
        ("<style>@import 'https://evil.example/x.css';</style>", "`style` that loads or acts"),
        ("<style>rect { fill: url( 'https://evil.example/#x') }</style>", "`style` that loads or acts"),
        ("<style>rect { fill: u\\72l(https://evil.example/#x) }</style>", "`style` that loads or acts"),
        ("<style>a{content:'/*'} b{fill:url(https://evil.example/#x)} c{content:'*/'}</style>", "`style` that loads"),
        ("<style>@im\\port 'https://evil.example/'</style>", "`style` that loads or acts"),
        ("<style>a{background:image-set('https://evil.example/x.png' 1x)}</style>", "`style` that loads or acts"),
        ("<h:meta xmlns:h='http://www.w3.org/1999/xhtml' http-equiv='refresh' content='0;evil'/>", "`h:meta`"),
        ("<h:img xmlns:h='http://www.w3.org/1999/xhtml' srcset='https://evil.example/x.png'/>", "`srcset`"),
        ("<g xml:base='https://evil.example/'><use href='#x'/></g>", "`xml:base`"),
        ("<rect style='fill: url(https://evil.example/#x)'/>", "`style` that loads or acts"),
        ("<rect fill='url(https://evil.example/#x)'/>", "`fill` that loads or acts"),
        ("<iframe src='https://evil.example/'/>", "`iframe`"),
    ],
)
def test_svg_loses_what_acts_or_loads(site: Site, part: str, told: str) -> None:
    site.write("content/2023/04/x.svg", f"<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'>\n {part}</svg>")
    site.story("2023/04/a.fr", slug="port", image={"src": "x.svg", "alt": "x"})
    warned = site.build().one("picture-svg-cleaned")
    assert warned.location.path == "content/2023/04/x.svg" and warned.location.line == 2
    assert told in warned.message
    published = site.read("/media/2023/04/x.svg")
    assert "evil" not in published and "script" not in published.lower()
    clean(published.encode())
    assert site.main(URL).css_first("img").attributes["src"] == "/media/2023/04/x.svg"


def test_svg_loses_what_tells_of_who_drew_it_without_a_word() -> None:
    svg = (
        b"<?xml-model href='x'?><!-- Geheim --><svg xmlns='http://www.w3.org/2000/svg' xmlns:inkscape='i'"
        b" xmlns:sodipodi='s' sodipodi:docname='Geheim.svg' inkscape:export-filename='Ordner/Geheim.png'>"
        b"<metadata><rdf>Geheim</rdf></metadata><sodipodi:namedview><inkscape:grid>Geheim</inkscape:grid>"
        b"</sodipodi:namedview><g inkscape:label='Geheim' id='a'><path/></g></svg>"
    )
    made, cuts = clean(svg)
    assert cuts == () and SECRET not in made and b"Ordner" not in made
    assert b"<g id='a'><path/></g></svg>" in made


@pytest.mark.parametrize(
    "part",
    [
        "<image width='9' height='9' href='{}'/>",
        "<image xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href=' {} '/>",
        "<rect style='fill: url({})'/>",
        "<rect fill='url(\"{}\")'/>",
        "<style>rect {{ fill: url({}) }} a &gt; b {{}}</style>",
        "<style><![CDATA[a > b {{}} rect {{ fill: url({}) }}]]></style>",
        "<feImage href='{}'/>",
    ],
)
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_pictures_within_an_svg_lose_their_metadata(part: str, kind: str) -> None:
    data = loaded_with_metadata(kind.upper())
    url = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    percent = f"data:image/{kind},{quote(data)}"
    for address in (url, percent, url.replace("/9j", "&#x2F;9j"), f"{url[:90]}\n {url[90:]}"):
        svg = f"<svg xmlns='http://www.w3.org/2000/svg'>{part.format(address)}</svg>"
        if ("\n" in address and ("style" in part or "fill" in part)) or ("&" in address and "CDATA" in part):
            continue  # CSS knows no address with spaces, CDATA no reference
        made, cuts = clean(svg.encode(), lambda raster: encoding.published(raster, ""))
        assert cuts == ()
        text = html.unescape(made.decode())
        found = base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", text)[1])  # type: ignore[index]
        assert SECRET in data and SECRET not in found and opened(found).tobytes() == opened(data).tobytes()
        assert clean(made, lambda raster: encoding.published(raster, ""))[0] == made
        ElementTree.fromstring(made)


def test_what_is_no_picture_within_an_svg_goes(site: Site) -> None:
    hidden = base64.b64encode(b"Geheim, no picture at all").decode()
    site.write("content/2023/04/x.svg", f"<svg><image href='data:image/jpeg;base64,{hidden}'/></svg>")
    site.story("2023/04/a.fr", slug="port", image={"src": "x.svg", "alt": "x"})
    assert "a picture in it that cannot be read" in site.build().one("picture-svg-cleaned").message
    assert hidden not in site.read("/media/2023/04/x.svg")


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ("width='30' height='20'", (30, 20)),
        ("width='30px' height='2cm'", (30, 76)),
        ("viewBox='0 0 300 200'", (300, 200)),
        ("viewBox='-5,-5, 2.4 1.2' width='100%' height='100%'", (2, 1)),
        ("viewBox='0 0 300 200' width='60'", (60, 40)),
        ("viewBox='0 0 300 200' height='1in'", (144, 96)),
        ("viewBox='0 0 0 0'", (0, 0)),
        ("viewBox='none' width='-3' height='nan'", (0, 0)),
        ("width='1e999' height='1e999'", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_size_of_an_svg(attributes: str, wanted: tuple[int, int]) -> None:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' {attributes}><svg width='7' height='7'/></svg>"
    assert svg_size(svg.encode()) == wanted


@pytest.mark.parametrize(
    "part",
    [
        "<g foo:export='Geheim' xmlns:foo='http://www.inkscape.org/namespaces/inkscape'/>",
        "<foo:view xmlns:foo='http://sodipodi.example/'><foo:grid>Geheim</foo:grid></foo:view>",
        "<pgf xmlns='http://ns.adobe.com/AdobeIllustrator/10.0/'>Geheim</pgf>",
        "<g xmlns:a='http://www.w3.org/2000/svg'><g xmlns:a='urn:x'><a:rect Geheim='1'/></g><a:rect id='kept'/></g>",
        "<unknown:text>Geheim</unknown:text>",
        "<g unknown:label='Geheim'/>",
    ],
)
def test_svg_loses_what_is_in_other_namespaces_without_a_word(part: str) -> None:
    made, cuts = clean(f"<svg xmlns='http://www.w3.org/2000/svg'>{part}<path id='end'/></svg>".encode())
    assert cuts == () and SECRET not in made and b"<path id='end'/></svg>" in made
    assert (b"kept" in made) == ("kept" in part)


def test_entities_of_an_svg_are_put_in_and_never_explode() -> None:
    entities = b'<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY a "&b;"><!ENTITY b "x">'
    svg = b"<!DOCTYPE svg [" + entities + b']>\n<svg xmlns="&ns;" id="&a;"/>'
    assert clean(svg)[0] == b'\n<svg xmlns="http://www.w3.org/2000/svg" id="x"/>'
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(Invalid):
        clean(f'<!DOCTYPE svg [<!ENTITY a0 "evil">{levels}]><svg><text>&a11;</text></svg>'.encode())
    with pytest.raises(Invalid):
        clean(b'<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]><svg id="&a;"/>')
    outside = b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><text>&a;</text></svg>'
    with pytest.raises(Invalid):
        clean(outside)


def test_svg_in_another_encoding_becomes_utf_8() -> None:
    text = "<?xml version='1.0' encoding='ISO-8859-1'?><svg><text>é</text></svg>"
    assert clean(text.encode("latin-1"))[0] == "<svg><text>é</text></svg>".encode()
    assert clean("<svg><text>é</text></svg>".encode("utf-16"))[0] == "<svg><text>é</text></svg>".encode()
    with pytest.raises(Invalid):
        clean(b"<?xml version='1.0' encoding='nonsense'?><svg/>")


# ---- focus
@pytest.mark.parametrize("written", ["60%", "60% 130%", "60 30", "left top", "[1, 2]", "-1% 2%", "6.5% 3%"])
def test_focus_that_is_none_is_an_error(site: Site, written: str) -> None:
    site.write("content/2023/04/x.jpg", photo(60, 40))
    image = f"image:\n  src: x.jpg\n  alt: x\n  focus: {written}\n"
    site.write("content/2023/04/a.fr.md", f"---\ntitle: A\ndate: 2023-04-16\ncategories: [europe]\n{image}---\nT\n")
    told = site.build().one("value-invalid")
    assert (told.location.line, told.location.column) == (8, 10)
    assert told.hint == "write `focus: 60% 30%`"


def test_focus_decides_what_a_crop_shows(small: Site) -> None:
    story(small, photo(800, 400), image={"focus": "0% 0%"})
    small.story("2023/04/b.fr", title="B", image={"src": "x.jpg", "alt": "x", "focus": "100% 100%"})
    small.story("2023/04/c.fr", title="C", image={"src": "x.jpg", "alt": "x"})
    assert small.build().ids == []
    first = opened(published(small)["pictures/2023/04/x-jpg-1x1-0-0.jpg"])
    last = opened(published(small)["pictures/2023/04/x-jpg-1x1-100-100.jpg"])
    middle = opened(published(small)["pictures/2023/04/x-jpg-1x1.jpg"])
    assert first.size == last.size == middle.size == (400, 400)
    assert first.getpixel((5, 5))[0] > 200  # type: ignore[index]
    assert last.getpixel((395, 395))[2] > 90  # type: ignore[index]
    assert middle.getpixel((5, 5))[0] < 50  # type: ignore[index]
    assert "x-jpg-card-0-0.jpg" in small.read(URL) and "x-jpg-card.jpg" not in small.read(URL)


def test_focus_belongs_to_the_story(small: Site) -> None:
    story(small, photo(200, 150), image={"focus": "10% 20%"})
    small.story("2023/04/a.en", title="The port", slug="port", image={"alt": "A port"})
    small.build()
    assert "x-jpg-card-10-20.jpg" in small.read("/en/2023/04/port/")


def test_svg_has_no_crops(site: Site) -> None:
    site.write("content/2023/04/x.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='1300' height='800'/>")
    site.story("2023/04/a.fr", slug="port", image={"src": "x.svg", "alt": "x", "focus": "10% 20%"})
    assert site.build().ids == []
    assert "og:image" not in site.read(URL), "no network draws it"
    assert '<meta name="twitter:card" content="summary">' in site.read(URL)


# ---- cache
@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The operations that were made, in their order."""
    made: list[str] = []
    make = encoding.Workshop.make

    def counted(self: encoding.Workshop, data: bytes, hash_: str, operation: str) -> bytes:
        made.append(operation)
        return make(self, data, hash_, operation)

    monkeypatch.setattr(encoding.Workshop, "make", counted)
    yield made


def test_variants_are_made_once(small: Site, encodings: list[str]) -> None:
    story(small, photo(200, 150))
    small.build()
    assert len(encodings) == 2 * 3 + 4
    first = small.tree()
    encodings.clear()
    for change in (lambda: None, lambda: small.build(clean=True), lambda: _remove(small.output)):
        change()
        small.build()
        assert small.tree() == first
    (small.cache / "catalog.sqlite").unlink()
    small.build()
    small.rename("content/2023/04/x.jpg", "content/2023/04/y.jpg")
    small.story("2023/04/a.fr", title="Le port", slug="port", image={"src": "y.jpg", "alt": "x"})
    small.build()
    assert encodings == []
    small.story("2023/04/a.fr", title="Le port", slug="port", image={"src": "y.jpg", "alt": "x", "focus": "1% 2%"})
    small.build()
    assert len(encodings) == 4
    small.configure(pictures=SMALL | {"widths": [60, 80, 160]})
    small.build()
    assert len(encodings) == 7


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)


def test_damaged_cache_is_as_good_as_none(small: Site, encodings: list[str]) -> None:
    story(small, photo(200, 150))
    small.build()
    first = small.tree()
    encodings.clear()
    for path in (small.cache / "pictures").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1] + b"!")
    _remove(small.output)
    assert small.build().ids == []
    assert small.tree() == first and len(encodings) == 10


def test_unused_parts_of_the_cache_go_after_a_while(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for name in ("aa1", "aa2", "bb3"):
        cache.put(name, name.encode())
    os.utime(tmp_path / "aa/1", (0, 0))
    os.utime(tmp_path / "aa/2", (0, 0))
    assert cache.sweep({"aa2"}) == 1
    assert [cache.get(name) for name in ("aa1", "aa2", "bb3")] == [None, b"aa2", b"bb3"]
    assert cache.sweep(set(), now=time.time() + KEPT_SECONDS + 60) == 2
    assert Cache(None).get("aa2") is None


def test_build_sweeps_what_no_picture_needs(small: Site) -> None:
    story(small, photo(200, 150))
    small.build()
    kept = [path for path in (small.cache / "pictures").rglob("*") if path.is_file()]
    for path in kept:
        os.utime(path, (0, 0))
    story(small, photo(200, 150, shift=90))
    small.build()
    assert not any(path.exists() for path in kept)
    assert len([path for path in (small.cache / "pictures").rglob("*") if path.is_file()]) == len(kept)


def test_check_writes_no_picture(small: Site) -> None:
    story(small, photo(200, 150))
    assert small.check(render=True).ids == []
    assert not (small.cache / "pictures").exists()


def test_any_number_of_workers_gives_the_same_bytes(small: Site) -> None:
    for number in range(8):
        small.write(f"content/2023/04/x{number}.jpg", photo(200, 150, shift=20 * number))
        small.story(f"2023/04/a{number}.fr", title=f"T {number}", image={"src": f"x{number}.jpg", "alt": "x"})
    small.build()
    assert len(pictures(small)) == 80
    assert differences(small.tree(), small.clean_build(workers=2)) == []


def test_verify_holds_variants_against_the_pictures(small: Site) -> None:
    story(small, photo(200, 150), body="![x](x.jpg)")
    small.build()
    for sample in (0, 1000):
        assert verify(Request(small.root, workers=1), sample=sample).problems == ()
    target = small.output / "pictures/2023/04/x-jpg-80.webp"
    target.write_bytes(target.read_bytes() + b"!")
    for sample in (0, 1000):
        (problem,) = verify(Request(small.root, workers=1), sample=sample).problems
        assert problem.path == "pictures/2023/04/x-jpg-80.webp"


# ---- incremental builds
def _edit_photo(site: Site) -> None:
    site.write("content/2023/04/x.jpg", photo(200, 150, shift=99))


def _smaller_photo(site: Site) -> None:
    site.write("content/2023/04/x.jpg", photo(100, 75))


EDITS = {
    "other pixels": _edit_photo,
    "another size": _smaller_photo,
    "too narrow for variants": lambda s: s.write("content/2023/04/x.jpg", photo(70, 50)),
    "another format": lambda s: s.write("content/2023/04/x.jpg", photo(200, 150, "PNG")),
    "a broken picture": lambda s: s.write("content/2023/04/x.jpg", b"no"),
    "a picture that moves": lambda s: s.write("content/2023/04/x.jpg", animation()),
    "a credit": lambda s: s.write("content/2023/04/x.jpg", with_iptc(photo(200, 150), by_line="Ana")),
    "no picture": lambda s: s.remove("content/2023/04/x.jpg"),
    "a renamed picture": lambda s: s.rename("content/2023/04/x.jpg", "content/2023/04/y.jpg"),
    "a focus": lambda s: story(s, photo(200, 150), image={"focus": "1% 99%"}),
    "no lead picture": lambda s: s.story("2023/04/a.fr", title="Le port", slug="port"),
    "a withdrawn story": lambda s: s.story("2023/04/a.fr", title="Le port", slug="port", gone="Faux.", image=LEAD),
    "a draft": lambda s: s.story("2023/04/a.fr", title="Le port", slug="port", draft=True, image=LEAD),
    "other widths": lambda s: s.configure(pictures={"widths": [80, 100], "formats": ["webp"]}),
    "no variants": lambda s: s.configure(pictures={"widths": []}),
    "fewer pixels": lambda s: s.configure(pictures=SMALL | {"max_megapixels": 1}),
    "a page with it": lambda s: s.write("content/pages/p.fr.md", page_file("P", "![x](/2023/04/x.jpg)")),
    "a term with it": lambda s: s.write("content/categories/europe.fr.md", page_file("E", "![x](/2023/04/x.jpg)")),
    "a static file in its place": lambda s: s.write("static/pictures/2023/04/x-jpg-80.webp", "mine"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edit_gives_what_a_clean_build_gives_and_so_does_taking_it_back(small: Site, edit: str) -> None:
    story(small, photo(200, 150), body="![x](x.jpg)")
    small.story("2023/04/b.fr", title="Autre", body="[[2023/04/a]]")
    assert small.build().ids == []
    first = small.tree()
    small.write("content/2023/04/kept.txt", "x")
    before = {path: path.read_bytes() for path in small.root.rglob("content/**/*") if path.is_file()}
    EDITS[edit](small)
    built = small.build()
    if edit == "a broken picture":  # the last good version stands in (CONTENT.md §7)
        assert built.result.status() == 1
        assert differences(small.tree(), first) == []
    else:
        clean_built, wanted = small.clean()
        assert differences(small.tree(), wanted) == []
        assert built.lines == clean_built.lines
    assert audit(small) == []
    for path in list(small.root.rglob("content/**/*")) + list(small.root.glob("static/**/*")):
        if path.is_file() and path not in before:
            path.unlink()
    for path, data in before.items():
        path.write_bytes(data)
    small.configure(pictures=SMALL)
    assert set(small.build().ids) <= {"address-lost"}
    assert differences(small.tree(), first) == []


def test_new_pixels_of_equal_size_render_no_page(small: Site) -> None:
    story(small, photo(200, 150))
    small.build()
    before = stamps(small)
    _edit_photo(small)
    rendered = small.build().result.rendered
    assert {path.partition("/")[0] for path in rendered} == {"media", "pictures"}
    changed = {path for path, stamp in stamps(small).items() if before[path] != stamp}
    assert changed <= set(rendered)


def test_archive_without_raster_pictures_never_loads_pillow(site: Site, tmp_path: Path) -> None:
    site.write("content/x.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>")
    site.story("2023/04/a.fr", image={"src": "/x.svg", "alt": "x"})
    code = (
        "import sys; from pathlib import Path; from newsgen import pipeline\n"
        f"pipeline.build(pipeline.Request(Path({str(site.root)!r}), now='2024-01-15T12:00:00+01:00', workers=1))\n"
        "sys.exit('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert site.exists("/media/x.svg")


def test_pictures_of_an_article_are_in_no_answer_about_another(small: Site) -> None:
    story(small, photo(200, 150))
    small.story("2023/05/b.fr", title="Autre", date="2023-05-02", categories=["monde"])
    small.story("2023/03/c.fr", title="Ancien", date="2020-03-02", categories=["monde"])
    small.build()
    story(small, photo(200, 150), image={"focus": "5% 5%"})
    rendered = small.build().result.rendered
    assert not any(path.startswith("fr/monde/") and path.endswith("index.html") for path in rendered)
    assert "fr/europe/index.html" not in rendered  # a list shows no crop


@pytest.mark.parametrize(
    "src",
    [
        "../../../secret.jpg",
        "file:///etc/x.png",
        "FILE:x.png",
        "data:image/png;base64,AAAA",
        "/",
        "C:\\\\a.jpg",
        "ftp://x.org/a.jpg",
    ],
)
@pytest.mark.parametrize("kind", ["article", "page"])
def test_a_lead_picture_that_is_none_in_content_is_told_at_its_place_and_not_published(
    site: Site, src: str, kind: str
) -> None:
    image = {"src": src, "alt": "Vu"}
    if kind == "article":
        site.story("2023/x.fr", title="X", image=image)
    else:
        site.write("content/pages/x.fr.md", page_file("X", image=image))
    built = site.build()
    assert built.ids == ["picture-missing"]
    found = built.one("picture-missing")
    assert (found.severity, found.location.line) == ("error", 5 if kind == "article" else 3)
    page = site.read("/fr/2023/04/x/" if kind == "article" else "/fr/x/")
    assert "og:image" not in page
    assert "secret" not in page


def test_a_lead_picture_on_another_site_is_told_as_in_bodies(site: Site) -> None:
    image = {"src": "https://agence.example/quai.jpg", "alt": "Vu"}
    site.story("2023/x.fr", title="X", image=image)
    assert site.build().ids == ["picture-elsewhere"]
    site.configure(security={"csp": {"img-src": ["https://agence.example"]}})
    assert site.build().ids == []
    site.configure(security=None)
    assert site.build().ids == site.clean()[0].ids == ["picture-elsewhere"]
