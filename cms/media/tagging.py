"""Tags that belong to departments: one's words are not offered to another."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import _TaggableManager
from taggit.models import TagBase
from wagtail.models import Collection

from sites.isolation.confinement import ConfinedManager
from sites.models import Department


def _own(department: Department) -> models.QuerySet[Any]:
    return Department.base_queryset().filter(pk=department.pk).values("pk")


class DepartmentTag(TagBase):
    """A department's tag: its name and slug are unique within the department."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=100, allow_unicode=True)
    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("department"),
        null=True,
    )

    objects = ConfinedManager("department", _own)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=("department", "name"), name="%(class)s_name_once_a_department"
            ),
            models.UniqueConstraint(
                fields=("department", "slug"), name="%(class)s_slug_once_a_department"
            ),
        ]


class DepartmentTags(_TaggableManager):
    """The tags of one picture or file: words of the department whose collection it lies in."""

    def _to_tag_model_instances(self, tags: Any, tag_kwargs: dict[str, Any]) -> Any:
        # A department's collection stands directly below the root.
        path = self.instance.collection.path[: 2 * Collection.steplen]
        owner = Department.base_queryset().filter(collection__path=path).first()
        return super()._to_tag_model_instances(tags, {**tag_kwargs, "department": owner})
