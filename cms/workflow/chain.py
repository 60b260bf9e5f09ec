"""A department's approval chain: made when its site is opened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from sites.models import Department
from sites.roles import Role

from .models import Gate


def ensure_chain(sender: type[Department], department: Department, **kwargs: Any) -> None:
    """Give the department the chain editor → chief editor, unless it has one.

    Listens to ``site_opened``. The gates are shared rows; the workflow is the
    department's own, so that its chain can change without anybody else's.
    """
    home = department.site.root_page
    if WorkflowPage.objects.filter(page=home).exists():
        return
    with override(department.language):
        workflow = Workflow.objects.create(
            name=_("Approval: %(department)s") % {"department": department.display_short_name}
        )
        names = {Role.EDITOR: _("Editing"), Role.CHIEF: _("Final approval")}
    for order, role in enumerate((Role.EDITOR, Role.CHIEF)):
        gate = Gate.objects.filter(role=role, active=True).order_by("pk").first()
        if gate is None:
            gate = Gate.objects.create(name=names[role], role=role)
        WorkflowTask.objects.create(workflow=workflow, task=gate, sort_order=order)
    WorkflowPage.objects.create(page=home, workflow=workflow)
