"""The forms of an act at a gate."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReturnForm(forms.Form):
    """Returning an article: the reason is required."""

    comment = forms.CharField(label=_("Reason for returning"), widget=forms.Textarea({"rows": 3}))


class ApproveForm(forms.Form):
    """Approving, with a comment that may be left empty."""

    comment = forms.CharField(
        label=_("Comment"), required=False, widget=forms.Textarea({"rows": 3})
    )
