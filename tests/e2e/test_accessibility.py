"""WCAG 2.2 AA by axe's rules, on every kind of public page and on our screens of the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from cms.accessibility.report import report

from .newsroom import sign_in
from .portal import Portal
from .public_pages import KINDS, addresses

#: The rules of WCAG 2.0, 2.1 and 2.2, levels A and AA, and axe's own good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What the browser is told of each; the admin follows it, as its people's profiles say.
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
}
WIDTHS = [360, 1440]
#: Our screens, by who has them.
SCREENS = {
    "phongvien.tttt": ["/admin/", "/admin/article-from-word/", "/admin/inbox/", "/admin/sharing/"],
    "truongban.tttt": [
        *("/admin/", "/admin/statistics/", "/admin/credits/", "/admin/contributors/"),
        *("/admin/inspection/", "/admin/record/", "/admin/plugin/documents/legaldocument/"),
    ],
    "quantri.tttt": [
        *("/admin/my-site/", "/admin/my-site/look/", "/admin/my-site/menu/", "/admin/widgets/"),
        *("/admin/my-site/sections/", "/admin/my-site/approval/", "/admin/people/"),
        *("/admin/my-site/contact/", "/admin/my-site/redirects/", "/admin/plugins/"),
    ],
}

Visit = Callable[..., Page]


def violations(page: Page, rules: list[str]) -> list[str]:
    """What axe finds, one line a rule: where, which, and the first element."""
    found: Any = Axe().run(page, options={"runOnly": {"type": "tag", "values": rules}}).response
    return lines(page.url, found["violations"])


def lines(url: str, found: list[dict[str, Any]]) -> list[str]:
    """What axe reported, as text."""
    return [
        f"{url}: {one['id']} ({one['impact']}, {len(one['nodes'])}): {one['nodes'][0]['html']}"
        for one in found
    ]


def in_mode(page: Page, mode: str) -> None:
    """On the public pages high contrast is a reader's choice; the rest the browser says."""
    if mode == "contrast":
        page.evaluate("document.documentElement.dataset.contrast = 'high'")


def test_the_statement_speaks_of_what_is_tested() -> None:
    told = report()
    assert told.pages == list(KINDS)
    assert told.screens == sorted({path for paths in SCREENS.values() for path in paths})
    assert (told.modes, told.widths, told.violations) == (list(MODES), WIDTHS, [])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", MODES)
def test_public_pages_keep_the_rules(portal: Portal, visit: Visit, mode: str, width: int) -> None:
    # axe is put into the page, which the content policy would refuse.
    page = visit(bypass_csp=True, viewport={"width": width, "height": 900}, **MODES[mode])
    found = []
    for address in addresses(page, portal).values():
        page.goto(address)
        in_mode(page, mode)
        found += violations(page, RULES)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{page.url}: {wide} pixels wider than the window of {width}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("username", SCREENS)
def test_our_screens_of_the_admin_keep_the_rules(
    portal: Portal, visit: Visit, username: str, mode: str
) -> None:
    page = sign_in(visit(bypass_csp=True, **MODES[mode]), portal, username)
    found = []
    for path in SCREENS[username]:
        answer = page.goto(portal.url(path=path))
        assert answer is not None
        assert answer.status == 200, path
        found += violations(page, RULES[:-1])
    assert not found, "\n".join(found)
