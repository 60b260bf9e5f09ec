"""What is told about each act, before its dry run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sites.models import Department, DepartmentKind
from sites.opening import validate_hostname

from .models import SiteOperation

Act = SiteOperation.Act


class OperationForm(forms.Form):
    """Base: a form about one department, whose answers become an operation's arguments."""

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        self.department = department
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        """The answers as JSON: departments by their hosts, kinds by their codes."""
        return {name: _plain(value) for name, value in self.cleaned_data.items()}

    def going_on(self) -> Any:
        """The other departments whose sites have not ended."""
        others = Department.objects.exclude(pk=self.department.pk)
        return others.exclude(state__in=Department.ENDED).select_related("site")

    def in_words(self, arguments: dict[str, Any]) -> list[tuple[str, str]]:
        """The arguments of an operation as people read them; what was left empty is left out."""
        found = []
        for name, field in self.fields.items():
            value = arguments.get(name)
            if value in ("", None, False, []):
                continue
            choices = dict(getattr(field, "choices", []) or []) if name in self.worded else {}
            values = value if isinstance(value, list) else [value]
            words = _("yes") if value is True else ", ".join(str(choices.get(v, v)) for v in values)
            found.append((str(field.label), str(words)))
        return found

    #: Fields whose choices are words.
    worded: tuple[str, ...] = ()


class RenameForm(OperationForm):
    """Another host, perhaps another name."""

    new_host = forms.CharField(
        label=_("New host name"),
        max_length=253,
        validators=[validate_hostname],
        help_text=_("Such as so-y-te.tinh.gov.vn; the name must lead to this server."),
    )
    name = forms.CharField(
        label=_("New full name"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the name stays as it is."),
    )


class MergeForm(OperationForm):
    """Where everything goes, and what is done about what both have."""

    worded = ("people", "counters")

    into = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Merge into"),
        help_text=_("This site goes on; all its pages stay where they are."),
    )
    people = forms.ChoiceField(
        label=_("People"),
        widget=forms.RadioSelect,
        initial="move",
        choices=[
            ("move", _("Have the same office in the other department")),
            ("drop", _("Lose their access")),
        ],
    )
    counters = forms.ChoiceField(
        label=_("Visits"),
        widget=forms.RadioSelect,
        initial="add",
        choices=[
            ("add", _("Are added to those of the other site")),
            ("keep", _("Stay with the record of this site")),
        ],
    )
    keep_sections = forms.BooleanField(
        label=_("Keep sections of the same address apart"),
        required=False,
        help_text=_("Otherwise two sections of one address become one section."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = self.going_on()  # type: ignore[attr-defined]


class SplitForm(OperationForm):
    """Which sections go, and what the new site is called."""

    worded = ("sections", "kind")

    sections = forms.MultipleChoiceField(
        label=_("Sections that go"), widget=forms.CheckboxSelectMultiple
    )
    new_host = forms.CharField(
        label=_("Host name of the new site"),
        max_length=253,
        validators=[validate_hostname],
        help_text=_("Such as so-y-te.tinh.gov.vn; the name must lead to this server."),
    )
    name = forms.CharField(label=_("Full name of its body"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        children = self.department.site.root_page.get_children().order_by("path")
        self.fields["sections"].choices = [  # type: ignore[attr-defined]
            (page.slug, f"{page.title} (/{page.slug}/)") for page in children
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.code, kind.name) for kind in DepartmentKind.objects.exclude(code="province")
        ]

    def clean_new_host(self) -> str:
        """A host that is somebody's is no new site's."""
        host = str(self.cleaned_data["new_host"])
        if Department.objects.filter(site__hostname=host).exists():
            raise ValidationError(_("A site answers to this host name already."))
        return host


class ArchiveForm(OperationForm):
    """Who carries on."""

    successor = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Successor"),
        required=False,
        help_text=_("The banner of the archive names it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = self.going_on()  # type: ignore[attr-defined]


FORMS: dict[str, type[OperationForm]] = {
    Act.RENAME: RenameForm,
    Act.MERGE: MergeForm,
    Act.SPLIT: SplitForm,
    Act.ARCHIVE: ArchiveForm,
    Act.RESTORE: OperationForm,
}


def _plain(value: Any) -> Any:
    if isinstance(value, Department):
        return value.host
    return "" if value is None else value
