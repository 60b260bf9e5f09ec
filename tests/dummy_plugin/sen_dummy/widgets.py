"""A widget that is kept, a fragment, and one with outside data."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cms.sdk import Cache, CharBlock, IntegerBlock, StructBlock, Widget, WidgetContext, register

from .models import Note


@register
class Notes(Widget):
    """The department's notes; kept until one is written."""

    id = "dummy_notes"
    label = "Dummy notes"
    template = "dummy/notes.html"
    css = ("dummy/dummy.css",)
    cache = Cache(tags=frozenset({"dummy"}), vary=frozenset({"page", "query:dummy"}))
    version = 2

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60)
        count = IntegerBlock(min_value=1, max_value=9, default=3)

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "notes": Note.objects.order_by("-pk")[: config["count"]],
            "greeting": ctx.settings["greeting"],
        }

    def upgrade(self, config: dict[str, Any], version: int) -> dict[str, Any]:
        return {**config, "count": config.pop("number", 3)}


@register
class Clock(Widget):
    """Never kept, so it is a fragment."""

    id = "dummy_clock"
    label = "Dummy clock"
    template = "dummy/clock.html"
    delivery = "fragment"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        return {"notes": Note.objects.count()}


@register
class Forecast(Widget):
    """Outside data, fetched in the background."""

    id = "dummy_forecast"
    label = "Dummy forecast"
    template = "dummy/forecast.html"
    cache = Cache()
    refresh_every = timedelta(minutes=10)

    class Config(StructBlock):
        place = CharBlock(default="Thái Nguyên")

    def refresh(self, ctx: WidgetContext, config: Mapping[str, Any]) -> Any:
        return {"place": config["place"], "degrees": 27 + Note.objects.count()}

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        return None if ctx.snapshot is None else dict(ctx.snapshot.value)
