"""The minute's jobs: what is due is published, counters are rolled up, one failure is one."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms import scheduler
from cms.news.models import ArticlePage
from cms.plugins.worker import run_waiting_tasks
from cms.traffic.accepting import accept
from cms.traffic.counts import SiteCounts
from cms.widgets.refreshing import refresh_widget
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, publish, staff_client


def test_what_is_due_is_published_with_its_time(site_a: Department, browse: Any) -> None:
    article = make_article(site_a, "Đúng bảy giờ", live=False)
    article.go_live_at = timezone.now() + timedelta(minutes=30)
    article.save_revision()
    publish(article)
    assert scheduler.run_jobs() == {}
    assert not ArticlePage.objects.get(pk=article.pk).live
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert scheduler.run_jobs() == {}
        published = ArticlePage.objects.get(pk=article.pk)
        assert published.live
        assert published.published_at >= article.go_live_at
        assert "Đúng bảy giờ" in browse(site_a, "/kho-tin/").text


def test_a_failing_job_does_not_keep_the_others(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no")

    monkeypatch.setitem(scheduler.JOBS, "publish scheduled pages", fail)
    accept(RequestFactory().post("/", HTTP_USER_AGENT="Mozilla"), site_a.site_id, None)
    failed = scheduler.run_jobs()
    assert list(failed) == ["publish scheduled pages"]
    assert SiteCounts(site_a.site_id).visits().total == 1
    with pytest.raises(CommandError, match="publish scheduled pages: no"):
        call_command("run_scheduler", "--once")


def test_finished_tasks_are_forgotten_after_a_week(site_a: Department) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    for finished in (long_ago, timezone.now()):
        refresh_widget.enqueue(site_a.pk, "sidebar", "x", "no_such_widget", {})
        run_waiting_tasks()
        newest = DBTaskResult.objects.order_by("-enqueued_at").first()
        DBTaskResult.objects.filter(pk=newest.pk).update(finished_at=finished)
    assert scheduler.run_jobs() == {}
    assert DBTaskResult.objects.count() == 1


def test_a_worker_that_failed_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    runs: list[int] = []

    def run() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("no")
        stop.set()

    monkeypatch.setattr(scheduler, "WORKER_INTERVAL", 0)
    monkeypatch.setattr(scheduler, "run_waiting_tasks", run)
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: None)
    scheduler.work_forever(stop)
    assert len(runs) == 2


def test_one_sees_when_it_does_not_run(site_a: Department) -> None:
    admin = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    editor = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    said = "bộ hẹn giờ chưa chạy"
    assert said in admin.get("/admin/").text
    with pytest.raises(CommandError):
        call_command("check_scheduler")
    scheduler.run_jobs()
    assert said not in admin.get("/admin/").text
    call_command("check_scheduler", stdout=StringIO())
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert said in admin.get("/admin/").text
        assert said not in editor.get("/admin/").text
