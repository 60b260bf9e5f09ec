"""How two texts differ, in a reader's words."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from wagtail.admin.compare import FieldComparison, register_comparison_class


class MomentComparison(FieldComparison):  # type: ignore[misc]
    """Times as people write them; Wagtail shows "None" and the time of a machine."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a: str = _written(field.value_from_object(obj_a))
        self.val_b: str = _written(field.value_from_object(obj_b))


def _written(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%H:%M %d/%m/%Y") if moment is not None else "–"


def show_moments() -> None:
    """Let Wagtail's comparison of texts show times so."""
    register_comparison_class(models.DateTimeField, comparison_class=MomentComparison)
