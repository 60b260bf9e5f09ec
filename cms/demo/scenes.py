"""The scenes of the demo pictures: fifteen views of the province, each varied by chance."""

import math
import random
from collections.abc import Callable

from cms.demo import buildings
from cms.demo.brush import (
    Canvas,
    Colour,
    birds,
    cloud,
    leaf,
    lotus,
    mix,
    palm,
    ridge,
    ripples,
    sampan,
    tree,
    wave,
)
from cms.demo.palette import Palette

Scene = Callable[[Canvas, random.Random, Palette], None]


def sky(canvas: Canvas, rng: random.Random, ink: Palette, horizon: float) -> tuple[float, float]:
    """Paint sky, sun and clouds down to the horizon; return where the sun stands."""
    canvas.gradient(0, horizon + 4, ink.sky)
    x, y = rng.uniform(220, 980), rng.uniform(0.25, 0.62) * horizon
    canvas.glow(x, y, 420, ink.sun, 0.9)
    canvas.ellipse(x, y, 52, 52, mix(ink.sun, (255, 255, 250), 0.35))
    for _ in range(rng.randint(2, 4)):
        size = rng.uniform(50, 110)
        place = rng.uniform(0, 1200), rng.uniform(0.12, 0.55) * horizon
        cloud(canvas, *place, size, mix(ink.sky[-1], (255, 255, 255), 0.45))
    return x, y


def hills(
    canvas: Canvas, rng: random.Random, ink: Palette, base: float, count: int, height: float
) -> None:
    """Paint ranges of hills, each nearer one lower and darker."""
    for k in range(count):
        far = 1 - (k + 1) / (count + 1)
        top = wave(rng, base - height * far * 0.9, height * (0.35 + 0.3 * far), 3)
        shade = mix(ink.hill, ink.haze, 0.3 + 0.55 * far)
        ridge(canvas, top, [shade, mix(shade, ink.haze, 0.35)])


def water(canvas: Canvas, rng: random.Random, ink: Palette, top: float, sun_x: float) -> None:
    """Paint open water below ``top`` with the sun's path and ripples."""
    canvas.gradient(top, 800, ink.water)
    for k in range(26):
        y = top + 6 + k * (760 - top) / 26
        half = rng.uniform(14, 40) + k * 2.2
        x = sun_x + rng.uniform(-16, 16)
        canvas.line([(x - half, y), (x + half, y)], mix(ink.water[0], ink.sun, 0.55), 2 + k * 0.12)
    ripples(canvas, rng, top, mix(ink.water[0], (255, 255, 255), 0.28), 60)


def paddies(canvas: Canvas, rng: random.Random, ink: Palette, top: float) -> None:
    """Paint rice fields in perspective below ``top``, striped towards a vanishing point."""
    canvas.gradient(top, 800, [mix(ink.field, ink.haze, 0.45), ink.field])
    vanish = rng.uniform(420, 780)
    for k in range(-14, 15):
        near, wide = 600 + k * 190.0, 60.0
        shade = mix(ink.field, ink.gold if k % 3 else ink.leaf, 0.22 + 0.1 * (k % 2))
        canvas.shaded(
            [
                (vanish + k * 9, top),
                (vanish + k * 9 + 3, top),
                (near + wide, 800),
                (near - wide, 800),
            ],
            [mix(shade, ink.haze, 0.4), shade],
        )
    for depth in (0.07, 0.19, 0.42):
        y = top + (800 - top) * depth
        line = mix(ink.leaf, (30, 60, 40), 0.25)
        canvas.polygon(
            [(0, y), (1200, y - 3), (1200, y + 3 + 9 * depth), (0, y + 5 + 9 * depth)], line
        )


def terraces(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """Rice terraces winding round a hillside."""
    sky(canvas, rng, ink, 420)
    hills(canvas, rng, ink, 380, 3, 190)
    lean = rng.choice([-1, 1]) * rng.uniform(60, 140)
    steps = 15
    swing = wave(rng, 0, 46, 3)
    for k in range(steps):
        t = k / (steps - 1)
        base = 330 + 440 * t**1.15

        def top(x: float, base: float = base, t: float = t) -> float:
            slope = (x - 600) / 600 * lean * (1 - t)
            return base + swing(x + t * 420) * (0.5 + t * 0.7) + slope

        flooded = (k + 1) % 3 == 0
        shade = mix(ink.field, ink.gold, 0.15 + 0.45 * ((k * 7) % 5) / 5)
        face = mix(ink.water[0], ink.sky[-1], 0.35) if flooded else shade
        ridge(canvas, top, [mix(face, ink.haze, 0.4 * (1 - t)), face])
        edge = [(x, top(x)) for x in range(0, 1212, 12)]
        canvas.line(
            edge, mix(mix(ink.leaf, (20, 50, 40), 0.3), ink.haze, 0.35 * (1 - t)), 3 + 5 * t
        )
    for x in rng.sample(range(100, 1100, 90), 3):
        palm(canvas, x, rng.uniform(610, 700), rng.uniform(80, 120), ink.dark, 10)


def delta(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """A wide river with a sampan and coconut palms."""
    sun_x, _ = sky(canvas, rng, ink, 400)
    hills(canvas, rng, ink, 395, 2, 70)
    bank = wave(rng, 392, 14, 3)
    edge = [(float(x), bank(x) - 12) for x in range(0, 1212, 12)]
    canvas.polygon([*edge, (1200, 425), (0, 425)], mix(ink.leaf, ink.haze, 0.35))
    for foot in rng.sample(range(20, 1200, 40), 14):
        palm(
            canvas,
            foot,
            415,
            rng.uniform(50, 85),
            mix(ink.leaf, ink.haze, 0.25),
            rng.uniform(-9, 9),
        )
    water(canvas, rng, ink, 418, sun_x)
    boat = rng.uniform(330, 820)
    sampan(canvas, boat, rng.uniform(560, 620), rng.uniform(95, 130), ink.dark)
    sampan(canvas, (boat + 430) % 1000 + 90, 468, 38, mix(ink.dark, ink.haze, 0.3))
    side = rng.choice([0, 1])
    for k in range(3):
        x = 60 + k * 70.0
        palm(canvas, 1200 - x if side else x, 800, 400 - k * 85, ink.dark, (-70 if side else 70))
    birds(canvas, rng, mix(ink.dark, ink.haze, 0.2))


def lotus_pond(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """A pond full of lotus in bloom."""
    sun_x, _ = sky(canvas, rng, ink, 300)
    hills(canvas, rng, ink, 290, 3, 100)
    for foot in rng.sample(range(0, 1200, 60), 9):
        tree(canvas, foot, 306, rng.uniform(24, 42), mix(ink.leaf, ink.haze, 0.4))
    water(canvas, rng, ink, 302, sun_x)
    for y in range(325, 800, 33):
        near = (y - 300) / 500
        for _ in range(round(11 - 6 * near)):
            x, size = rng.uniform(-20, 1220), 20 + 105 * near
            shade = mix(mix(ink.leaf, ink.field, rng.random() * 0.6), ink.haze, 0.4 * (1 - near))
            leaf(canvas, x, y + rng.uniform(-10, 10), size, shade)
        if rng.random() < 0.8:
            x, size = rng.uniform(60, 1140), 26 + 120 * near
            base = y - size * rng.uniform(0.15, 0.5)
            canvas.line([(x, base), (x + 6, y + 8)], mix(ink.leaf, ink.dark, 0.3), 2 + 4 * near)
            lotus(canvas, x, base, size, mix(ink.petal, ink.haze, 0.3 * (1 - near)))


def mountains(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """Range behind range of mountains with mist between them."""
    sky(canvas, rng, ink, 560)
    for k in range(6):
        t = k / 5
        top = wave(rng, 360 + 310 * t, 95 - 35 * t, 4)
        shade = mix(ink.hill, ink.haze, 0.82 * (1 - t) ** 1.1)
        ridge(canvas, top, [shade, mix(shade, ink.haze, 0.5), mix(shade, ink.haze, 0.6)])
        if k < 5:
            canvas.veil(400 + 260 * t, 520 + 260 * t, ink.haze, 0.16)
    top = wave(rng, 742, 22, 3)
    ridge(canvas, top, [ink.dark, mix(ink.dark, (0, 0, 0), 0.2)])
    for x in rng.sample(range(0, 1200, 28), 20):
        size = rng.uniform(26, 58)
        for level in range(3):
            y = top(x) + 6 - size * 0.42 * level
            half = size * (0.42 - 0.1 * level)
            canvas.polygon([(x - half, y), (x, y - size * 0.8), (x + half, y)], ink.dark)
    birds(canvas, rng, mix(ink.dark, ink.haze, 0.2))


def sea(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """The sea with sailing boats and a headland."""
    sun_x, _ = sky(canvas, rng, ink, 400)
    side = rng.choice([0, 1])
    for k in range(2):
        reach = 480 - k * 170
        crest = [
            (
                d,
                402
                - (70 + 25 * k)
                * math.sin(math.pi * d / (reach * 2) + 1.57) ** 2
                * (0.8 + 0.2 * math.cos(d / 37)),
            )
            for d in range(0, reach, 12)
        ]
        shape = [(0.0, 404.0), *crest, (float(reach), 404.0)]
        flipped = [(1200 - x, y) if side else (x, y) for x, y in shape]
        canvas.polygon(flipped, mix(ink.hill, ink.haze, 0.55 - 0.3 * k))
    water(canvas, rng, ink, 400, sun_x)
    lanes = rng.sample([(160, 340), (480, 660), (800, 1000)], 3)
    fleet = ((46.0, 440), (70.0, 505), (rng.uniform(120, 150), 620))
    for (size, y), lane in zip(fleet, lanes, strict=True):
        x = rng.uniform(*lane)
        fade = 0.4 * (1 - (y - 400) / 260)
        sail = mix(mix(ink.accent, (255, 240, 215), 0.25), ink.haze, fade)
        hull = mix(ink.dark, ink.haze, fade)
        canvas.polygon([(x - 4, y - size * 1.7), (x - 4, y - 8), (x - size * 0.75, y - 8)], sail)
        canvas.polygon(
            [(x + 4, y - size * 1.5), (x + 4, y - 8), (x + size * 0.62, y - 8)],
            mix(sail, (255, 255, 255), 0.4),
        )
        canvas.line([(x, y - size * 1.75), (x, y)], hull, 3)
        canvas.polygon(
            [
                (x - size, y - 4),
                (x + size, y - 4),
                (x + size * 0.7, y + size * 0.26),
                (x - size * 0.7, y + size * 0.26),
            ],
            hull,
        )
        canvas.line(
            [(x - size, y + size * 0.34), (x + size, y + size * 0.34)],
            mix(ink.water[1], (255, 255, 255), 0.4),
            3,
        )
    shore = wave(rng, 762, 14, 2)
    ridge(canvas, lambda x: shore(x) - 9, [(250, 250, 245), (250, 250, 245)])
    ridge(canvas, shore, [mix((240, 219, 176), ink.haze, 0.15), (222, 192, 142)])


def canal(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """Rice fields with an irrigation canal running to the horizon."""
    sky(canvas, rng, ink, 370)
    hills(canvas, rng, ink, 365, 2, 80)
    paddies(canvas, rng, ink, 368)
    vanish = rng.uniform(450, 750)
    foot = 600 + (600 - vanish) * 0.5
    bank = mix(ink.leaf, (60, 70, 40), 0.35)
    canvas.polygon(
        [(vanish - 5, 370), (vanish + 5, 370), (foot + 250, 800), (foot - 250, 800)], bank
    )
    canvas.shaded(
        [(vanish - 2, 370), (vanish + 2, 370), (foot + 185, 800), (foot - 185, 800)],
        [mix(ink.sky[-1], (255, 255, 255), 0.2), *ink.water],
    )
    for k in range(9):
        t = (k / 8) ** 2
        y = 374 + 390 * t
        for side in (-1, 1):
            x = vanish + (foot - vanish) * t + side * (8 + 262 * t)
            palm(canvas, x, y, 24 + 200 * t, mix(ink.dark, ink.haze, 0.5 * (1 - t)), side * 14 * t)
    sampan(canvas, vanish + (foot - vanish) * 0.45, 560, 48, ink.dark)
    birds(canvas, rng, mix(ink.dark, ink.haze, 0.2))


def village(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """A village of tiled roofs among areca palms, behind rice fields."""
    sky(canvas, rng, ink, 430)
    hills(canvas, rng, ink, 420, 3, 120)
    paddies(canvas, rng, ink, 520)
    ridge(
        canvas,
        wave(rng, 470, 10, 2),
        [mix(ink.leaf, ink.haze, 0.2), ink.leaf, ink.field, ink.field],
    )
    paddies(canvas, rng, ink, 548)
    for x in range(-20, 1240, 75):
        tree(
            canvas, x + rng.uniform(-18, 18), 508, rng.uniform(44, 70), mix(ink.leaf, ink.haze, 0.3)
        )
    for x in sorted(rng.sample(range(70, 1120, 130), 6)):
        buildings.house(canvas, x, 548 + rng.uniform(-14, 6), rng.uniform(70, 98), ink, rng)
    for x in rng.sample(range(30, 1180, 60), 9):
        palm(canvas, x, 556, rng.uniform(130, 190), ink.dark, rng.uniform(-8, 8))
    birds(canvas, rng, mix(ink.dark, ink.haze, 0.2))


def garden(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """Vegetable beds and fruit trees in early light."""
    sky(canvas, rng, ink, 380)
    hills(canvas, rng, ink, 372, 2, 110)
    for x in range(-20, 1240, 58):
        tree(
            canvas,
            x + rng.uniform(-14, 14),
            396,
            rng.uniform(40, 66),
            mix(ink.leaf, ink.haze, 0.28),
        )
    soil = mix((150, 106, 72), ink.accent, 0.12)
    canvas.gradient(388, 800, [mix(soil, ink.haze, 0.45), soil])
    vanish = rng.uniform(480, 720)
    greens: list[Colour] = [ink.leaf, ink.field, mix((138, 70, 130), ink.accent, 0.15), ink.gold]
    for k in range(-7, 8):
        shade = greens[(k + 7 + rng.randint(0, 1)) % 4]
        for step in range(22):
            t = ((step + 0.5) / 22) ** 1.7
            x, y = vanish + k * (16 + 190 * t), 396 + 410 * t
            size = 4 + 46 * t
            tint = mix(shade, ink.haze, 0.35 * (1 - t))
            canvas.ellipse(x, y + size * 0.2, size * 1.15, size * 0.5, mix(tint, ink.dark, 0.35))
            canvas.ellipse(x, y, size, size * 0.52, tint)
            canvas.ellipse(
                x - size * 0.2,
                y - size * 0.12,
                size * 0.5,
                size * 0.25,
                mix(tint, (255, 255, 220), 0.25),
            )
    buildings.house(canvas, rng.choice([170, 960]), 424, 88, ink, rng)


def storm(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
    """Thunderclouds and rain over bending palms."""
    dark = mix((58, 70, 86), ink.accent, 0.18)
    canvas.gradient(
        0, 470, [mix(dark, (0, 0, 0), 0.15), mix(dark, (200, 210, 214), 0.45), (218, 216, 200)]
    )
    for k in range(16):
        shade = mix(dark, (210, 218, 224), 0.06 * (k % 6))
        cloud(canvas, rng.uniform(-60, 1260), rng.uniform(30, 230), rng.uniform(130, 240), shade)
    x, y = rng.uniform(300, 900), 190.0
    bolt = [(x, y)]
    while y < 430:
        x, y = x + rng.uniform(-34, 34), y + rng.uniform(28, 52)
        bolt.append((x, y))
    canvas.glow(bolt[0][0], 220, 330, (255, 248, 214), 0.55)
    canvas.line(bolt, (255, 250, 224), 5)
    ridge(canvas, wave(rng, 448, 20, 3), [mix(ink.hill, dark, 0.5), mix(ink.hill, dark, 0.4)])
    canvas.gradient(500, 800, [mix(ink.field, dark, 0.5), mix(ink.leaf, dark, 0.55)])
    for k in range(6):
        top = 530 + k * 46
        canvas.box(-10, top, 1220, 7 + k * 3, mix(ink.water[0], dark, 0.25))
    for x in rng.sample(range(80, 1120, 80), 6):
        palm(canvas, x, rng.uniform(560, 700), rng.uniform(150, 240), mix(ink.dark, dark, 0.3), 75)
    for _ in range(260):
        x, y, length = rng.uniform(0, 1300), rng.uniform(150, 780), rng.uniform(16, 44)
        canvas.line(
            [(x, y), (x - length * 0.35, y + length)], mix(dark, (235, 240, 243), 0.55), 1.2
        )


SCENES: dict[str, Scene] = {
    "terraces": terraces,
    "delta": delta,
    "lotus": lotus_pond,
    "mountains": mountains,
    "sea": sea,
    "canal": canal,
    "village": village,
    "garden": garden,
    "storm": storm,
    **buildings.scenes(sky, hills, water),
}
