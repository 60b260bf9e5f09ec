"""The scripts that widgets bring: on the sites that use the plugin, and never fatal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.templatetags.static import static

from cms.widgets import assets
from sites.models import Department

from .samples import Note


class Scripted(Note):
    """Brings scripts of both kinds, one of them twice."""

    id = "scripted"
    js = ("tests/late.js", "tests/late.js")
    early_js = ("tests/early.js",)


EARLY = '<script src="/static/tests/early.js"></script>'
LATE = '<script type="module" src="/static/tests/late.js"></script>'


def test_each_script_is_linked_once(
    site_a: Department, install: Callable[..., Any], browse: Any
) -> None:
    install(Scripted)
    html = browse(site_a).content.decode()
    assert html.count(EARLY) == html.count(LATE) == 1
    assert html.index(EARLY) < html.index(LATE)


def test_a_site_without_the_plugin_has_none(
    site_b: Department, site_a: Department, install: Callable[..., Any], browse: Any
) -> None:
    install(Scripted)
    assert "tests/late.js" not in browse(site_b).content.decode()


def test_a_file_that_is_missing_is_logged_and_left_out(
    site_a: Department,
    install: Callable[..., Any],
    browse: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def strict(path: str) -> str:
        if path == "tests/late.js":
            raise ValueError("Missing staticfiles manifest entry")
        return static(path)

    monkeypatch.setattr(assets, "static", strict)
    install(Scripted)
    response = browse(site_a)
    assert response.status_code == 200
    assert EARLY in response.content.decode()
    assert LATE not in response.content.decode()
    assert "tests/late.js of a widget is not there" in caplog.text
