"""The colours of one demo picture: a time of day, tinted with the department's accent."""

import random

from cms.demo.brush import Colour, mix, rgb, tone

MOODS: dict[str, tuple[tuple[str, str, str], str]] = {
    "dawn": (("#8fb4d6", "#f3cdb0", "#fdebd0"), "#ffdf9e"),
    "day": (("#5ea6d8", "#a9d6ec", "#e9f5f1"), "#fff4c8"),
    "dusk": (("#54518f", "#c77f96", "#f7bf8c"), "#ffcf7a"),
    "mist": (("#9dbdc4", "#cfdedb", "#f5efdf"), "#fff1cd"),
    "clear": (("#3f8fc6", "#86c5e3", "#dff1ee"), "#fff8da"),
}


class Palette:
    """Colours by what they paint; ``sky`` and ``water`` run downwards."""

    def __init__(self, accent: Colour, rng: random.Random) -> None:
        """Choose a mood by chance and lean every colour towards the accent."""
        self.accent = accent
        codes, sun = MOODS[rng.choice(sorted(MOODS))]
        soft = tone(accent, 0.72, 0.8)
        self.sky = [mix(rgb(code), soft, 0.2 - 0.05 * i) for i, code in enumerate(codes)]
        self.sun = mix(rgb(sun), soft, 0.06)
        self.haze = self.sky[-1]
        self.hill = mix(rgb("#3d6b70"), accent, 0.34)
        self.leaf = mix(rgb("#3f8a52"), accent, 0.14)
        self.field = mix(rgb("#8fbf56"), accent, 0.1)
        self.gold = mix(rgb("#e3c155"), accent, 0.08)
        self.dark = mix(rgb("#1d3b3c"), accent, 0.22)
        self.petal = mix(rgb("#e5608f"), accent, 0.15)
        self.roof = mix(rgb("#b4553a"), accent, 0.22)
        self.wall = mix(rgb("#fbf3e2"), soft, 0.1)
        deep = mix(rgb("#2f7f93"), accent, 0.22)
        self.water = [mix(self.sky[1], deep, 0.3), deep]
