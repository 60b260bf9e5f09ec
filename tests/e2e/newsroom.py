"""What the stories' people do in the admin, as they do it."""

from __future__ import annotations

import re
from datetime import datetime

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


def article_id(portal: Portal, address: str) -> str:
    """The id of the article that citizens read at ``address``."""
    tail = "/".join(address.rstrip("/").split("/")[-2:]) + "/"
    show = "from cms.news.models import ArticlePage as A;"
    show += f"print(A.objects.get(url_path__endswith='{tail}', live=True).pk)"
    return portal.manage("shell", "-v0", "-c", show).strip()


def edit(page: Page, portal: Portal, key: str) -> None:
    """Open an article in the editor."""
    page.goto(portal.url(path=f"/admin/pages/{key}/edit/"), wait_until="networkidle")


def offer(page: Page, portal: Portal, key: str, receivers: list[str], note: str) -> None:
    """Share a public article with the departments named."""
    edit(page, portal, key)
    page.locator("header .w-dropdown__toggle").first.click()
    page.get_by_role("link", name="Chia sẻ bài").first.click()
    page.get_by_label("chỉ các trang sau").check()
    for receiver in receivers:
        page.get_by_label(receiver).check()
    page.get_by_label("Ghi chú").fill(note)
    page.get_by_role("button", name="Chia sẻ bài").click()
    expect(page.get_by_role("cell", name=receivers[0])).to_be_visible()


def open_offer(page: Page, title: str) -> None:
    """From the dashboard to what was offered under ``title``."""
    page.get_by_role("link", name="bài chờ bạn quyết định").click()
    page.get_by_role("link", name=title).click()


def accept(page: Page, leading_until: datetime) -> None:
    """Give what is offered on the screen a place: the first section, and the top until then."""
    page.get_by_label("Chuyên mục").select_option(index=1)
    page.get_by_label("Đứng đầu trang chủ đến").fill(f"{leading_until:%d/%m/%Y %H:%M}")
    # The calendar comes a moment later, and lies over the button until it is clicked away.
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    page.get_by_role("heading", name="Nhận đăng").click()
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)
    page.get_by_role("button", name="Nhận đăng và gửi duyệt").click()
    expect(page.get_by_text("Đang duyệt").first).to_be_visible()


def add_correction(page: Page, what: str, why: str) -> None:
    """Add a correction to the article in the editor."""
    page.get_by_role("button", name="Thêm Đính chính").click()
    page.locator("[name=corrections-0-what]").fill(what)
    page.locator("[name=corrections-0-why]").fill(why)


def fill_takedown(page: Page, portal: Portal, key: str, reason: str, notice: str) -> None:
    """Fill the form that takes an article down; nothing happens yet."""
    page.goto(portal.url(path=f"/admin/approval/take-down/{key}/"))
    page.get_by_label("Lý do").fill(reason)
    page.get_by_label("Thông báo cho người đọc").fill(notice)
