"""What the plugin brings beside its widget: screens, addresses, the types to begin with."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet, RestrictedError
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import DeleteView, IndexView

from cms.sdk import (
    AdminScreen,
    Role,
    SiteEvent,
    purge,
    register_collection,
    register_screen,
    register_search,
    register_urls,
    site_hook,
)

from . import samples
from .api import DocumentRow, read
from .choosing import DocumentChooserViewSet, shortened_summary
from .filtering import in_state, matching
from .models import DocumentType, LegalDocument, LegalDocumentFile, State
from .searching import DocumentSource
from .views import TAG, document, index

# In the order of Decree 30/2020/NĐ-CP, article 7, but for the kinds that are not published.
STARTING_TYPES = (
    _("Resolution"),
    _("Decision"),
    _("Directive"),
    _("Regulations"),
    _("Provisions"),
    _("Announcement"),
    _("Guidance"),
    _("Programme"),
    _("Plan"),
    _("Project"),
    _("Report"),
    _("Submission"),
    _("Official letter"),
    _("Urgent dispatch"),
    _("Invitation letter"),
)


def own_types(request: HttpRequest | None) -> QuerySet[DocumentType]:
    """The types of the department that is current when the filter is used."""
    types: QuerySet[DocumentType] = DocumentType.objects.all()
    return types


def own_bodies() -> list[tuple[str, str]]:
    """The issuing bodies of the department's documents, published or not."""
    rows = LegalDocument.objects.order_by("body_key").values_list("body_key", "issuing_body")
    return sorted(dict(rows.distinct()).items())


def own_years() -> list[tuple[int, str]]:
    """The years of the department's documents, latest first."""
    years = LegalDocument.objects.order_by("-year").values_list("year", flat=True)
    return [(year, str(year)) for year in years.distinct()]


def day_of_issue(document: LegalDocument) -> str:
    """The date as it stands on the document; a table of Wagtail's would say how long ago it is."""
    return f"{document.issued_on:%d/%m/%Y}"


class DocumentFilters(WagtailFilterSet):
    """The filters of the list in the admin."""

    type = django_filters.ModelChoiceFilter(queryset=own_types, label=_("Type of document"))
    body_key = django_filters.ChoiceFilter(choices=own_bodies, label=_("Issuing body"))
    year = django_filters.ChoiceFilter(choices=own_years, label=_("Year of issue"))
    state = django_filters.ChoiceFilter(
        choices=State.choices, method="filter_state", label=_("Validity")
    )

    class Meta:
        model = LegalDocument
        fields = ["type", "body_key", "year", "state", "is_published"]

    def filter_state(
        self, documents: QuerySet[LegalDocument], name: str, value: str
    ) -> QuerySet[LegalDocument]:
        """Those in a state."""
        return documents.filter(in_state(State(value)))


class DocumentIndexView(IndexView):
    """The documents, found as the public finds them."""

    def get_base_queryset(self) -> QuerySet[LegalDocument]:
        documents: QuerySet[LegalDocument] = super().get_base_queryset()
        return documents.select_related("type")

    def search_queryset(self, queryset: QuerySet[LegalDocument]) -> QuerySet[LegalDocument]:
        return matching(queryset, self.search_query) if self.search_query else queryset


@register_screen
class DocumentScreen(AdminScreen):
    """The register, for editors, chief editors and the site's administrators."""

    model = LegalDocument
    icon = "doc-full"
    menu_label = _("Register of documents")
    menu_order = 590
    roles = (Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN)
    index_view_class = DocumentIndexView
    filterset_class = DocumentFilters
    search_fields = ["folded"]
    list_display = [
        "number",
        Column("type", label=_("Type of document"), sort_key="type__order"),
        Column("summary", label=_("Summary of the document"), accessor=shortened_summary),
        Column("issued_on", label=_("Date of issue"), accessor=day_of_issue, sort_key="issued_on"),
        Column("state_in_words", label=_("Validity")),
        BooleanColumn("is_published", label=_("On the site"), sort_key="is_published"),
    ]


class TypeDeleteView(DeleteView):
    """Deletes a type that no document has."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except RestrictedError:
            text = gettext("“%s” cannot be deleted: there are documents of this type.")
            messages.error(self.request, text % self.object)
            return redirect(self.get_success_url())
        return response


@register_screen
class TypeScreen(AdminScreen):
    """The types of documents, for the site's administrators."""

    model = DocumentType
    icon = "list-ul"
    menu_label = _("Types of documents")
    menu_order = 591
    delete_view_class = TypeDeleteView
    list_display = ["name", "order"]


@hooks.register("register_admin_viewset")
def register_chooser() -> DocumentChooserViewSet:
    """The chooser of the documents that one replaces."""
    return DocumentChooserViewSet("documents_chooser", url_prefix="plugin/documents/chooser")


@site_hook("opened")
@site_hook("enabled")
def make_starting_types(event: SiteEvent) -> None:
    """Give a department its first types; one that has any knows better."""
    if DocumentType.objects.exists():
        return
    with translation.override(event.department.language):
        names = [str(name) for name in STARTING_TYPES]
    for number, name in enumerate(names, start=1):
        DocumentType.objects.create(name=name, order=10 * number)


@receiver([post_save, post_delete], sender=LegalDocument)
@receiver([post_save, post_delete], sender=DocumentType)
def drop_kept_output(instance: LegalDocument | DocumentType, **kwargs: Any) -> None:
    """What is kept of the site shows the register as it was."""
    purge(instance.department, TAG)


@receiver(post_delete, sender=LegalDocumentFile)
def drop_page_of_file(instance: LegalDocumentFile, **kwargs: Any) -> None:
    """A file was deleted where files are kept: its document's page links to it still."""
    for found in LegalDocument.of_all_departments.filter(pk=instance.document_id):
        purge(found.department, TAG)


site_hook("demo")(samples.bring)
register_search(DocumentSource())
register_collection(
    "documents",
    DocumentRow,
    read,
    summary="The register of legal documents, newest first",
    tags=frozenset({TAG}),
)
register_urls(
    "van-ban",
    [
        path("", index, name="index"),
        path("<int:pk>/", document, name="short"),
        path("<int:pk>/<slug:slug>/", document, name="document"),
    ],
)
