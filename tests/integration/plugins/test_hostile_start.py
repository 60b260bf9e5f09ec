"""Plugins that are wrong before anything runs: set aside and named, and the portal starts.

Each is a real plugin in a folder of its own; all are installed at once in a portal of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils.html import escape

ROOT = Path(__file__).resolve().parents[3]

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
