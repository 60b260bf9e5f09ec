"""What hides an element from people while search engines read it: its style and its attributes.

Each way has a code; :data:`WAYS` says it in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

WAYS = {
    "display": _("not displayed"),
    "invisible": _("invisible"),
    "transparent": _("transparent"),
    "font": _("letters without a size"),
    "colour": _("letters in the colour of the ground"),
    "offscreen": _("moved off the screen"),
    "tiny": _("a box without a size"),
    "clipped": _("clipped away"),
    "behind": _("behind the page"),
    "attribute": _("marked as hidden"),
    "inert": _("in a part that is never shown"),
    "empty": _("a link without words"),
    "redirect": _("leads away without being asked"),
    "script": _("opened by a script"),
}

Style = dict[str, str]
Colour = tuple[int, int, int]

_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_LENGTH = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+))(e-?\d+)?\s*(px|pt|em|rem|ex|ch|vw|vh|vmin|vmax|%|cm|mm|in)?"
)
#: Pixels of each unit, near enough to tell what is off the screen.
_PIXELS = {
    "px": 1, "pt": 1.33, "em": 16, "rem": 16, "ex": 8, "ch": 8, "vw": 14, "vh": 9, "vmin": 9,
    "vmax": 14, "%": 5, "cm": 38, "mm": 3.8, "in": 96, "": 1,
}  # fmt: skip
_NAMED: dict[str, Colour] = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "blue": (0, 0, 255),
    "green": (0, 128, 0), "yellow": (255, 255, 0), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "snow": (255, 250, 250),
    "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240), "navy": (0, 0, 128),
}  # fmt: skip
WHITE: Colour = (255, 255, 255)
#: So far may a box be moved and still be on somebody's screen, in pixels.
FAR = 500
#: Colours that differ less in each part are one to the eye.
NEAR = 12
TINY = 2  # pixels


def read_style(text: str) -> Style:
    """The declarations of a ``style`` attribute: comments and escapes resolved, small letters."""
    text = _COMMENT.sub("", text)
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16) % 0x110000) if m[1] else m[2], text)
    style: Style = {}
    for declaration in text.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            style[name.strip()] = value.replace("!important", "").strip()
    return style


def pixels(value: str | None) -> float | None:
    """The first length in ``value`` in pixels, roughly; None where it has none."""
    found = _LENGTH.search(value or "")
    if found is None:
        return None
    return float(found[1] + (found[2] or "")) * _PIXELS[found[3] or ""]


def colour_of(value: str | None) -> Colour | None:
    """A colour as red, green, blue; None for what is no plain colour."""
    text = (value or "").strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if (found := re.fullmatch(r"#?([0-9a-f]{3,8})", text)) and text.startswith("#"):
        digits = found[1]
        if len(digits) in (3, 4):
            digits = "".join(digit * 2 for digit in digits)
        if len(digits) in (6, 8):
            return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if found := re.match(r"rgba?\(\s*([\d.]+%?)[\s,]+([\d.]+%?)[\s,]+([\d.]+%?)", text):
        red, green, blue = (
            round(float(part.rstrip("%")) * (2.55 if part.endswith("%") else 1))
            for part in found.groups()
        )
        return red, green, blue
    if found := re.match(r"hsla?\(\s*[\d.]+(?:deg)?[\s,]+[\d.]+%[\s,]+([\d.]+)%", text):
        # Whatever the hue: white and black are what is told apart here.
        light = float(found[1])
        return WHITE if light >= 98 else (0, 0, 0) if light <= 2 else None
    return None


def alike(one: Colour, other: Colour) -> bool:
    """Whether nobody tells the two apart."""
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))


def hidden_by(style: Style) -> str:
    """The code of what in ``style`` hides its element, colours apart; empty for nothing."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return "display"
    if style.get("visibility") in ("hidden", "collapse"):
        return "invisible"
    if _is_transparent(style):
        return "transparent"
    if _has_tiny_letters(style):
        return "font"
    if _is_away(style):
        return "offscreen"
    if _is_clipped(style):
        return "clipped"
    if _has_no_size(style):
        return "tiny"
    if style.get("position") in ("absolute", "fixed") and re.match(
        r"-\d", style.get("z-index", "")
    ):
        return "behind"
    return ""


def _is_transparent(style: Style) -> bool:
    for value in (
        style.get("opacity", ""),
        *re.findall(r"opacity\(\s*=?\s*([\d.]+%?)", style.get("filter", "")),
        *(f"{n}%" for n in re.findall(r"opacity\s*=\s*([\d.]+)", style.get("filter", ""))),
    ):
        found = re.fullmatch(r"([\d.]+)(%?)", value)
        if found and found[1].strip(".") and float(found[1]) <= (5 if found[2] else 0.05):
            return True
    colour = style.get("color", "")
    if colour == "transparent" or re.fullmatch(r"#[0-9a-f]{3}0|#[0-9a-f]{6}0[0-9a-d]", colour):
        return True
    alpha = re.match(r"(?:rgb|hsl)a?\(.*[,/]\s*([\d.]+)(%?)\s*\)$", colour)
    has_alpha = alpha is not None and (colour.count(",") == 3 or "/" in colour)
    return has_alpha and float(alpha[1]) <= (5 if alpha[2] else 0.05)  # type: ignore[index]


def _has_tiny_letters(style: Style) -> bool:
    value = style.get("font-size")
    if value is None and (
        found := re.search(r"(?:^|\s)([\d.]+(?:px|pt|em|rem|%))[\s/]", style.get("font", ""))
    ):
        value = found[1]
    if value is None:
        return False
    if value.endswith("%"):
        size = pixels(value[:-1])
        return size is not None and size <= 15
    size = pixels(value)
    return size is not None and 0 <= size <= TINY


def _is_away(style: Style) -> bool:
    if style.get("position") in ("absolute", "fixed", "relative"):
        for side in ("left", "top", "right", "bottom", "inset", "inset-inline-start"):
            if any(_far(part) for part in style.get(side, "").split()):
                return True
    for name in (
        "text-indent",
        "margin-left",
        "margin-top",
        "margin",
        "margin-right",
        "margin-inline-start",
    ):
        if any(_far(part) for part in style.get(name, "").split()):
            return True
    moves = re.findall(r"translate\w*\(([^)]*)\)", style.get("transform", ""))
    moves.append(style.get("translate", ""))
    return any(_far(part) for move in moves for part in re.split(r"[,\s]+", move))


def _far(value: str) -> bool:
    distance = pixels(value)
    if distance is None:
        return False
    return distance <= -FAR or distance >= 4000


def _is_clipped(style: Style) -> bool:
    clip = style.get("clip", "")
    if clip.startswith("rect("):
        sides = [float(n) for n in re.findall(r"-?[\d.]+", clip)]
        if len(sides) == 4 and sides[2] - sides[0] <= TINY and abs(sides[1] - sides[3]) <= TINY:
            return True
    path = style.get("clip-path", "")
    if re.match(r"circle\(\s*0(?:px|%)?[\s)]", path) or re.match(
        r"polygon\((?:\s*0[px%]*\s+0[px%]*\s*,?)+\)", path
    ):
        return True
    if (found := re.match(r"inset\(\s*([\d.]+)%", path)) and float(found[1]) >= 50:
        return True
    return re.search(r"scale\w*\(\s*0?\.?0*\s*[,)]", style.get("transform", "")) is not None or (
        style.get("scale") in ("0", "0%")
    )


def _has_no_size(style: Style) -> bool:
    cut = style.get("overflow", style.get("overflow-x", "")).startswith(("hidden", "clip"))
    out_of_flow = style.get("position") in ("absolute", "fixed")
    for name in ("width", "height", "max-width", "max-height"):
        if name not in style or (name.startswith("max-") and "auto" in style[name]):
            continue
        size = pixels(style[name])
        if size is not None and 0 <= size <= TINY and (cut or out_of_flow):
            return True
    return cut and style.get("line-height") in ("0", "0px")


def hidden_by_attributes(tag: str, attributes: Mapping[str, str]) -> str:
    """The code of what in an element's attributes hides it, its style apart; empty for nothing."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return "attribute"
    if tag == "template":
        return "inert"
    if tag == "input" and attributes.get("type", "").lower() == "hidden":
        return ""
    if tag in ("iframe", "frame", "embed", "object", "marquee", "img", "table", "td", "canvas"):
        for name in ("width", "height"):
            size = pixels(attributes.get(name))
            if size is not None and 0 <= size <= TINY and "%" not in attributes[name]:
                return "tiny"
    return ""
