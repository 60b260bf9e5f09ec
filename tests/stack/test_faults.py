"""Some of the faults of ``make chaos``, in short; and its table names them all."""

from __future__ import annotations

import pytest

from .chaos import PAGE
from .faults import FAULTS, Fault, meet
from .stack import Stack


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, id=fault.act.__name__) for fault in FAULTS if fault.small]
)
def test_a_fault_is_survived(stack: Stack, fault: Fault) -> None:
    assert meet(stack, fault, brief=True)


def test_the_table_has_every_fault() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:]]
    assert [cell[:2] for cell in cells] == [[fault.name, fault.promised] for fault in FAULTS]
    assert not [cell for cell in cells if "broken" in cell[2]]
