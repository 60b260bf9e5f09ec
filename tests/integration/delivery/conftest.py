"""Fronts as processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cms.delivery.front import PageFront


def in_line(act: Callable[[], None]) -> None:
    act()


@pytest.fixture
def processes() -> Callable[..., PageFront]:
    """``processes(site)``: another process that serves ``site``, sharing the cache."""

    def start(site: Any, **kwargs: Any) -> PageFront:
        return PageFront(site, **{"shared": True, "submit": in_line, **kwargs})

    return start
