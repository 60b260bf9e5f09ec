"""Taking a text down: gone for readers, sealed for everybody, back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.news.models import ArticlePage
from cms.record.models import RecordEntry
from cms.users.models import User
from cms.workflow import rules, takedown
from cms.workflow.authority import NotApproved
from cms.workflow.models import Takedown
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, section_of, staff_client

from .newsroom import Newsroom, fresh

REASON = "Thông tin sai, gây hiểu nhầm."
NOTICE = "Bài được gỡ để xác minh lại số liệu."


def test_readers_get_410_with_the_notice(
    room: Newsroom, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    article = room.published(title="Bài sẽ gỡ")
    url = article.local_url
    assert browse(room.department, url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        takedown.take_down(article, room.chief, REASON, NOTICE)
    for address in (url, f"{url}ban-in/"):
        answer = browse(room.department, address)
        assert answer.status_code == 410
        assert "Nội dung này đã được gỡ bỏ" in answer.text
        assert NOTICE in answer.text
        assert REASON not in answer.text
    for address in ("/", "/kho-tin/", "/rss/", article.section.local_url):
        assert "Bài sẽ gỡ" not in browse(room.department, address).text


def test_the_text_is_sealed(room: Newsroom) -> None:
    article = room.published()
    kept = takedown.take_down(article, room.chief, REASON)
    assert kept.content["title"] == article.title
    assert len(kept.content_hash) == 64
    article = fresh(article)
    superuser = User.objects.create_superuser("province", password="x")
    for user in (room.reporter, room.editor, room.chief, superuser):
        tester = article.permissions_for_user(user)
        assert article.get_lock().for_user(user)
        assert not tester.can_delete()
        assert not tester.can_move()
        assert not tester.can_unlock()
    with pytest.raises(takedown.Sealed), transaction.atomic():
        article.delete()
    with pytest.raises(takedown.Sealed), transaction.atomic():
        section_of(room.department).delete()
    assert ArticlePage.objects.filter(pk=article.pk).exists()


def test_published_again_as_it_was(room: Newsroom, browse: Any) -> None:
    article = room.published(title="Bài đăng lại")
    first = article.first_published_at
    takedown.take_down(article, room.chief, REASON)
    takedown.republish(fresh(article), room.chief, "Đã xác minh, số liệu đúng.")
    again = fresh(article)
    assert again.live
    assert not again.locked
    assert again.first_published_at == first
    assert again.published_at == article.published_at
    assert browse(room.department, again.local_url).status_code == 200
    row = Takedown.of_all_departments.get()
    assert row.ended_reason == "Đã xác minh, số liệu đúng."
    acts = list(RecordEntry.objects.filter(page_id=article.pk).values_list("action", "why"))
    assert ("sen.takedown", REASON) in acts
    assert ("sen.republish", "Đã xác minh, số liệu đúng.") in acts


def test_the_sealed_text_comes_back_though_newer_drafts_were_written_before(
    room: Newsroom,
) -> None:
    article = room.published(title="Bản đã duyệt")
    text = article.get_latest_revision().as_object()
    text.title = "Bản nháp mới hơn"
    text.save_revision(user=room.reporter)
    takedown.take_down(fresh(article), room.chief, REASON)
    call_command("purge_revisions", verbosity=0)
    takedown.republish(fresh(article), room.chief, "Đã xác minh xong.")
    again = fresh(article)
    assert (again.title, again.live, again.locked) == ("Bản đã duyệt", True, False)


def test_only_the_chief_and_with_a_reason(room: Newsroom, site_b: Department) -> None:
    article = room.published()
    others = [
        room.reporter,
        room.editor,
        make_user((room.department, Role.SITE_ADMIN)),
        make_user((room.department, Role.AUDITOR)),
        make_user((site_b, Role.CHIEF)),
    ]
    for user in others:
        with pytest.raises(rules.GateRefused):
            takedown.take_down(article, user, REASON)
    with pytest.raises(rules.GateRefused):
        takedown.take_down(article, room.chief, "  vì  ")
    assert fresh(article).live


def test_what_was_submitted_meanwhile_is_called_off(room: Newsroom) -> None:
    article = room.published()
    text = article.get_latest_revision().as_object()
    text.title = "Bản mới chưa duyệt"
    text.save_revision(user=room.reporter)
    room.submit(fresh(article))
    kept = takedown.take_down(article, room.chief, REASON)
    assert kept.content["title"] == article.title
    assert fresh(article).current_workflow_state is None
    with pytest.raises(NotApproved):
        fresh(article).get_latest_revision().publish()


def test_through_the_screens(room: Newsroom) -> None:
    article = room.published(title="Gỡ trên màn hình")
    chief = staff_client(room.chief, room.department)
    url = reverse("approval_take_down", args=[article.pk])
    assert url in chief.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).text
    assert chief.post(url, {"reason": ""}).status_code == 200
    assert fresh(article).live
    answer = chief.post(url, {"reason": REASON, "notice": NOTICE}, follow=True)
    assert "Gỡ trên màn hình" in answer.text
    assert not fresh(article).live
    again = reverse("approval_republish", args=[article.pk])
    assert again in answer.text
    editor = staff_client(room.editor, room.department)
    assert editor.get(again).status_code == 404
    chief.post(again, {"reason": "Đã xác minh xong."})
    assert fresh(article).live


def test_wagtails_own_ways_are_closed(room: Newsroom) -> None:
    article = room.published()
    superuser = User.objects.create_superuser("province", password="x")
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    for user in (room.chief, superuser):
        client = staff_client(user, room.department)
        client.post(reverse("wagtailadmin_pages:unpublish", args=[article.pk]))
        client.post(f"{bulk}?id={article.pk}")
        client.post(reverse("wagtailadmin_pages:delete", args=[article.pk]))
        assert fresh(article).live


def test_an_expired_article_says_so(room: Newsroom, browse: Any) -> None:
    article = room.published()
    Page.objects.filter(pk=article.pk).update(live=False, expired=True)
    answer = browse(room.department, article.local_url)
    assert answer.status_code == 410
    assert "đã hết hạn" in answer.text


def test_a_draft_is_still_404(room: Newsroom, browse: Any) -> None:
    assert browse(room.department, room.draft().local_url).status_code == 404
    assert Client(headers={"host": room.department.host}).get("/khong-co/").status_code == 404
