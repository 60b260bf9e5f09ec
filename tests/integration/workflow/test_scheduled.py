"""What is due is published once, each for itself, whoever else is at it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cms.news.models import ArticlePage
from cms.record.models import RecordEntry
from cms.workflow import scheduled
from sites.models import Department
from tests.factories import make_article, make_site, publish

HOUR = timedelta(hours=1)


def schedule(department: Department, title: str) -> ArticlePage:
    """An article whose hour was a moment ago."""
    article = make_article(department, title, live=False)
    article.go_live_at = timezone.now() + HOUR
    revision = article.save_revision()
    publish(article)
    revision.refresh_from_db()
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save(update_fields=["content", "approved_go_live_at"])
    return article


def is_live(page: ArticlePage) -> bool:
    return ArticlePage.objects.get(pk=page.pk).live


def test_what_is_due_is_published_and_what_has_ended_is_not(site_a: Department) -> None:
    due, ended = schedule(site_a, "Đến giờ"), make_article(site_a, "Hết hạn")
    later = make_article(site_a, "Chưa đến giờ", live=False)
    later.go_live_at = timezone.now() + HOUR
    later.save_revision()
    publish(later)
    ArticlePage.objects.filter(pk=ended.pk).update(expire_at=timezone.now() - HOUR)
    assert scheduled.publish_due() == 2
    assert (is_live(due), is_live(ended), is_live(later)) == (True, False, False)
    assert scheduled.publish_due() == 0


def test_one_that_fails_keeps_no_other_back(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = schedule(site_a, "Hỏng"), schedule(site_a, "Lành")
    really = scheduled._publish

    def publish_one(revision: Any) -> None:
        really(revision)
        if revision.object_id == str(first.pk):
            raise RuntimeError("half-way")

    monkeypatch.setattr(scheduled, "_publish", publish_one)
    with pytest.raises(RuntimeError, match="half-way"):
        scheduled.publish_due()
    # Not even half: neither the page nor the record says that it was.
    assert not is_live(first)
    published = RecordEntry.objects.filter(action="wagtail.publish.scheduled")
    assert [entry.page_id for entry in published] == [second.pk]
    monkeypatch.setattr(scheduled, "_publish", really)
    assert scheduled.publish_due() == 1
    assert is_live(first)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_several_at_once_publish_once(monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site()
    articles = [schedule(site, f"Bài {number}") for number in range(6)]
    really = scheduled._publish

    def slowly(revision: Any) -> None:
        time.sleep(0.02)
        really(revision)

    monkeypatch.setattr(scheduled, "_publish", slowly)
    counts: list[int] = []
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        try:
            counts.append(scheduled.publish_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == len(articles)
    assert all(is_live(article) for article in articles)
    entries = RecordEntry.objects.filter(action="wagtail.publish.scheduled")
    assert sorted(entry.page_id for entry in entries) == sorted(page.pk for page in articles)
