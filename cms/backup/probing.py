"""How old the last backup is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from cms.operations.nightly import Nightly
from cms.operations.probes import Probe, register

BACKUP = Nightly(
    "backup made",
    warning=2 * 86400,
    bad=7 * 86400,
    never=_("There is no backup: run manage.py backup nightly."),
    failed=_("The last backup failed: run manage.py backup and read what it says."),
    late=_("The last backup is %(time)s old: run manage.py backup nightly."),
    done=_("A backup was made."),
)


def note_backup(*, good: bool) -> None:
    """Note that a backup was made now, or was not; a database that is away notes nothing."""
    # SQLite would make the file that is not there.
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return
    with suppress(DatabaseError):
        BACKUP.note(good=good)


def register_probe() -> None:
    """Put the backup into the list of probes; called once, when the apps are ready."""
    register(Probe("backup", _("Backup"), BACKUP.read, "backup_age_seconds", order=190))
