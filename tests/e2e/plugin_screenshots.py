"""The pictures in docs/plugins/images: each bundled widget by itself, filled with the demo."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from .portal import CHROMIUM_FLAGS, ROOT, Portal, find_chromium, running_portal

IMAGES = ROOT / "docs" / "plugins" / "images"
HOST = "so-tttt.localhost"
# A sidebar is 320 px wide and is taken twice as large; below 64 rem it stands
# under the page in its full width.
NARROW = {"viewport": {"width": 1440, "height": 1000}, "device_scale_factor": 2}
WIDE = {"viewport": {"width": 768, "height": 1000}, "device_scale_factor": 1}
SIZES = {
    "component_sites": WIDE,
    "date_browser": NARROW,
    "documents": NARROW,
    "featured_news": WIDE,
    "free_text": NARROW,
    "image_gallery": WIDE,
    "latest_news": NARROW,
    "links": NARROW,
    "most_read": NARROW,
    "notice_banner": WIDE,
    "notices": NARROW,
    "rss": NARROW,
    "section_menu": NARROW,
    "text_size_and_contrast": NARROW,
    "video": NARROW,
    "visit_counter": NARROW,
}


def main() -> None:
    """Take them all. Exits with an error where there is no Chromium."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium was found: install one, or set CHROMIUM to its path")
    with running_portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        take_all(browser, portal)
        browser.close()


def take_all(browser: Browser, portal: Portal, folder: Path = IMAGES) -> None:
    """Fill the sidebar of one site and write a picture of each widget in it."""
    folder.mkdir(parents=True, exist_ok=True)
    fill_sidebar(portal)
    for size in (NARROW, WIDE):
        context = browser.new_context(locale="vi-VN", **size)
        page = context.new_page()
        page.goto(portal.url(HOST))
        page.wait_for_load_state("networkidle")
        for widget_id in (name for name, wanted in SIZES.items() if wanted is size):
            widget = page.locator(f".widget--{widget_id}")
            widget.scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
            # What is loaded lazily is there once the picture is decoded.
            widget.evaluate("w => Promise.all([...w.querySelectorAll('img')].map(i => i.decode()))")
            widget.screenshot(path=folder / f"{widget_id}.png")
        context.close()


def fill_sidebar(portal: Portal) -> None:
    """Put every widget that has a picture into the sidebar of the site at ``HOST``."""
    portal.manage("shell", "-v0", "-c", "from tests.e2e.plugin_content import fill; fill()")


if __name__ == "__main__":
    main()
