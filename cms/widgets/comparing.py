"""Two versions of a widget's settings side by side, as people write them.

Wagtail prints a setting as Python does: "None", "[]", the stored key of a choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.forms import BooleanField
from django.utils import formats, timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail.admin.compare import (
    BlockComparison,
    CharBlockComparison,
    RichTextBlockComparison,
    StructBlockComparison,
    diff_text,
    get_comparison_class_for_block,
)
from wagtail.blocks import Block, RichTextBlock

#: Stands where nothing was chosen.
NOTHING = "–"


class SettingsComparison(StructBlockComparison):
    """Compares the settings of one widget, or a group of them."""

    def htmlvalue(self, val: Any) -> SafeString:
        """The settings as a list of labels and values."""
        return _as_list(
            (block, self._of(block, val[name], val[name]).htmlvalue(val[name]))
            for name, block in self.block.child_blocks.items()
        )

    def htmldiff(self) -> SafeString:
        """The same, with what was taken out and put in."""
        return _as_list(
            (block, self._of(block, self.val_a[name], self.val_b[name]).htmldiff())
            for name, block in self.block.child_blocks.items()
        )

    def _of(self, block: Block, a: Any, b: Any) -> BlockComparison:
        usual = get_comparison_class_for_block(block)
        if usual is StructBlockComparison:
            usual = SettingsComparison
        elif usual is CharBlockComparison or (
            # What Wagtail compares by its HTML, for want of anything better.
            usual is RichTextBlockComparison and not isinstance(block, RichTextBlock)
        ):
            usual = _SettingComparison
        return usual(block, self.exists_a, self.exists_b, a, b)


class _SettingComparison(BlockComparison):
    """Compares one field."""

    def htmlvalue(self, val: Any) -> str:
        return escape(in_words(self.block, val))

    def htmldiff(self) -> SafeString:
        said = [in_words(self.block, value) for value in (self.val_a, self.val_b)]
        return diff_text(*said).to_html()


def in_words(block: Block, value: Any) -> str:
    """A setting as its editor chose it: the label of a choice, a date, yes or no.

    Args:
        block: the field; one with choices names its values.
        value: what is set in it.
    """
    field = getattr(block, "field", None)
    if isinstance(field, BooleanField):
        return gettext("Yes") if value else gettext("No")
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(in_words(block, each) for each in value)
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    labels = dict(_choices(getattr(field, "choices", ())))
    return str(labels.get(str(value), value))


def _choices(choices: Any) -> Iterator[tuple[str, Any]]:
    """Keys and labels, those in groups included."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield str(key), label


def _as_list(rows: Iterator[tuple[Block, str]]) -> SafeString:
    pairs = [(block.label, html) for block, html in rows]
    return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs))
