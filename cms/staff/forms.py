"""The forms of the people screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cms.content.text import squeeze
from sites.models import Department, Deputyship
from sites.roles import GATE_ROLES, Role

from .members import active_people, roles_by_person
from .models import EndedOffice

WHAT_ROLES_DO = {
    Role.REPORTER: gettext_lazy("writes and submits own articles"),
    Role.EDITOR: gettext_lazy("edits all articles; stands at the first gate"),
    Role.SECRETARY: gettext_lazy("checks that all is there and sets the time; stands at a gate"),
    Role.CHIEF: gettext_lazy("gives the final approval; takes articles down"),
    Role.SITE_ADMIN: gettext_lazy("looks after people, look, menu and plugins; approves nothing"),
    Role.AUDITOR: gettext_lazy("reads the record; changes nothing"),
}


def role_choices() -> list[tuple[str, str]]:
    """Each role with what it does."""
    return [(role.value, f"{role.label}: {WHAT_ROLES_DO[role]}") for role in Role]


class RolesForm(forms.Form):
    """Which roles somebody holds here."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=role_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )


class InviteForm(RolesForm):
    """Somebody to be invited. Only the department's own people are ever compared with."""

    last_name = forms.CharField(label=gettext_lazy("Family and middle names"), max_length=100)
    first_name = forms.CharField(label=gettext_lazy("Given name"), max_length=50)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)

    field_order = ["last_name", "first_name", "email", "roles"]

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department

    def clean_last_name(self) -> str:
        return squeeze(self.cleaned_data["last_name"])

    def clean_first_name(self) -> str:
        return squeeze(self.cleaned_data["first_name"])

    def clean_email(self) -> str:
        """Refuse the address of somebody who is on this department's list."""
        email: str = self.cleaned_data["email"].lower()
        here = active_people(self.department).filter(email__iexact=email).exists()
        ended = EndedOffice.objects.filter(department=self.department, person__email__iexact=email)
        if here:
            raise ValidationError(_("Somebody with this address is on your list already."))
        if ended.exists():
            raise ValidationError(
                _("Somebody with this address is on your list: open that person and reinstate.")
            )
        return email


class PersonField(forms.ModelChoiceField):
    """One of the department's people, by name and roles."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name())


class LeaveForm(forms.Form):
    """To whom everything goes."""

    colleague = PersonField(
        label=gettext_lazy("Hand over to"),
        queryset=None,
        empty_label=gettext_lazy("Choose a colleague"),
    )

    def __init__(self, department: Department, person: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["colleague"]
        field.queryset = active_people(department).exclude(pk=person.pk)


class DeputyForm(forms.ModelForm):
    """Who stands in for whom, from which day to which."""

    person = PersonField(label=gettext_lazy("Who is away"), queryset=None)
    deputy = PersonField(label=gettext_lazy("Who stands in"), queryset=None)

    class Meta:
        model = Deputyship
        fields = ("person", "deputy", "starts", "ends")
        widgets = {"starts": AdminDateInput, "ends": AdminDateInput}

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.department = department
        held = roles_by_person(department)
        approving = [pk for pk, roles in held.items() if set(roles) & set(GATE_ROLES)]
        fields: Any = self.fields
        fields["person"].queryset = active_people(department).filter(pk__in=approving)
        fields["person"].help_text = _("Editors and chief editors: they approve.")
        fields["deputy"].queryset = active_people(department)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person, deputy = cleaned.get("person"), cleaned.get("deputy")
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if person and person == deputy:
            self.add_error("deputy", _("Nobody stands in for themselves."))
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day comes before the first."))
        elif ends and ends < timezone.localdate():
            self.add_error("ends", _("This day is over."))
        return cleaned
