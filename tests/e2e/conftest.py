"""A portal and a browser for the tests of this folder; one of each for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.scheduling import made_once

from .portal import CHROMIUM_FLAGS, Portal, find_chromium, running_portal

# Playwright's loop runs in the tests' thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# Milliseconds; other tests run beside these on the same cores.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
def portal(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demo province, served as ``make run`` serves it."""
    made_once(tmp_path_factory, "the demo province")
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
