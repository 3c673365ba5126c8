"""Paint the raster pictures of the sample archive.

    python3 content/_pictures/paint.py

Writes each picture beside the story that shows it.
The same versions of Python and Pillow give the same bytes. Needs Pillow.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from io import BytesIO
from math import cos, exp, pi, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

CONTENT = Path(__file__).resolve().parent.parent
SIZE = WIDTH, HEIGHT = 1600, 1067
#: The pictures are to stay small: a repository keeps every version of them.
MOST_BYTES = 150_000
#: The six of 2024 together below 840 kB.
MOST_BYTES_2024 = 139_000

Colour = tuple[int, int, int]
#: From metres across, up and away to a place in the picture.
Projection = Callable[[float, float, float], tuple[float, float]]


# --- materials ----------------------------------------------------------------------------------


def gradient(size: tuple[int, int], *stops: tuple[float, Colour]) -> Image.Image:
    """Colours from top to bottom; a stop is a height from 0 to 1 and a colour."""
    column = Image.new("RGB", (1, 512))
    for y in range(512):
        at = y / 511
        (low, one), (high, two) = next((pair for pair in itertools.pairwise(stops) if at <= pair[1][0]), stops[-2:])
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


def scaled(colour: Colour, share: float) -> Colour:
    """The colour, darker (below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(part * share))) for part in colour)
    return red, green, blue


def mixed(one: Colour, two: Colour, share: float) -> Colour:
    """A colour between two; `share` is that of the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, two, strict=True))
    return red, green, blue


class Layer:
    """Shapes with smooth edges on a clear ground: they are drawn twice as large as they are shown."""

    def __init__(self) -> None:
        self.image = Image.new("RGBA", (WIDTH * 2, HEIGHT * 2))
        self.draw = ImageDraw.Draw(self.image)

    def shape(self, points: list[tuple[float, float]], colour: Colour) -> None:
        self.draw.polygon([(x * 2, y * 2) for x, y in points], fill=(*colour, 255))

    def box(self, left: float, top: float, right: float, low: float, colour: Colour) -> None:
        if right - left >= 0.5 and low - top >= 0.5:
            self.draw.rectangle((left * 2, top * 2, right * 2 - 1, low * 2 - 1), fill=(*colour, 255))

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        wide = max(1, round(width * 2))
        self.draw.line([(x * 2, y * 2) for x, y in points], fill=(*colour, 255), width=wide, joint="curve")

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        self.draw.ellipse(((x - wide) * 2, (y - high) * 2, (x + wide) * 2, (y + high) * 2), fill=(*colour, 255))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.oval(x, y, radius, radius, colour)

    def dome(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        """The upper half of an oval."""
        box = ((x - wide) * 2, (y - high) * 2, (x + wide) * 2, (y + high) * 2)
        self.draw.pieslice(box, 180, 360, fill=(*colour, 255))

    def lancet(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        """A window with a pointed arch, from its upper left corner."""
        rise = min(high * 0.5, wide * 0.9)
        arch = [(0.0, 1.0), (0.04, 0.6), (0.2, 0.28), (0.5, 0.0), (0.8, 0.28), (0.96, 0.6), (1.0, 1.0)]
        self.shape([(x, y + high), *((x + wide * a, y + rise * b) for a, b in arch), (x + wide, y + high)], colour)

    def onto(self, picture: Image.Image, edge: Colour | None = None, blur: float = 0) -> None:
        """Put the shapes on the picture, blurred where asked; `edge` is the colour of what lies around them."""
        shown = self.image.resize(SIZE, Image.Resampling.LANCZOS)
        colours, mask = shown.convert("RGB"), shown.getchannel("A")
        if edge:
            around = Image.new("RGB", SIZE, edge)
            around.paste(colours, mask=mask)
            colours, mask = around.filter(ImageFilter.GaussianBlur(blur)), mask.filter(ImageFilter.GaussianBlur(blur))
        picture.paste(colours, mask=mask)


def mirrored(
    picture: Image.Image, water: int, tint: Colour, share: float, seed: int, waves: int, dark: bool = False
) -> None:
    """Paint water below the line `water`: what stands above it, upside down, in ripples.

    `dark` leaves the ends of the shifted rows black: the picture of 2022 is published so.
    """
    above = picture.crop((0, water - (HEIGHT - water), WIDTH, water))
    river = ImageOps.flip(above).filter(ImageFilter.BoxBlur(3))
    rows, shifts = Image.new("RGB", river.size) if dark else river.copy(), Random(seed)
    for y in range(0, river.height, 2):
        rows.paste(river.crop((0, y, WIDTH, y + 2)), (round(shifts.gauss(0, 2 + y / 22)), y))
    river = Image.blend(rows.filter(ImageFilter.GaussianBlur(1.5)), Image.new("RGB", river.size, tint), share)
    picture.paste(lit(river, noise(river.size, waves, 30, 5, 8.0), 0.3), (0, water))


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
    mirrored(picture, water, (24, 26, 54), 0.36, 5, 91, dark=True)
    ImageDraw.Draw(picture).rectangle((0, water - 3, WIDTH, water + 3), fill=(20, 20, 38))
    return picture


def damascus() -> Image.Image:
    """A bare ridge at dawn; at its foot flat roofs, minarets and a large dome."""
    picture = gradient(
        SIZE,
        (0, (44, 58, 108)),
        (0.2, (112, 108, 152)),
        (0.38, (216, 160, 152)),
        (0.52, (252, 212, 164)),
        (1, (252, 212, 164)),
    )
    clouds = noise(SIZE, 103, 3, 6, 5.0).point(lambda value: max(0, min(130, (value - 132) * 2)))
    picture.paste((238, 158, 146), mask=clouds)
    picture = add(picture, glow(SIZE, (1420, 520), 520, (170, 104, 44)))
    line = [
        (x, y - 250 * exp(-(((x - 520) / 470) ** 2)) - 60 * exp(-(((x + 60) / 200) ** 2)))
        for x, y in ridge(107, 585, 34, 0.52)
    ]
    far = [(x, y - 70 * exp(-(((x - 1250) / 420) ** 2))) for x, y in ridge(109, 585, 22, 0.5)]
    picture.paste((196, 146, 148), mask=ground(far))
    slope = gradient(
        SIZE, (0.28, (116, 84, 104)), (0.5, (146, 108, 112)), (0.62, (190, 146, 134)), (1, (190, 146, 134))
    )
    slope = lit(slope, noise(SIZE, 113, 12, 7, 1.7), 0.5)
    picture.paste(slope, mask=ground(line))
    layer, random = Layer(), Random(19)
    for x, height in ((470, 92), (512, 66), (548, 48)):
        foot = min(line, key=lambda point: abs(point[0] - x))[1]
        layer.shape(
            [(x - 2.5, foot + 4), (x - 0.8, foot - height), (x + 0.8, foot - height), (x + 2.5, foot + 4)], (92, 70, 92)
        )
    for _ in range(900):
        x, up = random.gauss(560, 420), random.random() ** 1.9
        top = min(line, key=lambda point: abs(point[0] - x))[1]
        y = 650 - up * (650 - top) * 0.62
        size = random.uniform(3, 8)
        tone = random.randint(-16, 22)
        layer.box(x, y - size * 0.8, x + size * 1.3, y, (176 + tone, 136 + tone, 128 + tone))
        if random.random() < 0.2:
            layer.box(x + size * 0.4, y - size * 0.5, x + size * 0.4 + 2, y - size * 0.5 + 2.4, (255, 222, 160))
    layer.onto(picture)
    rows = (
        (668, (188, 144, 134), 14, 36, 20, 60),
        (726, (164, 120, 114), 20, 58, 34, 96),
        (812, (128, 90, 92), 26, 84, 54, 140),
        (925, (84, 60, 72), 40, 112, 90, 210),
        (1055, (50, 38, 56), 46, 130, 140, 300),
    )
    for depth, (base, colour, low, high, narrow, wide) in enumerate(rows):
        layer, x = Layer(), -40.0
        scale = (0.34, 0.52, 0.8, 1.15, 1.7)[depth]
        if depth == 1:
            for at, tall in ((250, 130), (1390, 150)):
                minaret(layer, at, base - 20, tall, scaled(colour, 0.94), scaled(colour, 1.22))
        if depth == 2:
            mosque(layer, 930, base - 34, scaled(colour, 0.92), scaled(colour, 1.34))
        if depth == 3:
            minaret(layer, 300, base - 60, 330, scaled(colour, 0.92), scaled(colour, 1.5))
            dome(layer, 402, base - 96, 66, scaled(colour, 0.96), scaled(colour, 1.5))
        while x < WIDTH:
            width, height = random.uniform(narrow, wide), low + (high - low) * random.random() ** 1.6
            if depth == 2 and 640 < x + width / 2 < 1230:
                height = min(height, 52)
            if (depth == 3 and 250 < x + width / 2 < 480) or (depth == 4 and 700 < x + width / 2 < 1200):
                height = min(height, 86)
            house(
                layer,
                random,
                (x, base - height, x + width, base + 160),
                scaled(colour, random.uniform(0.9, 1.1)),
                scale,
            )
            x += width + random.choice((0.0, 0.0, 0.0, 3 * scale))
        layer.onto(picture)
        if depth < 4:
            mist = gradient(
                SIZE,
                (0, (0, 0, 0)),
                ((base - 90) / HEIGHT, (0, 0, 0)),
                ((base + 40) / HEIGHT, (118, 118, 118)),
                (1, (118, 118, 118)),
            )
            picture.paste(
                (232, 178, 152),
                mask=mist.convert("L").point(lambda value, depth=depth: int(value * (0.8 - 0.12 * depth))),
            )
    return picture


def house(layer: Layer, random: Random, box: tuple[float, float, float, float], colour: Colour, scale: float) -> None:
    """A house with a flat roof: its lit side, a parapet, windows, and what stands on the roof."""
    left, top, right, low = box
    for _ in range(random.randint(1, 3)):
        x = random.uniform(left, max(left, right - 26 * scale))
        kind = random.random()
        if kind < 0.4:
            layer.box(x, top - 16 * scale, x + 24 * scale, top + 1, scaled(colour, 0.9))
            layer.box(x + 18 * scale, top - 16 * scale, x + 24 * scale, top + 1, scaled(colour, 1.2))
        elif kind < 0.7:
            layer.box(x, top - 12 * scale, x + 10 * scale, top - 3 * scale, scaled(colour, 1.12))
            layer.box(x + scale, top - 4 * scale, x + 2 * scale, top, scaled(colour, 0.8))
            layer.box(x + 8 * scale, top - 4 * scale, x + 9 * scale, top, scaled(colour, 0.8))
        else:
            layer.box(x, top - 26 * scale, x + 1.4 * scale, top, scaled(colour, 0.75))
            layer.box(x - 6 * scale, top - 24 * scale, x + 7 * scale, top - 22.8 * scale, scaled(colour, 0.75))
    layer.box(left, top, right, low, colour)
    side = right - (right - left) * random.uniform(0.16, 0.3)
    layer.box(side, top, right, low, scaled(colour, 1.2))
    layer.box(left, top, right, top + 2.4 * scale, scaled(colour, 1.32))
    layer.box(left, top + 2.4 * scale, side, top + 5 * scale, scaled(colour, 0.86))
    y = top + 14 * scale
    while y < low:
        x = left + 8 * scale
        while x < side - 9 * scale:
            chance = random.random()
            if chance < 0.62:
                warm = chance < 0.085
                layer.box(x, y, x + 6 * scale, y + 9 * scale, (255, 208, 132) if warm else scaled(colour, 0.68))
            x += 15 * scale
        y += 23 * scale


def minaret(layer: Layer, x: float, base: float, height: float, colour: Colour, light: Colour) -> None:
    """A slender tower with a gallery and a pointed cap, lit from the right."""
    wide = height * 0.042
    for low, high, half in ((0, 0.62, 1.0), (0.66, 0.8, 0.66)):
        layer.box(x - wide * half, base - height * high, x + wide * half, base - height * low + 30, colour)
        layer.box(x + wide * half * 0.35, base - height * high, x + wide * half, base - height * low + 30, light)
    for at, half in ((0.62, 1.7), (0.8, 1.05)):
        y = base - height * at
        layer.shape(
            [(x - wide, y + wide * 1.6), (x - wide * half, y), (x + wide * half, y), (x + wide, y + wide * 1.6)], colour
        )
        layer.box(x - wide * half, y - wide * 0.8, x + wide * half, y, scaled(colour, 0.92))
        layer.box(x + wide * half * 0.4, y - wide * 0.8, x + wide * half, y, light)
    top = base - height * 0.82
    layer.shape([(x - wide * 0.72, top), (x, base - height * 0.97), (x + wide * 0.72, top)], colour)
    layer.shape([(x + wide * 0.2, top), (x, base - height * 0.97), (x + wide * 0.72, top)], light)
    layer.line([(x, base - height * 0.95), (x, base - height)], colour, 1.6)


def dome(layer: Layer, x: float, base: float, radius: float, colour: Colour, light: Colour) -> None:
    """A dome on a drum with small windows, lit from the right."""
    layer.box(x - radius * 0.94, base - radius * 0.34, x + radius * 0.94, base + 40, colour)
    layer.box(x + radius * 0.5, base - radius * 0.34, x + radius * 0.94, base + 40, light)
    for n in range(-3, 4):
        at = x + radius * 0.9 * sin(n * pi / 7.4)
        layer.lancet(at - radius * 0.05, base - radius * 0.27, radius * 0.1, radius * 0.22, scaled(colour, 0.66))
    for share, tone in ((1.0, colour), (0.66, mixed(colour, light, 0.35)), (0.36, mixed(colour, light, 0.8))):
        outline = []
        for n in range(33):
            angle = pi * n / 32
            outline.append(
                (
                    x + radius * cos(angle) * share + radius * 0.5 * (1 - share),
                    base - radius * 0.32 - radius * 1.06 * sin(angle) ** 0.9 * (0.3 + 0.7 * share**0.25),
                )
            )
        layer.shape(outline, tone)
    layer.line([(x, base - radius * 1.3), (x, base - radius * 1.72)], colour, 2.4)


def mosque(layer: Layer, x: float, base: float, colour: Colour, light: Colour) -> None:
    """A long hall with a gable in its middle, a great dome and three minarets."""
    minaret(layer, x - 40, base - 10, 310, colour, light)
    dome(layer, x, base - 92, 58, colour, light)
    layer.box(x - 230, base - 62, x + 230, base + 60, colour)
    layer.shape(
        [(x - 236, base - 60), (x - 224, base - 82), (x + 224, base - 82), (x + 236, base - 60)],
        mixed(colour, light, 0.5),
    )
    layer.shape(
        [(x - 62, base + 60), (x - 62, base - 92), (x, base - 126), (x + 62, base - 92), (x + 62, base + 60)],
        mixed(colour, light, 0.18),
    )
    layer.line([(x - 66, base - 90), (x, base - 126), (x + 66, base - 90)], light, 5)
    for n in (-1, 0, 1):
        layer.lancet(x + n * 30 - 9, base - 84, 18, 34, scaled(colour, 0.62))
    for n in range(-8, 9):
        if abs(n) > 2:
            layer.lancet(x + n * 26 - 6, base - 50, 12, 40, scaled(colour, 0.66))
    minaret(layer, x - 258, base, 268, colour, light)
    minaret(layer, x + 252, base, 290, colour, light)


def cathedral() -> Image.Image:
    """Notre-Dame from the south-west in the evening: two towers, the spire, and the river before the island."""
    water = 862
    picture = gradient(
        SIZE,
        (0, (14, 24, 62)),
        (0.3, (38, 52, 106)),
        (0.55, (112, 92, 136)),
        (0.72, (216, 142, 120)),
        (0.8, (240, 176, 128)),
        (1, (240, 176, 128)),
    )
    clouds = noise(SIZE, 131, 4, 6, 3.4).point(lambda value: max(0, min(105, (value - 128) * 2)))
    picture.paste((166, 104, 132), mask=clouds)
    stars(picture, 43, 70, 330)
    picture = add(picture, glow(SIZE, (800, 720), 560, (96, 58, 24)))
    random, layer = Random(37), Layer()
    for colour, low, high in (((92, 76, 116), 56, 104), ((50, 46, 84), 62, 118)):
        x = -20.0
        while x < WIDTH:
            width, height = random.uniform(60, 130), random.uniform(low, high)
            top, tone = 790 - height, scaled(colour, random.uniform(0.9, 1.08))
            layer.shape([(x, top), (x + 9, top - 26), (x + width - 9, top - 26), (x + width, top)], scaled(tone, 0.84))
            layer.box(x, top, x + width, 830, tone)
            for at in (0.24, 0.74):
                layer.box(x + width * at, top - 42, x + width * at + 9, top - 20, scaled(tone, 0.8))
            for y in range(int(top) + 9, 776, 19):
                for wx in range(int(x) + 8, int(x + width) - 9, 13):
                    if random.random() < 0.3:
                        layer.box(
                            wx, y, wx + 4.5, y + 9, random.choice(((255, 206, 130), (240, 176, 100), (255, 226, 176)))
                        )
            x += width
    layer.onto(picture)
    picture = add(picture, glow(SIZE, (700, 640), 300, (70, 44, 18)))
    notre_dame(picture, 470, 806)
    layer = Layer()
    for x in [*range(-10, 400, 62), *range(1180, 1640, 58)]:
        tree(layer, random, x + random.uniform(-12, 12), 822, random.uniform(78, 118), (30, 26, 46))
    layer.box(0, 812, WIDTH, water, (96, 76, 76))
    for y in range(818, water, 9):
        for x in range(-20, WIDTH, 34):
            tone = random.uniform(0.82, 1.1)
            across = x + (y // 9 % 2) * 17
            layer.box(across, y, across + 32.6, y + 7.8, scaled((104, 82, 80), tone))
    layer.box(0, 808, WIDTH, 816, (150, 122, 108))
    layer.box(0, water - 6, WIDTH, water, (40, 34, 50))
    layer.onto(picture)
    lamps = Layer()
    for x in range(60, WIDTH, 148):
        lamps.line([(x, 812), (x, 776)], (28, 24, 40), 2.6)
        lamps.disc(x, 772, 5, (255, 234, 186))
    lamps.onto(picture)
    for x in range(60, WIDTH, 148):
        picture = add(picture, glow(SIZE, (x, 774), 34, (150, 104, 48)))
        picture = add(picture, glow(SIZE, (x, 836), 46, (70, 44, 18)))
    mirrored(picture, water, (16, 20, 48), 0.3, 15, 133)
    return picture


def notre_dame(picture: Image.Image, left: float, base: float) -> None:
    """The cathedral, 7 pixels a metre: the west front at the left, the south side at the right."""
    front, side, roof = (214, 170, 114), (150, 112, 84), (74, 86, 112)
    dark, pane = (84, 58, 52), (255, 196, 104)
    layer = Layer()
    corner = left + 252

    def up(metres: float) -> float:
        return base - metres * 7

    def along(metres: float) -> float:
        return corner + metres * 3.35

    # The far end: the choir with its roof, then the nave, the crossing and the spire.
    end = along(122)
    layer.shape([(along(4), up(33)), (along(8), up(44.5)), (end - 34, up(44.5)), (end + 6, up(33))], roof)
    for n in range(8, 118, 6):
        layer.line([(along(n), up(44.3)), (along(n - 1.5), up(33))], scaled(roof, 0.88), 1.2)
    layer.line([(along(8), up(44.6)), (end - 34, up(44.6))], scaled(roof, 1.35), 2.4)
    layer.shape(
        [(along(4), base), (along(4), up(33)), (end + 4, up(33)), (end + 10, up(20)), (end + 14, base)],
        scaled(side, 0.8),
    )
    for n in range(18, 120, 8):
        if not 60 < n < 82:
            layer.lancet(along(n), up(31), 15, 62, dark)
            layer.lancet(along(n) + 2.5, up(30), 10, 54, pane)
    for n in range(16, 128, 8):
        if not 58 < n < 82:
            x = along(n) - 6
            layer.line([(x + 4, up(30.5)), (x - 5, up(26.5)), (x - 12, up(20))], scaled(side, 1.42), 3.4)
            layer.line([(x + 4, up(24)), (x - 5, up(20.5)), (x - 12, up(15))], scaled(side, 1.3), 3)
            layer.box(x - 17, up(20), x - 9, base, scaled(side, 1.34))
            layer.box(x - 11, up(20), x - 9, base, scaled(side, 0.9))
            layer.shape([(x - 18, up(20)), (x - 13, up(27)), (x - 8, up(20))], scaled(side, 1.5))
    layer.box(along(8), up(10), end + 22, base, scaled(side, 0.94))
    layer.line([(along(8), up(10)), (end + 22, up(10))], scaled(side, 1.4), 3)
    for n in range(15, 126, 4):
        if not 58 < n < 84:
            layer.shape([(along(n) - 7, up(10)), (along(n), up(13)), (along(n) + 7, up(10))], scaled(side, 1.04))
            layer.lancet(along(n) - 4, up(8.6), 8, 44, pane if n % 3 else dark)
    # The spire over the crossing.
    x = along(68)
    layer.shape([(x - 15, up(44)), (x - 12, up(56)), (x + 12, up(56)), (x + 15, up(44))], scaled(roof, 0.9))
    for n in (-7, 0, 7):
        layer.lancet(x + n - 2, up(55), 4, 54, (196, 150, 104))
    layer.shape([(x - 12, up(56)), (x, up(95)), (x + 12, up(56))], roof)
    layer.shape([(x - 12, up(56)), (x, up(95)), (x - 3, up(56))], scaled(roof, 1.4))
    for n in range(1, 9):
        wide = 12 * (1 - n / 9.6)
        for way in (-1, 1):
            layer.line(
                [(x + wide * way, up(56 + n * 4)), (x + (wide + 4) * way, up(57 + n * 4))], scaled(roof, 1.1), 1.6
            )
    for way in (-1, 1):
        layer.shape([(x + way * 15 - 3, up(44)), (x + way * 15, up(62)), (x + way * 15 + 3, up(44))], roof)
    layer.line([(x, up(94)), (x, up(98))], (236, 200, 130), 2)
    layer.line([(x - 4, up(96.4)), (x + 4, up(96.4))], (236, 200, 130), 2)
    # The south arm of the transept.
    one, two = along(60) - 4, along(80)
    middle = (one + two) / 2
    layer.shape([(one, base), (one, up(34)), (middle, up(47)), (two, up(34)), (two, base)], scaled(side, 1.2))
    layer.line([(one, up(34)), (middle, up(47)), (two, up(34))], scaled(side, 1.6), 3)
    for at in (one, two):
        layer.box(at - 5, up(36), at + 5, base, scaled(side, 1.34))
        layer.shape([(at - 6, up(36)), (at, up(44)), (at + 6, up(36))], scaled(side, 1.34))
    rose(layer, middle, up(25), 23, 38, dark, pane)
    for n in range(-2, 3):
        layer.lancet(middle + n * 9 - 3, up(18), 6, 34, pane)
    layer.lancet(middle - 11, up(9), 22, 60, dark)
    # The west front: three stages, then the towers with the sky between them.
    for tower in (left, left + 166):
        for start, width, tone in ((tower, 86.0, front), (tower + 86, 47.0, scaled(side, 1.1))):
            layer.box(start, up(68), start + width, up(43), tone)
            openings = ((0.14, 0.3), (0.56, 0.3)) if width > 60 else ((0.12, 0.32), (0.56, 0.32))
            for at, wide in openings:
                layer.lancet(start + width * at - 2, up(64.5), width * wide + 4, 130, scaled(tone, 0.76))
                layer.lancet(start + width * at + 2, up(63.5), width * wide - 4, 122, scaled(dark, 0.72))
                for y in range(5):
                    layer.line(
                        [(start + width * at + 3, up(59 - y * 3)), (start + width * (at + wide) - 3, up(59 - y * 3))],
                        scaled(dark, 1.15),
                        2,
                    )
            for edge in (start, start + width):
                layer.box(edge - 4, up(68), edge + 4, up(43), scaled(tone, 1.12))
        layer.box(tower - 6, up(69.5), tower + 138, up(67.5), scaled(front, 1.14))
        layer.box(tower + 88, up(69.5), tower + 138, up(67.5), scaled(side, 1.36))
        for n in range(0, 138, 9):
            layer.box(tower - 5 + n, up(70.3), tower + n, up(69.5), scaled(front, 0.98))
    layer.box(corner, up(45), corner + 47, base, scaled(side, 1.1))
    layer.lancet(corner + 13, up(37), 20, 90, dark)
    layer.lancet(corner + 13, up(18), 20, 86, scaled(dark, 0.9))
    layer.box(left, up(45), corner, base, front)
    for n in range(0, 252, 9):
        layer.lancet(left + n + 1.5, up(44), 6, 40, scaled(front, 0.66))
    layer.box(left - 5, up(38), corner + 4, up(37), scaled(front, 1.14))
    layer.box(left - 5, up(45.6), corner + 4, up(44.6), scaled(front, 1.14))
    for at in (left + 43, left + 209):
        layer.lancet(at - 30, up(35), 60, 88, scaled(front, 0.74))
        for way in (-1, 1):
            layer.lancet(at + way * 13 - 10, up(33), 20, 74, scaled(dark, 0.9))
    rose(layer, left + 126, up(28.5), 36, 40, scaled(front, 0.7), pane)
    layer.box(left - 5, up(21), corner + 4, up(17.6), scaled(front, 0.86))
    for n in range(0, 252, 9):
        layer.lancet(left + n + 2, up(20.6), 5, 20, scaled(front, 1.2))
    for at, wide in ((left + 43, 64), (left + 126, 74), (left + 209, 64)):
        for step in range(4):
            inner = wide - step * 11
            layer.lancet(at - inner / 2, up(15.4 - step), inner, 7 * (15.4 - step), scaled(front, 0.92 - step * 0.15))
        layer.lancet(at - wide * 0.22, up(9.4), wide * 0.44, 66, (255, 214, 138))
        layer.line([(at, up(8)), (at, base)], dark, 3)
    for at in (left, left + 85, left + 167, corner):
        layer.box(at - 7, up(44), at + 7, base, scaled(front, 1.08))
        layer.box(at + 3, up(44), at + 7, base, scaled(front, 0.82))
    texture = noise(SIZE, 137, 60, 4)
    shade = gradient(SIZE, (0.2, (96, 104, 140)), (0.5, (176, 168, 168)), (0.76, (255, 246, 232)), (1, (255, 246, 232)))
    flat = layer.image.resize(SIZE, Image.Resampling.LANCZOS)
    painted = ImageChops.multiply(lit(flat.convert("RGB"), texture, 0.3), shade)
    # Lit panes keep their own light: in the evening the stone alone is shaded.
    red, _, blue, alpha = flat.split()
    glass = ImageChops.multiply(
        red.point(lambda value: 255 if value > 246 else 0), blue.point(lambda value: 255 if value < 150 else 0)
    )
    painted.paste(flat.convert("RGB"), mask=glass)
    picture.paste(painted, mask=alpha)
    halo = Image.new("RGB", SIZE)
    halo.paste((120, 72, 26), mask=glass)
    picture.paste(add(picture, halo.filter(ImageFilter.GaussianBlur(7))))


def rose(layer: Layer, x: float, y: float, wide: float, high: float, stone: Colour, pane: Colour) -> None:
    """A round window with twelve spokes."""
    layer.oval(x, y, wide, high, stone)
    layer.oval(x, y, wide * 0.88, high * 0.88, pane)
    for ring in (0.56, 0.26):
        layer.oval(x, y, wide * (ring + 0.05), high * (ring + 0.05), stone)
        layer.oval(x, y, wide * ring, high * ring, scaled(pane, 0.999))
    for n in range(12):
        angle = n * pi / 6
        layer.line([(x, y), (x + wide * 0.88 * cos(angle), y + high * 0.88 * sin(angle))], stone, 1.8)


def tree(layer: Layer, random: Random, x: float, y: float, height: float, colour: Colour) -> None:
    """A tree without leaves."""
    twigs = [(x, y, -pi / 2, height * 0.34, height * 0.045)]
    while twigs:
        x, y, angle, length, width = twigs.pop()
        ax, ay = x + length * cos(angle), y + length * sin(angle)
        layer.line([(x, y), (ax, ay)], colour, max(0.9, width))
        if length > height * 0.07:
            for turn in (-0.42, 0.05, 0.44):
                twigs.append(
                    (ax, ay, angle + turn + random.uniform(-0.2, 0.2), length * random.uniform(0.62, 0.78), width * 0.6)
                )


def parade() -> Image.Image:
    """Boats with lights on a river at night, in the rain, between stone quays and under bridges."""
    random = Random(53)
    picture = gradient(SIZE, (0, (13, 18, 40)), (0.25, (30, 36, 68)), (0.4, (74, 66, 92)), (1, (74, 66, 92)))
    picture = lit(picture, noise(SIZE, 151, 4, 6, 2.2), 0.5)
    horizon, focal, eye = 430.0, 1100.0, 14.0

    def at(x: float, y: float, z: float) -> tuple[float, float]:
        return 800 + x * focal / z, horizon + (eye - y) * focal / z

    picture = add(picture, glow(SIZE, (800, 440), 420, (110, 66, 34)))
    layer = Layer()
    tower = at(150, 0, 900)[0]

    def half(up: float) -> float:
        return 62 * (1 - up) ** 2.1 + 2.4

    for way in (-1, 1):
        legs = [(tower + way * half(n / 40), horizon + 12 - 400 * n / 40) for n in range(41)]
        inside = [
            (tower + way * max(0.0, half(n / 40) - 17 * (1 - n / 40) - 3), horizon + 12 - 400 * n / 40)
            for n in range(41)
        ]
        layer.shape([*legs, *reversed(inside)], (206, 142, 72))
    for n in range(40):
        wide, y = half(n / 40), horizon + 12 - 400 * n / 40
        if n > 12:
            layer.line([(tower - wide, y), (tower + half((n + 1) / 40), y - 10)], (190, 128, 64), 1.4)
            layer.line([(tower + wide, y), (tower - half((n + 1) / 40), y - 10)], (190, 128, 64), 1.4)
    for up, more in ((0.175, 5), (0.35, 4), (0.84, 3)):
        y = horizon + 12 - 400 * up
        layer.box(tower - half(up) - more, y - 5, tower + half(up) + more, y + 3, (238, 178, 96))
    layer.line([(tower, horizon - 384), (tower, horizon - 412)], (206, 142, 72), 1.6)
    for n in range(25):
        angle = pi * n / 24
        layer.disc(tower + 36 * cos(angle), horizon + 8 - 52 * sin(angle) + 6, 1.8, (222, 160, 84))
    layer.onto(picture)
    picture = add(picture, glow(SIZE, (tower, 250), 210, (84, 50, 20)))
    lights: list[tuple[float, float, float, Colour]] = []
    layer = Layer()
    for way in (-1, 1):
        z = 620.0
        while z > 62:
            deep = random.uniform(20, 32)
            near, height = max(60.0, z - deep), 7 + random.uniform(18, 23)
            tone = scaled((76, 64, 80), random.uniform(0.86, 1.1) * (0.62 + 0.38 * min(1.0, z / 420)))
            layer.shape(
                [at(way * 58, 7, z), at(way * 58, height, z), at(way * 58, height, near), at(way * 58, 7, near)], tone
            )
            layer.shape(
                [
                    at(way * 58, height, z),
                    at(way * 59.4, height + 4, z),
                    at(way * 59.4, height + 4, near),
                    at(way * 58, height, near),
                ],
                scaled(tone, 0.7),
            )
            for floor in range(5):
                for n in range(int(deep / 3.4)):
                    far = z - 1.4 - n * 3.4
                    if far - 1.6 > near and random.random() < 0.42:
                        y = 9.5 + floor * 3.6
                        warm = random.choice(((255, 206, 128), (232, 168, 92), (255, 228, 178)))
                        layer.shape(
                            [
                                at(way * 58, y, far),
                                at(way * 58, y + 2.2, far),
                                at(way * 58, y + 2.2, far - 1.4),
                                at(way * 58, y, far - 1.4),
                            ],
                            scaled(warm, 0.86),
                        )
            z = near
        for z in range(600, 56, -11):
            x, y = at(way * 47, 11.5, z + random.uniform(-3, 3))
            for _ in range(16):
                size = random.uniform(1.2, 2.6) * focal / z
                px, py = x + random.gauss(0, 2.1) * focal / z, y + random.gauss(0, 1.5) * focal / z
                layer.disc(px, py, size * 0.55, scaled((30, 44, 44), random.uniform(0.7, 1.25)))
        layer.shape(
            [at(way * 36, 0, 640), at(way * 36, 7, 640), at(way * 36, 7, 40), at(way * 36, 0, 40)], (88, 74, 74)
        )
        layer.shape(
            [at(way * 36, 7, 640), at(way * 37.4, 8, 640), at(way * 37.4, 8, 40), at(way * 36, 7, 40)], (140, 118, 104)
        )
        for z in range(44, 300, 2):
            for y in range(1, 7):
                tone = scaled((92, 76, 74), random.uniform(0.8, 1.16))
                one = z + (y % 2)
                layer.shape(
                    [
                        at(way * 36, y - 0.9, one),
                        at(way * 36, y - 0.08, one),
                        at(way * 36, y - 0.08, one + 1.9),
                        at(way * 36, y - 0.9, one + 1.9),
                    ],
                    tone,
                )
        for _ in range(520):
            z = 46 + 250 * random.random() ** 1.5
            x, y = at(way * random.uniform(37, 40), 8.5 + random.uniform(0, 0.5), z)
            size = 0.62 * focal / z
            tone = random.choice(
                ((200, 60, 66), (60, 92, 170), (226, 226, 226), (40, 42, 60), (46, 120, 90), (230, 180, 70))
            )
            layer.dome(x, y, size, size * 0.6, scaled(tone, 0.62))
        for z in range(52, 560, 26):
            lights.append((way * 36.6, 12.0, float(z), (255, 216, 150)))
            layer.line([at(way * 36.6, 7.5, z), at(way * 36.6, 12, z)], (24, 22, 34), max(1.0, 0.16 * focal / z))
    layer.onto(picture)
    corners = [at(-36, 0, 640), at(36, 0, 640), at(36, 0, 12), at(-36, 0, 12)]
    river = Image.new("L", SIZE)
    ImageDraw.Draw(river).polygon(corners, fill=255)
    surface = gradient(SIZE, (0, (72, 62, 84)), (0.43, (96, 80, 92)), (0.6, (44, 46, 76)), (1, (14, 20, 44)))
    picture.paste(lit(surface, noise(SIZE, 157, 22, 6, 7.0), 0.9), mask=river)
    boats = (
        (-9.0, 210.0, (236, 236, 240)),
        (10.0, 150.0, (70, 160, 110)),
        (-12.0, 104.0, (62, 104, 190)),
        (21.0, 74.0, (240, 240, 244)),
        (-11.5, 45.0, (236, 200, 90)),
        (7.4, 31.0, (206, 60, 64)),
    )
    bridges = Layer()
    for z, arches in ((330.0, 5), (128.0, 5)):
        bridge(bridges, at, z, arches)
        for n in range(-4, 5):
            lights.append((n * 9.0, 15.0, z, (255, 210, 140)))
            bridges.line([at(n * 9.0, 11.6, z), at(n * 9.0, 15, z)], (34, 28, 40), max(1.0, 0.12 * focal / z))
        if z > 200:
            bridges.onto(picture)
            bridges = Layer()
    front = Layer()
    for x, z, colour in boats:
        boat(front if z < 128 else bridges, random, at, x, z, colour, lights)
        if z > 128:
            bridges.onto(picture)
    # The bridge stands before the boats that lie beyond it.
    near = Layer()
    bridge(near, at, 128.0, 5)
    near.onto(picture)
    front.onto(picture)
    streaks = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(streaks)
    for x, y, z, colour in lights:
        sx, sy = at(x, 0, z)
        length = (y + 2.5) * focal / z * (1.25 if abs(x) > 36 or y > 9 else 1.9)
        if abs(x) > 36:
            sx, sy = at(36 * (1 if x > 0 else -1), 0, z)
        steps = max(6, int(length / 2.2))
        for n in range(steps):
            share = n / steps
            wide = (0.22 + 0.5 * share) * focal / z * random.uniform(0.3, 1.1)
            off = random.gauss(0, 0.16 * focal / z * (0.4 + share))
            tone = scaled(colour, (1.0 - 0.9 * share) * random.uniform(0.4, 1.1))
            draw.line((sx + off - wide, sy + share * length, sx + off + wide, sy + share * length), fill=tone, width=2)
    streaks = streaks.filter(ImageFilter.GaussianBlur(1.3))
    picture = add(picture, ImageChops.multiply(streaks, Image.merge("RGB", (river, river, river))))
    halo, points = Image.new("RGB", SIZE), Image.new("RGB", SIZE)
    for x, y, z, colour in lights:
        px, py = at(x, y, z)
        size = 0.26 * focal / z
        ImageDraw.Draw(points).ellipse((px - size, py - size, px + size, py + size), fill=colour)
        ImageDraw.Draw(halo).ellipse(
            (px - size * 3, py - size * 3, px + size * 3, py + size * 3), fill=scaled(colour, 0.5)
        )
    picture = add(picture, halo.filter(ImageFilter.GaussianBlur(13)))
    picture = add(picture, points.filter(ImageFilter.GaussianBlur(0.8)))
    rain = Image.new("L", SIZE)
    draw = ImageDraw.Draw(rain)
    for _ in range(1500):
        x, y, near_by = random.uniform(-40, WIDTH), random.uniform(-60, HEIGHT), random.random() ** 2
        length = 14 + 46 * near_by
        draw.line((x, y, x - length * 0.16, y + length), fill=int(34 + 60 * near_by), width=1 + int(near_by * 1.6))
    for _ in range(420):
        x, y = random.uniform(0, WIDTH), horizon + 90 + 550 * random.random()
        wide = 2 + 11 * (y - horizon) / 640
        draw.ellipse((x - wide, y - wide * 0.3, x + wide, y + wide * 0.3), outline=int(40 + 50 * random.random()))
    rain = rain.filter(ImageFilter.GaussianBlur(0.7))
    return add(
        picture, Image.merge("RGB", (rain.point(lambda v: int(v * 0.86)), rain.point(lambda v: int(v * 0.92)), rain))
    )


def bridge(layer: Layer, at: Projection, z: float, arches: int) -> None:
    """A stone bridge across the river, its arches lit from below."""
    stone, span = (126, 102, 88), 72.0 / arches
    outline = [at(-64, 11.8, z), at(64, 11.8, z), at(64, 7, z), at(36, 7, z), at(36, 0, z)]
    lining: list[list[tuple[float, float]]] = []
    for n in range(arches):
        right = 36 - n * span
        middle, radius = right - span / 2, span / 2 - 1.3
        arch = [at(middle + radius * cos(pi * k / 24), 0.4 + 8.2 * sin(pi * k / 24), z) for k in range(25)]
        outline += [at(middle + radius, 0, z), *arch, at(middle - radius, 0, z)]
        lining.append(arch)
    outline += [at(-36, 0, z), at(-36, 7, z), at(-64, 7, z)]
    layer.shape(outline, stone)
    unit = at(1, 0, z)[0] - at(0, 0, z)[0]
    for arch in lining:
        layer.line(arch, (236, 180, 112), max(1.4, unit * 0.42))
    layer.line([at(-64, 11.6, z), at(64, 11.6, z)], (196, 160, 126), max(1.4, unit * 0.4))
    layer.line([at(-64, 10.2, z), at(64, 10.2, z)], (92, 74, 70), max(1.0, unit * 0.22))
    for n in range(1, arches):
        x = 36 - n * span
        layer.shape(
            [at(x - 1.5, 0, z), at(x - 1.1, 6, z), at(x, 7.2, z), at(x + 1.1, 6, z), at(x + 1.5, 0, z)],
            scaled(stone, 0.78),
        )


def boat(
    layer: Layer,
    random: Random,
    at: Projection,
    x: float,
    z: float,
    colour: Colour,
    lights: list[tuple[float, float, float, Colour]],
) -> None:
    """A long boat that comes towards the eye: hull, glazed deck, people and flags above it."""
    back, way = z + 38, 1 if x < 0 else -1
    inner, outer = x + way * 3.6, x - way * 3.6
    layer.shape(
        [at(inner, 0.1, z + 7), at(inner, 1.9, z + 6), at(inner, 1.9, back), at(inner, 0.1, back)], (36, 42, 66)
    )
    layer.shape([at(x, 0.1, z + 2), at(x, 2.3, z), at(inner, 1.9, z + 6), at(inner, 0.1, z + 7)], (58, 64, 92))
    layer.shape([at(x, 0.1, z + 2), at(x, 2.3, z), at(outer, 1.9, z + 6), at(outer, 0.1, z + 7)], (42, 48, 74))
    layer.line(
        [at(inner, 1.9, back), at(inner, 1.9, z + 6), at(x, 2.3, z), at(outer, 1.9, z + 6)],
        colour,
        max(1.5, 0.16 * 1100 / z),
    )
    sides, front = z + 9, [(-1, 1.9), (-1, 4.2), (1, 4.2), (1, 1.9)]
    layer.shape(
        [at(inner, 1.9, sides), at(inner, 4.2, sides), at(inner, 4.2, back), at(inner, 1.9, back)], (232, 176, 102)
    )
    layer.shape([at(x + n * 3.6, y, sides) for n, y in front], (255, 214, 146))
    for n in range(14):
        deep = sides + n * 2.1
        layer.line([at(inner, 1.9, deep), at(inner, 4.2, deep)], (86, 60, 50), max(1.0, 0.13 * 1100 / deep))
    for n in range(-3, 4):
        layer.line([at(x + n * 1.2, 1.9, sides), at(x + n * 1.2, 4.2, sides)], (110, 78, 58), max(1.0, 0.12 * 1100 / z))
    layer.shape(
        [at(outer, 4.2, sides), at(inner, 4.2, sides), at(inner, 4.2, back), at(outer, 4.2, back)], (70, 70, 92)
    )
    for deep in range(int(back) - 1, int(sides), -1):
        for _ in range(6):
            px, py = at(x + random.uniform(-3.3, 3.3), 4.2, deep + random.random())
            size = 1100 / deep * random.uniform(0.78, 0.95)
            coat = random.choice((colour, colour, (240, 240, 244), (52, 58, 92)))
            layer.shape(
                [
                    (px - size * 0.3, py),
                    (px - size * 0.24, py - size * 1.15),
                    (px + size * 0.24, py - size * 1.15),
                    (px + size * 0.3, py),
                ],
                scaled(coat, random.uniform(0.55, 0.9)),
            )
            layer.disc(px, py - size * 1.36, size * 0.2, scaled((206, 160, 128), random.uniform(0.5, 0.95)))
            if random.random() < 0.14:
                layer.line(
                    [(px, py - size * 1.1), (px + size * 0.3, py - size * 2.7)], (200, 190, 190), max(0.8, size * 0.05)
                )
                layer.shape(
                    [
                        (px + size * 0.3, py - size * 2.7),
                        (px + size * 1.3, py - size * 2.5),
                        (px + size * 1.2, py - size * 1.9),
                        (px + size * 0.2, py - size * 2.05),
                    ],
                    scaled(colour, random.uniform(0.75, 1.0)),
                )
    for deep in range(int(sides), int(back), 5):
        lights.append((inner, 4.4, float(deep), (255, 214, 150)))
    for aside in (-2.9, -1.0, 1.0, 2.9):
        lights.append((x + aside, 2.2, z + 2 + abs(aside), (255, 226, 170)))


def rocket() -> Image.Image:
    """A rocket with two boosters above a tropical coast, on a pillar of fire and smoke."""
    horizon = 742
    picture = gradient(SIZE, (0, (36, 92, 164)), (0.4, (104, 160, 208)), (0.7, (206, 222, 226)), (1, (206, 222, 226)))
    clouds = noise(SIZE, 171, 5, 7, 2.2).point(lambda value: max(0, min(215, (value - 132) * 4)))
    fade = gradient(
        SIZE, (0, (70, 70, 70)), (0.35, (120, 120, 120)), (0.6, (255, 255, 255)), (0.7, (90, 90, 90)), (1, (0, 0, 0))
    )
    picture.paste((250, 248, 244), mask=ImageChops.multiply(clouds, fade.convert("L")))
    water = gradient((WIDTH, HEIGHT - horizon), (0, (126, 172, 190)), (0.3, (58, 122, 146)), (1, (30, 88, 112)))
    picture.paste(lit(water, noise(water.size, 173, 30, 6, 7.0), 0.5), (0, horizon))
    coast = [(x, y + 70 - 0.052 * x + 26 * sin(x / 150)) for x, y in ridge(179, 842, 7, 0.45)]
    surf = [(x, y - 6) for x, y in coast]
    picture.paste((236, 240, 236), mask=ground(surf).filter(ImageFilter.GaussianBlur(3)))
    picture.paste(lit(Image.new("RGB", SIZE, (224, 202, 158)), noise(SIZE, 181, 40, 5), 0.3), mask=ground(coast))
    flat = [(x, 846 + 250 * exp(-x / 105) - 0.062 * x + 5 * sin(x / 43) + y - 842) for x, y in ridge(187, 842, 5, 0.7)]
    wood = gradient(SIZE, (0.7, (96, 132, 104)), (0.84, (56, 98, 62)), (1, (24, 58, 38)))
    layer, random = Layer(), Random(59)
    for y, x in sorted((760 + 310 * random.random() ** 1.25, random.uniform(-20, WIDTH + 20)) for _ in range(4200)):
        edge = flat[min(len(flat) - 1, max(0, round(x / WIDTH * (len(flat) - 1))))][1]
        if y > edge - 2:
            size, tone = (
                (4 + (y - 760) * 0.06) * random.uniform(0.5, 1.3),
                wood.getpixel((0, min(HEIGHT - 1, round(y)))),
            )
            shade = random.uniform(0.72, 1.08)
            layer.disc(x, y, size, scaled(tone, shade * 0.74))
            layer.disc(x - size * 0.2, y - size * 0.24, size * 0.74, scaled(tone, shade))
            layer.disc(x - size * 0.34, y - size * 0.4, size * 0.38, scaled(tone, shade * 1.22))
    picture.paste(wood, mask=ground(flat))
    layer.onto(picture, (44, 82, 54), 1.7)
    picture.paste(lit(picture, noise(SIZE, 189, 24, 6, 2.6), 0.75), mask=ground(flat))
    pad = (1010.0, 800.0)
    path = [(pad[0] - 50 * (n / 60) ** 2, pad[1] - 445 * n / 60) for n in range(61)]
    layer = Layer()
    for x, tall in ((880, 118), (952, 124), (1094, 124), (1160, 118)):
        layer.shape([(x - 4, 806), (x - 1, 806 - tall), (x + 1, 806 - tall), (x + 4, 806)], (92, 98, 106))
    layer.box(1046, 690, 1074, 806, (112, 116, 122))
    for y in range(694, 804, 14):
        layer.line([(1046, y), (1074, y + 14)], (76, 80, 88), 2)
        layer.line([(1074, y), (1046, y + 14)], (76, 80, 88), 2)
    layer.onto(picture)
    random = Random(61)
    puffs = []
    for n, (x, y) in enumerate(path):
        share = n / 60
        for _ in range(7):
            radius = (13 + 34 * (1 - share) ** 1.4) * random.uniform(0.6, 1.15)
            puffs.append((x + random.gauss(0, 5 + 22 * (1 - share)), y + random.uniform(-6, 6), radius))
    random.shuffle(puffs)
    bank = [
        (pad[0] + random.triangular(-300, 300, 0), 800 - abs(random.gauss(0, 30)), random.uniform(14, 46))
        for _ in range(420)
    ]
    bank = [(x, y, size * (0.45 + 0.9 * exp(-(((x - pad[0]) / 190) ** 2)))) for x, y, size in bank]
    bank.sort(key=lambda puff: puff[1])
    smoke(picture, [*puffs, *bank])
    top = path[-1]
    picture = add(picture, glow(SIZE, (top[0] + 3, top[1] + 20), 190, (150, 96, 40)))
    flame = Layer()
    for wide, long, colour in ((26, 250, (255, 178, 84)), (18, 206, (255, 220, 140)), (11, 160, (255, 250, 230))):
        flame.shape(
            [
                (
                    top[0] + wide * sin(pi * min(1.0, 0.34 + n / 34)) * way + (long * n / 24 - 40) * 0.16,
                    top[1] - 66 + long * n / 24,
                )
                for way, steps in ((1, range(25)), (-1, range(24, -1, -1)))
                for n in steps
            ],
            colour,
        )
    flame.onto(picture, (255, 190, 100), 4)
    ship = ariane().rotate(9, Image.Resampling.BICUBIC, expand=True)
    ship = ship.resize((ship.width // 4, ship.height // 4), Image.Resampling.LANCZOS)
    picture.paste(ship, (round(top[0] - ship.width / 2 - 17), round(top[1] - ship.height - 46)), ship)
    layer = Layer()
    front = [(x, y + 60 * exp(-(((x - 760) / 420) ** 2))) for x, y in ridge(191, 968, 20, 0.62)]
    near = lit(gradient(SIZE, (0.85, (34, 74, 46)), (1, (10, 34, 26))), noise(SIZE, 193, 46, 5, 2.0), 1.0)
    for x, y, tall, lean in (
        (118, 1080, 560, 0.16),
        (300, 1080, 390, -0.1),
        (1482, 1080, 500, -0.2),
        (1345, 1085, 300, 0.1),
    ):
        palm(layer, random, x, y, tall, lean, (22, 52, 36))
    layer.onto(picture)
    picture.paste(near, mask=ground(front))
    return picture


def smoke(picture: Image.Image, puffs: list[tuple[float, float, float]]) -> None:
    """Billows lit from the left; the later ones stand in front."""
    layer = Layer()
    for x, y, radius in puffs:
        for share, shift, tone in ((1.0, 0.0, 176), (0.9, 0.1, 200), (0.72, 0.2, 222), (0.46, 0.3, 242)):
            layer.disc(x - radius * shift, y - radius * shift * 0.8, radius * share, (tone, tone - 4, tone - 8))
    alpha = layer.image.getchannel("A")
    layer.image = lit(layer.image.convert("RGB"), noise(layer.image.size, 197, 26, 7), 0.8)
    layer.image.putalpha(alpha)
    layer.onto(picture, (206, 204, 202), 3)


def ariane() -> Image.Image:
    """The rocket upright, four times as large as it is shown."""
    image = Image.new("RGBA", (400, 1080))
    draw = ImageDraw.Draw(image)
    for part in range(88):
        # The light comes from the left: each upright strip has its own tone.
        x, tone = 156 + part, 255 - int(104 * (part / 87) ** 1.7)
        inside = 1 - ((part - 43.5) / 44) ** 2
        draw.line((x, 150 - 132 * inside**0.62, x, 1000), fill=(tone, tone, min(255, tone + 6), 255))
    for start in (88, 244):
        for part in range(64):
            x, tone = start + part, 250 - int(96 * (part / 63) ** 1.7)
            inside = 1 - ((part - 31.5) / 32) ** 2
            draw.line((x, 690 - 92 * inside**0.7, x, 1026), fill=(tone, tone, min(255, tone + 6), 255))
        draw.rectangle((start, 985, start + 63, 1026), fill=(92, 96, 104, 255))
        draw.polygon(
            [(start + 12, 1026), (start + 52, 1026), (start + 60, 1062), (start + 4, 1062)], fill=(60, 62, 70, 255)
        )
    for y, high, colour in (
        (322, 6, (120, 126, 138)),
        (410, 26, (46, 56, 86)),
        (560, 6, (150, 156, 166)),
        (640, 5, (150, 156, 166)),
    ):
        draw.rectangle((156, y, 243, y + high), fill=(*colour, 255))
    draw.polygon([(176, 1000), (224, 1000), (236, 1046), (164, 1046)], fill=(58, 60, 68, 255))
    return image


def palm(layer: Layer, random: Random, x: float, y: float, tall: float, lean: float, colour: Colour) -> None:
    """A palm with a bent trunk and feathered leaves."""
    trunk = [(x + lean * tall * (n / 20) ** 1.8, y - tall * n / 20) for n in range(21)]
    for n in range(20):
        layer.line([trunk[n], trunk[n + 1]], scaled(colour, 1.2 + 0.16 * (n % 2)), tall * 0.026 * (1.3 - n / 34))
    hx, hy = trunk[-1]
    leaves = sorted((random.uniform(-0.12, 0.12) + pi * (n / 13 * 1.36 - 0.18) for n in range(14)), key=sin)
    for angle in leaves:
        reach, tone = tall * random.uniform(0.3, 0.4), scaled(colour, random.uniform(0.75, 1.7))
        drop = reach * random.uniform(0.5, 0.72)
        rib = []
        for n in range(33):
            share = n / 32
            rib.append((hx + cos(angle) * reach * share, hy - sin(angle) * reach * share * 0.8 + drop * share**2.3))
        layer.line(rib, tone, max(1.6, tall * 0.007))
        for n in range(2, 32):
            (ax, ay), (bx, by), share = rib[n], rib[n + 1], n / 32
            far = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
            tx, ty = (bx - ax) / far, (by - ay) / far
            length = reach * 0.2 * sin(pi * min(1.0, 0.2 + share * 0.78)) * random.uniform(0.8, 1.1)
            for way in (-1, 1):
                dx, dy = tx * 0.7 - ty * way * 0.62, ty * 0.7 + tx * way * 0.62 + 0.42
                layer.shape(
                    [
                        (ax, ay - 1),
                        (ax + tx * length * 0.16, ay + ty * length * 0.16 + 1),
                        (ax + dx * length, ay + dy * length),
                    ],
                    tone,
                )


def shore() -> Image.Image:
    """Oil pumps and wind turbines beside a calm sea, in the morning."""
    horizon = 640
    picture = gradient(
        SIZE,
        (0, (92, 142, 172)),
        (0.3, (160, 192, 200)),
        (0.5, (240, 220, 190)),
        (0.6, (252, 226, 184)),
        (1, (252, 226, 184)),
    )
    clouds = noise(SIZE, 211, 4, 7, 4.4).point(lambda value: max(0, min(170, (value - 126) * 2)))
    fade = gradient(SIZE, (0, (160, 160, 160)), (0.4, (255, 255, 255)), (0.59, (60, 60, 60)), (1, (0, 0, 0))).convert(
        "L"
    )
    picture.paste((252, 236, 218), mask=ImageChops.multiply(clouds, fade))
    sun = (690, 560)
    picture = add(picture, glow(SIZE, sun, 360, (150, 92, 40)))
    picture = add(picture, glow(SIZE, sun, 40, (255, 246, 220), 4))
    water = gradient((WIDTH, HEIGHT - horizon), (0, (232, 206, 172)), (0.16, (150, 170, 172)), (1, (70, 116, 132)))
    water = lit(water, noise(water.size, 223, 18, 6, 9.0), 0.5)
    sparkle, random = Image.new("L", water.size), Random(67)
    draw = ImageDraw.Draw(sparkle)
    for _ in range(1500):
        near = random.random() ** 1.5
        x, wide = sun[0] + random.gauss(0, 20 + 150 * near), 3 + 26 * near * random.random()
        draw.line(
            (x - wide, near * 260, x + wide, near * 260), fill=int(210 * (1 - near * 0.5)), width=1 + int(2 * near)
        )
    sparkle = sparkle.filter(ImageFilter.GaussianBlur(1))
    warm = (sparkle, sparkle.point(lambda v: int(v * 0.86)), sparkle.point(lambda v: int(v * 0.64)))
    picture.paste(add(water, Image.merge("RGB", warm)), (0, horizon))
    layer = Layer()
    for x, size in ((330, 1.0), (470, 0.6)):
        platform(layer, x, horizon + 2, size, (150, 138, 136))
    layer.onto(picture)
    cape = [(x, y - 128 / (1 + exp(-(x - 1130) / 90)) + 26) for x, y in ridge(227, 668, 9, 0.5)]
    far = lit(
        gradient(SIZE, (0.5, (196, 172, 150)), (0.64, (176, 154, 128)), (1, (150, 128, 100))),
        noise(SIZE, 229, 16, 6, 2.4),
        0.36,
    )
    bay = [(1052, 880), (1010, 826), (1022, 784), (986, 752), (1000, 726), (962, 704), (938, 690)]
    edges = [(x * 2, y * 2) for x, y in [*bay, *(point for point in cape if point[0] > 944), (WIDTH, HEIGHT)]]
    coast = Image.new("L", (WIDTH * 2, HEIGHT * 2))
    ImageDraw.Draw(coast).polygon(edges, fill=255)
    surf = (
        coast.resize(SIZE, Image.Resampling.LANCZOS)
        .filter(ImageFilter.GaussianBlur(7))
        .point(lambda v: min(150, v * 2))
    )
    below = Image.new("L", SIZE)
    below.paste(surf.crop((0, 694, WIDTH, HEIGHT)), (0, 694))
    picture.paste((244, 238, 224), mask=below.filter(ImageFilter.GaussianBlur(2)))
    picture.paste(far, mask=coast.filter(ImageFilter.GaussianBlur(5)).resize(SIZE, Image.Resampling.LANCZOS))
    layer = Layer()
    for n, (x, tall) in enumerate(((1060, 120), (1150, 150), (1236, 176), (1010, 96), (1560, 210))):
        foot = min(cape, key=lambda point: abs(point[0] - x))[1] + 8
        turbine(
            layer,
            x,
            foot,
            tall,
            0.4 + n * 0.7,
            mixed((240, 240, 236), (206, 196, 184), 0.5 - tall / 600),
            (186, 180, 174),
        )
    layer.onto(picture)
    land = [
        (x, y - 40 * exp(-(((x - 60) / 420) ** 2)) - 66 * exp(-(((x - 1560) / 360) ** 2)))
        for x, y in ridge(233, 836, 12, 0.46)
    ]
    steppe = lit(
        gradient(SIZE, (0.7, (178, 142, 96)), (0.84, (142, 108, 72)), (1, (78, 58, 46))),
        noise(SIZE, 239, 22, 7, 3.4),
        0.8,
    )
    layer = Layer()
    turbine(layer, 1370, 826, 420, 0.15, (246, 246, 242), (190, 186, 182))
    layer.onto(picture)
    picture.paste(steppe, mask=ground(land))
    layer = Layer()
    pump(layer, 520, 842, 0.62, -0.16, (92, 70, 60))
    tufts = sorted((862 + 214 * random.random() ** 1.3, random.uniform(0, WIDTH)) for _ in range(900))
    for n, (y, x) in enumerate(tufts):
        if n and tufts[n - 1][0] < 892 <= y:
            pump(layer, 236, 884, 1.5, 0.2, (52, 42, 44))
        close = (y - 862) / 214
        tall = (6 + 34 * close) * random.uniform(0.5, 1.1)
        tone = scaled(random.choice(((150, 118, 70), (112, 88, 56), (186, 152, 98))), 1.06 - 0.5 * close)
        for blade in range(5):
            tip = (x + (blade - 2) * tall * 0.22 + 0.12 * tall, y - tall * random.uniform(0.6, 1))
            layer.line([(x + blade * 1.6, y), tip], tone, 1 + close)
    layer.onto(picture)
    return picture


def europa() -> Image.Image:
    """The cracked ice of a moon, and Jupiter half in its shadow above the horizon."""
    sky = Image.new("RGB", SIZE, (4, 5, 10))
    stars(sky, 211, 520, 700)
    # Bands, bent as clouds are on a ball, and the great spot.
    side = 900
    bands = gradient(
        (side, side), (0, (150, 128, 108)), (0.14, (196, 176, 150)), (0.24, (226, 212, 188)), (0.33, (176, 124, 92)),
        (0.4, (196, 150, 116)), (0.46, (238, 226, 204)), (0.54, (232, 214, 184)), (0.6, (170, 112, 80)),
        (0.68, (206, 172, 138)), (0.78, (222, 206, 180)), (0.88, (170, 150, 128)), (1, (128, 110, 96)),
    )  # fmt: skip
    swirl = noise((side, side), 223, 5, 6, 5.0)
    rows = bands.copy()
    for y in range(0, side, 2):
        shift = (swirl.getpixel((side // 2, y)) - 128) // 7  # type: ignore[operator]
        rows.paste(bands.crop((0, (y + shift) % side, side, (y + shift) % side + 2)), (0, y))
    rows = lit(rows.filter(ImageFilter.GaussianBlur(1.6)), noise((side, side), 227, 9, 7, 6.0), 0.55)
    spot = Image.new("L", (side, side))
    ImageDraw.Draw(spot).ellipse((262, 560, 408, 632), fill=150)
    rows.paste((178, 92, 62), mask=spot.filter(ImageFilter.GaussianBlur(11)))
    rows = lit(rows, noise((side, side), 231, 14, 5, 3.0), 0.2)
    shade, disc = Image.new("L", (side, side)), Image.new("L", (side, side))
    ImageDraw.Draw(shade).ellipse((-330, -130, 760, 960), fill=255)
    ImageDraw.Draw(disc).ellipse((6, 6, side - 6, side - 6), fill=255)
    ball = Image.composite(rows, Image.new("RGB", rows.size, (6, 6, 10)), shade.filter(ImageFilter.GaussianBlur(70)))
    wide = 720
    place, scale = (690, 20), Image.Resampling.LANCZOS
    sky.paste(ball.resize((wide, wide), scale), place, disc.resize((wide, wide), scale))
    for x, y, radius in ((300, 210, 9), (470, 402, 5)):
        layer = Layer()
        layer.disc(x, y, radius, (226, 220, 206))
        layer.disc(x + radius * 0.5, y + radius * 0.2, radius * 0.86, (34, 34, 42))
        layer.onto(sky)
    far = lit(Image.new("RGB", SIZE, (118, 132, 150)), noise(SIZE, 229, 26, 6, 3.0), 0.5)
    sky.paste(far, mask=ground(ridge(233, 640, 46, 0.52)))
    ice = gradient(SIZE, (0.6, (150, 166, 182)), (0.72, (196, 208, 216)), (1, (226, 230, 232)))
    ice = lit(ice, noise(SIZE, 239, 16, 7, 4.0), 0.5)
    random, layer = Random(241), Layer()
    for near in sorted(random.random() ** 1.4 for _ in range(64)):
        x, y = random.uniform(-200, WIDTH + 200), 680 + near * 400
        lean = random.choice((-1, 1)) * random.uniform(0.9, 2.4)
        line = [(x, y)]
        for _ in range(18):
            x, y = x + lean * (16 + 46 * near), y + random.gauss(3, 4) * (0.2 + near)
            line.append((x, y))
        thick = 0.8 + 6 * near * random.random()
        layer.line([(a, b + thick) for a, b in line], (240, 243, 244), thick)
        layer.line(line, random.choice(((138, 96, 82), (160, 120, 102), (112, 124, 142))), thick)
    layer.onto(ice, (214, 220, 224), 0.9)
    sky.paste(ice, mask=ground(ridge(251, 686, 15, 0.45)))
    return add(sky, glow(SIZE, (820, 380), 520, (34, 28, 22), 1.3))


def turbine(layer: Layer, x: float, y: float, tall: float, turn: float, colour: Colour, shade: Colour) -> None:
    """A wind turbine: tower, hub and three blades."""
    wide, top = tall * 0.018, y - tall
    layer.shape([(x - wide, y), (x - wide * 0.5, top), (x + wide * 0.5, top), (x + wide, y)], colour)
    layer.shape([(x + wide * 0.2, y), (x + wide * 0.1, top), (x + wide * 0.5, top), (x + wide, y)], shade)
    for n in range(3):
        angle = turn + n * 2 * pi / 3
        ax, ay, reach = cos(angle), sin(angle), tall * 0.52
        layer.shape(
            [
                (x - ay * wide * 0.5, top + ax * wide * 0.5),
                (x + ax * reach * 0.2 - ay * wide * 0.9, top + ay * reach * 0.2 + ax * wide * 0.9),
                (x + ax * reach, top + ay * reach),
                (x + ay * wide * 0.4, top - ax * wide * 0.4),
            ],
            colour if n else mixed(colour, shade, 0.5),
        )
    layer.disc(x, top, wide * 1.1, shade)


def pump(layer: Layer, x: float, y: float, scale: float, tilt: float, colour: Colour) -> None:
    """A pump jack: frame, walking beam with its head, crank and counterweight."""

    def to(px: float, py: float) -> tuple[float, float]:
        return x + px * scale, y + py * scale

    def beam(px: float, py: float) -> tuple[float, float]:
        return to(px * cos(tilt) - py * sin(tilt), -112 + px * sin(tilt) + py * cos(tilt))

    light = scaled(colour, 1.5)
    layer.shape([to(-70, 0), to(150, 0), to(150, 10), to(-70, 10)], scaled(colour, 0.8))
    for foot in (-38, 38):
        layer.line([to(foot, 2), to(0, -112)], colour, 8 * scale)
    layer.line([to(-20, -52), to(20, -52)], colour, 4 * scale)
    layer.line([to(-29, -26), to(29, -26)], colour, 4 * scale)
    layer.line([to(-29, -26), to(20, -52)], colour, 3 * scale)
    head = beam(-112, 30)
    layer.line([head, (head[0], y + 4 * scale)], scaled(colour, 0.9), 2.2 * scale)
    layer.box(head[0] - 7 * scale, y - 26 * scale, head[0] + 7 * scale, y + 6 * scale, colour)
    layer.shape([beam(-96, -8), beam(96, -7), beam(96, 5), beam(-96, 8)], colour)
    layer.line([beam(-94, -7), beam(94, -6)], light, 2.4 * scale)
    layer.shape(
        [beam(-90, -16), beam(-104, -30), beam(-116, -12), beam(-119, 8), beam(-113, 30), beam(-92, 14)], colour
    )
    crank = to(92, -38)
    layer.line([beam(90, 0), (crank[0] + 16 * scale, crank[1] + 22 * scale)], colour, 5 * scale)
    layer.shape(
        [
            (crank[0] + a * scale, crank[1] + b * scale)
            for a, b in ((-12, -10), (10, -16), (44, 34), (26, 52), (-4, 40))
        ],
        scaled(colour, 0.88),
    )
    layer.disc(crank[0], crank[1], 11 * scale, light)
    layer.shape([to(76, 2), to(84, -40), to(100, -40), to(108, 2)], colour)
    layer.box(*to(122, -34), *to(150, 2), colour)
    layer.box(*to(122, -34), *to(150, -30), light)


def platform(layer: Layer, x: float, y: float, scale: float, colour: Colour) -> None:
    """An oil platform far out at sea."""
    for leg in (-34, -12, 12, 34):
        layer.box(x + (leg - 2) * scale, y - 30 * scale, x + (leg + 2) * scale, y + 2, colour)
    layer.box(x - 42 * scale, y - 38 * scale, x + 42 * scale, y - 28 * scale, colour)
    layer.box(x + 4 * scale, y - 54 * scale, x + 36 * scale, y - 36 * scale, colour)
    layer.line(
        [(x - 30 * scale, y - 38 * scale), (x - 20 * scale, y - 96 * scale), (x - 10 * scale, y - 38 * scale)],
        colour,
        2.4 * scale,
    )
    for n in range(1, 5):
        wide = 10 - n * 2
        layer.line(
            [
                (x - (20 + wide) * scale, y - (38 + n * 12) * scale),
                (x - (20 - wide) * scale, y - (38 + n * 12) * scale),
            ],
            colour,
            1.4 * scale,
        )
    layer.line([(x + 36 * scale, y - 44 * scale), (x + 62 * scale, y - 62 * scale)], colour, 1.8 * scale)


SCENES = {
    "2021/02/mars-collines.jpg": mars,
    "2022/07/cargo-crepuscule.jpg": sea,
    "2022/07/tours-crepuscule.jpg": skyline,
    "2022/11/terre-nuit.jpg": earth,
    "2023/08/sol-lunaire.jpg": moon,
    "2024/07/fusee-cote.jpg": rocket,
    "2024/07/bateaux-pluie.jpg": parade,
    "2024/10/jupiter-glace.jpg": europa,
    "2024/11/petrole-vent.jpg": shore,
    "2024/12/crete-aube.jpg": damascus,
    "2024/12/cathedrale-soir.jpg": cathedral,
}


def encoded(picture: Image.Image, most: int) -> bytes:
    """As a JPEG in the best quality that is small enough."""
    for quality in range(86, 30, -4):
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if len(buffer.getvalue()) < most:
            break
    return buffer.getvalue()


def main() -> None:
    for name, scene in SCENES.items():
        data = encoded(scene(), MOST_BYTES_2024 if name.startswith("2024/") else MOST_BYTES)
        (CONTENT / name).write_bytes(data)
        print(f"{len(data):6d}  {name}")


if __name__ == "__main__":
    main()
