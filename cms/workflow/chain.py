"""A department's approval chain: made when its site is opened, changed on its own screen.

A chain is one to four gates, in the order in which the roles follow one
another, and ends with the chief editor. The gates are shared rows; the workflow
is the department's own. Changing a chain makes a new workflow: what is on its
way stays in the one it was submitted to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department
from sites.roles import GATE_ROLES, Role

from .models import Gate

DEFAULT = (Role.EDITOR, Role.CHIEF)
LONGEST = 4
ON_THEIR_WAY = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)


def ensure_chain(sender: type[Department], department: Department, **kwargs: Any) -> None:
    """Give the department the chain editor → chief editor, unless it has one.

    Listens to ``site_opened``.
    """
    home = department.site.root_page
    if not WorkflowPage.objects.filter(page=home).exists():
        WorkflowPage.objects.create(page=home, workflow=_workflow(department, DEFAULT))


def chain_of(department: Department) -> list[Role]:
    """The roles at the department's gates, in their order."""
    gates = Gate.objects.filter(
        workflow_tasks__workflow__workflow_pages__page=department.site.root_page_id
    ).order_by("workflow_tasks__sort_order")
    return [Role(gate.role) for gate in gates]


def problems_of(department: Department, roles: Sequence[Role]) -> list[str]:
    """What speaks against this chain, in words; empty where it will do."""
    found = []
    if not 1 <= len(roles) <= LONGEST:
        found.append(_("A chain has one to four gates."))
    elif roles[-1] != Role.CHIEF:
        found.append(_("The last gate publishes: it is the chief editor's."))
    elif list(roles) != sorted(roles, key=GATE_ROLES.index):
        found.append(_("The gates follow one another: editing, secretary, final approval."))
    for role, times in Counter(roles).items():
        people = (
            get_user_model()
            ._base_manager.filter(
                is_active=True,
                groups__department_role__department=department,
                groups__department_role__role=role,
            )
            .distinct()
            .count()
        )
        if people < times:
            found.append(
                _(
                    "%(role)s: %(gates)d gates, %(people)d people. Nobody passes an article "
                    "twice, so it would be stuck there; give the role to more people first."
                )
                % {"role": role.label, "gates": times, "people": people}
            )
    return found


@transaction.atomic
def change_chain(department: Department, roles: Sequence[Role], user: Any) -> bool:
    """Give the department another chain, for what is submitted from now on.

    Returns whether anything changed.

    Raises:
        ValidationError: with what speaks against it.
    """
    problems = problems_of(department, roles)
    if problems:
        raise ValidationError(problems)
    before = chain_of(department)
    if before == list(roles):
        return False
    WorkflowPage.objects.update_or_create(
        page=department.site.root_page, defaults={"workflow": _workflow(department, roles)}
    )
    record(
        department,
        "sen.approval.chain",
        Kind.APPROVAL,
        about=department.name,
        details=f"{_in_words(before)} ⇒ {_in_words(roles)}",
        user=user,
    )
    retire_old_chains()
    return True


def retire_old_chains() -> int:
    """Switch off workflows that no site has and no article is on its way in; returns how many.

    Wagtail's own ``deactivate`` would call their articles back.
    """
    return (
        Workflow.objects.filter(active=True, workflow_pages=None, workflow_tasks__task__gate__gt=0)
        .exclude(workflow_states__status__in=ON_THEIR_WAY)
        .update(active=False)
    )


def _workflow(department: Department, roles: Sequence[Role]) -> Workflow:
    with override(department.language):
        workflow = Workflow.objects.create(
            name=_("Approval: %(department)s") % {"department": department.display_short_name}
        )
        for order, role in enumerate(roles):
            step = list(roles[:order]).count(role) + 1
            WorkflowTask.objects.create(workflow=workflow, task=_gate(role, step), sort_order=order)
    return workflow


def _gate(role: Role, step: int) -> Gate:
    names = {
        Role.EDITOR: _("Editing"),
        Role.SECRETARY: _("Secretary’s check"),
        Role.CHIEF: _("Final approval"),
    }
    name = names[role] if step == 1 else f"{names[role]} {step}"
    gate, _made = Gate.objects.get_or_create(role=role, step=step, defaults={"name": name})
    return gate


def _in_words(roles: Sequence[Role]) -> str:
    return " → ".join(str(role.label) for role in roles) or "–"
