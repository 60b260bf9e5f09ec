"""Text size and contrast: the same for everybody from the server, on every page of the site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cms.plugins.activation import set_enabled_plugins
from cms.sdk.testing import WidgetContract, put_in_sidebar, render_widget
from cms.theme.oklch import contrast
from plugins.text_size_and_contrast.widgets import TextSizeAndContrast
from sites.models import Department
from tests.factories import make_article

FOLDER = Path(__file__).resolve().parents[3] / "plugins/text_size_and_contrast"
STYLES = FOLDER / "static/text_size_and_contrast/text_size_and_contrast.css"
SCRIPTS = STYLES.parent
EARLY = f"<script>{(SCRIPTS / 'remembered.js').read_text(encoding='utf-8').strip()}</script>"
MODULE = (
    f'<script type="module">{(SCRIPTS / "buttons.js").read_text(encoding="utf-8").strip()}</script>'
)


class TestContract(WidgetContract):
    widget = TextSizeAndContrast
    config = {"title": "Hỗ trợ đọc"}


def test_each_button_has_a_name_and_says_whether_it_is_on(site_a: Department) -> None:
    html = render_widget(TextSizeAndContrast, department=site_a)
    for name in ("Giảm cỡ chữ", "Cỡ chữ bình thường", "Tăng cỡ chữ"):
        assert f'aria-label="{name}"' in html
    assert html.count("aria-pressed=") == 2
    assert html.count('type="button"') == 4


def test_the_choice_holds_on_pages_without_the_widget(site_a: Department, browse: Any) -> None:
    put_in_sidebar(site_a)
    article = make_article(site_a)
    for path in ("/", article.local_url):
        html = browse(site_a, path).content.decode()
        assert 'class="widget widget--text_size_and_contrast' not in html
        assert html.count(EARLY) == 1
        # Before the body: it is settled before anything is painted.
        assert html.index(EARLY) < html.index("<body")
        assert html.count(MODULE) == 1


def test_a_site_without_the_plugin_loads_none_of_it(site_a: Department, browse: Any) -> None:
    set_enabled_plugins(site_a, {"links"})
    assert "text_size_and_contrast" not in browse(site_a).content.decode()


def palettes() -> list[dict[str, str]]:
    """The high-contrast tokens by day, and by night where those stand on top."""
    blocks = re.findall(r':root\[data-contrast="high"\] \{([^}]*)\}', STYLES.read_text())
    day, night = (dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in blocks)
    return [day, {**day, **night}]


@pytest.mark.parametrize("tokens", palettes(), ids=["light", "dark"])
def test_high_contrast_is_at_least_seven_to_one(tokens: dict[str, str]) -> None:
    for ground in ("paper", "tint", "tint-strong"):
        for text in ("ink", "muted", "link", "accent-text"):
            assert contrast(tokens[text], tokens[ground]) >= 7, (text, ground)
        for border in ("line", "tint-line", "accent-border", "mark"):
            assert contrast(tokens[border], tokens[ground]) >= 4.5, (border, ground)
    for ground in ("accent", "accent-hover"):
        assert contrast(tokens["on-accent"], tokens[ground]) >= 7
    assert contrast(tokens["focus-ink"], tokens["focus"]) >= 7


def test_every_colour_of_the_theme_has_its_high_contrast() -> None:
    theme = (FOLDER.parents[1] / "cms/theme/static/theme/tokens.css").read_text()
    names = set(re.findall(r"--([\w-]+): #", theme))
    assert names <= set(palettes()[0])
