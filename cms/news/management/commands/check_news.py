"""``manage.py check_news [--repair]``: prove that listings show what the tree holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.news.maintenance import find_faults, repair_columns


class Command(BaseCommand):
    """Compares the listings' columns with the tree; exit code 1 where they differ."""

    help = "Check (and repair) the columns that the news listings run on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="make the columns true")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = repair_columns() if options["repair"] else find_faults()
        for fault in faults:
            self.stdout.write(
                f"article {fault.article_id}: {fault.column} is {fault.found!r}, "
                f"should be {fault.expected!r}"
            )
        if faults and not options["repair"]:
            raise CommandError(f"{len(faults)} columns are not true; mend them with --repair")
        self.stdout.write(self.style.SUCCESS(f"{len(faults)} repaired" if faults else "all true"))
