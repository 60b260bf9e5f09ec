"""The permission tester of all our pages: the editor, bulk actions and APIs ask it.

News and standard pages are published by the last gate and by nothing else, so
nobody may "publish" them, a superuser neither. Sections and home pages carry
no text that needs approval: the site administrator publishes them.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page, PagePermissionTester, Revision, TaskState
from wagtail.url_routing import RouteResult

from sites.isolation.references import OwnReferences
from sites.roles import Role, has_role_at, roles_of

from . import takedown
from .authority import current_authority, require_authority


class GatedPermissionTester(PagePermissionTester):
    """Says who may do what to a page whose text passes the gates."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        if user.is_active and not user.is_superuser:
            self.permissions = self._editorial_permissions()

    def _editorial_permissions(self) -> set[str]:
        """What the user's groups grant here, less what the site administrator's does.

        A site administrator looks after sections and people; the office brings
        no right to write or change news.
        """
        administrators = {
            held.group_id for held in roles_of(self.user) if held.role == Role.SITE_ADMIN
        }
        return {
            granted.permission.codename.rsplit("_", maxsplit=1)[0]
            for granted in self.permission_policy.get_cached_permissions_for_user(self.user)
            if self.page.path.startswith(granted.page.path)
            and granted.group_id not in administrators
        }

    def can_publish(self) -> bool:
        """Never: approval publishes."""
        return False

    def can_publish_subpage(self) -> bool:
        """Never: what is created begins as a draft."""
        return False

    def can_unpublish(self) -> bool:
        """Never: a text is taken down, with a reason (:mod:`cms.workflow.takedown`)."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Only what never was public and is not about to be.

        What is public is taken down instead, what was taken down is sealed, what
        has expired stays in the archive.
        """
        if self.page.live or self.page.first_published_at or self.page.approved_schedule:
            return False
        if self.page.is_leaf() and not self.user.is_superuser:
            # Wagtail asks the database for what is below; here is only the page itself.
            own = "add" in self.permissions and self.page.owner_id == self.user.pk
            return bool(self.user.is_active and ("change" in self.permissions or own))
        allowed: bool = super().can_delete(ignore_bulk=ignore_bulk)
        return allowed

    def can_move(self) -> bool:
        """Not what is sealed."""
        return takedown.current(self.page) is None and bool(super().can_move())

    def can_unlock(self) -> bool:
        """Not what is sealed."""
        return takedown.current(self.page) is None and bool(super().can_unlock())

    def can_unschedule(self) -> bool:
        """The chief editor calls a scheduled publication off."""
        return self.user.is_active and (self.user.is_superuser or self._is_chief())

    def can_set_view_restrictions(self) -> bool:
        """The chief editor decides whether a text is private."""
        return self.can_unschedule()

    def _is_chief(self) -> bool:
        return has_role_at(self.user, self.page, Role.CHIEF)


class AdministeredPermissionTester(PagePermissionTester):
    """Says who may do what to sections and home pages."""

    def can_publish_subpage(self) -> bool:
        """Never: a page created here may be an article, and those pass the gates."""
        return False


class GatedPage(OwnReferences, Page):
    """A page whose text passes the department's gates before it is public."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """The tester for this page; Wagtail asks it for plain ``Page`` rows too."""
        return GatedPermissionTester(user, self)

    def get_lock(self) -> Any:
        """Nobody edits what was taken down."""
        return takedown.SealedLock(self) if takedown.current(self) else super().get_lock()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Route as Wagtail does; say so where the text was taken down or has expired.

        Raises:
            GoneError: answered with 410.
        """
        if not self.live:
            taken = takedown.current(self)
            if taken is not None or self.expired:
                raise takedown.GoneError(self, taken)
        return super().route(request, path_components)

    def publish(
        self, revision: Revision, *args: Any, skip_permission_checks: bool = False, **kwargs: Any
    ) -> Any:
        """Publish ``revision`` if its gates approved it, or by another authority that is named.

        Raises:
            NotApproved: nothing lets this text become public.
        """
        skip_permission_checks = skip_permission_checks or current_authority() is not None
        if not skip_permission_checks and kwargs.get("user") is not None:
            # Wagtail's own refusal, in its own words.
            return super().publish(revision, *args, **kwargs)
        require_authority(revision)
        return super().publish(revision, *args, skip_permission_checks=True, **kwargs)

    def save_revision(
        self, *args: Any, overwrite_revision: Revision | None = None, **kwargs: Any
    ) -> Revision:
        """Save a revision; never into one that was submitted, for a gate has seen that text.

        The editor's autosave writes into the last revision of the same person.
        """
        if (
            overwrite_revision is not None
            and TaskState.objects.filter(revision_id=overwrite_revision.pk).exists()
        ):
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)


class AdministeredPage(OwnReferences, Page):
    """A page that the site administrator publishes: it gives structure, not text."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """The tester for this page."""
        return AdministeredPermissionTester(user, self)
