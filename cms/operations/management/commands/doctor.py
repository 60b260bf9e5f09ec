"""``manage.py doctor``: how everything stands, for people and for monitors."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation

from cms.operations.probes import Result, State, read_all, worst

_NAMES = {State.GOOD: "good", State.WARNING: "WARNING", State.BAD: "BAD"}


class Command(BaseCommand):
    """Asks every probe; exit code 1 where something is bad."""

    help = "Say how database, cache, worker, scheduler, disk, … stand; fails where one is bad."
    # It has to answer just then when something is wrong.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")
        parser.add_argument(
            "--language", choices=("en", "vi"), default="en", help="of the sentences (en)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            results = read_all()
            told = _as_json(results) if options["json"] else _as_table(results)
        self.stdout.write(told)
        if worst(results) is State.BAD:
            raise SystemExit(1)


def _as_json(results: list[Result]) -> str:
    rows = [
        {
            "probe": result.probe.name,
            "state": _NAMES[result.reading.state].lower(),
            "sentence": result.reading.sentence,
            "value": result.reading.value,
            "since": result.reading.since.isoformat() if result.reading.since else None,
        }
        for result in results
    ]
    found = {"state": _NAMES[worst(results)].lower(), "probes": rows}
    return json.dumps(found, ensure_ascii=False, indent=2)


def _as_table(results: list[Result]) -> str:
    rows = []
    for result in results:
        since = result.reading.since
        when = f" [{timezone.localtime(since):%Y-%m-%d %H:%M}]" if since else ""
        name, state = str(result.probe.label), _NAMES[result.reading.state]
        rows.append((name, state, result.reading.sentence + when))
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return "\n".join(
        f"{name:{widths[0]}}  {state:{widths[1]}}  {sentence}" for name, state, sentence in rows
    )
