"""One stack for all tests of this folder, in one worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scheduling import made_once

from .stack import Stack, missing, running_stack


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if lacking := missing():
        pytest.skip(f"not installed: {lacking}")
    made_once(tmp_path_factory, "a stack")
    with running_stack() as running:
        yield running
