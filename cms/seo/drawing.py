"""Small pictures that Sen draws itself: a lotus in a department's colour, text beside it."""

from __future__ import annotations

from math import cos, radians, sin
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

#: Drawn so many times larger and scaled down, so that edges are smooth.
_SHARPER = 4
# Angle from upright in degrees, length and width as parts of the picture, opacity.
_PETALS = [
    *((side * 68, 0.46, 0.17, 0.42) for side in (-1, 1)),
    *((side * 36, 0.54, 0.20, 0.7) for side in (-1, 1)),
    (0, 0.62, 0.24, 1.0),
]
_FOOT = (0.5, 0.74)


def _petal(size: float, angle: float, length: float, width: float) -> list[tuple[float, float]]:
    """The outline of a petal that grows from the foot: two arcs that meet at its tip."""
    points = []
    steps = 24
    for side in (-1, 1):
        for step in range(steps + 1):
            along = step / steps if side < 0 else 1 - step / steps
            across = side * width / 2 * sin(along * 3.14159) ** 0.8
            x, y = across, -length * along
            turn = radians(angle)
            points.append(
                (
                    size * (_FOOT[0] + x * cos(turn) - y * sin(turn)),
                    size * (_FOOT[1] + x * sin(turn) + y * cos(turn)),
                )
            )
    return points


def lotus(size: int, colour: str) -> Image.Image:
    """The lotus, ``size`` pixels square, on a transparent ground.

    Args:
        colour: ``#rrggbb``.
    """
    large = size * _SHARPER
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    picture = Image.new("RGBA", (large, large))
    for angle, length, width, opacity in _PETALS:
        layer = Image.new("RGBA", (large, large))
        ImageDraw.Draw(layer).polygon(
            _petal(large, angle, length, width), fill=(red, green, blue, round(255 * opacity))
        )
        picture.alpha_composite(layer)
    water = ImageDraw.Draw(picture)
    for row, (left, right) in enumerate(((0.18, 0.82), (0.3, 0.7))):
        y = large * (0.84 + 0.08 * row)
        water.line(
            [(large * left, y), (large * right, y)],
            fill=(red, green, blue, 255),
            width=max(1, round(large * 0.03)),
        )
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def font(size: int, *, bold: bool = False) -> FreeTypeFont:
    """Roboto, which has every Vietnamese letter, in ``size`` pixels."""
    from font_roboto import Roboto, RobotoBold

    return ImageFont.truetype(RobotoBold if bold else Roboto, size)


def wrap(text: str, face: FreeTypeFont, width: int, most: int) -> list[str]:
    """``text`` in at most ``most`` lines of ``width`` pixels; cut with "…" where it is longer."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = lines[:most]
        while lines[-1] and face.getlength(f"{lines[-1]} …") > width:
            lines[-1] = lines[-1].rpartition(" ")[0]
        lines[-1] += " …"
    return lines
