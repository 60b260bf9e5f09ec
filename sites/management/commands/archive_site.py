"""``manage.py archive_site HOST [--successor HOST]``: read-only from now on, with a banner."""

from typing import Any

from django.core.management.base import CommandParser

from sites.life.archiving import archive_site
from sites.life.command import LifeCommand
from sites.life.report import Report


class Command(LifeCommand):
    """Archives a site; ``restore_site`` brings it back."""

    help = "Archive a site: readable, with a banner naming its successor; nobody works there."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("host", help="host of the site")
        parser.add_argument("--successor", default="", help="host of the site that carries on")

    def act(self, options: dict[str, Any]) -> Report:
        successor = options["successor"]
        return archive_site(
            self.department(options["host"]),
            successor=self.department(successor) if successor else None,
            dry_run=options["dry_run"],
        )
