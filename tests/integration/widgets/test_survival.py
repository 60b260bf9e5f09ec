"""Stored widgets survive: another set of plugins, a form, a migration, a version."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext

from cms.sdk.testing import TEST_PLUGIN, installed
from cms.widgets.blocks import VERSION_KEY, MissingItem
from cms.widgets.models import WidgetArea
from cms.widgets.registry import MISSING, widgets
from cms.widgets.slots import Slot
from sites.models import Department
from tests.factories import home_of

from .samples import Note, Versioned

Install = Callable[..., None]

UNKNOWN = {
    "type": "weather",
    "value": {"Tỉnh": "Nghệ An", "list": [1, 2.5, None, {"b": 1, "a": True}], VERSION_KEY: 4},
    "id": "11111111-1111-4111-8111-111111111111",
    "extra": "kept as well",
}
ODD: list[Any] = [
    UNKNOWN,
    {"type": "note", "value": "not a dict", "id": "22222222-2222-4222-8222-222222222222"},
    {"type": None, "value": {}, "id": "33333333-3333-4333-8333-333333333333"},
    {"value": "no type", "id": "44444444-4444-4444-8444-444444444444"},
]
NOTE = {
    "type": "note",
    "value": {"title": "", "text": "một", VERSION_KEY: 1},
    "id": "55555555-5555-4555-8555-555555555555",
}


def stored(area: WidgetArea) -> Any:
    """What is in the database, read past our field."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT widgets FROM widgets_widgetarea WHERE id = %s", [area.pk])
        value = cursor.fetchone()[0]
    return json.loads(value) if isinstance(value, str) else value


@pytest.fixture
def area(site_a: Department) -> WidgetArea:
    area = WidgetArea(page=home_of(site_a), slot=Slot.HOME, widgets=[*ODD, NOTE])
    area.save()
    return WidgetArea.objects.get(pk=area.pk)


@pytest.fixture(params=[True, False], ids=["note installed", "note absent"])
def either_way(request: Any, install: Install) -> None:
    if request.param:
        install(Note)


@pytest.mark.usefixtures("either_way")
def test_a_resave_keeps_everything_verbatim(area: WidgetArea) -> None:
    assert stored(area) == [*ODD, NOTE]
    area.save()
    assert stored(area) == [*ODD, NOTE]


@pytest.mark.usefixtures("either_way")
def test_touching_every_child_keeps_everything_verbatim(area: WidgetArea) -> None:
    assert [child.id for child in area.widgets] == [item["id"] for item in [*ODD, NOTE]]
    assert isinstance(area.widgets[0].value, MissingItem)
    area.widgets = area.widgets
    area.save()
    assert stored(area) == [*ODD, NOTE]


def test_items_of_known_widgets_are_read(area: WidgetArea, install: Install) -> None:
    install(Note)
    area.refresh_from_db()
    assert [child.block_type for child in area.widgets] == [MISSING] * 4 + ["note"]
    assert area.widgets[4].value["text"] == "một"


def test_a_plugin_that_returns_finds_its_settings(area: WidgetArea) -> None:
    with installed(Note):
        loaded = WidgetArea.objects.get(pk=area.pk)
    # Loaded with the plugin, saved without it, and the reverse.
    list(loaded.widgets)
    loaded.save()
    assert stored(area) == [*ODD, NOTE]
    without = WidgetArea.objects.get(pk=area.pk)
    list(without.widgets)
    with installed(Note):
        without.widgets = without.widgets
        assert without.widgets[4].value["text"] == "một"
        without.save()
        assert stored(area) == [*ODD, NOTE]


@pytest.mark.usefixtures("either_way")
def test_moving_and_removing_around_what_is_missing(area: WidgetArea) -> None:
    del area.widgets[1]
    first = area.widgets.pop(0)
    area.widgets.append(first)
    area.save()
    assert stored(area) == [ODD[2], ODD[3], NOTE, UNKNOWN]


@pytest.mark.usefixtures("either_way")
def test_dump_and_load(area: WidgetArea) -> None:
    dumped = serializers.serialize("json", [area])
    WidgetArea.objects.all().delete()
    for restored in serializers.deserialize("json", dumped):
        restored.save()
    assert stored(area) == [*ODD, NOTE]


@pytest.mark.usefixtures("either_way")
def test_pickling(area: WidgetArea) -> None:
    restored = pickle.loads(pickle.dumps(area))
    list(restored.widgets)
    restored.save()
    assert stored(area) == [*ODD, NOTE]


@pytest.mark.usefixtures("either_way")
def test_a_historical_model_loses_nothing(area: WidgetArea) -> None:
    loader = MigrationExecutor(connection).loader
    state = loader.project_state(loader.graph.leaf_nodes("widgets"))
    historical = state.apps.get_model("widgets", "WidgetArea").objects.get(pk=area.pk)
    assert historical.widgets == [*ODD, NOTE]
    historical.save()
    assert stored(area) == [*ODD, NOTE]


@pytest.mark.usefixtures("either_way")
@pytest.mark.django_db
def test_no_set_of_plugins_makes_a_migration() -> None:
    call_command("makemigrations", "widgets", "--check", "--dry-run", verbosity=0)


def test_older_settings_are_upgraded_when_read_and_stored_when_saved(
    area: WidgetArea, install: Install
) -> None:
    install(Versioned)
    old = {"type": "versioned", "value": {"size": 4}, "id": UNKNOWN["id"]}
    area.widgets = [old]
    area.save()
    assert stored(area) == [old]
    area.refresh_from_db()
    assert area.widgets[0].value["count"] == 40
    area.save()
    assert stored(area) == [{**old, "value": {"count": 40, VERSION_KEY: 2}}]
    area.refresh_from_db()
    assert area.widgets[0].value["count"] == 40


def test_settings_of_a_newer_version_are_kept_not_read(area: WidgetArea, install: Install) -> None:
    install(Versioned)
    newer = {"type": "versioned", "value": {"amount": 7, VERSION_KEY: 3}, "id": UNKNOWN["id"]}
    area.widgets = [newer]
    area.save()
    area.refresh_from_db()
    assert area.widgets[0].block_type == MISSING
    notice = gettext("The settings of “%s” cannot be read by this version; they are kept.")
    assert area.widgets[0].value.notice == notice % Versioned.label
    area.save()
    assert stored(area) == [newer]


def test_an_alias_reads_what_the_old_name_stored(area: WidgetArea) -> None:
    class Renamed(Note):
        id = "renamed"
        aliases = ("note",)

    area.widgets = [NOTE]
    with installed(Renamed):
        assert area.widgets.stream_block is not None
        fresh = widgets.stream_block().to_python([NOTE])
        assert (fresh[0].block_type, fresh[0].value["text"], fresh[0].id) == (
            "renamed",
            "một",
            NOTE["id"],
        )


def test_what_is_no_json_list_does_not_break_reading() -> None:
    block = widgets.stream_block()
    assert len(block.to_python(None)) == 0
    assert len(block.to_python("")) == 0
    assert len(block.to_python("not json")) == 0
    assert block.get_prep_value(block.to_python([3, "x"])) == [3, "x"]


def test_the_test_plugin_leaves_nothing_behind() -> None:
    with installed(Note):
        assert widgets.get("note") is not None
    assert widgets.get("note") is None
    assert TEST_PLUGIN not in {entry.plugin_id for entry in widgets.all()}
