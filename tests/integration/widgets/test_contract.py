"""The contract catches what it is there for: each of its tests can fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils.safestring import mark_safe

from cms.sdk import CharBlock, StructBlock, WidgetContext
from cms.sdk.testing import WidgetContract, enable, installed
from sites.models import Department

from .samples import Note


class Unsafe(Note):
    """Trusts its editor."""

    id = "unsafe"

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        return {"text": mark_safe(config["text"])}


class Drifting(Note):
    """Stores something else each time."""

    id = "drifting"

    class Config(StructBlock):
        text = CharBlock(default="xin chào")

        def get_prep_value(self, value: Any) -> dict[str, Any]:
            return {"text": value["text"] + "!"}


class TestNoteKeepsIt(WidgetContract):
    widget = Note
    config = {"text": "xin chào"}


def contract_of(widget_class: type[Note], **config: Any) -> WidgetContract:
    contract = type("Contract", (WidgetContract,), {"widget": widget_class, "config": config})
    instance: WidgetContract = contract()
    return instance


def test_markup_that_gets_through_is_caught(site_a: Department) -> None:
    with installed(Unsafe) as plugin_id:
        enable(site_a, plugin_id)
        with pytest.raises(AssertionError):
            contract_of(Unsafe).test_hostile_strings_are_escaped(site_a)


def test_settings_that_change_are_caught(site_a: Department) -> None:
    with installed(Drifting) as plugin_id:
        enable(site_a, plugin_id)
        with pytest.raises(AssertionError):
            contract_of(Drifting).test_settings_survive_a_round_trip(site_a)
