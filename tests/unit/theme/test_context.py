"""What every page gets: only when it asks, and only what the visitor may see."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import RequestFactory

from cms.delivery.cache import Cache, collected_for, declare
from cms.theme.context import MenuEntry, menu_for, site
from sites.models import MenuItem
from tests.factories import home_of, make_article, make_site, section_of

pytestmark = pytest.mark.django_db


def request_for(department, path="/"):
    request = RequestFactory().get(path, headers={"host": department.host})
    request.department = department
    return request


def test_unused_context_asks_no_database(site_a, django_assert_num_queries):
    with django_assert_num_queries(0):
        context = site(request_for(site_a))
        assert context["department"] == site_a


def test_admin_and_hosts_without_a_site_get_nothing(site_a):
    assert site(request_for(site_a, "/admin/pages/")) == {}
    request = request_for(site_a)
    request.department = None
    assert site(request) == {}
    assert site(RequestFactory().get("/")) == {}


def test_menu_is_its_entries_and_their_translations(site_a, django_assert_num_queries):
    with django_assert_num_queries(2):
        menu = list(site(request_for(site_a))["menu"])
    assert menu[0].url == "/"


def test_menu_leaves_out_what_is_not_published(site_a):
    section = section_of(site_a)
    section.live = True
    section.save()
    shown = [entry.url for entry in menu_for(request_for(site_a, "/"), site_a)]
    assert section.local_url in shown
    section.live = False
    section.save()
    shown = [entry.url for entry in menu_for(request_for(site_a, "/"), site_a)]
    assert section.local_url not in shown


def test_menu_keeps_its_order_and_its_addresses(site_a):
    MenuItem.objects.filter(department=site_a).delete()
    MenuItem.objects.create(
        department=site_a, title="Dịch vụ công", url="https://dvc.example/", sort_order=2
    )
    MenuItem.objects.create(
        department=site_a, title="Trang chủ", page=home_of(site_a), sort_order=1
    )
    assert menu_for(request_for(site_a, "/khac/"), site_a) == [
        MenuEntry("Trang chủ", "/", current=False),
        MenuEntry("Dịch vụ công", "https://dvc.example/", current=False),
    ]


def test_current_entry_is_the_nearest_above(site_a):
    section = section_of(site_a)
    section.live = True
    section.save()
    article = make_article(section)
    current = [
        entry.url
        for entry in menu_for(request_for(site_a, article.local_url), site_a)
        if entry.current
    ]
    assert current == [section.local_url]
    current = [entry.url for entry in menu_for(request_for(site_a, "/"), site_a) if entry.current]
    assert current == ["/"]


def test_department_names_the_portal_above_it():
    province = make_site("tinh.localhost", name="Tỉnh Hoa Sen", kind="province")
    below = make_site("so-c.localhost", name="Sở C")
    assert site(request_for(below))["portal"].url == province.site.root_url
    assert not site(request_for(province))["portal"]


@time_machine.travel(datetime(2026, 3, 7, 18, 30, tzinfo=UTC), tick=False)
def test_today_is_vietnams_and_keeps_the_page_until_midnight_only(site_a):
    request = request_for(site_a)
    declare(request, Cache(tags=frozenset({"page:1"})))
    context = site(request)
    assert collected_for(request).vary == frozenset()
    assert context["today"].isoformat() == "2026-03-08"
    assert collected_for(request).vary == {"date"}


def test_today_lets_no_undeclared_page_into_the_cache(site_a):
    request = request_for(site_a)
    assert site(request)["today"]
    assert collected_for(request) is None
