"""What the commands of a site's life share: a dry run, progress, and the report in words."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sites.models import Department

from .acting import find_department_by_host
from .report import Report


class LifeCommand(BaseCommand):
    """Base of the commands: ``act`` returns the report that is printed."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )

    def act(self, options: dict[str, Any]) -> Report:
        """Do it. Raises ValidationError in words."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self.act(options)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.say(report)
        self.stdout.write("Nothing was changed." if options["dry_run"] else "Done.")

    def department(self, host: str) -> Department:
        """The department of a host or an alias."""
        return find_department_by_host(host)

    def progress(self, percent: int, doing: str) -> None:
        """Say how far it is; on one line where there is a terminal."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{percent:3} %  {doing[:60]:60}", ending="")
            if percent >= 100:
                self.stderr.write("")

    def say(self, report: Report) -> None:
        """Print a report."""
        self.stdout.write(report.act)
        for what, number in report.counts:
            self.stdout.write(f"  {number:8}  {what}")
        for what, done in report.collisions:
            self.stdout.write(f"  ! {what}: {done}")
        for warning in report.warnings:
            self.stdout.write(f"  ? {warning}")
