"""``manage.py run_worker``: background tasks and counters, apart from the web processes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.plugins.worker import run_waiting_tasks
from cms.scheduler import count_forever, run_until_told, work_forever
from cms.traffic.rolling import roll_up


class Command(BaseCommand):
    """Runs what waits in the background, and rolls the counters up, every few seconds."""

    help = "Run background tasks and count views as they come (or what waits, with --once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="run what waits, count what came, and end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["once"]:
            run_until_told(work_forever, count_forever)
            return
        run_waiting_tasks()
        roll_up()
