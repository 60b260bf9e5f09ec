"""The kinds of public pages, by name: one list for the pictures, for axe and for the keyboard."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from .portal import Portal

#: On the province's own site. The names are those of the pictures in docs/images/pages.
PAGES = {
    "home": "/",
    "section": "/tin-tuc-su-kien/",
    "news": "/kho-tin/",
    "archive": "/kho-tin/2026/",
    "standard": "/gioi-thieu/",
    "english": "/english/",
    "khmer": "/khmer/",
    "search": "/tim-kiem/",
    "search-results": "/tim-kiem/?q=hoi+nghi&tu=2026-01-01",
    "search-mistyped": "/tim-kiem/?q=hoi+nghi&tu=x",
    "sitemap": "/so-do-cong/",
    "accessibility": "/kha-nang-tiep-can/",
    "component-sites": "/trang-thanh-phan/",
    "notices": "/tien-ich/thong-bao/",
    "documents": "/tien-ich/van-ban/",
    "polls": "/tien-ich/binh-chon/",
    "not-found": "/khong-co-trang-nay/",
}
#: A department's home, which has a layout and colours of its own.
DEPARTMENT = "so-y-te.localhost"
#: All kinds, in the order in which they are asked for.
KINDS = [
    *PAGES,
    "document",
    "department",
    "taken-down",
    "error",
    "article",
    "article-print",
]

#: What no address of the demo shows: an article is taken down, and the page of an error rendered.
SCRIPT = """
import json
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils import translation
from cms.news.models import ArticlePage
from cms.workflow import takedown
from sites.models import Department
department = Department.objects.get(site__hostname="xa-demo.localhost")
gone = takedown.models.Takedown.of_all_departments.filter(department=department).first()
if gone is None:
    page = ArticlePage.objects.descendant_of(department.site.root_page).live().last()
    chief = get_user_model().objects.get(username="truongban.xa")
    gone = takedown.take_down(page, chief, "Số liệu sai.", "Bài đang được kiểm tra lại.")
with translation.override("vi"):
    error = render_to_string("500.html")
path = gone.page.url_path.removeprefix(department.site.root_page.url_path)
print(json.dumps({"taken-down": f"/{path}", "error": error}))
"""
_made: dict[int, dict[str, Any]] = {}


def addresses(page: Page, portal: Portal) -> dict[str, str]:
    """The whole address of one page of each of ``KINDS``.

    Args:
        page: a page of the browser, which is led to the portal's home.
    """
    if portal.port not in _made:
        _made[portal.port] = json.loads(portal.manage("shell", "-v0", "-c", SCRIPT))
    made = _made[portal.port]
    error = portal.url(path="/_error/")
    page.route(
        error,
        lambda route: route.fulfill(
            status=500, content_type="text/html; charset=utf-8", body=made["error"]
        ),
    )
    page.goto(portal.url())
    story = str(page.locator(".story-title a").first.get_attribute("href"))
    document = str(page.locator(".home-area a[href*='/van-ban/']").first.get_attribute("href"))
    here = {name: portal.url(path=path) for name, path in PAGES.items()}
    return here | {
        "document": portal.url(path=document),
        "department": portal.url(DEPARTMENT),
        "taken-down": portal.url("xa-demo.localhost", made["taken-down"]),
        "error": error,
        "article": portal.url(path=story),
        "article-print": portal.url(path=f"{story}ban-in/"),
    }
