"""By which sites a list of pages may be narrowed: those that can be in it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Site

from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, section_of, staff_client


def offered(client: Client, address: str) -> set[Site]:
    """The sites that the list at an address may be narrowed to."""
    response = client.get(address)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return {Site.objects.get(pk=box["value"]) for box in page.select("input[name=site]")}


def test_the_province_is_offered_the_site_that_it_looks_at(
    site_a: Department, site_b: Department
) -> None:
    province = staff_client(make_user(is_superuser=True))
    section = section_of(site_a)
    make_article(section)
    assert offered(province, f"/admin/pages/{site_a.site.root_page_id}/") == {site_a.site}
    assert offered(province, f"/admin/pages/{section.pk}/") == {site_a.site}
    # From the root of the tree every site can be seen.
    root = site_a.site.root_page.get_parent()
    assert offered(province, f"/admin/pages/{root.pk}/") == {site_a.site, site_b.site}


def test_a_site_that_is_not_offered_narrows_to_nothing_of_others(
    site_a: Department, site_b: Department
) -> None:
    province = staff_client(make_user(is_superuser=True))
    address = f"/admin/pages/{site_a.site.root_page_id}/?site={site_b.site_id}"
    response = province.get(address)
    assert response.status_code == 200
    assert "so-b" not in {page.slug for page in response.context["page_obj"].object_list}


def test_a_department_is_offered_its_own(site_a: Department, site_b: Department) -> None:
    people = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    assert offered(people, f"/admin/pages/{site_a.site.root_page_id}/") == {site_a.site}
