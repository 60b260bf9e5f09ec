"""``manage.py plugins``: what the operator types, right and wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from sen_dummy.models import AlmanacPage, Note
from sen_dummy.widgets import Forecast, Notes
from wagtail.models import Page, Revision

from cms.news.models import SectionPage
from cms.plugins import usage
from cms.plugins.activation import set_off_everywhere
from cms.plugins.checks import check_tables
from cms.plugins.configuration import settings_of
from cms.plugins.contributions import contributions
from cms.plugins.failures import Part, record_failure
from cms.plugins.models import PluginActivation, PluginConfiguration, PluginFailure, PluginSwitch
from cms.plugins.registry import PluginInfo, PluginState, plugins
from cms.plugins.usage import Store, usage_of
from cms.sdk.testing import enable, put_in_sidebar
from cms.widgets.areas import stored_json
from cms.widgets.models import WidgetArea, WidgetSnapshot
from cms.widgets.overriding import override
from plugins.links.widgets import Links
from sites.models import Department
from sites.opening import open_site
from sites.tenancy import acting_for
from tests.factories import home_of, make_user, section_of, staff_client

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


@pytest.fixture
def tables_return(db: Any) -> Iterator[None]:
    """Make the plugin's tables again afterwards, for other tests."""
    # Migrating empties the memory of content types. With a bare one, rows that Django
    # restores before the next test would be given other types than they had.
    ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)
    known = {alias: dict(types) for alias, types in ContentType.objects._cache.items()}
    yield
    call_command("migrate", "dummy", verbosity=0)
    ContentType.objects._cache = known


@pytest.mark.django_db
def test_usage_says_where(site_a: Department) -> None:
    assert "used nowhere" in command("usage", "dummy")
    fill(site_a)
    found = Counter[tuple[str, int]]((use.what, use.count) for use in usage_of("dummy"))
    assert found == {
        ("page", 1): 1,
        # What the department's note and the hooks wrote down.
        ("table", Note.of_all_departments.count()): 1,
        ("bật tiện ích", 1): 1,
        ("cài đặt của tiện ích", 1): 1,
        ("lỗi của tiện ích", 1): 1,
        ("area", 1): 2,
        ("revision", 1): 1,
        ("snapshot", 1): 1,
    }
    said = command("usage", "dummy")
    for part in ("page: dummy.AlmanacPage (1)", "table: dummy.Note", "area: Thanh bên phải"):
        assert part in said
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


@pytest.mark.django_db
def test_what_is_interrupted_is_begun_again(
    site_a: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(plugin_id: str) -> None:
        raise KeyboardInterrupt

    fill(site_a)
    before = left()
    with monkeypatch.context() as patch:
        last = Store(lambda plugin_id: [], lambda plugin_id: [], interrupt)
        patch.setitem(usage._stores, "last", last)
        with pytest.raises(KeyboardInterrupt):
            command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert left() == before
    [first] = tmp_path.iterdir()
    assert "ghi ở" in first.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_pages_of_others_are_not_taken_along(site_a: Department, tmp_path: Path) -> None:
    fill(site_a)
    section = AlmanacPage.objects.get().add_child(instance=SectionPage(title="Mục của ta"))
    before = left()
    with pytest.raises(CommandError, match=r"“Mục của ta”.*move it elsewhere.*Nothing was removed"):
        command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert left() == before
    section.refresh_from_db()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_migration_that_cannot_be_undone_is_named(
    site_a: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site_a)
    before = left()
    migration = import_module("sen_dummy.migrations.0001_initial").Migration
    operations = [*migration.operations, RunSQL("CREATE TABLE dummy_more (id int)")]
    monkeypatch.setattr(migration, "operations", operations)
    with pytest.raises(CommandError, match=r"0001_initial of dummy cannot be undone.*install"):
        command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert left() == before


@pytest.mark.django_db
def test_the_tables_of_another_plugin_are_not_taken_along(
    site_a: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site_a)
    migration = import_module("plugins.poll.migrations.0001_initial").Migration
    wanted = [*migration.dependencies, ("dummy", "0001_initial")]
    monkeypatch.setattr(migration, "dependencies", wanted)
    with pytest.raises(CommandError, match="poll builds on the tables of dummy: purge it first"):
        command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert Note.of_all_departments.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_tables_of_another_version_are_not_removed(tmp_path: Path) -> None:
    department = open_site("ours.localhost", name="Sở A", kind="department").department
    fill(department)
    before = left()
    text: Any = Note._meta.get_field("text")
    with connection.schema_editor() as editor:
        editor.remove_field(Note, text)
    try:
        with pytest.raises(CommandError, match=r"not those of its version.*run manage\.py migrate"):
            command("purge", "dummy", "--yes", "--to", str(tmp_path))
        assert left() == before
        assert list(tmp_path.iterdir()) == []
    finally:
        added = text.clone()
        added.default = ""
        added.set_attributes_from_name("text")
        with connection.schema_editor() as editor:
            editor.add_field(Note, added)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("tables_return")
def test_killed_before_its_tables_were_dropped_it_drops_them_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: Any) -> None:
        raise KeyboardInterrupt

    department = open_site("ours.localhost", name="Sở A", kind="department").department
    fill(department)
    with monkeypatch.context() as patch:
        patch.setattr(MigrationExecutor, "migrate", interrupt)
        with pytest.raises(KeyboardInterrupt):
            command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert left() == dict.fromkeys(left(), 0)
    assert Note.of_all_departments.exists()
    assert "dummy.Note" in command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert "dummy_note" not in connection.introspection.table_names()
    first, second = sorted(tmp_path.iterdir())
    assert "Có chí thì nên" in first.read_text(encoding="utf-8")
    assert "ghi ở ours" in second.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_a_bundled_plugin_stays_installed(site_a: Department, tmp_path: Path) -> None:
    put_in_sidebar(site_a, (Links, {}), (Notes, {}))
    said = command("purge", "links", "--yes", "--to", str(tmp_path))
    assert "ships with Sen" in said
    assert "uninstall" not in said
    assert usage_of("links") == []
    area = WidgetArea.objects.get(page=home_of(site_a), slot="sidebar")
    assert [item["type"] for item in stored_json(area)] == ["dummy_notes"]


@pytest.mark.django_db
def test_tables_without_their_plugin_are_named_unless_it_is_only_set_aside() -> None:
    MigrationRecorder(connection).record_applied("broken", "0001_initial")
    with pytest.raises(CommandError, match="tables without their plugin: broken"):
        command("check")
    with pytest.raises(CommandError, match="install it again, purge it, then uninstall it"):
        command("purge", "broken", "--yes")
    info = PluginInfo("broken", "1", "broken", "package broken", PluginState.ACTIVE)
    with plugins.temporarily(info):
        plugins.set_aside("broken", "no luck")
        with pytest.raises(CommandError, match=r"^1 set aside$"):
            command("check")
        assert check_tables(None, ["default"]) == []


def stored() -> Any:
    """Everything of the plugin, apart from exports."""
    rows = [*PluginActivation.objects.filter(plugin_id="dummy"), *PluginConfiguration.objects.all()]
    rows += [*PluginFailure.objects.all(), *PluginSwitch.objects.all()]
    rows += [*WidgetSnapshot.objects.filter(widget_id="dummy_forecast")]
    rows += [*Note.of_all_departments.all(), *AlmanacPage.objects.all()]
    rows += Page.objects.filter(pk__in=AlmanacPage.objects.values("pk"))
    rows += Revision.objects.filter(content_type__app_label="dummy")
    return json.loads(serializers.serialize("json", rows))


def exported(export: dict[str, Any]) -> Any:
    """The rows of an export."""
    parts = ("rows", "activations", "configurations", "failures", "switches")
    return [row for part in parts for row in export[part]] + export["widgets"]["snapshots"]


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["model"], row["pk"]))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("tables_return")
def test_purge_exports_everything_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = open_site("ours.localhost", name="Sở A", kind="department").department
    theirs = open_site("theirs.localhost", name="Sở B", kind="department").department
    for department in (ours, theirs):
        fill(department)
    almanac = AlmanacPage.objects.child_of(home_of(ours)).get()
    almanac.add_child(instance=AlmanacPage(title="Lịch tháng", proverb="Nước chảy đá mòn"))
    almanac.save_revision()
    set_off_everywhere("dummy", True)
    before = stored()
    items = [
        item
        for area in WidgetArea.objects.all()
        for item in stored_json(area)
        if item["type"].startswith("dummy")
    ]
    # What a migration did to the rows needs no undoing.
    migration = import_module("sen_dummy.migrations.0001_initial").Migration
    operations = [*migration.operations, RunPython(RunPython.noop)]
    province = staff_client(make_user(is_superuser=True), ours)
    with monkeypatch.context() as patch:
        patch.setattr(migration, "operations", operations)
        said = command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert "Now uninstall its package" in said
    assert left() == dict.fromkeys(left(), 0)
    tables = connection.introspection.table_names()
    assert not [name for name in tables if name.startswith("dummy_")]
    assert not ContentType.objects.filter(app_label="dummy").exists()
    assert not Permission.objects.filter(content_type__app_label="dummy").exists()
    # What belongs to others stays.
    area = WidgetArea.objects.get(page=section_of(ours))
    assert [item["type"] for item in stored_json(area)] == ["links"]
    assert usage_of("links")
    [path] = tmp_path.iterdir()
    text = path.read_text(encoding="utf-8")
    export = json.loads(text)
    assert export["plugin"] == "dummy"
    assert in_order(exported(export)) == in_order(before)
    areas = [item for area in export["widgets"]["areas"] for item in area["items"]]
    assert areas == items
    assert len(items) == 4
    assert len(export["widgets"]["revisions"]) == 2
    assert settings_of("dummy", ours)["greeting"] == "Xin chào"
    # Until it is uninstalled it is there without tables: nobody falls over it.
    assert "used nowhere" in command("usage", "dummy")
    assert province.get("/admin/plugins/health/").status_code == 200
    assert province.get("/admin/").status_code == 200
    # Once more finds nothing to remove, and leaves the export alone.
    assert "Now uninstall" in command("purge", "dummy", "--yes", "--to", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 2
    assert path.read_text(encoding="utf-8") == text


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


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("purge",), ("usage",), ("new",), ("test",)]
)
def test_a_command_that_is_not_whole_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"required|invalid choice"):
        command(*arguments)


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
