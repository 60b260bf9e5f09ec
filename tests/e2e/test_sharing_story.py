"""The story of one article on three sites: offered, accepted, corrected, taken down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

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

SOURCE, HEALTH, COMMUNE = "so-tttt.localhost", "so-y-te.localhost", "xa-demo.localhost"
SOURCE_NAME = "Sở Thông tin và Truyền thông"
CORRECTION = "Bài viết đã nêu “300 hộ”, con số đúng là 320 hộ."
NOTICE = "Bài được gỡ để kiểm tra lại số liệu."


def test_offered_accepted_corrected_and_taken_down(
    portal: Portal, visit: Callable[..., Page]
) -> None:
    citizen = visit(portal.url(SOURCE), viewport=PHONE)
    title = citizen.locator("main article h2, main article h3").first.inner_text()
    citizen.get_by_role("link", name=title).first.click()
    source_address = citizen.url
    key = article_id(portal, source_address)

    # The commune's chief lets in whatever the source shares.
    commune_chief = sign_in(visit(), portal, "truongban.xa")
    commune_chief.goto(portal.url(path="/admin/sharing/automatic/"))
    commune_chief.get_by_label("Nguồn tin").select_option(label=SOURCE_NAME)
    commune_chief.get_by_label("Chuyên mục của đơn vị").select_option(index=1)
    commune_chief.get_by_label("Lý do").fill("Tin chuyển đổi số đăng cùng ngày với Sở.")
    commune_chief.get_by_role("button", name="Bật").click()
    expect(commune_chief.get_by_text("Đã lưu")).to_be_visible()

    # The source offers it to the health department and to the commune.
    editor = sign_in(visit(), portal, "bientap.tttt")
    offer(editor, portal, key, ["Sở Y tế", "Xã Bình Minh"], "Mời các đơn vị đăng lại.")

    # A reporter of the health department gives it a place; editor and chief approve.
    reporter = sign_in(visit(), portal, "phongvien.yte")
    open_offer(reporter, title)
    expect(reporter.get_by_text("Mời các đơn vị đăng lại.")).to_be_visible()
    accept(reporter, timezone.localtime() + timedelta(days=1))
    approve(sign_in(visit(viewport=PHONE), portal, "bientap.yte"), portal, title)
    approve(sign_in(visit(viewport=PHONE), portal, "truongban.yte"), portal, title)

    # It leads the health department's front page, and names its source.
    health, commune = visit(viewport=PHONE), visit()
    for reader, host in ((health, HEALTH), (commune, COMMUNE)):
        open_from_news(reader, portal, host, title)
        expect(reader.locator("h1")).to_have_text(title)
        expect(reader.get_by_text(SOURCE_NAME).first).to_be_visible()
        canonical = reader.locator("link[rel=canonical]")
        expect(canonical).to_have_attribute("href", source_address)
    front = visit(portal.url(HEALTH))
    expect(front.locator(".front article").first).to_contain_text(title)

    # The source corrects it; it passes the source's gates only.
    writer = sign_in(visit(), portal, "phongvien.tttt")
    edit(writer, portal, key)
    add_correction(writer, CORRECTION, "Nhầm số liệu.")
    submit(writer)
    approve(editor, portal, title)
    chief = sign_in(visit(), portal, "truongban.tttt")
    approve(chief, portal, title)
    for reader in (citizen, health, commune):
        reader.reload()
        expect(reader.get_by_text(CORRECTION)).to_be_visible()

    # The source takes it down: gone everywhere, with its notice, and receipted.
    fill_takedown(chief, portal, key, "Số liệu chưa được kiểm tra đầy đủ.", NOTICE)
    chief.get_by_role("button", name="Gỡ bài").click()
    expect(chief.get_by_text("nội dung được niêm phong")).to_be_visible()
    for reader in (citizen, health, commune):
        response = reader.reload()
        assert response is not None
        assert response.status == 410
        expect(reader.get_by_text(NOTICE)).to_be_visible()
    front.reload()
    expect(front.get_by_text(title)).to_have_count(0)
    editor.goto(portal.url(path=f"/admin/sharing/ours/{key}/"))
    expect(editor.get_by_text("được đính chính")).to_have_count(2)
    expect(editor.get_by_text("bị gỡ tại nguồn")).to_have_count(2)


def open_from_news(reader: Page, portal: Portal, host: str, title: str) -> None:
    """Open the article from the list of a site's news, where it may come a moment later."""
    reader.goto(portal.url(host, "/kho-tin/"))
    link = reader.locator("main").get_by_role("link", name=title).first
    for _ in range(20):
        if link.count():
            break
        reader.wait_for_timeout(1_000)
        reader.reload()
    link.click()
