"""Says at the end how many requests each walk made and how much of others it saw."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Of thousands of requests that are refused on purpose nobody reads the log."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    walks = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == "crawl" and report.when == "call"
    ]
    if walks:
        terminalreporter.section("isolation crawl")
        for role, requests, leaks in sorted(walks):
            terminalreporter.write_line(f"{role:28} {requests:6} requests  {leaks:4} leaks")
