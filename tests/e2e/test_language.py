"""What scripts write on the admin's screens is Vietnamese too."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.language.english import english_in

from .newsroom import sign_in
from .portal import Portal
from .test_accessibility import SCREENS
from .test_editor import FIELD, begin

HIDE_WHAT_IS_NOT_SHOWN = """() => {
  for (const element of document.body.querySelectorAll("*")) {
    if (getComputedStyle(element).display === "none") element.setAttribute("hidden", "");
  }
}"""


def read(page: Page) -> list[str]:
    """The English on the screen as it stands, with everything that scripts put there."""
    page.evaluate(HIDE_WHAT_IS_NOT_SHOWN)
    return [f"{page.url}: {text}" for text in english_in(page.content())]


def test_the_editor_speaks_vietnamese(portal: Portal, visit: Callable[..., Page]) -> None:
    page = sign_in(visit(), portal, "phongvien.tttt")
    begin(page, portal, "Bài thử tiếng Việt")
    found = read(page)
    # The toolbar, a link, the comments, the preview, the menu of blocks.
    page.locator(FIELD).first.click()
    page.keyboard.type("Chữ")
    page.keyboard.press("Control+a")
    found += read(page)
    for panel in ("Mở hoặc đóng trạng thái", "Mở hoặc đóng xem trước", "Mở hoặc đóng ý kiến"):
        page.get_by_role("button", name=panel).first.click()
        page.wait_for_timeout(1_000)
        found += read(page)
    page.locator("button.c-sf-add-button").last.click()
    found += read(page)
    page.keyboard.press("Escape")
    page.locator("[data-chooser-action-choose]:visible").first.click()
    page.locator(".modal-content").wait_for()
    found += read(page)
    assert not found, "\n".join(sorted(set(found)))


def test_our_screens_speak_vietnamese(portal: Portal, visit: Callable[..., Page]) -> None:
    found: list[str] = []
    for username, paths in SCREENS.items():
        page = sign_in(visit(), portal, username)
        for path in paths:
            page.goto(portal.url(path=path), wait_until="networkidle")
            found += read(page)
    assert not found, "\n".join(sorted(set(found)))
