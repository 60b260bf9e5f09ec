"""What the words of the entries are looked up in: GIN on PostgreSQL, FTS5 on SQLite."""

from typing import Any

from django.db import migrations

TABLE = "search_entry"
FTS_TABLE = "search_entry_words"

# Without a list of what waits to be merged: each search would read through all of it.
GIN = (
    "CREATE INDEX search_entry_{column} ON search_entry USING gin ({column}) WITH (fastupdate=off)"
)

# A row's words, told to FTS5; it has no copy of its own of what they were.
_ADD = "INSERT INTO search_entry_words(rowid, title, text) VALUES (new.id, new.title, new.text);"
_TAKE = (
    "INSERT INTO search_entry_words(search_entry_words, rowid, title, text) "
    "VALUES ('delete', old.id, old.title, old.text);"
)
FTS = [
    # The tokens come ready made: letters and the signs that tell what a token is.
    f"CREATE VIRTUAL TABLE {FTS_TABLE} USING fts5(title, text, content='{TABLE}', "
    "content_rowid='id', columnsize=0, detail=column, "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_^@-'\")",
    f"CREATE TRIGGER {FTS_TABLE}_insert AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"CREATE TRIGGER {FTS_TABLE}_delete AFTER DELETE ON {TABLE} BEGIN {_TAKE} END",
    f"CREATE TRIGGER {FTS_TABLE}_update AFTER UPDATE OF title, text ON {TABLE} "
    f"BEGIN {_TAKE} {_ADD} END",
]


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for column in ("title", "text"):
            schema_editor.execute(GIN.format(column=column))
    else:
        for statement in FTS:
            schema_editor.execute(statement, params=None)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for column in ("title", "text"):
            schema_editor.execute(f"DROP INDEX search_entry_{column}")
    else:
        for what in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER {FTS_TABLE}_{what}")
        schema_editor.execute(f"DROP TABLE {FTS_TABLE}")


class Migration(migrations.Migration):
    dependencies = [("search", "0002_entries")]

    operations = [migrations.RunPython(create, drop)]
