"""A StreamField whose block definitions stay out of migrations."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail.fields import StreamField

from .text import nfc


class JSONStreamField(StreamField):
    """A StreamField that a migration sees as the JSONField it is in the database.

    Changing a block makes no migration, and a historical model holds the stored
    JSON verbatim: a data migration that saves it loses nothing. (A StreamField
    deconstructed to no blocks would write ``[]``.)
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, _args, kwargs = super(StreamField, self).deconstruct()
        kwargs["encoder"] = DjangoJSONEncoder
        return name, "django.db.models.JSONField", [], kwargs

    def get_prep_value(self, value: Any) -> Any:
        """The JSON to store, all its text in NFC."""
        return _nfc(super().get_prep_value(value))

    def clone(self) -> models.JSONField:
        """The field as a migration's state holds it."""
        _name, _path, args, kwargs = self.deconstruct()
        return models.JSONField(*args, **kwargs)


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, list):
        return [_nfc(item) for item in value]
    if isinstance(value, dict):
        return {key: _nfc(item) for key, item in value.items()}
    return value
