"""The directory of component sites: whose sites, which kinds, how many at once."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from cms.directory.reading import component_sites
from cms.sdk.testing import WidgetContract, render_widget
from plugins.component_sites.widgets import OPEN_AT_MOST, ComponentSites
from sites.models import Department
from tests.bench.harness import queries
from tests.factories import make_site


@pytest.fixture
def portal(db: Any) -> Department:
    """The province's own site."""
    return make_site("tinh.localhost", name="Tỉnh Hoa Sen", kind="province")


def links(department: Department, **config: Any) -> list[str]:
    soup = BeautifulSoup(
        render_widget(ComponentSites, config, department=department), "html.parser"
    )
    return [a["href"] for a in soup.select(".component-sites a")]


class TestComponentSites(WidgetContract):
    widget = ComponentSites
    config = {"scope": "all"}


def test_it_lists_what_stands_below(portal: Department) -> None:
    above = make_site("so-a.localhost")
    make_site("chi-cuc.localhost", parent=above)
    assert links(portal) == ["http://chi-cuc.localhost/", "http://so-a.localhost/"]
    assert links(above) == ["http://chi-cuc.localhost/"]
    assert links(above, scope="all") == links(portal)


def test_only_the_kinds_that_were_chosen(portal: Department) -> None:
    make_site("so-a.localhost")
    make_site("xa-b.localhost", kind="commune")
    assert links(portal, kinds=["commune"]) == ["http://xa-b.localhost/"]


def test_archived_sites_are_left_out(portal: Department) -> None:
    archived = make_site("so-cu.localhost", state=Department.State.ARCHIVED)
    make_site("so-a.localhost")
    assert f"http://{archived.host}/" not in links(portal)
    assert len(links(portal)) == 1


def test_nothing_is_shown_where_there_is_no_site_below(portal: Department) -> None:
    assert "component-sites" not in render_widget(
        ComponentSites, {}, department=make_site("so-a.localhost")
    )


def test_a_long_kind_is_folded(portal: Department) -> None:
    make_site("so-a.localhost")
    for number in range(OPEN_AT_MOST + 1):
        make_site(f"xa-{number}.localhost", kind="commune")
    soup = BeautifulSoup(render_widget(ComponentSites, {}, department=portal), "html.parser")
    assert [details.has_attr("open") for details in soup.select("details")] == [True, False]
    assert f"({OPEN_AT_MOST + 1})" in soup.select("summary")[1].get_text()


def test_logos_cost_no_query_a_site(portal: Department, make_picture: Any) -> None:
    for number in range(4):
        department = make_site(f"so-{number}.localhost")
        department.logo = make_picture(department)
        department.save()
    shown = render_widget(ComponentSites, {"logos": True}, department=portal)
    assert shown.count("<img ") == 4
    assert queries(lambda: component_sites(logos=True)) == 3
