"""The form with which the province opens a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from .models import Department
from .opening import OpenedSite, open_site, validate_hostname


class OpenSiteForm(forms.ModelForm):
    """Name, host and kind; the rest can follow on the department's own screen."""

    host = forms.CharField(
        label=_("Host name"),
        max_length=253,
        validators=[validate_hostname],
        help_text=_("Such as so-y-te.tinh.gov.vn; the name must lead to this server."),
    )

    class Meta:
        model = Department
        fields = ("name", "short_name", "kind", "parent", "accent", "address", "phone", "email")

    field_order = ["host", "name", "short_name", "kind", "parent", "accent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].help_text = _("Left empty, the province.")

    def clean_host(self) -> str:
        """Refuse a host that a site has already: opening is not a way to change one."""
        host: str = self.cleaned_data["host"].lower()
        if Site.objects.filter(hostname=host).exists():
            raise ValidationError(_("A site answers to this host name already."))
        return host

    def open(self) -> OpenedSite:
        """Open the site. Raises ValidationError as :func:`sites.opening.open_site` does."""
        details = dict(self.cleaned_data)
        kind = details.pop("kind")
        reference = Site.objects.filter(is_default_site=True).first()
        return open_site(
            details.pop("host"),
            name=details.pop("name"),
            kind=kind.code,
            port=reference.port if reference else 80,
            **details,
        )
