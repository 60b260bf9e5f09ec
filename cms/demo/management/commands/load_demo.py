"""``manage.py load_demo``: load the demo province, or let it grow."""

import datetime
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.demo.loading import load_province

MAX_SITES = 204


class Command(BaseCommand):
    """Loads the same province for the same arguments; more articles or sites let it grow."""

    help = "Load the demo province: four sites with news, pictures and staff."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--articles", type=int, default=240, help="articles of all sites together (240)"
        )
        parser.add_argument("--sites", type=int, default=4, help="number of sites (4)")
        parser.add_argument("--seed", default="sen", help="another seed, another province")
        parser.add_argument("--port", type=int, default=8000, help="port in the sites' addresses")
        parser.add_argument(
            "--until",
            type=datetime.date.fromisoformat,
            help="the day before which the news was published, as 2026-01-31 (today)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["articles"] < 0:
            raise CommandError("--articles is a number from 0 on")
        if not 1 <= options["sites"] <= MAX_SITES:
            raise CommandError(f"--sites is a number from 1 to {MAX_SITES}")
        begun = time.monotonic()
        load_province(
            articles=options["articles"],
            site_count=options["sites"],
            seed=options["seed"],
            until=options["until"] or timezone.localdate(),
            port=options["port"],
            progress=self._say,
        )
        self._say(f"The demo province is loaded ({time.monotonic() - begun:.0f} s).")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
