"""The demo: the same province for the same seed, repeatable, able to grow."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from cms.demo.staff import PASSWORD, accounts
from cms.media.models import SenImage
from cms.news.maintenance import find_faults
from cms.news.models import ArticlePage
from cms.traffic.counts import SiteCounts
from cms.users.models import User
from plugins.documents.models import LegalDocument, State
from sites.models import Department
from sites.roles import Role, has_role
from sites.tenancy import acting_for

UNTIL = date(2026, 11, 20)


def load(articles: int, sites: int = 2) -> None:
    call_command("load_demo", articles=articles, sites=sites, port=8000, until=UNTIL, verbosity=0)


@pytest.fixture
def province(db: Any, settings: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Two sites with four articles each, their files in a folder of the test's."""
    settings.MEDIA_ROOT = tmp_path
    load(8)


def outline() -> list[tuple[Any, ...]]:
    fields = ("url_path", "title", "published_at", "lead")
    return list(ArticlePage.objects.filter(live=True).order_by("url_path").values_list(*fields))


def test_the_province_is_whole(province: None) -> None:
    assert ArticlePage.objects.filter(live=True).count() == 8
    assert not any(Page.find_problems())
    assert not find_faults()
    assert SenImage.objects.filter(title="Biểu trưng").count() == 2
    for department in Department.objects.all():
        assert department.address
        assert department.responsible_person
        assert department.logo
        assert department.menu_items.count() >= 5
        assert SiteCounts(department.site_id).visits().total > 100_000
        waiting = ArticlePage.objects.filter(
            live=False, path__startswith=department.site.root_page.path
        )
        assert sum(page.workflow_in_progress for page in waiting) == 2


def test_its_sidebar_shows_the_widgets_at_their_best(province: None) -> None:
    department = Department.objects.get(site__hostname="so-tttt.localhost")
    text = Client(headers={"host": department.host}).get("/").content.decode()
    for url in ("https://dichvucong.gov.vn/", "https://chinhphu.vn/", "https://vbpl.vn/"):
        assert f'href="{url}"' in text


def test_plugins_bring_what_shows_them(
    db: Any, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            load(2)
    for department in Department.objects.all():
        client = Client(headers={"host": department.host})
        with acting_for(department):
            documents = list(LegalDocument.objects.all())
        assert len({document.number for document in documents}) == len(documents) == 10
        assert [document.state for document in documents].count(State.ENDED) == 1
        newest = documents[0]
        register = client.get("/tien-ich/van-ban/").content.decode()
        assert newest.heading in register
        file = newest.files.get().file
        text = re.sub(
            r"\\u(\d+)\?", lambda found: chr(int(found[1])), file.file.read().decode("ascii")
        )
        assert newest.summary in text
        assert file.collection == department.collection
        polls = client.get("/tien-ich/binh-chon/").content.decode()
        assert "Bạn thường làm thủ tục hành chính" in polls
        home = client.get("/").content.decode()
        assert newest.heading in home
        assert "Lịch tiếp công dân tháng này" in home


def test_its_staff_can_sign_in_and_hold_their_offices(province: None) -> None:
    department = Department.objects.get(site__hostname="so-tttt.localhost")
    for username, role in (
        ("phongvien.tttt", Role.REPORTER),
        ("bientap.tttt", Role.EDITOR),
        ("truongban.tttt", Role.CHIEF),
        ("quantri.tttt", Role.SITE_ADMIN),
    ):
        user = User.objects.get(username=username)
        assert user.check_password(PASSWORD)
        assert has_role(user, department, role)
        assert not user.is_superuser
    assert User.objects.get(username="quantri").is_superuser
    assert len(accounts()) == 9


def test_loading_again_changes_nothing_and_more_only_adds(province: None) -> None:
    before = outline()
    pages = Page.objects.count()
    load(8)
    assert Page.objects.count() == pages
    load(12)
    after = outline()
    assert len(after) == len(before) + 4
    assert set(before) < set(after)
    assert not any(Page.find_problems())


def test_the_same_seed_gives_the_same_province(province: None) -> None:
    before = outline()
    homes = [department.site.root_page for department in Department.objects.all()]
    Department.objects.exclude(parent=None).delete()
    Department.objects.all().delete()
    for home in homes:
        Page.objects.get(pk=home.pk).delete()
    load(8)
    assert outline() == before


def test_wrong_numbers_are_refused(db: Any) -> None:
    for wrong in ({"sites": 0}, {"sites": 999}, {"articles": -1}):
        with pytest.raises(CommandError):
            call_command("load_demo", **wrong)
