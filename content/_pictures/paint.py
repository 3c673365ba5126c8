"""Paint the raster pictures of the sample archive.

    python3 content/_pictures/paint.py

Writes each picture beside the story that shows it.
The same versions of Python and Pillow give the same bytes. Needs Pillow.
"""

from __future__ import annotations

import itertools
from io import BytesIO
from math import cos, exp, pi, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

CONTENT = Path(__file__).resolve().parent.parent
SIZE = WIDTH, HEIGHT = 1600, 1067
#: The pictures are to stay small: a repository keeps every version of them.
MOST_BYTES = 150_000

Colour = tuple[int, int, int]


# --- materials ----------------------------------------------------------------------------------


def gradient(size: tuple[int, int], *stops: tuple[float, Colour]) -> Image.Image:
    """Colours from top to bottom; a stop is a height from 0 to 1 and a colour."""
    column = Image.new("RGB", (1, 512))
    for y in range(512):
        at = y / 511
        (low, one), (high, two) = next(
            (pair for pair in itertools.pairwise(stops) if at <= pair[1][0]), stops[-2:]
        )
        share = min(1.0, max(0.0, (at - low) / (high - low)))
        colour = [round(a + (b - a) * share) for a, b in zip(one, two, strict=True)]
        column.putpixel((0, y), (colour[0], colour[1], colour[2]))
    return column.resize(size, Image.Resampling.BICUBIC)


def noise(size: tuple[int, int], seed: int, cells: int, octaves: int, stretch: float = 1.0) -> Image.Image:
    """Grey clouds: `cells` of them side by side, finer ones over coarser ones."""
    random = Random(seed)
    made = Image.new("L", size, 128)
    for octave in range(octaves):
        wide = cells * 2**octave
        high = max(2, int(wide * size[1] / size[0] * stretch))
        layer = Image.frombytes("L", (wide, high), random.randbytes(wide * high))
        made = Image.blend(made, layer.resize(size, Image.Resampling.BICUBIC), 0.5 / (octave + 1))
    return ImageOps.autocontrast(made)


def lit(image: Image.Image, texture: Image.Image, strength: float) -> Image.Image:
    """The picture, lighter and darker as the texture is."""
    flat = texture.point(lambda value: int(128 + (value - 128) * strength))
    return ImageChops.overlay(image, Image.merge("RGB", (flat, flat, flat)))


def glow(
    size: tuple[int, int], at: tuple[float, float], radius: float, colour: Colour, power: float = 1
) -> Image.Image:
    """A soft light on black, to be added to a picture."""
    small = Image.new("RGB", (size[0] // 8, size[1] // 8))
    for y in range(small.height):
        for x in range(small.width):
            far = (((x * 8 - at[0]) ** 2 + (y * 8 - at[1]) ** 2) ** 0.5) / radius
            light = exp(-(far**power))
            if light > 0.004:
                small.putpixel((x, y), (int(colour[0] * light), int(colour[1] * light), int(colour[2] * light)))
    return small.resize(size, Image.Resampling.BICUBIC)


def add(image: Image.Image, light: Image.Image) -> Image.Image:
    return ImageChops.screen(image, light)


def ridge(seed: int, level: float, height: float, roughness: float = 0.5) -> list[tuple[float, float]]:
    """The line of hills from left to right, by displacing middles."""
    random = Random(seed)
    points = [random.uniform(-1, 1) for _ in range(5)]
    scale = 0.6
    while len(points) < 400:
        finer = []
        for one, two in itertools.pairwise(points):
            finer += [one, (one + two) / 2 + random.uniform(-scale, scale)]
        points, scale = [*finer, points[-1]], scale * roughness
    step = WIDTH / (len(points) - 1)
    return [(n * step, level - value * height) for n, value in enumerate(points)]


def ground(line: list[tuple[float, float]]) -> Image.Image:
    """The mask of all that lies below a line."""
    mask = Image.new("L", (WIDTH * 2, HEIGHT * 2))
    shape = [(x * 2, y * 2) for x, y in line]
    ImageDraw.Draw(mask).polygon([*shape, (WIDTH * 2, HEIGHT * 2), (0, HEIGHT * 2)], fill=255)
    return mask.resize(SIZE, Image.Resampling.LANCZOS)


def stars(image: Image.Image, seed: int, count: int, below: float) -> None:
    random = Random(seed)
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y, light = random.uniform(0, WIDTH), random.uniform(0, below), int(60 + 190 * random.random() ** 4)
        radius = 0.6 + light / 230
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(light, light, min(255, light + 15)))


# --- scenes -------------------------------------------------------------------------------------


def moon() -> Image.Image:
    """The grey ground of the Moon with craters, and the Earth above the horizon."""
    random = Random(7)
    sky = Image.new("RGB", SIZE, (3, 3, 6))
    sky = add(sky, glow(SIZE, (1170, 240), 150, (30, 60, 110), 1.2))
    earth = Image.new("RGB", (360, 360), (28, 78, 150))
    clouds = noise((360, 360), 3, 5, 5)
    land = (
        noise((360, 360), 11, 3, 4).point(lambda value: 255 if value > 150 else 0).filter(ImageFilter.GaussianBlur(2))
    )
    earth.paste((92, 104, 62), mask=land)
    earth.paste((240, 244, 248), mask=clouds.point(lambda value: max(0, min(255, (value - 140) * 4))))
    shade = Image.new("L", (360, 360))
    ImageDraw.Draw(shade).ellipse((-120, -30, 300, 390), fill=255)
    earth = Image.composite(earth, Image.new("RGB", earth.size, (2, 4, 10)), shade.filter(ImageFilter.GaussianBlur(26)))
    disc = Image.new("L", (360, 360))
    ImageDraw.Draw(disc).ellipse((4, 4, 356, 356), fill=255)
    size = 210
    sky.paste(
        earth.resize((size, size), Image.Resampling.LANCZOS),
        (1060, 135),
        disc.resize((size, size), Image.Resampling.LANCZOS),
    )
    far = lit(
        gradient(SIZE, (0, (150, 148, 144)), (0.6, (150, 148, 144)), (1, (120, 118, 115))), noise(SIZE, 21, 30, 5), 0.5
    )
    sky.paste(far, mask=ground(ridge(5, 520, 42)))
    surface = lit(
        gradient(SIZE, (0, (172, 170, 165)), (0.52, (172, 170, 165)), (0.7, (140, 138, 134)), (1, (86, 85, 83))),
        noise(SIZE, 31, 14, 7, 3.0),
        0.75,
    )
    draw = ImageDraw.Draw(surface, "RGBA")
    craters = sorted((random.random() ** 1.6, random.uniform(-0.1, 1.1), random.random() ** 3) for _ in range(150))
    for near, across, large in craters:
        y = 575 + near * 520
        wide = (6 + 120 * near**1.2) * (0.25 + large)
        high, x = wide * (0.22 + 0.16 * near), across * WIDTH
        draw.ellipse((x - wide, y - high, x + wide, y + high), fill=(226, 222, 214, 110))
        draw.ellipse((x - wide * 0.93, y - high * 0.88, x + wide * 0.93, y + high), fill=(96, 94, 91, 150))
        draw.ellipse((x - wide * 0.86, y - high * 0.86, x + wide * 0.45, y + high * 0.72), fill=(34, 33, 33, 175))
    surface = surface.filter(ImageFilter.GaussianBlur(0.8))
    sky.paste(surface, mask=ground(ridge(9, 575, 16, 0.42)))
    return sky


def sea() -> Image.Image:
    """A cargo ship against a low sun."""
    horizon = 640
    picture = gradient(
        SIZE,
        (0, (54, 74, 112)),
        (0.32, (150, 130, 142)),
        (0.52, (236, 170, 116)),
        (0.6, (252, 214, 150)),
        (1, (252, 214, 150)),
    )
    clouds = noise(SIZE, 17, 5, 6, 3.2).point(lambda value: max(0, min(150, (value - 120) * 2)))
    fade = gradient(SIZE, (0, (255, 255, 255)), (0.45, (180, 180, 180)), (0.6, (0, 0, 0)), (1, (0, 0, 0))).convert("L")
    picture.paste((92, 82, 104), mask=ImageChops.multiply(clouds, fade))
    sun = (1080, 560)
    picture = add(picture, glow(SIZE, sun, 330, (255, 180, 96)))
    picture = add(picture, glow(SIZE, sun, 58, (255, 240, 200), 4))
    water = gradient((WIDTH, HEIGHT - horizon), (0, (196, 148, 112)), (0.12, (120, 104, 108)), (1, (24, 36, 58)))
    waves = noise(water.size, 23, 26, 6, 7.0)
    water = lit(water, waves, 0.9)
    path = Image.new("L", water.size)
    draw, random = ImageDraw.Draw(path), Random(4)
    for _ in range(2600):
        near = random.random() ** 1.4
        x = sun[0] + random.gauss(0, 26 + 190 * near)
        y, wide = near * water.height, 4 + 46 * near * random.random()
        draw.line((x - wide, y, x + wide, y), fill=int(230 * (1 - near * 0.6)), width=1 + int(3 * near))
    path = path.filter(ImageFilter.GaussianBlur(1.2))
    water = add(
        water, Image.merge("RGB", (path, path.point(lambda v: int(v * 0.78)), path.point(lambda v: int(v * 0.5))))
    )
    picture.paste(water, (0, horizon))
    ship = Image.new("L", (1600, 520))
    draw = ImageDraw.Draw(ship)
    draw.polygon([(60, 380), (1540, 380), (1500, 470), (130, 470)], fill=255)
    draw.polygon([(1440, 380), (1560, 318), (1540, 390)], fill=255)
    draw.rectangle((110, 190, 270, 380), fill=255)
    draw.rectangle((86, 170, 300, 196), fill=255)
    draw.rectangle((176, 90, 190, 190), fill=255)
    draw.rectangle((120, 110, 158, 190), fill=255)
    for x in range(380, 1400, 205):
        draw.rectangle((x, 348, x + 150, 384), fill=255)
    for x in (548, 958, 1330):
        draw.rectangle((x, 190, x + 16, 384), fill=255)
        draw.line((x + 8, 200, x - 150, 290), fill=255, width=9)
        draw.line((x + 8, 194, x + 8, 150), fill=255, width=6)
    ship = ship.resize((720, 234), Image.Resampling.LANCZOS)
    below = (
        ImageOps.flip(ship)
        .resize((720, 120))
        .filter(ImageFilter.GaussianBlur(4))
        .point(lambda value: int(value * 0.62))
    )
    picture.paste((26, 30, 44), (240, horizon + 4), below)
    picture.paste((30, 30, 42), (240, horizon - 198), ship)
    return picture


def mars() -> Image.Image:
    """Hills behind hills in the dust of Mars, and a small sun with its blue halo."""
    picture = gradient(SIZE, (0, (168, 128, 96)), (0.4, (206, 164, 124)), (0.58, (226, 192, 154)), (1, (226, 192, 154)))
    picture = lit(picture, noise(SIZE, 41, 3, 4, 3.0), 0.12)
    picture = add(picture, glow(SIZE, (420, 300), 190, (70, 100, 130), 1.4))
    picture = add(picture, glow(SIZE, (420, 300), 26, (235, 240, 250), 4))
    for number, (level, height, colour) in enumerate(
        (
            (600, 60, (196, 150, 114)),
            (650, 46, (170, 116, 82)),
            (705, 34, (142, 86, 58)),
        )
    ):
        layer = lit(Image.new("RGB", SIZE, colour), noise(SIZE, 50 + number, 20, 6, 2.0), 0.28 + 0.1 * number)
        picture.paste(layer, mask=ground(ridge(60 + number, level, height, 0.47)))
    near = lit(
        gradient(SIZE, (0, (150, 88, 56)), (0.7, (150, 88, 56)), (1, (96, 52, 34))), noise(SIZE, 57, 18, 7, 4.0), 0.7
    )
    picture.paste(near, mask=ground(ridge(66, 770, 12, 0.4)))
    random, draw = Random(12), ImageDraw.Draw(picture, "RGBA")
    for close, across in sorted((random.random() ** 1.5, random.uniform(-0.05, 1.05)) for _ in range(210)):
        y, wide = 785 + close * 290, (3 + 46 * close**1.6) * random.uniform(0.4, 1.2)
        x, high = across * WIDTH, wide * random.uniform(0.45, 0.8)
        corners = [
            (
                x + wide * cos(n * pi / 4.5) * random.uniform(0.75, 1.05),
                y + high * sin(n * pi / 4.5) * random.uniform(0.75, 1.05),
            )
            for n in range(9)
        ]
        draw.ellipse((x - wide * 0.6, y + high * 0.5, x + wide * 2.1, y + high * 1.15), fill=(44, 22, 16, 120))
        draw.polygon(corners, fill=(104, 60, 42, 255))
        draw.polygon([(px - wide * 0.1, py - high * 0.16) for px, py in corners[3:8]], fill=(176, 116, 82, 200))
    return picture.filter(ImageFilter.GaussianBlur(0.6))


def earth() -> Image.Image:
    """The night side of the Earth with the lights of its cities, below a thin blue air."""
    centre, radius = (760.0, 2650.0), 2200.0
    picture = Image.new("RGB", SIZE, (2, 3, 8))
    stars(picture, 2, 900, 640)
    for width, colour, blur in ((120, (10, 36, 92), 46), (44, (40, 110, 210), 16), (9, (190, 228, 255), 3)):
        air = Image.new("RGB", SIZE)
        box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
        ImageDraw.Draw(air).ellipse(box, outline=colour, width=width)
        picture = add(picture, air.filter(ImageFilter.GaussianBlur(blur)))
    globe = lit(
        gradient(SIZE, (0, (14, 26, 52)), (0.45, (12, 22, 44)), (1, (6, 10, 22))), noise(SIZE, 72, 4, 6, 2.0), 0.9
    )
    mask = Image.new("L", (WIDTH * 2, HEIGHT * 2))
    ImageDraw.Draw(mask).ellipse(
        [2 * value for value in (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)],
        fill=255,
    )
    picture.paste(globe, mask=mask.resize(SIZE, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(2)))
    land = noise((400, 266), 78, 4, 5, 1.6)
    lights, random = Image.new("L", SIZE), Random(9)
    draw = ImageDraw.Draw(lights)
    cities = []
    while len(cities) < 130:
        x, y = random.uniform(0, WIDTH), random.uniform(500, HEIGHT)
        if (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < (radius - 24) ** 2 and land.getpixel(
            (int(x / 4), int(y / 4.02))
        ) > 132:
            cities.append((x, y, random.random() ** 3))
    for x, y, large in cities:
        depth = 0.35 + 0.65 * (y - 450) / (HEIGHT - 450)
        for _ in range(int(40 + 520 * large)):
            spread = (5 + 38 * large) * depth
            px, py = x + random.gauss(0, spread), y + random.gauss(0, spread * 0.5)
            draw.point((px, py), fill=random.randint(90, 255))
        for _ in range(2):
            far = random.choice(cities)
            if abs(far[0] - x) + abs(far[1] - y) < 210:
                for n in range(26):
                    share = n / 26
                    px = x + (far[0] - x) * share + random.gauss(0, 2)
                    draw.point((px, y + (far[1] - y) * share + random.gauss(0, 2)), fill=random.randint(50, 150))
    halo = lights.filter(ImageFilter.GaussianBlur(7)).point(lambda value: min(255, value * 3))
    bright = lights.filter(ImageFilter.GaussianBlur(0.7)).point(lambda value: min(255, value * 2))
    for light, colour in ((halo, (190, 120, 50)), (bright, (255, 226, 170))):
        channels = [light.point(lambda value, part=part: int(value * part / 255)) for part in colour]
        picture = add(picture, Image.merge("RGB", channels))
    return picture


def skyline() -> Image.Image:
    """Towers of a city with lit windows, at dusk, above a river."""
    water = 770
    picture = gradient(
        SIZE,
        (0, (34, 40, 84)),
        (0.36, (104, 82, 128)),
        (0.6, (226, 136, 108)),
        (0.72, (250, 190, 128)),
        (1, (250, 190, 128)),
    )
    clouds = noise(SIZE, 83, 4, 6, 3.0).point(lambda value: max(0, min(110, (value - 130) * 2)))
    picture.paste((212, 120, 124), mask=clouds)
    picture = add(picture, glow(SIZE, (520, 720), 380, (120, 70, 30)))
    random = Random(31)
    for depth, (colour, low, high, narrow, wide) in enumerate(
        (
            ((150, 104, 120), 90, 250, 40, 90),
            ((92, 70, 100), 130, 380, 50, 110),
            ((34, 32, 56), 70, 240, 70, 150),
        )
    ):
        draw, x = ImageDraw.Draw(picture), -30.0
        while x < WIDTH:
            width = random.uniform(narrow, wide)
            middle = 1 - abs(x + width / 2 - 860) / 860
            height = low + (high - low) * random.random() ** 1.5 * (0.35 + max(0.0, middle)) * 1.35
            top = water - height
            lighter = random.randint(-10, 8)
            shade = tuple(max(0, part + lighter) for part in colour)
            draw.rectangle((x, top, x + width, water), fill=shade)
            if depth == 1 and height > 250:
                if random.random() < 0.5:
                    draw.polygon([(x, top), (x + width / 2, top - width * 0.7), (x + width, top)], fill=shade)
                draw.line((x + width / 2, top, x + width / 2, top - 90), fill=shade, width=3)
            pane = 5 if depth < 2 else 7
            for wy in range(int(top) + 12, water - 10, pane * 3):
                for wx in range(int(x) + 8, int(x + width) - 8, pane * 2):
                    if depth and random.random() < 0.24:
                        light = random.choice(((255, 214, 140), (255, 236, 190), (230, 170, 96)))
                        draw.rectangle((wx, wy, wx + pane - 1, wy + pane), fill=light)
            x += width + random.choice((0, 0, 4, 12))
    above = picture.crop((0, water - (HEIGHT - water), WIDTH, water))
    river = ImageOps.flip(above).filter(ImageFilter.BoxBlur(3))
    rows, shifts = Image.new("RGB", river.size), Random(5)
    for y in range(0, river.height, 2):
        rows.paste(river.crop((0, y, WIDTH, y + 2)), (round(shifts.gauss(0, 2 + y / 22)), y))
    river = Image.blend(rows.filter(ImageFilter.GaussianBlur(1.5)), Image.new("RGB", river.size, (24, 26, 54)), 0.36)
    picture.paste(lit(river, noise(river.size, 91, 30, 5, 8.0), 0.3), (0, water))
    ImageDraw.Draw(picture).rectangle((0, water - 3, WIDTH, water + 3), fill=(20, 20, 38))
    return picture


SCENES = {
    "2021/02/mars-collines.jpg": mars,
    "2022/07/cargo-crepuscule.jpg": sea,
    "2022/07/tours-crepuscule.jpg": skyline,
    "2022/11/terre-nuit.jpg": earth,
    "2023/08/sol-lunaire.jpg": moon,
}


def encoded(picture: Image.Image) -> bytes:
    """As a JPEG in the best quality that is small enough."""
    for quality in range(86, 30, -4):
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if len(buffer.getvalue()) < MOST_BYTES:
            break
    return buffer.getvalue()


def main() -> None:
    for name, scene in SCENES.items():
        data = encoded(scene())
        (CONTENT / name).write_bytes(data)
        print(f"{len(data):6d}  {name}")


if __name__ == "__main__":
    main()
