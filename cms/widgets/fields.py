"""The field that stores an area's widgets and survives every set of plugins."""

from __future__ import annotations

from typing import Any

from cms.content.fields import JSONStreamField

from .blocks import WidgetStreamBlock
from .registry import widgets


class WidgetAreaField(JSONStreamField):
    """A stream of whatever widgets there are now.

    A migration sees a JSONField, so plugins come and go without one, and a
    historical model holds the stored JSON verbatim.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("block_types", None)
        kwargs.setdefault("blank", True)
        super().__init__([], **kwargs)

    @property
    def stream_block(self) -> WidgetStreamBlock:  # type: ignore[override]
        """The stream of all registered widgets; not kept, because plugins load after models."""
        return widgets.stream_block()

    def clone(self) -> WidgetAreaField:
        """A copy of the field itself; ``deconstruct`` speaks of what migrations see."""
        _name, _path, _args, kwargs = self.deconstruct()
        kwargs.pop("encoder")
        return type(self)(**kwargs)
