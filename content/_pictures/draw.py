"""Draw the pictures of the sample archive.

    python3 content/_pictures/draw.py

Writes each picture beside the story that shows it, and the one data file that a story offers.
The same input gives the same bytes. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path
from random import Random

CONTENT = Path(__file__).resolve().parent.parent

WIDTH, HEIGHT = 1200, 675
PAPER, INK, GREY, PALE = "#f6f3ec", "#1d2b3a", "#8a939c", "#d9dcd8"
BLUE, RED, GREEN, GOLD, NIGHT = "#2f6690", "#b5403a", "#4d7c4d", "#d9973c", "#101a2b"

Point = tuple[float, float]
Steps = Sequence[tuple[float, float]]


# --- shapes -------------------------------------------------------------------------------------


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def element(name: str, **attributes: object) -> str:
    pairs = (
        f'{key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, float) else value}"'
        for key, value in attributes.items()
    )
    return f"<{name} {' '.join(pairs)}/>"


def text(
    x: float, y: float, words: str, size: int = 26, fill: str = INK, anchor: str = "middle", weight: int = 400
) -> str:
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"'
        f' font-weight="{weight}">{escape(words)}</text>'
    )


def circle(x: float, y: float, r: float, fill: str, **more: object) -> str:
    return element("circle", cx=float(x), cy=float(y), r=float(r), fill=fill, **more)


def ring(x: float, y: float, r: float, stroke: str, width: float = 2, dash: str = "") -> str:
    more = {"stroke_dasharray": dash} if dash else {}
    return circle(x, y, r, "none", stroke=stroke, stroke_width=float(width), **more)


def rect(x: float, y: float, w: float, h: float, fill: str, **more: object) -> str:
    return element("rect", x=float(x), y=float(y), width=float(w), height=float(h), fill=fill, **more)


def line(a: Point, b: Point, stroke: str = GREY, width: float = 2, dash: str = "") -> str:
    more = {"stroke_dasharray": dash} if dash else {}
    ends = {"x1": float(a[0]), "y1": float(a[1]), "x2": float(b[0]), "y2": float(b[1])}
    return element("line", **ends, stroke=stroke, stroke_width=float(width), **more)


def path(d: str, fill: str = "none", **more: object) -> str:
    return element("path", d=d, fill=fill, **more)


def polyline(points: Iterable[Point], stroke: str, width: float = 5) -> str:
    dots = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element(
        "polyline", points=dots, fill="none", stroke=stroke, stroke_width=float(width), stroke_linejoin="round"
    )


def star(x: float, y: float, r: float, fill: str, turn: float = 0) -> str:
    corners = []
    for i in range(10):
        angle, radius = turn - pi / 2 + i * pi / 5, r if i % 2 == 0 else r * 0.382
        corners.append(f"{number(x + radius * cos(angle))},{number(y + radius * sin(angle))}")
    return element("polygon", points=" ".join(corners), fill=fill)


def sky() -> list[str]:
    dice = Random(2010)  # the same stars each time
    return [circle(round(WIDTH * dice.random()), round(HEIGHT * dice.random()), 1.6, "#7d8ba3") for _ in range(60)]


def picture(shapes: Iterable[str], paper: str = PAPER) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="Helvetica, Arial, sans-serif">'
    )
    return "\n".join([head, rect(0, 0, WIDTH, HEIGHT, paper), *shapes, "</svg>", ""])


# --- charts -------------------------------------------------------------------------------------


class Plane:
    """The area of a chart: from values to places on the sheet."""

    left, right, top, bottom = 110, 1130, 90, 570

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.x0, self.x1 = x
        self.y0, self.y1 = y

    def at(self, x: float, y: float) -> Point:
        across = (x - self.x0) / (self.x1 - self.x0)
        up = (y - self.y0) / (self.y1 - self.y0)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def frame(self, xs: Iterable[int], ys: Iterable[int], unit: str = "") -> list[str]:
        shapes = []
        for y in ys:
            _, py = self.at(self.x0, y)
            shapes.append(line((self.left, py), (self.right, py), PALE))
            shapes.append(text(self.left - 16, py + 8, f"{y}{unit}".replace("-", "−"), 24, GREY, "end"))
        for x in xs:
            px, _ = self.at(x, self.y0)
            shapes.append(line((px, self.bottom), (px, self.bottom + 10), GREY))
            shapes.append(text(px, self.bottom + 44, str(x), 24, GREY))
        return shapes


def step_chart(
    steps: Steps,
    x: tuple[float, float],
    y: tuple[float, float],
    xs: Iterable[int],
    ys: Iterable[int],
    unit: str = "",
    color: str = BLUE,
    labels: bool = True,
) -> str:
    plane = Plane(x, y)
    corners = [plane.at(*steps[0])]
    for (_, before), (when, after) in pairwise(steps):
        corners += [plane.at(when, before), plane.at(when, after)]
    corners.append(plane.at(x[1], steps[-1][1]))
    ground = " ".join(
        f"{number(px)},{number(py)}" for px, py in [*corners, plane.at(x[1], y[0]), plane.at(steps[0][0], y[0])]
    )
    shapes = [
        *plane.frame(xs, ys, unit),
        element("polygon", points=ground, fill=color, opacity=0.12),
        polyline(corners, color),
    ]
    for when, value in steps:
        px, py = plane.at(when, value)
        shapes.append(circle(px, py, 7, color))
        if labels:
            shapes.append(
                text(px - 6, py - 16, number(value), 24, INK, "end" if px > plane.left + 40 else "start", 700)
            )
    return picture(shapes)


def bars(rows: Sequence[tuple[str, int, str]], left: int = 330) -> str:
    most = max(value for _, value, _ in rows)
    pitch = 560 / len(rows)
    shapes = [line((left, 50), (left, 625), GREY)]
    for i, (name, value, color) in enumerate(rows):
        y = 58 + i * pitch
        long = value / most * (1060 - left)
        shapes.append(rect(left, y, long, pitch * 0.66, color))
        shapes.append(text(left - 20, y + pitch * 0.33 + 10, name, 30, INK, "end"))
        shapes.append(text(left + long + 16, y + pitch * 0.33 + 11, str(value), 32, INK, "start", 700))
    return picture(shapes)


NATO = [
    (1949, 12),
    (1952, 14),
    (1955, 15),
    (1982, 16),
    (1999, 19),
    (2004, 26),
    (2009, 28),
    (2017, 29),
    (2020, 30),
    (2023, 31),
    (2024, 32),
]
EURO_AREA = [(1999, 11), (2001, 12), (2007, 13), (2008, 15), (2009, 16), (2011, 17), (2014, 18), (2015, 19), (2023, 20)]
BILLIONS = [(1987.5, 5), (1999.8, 6), (2011.8, 7), (2022.9, 8)]
CO2 = [(1960, 317), (1970, 326), (1980, 339), (1990, 354), (2000, 370), (2010, 390), (2020, 414), (2023, 421)]
ECB_DEPOSIT = [  # year and month of effect as a fraction, per cent
    (2022.0, -0.5),
    (2022.57, 0),
    (2022.70, 0.75),
    (2022.84, 1.5),
    (2022.97, 2),
    (2023.10, 2.5),
    (2023.22, 3),
    (2023.36, 3.25),
    (2023.47, 3.5),
    (2023.59, 3.75),
    (2023.72, 4),
    (2024.45, 3.75),
]
GROUPS = [  # French name, English name, seats on 16 July 2024, colour
    ("PPE", "EPP", 188, "#3b6ea5"),
    ("S&D", "S&D", 136, "#b5403a"),
    ("Patriotes", "Patriots", 84, "#4a4e69"),
    ("CRE", "ECR", 78, "#6c8ebf"),
    ("Renew", "Renew", 77, "#d9b23c"),
    ("Verts/ALE", "Greens/EFA", 53, "#4d7c4d"),
    ("La Gauche", "The Left", 46, "#8c2f4b"),
    ("ESN", "ESN", 25, "#77808a"),
]


def nato(last: int) -> str:
    steps = [row for row in NATO if row[0] <= last]
    return step_chart(steps, (1949, last + 1), (8, 34), range(1950, 2030, 10), (10, 15, 20, 25, 30), labels=False)


def co2() -> str:
    plane = Plane((1958, 2026), (300, 430))
    points = [plane.at(*row) for row in CO2]
    shapes = [*plane.frame(range(1960, 2030, 10), range(300, 440, 20)), polyline(points, RED)]
    for (px, py), (year, value) in zip(points, CO2, strict=True):
        side = "start" if year in (CO2[0][0], CO2[-1][0]) else "end"
        shapes += [circle(px, py, 7, RED), text(px - 10, py - 18, str(value), 24, INK, side, 700)]
    shapes.append(text(110, 56, "CO₂ (ppm) · Mauna Loa", 30, INK, "start", 700))
    return picture(shapes)


# --- the reference story: a table in Moscow ------------------------------------------------------


def flag_of_russia(x: float, y: float, w: float, h: float) -> list[str]:
    third = h / 3
    colors = ("#ffffff", "#2b4fa2", "#c8332b")
    return [
        *(rect(x, y + i * third, w, third, color) for i, color in enumerate(colors)),
        rect(x, y, w, h, "none", stroke=INK, stroke_width=2),
    ]


def flag_of_china(x: float, y: float, w: float, h: float) -> list[str]:
    unit = w / 30
    shapes = [
        rect(x, y, w, h, "#d0281e", stroke=INK, stroke_width=2),
        star(x + 5 * unit, y + 5 * unit, 3 * unit, "#f7d417"),
    ]
    shapes += [
        star(x + cx * unit, y + cy * unit, unit, "#f7d417", turn)
        for cx, cy, turn in ((10, 2, 0.4), (12, 4, 0.8), (12, 7, 0), (10, 9, 0.4))
    ]
    return shapes


def table() -> str:
    shapes = [rect(0, 0, WIDTH, HEIGHT, "#e9e1d1"), rect(40, 40, 1120, 595, "none", stroke="#c9b98f", stroke_width=6)]
    shapes.append(rect(56, 56, 1088, 563, "none", stroke="#c9b98f", stroke_width=2))
    for x in range(321, 850, 124):
        for y in (196, 424):
            shapes.append(rect(x, y, 62, 56, "#7a5b3a", rx=12))
            shapes.append(rect(x + 6, y + (34 if y < 300 else 6), 50, 16, "#a98b5f", rx=6))
    shapes += [
        rect(230, 242, 740, 192, "#f4efe3", rx=90, stroke="#c9a24a", stroke_width=8),
        rect(262, 274, 676, 128, "none", rx=60, stroke="#dccb97", stroke_width=3),
    ]
    for x in range(336, 850, 124):
        shapes += [
            rect(x, 284, 32, 24, "#ffffff", stroke=PALE, stroke_width=2),
            rect(x, 368, 32, 24, "#ffffff", stroke=PALE, stroke_width=2),
        ]
    for i in range(5):
        shapes.append(circle(520 + 40 * i, 338, 15, ("#6b8f5a", "#e7e3d8", "#86a872", "#e7e3d8", "#6b8f5a")[i]))
    shapes += flag_of_russia(86, 283, 132, 88) + flag_of_china(982, 283, 132, 88)
    shapes += [line((86, 260), (86, 430), "#8a6d3b", 6), line((1114, 260), (1114, 430), "#8a6d3b", 6)]
    return picture(shapes)


# --- maps and diagrams --------------------------------------------------------------------------


def moscow_beijing() -> str:
    shapes = [rect(0, 0, WIDTH, HEIGHT, "#e4ebe9")]
    for i in range(7):  # a net of meridians and parallels, drawn as from a globe
        x = 100 + i * 170
        shapes.append(
            path(
                f"M{x} 640 Q{number(600 + (x - 600) * 0.86)} 320 {number(600 + (x - 600) * 0.55)} 40",
                stroke="#c3d0cd",
                stroke_width=2,
            )
        )
    for y in (130, 270, 410, 550):
        shapes.append(path(f"M20 {y - 30} Q600 {y + 90} 1180 {y - 30}", stroke="#c3d0cd", stroke_width=2))
    shapes.append(path("M250 300 Q600 90 960 460", stroke=RED, stroke_width=6, stroke_dasharray="16 10"))
    shapes += [circle(250, 300, 16, BLUE), circle(960, 460, 16, RED)]
    shapes += [
        text(250, 358, "Moscou · Moscow", 32, INK, weight=700),
        text(960, 520, "Pékin · Beijing", 32, INK, weight=700),
    ]
    shapes += [rect(500, 150, 210, 60, PAPER, rx=30), text(605, 190, "≈ 5800 km", 30)]
    return picture(shapes)


def black_sea() -> str:
    sea = (
        "M330 150 Q420 70 520 130 L560 200 Q610 230 640 210 Q600 270 680 300 Q760 300 800 240 Q900 280 990 "
        "330 Q1090 390 1060 470 Q960 500 860 480 Q760 440 660 440 Q560 480 470 500 "
        "Q400 500 330 520 Q300 450 330 400 Q290 330 300 260 Z"
    )
    shapes = [rect(0, 0, WIDTH, HEIGHT, "#efe8d8"), path(sea, "#a9c6d6", stroke="#7fa5b9", stroke_width=3)]
    shapes.append(
        path(
            "M330 520 Q300 545 250 560 Q190 575 150 610 L215 625 Q260 590 330 560 Z",
            "#a9c6d6",
            stroke="#7fa5b9",
            stroke_width=3,
        )
    )
    shapes.append(path("M400 128 Q430 300 345 528", stroke=RED, stroke_width=6, stroke_dasharray="14 10"))
    ports = ((372, 118, "Odesa", -18), (352, 148, "Chornomorsk", -18), (408, 100, "Pivdennyi", 22))
    for x, y, name, shift in ports:
        shapes += [
            circle(x, y, 10, INK),
            text(x + shift, y + 8 if shift < 0 else y - 6, name, 28, INK, "end" if shift < 0 else "start", 700),
        ]
    shapes += [circle(336, 535, 13, RED), text(372, 570, "Istanbul", 32, INK, "start", 700)]
    shapes.append(text(760, 395, "Mer Noire · Black Sea", 34, "#35617a"))
    return picture(shapes)


def earth_to_mars() -> str:
    x, y = 600, 345
    shapes = [*sky(), ring(x, y, 165, "#5a7fa8", 2), ring(x, y, 265, "#a86a4f", 2), circle(x, y, 34, "#f2c14e")]
    shapes.append(path("M600 180 A215 215 0 0 0 600 610", stroke="#ffffff", stroke_width=5, stroke_dasharray="14 9"))
    shapes += [circle(600, 180, 17, "#6fa8dc"), circle(600, 610, 14, "#c8603a")]
    shapes += [
        text(635, 172, "30.7.2020", 30, "#ffffff", "start", 700),
        text(630, 650, "18.2.2021", 30, "#ffffff", "start", 700),
    ]
    shapes += [text(635, 205, "Terre · Earth", 24, "#9db9d6", "start"), text(800, 650, "Mars", 24, "#e0a58c", "start")]
    return picture(shapes, NIGHT)


def webb_l2() -> str:
    shapes = sky()
    shapes += [circle(-40, 338, 190, "#f2c14e"), line((150, 338), (1030, 338), "#55647c", 2, "8 8")]
    shapes += [
        ring(640, 338, 90, "#55647c", 2, "4 6"),
        circle(640, 338, 34, "#6fa8dc"),
        circle(700, 272, 11, "#c9ccd1"),
    ]
    shapes += [circle(1030, 338, 9, RED)]
    corners = " ".join(
        f"{number(1030 + 34 * cos(i * pi / 3))},{number(300 + 34 * sin(i * pi / 3) - 20)}" for i in range(6)
    )
    shapes.append(element("polygon", points=corners, fill="#e0b64a", stroke="#8a6d1f", stroke_width=3))
    shapes += [
        path("M985 322 L1075 322 L1060 334 L1000 334 Z", "#c9ccd1"),
        text(1030, 385, "L2", 32, "#ffffff", weight=700),
    ]
    shapes += [
        line((640, 470), (1030, 470), "#ffffff", 3),
        line((640, 456), (640, 484), "#ffffff", 3),
        line((1030, 456), (1030, 484), "#ffffff", 3),
    ]
    shapes.append(text(835, 520, "1 500 000 km", 34, "#ffffff", weight=700))
    return picture(shapes, NIGHT)


def dart() -> str:
    shapes = sky()
    shapes += [ring(470, 338, 270, "#9aa7ba", 3, "12 10"), ring(470, 338, 235, GOLD, 4)]
    shapes.append(path("M395 300 Q420 245 480 252 Q560 262 556 340 Q548 420 470 424 Q390 420 384 350 Z", "#8a8378"))
    shapes += [text(470, 345, "Didymos", 28, "#ffffff", weight=700), circle(705, 338, 24, "#b9b1a4")]
    shapes.append(text(760, 300, "Dimorphos", 28, "#ffffff", "start", 700))
    shapes += [
        line((1120, 338), (745, 338), RED, 5, "18 8"),
        path("M745 338 L775 324 L775 352 Z", RED),
        text(1000, 322, "DART", 30, "#ffffff", weight=700),
    ]
    shapes += [line((800, 500), (860, 500), "#9aa7ba", 3, "12 10"), text(880, 511, "11 h 55", 36, "#c7cfdb", "start")]
    shapes += [line((800, 560), (860, 560), GOLD, 4), text(880, 571, "11 h 23", 36, GOLD, "start", 700)]
    return picture(shapes, NIGHT)


def juice_route() -> str:
    stops = (
        ("2023", "Terre · Earth", "#6fa8dc", 26),
        ("2024", "Lune, Terre · Moon, Earth", "#6fa8dc", 22),
        ("2025", "Vénus · Venus", "#e0b64a", 22),
        ("2026", "Terre · Earth", "#6fa8dc", 22),
        ("2029", "Terre · Earth", "#6fa8dc", 22),
        ("2031", "Jupiter", "#c98f5a", 54),
    )
    shapes = sky()
    shapes.append(line((110, 338), (1090, 338), "#55647c", 3))
    for year, name, color, size in stops:
        x = 110 + (int(year) - 2023) * 122.5
        down = year in ("2024", "2026")
        shapes.append(circle(x, 338, size, color))
        shapes.append(text(x, 338 + (118 if down else -92), year, 36, "#ffffff", weight=700))
        shapes.append(text(x, 338 + (152 if down else -62) + (0 if size < 40 else -4), name, 22, "#c7cfdb"))
    shapes.append(text(600, 620, "JUICE", 40, "#ffffff", weight=700))
    return picture(shapes, NIGHT)


def moon() -> str:
    x, y, r = 600, 338, 285
    shapes = sky()
    shapes.append(circle(x, y, r, "#b9b9b4"))
    shapes += [
        circle(x + dx, y + dy, s, "#9d9d98")
        for dx, dy, s in ((-90, -110, 80), (40, -150, 50), (120, -60, 66), (-170, 10, 46), (60, 60, 40))
    ]
    shapes += [
        circle(x + dx, y + dy, s, "#a9a9a4")
        for dx, dy, s in ((-60, 150, 26), (110, 170, 20), (-140, 120, 16), (20, 215, 14))
    ]
    shapes.append(line((x - r, y), (x + r, y), "#ffffff", 3, "14 10"))
    shapes.append(text(x + r + 24, y + 10, "0°", 30, "#ffffff", "start"))
    spot = (x + 48, y + r * 0.935)
    shapes += [
        circle(*spot, 12, RED, stroke="#ffffff", stroke_width=3),
        line((spot[0] + 16, spot[1]), (860, 600), "#ffffff", 2),
    ]
    shapes += [
        text(872, 598, "Chandrayaan-3", 34, "#ffffff", "start", 700),
        text(872, 634, "≈ 70° S", 28, "#c7cfdb", "start"),
    ]
    shapes.append(text(x - 20, y + r + 34, "S", 28, "#c7cfdb"))
    return picture(shapes, NIGHT)


def brics() -> str:
    shapes = []
    for count, radius, size, color, names in (
        (5, 112, 46, BLUE, ("BR", "RU", "IN", "CN", "ZA")),
        (6, 250, 46, "#cf7a2e", ("AR", "EG", "ET", "IR", "SA", "AE")),
    ):
        for i, name in enumerate(names):
            angle = -pi / 2 + i * 2 * pi / count
            x, y = 600 + radius * cos(angle) * (1.5 if count == 6 else 1.25), 338 + radius * sin(angle)
            shapes += [circle(x, y, size, color), text(x, y + 12, name, 34, "#ffffff", weight=700)]
    return picture(shapes)


def conferences(names: Sequence[str]) -> str:
    shapes = [line((150, 330), (1050, 330), GREEN, 6)]
    for i, name in enumerate(names):
        x = 150 + i * 300
        shapes += [
            circle(x, 330, 62, GREEN),
            text(x, 323, "COP", 28, "#ffffff"),
            text(x, 360, str(26 + i), 38, "#ffffff", weight=700),
        ]
        shapes += [text(x, 238, str(2021 + i), 42, INK, weight=700), text(x, 448, name, 32)]
    return picture(shapes)


def jupiter() -> str:
    shapes = sky()
    shapes.append(circle(60, 338, 280, "#d8b48a"))
    for dy, h, color in ((-150, 38, "#b98a5e"), (-60, 54, "#a9744a"), (60, 44, "#b98a5e"), (150, 30, "#c79d72")):
        upper, lower = dy - h / 2, dy + h / 2
        right_up, right_low = (60 + max(0.0, 280**2 - edge**2) ** 0.5 for edge in (upper, lower))
        a, b = number(338 + upper), number(338 + lower)
        shapes.append(path(f"M0 {a} L{number(right_up)} {a} L{number(right_low)} {b} L0 {b} Z", color))
    for x, size, color, name in (
        (470, 22, "#e6c94f", "Io"),
        (620, 19, "#d9d3c4", "Europe · Europa"),
        (850, 32, "#a39786", "Ganymède · Ganymede"),
        (1080, 29, "#6f675e", "Callisto"),
    ):
        shapes += [circle(x, 338, size, color), text(x, 338 + (86 if name[0] in "IG" else -62), name, 26, "#ffffff")]
    return picture(shapes, NIGHT)


# --- all of them --------------------------------------------------------------------------------


def everything() -> dict[str, str]:
    seats_fr = [(fr, seats, color) for fr, _, seats, color in GROUPS]
    seats_en = [(en, seats, color) for _, en, seats, color in GROUPS]
    return {
        "2021/02/trajet-terre-mars.svg": earth_to_mars(),
        "2021/12/webb-point-l2.svg": webb_l2(),
        "2022/03/vote-onu.svg": bars([("✓", 141, GREEN), ("✗", 5, RED), ("–", 35, GREY)], 160),
        "2022/07/mer-noire.svg": black_sea(),
        "2022/09/dart-orbite.svg": dart(),
        "2022/11/milliards.svg": step_chart(
            BILLIONS, (1985, 2026), (4, 8.6), range(1990, 2030, 10), (4, 5, 6, 7, 8), color=GREEN
        ),
        "2023/01/zone-euro.svg": step_chart(EURO_AREA, (1998, 2025), (8, 21), range(2000, 2026, 5), (10, 15, 20)),
        "2023/03/moscou-pekin-carte.svg": moscow_beijing(),
        "2023/04/otan-membres-2023.svg": nato(2023),
        "2023/04/juice-trajet.svg": juice_route(),
        "2023/04/table-russie-chine.svg": table(),
        "2023/08/brics.svg": brics(),
        "2023/08/lune-pole-sud.svg": moon(),
        "2024/01/co2-mauna-loa.svg": co2(),
        "2024/01/co2-mauna-loa.csv": "year,ppm\n" + "".join(f"{year},{value}\n" for year, value in CO2),
        "2024/03/otan-membres-2024.svg": nato(2024),
        "2024/06/bce-taux-depot.svg": step_chart(
            ECB_DEPOSIT, (2022, 2024.7), (-1, 4.5), (2022, 2023, 2024), range(-1, 5), " %", RED, labels=False
        ),
        "2024/06/groupes-parlement-fr.svg": bars(seats_fr),
        "2024/06/groupes-parlement-en.svg": bars(seats_en),
        "2024/11/cop-calendrier-fr.svg": conferences(("Glasgow", "Charm el-Cheikh", "Dubaï", "Bakou")),
        "2024/11/cop-calendrier-en.svg": conferences(("Glasgow", "Sharm el-Sheikh", "Dubai", "Baku")),
        "2031/07/jupiter-lunes.svg": jupiter(),
    }


def main() -> None:
    for name, words in everything().items():
        target = CONTENT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(words, encoding="utf-8", newline="\n")
        print(f"{len(words.encode()):6d}  {name}")


if __name__ == "__main__":
    main()
