"""A widget limited to a period and to kinds of pages: on pages, in fragments, in the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin.telepath import JSContext

from cms.delivery.cache import Cache, collected_for, declare
from cms.news.models import StandardPage
from cms.plugins.models import PluginFailure
from cms.sdk import CharBlock, StructBlock, Widget, WidgetContext
from cms.sdk.testing import installed, put_in_sidebar, stored_config
from cms.widgets.blocks import VERSION_KEY, make_config_block
from cms.widgets.editing import editable_stream
from cms.widgets.fragments import render_fragments
from cms.widgets.models import WidgetArea
from cms.widgets.placement import PLACEMENT
from cms.widgets.registry import widgets
from cms.widgets.rendering import render_area
from sites.models import Department
from sites.roles import Role
from tests.factories import home_of, make_article, make_user, section_of
from tests.front import FRONTS

from .samples import Failing, Note, Undeclared, Versioned
from .test_admin import edit_url, form_arguments, form_state, post_data, signed_in, stored

Install = Callable[..., None]
NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)  # in Việt Nam
HOUR = timedelta(hours=1)


def placement(
    start: datetime | None = None, end: datetime | None = None, kinds: tuple[str, ...] = ()
) -> dict[str, Any]:
    moments = {"start": start and start.isoformat(), "end": end and end.isoformat()}
    return {PLACEMENT: {**moments, "kinds": list(kinds)}}


@pytest.fixture
def render(rf: RequestFactory, site_a: Department) -> Callable[..., tuple[str, Cache | None]]:
    """``render(page, path)``: the sidebar, and what the page's cache was told."""

    def do(page: Any = None, path: str = "/") -> tuple[str, Cache | None]:
        request: Any = rf.get(path)
        request.department = site_a
        declare(request, Cache())
        return render_area(request, "sidebar", page), collected_for(request)

    return do


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("start", "end", "shown", "max_age"),
    [
        (None, None, True, None),
        (NOON, None, True, None),
        (NOON + timedelta(seconds=1), None, False, 1),
        (NOON + timedelta(milliseconds=900), None, False, 0),
        (None, NOON, False, None),
        (None, NOON + HOUR, True, 3600),
        (NOON - HOUR, NOON + HOUR, True, 3600),
        (NOON + HOUR, NOON + 2 * HOUR, False, 3600),
        (NOON - 2 * HOUR, NOON - HOUR, False, None),
    ],
)
def test_it_comes_and_goes_by_itself(
    site_a: Department,
    install: Install,
    render: Any,
    start: datetime | None,
    end: datetime | None,
    shown: bool,
    max_age: int | None,
) -> None:
    install(Note)
    put_in_sidebar(site_a, (Note, {"text": "có hạn", **placement(start, end)}))
    html, kept = render()
    assert ("có hạn" in html) is shown
    assert kept.max_age == max_age


def test_the_page_is_kept_until_the_boundary_and_no_longer(
    site_a: Department,
    install: Install,
    browse: Callable[..., Any],
) -> None:
    install(Note)
    end = NOON + timedelta(seconds=30)
    put_in_sidebar(site_a, (Note, {"text": "sắp hết hạn", **placement(end=end)}))

    def kept_for() -> float:
        assert FRONTS.front is not None
        [entry] = [FRONTS.front.memory.get(key) for key in FRONTS.front.memory]
        assert entry is not None
        return entry.expires - entry.stored + entry.grace

    with time_machine.travel(NOON, tick=False) as clock:
        assert "sắp hết hạn" in browse(site_a).content.decode()
        assert kept_for() == 30
        # Redis has a clock of its own, which nobody moves.
        cache.clear()
        clock.move_to(end)
        assert "sắp hết hạn" not in browse(site_a).content.decode()
        assert kept_for() > 30


@pytest.mark.parametrize("kind", ["home", "list", "article", "other"])
def test_it_is_shown_on_the_kinds_of_pages_that_were_chosen(
    site_a: Department, install: Install, browse: Callable[..., Any], kind: str
) -> None:
    install(Note)
    put_in_sidebar(site_a, (Note, {"text": "chỉ một loại", **placement(kinds=(kind,))}))
    section = section_of(site_a)
    article = make_article(section)
    other = home_of(site_a).add_child(instance=StandardPage(title="Liên kết", slug="lien-ket"))
    addresses = {
        "/": "home",
        "/kho-tin/": "list",
        f"/{section.slug}/": "list",
        f"/{section.slug}/{article.slug}/": "article",
        f"/{other.slug}/": "other",
    }
    for address, its_kind in addresses.items():
        response = browse(site_a, address)
        assert response.status_code == 200
        assert ("chỉ một loại" in response.content.decode()) is (its_kind == kind), address


@time_machine.travel(NOON, tick=False)
def test_a_boundary_on_another_kind_of_page_does_not_shorten_this_ones_life(
    site_a: Department, install: Install, render: Any
) -> None:
    install(Note)
    put_in_sidebar(site_a, (Note, placement(end=NOON + HOUR, kinds=("article",))))
    html, kept = render(home_of(site_a))
    assert html == ""
    assert kept.max_age is None


def test_nothing_of_a_widget_runs_that_is_not_shown(
    site_a: Department, install: Install, render: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*args: Any) -> None:
        raise AssertionError("this ran")

    install(Failing, Versioned)
    monkeypatch.setattr(Versioned, "upgrade", explode)
    monkeypatch.setattr(Failing, "cache_for", explode)
    area = put_in_sidebar(site_a, (Failing, placement(end=NOON)))
    old = {"size": 3, **placement(kinds=("other",)), VERSION_KEY: 1}
    area.widgets = [*area.widgets.raw_data, {"type": "versioned", "value": old, "id": "old"}]
    area.save()
    html, _kept = render(home_of(site_a))
    assert html == ""
    assert not PluginFailure.objects.exists()


def test_a_placement_that_cannot_be_read_fails_where_the_administrator_sees_it(
    site_a: Department, install: Install, render: Any
) -> None:
    install(Note)
    area = put_in_sidebar(site_a, (Note, {"text": "nguyên vẹn"}))
    broken = {"text": "hỏng", PLACEMENT: {"start": "ngày mai"}, VERSION_KEY: 1}
    area.widgets = [*area.widgets.raw_data, {"type": "note", "value": broken, "id": "broken"}]
    area.save()
    html, _kept = render()
    assert "nguyên vẹn" in html
    assert "hỏng" not in html
    assert "ngày mai" in PluginFailure.objects.get(part="widget note").message


@pytest.mark.parametrize(
    ("limits", "shown"),
    [
        (placement(kinds=("home",)), True),
        # The archive's page is the home page, and nothing else is known of it here.
        (placement(kinds=("list",)), True),
        (placement(kinds=("article",)), False),
        (placement(end=NOON), False),
        (placement(start=NOON), True),
    ],
)
def test_fragments_obey(
    site_a: Department,
    install: Install,
    rf: RequestFactory,
    limits: Mapping[str, Any],
    shown: bool,
) -> None:
    install(Undeclared)
    put_in_sidebar(site_a, (Undeclared, limits))
    request: Any = rf.post("/_sen/hit")
    request.department = site_a
    answer = render_fragments(request, home_of(site_a).pk, ["sidebar:item-0"])
    assert bool(answer) is shown


def test_a_placement_costs_no_query(site_a: Department, install: Install, render: Any) -> None:
    install(Note)
    limits = placement(NOON, kinds=("home", "list"))
    queries = []
    for config in ({}, limits):
        put_in_sidebar(site_a, (Note, config), (Note, config))
        page = home_of(site_a)
        render(page)
        with CaptureQueriesContext(connection) as captured:
            html, _kept = render(page)
        assert html.count("widget--note") == 2
        queries.append(len(captured))
    assert queries[0] == queries[1]


# What is stored


def test_settings_from_before_stay_as_they_are(site_a: Department, install: Install) -> None:
    install(Note)
    before = {"title": "", "text": "a"}
    assert stored_config(Note, before) == {**before, VERSION_KEY: 1}
    chosen = {"start": None, "end": "2026-03-04T05:00:00Z", "kinds": ["home"]}
    assert stored_config(Note, {PLACEMENT: chosen})[PLACEMENT] == chosen


def test_an_upgrade_does_not_see_the_placement_and_does_not_lose_it(
    site_a: Department, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(Versioned)
    seen = []

    def upgrade(self: Versioned, config: dict[str, Any], version: int) -> dict[str, Any]:
        seen.append(config)
        return {"count": config["size"] * 10}

    monkeypatch.setattr(Versioned, "upgrade", upgrade)
    entry = widgets.get("versioned")
    assert entry is not None
    old = {"size": 3, **placement(kinds=("home",)), VERSION_KEY: 1}
    for value in (entry.block.to_python(old), entry.block.bulk_to_python([old])[0]):
        new = entry.block.get_prep_value(value)
        assert (new["count"], new[PLACEMENT]["kinds"]) == (30, ["home"])
    assert seen == [{"size": 3}, {"size": 3}]


def test_a_setting_of_that_name_is_refused() -> None:
    class Config(StructBlock):
        placement = CharBlock()

    taken = type("Taken", (Note,), {"id": "taken", "Config": Config})
    with pytest.raises(ImproperlyConfigured, match="'placement' is the core's"):
        widgets.add(taken, "links")


# The form


@pytest.fixture
def client(site_a: Department) -> Client:
    return signed_in(make_user((site_a, Role.SITE_ADMIN)), site_a)


def fields(**typed: str) -> dict[str, str]:
    return {
        "title": "",
        "text": "một",
        **{f"{PLACEMENT}-{name}": value for name, value in typed.items()},
    }


def test_the_form_takes_local_time_and_shows_it_again(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Note)
    typed = fields(start="04/03/2026 12:00", end="04/03/2026 13:30", kinds="article")
    assert client.post(edit_url(site_a), post_data(("note", "x", typed))).status_code == 302
    [item] = stored(site_a)
    assert item["value"][PLACEMENT] == {
        "start": "2026-03-04T05:00:00Z",
        "end": "2026-03-04T06:30:00Z",
        "kinds": ["article"],
    }
    [shown] = form_state(client.get(edit_url(site_a)))
    assert shown["value"][PLACEMENT] == {
        "start": "04/03/2026 12:00",
        "end": "04/03/2026 13:30",
        "kinds": ["article"],
    }


@pytest.mark.parametrize("end", ["04/03/2026 11:59", "04/03/2026 12:00"])
def test_an_end_that_is_not_after_the_start_is_refused_and_nothing_is_lost(
    site_a: Department, install: Install, client: Client, end: str
) -> None:
    install(Note)
    edit_url(site_a)  # makes the draft
    before = stored(site_a)
    typed = fields(start="04/03/2026 12:00", end=end)
    response = client.post(edit_url(site_a), post_data(("note", "x", typed)))
    assert response.status_code == 200
    errors = form_arguments(response)[1]["blockErrors"]["0"]["blockErrors"][PLACEMENT]
    expected = gettext("This must be later than the time from which it is shown.")
    assert errors["blockErrors"]["end"]["messages"] == [expected]
    assert form_state(response)[0]["value"][PLACEMENT]["end"] == end
    assert stored(site_a) == before


@pytest.mark.parametrize("typed", [{"start": "hôm nay"}, {"kinds": "nowhere"}])
def test_what_does_not_hold_is_refused(
    site_a: Department, install: Install, client: Client, typed: dict[str, str]
) -> None:
    install(Note)
    edit_url(site_a)  # makes the draft
    before = stored(site_a)
    response = client.post(edit_url(site_a), post_data(("note", "x", fields(**typed))))
    assert response.status_code == 200
    assert stored(site_a) == before


def test_it_survives_an_uninstallation(site_a: Department) -> None:
    with installed(Note):
        put_in_sidebar(site_a, (Note, placement(timezone.now(), kinds=("home",))))
        before = stored(site_a)
    area = WidgetArea.objects.get(department=site_a, slot="sidebar")
    list(area.widgets)
    area.save()
    assert stored(site_a) == before
    assert before[0]["value"][PLACEMENT]["kinds"] == ["home"]


class Arranged(Widget):
    """Its author arranged the form."""

    id = "arranged"
    label = "Sắp đặt"
    template = "tests/note.html"

    class Config(StructBlock):
        title = CharBlock(required=False)
        text = CharBlock()

        class Meta:
            form_layout = ["text", "title"]

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": config["text"]}


class Drawn(Arranged):
    """Its author wrote the form's template."""

    id = "drawn"

    class Config(Arranged.Config):
        class Meta:
            form_layout = None
            form_template = "tests/form.html"


def test_a_form_arranged_by_its_author_has_it_as_well(site_a: Department) -> None:
    block = make_config_block(Arranged())
    assert block.meta.form_layout.children == ["text", "title", PLACEMENT]
    form = make_config_block(Drawn()).render_form_template()
    assert form.count(f'data-structblock-child="{PLACEMENT}"') == 1
    assert form.count('data-structblock-child="text"') == 1


def test_the_editor_is_told_once_what_a_placement_is(site_a: Department, install: Install) -> None:
    others = [type(f"Note{n}", (Note,), {"id": f"note_{n}"}) for n in range(5)]
    install(Note, *others)
    packed = str(JSContext().pack(editable_stream(site_a)))
    assert packed.count(gettext("Shown until")) == 1
