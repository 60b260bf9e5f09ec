"""Plugins that do everything wrong: the page is whole, and the administrator knows whose fault."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse
from django.utils.html import escape
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

ROOT = Path(__file__).resolve().parents[3]
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
    settings.SEN_WIDGET_SECONDS = 0.02
    monkeypatch.setattr(hostile.SlowPython, "seconds", 0.05)
    hostile.SlowPython.rendered = 0
    put_in_sidebar(site, (hostile.SlowPython, {}), (hostile.Echo, {"text": FINE}))

    def visit() -> str:
        # Another page each time: one that is kept would not render it again.
        return render_anew(site, browse)

    for times in range(1, BREAKER_AFTER + 1):
        assert "at last" in visit()
        assert hostile.SlowPython.rendered == times
    assert_administrators_know(site, "widget hostile_slow_python", "chỉ được 0.02 giây")
    failure = PluginFailure.objects.get()
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


# What is wrong before anything runs: each a real plugin in a folder of its own, all of them
# installed at once in a portal of their own.

GOOD_APPS = """
from django.apps import AppConfig


class TheConfig(AppConfig):
    name = "{package}"
    label = "{id}"
    {body}
"""
STARTERS: dict[str, tuple[dict[str, str], str]] = {
    "at_import": ({"apps.py": "raise RuntimeError('apps on purpose')"}, "apps on purpose"),
    "in_package": ({"__init__.py": "1 / 0"}, "ZeroDivisionError"),
    "in_models": (
        {
            "models.py": "from django.db import models\n"
            "from cms.sdk import DepartmentModel, PluginPage\n"
            "class Half(DepartmentModel):\n    pass\n"
            "class HalfPage(PluginPage):\n    pass\n"
            "raise RuntimeError('models on purpose')\n"
        },
        "models on purpose",
    ),
    "in_ready": ({"body": "def ready(self): raise RuntimeError('ready on purpose')"}, "ready on"),
    "in_widgets": (
        {"widgets.py": "raise RuntimeError('widgets on purpose')"},
        "widgets on purpose",
    ),
    "in_plugin": ({"plugin.py": "import no_such_module"}, "no_such_module"),
    "in_tags": (
        {"templatetags/__init__.py": "", "templatetags/bad.py": "raise RuntimeError('tags here')"},
        "tags here",
    ),
    "in_migrations": (
        {
            "models.py": "",
            "migrations/__init__.py": "",
            "migrations/0001_initial.py": "raise RuntimeError('migration on purpose')",
        },
        "migration on purpose",
    ),
    "bad_screen": (
        {
            "models.py": "from django.db import models\n"
            "from cms.sdk import DepartmentModel\n"
            "class Thing(DepartmentModel):\n    pass\n",
            "plugin.py": "from cms.sdk import AdminScreen, register_screen\n"
            "from .models import Thing\n"
            "@register_screen\nclass Things(AdminScreen):\n    model = Thing\n"
            "    edit_view_class = None\n",
        },
        "its admin screen cannot be made",
    ),
    "too_new": ({"sdk": "sen-sdk>=9"}, "it needs SDK >=9, this is 1.0"),
    "links": ({}, "another plugin has this id: plugins/links"),
    "with_hooks": ({"wagtail_hooks.py": ""}, "use plugin.py instead"),
    "bad_widget": (
        {
            "widgets.py": "from cms.sdk import Widget, register\n"
            "@register\nclass Bad(Widget):\n    id = 'links'\n    label = 'x'\n    template = 'x'\n"
        },
        "the id 'links' is taken",
    ),
    "taken_prefix": (
        {"plugin.py": "from cms.sdk import register_urls\nregister_urls('Not A Prefix', [])\n"},
        "is no prefix",
    ),
}
PROGRAM = """
import json
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from cms.plugins.activation import set_enabled_plugins
from cms.plugins.registry import plugins
from cms.users.models import User
from sites.opening import open_site
department = open_site("thu.localhost", name="Sở Thử", kind="department").department
set_enabled_plugins(department, [info.id for info in plugins.all()])
client = Client(headers={"host": "thu.localhost"})
pages = [client.get(path).status_code for path in ("/", "/kho-tin/", "/khong-co/")]
user = User.objects.create_superuser("root", password="x")
client = Client(headers={"host": "localhost"})
client.force_login(user)
health = client.get("/admin/plugins/health/")
explorer = client.get(f"/admin/pages/{department.site.root_page_id}/")
add = client.get(f"/admin/pages/{department.site.root_page_id}/add_subpage/")
print("RESULT" + json.dumps({
    "pages": pages,
    "admin": [health.status_code, explorer.status_code, add.status_code],
    "health": health.content.decode(),
    "quarantined": {info.id: [info.source, info.error] for info in plugins.quarantined()},
    "warnings": [warning.msg for warning in run_checks()],
}))
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each of ``STARTERS``."""
    where = tmp_path_factory.mktemp("hostile")
    for plugin_id, (files, _reason) in STARTERS.items():
        package = f"sen_{plugin_id}"
        folder = where / plugin_id
        (folder / package).mkdir(parents=True)
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "sen-{plugin_id}"\nversion = "1"\n'
            f'[project.optional-dependencies]\nsen = ["{files.get("sdk", "sen-sdk>=1,<2")}"]\n'
            f'[project.entry-points."sen.plugins"]\n{plugin_id} = "{package}.apps.TheConfig"\n'
        )
        body = files.get("body", "default = True")
        written = {
            "__init__.py": "",
            "apps.py": GOOD_APPS.format(package=package, id=plugin_id, body=body),
            **{name: text for name, text in files.items() if "." in name},
        }
        for name, text in written.items():
            path = folder / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return where


def run(folders: Path, data: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python with all of them on the plugins' path and a database of its own."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL")
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "cms.testing",
            "SEN_TEST_DATA_DIR": str(data),
            "SEN_PLUGIN_PATH": os.pathsep.join(str(path) for path in sorted(folders.iterdir())),
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def started(folders: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a portal with all of them installed says."""
    done = run(folders, tmp_path_factory.mktemp("data"), "-c", PROGRAM)
    assert "RESULT" in done.stdout, done.stderr[-4000:]
    result: dict[str, Any] = json.loads(done.stdout.rpartition("RESULT")[2])
    return result


def test_the_portal_starts_and_serves(started: dict[str, Any]) -> None:
    assert started["pages"] == [200, 200, 404]
    assert started["admin"] == [200, 200, 200]


@pytest.mark.parametrize("plugin_id", STARTERS)
def test_it_is_set_aside_and_named(started: dict[str, Any], plugin_id: str) -> None:
    source, error = started["quarantined"][plugin_id]
    reason = STARTERS[plugin_id][1]
    assert source == f"folder {plugin_id}"
    assert reason in error
    assert escape(reason) in started["health"]
    assert any(plugin_id in line and reason in line for line in started["warnings"])


def test_nothing_else_is_set_aside(started: dict[str, Any]) -> None:
    assert set(started["quarantined"]) == set(STARTERS)


def test_strict_stops_the_start(folders: Path, tmp_path: Path) -> None:
    done = run(folders, tmp_path, "manage.py", "check", PLUGINS_STRICT="1")
    assert done.returncode != 0
    assert "PluginsError" in done.stderr
    assert "at_import" in done.stderr
