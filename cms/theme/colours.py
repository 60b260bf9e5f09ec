"""From a department's one accent colour, every colour that its pages derive from it.

Whatever accent an administrator picks, text stays readable: a colour that
carries or is text moves in lightness until WCAG's contrast holds, on every
ground on which the theme puts it. ``static/theme/tokens.css`` holds the
neutral colours and the same tokens for the default accent.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .oklch import Oklch, contrast

DEFAULT_ACCENT = "#0b5cad"

PAPER, INK, MUTED = "#ffffff", "#15202b", "#4a5867"
DARK_PAPER, DARK_INK, DARK_MUTED = "#10161d", "#e9eef3", "#b3bfcb"

TEXT = 4.5  # WCAG 1.4.3, AA: any text
BODY = 7.0  # WCAG 1.4.6, AAA: what is read at length
SHAPE = 3.0  # WCAG 1.4.11: the edge of a control

# The marker behind a focused link: yellow, or light blue where the accent is near yellow.
FOCUS_YELLOW, FOCUS_BLUE, FOCUS_INK = "#ffdd00", "#8fe3ff", "#0b0c0c"
_YELLOW_HUE, _YELLOW_SPAN = 98, 45

_STEP = 0.005

Tokens = dict[str, str]


@lru_cache(maxsize=512)
def light_tokens(accent: str) -> Tokens:
    """The tokens on white paper: name without dashes → ``#rrggbb``.

    Raises:
        ValueError: ``accent`` is not of the form ``#rrggbb``.
    """
    colour = Oklch.from_hex(accent)
    tint = colour.at(0.97, 0.014).to_hex()
    tint_strong = colour.at(0.935, 0.032).to_hex()
    fill, on_fill = _fill(colour)
    grounds = (PAPER, tint, tint_strong)
    return {
        "accent": fill,
        "on-accent": on_fill,
        "accent-hover": _hover(fill, on_fill),
        "accent-text": _readable(colour, grounds, TEXT, darker=True),
        "link": _readable(colour, grounds, BODY, darker=True),
        "tint": tint,
        "tint-strong": tint_strong,
        "tint-line": colour.at(0.87, 0.05).to_hex(),
        "accent-border": _readable(colour, grounds, SHAPE, darker=True),
        **_focus(colour),
    }


@lru_cache(maxsize=512)
def dark_tokens(accent: str) -> Tokens:
    """The same for dark paper. Raises ValueError as :func:`light_tokens` does."""
    colour = Oklch.from_hex(accent)
    tint = colour.at(0.235, 0.02).to_hex()
    tint_strong = colour.at(0.29, 0.04).to_hex()
    fill, on_fill = _fill(colour.at(min(colour.lightness, 0.42), 0.13))
    grounds = (DARK_PAPER, tint, tint_strong)
    light = colour.at(max(colour.lightness, 0.72), 0.14)
    return {
        "accent": fill,
        "on-accent": on_fill,
        "accent-hover": _hover(fill, on_fill),
        "accent-text": _readable(light, grounds, TEXT, darker=False),
        "link": _readable(light, grounds, BODY, darker=False),
        "tint": tint,
        "tint-strong": tint_strong,
        "tint-line": colour.at(0.38, 0.05).to_hex(),
        "accent-border": _readable(colour, grounds, SHAPE, darker=False),
        **_focus(colour),
    }


#: By how much a department's text size enlarges the reader's own.
TEXT_SCALES = {"normal": 1.0, "large": 1.125, "larger": 1.25}


def stylesheet_for(accent: str, text_size: str = "normal") -> str:
    """The department's part of the style sheet: the tokens for light and for dark, and its size."""
    scale = TEXT_SCALES.get(text_size, 1.0)
    size = "" if scale == 1.0 else f":root{{--base-scale:{scale};font-size:{scale * 100:g}%}}\n"
    return size + (
        f":root{{{_declarations(light_tokens(accent))}}}\n"
        "@media screen and (prefers-color-scheme:dark){"
        f':root:not([data-scheme="light"]){{{_declarations(dark_tokens(accent))}}}}}\n'
    )


def _declarations(tokens: Tokens) -> str:
    return ";".join(f"--{name}:{value}" for name, value in tokens.items())


def _readable(colour: Oklch, grounds: Iterable[str], ratio: float, *, darker: bool) -> str:
    """``colour``, darker or lighter until it stands out from every ground by ``ratio``."""
    grounds = tuple(grounds)
    step = -_STEP if darker else _STEP
    lightness = colour.lightness
    while 0.0 <= lightness <= 1.0:
        candidate = colour.at(lightness).to_hex()
        if min(contrast(candidate, ground) for ground in grounds) >= ratio:
            return candidate
        lightness += step
    return "#000000" if darker else "#ffffff"


def _fill(colour: Oklch) -> tuple[str, str]:
    """An accent to fill a surface with, and the colour of text on it.

    White text where it holds, ink where the accent is light; an accent between
    the two, on which neither holds, is darkened until white does.
    """
    fill = colour.to_hex()
    if contrast(PAPER, fill) >= TEXT:
        return fill, PAPER
    if contrast(INK, fill) >= TEXT:
        return fill, INK
    return _readable(colour, (PAPER,), TEXT, darker=True), PAPER


def _hover(fill: str, on_fill: str) -> str:
    """The fill under the pointer: a step away from its text, so contrast only grows."""
    colour = Oklch.from_hex(fill)
    step = -0.06 if on_fill == PAPER else 0.06
    hovered = colour.at(colour.lightness + step).to_hex()
    return hovered if contrast(hovered, on_fill) >= TEXT else fill


def _focus(colour: Oklch) -> Tokens:
    distance = abs((colour.hue - _YELLOW_HUE + 180) % 360 - 180)
    near_yellow = colour.chroma > 0.03 and distance < _YELLOW_SPAN
    return {"focus": FOCUS_BLUE if near_yellow else FOCUS_YELLOW, "focus-ink": FOCUS_INK}
