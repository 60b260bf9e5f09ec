"""Which act drops which kept pages: the whole table, both what goes and what stays.

Each act is done on a department's site while all pages of two sites are kept.
Whatever is still answered from the cache then must be what would be rendered now.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cms.news.models import ArticlePage, SectionPage, StandardPage
from cms.sdk.testing import put_in_sidebar
from cms.workflow import takedown
from cms.workflow.authority import Authority, publishing_by
from cms.workflow.scheduled import publish_due
from plugins.free_text.widgets import FreeText
from sites.models import Department, MenuItem
from sites.roles import Role
from tests.factories import home_of, make_article, make_user, publish, section_of

NEWS = {"home", "list", "section", "other section", "article", "other article", "day", "feed"}
EVERYTHING = {*NEWS, "about"}


class Portal:
    """Two sites with a page of every kind; the second is only watched."""

    def __init__(self, department: Department, neighbour: Department) -> None:
        self.department, self.neighbour = department, neighbour
        # Without the newest articles beside every page, pages differ in what they show.
        put_in_sidebar(department)
        self.chief = make_user((department, Role.CHIEF))
        self.section, self.other = section_of(department), section_of(department, 1)
        before = timezone.now() - timedelta(days=2)
        self.article = make_article(self.section, "Bài thứ nhất", published_at=before)
        self.second = make_article(self.other, "Bài thứ hai", published_at=before)
        self.draft = make_article(self.section, "Bài chờ đăng", live=False)
        make_article(neighbour, "Bài của đơn vị khác")
        home = home_of(department)
        self.about: Any = home.add_child(
            instance=StandardPage(title="Giới thiệu", slug="chuc-nang", live=True)
        )
        day = timezone.localtime(before)
        self.paths = {
            "home": "/",
            "list": "/kho-tin/",
            "section": self.section.local_url,
            "other section": self.other.local_url,
            "article": self.article.local_url,
            "other article": self.second.local_url,
            "day": f"/kho-tin/{day:%Y/%m/%d}/",
            "feed": "/rss/",
            "about": self.about.local_url,
        }

    def update(self, page: Any, **fields: Any) -> None:
        text = type(page).objects.get(pk=page.pk)
        for name, value in fields.items():
            setattr(text, name, value)
        revision = text.save_revision()
        with publishing_by(Authority.IMPORT):
            revision.publish()


def publish_article(portal: Portal) -> None:
    publish(portal.draft)


def change_article(portal: Portal) -> None:
    portal.update(portal.article, title="Bài thứ nhất, đã sửa")


def take_down(portal: Portal) -> None:
    takedown.take_down(portal.article, portal.chief, "Số liệu chưa được kiểm tra.")


def publish_again(portal: Portal) -> None:
    takedown.republish(
        ArticlePage.objects.get(pk=portal.article.pk), portal.chief, "Đã kiểm tra lại số liệu."
    )


def expire(portal: Portal) -> None:
    ArticlePage.objects.filter(pk=portal.article.pk).update(expire_at=timezone.now())
    publish_due()


def come_to_its_hour(portal: Portal) -> None:
    text = portal.draft.get_latest_revision_as_object()
    text.go_live_at = timezone.now() + timedelta(seconds=1)
    revision = text.save_revision()
    with publishing_by(Authority.IMPORT):
        revision.publish()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now())
    with publishing_by(Authority.IMPORT):
        publish_due()


def move_article(portal: Portal) -> None:
    page = ArticlePage.objects.get(pk=portal.article.pk)
    page.move(SectionPage.objects.get(pk=portal.other.pk), pos="last-child")


def save_draft(portal: Portal) -> None:
    text = ArticlePage.objects.get(pk=portal.article.pk)
    text.title = "Chưa ai duyệt"
    text.save_revision(user=portal.chief)


def change_page(portal: Portal) -> None:
    portal.update(portal.about, title="Chức năng, nhiệm vụ")


def rename_section(portal: Portal) -> None:
    section = SectionPage.objects.get(pk=portal.section.pk)
    section.title = "Tên chuyên mục mới"
    section.save_revision().publish()


def change_menu(portal: Portal) -> None:
    MenuItem.objects.create(
        department=portal.department, title="Liên hệ", url="https://example.vn/", sort_order=99
    )


def change_settings(portal: Portal) -> None:
    portal.department.name = "Sở Mang Tên Mới"
    portal.department.save()


def change_sidebar(portal: Portal) -> None:
    put_in_sidebar(portal.department, (FreeText, FreeText.preview_config))


def forget_all(portal: Portal) -> None:
    call_command("forget_pages", stdout=StringIO())


#: What other sites name too: the list of the province's sites has the department's name.
#: And after an upgrade every page of all sites is rendered anew.
SEEN_ELSEWHERE = {change_settings, forget_all}
TABLE: dict[Callable[[Portal], None], set[str]] = {
    publish_article: NEWS,
    change_article: NEWS,
    take_down: NEWS,
    expire: NEWS,
    come_to_its_hour: NEWS,
    move_article: NEWS,
    save_draft: set(),
    # Menus and the trail of pages below it may name it.
    change_page: EVERYTHING,
    rename_section: EVERYTHING,
    change_menu: EVERYTHING,
    change_settings: EVERYTHING,
    change_sidebar: EVERYTHING,
    forget_all: EVERYTHING,
}


@pytest.fixture
def portal(site_a: Department, site_b: Department) -> Portal:
    return Portal(site_a, site_b)


@pytest.mark.parametrize("act", TABLE, ids=lambda act: act.__name__)
def test_what_is_dropped_and_what_is_kept(
    portal: Portal,
    act: Callable[[Portal], None],
    browse: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    for path in portal.paths.values():
        browse(portal.department, path)
    browse(portal.neighbour, "/")
    with django_capture_on_commit_callbacks(execute=True):
        act(portal)
    dropped = set()
    for name, path in portal.paths.items():
        seen = browse(portal.department, path)
        if seen.headers.get("X-Sen-Cache") != "hit":
            dropped.add(name)
        else:
            now = Client(headers={"host": portal.department.host}).get(path)
            assert text_of(seen) == text_of(now), name
    elsewhere = browse(portal.neighbour, "/")["X-Sen-Cache"]
    assert elsewhere == ("miss" if act in SEEN_ELSEWHERE else "hit")
    assert dropped == TABLE[act]


def test_published_again_it_is_back_everywhere(
    portal: Portal, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        take_down(portal)
    assert browse(portal.department, portal.paths["article"]).status_code == 410
    assert "Bài thứ nhất" not in browse(portal.department, "/").text
    with django_capture_on_commit_callbacks(execute=True):
        publish_again(portal)
    for name in NEWS - {"other section"}:
        assert "Bài thứ nhất" in browse(portal.department, portal.paths[name]).text, name


def text_of(response: Any) -> str:
    """The page without what is new in each rendering."""
    return re.sub(r"\s+", " ", response.content.decode())
