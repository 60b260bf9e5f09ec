"""Choosing a page in a form: another department's is not named, whoever put its id there.

Pictures, files and rows of departments have managers that show own ones only.
Pages have not: addresses of all sites are found through theirs.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminPageChooser
from wagtail.blocks import PageChooserBlock as AnyPageChooserBlock
from wagtail.models import Page

from .confinement import confined_to
from .ownership import is_own


class OwnPageChooser(AdminPageChooser):
    """Wagtail's page chooser; of a foreign page it keeps the id and tells nothing."""

    def get_value_data_from_instance(self, instance: Any) -> dict[str, Any]:
        department = confined_to()
        if department is None or is_own(Page, instance.pk, department):
            data: dict[str, Any] = super().get_value_data_from_instance(instance)
            return data
        return {
            "id": instance.pk,
            "edit_url": "",
            "parent_id": None,
            self.display_title_key: _("A page of another department"),
        }


class PageChooserBlock(AnyPageChooserBlock):
    """Wagtail's block with that chooser."""

    @cached_property
    def widget(self) -> OwnPageChooser:
        return OwnPageChooser(
            target_models=self.target_models, can_choose_root=self.can_choose_root
        )


def choose_own_pages() -> None:
    """Have every form field for a page use that chooser."""
    register_form_field_override(
        models.ForeignKey,
        to=Page,
        override=lambda field: {"widget": OwnPageChooser(target_models=[field.related_model])},
    )
