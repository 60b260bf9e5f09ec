"""``manage.py restore DIR``: the backup DIR in the place of what there is."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.backup.database import State
from cms.backup.errors import BackupError
from cms.backup.progress import Progress
from cms.backup.restoring import Plan, carry_out, make_plan
from cms.backup.stopping import stoppable
from cms.backup.verifying import find_backup

from .backup import summary


class Command(BaseCommand):
    """Verifies everything, then restores; exit code 1 where it does not, and all is as before."""

    help = "Restore the backup in DIR: database and media, verified before anything is touched."
    # There may be no table yet that a check would ask.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path, help="the folder of one backup")
        parser.add_argument(
            "--dry-run", action="store_true", help="verify, say what would happen, change nothing"
        )
        parser.add_argument(
            "--replace", action="store_true", help="also where there is a system already: it goes"
        )
        parser.add_argument("--no-input", action="store_true", help="do not ask with --replace")
        parser.add_argument(
            "--key-lost",
            action="store_true",
            help="the key the backup was marked with is lost for good: rely on the hashes alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(sys.stderr if options["verbosity"] else None)
        begun = time.monotonic()
        try:
            with stoppable():
                folder = find_backup(options["directory"], newest=False)
                plan = make_plan(folder, progress, key_lost=options["key_lost"])
                self._say_plan(plan)
                if options["dry_run"]:
                    needs = " It would need --replace." if plan.replaces else ""
                    self.stdout.write(f"Nothing was changed.{needs}")
                    return
                if plan.replaces:
                    self._ask(options)
                left = carry_out(plan, progress)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for what in left:
            self.stdout.write(f"  ! {what}")
        self._say_next(plan, time.monotonic() - begun)

    def _ask(self, options: dict[str, Any]) -> None:
        if not options["replace"]:
            raise BackupError("this system is not empty: with --replace it gives way to the backup")
        if options["no_input"]:
            return
        self.stdout.write("Everything in this system gives way to the backup. Type: replace")
        self.stdout.flush()
        try:
            answer = input()
        except EOFError:
            answer = ""
        if answer.strip() != "replace":
            raise BackupError("nothing was changed")

    def _say_plan(self, plan: Plan) -> None:
        write, media = self.stdout.write, plan.media
        write(f"{plan.folder} is whole: {summary(plan.manifest)}, of {plan.manifest.made}")
        present = {State.EMPTY: "nothing yet"}.get(plan.state, plan.state.value)
        write(f"  the database here: {present}")
        write(
            f"  media: {len(media.added):,} to be added, {len(media.changed):,} changed, "
            f"{len(media.superfluous):,} deleted, {len(media.same):,} stay as they are"
        )
        if plan.manifest.missing:
            write(f"  {len(plan.manifest.missing):,} media files were missing when it was made")
        for warning in plan.warnings:
            write(f"  ? {warning}")

    def _say_next(self, plan: Plan, seconds: float) -> None:
        write = self.stdout.write
        write(self.style.SUCCESS(f"Restored in {seconds:.0f} s. Next, by the same command:"))
        if plan.pending:
            write(f"  migrate        {len(plan.pending)} migrations are newer")
        write("  collectstatic  where the static files are not there yet")
        write("  verify_record  whether the record is what was written")
        write("  Start Sen again: web, scheduler and worker.")
