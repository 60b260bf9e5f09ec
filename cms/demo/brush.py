"""Brushes for the demo pictures: a supersampled canvas, colours and things to draw on it."""

import colorsys
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
STRIP = 48  # samples of a colour run, stretched to the height wanted
UNITS = 1200.0  # scenes are drawn on a sheet 1200 units wide and 800 high


def rgb(code: str) -> Colour:
    """Turn ``#rrggbb`` into a triple of bytes."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; ``share`` 0 gives the first, 1 the second."""
    a, b, c = (round(x + (y - x) * share) for x, y in zip(first, second, strict=True))
    return a, b, c


def tone(colour: Colour, lightness: float, saturation: float = 1.0) -> Colour:
    """Return the colour's hue at a lightness of 0 to 1, its saturation scaled."""
    hue, _, old = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    a, b, c = colorsys.hls_to_rgb(hue, lightness, min(1.0, old * saturation))
    return round(a * 255), round(b * 255), round(c * 255)


class Canvas:
    """A sheet of 1200 x 800 units drawn larger than wanted and scaled down at the end."""

    def __init__(self, width: int, height: int, scale: float = 1.6) -> None:
        """Prepare a sheet for a picture of ``width`` x ``height`` pixels."""
        self.width, self.height = width, height
        self.size = (round(width * scale), round(height * scale))
        self.sx, self.sy = self.size[0] / UNITS, self.size[1] / 800
        self.image = Image.new("RGB", self.size)
        self.draw = ImageDraw.Draw(self.image)

    def points(self, points: Sequence[Point]) -> list[Point]:
        """Scale sheet units to pixels."""
        return [(x * self.sx, y * self.sy) for x, y in points]

    def finish(self) -> Image.Image:
        """Return the picture in its final size."""
        return self.image.resize((self.width, self.height), Image.Resampling.HAMMING)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon(self.points(points), fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an ellipse around a centre."""
        corners = self.points([(x - rx, y - ry), (x + rx, y + ry)])
        self.draw.ellipse([*corners[0], *corners[1]], fill=fill)

    def box(self, x: float, y: float, w: float, h: float, fill: Colour, radius: float = 0) -> None:
        """Fill a rectangle, with rounded corners if wanted."""
        corners = self.points([(x, y), (x + w, y + h)])
        self.draw.rounded_rectangle([*corners[0], *corners[1]], radius * self.sx, fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """Draw a line with rounded joints."""
        pixels = max(1, round(width * self.sx))
        self.draw.line(self.points(points), fill=fill, width=pixels, joint="curve")

    def gradient(self, top: float, bottom: float, stops: Sequence[Colour]) -> None:
        """Fill the band between two heights with colours running downwards."""
        y0, y1 = round(top * self.sy), round(bottom * self.sy)
        self.image.paste(column(stops, y1 - y0).resize((self.size[0], y1 - y0)), (0, y0))

    def shaded(self, points: Sequence[Point], stops: Sequence[Colour]) -> None:
        """Fill a polygon with colours running downwards through its height."""
        pixels = self.points(points)
        xs, ys = [p[0] for p in pixels], [p[1] for p in pixels]
        x0, y0 = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        x1, y1 = min(self.size[0], math.ceil(max(xs))), min(self.size[1], math.ceil(max(ys)))
        if x1 <= x0 or y1 <= y0:
            return
        mask = Image.new("1", (x1 - x0, y1 - y0))
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in pixels], fill=1)
        self.image.paste(column(stops, y1 - y0).resize(mask.size), (x0, y0), mask)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Lay a soft round light over the sheet; ``strength`` is 0 to 1."""
        side = round(radius * 2 * self.sx)
        light = Image.radial_gradient("L").point(lambda v: round(max(0, 170 - v) * strength))
        corner = (round(x * self.sx - side / 2), round(y * self.sy - side / 2))
        self.image.paste(
            colour, (*corner, corner[0] + side, corner[1] + side), light.resize((side, side))
        )

    def veil(self, top: float, bottom: float, colour: Colour, strength: float) -> None:
        """Lay mist over a band, strongest in its lower part."""
        y0, y1 = round(top * self.sy), round(bottom * self.sy)
        mask = Image.linear_gradient("L").point(lambda v: round(v * strength))
        self.image.paste(colour, (0, y0, self.size[0], y1), mask.resize((self.size[0], y1 - y0)))


def column(stops: Sequence[Colour], height: int) -> Image.Image:
    """Return a one pixel wide strip running through the colours."""
    strip = Image.new("RGB", (1, STRIP))
    steps = (i / (STRIP - 1) * (len(stops) - 1) for i in range(STRIP))
    parts = [(min(len(stops) - 2, int(at)), at) for at in steps]
    strip.putdata([mix(stops[i], stops[i + 1], at - i) for i, at in parts])
    return strip.resize((1, max(1, height)), Image.Resampling.BILINEAR)


def wave(rng: random.Random, base: float, height: float, rough: int) -> Callable[[float], float]:
    """Return a smooth random skyline: y for each x, around ``base`` within ``height``."""
    parts = [
        (height / (k + 1), rng.uniform(0.8, 1.25) * (k + 1) * 2.2, rng.uniform(0, 6.3))
        for k in range(rough)
    ]
    return lambda x: base - sum(a * math.sin(f * x / UNITS * 2 + p) for a, f, p in parts) / 1.6


def ridge(canvas: Canvas, top: Callable[[float], float], stops: Sequence[Colour]) -> None:
    """Fill everything below a skyline down to the foot of the sheet."""
    edge = [(x, top(x)) for x in range(-12, 1225, 12)]
    canvas.shaded([*edge, (1224, 812), (-12, 812)], stops)


def petal(x: float, y: float, angle: float, length: float, width: float) -> list[Point]:
    """Return the outline of a pointed petal from its foot; angle 0 points up, in radians."""
    outline: list[Point] = []
    for side in (1, -1):
        steps = [i / 14 for i in range(15)] if side == 1 else [1 - i / 14 for i in range(15)]
        for t in steps:
            across = side * width * math.sin(math.pi * t**0.8) ** 0.9 * 0.5
            along = length * t
            outline.append(
                (
                    x + across * math.cos(angle) + along * math.sin(angle),
                    y + across * math.sin(angle) - along * math.cos(angle),
                )
            )
    return outline


def lotus(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a lotus in bloom whose foot is at x, y."""
    pale, white = mix(colour, (255, 255, 255), 0.55), (255, 250, 246)
    rows = [(1.15, 4, 0.80, colour), (0.85, 4, 0.95, mix(colour, pale, 0.45)), (0.42, 3, 1.0, pale)]
    for spread, half, length, shade in rows:
        for i in [n for k in range(half, 0, -1) for n in (-k, k)] + [0]:
            angle = spread * i / half
            reach = size * length * (1 - 0.12 * abs(i) / half)
            canvas.polygon(petal(x, y, angle, reach, size * 0.36), shade)
            inner = petal(x, y, angle, reach * 0.8, size * 0.2)
            canvas.polygon(inner, mix(shade, white, 0.4))
    canvas.ellipse(x, y - size * 0.1, size * 0.16, size * 0.09, (238, 190, 70))


def leaf(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a floating lotus leaf seen at a slant."""
    canvas.ellipse(x, y + size * 0.05, size, size * 0.34, mix(colour, (0, 30, 30), 0.35))
    canvas.ellipse(x, y, size, size * 0.32, colour)
    vein = mix(colour, (255, 255, 230), 0.28)
    for k in range(9):
        angle = k / 9 * math.tau
        end = (x + size * 0.86 * math.cos(angle), y + size * 0.27 * math.sin(angle))
        canvas.line([(x, y), end], vein, 1.4)
    canvas.ellipse(x, y, size * 0.08, size * 0.03, vein)


def palm(
    canvas: Canvas, x: float, y: float, height: float, colour: Colour, lean: float = 0
) -> None:
    """Draw a coconut palm with its foot at x, y."""
    top = (x + lean, y - height)
    trunk = mix(colour, (90, 60, 40), 0.45)
    bend = (x + lean * 0.25, y - height * 0.5)
    canvas.line([(x, y), bend, top], trunk, max(2.0, height * 0.035))
    for k in range(9):
        angle = math.radians(-205 + k * 29)
        reach = height * 0.42
        tip = (top[0] + reach * math.cos(angle), top[1] + reach * math.sin(angle) + reach * 0.32)
        knee = (
            top[0] + reach * 0.55 * math.cos(angle),
            top[1] + reach * 0.6 * math.sin(angle) - reach * 0.1,
        )
        under = (knee[0], knee[1] + reach * 0.17)
        canvas.polygon([top, knee, tip, under], mix(colour, (255, 255, 210), 0.05 * (k % 3)))


def tree(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a round shade tree with its foot at x, y."""
    canvas.line([(x, y), (x, y - size)], mix(colour, (70, 45, 30), 0.6), max(2.0, size * 0.11))
    dark, light = mix(colour, (10, 40, 40), 0.22), mix(colour, (255, 250, 190), 0.2)
    for dx, dy, r, shade in (
        (-0.38, -1.0, 0.42, dark),
        (0.4, -0.98, 0.44, dark),
        (0, -1.25, 0.55, colour),
        (-0.14, -1.4, 0.3, light),
    ):
        canvas.ellipse(x + dx * size, y + dy * size, r * size, r * size * 0.9, shade)


def sampan(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a sampan with a rower in a conical hat."""
    hull = [(-1, -0.2), (-0.7, 0.02), (0.7, 0.02), (1.05, -0.24), (0.62, 0.16), (-0.62, 0.16)]
    canvas.polygon([(x + a * size, y + b * size) for a, b in hull], colour)
    body = mix(colour, (120, 50, 60), 0.5)
    parts: list[tuple[list[Point], Colour]] = [
        ([(0.28, 0.02), (0.34, -0.46), (0.52, -0.46), (0.58, 0.02)], body),
        ([(0.2, -0.5), (0.43, -0.74), (0.66, -0.5)], (236, 214, 160)),
    ]
    for shape, fill in parts:
        canvas.polygon([(x + a * size, y + b * size) for a, b in shape], fill)
    oar = [(x + 0.32 * size, y - 0.34 * size), (x + 0.95 * size, y + 0.3 * size)]
    canvas.line(oar, mix(colour, (255, 230, 190), 0.3), size * 0.035)
    shadow = [(x - size * 0.8, y + size * 0.24), (x + size * 0.8, y + size * 0.24)]
    canvas.line(shadow, mix(colour, (200, 225, 225), 0.55), size * 0.04)


def cloud(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a flat-footed cloud."""
    canvas.box(x - size, y - size * 0.18, size * 2, size * 0.26, colour, size * 0.13)
    for dx, r in ((-0.45, 0.28), (0.05, 0.4), (0.5, 0.25)):
        canvas.ellipse(x + dx * size, y - size * 0.16, r * size, r * size * 0.85, colour)


def birds(canvas: Canvas, rng: random.Random, colour: Colour) -> None:
    """Draw a small flock of egrets in the sky."""
    x, y = rng.uniform(250, 900), rng.uniform(110, 210)
    for _ in range(rng.randint(3, 6)):
        bx, by, s = x + rng.uniform(-110, 110), y + rng.uniform(-40, 40), rng.uniform(9, 16)
        wing = [(bx - s, by - s * 0.5), (bx - s * 0.4, by - s * 0.6), (bx, by)]
        canvas.line([*wing, (bx + s * 0.4, by - s * 0.6), (bx + s, by - s * 0.5)], colour, 2.6)


def ripples(canvas: Canvas, rng: random.Random, top: float, colour: Colour, count: int) -> None:
    """Draw light strokes on water from ``top`` down, longer as they come nearer."""
    for _ in range(count):
        depth = rng.random() ** 1.4
        y = top + 8 + (790 - top) * depth
        x, half = rng.uniform(0, 1200), 14 + 75 * depth * rng.uniform(0.4, 1)
        canvas.line([(x - half, y), (x + half, y)], colour, 1.2 + 2.4 * depth)
