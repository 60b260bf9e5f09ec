"""By which sites a list of pages may be narrowed: those that can be in it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Site

from cms.users.models import User
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


def test_the_province_is_offered_the_people_of_the_site_that_it_looks_at(
    site_a: Department, site_b: Department
) -> None:
    root = make_user(is_superuser=True, username="tinh")
    people = {
        site: make_user((site, Role.REPORTER), username=f"pv-{site.pk}")
        for site in (site_a, site_b)
    }
    for site, reporter in people.items():
        make_article(site, owner=reporter).save_revision(user=reporter, log_action="wagtail.edit")
    make_article(site_b, owner=root).save_revision(user=root, log_action="wagtail.edit")
    province = staff_client(root)

    def names(page: int, field: str) -> set[str]:
        shown = BeautifulSoup(province.get(f"/admin/pages/{page}/").content, "html.parser")
        keys = [box["value"] for box in shown.select(f"input[name={field}]")]
        return set(User.objects.filter(pk__in=keys).values_list("username", flat=True))

    home = site_a.site.root_page
    for field in ("owner", "edited_by"):
        assert names(home.pk, field) == {people[site_a].username, "tinh"}
        # From the root of the tree everybody is.
        everybody = {people[site_a].username, people[site_b].username, "tinh"}
        assert names(home.get_parent().pk, field) == everybody


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
