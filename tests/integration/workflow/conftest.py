"""Fixtures of the approval's tests."""

from __future__ import annotations

import pytest

from sites.models import Department

from .newsroom import Newsroom


@pytest.fixture
def room(site_a: Department) -> Newsroom:
    """The newsroom of department A."""
    return Newsroom(site_a)
