"""Settings in words, as the history of an area shows them."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override
from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, MultipleChoiceBlock, StructBlock

from cms.widgets.comparing import SettingsComparison, in_words
from cms.widgets.placement import PLACEMENT_BLOCK, LocalDateTimeBlock

COLOURS = ChoiceBlock([("r", "Đỏ"), ("Lạnh", [("b", "Xanh")])])


@pytest.mark.parametrize(
    ("block", "value", "said"),
    [
        (CharBlock(), None, "–"),
        (CharBlock(), "", "–"),
        (CharBlock(), "Tin mới", "Tin mới"),
        (BooleanBlock(), False, "Không"),
        (BooleanBlock(), True, "Có"),
        (COLOURS, "r", "Đỏ"),
        (COLOURS, "b", "Xanh"),
        (COLOURS, "cũ", "cũ"),
        (MultipleChoiceBlock([("r", "Đỏ"), ("b", "Xanh")]), ["r", "b"], "Đỏ, Xanh"),
        (MultipleChoiceBlock([("r", "Đỏ")]), [], "–"),
    ],
)
def test_a_setting_in_words(block, value, said):
    with override("vi"):
        assert in_words(block, value) == said


def test_a_time_is_told_in_the_local_zone():
    said = in_words(LocalDateTimeBlock(), datetime(2026, 1, 5, 3, 30, tzinfo=UTC))
    assert "10:30" in said


def test_differences_show_labels_and_escape():
    block = StructBlock([("title", CharBlock(label="Tiêu đề")), ("placement", PLACEMENT_BLOCK)])
    a = block.to_python({"title": "<b>"})
    b = block.to_python({"title": "<i>", "placement": {"kinds": ["home"]}})
    with override("vi"):
        shown = SettingsComparison(block, True, True, a, b).htmldiff()
    assert "<b>" not in shown
    assert "&lt;" in shown
    assert "Trang" in shown
    assert "[" not in shown
    assert "None" not in shown
