"""``manage.py run_scheduler``: run the minute's jobs, for installations with several processes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.plugins.worker import run_waiting_tasks
from cms.scheduler import run_jobs, start_in_background


class Command(BaseCommand):
    """Publishes what is due, rolls the counters up, …; each minute. Runs background tasks."""

    help = "Run the scheduled jobs every minute (or once with --once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="run each job and what waits once, and end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["once"]:
            scheduler, *_others = start_in_background()
            scheduler.join()
            return
        failed = run_jobs()
        run_waiting_tasks()
        if failed:
            raise CommandError("; ".join(f"{name}: {error}" for name, error in failed.items()))
