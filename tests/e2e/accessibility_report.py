"""``make accessibility``: axe on every page and screen, written down for the statement."""

from __future__ import annotations

import sys
from datetime import date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from cms.accessibility.report import PATH, Report

from .newsroom import sign_in
from .portal import CHROMIUM_FLAGS, Portal, find_chromium, running_portal
from .public_pages import KINDS, addresses
from .test_accessibility import MODES, RULES, SCREENS, WIDTHS, in_mode, lines


class Tester:
    """Asks axe about one page after the other and remembers what it said."""

    def __init__(self) -> None:
        self.version = ""
        self.rules: set[str] = set()
        self.found: list[str] = []

    def look(self, page: Page, rules: list[str]) -> None:
        """Ask about the page that is open."""
        answer: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": rules}})
        said = answer.response
        self.version = said["testEngine"]["version"]
        self.rules |= {rule["id"] for kind in ("passes", "violations") for rule in said[kind]}
        self.found += lines(page.url, said["violations"])


def main() -> None:
    """Test, write the report. Exits with an error where something was found."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium was found: install one, or set CHROMIUM to its path")
    if not PATH.exists():
        # The statement is one of the pages.
        Report(_today(), "", [], [], [], [], 0, []).write()
    tester = Tester()
    with running_portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        _public(tester, browser, portal)
        _admin(tester, browser, portal)
        browser.close()
    screens = [path for paths in SCREENS.values() for path in paths]
    Report(
        tested_on=_today(),
        axe=tester.version,
        pages=KINDS,
        screens=sorted(set(screens)),
        modes=list(MODES),
        widths=WIDTHS,
        rules=len(tester.rules),
        violations=sorted(set(tester.found)),
    ).write()
    sys.exit("\n".join(tester.found) or 0)


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def _public(tester: Tester, browser: Browser, portal: Portal) -> None:
    for mode, options in MODES.items():
        for width in WIDTHS:
            window: Any = {"width": width, "height": 900}
            context = browser.new_context(bypass_csp=True, viewport=window, **options)
            page = context.new_page()
            for address in addresses(page, portal).values():
                page.goto(address)
                in_mode(page, mode)
                tester.look(page, RULES)
            context.close()


def _admin(tester: Tester, browser: Browser, portal: Portal) -> None:
    for (username, paths), options in product(SCREENS.items(), MODES.values()):
        context = browser.new_context(bypass_csp=True, locale="vi-VN", **options)
        page = sign_in(context.new_page(), portal, username)
        for path in paths:
            page.goto(portal.url(path=path))
            tester.look(page, RULES[:-1])
        context.close()


if __name__ == "__main__":
    main()
