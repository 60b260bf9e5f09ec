"""The form with which the province opens a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from .batch import Line, UnreadableTableError, check, read_table
from .models import Department
from .opening import OpenedSite, open_site, validate_hostname

MOST_BYTES = 500_000


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
        return open_site(
            details.pop("host"),
            name=details.pop("name"),
            kind=kind.code,
            port=usual_port(),
            publish=False,
            **details,
        )


class OpenSitesForm(forms.Form):
    """A table of sites, uploaded or, in the second step, sent along; ``lines`` once it is valid."""

    file = forms.FileField(
        label=_("Table"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("CSV in UTF-8, one line a site, first the names of the columns."),
    )
    table = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    lines: list[Line]

    def clean(self) -> dict[str, Any]:
        """Read and check the table; ValidationError where it cannot be read."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None and upload.size > MOST_BYTES:
            raise ValidationError(_("The file is too large: a table of sites has a few pages."))
        data = upload.read() if upload is not None else cleaned.get("table", "").encode()
        if not data:
            raise ValidationError(_("Choose a file."))
        try:
            self.lines = read_table(data)
        except UnreadableTableError as error:
            raise ValidationError(str(error)) from error
        check(self.lines)
        cleaned["table"] = data.decode("utf-8-sig")
        return cleaned


def usual_port() -> int:
    """The port of the default site, which is every site's."""
    reference = Site.objects.filter(is_default_site=True).first()
    return reference.port if reference else 80
