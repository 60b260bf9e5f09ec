"""A site administrator's first day, in the browser: people, look, contact, menu, sections."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .newsroom import sign_in
from .portal import Portal

HOST = "so-y-te.localhost"
SECOND = "so-tttt.localhost"
ADMIN = "quantri.yte"


def run(portal: Portal, code: str) -> str:
    """Run Python with the portal's data; for what another person or another day would do."""
    return portal.manage("shell", "-v0", "-c", code).strip()


def invite(admin: Page, portal: Portal, last: str, first: str, email: str, role: str) -> None:
    """Fill in the form that invites somebody."""
    admin.goto(portal.url(path="/admin/people/invite/"))
    admin.fill("#id_last_name", last)
    admin.fill("#id_first_name", first)
    admin.fill("#id_email", email)
    admin.locator(f"input[name=roles][value={role}]").check()
    admin.get_by_role("button", name="Mời", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("Đã mời")


def make_logo(folder: Path) -> Path:
    """A picture to upload."""
    from PIL import Image

    path = folder / "logo.png"
    Image.new("RGB", (200, 200), "#b91c1c").save(path)
    return path


def test_the_first_day(portal: Portal, visit: Callable[..., Page], tmp_path: Path) -> None:
    # The same person looks after a second department; an account in a third is known already.
    run(
        portal,
        "from cms.users.models import User; from sites.models import Department;"
        f"user = User.objects.get(username={ADMIN!r});"
        f"two = Department.objects.get(site__hostname={SECOND!r});"
        "user.groups.add(two.role_groups.get(role='site_admin').group)",
    )
    admin = visit(viewport={"width": 1280, "height": 1000})
    sign_in(admin, portal, ADMIN)

    # Chooses the department to work for; its name stays in sight.
    admin.goto(portal.url(path="/admin/workplace/"))
    card = admin.locator(".sen-workplaces li", has_text="Sở Y tế")
    if card.get_by_role("button").count():
        card.get_by_role("button").click()
        admin.goto(portal.url(path="/admin/workplace/"))
    expect(admin.locator(".sen-workplaces [aria-current]")).to_contain_text("Sở Y tế")
    expect(admin.locator("#wagtail-sidebar")).to_contain_text("Sở Y tế")

    # Invites a reporter and an editor; the list shows what was typed until they come.
    invite(admin, portal, "Lò Thị", "Hoa", "hoa@yte.example", "reporter")
    invite(admin, portal, "Vì Văn", "Sơn", "son@yte.example", "editor")
    row = admin.locator("tr", has_text="Vì Văn Sơn")
    expect(row).to_contain_text("Đã mời")
    expect(row).to_contain_text("Biên tập viên")

    # Colour and logo: the picture follows the colour before anything is saved.
    logo = make_logo(tmp_path)
    run(
        portal,
        "from django.core.files import File; from wagtail.images import get_image_model;"
        "from sites.models import Department;"
        f"d = Department.objects.get(site__hostname={HOST!r});"
        f"get_image_model().objects.create(title='Biểu trưng mới', "
        f"file=File(open({str(logo)!r}, 'rb'), 'logo.png'), collection=d.collection)",
    )
    admin.goto(portal.url(path="/admin/my-site/look/"))
    admin.locator("[data-accent='#b91c1c']").click()
    expect(admin.locator("#id_accent")).to_have_value("#b91c1c")
    expect(admin.locator("#sen-colours")).to_contain_text("#b91c1c")
    chooser = admin.locator("#id_logo-chooser")
    chooser.get_by_role("button").first.click()
    admin.locator("[data-chooser-action-choose]:visible").first.click()
    admin.locator(".modal-body a", has_text="Biểu trưng mới").first.click()
    expect(chooser).to_contain_text("Biểu trưng mới")
    admin.get_by_role("button", name="Lưu", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("Đã lưu")

    # The contact block: what a public site must have cannot be emptied, and nothing is lost.
    admin.goto(portal.url(path="/admin/my-site/contact/"))
    admin.fill("#id_responsible_person", "")
    admin.fill("#id_phone", "0218 999 888")
    admin.get_by_role("button", name="Lưu", exact=True).click()
    expect(admin.locator(".error-message").first).to_be_visible()
    expect(admin.locator("#id_phone")).to_have_value("0218 999 888")
    admin.fill("#id_responsible_person", "Nghiêm Xuân Thảo")
    admin.get_by_role("button", name="Lưu", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("Đã lưu")

    # The menu: the first entry goes down one place.
    admin.goto(portal.url(path="/admin/my-site/menu/"))
    first = admin.locator("#id_menu_items-0-title").input_value()
    second = admin.locator("#id_menu_items-1-title").input_value()
    admin.locator("#inline_child_menu_items-0 [data-inline-panel-child-move-down]").click()
    admin.get_by_role("button", name="Lưu", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("Đã lưu")

    # A section, moved to the top.
    admin.goto(portal.url(path="/admin/my-site/sections/"))
    admin.fill("#id_title", "Chuyển đổi số")
    admin.get_by_role("button", name="Thêm chuyên mục").click()
    expect(admin.get_by_role("status")).to_contain_text("Chuyển đổi số")
    own = admin.locator(".sen-sections li", has=admin.locator("input[value='Chuyển đổi số']"))
    own.locator("button[value=up]").click()
    expect(admin.get_by_role("status")).to_contain_text("Đã lưu")

    # A redirect.
    admin.goto(portal.url(path="/admin/my-site/redirects/import/"))
    admin.fill("#id_text", "/trang-cu.html,/chuyen-doi-so/\nsai,/chuyen-doi-so/")
    admin.get_by_role("button", name="Kiểm tra các dòng").click()
    expect(admin.locator(".is-bad")).to_contain_text("Dòng 2")
    admin.get_by_role("button", name="Thêm các dòng đúng").click()
    expect(admin.locator(".sen-table")).to_contain_text("/trang-cu.html")

    # The public sees it all.
    public = visit(portal.url(HOST, "/trang-cu.html"))
    expect(public).to_have_url(re.compile("/chuyen-doi-so/$"))
    expect(public.locator("footer")).to_contain_text("0218 999 888")
    titles = public.locator(".menu-line > li").all_inner_texts()
    assert titles.index(second) < titles.index(first)
    colour = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
    assert public.evaluate(colour) == "#b91c1c"

    # The record tells of it.
    admin.goto(portal.url(path="/admin/record/"))
    record = admin.locator(".sen-record")
    for act in ("Mời người mới", "Sửa giao diện", "Sửa thông tin liên hệ", "Sửa trình đơn"):
        expect(record).to_contain_text(act)

    # The other department, and nothing of this one in it.
    admin.goto(portal.url(path="/admin/workplace/"))
    other = admin.locator(".sen-workplaces li", has_text="Thông tin và Truyền thông")
    other.get_by_role("button", name="Làm việc ở đây").click()
    expect(admin.locator("#wagtail-sidebar")).not_to_contain_text("Sở Y tế")
    admin.goto(portal.url(path="/admin/people/"))
    expect(admin.locator("main")).not_to_contain_text("Vì Văn Sơn")
    admin.set_viewport_size({"width": 360, "height": 740})
    expect(admin.locator(".sen-here")).to_be_visible()
    assert admin.evaluate("document.documentElement.scrollWidth") <= 360
