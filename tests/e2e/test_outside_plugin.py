"""A plugin from outside: built as a wheel, installed, used, upgraded, uninstalled, and back.

The portal runs in an environment of its own, with the wheel installed by pip;
of Sen's requirements it sees what this run has, so that nothing is downloaded.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cms.demo.staff import PASSWORD

from .newsroom import sign_in
from .portal import Portal, manage, own_data, serving
from .test_widget_areas import publish

HOST = "so-tttt.localhost"
USER = "quantri.tttt"
OTHERS = ".sidebar .widget:not(.widget--weather)"
OPEN_SITES = f"""
from django.core.management import call_command
from cms.users.models import User
from sites.opening import open_site
open_site("localhost", name="Tỉnh Thử", kind="province")
department = open_site({HOST!r}, name="Sở Thử", kind="department").department
user = User.objects.create_user({USER!r}, password={PASSWORD!r})
user.groups.add(department.role_groups.get(role="site_admin").group)
"""
STORED = f"""
import json
import re
from cms.widgets.areas import stored_json
from cms.widgets.models import WidgetArea
areas = WidgetArea.objects.filter(page__sites_rooted_here__hostname={HOST!r}, slot="sidebar")
print(json.dumps([item for area in areas for item in stored_json(area)]))
"""
NOTHING_WANTED = """
from django.core.management import call_command
call_command("migrate")
call_command("makemigrations", check_changes=True)
"""
# The second version calls a setting by another name, and has a field more.
SECOND = {
    "pyproject.toml": ('version = "0.1.0"', 'version = "0.2.0"'),
    "sen_weather/models.py": (
        "    class Meta:",
        '    note = models.CharField(max_length=50, default="mới")\n\n    class Meta:',
    ),
    "sen_weather/templates/weather/widget.html": (
        "{{ entry.title }}</a>",
        "{{ entry.title }}</a> ({{ entry.note }})",
    ),
}
UPGRADE = """
    version = 2

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        limit = IntegerBlock(min_value=1, max_value=20, default=5, label=_("Lines to show"))

    def upgrade(self, config: dict[str, Any], version: int) -> dict[str, Any]:
        \"\"\"What version 1 called ``count`` is ``limit``.\"\"\"
        return {**config, "limit": config.pop("count", 5)}

    def get_context("""


class Environment:
    """An environment of its own, and the plugin's folder from which wheels are built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "weather"
        root = folder / "environment"
        venv.create(root, with_pip=False)
        self.python = str(root / "bin" / "python")
        own = Path(sysconfig.get_path("purelib", vars={"base": str(root)}))
        (own / "requirements.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def build(self) -> Path:
        """The wheel of what is in the folder now."""
        wheels = self.folder / "wheels"
        options = ("--no-deps", "--no-build-isolation", "--no-index", "-w", str(wheels))
        _run(sys.executable, "-m", "pip", "wheel", "-q", *options, str(self.source))
        return max(wheels.glob("*.whl"))

    def pip(self, *arguments: str) -> None:
        """Run pip on this environment, offline."""
        _run(sys.executable, "-m", "pip", "--python", self.python, "-q", *arguments)

    def install(self) -> None:
        self.pip("install", "--no-index", "--no-deps", "--upgrade", str(self.build()))

    def uninstall(self) -> None:
        self.pip("uninstall", "-y", "sen-weather")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path)


@pytest.fixture
def env(environment: Environment) -> Iterator[dict[str, str]]:
    """The data of a portal with a department, before anything is served."""
    with own_data(migrated=True) as env:
        manage(env, "shell", "-v0", "-c", OPEN_SITES)
        manage(env, "plugins", "new", "weather", "--to", str(environment.folder))
        yield env


def test_a_plugin_comes_changes_goes_and_returns(
    environment: Environment, env: dict[str, str], visit: Callable[..., Page]
) -> None:
    def served() -> Any:
        return serving(env, "--no-demo", python=environment.python)

    def command(*arguments: str, check: bool = True) -> str:
        done = manage(env, *arguments, python=environment.python, check=check)
        return done.stdout + done.stderr

    def row(admin: Page) -> Locator:
        return admin.get_by_role("row").filter(has=admin.get_by_label("Weather"))

    def switch(admin: Page, portal: Portal, on: bool) -> None:
        admin.goto(portal.url(path="/admin/plugins/"))
        admin.get_by_label("Weather").set_checked(on)
        admin.get_by_role("button", name="Lưu", exact=True).click()
        expect(admin.get_by_text("Đã lưu")).to_be_visible()

    environment.install()

    # Installed, it is off; the administrator switches it on, and uses it.
    with served() as portal:
        admin = sign_in(visit(), portal, USER)
        public = visit()
        screen = portal.url(path="/admin/plugin/weather/entry/")
        admin.goto(portal.url(path="/admin/plugins/"))
        expect(admin.get_by_label("Weather")).not_to_be_checked()
        expect(row(admin)).to_contain_text("0.1.0")
        expect(row(admin)).to_contain_text("package sen-weather")
        public.goto(portal.url(HOST))
        others = public.locator(OTHERS).count()
        assert others
        switch(admin, portal, on=True)
        for title in ("1. Sông Cầu", "2. Sông Công"):
            admin.goto(f"{screen}new/")
            admin.get_by_label("tiêu đề", exact=False).fill(title)
            admin.get_by_label("địa chỉ", exact=False).fill("https://example.org/")
            admin.get_by_role("button", name="Tạo").click()
            expect(admin.get_by_text(title).first).to_be_visible()
        admin.goto(portal.url(path="/admin/widgets/"))
        admin.locator("tr[data-slot=sidebar]").get_by_role("button", name="Thay riêng").click()
        admin.wait_for_load_state("networkidle")
        admin.get_by_role("button", name="Chèn khối").last.click()
        admin.get_by_role("option", name="Weather").hover()
        admin.get_by_role("button", name="Xem trước").last.click()
        preview = admin.frame_locator("iframe.w-combobox-preview__iframe")
        expect(preview.get_by_text("Mục thứ nhất")).to_be_visible()
        admin.get_by_role("option", name="Weather").click()
        block = admin.locator("[data-streamfield-child]").last
        # First what only this block has: until it is there, the last one is another.
        block.get_by_label("Số dòng hiển thị").fill("1")
        block.get_by_label("Tiêu đề").first.fill("Thời tiết hôm nay")
        publish(admin)
        expect(admin).to_have_url(re.compile(r"/admin/widgets/\d+/$"))
        public.goto(portal.url(HOST))
        widget = public.locator(".widget--weather")
        expect(widget.get_by_role("heading")).to_have_text("Thời tiết hôm nay")
        expect(widget.get_by_role("listitem")).to_have_text(["1. Sông Cầu"])
        # Its style sheet stands in the page.
        assert widget.locator("ul").evaluate("e => getComputedStyle(e).marginTop") == "0px"
        expect(public.locator(OTHERS)).to_have_count(others)
    [*_others, first] = json.loads(command("shell", "-v0", "-c", STORED))
    assert (first["type"], first["value"]["count"]) == ("weather", 1)

    # The next version: a migration, a setting by another name. The old setting goes on.
    for name, (old, new) in SECOND.items():
        path = environment.source / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    widgets = environment.source / "sen_weather/widgets.py"
    before, _config, rest = widgets.read_text().partition("\n    class Config")
    rest = rest.partition("\n    def get_context(")[2].replace('config["count"]', 'config["limit"]')
    widgets.write_text(before + UPGRADE + rest)
    developing = {**env, "SEN_PLUGIN_PATH": str(environment.source)}
    manage(developing, "makemigrations", "weather", "-v0")
    environment.install()
    with served() as portal:
        admin, public = sign_in(visit(), portal, USER), visit(portal.url(HOST))
        widget = public.locator(".widget--weather")
        expect(widget.get_by_role("listitem")).to_have_text(["1. Sông Cầu (mới)"])
        admin.goto(portal.url(path="/admin/widgets/"))
        admin.locator("tr[data-slot=sidebar]").get_by_role("link", name="Sửa").click()
        block = admin.locator("[data-streamfield-child]").last
        expect(block.get_by_label("Số dòng hiển thị")).to_have_value("1")

        # Off: nothing of it is on the page or in the menu, its settings stay.
        switch(admin, portal, on=False)
        expect(row(admin)).to_contain_text("0.2.0")
        expect(admin.get_by_role("link", name="Weather", exact=True)).to_have_count(0)
        public.reload()
        expect(public.locator(OTHERS)).to_have_count(others)
        expect(widget).to_have_count(0)
        admin.goto(portal.url(path="/admin/plugin/weather/entry/"))
        expect(admin).to_have_url(portal.url(path="/admin/"))
        switch(admin, portal, on=True)

    # Gone, without having been purged: the portal goes on, and keeps what it does not know.
    environment.uninstall()
    with served() as portal:
        admin, public = sign_in(visit(), portal, USER), visit(portal.url(HOST))
        expect(public.locator(OTHERS)).to_have_count(others)
        expect(public.locator(".widget--weather")).to_have_count(0)
        wanted = command("shell", "-v0", "-c", NOTHING_WANTED)
        assert "No migrations to apply" in wanted
        assert "No changes detected" in wanted
        admin.goto(portal.url(path="/admin/widgets/"))
        admin.locator("tr[data-slot=sidebar]").get_by_role("link", name="Sửa").click()
        note = admin.locator("[data-streamfield-child]").last
        expect(note.locator("textarea")).to_have_value(
            "Khối “weather” chưa được cài; cài đặt của nó vẫn được giữ."
        )
        admin.wait_for_load_state("networkidle")
        publish(admin)
    assert json.loads(command("shell", "-v0", "-c", STORED))[-1] == first
    assert "tables without their plugin: weather" in command("plugins", "check", check=False)

    # And back: everything is where it was.
    environment.install()
    with served() as portal:
        public = visit(portal.url(HOST))
        widget = public.locator(".widget--weather")
        expect(widget.get_by_role("heading")).to_have_text("Thời tiết hôm nay")
        expect(widget.get_by_role("listitem")).to_have_text(["1. Sông Cầu (mới)"])

    # For good: exported, purged, uninstalled; nothing is left over.
    said = command(
        "plugins", "purge", "weather", "--yes", "--to", str(environment.folder / "export")
    )
    assert "Now uninstall its package" in said
    [export] = (environment.folder / "export").iterdir()
    kept = export.read_text(encoding="utf-8")
    for word in ("Sông Cầu", "Sông Công", "mới", "Thời tiết hôm nay"):
        assert word in kept
    environment.uninstall()
    assert "all usable" in command("plugins", "check")
