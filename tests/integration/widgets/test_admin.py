"""The administrator's screens: whose they are, what the form takes and refuses."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from cms.delivery.cache import site_tag
from cms.delivery.generations import tag_generations
from cms.plugins.activation import enabled_plugins, set_enabled_plugins
from cms.plugins.models import PluginActivation, PluginFailure
from cms.sdk.testing import put_in_sidebar
from cms.users.models import User
from cms.widgets.blocks import VERSION_KEY
from cms.widgets.models import WidgetArea
from cms.widgets.overriding import override
from cms.widgets.registry import MISSING
from plugins.links.widgets import Links
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

from .samples import Note

Install = Callable[..., None]

UNKNOWN = {
    "type": "weather",
    "value": {"Tỉnh": "Nghệ An </script>", VERSION_KEY: 4},
    "id": "11111111-1111-4111-8111-111111111111",
    "extra": "kept as well",
}


@pytest.fixture
def admin(site_a: Department) -> User:
    return make_user((site_a, Role.SITE_ADMIN))


def signed_in(user: User, department: Department) -> Client:
    client = staff_client(user, department)
    return client


@pytest.fixture
def client(admin: User, site_a: Department) -> Client:
    return signed_in(admin, site_a)


def edit_url(department: Department, slot: str = "sidebar") -> str:
    area = override(department.site.root_page, slot)
    return reverse("widget_area:edit", args=[area.pk])


def post_data(*children: tuple[str, str, dict[str, str]]) -> dict[str, str]:
    """What the browser sends for ``(type, id, fields)`` when the area is published."""
    data = {"widgets-count": str(len(children)), "action-publish": "1"}
    for index, (name, item_id, fields) in enumerate(children):
        prefix = f"widgets-{index}"
        data |= {
            f"{prefix}-deleted": "",
            f"{prefix}-order": str(index),
            f"{prefix}-type": name,
            f"{prefix}-id": item_id,
        }
        data |= {f"{prefix}-value-{field}": value for field, value in fields.items()}
    return data


def form_arguments(response: Any) -> list[Any]:
    """The state of the stream in the form that was shown, and its errors."""
    text = response.content.decode()
    match = re.search(r'data-w-block-arguments-value="([^"]*)"', text)
    assert match is not None
    arguments: list[Any] = json.loads(html.unescape(match[1]))
    return arguments


def form_state(response: Any) -> list[dict[str, Any]]:
    """The items of the stream in the form that was shown."""
    items: list[dict[str, Any]] = form_arguments(response)[0]
    return items


def payload_of(client: Client, department: Department) -> str:
    [kept] = [
        item for item in form_state(client.get(edit_url(department))) if item["type"] == MISSING
    ]
    payload: str = kept["value"]["payload"]
    return payload


def stored(department: Department, slot: str = "sidebar") -> list[Any]:
    area = WidgetArea.objects.filter(department=department, slot=slot).first()
    if area is None:
        return []
    value = area.widgets
    items: list[Any] = value.stream_block.get_prep_value(value)
    return items


def test_the_form_keeps_a_missing_widget_verbatim_and_in_its_new_place(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Note)
    area = put_in_sidebar(site_a, (Note, {"text": "một"}))
    area.widgets = [UNKNOWN, *area.widgets.raw_data]
    area.save()
    [kept, note] = form_state(client.get(edit_url(site_a)))
    assert (kept["type"], kept["id"]) == (MISSING, UNKNOWN["id"])
    assert "weather" in kept["value"]["notice"]
    response = client.post(
        edit_url(site_a),
        post_data(
            ("note", note["id"], {"title": "", "text": "hai"}),
            (MISSING, kept["id"], {"payload": kept["value"]["payload"], "notice": "forged"}),
        ),
    )
    assert response.status_code == 302, response.content.decode()[:3000]
    assert stored(site_a) == [
        {"type": "note", "id": note["id"], "value": {"title": "", "text": "hai", VERSION_KEY: 1}},
        UNKNOWN,
    ]


def test_a_duplicate_of_a_missing_widget_gets_an_id_of_its_own(
    site_a: Department, client: Client
) -> None:
    area = put_in_sidebar(site_a)
    area.widgets = [UNKNOWN]
    area.save()
    payload = {"payload": payload_of(client, site_a)}
    other = "99999999-9999-4999-8999-999999999999"
    data = post_data((MISSING, str(UNKNOWN["id"]), payload), (MISSING, other, payload))
    assert client.post(edit_url(site_a), data).status_code == 302
    assert stored(site_a) == [UNKNOWN, {**UNKNOWN, "id": other}]


@pytest.mark.parametrize("change", ["cut", "flip", "empty", "rubbish", "other site"])
def test_a_payload_that_this_site_did_not_sign_is_refused(
    site_a: Department, site_b: Department, admin: User, client: Client, change: str
) -> None:
    for department in (site_a, site_b):
        area = put_in_sidebar(department)
        area.widgets = [UNKNOWN]
        area.save()
    payload = payload_of(client, site_a)
    admin.groups.add(site_b.role_groups.get(role=Role.SITE_ADMIN).group)
    forged = {
        "cut": payload[:-3],
        "flip": ("a" if payload[0] != "a" else "b") + payload[1:],
        "empty": "",
        "rubbish": "x:y:z",
        "other site": payload_of(staff_client(admin, site_b), site_b),
    }[change]
    response = client.post(
        edit_url(site_a), post_data((MISSING, str(UNKNOWN["id"]), {"payload": forged}))
    )
    assert response.status_code == 200
    [message] = form_arguments(response)[1]["blockErrors"]["0"]["messages"]
    assert message == gettext("The kept settings of this widget were altered on the way; reload.")
    assert stored(site_a) == [UNKNOWN]


def test_a_disabled_widget_is_shown_as_missing_cannot_be_picked_and_survives(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Note)
    put_in_sidebar(site_a, (Note, {"text": "một"}))
    before = stored(site_a)
    set_enabled_plugins(site_a, enabled_plugins(site_a) - {"plugin_under_test"})
    response = client.get(edit_url(site_a))
    [kept] = form_state(response)
    assert kept["type"] == MISSING
    notice = gettext("“%s” is switched off; its settings are kept.") % Note.label
    assert kept["value"]["notice"] == notice
    # Somebody who posts it all the same gets nothing.
    data = post_data(
        (MISSING, kept["id"], {"payload": kept["value"]["payload"]}),
        ("note", "x", {"title": "", "text": "lén lút"}),
    )
    assert client.post(edit_url(site_a), data).status_code == 302
    assert stored(site_a) == before


def test_settings_that_cannot_be_read_do_not_break_the_form(
    site_a: Department, client: Client
) -> None:
    area = put_in_sidebar(site_a)
    broken = {"type": "links", "value": {"title": "", "links": 3}, "id": "a-b"}
    area.widgets = [broken]
    area.save()
    [kept] = form_state(client.get(edit_url(site_a)))
    assert kept["type"] == MISSING
    data = post_data((MISSING, "a-b", {"payload": kept["value"]["payload"]}))
    assert client.post(edit_url(site_a), data).status_code == 302
    assert stored(site_a) == [broken]


def test_a_field_that_does_not_hold_is_shown_again(site_a: Department, client: Client) -> None:
    put_in_sidebar(site_a, (Links, {}))
    data = post_data(("latest_news", "x", {"title": "", "count": "99"}))
    response = client.post(edit_url(site_a), data)
    assert response.status_code == 200
    assert stored(site_a) != []
    assert form_state(response)[0]["value"]["count"] in (99, "99")


def test_publishing_purges_the_site_and_forgets_old_failures(
    site_a: Department, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    put_in_sidebar(site_a, (Links, {}))
    PluginFailure.objects.create(
        department=site_a,
        part="widget links",
        plugin_id="links",
        message="cũ",
        traceback="dòng lỗi",
    )
    assert "dòng lỗi" in client.get(edit_url(site_a)).content.decode()
    before = tag_generations([site_tag(site_a.site_id)])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(edit_url(site_a), post_data()).status_code == 302
    assert tag_generations([site_tag(site_a.site_id)]) != before
    assert stored(site_a) == []
    assert not PluginFailure.objects.exists()


def screens(department: Department) -> list[str]:
    home = department.site.root_page_id
    return [
        reverse("widget_areas", args=[department.pk]),
        reverse("widget_areas_page", args=[department.pk, home]),
        reverse("plugins_department", args=[department.pk]),
    ]


def test_other_peoples_screens_are_not_there(
    site_a: Department, site_b: Department, client: Client
) -> None:
    before = enabled_plugins(site_b)
    for url in screens(site_b):
        assert client.get(url).status_code == 404
        assert client.post(url, post_data()).status_code == 404
    assert enabled_plugins(site_b) == before


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.CHIEF])
def test_other_roles_have_no_screens_and_no_menu(site_a: Department, role: Role) -> None:
    client = signed_in(make_user((site_a, role)), site_a)
    urls = [*screens(site_a), reverse("widget_areas_index"), reverse("plugins_index")]
    for url in urls:
        assert client.get(url).status_code == 404
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("widget_areas_index") not in menu
    assert reverse("plugins_index") not in menu


def test_strangers_are_sent_to_sign_in(site_a: Department) -> None:
    client = Client(headers={"host": "localhost"})
    for url in screens(site_a):
        assert client.get(url).status_code == 302


def test_the_administrators_own_screens(site_a: Department, client: Client) -> None:
    for url in screens(site_a):
        assert client.get(url).status_code == 200
    # The only department is chosen for her.
    assert client.get(reverse("widget_areas_index")).headers["Location"] == screens(site_a)[0]
    assert client.get(reverse("plugins_index")).headers["Location"] == screens(site_a)[2]
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("widget_areas_index") in menu


def test_a_superuser_chooses_among_all(site_a: Department, site_b: Department) -> None:
    root = User.objects.create_superuser(username="root", password="secret")
    client = signed_in(root, site_a)
    text = client.get(reverse("widget_areas_index")).content.decode()
    for department in (site_a, site_b):
        assert reverse("widget_areas", args=[department.pk]) in text
        assert client.get(screens(department)[0]).status_code == 200
    assert reverse("widget_areas_province") in text


def test_plugins_are_switched_for_one_department(
    site_a: Department, site_b: Department, client: Client
) -> None:
    url = reverse("plugins_department", args=[site_a.pk])
    everything = enabled_plugins(site_a)
    assert client.post(url, {"plugins": ["links", "no_such_plugin"]}).status_code == 302
    assert enabled_plugins(site_a) == {"links"}
    assert enabled_plugins(site_b) == everything
    assert not PluginActivation.objects.filter(plugin_id="no_such_plugin").exists()
    page = client.get(url).content.decode()
    assert re.search(r'value="links" checked', page)
    assert not re.search(r'value="most_read" checked', page)
