"""Plugins that do everything wrong: the page is whole, and the administrator knows whose fault."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse
from sen_hostile import widgets as hostile

from cms.plugins import boundary
from cms.plugins.failures import BREAKER_AFTER, BREAKER_SECONDS
from cms.plugins.models import PluginFailure
from cms.sdk import Widget, acting_for
from cms.sdk.testing import NetworkUsedError, WidgetContract, enable, put_in_sidebar
from cms.widgets.checks import check_editable
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

FINE = "fine after all"
# Seconds; a page on a busy machine, but without three seconds of sleep.
BUDGET = 2.9


@pytest.fixture
def site(site_a: Department) -> Department:
    """A site that uses the hostile plugin, the boundary of a slow machine."""
    enable(site_a, "hostile")
    return site_a


@pytest.fixture
def hostile_page(site: Department, browse: Any) -> Callable[..., str]:
    """``hostile_page(Widget, settings)``: the front page with it and a well-behaved neighbour."""

    def get(widget_class: type[Widget], config: dict[str, Any] | None = None) -> str:
        browse(site, "/khong-co/")  # templates are compiled once
        put_in_sidebar(site, (widget_class, config or {}), (hostile.Echo, {"text": FINE}))
        began = time.monotonic()
        response = browse(site)
        assert time.monotonic() - began < BUDGET
        assert response.status_code == 200
        text: str = response.content.decode()
        assert FINE in text
        return text

    return get


def assert_administrators_know(site: Department, part: str, reason: str) -> None:
    """The failure is on the department's screen and on the province's, with the plugin's name."""
    failure = PluginFailure.objects.get(department=site, plugin_id="hostile", part=part)
    assert reason in failure.message
    for user, path in (
        (make_user((site, Role.SITE_ADMIN)), f"/admin/plugins/{site.pk}/"),
        (make_user(is_superuser=True), "/admin/plugins/health/"),
    ):
        client = staff_client(user, site)
        text = client.get(path).content.decode()
        assert "Hostile" in text
        assert part in text
        assert reason in text
        assert "Traceback" in text or "OverBudget" in text


@pytest.mark.parametrize(
    ("widget_class", "reason"),
    [
        (hostile.Raises, "hostile on purpose"),
        (hostile.FailingQuery, "there_is_no_such_table"),
        (hostile.SlowQuery, "OperationalError" if connection.vendor == "sqlite" else "timeout"),
        (hostile.ManyQueries, "quá 50 lần"),
    ],
)
def test_a_widget_that_fails_is_left_out_and_named(
    site: Department, hostile_page: Any, widget_class: type[Widget], reason: str
) -> None:
    text = hostile_page(widget_class)
    assert f"widget--{widget_class.id}" not in text
    assert_administrators_know(site, f"widget {widget_class.id}", reason)


def test_a_failing_statement_spoils_no_transaction(site: Department, hostile_page: Any) -> None:
    with transaction.atomic():
        hostile_page(hostile.FailingQuery)
        # PostgreSQL would refuse every further statement of a spoilt transaction.
        assert Department.objects.filter(pk=site.pk).exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("widget_class", [hostile.FailingQuery, hostile.SlowQuery])
def test_the_connection_is_as_before(
    site: Department, hostile_page: Any, widget_class: type[Widget]
) -> None:
    def timeout() -> Any:
        return hostile.ask("SHOW statement_timeout") if connection.vendor == "postgresql" else None

    before = timeout()
    hostile_page(widget_class)
    assert timeout() == before
    assert Department.objects.filter(pk=site.pk).exists()


def test_the_statement_that_is_one_too_many_is_refused(hostile_page: Any) -> None:
    hostile.ManyQueries.asked = 0
    hostile_page(hostile.ManyQueries)
    assert hostile.ManyQueries.asked == 50


_months = itertools.count()


def render_anew(site: Department, browse: Any) -> str:
    """A page that nobody has looked at yet: a month's archive shows the site's sidebar."""
    years, month = divmod(next(_months), 12)
    response = browse(site, f"/kho-tin/{2005 + years}/{month + 1}/")
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def test_slow_python_is_written_down_and_left_out_after_five_times(
    site: Department, browse: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SEN_WIDGET_SECONDS = 0.2
    monkeypatch.setattr(hostile.SlowPython, "seconds", 0.25)
    hostile.SlowPython.rendered = 0
    put_in_sidebar(site, (hostile.SlowPython, {}), (hostile.Echo, {"text": FINE}))

    def visit() -> str:
        # Another page each time: one that is kept would not render it again.
        return render_anew(site, browse)

    for times in range(1, BREAKER_AFTER + 1):
        assert "at last" in visit()
        assert hostile.SlowPython.rendered == times
    assert_administrators_know(site, "widget hostile_slow_python", "chỉ được 0.2 giây")
    # The page's other widgets may have been slow too, on a busy machine.
    failure = PluginFailure.objects.get(part="widget hostile_slow_python")
    assert failure.in_a_row == BREAKER_AFTER
    text = visit()
    assert "at last" not in text
    assert FINE in text
    assert hostile.SlowPython.rendered == BREAKER_AFTER
    client = staff_client(make_user((site, Role.SITE_ADMIN)))
    screen = f"/admin/plugins/{site.pk}/"
    assert "tạm ngắt" in client.get(screen).content.decode()
    # The administrator may have it tried again at once.
    monkeypatch.setattr(hostile.SlowPython, "seconds", 0.0)
    assert client.post(screen, {"retry": "hostile"}).status_code == 302
    assert "at last" in visit()
    assert "tạm ngắt" not in client.get(screen).content.decode()


def test_the_breaker_closes_by_itself(site: Department, browse: Any) -> None:
    put_in_sidebar(site, (hostile.Raises, {}))
    for _number in range(BREAKER_AFTER):
        render_anew(site, browse)
    assert PluginFailure.objects.get().in_a_row == BREAKER_AFTER
    part = boundary.Part("hostile", "widget hostile_raises")
    assert boundary.is_left_out(site, part)
    # It opens for ten minutes; Redis keeps its own time, so the key is taken away.
    assert BREAKER_SECONDS == 600
    cache.delete(f"plugin-failure:open:{site.pk}:hostile:widget_hostile_raises")
    assert not boundary.is_left_out(site, part)
    render_anew(site, browse)
    # It failed again: still in a row, so it is left out at once.
    assert boundary.is_left_out(site, part)


def test_one_sites_breaker_is_not_anothers(
    site: Department, site_b: Department, browse: Any
) -> None:
    enable(site_b, "hostile")
    put_in_sidebar(site, (hostile.Raises, {}))
    for _number in range(BREAKER_AFTER):
        render_anew(site, browse)
    part = boundary.Part("hostile", "widget hostile_raises")
    assert boundary.is_left_out(site, part)
    assert not boundary.is_left_out(site_b, part)


def test_a_block_that_cannot_be_packed_is_kept_out_of_the_editor(
    site: Department, hostile_page: Any
) -> None:
    assert "unpackable" in hostile_page(hostile.Unpackable)
    client = staff_client(make_user((site, Role.SITE_ADMIN)))
    area = site.widget_areas.get(slot="sidebar")
    text = client.get(reverse("widget_area:edit", args=[area.pk])).content.decode()
    assert "hostile_echo" in text
    assert "this block cannot be packed" not in text
    # Its settings are there as a note, and saving the form keeps them.
    assert "missing_widget" in text
    [warning] = check_editable(None)
    assert "hostile_unpackable" in warning.msg
    assert "this block cannot be packed" in warning.msg


def test_a_script_in_the_settings_is_text(hostile_page: Any) -> None:
    bad = "<script>alert('sen')</script>"
    text = hostile_page(hostile.Echo, {"title": bad, "text": bad})
    assert bad not in text
    assert text.count("&lt;script&gt;alert(&#x27;sen&#x27;)&lt;/script&gt;") >= 2


def test_the_rows_of_another_department_are_not_there(
    site: Department, site_b: Department, hostile_page: Any
) -> None:
    enable(site_b, "hostile")
    for department, text in ((site, "của A"), (site_b, "của B")):
        with acting_for(department):
            hostile.Secret.objects.create(text=text)
    page = hostile_page(hostile.Snoops)
    assert "của A" in page
    assert "của B" not in page


class Contract(WidgetContract):
    """The kit, run by hand on widgets that break it."""

    __test__ = False


@pytest.mark.parametrize(
    ("widget_class", "test", "reason"),
    [
        (hostile.PhonesHome, "test_it_asks_no_other_machine", "203.0.113.1"),
        (hostile.Dishonest, "test_what_is_kept_does_not_depend_on_the_visitor", "two"),
        (hostile.Dated, "test_what_is_kept_depends_on_declared_words_only", "date"),
        (hostile.ManyQueries, "test_it_asks_the_database_little", "SELECT 1"),
        (hostile.Unpackable, "test_the_editor_can_show_its_settings", "cannot be packed"),
    ],
)
def test_the_kit_finds_it(
    site: Department,
    monkeypatch: pytest.MonkeyPatch,
    widget_class: type[Widget],
    test: str,
    reason: str,
) -> None:
    contract = type("Contract", (Contract,), {"widget": widget_class})()
    method = getattr(contract, test)
    arguments: dict[str, Any] = {"department": site}
    if "monkeypatch" in method.__annotations__:
        arguments["monkeypatch"] = monkeypatch
    with pytest.raises((AssertionError, NetworkUsedError), match=reason):
        method(**arguments)
