"""``manage.py merge_sites A B --into C``: everything of A and B goes into C's site."""

from typing import Any

from django.core.management.base import CommandParser

from sites.life.command import LifeCommand
from sites.life.merging import MergeOptions, merge_sites
from sites.life.report import Report


class Command(LifeCommand):
    """Merges sites; all their addresses redirect to where the pages are then."""

    help = "Merge sites into another; every old address redirects."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("hosts", nargs="+", metavar="host", help="hosts of the sites that end")
        parser.add_argument("--into", required=True, help="host of the site that goes on")
        parser.add_argument(
            "--people",
            choices=("move", "drop"),
            default="move",
            help="their offices begin in the target (move), or end (drop)",
        )
        parser.add_argument(
            "--counters",
            choices=("add", "keep"),
            default="add",
            help="visits are added to the target's (add), or stay with the old site (keep)",
        )
        parser.add_argument(
            "--keep-sections",
            action="store_true",
            help="sections of the same address stay apart, the one that comes with a number",
        )

    def act(self, options: dict[str, Any]) -> Report:
        return merge_sites(
            [self.department(host) for host in options["hosts"]],
            self.department(options["into"]),
            MergeOptions(options["people"], options["counters"], options["keep_sections"]),
            dry_run=options["dry_run"],
            progress=self.progress,
        )
