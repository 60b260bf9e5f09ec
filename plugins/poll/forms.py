"""The form of a poll in the admin: what has votes is not removed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm


class PollForm(WagtailAdminModelForm):
    """A poll with its options."""

    def clean(self) -> dict[str, Any]:
        """Refuse removing an option that was voted for, and two options that read the same."""
        cleaned: dict[str, Any] = super().clean()
        options = self.formsets.get("options")
        if options is None or not options.is_valid():
            return cleaned
        for form in options.deleted_forms:
            # Not the form's own number: votes go on arriving while it is open.
            stored = type(form.instance).objects.filter(pk=form.instance.pk, votes__gt=0).first()
            if stored is not None:
                self.add_error(None, _("“%s” has votes and cannot be removed.") % stored.text)
        texts = [
            form.instance.text.casefold()
            for form in options.forms
            if form not in options.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        if len(set(texts)) < len(texts):
            self.add_error(None, _("Two options read the same."))
        return cleaned
