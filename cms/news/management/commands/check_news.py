"""``manage.py check_news [--repair]``: prove that lists and search show what the tree holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.news.maintenance import (
    find_faults,
    find_index_faults,
    repair_columns,
    repair_indexes,
)


class Command(BaseCommand):
    """Compares columns and indexes with the articles; exit code 1 where they differ."""

    help = "Check (and repair) the columns and indexes that lists and search run on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="make them true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair"]:
            faults = [*repair_columns(), *repair_indexes()]
        else:
            faults = [*find_faults(), *find_index_faults()]
        for fault in faults:
            self.stdout.write(
                f"article {fault.article_id}: {fault.column} is {fault.found!r}, "
                f"should be {fault.expected!r}"
            )
        if faults and not options["repair"]:
            raise CommandError(f"{len(faults)} faults; mend them with --repair")
        self.stdout.write(self.style.SUCCESS(f"{len(faults)} repaired" if faults else "all true"))
