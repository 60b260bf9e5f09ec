"""The user account: one person, one account, however many departments."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.isolation.confinement import ConfinedManager, own_people, unconfined


class StaffManager(ConfinedManager, UserManager["User"]):
    """The staff of the department one is confined to; everybody for the province and for jobs."""

    # A migration sees every row.
    use_in_migrations = False

    def __init__(self) -> None:
        # Without arguments, as Django makes the manager of ``group.user_set``.
        super().__init__("pk", own_people)


class User(AbstractUser):
    """A member of some department's staff."""

    pen_name = models.CharField(_("pen name"), max_length=100, blank=True)

    objects: ClassVar[StaffManager] = StaffManager()  # type: ignore[misc]

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def get_full_name(self) -> str:
        """Family and middle names first, the given name last, as Vietnamese names go."""
        return f"{self.last_name} {self.first_name}".strip() or self.username

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Refuse a name that anybody has, of whatever department."""
        with unconfined():
            super().validate_unique(exclude)
