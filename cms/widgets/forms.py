"""The form of an area: a stream of the widgets that its department can use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.blocks import BlockField, StreamValue
from wagtail.blocks.base import BlockWidget

from sites.models import Department
from sites.tenancy import acting_for

from .blocks import WidgetStreamBlock
from .editing import editable_stream
from .signing import form_of_site


@contextmanager
def _form_of(department: Department | None) -> Iterator[None]:
    """Offer and take inside the block what is this department's, whatever host the form is on.

    None for the province's defaults, which belong to nobody.
    """
    site_id = department.site_id if department is not None else None
    with form_of_site(site_id), acting_for(department):
        yield


class WidgetAreaInput(BlockWidget):
    """Shows the stream; what is missing is signed for one site."""

    def __init__(self, block: WidgetStreamBlock, department: Department | None) -> None:
        super().__init__(block)
        self.department = department

    def render_with_errors(self, *args: Any, **kwargs: Any) -> str:
        with _form_of(self.department):
            return super().render_with_errors(*args, **kwargs)


class WidgetAreaFormField(BlockField):
    """Cleans the stream; what is missing must have been signed for this site."""

    def __init__(
        self, block: WidgetStreamBlock, department: Department | None, **kwargs: Any
    ) -> None:
        super().__init__(block=block, widget=WidgetAreaInput(block, department), **kwargs)
        self.department = department

    def clean(self, value: StreamValue) -> StreamValue:
        with _form_of(self.department):
            return super().clean(value)

    def has_changed(self, initial_value: Any, data_value: Any) -> bool:
        """Whether the stored form differs; what is missing is known only once it is verified."""
        try:
            data_value = self.clean(data_value)
        except ValidationError:
            return True
        return super().has_changed(initial_value, data_value)


class WidgetAreaForm(WagtailAdminModelForm):
    """Edits the widgets of one area. Only widgets that its site can use can be picked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.instance.department
        block = editable_stream(department)
        self.fields["widgets"] = WidgetAreaFormField(
            block, department, label=self.fields["widgets"].label, required=False
        )
        self.initial["widgets"] = block.to_python(self.instance.widgets)
