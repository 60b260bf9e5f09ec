"""Public pages by keyboard, and that nothing on them moves."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .newsroom import PHONE
from .portal import Portal
from .public_pages import addresses

Visit = Callable[..., Page]


def test_the_first_stop_leads_past_the_menu(portal: Portal, visit: Visit) -> None:
    page = visit(portal.url(path="/tin-tuc-su-kien/"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Bỏ qua đến nội dung chính")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_of_a_phone_opens_by_keyboard_and_without_a_script(
    portal: Portal, visit: Visit
) -> None:
    page = visit(portal.url(), viewport=PHONE, java_script_enabled=False)
    menu = page.locator("nav.menu")
    entry = menu.get_by_role("link", name="Tin tức – Sự kiện").first
    expect(entry).to_be_hidden()
    menu.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_visible()
    page.keyboard.press("Enter")
    expect(entry).to_be_hidden()


def test_nothing_moves(portal: Portal, visit: Visit) -> None:
    """No animation, no transition, no film that starts: so there is no motion to reduce."""
    page = visit(reduced_motion="no-preference")
    found = []
    for name, address in addresses(page, portal).items():
        page.goto(address, wait_until="networkidle")
        moving = page.evaluate(
            """() => [
              ...document.getAnimations().map(each => each.effect.target.outerHTML),
              ...[...document.querySelectorAll('*')].filter(each => {
                const style = getComputedStyle(each);
                return /[1-9]/.test(style.transitionDuration + style.animationDuration);
              }).map(each => each.outerHTML),
              ...[...document.querySelectorAll('marquee, blink, [autoplay]')].map(e => e.outerHTML),
            ].map(each => each.slice(0, 120))"""
        )
        found += [f"{name}: {each}" for each in moving]
    assert not found, "\n".join(found)
