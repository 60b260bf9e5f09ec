"""Opening a site: complete, repeatable, in one transaction."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import (
    Collection,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
)

from cms.users.models import User
from cms.widgets.models import WidgetArea
from sites.models import Department, HostAlias, MenuItem
from sites.opening import open_site
from sites.roles import Role
from sites.signals import site_opened
from tests.factories import home_of, make_site, make_user, staff_client

MODELS = (Page, Site, Department, Collection, Group, Workflow, MenuItem, WidgetArea)


def rows() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


def test_everything_a_site_needs_is_there(site_a: Department) -> None:
    home = home_of(site_a)
    assert home.depth == 2
    assert home.live
    assert home.get_children().count() == 3
    assert {held.role for held in site_a.role_groups.all()} == set(Role)
    workflow = WorkflowPage.objects.get(page=home).workflow
    roles = [task.specific.role for task in workflow.tasks]
    assert roles == [Role.EDITOR, Role.CHIEF]
    assert site_a.menu_items.count() == 4
    # It inherits its widgets.
    assert not WidgetArea.objects.exists()
    assert site_a.collection.depth == 2


def test_opening_twice_changes_nothing(site_a: Department) -> None:
    before = rows()
    again = open_site(site_a.host, name="Tên khác", kind="department")
    assert not again.created
    assert rows() == before
    assert again.department.name == "Sở A"


def test_opening_again_completes_what_is_missing(site_a: Department) -> None:
    WorkflowPage.objects.filter(page=home_of(site_a)).delete()
    site_a.role_groups.get(role=Role.EDITOR).group.delete()
    open_site(site_a.host, name="Sở A", kind="department")
    assert WorkflowPage.objects.filter(page=home_of(site_a)).exists()
    assert site_a.role_groups.filter(role=Role.EDITOR).exists()


def test_nothing_stays_when_a_feature_fails(db: Any) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError("half-way")

    before = rows()
    site_opened.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            make_site("nua-duong.localhost")
    finally:
        site_opened.disconnect(fail)
    assert rows() == before


@pytest.mark.parametrize(
    "bad",
    [
        {"host": "Có dấu"},
        {"host": "http://a.b"},
        {"host": "a.b:80"},
        {"host": ""},
        {"kind": "kingdom"},
        {"accent": "red"},
        {"name": ""},
        {"email": "không phải"},
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(db: Any, bad: dict[str, str]) -> None:
    before = rows()
    arguments: dict[str, Any] = {"name": "Sở Mới", "kind": "department", **bad}
    with pytest.raises(ValidationError):
        open_site(arguments.pop("host", "moi.localhost"), **arguments)
    assert rows() == before


def test_no_permission_is_granted_above_a_home_page(site_a: Department, site_b: Department) -> None:
    assert set(GroupPagePermission.objects.values_list("page__depth", flat=True)) == {2}


def test_the_command_says_what_is_wrong(db: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("open_site", "so-moi.localhost", name="Sở Mới", kind="department")
    assert Department.objects.get(name="Sở Mới").host == "so-moi.localhost"
    with pytest.raises(CommandError, match="kingdom"):
        call_command("open_site", "x.localhost", name="X", kind="kingdom")


def test_the_province_opens_a_site_in_the_admin(site_a: Department) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("province", password="x"))
    form = {"host": "so-moi.localhost", "name": "Sở Mới", "kind": site_a.kind_id}
    form["accent"] = "#0b5cad"
    response = client.post("/admin/departments/open/", form)
    assert response.status_code == 302
    assert Department.objects.get(name="Sở Mới").site.port == site_a.site.port
    again = client.post("/admin/departments/open/", form)
    assert again.status_code == 200
    assert Department.objects.filter(name="Sở Mới").count() == 1
    assert "so-moi.localhost" in client.get("/admin/departments/").text


def test_only_the_province_opens_sites(site_a: Department) -> None:
    user = make_user((site_a, Role.SITE_ADMIN), (site_a, Role.CHIEF))
    client = staff_client(user, site_a)
    for address in ("/admin/departments/", "/admin/departments/open/"):
        assert client.get(address).status_code == 404
    client.post(
        "/admin/departments/open/", {"host": "x.localhost", "name": "X", "kind": site_a.kind_id}
    )
    assert Department.objects.count() == 1


def test_a_host_is_bound_to_its_site(site_a: Department, site_b: Department, browse: Any) -> None:
    HostAlias.objects.create(hostname="ten-cu.localhost", department=site_a)
    assert "Sở A" in browse(site_a).text
    assert "Sở A" not in browse(site_b).text
    response = Client(headers={"host": "ten-cu.localhost"}).get("/kho-tin/?sau=1-1")
    assert response.status_code == 301
    assert response["Location"] == "http://so-a.localhost/kho-tin/?sau=1-1"
    assert Client(headers={"host": "la.localhost"}).get("/").status_code == 400
