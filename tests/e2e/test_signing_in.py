"""The story of one administrator's first day: a second factor, a passkey, a session too many."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from .portal import Portal, manage, own_data, serving

PASSWORD = "mat-khau-cua-hong-1"
PHONE = {"width": 360, "height": 740}
PEOPLE = f"""
from cms.users.models import User
from sites.models import Department
user = User.objects.create_user("hong.le", "hong@tinh.example", "{PASSWORD}",
                                last_name="Lê", first_name="Hồng")
user.groups.add(Department.objects.get().role_groups.get(role="site_admin").group)
"""


@pytest.fixture(scope="module")
def guarded(browser: Browser) -> Iterator[Portal]:
    """A portal of one site where administrators need a second factor."""
    with own_data(migrated=True) as env:
        env["SEN_SECOND_FACTOR_ROLES"] = "superuser,site_admin"
        env["EMAIL_BACKEND"] = "django.core.mail.backends.dummy.EmailBackend"
        details = ["--name", "Tỉnh Hoa Sen", "--kind", "province", "--publish"]
        details += ["--responsible-person", "Lê Hồng", "--address", "Số 1, đường Sen"]
        details += ["--phone", "0292 3 123 456", "--email", "cong@tinh.example"]
        manage(env, "open_site", "localhost", *details)
        manage(env, "shell", "-v0", "-c", PEOPLE)
        with serving(env, "--no-demo") as portal:
            yield portal


def enter(page: Page, portal: Portal) -> None:
    """Name and password."""
    page.goto(portal.url(path="/admin/"))
    page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill("hong.le")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def code_of(secret: str, step: int = 0) -> str:
    """What an app shows; ``step`` periods later, since a code is good once."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def authenticator(page: Page) -> CDPSession:
    """A device with a fingerprint reader that always knows its owner."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(wide)) <= 0


def test_an_administrators_first_day(guarded: Portal, visit: Callable[..., Page]) -> None:
    # The admin is closed until a factor is set up.
    page = visit(viewport=PHONE)
    enter(page, guarded)
    expect(page.get_by_text("bắt buộc xác thực hai lớp")).to_be_visible()
    assert fits(page)
    page.goto(guarded.url(path="/admin/pages/"))
    expect(page).to_have_url(re.compile("/admin/account/security/"))
    expect(page.locator("#wagtail-sidebar")).to_have_count(0)

    # An app is set up, and its codes for the worst case are shown.
    page.get_by_role("link", name="Thiết lập").click()
    secret = page.locator(".account__secret").inner_text().strip()
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    assert page.locator(".account__qr").evaluate("image => image.naturalWidth") > 0
    assert fits(page)
    page.get_by_label("Mã xác thực").fill("000000")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_text("Mã không đúng.")).to_be_visible()
    page.get_by_label("Mã xác thực").fill(code_of(secret))
    page.get_by_role("button", name="Xác nhận").click()
    spare = page.locator(".account__codes code")
    expect(spare).to_have_count(10)
    recovery_code = spare.first.inner_text()
    assert fits(page)
    page.get_by_role("link", name="Vào trang quản trị").click()
    expect(page).to_have_url(guarded.url(path="/admin/"))

    # Signed out, the password alone opens nothing; the code does.
    desk = visit(viewport={"width": 1440, "height": 900})
    enter(desk, guarded)
    expect(desk.get_by_role("heading", name="Xác thực hai lớp")).to_be_visible()
    desk.get_by_label("Mã").fill(code_of(secret, 1))
    desk.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(desk).to_have_url(guarded.url(path="/admin/"))

    # A passkey is added, and signs in alone.
    devices = authenticator(desk)
    desk.goto(guarded.url(path="/admin/account/"))
    desk.get_by_role("tab", name="Thao tác khác").click()
    desk.get_by_role("link", name="Bảo mật").click()
    desk.get_by_role("link", name="Thêm khóa truy cập").click()
    desk.get_by_label("Tên").fill("Máy ở cơ quan")
    desk.get_by_role("button", name="Thêm", exact=True).click()
    expect(desk.get_by_text("Đã thêm khóa truy cập.")).to_be_visible()
    expect(desk.get_by_text("Máy ở cơ quan")).to_be_visible()
    desk.goto(guarded.url(path="/admin/account/logout/"))
    desk.get_by_role("button", name="Đăng xuất").click()
    desk.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    expect(desk).to_have_url(guarded.url(path="/admin/"))

    # The phone is still signed in; from the desk it is put out.
    desk.goto(guarded.url(path="/admin/account/sessions/"))
    rows = desk.locator(".account__table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Phiên này")).to_have_count(1)
    rows.filter(has_not_text="Phiên này").get_by_role("button", name="Kết thúc").click()
    expect(rows).to_have_count(1)
    page.goto(guarded.url(path="/admin/"))
    expect(page).to_have_url(re.compile("/admin/account/login/"))

    # Without the device a passkey is no way in, and the page says so.
    devices.detach()
    stranger = visit()
    authenticator(stranger)
    stranger.goto(guarded.url(path="/admin/"))
    stranger.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    expect(stranger.get_by_text("Chưa dùng được khóa truy cập.")).to_be_visible()

    # The phone is lost: a recovery code opens.
    enter(page, guarded)
    page.get_by_label("Mã").fill(recovery_code)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(guarded.url(path="/admin/"))


def test_a_guesser_is_told_to_wait(guarded: Portal, visit: Callable[..., Page]) -> None:
    page = visit(viewport=PHONE)
    for _ in range(5):
        page.goto(guarded.url(path="/admin/"))
        page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill("khong.co.ai")
        page.get_by_label("Mật khẩu").fill("doan-mo")
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_text("15 phút")).to_be_visible()
    assert fits(page)


def test_other_pages_fit_a_phone(guarded: Portal, visit: Callable[..., Page]) -> None:
    page = visit(viewport=PHONE)
    sizes: dict[str, Any] = {}
    for path in ("login/", "password/reset/", "password/reset/sent/", "invitation/MQ/x/"):
        page.goto(guarded.url(path=f"/admin/account/{path}"))
        sizes[path] = fits(page)
    assert all(sizes.values()), sizes
