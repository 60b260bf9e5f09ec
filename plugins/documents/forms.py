"""The form of a document in the admin, which looks at what hangs on it as well."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.sdk import SiteMedia, current_department

MAX_SUGGESTIONS = 300


class SuggestionInput(forms.TextInput):
    """A text field that suggests what the department's documents have there already."""

    def __init__(self, field_name: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.field_name = field_name

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The field with its list of suggestions, as HTML knows it."""
        list_id = f"suggestions-{self.field_name}"
        html = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}">', ((s,) for s in self._suggestions()))
        return format_html('{}<datalist id="{}">{}</datalist>', html, list_id, options)

    def _suggestions(self) -> list[str]:
        from .models import LegalDocument

        there = LegalDocument.objects.exclude(**{self.field_name: ""}).order_by(self.field_name)
        found = there.values_list(self.field_name, flat=True).distinct()
        return list(found[:MAX_SUGGESTIONS])


class DocumentForm(WagtailAdminModelForm):
    """A document with its files and with the documents that it replaces."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The class may have been made for another department, or for none.
        if "type" in self.fields:
            self.fields["type"].queryset = _types()
        for form in self._forms("replaces"):
            form.fields["replaced"].queryset = _documents()

    def clean(self) -> dict[str, Any]:
        """Refuse files of others, publication without a file, and replacing in a circle."""
        cleaned: dict[str, Any] = super().clean()
        files = self._kept("files")
        self._check_files(files)
        complete = "files" not in self.formsets or self.formsets["files"].is_valid()
        if cleaned.get("is_published") and complete and not files:
            self.add_error("is_published", _("Add the document's file before it is published."))
        self._check_replaced(self._kept("replaces"))
        return cleaned

    def _check_files(self, kept: list[Any]) -> None:
        chosen = {form: form.cleaned_data.get("file") for form in kept}
        department = current_department()
        own = SiteMedia(department).files(f.pk for f in chosen.values() if f) if department else {}
        for form, file in chosen.items():
            if file is not None and file.pk not in own:
                form.add_error("file", _("Choose a file of this site; this one is another's."))

    def _check_replaced(self, kept: list[Any]) -> None:
        seen: set[int] = set()
        for form in kept:
            replaced = form.cleaned_data.get("replaced")
            if replaced is None:
                continue
            if replaced.pk in seen:
                form.add_error("replaced", _("This document is named twice."))
            elif replaced.pk == self.instance.pk:
                form.add_error("replaced", _("A document cannot replace itself."))
            elif self.instance.pk and self.instance.pk in _replaced_from(replaced.pk):
                message = _("%(document)s replaces the document that you are editing.")
                form.add_error("replaced", message % {"document": replaced})
            seen.add(replaced.pk)

    def _forms(self, name: str) -> list[Any]:
        formset: BaseFormSet[Any] | None = self.formsets.get(name)
        return formset.forms if formset is not None else []

    def _kept(self, name: str) -> list[Any]:
        """The valid forms of a formset that will be there afterwards."""
        formset = self.formsets.get(name)
        if formset is None:
            return []
        return [
            form
            for form in formset.forms
            if form.is_valid()
            and (form.instance.pk or form.has_changed())
            and not form.cleaned_data.get("DELETE")
        ]


def _types() -> Any:
    from .models import DocumentType

    return DocumentType.objects.all()


def _documents() -> Any:
    from .models import LegalDocument

    return LegalDocument.objects.all()


def _replaced_from(document_id: int) -> set[int]:
    """The documents that a document replaces, those that they replace, and so on."""
    from .models import Replacement

    found: set[int] = set()
    frontier = {document_id}
    while frontier:
        rows = Replacement.objects.filter(replacing__in=frontier)
        frontier = set(rows.values_list("replaced", flat=True)) - found
        found |= frontier
    return found
