"""Fixtures that many tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sites.models import Department
from tests.factories import make_site


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Wagtail keeps root paths, we keep pages: no test sees another's."""
    cache.clear()
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
        return Client(headers={"host": department.host}).get(path, **kwargs)

    return get
