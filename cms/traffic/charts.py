"""The geometry of a small chart, which a template draws as SVG: no script, no picture file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 220
# Room for the numbers at the left and the days below.
LEFT, BOTTOM, TOP = 56, 24, 12
LABELS = 8


@dataclass(frozen=True)
class Column:
    """One value of the chart: a column, what it says, and its label if it has one."""

    x: float
    y: float
    width: float
    height: float
    centre: float
    text: str
    label: str


@dataclass(frozen=True)
class Line:
    """A line of the grid, with the number that it stands for."""

    y: float
    value: int


@dataclass(frozen=True)
class Chart:
    """All that the template draws."""

    columns: list[Column]
    grid: list[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def chart_of(values: Sequence[int], labels: Sequence[str], texts: Sequence[str]) -> Chart:
    """A chart with a column for each value.

    Args:
        values: from 0 on.
        labels: one for each value; so many of them are drawn as fit.
        texts: what each column says to who points at it.
    """
    top = nice_ceiling(max(values, default=0))
    room, base = HEIGHT - TOP - BOTTOM, HEIGHT - BOTTOM
    step = (WIDTH - LEFT) / max(1, len(values))
    every = max(1, -(-len(values) // LABELS))
    columns = []
    for number, value in enumerate(values):
        height = room * value / top
        x = LEFT + number * step
        columns.append(
            Column(
                x=round(x + step * 0.1, 1),
                y=round(base - height, 1),
                width=round(step * 0.8, 1),
                height=round(height, 1),
                centre=round(x + step / 2, 1),
                text=texts[number],
                label=labels[number] if number % every == 0 else "",
            )
        )
    grid = [Line(round(base - room * part / 2, 1), top * part // 2) for part in range(3)]
    return Chart(columns, grid)


def nice_ceiling(value: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100, … from ``value`` on: its half is a round number too."""
    ceiling = 2
    while True:
        for factor in (1, 2, 5):
            if ceiling * factor >= value:
                return ceiling * factor
        ceiling *= 10


def sparkline(values: Sequence[int], width: int = 120, height: int = 24) -> str:
    """The points of a small line through ``values``, for an SVG ``polyline``; empty for none."""
    if len(values) < 2:
        return ""
    top = max(*values, 1)
    step = width / (len(values) - 1)
    points = (
        f"{number * step:.1f},{height - 2 - (height - 4) * value / top:.1f}"
        for number, value in enumerate(values)
    )
    return " ".join(points)
