"""How old the last backup is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.operations.models import last_run, note_run
from cms.operations.probes import Probe, Reading, State, by_age, in_words, register, seconds_since

RUN = "backup made"
#: It is made nightly; in seconds.
WARNING, BAD = 2 * 86400, 7 * 86400


def note_backup(*, good: bool) -> None:
    """Note that a backup was made now, or was not; a database that is away notes nothing."""
    # SQLite would make the file that is not there.
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return
    with suppress(DatabaseError):
        note_run(RUN, good=good)


def read_probe() -> Reading:
    """Whether a backup was made lately."""
    run = last_run(RUN)
    if run is None:
        return Reading(State.WARNING, _("There is no backup: run manage.py backup nightly."))
    seconds = seconds_since(run.at)
    if not run.good:
        sentence = _("The last backup failed: run manage.py backup and read what it says.")
        return Reading(State.BAD, sentence, seconds, run.at)
    state = by_age(seconds, WARNING, BAD)
    if state is State.GOOD:
        return Reading(state, _("A backup was made."), seconds, run.at)
    sentence = _("The last backup is %(time)s old: run manage.py backup nightly.")
    return Reading(state, sentence % {"time": in_words(seconds)}, seconds, run.at)


def register_probe() -> None:
    """Put the backup into the list of probes; called once, when the apps are ready."""
    label = gettext_lazy("Backup")
    register(Probe("backup", label, read_probe, "backup_age_seconds", order=190))
