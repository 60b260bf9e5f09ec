"""Whatever accent is chosen, text stays readable on every ground the theme puts it on."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from hypothesis import example, given
from hypothesis import strategies as st

from cms.theme import colours
from cms.theme.oklch import Oklch, contrast

ACCENTS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
LIGHT = (colours.light_tokens, colours.PAPER, colours.INK, colours.MUTED)
DARK = (colours.dark_tokens, colours.DARK_PAPER, colours.DARK_INK, colours.DARK_MUTED)
HARD_CASES = ("#ffffff", "#000000", "#808080", "#ffff00", "#ff6f00", "#00ffff", "#7f7f00")


def hard_cases(test):
    for accent in HARD_CASES:
        test = example(accent=accent)(test)
    return test


@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
@hard_cases
@given(accent=ACCENTS)
def test_contrast_holds_for_every_accent(mode, accent):
    tokens_for, paper, ink, muted = mode
    tokens = tokens_for(accent)
    for ground in (paper, tokens["tint"], tokens["tint-strong"]):
        assert contrast(ink, ground) >= colours.BODY
        assert contrast(tokens["link"], ground) >= colours.BODY
        assert contrast(tokens["accent-text"], ground) >= colours.TEXT
        assert contrast(muted, ground) >= colours.TEXT
        assert contrast(tokens["accent-border"], ground) >= colours.SHAPE
    assert contrast(tokens["on-accent"], tokens["accent"]) >= colours.TEXT
    assert contrast(tokens["on-accent"], tokens["accent-hover"]) >= colours.TEXT
    assert contrast(tokens["focus-ink"], tokens["focus"]) >= colours.BODY


def test_accent_that_is_readable_already_is_left_as_it_is():
    tokens = colours.light_tokens("#0b5cad")
    assert tokens["accent"] == tokens["accent-text"] == "#0b5cad"


def test_light_accent_keeps_its_colour_and_takes_dark_text():
    tokens = colours.light_tokens("#ffcc00")
    assert (tokens["accent"], tokens["on-accent"]) == ("#ffcc00", colours.INK)


def test_focus_stands_apart_from_a_yellow_accent():
    assert colours.light_tokens("#ffcc00")["focus"] == colours.FOCUS_BLUE
    assert colours.light_tokens("#a3194b")["focus"] == colours.FOCUS_YELLOW


@given(accent=ACCENTS)
def test_oklch_gives_the_colour_back(accent):
    back = Oklch.from_hex(accent).to_hex()
    for start in (1, 3, 5):
        assert abs(int(accent[start : start + 2], 16) - int(back[start : start + 2], 16)) <= 1


def test_contrast_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["blue", "#fff", "#12345g", ""])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match=r"colour|literal"):
        colours.light_tokens(text)


def test_constants_of_the_style_sheet_are_those_that_contrast_is_computed_from():
    found = finders.find("theme/tokens.css")
    light, dark = Path(found).read_text(encoding="utf-8").split("@media", 1)
    assert (
        declarations(light).items()
        >= {
            "paper": colours.PAPER,
            "ink": colours.INK,
            "muted": colours.MUTED,
            **colours.light_tokens(colours.DEFAULT_ACCENT),
        }.items()
    )
    assert (
        declarations(dark).items()
        >= {
            "paper": colours.DARK_PAPER,
            "ink": colours.DARK_INK,
            "muted": colours.DARK_MUTED,
            **colours.dark_tokens(colours.DEFAULT_ACCENT),
        }.items()
    )


def test_style_sheets_use_no_token_that_is_not_defined():
    defined = declarations(Path(finders.find("theme/tokens.css")).read_text(encoding="utf-8"))
    sheet = Path(finders.find("theme/sen.css")).read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet))
    assert used - set(declarations(sheet)) - set(defined) == set()


def declarations(css):
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;}]+)", css))
