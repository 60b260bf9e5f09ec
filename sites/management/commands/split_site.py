"""``manage.py split_site HOST --section SLUG --into NEWHOST …``: sections become a site."""

from typing import Any

from django.core.management.base import CommandParser

from sites.life.command import LifeCommand
from sites.life.report import Report
from sites.life.splitting import split_site


class Command(LifeCommand):
    """Opens a site and moves sections of another there, with their old addresses."""

    help = "Make sections of a site a site of their own; their old addresses redirect."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("host", help="host of the site that is split")
        parser.add_argument(
            "--section", action="append", required=True, help="slug of a section; may be repeated"
        )
        parser.add_argument("--into", required=True, help="host of the new site")
        parser.add_argument("--name", required=True, help="full name of the new site's body")
        parser.add_argument("--kind", required=True, help="department, commune, …")
        parser.add_argument(
            "--people",
            choices=("stay", "copy"),
            default="stay",
            help="stay: they work for the old site only; copy: for both",
        )

    def act(self, options: dict[str, Any]) -> Report:
        return split_site(
            self.department(options["host"]),
            options["section"],
            host=options["into"],
            name=options["name"],
            kind=options["kind"],
            people=options["people"],
            dry_run=options["dry_run"],
            progress=self.progress,
        )
