"""``manage.py scan_links``: look for links that do not belong there; nightly."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.links import installed
from cms.links.models import Finding
from cms.links.probing import SCAN
from cms.links.rules import Grade
from cms.links.scanning import Report, Scanner, ScanRunningError

SHOWN = 50
INTERVAL = 10.0  # seconds


class Command(BaseCommand):
    """Prints what is new, and ends with code 1 while something dangerous waits."""

    help = "Look for gambling, hidden and unknown links in all texts, and for changed files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--full", action="store_true", help="look at everything, not only at what has changed"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="change nothing, say what would be done"
        )
        parser.add_argument(
            "--accept-files",
            action="store_true",
            help="after an upgrade: take the installation's files as they are for the right ones",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accept_files"]:
            if options["full"] or options["dry_run"]:
                raise CommandError("--accept-files stands alone")
            number, digest = installed.accept()
            self.stdout.write(f"{number:,} files accepted, all together {digest}")
            return
        dry = options["dry_run"]
        begun = time.monotonic()
        try:
            report = Scanner(full=options["full"], dry=dry, say=self._progress(options)).run()
        except ScanRunningError as error:
            raise CommandError("another scan is at work: wait until it has ended") from error
        except Exception:
            if not dry:
                SCAN.note(good=False)
            raise
        if not dry:
            SCAN.note(good=True)
        self._say(report, dry)
        seconds = max(time.monotonic() - begun, 0.001)
        self.stderr.write(
            f"{report.rows:,} rows in {seconds:,.1f} s, {report.rows / seconds:,.0f} a second."
        )
        waiting = Finding.of_all_departments.filter(
            state=Finding.State.OPEN, grade__gt=Grade.UNKNOWN
        ).count()
        if waiting or (dry and report.new):
            self.stderr.write(f"{waiting:,} dangerous findings are open.")
            raise SystemExit(1)

    def _progress(self, options: dict[str, Any]) -> Any:
        said = [time.monotonic()]

        def say(line: str) -> None:
            if options["verbosity"] > 1 or time.monotonic() - said[0] >= INTERVAL:
                said[0] = time.monotonic()
                sys.stderr.write(f"{line}\n")

        return say

    def _say(self, report: Report, dry: bool) -> None:
        self._list("would be found" if dry else "dangerous findings are new", report.new)
        off = "pages would be taken off" if dry else "pages were taken off the site"
        self._list(off, report.unpublished)
        self._list("pages hold dangerous links and stay public: others hang on them", report.left)
        if report.unknown:
            self.stdout.write(f"{report.unknown:,} new links to hosts that are on no list")
        if report.unreadable:
            self.stdout.write(f"{report.unreadable:,} uploaded files could not be read")
        if not installed.is_accepted():
            self.stdout.write("No files were accepted yet: run scan_links --accept-files.")
        else:
            self.stdout.write(f"accepted files: {installed.accepted_digest()}")

    def _list(self, what: str, lines: list[str]) -> None:
        if not lines:
            return
        self.stdout.write(f"{len(lines):,} {what}:")
        for line in lines[:SHOWN]:
            self.stdout.write(f"  {line}")
        if len(lines) > SHOWN:
            self.stdout.write(f"  and {len(lines) - SHOWN:,} more")
