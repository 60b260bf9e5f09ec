"""Choosing one of the department's documents in the admin, by number or words of its summary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsViewMixin,
    ChooseViewMixin,
    ChosenMultipleView,
    ChosenView,
    CreationFormMixin,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.permissions import policy_registry

from .filtering import matching
from .models import LegalDocument


class WordsFilterForm(BaseFilterForm):
    """The chooser's search field."""

    q = forms.CharField(label=_("Type, number or words of the summary"), required=False)

    def filter(self, objects: QuerySet[LegalDocument]) -> QuerySet[LegalDocument]:
        """Those that have all the words."""
        objects = super().filter(objects)
        query = self.cleaned_data.get("q")
        if query:
            self.is_searching, self.search_query = True, query
            objects = matching(objects, query)
        return objects


class _OwnDocuments:
    """Whoever is not let in to the screen finds nothing to choose either."""

    request: Any

    def get_object_list(self) -> QuerySet[LegalDocument]:
        policy = policy_registry.get_by_type(LegalDocument)
        documents: QuerySet[LegalDocument] = policy.instances_user_has_any_permission_for(
            self.request.user, ["change"]
        )
        return documents.select_related("type")

    def get_object(self, pk: str) -> LegalDocument:
        return self.get_objects([pk]).get()

    def get_objects(self, pks: Iterable[str]) -> QuerySet[LegalDocument]:
        numbers = [int(pk) for pk in pks if pk.isascii() and pk.isdecimal() and len(pk) < 19]
        return self.get_object_list().filter(pk__in=numbers)


class _DocumentChooseView(_OwnDocuments, CreationFormMixin, BaseChooseView):
    filter_form_class = WordsFilterForm

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("summary", label=_("Summary of the document"), accessor=shortened_summary),
        ]


class DocumentChooseView(ChooseViewMixin, _DocumentChooseView):
    """The chooser's window."""


class DocumentChooseResultsView(ChooseResultsViewMixin, _DocumentChooseView):
    """What it finds."""


class DocumentChosenView(_OwnDocuments, ChosenView):
    """The one that was chosen."""


class DocumentChosenMultipleView(_OwnDocuments, ChosenMultipleView):
    """Those that were chosen."""


class DocumentChooserViewSet(ChooserViewSet):
    """The chooser of documents."""

    model = LegalDocument
    icon = "doc-full"
    choose_one_text = _("Choose a legal document")
    choose_another_text = _("Choose another legal document")
    edit_item_text = _("Edit this legal document")
    choose_view_class = DocumentChooseView
    choose_results_view_class = DocumentChooseResultsView
    chosen_view_class = DocumentChosenView
    chosen_multiple_view_class = DocumentChosenMultipleView

    def get_urlpatterns(self) -> list[URLPattern]:
        """Without the address that creates: a document has more than a chooser's form could ask."""
        return [each for each in super().get_urlpatterns() if each.name != "create"]


def shortened_summary(document: LegalDocument) -> str:
    """The beginning of a summary, for a table."""
    text = document.summary
    return text if len(text) <= 120 else f"{text[:120].rsplit(' ', 1)[0]}…"
