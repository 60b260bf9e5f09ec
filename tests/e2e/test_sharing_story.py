"""The story of one article on three sites: offered, accepted, corrected, taken down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from .newsroom import PHONE, approve, sign_in, submit
from .portal import Portal

SOURCE, HEALTH, COMMUNE = "so-tttt.localhost", "so-y-te.localhost", "xa-demo.localhost"
CORRECTION = "Bài viết đã nêu “300 hộ”, con số đúng là 320 hộ."
NOTICE = "Bài được gỡ để kiểm tra lại số liệu."


def test_offered_accepted_corrected_and_taken_down(
    portal: Portal, visit: Callable[..., Page]
) -> None:
    citizen = visit(portal.url(SOURCE), viewport=PHONE)
    title = citizen.locator("main article h2, main article h3").first.inner_text()
    citizen.get_by_role("link", name=title).first.click()
    source_address = citizen.url

    # The commune's chief lets in whatever the source shares.
    commune_chief = sign_in(visit(), portal, "truongban.xa")
    commune_chief.goto(portal.url(path="/admin/sharing/automatic/"))
    commune_chief.get_by_label("Nguồn tin").select_option(label="Sở Thông tin và Truyền thông")
    commune_chief.get_by_label("Chuyên mục của đơn vị").select_option(index=1)
    commune_chief.get_by_label("Lý do").fill("Tin chuyển đổi số đăng cùng ngày với Sở.")
    commune_chief.get_by_role("button", name="Bật").click()
    expect(commune_chief.get_by_text("Đã lưu")).to_be_visible()

    # The source offers it to the health department and to the commune.
    editor = sign_in(visit(), portal, "bientap.tttt")
    page_id = portal.manage(
        "shell",
        "-v0",
        "-c",
        "from cms.news.models import ArticlePage as A;"
        f"print(A.objects.get(url_path__endswith='{path_of(source_address)}', live=True).pk)",
    ).strip()
    editor.goto(portal.url(path=f"/admin/pages/{page_id}/edit/"))
    editor.locator("header .w-dropdown__toggle").first.click()
    editor.get_by_role("link", name="Chia sẻ bài").first.click()
    editor.get_by_label("chỉ các trang sau").check()
    editor.get_by_label("Sở Y tế").check()
    editor.get_by_label("Xã Bình Minh").check()
    editor.get_by_label("Ghi chú").fill("Mời các đơn vị đăng lại.")
    editor.get_by_role("button", name="Chia sẻ bài").click()
    expect(editor.get_by_role("cell", name="Sở Y tế")).to_be_visible()

    # A reporter of the health department gives it a place; editor and chief approve.
    reporter = sign_in(visit(), portal, "phongvien.yte")
    reporter.get_by_role("link", name="bài chờ bạn quyết định").click()
    reporter.get_by_role("link", name=title).click()
    expect(reporter.get_by_text("Mời các đơn vị đăng lại.")).to_be_visible()
    reporter.get_by_label("Chuyên mục").select_option(index=1)
    tomorrow = timezone.localtime() + timedelta(days=1)
    reporter.get_by_label("Đứng đầu trang chủ đến").fill(f"{tomorrow:%d/%m/%Y %H:%M}")
    reporter.keyboard.press("Escape")
    reporter.get_by_role("button", name="Nhận đăng và gửi duyệt").click()
    expect(reporter.get_by_text("Đang duyệt").first).to_be_visible()
    approve(sign_in(visit(viewport=PHONE), portal, "bientap.yte"), portal, title)
    approve(sign_in(visit(viewport=PHONE), portal, "truongban.yte"), portal, title)

    # It leads the health department's front page, and names its source.
    health, commune = visit(viewport=PHONE), visit()
    for reader, host in ((health, HEALTH), (commune, COMMUNE)):
        open_from_news(reader, portal, host, title)
        expect(reader.locator("h1")).to_have_text(title)
        expect(reader.get_by_text("Sở Thông tin và Truyền thông").first).to_be_visible()
        canonical = reader.locator("link[rel=canonical]")
        expect(canonical).to_have_attribute("href", source_address)
    front = visit(portal.url(HEALTH))
    expect(front.locator(".front article").first).to_contain_text(title)

    # The source corrects it; it passes the source's gates only.
    writer = sign_in(visit(), portal, "phongvien.tttt")
    writer.goto(portal.url(path=f"/admin/pages/{page_id}/edit/"), wait_until="networkidle")
    writer.get_by_role("button", name="Thêm Đính chính").click()
    writer.locator("[name=corrections-0-what]").fill(CORRECTION)
    writer.locator("[name=corrections-0-why]").fill("Nhầm số liệu.")
    submit(writer)
    approve(editor, portal, title)
    chief = sign_in(visit(), portal, "truongban.tttt")
    approve(chief, portal, title)
    for reader in (citizen, health, commune):
        reader.reload()
        expect(reader.get_by_text(CORRECTION)).to_be_visible()

    # The source takes it down: gone everywhere, with its notice, and receipted.
    chief.goto(portal.url(path=f"/admin/approval/take-down/{page_id}/"))
    chief.get_by_label("Lý do").fill("Số liệu chưa được kiểm tra đầy đủ.")
    chief.get_by_label("Thông báo cho người đọc").fill(NOTICE)
    chief.get_by_role("button", name="Gỡ bài").click()
    expect(chief.get_by_text("nội dung được niêm phong")).to_be_visible()
    for reader in (citizen, health, commune):
        response = reader.reload()
        assert response is not None
        assert response.status == 410
        expect(reader.get_by_text(NOTICE)).to_be_visible()
    front.reload()
    expect(front.get_by_text(title)).to_have_count(0)
    editor.goto(portal.url(path=f"/admin/sharing/ours/{page_id}/"))
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


def path_of(address: str) -> str:
    """The last two parts of an address, as a page's path ends."""
    return "/".join(address.rstrip("/").split("/")[-2:]) + "/"
