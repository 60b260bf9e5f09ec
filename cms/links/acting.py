"""What is done about a finding: allow its host, dismiss it, take the page off, put it back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision

from cms.notices.telling import tell
from cms.record.models import Kind
from cms.record.writing import record
from cms.workflow import acts
from cms.workflow.authority import Authority, publishing_by
from cms.workflow.permissions import GatedPage
from sites.models import Department, RoleGroup
from sites.roles import Role, has_role
from sites.tenancy import acting_for

from .hosts import clean_pattern
from .lists import Lists
from .models import AllowedHost, Finding, LinkRules
from .rules import Grade
from .settling import note
from .sources import source_of

SHORTEST_REASON = 10  # characters
NO_REASON = gettext_lazy("Say in a sentence why.")
#: Who is told of what was found.
TOLD = (Role.SITE_ADMIN, Role.CHIEF, Role.EDITOR)


class RefusedError(Exception):
    """An act that is not done; its text says why."""


def may(user: Any, department: Department, *roles: Role) -> bool:
    """Whether ``user`` holds one of ``roles`` there, or is the province's administrator."""
    return user.is_active and (user.is_superuser or has_role(user, department, *roles))


@transaction.atomic
def allow_host(
    department: Department | None, pattern: str, user: Any, note_: str = ""
) -> AllowedHost:
    """Put a host on the list of ``department``, or of the province; what it covers is allowed.

    Raises:
        ValidationError: the host is none, is on the list, or is a gambling site's.
    """
    pattern = clean_pattern(pattern)
    words = {"host": pattern}
    lists = Lists(department.pk if department is not None else None)
    # The province may name such a host exactly, when its name only looks like one.
    if (department is not None or pattern.startswith("*.")) and lists.words.in_host(
        pattern.removeprefix("*.")
    ):
        raise ValidationError(
            _("“%(host)s” looks like a gambling site: only the province can allow it.") % words
        )
    rows = AllowedHost.of_all_departments.filter(department=department, pattern=pattern)
    if rows.exists():
        raise ValidationError(_("“%(host)s” is on the list already.") % words)
    with acting_for(department):
        row: AllowedHost = AllowedHost.of_all_departments.create(
            department=department,
            pattern=pattern,
            note=note_.strip()[:200],
            added_by_name=user.get_full_name() if user is not None else "",
        )
    _allow_what_is_covered(department, pattern, user)
    if department is not None:
        record(department, "sen.links.host_allowed", Kind.SETTINGS, about=pattern, user=user)
    return row


def _allow_what_is_covered(department: Department | None, pattern: str, user: Any) -> None:
    """Close the open findings whose host is on the list now."""
    waiting = Finding.of_all_departments.filter(
        state=Finding.State.OPEN, grade__in=(Grade.UNKNOWN, Grade.HIDDEN)
    )
    if department is not None:
        waiting = waiting.filter(department=department)
    if pattern.startswith("*."):
        waiting = waiting.filter(host__endswith=pattern[1:])
    else:
        waiting = waiting.filter(host__in=(pattern, f"www.{pattern}"))
    waiting.update(
        state=Finding.State.ALLOWED,
        decided_at=timezone.now(),
        decided_by_name=user.get_full_name() if user is not None else "",
    )


@transaction.atomic
def forget_host(row: AllowedHost, user: Any) -> None:
    """Take a host off its list; the next scan looks at everything again."""
    department = row.department
    with acting_for(department):
        row.delete()
    LinkRules.load()
    LinkRules.objects.update(is_full_due=True)
    if department is not None:
        record(department, "sen.links.host_forgotten", Kind.SETTINGS, about=row.pattern, user=user)


@transaction.atomic
def dismiss(finding: Finding, user: Any, reason: str) -> None:
    """Close a finding that is none.

    Raises:
        RefusedError: no reason is given, or it is not open.
    """
    row = _locked(finding)
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError(NO_REASON)
    if row.state != Finding.State.OPEN:
        raise RefusedError(_("This finding is not open any more."))
    _decide(row, Finding.State.DISMISSED, user, reason)
    note(row, "sen.links.dismissed", why=reason.strip(), user=user)


def _decide(row: Finding, state: str, user: Any, reason: str) -> None:
    row.state, row.reason = state, reason.strip()
    row.decided_at, row.decided_by_name = timezone.now(), user.get_full_name()
    with acting_for(row.department):
        row.save(update_fields=["state", "reason", "decided_at", "decided_by_name"])


def _locked(finding: Finding) -> Finding:
    row: Finding = Finding.of_all_departments.select_for_update(of=("self",)).get(pk=finding.pk)
    return row


def why_not_unpublish(page: Page) -> str:
    """Why the rule leaves ``page`` where it is; empty where it may take it off."""
    if not page.live:
        return "not public"
    if not isinstance(page.specific, GatedPage):
        # A home page or a section: everything below it would go as well.
        return "no text of its own"
    return "pages below it" if page.numchild else ""


@transaction.atomic
def unpublish(page: Page, findings: list[Finding]) -> bool:
    """Take ``page`` off the site for ``findings``, by the province's rule.

    Its revisions stay: it is a draft again, to be mended and approved anew, or put back as
    it was by :func:`put_back`. Whoever looks after the site is told.

    Returns:
        whether it was: not where somebody did it meanwhile.
    """
    locked = acts.lock(page)
    still = _still_in(locked)
    rows = [
        row
        for row in Finding.of_all_departments.select_for_update(of=("self",)).filter(
            pk__in=[finding.pk for finding in findings]
        )
        if row.state == Finding.State.OPEN
        and row.in_live
        and row.unpublished_at is None
        and (row.model != locked._meta.label_lower or row.fingerprint in still)
    ]
    department = rows[0].department if rows else None
    if department is None or why_not_unpublish(locked):
        return False
    revision = locked.live_revision or locked.get_latest_revision()
    if revision is None:
        revision = locked.save_revision(log_action=False)
    UnpublishPageAction(locked, user=None).execute(skip_permission_checks=True)
    Finding.of_all_departments.filter(pk__in=[row.pk for row in rows]).update(
        unpublished_at=timezone.now(),
        unpublished_revision_id=revision.pk,
        in_live=False,
        in_draft=True,
    )
    with override(department.language):
        what = ", ".join(sorted({row.host or row.words[:60] for row in rows}))
        reason = _("By the province's rule, for: %(what)s") % {"what": what}
        record(
            department,
            "sen.links.unpublished",
            Kind.APPROVAL,
            about=locked.get_admin_display_title(),
            page_id=locked.pk,
            revision=revision,
            why=reason,
        )
        words = {"title": locked.title, "what": what}
        tell(
            people_of(department),
            department,
            _("“%(title)s” was taken off the site: it holds a dangerous link") % words,
            _(
                "“%(title)s” links to: %(what)s.\n\nBy the province's rule it is not public any "
                "more. Remove the link and submit the page again; where the finding is wrong, the "
                "chief editor puts the page back on the screen of outbound links."
            )
            % words,
            link=reverse("outbound_findings"),
        )
    return True


def _still_in(page: Page) -> set[str]:
    """What the rules find in the public text of ``page`` now: it may have been mended meanwhile."""
    source = source_of(type(page))
    row = next(iter(source.batch(0, 1, keys=[page.pk])), None) if source is not None else None
    if source is None or row is None:
        return set()
    lists = Lists()
    rules = lists.rules(lists.owners.department(source.owner[0], row.department_id))
    return {hit.fingerprint for hit in rules.judge(row.texts)}


@transaction.atomic
def put_back(finding: Finding, user: Any, reason: str) -> None:
    """Publish a page again as it was before the rule took it off, and dismiss its findings.

    Raises:
        RefusedError: no reason is given, or there is nothing to put back.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError(NO_REASON)
    row = _locked(finding)
    if not row.can_return or row.department is None:
        raise RefusedError(_("This page was not taken off, or is public again."))
    page = acts.lock(row.page)
    revision = Revision.objects.filter(pk=row.unpublished_revision_id).first()
    if revision is None:
        raise RefusedError(_("The text that was public is gone: submit the page again."))
    with publishing_by(Authority.REPUBLICATION):
        revision.publish(user=user)
    same = Finding.of_all_departments.filter(
        page=page.pk, unpublished_revision_id=revision.pk, state=Finding.State.OPEN
    )
    for each in same:
        _decide(each, Finding.State.DISMISSED, user, reason)
    record(
        row.department,
        "sen.links.put_back",
        Kind.APPROVAL,
        about=page.get_admin_display_title(),
        user=user,
        page_id=page.pk,
        revision=revision,
        why=reason.strip(),
    )
    with override(row.department.language):
        words = {"title": page.title, "who": user.get_full_name(), "reason": reason.strip()}
        tell(
            people_of(row.department) - {user.pk},
            row.department,
            _("“%(title)s” is published again") % words,
            _("%(who)s published “%(title)s” again.\n\nReason: %(reason)s") % words,
            link=reverse("outbound_findings"),
        )


def people_of(department: Department) -> set[int]:
    """The keys of those who are told of findings."""
    groups = RoleGroup.objects.filter(department=department, role__in=TOLD)
    return {pk for pk in groups.values_list("group__user", flat=True) if pk is not None}
