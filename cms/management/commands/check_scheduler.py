"""``manage.py check_scheduler``: for a monitor; fails where the jobs of each minute do not run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.workflow import monitoring


class Command(BaseCommand):
    """Say when the jobs ran last; exit code 1 where that is too long ago."""

    help = "Fails where the jobs of each minute (scheduled publication among them) do not run."

    def handle(self, *args: Any, **options: Any) -> None:
        ran_at = monitoring.last_run()
        if monitoring.is_asleep():
            raise CommandError(f"the scheduler does not run; last run: {ran_at or 'never'}")
        self.stdout.write(f"last run: {ran_at}")
