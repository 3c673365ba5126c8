"""SVG of any size and shape: its cleaning takes time in proportion, and nothing that hides gets through."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from newsgen.pictures import encoding
from newsgen.pictures.inspect import look
from newsgen.pictures.svg import clean, size
from support.harness import Site, differences, png, words
from support.photos import SECRET, exif, photo

TINY = base64.b64encode(png(2, 2)).decode()
PHOTO = base64.b64encode(photo(60, 40, exif=exif())).decode()


def drawing(part: str) -> str:
    return f"<svg xmlns='http://www.w3.org/2000/svg'>{part}</svg>"


def style(css: str) -> str:
    return drawing(f"<style>{css}</style>")


def published(part: str) -> tuple[str, list[str]]:
    """What is published of a drawing, and what was dropped."""
    made, cuts = clean(drawing(part).encode(), lambda raster: encoding.published(raster, ""))
    return made.decode(), [words(cut.what) for cut in cuts]


def _entities(n: int) -> str:
    declared = "".join(f'<!ENTITY a{i} "x">' for i in range(n // 40))
    return f"<!DOCTYPE svg [{declared}]>" + drawing("".join(f"&a{i};" for i in range(n // 40)) * 2)


#: Drawings of about `n` letters, each of which takes long where something looks at each place more than once.
LONG: dict[str, Callable[[int], str]] = {
    "pictures without an end in an attribute": lambda n: drawing('<path d="' + "data:image/png;" * (n // 15) + '"/>'),
    "pictures without an end in an address": lambda n: drawing('<image href="' + "data:image/png;" * (n // 15) + '"/>'),
    "pictures without an end in CSS": lambda n: style("url(data:image/png;" * (n // 19)),
    "pictures that are none in CSS": lambda n: style("data:image/png," * (n // 15)),
    "pictures": lambda n: drawing(f"<image href='data:image/png;base64,{TINY}'/>" * (n // 140)),
    "parameters": lambda n: drawing('<path d="data:image/png' + ";a" * (n // 2) + '"/>'),
    "attributes": lambda n: drawing("<path " + " ".join(f"a{i}='1'" for i in range(n // 10)) + "/>"),
    "spaces in a tag": lambda n: drawing(f"<path a{' ' * n}='1'/>"),
    "namespaces of one element": lambda n: drawing("<g " + " ".join(f"xmlns:a{i}='u'" for i in range(n // 15)) + "/>"),
    "namespaces of many": lambda n: drawing(
        "".join(f"<g xmlns:a{i}='u'>" for i in range(n // 25)) + "</g>" * (n // 25)
    ),
    "elements within each other": lambda n: drawing("<g>" * (n // 7) + "</g>" * (n // 7)),
    "styles within each other": lambda n: drawing("<style>" * (n // 15) + "</style>" * (n // 15)),
    "scripts within each other": lambda n: drawing("<script>" * (n // 17) + "</script>" * (n // 17)),
    "empty elements": lambda n: drawing("<g/>" * (n // 4)),
    "comments": lambda n: drawing("<!---->" * (n // 7)),
    "processing instructions": lambda n: drawing("<?xml-stylesheet a?>" * (n // 20)),
    "entities": _entities,
    "a declaration without an end": lambda n: "<?xml " + 'encoding="a" ' * (n // 13) + drawing(""),
    "comments of CSS": lambda n: style("/*" * (n // 2)),
    "addresses of CSS": lambda n: style("/**/" + "url( " * (n // 5)),
    "strings of CSS": lambda n: style("/**/" + "&quot;" * (n // 6)),
    "escapes of CSS": lambda n: style("\\64 " * (n // 4)),
    "expressions of CSS": lambda n: style("expression " * (n // 11)),
    "digits": lambda n: f"<svg width='{'1' * n}' viewBox='0 0 {'1' * n} 1'/>",
}


@pytest.mark.parametrize("case", LONG)
def test_time_grows_with_the_file(case: str) -> None:
    data = LONG[case](300_000).encode()
    begin = time.process_time()
    look(data, "x.svg", megapixels=64)
    assert time.process_time() - begin < 8  # a few tenths of a second; some took hours


def test_depth_has_no_end() -> None:
    made, cuts = clean(drawing("<g>" * 100_000 + "</g>" * 100_000).encode())
    assert len(made) > 700_000 and cuts == ()


# ---- pictures within an SVG
def test_pictures_within_an_svg_have_the_limit_of_one_together(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.configure(pictures={"max_megapixels": 1})
    turned = base64.b64encode(photo(1000, 600, exif=exif(orientation=6))).decode()
    one = f"<image href='data:image/jpeg;base64,{turned}'/>"
    site.write("content/2023/04/x.svg", drawing(one + one.replace("<image", "<feImage")))
    site.story("2023/04/a.fr", slug="port", image={"src": "x.svg", "alt": "x"})
    decoded: list[tuple[int, int]] = []
    upright = encoding._upright

    def counted(image: Any, *rest: Any) -> Any:
        decoded.append(image.size)
        return upright(image, *rest)

    monkeypatch.setattr(encoding, "_upright", counted)
    built = site.build()
    told = built.one("picture-too-large")
    assert told.message == (
        "the picture content/2023/04/x.svg is left out: the pictures in it have 1.2 megapixels, more than 1"
    )
    assert len(decoded) == 1 and not site.exists("/media/2023/04/x.svg")
    site.configure(pictures={"max_megapixels": 2})
    assert site.build().ids == []
    shown = site.tree()
    assert differences(shown, site.clean_build()) == []
    site.configure(pictures={"max_megapixels": 1})
    assert site.build().ids == ["picture-too-large"]
    assert differences(site.tree(), shown) == []  # its last good version stands in (CONTENT.md §7)


def test_bomb_within_an_svg_is_not_decoded() -> None:
    from test_pictures import bomb

    for width, height in ((9000, 9000), (60000, 60000)):
        address = f"data:image/png;base64,{base64.b64encode(bomb(width, height)).decode()}"
        found = look(drawing(f"<image href='{address}'/>").encode(), "x.svg", megapixels=64)
        assert found.fault == "picture-too-large" and f"{width * height // 1_000_000} megapixels" in words(found.reason)


@pytest.mark.parametrize("broken", [png(9, 9)[:40], b"\xff\xd8\xff\xe0", photo(60, 40, "AVIF")[:90], b"BM", b""])
def test_broken_picture_within_an_svg_is_dropped_alone(broken: bytes) -> None:
    made, cuts = published(f"<image href='data:image/png;base64,{base64.b64encode(broken).decode()}'/><path id='a'/>")
    assert made == drawing("<image href=\"data:,\"/><path id='a'/>") and cuts == ["a picture in it that cannot be read"]


@pytest.mark.parametrize(
    "part",
    [
        "<image href='da\tta:image/jpeg;base64,{}'/>",
        "<image href='data:image/jp\neg;base64,{}'/>",
        "<image href=' data:image/jpeg;base64,{}'/>",
        "<image href='data:image/jpeg;a=b;base64,{}'/>",
        "<image href='data:image/jpeg;a;b;c;d;e;f;g;h;i;j;base64,{}'/>",
        "<image href='data:image/jpeg;base64;base64,{}'/>",
        "<image srcset='data:image/jpeg;base64,{} 1x'/>",
        "<style>a {{ fill: url(d\\61ta:image/jpeg;base64,{}) }}</style>",
        "<style>a {{ fill: url('data:image\\/jpeg;base64,{}') }}</style>",
        "<style>a {{ fill: url(data:image/jpeg;base64,\\\n{}) }}</style>",
        "<style>a {{ fill: url(data:image/jpeg;a;b;c;d;e;f;g;h;i;j;base64,{}) }}</style>",
        "<rect fill='url(data:image/jpeg;a;b;c;d;e;f;g;h;i;j;base64,{})'/>",
        "<rect style='fill: url(DATA:IMAGE/JPEG;BASE64,{})'/>",
    ],
)
def test_no_way_of_writing_hides_metadata(part: str) -> None:
    made, _ = published(part.format(PHOTO))
    assert SECRET in base64.b64decode(PHOTO)
    for run in re.findall("[A-Za-z0-9+/]{16,}", made):
        for start in range(4):
            end = start + (len(run) - start) // 4 * 4
            assert SECRET not in base64.b64decode(run[start:end])


# ---- what loads
@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("<style>@import 'https://evil.example/x.css';<style>a{}</style></style>", "`style` that loads or acts"),
        ("<style>@im<style>a{}</style>port 'https://evil.example/x.css';</style>", "`style` that loads or acts"),
        ("<style>@im<g/>port 'https://evil.example/x.css';</style>", "`style` that loads or acts"),
        ("<style>a{}<style>@import 'https://evil.example/x.css';</style></style>", "`style`"),
        ("<style>@im<!-- x -->port 'https://evil.example/x.css';</style>", "`style` that loads or acts"),
        ("<a href='https://x.example/' ping='https://evil.example/'><path/></a>", "`ping` to"),
        (
            "<img xmlns='http://www.w3.org/1999/xhtml' src='data:,' attributionsrc='https://evil.example/'/>",
            "`attributionsrc` to",
        ),
        ("<input xmlns='http://www.w3.org/1999/xhtml' type='image' lowsrc='https://evil.example/'/>", "`lowsrc` to"),
        ("<style>a { background: image('https://evil.example/') }</style>", "`style` that loads"),
        ('<style>@font-face { src: src( "https://evil.example/" ) }</style>', "`style` that loads"),
        ("<path style='background: cross-fade(&quot;https://evil.example/&quot;, red)'/>", "`style` that loads"),
        ("<a href='https://x.example/' src='#evil'><path/></a>", ""),
        ("<image href='#a' srcset='#a, https://evil.example/x.png 2x'/>", "`srcset` to"),
        ("<image href='#a' srcset='data:image/png;base64,AA 1x, https://evil.example/x.png 2x'/>", "`srcset` to"),
        ("<a action='https://evil.example/' href='#a'/>", "`action` to"),
    ],
)
def test_what_loads_goes_however_it_is_hidden(part: str, told: str) -> None:
    made, cuts = published(part)
    assert "evil.example" not in made
    assert [what for what in cuts if told in what] if told else cuts == []


# ---- what tells of its maker
@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("<style>/* Geheim */a{fill:red}</style>", "<style>/**/a{fill:red}</style>"),
        ("<style>a{content:'/* kept */'}/*Geheim</style>", "<style>a{content:'/* kept */'}/**/</style>"),
        ('<style>a{content:"\\"/* kept */"}</style>', '<style>a{content:"\\"/* kept */"}</style>'),
        ("<style>a{fill:url(#a/*kept*/)}</style>", "<style>a{fill:url(#a/*kept*/)}</style>"),
        ("<g style='/* Geheim */fill:red'/>", '<g style="/**/fill:red"/>'),
        ("<g id='a' data-name='Geheim'/>", "<g id='a'/>"),
        ("<g xmlns:x='https://Geheim.example/intern' id='a'/>", "<g id='a'/>"),
        ("<g xmlns:x='http://www.w3.org/1999/xlink' x:href='#a'/>",) * 2,
    ],
)
def test_svg_says_nothing_of_who_drew_it(part: str, wanted: str) -> None:
    assert published(part) == (drawing(wanted), [])


def test_size_is_read_from_the_first_element_alone() -> None:
    assert size(b"<svg width='30' height='20'><g></svg>") == (30, 20)  # that it is broken, `clean` says
