"""What is kept of a widget ages: a page made later may keep it for what is left, no longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from cms.delivery.cache import Cache, collected_for, declare
from cms.sdk import WidgetContext
from cms.sdk.testing import put_in_sidebar
from cms.widgets.rendering import render_area
from sites.models import Department

from .samples import Note

NOON = datetime(2026, 1, 26, 12, tzinfo=UTC)


class TenMinutes(Note):
    id = "ten_minutes"
    cache = Cache(max_age=600)
    renderings = 0

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        type(self).renderings += 1
        return {"text": "mười phút"}


IN_MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@pytest.fixture
def age_at(
    site_a: Department, install: Callable[..., None], rf: RequestFactory, settings: Any
) -> Callable[[int], int | None]:
    """``age_at(seconds)``: how long a page made so long after noon may be kept."""
    # Redis does not travel in time.
    settings.CACHES = dict.fromkeys(("default", "exact"), IN_MEMORY)
    settings.SEN_PAGE_MAX_AGE = 3600
    cache.clear()
    install(TenMinutes)
    put_in_sidebar(site_a, (TenMinutes, {}))

    def measure(seconds: int) -> int | None:
        with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
            request: Any = rf.get("/")
            request.department = site_a
            declare(request, Cache())
            assert "mười phút" in render_area(request, "sidebar")
            collected = collected_for(request)
            assert collected is not None
            return collected.max_age

    return measure


def test_a_page_keeps_a_kept_widget_for_what_is_left(age_at: Callable[[int], int | None]) -> None:
    before = TenMinutes.renderings
    assert [age_at(0), age_at(400), age_at(599)] == [600, 200, 1]
    assert TenMinutes.renderings == before + 1
    assert age_at(600) == 600
    assert TenMinutes.renderings == before + 2
