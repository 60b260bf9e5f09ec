"""The lists of hosts, what was found, and how far the scan is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from sites.models import Department
from sites.scoping import DepartmentModel

from .hiding import WAYS
from .rules import GRADES, Grade

#: What the province's list begins with.
FIRST_HOSTS = ("*.gov.vn", "chinhphu.vn", "quochoi.vn", "dangcongsan.vn")
MAX_WORDS = 500


class AllowedHost(DepartmentModel):
    """A host that links of a department may lead to; of all departments where it has none."""

    department = models.ForeignKey(  # type: ignore[assignment]
        Department,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        editable=False,
        null=True,
        verbose_name=_("department"),
    )
    pattern = models.CharField(_("host"), max_length=255)
    note = models.CharField(_("what it is"), max_length=200, blank=True)
    added_by_name = models.CharField(max_length=255, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("allowed host")
        verbose_name_plural = _("allowed hosts")
        ordering = ("pattern",)
        constraints = [
            models.UniqueConstraint(fields=("department", "pattern"), name="one_host_a_department"),
            models.UniqueConstraint(
                fields=("pattern",),
                condition=models.Q(department=None),
                name="one_host_of_the_province",
            ),
        ]

    def __str__(self) -> str:
        return self.pattern


class LinkRules(models.Model):
    """What the province has decided: one row."""

    unpublishes = models.BooleanField(
        _("take pages with gambling or hidden links off the site at once"), default=False
    )
    words = models.TextField(
        _("further words and hosts of gambling"),
        blank=True,
        help_text=_("One a line; what has a dot, such as example.bet, is a host."),
    )
    #: The next scan looks at everything: a host was taken off a list, a word was added.
    is_full_due = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("rules about links")
        verbose_name_plural = _("rules about links")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def load(cls) -> LinkRules:
        """The row; made on first use, with the province's first hosts."""
        rules, is_new = cls.objects.get_or_create(pk=1)
        if is_new:
            AllowedHost.of_all_departments.bulk_create(
                [AllowedHost(department=None, pattern=pattern) for pattern in FIRST_HOSTS],
                ignore_conflicts=True,
            )
        return rules

    def clean(self) -> None:
        """Put the words into one form, each once."""
        words = list(dict.fromkeys(filter(None, map(str.strip, self.words.splitlines()))))
        if len(words) > MAX_WORDS:
            raise ValidationError({"words": _("More than %(limit)s lines.") % {"limit": MAX_WORDS}})
        for word in words:
            if len(word) < 3 or len(word) > 100:
                raise ValidationError(
                    {
                        "words": _("“%(word)s”: a word has between 3 and 100 letters.")
                        % {"word": word[:40]}
                    }
                )
        self.words = "\n".join(words)


class Finding(DepartmentModel):
    """Something that the scan found, in one object; of no department where it is the province's.

    ``model`` and ``object_id`` name the object: a model's label and a key, or ``file`` and a
    path. ``in_live`` and ``in_draft`` say where it was seen last; where it is in neither, it
    has mended itself.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Undecided")
        ALLOWED = "allowed", _("Allowed")
        DISMISSED = "dismissed", _("Dismissed")
        MENDED = "mended", _("Mended")

    department = models.ForeignKey(  # type: ignore[assignment]
        Department,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        editable=False,
        null=True,
        verbose_name=_("department"),
    )
    grade = models.PositiveSmallIntegerField(
        _("grade"), choices=[(grade.value, label) for grade, label in GRADES.items()]
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=40)
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=255)
    edit_address = models.CharField(max_length=300, blank=True)
    place = models.CharField(_("place"), max_length=255, blank=True)
    host = models.CharField(_("host"), max_length=255, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    words = models.CharField(_("words"), max_length=500, blank=True)
    hidden = models.CharField(max_length=12, blank=True)
    in_live = models.BooleanField(default=False)
    in_draft = models.BooleanField(default=False)

    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    brought_by_name = models.CharField(max_length=255, blank=True)
    brought_at = models.DateTimeField(null=True)

    found_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), blank=True)
    #: When the page was taken off the site for it, and the text that was public then.
    unpublished_at = models.DateTimeField(null=True)
    unpublished_revision_id = models.BigIntegerField(null=True)

    # A finding uses nothing: it is no reason to keep a page or an account.
    wagtail_reference_index_ignore: ClassVar[bool] = True

    class Meta:
        verbose_name = _("finding about links")
        verbose_name_plural = _("findings about links")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("model", "object_id", "fingerprint"), name="one_finding_a_thing"
            )
        ]
        indexes = [
            models.Index(fields=["department", "state", "-id"], name="finding_department"),
            models.Index(fields=["state", "grade", "-id"], name="finding_state"),
            models.Index(fields=["department", "host"], name="finding_host"),
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()}: {self.host or self.words} ({self.title})"

    @property
    def is_dangerous(self) -> bool:
        """Whether it is more than a host that nobody has allowed yet."""
        return self.grade > Grade.UNKNOWN

    @property
    def way(self) -> Any:
        """What hides it, in words."""
        return WAYS.get(self.hidden, "")

    @property
    def can_return(self) -> bool:
        """Whether the page was taken off for it, and is still off."""
        return self.unpublished_at is not None and self.page is not None and not self.page.live


class Scan(models.Model):
    """A scan: how far it is, so that one that was broken off goes on, and what it saw."""

    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    is_full = models.BooleanField()
    #: What was not changed after this is passed over; None: nothing is.
    since = models.DateTimeField(null=True)
    stage = models.CharField(max_length=120, blank=True)
    cursor = models.BigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("scan for links")
        verbose_name_plural = _("scans for links")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.stage} {self.cursor}"


class ReadFile(models.Model):
    """The content of a document that was read last, so that it is read once."""

    document = models.OneToOneField(
        settings.WAGTAILDOCS_DOCUMENT_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    file_hash = models.CharField(max_length=40)

    wagtail_reference_index_ignore: ClassVar[bool] = True

    class Meta:
        verbose_name = _("file that was read")
        verbose_name_plural = _("files that were read")

    def __str__(self) -> str:
        return f"{self.document_id} {self.file_hash}"


class AcceptedFile(models.Model):
    """A file of the installation as the operator accepted it."""

    path = models.CharField(max_length=255, unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("accepted file")
        verbose_name_plural = _("accepted files")

    def __str__(self) -> str:
        return self.path
