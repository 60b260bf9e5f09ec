"""Scenes with buildings: town, school, clinic, office, bridge and market."""

import random
from collections.abc import Callable

from cms.demo.brush import Canvas, Colour, lotus, mix, palm, tree
from cms.demo.palette import Palette

Painter = Callable[[Canvas, random.Random, Palette], None]
Sky = Callable[[Canvas, random.Random, Palette, float], tuple[float, float]]
Hills = Callable[[Canvas, random.Random, Palette, float, int, float], None]
Water = Callable[[Canvas, random.Random, Palette, float, float], None]
GLASS = (176, 212, 226)


def house(
    canvas: Canvas, x: float, y: float, size: float, ink: Palette, rng: random.Random
) -> None:
    """Draw a tiled country house with its foot at x, y."""
    wall = mix(ink.wall, ink.gold, rng.uniform(0, 0.25))
    canvas.box(x - size * 0.75, y - size * 0.55, size * 1.5, size * 0.55, wall)
    canvas.polygon(
        [
            (x - size * 0.95, y - size * 0.5),
            (x - size * 0.6, y - size),
            (x + size * 0.6, y - size),
            (x + size * 0.95, y - size * 0.5),
        ],
        ink.roof,
    )
    canvas.box(
        x - size * 0.62, y - size * 1.03, size * 1.24, size * 0.07, mix(ink.roof, ink.dark, 0.3)
    )
    canvas.box(
        x - size * 0.13, y - size * 0.36, size * 0.26, size * 0.36, mix(ink.dark, ink.roof, 0.4)
    )
    for side in (-0.5, 0.28):
        canvas.box(
            x + size * side, y - size * 0.36, size * 0.22, size * 0.2, mix(GLASS, ink.dark, 0.35)
        )


def block(
    canvas: Canvas,
    x: float,
    y: float,
    w: float,
    floors: int,
    ink: Palette,
    wall: Colour,
    trim: Colour,
) -> float:
    """Draw a public building with verandas, its foot at y; return the height of its eaves."""
    step = 96
    top = y - floors * step
    canvas.box(x, top, w, floors * step, wall)
    count = max(3, round(w / 92))
    bay = w / count
    for floor in range(floors):
        fy = top + floor * step
        canvas.box(x, fy, w, 16, mix(wall, ink.dark, 0.16))
        for k in range(count):
            bx = x + k * bay
            canvas.box(bx + bay * 0.2, fy + 28, bay * 0.6, 46, mix(GLASS, ink.accent, 0.12), 3)
            canvas.polygon(
                [(bx + bay * 0.2, fy + 28), (bx + bay * 0.55, fy + 28), (bx + bay * 0.2, fy + 66)],
                mix(GLASS, (255, 255, 255), 0.5),
            )
            canvas.box(bx + bay * 0.485, fy + 28, bay * 0.03, 46, (250, 250, 246))
            canvas.box(bx - 4, fy + 16, 8, step - 16, mix(wall, (255, 255, 255), 0.6))
        canvas.box(x - 6, fy + step - 12, w + 12, 8, trim)
    canvas.box(x + w - 4, top, 8, floors * step, mix(wall, (255, 255, 255), 0.6))
    return top


def hip_roof(canvas: Canvas, x: float, y: float, w: float, height: float, ink: Palette) -> None:
    """Draw a hipped tile roof whose eaves span x to x + w at y."""
    canvas.polygon(
        [(x - 26, y + 4), (x + 44, y - height), (x + w - 44, y - height), (x + w + 26, y + 4)],
        ink.roof,
    )
    for k in range(1, 5):
        at = y + 4 - height * k / 5
        inset = -26 + 70 * k / 5
        canvas.line([(x + inset, at), (x + w - inset, at)], mix(ink.roof, ink.dark, 0.22), 2)
    canvas.box(x - 28, y, w + 56, 9, mix(ink.roof, ink.dark, 0.35))


def flag(canvas: Canvas, x: float, y: float, height: float, ink: Palette) -> None:
    """Draw a flagpole with a plain pennant in the accent colour."""
    canvas.box(x - 2.5, y - height, 5, height, (236, 236, 232))
    canvas.polygon(
        [(x + 2, y - height + 4), (x + 72, y - height + 12), (x + 2, y - height + 46)], ink.accent
    )
    canvas.ellipse(x, y - height, 5, 5, ink.gold)


def forecourt(canvas: Canvas, rng: random.Random, ink: Palette, top: float) -> None:
    """Paint a paved yard with a path, lawn and shrubs below ``top``."""
    canvas.gradient(top, 800, [mix(ink.field, ink.haze, 0.25), ink.leaf])
    canvas.shaded(
        [(520, top), (680, top), (900, 800), (300, 800)],
        [mix(ink.wall, ink.haze, 0.3), mix(ink.wall, (190, 170, 150), 0.45)],
    )
    for k in range(5):
        t = (k + 0.6) / 5
        y = top + 20 + (790 - top) * t
        for side in (-1, 1):
            x = 600 + side * (112 + 245 * t)
            size = 15 + 26 * t
            canvas.ellipse(x, y - size * 0.2, size, size * 0.75, mix(ink.leaf, ink.dark, 0.25))
            canvas.ellipse(x - size * 0.2, y - size * 0.45, size * 0.6, size * 0.42, ink.field)
            for _ in range(4):
                bloom = x + rng.uniform(-0.6, 0.6) * size, y - rng.uniform(0.1, 0.75) * size
                canvas.ellipse(*bloom, 3 + 2 * t, 3 + 2 * t, ink.petal)


def scenes(sky: Sky, hills: Hills, water: Water) -> dict[str, Painter]:
    """Return the scenes of this module by name, given the painters of their backgrounds."""

    def skyline(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
        """Towers of the provincial town behind the river."""
        sun_x, _ = sky(canvas, rng, ink, 520)
        hills(canvas, rng, ink, 470, 2, 110)
        for depth in (0, 1, 2):
            x = -30.0
            while x < 1220:
                w = rng.uniform(46, 96)
                tall = rng.uniform(70, 300 - 55 * depth) * (1.15 - 0.5 * abs(x - 600) / 600)
                base = 540.0
                shade = mix(
                    mix(ink.hill, ink.accent, 0.15 * (depth + rng.random())),
                    ink.haze,
                    0.68 - 0.27 * depth,
                )
                canvas.box(x, base - tall, w, tall, shade)
                if rng.random() < 0.3:
                    canvas.polygon(
                        [(x, base - tall), (x + w / 2, base - tall - 26), (x + w, base - tall)],
                        shade,
                    )
                lit = mix(shade, ink.sun, 0.6)
                for wy in range(int(base - tall) + 14, int(base) - 10, 22):
                    for wx in range(int(x) + 9, int(x + w) - 12, 15):
                        if rng.random() < 0.62:
                            canvas.box(wx, wy, 7, 11, lit)
                x += w + rng.uniform(-8, 26)
        for foot in range(-10, 1220, 46):
            tree(
                canvas,
                foot + rng.uniform(-12, 12),
                552,
                rng.uniform(20, 34),
                mix(ink.leaf, ink.dark, 0.2),
            )
        canvas.box(0, 548, 1200, 12, mix(ink.wall, ink.haze, 0.2))
        water(canvas, rng, ink, 560, sun_x)

    def school(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
        """A two-storey school with a flagpole and shade trees."""
        sky(canvas, rng, ink, 520)
        hills(canvas, rng, ink, 500, 2, 130)
        wall = mix((253, 226, 160), ink.wall, rng.uniform(0.1, 0.6))
        for x in (120, 1080):
            tree(canvas, x, 560, 150, mix(ink.leaf, ink.haze, 0.15))
        top = block(canvas, 190, 570, 820, 2, ink, wall, mix(ink.accent, wall, 0.15))
        hip_roof(canvas, 190, top, 820, 66, ink)
        canvas.box(520, 350, 160, 220, mix(wall, (255, 255, 255), 0.35))
        canvas.polygon([(500, 352), (600, 280), (700, 352)], mix(ink.roof, ink.dark, 0.15))
        canvas.ellipse(600, 330, 20, 20, (252, 250, 244))
        canvas.line([(600, 330), (600, 317)], ink.dark, 3)
        canvas.line([(600, 330), (609, 334)], ink.dark, 3)
        canvas.box(556, 470, 88, 100, mix(ink.dark, ink.roof, 0.3), 6)
        forecourt(canvas, rng, ink, 566)
        flag(canvas, rng.choice([380, 820]), 640, 330, ink)
        for x in (70, 1130):
            tree(canvas, x + rng.uniform(-20, 20), 690, 170, ink.leaf)

    def clinic(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
        """A health station with a cross in the accent colour."""
        sky(canvas, rng, ink, 520)
        hills(canvas, rng, ink, 500, 2, 120)
        for x in range(40, 1200, 120):
            tree(canvas, x, 560, rng.uniform(80, 120), mix(ink.leaf, ink.haze, 0.25))
        white = (250, 251, 249)
        floors = rng.choice([2, 3])
        top = block(canvas, 230, 575, 740, floors, ink, mix(white, ink.wall, 0.3), ink.accent)
        canvas.box(210, top - 22, 780, 26, mix(ink.accent, ink.dark, 0.1))
        canvas.box(505, top - 74, 190, 649 - top, white, 4)
        canvas.box(578, top - 46, 44, 130, ink.accent, 5)
        canvas.box(535, top - 3, 130, 44, ink.accent, 5)
        canvas.box(478, 468, 244, 16, mix(ink.accent, ink.dark, 0.1))
        canvas.box(540, 484, 120, 91, mix(GLASS, ink.accent, 0.2))
        canvas.box(597, 484, 6, 91, white)
        forecourt(canvas, rng, ink, 572)
        for x in (110, 1090):
            palm(canvas, x + rng.uniform(-20, 20), 700, 330, mix(ink.leaf, ink.dark, 0.35), 12)

    def office(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
        """A seat of government with columns, steps and a lotus bed."""
        sky(canvas, rng, ink, 520)
        hills(canvas, rng, ink, 500, 2, 140)
        wall = mix(ink.wall, (238, 214, 170), rng.uniform(0.1, 0.6))
        top = block(canvas, 110, 570, 980, 3, ink, wall, mix(wall, ink.roof, 0.45))
        hip_roof(canvas, 110, top, 980, 54, ink)
        canvas.box(400, top - 14, 400, 584 - top, mix(wall, (255, 255, 255), 0.4))
        canvas.polygon([(376, top - 10), (600, top - 108), (824, top - 10)], ink.roof)
        canvas.polygon(
            [(430, top - 18), (600, top - 90), (770, top - 18)], mix(wall, (255, 255, 255), 0.3)
        )
        lotus(canvas, 600, top - 22, 44, ink.petal)
        for k in range(6):
            x = 424 + k * 66.0
            canvas.box(x, top + 10, 22, 540 - top, (252, 250, 245))
            canvas.box(x - 5, top + 4, 32, 12, mix(wall, ink.dark, 0.12))
        canvas.box(566, 440, 68, 130, mix(ink.dark, ink.roof, 0.35))
        forecourt(canvas, rng, ink, 560)
        for k in range(5):
            canvas.box(380 - k * 12, 548 + k * 9, 440 + k * 24, 10, mix(wall, ink.dark, 0.05 * k))
        flag(canvas, rng.choice([330, 870]), 640, 330, ink)
        for x in (90, 1110):
            tree(canvas, x + rng.uniform(-15, 15), 650, 130, ink.leaf)

    def bridge(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
        """A cable-stayed bridge over the river."""
        sun_x, _ = sky(canvas, rng, ink, 470)
        hills(canvas, rng, ink, 465, 3, 110)
        water(canvas, rng, ink, 470, sun_x)
        deck, pylon = 430.0, mix(ink.wall, ink.accent, 0.12)
        shift = rng.uniform(-60, 60)
        cable = mix((250, 248, 240), ink.accent, 0.25)
        for x in (370 + shift, 830 + shift):
            for k in range(1, 11):
                for side in (-1, 1):
                    canvas.line([(x, 132 + k * 9), (x + side * k * 22, deck)], cable, 1.8)
            canvas.polygon([(x - 22, 560), (x - 5, 118), (x + 5, 118), (x + 22, 560)], pylon)
            canvas.polygon(
                [(x + 2, 560), (x + 1, 118), (x + 5, 118), (x + 22, 560)], mix(pylon, ink.dark, 0.2)
            )
            canvas.box(x - 46, 552, 92, 24, mix(pylon, ink.dark, 0.3), 8)
        canvas.box(-10, deck, 1220, 17, mix(pylon, ink.dark, 0.1))
        canvas.box(-10, deck + 15, 1220, 7, mix(pylon, ink.dark, 0.45))
        for post in range(20, 1200, 46):
            canvas.box(post, deck - 26, 2.5, 26, mix(pylon, ink.dark, 0.4))
        for _ in range(5):
            x = rng.uniform(30, 1150)
            canvas.box(
                x,
                deck - 14,
                34,
                14,
                rng.choice([ink.accent, ink.gold, ink.roof, (250, 250, 250)]),
                4,
            )
        for x in range(-20, 1240, 34):
            size = rng.uniform(24, 46)
            canvas.ellipse(
                x, 800, size * 1.5, size, mix(ink.leaf, ink.dark, rng.uniform(0.1, 0.45))
            )

    def market(canvas: Canvas, rng: random.Random, ink: Palette) -> None:
        """A row of market stalls under striped awnings."""
        sky(canvas, rng, ink, 420)
        hills(canvas, rng, ink, 400, 2, 90)
        for foot in range(-10, 1240, 64):
            tree(
                canvas,
                foot + rng.uniform(-12, 12),
                470,
                rng.uniform(60, 92),
                mix(ink.leaf, ink.haze, 0.25),
            )
        paving = mix(ink.wall, (196, 172, 148), 0.5)
        canvas.gradient(460, 800, [mix(paving, ink.haze, 0.3), paving])
        awnings = [ink.accent, ink.gold, ink.roof, ink.leaf, ink.petal]
        rng.shuffle(awnings)
        for k in range(5):
            x, y, w = 22 + k * 236.0, 372.0, 214.0
            canvas.box(x + 8, y + 60, w - 16, 190, mix(ink.dark, ink.wall, 0.28))
            for post in (x + 8, x + w - 16):
                canvas.box(post, y + 40, 8, 300, mix(ink.dark, (150, 110, 80), 0.6))
            stripes = 8
            for s in range(stripes):
                sx, sw = x + s * w / stripes, w / stripes
                fill = awnings[k] if s % 2 == 0 else (252, 248, 238)
                lean = 12.0
                canvas.polygon(
                    [(sx + lean, y), (sx + sw + lean * 0.6, y), (sx + sw, y + 74), (sx, y + 74)],
                    fill,
                )
                canvas.ellipse(sx + sw / 2, y + 74, sw / 2, 13, fill)
            canvas.box(x, y + 228, w, 26, mix((196, 148, 98), ink.accent, 0.1), 3)
            canvas.box(x + 6, y + 254, w - 12, 86, mix((164, 118, 76), ink.accent, 0.1))
            for row in range(3):
                shade = rng.choice(
                    [ink.leaf, ink.gold, ink.roof, ink.petal, ink.field, (238, 150, 70)]
                )
                for n in range(7):
                    cx = x + 18 + row * 66 + (n % 4) * 14 + (7 if n > 3 else 0)
                    canvas.ellipse(
                        cx,
                        y + 224 - (11 if n > 3 else 0),
                        10,
                        9,
                        mix(shade, ink.dark, 0.08 * (n % 3)),
                    )
        for y in sorted(rng.uniform(690, 738) for _ in range(9)):
            x = rng.uniform(60, 1140)
            size = 52.0
            cloth = rng.choice([ink.accent, ink.petal, ink.hill, ink.roof, ink.leaf])
            canvas.ellipse(x, y + size * 0.9, size * 0.6, 8, mix(paving, ink.dark, 0.25))
            canvas.polygon(
                [
                    (x - 20, y + size * 0.9),
                    (x - 15, y - 18),
                    (x + 15, y - 18),
                    (x + 20, y + size * 0.9),
                ],
                cloth,
            )
            canvas.ellipse(x, y - 26, 11, 12, (226, 184, 150))
            canvas.polygon([(x - 32, y - 26), (x, y - 54), (x + 32, y - 26)], (238, 218, 168))

    return {
        "skyline": skyline,
        "school": school,
        "clinic": clinic,
        "office": office,
        "bridge": bridge,
        "market": market,
    }
