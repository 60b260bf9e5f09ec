"""The index that a search over title and body runs on.

modelsearch's models speak of it, yet no migration makes it (1.3.2): without it every
search reads every entry.
"""

from typing import Any

from django.db import migrations
from modelsearch.conf import get_app_config

NAME = "search_title_and_body"


def table() -> str:
    """The table of the index's entries."""
    entry = get_app_config().get_model("IndexEntry", require_ready=False)
    name: str = entry._meta.db_table
    return name


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {NAME} ON {table()} USING gin ((title || body))")


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(create, drop)]
