"""The pictures of docs/editors: one article approved, signed, shared, corrected, taken down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Browser, Page

from .newsroom import (
    PHONE,
    accept,
    add_correction,
    approve,
    article_id,
    edit,
    fill_takedown,
    offer,
    open_offer,
    sign_in,
    submit,
)
from .portal import Portal

DESKTOP = {"width": 1440, "height": 1000}
Shoot = Callable[[Page, str], None]


def take_editors(browser: Browser, portal: Portal, shoot: Shoot) -> None:
    """Play the article's life on the demo.

    Args:
        shoot: takes the page's picture under a name, such as ``chain-1440``.
    """

    def desk(username: str, viewport: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(locale="vi-VN", viewport=viewport)
        return sign_in(context.new_page(), portal, username)

    reader = browser.new_context(locale="vi-VN", viewport=PHONE).new_page()
    reader.goto(portal.url("so-tttt.localhost"))
    # The second: an earlier picture's article may lead.
    title = reader.locator("main .front-top article h2").first.inner_text()
    reader.get_by_role("link", name=title).first.click()
    key = article_id(portal, reader.url)

    administrator = desk("quantri.tttt")
    administrator.goto(portal.url(path="/admin/my-site/approval/"))
    shoot(administrator, "chain-1440")

    # Names under which people write.
    editor = desk("bientap.tttt")
    for name, pen_names in (("Trần Thị Thời", "Thời Nhiệm\nT.N"), ("Lê Minh An", "Minh An")):
        editor.goto(portal.url(path="/admin/contributors/new/"))
        editor.fill("[name=full_name]", name)
        editor.fill("[name=pen_names]", pen_names)
        editor.check("[name=has_page]")
        editor.locator("form[method=post] button[type=submit]").last.click()
    editor.goto(portal.url(path="/admin/contributors/"))
    shoot(editor, "contributors-1440")

    # Shared, and given a place by the health department.
    offer(editor, portal, key, ["Sở Y tế", "Xã Bình Minh"], "Mời các đơn vị đăng lại.")
    receiver = desk("phongvien.yte")
    open_offer(receiver, title)
    receiver.get_by_label("Chuyên mục").scroll_into_view_if_needed()
    shoot(receiver, "sharing-1440")
    accept(receiver, datetime.now() + timedelta(days=1))
    approve(desk("bientap.yte"), portal, title)
    approve(desk("truongban.yte"), portal, title)

    # Corrected by its author, read on the chief's phone.
    reporter = desk("phongvien.tttt")
    edit(reporter, portal, key)
    reporter.locator("[name=byline_in_one_line]").fill("Thời Nhiệm – Minh An (ảnh)")
    add_correction(
        reporter, "Bài viết đã nêu “300 hộ”, con số đúng là 320 hộ.", "Nhầm số liệu khi tổng hợp."
    )
    reporter.locator("[name=byline_in_one_line]").scroll_into_view_if_needed()
    shoot(reporter, "byline-1440")
    reporter.locator("[name=corrections-0-what]").scroll_into_view_if_needed()
    shoot(reporter, "correction-1440")
    submit(reporter)
    approve(editor, portal, title)
    chief = desk("truongban.tttt", PHONE)
    chief.locator("a.approval-list__title", has_text=title).click()
    shoot(chief, "approval-360")
    approve(chief, portal, title)
    reader.reload()
    shoot(reader, "correction-360")
    editor.goto(portal.url(path="/admin/sharing/ours/" + key + "/"))
    shoot(editor, "shared-1440")
    editor.goto(portal.url(path="/admin/credits/"))
    shoot(editor, "credits-1440")

    # Taken down.
    chief.set_viewport_size(DESKTOP)
    reason, notice = "Số liệu chưa được kiểm tra đầy đủ.", "Bài được gỡ để kiểm tra lại số liệu."
    fill_takedown(chief, portal, key, reason, notice)
    shoot(chief, "takedown-1440")
    chief.get_by_role("button", name="Gỡ bài").click()
    reader.reload()
    shoot(reader, "taken-down-360")
