"""How far the search index is behind."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.operations.probes import Probe, Reading, State, by_age, in_words, register
from cms.operations.queue import waiting

from .background import LEFT_TO_THE_WORKER

#: How long what was published may not be found, in seconds.
WARNING, BAD = 120, 900


def read_probe() -> Reading:
    """How long the oldest change has not been in the index."""
    found = waiting(*LEFT_TO_THE_WORKER)
    state = by_age(found.seconds, WARNING, BAD)
    if state is State.GOOD:
        return Reading(state, _("What was published is found within seconds."), found.seconds)
    sentence = ngettext(
        "%(n)s change is not in the index, for %(time)s.",
        "%(n)s changes are not in the index, the oldest for %(time)s.",
        found.number,
    )
    words = {"n": found.number, "time": in_words(found.seconds)}
    return Reading(state, sentence % words, found.seconds)


def register_probe() -> None:
    """Put the index into the list of probes; called once, when the apps are ready."""
    label = gettext_lazy("Search index")
    register(Probe("search", label, read_probe, "search_lag_seconds", order=150))
