"""The approval in the admin: through the real views, as people meet it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import TaskState

from cms.news.models import ArticlePage, SectionPage
from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_site, make_user, staff_client


def as_user(user: User, department: Department) -> Client:
    client = staff_client(user, department)
    return client


@pytest.fixture
def waiting(site_a: Department) -> ArticlePage:
    """An article of department A that waits at the editor's gate."""
    reporter = make_user((site_a, Role.REPORTER), username="reporter", last_name="Lê")
    article = make_article(site_a, "Bài chờ duyệt", live=False, owner=reporter)
    article.get_workflow().start(article, reporter)
    return ArticlePage.objects.get(pk=article.pk)


def review_url(article: ArticlePage) -> str:
    state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
    assert state is not None
    return reverse("approval_review", args=[state.pk])


def test_the_dashboard_shows_what_waits_for_whom(
    site_a: Department, site_b: Department, waiting: ArticlePage
) -> None:
    editor = as_user(make_user((site_a, Role.EDITOR)), site_a)
    chief = as_user(make_user((site_a, Role.CHIEF)), site_a)
    foreign = as_user(make_user((site_b, Role.EDITOR), (site_b, Role.CHIEF)), site_b)
    assert "Bài chờ duyệt" in editor.get("/admin/").text
    assert "Bài chờ duyệt" not in chief.get("/admin/").text
    assert "Bài chờ duyệt" not in foreign.get("/admin/").text


def test_the_editor_returns_with_a_reason(site_a: Department, waiting: ArticlePage) -> None:
    editor = as_user(make_user((site_a, Role.EDITOR)), site_a)
    url = review_url(waiting)
    assert "Phê duyệt" in editor.get(url).text
    response = editor.post(url, {"action": "reject", "comment": " "})
    assert response.status_code == 200
    assert waiting.current_workflow_task_state is not None
    response = editor.post(url, {"action": "reject", "comment": "Thiếu nguồn"}, follow=True)
    assert "Đã trả lại" in response.text
    assert TaskState.objects.get().comment == "Thiếu nguồn"
    reporter = as_user(User.objects.get(username="reporter"), site_a)
    assert "Thiếu nguồn" in reporter.get(reverse("wagtailadmin_pages:edit", args=[waiting.pk])).text


def test_two_approvals_publish(site_a: Department, waiting: ArticlePage) -> None:
    for role in (Role.EDITOR, Role.CHIEF):
        client = as_user(make_user((site_a, role)), site_a)
        client.get(review_url(waiting))
        response = client.post(review_url(waiting), {"action": "approve"}, follow=True)
        assert "Đã phê duyệt" in response.text
    assert ArticlePage.objects.get(pk=waiting.pk).live


def test_who_comes_second_is_told(site_a: Department, waiting: ArticlePage) -> None:
    url = review_url(waiting)
    first, second = (as_user(make_user((site_a, Role.EDITOR)), site_a) for _ in range(2))
    first.get(url)
    first.post(url, {"action": "approve"})
    response = second.post(url, {"action": "reject", "comment": "x"}, follow=True)
    assert "Đã có người khác xử lý bài này" in response.text
    assert TaskState.objects.order_by("pk").first().status == TaskState.STATUS_APPROVED


def test_the_chief_of_another_department_neither_sees_nor_approves(
    site_a: Department, site_b: Department, waiting: ArticlePage
) -> None:
    live = make_article(site_a, "Bài chờ duyệt số hai")
    foreign = as_user(make_user((site_b, Role.CHIEF), (site_b, Role.EDITOR)), site_b)
    state = waiting.current_workflow_task_state
    assert state is not None
    review = review_url(waiting)
    page, gate = waiting.pk, state.task_id
    addresses = [
        review,
        reverse("wagtailadmin_pages:edit", args=[page]),
        reverse("wagtailadmin_pages:view_draft", args=[page]),
        reverse("wagtailadmin_pages:history", args=[page]),
        reverse("wagtailadmin_pages:workflow_preview", args=[page, gate]),
        reverse("wagtailadmin_pages:workflow_history", args=[page]),
        reverse("wagtailadmin_pages:edit", args=[live.pk]),
        reverse("wagtailadmin_explore", args=[waiting.section_id]),
        reverse("wagtailadmin_pages:search") + "?q=duyệt",
        reverse("wagtailadmin_choose_page"),
        "/admin/",
    ]
    for address in addresses:
        assert "Bài chờ duyệt" not in foreign.get(address, follow=True).text, address
    for address, data in (
        (review, {"action": "approve"}),
        (review, {"action": "reject", "comment": "x"}),
        (reverse("wagtailadmin_pages:workflow_action", args=[page, "approve", state.pk]), {}),
    ):
        foreign.post(address, data)
        state.refresh_from_db()
        assert state.status == TaskState.STATUS_IN_PROGRESS, address


def test_a_foreign_article_is_not_approved_by_way_of_ones_own(
    site_a: Department, site_b: Department, waiting: ArticlePage
) -> None:
    """Stock Wagtail never checks that the task belongs to the page in the address."""
    reporter = make_user((site_b, Role.REPORTER))
    own = make_article(site_b, live=False, owner=reporter)
    own.get_workflow().start(own, reporter)
    foreign = as_user(make_user((site_b, Role.EDITOR)), site_b)
    state = waiting.current_workflow_task_state
    assert state is not None
    url = reverse("wagtailadmin_pages:workflow_action", args=[own.pk, "approve", state.pk])
    foreign.post(url, {"comment": ""})
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_bulk_publishing_goes_round_no_gate(site_a: Department, waiting: ArticlePage) -> None:
    superuser = User.objects.create_superuser("province", password="x")
    for user in (superuser, make_user((site_a, Role.CHIEF), (site_a, Role.SITE_ADMIN))):
        client = as_user(user, site_a)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        client.post(f"{url}?id={waiting.pk}", {"include_descendants": "on"})
        assert not ArticlePage.objects.get(pk=waiting.pk).live


def test_publishing_a_section_publishes_no_article_below_it(
    site_a: Department, waiting: ArticlePage
) -> None:
    section = SectionPage.objects.get(pk=waiting.section_id)
    section.save_revision()
    client = as_user(make_user((site_a, Role.SITE_ADMIN)), site_a)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(f"{url}?id={section.pk}", {"include_descendants": "on"})
    assert response.status_code == 302
    assert not ArticlePage.objects.get(pk=waiting.pk).live


def test_unpublishing_a_section_takes_no_article_down(site_a: Department) -> None:
    live = make_article(site_a)
    client = as_user(make_user((site_a, Role.SITE_ADMIN)), site_a)
    url = reverse("wagtailadmin_pages:unpublish", args=[live.section_id])
    client.post(url, {"include_descendants": "on"})
    assert not SectionPage.objects.get(pk=live.section_id).live
    assert ArticlePage.objects.get(pk=live.pk).live


def test_a_copy_is_a_draft_without_a_time(site_a: Department) -> None:
    live = make_article(site_a, "Bản gốc")
    client = as_user(make_user((site_a, Role.CHIEF)), site_a)
    url = reverse("wagtailadmin_pages:copy", args=[live.pk])
    form = {"new_title": "Bản sao", "new_slug": "ban-sao", "new_parent_page": live.section_id}
    client.post(url, {**form, "publish_copies": "on"})
    copy = ArticlePage.objects.get(slug="ban-sao")
    assert not copy.live
    assert copy.published_at is None


def test_publishing_in_the_editor_goes_round_no_gate(site_a: Department) -> None:
    superuser = User.objects.create_superuser("province", password="x")
    draft = make_article(site_a, live=False, owner=superuser)
    client = as_user(superuser, site_a)
    url = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    shown = client.get(url)
    assert "action-publish" not in shown.text
    assert "action-submit" in shown.text


def test_the_dashboard_asks_no_more_with_more_departments(site_a: Department) -> None:
    client = as_user(make_user((site_a, Role.EDITOR)), site_a)

    def queries() -> int:
        client.get("/admin/")  # fills what Wagtail caches after a site was opened
        with CaptureQueriesContext(connection) as captured:
            client.get("/admin/")
        return len(captured)

    few = queries()
    for number in range(5):
        make_site(f"so-{number}.localhost")
    assert queries() <= few


def test_the_locked_editor_leads_to_the_approval_screen(
    site_a: Department, waiting: ArticlePage
) -> None:
    editor = as_user(make_user((site_a, Role.EDITOR)), site_a)
    shown = editor.get(reverse("wagtailadmin_pages:edit", args=[waiting.pk])).text
    assert review_url(waiting) in shown
    assert "Xem và phê duyệt" in shown
