"""The register's tables: documents, their types, files, and which document replaces which.

What is asked for often is stored beside what the editor wrote: the words to
search, the keys that two spellings share, and from when to when a document is in
force. :meth:`LegalDocument.derive` and :func:`settle_ends` keep those true.
"""

from __future__ import annotations

from datetime import date
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.documents import get_document_model_string
from wagtail.models import Orderable

from cms.sdk import DepartmentModel, slugify

from .forms import DocumentForm, SuggestionInput
from .words import folded, key_of, squeeze

PUBLISHED = models.Q(is_published=True)


class State(models.TextChoices):
    """Whether a document is in force. The values stand in addresses."""

    IN_FORCE = "con", _("In force")
    ENDED = "het", _("No longer in force")
    NOT_YET = "chua", _("Not yet in force")


class DocumentType(DepartmentModel):
    """A kind of document, such as "Quyết định". A department's own row, so that it can add some.

    A table, not a list in the code: Decree 30/2020/NĐ-CP names 29 kinds of
    administrative documents, the laws name others, and a department uses a few
    of each. Not free text either: two spellings would be two choices in the filter.
    """

    name = models.CharField(_("name of the type"), max_length=80)
    order = models.PositiveSmallIntegerField(
        _("place in the list"), default=100, help_text=_("Smaller numbers stand first.")
    )
    # Stands in addresses and in settings of widgets: it outlives a change of the name.
    slug = models.CharField(max_length=90, editable=False)

    panels = [FieldPanel("name"), FieldPanel("order")]

    class Meta:
        ordering = ("order", "slug")
        verbose_name = _("type of document")
        verbose_name_plural = _("types of documents")
        constraints = [
            models.UniqueConstraint(fields=("department", "slug"), name="documents_type_slug")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a name that is there already, however it is spelled."""
        super().clean()
        self.name = squeeze(self.name)
        key = slugify(self.name)
        if not key:
            raise ValidationError({"name": _("Write a name with letters or digits.")})
        others = DocumentType.objects.exclude(pk=self.pk)
        if any(slugify(name) == key for name in others.values_list("name", flat=True)):
            raise ValidationError({"name": _("There is a type with this name already.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new type gets the slug that it keeps."""
        if not self.slug:
            wanted = slugify(self.name, 80)
            taken = set(DocumentType.objects.values_list("slug", flat=True))
            # A type of this name may have got another one since.
            more = (f"{wanted}-{number}" for number in count(2))
            self.slug = next(slug for slug in chain([wanted], more) if slug not in taken)
        super().save(*args, **kwargs)


class LegalDocument(ClusterableModel, DepartmentModel):
    """One document of a department's register."""

    type = models.ForeignKey(
        DocumentType,
        # Not PROTECT, which would keep a department with documents from being deleted.
        on_delete=models.RESTRICT,
        related_name="documents",
        verbose_name=_("type of document"),
    )
    number = models.CharField(
        _("number and symbol"),
        max_length=100,
        help_text=_("As it stands on the document, such as 03/KH-STTTT."),
    )
    issuing_body = models.CharField(
        _("issuing body"),
        max_length=200,
        help_text=_("The suggestions are the bodies of the documents that are there already."),
    )
    summary = models.TextField(
        _("summary"), max_length=2000, help_text=_("What the document is about, as it says.")
    )
    issued_on = models.DateField(_("date of issue"))
    signer = models.CharField(_("signed by"), max_length=150, blank=True)
    topic = models.CharField(_("field of work"), max_length=150, blank=True)
    effective_on = models.DateField(
        _("in force from"),
        null=True,
        blank=True,
        help_text=_("Left empty, it is the date of issue."),
    )
    expires_on = models.DateField(
        _("no longer in force from"),
        null=True,
        blank=True,
        help_text=_("Left empty, it is in force until another document replaces it."),
    )
    is_published = models.BooleanField(
        _("published on the site"),
        default=False,
        help_text=_("Only published documents are seen on the site."),
    )

    # Derived from what stands above.
    body_key = models.CharField(max_length=200, editable=False)
    number_key = models.CharField(max_length=200, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    starts_on = models.DateField(editable=False)
    ends_on = models.DateField(null=True, editable=False)
    folded = models.TextField(editable=False)

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("type"), FieldPanel("number")]),
                FieldPanel("issuing_body", widget=SuggestionInput("issuing_body")),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("issued_on"), FieldPanel("signer")]),
                FieldPanel("topic", widget=SuggestionInput("topic")),
            ],
            heading=_("The document"),
        ),
        InlinePanel("files", heading=_("Files of the document"), label=_("file of the document")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("effective_on"), FieldPanel("expires_on")]),
                HelpPanel(template="documents/admin/replaced_by.html"),
            ],
            heading=_("Validity"),
        ),
        InlinePanel(
            "replaces",
            heading=_("Replaces these documents"),
            label=_("replaced document"),
            help_text=_(
                "They are no longer in force from the day on which this one is, "
                "as soon as this one is published."
            ),
        ),
        MultiFieldPanel([FieldPanel("is_published")], heading=_("Publication")),
    ]
    base_form_class = DocumentForm

    class Meta:
        ordering = ("-issued_on", "-pk")
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "number_key", "year", "type", "body_key"),
                name="documents_number_once",
            )
        ]
        # Partial ones: a condition on a boolean column uses no other on SQLite.
        indexes = [
            models.Index(
                fields=("department", *columns), name=f"documents_by_{name}", condition=PUBLISHED
            )
            for name, columns in {
                # The last two let the state be read in the index.
                "date": ("-issued_on", "-id", "starts_on", "ends_on"),
                "type": ("type", "-issued_on", "-id"),
                "body": ("body_key", "-issued_on", "-id"),
                "year": ("year",),
            }.items()
        ]

    def __str__(self) -> str:
        return f"{self.heading} ({self.issued_on:%d/%m/%Y})"

    @property
    def heading(self) -> str:
        """Type and number: "Kế hoạch 03/KH-STTTT"."""
        return f"{self.type.name} {self.number}"

    @property
    def slug(self) -> str:
        """The readable part of its address; it follows type and number."""
        return slugify(self.heading.replace("/", " "), 80) or "van-ban"

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse("documents:document", args=[self.pk, self.slug])

    @property
    def state(self) -> State:
        """Whether it is in force today."""
        today = timezone.localdate()
        if self.ends_on is not None and self.ends_on <= today:
            return State.ENDED
        return State.NOT_YET if self.starts_on > today else State.IN_FORCE

    def state_in_words(self) -> str:
        """For the admin."""
        return str(self.state.label)

    def replacing(self) -> models.QuerySet[LegalDocument]:
        """The documents that replace it, drafts too."""
        documents: models.QuerySet[LegalDocument] = LegalDocument.objects.filter(
            replaces__replaced=self.pk
        )
        return documents.select_related("type")

    def derive(self) -> None:
        """Fill in what follows from what the editor wrote, but for the end of its validity."""
        self.number = squeeze(self.number)
        self.issuing_body = squeeze(self.issuing_body)
        self.signer = squeeze(self.signer)
        self.topic = squeeze(self.topic)
        self.summary = squeeze(self.summary)
        self.number_key = key_of(self.number)[:200]
        self.body_key = slugify(self.issuing_body, 200)
        self.year = self.issued_on.year
        self.starts_on = self.effective_on or self.issued_on
        self.folded = folded(self.number, self.summary)

    def clean(self) -> None:
        """Refuse dates that cannot be, and a document that is there already."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.number and not key_of(self.number):
            errors["number"] = _("Write a number with letters or digits.")
        if self.issuing_body and not slugify(self.issuing_body):
            errors["issuing_body"] = _("Write a name with letters or digits.")
        if self.issued_on is not None:
            errors |= self._wrong_dates(self.issued_on)
        if self.number and self.issuing_body and self.issued_on and self.type_id:
            self.derive()
            errors |= self._double()
        if errors:
            raise ValidationError(errors)

    def _wrong_dates(self, issued_on: date) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        starts_on = self.effective_on or issued_on
        if self.is_published and issued_on > timezone.localdate():
            errors["issued_on"] = _(
                "A document cannot be published before it is issued. "
                "Correct the date, or keep it unpublished until then."
            )
        if issued_on.year < 1900:
            errors["issued_on"] = _("Write the year with four digits, 1900 or later.")
        if starts_on < issued_on:
            errors["effective_on"] = _(
                "A document cannot be in force before it is issued, on %(date)s."
            ) % {"date": f"{issued_on:%d/%m/%Y}"}
        if self.expires_on is not None and self.expires_on <= starts_on:
            errors["expires_on"] = _("This must be after the day from which it is in force.")
        return errors

    def _double(self) -> dict[str, Any]:
        others = LegalDocument.objects.exclude(pk=self.pk)
        same = others.filter(
            number_key=self.number_key, year=self.year, type=self.type_id, body_key=self.body_key
        ).first()
        if same is None or not self.number_key:
            return {}
        message = _(
            "The register has this number already: %(document)s of “%(body)s”, "
            "issued on %(date)s. A number is given once a year for each type and body."
        )
        date_of_same = f"{same.issued_on:%d/%m/%Y}"
        about = {"document": same.heading, "body": same.issuing_body, "date": date_of_same}
        return {"number": message % about}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and set from when on it and those that it replaces are no longer in force."""
        self.derive()
        super().save(*args, **kwargs)
        replaced = Replacement.objects.filter(replacing=self.pk).values_list("replaced", flat=True)
        settle_ends(self.pk, *replaced)


class LegalDocumentFile(Orderable):
    """A file with the document's text, or an annex."""

    document = ParentalKey(LegalDocument, on_delete=models.CASCADE, related_name="files")
    # No constraint: a table that was left behind must not keep a file from being deleted.
    file = models.ForeignKey(
        get_document_model_string(),
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        verbose_name=_("file of the document"),
    )
    title = models.CharField(
        _("name of the file"),
        max_length=200,
        blank=True,
        help_text=_("Such as “Phụ lục I”. Left empty, it is the file's own title."),
    )

    panels = [FieldPanel("file"), FieldPanel("title")]

    class Meta(Orderable.Meta):
        verbose_name = _("file of the document")
        verbose_name_plural = _("files of the document")

    def __str__(self) -> str:
        return self.title or str(self.file)


class Replacement(models.Model):
    """That one document takes the place of another of the same department."""

    replacing = ParentalKey(LegalDocument, on_delete=models.CASCADE, related_name="replaces")
    replaced = models.ForeignKey(
        LegalDocument,
        on_delete=models.CASCADE,
        related_name="replaced_by",
        verbose_name=_("replaced document"),
    )

    panels = [FieldPanel("replaced")]

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        constraints = [
            models.UniqueConstraint(
                fields=("replacing", "replaced"), name="documents_replaced_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(replacing=models.F("replaced")), name="documents_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.replacing_id} → {self.replaced_id}"


def published() -> models.QuerySet[LegalDocument]:
    """The current department's documents that the public may see, newest first."""
    documents: models.QuerySet[LegalDocument] = LegalDocument.objects.filter(is_published=True)
    return documents.select_related("type")


def settle_ends(*document_ids: int) -> None:
    """Store from when on documents are no longer in force.

    That is the day that the editor gave, or the first on which a published
    document that replaces it is in force, whichever comes first.
    """
    replaced_from = models.Min(
        "replaced_by__replacing__starts_on",
        filter=models.Q(replaced_by__replacing__is_published=True),
    )
    documents = LegalDocument.of_all_departments.filter(pk__in=document_ids)
    for document in documents.order_by().annotate(replaced_from=replaced_from):
        days = [day for day in (document.expires_on, document.replaced_from) if day is not None]
        ends_on = min(days, default=None)
        if ends_on != document.ends_on:
            documents.filter(pk=document.pk).update(ends_on=ends_on)


@receiver([post_save, post_delete], sender=Replacement)
def settle_replaced(instance: Replacement, **kwargs: Any) -> None:
    """A replacement was added or taken back, perhaps with the document that replaced."""
    settle_ends(instance.replaced_id)
