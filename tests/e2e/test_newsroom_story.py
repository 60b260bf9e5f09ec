"""The story of one article: a reporter's draft becomes a citizen's printed page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from cms.content.text import slugify

from .newsroom import PHONE, approve, sign_in, submit
from .portal import Portal

HOST = "so-tttt.localhost"
TITLE = "Đoàn viên Sở ra quân hướng dẫn người dân dùng chữ ký số"
CITIZEN = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36 citizen/{}"


def test_from_draft_to_printed_page(portal: Portal, visit: Callable[..., Page]) -> None:
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))

    # The reporter writes.
    reporter = sign_in(visit(), portal, "phongvien.tttt")
    section = portal.manage(
        "shell",
        "-v0",
        "-c",
        "from cms.news.models import SectionPage as S;"
        "print(S.objects.filter(url_path__startswith='/so-tttt-').order_by('path')[0].pk)",
    ).strip()
    address = portal.url(path=f"/admin/pages/add/news/articlepage/{section}/")
    reporter.goto(address, wait_until="networkidle")
    reporter.fill("#id_title", TITLE)
    reporter.fill("#id_lead", "Ba mươi đoàn viên xuống tận ấp.")
    expect(reporter.locator("#id_slug")).to_have_value(slugify(TITLE))
    reporter.locator("button.c-sf-add-button").first.click()
    reporter.locator("[role=option]", has_text="Đoạn văn").first.click()
    reporter.locator(".public-DraftEditor-content").first.click()
    reporter.keyboard.type("Sáng nay, đoàn viên đã ra quân.")
    # The rich text editor hands its text over a moment after the last key.
    expect(reporter.locator("[name=body-0-value]")).to_have_value(re.compile("ra quân"))
    submit(reporter)

    # The editor returns it with a reason: without one it stays where it is.
    editor = sign_in(visit(viewport=PHONE), portal, "bientap.tttt")
    editor.locator("a.approval-list__title", has_text=TITLE).click()
    expect(editor.frame_locator(".approval__preview").locator("h1")).to_have_text(TITLE)
    editor.locator("summary", has_text="Trả lại").click()
    editor.get_by_role("button", name="Trả lại để chỉnh sửa").click()
    expect(editor).to_have_url(re.compile(r"/admin/approval/\d+/$"))
    editor.get_by_label("Lý do trả lại").fill("Thiếu số lượng chữ ký số đã cấp.")
    editor.get_by_role("button", name="Trả lại để chỉnh sửa").click()
    expect(editor.get_by_text("Đã trả lại")).to_be_visible()

    # The reporter reads the reason and mends.
    reporter.goto(portal.url(path="/admin/"))
    reporter.get_by_role("link", name=TITLE).first.click()
    reporter.wait_for_load_state("networkidle")
    expect(reporter.get_by_text("Thiếu số lượng chữ ký số đã cấp.").first).to_be_attached()
    reporter.fill("#id_lead", "Ba mươi đoàn viên xuống tận ấp, cấp 412 chữ ký số.")
    submit(reporter)

    # Editor and chief approve; nobody else publishes.
    approve(editor, portal, TITLE)
    chief = sign_in(visit(viewport=PHONE), portal, "truongban.tttt")
    approve(chief, portal, TITLE)

    # The chief of another department sees nothing of it.
    stranger = sign_in(visit(), portal, "truongban.yte")
    expect(stranger.get_by_text(TITLE)).to_have_count(0)

    # A citizen opens it by date.
    day = f"/kho-tin/{today:%Y/%m/%d}/"
    first = visit(portal.url(HOST, day), user_agent=CITIZEN.format(1), viewport=PHONE)
    first.get_by_role("link", name=TITLE).first.click()
    expect(first.locator("h1")).to_have_text(TITLE)
    expect(first.get_by_text("Sáng nay, đoàn viên đã ra quân.")).to_be_visible()
    expect(first.get_by_text("cấp 412 chữ ký số").first).to_be_visible()
    expect(first.get_by_text(f"{today:%d/%m/%Y}").first).to_be_visible()
    expect(first.locator("[data-sen-views]")).to_have_text("1")
    address = first.url
    before = visits(portal)
    expect_visits(first, portal, before)

    # Four more read it, one of them twice: five views more, four visits more.
    for reader in range(2, 6):
        page = visit(address, user_agent=CITIZEN.format(reader))
        expect(page.locator("[data-sen-views]")).to_have_text(str(reader))
    page.reload()
    expect(page.locator("[data-sen-views]")).to_have_text("6")
    expect_visits(page, portal, before + 4)

    # It prints on paper: the view without chrome, and a real PDF of it.
    page.goto(address)
    page.get_by_role("link", name="Bản in").click()
    expect(page.locator("nav:not(.screen-only)")).to_have_count(0)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text("Sở Thông tin và Truyền thông").first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")

    # The other departments' sites do not serve it.
    path = address.split(str(portal.port))[1]
    response = stranger.goto(portal.url("so-y-te.localhost", path))
    assert response is not None
    assert response.status == 404


def visits(portal: Portal) -> int:
    """The visits of the site, with those that were told a moment ago."""
    code = (
        "from cms.traffic.counts import SiteCounts;from cms.traffic.rolling import roll_up;"
        "from sites.models import Department;roll_up();"
        f"site=Department.objects.get(site__hostname='{HOST}').site_id;"
        "print(SiteCounts(site).visits().total)"
    )
    return int(portal.manage("shell", "-v0", "-c", code))


def expect_visits(page: Page, portal: Portal, number: int) -> None:
    """Wait until the boxes of the counter on the front page show ``number``.

    The server rolls up every few seconds, later on a busy machine; a counter may be as old.
    A machine so busy that the page's time for widgets ran out leaves the counter out.
    """
    shown: list[int] = []
    for _look in range(20):
        page.goto(portal.url(HOST), wait_until="networkidle")
        boxes = page.locator(".widget--visit_counter [role=img]").all()
        shown = [int(re.sub(r"\D", "", box.get_attribute("aria-label") or "0")) for box in boxes]
        if number in shown[:1]:
            return
        page.wait_for_timeout(3_000)
    assert shown[:1] == [number]
