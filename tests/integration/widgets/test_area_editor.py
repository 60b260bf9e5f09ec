"""Wagtail's views of an area: whose they are, and that nothing is lost on the way through them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import ProgrammingError
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, Page, Revision

from cms.sdk.testing import put_in_sidebar
from cms.users.models import User
from cms.widgets import editing
from cms.widgets.areas import stored_json
from cms.widgets.editor import area_viewset
from cms.widgets.models import WidgetArea
from cms.widgets.overriding import override
from cms.widgets.registry import MISSING, widgets
from cms.widgets.slots import Slot
from sites.models import Department
from sites.roles import Role
from tests.factories import home_of, make_article, make_site, make_user, section_of

from .samples import Note, Versioned
from .test_admin import UNKNOWN, form_state, post_data, signed_in

Install = Callable[..., None]


@pytest.fixture
def client(site_a: Department) -> Client:
    return signed_in(make_user((site_a, Role.SITE_ADMIN)), site_a)


@pytest.fixture
def area(site_a: Department) -> WidgetArea:
    """A published area with a version, and a draft after it."""
    area = put_in_sidebar(site_a)
    area.widgets = [UNKNOWN]
    area.save_revision().publish()
    area.refresh_from_db()
    area.save_revision()
    return WidgetArea.objects.get(pk=area.pk)


def arguments(area: WidgetArea, pattern: Any) -> dict[str, Any]:
    """What fits the address ``pattern`` of a view of this area."""
    revisions = list(area.revisions.order_by("pk").values_list("pk", flat=True))
    known = {
        "pk": area.pk,
        "revision_id": revisions[0],
        "revision_id_a": revisions[0],
        "revision_id_b": "latest",
    }
    return {name: known[name] for name in pattern.pattern.regex.groupindex}


def area_urls(area: WidgetArea) -> Iterator[str]:
    """Every address that has to do with this one area, from the viewset itself and our own."""
    for pattern in area_viewset.get_urlpatterns():
        if kwargs := arguments(area, pattern):
            yield reverse(f"widget_area:{pattern.name}", kwargs=kwargs)
    yield reverse("widget_area_reset", args=[area.pk])


def everything() -> list[Any]:
    return [
        list(WidgetArea.objects.order_by("pk").values()),
        list(Revision.objects.order_by("pk").values("pk", "content", "approved_go_live_at")),
        ModelLogEntry.objects.count(),
        EditingSession.objects.count(),
    ]


def test_the_list_of_addresses_is_the_one_that_is_guarded(area: WidgetArea) -> None:
    """A new version of Wagtail may bring views: none is there that was not thought about."""
    names = {pattern.name for pattern in area_viewset.get_urlpatterns()}
    assert names == {"list", *area_viewset.views}
    assert len(list(area_urls(area))) == len(area_viewset.views) + 1
    for name in (
        "add",
        "delete",
        "usage",
        "copy",
        "inspect",
        "list_results",
        "preview_on_add",
        "reorder",
    ):
        for args in ([], [area.pk]):
            with pytest.raises(NoReverseMatch):
                reverse(f"widget_area:{name}", args=args)
    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippetchoosers_widgets_widgetarea:choose")


@pytest.mark.parametrize("who", ["other site", "reporter", "chief", "province"])
def test_nobody_else_reaches_any_of_them(
    site_a: Department, site_b: Department, area: WidgetArea, who: str
) -> None:
    province = make_site("tinh.localhost", name="Tỉnh Thử", kind="province")
    office = {
        "other site": (site_b, Role.SITE_ADMIN),
        "reporter": (site_a, Role.REPORTER),
        "chief": (site_a, Role.CHIEF),
        "province": (province, Role.SITE_ADMIN),
    }[who]
    client = signed_in(make_user(office), site_a)
    before = everything()
    for url in area_urls(area):
        for method in ("get", "post", "delete", "put"):
            response = getattr(client, method)(url, post_data() if method == "post" else {})
            assert response.status_code == 404, (method, url)
    ping = reverse("wagtailadmin_editing_sessions:ping", args=["widgets", "widgetarea", area.pk, 1])
    assert client.post(ping).status_code == 404
    bulk = reverse("wagtail_bulk_action", args=["widgets", "widgetarea", "delete"])
    for suffix in (f"?id={area.pk}", "?id=all"):
        assert client.get(bulk + suffix).status_code == 404
        assert client.post(bulk + suffix).status_code == 404
    section = section_of(site_a)
    for page in (home_of(site_a), section):
        override_url = reverse("widget_area_override", args=[site_a.pk, page.pk, "banner"])
        assert client.post(override_url).status_code == 404
        places = reverse("widget_areas_page", args=[site_a.pk, page.pk])
        assert client.get(places).status_code == 404
        assert client.post(places, {"page": section.pk}).status_code == 404
    assert everything() == before


def test_the_office_holder_reaches_all_of_them(area: WidgetArea, client: Client) -> None:
    allowed = {"get": {200, 302}, "post": {200, 302, 405}}
    for url in area_urls(area):
        assert client.get(url).status_code in allowed["get"], url
    assert client.get(reverse("widget_area:list")).url == reverse("widget_areas_index")  # type: ignore[attr-defined]


def test_the_provinces_defaults_are_its_own_administrators(
    site_a: Department, client: Client
) -> None:
    area = override(None, "banner")
    area.widgets = [UNKNOWN]
    area.save_revision().publish()
    area.save_revision()
    province = make_site("tinh.localhost", name="Tỉnh Thử", kind="province")
    screens = [*area_urls(area), reverse("widget_areas_province")]
    override_url = reverse("widget_area_override_province", args=["sidebar"])
    before = everything()
    for url in screens:
        assert client.get(url).status_code == 404
        assert client.post(url, post_data()).status_code == 404
    assert client.post(override_url).status_code == 404
    assert everything() == before
    root = User.objects.create_superuser(username="root", password="secret")
    for user in (root, make_user((province, Role.SITE_ADMIN))):
        allowed = signed_in(user, province)
        for url in screens:
            assert allowed.get(url).status_code in (200, 302), url
        assert allowed.post(override_url).status_code == 302
    assert allowed.get(reverse("widget_areas", args=[province.pk])).status_code == 200
    assert (
        reverse("widget_areas_province")
        in allowed.get(reverse("widget_areas", args=[province.pk])).content.decode()
    )


def test_a_page_of_another_site_is_not_given_an_area(
    site_a: Department, site_b: Department, client: Client
) -> None:
    for page in (home_of(site_b), section_of(site_b), Page.get_first_root_node()):
        for name, args in (
            ("widget_area_override", [site_a.pk, page.pk, "banner"]),
            ("widget_areas_page", [site_a.pk, page.pk]),
        ):
            assert client.post(reverse(name, args=args)).status_code == 404
        response = client.post(reverse("widget_areas", args=[site_a.pk]), {"page": page.pk})
        assert response.status_code == 200
    # The home page's column belongs to the home page.
    for page, slot in ((section_of(site_a), "home"), (home_of(site_a), "cellar")):
        url = reverse("widget_area_override", args=[site_a.pk, page.pk, slot])
        assert client.post(url).status_code == 404
        assert client.get(url).status_code == 405
    assert not WidgetArea.objects.exists()


# ---- the screens


def test_a_place_says_what_it_shows_and_where_that_comes_from(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Note)
    section = section_of(site_a)
    article = make_article(section)
    put_in_sidebar(site_a, (Note, {"text": "một"}))
    home_screen = reverse("widget_areas", args=[site_a.pk])
    section_screen = reverse("widget_areas_page", args=[site_a.pk, section.pk])

    def row(url: str, slot: str) -> str:
        text = re.sub(r"\s+", " ", client.get(url).content.decode())
        match = re.search(rf'<tr data-slot="{slot}">(.*?)</tr>', text)
        assert match is not None
        return re.sub(r"<[^>]+>", "", match[1])

    assert "Ghi chú" in row(section_screen, "sidebar")
    assert "Trang chủ" in row(section_screen, "sidebar")
    assert "Thay riêng" in row(section_screen, "sidebar")
    assert "Mặc định có sẵn" in row(section_screen, "banner")
    assert "Sửa" in row(home_screen, "sidebar")
    response = client.post(reverse("widget_area_override", args=[site_a.pk, section.pk, "sidebar"]))
    area = WidgetArea.objects.get(page=section)
    edit = reverse("widget_area:edit", args=[area.pk])
    assert response.headers["Location"] == edit
    assert "Sửa bản nháp" in row(section_screen, "sidebar")
    assert "Trang chủ" in row(section_screen, "sidebar")
    editor = client.get(edit).content.decode()
    assert f"“{section.title}” và các trang bên dưới" in editor
    assert reverse("widget_area_reset", args=[area.pk]) in editor
    client.post(edit, post_data())
    assert f"Chuyên mục: {section.title}" in row(section_screen, "sidebar")
    article_screen = reverse("widget_areas_page", args=[site_a.pk, article.pk])
    assert f"Chuyên mục: {section.title}" in row(article_screen, "sidebar")
    assert section_screen in client.get(home_screen).content.decode()
    reset = reverse("widget_area_reset", args=[area.pk])
    assert "Trang chủ" in client.get(reset).content.decode()
    assert WidgetArea.objects.get(page=section).live
    assert client.post(reset).headers["Location"] == section_screen
    assert "Thay riêng" in row(section_screen, "sidebar")
    chosen = client.post(home_screen, {"page": article.pk})
    assert chosen.headers["Location"] == article_screen


def test_a_pages_editor_and_listing_lead_there(
    site_a: Department, site_b: Department, client: Client
) -> None:
    section = section_of(site_a)
    target = reverse("widget_areas_page", args=[site_a.pk, section.pk])
    urls = [
        reverse("wagtailadmin_explore", args=[section.pk]),
        reverse("wagtailadmin_pages:edit", args=[section.pk]),
    ]
    for url in urls:
        assert target in client.get(url).content.decode()
    chief = signed_in(make_user((site_a, Role.CHIEF)), site_a)
    assert target not in chief.get(urls[0]).content.decode()


# ---- what passes through the forms


def test_saving_a_draft_publishes_nothing(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Note)
    area = put_in_sidebar(site_a, (Note, {"text": "một"}))
    data = post_data(("note", "item-0", {"title": "", "text": "hai"}))
    del data["action-publish"]
    edit = reverse("widget_area:edit", args=[area.pk])
    assert client.post(edit, data).headers["Location"] == edit
    area.refresh_from_db()
    assert area.widgets[0].value["text"] == "một"
    assert area.has_unpublished_changes
    assert form_state(client.get(edit))[0]["value"]["text"] == "hai"
    assert client.post(edit, {**data, "action-publish": "1"}).status_code == 302
    area.refresh_from_db()
    assert area.widgets[0].value["text"] == "hai"


def test_a_missing_widget_survives_preview_history_and_revert(
    site_a: Department, install: Install, client: Client, browse: Any
) -> None:
    install(Note)
    area = put_in_sidebar(site_a)
    area.widgets = [UNKNOWN]
    first = area.save_revision()
    first.publish()
    edit = reverse("widget_area:edit", args=[area.pk])
    [kept] = form_state(client.get(edit))
    note = ("note", "n", {"title": "", "text": "bản nháp"})
    data = post_data(
        note, (MISSING, kept["id"], {"payload": kept["value"]["payload"], "notice": ""})
    )
    del data["action-publish"]
    # Previewed: what the form holds, with the item beside it.
    preview = reverse("widget_area:preview_on_edit", args=[area.pk])
    answer = client.post(preview, data).json()
    assert answer == {"is_valid": True, "is_available": True}
    assert "bản nháp" in client.get(preview).content.decode()
    assert "bản nháp" not in browse(site_a).content.decode()
    # A preview with a forged item is refused.
    forged = post_data((MISSING, kept["id"], {"payload": "x:y:z", "notice": ""}))
    assert client.post(preview, forged).json()["is_valid"] is False
    # Replaced by a version without it.
    assert client.post(edit, post_data(note)).status_code == 302
    area.refresh_from_db()
    assert [item["type"] for item in stored_json(area)] == ["note"]
    last = area.latest_revision
    compare = reverse("widget_area:revisions_compare", args=[area.pk, first.pk, last.pk])
    text = client.get(compare).content.decode()
    assert "bản nháp" in text
    assert "weather" in text
    shown = reverse("widget_area:revisions_view", args=[area.pk, last.pk])
    assert "bản nháp" in client.get(shown).content.decode()
    # Reverted: it is signed anew, and verbatim again.
    revert = reverse("widget_area:revisions_revert", args=[area.pk, first.pk])
    [kept] = form_state(client.get(revert))
    back = post_data((MISSING, kept["id"], {"payload": kept["value"]["payload"], "notice": ""}))
    assert client.post(revert, back).status_code == 302
    area.refresh_from_db()
    assert stored_json(area) == [UNKNOWN]


def test_what_was_signed_for_a_site_is_refused_by_the_provinces_default(
    site_a: Department,
) -> None:
    root = signed_in(User.objects.create_superuser(username="root", password="x"), site_a)
    areas = [put_in_sidebar(site_a), override(None, "sidebar")]
    payloads = []
    for area in areas:
        area.widgets = [UNKNOWN]
        area.save()
        area.save_revision()
        [kept] = form_state(root.get(reverse("widget_area:edit", args=[area.pk])))
        payloads.append(kept["value"]["payload"])
    for area, payload in zip(areas, reversed(payloads), strict=True):
        data = post_data((MISSING, UNKNOWN["id"], {"payload": payload, "notice": ""}))
        response = root.post(reverse("widget_area:edit", args=[area.pk]), data)
        assert response.status_code == 200
    own = post_data((MISSING, UNKNOWN["id"], {"payload": payloads[1], "notice": ""}))
    edit = reverse("widget_area:edit", args=[areas[1].pk])
    assert root.post(edit, own).headers["Location"] == reverse("widget_areas_province")
    areas[1].refresh_from_db()
    assert stored_json(areas[1]) == [UNKNOWN]


def test_the_provinces_default_takes_widgets_of_every_plugin(
    site_a: Department, install: Install
) -> None:
    root = signed_in(User.objects.create_superuser(username="root", password="x"), site_a)
    install(Note)
    area = override(None, Slot.BANNER)
    edit = reverse("widget_area:edit", args=[area.pk])
    data = post_data(("note", "n", {"title": "", "text": "cho mọi nơi"}))
    assert root.post(edit, data).status_code == 302
    area.refresh_from_db()
    assert area.widgets[0].value["text"] == "cho mọi nơi"


def test_versions_that_nobody_can_read_can_still_be_compared(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Versioned)
    area = put_in_sidebar(site_a)
    pks = []
    for value in ({"no size": 1}, {"no size": 2}):
        area.widgets = [{"type": "versioned", "value": value, "id": "a"}]
        pks.append(area.save_revision(clean=False).pk)
    response = client.get(reverse("widget_area:revisions_compare", args=[area.pk, *pks]))
    assert response.status_code == 200


def test_a_form_without_changes_changes_nothing(site_a: Department, client: Client) -> None:
    area = put_in_sidebar(site_a)
    area.widgets = [UNKNOWN]
    area.save()
    edit = reverse("widget_area:edit", args=[area.pk])
    [kept] = form_state(client.get(edit))
    data = post_data((MISSING, kept["id"], {"payload": kept["value"]["payload"], "notice": ""}))
    del data["action-publish"]
    assert client.post(edit, data).status_code == 302
    area.refresh_from_db()
    assert not area.has_unpublished_changes
    assert widgets.get("weather") is None


def test_before_the_first_migration_no_widget_is_judged(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = widgets.all()[0]
    monkeypatch.setattr(editing, "_problems", {})

    def pack(self: Any, block: Any) -> Any:
        raise ProgrammingError("the relation is not there")

    with monkeypatch.context() as patched:
        patched.setattr(editing.JSContext, "pack", pack)
        assert editing.packing_problem(entry) == ""
    assert editing._problems == {}
