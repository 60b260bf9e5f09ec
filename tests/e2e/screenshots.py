"""``make screenshots``: the pictures in docs/images, taken of the demo in a real browser.

With ``pages`` as an argument: those of the public pages only, whole and at three widths.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from .editor_screenshots import DESKTOP, take_editors
from .newsroom import PHONE, sign_in
from .portal import CHROMIUM_FLAGS, ROOT, Portal, find_chromium, running_portal
from .public_pages import addresses

IMAGES = ROOT / "docs" / "images"
#: Of the public pages' pictures, in CSS pixels.
WIDTHS = (360, 768, 1440)
#: A longer page is cut there: what follows repeats what stands above.
MOST = 4000


def main() -> None:
    """Take them all. Exits with an error where there is no Chromium."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium was found: install one, or set CHROMIUM to its path")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        if sys.argv[1:] != ["pages"]:
            take_docs(browser, portal)
        take_pages(browser, portal)
        browser.close()


def take_docs(browser: Browser, portal: Portal) -> None:
    """Those that the pages of docs show, each where it is spoken of."""
    context = browser.new_context(locale="vi-VN", viewport=DESKTOP)
    take_admin(context.new_page(), portal)
    context.clear_cookies()
    take_own_site(context.new_page(), portal)
    context.clear_cookies()
    take_inspection(context.new_page(), portal)
    context.clear_cookies()
    take_statistics(context.new_page(), portal)
    context.close()
    take_editors(browser, portal, lambda page, name: shoot(page, IMAGES / f"{name}.png"))
    for size in (DESKTOP, PHONE):
        context = browser.new_context(locale="vi-VN", viewport=size)
        take(context.new_page(), portal, size["width"])
        context.close()


def take_pages(browser: Browser, portal: Portal) -> None:
    """Each kind of public page, whole, at each width: docs/pages.md shows them."""
    folder = IMAGES / "pages"
    folder.mkdir(exist_ok=True)
    for width in WIDTHS:
        context = browser.new_context(locale="vi-VN", viewport={"width": width, "height": 900})
        page = context.new_page()
        for name, address in addresses(page, portal).items():
            page.goto(address, wait_until="networkidle")
            # Pictures further down come when somebody scrolls there.
            page.evaluate(
                "document.querySelectorAll('[loading]').forEach(e => e.loading = 'eager')"
            )
            page.wait_for_function("[...document.images].every(each => each.complete)")
            whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
            cut = whole.crop((0, 0, whole.width, min(whole.height, MOST)))
            path = folder / f"{name}-{width}.webp"
            cut.save(path, quality=60, method=6)
            print(path.relative_to(ROOT))
        context.close()


def take(page: Page, portal: Portal, width: int) -> None:
    """The front page of a department and its leading article, at one width."""
    page.goto(portal.url("so-y-te.localhost"))
    shoot(page, IMAGES / f"home-{width}.png")
    page.locator("main article a").first.click()
    shoot(page, IMAGES / f"article-{width}.png")


def take_admin(page: Page, portal: Portal) -> None:
    """Where a site administrator arranges widgets."""
    sign_in(page, portal, "quantri.tttt")
    page.goto(portal.url(path="/admin/widgets/"))
    shoot(page, IMAGES / f"areas-{DESKTOP['width']}.png")


def take_own_site(page: Page, portal: Portal) -> None:
    """A site administrator's own screens."""
    sign_in(page, portal, "quantri.yte")
    for name, path in (("own-site", "my-site/"), ("people", "people/"), ("look", "my-site/look/")):
        page.goto(portal.url(path=f"/admin/{path}"))
        shoot(page, IMAGES / f"{name}-{DESKTOP['width']}.png")
    page.set_viewport_size(PHONE)
    page.goto(portal.url(path="/admin/workplace/"))
    shoot(page, IMAGES / f"workplace-{PHONE['width']}.png")


def take_statistics(page: Page, portal: Portal) -> None:
    """The visits of the province's own site, and of all sites, as its administrator sees them."""
    sign_in(page, portal, "quantri")
    for name, path in (
        ("statistics", "statistics/"),
        ("overview", "departments/statistics/"),
        ("operation", "operation/"),
    ):
        page.goto(portal.url(path=f"/admin/{path}"))
        shoot(page, IMAGES / f"{name}-{DESKTOP['width']}.png")


def take_inspection(page: Page, portal: Portal) -> None:
    """An article that the chief approves, its slip, and the record."""
    sign_in(page, portal, "truongban.tttt")
    page.goto(portal.url(path="/admin/inbox/"))
    page.locator(".sen-notices a").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("summary", has_text="Phê duyệt").click()
    page.locator("#approve_comment").fill("Đồng ý đăng, cho lên trang chủ.")
    page.get_by_role("button", name="Phê duyệt").click()
    page.wait_for_load_state("networkidle")
    page.goto(portal.url(path="/admin/record/"))
    shoot(page, IMAGES / f"record-{DESKTOP['width']}.png")
    page.goto(portal.url(path="/admin/inspection/"))
    page.locator("a[href$='/slip/']").first.click()
    page.wait_for_load_state("networkidle")
    path = IMAGES / "slip.png"
    page.locator(".sheet").screenshot(path=path)
    print(path.relative_to(ROOT))


def shoot(page: Page, path: Path) -> None:
    """Write what the window shows, once everything has arrived."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
