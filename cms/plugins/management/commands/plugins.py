"""``manage.py plugins list|check``: what is installed, and whether it may run."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.plugins.models import PluginActivation
from cms.plugins.registry import plugins


class Command(BaseCommand):
    """Lists plugins; ``check`` fails where one is quarantined."""

    help = "List the plugins, or check that none is set aside."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("list", "check"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self._list()
        else:
            self._check()

    def _list(self) -> None:
        enabled = PluginActivation.objects.filter(enabled=True).values_list("plugin_id", flat=True)
        sites = list(enabled)
        for info in plugins.all():
            line = f"{info.id} {info.version} [{info.state}] {info.source}"
            if info.error:
                line += f": {info.error}"
            else:
                line += f", on {sites.count(info.id)} sites"
            self.stdout.write(line)

    def _check(self) -> None:
        quarantined = plugins.quarantined()
        for info in quarantined:
            self.stderr.write(f"{info.id} ({info.source}): {info.error}")
        if quarantined:
            raise CommandError(f"{len(quarantined)} set aside")
        self.stdout.write(self.style.SUCCESS(f"{len(plugins.usable())} plugins, all usable"))
