"""What happens to an article at its source reaches every place, in the same transaction.

However many places there are, it is a fixed number of statements; people are
told in the background.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models.signals import post_save, pre_delete
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task
from wagtail.models import (
    Page,
    PageViewRestriction,
    ReferenceIndex,
    TaskState,
    WorkflowState,
)
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from cms.delivery.cache import news_tag, page_tag, purge
from cms.news.models import ArticlePage
from cms.news.signals import after_move, purge_page
from cms.notices.telling import tell
from cms.record.models import Kind
from cms.record.writing import record
from cms.workflow.signals import page_republished
from sites.isolation import hooks as isolation_hooks
from sites.models import Department
from sites.signals import pages_moved

from .models import Offer, Placement, Receipt, SharedArticlePage, projection
from .offering import SharingRefused, desk_of, why_not_offer

State = Placement.State
#: The columns that Wagtail's own table has of what a place repeats.
PAGE_COLUMNS = ("title", "draft_title")


def connect() -> None:
    """Listen to the originals and to the places."""
    uid = "sharing"
    page_published.connect(follow_text, sender=ArticlePage, dispatch_uid=f"{uid}.text")
    page_unpublished.connect(follow_end, sender=ArticlePage, dispatch_uid=f"{uid}.end")
    pre_delete.connect(follow_deletion, sender=ArticlePage, dispatch_uid=f"{uid}.deleted")
    page_republished.connect(follow_return, dispatch_uid=f"{uid}.return")
    for moved in (page_slug_changed, post_page_move):
        moved.connect(follow_address, sender=ArticlePage, dispatch_uid=f"{uid}.{id(moved)}")
    post_save.connect(follow_privacy, sender=PageViewRestriction, dispatch_uid=f"{uid}.privacy")
    page_published.connect(now_public, sender=SharedArticlePage, dispatch_uid=f"{uid}.public")
    for signal in (page_published, page_unpublished, page_slug_changed):
        signal.connect(purge_page, sender=SharedArticlePage, dispatch_uid=f"{uid}.p.{id(signal)}")
    post_page_move.connect(after_move, sender=SharedArticlePage, dispatch_uid=f"{uid}.moved")
    pages_moved.connect(carry_offers, dispatch_uid=f"{uid}.carry")
    isolation_hooks.also_shown.append(shows_file_of_original)


def places_of(article_id: int, *states: str) -> list[Placement]:
    """The places of an article that are in one of ``states``, with their sites; one query."""
    return list(
        Placement.of_all_departments.filter(
            offer__article=article_id, state__in=states
        ).select_related("department")
    )


def follow_text(sender: type[ArticlePage], instance: ArticlePage, **kwargs: Any) -> None:
    """The source published a new text. Listens to ``page_published``."""
    places = places_of(instance.pk, State.PUBLIC, State.ACCEPTED)
    if not places:
        return
    _show(instance, places)
    corrected = bool(instance.corrected_at and instance.corrected_at >= _a_moment_ago(instance))
    _receipt(places, Receipt.Act.CORRECTED if corrected else Receipt.Act.CHANGED)


def _a_moment_ago(article: ArticlePage) -> Any:
    """The time since which a correction is this publication's: it is dated as it is published."""
    return article.last_published_at or timezone.now()


def _show(article: ArticlePage, places: list[Placement]) -> None:
    """Let all ``places`` say what ``article`` says; two updates, one purge."""
    keys = [place.page_id for place in places if place.page_id]
    columns = projection(article)
    Page.objects.filter(pk__in=keys).update(**{name: columns.pop(name) for name in PAGE_COLUMNS})
    ArticlePage.objects.filter(pk__in=keys).update(**columns)
    _purge(places)


def _purge(places: list[Placement]) -> None:
    tags = {news_tag(place.department.site_id) for place in places}
    tags |= {page_tag(place.page_id) for place in places if place.page_id}
    if tags:
        purge(*sorted(tags))


def follow_end(sender: type[ArticlePage], instance: ArticlePage, **kwargs: Any) -> None:
    """The source is not public any more: taken down or expired."""
    end_everywhere(instance)


def follow_deletion(sender: type[ArticlePage], instance: ArticlePage, **kwargs: Any) -> None:
    """The source goes, and with it what was offered of it. Listens to ``pre_delete``."""
    end_everywhere(instance, receipts=False)


@transaction.atomic
def end_everywhere(article: ArticlePage, *, receipts: bool = True) -> None:
    """Take all places of ``article`` off their sites, and out of approval."""
    places = places_of(article.pk, State.OFFERED, State.ACCEPTED, State.PUBLIC)
    if not places:
        return
    keys = [place.page_id for place in places if place.page_id]
    Page.objects.filter(pk__in=keys, live=True).update(
        live=False, has_unpublished_changes=True, live_revision=None
    )
    rounds = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(key) for key in keys],
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    TaskState.objects.filter(workflow_state__in=rounds, status=TaskState.STATUS_IN_PROGRESS).update(
        status=TaskState.STATUS_CANCELLED, finished_at=timezone.now()
    )
    rounds.update(status=WorkflowState.STATUS_CANCELLED)
    _set_state([place for place in places if place.state == State.PUBLIC], State.ENDED)
    # What was not public yet begins anew, should the source come back.
    _set_state([place for place in places if place.state == State.ACCEPTED], State.OFFERED)
    _purge(places)
    if not receipts:
        return
    _receipt(
        [place for place in places if place.state != State.OFFERED or place.page_id],
        Receipt.Act.ENDED,
    )


def _set_state(places: list[Placement], state: str) -> None:
    keys = [place.pk for place in places]
    Placement.of_all_departments.filter(pk__in=keys).update(state=state)


def follow_return(sender: Any, page: Page, **kwargs: Any) -> None:
    """The source was taken down and is public again, as it was: so are its places."""
    places = places_of(page.pk, State.ENDED)
    article = ArticlePage.objects.filter(pk=page.pk).first()
    if not places or article is None:
        return
    keys = [place.page_id for place in places if place.page_id]
    Page.objects.filter(pk__in=keys).update(live=True)
    _set_state(places, State.PUBLIC)
    _show(article, places)
    _receipt(places, Receipt.Act.RETURNED)


def follow_address(sender: type[ArticlePage], instance: ArticlePage, **kwargs: Any) -> None:
    """The source has another address, which its places name."""
    places = places_of(instance.pk, State.PUBLIC, State.ACCEPTED)
    fresh = ArticlePage.objects.filter(pk=instance.pk).first()
    if places and fresh is not None:
        _show(fresh, places)


def follow_privacy(
    sender: type[PageViewRestriction], instance: PageViewRestriction, **kwargs: Any
) -> None:
    """A page became private, and what is below it."""
    private = ArticlePage.objects.filter(path__startswith=instance.page.path, offers__gt=0)
    for article in private.distinct():
        end_everywhere(article)


def now_public(sender: type[SharedArticlePage], instance: SharedArticlePage, **kwargs: Any) -> None:
    """A place passed the receiver's gates."""
    Placement.of_all_departments.filter(page=instance.pk).update(state=State.PUBLIC)


@transaction.atomic
def withdraw(offer: Offer, user: Any) -> None:
    """Take an offer back, from every site that shows it. Raises SharingRefused."""
    refused = why_not_offer(offer.article, user)
    if refused is not None and offer.article.live:
        raise SharingRefused(refused)
    Offer.objects.filter(pk=offer.pk).update(withdrawn_at=timezone.now())
    end_everywhere(offer.article)
    Placement.of_all_departments.filter(offer=offer, state=State.OFFERED).update(state=State.ENDED)
    record(
        offer.department,
        "sen.sharing.withdraw",
        Kind.PAGE,
        about=offer.article.title,
        user=user,
        page_id=offer.article_id,
    )


def _receipt(places: list[Placement], act: str) -> None:
    if not places:
        return
    Receipt.objects.bulk_create([Receipt(placement=place, act=act) for place in places])
    keys = [place.pk for place in places]
    transaction.on_commit(lambda: tell_receivers.enqueue(keys, act))


@task(backend="background")
def tell_receivers(placement_ids: list[int], act: str) -> None:
    """Tell the receivers' desks what happened at the source, and write it into their record."""
    places = Placement.of_all_departments.filter(pk__in=placement_ids).select_related(
        "department__site", "offer__article", "offer__department"
    )
    for place in places:
        department, article = place.department, place.offer.article
        record(
            department,
            "sen.sharing.followed",
            Kind.PAGE,
            about=article.title,
            details=f"{place.offer.department.name}: {Receipt.Act(act).label}",
            page_id=place.page_id,
        )
        with override(department.language):
            words = {
                "title": article.title,
                "who": place.offer.department.name,
                "act": Receipt.Act(act).label,
            }
            tell(
                desk_of(department),
                department,
                _("Shared article %(act)s: “%(title)s”") % words,
                _("%(who)s: “%(title)s” was %(act)s. Your site shows it so already.") % words,
                link=reverse("sharing_placement", args=[place.pk]),
            )


def carry_offers(
    sender: Any, source: Department, target: Department, page_ids: Any, **kwargs: Any
) -> None:
    """Articles went to another site: what was offered of them is its offer now."""
    Offer.objects.filter(department=source, article__in=list(page_ids)).update(department=target)
    for article in ArticlePage.objects.filter(
        pk__in=list(page_ids), offers__placements__state=State.PUBLIC
    ).distinct():
        follow_address(ArticlePage, article)


def shows_file_of_original(department: Department, document: Any) -> bool:
    """Whether a public place of ``department`` shows an article that refers to the file."""
    originals = Placement.of_all_departments.filter(
        department=department, state=State.PUBLIC
    ).values_list("offer__article_id", flat=True)
    references = ReferenceIndex.get_references_to(document).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    keys = {int(key) for key in references.values_list("object_id", flat=True)}
    return bool(keys) and originals.filter(offer__article_id__in=keys).exists()
