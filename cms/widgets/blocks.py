"""The stream of widgets that loses nothing: what it does not know it keeps verbatim.

An item whose widget is not in the stream (not installed, switched off, set
aside, or stored by a newer version) is wrapped into :class:`MissingWidgetBlock`
on the way in and unwrapped on the way out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.compare import BlockComparison
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register as register_adapter
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.blocks import FieldBlock, StreamBlock, StreamValue, StructBlock
from wagtail.blocks.stream_block import StreamBlockAdapter

from .registry import MISSING, widgets
from .signing import sign, unsign
from .widget import Widget

logger = logging.getLogger(__name__)

# Beside the settings in the stored JSON; no field of a block can have such a name.
VERSION_KEY = "@version"


class VersionedConfig:
    """Mixed into a widget's ``Config``: stores the version, upgrades what is older."""

    widget: ClassVar[Widget]

    def _current(self, stored: dict[str, Any]) -> dict[str, Any]:
        config = dict(stored)
        version = config.pop(VERSION_KEY, 1)
        return config if version == self.widget.version else self.widget.upgrade(config, version)

    def can_read(self, stored: Any) -> bool:
        """Whether stored settings are such as this version or an older one wrote."""
        if not isinstance(stored, dict):
            return False
        version = stored.get(VERSION_KEY, 1)
        return isinstance(version, int) and version <= self.widget.version

    def to_python(self, value: dict[str, Any]) -> Any:
        return super().to_python(self._current(value))  # type: ignore[misc]

    def bulk_to_python(self, values: Iterable[dict[str, Any]]) -> Any:
        return super().bulk_to_python([self._current(value) for value in values])  # type: ignore[misc]

    def get_prep_value(self, value: Any) -> dict[str, Any]:
        return {**super().get_prep_value(value), VERSION_KEY: self.widget.version}  # type: ignore[misc]


def make_config_block(widget: Widget) -> StructBlock:
    """The block that edits and stores the settings of ``widget``."""
    config = widget.Config
    metaclass: Any = type(config)
    name = f"{type(widget).__name__}Config"
    block_class = metaclass(name, (VersionedConfig, config), {"widget": widget})
    block: StructBlock = block_class(label=widget.label, icon=widget.icon)
    return block


@dataclass(frozen=True)
class MissingItem:
    """A stored item that nobody here can read, verbatim.

    ``payload`` is what a form sent, kept where its signature is bad, so that
    the form can be shown again.
    """

    stored: Any = None
    payload: str = ""

    @property
    def notice(self) -> str:
        """What the editor reads."""
        name = self.stored.get("type") if isinstance(self.stored, dict) else None
        entry = widgets.get(name) if isinstance(name, str) else None
        if entry is None:
            return gettext("Widget “%s” is not installed; its settings are kept.") % name
        if not entry.block.can_read(self.stored.get("value")):
            return (
                gettext("The settings of “%s” cannot be read by this version; they are kept.")
                % entry.widget.label
            )
        return gettext("“%s” is switched off; its settings are kept.") % entry.widget.label


class _NoticeBlock(FieldBlock):
    field = forms.CharField(
        required=False, widget=AdminAutoHeightTextInput(attrs={"readonly": True})
    )


class _PayloadBlock(FieldBlock):
    field = forms.CharField(required=False, widget=forms.HiddenInput())


class MissingWidgetBlock(StructBlock):
    """Stands in for a widget that is missing: can be moved and removed, not edited."""

    notice = _NoticeBlock(label=gettext_lazy("Note"))
    # A label of nothing would be made from the name.
    payload = _PayloadBlock(label=" ")

    class Meta:
        label = gettext_lazy("Widget that is not available")
        icon = "warning"

    def get_default(self) -> MissingItem:
        return MissingItem()

    def normalize(self, value: Any) -> MissingItem:
        return value if isinstance(value, MissingItem) else MissingItem(value)

    def to_python(self, value: Any) -> MissingItem:
        return self.normalize(value)

    def bulk_to_python(self, values: Iterable[Any]) -> list[MissingItem]:
        return [self.normalize(value) for value in values]

    def get_prep_value(self, value: MissingItem) -> Any:
        return value.stored

    def get_form_state(self, value: MissingItem) -> dict[str, str]:
        if value == MissingItem():
            return {"notice": "", "payload": ""}
        if value.payload:
            return {"notice": "", "payload": value.payload}
        return {"notice": value.notice, "payload": sign(value.stored)}

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> MissingItem:
        return MissingItem(payload=data.get(f"{prefix}-payload", ""))

    def clean(self, value: MissingItem) -> MissingItem:
        """The item that was sent along. Raises ValidationError where we did not sign it."""
        if value.stored is not None and not value.payload:
            return value
        try:
            return MissingItem(unsign(value.payload))
        except signing.BadSignature as error:
            raise ValidationError(
                gettext("The kept settings of this widget were altered on the way; reload.")
            ) from error

    def render(self, value: MissingItem, context: Any = None) -> str:
        return ""

    def render_basic(self, value: MissingItem, context: Any = None) -> str:
        """What a comparison of two versions shows."""
        return escape(value.notice)

    def get_comparison_class(self) -> type[BlockComparison]:
        return BlockComparison

    def get_searchable_content(self, value: MissingItem) -> list[str]:
        return []

    def extract_references(self, value: MissingItem) -> Iterator[Any]:
        return iter(())


class WidgetStreamBlock(StreamBlock):
    """A stream of widgets; see the module's own words."""

    def __init__(self, local_blocks: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__([*local_blocks, (MISSING, MissingWidgetBlock())], **kwargs)

    def to_python(self, value: Any) -> StreamValue:
        if isinstance(value, StreamValue):
            if value.stream_block is self:
                return value
            # From a stream with other widgets: what it wrapped, we may know, and the reverse.
            if value.raw_text is None or len(value):
                value = value.stream_block.get_prep_value(value)
        elif isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return self.empty_value(raw_text=value)
        if isinstance(value, list) and not any(isinstance(item, tuple) for item in value):
            value = [self._wrapped(item) for item in value]
        return super().to_python(value)

    def bulk_to_python(self, values: Iterable[Any]) -> list[StreamValue]:
        return [self.to_python(value) for value in values]

    def get_prep_value(self, value: Any) -> list[Any]:
        return [_unwrapped(item) for item in super().get_prep_value(value)]

    def _wrapped(self, item: Any) -> dict[str, Any]:
        """``item`` as a child of this stream: itself, or wrapped if nobody can read it."""
        if not isinstance(item, dict):
            return {"type": MISSING, "value": item}
        name = item.get("type")
        # A pickled value is wrapped already.
        if name == MISSING and "value" in item:
            return item
        entry = widgets.get(name) if isinstance(name, str) else None
        if (
            entry is not None
            and entry.id in self.child_blocks
            and entry.block.can_read(item.get("value"))
        ):
            return item if name == entry.id else {**item, "type": entry.id}
        wrapped = {"type": MISSING, "value": item}
        return {**wrapped, "id": item["id"]} if "id" in item else wrapped

    def readable_children(self, value: StreamValue) -> Iterator[tuple[int, Any]]:
        """The children with their places; one whose settings cannot be read is None."""
        for index in range(len(value)):
            try:
                yield index, value[index]
            # The upgrade that a plugin wrote may raise anything; the editor must still open.
            except Exception:
                logger.exception("settings of %s cannot be read", value.raw_data[index]["type"])
                yield index, None

    def get_form_state(self, value: Any) -> list[dict[str, Any]]:
        state = []
        for index, child in self.readable_children(value or self.empty_value()):
            try:
                if child is None:
                    raise ValueError("settings cannot be read")
                child_state = child.block.get_form_state(child.value)
                state.append({"type": child.block.name, "value": child_state, "id": child.id})
            except Exception:
                stored = value.raw_data[index]
                logger.warning("the editor shows %s as missing", stored.get("type"), exc_info=True)
                kept = self.child_blocks[MISSING].get_form_state(MissingItem(stored))
                state.append({"type": MISSING, "value": kept, "id": stored.get("id")})
        return state

    def extract_references(self, value: Any) -> Iterator[Any]:
        """The objects that settings refer to; called on save, so nothing may raise."""
        for _index, child in self.readable_children(value):
            if child is not None:
                for model, object_id, model_path, path in child.block.extract_references(
                    child.value
                ):
                    yield (
                        model,
                        object_id,
                        f"{child.block_type}.{model_path}".rstrip("."),
                        f"{child.id}.{path}".rstrip("."),
                    )


def _unwrapped(item: dict[str, Any]) -> Any:
    if item["type"] != MISSING:
        return item
    stored = item["value"]
    # The editor's "duplicate" gives the copy an id of its own.
    if isinstance(stored, dict) and stored.get("id") and item.get("id"):
        return stored if stored["id"] == item["id"] else {**stored, "id": item["id"]}
    return stored


class WidgetStreamBlockAdapter(StreamBlockAdapter):
    """The editor's side: like a StreamBlock, but a missing widget cannot be picked."""

    js_constructor = "sen.widgets.WidgetStreamBlock"

    @cached_property
    def media(self) -> forms.Media:
        return forms.Media(
            js=[
                versioned_static("wagtailadmin/js/telepath/blocks.js"),
                versioned_static("widgets/stream.js"),
            ]
        )


register_adapter(WidgetStreamBlockAdapter(), WidgetStreamBlock)
