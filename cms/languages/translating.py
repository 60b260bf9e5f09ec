"""A page in another language: a draft that goes its own way through the gates."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from sites.models import Department

from .reading import NAMES


class LanguageError(Exception):
    """The page cannot be had in this language; the text says why."""


def locale_for(code: str, department: Department) -> Locale:
    """The locale of a language on a site, made where it is the first page in it.

    Raises LanguageError for a language that Sen does not know.
    """
    if code not in NAMES:
        raise LanguageError(_("This language is not one of those that pages may have."))
    if code == department.language:
        own: Locale = department.site.root_page.locale
        return own
    found, _created = Locale.objects.get_or_create(language_code=code)
    return found


def siblings(page: Page) -> list[Page]:
    """What says the same as ``page`` in any language, drafts and ``page`` itself included."""
    return list(Page.objects.filter(translation_key=page.translation_key).select_related("locale"))


@transaction.atomic
def translate(page: Page, code: str, department: Department, user: Any) -> Page:
    """A draft of ``page`` to be translated, in the same place or below its parent's translation.

    It has the newest text of the page, and is published as any other is. Raises
    LanguageError where there is one, or where ``user`` may not add a page there.
    """
    locale = locale_for(code, department)
    # Nobody makes a second one meanwhile.
    Page.objects.select_for_update().get(pk=page.pk)
    if any(other.locale_id == locale.pk for other in siblings(page)):
        raise LanguageError(_("There is already a page for this language."))
    parent = _parent_in(page, locale)
    if not parent.specific.permissions_for_user(user).can_add_subpage():
        raise LanguageError(
            _("You may not add pages below “%(page)s”.")
            % {"page": parent.get_admin_display_title()}
        )
    newest = page.specific.get_latest_revision_as_object()
    draft: Page = newest.copy(
        to=parent,
        update_attrs={"locale": locale, "slug": _free_slug(parent, f"{newest.slug}-{code}")},
        copy_revisions=False,
        keep_live=False,
        user=user,
        reset_translation_key=False,
        log_action="wagtail.copy_for_translation",
    )
    return draft


def say_language(page: Page, code: str, department: Department) -> None:
    """``page`` is written in this language. Raises LanguageError where it cannot be said any more.

    Only of a page that never was public and is not on its way there: readers and the
    gates see what language a text has.
    """
    locale = locale_for(code, department)
    if page.locale_id == locale.pk:
        return
    if page.live or page.first_published_at or page.workflow_in_progress:
        raise LanguageError(_("The language of a page can be changed only before it is submitted."))
    if any(other.locale_id == locale.pk for other in siblings(page)):
        raise LanguageError(_("There is already a page for this language."))
    Page.objects.filter(pk=page.pk).update(locale=locale)


def _parent_in(page: Page, locale: Locale) -> Page:
    above: Page = page.get_parent()
    translated = Page.objects.filter(translation_key=above.translation_key, locale=locale).first()
    return translated or above


def _free_slug(parent: Page, base: str) -> str:
    taken = set(parent.get_children().values_list("slug", flat=True))
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def choices(department: Department) -> list[tuple[str, str]]:
    """The languages that a page of the site may have, its own first."""
    rest = [pair for pair in settings.LANGUAGES if pair[0] != department.language]
    return [(department.language, NAMES[department.language]), *rest]
