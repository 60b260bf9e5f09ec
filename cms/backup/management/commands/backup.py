"""``manage.py backup DIR``: a backup of database and media, made while the site runs."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.backup.errors import BackupError
from cms.backup.making import Made, make_backup
from cms.backup.manifest import Manifest
from cms.backup.probing import note_backup
from cms.backup.progress import Progress, megabytes
from cms.backup.stopping import stoppable
from cms.backup.verifying import find_backup, verify_backup

# Names printed of a list that may be long; the manifest has them all.
SHOWN = 10


class Command(BaseCommand):
    """Makes or verifies a backup; exit code 1 where that fails, and nothing half is left."""

    help = "Back up database and media into a new folder below DIR, while the site runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path, help="folder for the backups")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="then remove all whole backups but the newest N"
        )
        parser.add_argument(
            "--verify", action="store_true", help="verify the backup DIR, or the newest one in it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        keep = options["keep"]
        if keep is not None and (keep < 1 or options["verify"]):
            raise CommandError("--keep is a number from 1 on, and removes nothing with --verify")
        progress = Progress(sys.stderr if options["verbosity"] else None)
        begun = time.monotonic()
        try:
            with stoppable():
                if options["verify"]:
                    folder = find_backup(options["directory"], newest=True)
                    self._say_whole(folder, verify_backup(folder, progress))
                    return
                made = make_backup(options["directory"], keep, progress)
        except BackupError as error:
            if not options["verify"]:
                note_backup(good=False)
            raise CommandError(str(error)) from error
        note_backup(good=True)
        self._say(made, time.monotonic() - begun)

    def _say(self, made: Made, seconds: float) -> None:
        manifest = made.manifest
        self._say_list("media files the database refers to are missing", manifest.missing)
        self._say_list("media files changed while they were copied", manifest.unsteady)
        self._say_list("media files were deleted meanwhile, and are not in it", made.gone)
        self._say_list("older backups removed", [path.name for path in made.removed])
        self.stdout.write(f"{made.folder}: {summary(manifest)}, {seconds:.0f} s")
        self.stdout.write("The secret keys are not in it: keep a copy of them in another place.")

    def _say_whole(self, folder: Path, manifest: Manifest) -> None:
        self._say_list("media files were missing when it was made", manifest.missing)
        self.stdout.write(f"{folder} is whole: {summary(manifest)}, of {manifest.made}")

    def _say_list(self, what: str, names: list[str]) -> None:
        if not names:
            return
        self.stdout.write(f"{len(names):,} {what}:")
        for name in names[:SHOWN]:
            self.stdout.write(f"  {name}")
        if len(names) > SHOWN:
            self.stdout.write(f"  and {len(names) - SHOWN:,} more")


def summary(manifest: Manifest) -> str:
    """What a backup holds, in one line."""
    rows = sum(manifest.database.tables.values())
    size = sum(entry.size for entry in manifest.files.values())
    return (
        f"{manifest.database.kind}, {len(manifest.database.tables):,} tables, {rows:,} rows, "
        f"{len(manifest.media()):,} media files, {megabytes(size)}"
    )
