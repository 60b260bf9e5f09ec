"""Verify the record: is every entry there, in its place, as it was written?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.record.models import RecordHead
from cms.record.probing import VERIFICATION
from cms.record.verifying import Finding, compare, departments_with_record, heads, verify
from sites.life.acting import find_department_by_host


class Command(BaseCommand):
    """Prints each finding, and ends with code 1 where there is one."""

    help = "Find every altered, removed, inserted or reordered entry of the record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--department", metavar="HOST", help="the record of this site only")
        ends = parser.add_mutually_exclusive_group()
        ends.add_argument(
            "--heads",
            metavar="FILE",
            help="write the ends of the chains to FILE (- for the output), to be kept elsewhere",
        )
        ends.add_argument(
            "--against", metavar="FILE", help="compare with ends that were written down earlier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = departments_with_record(self._only(options["department"]))
        kept = self._kept(options["against"], names if options["department"] else None)
        findings: list[Finding] = []
        for key, name in names.items():
            findings += verify(key, name)
        findings += compare(kept, names)
        for finding in findings:
            self.stdout.write(str(finding))
        if not options["department"]:
            VERIFICATION.note(good=not findings)
        if options["heads"]:
            self._write_heads(options["heads"], names)
        count = sum(RecordHead.objects.filter(department__in=names).values_list("count", flat=True))
        self.stderr.write(
            f"{len(names)} records, {count} entries in their chains, {len(findings)} findings."
        )
        if findings:
            raise SystemExit(1)

    def _only(self, host: str | None) -> Any:
        if not host:
            return None
        try:
            return find_department_by_host(host)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error

    def _kept(self, file: str | None, only: dict[int, str] | None) -> list[dict[str, Any]]:
        if not file:
            return []
        try:
            kept = json.loads(Path(file).read_text())["heads"]
            return [
                {"department": int(k["department"]), "count": int(k["count"]), "hash": k["hash"]}
                for k in kept
                if only is None or k["department"] in only
            ]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} holds no ends of chains: {error}") from error

    def _write_heads(self, file: str, names: dict[int, str]) -> None:
        ends = [{**head, "host": names[head["department"]]} for head in heads(names)]
        text = json.dumps({"written": timezone.now().isoformat(), "heads": ends}, indent=1)
        if file == "-":
            self.stdout.write(text)
            return
        try:
            Path(file).write_text(text + "\n")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error}") from error
