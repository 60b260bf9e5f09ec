"""``manage.py open_sites FILE.csv``: open the sites of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sites.batch import COLUMNS, Line, UnreadableTableError, check, open_lines, read_table
from sites.opening import OpenedSite


class Command(BaseCommand):
    """Opens all sites of a table or none; running it twice changes nothing."""

    help = f"Open the sites of a CSV file in UTF-8 with the columns {', '.join(COLUMNS)}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="one line a site, first the columns' names")
        parser.add_argument("--dry-run", action="store_true", help="check the table, open nothing")
        parser.add_argument(
            "--skip-bad", action="store_true", help="open the other sites where lines are wrong"
        )
        parser.add_argument("--port", type=int, default=80, help="port in the sites' addresses")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = read_table(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except UnreadableTableError as error:
            raise CommandError(str(error)) from error
        check(lines)
        bad = [line for line in lines if line.problems]
        for line in bad:
            for problem in line.problems:
                self.stderr.write(self.style.ERROR(f"line {line.number}: {problem}"))
        good = len(lines) - len(bad)
        new = sum(not line.exists for line in lines if not line.problems)
        if options["dry_run"]:
            self.stdout.write(f"{good} lines hold ({new} new sites), {len(bad)} do not.")
            if bad:
                raise CommandError("nothing was opened")
            return
        if bad and not options["skip_bad"]:
            raise CommandError(
                f"{len(bad)} of {len(lines)} lines are wrong: nothing was opened."
                " Mend them, or pass --skip-bad to open the others."
            )
        done = 0

        def tell(line: Line, opened: OpenedSite) -> None:
            nonlocal done
            done += 1
            verb = "opened" if opened.created else "was open already; completed"
            self.stdout.write(f"[{done}/{good}] {line.host} {verb}")

        try:
            made = open_lines(lines, port=options["port"], after=tell)
        except ValidationError as error:
            raise CommandError(f"nothing was opened: {'; '.join(error.messages)}") from error
        skipped = f", {len(bad)} lines skipped" if bad else ""
        self.stdout.write(
            self.style.SUCCESS(f"{made} sites opened, {good - made} were open{skipped}.")
        )
