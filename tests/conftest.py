"""Fixtures that many tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from cms.traffic.limits import LIMIT
from cms.traffic.remembering import REMEMBERED
from sites.models import Department
from tests.factories import make_site
from tests.front import FRONTS, FrontClient

# A slow machine is no failing test; how fast things are is measured elsewhere.
hypothesis_settings.register_profile("sen", deadline=None)
hypothesis_settings.load_profile("sen")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Wagtail keeps root paths, we keep pages: no test sees another's."""
    cache.clear()
    FRONTS.front = None
    LIMIT.clear()
    REMEMBERED.clear()
    yield
    cache.clear()


@pytest.fixture
def site_a(db: Any) -> Department:
    """A department with an open site."""
    return make_site("so-a.localhost", name="Sở A")


@pytest.fixture
def site_b(db: Any) -> Department:
    """Another one."""
    return make_site("so-b.localhost", name="Sở B")


@pytest.fixture
def browse() -> Callable[..., Any]:
    """``browse(department, path)``: an anonymous GET on the department's host."""

    def get(department: Department, path: str = "/", **kwargs: Any) -> Any:
        return FrontClient(headers={"host": department.host}).get(path, **kwargs)

    return get
