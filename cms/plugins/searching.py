"""What plugins have found by the public search, on the sites that use them."""

from __future__ import annotations

import sys
from collections.abc import Collection

from cms.search.sources import Source, forget_plugin, register_source, sources

from .contributions import plugin_of
from .guarding import when_set_aside


def register_search(source: Source) -> None:
    """Have a plugin's things found. Called from ``plugin.py``.

    Raises:
        ImproperlyConfigured: called from no plugin.
        ValueError: there is a source of this kind already.
    """
    source.plugin_id = plugin_of(sys._getframe(1).f_globals["__name__"])
    register_source(source)


def kinds_left_out(enabled: Collection[str]) -> list[str]:
    """The kinds of things that are not found on a site that has these plugins on, and no others."""
    return [one.kind for one in sources() if one.plugin_id and one.plugin_id not in enabled]


when_set_aside(forget_plugin)
