"""A table of each department's own."""

from django.db import models

from cms.sdk import DepartmentModel


class Secret(DepartmentModel):
    """What other departments must not see."""

    text = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.text
