"""Pages of a plugin that was uninstalled: the portal and its editors go on without them."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from sen_dummy.models import AlmanacPage
from wagtail.models import Page

from cms.sdk.testing import enable
from sites.models import Department
from sites.roles import Role
from tests.factories import home_of, make_user, staff_client


def test_a_page_whose_type_is_gone_leaves_the_site_and_the_explorer_whole(
    site_a: Department, browse: Any
) -> None:
    enable(site_a, "dummy")
    home = home_of(site_a)
    page = home.add_child(instance=AlmanacPage(title="Lịch cũ", slug="lich-cu"))
    page.save_revision()  # with a draft Wagtail's listing asks the page's type
    gone = ContentType.objects.create(app_label="gone", model="gonepage")
    client = staff_client(make_user((site_a, Role.SITE_ADMIN)))
    explorer = f"/admin/pages/{home.pk}/"
    assert "Lịch cũ" in client.get(explorer).content.decode()
    assert browse(site_a, "/lich-cu/").status_code == 200
    kept = Page.objects.get(pk=page.pk).content_type
    Page.objects.filter(pk=page.pk).update(content_type=gone)
    response = client.get(explorer)
    assert response.status_code == 200
    assert "Lịch cũ" not in response.content.decode()
    assert "Tin tức" in response.content.decode()
    cache.clear()  # as a restart does
    assert browse(site_a).status_code == 200
    assert browse(site_a, "/lich-cu/").status_code == 404
    # Back, it is as it was.
    Page.objects.filter(pk=page.pk).update(content_type=kept)
    assert "Lịch cũ" in client.get(explorer).content.decode()
