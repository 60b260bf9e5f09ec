"""What an accent colour does, in a picture and in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.theme.colours import (
    BODY,
    DARK_PAPER,
    PAPER,
    SHAPE,
    TEXT,
    dark_tokens,
    light_tokens,
)
from cms.theme.oklch import contrast

#: Colours to begin with; any other may be typed.
SWATCHES = (
    ("#0b5cad", gettext_lazy("Blue")),
    ("#0f766e", gettext_lazy("Teal")),
    ("#15803d", gettext_lazy("Green")),
    ("#a16207", gettext_lazy("Ochre")),
    ("#c2410c", gettext_lazy("Orange")),
    ("#b91c1c", gettext_lazy("Red")),
    ("#9d174d", gettext_lazy("Plum")),
    ("#6d28d9", gettext_lazy("Violet")),
    ("#374151", gettext_lazy("Slate")),
)


@dataclass(frozen=True)
class Measured:
    """The contrast of one pair of colours, and what it must be at least."""

    label: str
    colour: str
    ground: str
    ratio: float
    least: float

    @property
    def holds(self) -> bool:
        """Whether it is enough."""
        return self.ratio >= self.least


def preview_of(accent: str) -> dict[str, Any]:
    """The tokens of ``accent`` on light and dark paper and their contrasts, for the template."""
    return {
        "accent": accent,
        "schemes": [
            (_("On light screens"), PAPER, light_tokens(accent), _measure(accent, PAPER)),
            (_("On dark screens"), DARK_PAPER, dark_tokens(accent), _measure(accent, DARK_PAPER)),
        ],
    }


def _measure(accent: str, paper: str) -> list[Measured]:
    tokens = light_tokens(accent) if paper == PAPER else dark_tokens(accent)
    pairs = (
        (_("Text on the accent colour"), tokens["on-accent"], tokens["accent"], TEXT),
        (_("Links in text"), tokens["link"], paper, BODY if paper == PAPER else TEXT),
        (_("Headings on a tinted ground"), tokens["accent-text"], tokens["tint-strong"], TEXT),
        (_("Edges"), tokens["accent-border"], paper, SHAPE),
    )
    return [
        Measured(label, colour, ground, contrast(colour, ground), least)
        for label, colour, ground, least in pairs
    ]
