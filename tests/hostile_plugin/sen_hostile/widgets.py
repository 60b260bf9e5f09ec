"""One widget for each thing that can go wrong while a page renders."""

import socket
import time
from collections.abc import Mapping
from typing import Any

from django.core.signals import request_started
from django.db import connection
from django.dispatch import receiver

from cms.sdk import Cache, CharBlock, StructBlock, Widget, WidgetContext, register

from .models import Secret

SLOW_SQL = {
    "postgresql": "SELECT pg_sleep(3)",
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60000000)"
    " SELECT max(x) FROM n",
}
visitor: dict[str, str] = {}


def ask(sql: str) -> Any:
    """One statement, straight to the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


class Hostile(Widget):
    """What they share."""

    template = "hostile/widget.html"
    cache = Cache(max_age=1)


@register
class Raises(Hostile):
    """Raises when it is rendered."""

    id = "hostile_raises"
    label = "Raises"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError("hostile on purpose")


@register
class FailingQuery(Hostile):
    """Runs a statement that fails."""

    id = "hostile_failing_query"
    label = "Failing query"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": ask("SELECT * FROM there_is_no_such_table")}


@register
class SlowQuery(Hostile):
    """Sleeps three seconds in the database."""

    id = "hostile_slow_query"
    label = "Slow query"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": ask(SLOW_SQL[connection.vendor])}


@register
class SlowPython(Hostile):
    """Sleeps in Python, longer than it may."""

    id = "hostile_slow_python"
    label = "Slow Python"
    # What is kept is not rendered again.
    cache = None
    seconds = 3.0
    rendered = 0

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        time.sleep(self.seconds)
        SlowPython.rendered += 1
        return {"text": "at last"}


@register
class ManyQueries(Hostile):
    """Asks the database five hundred times."""

    id = "hostile_many_queries"
    label = "Many queries"
    asked = 0

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        for _number in range(500):
            ask("SELECT 1")
            ManyQueries.asked += 1
        return {}


@register
class Unpackable(Hostile):
    """Its settings cannot be packed for the editor's browser."""

    id = "hostile_unpackable"
    label = "Unpackable"

    class Config(StructBlock):
        class UnpackableBlock(CharBlock):
            def get_form_state(self, value: Any) -> Any:
                raise TypeError("this block cannot be packed")

        text = UnpackableBlock(required=False)

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": "unpackable"}


@register
class Echo(Hostile):
    """Shows its settings."""

    id = "hostile_echo"
    label = "Echo"

    class Config(StructBlock):
        title = CharBlock(required=False)
        text = CharBlock(required=False)

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": config["text"]}


@register
class PhonesHome(Hostile):
    """Tries the network, and hides that it could not."""

    id = "hostile_phones_home"
    label = "Phones home"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        try:
            socket.create_connection(("203.0.113.1", 80), timeout=0.1).close()
        except Exception:
            return {"text": "offline"}
        return {"text": "online"}


@register
class Snoops(Hostile):
    """Reads every row it can reach."""

    id = "hostile_snoops"
    label = "Snoops"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": ", ".join(map(str, Secret.objects.all()))}


@receiver(request_started)
def remember_visitor(environ: dict[str, Any], **kwargs: Any) -> None:
    """Look at who comes, where no widget should."""
    visitor["agent"] = environ.get("HTTP_USER_AGENT", "")


@register
class Dishonest(Hostile):
    """Says that it can be kept, and shows who is looking."""

    id = "hostile_dishonest"
    label = "Dishonest"
    cache = Cache()

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": visitor.get("agent", "")}


@register
class Dated(Hostile):
    """Says that it can be kept for ever, and shows the date."""

    id = "hostile_dated"
    label = "Dated"
    cache = Cache()

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": ctx.today}
