"""``manage.py plugins``: what is installed, where it is used, taking it away, writing a new one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from cms.plugins.activation import BUNDLED_SOURCE
from cms.plugins.checks import left_over_apps
from cms.plugins.discovery import PATH_VARIABLE
from cms.plugins.models import PluginActivation
from cms.plugins.purging import PurgeError, purge_plugin
from cms.plugins.registry import PluginState, plugins
from cms.plugins.scaffolding import ScaffoldingError, compile_catalogues, write_plugin
from cms.plugins.usage import Use, usage_of


class Command(BaseCommand):
    """``list``, ``check``, ``usage ID``, ``purge ID``, ``new NAME``, ``test FOLDER``."""

    help = "List and check the plugins, see where one is used, take one away, begin a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="every plugin, whether it may run, on how many sites")
        actions.add_parser("check", help="fail where a plugin is set aside or left tables behind")
        usage = actions.add_parser("usage", help="where a plugin is used")
        usage.add_argument("plugin_id")
        purge = actions.add_parser("purge", help="export a plugin's content, then remove all of it")
        purge.add_argument("plugin_id")
        purge.add_argument("--yes", action="store_true", help="do it; without, only say what")
        purge.add_argument("--to", type=Path, help="folder of the export (below the data folder)")
        new = actions.add_parser("new", help="write a working plugin with tests")
        new.add_argument("name", help="its id: lower-case letters, digits and _")
        new.add_argument("--to", type=Path, default=Path(), help="where its folder is made")
        test = actions.add_parser("test", help="run the tests of a plugin in a folder of its own")
        test.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        try:
            on = PluginActivation.objects.filter(enabled=True).values_list("plugin_id", flat=True)
            sites: list[str] | None = list(on)
        except DatabaseError:  # before the first migrate
            sites = None
        for info in plugins.all():
            line = f"{info.id} {info.version} [{info.state}] {info.source}"
            if info.error:
                line += f": {info.error}"
            elif sites is not None:
                line += f", on {sites.count(info.id)} sites"
            self.stdout.write(line)

    def _check(self, options: dict[str, Any]) -> None:
        problems = [f"{info.id} ({info.source}): {info.error}" for info in plugins.quarantined()]
        if problems:
            problems.append(f"{len(problems)} set aside")
        if left := left_over_apps():
            problems.append(f"tables without their plugin: {', '.join(left)}")
        for line in problems[:-1]:
            self.stderr.write(line)
        if problems:
            raise CommandError(problems[-1])
        self.stdout.write(self.style.SUCCESS(f"{len(plugins.usable())} plugins, all usable"))

    def _usage(self, options: dict[str, Any]) -> None:
        uses = usage_of(options["plugin_id"])
        if not uses:
            self.stdout.write(f"{options['plugin_id']} is used nowhere")
        self._say(uses)

    def _say(self, uses: list[Use]) -> None:
        for use in uses:
            self.stdout.write(f"{use.what}: {use.where} ({use.count})")

    def _purge(self, options: dict[str, Any]) -> None:
        plugin_id = options["plugin_id"]
        info = plugins.get(plugin_id)
        uses = usage_of(plugin_id)
        if info is None and not uses and plugin_id not in left_over_apps():
            known = ", ".join(sorted(info.id for info in plugins.all()))
            raise CommandError(f"there is no plugin {plugin_id}; there are: {known}")
        if info is None and plugin_id in left_over_apps():
            raise CommandError(
                f"{plugin_id} is not installed, so its tables cannot be taken away: install it "
                "again, purge it, then uninstall it"
            )
        if info is not None and info.state is PluginState.QUARANTINED:
            raise CommandError(
                f"{plugin_id} is set aside ({info.error}), so its tables cannot be read: "
                "install a version that works, purge it, then uninstall it"
            )
        self._say(uses)
        if not options["yes"]:
            self.stdout.write("Nothing was changed. Add --yes to export and remove all of this.")
            return
        folder = options["to"] or settings.DATA_DIR / "purged"
        try:
            path = purge_plugin(plugin_id, folder, self.stdout.write)
        except PurgeError as error:
            raise CommandError(f"{error}. Nothing was removed.") from error
        except OSError as error:
            raise CommandError(
                f"the export cannot be written, so nothing was removed: {error}"
            ) from error
        if info is not None and info.source.startswith(BUNDLED_SOURCE):
            then = (
                "It ships with Sen: the next migrate makes its tables again, empty, and it is off"
            )
        else:
            then = "Now uninstall its package"
        self.stdout.write(self.style.SUCCESS(f"{then}. The export: {path}"))

    def _new(self, options: dict[str, Any]) -> None:
        try:
            folder = write_plugin(options["name"], options["to"])
        except ScaffoldingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Written: {folder}\n"
            f"Its tests:  python manage.py plugins test {folder}\n"
            f"See it:     {PATH_VARIABLE}={folder} python manage.py serve"
        )

    def _test(self, options: dict[str, Any]) -> None:
        folder = options["folder"].resolve()
        if not (folder / "pyproject.toml").is_file():
            raise CommandError(f"there is no pyproject.toml in {folder}")
        compile_catalogues(folder)
        # What another run of pytest set for itself is not for this one.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", "SEN_TEST"))
        }
        own = {
            "PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), str(folder)]),
            "DJANGO_SETTINGS_MODULE": "cms.testing",
            PATH_VARIABLE: str(folder),
        }
        command = (sys.executable, "-m", "pytest", "-c", str(folder / "pyproject.toml"))
        done = subprocess.run(  # noqa: S603 (our own interpreter, a folder as its argument)
            [*command, "--rootdir", str(folder), str(folder)],
            cwd=folder,
            env={**inherited, **own},
            check=False,
        )
        if done.returncode:
            raise CommandError(f"pytest ended with {done.returncode}")
