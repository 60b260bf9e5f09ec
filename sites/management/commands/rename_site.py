"""``manage.py rename_site HOST NEWHOST``: another host; the old one redirects."""

from typing import Any

from django.core.management.base import CommandParser

from sites.life.command import LifeCommand
from sites.life.renaming import rename_site
from sites.life.report import Report


class Command(LifeCommand):
    """Gives a site another host, and with ``--name`` another name."""

    help = "Give a site another host; the old one redirects page by page."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("host", help="host of the site")
        parser.add_argument("new_host", help="its new canonical host")
        parser.add_argument("--name", default="", help="the body's new full name")

    def act(self, options: dict[str, Any]) -> Report:
        return rename_site(
            self.department(options["host"]),
            options["new_host"],
            name=options["name"],
            dry_run=options["dry_run"],
        )
