"""What keeps the archive and the editor as fast with a million articles as with a thousand."""

from typing import Any

from django.db import migrations

INDEXES = {
    # Few pages are not live; the archive's counts ask for them (SiteNews).
    "news_page_not_live": "wagtailcore_page (id) WHERE NOT live",
    # A page's children, without those below them.
    "news_page_depth": "wagtailcore_page (depth, path)",
    # In what order the explorer lists pages.
    "news_page_edited": "wagtailcore_page (latest_revision_created_at DESC{nulls_last})",
    # One's own articles, newest first (cms.workflow.reading).
    "news_page_owner": "wagtailcore_page (owner_id, latest_revision_created_at DESC)",
    "news_revision_user": "wagtailcore_revision (user_id, created_at DESC)",
}


def create_indexes(apps: Any, schema_editor: Any) -> None:
    # SQLite knows no such order in an index, and sorts.
    nulls_last = " NULLS LAST" if schema_editor.connection.vendor == "postgresql" else ""
    for name, definition in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON {definition.format(nulls_last=nulls_last)}")


def drop_indexes(apps: Any, schema_editor: Any) -> None:
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX {name}")


def forget_references_to_the_tree(apps: Any, schema_editor: Any) -> None:
    """Columns that repeat the tree are no references any more (see ArticlePage)."""
    ReferenceIndex = apps.get_model("wagtailcore", "ReferenceIndex")
    rows = ReferenceIndex.objects.filter(
        content_type__app_label__in=["news", "sharing"], model_path__in=["site_root", "section"]
    )
    rows._raw_delete(rows.db)


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0005_leading"),
        ("wagtailcore", "0096_referenceindex_referenceindex_source_object_and_more"),
    ]

    operations = [
        migrations.RunPython(create_indexes, drop_indexes),
        migrations.RunPython(forget_references_to_the_tree, migrations.RunPython.noop),
    ]
