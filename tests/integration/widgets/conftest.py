"""Fixtures of the widget tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.template import engines

from cms.sdk import Widget
from cms.sdk.testing import TEST_PLUGIN, enable, installed
from sites.models import Department


@pytest.fixture(autouse=True)
def _sample_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample widgets' template, beside the project's."""
    backend: Any = engines["django"]
    engine = backend.engine
    folder = Path(__file__).parent / "templates"
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, folder])
    for loader in engine.template_loaders:
        loader.reset()


@pytest.fixture
def install(site_a: Department) -> Iterator[Callable[..., Any]]:
    """``install(WidgetClass, …)``: registered until the test's end, and on for site A."""
    with ExitStack() as stack:

        def do(*widget_classes: type[Widget]) -> None:
            for widget_class in widget_classes:
                stack.enter_context(installed(widget_class))
            enable(site_a, TEST_PLUGIN)

        yield do
