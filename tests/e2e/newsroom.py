"""What the stories' people do in the admin, as they do it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from cms.demo.staff import PASSWORD

from .portal import Portal

PHONE = {"width": 360, "height": 740}


def sign_in(page: Page, portal: Portal, username: str) -> Page:
    """The dashboard of one of the demo's people."""
    page.goto(portal.url(path="/admin/"))
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    expect(page).to_have_url(re.compile(r"/admin/$"))
    return page


def submit(page: Page) -> None:
    """Submit the article in the editor for approval; the explorer follows."""
    page.locator("footer .w-dropdown__toggle").click()
    page.locator("button[name=action-submit]:not([value=urgent])").click()
    expect(page).to_have_url(re.compile(r"/admin/pages/\d+/$"))


def approve(page: Page, portal: Portal, title: str) -> None:
    """Approve the article that waits on the dashboard under ``title``."""
    page.goto(portal.url(path="/admin/"))
    page.locator("a.approval-list__title", has_text=title).click()
    page.locator("summary", has_text="Phê duyệt").click()
    page.get_by_role("button", name="Phê duyệt").click()
    expect(page.get_by_text("Đã phê duyệt")).to_be_visible()
