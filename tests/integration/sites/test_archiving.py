"""An archived site does not change any more, whoever would change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file

from cms.media.models import SenImage
from cms.news.models import ArticlePage
from cms.sdk.testing import put_in_sidebar
from cms.users.models import User
from cms.widgets.models import WidgetArea
from cms.widgets.refreshing import _items_with_refresh
from cms.workflow.scheduled import publish_due
from plugins.rss.widgets import Rss
from sites.life.archiving import archive_site, restore_site
from sites.models import Department
from tests.factories import home_of, make_article, section_of, staff_client


@pytest.fixture
def province(db: Any) -> Client:
    return staff_client(User.objects.create_superuser("tinh", password="secret"))


def take_down(client: Client, article: ArticlePage) -> Any:
    data = {"reason": "Để thử với trang lưu trữ."}
    return client.post(reverse("approval_take_down", args=[article.pk]), data)


def test_the_province_changes_nothing_in_an_archive(
    province: Client, site_a: Department, site_b: Department
) -> None:
    article, other = make_article(site_a), make_article(site_b)
    picture = SenImage.objects.create(
        title="Ảnh", file=get_test_image_file(), collection=site_a.collection
    )
    archive_site(site_a)
    answer = take_down(province, article)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("wagtailadmin_home")
    assert ArticlePage.objects.get(pk=article.pk).live
    province.post(
        reverse("wagtailadmin_pages:move_confirm", args=[other.pk, section_of(site_a).pk])
    )
    assert ArticlePage.objects.get(pk=other.pk).section == section_of(site_b)
    province.post(reverse("wagtailimages:delete", args=[picture.pk]))
    assert SenImage.objects.filter(pk=picture.pk).exists()
    # It can be looked at, and others are changed as ever.
    seen = province.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert seen.status_code == 200
    take_down(province, other)
    assert not ArticlePage.objects.get(pk=other.pk).live
    # After the way back it is a site like any other.
    restore_site(site_a)
    take_down(province, article)
    assert not ArticlePage.objects.get(pk=article.pk).live


def test_nothing_happens_by_itself_in_an_archive(site_a: Department) -> None:
    area = WidgetArea.objects.create(page=home_of(site_a), slot="banner", widgets=[])
    area.save_revision(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    put_in_sidebar(site_a, (Rss, Rss.preview_config))

    def asked_for() -> list[Department]:
        """Whose outside data would be asked for."""
        return [department for department, _items in _items_with_refresh()]

    assert asked_for() == [site_a]
    report = archive_site(site_a)
    assert 1 in {number for _what, number in report.counts}
    publish_due()
    area.refresh_from_db()
    assert area.live_revision is None
    assert asked_for() == []


def test_an_archive_keeps_its_addresses_and_names_its_successor_in_words(
    site_a: Department, site_b: Department
) -> None:
    article = make_article(site_a)
    archive_site(site_a, successor=site_b)
    page = Client(headers={"host": site_a.host}).get(article.local_url)
    assert page.status_code == 200
    assert f'<a href="{site_b.site.root_url}/">{site_b.name}</a>' in page.text
    refused = Client(headers={"host": site_a.host}).post("/tien-ich/van-ban/")
    assert refused.status_code == 403
    assert "lưu trữ" in refused.text
