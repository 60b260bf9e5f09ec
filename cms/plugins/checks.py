"""System checks: every plugin that was set aside is a warning that names it."""

from __future__ import annotations

from typing import Any

from django.core import checks

from .registry import plugins


def check_quarantined(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """``sen.plugins.W001`` for each quarantined plugin."""
    return [
        checks.Warning(
            f"Plugin {info.id} ({info.source}) is set aside: {info.error}",
            hint="Mend or uninstall it; until then the sites go on without it.",
            id="sen.plugins.W001",
        )
        for info in plugins.quarantined()
    ]
