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


#: Where the focus is: None at the end of the page or when it begins anew. A field for a
#: day has stops of its own within; the second one is the same element: no new stop.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === window.firstStop && at !== window.lastStop) return null;
  window.firstStop ??= at;
  const stop = {
    again: at === window.lastStop,
    before: window.lastStop !== undefined && window.lastStop.isConnected &&
      !!(at.compareDocumentPosition(window.lastStop) & Node.DOCUMENT_POSITION_FOLLOWING),
    what: at.outerHTML.slice(0, 120),
    seen: at.matches(':focus-visible') && (() => {
      const box = at.getBoundingClientRect();
      // A choice shows it around its words.
      const around = [at.closest('label') ?? at, at, ...at.querySelectorAll('*')];
      const shown = around.map(each => getComputedStyle(each));
      const marked = shown.some(each =>
        (each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) > 0) ||
        each.boxShadow !== 'none');
      return marked && box.width > 1 && box.height > 1 &&
        box.bottom > 0 && box.top < innerHeight;
    })(),
  };
  window.lastStop = at;
  return stop;
}"""
#: What Tab should come to: links, buttons, fields and what folds, one of each group of choices.
REACHABLE = """() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(each => !each.disabled && each.type !== 'hidden' && each.tabIndex >= 0 &&
      each.checkVisibility({visibilityProperty: true}))
    .filter(each => {
      if (each.type !== 'radio') return true;
      const first = !groups.has(each.name);
      groups.add(each.name);
      return first;
    }).length;
}"""
MOST_STOPS = 400


def test_tab_comes_to_everything_in_the_order_of_the_page(portal: Portal, visit: Visit) -> None:
    page = visit()
    faults = []
    for name, address in addresses(page, portal).items():
        page.goto(address, wait_until="networkidle")
        reachable = page.evaluate(REACHABLE)
        stops = 0
        for _press in range(MOST_STOPS):
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            if stop is None:
                break
            if stop["again"]:
                continue
            stops += 1
            if stop["before"]:
                faults.append(f"{name}: goes back to {stop['what']}")
            if not stop["seen"]:
                faults.append(f"{name}: the focus is not seen on {stop['what']}")
        else:
            faults.append(f"{name}: no end after {MOST_STOPS} stops")
        if stops < reachable:
            faults.append(f"{name}: {stops} stops of {reachable}")
    assert not faults, "\n".join(faults)


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
