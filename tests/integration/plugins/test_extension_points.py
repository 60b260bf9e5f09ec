"""Every extension point, exercised by a plugin from outside the repository's packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from sen_dummy.models import AlmanacPage, Note
from sen_dummy.plugin import DummySettings, write_later
from sen_dummy.widgets import Clock, Forecast, Notes
from wagtail.signals import page_published, page_unpublished

from cms.plugins.activation import enabled_plugins, set_enabled_plugins, set_off_everywhere
from cms.plugins.configuration import settings_of
from cms.plugins.contributions import HitHook, contributions
from cms.plugins.models import PluginConfiguration, PluginFailure
from cms.plugins.worker import run_waiting_tasks
from cms.sdk import purge
from cms.sdk.points import EXTENSION_POINTS
from cms.sdk.testing import enable, put_in_sidebar
from cms.widgets.models import WidgetSnapshot
from cms.widgets.refreshing import enqueue_due_refreshes
from sites.models import Department
from sites.opening import open_site
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_user, staff_client
from tests.front import FrontClient

exercised: dict[str, Callable[..., None]] = {}


def exercises(point: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say which extension point a test exercises."""

    def note(test: Callable[..., None]) -> Callable[..., None]:
        exercised[point] = test
        return test

    return note


def test_every_extension_point_is_exercised() -> None:
    assert set(exercised) == {point.name for point in EXTENSION_POINTS}


@pytest.fixture
def site(site_a: Department, django_capture_on_commit_callbacks: Any) -> Department:
    """A site that uses the dummy plugin; its hooks have been called."""
    with django_capture_on_commit_callbacks(execute=True):
        enable(site_a, "dummy")
    return site_a


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    """``with commit(): …`` runs what waits for the end of the transaction."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def notes_of(department: Department) -> list[str]:
    rows = Note.of_all_departments.filter(department=department).order_by("pk")
    return list(rows.values_list("text", flat=True))


def beacon(department: Department, **payload: Any) -> Any:
    origin = f"http://{department.host}"
    return FrontClient(headers={"host": department.host, "origin": origin}).post(
        "/_sen/hit",
        json.dumps(payload),
        content_type="application/json",
        headers={"user-agent": "Mozilla/5.0 (X11; Linux) Chrome/130.0"},
    )


@exercises("widget")
def test_a_widget_is_rendered_with_older_settings_upgraded(site: Department, browse: Any) -> None:
    area = put_in_sidebar(site, (Notes, {}))
    stored = area.widgets.stream_block.get_prep_value(area.widgets)
    stored[0]["value"] = {"title": "Ghi chép", "number": 1, "@version": 1}
    area.widgets = stored
    area.save()
    with acting_for(site):
        Note.objects.create(text="Mới nhất")
    page = browse(site).content.decode()
    assert "Mới nhất" in page
    body = page.partition("<body")[2]
    assert "enabled" not in body  # one note only: the older settings said so
    assert ".widget--dummy" in page.partition("<body")[0]


@exercises("cache")
def test_a_widget_is_kept_by_what_it_declares(site: Department, browse: Any, commit: Any) -> None:
    put_in_sidebar(site, (Notes, {}))
    article = make_article(site)
    first = browse(site, "/?dummy=một").content.decode()
    assert "một" in first
    assert home_of(site).title in first
    assert "hai" in browse(site, "/?dummy=hai").content.decode()
    assert article.title in browse(site, article.local_url).content.decode()
    with acting_for(site):
        Note.objects.create(text="chưa ai thấy")
    assert "chưa ai thấy" not in browse(site, "/?dummy=một&khac=1").content.decode()
    with commit(), acting_for(site):
        purge(site, "dummy")
    assert "chưa ai thấy" in browse(site, "/?dummy=một").content.decode()


def test_a_kept_widget_asks_nothing(site: Department, browse: Any) -> None:
    table = WidgetSnapshot._meta.db_table
    put_in_sidebar(site, (Forecast, {}))

    def asked(path: str) -> bool:
        with CaptureQueriesContext(connection) as queries:
            browse(site, path)
        return any(table in query["sql"] for query in queries.captured_queries)

    assert asked(make_article(site).local_url)
    assert not asked(make_article(site).local_url)


@exercises("fragment")
def test_a_fragment_brings_its_fresh_value(site: Department, browse: Any) -> None:
    put_in_sidebar(site, (Clock, {}))
    page = browse(site)
    assert "1 notes" in page.content.decode()
    assert page["X-Sen-Cache"] == "miss"
    with acting_for(site):
        Note.objects.create(text="noch eine")
    assert "1 notes" in browse(site).content.decode()  # the page is kept
    answer = beacon(site, page=None, fragments=["sidebar:item-0"]).json()
    assert "2 notes" in answer["fragments"]["sidebar:item-0"]


@exercises("refresh")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_refresh_is_run_in_the_background(browse: Any) -> None:
    site = open_site("refresh.localhost", name="Sở", kind="department").department
    enable(site, "dummy")
    put_in_sidebar(site, (Forecast, {"place": "Đại Từ"}))
    assert "Đại Từ" not in browse(site).content.decode()
    enqueue_due_refreshes()
    run_waiting_tasks()
    page = browse(site).content.decode()
    assert f"Đại Từ: {27 + len(notes_of(site))}°" in page
    with acting_for(site):
        Note.objects.create(text="warmer")
    enqueue_due_refreshes()
    run_waiting_tasks()
    assert browse(site).content.decode().count("Đại Từ: 28°") == 1  # not due yet
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        enqueue_due_refreshes()
        run_waiting_tasks()
        assert "Đại Từ: 29°" in browse(site).content.decode()


@exercises("site hook")
def test_hooks_are_told_what_happens_on_a_site(
    site: Department, site_b: Department, commit: Any
) -> None:
    article = make_article(site, "Tin mới")
    foreign = make_article(site_b, "Tin khác")
    with commit():
        for page in (article, foreign):
            page_published.send(type(page), instance=page)
    with commit():
        page_unpublished.send(type(article), instance=article)
    with commit():
        open_site(site.host, name=site.name, kind="department")
    with commit():
        set_enabled_plugins(site, ())
    assert notes_of(site) == [
        "enabled",
        "published Tin mới",
        "unpublished Tin mới",
        "opened",
        "disabled",
    ]
    assert notes_of(site_b) == []


@exercises("settings")
def test_settings_are_each_departments_own(site: Department, site_b: Department) -> None:
    assert settings_of("dummy", site)["greeting"] == "Xin chào"
    client = staff_client(make_user((site, Role.SITE_ADMIN)))
    url = f"/admin/plugins/{site.pk}/dummy/"
    assert client.get(url).context["form"].initial["settings"]["greeting"] == "Xin chào"
    refused = client.post(url, {"settings-greeting": "x" * 41})
    assert refused.status_code == 200
    assert not PluginConfiguration.objects.exists()
    assert client.post(url, {"settings-greeting": "Chào"}).status_code == 302
    assert settings_of("dummy", site)["greeting"] == "Chào"
    assert settings_of("dummy", site_b)["greeting"] == "Xin chào"
    assert client.get(f"/admin/plugins/{site_b.pk}/dummy/").status_code == 404
    assert client.get(f"/admin/plugins/{site.pk}/links/").status_code == 404
    # What an older version stored is brought along, what a newer one stored is kept.
    row = PluginConfiguration.objects.get()
    row.version, row.value = 1, {"hello": "Cũ"}
    row.save()
    assert settings_of("dummy", site)["greeting"] == "Cũ"
    row.version = 9
    row.save()
    assert settings_of("dummy", site)["greeting"] == "Xin chào"
    refused = client.post(url, {"settings-greeting": "Mới"})
    assert "phiên bản mới hơn" in refused.content.decode().lower()
    row.refresh_from_db()
    assert (row.version, row.value) == (9, {"hello": "Cũ"})


def test_settings_that_cannot_be_upgraded_are_the_defaults(
    site: Department, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*args: Any) -> None:
        raise RuntimeError("upgrade on purpose")

    monkeypatch.setattr(DummySettings, "upgrade", explode)
    PluginConfiguration.objects.create(department=site, plugin_id="dummy", version=1, value={})
    assert settings_of("dummy", site)["greeting"] == "Xin chào"
    failure = PluginFailure.objects.get(plugin_id="dummy")
    assert (failure.part, failure.department) == ("upgrade of its settings", site)


@exercises("page type")
def test_a_page_type_stands_where_the_plugin_is_on(
    site: Department, site_b: Department, browse: Any, commit: Any
) -> None:
    home = home_of(site)
    assert AlmanacPage.can_create_at(home)
    assert not AlmanacPage.can_create_at(home_of(site_b))
    page = home.add_child(instance=AlmanacPage(title="Lịch", slug="lich", proverb="Có chí"))
    assert "Có chí" in browse(site, page.local_url).content.decode()
    with commit():
        set_enabled_plugins(site, ())
    assert browse(site, page.local_url).status_code == 404
    with connection.cursor() as cursor:  # as after an uninstallation without a purge
        cursor.execute(
            "UPDATE django_content_type SET app_label = 'gone' WHERE model = %s", ["almanacpage"]
        )
    ContentType.objects.clear_cache()
    assert browse(site, page.local_url).status_code == 404
    assert browse(site).status_code == 200
    ContentType.objects.clear_cache()


@exercises("admin screen")
def test_a_screen_shows_each_department_its_own_rows(
    site: Department, site_b: Department, client: Client
) -> None:
    enable(site_b, "dummy")
    with acting_for(site_b):
        foreign = Note.objects.create(text="Chuyện nhà B")
    with acting_for(site):
        own = Note.objects.create(text="Chuyện nhà A")
    url = "/admin/plugin/dummy/note/"
    client.defaults["HTTP_HOST"] = "localhost"
    client.force_login(make_user((site, Role.EDITOR)))
    listing = client.get(url).content.decode()
    assert "Chuyện nhà A" in listing
    assert "Chuyện nhà B" not in listing
    entry = f'"url": "{url}"'
    assert entry in client.get("/admin/").content.decode()
    assert client.get(f"{url}edit/{own.pk}/").status_code == 200
    for path in ("edit", "delete", "history", "usage"):
        assert client.get(f"{url}{path}/{foreign.pk}/").status_code in (302, 404), path
        client.post(f"{url}{path}/{foreign.pk}/", {"text": "của ta"})
    assert Note.of_all_departments.get(pk=foreign.pk).text == "Chuyện nhà B"
    assert client.post(f"{url}new/", {"text": "Thêm"}).status_code == 302
    assert Note.of_all_departments.get(text="Thêm").department == site
    client.force_login(make_user((site, Role.REPORTER)))
    assert client.get(url).status_code == 302
    client.force_login(make_user((site_b, Role.EDITOR)))
    assert "Chuyện nhà A" not in client.get(url).content.decode()
    assert client.get(f"{url}edit/{own.pk}/").status_code == 404
    client.force_login(make_user((site, Role.EDITOR)))
    set_enabled_plugins(site, ())
    assert client.get(url).status_code == 302
    assert entry not in client.get("/admin/").content.decode()


def test_rows_belong_to_the_current_department(site: Department, site_b: Department) -> None:
    assert not Note.objects.exists()  # nobody's, while no department is current
    with acting_for(site_b):
        row = Note.objects.create(text="B")
    with acting_for(site):
        assert not Note.objects.filter(pk=row.pk).exists()
        with pytest.raises(SuspiciousOperation):
            row.save()
        with pytest.raises(SuspiciousOperation):
            row.delete()


def test_a_form_made_for_one_department_offers_another_its_own_rows(
    site: Department, site_b: Department
) -> None:
    rows = {}
    for department in (site, site_b):
        with acting_for(department):
            rows[department] = Note.objects.create(text=f"của {department.host}")
    with acting_for(site):
        field = forms.ModelChoiceField(Note.objects.all())
        form_class = type("ChoosingForm", (forms.Form,), {"note": field})
    with acting_for(site_b):
        form = form_class({"note": rows[site].pk})
        assert list(form.fields["note"].queryset) == [rows[site_b]]
        assert not form.is_valid()
        assert form_class({"note": rows[site_b].pk}).is_valid()
    assert not form_class({"note": rows[site].pk}).is_valid()


@exercises("addresses")
def test_addresses_answer_where_the_plugin_is_on(
    site: Department, site_b: Department, browse: Any
) -> None:
    assert "<h1>Dummy</h1>" in browse(site, "/tien-ich/ghi-chu/").content.decode()
    assert browse(site, "/tien-ich/ghi-chu/")["X-Sen-Cache"] == "hit"
    assert browse(site_b, "/tien-ich/ghi-chu/").status_code == 404
    assert browse(site, "/tien-ich/khong-co/").status_code == 404
    poster = FrontClient(headers={"host": site.host})
    write = "/tien-ich/ghi-chu/viet/"
    assert poster.get(write, headers={"sec-fetch-site": "same-origin"}).status_code == 405
    assert poster.post(write, {"text": "x"}).status_code == 403
    assert (
        poster.post(write, {"text": "x"}, headers={"sec-fetch-site": "cross-site"}).status_code
        == 403
    )
    answer = poster.post(write, {"text": "Chào"}, headers={"sec-fetch-site": "same-origin"})
    assert answer.json() == {"ok": True}
    assert "Chào" in notes_of(site)


def test_a_view_that_raises_is_a_page_that_says_so(site: Department, browse: Any) -> None:
    response = browse(site, "/tien-ich/ghi-chu/hong/")
    assert response.status_code == 500
    assert "<main" in response.content.decode()
    failure = PluginFailure.objects.get(plugin_id="dummy")
    assert (failure.part, failure.department) == ("view broken", site)
    assert "dummy view on purpose" in failure.message


@exercises("background task")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_task_is_run_later_for_its_department() -> None:
    site = open_site("task.localhost", name="Sở", kind="department").department
    enable(site, "dummy")
    before = len(notes_of(site))
    write_later.enqueue(site, text="để sau")
    assert len(notes_of(site)) == before
    run_waiting_tasks()
    assert notes_of(site)[-1] == "để sau"
    write_later.enqueue(site, text="bỏ")
    set_enabled_plugins(site, ())
    run_waiting_tasks()
    assert "bỏ" not in notes_of(site)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_task_that_raises_is_tried_five_times() -> None:
    site = open_site("task.localhost", name="Sở", kind="department").department
    enable(site, "dummy")
    write_later.enqueue(site, word="no such argument")
    run_waiting_tasks()
    failure = PluginFailure.objects.get(part="task write_later")
    assert failure.in_a_row == 1
    later = timezone.now()
    for minutes in (1, 2, 4, 8, 16, 32):
        later += timedelta(minutes=minutes, seconds=1)
        with time_machine.travel(later):
            run_waiting_tasks()
    failure.refresh_from_db()
    assert failure.in_a_row == 5


@exercises("beacon")
def test_the_beacon_asks_the_plugins(site: Department, site_b: Department) -> None:
    assert beacon(site, page=None).json()["plugins"] == {
        "dummy": {"notes": 1, "page": None, "human": True}
    }
    assert beacon(site_b, page=None).json()["plugins"] == {}


def test_the_province_switches_a_plugin_off_everywhere(
    site: Department, browse: Any, commit: Any
) -> None:
    put_in_sidebar(site, (Clock, {}))
    assert "widget--dummy_clock" in browse(site).content.decode()
    with commit():
        set_off_everywhere("dummy", True)
    assert "dummy" not in enabled_plugins(site)
    assert "widget--dummy_clock" not in browse(site).content.decode()
    with commit():
        set_off_everywhere("dummy", False)
    assert "dummy" in enabled_plugins(site)
    assert notes_of(site)[-2:] == ["disabled", "enabled"]


def test_a_page_type_that_raises_is_written_down(
    site: Department, browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = home_of(site).add_child(instance=AlmanacPage(title="Lịch", slug="lich"))
    monkeypatch.setattr(AlmanacPage, "get_context", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        browse(site, page.local_url)
    failure = PluginFailure.objects.get(plugin_id="dummy")
    assert (failure.part, failure.department) == ("page almanacpage", site)


def test_a_task_that_cannot_be_kept_is_refused_at_once(site: Department) -> None:
    with pytest.raises(TypeError):
        write_later.enqueue(site, text={1, 2})


def test_an_answer_that_is_no_json_spoils_no_beacon(
    site: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        contributions.of("dummy"), "hit_hooks", [HitHook(lambda hit: {"notes": {1, 2}}, 0)]
    )
    response = beacon(site, page=None)
    assert response.status_code == 200
    assert response.json()["plugins"] == {}
    assert "not JSON serializable" in PluginFailure.objects.get(part="on_hit").message


def test_a_department_s_decision_waits_while_a_plugin_is_off_everywhere(site: Department) -> None:
    set_off_everywhere("dummy", True)
    client = staff_client(make_user((site, Role.SITE_ADMIN)))
    url = f"/admin/plugins/{site.pk}/"
    assert 'value="dummy" disabled' in client.get(url).content.decode()
    assert client.post(url, {"plugins": ["links"]}).status_code == 302
    assert enabled_plugins(site) == {"links"}
    set_off_everywhere("dummy", False)
    assert enabled_plugins(site) == {"links", "dummy"}
