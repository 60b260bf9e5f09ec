"""What an article lacks is told when it is submitted, and keeps nobody from saving a draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file

from cms.media.models import SenImage
from cms.news.content_checks import missing
from cms.news.models import ArticlePage
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client
from tests.scenarios.test_approval import _form

pytestmark = pytest.mark.django_db


def body_of(*blocks: tuple[str, Any]) -> Any:
    field = ArticlePage._meta.get_field("body")
    return field.to_python([{"type": kind, "value": value} for kind, value in blocks])


def picture(department: Department, description: str = "") -> SenImage:
    made: SenImage = SenImage.objects.create(
        title="Ảnh",
        description=description,
        collection=department.collection,
        file=get_test_image_file(),
    )
    return made


def table(*headings: str) -> dict[str, Any]:
    return {
        "columns": [{"type": "text", "heading": heading} for heading in headings],
        "rows": [{"values": ["x"] * len(headings)}],
        "caption": "",
    }


def test_pictures_tables_and_fonts_are_looked_at(site_a: Department) -> None:
    plain, described = picture(site_a), picture(site_a, "Hai người bắt tay")

    def image(of: SenImage, alt: str = "") -> tuple[str, Any]:
        return "image", {"image": of.pk, "alt": alt, "caption": ""}

    whole = body_of(
        ("paragraph", "<p>Nội dung.</p>"),
        image(described),
        image(plain, "Toàn cảnh hội nghị"),
        ("table", table("Xã", "Số hộ")),
    )
    assert missing("Tin", "Tóm tắt", whole, described, "") == []
    assert missing("Tin", "Tóm tắt", whole, plain, "Quang cảnh") == []
    lacking = body_of(
        image(described), image(plain), ("table", table("Xã")), ("table", table("Xã", " "))
    )
    main, second, columns = missing("Tin", "Tóm tắt", lacking, plain, "")
    assert "Ảnh đại diện" in main
    assert "2" in second
    assert "2" in columns
    old = body_of(("paragraph", "<p>Héi nghÞ tæng kÕt c«ng t¸c n¨m cña tØnh</p>"))
    (fault,) = missing("Tin", "Tóm tắt", old, None, "")
    assert "TCVN3" in fault


def test_a_draft_is_saved_and_not_submitted_as_it_is(site_a: Department) -> None:
    reporter = make_user((site_a, Role.REPORTER))
    article = make_article(site_a, live=False, owner=reporter, main_image=picture(site_a))
    client = staff_client(reporter, site_a)
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    form = {**_form(client, article), "main_image": str(article.main_image_id)}

    client.post(address, {**form, "lead": "Bản nháp."})
    assert (
        ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().lead == "Bản nháp."
    )

    refused = client.post(address, {**form, "action-submit": "1"})
    assert "Ảnh đại diện chưa có" in refused.content.decode()
    assert not ArticlePage.objects.get(pk=article.pk).current_workflow_state

    client.post(address, {**form, "main_image_caption": "Quang cảnh", "action-submit": "1"})
    assert ArticlePage.objects.get(pk=article.pk).current_workflow_state


def test_a_series_of_pictures_is_shown_whole_and_looked_at_one_by_one(site_a: Department) -> None:
    plain, described = picture(site_a), picture(site_a, "Hai người bắt tay")
    series = {
        "pictures": [
            {
                "type": "item",
                "id": str(n),
                "value": {"image": one.pk, "alt": "", "caption": f"Ảnh {n}"},
            }
            for n, one in enumerate((described, plain, plain))
        ],
        "caption": "Ngày hội",
    }
    body = body_of(
        ("image", {"image": described.pk, "alt": "", "caption": ""}), ("gallery", series)
    )
    (second, third) = missing("Tin", "Tóm tắt", body, None, "")
    assert "3" in second
    assert "4" in third
    article = make_article(site_a, body=body)
    page = Client(headers={"host": site_a.host}).get(article.local_url).content.decode()
    assert all(f"Ảnh {n}<" in page for n in range(3))
    assert page.count("<li>\n        <figure>") == 3
    assert "Ngày hội" in page
    assert 'alt="Hai người bắt tay"' in page
