"""The stream of widgets that loses nothing: what it does not know it keeps verbatim.

An item whose widget is not in the stream (not installed, switched off, set
aside, or stored by a newer version) is wrapped into :class:`MissingWidgetBlock`
on the way in and unwrapped on the way out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.functional import Promise, cached_property
from django.utils.html import escape, format_html
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.compare import BlockComparison
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register as register_adapter
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.blocks import Block, FieldBlock, StreamBlock, StreamValue, StructBlock
from wagtail.blocks.stream_block import StreamBlockAdapter
from wagtail.blocks.struct_block import BlockGroup

from cms.content.text import fold

from .comparing import SettingsComparison
from .placement import PLACEMENT, PLACEMENT_BLOCK
from .registry import MISSING, widgets
from .signing import sign, unsign
from .widget import GROUPS, Widget

logger = logging.getLogger(__name__)

# Beside the settings in the stored JSON; no field of a block can have such a name.
VERSION_KEY = "@version"
PREVIEW_TEMPLATE = "widgets/preview.html"


class CoreConfig:
    """Mixed into a widget's ``Config``: what the core stores and edits beside its own settings.

    The version: settings that an older one stored are upgraded. The placement:
    it says when and where the widget is shown, and no upgrade sees it.
    """

    widget: ClassVar[Widget]

    def _current(self, stored: dict[str, Any]) -> dict[str, Any]:
        config = dict(stored)
        version = config.pop(VERSION_KEY, 1)
        if version == self.widget.version:
            return config
        kept = {name: config.pop(name) for name in (PLACEMENT,) if name in config}
        return {**self.widget.upgrade(config, version), **kept}

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
        stored = {**super().get_prep_value(value), VERSION_KEY: self.widget.version}  # type: ignore[misc]
        # Most widgets are shown always and everywhere: that needs no word.
        if not any((stored.get(PLACEMENT) or {}).values()):
            stored.pop(PLACEMENT, None)
        return stored

    def get_comparison_class(self) -> type[SettingsComparison]:
        """How the history shows what changed."""
        return SettingsComparison

    def get_preview_value(self) -> Any:
        """The settings that show the widget at its best, the defaults for the rest."""
        chosen = _spoken(self.widget.preview_config)
        return self.to_python({**chosen, VERSION_KEY: self.widget.version})

    def get_preview_template(self, value: Any, context: Any = None) -> str:
        """The page in the chooser's frame."""
        return PREVIEW_TEMPLATE

    def get_preview_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The variables of that page; 404 for a widget that is not installed any more."""
        from .previews import preview_page

        entry = widgets.get(self.widget.id)
        if parent_context is None or entry is None or entry.block is not self:
            raise Http404("no such widget")
        return {**parent_context, **preview_page(parent_context["request"], entry)}

    def get_form_layout(self) -> BlockGroup:
        """The author's layout, the placement after it."""
        layout: BlockGroup = super().get_form_layout()  # type: ignore[misc]
        if PLACEMENT in layout.get_sorted_block_names():
            return layout
        return BlockGroup([*layout.children, PLACEMENT], layout.settings)

    def render_form_template(self) -> str:
        """The author's own form, the placement after it."""
        form: str = super().render_form_template()  # type: ignore[misc]
        place = format_html('<div data-structblock-child="{}"></div>', PLACEMENT)
        return form if place in form else format_html("<div>{}{}</div>", form, place)


def make_config_block(widget: Widget) -> StructBlock:
    """The block that edits and stores the settings of ``widget``."""
    config = widget.Config
    metaclass: Any = type(config)
    name = f"{type(widget).__name__}Config"
    block_class = metaclass(
        name, (CoreConfig, config), {"widget": widget, PLACEMENT: PLACEMENT_BLOCK}
    )
    block: StructBlock = block_class(
        label=widget.label,
        icon=widget.icon,
        description=widget.description,
        group=GROUPS[widget.group],
    )
    return block


def _spoken(value: Any) -> Any:
    """``value`` with each text that is translated late said in the present language."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _spoken(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spoken(item) for item in value]
    return value


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

    def grouped_child_blocks(self) -> Iterable[tuple[Any, list[Block]]]:
        """The blocks under the chooser's headings, in their order; in each by label."""
        groups: dict[Any, list[Block]] = {group: [] for group in GROUPS.values()}
        for block in sorted(self.child_blocks.values(), key=lambda block: fold(str(block.label))):
            groups.setdefault(block.meta.group, []).append(block)
        return [(group, blocks) for group, blocks in groups.items() if blocks]

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
        if value and not isinstance(value, StreamValue | list | tuple):
            return self.empty_value(raw_text=json.dumps(value))
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
