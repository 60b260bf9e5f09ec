"""The list of component sites on the portal: public facts only, and true after every change."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.directory.reading import component_sites, is_portal
from cms.news.models import SectionPage
from sites.models import Department
from tests.bench.harness import queries
from tests.factories import home_of, make_site

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
ADDRESSES = ("/trang-thanh-phan/", "/trang-thanh-phan.json", "/trang-thanh-phan.xml")


@pytest.fixture
def portal(db: Any) -> Department:
    """The province's own site."""
    return make_site("tinh.localhost", name="Tỉnh Hoa Sen", kind="province")


def test_the_page_lists_sites_by_kind(portal: Department, browse: Any) -> None:
    make_site("xa-b.localhost", name="Xã Bình An", kind="commune")
    make_site("so-a.localhost", name="Sở <A>")
    shown = browse(portal, "/trang-thanh-phan/")
    assert shown.status_code == 200
    assert shown.text.index("Sở &lt;A&gt;") < shown.text.index("Xã Bình An")
    assert 'href="http://xa-b.localhost/"' in shown.text


def test_the_json_has_the_documented_fields_and_no_other(portal: Department, browse: Any) -> None:
    make_site("so-a.localhost", name="Sở A", short_name="A", phone="0123", email="a@a.vn")
    answer = browse(portal, "/trang-thanh-phan.json")
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content) == {
        "portal": {
            "host": "tinh.localhost",
            "url": "http://tinh.localhost",
            "name": "Tỉnh Hoa Sen",
            "short_name": "Tỉnh Hoa Sen",
        },
        "count": 1,
        "sites": [
            {
                "host": "so-a.localhost",
                "url": "http://so-a.localhost",
                "name": "Sở A",
                "short_name": "A",
                "kind": "department",
                "kind_name": str(Department.objects.get(name="Sở A").kind.name),
                "parent_host": "tinh.localhost",
            }
        ],
    }


def test_the_sitemap_lists_front_pages_that_their_hosts_vouch_for(
    portal: Department, browse: Any
) -> None:
    below = make_site("so-a.localhost", name="Sở & A")
    answer = browse(portal, "/trang-thanh-phan.xml")
    found = [element.text for element in ElementTree.fromstring(answer.content).iter(LOC)]
    assert found == ["http://so-a.localhost/"]
    assert answer["Content-Type"].startswith("application/xml")
    robots = browse(below, "/robots.txt").text
    assert "Sitemap: http://tinh.localhost/trang-thanh-phan.xml" in robots


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_the_portal_has_the_list(portal: Department, browse: Any, address: str) -> None:
    below = make_site("so-a.localhost")
    assert browse(portal, address).status_code == 200
    assert browse(below, address).status_code == 404
    assert not is_portal(below)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_list_is_kept_until_it_changes(
    portal: Department,
    browse: Any,
    address: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def after(change: Any) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            change()
        shown: str = browse(portal, address).text
        assert browse(portal, address)["X-Sen-Cache"]
        return shown

    assert "moi.localhost" in after(lambda: make_site("moi.localhost", name="Sở Mới"))
    department = Department.objects.get(name="Sở Mới")

    department.site.hostname = "khac.localhost"
    assert "khac.localhost" in after(department.site.save)

    department.name = "Sở Khác"
    assert ("Sở Khác" in after(department.save)) is (not address.endswith("xml"))

    department.state = Department.State.ARCHIVED
    assert "khac.localhost" not in after(department.save)


def test_one_query_however_many_sites(portal: Department) -> None:
    make_site("so-0.localhost")
    few = queries(component_sites)
    for number in range(1, 5):
        make_site(f"so-{number}.localhost")
    assert queries(component_sites) == few == 1
    assert len(component_sites()) == 5


def test_names_are_ordered_as_vietnamese_reads_them(portal: Department) -> None:
    for number, name in enumerate(("Xã Hòa", "Xã Đông", "Xã Ân", "Xã Dinh")):
        make_site(f"x{number}.localhost", name=name, kind="commune")
    assert [site.name for site in component_sites()] == ["Xã Ân", "Xã Dinh", "Xã Đông", "Xã Hòa"]


def test_below_reaches_through_what_is_archived(portal: Department) -> None:
    above = make_site("so-a.localhost")
    between = make_site("chi-cuc.localhost", parent=above)
    make_site("tram.localhost", parent=between)
    make_site("so-b.localhost")
    between.state = Department.State.ARCHIVED
    between.save()
    assert [site.host for site in component_sites(below=above)] == ["tram.localhost"]
    # A ring, which nothing in the database forbids, ends too.
    above.parent = between
    above.save()
    assert "tram.localhost" in {site.host for site in component_sites(below=above)}


def test_no_page_takes_the_address(site_a: Department) -> None:
    with pytest.raises(ValidationError):
        home_of(site_a).add_child(
            instance=SectionPage(title="Trang thành phần", slug="trang-thanh-phan")
        )


def test_the_admin_host_is_not_for_robots(portal: Department) -> None:
    answer = Client(headers={"host": "localhost"}).get("/robots.txt")
    assert answer.text.splitlines() == ["User-agent: *", "Disallow: /"]


def test_the_portals_home_says_all_and_a_departments_home_what_is_below(
    portal: Department, browse: Any
) -> None:
    department = make_site("so-a.localhost")
    assert 'href="http://so-a.localhost/"' in browse(portal).text
    assert "component-sites__kind" not in browse(department).text
