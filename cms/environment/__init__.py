"""Every variable of the environment that Sen reads: its kind, its default, what is wrong with it.

``cms/settings.py`` reads from here and from nowhere else. All values are looked at when a
process starts; each fault is one sentence, and with a fault nothing starts. The table in
docs/operators/settings.md is :func:`table`.
"""

from .reading import Environment, read, read_or_exit, table, unknown
from .variables import BASE_DIR, NAMES, SEARCH_ENGINES, VARIABLES

__all__ = [
    "BASE_DIR",
    "NAMES",
    "SEARCH_ENGINES",
    "VARIABLES",
    "Environment",
    "read",
    "read_or_exit",
    "table",
    "unknown",
]
