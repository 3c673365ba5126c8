"""Looks at every kind of page of the sample archive: both languages, phone and desktop, light and dark.

    python docs/screenshots/make.py [--all-only]

All of them go to all/, which git ignores, each page to its end, with contact sheets that show all kinds in one picture:
all/sheet-LANGUAGE-DEVICE-SCHEME.webp. A choice is kept small beside this file, and two of them are those of README.md.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "tests"), str(HERE.parents[1] / "src")]

from support import chromium  # noqa: E402
from support import sample as sample_archive  # noqa: E402
from support.sample import Sample, SamplePage  # noqa: E402
from support.static_server import serving  # noqa: E402

#: Width, height and pixels per CSS pixel of the windows.
DEVICES = {"phone": (390, 844, 2), "desktop": (1280, 900, 1)}
SCHEMES = ("light", "dark")
#: What is kept: (language, device, scheme) of every kind, and of the kinds that readers come to most.
KEPT_OF_ALL = [("fr", "desktop", "light"), ("fr", "phone", "dark")]
KEPT_OF_MOST = [("en", "desktop", "dark"), ("en", "phone", "light")]
MOST = ("home", "article", "category", "search")
#: The pictures of README.md, in bytes at most, like all that are kept; and all of them together.
README = ("article", "category")
SIZE_LIMIT, TOTAL_LIMIT = 120_000, 2_500_000
#: How far down a page is shown in all/, in CSS pixels.
LONGEST = 4000
#: Of a contact sheet: columns, and width and height of each picture.
SHEETS = {"phone": (6, 260, 563), "desktop": (4, 480, 338)}
#: Waits for the pictures; for a second at most, for one that is far below may never come.
PICTURES_ARE_THERE = """
Promise.race([
  Promise.all([...document.images].map(one => one.decode().catch(() => 0))),
  new Promise(done => setTimeout(done, 1000)),
])
"""


@dataclass(frozen=True)
class Shot:
    """One picture: of a page, as a device and a colour scheme show it."""

    page: SamplePage
    device: str
    scheme: str
    window: Image.Image

    @property
    def name(self) -> str:
        return f"{self.page.kind}-{self.page.lang}-{self.device}-{self.scheme}"


def chosen(archive: Sample) -> list[SamplePage]:
    """Of each kind and language the page that shows most; a numbered page of a list only where there is no other."""
    found = []
    for shown in archive.one_of_each():
        pages = archive.of(shown.kind, shown.lang)
        found.append(max(pages, key=lambda page: ("/page/" not in page.url, len(page.features))))
    return found


def shots(archive: Sample, folder: Path) -> Iterator[Shot]:
    """All shots; each page to its end goes to a file of `folder`."""
    with serving(archive.output) as server, chromium.launched() as browser:
        if browser is None:
            raise SystemExit("screenshots need Chromium: docs/checks.md")
        for device, (width, height, scale) in DEVICES.items():
            window = {"width": width, "height": height}
            reader = chromium.Reader(
                browser, server.address, viewport=window, device_scale_factor=scale, is_mobile=device == "phone"
            )
            for shown in chosen(archive):
                page = reader.open(shown.url)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    # Lazy pictures come with the window that shows the whole page.
                    end = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
                    page.set_viewport_size({"width": width, "height": max(height, end)})
                    page.evaluate(PICTURES_ARE_THERE)
                    whole = picture(page.screenshot(animations="disabled"))
                    page.set_viewport_size(window)
                    shot = Shot(shown, device, scheme, picture(page.screenshot(animations="disabled")))
                    whole.save(folder / f"{shot.name}.webp", quality=80)
                    yield shot
            for line in reader.wrong:
                print(line, file=sys.stderr)
            reader.close()


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def sheet(shown: list[Shot]) -> Image.Image:
    """The shots side by side, each with its kind above it."""
    columns, width, height = SHEETS[shown[0].device]
    label = 24
    rows = -(-len(shown) // columns)
    whole = Image.new("RGB", (columns * (width + 12) + 12, rows * (height + label + 12) + 12), "#8a8f98")
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(size=16)
    for n, shot in enumerate(shown):
        left, top = 12 + n % columns * (width + 12), 12 + n // columns * (height + label + 12)
        small = shot.window.resize((width, height), Image.Resampling.LANCZOS)
        draw.text((left, top), shot.page.kind, fill="white", font=font)
        whole.paste(small, (left, top + label))
    return whole


def is_kept(shot: Shot) -> bool:
    how = (shot.page.lang, shot.device, shot.scheme)
    return how in KEPT_OF_ALL or (how in KEPT_OF_MOST and shot.page.kind in MOST)


def small_enough(image: Image.Image, form: str) -> bytes:
    """The picture as WebP or PNG, with as much of it as goes into `SIZE_LIMIT` bytes."""
    for step in (0, 1, 2, 3, 4):
        buffer = io.BytesIO()
        if form == "webp":
            image.save(buffer, "WEBP", quality=70 - 12 * step, method=6)
        else:
            colours = (128, 64, 48, 32, 16)[step]
            image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() < SIZE_LIMIT:
            return buffer.getvalue()
    raise SystemExit(f"a picture of {image.size} does not go into {SIZE_LIMIT} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all-only", action="store_true", help="leave the pictures as they are that git keeps")
    is_all_only = parser.parse_args().all_only
    folder = HERE / "all"
    folder.mkdir(exist_ok=True)
    for old in [*folder.glob("*.webp"), *([] if is_all_only else HERE.glob("*-*-*-*.webp"))]:
        old.unlink()
    sheets: dict[str, list[Shot]] = {}
    total = 0
    with tempfile.TemporaryDirectory() as name:
        for shot in shots(sample_archive.build(Path(name, "archive")), folder):
            sheets.setdefault(f"sheet-{shot.page.lang}-{shot.device}-{shot.scheme}", []).append(shot)
            how = (shot.page.lang, shot.device, shot.scheme)
            kept = {f"{shot.name}.webp": "webp"} if is_kept(shot) else {}
            if how == ("fr", "desktop", "light") and shot.page.kind in README:
                kept[f"{shot.page.kind}.png"] = "png"
            for file, form in kept.items() if not is_all_only else ():
                image = shot.window.resize((1100, 774), Image.Resampling.LANCZOS) if form == "png" else shot.window
                data = small_enough(image, form)
                (HERE / file).write_bytes(data)
                total += len(data)
    for name, shown in sheets.items():
        sheet(shown).save(folder / f"{name}.webp", quality=80)
    print(f"{sum(map(len, sheets.values()))} pictures and {len(sheets)} sheets are in {folder}")
    if not is_all_only:
        print(f"{total} bytes are kept in {HERE}")
    return 1 if total > TOTAL_LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
