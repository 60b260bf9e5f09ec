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
from tests.front import FRONTS, FrontClient
from tests.open_sites import (  # noqa: F401 -- a fixture and a hook
    open_sites,
    pytest_fixture_setup,
    site_of,
)
from tests.scheduling import (  # noqa: F401 -- hooks
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)

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
    return site_of("site_a")


@pytest.fixture
def site_b(db: Any) -> Department:
    """Another one."""
    return site_of("site_b")


@pytest.fixture
def browse() -> Callable[..., Any]:
    """``browse(department, path)``: an anonymous GET on the department's host."""

    def get(department: Department, path: str = "/", **kwargs: Any) -> Any:
        return FrontClient(headers={"host": department.host}).get(path, **kwargs)

    return get


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """An S3 server on the loopback address; tests use ``bucket``."""
    from tests.bucket import running_s3

    with running_s3() as server:
        yield server


@pytest.fixture
def bucket(s3: Any, settings: Any) -> Any:
    """Files are in an empty bucket; returns the server that it is on."""
    s3.reset()
    backend = "cms.media.bucket.BucketStorage"
    files = {"BACKEND": backend, "OPTIONS": s3.options}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return s3
