"""The forms of an act at a gate, and past it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReturnForm(forms.Form):
    """Returning an article: the reason is required."""

    comment = forms.CharField(label=_("Reason for returning"), widget=forms.Textarea({"rows": 3}))


class DeclineForm(forms.Form):
    """Declining an article for good: the reason is required."""

    comment = forms.CharField(label=_("Reason for declining"), widget=forms.Textarea({"rows": 3}))


class ApproveForm(forms.Form):
    """Approving, with a comment that may be left empty."""

    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea({"rows": 3})
    )


class EmergencyForm(forms.Form):
    """Publishing past the gates: the reason is required."""

    reason = forms.CharField(
        label=_("Why this cannot wait for its approval"),
        min_length=10,
        widget=forms.Textarea({"rows": 3}),
    )


class SoleEditorForm(forms.Form):
    """Who may approve their own words, and why."""

    person: Any = forms.ModelChoiceField(None, label=_("Person"))
    reason = forms.CharField(label=_("Reason"), min_length=10, widget=forms.Textarea({"rows": 2}))

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people
        field.label_from_instance = lambda person: person.get_full_name() or person.get_username()


class TakeDownForm(forms.Form):
    """Taking an article down: the reason is required, the notice to the public is not."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For the record and the people of the article."),
    )
    notice = forms.CharField(
        label=_("Notice to the public"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What readers find at the article’s address."),
    )


class RepublishForm(forms.Form):
    """Publishing an article again that was taken down: the reason is required."""

    reason = forms.CharField(label=_("Reason"), min_length=10, widget=forms.Textarea({"rows": 3}))
