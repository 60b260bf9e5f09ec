"""A site administrator gives one section a sidebar of its own, and lets it inherit again."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .newsroom import sign_in
from .portal import Portal

HOST = "so-tttt.localhost"
TITLE = "Đọc nhiều ở chuyên mục này"
HEADING = "Xem nhiều"


def publish(admin: Page) -> None:
    """Publish what the editor holds; the screen of the place follows."""
    admin.locator("footer .w-dropdown__toggle").click()
    admin.locator("button[name=action-publish]").click()


def test_a_section_gets_its_own_sidebar_and_gives_it_back(
    portal: Portal, visit: Callable[..., Page]
) -> None:
    public = visit(portal.url(HOST))
    section = public.locator(".block-head h2 a").first
    name = section.inner_text()
    section.click()
    section_url = public.url
    public.locator("main .stories a").first.click()
    article_url = public.url

    def headings(url: str) -> list[str]:
        public.goto(url)
        return public.locator(".sidebar .widget__title").all_inner_texts()

    inherited = headings(section_url)
    assert HEADING in inherited

    # She chooses the section; the screen says where its sidebar comes from.
    admin = sign_in(visit(), portal, "quantri.tttt")
    admin.get_by_role("button", name="Trang của tôi").click()
    admin.get_by_role("link", name="Thanh bên & khối").first.click()
    admin.get_by_role("link", name=f"Chuyên mục: {name}", exact=True).click()
    row = admin.locator("tr[data-slot=sidebar]")
    expect(row).to_contain_text("Trang chủ")
    place = admin.url

    # Her own begins as a copy; saved as a draft it changes nothing outside.
    row.get_by_role("button", name="Thay riêng").click()
    expect(admin.get_by_text(f"“{name}” và các trang bên dưới")).to_be_visible()
    block = admin.locator("[data-streamfield-child]", has=admin.get_by_text(HEADING, exact=True))
    block.get_by_label("Tiêu đề").first.fill(TITLE)
    admin.get_by_role("button", name="Lưu nháp").click()
    expect(block.get_by_label("Tiêu đề").first).to_have_value(TITLE)
    admin.locator("[data-side-panel-toggle=preview]").click()
    preview = admin.frame_locator("iframe.w-preview__iframe:not(.w-preview__proxy)")
    expect(preview.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(preview.locator("h1")).to_have_text(name)
    assert headings(section_url) == inherited
    admin.goto(place)
    expect(row).to_contain_text("Bản nháp", ignore_case=True)
    expect(row).to_contain_text("Trang chủ")

    # Published, the section and its articles have it, and nothing else.
    row.get_by_role("link", name="Sửa bản nháp").click()
    admin.wait_for_load_state("networkidle")
    publish(admin)
    expect(admin).to_have_url(place)
    expect(row).to_contain_text(f"Chuyên mục: {name}")
    assert TITLE in headings(section_url)
    assert TITLE in headings(article_url)
    assert TITLE not in headings(portal.url(HOST))
    assert TITLE not in headings(portal.url("so-y-te.localhost"))

    # Given back, it inherits again; what it was stays in the history.
    row.get_by_role("link", name="Khôi phục kế thừa").click()
    admin.get_by_role("button", name="Có, khôi phục kế thừa").click()
    expect(row).to_contain_text("Trang chủ")
    assert headings(section_url) == inherited
    row.get_by_role("button", name="Thay riêng").click()
    expect(admin).to_have_url(re.compile(r"/widgets/area/edit/\d+/$"))
    admin.goto(admin.url.replace("/edit/", "/history/"))
    expect(admin.get_by_text("Đã xuất bản").first).to_be_visible()
