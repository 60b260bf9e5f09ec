"""The form of an area: a stream of the widgets that its department can use."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.blocks import BlockField, StreamValue
from wagtail.blocks.base import BlockWidget

from .blocks import WidgetStreamBlock
from .editing import editable_stream
from .models import WidgetArea
from .signing import form_of_site


class WidgetAreaInput(BlockWidget):
    """Shows the stream; what is missing is signed for one site."""

    def __init__(self, block: WidgetStreamBlock, site_id: int) -> None:
        super().__init__(block)
        self.site_id = site_id

    def render_with_errors(self, *args: Any, **kwargs: Any) -> str:
        with form_of_site(self.site_id):
            return super().render_with_errors(*args, **kwargs)


class WidgetAreaFormField(BlockField):
    """Cleans the stream; what is missing must have been signed for this site."""

    def __init__(self, block: WidgetStreamBlock, site_id: int, **kwargs: Any) -> None:
        super().__init__(block=block, widget=WidgetAreaInput(block, site_id), **kwargs)
        self.site_id = site_id

    def clean(self, value: StreamValue) -> StreamValue:
        with form_of_site(self.site_id):
            return super().clean(value)


class WidgetAreaForm(forms.ModelForm):
    """Edits the widgets of one area. Only widgets of enabled plugins can be picked."""

    class Meta:
        model = WidgetArea
        fields = ("widgets",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.instance.department
        block = editable_stream(department)
        self.fields["widgets"] = WidgetAreaFormField(
            block, department.site_id, label=self.fields["widgets"].label, required=False
        )
        self.initial["widgets"] = block.to_python(self.instance.widgets)
