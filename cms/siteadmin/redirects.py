"""Redirects of the own site: what a valid one is, and tables of them from a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminPageChooser
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from sites.models import Department
from sites.tree import local_url

MAX_LINES, MAX_BYTES = 2000, 1_000_000
MAX_PATH = 255


def own_redirects(department: Department) -> Any:
    """The redirects of the department's site."""
    return Redirect.objects.filter(site=department.site_id).select_related("redirect_page")


def clean_path(department: Department, text: str, redirect: Redirect | None = None) -> str:
    """An old path as Wagtail compares it.

    Raises:
        ValidationError: it is no path of this site, too long, the home page, or taken.
    """
    text = text.strip()
    parts = urlsplit(text)
    if parts.netloc and parts.hostname not in _hosts(department):
        raise ValidationError(_("This address is not one of this site."))
    if not parts.netloc and not text.startswith("/"):
        raise ValidationError(_("Begin the old address with a slash, such as /tin-cu/."))
    path = str(Redirect.normalise_path(text))
    if path == "/":
        raise ValidationError(_("The home page cannot be redirected."))
    if len(path) > MAX_PATH or "\0" in path:
        raise ValidationError(_("This address is too long."))
    taken = own_redirects(department).filter(old_path=path)
    if redirect is not None:
        taken = taken.exclude(pk=redirect.pk)
    if taken.exists():
        raise ValidationError(_("There is a redirect from this address already."))
    return path


def page_at(department: Department, text: str) -> Page | None:
    """The own page whose address is ``text``; None where there is none."""
    parts = urlsplit(text.strip())
    if parts.netloc and parts.hostname not in _hosts(department):
        return None
    home = department.site.root_page
    path = parts.path.strip("/")
    url_path = home.url_path + (f"{path}/" if path else "")
    return Page.objects.filter(path__startswith=home.path, url_path=url_path).first()


def refuse_loop(department: Department, path: str, target: Page) -> None:
    """Refuse what would lead back to itself. Raises ValidationError."""
    ways = {
        redirect.old_path: redirect.redirect_page
        for redirect in own_redirects(department).exclude(redirect_page=None)
    }
    ways[path] = target
    seen = set()
    at = path
    while at in ways:
        if at in seen:
            raise ValidationError(_("This redirect would lead in a circle."))
        seen.add(at)
        page = ways[at]
        at = str(Redirect.normalise_path(local_url(page)))


def warning_for(department: Department, path: str) -> str:
    """What the author of a redirect should know; empty where there is nothing."""
    page = page_at(department, path)
    if page is not None and page.live:
        return _(
            "“%(title)s” is public at %(path)s: the redirect counts only once that page is gone."
        ) % {"title": page.title, "path": path}
    return ""


def _hosts(department: Department) -> set[str]:
    return {department.host, *department.aliases.values_list("hostname", flat=True)}


class RedirectForm(forms.ModelForm):
    """From an old address to a page of the own site."""

    old_path = forms.CharField(
        label=gettext_lazy("Old address"),
        help_text=gettext_lazy("As it was after the host name, such as /tin-cu/bai-1.html."),
    )

    class Meta:
        model = Redirect
        fields = ("old_path", "redirect_page", "is_permanent")
        labels = {
            "redirect_page": gettext_lazy("Leads to"),
            "is_permanent": gettext_lazy("For good"),
        }
        help_texts = {"is_permanent": gettext_lazy("Search engines then forget the old address.")}

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department
        self.instance.site = department.site
        field: Any = self.fields["redirect_page"]
        home = department.site.root_page
        field.queryset = Page.objects.filter(path__startswith=home.path)
        field.widget = AdminPageChooser()
        field.required = True

    def clean_old_path(self) -> str:
        return clean_path(self.department, self.cleaned_data["old_path"], self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        path, target = cleaned.get("old_path"), cleaned.get("redirect_page")
        if path and target:
            try:
                refuse_loop(self.department, path, target)
            except ValidationError as refused:
                self.add_error("redirect_page", refused)
        return cleaned


@dataclass
class Line:
    """One line of a table: what it says, and why it cannot be taken."""

    number: int
    old: str
    target: str
    path: str = ""
    page: Page | None = None
    error: str = ""
    warning: str = ""


class ImportForm(forms.Form):
    """A table of redirects: a file, or the text of one that can be mended here."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Lines: old address, new address"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > MAX_BYTES:
                raise ValidationError(_("The file is larger than one megabyte."))
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise ValidationError(_("Save the file as CSV in UTF-8.")) from error
        if not cleaned.get("text", "").strip():
            raise ValidationError(_("Choose a file, or type some lines."))
        return cleaned


def read_lines(department: Department, text: str) -> list[Line]:
    """Every line of a table, each checked as the form would, and against those above it.

    The separator is a comma, a semicolon or a tab. A first line of headings is left out.
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    separator = next((mark for mark in "\t;" if mark in first), ",")
    lines: list[Line] = []
    known: set[str] = set()
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1):
        cells = [cell.strip().lstrip("\ufeff") for cell in row]
        if not any(cells) or (number == 1 and not cells[0].startswith(("/", "http"))):
            continue
        line = Line(number, cells[0], cells[1] if len(cells) > 1 else "")
        lines.append(line)
        if len(lines) > MAX_LINES:
            line.error = _("More than %(limit)s lines: divide the file.") % {"limit": MAX_LINES}
            break
        try:
            _check(department, line, known)
        except ValidationError as refused:
            line.error = " ".join(refused.messages)
        else:
            known.add(line.path)
            line.warning = warning_for(department, line.path)
    return lines


def _check(department: Department, line: Line, known: set[str]) -> None:
    line.path = clean_path(department, line.old)
    if line.path in known:
        raise ValidationError(_("This address stands in a line above."))
    if not line.target:
        raise ValidationError(_("The new address is missing."))
    line.page = page_at(department, line.target)
    if line.page is None:
        raise ValidationError(_("No page of this site has this new address."))
    refuse_loop(department, line.path, line.page)
