"""The user account: one person, one account, however many departments."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of some department's staff."""

    pen_name = models.CharField(_("pen name"), max_length=100, blank=True)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def get_full_name(self) -> str:
        """Family and middle names first, the given name last, as Vietnamese names go."""
        return f"{self.last_name} {self.first_name}".strip() or self.username
