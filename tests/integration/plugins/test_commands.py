"""``manage.py plugins``: what the operator types, right and wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from sen_dummy.models import AlmanacPage, Note
from sen_dummy.widgets import Forecast, Notes
from wagtail.models import Page, Revision

from cms.plugins.configuration import settings_of
from cms.plugins.contributions import contributions
from cms.plugins.failures import Part, record_failure
from cms.plugins.models import PluginActivation, PluginConfiguration, PluginFailure, PluginSwitch
from cms.plugins.registry import PluginInfo, PluginState, plugins
from cms.plugins.usage import usage_of
from cms.sdk.testing import enable, put_in_sidebar
from cms.widgets.areas import stored_json
from cms.widgets.models import WidgetArea, WidgetSnapshot
from cms.widgets.overriding import override
from sites.models import Department
from sites.opening import open_site
from sites.tenancy import acting_for
from tests.factories import home_of, section_of

ROOT = Path(__file__).resolve().parents[3]


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("plugins", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def fill(department: Department) -> None:
    """Something of the dummy plugin in every place where there can be something."""
    enable(department, "dummy")
    with acting_for(department):
        Note.objects.create(text=f"ghi ở {department.host}")
    home_of(department).add_child(instance=AlmanacPage(title="Lịch", proverb="Có chí thì nên"))
    area = override(section_of(department), "sidebar")
    area.widgets = [
        {"type": "dummy_notes", "value": {"title": "Ghi chép", "@version": 2}, "id": "a"},
        {"type": "links", "value": {"title": "Liên kết", "@version": 1}, "id": "b"},
    ]
    area.save_revision().publish()
    put_in_sidebar(department, (Forecast, {}))
    registered = contributions.of("dummy").settings
    assert registered is not None
    registered.write(department, {"greeting": "Chào cả nhà"})
    WidgetSnapshot.objects.create(
        department=department, widget_id="dummy_forecast", digest="d", tried_at=timezone.now()
    )
    record_failure(department, Part("dummy", "widget dummy_notes"), RuntimeError("hỏng"))


def left() -> dict[str, int]:
    """How much is left of the plugin, by kind, apart from its tables."""
    return {
        "activations": PluginActivation.objects.filter(plugin_id="dummy").count(),
        "configurations": PluginConfiguration.objects.filter(plugin_id="dummy").count(),
        "failures": PluginFailure.objects.filter(plugin_id="dummy").count(),
        "switches": PluginSwitch.objects.filter(plugin_id="dummy").count(),
        "snapshots": WidgetSnapshot.objects.filter(widget_id="dummy_forecast").count(),
        "areas": sum("dummy_" in json.dumps(stored_json(a)) for a in WidgetArea.objects.all()),
        "revisions": sum(
            "dummy_" in json.dumps(revision.content)
            for revision in Revision.objects.filter(content_type__model="widgetarea")
        ),
        "pages": Page.objects.filter(content_type__model="almanacpage").count(),
    }


@pytest.mark.django_db
def test_usage_says_where(site_a: Department) -> None:
    assert "used nowhere" in command("usage", "dummy")
    fill(site_a)
    said = command("usage", "dummy")
    for part in ("area: ", "revision: ", "page: dummy.AlmanacPage (1)", "table: dummy.Note (1)"):
        assert part in said
    assert "cấu hình" in said or "cài đặt" in said
    assert "used nowhere" in command("usage", "no_such_plugin")


@pytest.mark.django_db
def test_purge_only_says_what_it_would_do(site_a: Department, tmp_path: Path) -> None:
    fill(site_a)
    before = left()
    said = command("purge", "dummy", "--to", str(tmp_path))
    assert "Nothing was changed" in said
    assert "dummy.Note" in said
    assert left() == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_purge_of_an_unknown_plugin_names_the_known() -> None:
    with pytest.raises(CommandError, match=r"no plugin nothing; there are: .*dummy"):
        command("purge", "nothing", "--yes")


@pytest.mark.django_db
def test_purge_of_a_plugin_that_is_set_aside_says_what_to_do() -> None:
    info = PluginInfo("broken", "1", "broken", "package broken", PluginState.ACTIVE)
    with plugins.temporarily(info):
        plugins.set_aside("broken", "no luck")
        with pytest.raises(CommandError, match=r"set aside \(no luck\).*install a version"):
            command("purge", "broken", "--yes")


@pytest.mark.django_db
def test_nothing_is_removed_that_could_not_be_exported(site_a: Department, tmp_path: Path) -> None:
    fill(site_a)
    before = left()
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        command("purge", "dummy", "--yes", "--to", str(blocked))
    assert left() == before
    assert Note.of_all_departments.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_purge_exports_everything_and_leaves_nothing(tmp_path: Path) -> None:
    ours = open_site("ours.localhost", name="Sở A", kind="department").department
    theirs = open_site("theirs.localhost", name="Sở B", kind="department").department
    for department in (ours, theirs):
        fill(department)
    assert len(usage_of("dummy")) > 10
    try:
        said = command("purge", "dummy", "--yes", "--to", str(tmp_path))
        assert "Now uninstall its package" in said
        assert left() == dict.fromkeys(left(), 0)
        assert "dummy_note" not in connection.introspection.table_names()
        # What belongs to others stays.
        area = WidgetArea.objects.get(page=section_of(ours))
        assert [item["type"] for item in stored_json(area)] == ["links"]
        assert usage_of("links")
        [path] = tmp_path.iterdir()
        export = json.loads(path.read_text(encoding="utf-8"))
        assert export["plugin"] == "dummy"
        text = json.dumps(export, ensure_ascii=False)
        for part in (
            "ghi ở ours.localhost",
            "ghi ở theirs.localhost",
            "Có chí thì nên",
            "Ghi chép",
        ):
            assert part in text, part
        assert [row["fields"]["value"] for row in export["configurations"]] == [
            {"greeting": "Chào cả nhà"}
        ] * 2
        assert len(export["widgets"]["areas"]) == 4
        assert len(export["widgets"]["revisions"]) >= 2
        call_command("migrate", "dummy", verbosity=0)
        assert settings_of("dummy", ours)["greeting"] == "Xin chào"
        # Once more finds nothing to remove.
        again = str(tmp_path / "again")
        assert "Now uninstall" in command("purge", "dummy", "--yes", "--to", again)
    finally:
        # Other tests use its tables.
        call_command("migrate", "dummy", verbosity=0)


@pytest.mark.django_db
def test_a_widget_of_a_plugin_that_is_gone_is_found(site_a: Department) -> None:
    enable(site_a, "dummy")
    area = put_in_sidebar(site_a, (Notes, {}))
    area.widgets = [{"type": "gone", "value": {"x": 1}, "id": "g"}]
    area.save()
    assert "area: " in command("usage", "gone")
    command("purge", "gone", "--yes")
    area.refresh_from_db()
    assert stored_json(area) == []


@pytest.mark.parametrize("name", ["Weather", "w", "thời_tiết", "a-b", "x" * 51])
def test_new_refuses_what_is_no_id(name: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no id"):
        command("new", name, "--to", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_what_is_taken(tmp_path: Path) -> None:
    for name in ("links", "sessions"):
        with pytest.raises(CommandError, match="taken"):
            command("new", name, "--to", str(tmp_path))
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        command("new", "weather", "--to", str(tmp_path))
    assert (tmp_path / "weather" / "mine.txt").read_text() == "mine"


def test_new_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        command("new", "weather", "--to", str(tmp_path / "file"))


def test_test_wants_a_plugin(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no pyproject\.toml"):
        command("test", str(tmp_path))


def test_a_new_plugin_passes_its_own_tests(tmp_path: Path) -> None:
    def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL", "SEN_PLUGIN_PATH")
        }
        return subprocess.run(
            [sys.executable, "manage.py", "plugins", *arguments],
            cwd=ROOT,
            env={**inherited, "DJANGO_SETTINGS_MODULE": "cms.settings", "SEN_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )

    data = tmp_path / "data"
    written = manage("new", "weather", "--to", str(tmp_path))
    assert written.returncode == 0, written.stderr
    assert str(tmp_path / "weather") in written.stdout
    tested = manage("test", str(tmp_path / "weather"))
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout
    assert "failed" not in tested.stdout


def test_no_table_is_left_over(db: Any) -> None:
    assert "all usable" in command("check")
