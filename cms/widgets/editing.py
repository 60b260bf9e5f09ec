"""Which widgets an editor may pick: those of enabled plugins that the editor can show.

One block that cannot be packed would break the whole form, so each is tried
once, on first use: packing needs addresses, which are not there at the start.
"""

from __future__ import annotations

import json
import logging

from django.db import DatabaseError
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import JSContext

from cms.plugins.activation import enabled_plugins
from sites.models import Department

from .blocks import WidgetStreamBlock
from .registry import RegisteredWidget, widgets

logger = logging.getLogger(__name__)

_problems: dict[int, str] = {}


def _static_files_collected() -> bool:
    try:
        versioned_static("wagtailadmin/js/telepath/blocks.js")
    except ValueError:
        return False
    return True


def packing_problem(entry: RegisteredWidget) -> str:
    """Why the editor cannot show the settings of a widget; empty where it can.

    Before ``collectstatic`` no form can be shown at all, nor before ``migrate`` one whose
    choices are in the database: then no widget is judged.
    """
    key = id(entry.block)
    if key not in _problems:
        if not _static_files_collected():
            return ""
        try:
            json.dumps(JSContext().pack(entry.block))
            json.dumps(entry.block.get_form_state(entry.block.get_default()))
            _problems[key] = ""
        except DatabaseError:
            return ""
        except Exception as error:
            logger.exception("the editor cannot show widget %s of %s", entry.id, entry.plugin_id)
            _problems[key] = f"{type(error).__name__}: {error}"
    return _problems[key]


def editable_stream(department: Department | None) -> WidgetStreamBlock:
    """The stream that the form of one of the department's areas edits.

    The province's default, which is no department's, takes every widget there is.
    """
    entries = (
        widgets.all() if department is None else widgets.of_plugins(enabled_plugins(department))
    )
    return widgets.stream_block([entry for entry in entries if not packing_problem(entry)])
