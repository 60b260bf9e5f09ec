"""What an editor is told of links when an article is submitted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.links.acting import allow_host
from cms.links.checking import faults, hits_in
from cms.news.models import ArticlePage, StandardPage
from sites.models import Department
from sites.roles import Role
from tests.factories import home_of, make_article, make_user, staff_client

from .defacing import BAD, BODY, FAR, link


def send(
    department: Department, article: ArticlePage, html: str, *, submit: bool = True, **more: str
) -> Any:
    """Save the article in the editor with one paragraph; or submit it."""
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    converter = ContentstateConverter(features=["link", "bold"])
    form = {
        "title": "Tin",
        "slug": article.slug,
        "lead": "Tóm tắt",
        "body": streamfield([("paragraph", converter.from_database_format(html))]),
        **{
            f"{name}-{key}": value
            for name in ("byline", "attachments", "corrections", "comments")
            for key, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
        },
        **({"action-submit": "1"} if submit else {}),
        **more,
    }
    reporter = make_user((department, Role.REPORTER))
    ArticlePage.objects.filter(pk=article.pk).update(owner=reporter)
    browser = staff_client(reporter, department)
    address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    return browser.post(address, nested_form_data(form))


def is_submitted(article: ArticlePage) -> bool:
    return WorkflowState.objects.filter(object_id=str(article.pk)).exists()


@pytest.fixture
def article(site_a: Department) -> ArticlePage:
    return make_article(site_a, live=False)


def test_a_gambling_link_stops_it(site_a: Department, article: ArticlePage) -> None:
    answer = send(site_a, article, link())
    assert answer.status_code == 200
    assert not is_submitted(article)
    (sentence,) = answer.context["form"].non_field_errors()
    assert BAD in sentence
    assert BODY in sentence


def test_a_title_that_advertises_stops_it(site_a: Department, article: ArticlePage) -> None:
    assert send(site_a, article, "<p>Tin</p>", title="Nhà cái uy tín số 1").status_code == 200
    assert not is_submitted(article)


def test_a_draft_may_be_saved_as_it_is(site_a: Department, article: ArticlePage) -> None:
    assert send(site_a, article, link(), submit=False).status_code == 302


def test_an_unknown_host_is_a_warning(site_a: Department, article: ArticlePage) -> None:
    answer = send(site_a, article, link(FAR))
    assert answer.status_code == 302
    assert is_submitted(article)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any("bao.example.net" in sentence for sentence in said)


def test_an_allowed_host_is_none(site_a: Department, article: ArticlePage) -> None:
    allow_host(site_a, "bao.example.net", make_user((site_a, Role.SITE_ADMIN)))
    answer = send(site_a, article, link(FAR))
    assert is_submitted(article)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert not any("bao.example.net" in sentence for sentence in said)


def test_a_link_without_words_stops_it(site_a: Department) -> None:
    values = {"body": [{"type": "paragraph", "value": f'<p>Tin<a href="{FAR}"></a></p>'}]}
    (sentence,) = faults(hits_in(site_a, values, ArticlePage))
    assert FAR in sentence


def test_standard_pages_are_asked_too(site_a: Department) -> None:
    page = StandardPage(title="Liên hệ", slug="lien-he", live=False)
    home_of(site_a).add_child(instance=page)
    page.save_revision()
    editor = make_user((site_a, Role.EDITOR))
    form = {
        "title": "Liên hệ",
        "slug": "lien-he",
        "lead": "BK8 link vào uy tín",
        "body": streamfield([]),
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "action-submit": "1",
    }
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = staff_client(editor, site_a).post(address, nested_form_data(form))
    assert answer.status_code == 200
    assert "BK8" in answer.context["form"].non_field_errors()[0]
