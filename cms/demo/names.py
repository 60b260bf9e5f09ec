"""Names, colours and chance for the demo province: all derived from strings, so repeatable."""

import colorsys
import random
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

MIN_CONTRAST = 5.0


@cache
def load(name: str) -> dict[str, Any]:
    """Return the data file ``texts/<name>.toml``, in Unicode NFC."""
    path = resources.files("cms.demo") / "texts" / f"{name}.toml"
    return tomllib.loads(unicodedata.normalize("NFC", path.read_text(encoding="utf-8")))


def chance(*parts: object) -> random.Random:
    """Return a generator seeded by the parts; equal parts give equal sequences everywhere."""
    return random.Random("|".join(str(part) for part in parts))  # noqa: S311


def slug(text: str) -> str:
    """Fold Vietnamese text to a host or slug label: "Phường Hoa Mai" -> "phuong-hoa-mai"."""
    text = text.lower().replace("đ", "d")
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_with_white(colour: str) -> float:
    """Return the contrast ratio of ``#rrggbb`` against white, 1 to 21."""
    return 1.05 / (luminance(colour) + 0.05)


def accent(index: int) -> str:
    """Return the ``index``-th accent: hues far apart, dark enough for white text."""
    hue = (0.03 + index * 0.61803398875) % 1
    saturation = 0.55 + 0.2 * (index % 3) / 2
    lightness = 0.42
    while True:
        rgb = colorsys.hls_to_rgb(hue, lightness, saturation)
        colour = "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
        if contrast_with_white(colour) >= MIN_CONTRAST:
            return colour
        lightness -= 0.01


@cache
def communes() -> tuple[str, ...]:
    """Return the rural communes of the province, "xã …", without the fixed demo commune."""
    data = load("places")
    return tuple(f"xã {a} {b}" for b in data["second"] for a in data["first"])


@cache
def wards() -> tuple[str, ...]:
    """Return the wards of the province, "phường …"."""
    data = load("places")
    fixed = [name for name in data["fixed"] if name.startswith("phường ")]
    made = [f"phường {a} {b}" for b in data["ward_second"] for a in data["ward_first"]]
    return tuple(fixed + made)


def person(rng: random.Random) -> tuple[bool, str, str]:
    """Return an invented person: (is a woman, family and middle names, given name)."""
    people = load("places")["people"]
    woman = rng.random() < 0.5
    prefix = "female" if woman else "male"
    family = rng.choice(people["family"])
    middle, given = rng.choice(people[f"{prefix}_middle"]), rng.choice(people[f"{prefix}_given"])
    return woman, f"{family} {middle}", given
