"""The faults that Sen is told to survive: what is done, what is promised, what was seen.

Each is a function of a :class:`Stage`; it raises AssertionError where the promise is broken,
and says in a sentence what it saw. What holds after every fault is asked by :func:`meet`.
"""

from __future__ import annotations

from . import cache, commands, database, killed, machine
from .stage import Fault, NotHere, Stage, meet

__all__ = ["FAULTS", "Fault", "NotHere", "Stage", "meet"]

FAULTS = (
    *killed.FAULTS,
    *commands.FAULTS,
    *cache.FAULTS,
    *database.FAULTS,
    *machine.FAULTS,
)
