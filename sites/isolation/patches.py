"""The one place where Wagtail is changed from outside, for want of a hook.

``BaseViewRestrictionForm`` fills its field ``groups`` with every group of the
installation each time it is made, and the names of groups tell whose they are.
Wagtail says that full multi-tenancy is beyond it:
https://docs.wagtail.org/en/stable/advanced_topics/multi_site_multi_instance_multi_tenancy.html
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import F, QuerySet
from wagtail.admin.forms import view_restrictions

from sites.models import Department

from .confinement import WithinConfinement
from .ownership import own_rows


def own_groups(department: Department) -> QuerySet[Any]:
    """The ids of the groups that hold the department's offices."""
    return own_rows(Group, department).values("pk")


def offer_own_groups() -> None:
    """Have the privacy form offer the groups of the department one is confined to."""
    own = Group.objects.filter(WithinConfinement(F("pk"), own_groups))
    view_restrictions.Group = SimpleNamespace(objects=own)
