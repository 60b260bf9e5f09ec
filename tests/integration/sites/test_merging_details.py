"""What hangs on the pages of a merged site comes along: drafts, redirects, areas, privacy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from cms.news.maintenance import find_faults
from cms.news.models import ArticlePage, SectionPage
from cms.widgets.models import WidgetArea
from cms.workflow.scheduled import publish_due
from plugins.documents.models import DocumentType, LegalDocument
from sites.life.merging import MergeOptions, merge_sites
from sites.models import Department, Deputyship, MenuItem
from sites.opening import open_site
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_site, make_user, section_of

from .following import follow


@pytest.fixture
def site_c(db: Any) -> Department:
    return make_site("so-c.localhost", name="Sở C")


def test_the_draft_of_a_page_that_got_another_slug_can_be_published(
    site_a: Department, site_c: Department
) -> None:
    make_article(site_c, slug="trung-ten")
    scheduled = make_article(site_a, "Hẹn giờ", slug="trung-ten", live=False)
    revision = scheduled.save_revision(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    merge_sites([site_a], site_c)
    publish_due()
    scheduled = ArticlePage.objects.get(pk=scheduled.pk)
    assert scheduled.live
    assert (scheduled.slug, scheduled.live_revision_id) == ("trung-ten-2", revision.pk)
    assert scheduled.url_path.endswith("/trung-ten-2/")
    assert Client(headers={"host": site_c.host}).get(scheduled.local_url).status_code == 200


def test_what_names_a_section_that_became_part_of_another(
    site_a: Department, site_c: Department
) -> None:
    section, twin = section_of(site_a), section_of(site_c)
    Redirect.objects.create(site=site_a.site, old_path="/muc-cu", redirect_page=section)
    article = make_article(
        site_a, body=[("paragraph", f'<p><a linktype="page" id="{section.pk}">Mục</a></p>')]
    )
    old_url = section.local_url
    report = merge_sites([site_a], site_c)
    assert follow(site_a.host, "/muc-cu/") == (200, f"http://so-c.localhost{twin.local_url}")
    assert follow(site_a.host, old_url) == (200, f"http://so-c.localhost{twin.local_url}")
    article = ArticlePage.objects.get(pk=article.pk)
    shown = Client(headers={"host": site_c.host}).get(article.local_url).content.decode()
    assert f'<a href="http://so-a.localhost{old_url}">Mục</a>' in shown
    assert section.title in str(report.collisions)
    assert not any(Page.find_problems())


def test_sections_of_the_same_title_are_one_section(site_a: Department, site_c: Department) -> None:
    mine = SectionPage(title="Chuyển đổi số", slug="chuyen-doi-so")
    theirs = SectionPage(title="CHUYỂN ĐỔI SỐ", slug="cds")
    home_of(site_a).add_child(instance=mine)
    home_of(site_c).add_child(instance=theirs)
    article = make_article(mine)
    merge_sites([site_a], site_c)
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.section_id == theirs.pk
    assert follow(site_a.host, "/chuyen-doi-so/")[1] == "http://so-c.localhost/cds/"


def test_sections_below_sections_are_one_too(site_a: Department, site_c: Department) -> None:
    inner: dict[str, SectionPage] = {}
    for department in (site_a, site_c):
        inner[department.host] = SectionPage(title="Trong", slug="trong")
        section_of(department).add_child(instance=inner[department.host])
    article = make_article(inner[site_a.host], slug="bai")
    make_article(inner[site_c.host], slug="bai")
    old = article.local_url
    merge_sites([site_a], site_c)
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.section_id == inner[site_c.host].pk
    assert follow(site_a.host, old)[1].endswith("/trong/bai-2/")
    assert follow(site_a.host, old.removesuffix("bai/"))[1].endswith("/trong/")
    assert not any(Page.find_problems())
    assert find_faults() == []


def test_sections_that_are_kept_apart(site_a: Department, site_c: Department) -> None:
    article = make_article(site_a, slug="bai")
    slug = section_of(site_a).slug
    merge_sites([site_a], site_c, MergeOptions(keep_sections=True))
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.local_url == f"/{slug}-2/bai/"
    assert follow(site_a.host, f"/{slug}/bai/") == (200, f"http://so-c.localhost/{slug}-2/bai/")


def test_areas_of_pages_go_with_them(site_a: Department, site_c: Department) -> None:
    inner = SectionPage(title="Trong", slug="trong")
    section_of(site_a).add_child(instance=inner)
    area = WidgetArea.objects.create(page=inner, slot="sidebar", widgets=[])
    home_area = WidgetArea.objects.create(page=home_of(site_a), slot="sidebar", widgets=[])
    report = merge_sites([site_a], site_c)
    area.refresh_from_db()
    home_area.refresh_from_db()
    assert area.department_id == site_c.pk
    assert home_area.department_id == site_a.pk
    counts = {number for what, number in report.counts if "vùng" in what.lower()}
    assert counts == {1}, report.counts


def test_what_is_private_stays_private(site_a: Department, site_c: Department) -> None:
    section = section_of(site_a)
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    article = make_article(section)
    report = merge_sites([site_a], site_c)
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.get_view_restrictions()
    assert article.section_id == section.pk
    assert section.slug in str(report.collisions)


def test_a_site_that_is_private_as_a_whole_is_refused(
    site_a: Department, site_c: Department
) -> None:
    PageViewRestriction.objects.create(page=home_of(site_a), restriction_type="login")
    with pytest.raises(ValidationError):
        merge_sites([site_a], site_c)


def test_a_department_may_be_merged_into_one_below_it(site_c: Department) -> None:
    top = make_site("tinh.localhost", kind="province")
    above = make_site("tren.localhost", parent=top)
    between = make_site("giua.localhost", parent=above)
    Department.objects.filter(pk=site_c.pk).update(parent=between)
    merge_sites([above], Department.objects.get(pk=site_c.pk))
    parents = dict(Department.objects.values_list("pk", "parent"))
    assert parents[site_c.pk] == between.pk
    assert parents[between.pk] == top.pk


def test_an_address_is_looked_up_as_it_was_before(site_a: Department, site_c: Department) -> None:
    article = make_article(site_a, slug="bai")
    other = make_article(site_a, slug="khac")
    # A page goes before a redirect; a redirect may be of all sites, and name what is elsewhere.
    Redirect.objects.create(
        site=site_a.site, old_path=article.local_url.rstrip("/"), redirect_page=other
    )
    Redirect.objects.create(site=None, old_path="/moi-noi", redirect_page=other)
    Redirect.objects.create(site=site_a.site, old_path="/cổng", redirect_page=other)
    Redirect.objects.create(
        site=site_a.site, old_path="/ngoai", redirect_link="https://example.org/x"
    )
    Redirect.objects.create(
        site=site_a.site,
        old_path="/in",
        redirect_page=article,
        redirect_page_route_path="/ban-in/",
    )
    merge_sites([site_a], site_c)
    host = site_a.host
    article, other = (ArticlePage.objects.get(pk=page.pk) for page in (article, other))
    assert follow(host, f"{article.local_url}?utm_source=x") == (
        200,
        f"{article.full_url}?utm_source=x",
    )
    assert follow(host, "/moi-noi/")[1] == other.full_url
    assert follow(host, "/c%E1%BB%95ng")[1] == other.full_url
    assert follow(host, "/in")[1] == f"{article.full_url}ban-in/"
    outside = Client(headers={"host": host}).get("/ngoai")
    assert (outside.status_code, outside["Location"]) == (301, "https://example.org/x")
    # What a stranger writes into a path stays a path of ours.
    for path in ("//example.org/x", "/%2f%2fexample.org/", "/a%0d%0aX-Evil:1", "/a%3Fb%23c/"):
        answer = Client(headers={"host": host}).get(path)
        assert answer.status_code == 301, path
        assert answer["Location"].startswith("http://so-c.localhost/"), path
        assert "?" not in answer["Location"], path
        assert "#" not in answer["Location"], path


def test_a_secure_request_is_led_to_a_secure_address(
    site_a: Department, site_c: Department
) -> None:
    article = make_article(site_a)
    path = article.local_url
    merge_sites([site_a], site_c)
    answer = Client(headers={"host": site_a.host}).get(path, secure=True)
    assert answer["Location"].startswith("https://so-c.localhost/")


def test_rows_that_both_have_become_one(site_a: Department, site_c: Department) -> None:
    def register(department: Department, number: str) -> LegalDocument:
        with acting_for(department):
            kind = DocumentType.objects.create(name="Loại chung", slug="loai-chung")
            return LegalDocument.objects.create(
                type=kind,
                number=number,
                summary="Văn bản",
                issued_on=date(2026, 1, 2),
                issuing_body="UBND",
            )

    mine, theirs = register(site_a, "1/QĐ-A"), register(site_c, "2/QĐ-C")
    merge_sites([site_a], site_c)
    rows = LegalDocument.of_all_departments
    mine, theirs = rows.get(pk=mine.pk), rows.get(pk=theirs.pk)
    assert mine.department_id == site_c.pk
    assert mine.type_id == theirs.type_id
    # The type itself stays with the record of the old site.
    assert DocumentType.of_all_departments.filter(department=site_a).exists()


def test_who_stands_in_for_whom_goes_with_the_people(
    site_a: Department, site_c: Department
) -> None:
    chief, deputy = make_user((site_a, Role.CHIEF)), make_user((site_a, Role.EDITOR))
    today = timezone.localdate()
    Deputyship.objects.create(
        department=site_a, person=chief, deputy=deputy, starts=today, ends=today
    )
    merge_sites([site_a], site_c)
    assert Deputyship.objects.get().department_id == site_c.pk


def test_the_menu_and_the_host_of_what_has_ended(site_a: Department, site_c: Department) -> None:
    entries = MenuItem.objects.filter(department=site_c).count()
    merge_sites([site_a], site_c)
    assert MenuItem.objects.filter(department=site_c).count() == entries
    with pytest.raises(ValidationError):
        open_site(site_a.host, name="Sở mới", kind="department")
