"""Probes of what has to be done every night: by a command, which notes how it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .models import last_run, note_run
from .probes import Reading, State, by_age, in_words, seconds_since


@dataclass(frozen=True)
class Nightly:
    """A thing that is done again and again, and what is said of it.

    Attributes:
        name: under which its last time is noted.
        warning, bad: how long ago it may have been, in seconds.
        never: said where it was never done.
        failed: said where the last time went wrong.
        late: said where it was too long ago; ``%(time)s`` in it is how long.
        done: said where all is well.
    """

    name: str
    warning: float
    bad: float
    never: Any
    failed: Any
    late: Any
    done: Any

    def note(self, *, good: bool) -> None:
        """Note that it was done now, and whether it went well."""
        note_run(self.name, good=good)

    def read(self) -> Reading:
        """How it stands: what a probe reads."""
        run = last_run(self.name)
        if run is None:
            return Reading(State.WARNING, str(self.never))
        seconds = seconds_since(run.at)
        if not run.good:
            return Reading(State.BAD, str(self.failed), seconds, run.at)
        state = by_age(seconds, self.warning, self.bad)
        if state is State.GOOD:
            return Reading(state, str(self.done), seconds, run.at)
        return Reading(state, str(self.late) % {"time": in_words(seconds)}, seconds, run.at)
