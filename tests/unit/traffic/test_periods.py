"""Periods and the one before; the chart's geometry."""

from __future__ import annotations

from datetime import date

import pytest

from cms.traffic.charts import HEIGHT, WIDTH, chart_of, nice_ceiling
from cms.traffic.statistics import Period, periods


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-03-04", "2026-03-04"), ("2026-03-03", "2026-03-03")),
        (("2026-03-02", "2026-03-04"), ("2026-02-27", "2026-03-01")),
        # Whole months and years: the ones before, however long they are.
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-01-01", "2026-01-31"), ("2025-12-01", "2025-12-31")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-02-01", "2026-03-31"), ("2025-12-01", "2026-01-31")),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31")),
    ],
)
def test_the_period_before(period: tuple[str, str], before: tuple[str, str]) -> None:
    def made(days: tuple[str, str]) -> Period:
        return Period(*map(date.fromisoformat, days))

    assert made(period).before == made(before)


def test_named_periods() -> None:
    named = periods(date(2026, 1, 4))  # a Sunday
    assert named["week"] == Period(date(2025, 12, 29), date(2026, 1, 4))
    assert named["month"] == Period(date(2026, 1, 1), date(2026, 1, 4))
    assert named["last_month"] == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert named["year"] == Period(date(2026, 1, 1), date(2026, 1, 4))
    assert named["today"].days == 1


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("value", "ceiling"),
    [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (21, 40), (41, 100), (101, 200), (999, 1000)],
)
def test_the_grid_ends_on_a_round_number(value: int, ceiling: int) -> None:
    assert nice_ceiling(value) == ceiling


@pytest.mark.parametrize("number", [0, 1, 7, 31, 92])
def test_columns_stay_in_the_picture(number: int) -> None:
    values = list(range(number))
    names = [str(value) for value in values]
    chart = chart_of(values, names, names)
    assert len(chart.columns) == number
    assert all(column.x >= 0 and column.x + column.width <= WIDTH for column in chart.columns)
    assert all(column.y >= 0 and column.y + column.height <= HEIGHT for column in chart.columns)
    assert sum(bool(column.label) for column in chart.columns) <= 9
    heights = [column.height for column in chart.columns]
    assert heights == sorted(heights)
