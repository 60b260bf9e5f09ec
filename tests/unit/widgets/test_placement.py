"""When and where a widget is shown: edges of the period, kinds of pages, what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.utils import timezone as django_timezone

from cms.news.models import ArticlePage, HomePage, SectionPage, StandardPage
from cms.widgets.placement import (
    PLACEMENT,
    PLACEMENT_BLOCK,
    PageKind,
    Placement,
    kinds_of,
    read_moment,
)

SAIGON = timezone(timedelta(hours=7))
START = datetime(2026, 1, 1, 0, 0, tzinfo=SAIGON)
END = datetime(2026, 1, 2, 12, 30, tzinfo=SAIGON)
SECOND = timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "shown", "left"),
    [
        (START - SECOND, False, 1),
        (START - MOMENT, False, 0),
        (START, True, 36.5 * 3600),
        (END - SECOND, True, 1),
        (END - MOMENT, True, 0),
        (END, False, None),
        (END + SECOND, False, None),
    ],
)
def test_a_period_has_its_first_moment_and_not_its_last(
    now: datetime, shown: bool, left: float | None
) -> None:
    placement = Placement(START, END)
    for same in (now, now.astimezone(UTC)):
        assert placement.is_at(same) is shown
        assert placement.seconds_left(same) == left


def test_a_period_may_be_open_at_either_end_and_at_both() -> None:
    assert Placement(start=START).is_at(START + timedelta(days=9999))
    assert Placement(start=START).seconds_left(START) is None
    assert Placement(end=END).is_at(START - timedelta(days=9999))
    assert Placement(end=END).seconds_left(END - timedelta(minutes=1)) == 60
    assert Placement().is_at(START)
    assert Placement().seconds_left(START) is None


def test_local_midnight_is_seven_hours_before_that_of_utc() -> None:
    stored = PLACEMENT_BLOCK.get_prep_value(
        PLACEMENT_BLOCK.to_python({"start": "2026-01-01T00:00:00+07:00"})
    )
    assert stored == {"start": "2025-12-31T17:00:00Z", "end": None, "kinds": []}
    assert Placement.read({PLACEMENT: stored}) == Placement(start=START)
    # What was written by hand, without a zone, is local.
    assert read_moment("2026-01-01T00:00:00") == START


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Asia/Ho_Chi_Minh"])
def test_an_editor_types_vietnamese_time_whatever_her_profile_says(zone: str) -> None:
    block = PLACEMENT_BLOCK.child_blocks["start"]
    with django_timezone.override(zone):
        typed = block.value_from_datadict({"x": "01/01/2026 00:00"}, {}, "x")
        assert block.clean(typed) == START
        assert block.get_form_state(START) == "01/01/2026 00:00"


@pytest.mark.parametrize(
    "stored", [{}, {PLACEMENT: None}, {PLACEMENT: {}}, {PLACEMENT: {"kinds": None}}]
)
def test_without_a_word_it_is_always_and_everywhere(stored: dict[str, Any]) -> None:
    assert Placement.read(stored) == Placement()
    assert Placement().is_on(frozenset({PageKind.OTHER}))


@pytest.mark.parametrize(
    "placement",
    [
        "always",
        ["home"],
        {"start": "soon"},
        {"start": 5},
        {"end": "2026-02-30T00:00:00Z"},
        {"kinds": "home"},
        {"kinds": {"home": True}},
    ],
)
def test_what_cannot_be_read_is_an_error(placement: Any) -> None:
    with pytest.raises(ValueError, match=r"is no|day is out of range|must be in range"):
        Placement.read({PLACEMENT: placement})


@pytest.mark.django_db
def test_kinds_of_pages() -> None:
    assert kinds_of(HomePage(), "/") == {PageKind.HOME}
    assert kinds_of(HomePage(), "/kho-tin/2026/01/") == {PageKind.LIST}
    assert kinds_of(HomePage()) == {PageKind.HOME, PageKind.LIST}
    assert kinds_of(SectionPage(), "/tin-tuc/2026/") == kinds_of(SectionPage()) == {PageKind.LIST}
    assert kinds_of(ArticlePage(), "/tin-tuc/bai/") == {PageKind.ARTICLE}
    assert kinds_of(StandardPage(), "/lien-he/") == kinds_of(None, "/x") == {PageKind.OTHER}


def test_of_several_kinds_one_is_enough() -> None:
    placement = Placement(kinds=frozenset({"home", "article"}))
    assert placement.is_on(frozenset({"article"}))
    assert placement.is_on(frozenset({"home", "list"}))
    assert not placement.is_on(frozenset({"list"}))
    # A kind that some later version knows.
    assert not Placement(kinds=frozenset({"forum"})).is_on(frozenset({"home", "list"}))
