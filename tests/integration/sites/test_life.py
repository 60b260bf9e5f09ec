"""Renaming, archiving, restoring and splitting sites."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.media.models import SenDocument
from cms.news.maintenance import find_faults
from cms.news.models import ArticlePage, Attachment
from cms.traffic.counts import SiteCounts
from cms.users.models import User
from cms.workflow.scheduled import publish_due
from sites.life.archiving import archive_site, restore_site
from sites.life.renaming import rename_site
from sites.life.splitting import split_site
from sites.models import Department, FormerAddress
from sites.roles import Role, has_role
from tests.factories import home_of, make_article, make_site, make_user, section_of, staff_client


def get(host: str, path: str = "/", **kwargs: Any) -> Any:
    return Client(headers={"host": host}).get(path, **kwargs)


def test_a_renamed_site_answers_to_its_new_host(site_a: Department) -> None:
    article = make_article(site_a, "Bài")
    rename_site(site_a, "so-moi.localhost", name="Sở Mới")
    site_a.refresh_from_db()
    assert site_a.host == "so-moi.localhost"
    assert "Sở Mới" in get("so-moi.localhost").text
    old = get("so-a.localhost", f"{article.local_url}?x=1")
    assert old.status_code == 301
    assert old["Location"] == f"http://so-moi.localhost{article.local_url}?x=1"
    assert get("la.localhost").status_code == 400
    names = site_a.role_groups.values_list("group__name", flat=True)
    assert all(name.startswith("so-moi.localhost") for name in names)
    # And back again.
    rename_site(site_a, "so-a.localhost")
    assert get("so-a.localhost", article.local_url).status_code == 200
    assert get("so-moi.localhost", article.local_url).status_code == 301


def test_two_sites_swap_their_hosts(site_a: Department, site_b: Department) -> None:
    """Through a name in between; an older name does not stand in the way of whoever has it now."""
    with pytest.raises(ValidationError):
        rename_site(site_a, site_b.host)
    rename_site(site_a, "tam.localhost")
    with pytest.raises(ValidationError):
        rename_site(site_b, "so-a.localhost")


@pytest.mark.parametrize("host", ["", "SO A", "so-b.localhost", "so-a.localhost", "http://x"])
def test_a_host_that_cannot_be(site_a: Department, site_b: Department, host: str) -> None:
    with pytest.raises(ValidationError):
        rename_site(site_a, host)
    assert Department.objects.get(pk=site_a.pk).host == "so-a.localhost"


def test_texts_that_name_the_old_host_are_told(site_a: Department) -> None:
    make_article(site_a, "Bài", lead="Xem http://so-a.localhost/cu/")
    report = rename_site(site_a, "so-moi.localhost", dry_run=True)
    assert "1" in str(report.warnings)
    assert Department.objects.get(pk=site_a.pk).host == "so-a.localhost"


def test_an_archived_site_is_read_and_nothing_else(site_a: Department, site_b: Department) -> None:
    article = make_article(site_a, "Bài cũ")
    editor = make_user((site_a, Role.EDITOR))
    later = make_article(site_a, "Hẹn giờ", live=False)
    later.latest_revision.approved_go_live_at = timezone.now()
    later.latest_revision.save()
    client = staff_client(editor)
    assert client.get("/admin/").status_code == 200
    report = archive_site(site_a, successor=site_b)
    assert len(report.counts) == 2

    page = get(site_a.host, article.local_url)
    assert page.status_code == 200
    assert "archive-banner" in page.text
    assert site_b.name in page.text
    assert site_b.site.root_url in page.text
    # Its people are out, at once.
    assert client.get("/admin/").status_code == 403
    assert not has_role(User.objects.get(pk=editor.pk), site_a, Role.EDITOR)
    # Nothing is counted, nothing is taken, nothing goes out.
    before = SiteCounts(site_a.site_id).visits().total
    hit = Client(headers={"host": site_a.host, "sec-fetch-site": "same-origin"}).post(
        "/_sen/hit", {"page": article.pk}, content_type="application/json"
    )
    assert hit.status_code == 200
    assert SiteCounts(site_a.site_id).visits().total == before
    assert SiteCounts(site_a.site_id).views(article.pk) == 0
    posted = Client(headers={"host": site_a.host}).post("/tien-ich/binh-chon/1/phieu/")
    assert posted.status_code == 403
    publish_due()
    assert not ArticlePage.objects.get(pk=later.pk).live


def test_a_restored_site_has_everything_back(site_a: Department) -> None:
    editor = make_user((site_a, Role.EDITOR))
    archive_site(site_a)
    restore_site(site_a)
    assert staff_client(editor).get("/admin/").status_code == 200
    assert "archive-banner" not in get(site_a.host).text
    with pytest.raises(ValidationError):
        restore_site(site_a)


def test_what_cannot_be_archived(site_a: Department, site_b: Department) -> None:
    province = make_site("tinh.localhost", kind="province")
    archive_site(site_b)
    site_b.refresh_from_db()
    for department, successor in (
        (province, None),
        (site_a, site_a),
        (site_a, site_b),
        (site_b, None),
    ):
        with pytest.raises(ValidationError):
            archive_site(department, successor=successor)
    with pytest.raises(CommandError, match="khong-co"):
        call_command("archive_site", "khong-co.localhost")


def test_a_split_site(site_a: Department) -> None:
    section, other = section_of(site_a, 0), section_of(site_a, 1)
    article, staying = make_article(section, "Bài đi"), make_article(other, "Bài ở")
    SiteCounts(site_a.site_id).set_opening_balance(9, page_id=article.pk)
    file = SenDocument.objects.create(
        title="Tệp", file=ContentFile(b"x", "tep.txt"), collection=site_a.collection
    )
    article.attachments.add(Attachment(document=file))
    article.save_revision()
    article.save()
    assert get(site_a.host, file.url).status_code == 200
    path = article.local_url
    report = split_site(
        site_a, [section.slug], host="phong-moi.localhost", name="Phòng Mới", kind="department"
    )
    new = Department.objects.get(name="Phòng Mới")
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.path.startswith(home_of(new).path)
    assert SiteCounts(new.site_id).views(article.pk) == 9
    old = get(site_a.host, path)
    assert old.status_code == 301
    assert old["Location"].startswith("http://phong-moi.localhost/")
    there = old["Location"].removeprefix("http://phong-moi.localhost")
    assert get("phong-moi.localhost", there).status_code == 200
    assert get(site_a.host, staying.local_url).status_code == 200
    # The file stays, and is served where a page shows it, and nowhere else.
    assert get("phong-moi.localhost", file.url).status_code == 200
    assert get(make_site("la.localhost").host, file.url).status_code == 404
    assert get(site_a.host, "/khong-co/").status_code == 404
    assert find_faults() == []
    assert not any(Page.find_problems())
    assert report.counts


def test_a_split_that_cannot_be(site_a: Department, site_b: Department) -> None:
    slug = section_of(site_a).slug
    for sections, host in (
        ([], "x.localhost"),
        (["khong-co"], "x.localhost"),
        ([slug], site_b.host),
    ):
        with pytest.raises(ValidationError):
            split_site(site_a, sections, host=host, name="X", kind="department")
    assert Department.objects.count() == 2
    assert not FormerAddress.objects.exists()
    split_site(site_a, [slug], host="x.localhost", name="X", kind="department", dry_run=True)
    assert Department.objects.count() == 2
    assert home_of(site_a).get_children().filter(slug=slug).exists()
