"""Acts on sites through the province's screens: planned, reviewed, confirmed, carried out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.plugins.worker import run_waiting_tasks
from cms.record.models import RecordEntry
from cms.traffic.counts import SiteCounts
from cms.users.models import User
from sites.models import Department, HostAlias, SiteOperation
from sites.operations import acts, running
from sites.roles import Role
from tests.factories import home_of, make_article, make_user, section_of, staff_client

MERGE = {"people": "move", "counters": "add"}


@pytest.fixture
def province(db: Any) -> User:
    return User.objects.create_superuser("province", password="x")


@pytest.fixture
def browser(province: User) -> Client:
    return staff_client(province)


def plan(browser: Client, department: Department, act: str, **told: Any) -> SiteOperation:
    """Send the form of an act, and let the worker check it."""
    response = browser.post(reverse("sites_operation_new", args=[department.pk, act]), told)
    assert response.status_code == 302, response.context["form"].errors
    operation = SiteOperation.objects.first()
    assert operation is not None
    assert operation.state == "checking"
    url = reverse("sites_operation_progress", args=[operation.pk])
    assert url in show(browser, operation)
    operation.note_progress(40, "Tin tức")
    assert browser.get(url).json() == {
        "stage": "checking",
        "percent": 40,
        "words": "40 % · Tin tức",
    }
    run_waiting_tasks()
    operation.refresh_from_db()
    return operation


def show(browser: Client, operation: SiteOperation) -> str:
    response = browser.get(reverse("sites_operation", args=[operation.pk]))
    assert response.status_code == 200
    return str(response.content.decode())


def confirm(browser: Client, operation: SiteOperation, host: str, **extra: Any) -> str:
    """Confirm, let the worker run, and say what the page shows then."""
    told = {"host": host, "digest": operation.digest, **extra}
    url = reverse("sites_operation", args=[operation.pk])
    page = str(browser.post(url, told, follow=True).content.decode())
    run_waiting_tasks()
    operation.refresh_from_db()
    return page + show(browser, operation)


def actions(department: Department) -> set[str]:
    found = RecordEntry.objects.filter(department=department, action__startswith="sen.site.")
    return set(found.values_list("action", flat=True))


def test_a_merge_is_reviewed_confirmed_and_recorded(
    browser: Client, province: User, site_a: Department, site_b: Department
) -> None:
    article = make_article(site_a, "Bài của A")
    operation = plan(browser, site_a, "merge", into=site_b.pk, **MERGE)
    assert operation.state == "planned"
    assert operation.arguments["into"] == site_b.host
    page = show(browser, operation)
    assert f"Sáp nhập {site_a} vào {site_b}" in page
    assert "Nhập làm một với chuyên mục" in page
    site_a.refresh_from_db()
    assert site_a.state == Department.State.ACTIVE
    assert not article.get_ancestors().filter(pk=home_of(site_b).pk).exists()

    page = confirm(browser, operation, " SO-A.localhost ")
    assert operation.state == "done", operation.error
    assert operation.percent == 100
    assert operation.confirmed_by == province
    assert "Đã xong." in page
    site_a.refresh_from_db()
    assert (site_a.state, site_a.successor) == (Department.State.MERGED, site_b)
    article.refresh_from_db()
    assert article.path.startswith(home_of(site_b).path)
    assert actions(site_a) == {"sen.site.planned", "sen.site.confirmed", "sen.site.merge"}
    assert actions(site_b) == {"sen.site.merge"}
    assert str(operation.report["act"]) in browser.get(reverse("sites_operations")).content.decode()
    # Confirmed once is done once.
    assert not running.confirm(operation, province)


def test_another_host_typed_does_nothing(
    browser: Client, site_a: Department, site_b: Department
) -> None:
    operation = plan(browser, site_a, "merge", into=site_b.pk, **MERGE)
    for host in ("", site_b.host):
        page = confirm(browser, operation, host)
        assert "không phải tên miền của trang" in page
        assert operation.state == "planned"
    assert "Báo cáo đã thay đổi" in confirm(browser, operation, site_a.host, digest="another")
    assert operation.state == "planned"
    site_a.refresh_from_db()
    assert site_a.state == Department.State.ACTIVE


def test_other_facts_than_those_reviewed_are_shown_first(
    browser: Client, site_a: Department, site_b: Department
) -> None:
    operation = plan(browser, site_a, "merge", into=site_b.pk, **MERGE)
    seen = operation.digest
    article = make_article(site_a, "Đến sau khi xem")
    page = confirm(browser, operation, site_a.host)
    assert operation.state == "planned"
    assert operation.digest != seen
    assert "dữ liệu đã thay đổi" in page
    site_a.refresh_from_db()
    article.refresh_from_db()
    assert site_a.state == Department.State.ACTIVE
    assert article.path.startswith(home_of(site_a).path)
    # Who has the old report before him cannot confirm the new one.
    confirm(browser, operation, site_a.host, digest=seen)
    assert operation.state == "planned"
    confirm(browser, operation, site_a.host)
    assert operation.state == "done"


def test_readers_who_come_meanwhile_change_nothing(
    browser: Client, site_a: Department, site_b: Department
) -> None:
    counts = SiteCounts(site_a.site_id)
    counts.set_opening_balance(7, evidence="test")
    operation = plan(browser, site_a, "merge", into=site_b.pk, **MERGE)
    assert ["lượt truy cập được cộng thêm", 7] in operation.report["counts"]
    counts.set_opening_balance(9, evidence="test")
    confirm(browser, operation, site_a.host)
    assert operation.state == "done", operation.error
    assert ["lượt truy cập được cộng thêm", 9] in operation.report["counts"]


def test_what_is_refused_says_why(browser: Client, site_a: Department, site_b: Department) -> None:
    operation = plan(browser, site_a, "rename", new_host=site_b.host)
    assert operation.state == "failed"
    page = show(browser, operation)
    assert "là tên miền của trang khác" in page
    assert "Không có gì thay đổi." in page
    assert "sen.site.failed" in actions(site_a)
    browser.post(reverse("sites_operation_again", args=[operation.pk]))
    again = SiteOperation.objects.first()
    assert again is not None
    assert again.pk != operation.pk
    assert again.arguments == operation.arguments


@pytest.mark.parametrize(
    ("error", "words"),
    [(ValidationError("Hết chỗ"), "Hết chỗ"), (RuntimeError("đứt mạch"), "Lỗi ngoài dự kiến")],
)
def test_an_act_that_fails_changes_nothing(
    browser: Client,
    site_a: Department,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    operation = plan(browser, site_a, "rename", new_host="moi.localhost")

    def fail(*args: Any, **kwargs: Any) -> Any:
        acts.perform(*args, **kwargs)
        raise error

    monkeypatch.setattr(running, "perform", fail)
    page = confirm(browser, operation, site_a.host)
    assert operation.state == "failed"
    assert words in page
    site_a.site.refresh_from_db()
    assert site_a.site.hostname == "so-a.localhost"
    assert not HostAlias.objects.exists()
    assert "sen.site.rename" not in actions(site_a)


def test_an_interrupted_act_is_said_to_be_one(
    browser: Client, province: User, site_a: Department
) -> None:
    operation = plan(browser, site_a, "archive")
    assert running.confirm(operation, province)
    assert "Đang chờ đến lượt" in show(browser, operation)
    long_ago = timezone.now() - timedelta(hours=1)
    SiteOperation.objects.filter(pk=operation.pk).update(started=long_ago)
    page = show(browser, operation)
    assert "có lẽ đã bị gián đoạn" in page
    browser.post(reverse("sites_operation_again", args=[operation.pk]))
    operation.refresh_from_db()
    assert operation.state == "failed"
    # Its worker comes to life again: it finds that it was given up.
    run_waiting_tasks()
    site_a.refresh_from_db()
    assert site_a.state == Department.State.ACTIVE


def test_given_up_while_it_runs_is_undone(
    browser: Client, site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = plan(browser, site_a, "archive")

    def give_up_meanwhile(*args: Any, **kwargs: Any) -> Any:
        report = acts.perform(*args, **kwargs)
        SiteOperation.objects.filter(pk=operation.pk).update(state="failed")
        return report

    monkeypatch.setattr(running, "perform", give_up_meanwhile)
    confirm(browser, operation, site_a.host)
    site_a.refresh_from_db()
    assert site_a.state == Department.State.ACTIVE
    assert "sen.site.archive" not in actions(site_a)


def test_archive_rename_and_restore(
    browser: Client, site_a: Department, site_b: Department
) -> None:
    operation = plan(browser, site_a, "archive", successor=site_b.pk)
    confirm(browser, operation, site_a.host)
    site_a.refresh_from_db()
    assert (site_a.state, site_a.successor) == (Department.State.ARCHIVED, site_b)
    assert actions(site_b) == {"sen.site.archive"}

    operation = plan(browser, site_a, "rename", new_host="luu-tru.localhost", name="Sở A cũ")
    confirm(browser, operation, "so-a.localhost")
    site_a = Department.objects.get(pk=site_a.pk)
    assert (site_a.host, site_a.name) == ("luu-tru.localhost", "Sở A cũ")

    operation = plan(browser, site_a, "restore")
    confirm(browser, operation, site_a.host)
    site_a.refresh_from_db()
    assert site_a.state == Department.State.ACTIVE
    assert {"sen.site.archive", "sen.site.rename", "sen.site.restore"} <= actions(site_a)


def test_one_plan_a_site(browser: Client, site_a: Department, site_b: Department) -> None:
    first = plan(browser, site_a, "archive")
    others = plan(browser, site_b, "archive")
    second = plan(browser, site_a, "rename", new_host="moi.localhost")
    first.refresh_from_db()
    others.refresh_from_db()
    assert (first.state, second.state, others.state) == ("failed", "planned", "planned")
    confirm(browser, first, site_a.host)
    assert first.state == "failed"
    browser.post(reverse("sites_operation_drop", args=[second.pk]))
    second.refresh_from_db()
    assert second.state == "failed"


def test_split(browser: Client, site_a: Department) -> None:
    article = make_article(site_a, "Bài đi cùng chuyên mục")
    operation = plan(
        browser,
        site_a,
        "split",
        sections=[section_of(site_a).slug],
        new_host="moi.localhost",
        name="Chi cục mới",
        kind="department",
    )
    assert operation.state == "planned", operation.error
    assert not Department.objects.filter(name="Chi cục mới").exists()
    assert section_of(site_a).title in show(browser, operation)
    confirm(browser, operation, site_a.host)
    assert operation.state == "done", operation.error
    new = Department.objects.get(name="Chi cục mới")
    article.refresh_from_db()
    assert article.path.startswith(home_of(new).path)
    assert actions(new) == {"sen.site.split"}


def test_only_what_the_state_allows_is_offered(
    browser: Client, site_a: Department, site_b: Department
) -> None:
    def offered(department: Department) -> set[str]:
        page = browser.get(reverse("sites_departments")).content.decode()
        return {
            act
            for act in SiteOperation.Act.values
            if reverse("sites_operation_new", args=[department.pk, act]) in page
        }

    assert offered(site_a) == {"rename", "merge", "split", "archive"}
    for state, expected in (("archived", {"rename", "restore"}), ("merged", set())):
        Department.objects.filter(pk=site_a.pk).update(state=state)
        assert offered(site_a) == expected
        for act in set(SiteOperation.Act.values) - expected:
            url = reverse("sites_operation_new", args=[site_a.pk, act])
            assert browser.get(url).status_code == 404
    # A site that has ended is nobody's goal.
    page = browser.get(reverse("sites_operation_new", args=[site_b.pk, "merge"]))
    assert site_a not in page.context["form"].fields["into"].queryset


def test_nobody_else_gets_there(
    browser: Client, province: User, site_a: Department, site_b: Department
) -> None:
    operation = plan(browser, site_a, "archive")
    admin = make_user((site_a, Role.SITE_ADMIN))
    theirs = staff_client(admin, site_a)
    urls = [
        reverse("sites_operations"),
        reverse("sites_operation", args=[operation.pk]),
        reverse("sites_operation_progress", args=[operation.pk]),
        reverse("sites_operation_again", args=[operation.pk]),
        reverse("sites_operation_drop", args=[operation.pk]),
        reverse("sites_operation_new", args=[site_a.pk, "archive"]),
    ]
    for url in urls:
        assert theirs.get(url).status_code in (403, 404), url
        told = {"host": site_a.host, "digest": operation.digest}
        assert theirs.post(url, told).status_code in (403, 404), url
    run_waiting_tasks()
    operation.refresh_from_db()
    assert operation.state == "planned"
    assert SiteOperation.objects.count() == 1
