"""Writing in the editor: what comes from Word, and what the network takes away."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .newsroom import sign_in
from .portal import Portal

#: As Word puts it on the clipboard, shortened.
FROM_WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style></head>
<body><!--StartFragment-->
<p class=MsoTitle>Ke&#770;&#769; hoạch tuyển quân</p>
<p class=MsoNormal style='font-family:"Times New Roman";color:red'>Thực hiện <b>chỉ tiêu</b>
trên giao, xã họp ngày 26/01.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span
><![endif]>Sơ tuyển<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span
><![endif]>Khám tuyển<o:p></o:p></p>
<table class=MsoTableGrid><tr><td><p>Ấp</p></td><td><p>Số quân</p></td></tr>
<tr><td><p>Ấp 1</p></td><td><p>12</p></td></tr></table>
<script>alert(1)</script>
<!--EndFragment--></body></html>
"""
LEGACY = "Héi nghÞ tæng kÕt c«ng t¸c n¨m 2005 vµ triÓn khai nhiÖm vô n¨m 2006"
PASTE = """([field, html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  document.querySelectorAll(field)[0].dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
FIELD = ".public-DraftEditor-content"


def section_of(portal: Portal) -> str:
    code = (
        "from cms.news.models import SectionPage as S;"
        "print(S.objects.filter(url_path__startswith='/so-tttt-').order_by('path')[0].pk)"
    )
    return portal.manage("shell", "-v0", "-c", code).strip()


def begin(page: Page, portal: Portal, title: str) -> None:
    """A new article with a title, a lead and an empty paragraph."""
    address = portal.url(path=f"/admin/pages/add/news/articlepage/{section_of(portal)}/")
    page.goto(address, wait_until="networkidle")
    page.fill("#id_title", title)
    page.fill("#id_lead", "Xã hoàn thành chỉ tiêu.")
    page.locator("button.c-sf-add-button").first.click()
    page.locator("[role=option]", has_text="Đoạn văn").first.click()
    page.locator(FIELD).first.click()


def save_draft(page: Page) -> None:
    page.get_by_role("button", name="Lưu nháp").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    page.wait_for_load_state("networkidle")


def test_what_is_pasted_from_word_becomes_blocks(
    portal: Portal, visit: Callable[..., Page]
) -> None:
    page = sign_in(visit(), portal, "phongvien.tttt")
    begin(page, portal, "Dán từ Word")
    page.evaluate(PASTE, [FIELD, FROM_WORD, "x"])
    expect(page.get_by_text("Đã dán thành 3 khối.")).to_be_visible()
    # Heading in NFC, text with a list, table; the empty paragraph is gone.
    expect(page.locator("[name=body-1-value]")).to_have_value("Kế hoạch tuyển quân")
    expect(page.locator(f"{FIELD}:visible")).to_have_count(1)
    field = page.locator(f"{FIELD}:visible")
    expect(field.locator("ol li")).to_have_text(["Sơ tuyển", "Khám tuyển"])
    expect(field.locator("[style*=bold]")).to_have_text("chỉ tiêu")
    table = page.locator(".typed-table-block input[type=text]:visible")
    expect(table).to_have_count(5)

    # It is a draft like any other: stored, and read back.
    save_draft(page)
    page.reload(wait_until="networkidle")
    expect(page.locator("[name=body-0-value]")).to_have_value("Kế hoạch tuyển quân")
    expect(page.locator(f"{FIELD}:visible ol li")).to_have_count(2)
    expect(table.last).to_have_value("12")

    # Pasted once more, and taken out again.
    page.locator(FIELD).first.click()
    page.evaluate(PASTE, [f"{FIELD}", FROM_WORD, "x"])
    expect(page.locator(f"{FIELD}:visible")).to_have_count(2)
    page.get_by_role("button", name="Bỏ phần vừa dán").click()
    expect(page.locator(f"{FIELD}:visible")).to_have_count(1)


def test_text_of_old_fonts_is_told(portal: Portal, visit: Callable[..., Page]) -> None:
    page = sign_in(visit(), portal, "phongvien.tttt")
    begin(page, portal, "Phông cũ")
    page.evaluate(PASTE, [FIELD, "", LEGACY])
    # The field takes it as it is; nobody is kept from going on.
    expect(page.locator(f"{FIELD}:visible")).to_contain_text("Héi nghÞ")
    expect(page.get_by_text("TCVN3")).to_be_visible()


def test_a_paste_that_does_not_arrive_is_told(portal: Portal, visit: Callable[..., Page]) -> None:
    page = sign_in(visit(), portal, "phongvien.tttt")
    begin(page, portal, "Mất mạng khi dán")
    page.context.set_offline(True)
    page.evaluate(PASTE, [FIELD, FROM_WORD, "x"])
    expect(page.get_by_text("Chưa dán được")).to_be_visible()
    page.context.set_offline(False)
    page.evaluate(PASTE, [FIELD, FROM_WORD, "x"])
    expect(page.get_by_text("Đã dán thành 3 khối.")).to_be_visible()


def test_nothing_is_lost_when_the_network_drops(portal: Portal, visit: Callable[..., Page]) -> None:
    page = sign_in(visit(), portal, "phongvien.tttt")
    begin(page, portal, "Mạng chập chờn")
    page.keyboard.type("Câu thứ nhất.")
    # The rich text editor hands its text over a moment after the last key.
    expect(page.locator("[name=body-0-value]")).to_have_value(re.compile("thứ nhất"))
    save_draft(page)
    address = page.url

    # Written without a network: it stays on the screen, and leaving is warned of.
    page.context.set_offline(True)
    page.locator(FIELD).first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Câu thứ hai, lúc mất mạng.")
    page.wait_for_timeout(3_000)
    expect(page.locator(FIELD).first).to_contain_text("Câu thứ hai, lúc mất mạng.")
    expect(page.locator("[name=body-0-value]")).to_have_value(re.compile("thứ hai"))

    # The network is back: the next key brings everything along.
    page.context.set_offline(False)
    page.locator(FIELD).first.click()
    page.keyboard.press("Control+End")
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.keyboard.type(" Câu thứ ba.")
    assert saved.value.ok
    page.wait_for_timeout(3_000)
    other = sign_in(visit(), portal, "phongvien.tttt")
    other.goto(address, wait_until="networkidle")
    expect(other.locator(FIELD).first).to_have_text(
        "Câu thứ nhất. Câu thứ hai, lúc mất mạng. Câu thứ ba."
    )
