"""Offering an article to other departments, and what those may do with the offer.

Only what is public is offered and shown. A receiver accepts through its own
gates; a standing approval of its chief editor lets a source's articles in at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_tasks import task
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, WorkflowState

from cms.news.models import ArticlePage, SectionPage
from cms.notices.telling import tell
from cms.record.models import Kind
from cms.record.writing import record
from cms.workflow.authority import Authority, publishing_by
from sites.isolation.confinement import unconfined
from sites.models import Department
from sites.roles import GATE_ROLES, Role, has_role
from sites.tenancy import acting_for
from sites.tree import department_of

from .models import AutomaticAcceptance, Offer, Placement, SharedArticlePage

State = Placement.State
#: Who offers, declines and drops: those who stand at gates.
DESK = GATE_ROLES
#: Who accepts: reporters too, so that the department's only editor can approve it.
ACCEPTING = (Role.REPORTER, *DESK)
NOT_YOURS = gettext_lazy("Only editors of the department may share its articles.")
NOT_PUBLIC = gettext_lazy("Only an article that is public can be shared.")
SHARED_ITSELF = gettext_lazy("This article comes from another department; its source shares it.")
NOBODY = gettext_lazy("Choose at least one department.")
NO_LONGER = gettext_lazy("This offer has changed meanwhile; look at it again.")
FOREIGN_SECTION = gettext_lazy("Choose a section of your own site.")
NO_REASON = gettext_lazy("Say why.")


class SharingRefused(PermissionDenied):
    """An act of sharing that is not allowed; its text says why."""


def why_not_offer(article: Page, user: Any) -> Any | None:
    """The reason why ``user`` may not offer ``article``, or None if they may."""
    department = department_of(article)
    if department is None or not _at_the_desk(user, department):
        return NOT_YOURS
    if issubclass(article.specific_class or Page, SharedArticlePage):
        return SHARED_ITSELF
    if not issubclass(article.specific_class or Page, ArticlePage):
        return NOT_YOURS
    if not article.live or article.get_view_restrictions():
        return NOT_PUBLIC
    return None


def _at_the_desk(user: Any, department: Department, *roles: Role) -> bool:
    return bool(user.is_superuser or has_role(user, department, *(roles or DESK)))


def receivers_for(department: Department) -> Any:
    """The departments that an article of ``department`` may be offered to."""
    return (
        Department.objects.filter(state=Department.State.ACTIVE)
        .exclude(pk=department.pk)
        .order_by("name")
    )


@transaction.atomic
def offer(
    article: ArticlePage, user: Any, receivers: Iterable[Department], note: str = ""
) -> Offer:
    """Offer ``article`` to ``receivers``. Who has it already gets no second offer.

    Receivers are told where they are few; an offer to the whole province is
    news, not a letter to everybody: it stands on their dashboards.

    Raises:
        SharingRefused: with the reason, in words for the one who acted.
    """
    refused = why_not_offer(article, user)
    department = department_of(article)
    if refused is not None or department is None:
        raise SharingRefused(refused)
    wanted = {one.pk: one for one in receivers if one.pk != department.pk}
    has_it = Placement.of_all_departments.filter(
        offer__article=article, department__in=wanted, offer__withdrawn_at=None
    ).values_list("department", flat=True)
    for key in has_it:
        wanted.pop(key, None)
    if not wanted:
        raise SharingRefused(NOBODY)
    made = Offer.objects.create(
        article=article, department=department, note=note, offered_by=user.get_full_name()
    )
    Placement.of_all_departments.bulk_create(
        [Placement(offer=made, department=receiver) for receiver in wanted.values()]
    )
    record(
        department,
        "sen.sharing.offer",
        Kind.PAGE,
        about=article.title,
        details=", ".join(sorted(one.name for one in wanted.values()))[:2000],
        user=user,
        page_id=article.pk,
        revision=article.live_revision,
    )
    after_offer.enqueue(made.pk)
    return made


FEW = 10


@task(backend="background")
def after_offer(offer_id: int) -> None:
    """Let in what a standing approval lets in, and tell the others where they are few."""
    made = Offer.objects.filter(pk=offer_id, withdrawn_at=None).first()
    if made is None:
        return
    waiting = Placement.of_all_departments.filter(offer=made, state=State.OFFERED)
    few = waiting.count() <= FEW
    for placement in waiting.select_related("department__site", "offer__article"):
        standing = standing_approval(placement)
        if standing is not None:
            accept_automatically(placement, standing)
        elif few:
            _tell_the_desk(placement)


def standing_approval(placement: Placement) -> AutomaticAcceptance | None:
    """The receiver's standing approval for this offer, the one for its section first."""
    article = placement.offer.article
    found = AutomaticAcceptance.of_all_departments.filter(
        department=placement.department_id, source=placement.offer.department_id, ended_at=None
    ).select_related("section", "switched_on_by")
    fitting = [one for one in found if one.source_section_id in (None, article.section_id)]
    return max(fitting, key=lambda one: one.source_section_id is not None, default=None)


def _tell_the_desk(placement: Placement) -> None:
    with override(placement.department.language):
        words = {"title": placement.offer.article.title, "who": placement.offer.department.name}
        tell(
            desk_of(placement.department),
            placement.department,
            _("%(who)s offers “%(title)s”") % words,
            _("%(who)s offers “%(title)s” for your site.") % words,
            link=reverse("sharing_placement", args=[placement.pk]),
        )


def desk_of(department: Department) -> Any:
    """The people who decide about offers."""
    return (
        get_user_model()
        ._base_manager.filter(
            is_active=True,
            groups__department_role__department=department,
            groups__department_role__role__in=[Role.EDITOR, Role.CHIEF],
        )
        .distinct()
    )


@transaction.atomic
def accept(
    placement: Placement,
    user: Any,
    section: SectionPage,
    go_live_at: datetime | None = None,
    leading_until: datetime | None = None,
) -> SharedArticlePage:
    """Put the article into ``section`` and send it through the receiver's own gates.

    Args:
        placement: the offer as it was made to the receiver.
        user: one of the receiver's people.
        section: of the receiver's own site.
        go_live_at: not public before, whenever the gates are passed.
        leading_until: how long it has the top of the receiver's front page.

    Raises:
        SharingRefused: with the reason, in words for the one who acted.
    """
    locked = _locked(placement, State.OFFERED, State.DECLINED, State.DROPPED)
    if not _at_the_desk(user, locked.department, *ACCEPTING):
        raise SharingRefused(NOT_YOURS)
    page = _place(locked, section, user, go_live_at, leading_until)
    _decide(locked, State.ACCEPTED, user, "sen.sharing.accept", page=page)
    page.get_workflow().start(page, user)
    return page


@transaction.atomic
def accept_automatically(placement: Placement, standing: AutomaticAcceptance) -> None:
    """Publish the article at once, by the chief editor's standing approval."""
    locked = _locked(placement, State.OFFERED)
    page = _place(locked, standing.section, standing.switched_on_by)
    _decide(locked, State.PUBLIC, standing.switched_on_by, "sen.sharing.automatic", page=page)
    with publishing_by(Authority.AUTOMATIC_ACCEPTANCE):
        page.latest_revision.publish()


@transaction.atomic
def decline(placement: Placement, user: Any, reason: str) -> None:
    """Refuse an offer. Raises SharingRefused with the reason."""
    locked = _locked(placement, State.OFFERED)
    if not _at_the_desk(user, locked.department):
        raise SharingRefused(NOT_YOURS)
    if not reason.strip():
        raise SharingRefused(NO_REASON)
    _decide(locked, State.DECLINED, user, "sen.sharing.decline", reason=reason)


@transaction.atomic
def drop(placement: Placement, user: Any, reason: str) -> None:
    """Take the article off the receiver's site, or out of its approval. Raises SharingRefused."""
    locked = _locked(placement, State.ACCEPTED, State.PUBLIC)
    if not _at_the_desk(user, locked.department):
        raise SharingRefused(NOT_YOURS)
    if not reason.strip():
        raise SharingRefused(NO_REASON)
    page = locked.page
    _decide(locked, State.DROPPED, user, "sen.sharing.drop", reason=reason)
    if page is None:
        return
    running = page.current_workflow_state
    if running is not None and running.status != WorkflowState.STATUS_APPROVED:
        running.cancel(user=user)
    if page.live:
        UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)


def _locked(placement: Placement, *states: str) -> Placement:
    """The placement, locked, if it is in one of ``states`` and its article is still public."""
    locked = (
        Placement.of_all_departments.select_for_update(of=("self",))
        .select_related("offer__article", "offer__department", "department__site__root_page")
        .get(pk=placement.pk)
    )
    article = locked.offer.article
    if locked.state not in states or locked.offer.withdrawn_at is not None or not article.live:
        raise SharingRefused(NO_LONGER)
    return locked


def _place(
    placement: Placement,
    section: SectionPage,
    user: Any,
    go_live_at: datetime | None = None,
    leading_until: datetime | None = None,
) -> SharedArticlePage:
    """The receiver's page, made or, where it was dropped, taken up again; with a new revision."""
    department, article = placement.department, placement.offer.article
    if not section.path.startswith(department.site.root_page.path):
        raise SharingRefused(FOREIGN_SECTION)
    # The source's picture is named here, which an editor's form may not.
    with unconfined(), acting_for(department):
        page = placement.page
        if page is None:
            page = SharedArticlePage(original=article, live=False, owner=user, body=[])
            page.take_over()
            page.slug = _free(section, article.slug)
            SectionPage.objects.get(pk=section.pk).add_child(instance=page)
        elif page.section_id != section.pk:
            page.move(section, pos="last-child")
            page = SharedArticlePage.objects.get(pk=page.pk)
        page.go_live_at, page.leading_until = go_live_at, leading_until
        page.published_at = None
        page.save_revision(user=user, log_action=True)
    return SharedArticlePage.objects.get(pk=page.pk)


def _free(section: SectionPage, slug: str) -> str:
    taken = set(section.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    number, found = 1, slug
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found


def _decide(
    placement: Placement,
    state: str,
    user: Any,
    action: str,
    *,
    page: SharedArticlePage | None = None,
    reason: str = "",
) -> None:
    placement.state, placement.reason = state, reason.strip()[:300]
    placement.decided_by = user.get_full_name() if user is not None else ""
    placement.decided_at = timezone.now()
    if page is not None:
        placement.page = page
    with acting_for(placement.department):
        placement.save()
    record(
        placement.department,
        action,
        Kind.PAGE,
        about=placement.offer.article.title,
        details=placement.offer.department.name,
        user=user,
        page_id=placement.page_id,
        why=placement.reason,
    )
