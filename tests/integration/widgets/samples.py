"""Widgets that the tests install for a moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import IntegrityError, connection, transaction

from cms.sdk import Cache, CharBlock, IntegerBlock, StructBlock, Widget, WidgetContext


class Note(Widget):
    """Shows a text. The text is HTML only by accident."""

    id = "note"
    label = "Ghi chú"
    template = "tests/note.html"
    cache: ClassVar[Cache | None] = Cache(tags=frozenset({"site"}))

    class Config(StructBlock):
        title = CharBlock(required=False)
        text = CharBlock(default="xin chào")

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        return {"text": config["text"]}


class Failing(Note):
    """Raises; ``how`` says at which point."""

    id = "failing"
    how = "python"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        if self.how == "sql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM no_such_table_anywhere")
        elif self.how == "transaction":
            # Marks the transaction around it as broken, on every database.
            with transaction.atomic(savepoint=False):
                raise IntegrityError("broken off")
        elif self.how == "recursion":
            return self.get_context(ctx, config)
        elif self.how == "template":
            return {"text": _Explosive()}
        raise RuntimeError("on purpose")


class _Explosive:
    def __str__(self) -> str:
        raise ZeroDivisionError("in the template")


class Undeclared(Note):
    """Says nothing about what it depends on."""

    id = "undeclared"
    cache = None


class Versioned(Widget):
    """The second version of a widget that once called its number ``size``."""

    id = "versioned"
    label = "Có phiên bản"
    template = "tests/note.html"
    cache = Cache()
    version = 2

    class Config(StructBlock):
        count = IntegerBlock(default=1)

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        return {"text": f"count {config['count']}"}

    def upgrade(self, config: dict[str, Any], version: int) -> dict[str, Any]:
        return {"count": config["size"] * 10}


class Query(Note):
    """Shows the parameters it may read."""

    id = "query"
    cache = Cache(vary=frozenset({"query:thang", "date"}))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        return {"text": f"query {dict(ctx.query)}"}
