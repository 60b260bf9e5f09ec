"""The admin screen of the people who write, with their pen names."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from sites.administering import RolePolicy
from sites.roles import Role
from sites.tenancy import current_department

from .contributors import Contributor, attach

KEEPERS = (Role.EDITOR, Role.SECRETARY, Role.CHIEF, Role.SITE_ADMIN)

register_permission_policy(Contributor, RolePolicy(Contributor, KEEPERS), exact_class=True)


class ContributorForm(WagtailAdminModelForm):
    """A person; the account is one of the department's. Published bylines are linked on save."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account: Any = self.fields["user"]
        account.queryset = get_user_model().objects.filter(
            groups__department_role__department=current_department()
        )
        account.queryset = account.queryset.distinct()
        account.label_from_instance = lambda user: user.get_full_name() or user.get_username()

    def save(self, commit: bool = True) -> Model:
        person: Any = super().save(commit=commit)
        if commit:
            attach(person)
        return person


class ContributorScreen(ModelViewSet):
    """List, form, deletion."""

    model = Contributor
    icon = "user"
    menu_label = _("Authors and pen names")
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = [
        Column("public_name", label=_("Public name"), accessor="public_name"),
        "full_name",
        Column(
            "pen_names",
            label=_("Pen names"),
            accessor=lambda person: ", ".join(person.names_of_pen),
        ),
        Column(
            "has_page",
            label=_("Public page"),
            accessor=lambda person: person.local_url if person.has_page else "–",
        ),
    ]
    search_fields = ["full_name", "pen_names"]
    search_backend_name = None
    ordering = ["slug"]
    edit_handler = ObjectList(
        [
            FieldPanel("full_name"),
            FieldPanel("pen_names"),
            FieldPanel("user"),
            MultiFieldPanel(
                [FieldPanel("has_page"), FieldPanel("intro")], heading=_("Public page")
            ),
        ],
        base_form_class=ContributorForm,
    )


contributor_screen = ContributorScreen("contributors", url_prefix="contributors")
