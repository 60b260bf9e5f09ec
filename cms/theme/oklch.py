"""Colours in OKLCH, where lightness means what the eye sees, and WCAG's contrast.

The matrices are Björn Ottosson's (https://bottosson.github.io/posts/oklab/);
luminance and contrast are WCAG 2.2's definitions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

Linear = tuple[float, float, float]


@dataclass(frozen=True)
class Oklch:
    """A colour: ``lightness`` 0–1, ``chroma`` 0–0.4, ``hue`` in degrees."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def from_hex(cls, colour: str) -> Oklch:
        """The colour written as ``#rrggbb``. Raises ValueError for anything else."""
        red, green, blue = _linear(colour)
        long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        return cls(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)

    def at(self, lightness: float, most_chroma: float | None = None) -> Oklch:
        """The same hue at another lightness, with at most that much chroma."""
        chroma = self.chroma if most_chroma is None else min(self.chroma, most_chroma)
        return replace(self, lightness=min(max(lightness, 0.0), 1.0), chroma=chroma)

    def to_hex(self) -> str:
        """``#rrggbb``; a colour that no screen shows loses chroma until one does."""
        colour = self
        while not _fits(linear := colour._to_linear()) and colour.chroma > 0.001:
            colour = replace(colour, chroma=colour.chroma * 0.95)
        return "#" + "".join(f"{_encode(channel):02x}" for channel in linear)

    def _to_linear(self) -> Linear:
        a = self.chroma * math.cos(math.radians(self.hue))
        b = self.chroma * math.sin(math.radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours written as ``#rrggbb``: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG's relative luminance: 0 for black, 1 for white."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Linear:
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"expected a colour such as #0b5cad, got {colour!r}")
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return _decode(red), _decode(green), _decode(blue)


def _decode(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encode(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    encoded = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(encoded * 255)


def _fits(channels: Linear) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)
