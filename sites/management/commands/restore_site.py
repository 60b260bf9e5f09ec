"""``manage.py restore_site HOST``: the way back from the archive."""

from typing import Any

from django.core.management.base import CommandParser

from sites.life.archiving import restore_site
from sites.life.command import LifeCommand
from sites.life.report import Report


class Command(LifeCommand):
    """Brings an archived site back, with its people."""

    help = "Bring an archived site back."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("host", help="host of the site")

    def act(self, options: dict[str, Any]) -> Report:
        return restore_site(self.department(options["host"]), dry_run=options["dry_run"])
