"""How old the last backup is, as the operator's screen and ``doctor`` say it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.backup.probing import BACKUP
from cms.operations.models import last_run, note_run
from cms.operations.probes import State


def test_its_age_is_judged(db: Any) -> None:
    assert BACKUP.read().state is State.WARNING
    for days, state in ((0, State.GOOD), (1.9, State.GOOD), (3, State.WARNING), (8, State.BAD)):
        note_run(BACKUP.name, at=timezone.now() - timedelta(days=days))
        found = BACKUP.read()
        assert found.state is state
        assert found.value == pytest.approx(days * 86400, abs=60)


def test_one_that_failed_is_bad(db: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    BACKUP.note(good=True)
    # Below media it would be served to everybody, so it is refused.
    with pytest.raises(CommandError):
        call_command("backup", str(tmp_path / "backups"), stdout=StringIO(), verbosity=0)
    assert BACKUP.read().state is State.BAD
    with pytest.raises(CommandError):
        call_command("backup", str(tmp_path), "--verify", stdout=StringIO(), verbosity=0)
    run = last_run(BACKUP.name)
    assert run is not None
    assert not run.good
