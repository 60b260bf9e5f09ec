"""Two sites become one: what moves, what collides, and where every old address leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, WorkflowState

from cms.media.models import MediaTag, SenImage
from cms.news.maintenance import find_faults
from cms.news.models import ArticlePage, SectionPage
from cms.traffic.counts import SiteCounts
from cms.traffic.models import DailyCount
from cms.users.models import User
from plugins.notices.models import Notice
from sites.life.acting import find_department_by_host
from sites.life.merging import MergeOptions, merge_sites
from sites.models import Department, FormerAddress, HostAlias
from sites.roles import Role, has_role
from sites.signals import pages_moved
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_site, make_user, section_of

Browse = Callable[..., Any]


@pytest.fixture
def site_c(db: Any) -> Department:
    return make_site("so-c.localhost", name="Sở C")


def follow(host: str, path: str) -> tuple[int, str]:
    """Where one redirect leads, and what is there."""
    response = Client(headers={"host": host}).get(path)
    assert response.status_code == 301, (host, path, response.status_code)
    url = response["Location"]
    there = url.split("//", 1)[1]
    new_host, _, rest = there.partition("/")
    return Client(headers={"host": new_host}).get(f"/{rest}").status_code, url


def test_pages_sections_and_addresses(site_a: Department, site_c: Department) -> None:
    twin = make_article(site_c, "Bài có sẵn", slug="trung-ten")
    article = make_article(site_a, "Bài của A", slug="trung-ten")
    draft = make_article(site_a, "Nháp của A", live=False)
    extra = SectionPage(title="Riêng của A", slug="rieng")
    home_of(site_a).add_child(instance=extra)
    inner = make_article(extra, "Trong mục riêng")
    before = {
        page.pk: page.local_url
        for page in (article, inner, extra, section_of(site_a), home_of(site_a))
    }
    sections = home_of(site_c).get_children().count()
    report = merge_sites([site_a], site_c)

    assert "trung-ten" in str(report.collisions)
    for page in (article, inner, draft):
        page.refresh_from_db()
        assert page.path.startswith(home_of(site_c).path)
        assert page.site_root_id == home_of(site_c).pk
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.slug == "trung-ten-2"
    assert article.section_id == twin.section_id
    assert not draft.live
    # The sections of the same address are one; the other came along, and the text
    # of the same address, which is another text.
    assert home_of(site_c).get_children().count() == sections + 2
    assert follow("so-a.localhost", "/gioi-thieu/")[1].endswith("/gioi-thieu-2/")
    assert find_faults() == []
    assert not any(Page.find_problems())
    for path in before.values():
        status, url = follow("so-a.localhost", path)
        assert status == 200, (path, url)
        assert url.startswith("http://so-c.localhost/")
    assert follow("so-a.localhost", before[article.pk])[1].endswith("/trung-ten-2/")


def test_addresses_below_a_page_and_of_older_systems(
    site_a: Department, site_c: Department
) -> None:
    article = make_article(site_a, "Bài")
    section = section_of(site_a)
    HostAlias.objects.create(hostname="ten-cu.localhost", department=site_a)
    Redirect.objects.create(site=site_a.site, old_path="/default.aspx?id=7", redirect_page=article)
    Redirect.objects.create(site=site_a.site, old_path="/cu", redirect_link=article.local_url)
    day = timezone.localtime(article.published_at)
    merge_sites([site_a], site_c)
    for host in ("so-a.localhost", "ten-cu.localhost"):
        for path in (
            f"{article.local_url}ban-in/",
            f"{section.local_url}{day:%Y/%m/%d}/",
            f"{section.local_url}rss/",
            f"/kho-tin/{day:%Y/%m/%d}/",
            "/default.aspx?id=7",
            "/cu/",
            "/?utm=1",
        ):
            status, url = follow(host, path)
            assert status == 200, (host, path, url)


def test_a_second_merge_is_one_redirect_still(
    site_a: Department, site_b: Department, site_c: Department
) -> None:
    article = make_article(site_a, "Bài đi hai lần")
    path = article.local_url
    merge_sites([site_a], site_b)
    merge_sites([site_b], site_c)
    status, url = follow("so-a.localhost", path)
    assert status == 200
    assert url.startswith("http://so-c.localhost/")
    # What nobody ever had leads to the last successor all the same.
    assert follow("so-a.localhost", "/khong-co/")[1] == "http://so-c.localhost/khong-co/"


@pytest.mark.parametrize(("people", "moves"), [("move", True), ("drop", False)])
def test_people(site_a: Department, site_c: Department, people: str, moves: bool) -> None:
    editor = make_user((site_a, Role.EDITOR))
    both = make_user((site_a, Role.CHIEF), (site_c, Role.CHIEF))
    report = merge_sites([site_a], site_c, MergeOptions(people=people))
    editor, both = User.objects.get(pk=editor.pk), User.objects.get(pk=both.pk)
    assert has_role(editor, site_c, Role.EDITOR) is moves
    assert not has_role(editor, site_a, Role.EDITOR)
    assert has_role(both, site_c, Role.CHIEF)
    assert (str(both) in str(report.collisions)) is moves


def test_counts(site_a: Department, site_c: Department) -> None:
    article = make_article(site_a, "Bài được đọc")
    SiteCounts(site_a.site_id).set_opening_balance(1000)
    SiteCounts(site_c.site_id).set_opening_balance(50)
    SiteCounts(site_a.site_id).set_opening_balance(7, page_id=article.pk)
    DailyCount.objects.create(site=site_a.site, page=article.pk, day=timezone.localdate(), views=5)
    merge_sites([site_a], site_c)
    assert SiteCounts(site_c.site_id).views(article.pk) == 12
    assert SiteCounts(site_c.site_id).visits().total == 1050


def test_counts_that_are_kept(site_a: Department, site_c: Department) -> None:
    SiteCounts(site_a.site_id).set_opening_balance(1000)
    merge_sites([site_a], site_c, MergeOptions(counters="keep"))
    assert SiteCounts(site_c.site_id).visits().total == 0
    assert SiteCounts(site_a.site_id).visits().total == 1000


def test_pictures_tags_and_rows_of_plugins(site_a: Department, site_c: Department) -> None:
    def picture(department: Department, title: str) -> SenImage:
        made = SenImage.objects.create(
            title=title, file=get_test_image_file(), collection=department.collection
        )
        made.tags.add("lũ lụt", title)
        return made

    mine, theirs = picture(site_a, "một"), picture(site_c, "hai")
    with acting_for(site_a):
        notice = Notice.objects.create(title="Thông báo của A")
    report = merge_sites([site_a], site_c)
    mine = SenImage.objects.get(pk=mine.pk)
    assert mine.collection.path.startswith(site_c.collection.path)
    assert {tag.name for tag in mine.tags.all()} == {"lũ lụt", "một"}
    assert MediaTag.objects.filter(name="lũ lụt").count() == 1
    assert {tag.name for tag in theirs.tags.all()} == {"lũ lụt", "hai"}
    assert Notice.of_all_departments.get(pk=notice.pk).department == site_c
    assert report.collisions


def test_what_waits_for_approval_is_a_draft_again(site_a: Department, site_c: Department) -> None:
    reporter = make_user((site_a, Role.REPORTER))
    waiting = make_article(site_a, "Bài chờ", live=False, owner=reporter)
    waiting.get_workflow().start(waiting, reporter)
    later = make_article(site_a, "Hẹn giờ", live=False)
    revision = later.latest_revision
    revision.approved_go_live_at = timezone.now() + timedelta(days=1)
    revision.save()
    report = merge_sites([site_a], site_c)
    waiting = ArticlePage.objects.get(pk=waiting.pk)
    assert waiting.current_workflow_state is None
    assert not WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).exists()
    assert "Bài chờ" in str(report.warnings)
    assert waiting.get_workflow() == home_of(site_c).get_workflow()
    revision.refresh_from_db()
    assert revision.approved_go_live_at is not None


def test_a_dry_run_tells_all_and_changes_nothing(site_a: Department, site_c: Department) -> None:
    article = make_article(site_a, "Bài", slug="bai")
    make_article(site_c, "Bài", slug="bai")
    path = article.path
    dry = merge_sites([site_a], site_c, dry_run=True)
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.path == path
    assert Client(headers={"host": site_a.host}).get(article.local_url).status_code == 200
    assert not FormerAddress.objects.exists()
    assert find_department_by_host("so-a.localhost").state == Department.State.ACTIVE
    assert merge_sites([find_department_by_host("so-a.localhost")], site_c).counts == dry.counts


def test_what_fails_at_the_end_changes_nothing(site_a: Department, site_c: Department) -> None:
    article = make_article(site_a, "Bài")

    def fail(**kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    pages_moved.connect(fail, weak=False, dispatch_uid="fail")
    try:
        with pytest.raises(RuntimeError):
            merge_sites([site_a], site_c)
    finally:
        pages_moved.disconnect(dispatch_uid="fail")
    assert ArticlePage.objects.get(pk=article.pk).path == article.path
    assert not FormerAddress.objects.exists()
    assert Client(headers={"host": site_a.host}).get(article.local_url).status_code == 200


def test_wrong_input_is_refused_in_words(site_a: Department, site_b: Department) -> None:
    province = make_site("tinh.localhost", kind="province")
    for sources, target in (
        ([site_a], site_a),
        ([site_a, site_a], site_b),
        ([province], site_a),
        ([], site_a),
    ):
        with pytest.raises(ValidationError):
            merge_sites(sources, target)
    with pytest.raises(CommandError, match="khong-co"):
        call_command("merge_sites", "khong-co.localhost", "--into", site_a.host)
    merge_sites([site_a], site_b)
    site_a.refresh_from_db()
    for sources, target in (([site_a], province), ([site_b], site_a)):
        with pytest.raises(ValidationError):
            merge_sites(sources, target)


def test_the_command(site_a: Department, site_c: Department, capsys: Any) -> None:
    make_article(site_a, "Bài")
    call_command("merge_sites", site_a.host, "--into", site_c.host, "--dry-run")
    assert "Nothing was changed." in capsys.readouterr().out
    call_command("merge_sites", site_a.host, "--into", site_c.host)
    assert "Done." in capsys.readouterr().out
    assert Department.objects.get(pk=site_a.pk).successor == site_c
