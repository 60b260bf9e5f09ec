"""Generated pictures and emblems for the demo: drawn by us, repeatable, tinted by department.

A picture's key chooses the scene, either by name ("lotus-3") or by chance, and varies it; the
accent colours it. The same key, accent and size always give the same bytes.
"""

import io
import math
import random

from PIL import Image, ImageDraw

from cms.demo.brush import Canvas, Colour, mix, petal, rgb, tone
from cms.demo.names import chance
from cms.demo.scenes import SCENES, Palette

JPEG_QUALITY = 84
EMBLEM_SCALE = 3


def picture(key: str, accent: str, width: int = 1200, height: int = 800) -> bytes:
    """Return a JPEG of ``width`` x ``height`` pixels for the key, tinted with the accent.

    ``accent`` is ``#rrggbb``. A key of the form "scene-anything" with a known scene draws that
    scene; any other key draws one chosen by the key.
    """
    rng = chance("picture", key)
    name = key.split("-", 1)[0]
    if name not in SCENES:
        name = rng.choice(sorted(SCENES))
    canvas = Canvas(width, height)
    SCENES[name](canvas, rng, Palette(rgb(accent), rng))
    out = io.BytesIO()
    canvas.finish().save(out, "JPEG", quality=JPEG_QUALITY, optimize=False, progressive=True)
    return out.getvalue()


def emblem(key: str, accent: str, size: int = 512) -> bytes:
    """Return a transparent PNG of ``size`` pixels square: a lotus emblem varied by the key."""
    rng = chance("emblem", key)
    side = size * EMBLEM_SCALE
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = _Pen(ImageDraw.Draw(image), side / 200)
    colour = rgb(accent)
    ground = tone(colour, 0.27)
    gold = mix((232, 183, 74), colour, 0.08)
    _frame(pen, rng, colour, gold)
    _bloom(pen, rng, colour)
    _water(pen, rng, ground, gold)
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


class _Pen:
    """Draws on a sheet of 200 x 200 units."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: float) -> None:
        self.draw, self.scale = draw, scale

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self.draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=fill)

    def disc(self, x: float, y: float, r: float, fill: Colour) -> None:
        s = self.scale
        self.draw.ellipse([(x - r) * s, (y - r) * s, (x + r) * s, (y + r) * s], fill=fill)

    def arc(self, y: float, half: float, bend: float, width: float, fill: Colour) -> None:
        points = [
            ((100 + half * t / 12) * self.scale, (y + bend * (1 - (t / 12) ** 2)) * self.scale)
            for t in range(-12, 13)
        ]
        self.draw.line(points, fill=fill, width=round(width * self.scale), joint="curve")


def _frame(pen: _Pen, rng: random.Random, colour: Colour, gold: Colour) -> None:
    """Draw the round ground with one of four rims."""
    rim = rng.choice(["plain", "pearls", "petals", "rays"])
    if rim == "petals":
        count = rng.choice([16, 20, 24])
        for k in range(count):
            angle = math.tau * k / count
            foot = (100 + 76 * math.sin(angle), 100 - 76 * math.cos(angle))
            pen.shape(petal(*foot, angle, 21, 24), tone(colour, 0.30 + 0.08 * (k % 2)))
        pen.disc(100, 100, 83, gold)
    elif rim == "rays":
        count = rng.choice([24, 32, 40])
        for k in range(count):
            angle, half = math.tau * k / count, math.pi / count * 0.62
            edge = [(97.0, angle), (80.0, angle - half), (80.0, angle + half)]
            pen.shape([(100 + r * math.sin(a), 100 - r * math.cos(a)) for r, a in edge], gold)
        pen.disc(100, 100, 84, gold)
    else:
        pen.disc(100, 100, 97, tone(colour, 0.25))
        pen.disc(100, 100, 94, gold)
        pen.disc(100, 100, 91.5, tone(colour, 0.25))
        if rim == "pearls":
            for k in range(36):
                angle = math.tau * k / 36
                pen.disc(100 + 86 * math.sin(angle), 100 - 86 * math.cos(angle), 2.1, gold)
        pen.disc(100, 100, 81, gold)
    for step in range(20):
        pen.disc(100, 100, 79 - step * 2.2, tone(colour, 0.28 + step * 0.009))


def _bloom(pen: _Pen, rng: random.Random, colour: Colour) -> None:
    """Draw the lotus: three rows of petals, the number chosen by the key."""
    half = rng.choice([2, 3, 3, 4])
    spread = rng.uniform(1.0, 1.25)
    blush = mix(tone(colour, 0.78, 1.1), (255, 240, 235), 0.25)
    rows = [
        (spread, half, 58.0, blush),
        (spread * 0.68, half, 62.0, mix(blush, (255, 255, 255), 0.5)),
    ]
    for width, count, length, shade in rows:
        for i in [n for k in range(count, 0, -1) for n in (-k, k)]:
            angle = width * i / count
            pen.shape(petal(100, 124, angle, length, 27), mix(colour, shade, 0.45))
            pen.shape(petal(100, 123, angle, length - 3, 23.5), shade)
    for angle in (-0.3, 0.3, 0):
        pen.shape(petal(100, 124, angle, 68, 28), mix(colour, blush, 0.45))
        pen.shape(petal(100, 123, angle, 65, 24.5), (255, 252, 249))


def _water(pen: _Pen, rng: random.Random, ground: Colour, gold: Colour) -> None:
    """Draw the water under the lotus and, for some keys, a star or rising sun above."""
    for k in range(rng.choice([2, 3])):
        pen.arc(133 + k * 9, 46 - k * 10, 7, 3.4, gold if k % 2 == 0 else (255, 252, 249))
    above = rng.choice(["star", "sun", "none"])
    if above == "star":
        points = []
        for k in range(10):
            radius = 9.5 if k % 2 == 0 else 3.9
            angle = math.pi * k / 5
            points.append((100 + radius * math.sin(angle), 40 - radius * math.cos(angle)))
        pen.shape(points, gold)
    elif above == "sun":
        pen.disc(100, 40, 8, gold)
        pen.disc(100, 40, 5.4, mix(gold, (255, 255, 255), 0.45))
    pen.disc(100, 125, 4.2, mix(gold, ground, 0.1))
