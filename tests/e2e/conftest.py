"""A portal and a browser for the tests of this folder; one of each for the whole run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .portal import CHROMIUM_FLAGS, Portal, find_chromium, running_portal

# Playwright's loop runs in the tests' thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# Milliseconds; other tests run beside these on the same cores.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests in one worker: they share the portal and its story."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped, or fails where CI wants it."""
    chromium = find_chromium()
    if chromium is None:
        if os.environ.get("SEN_REQUIRE_BROWSER"):
            pytest.fail("no Chromium was found, and SEN_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium was found: install one, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def portal(browser: Browser) -> Iterator[Portal]:
    """The demo province, served as ``make run`` serves it."""
    with running_portal() as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``visit(url, **context options)``: a page in its own browser; its errors fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(url: str | None = None, **options: Any) -> Page:
        context = browser.new_context(locale="vi-VN", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if url:
            page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors
