"""When the record was verified last."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.operations.models import last_run, note_run
from cms.operations.probes import Probe, Reading, State, by_age, register, seconds_since

RUN = "record verified"
#: It is done nightly; in seconds.
WARNING, BAD = 3 * 86400, 30 * 86400


def note_verification(*, good: bool) -> None:
    """Note that the records of all departments were verified now, and whether they held."""
    note_run(RUN, good=good)


def read_probe() -> Reading:
    """Whether all records were verified lately, and held."""
    run = last_run(RUN)
    if run is None:
        return Reading(
            State.WARNING, _("It was never verified: run manage.py verify_record nightly.")
        )
    seconds = seconds_since(run.at)
    if not run.good:
        sentence = _("The last verification found something: run manage.py verify_record.")
        return Reading(State.BAD, sentence, seconds, run.at)
    state = by_age(seconds, WARNING, BAD)
    if state is State.GOOD:
        return Reading(state, _("Verified, and nothing was changed."), seconds, run.at)
    sentence = _("It was not verified for long: run manage.py verify_record nightly.")
    return Reading(state, sentence, seconds, run.at)


def register_probe() -> None:
    """Put the record into the list of probes; called once, when the apps are ready."""
    label = gettext_lazy("Record")
    register(Probe("record", label, read_probe, "record_verified_age_seconds", order=180))
