"""``manage.py import_articles FILE --site HOST [--dry-run]``: take over an older portal's news."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.news.importing import import_articles
from sites.models import Department

PROGRESS_EVERY = 500


class Command(BaseCommand):
    """Imports JSON Lines; exit code 1 where a line was bad, and the good ones are in."""

    help = "Import articles from JSON Lines (docs/operators/import.md tells the keys)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file of JSON Lines, UTF-8")
        parser.add_argument("--site", required=True, metavar="HOST", help="the site's host name")
        parser.add_argument("--dry-run", action="store_true", help="report, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        department = (
            Department.objects.select_related("site").filter(site__hostname=options["site"]).first()
        )
        if department is None:
            raise CommandError(f"no site answers to {options['site']}")
        try:
            with options["file"].open("rb") as lines:
                report = import_articles(
                    lines, department, dry_run=options["dry_run"], progress=self._progress
                )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        for number, reason in report.errors:
            self.stderr.write(self.style.ERROR(f"line {number}: {reason}"))
        for title in report.sections:
            self.stdout.write(f"new section: {title}")
        if report.visits is not None:
            self.stdout.write(f"visits carried over: {report.visits}")
        outcome = (
            f"{report.created} created, {report.updated} updated, "
            f"{report.unchanged} unchanged, {len(report.errors)} bad"
        )
        if options["dry_run"]:
            outcome += " (dry run: nothing was changed)"
        self.stdout.write(self.style.SUCCESS(outcome))
        if report.errors:
            raise CommandError(f"{len(report.errors)} lines were not imported")

    def _progress(self, number: int) -> None:
        if number % PROGRESS_EVERY == 0:
            self.stderr.write(f"{number} lines …")
