"""``manage.py check_migrations``: does code of the release before survive the migrations?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from packaging.version import InvalidVersion, Version

from cms.upgrades.checking import Finding, find


class Command(BaseCommand):
    """Prints each operation that old code does not survive; exit code 1 where there is one."""

    help = "Find what in the migrations the release before does not survive, unless signed off."
    # Asked before the migrations ran, when other checks may have something to say.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--pending",
            action="store_true",
            help="only those that this database has not had, other packages' as well",
        )
        parser.add_argument(
            "--running",
            metavar="VERSION",
            help="the version that runs; what was signed off for a later one is told",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        running = _version(options["running"])
        if not options["pending"]:
            self._say(find(MigrationLoader(None), running=running))
            return
        loader = MigrationLoader(connection)
        pending = set(loader.graph.nodes) - set(loader.applied_migrations)
        self.stdout.write(f"{len(pending)} migrations are to be applied.")
        self._say(find(loader, wanted=pending, running=running))

    def _say(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.stdout.write(str(finding))
            if not finding.ours:
                self.stdout.write("  Another package's: upgrade with a pause.")
        if findings:
            raise CommandError(
                f"{len(findings)} operations that the release before does not survive."
                " Whoever knows that it does signs above the operation:"
                " # sign-off: VERSION, who: why"
            )
        self.stdout.write("The release before survives them.")


def _version(given: str | None) -> Version | None:
    if given is None:
        return None
    try:
        return Version(given)
    except InvalidVersion as error:
        raise CommandError(f"{given!r} is no version, such as 1.4.0.") from error
