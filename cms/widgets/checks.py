"""System checks: a widget whose settings the editor cannot show is a warning."""

from __future__ import annotations

from typing import Any

from django.core import checks

from .editing import packing_problem
from .registry import widgets


def check_editable(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """``sen.widgets.W001`` for each widget that the editor has to leave out."""
    return [
        checks.Warning(
            f"The editor cannot show widget {entry.id} of plugin {entry.plugin_id}: {problem}",
            hint="Its Config must hold blocks that can be packed for the browser.",
            id="sen.widgets.W001",
        )
        for entry in widgets.all()
        if (problem := packing_problem(entry))
    ]
