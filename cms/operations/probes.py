"""The probes: one list of what may be wrong with an installation.

It feeds the operator's screen, ``manage.py doctor`` and the metrics. A feature
registers its own when the apps are ready; none is asked while a page is served.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .redaction import redact

logger = logging.getLogger(__name__)


class State(IntEnum):
    """How something stands; the numbers are those of the metrics."""

    GOOD = 0
    WARNING = 1
    BAD = 2

    @property
    def label(self) -> Any:
        """The state in a word."""
        return _LABELS[self]


_LABELS = {
    State.GOOD: gettext_lazy("Good"),
    State.WARNING: gettext_lazy("Warning"),
    State.BAD: gettext_lazy("Bad"),
}


@dataclass(frozen=True)
class Reading:
    """What a probe found.

    Attributes:
        state: how it stands.
        sentence: what that means, in the language that is active.
        value: the number behind it, in the unit that the probe's metric names.
        since: since when it stands like that, or when it was last well; None: not known.
    """

    state: State
    sentence: str
    value: float | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Probe:
    """Something that is asked how it stands.

    Attributes:
        name: its name for machines.
        label: its name for people.
        read: asks; may raise anything, which is a bad state.
        metric: the name of the gauge that its value is, without ``sen_``; "": none.
        order: where it stands in the list.
        leads_to: the name of the admin's address that shows more; "": none.
    """

    name: str
    label: Any
    read: Callable[[], Reading]
    metric: str = ""
    order: int = 500
    leads_to: str = ""


@dataclass(frozen=True)
class Result:
    """A probe with what it found."""

    probe: Probe
    reading: Reading


_probes: dict[str, Probe] = {}


def register(probe: Probe) -> None:
    """Add a probe to the list; one of the same name is replaced."""
    _probes[probe.name] = probe


def probes() -> list[Probe]:
    """All of them, in order."""
    return sorted(_probes.values(), key=lambda probe: (probe.order, probe.name))


def read(probe: Probe) -> Reading:
    """Ask one. What it raises is logged, and a bad state; secrets are left out of it."""
    try:
        found = probe.read()
    except Exception as error:  # whatever is broken: that is what a probe is for
        warn(logger, f"probe {probe.name} could not be read", error)
        sentence = _("It could not be asked: %(error)s.") % {"error": type(error).__name__}
        return Reading(State.BAD, sentence)
    return replace(found, sentence=redact(str(found.sentence)))


def warn(log: logging.Logger, what: str, error: Exception) -> None:
    """Log that something could not be asked; with the traceback at ``DEBUG`` only.

    What is broken is asked again and again, and says the same each time.
    """
    said = " ".join(str(error).split())[:300]
    with_traceback = log.isEnabledFor(logging.DEBUG)
    log.warning("%s: %s: %s", what, type(error).__name__, said, exc_info=with_traceback)


def read_all() -> list[Result]:
    """Ask all of them."""
    return [Result(probe, read(probe)) for probe in probes()]


def worst(results: list[Result]) -> State:
    """The worst state among ``results``; good where there is none."""
    return max((result.reading.state for result in results), default=State.GOOD)


def by_age(seconds: float, warning: float, bad: float) -> State:
    """The state of something that is ``seconds`` old, which should not be."""
    if seconds >= bad:
        return State.BAD
    return State.WARNING if seconds >= warning else State.GOOD


def in_words(seconds: float) -> str:
    """A length of time in the largest unit that it has one of."""
    whole = max(0, int(seconds))
    if whole < 60:
        return ngettext("%(n)s second", "%(n)s seconds", whole) % {"n": whole}
    if whole < 3600:
        return ngettext("%(n)s minute", "%(n)s minutes", whole // 60) % {"n": whole // 60}
    if whole < 2 * 86400:
        return ngettext("%(n)s hour", "%(n)s hours", whole // 3600) % {"n": whole // 3600}
    return ngettext("%(n)s day", "%(n)s days", whole // 86400) % {"n": whole // 86400}


def seconds_since(moment: datetime) -> float:
    """How long ago ``moment`` was; nothing where a clock is ahead."""
    return max(timezone.now() - moment, timedelta()).total_seconds()
