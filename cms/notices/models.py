"""A notice: what one person of a department is told, in the admin and by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sites.scoping import DepartmentModel


class Notice(DepartmentModel):
    """What ``recipient`` is told; with the state of its mail.

    ``next_attempt`` is when the mail is due; None once it is sent or given up.
    The department's merger takes the notices along, their links hold.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=500, blank=True)
    created = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    mailed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices to staff")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_recipient"),
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at=None),
                name="notice_unread",
            ),
            models.Index(
                fields=["next_attempt"],
                condition=models.Q(next_attempt__isnull=False),
                name="notice_mail_due",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def given_up(self) -> bool:
        """Whether nobody will try to mail it any more, though it was not mailed."""
        return self.mailed_at is None and self.next_attempt is None
