"""How the watch stands, for the operator's screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.operations.nightly import Nightly
from cms.operations.probes import Probe, Reading, State, register

SCAN = Nightly(
    "links scanned",
    warning=2 * 86400,
    bad=7 * 86400,
    never=_("Links were never looked at: run manage.py scan_links nightly."),
    failed=_("The last look at links failed: run manage.py scan_links and read what it says."),
    late=_("Links were last looked at %(time)s ago: run manage.py scan_links nightly."),
    done=_("All links were looked at."),
)


def read() -> Reading:
    """When links were looked at, and whether something dangerous waits."""
    from .models import Finding
    from .rules import Grade

    reading = SCAN.read()
    if reading.state is not State.GOOD:
        return reading
    waiting = Finding.of_all_departments.filter(state=Finding.State.OPEN)
    files = waiting.filter(grade=Grade.FILE).count()
    if files:
        sentence = ngettext(
            "%(n)s file of the installation is not as it was installed.",
            "%(n)s files of the installation are not as they were installed.",
            files,
        )
        return Reading(State.BAD, sentence % {"n": files}, reading.value, reading.since)
    links = waiting.filter(grade__in=(Grade.HIDDEN, Grade.GAMBLING)).count()
    if links:
        sentence = ngettext(
            "%(n)s dangerous link waits for a decision.",
            "%(n)s dangerous links wait for a decision.",
            links,
        )
        return Reading(State.WARNING, sentence % {"n": links}, reading.value, reading.since)
    return reading


def register_probe() -> None:
    """Put the watch into the list of probes; called once, when the apps are ready."""
    register(
        Probe(
            "links",
            _("Outbound links"),
            read,
            "links_scanned_age_seconds",
            order=185,
            leads_to="outbound_province",
        )
    )
