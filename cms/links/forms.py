"""The forms of the screens: what is filtered, a host for the list, the province's rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sites.models import Department

from .hosts import clean_pattern
from .models import Finding, LinkRules
from .rules import GRADES, Grade

#: More than a host that nobody has allowed yet.
DANGEROUS = "dangerous"


class FindingFilter(forms.Form):
    """By state and grade; in the province's list by department as well."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Finding.State.choices]
    )
    grade = forms.ChoiceField(
        label=_("Grade"),
        required=False,
        choices=[
            ("", _("All")),
            (DANGEROUS, _("Dangerous")),
            *((str(grade.value), label) for grade, label in sorted(GRADES.items(), reverse=True)),
        ],
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        required=False,
        queryset=Department.objects.none(),
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, of_province: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_province:
            field: Any = self.fields["department"]
            field.queryset = Department.objects.order_by("name")
        else:
            del self.fields["department"]
            grade: Any = self.fields["grade"]
            grade.choices = [each for each in grade.choices if each[0] != str(Grade.FILE.value)]

    def conditions(self) -> dict[str, Any]:
        """What is filtered, as conditions on findings."""
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if wanted.get("grade") == DANGEROUS:
            del wanted["grade"]
            wanted["grade__gt"] = Grade.UNKNOWN
        return wanted


class HostForm(forms.Form):
    """A host for the list."""

    pattern = forms.CharField(
        label=_("Host"),
        max_length=300,
        help_text=_(
            "Such as example.vn; with *.example.vn everything below it. An address gives its host."
        ),
    )
    note = forms.CharField(label=_("What it is"), max_length=200, required=False)

    def clean_pattern(self) -> str:
        """The host in its one form."""
        return clean_pattern(self.cleaned_data["pattern"])


class RulesForm(forms.ModelForm[LinkRules]):
    """What the province decides for all departments."""

    class Meta:
        model = LinkRules
        fields = ("unpublishes", "words")
        help_texts = {
            "unpublishes": _(
                "A page that is taken off becomes a draft; its department is told at once and can "
                "put it back. Home pages, sections and pages with others below them stay."
            )
        }
        widgets = {"words": forms.Textarea(attrs={"rows": 8})}
