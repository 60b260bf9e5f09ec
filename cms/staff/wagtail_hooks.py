"""The people screens' place in the admin, and the names of the acts on them."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from sites.administering import MENU_HOOK, SiteScreenMenuItem
from sites.isolation.gate import SHARED, let_in

from . import views

ACTS = {
    "invite": _("Invite somebody"),
    "remind": _("Send an invitation again"),
    "withdraw": _("Withdraw an invitation"),
    "suspend": _("Suspend somebody"),
    "reinstate": _("Reinstate somebody"),
    "leave": _("Left the office"),
    "deputy_named": _("Name a deputy for"),
    "deputy_ended": _("End the deputyship for"),
}


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The screens. People who are suspended hold no office, so the views look ids up themselves."""
    let_in(["staff_people", "staff_invite", "staff_deputies"])
    let_in(["staff_person", "staff_leave"], ids={"person_id": SHARED})
    let_in(["staff_invitation"], ids={"invitation_id": SHARED})
    one = "people/<int:person_id>/"
    return [
        path("people/", views.PeopleView.as_view(), name="staff_people"),
        path("people/invite/", views.InviteView.as_view(), name="staff_invite"),
        path(
            "people/invitations/<int:invitation_id>/",
            views.InvitationView.as_view(),
            name="staff_invitation",
        ),
        path("people/deputies/", views.DeputiesView.as_view(), name="staff_deputies"),
        path(one, views.PersonView.as_view(), name="staff_person"),
        path(f"{one}leave/", views.LeaveView.as_view(), name="staff_leave"),
    ]


@hooks.register(MENU_HOOK)
def register_menu_item() -> SiteScreenMenuItem:
    """People, first of the group."""
    return SiteScreenMenuItem(
        _("People"), reverse("staff_people"), name="people", icon_name="group", order=100
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    for code, label in ACTS.items():
        actions.register_action(f"sen.people.{code}", label, label)
