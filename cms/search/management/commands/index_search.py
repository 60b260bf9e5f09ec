"""``manage.py index_search [--check]``: make what the public search finds true."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.search.indexing import missing, stale, write_all
from cms.search.sources import sources


class Command(BaseCommand):
    help = "Write all entries of the public search anew; with --check only say what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fails where entries are missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            return self._check()
        begun = time.monotonic()

        def tell(kind: str, done: int, total: int) -> None:
            self.stdout.write(f"\r{kind}: {done:,} of {total:,}", ending="")
            if done >= total:
                self.stdout.write("")

        total = write_all(tell)
        self.stdout.write(f"{total:,} entries in {time.monotonic() - begun:.0f} s")
        return None

    def _check(self) -> None:
        wrong = 0
        for source in sources():
            lost, left = missing(source).count(), stale(source).count()
            wrong += lost + left
            self.stdout.write(f"{source.kind}: {lost:,} without an entry, {left:,} of what is gone")
        if wrong:
            raise CommandError("run it without --check to make the entries true")
