"""Fields and blocks of texts: no block enters a migration, no HTML is stored uncleaned."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.fields import RichTextField as WagtailRichTextField
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from .html import CleanRichText, sanitise
from .text import nfc


class RichTextBlock(blocks.RichTextBlock):
    """Wagtail's, whose text is shown as the policy on HTML allows, however it was stored."""

    def to_python(self, value: Any) -> CleanRichText:
        return CleanRichText(value)

    def normalize(self, value: Any) -> CleanRichText:
        return CleanRichText(value.source if isinstance(value, RichText) else value and str(value))

    def value_from_form(self, value: str) -> CleanRichText:
        return CleanRichText(sanitise(value or "", stored=True))


class RichTextField(WagtailRichTextField):
    """Wagtail's, whose HTML is cleaned before it is stored. Migrations see Wagtail's."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.fields.RichTextField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        """The HTML to store."""
        value = super().get_prep_value(value)
        return sanitise(value, stored=True) if isinstance(value, str) else value


class JSONStreamField(StreamField):
    """A StreamField that a migration sees as the JSONField it is in the database.

    Changing a block makes no migration, and a historical model holds the stored
    JSON verbatim: a data migration that saves it loses nothing. (A StreamField
    deconstructed to no blocks would write ``[]``.)
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, _args, kwargs = super(StreamField, self).deconstruct()
        kwargs["encoder"] = DjangoJSONEncoder
        return name, "django.db.models.JSONField", [], kwargs

    def get_prep_value(self, value: Any) -> Any:
        """The JSON to store: its rich texts cleaned, all its text in NFC."""
        return _clean(self.stream_block, super().get_prep_value(value))

    def clone(self) -> models.JSONField:
        """The field as a migration's state holds it."""
        _name, _path, args, kwargs = self.deconstruct()
        return models.JSONField(*args, **kwargs)


def _clean(block: blocks.Block | None, value: Any) -> Any:
    """The stored ``value`` of ``block``. What no block is known for is brought into NFC only."""
    if isinstance(value, str):
        is_html = isinstance(block, blocks.RichTextBlock)
        return sanitise(value, stored=True) if is_html else nfc(value)
    if isinstance(value, list):
        return [_clean_item(block, item) for item in value]
    if isinstance(value, dict):
        named = getattr(block, "child_blocks", {}) if isinstance(block, blocks.StructBlock) else {}
        if isinstance(block, BaseTypedTableBlock) and isinstance(value.get("columns"), list):
            return _clean_table(block, value)
        return {key: _clean(named.get(key), item) for key, item in value.items()}
    return value


def _clean_item(block: blocks.Block | None, item: Any) -> Any:
    """One item of a stream or a list, which stands in an envelope; in old lists, bare."""
    child: blocks.Block | None = None
    if isinstance(block, blocks.ListBlock):
        child = block.child_block
    is_wrapped = isinstance(item, dict) and {"type", "value"} <= item.keys()
    if is_wrapped and isinstance(block, blocks.StreamBlock):
        child = block.child_blocks.get(item["type"])
    if is_wrapped and isinstance(block, blocks.StreamBlock | blocks.ListBlock):
        return {key: _clean(child if key == "value" else None, part) for key, part in item.items()}
    return _clean(child, item)


def _clean_table(block: BaseTypedTableBlock, value: dict[str, Any]) -> dict[str, Any]:
    kinds = [
        block.child_blocks.get(column.get("type")) if isinstance(column, dict) else None
        for column in value["columns"]
    ]
    cleaned: dict[str, Any] = _clean(None, {key: value[key] for key in value if key != "rows"})
    if "rows" in value:
        cleaned["rows"] = [
            {
                **row,
                "values": [
                    _clean(kinds[at] if at < len(kinds) else None, cell)
                    for at, cell in enumerate(row.get("values", []))
                ],
            }
            for row in value["rows"]
        ]
    return cleaned
