"""The lists of what shares a worker and of what CI runs once name what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheduling import OWN_DATABASE, TOGETHER, Shared

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("start", sorted({*TOGETHER, *OWN_DATABASE}))
def test_what_is_listed_is_there(start: str) -> None:
    path = ROOT / start
    assert path.is_dir() if start.endswith("/") else path.is_file()


def test_tests_of_a_folder_are_one_piece_and_others_each_their_own() -> None:
    piece = Shared._split_scope
    shared = Shared.__new__(Shared)
    one = piece(shared, "tests/deploy/test_guide.py::test_a")
    assert one == piece(shared, "tests/deploy/test_upgrade.py::test_b[x::y]")
    alone = "tests/integration/news/test_lists.py::test_a"
    assert piece(shared, alone) == alone
