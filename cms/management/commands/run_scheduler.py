"""``manage.py run_scheduler``: the minute's jobs, for installations with several processes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.scheduler import run_forever, run_jobs, run_until_told


class Command(BaseCommand):
    """Publishes what is due, reminds of approvals, sends mail, …; each minute."""

    help = "Run the scheduled jobs every minute (or once with --once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="run each job once and end: for a timer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["once"]:
            run_until_told(run_forever)
            return
        failed = run_jobs()
        if failed:
            raise CommandError("; ".join(f"{name}: {error}" for name, error in failed.items()))
