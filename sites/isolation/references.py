"""A department's texts refer to its own pages, pictures and files: checked when a form is saved.

A chooser shows own objects only, but whoever writes a request by hand can name
any id: in a field, in a block, in a link of rich text. What is refused is what
was added; an older reference that the province made stays.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, CollectionMember, Page, ReferenceIndex, RevisionMixin

from sites.models import Department

from .confinement import confined_to, unconfined
from .ownership import own_rows

Reference = tuple[type[models.Model], str]


class OwnReferences:
    """Mixed into a model, before its other bases: ``clean`` checks its references."""

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        refuse_foreign_references(self)  # type: ignore[arg-type]


def refuse_foreign_references(instance: models.Model) -> None:
    """Refuse what ``instance`` refers to anew and the department one is confined to does not own.

    Raises:
        ValidationError: keyed by the field; it says no more than that something is foreign.
    """
    department = confined_to()
    if department is None:
        return
    foreign = foreign_references(instance, department)
    if foreign and instance.pk is not None:
        known = set(foreign_references(_as_stored(instance), department))
        foreign = {
            reference: field for reference, field in foreign.items() if reference not in known
        }
    if foreign:
        message = _("Something chosen here belongs to another department; choose one of your own.")
        names = {field.name for field in instance._meta.get_fields()}
        raise ValidationError(
            {field if field in names else "__all__": message for field in foreign.values()}
        )


def foreign_references(instance: models.Model, department: Department) -> dict[Reference, str]:
    """What ``instance`` refers to and ``department`` does not own: from the reference to its field.

    A reference to what does not exist is foreign too.
    """
    named: dict[type[models.Model], dict[str, str]] = defaultdict(dict)
    with unconfined():
        extracted = list(ReferenceIndex._extract_references_from_object(instance))
    for content_type_id, key, model_path, _content_path in extracted:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is not None and _is_owned(model):
            named[model][str(key)] = model_path.partition(".")[0]
    foreign: dict[Reference, str] = {}
    for model, fields in named.items():
        own = {
            str(pk)
            for pk in own_rows(model, department).filter(pk__in=fields).values_list("pk", flat=True)
        }
        foreign |= {(model, key): field for key, field in fields.items() if key not in own}
    return foreign


def _is_owned(model: type[models.Model]) -> bool:
    """Whether a text may refer to own rows of ``model`` only; people come and go, and are not."""
    from sites.scoping import DepartmentModel

    return issubclass(model, Page | Collection | CollectionMember | DepartmentModel)


def _as_stored(instance: Any) -> models.Model:
    with unconfined():
        stored: models.Model = type(instance)._base_manager.get(pk=instance.pk)
        if isinstance(stored, RevisionMixin) and stored.latest_revision_id:
            return stored.get_latest_revision_as_object()
        return stored
