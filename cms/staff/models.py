"""Invitations that wait for their people, and offices that have ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.models import Department


class Invitation(models.Model):
    """Roles offered to whoever reads the mail of an address; taken up at the next sign-in.

    What is shown of it is what was typed. Whether the address has an account
    already, and what it is called, nobody here learns before that person comes.
    """

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    last_name = models.CharField(_("family and middle names"), max_length=100)
    first_name = models.CharField(_("given name"), max_length=50)
    roles = models.JSONField(_("roles"))
    # The account that was found or made for it; for the system, not for display.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "email"),
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

    @property
    def full_name(self) -> str:
        """The name as it was typed, the given name last."""
        return f"{self.last_name} {self.first_name}".strip()


class EndedOffice(models.Model):
    """What somebody was in a department until they were suspended or left: the way back."""

    class Reason(models.TextChoices):
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Left the office")

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="ended_offices"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    roles = models.JSONField()
    # Whether the account was locked for it: somebody whom the province locked stays locked.
    account_locked = models.BooleanField(default=False)
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What was handed over: the keys of pages.
    pages = models.JSONField(default=list)
    ended_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ended office")
        verbose_name_plural = _("ended offices")
        constraints = [
            models.UniqueConstraint(
                fields=("department", "person"), name="one_ended_office_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.reason}: {self.department}"
