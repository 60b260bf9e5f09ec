"""The screens of the own site's redirects."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log

from cms.delivery.cache import purge
from cms.news.legacy import redirects_tag
from cms.record.models import Kind
from cms.record.writing import record
from sites.administering import SiteScreen

from .redirects import ImportForm, RedirectForm, own_redirects, read_lines, warning_for

TITLE = gettext_lazy("Redirects")


class RedirectScreen(SiteScreen):
    """A screen below the list of redirects."""

    page_title = TITLE
    header_icon = "redirect"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *start, last = super().get_breadcrumbs_items()
        return [*start, {"url": reverse("siteadmin_redirects"), "label": TITLE}, last]


class RedirectsView(SiteScreen):
    """All redirects of the site."""

    template_name = "siteadmin/redirects.html"
    page_title = TITLE
    header_icon = "redirect"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()
        rows = own_redirects(self.department).order_by("old_path")
        if words:
            rows = rows.filter(old_path__icontains=words)
        page = Paginator(rows, 50).get_page(self.request.GET.get("p"))
        return super().get_context_data(rows=page, words=words, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete one."""
        key = request.POST.get("delete", "")
        row = get_object_or_404(own_redirects(self.department), pk=key if key.isdecimal() else 0)
        log(instance=row, action="wagtail.delete", deleted=True)
        row.delete()
        messages.success(request, _("The redirect from %(path)s is deleted.") % {"path": row})
        return redirect("siteadmin_redirects")


class RedirectView(RedirectScreen):
    """Add or change one."""

    template_name = "siteadmin/redirect.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        key = kwargs.get("redirect_id")
        rows = own_redirects(self.department)
        self.redirect = get_object_or_404(rows, pk=key) if key is not None else Redirect()

    def get_page_title(self) -> str:
        return _("Change a redirect") if self.redirect.pk else _("Add a redirect")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", RedirectForm(self.department, instance=self.redirect))
        return super().get_context_data(media=kwargs["form"].media, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = "wagtail.edit" if self.redirect.pk else "wagtail.create"
        form = RedirectForm(self.department, request.POST, instance=self.redirect)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        row = form.save()
        log(instance=row, action=action)
        messages.success(request, _("The redirect from %(path)s is saved.") % {"path": row})
        if warning := warning_for(self.department, row.old_path):
            messages.warning(request, warning)
        return redirect("siteadmin_redirects")


class ImportRedirectsView(RedirectScreen):
    """Many redirects from a table: first what would happen, then the act."""

    template_name = "siteadmin/redirects_import.html"
    page_title = gettext_lazy("Import redirects")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ImportForm())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the lines; with ``act=import`` add those that hold."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        text = form.cleaned_data["text"]
        lines = read_lines(self.department, text)
        good = [line for line in lines if not line.error]
        if request.POST.get("act") != "import" or form.cleaned_data.get("file") or not good:
            shown = ImportForm(initial={"text": text})
            bad = [line for line in lines if line.error]
            return self.render_to_response(
                self.get_context_data(form=shown, lines=lines, good=good, bad=bad)
            )
        with transaction.atomic():
            Redirect.objects.bulk_create(
                Redirect(site=self.department.site, old_path=line.path, redirect_page=line.page)
                for line in good
            )
            # Rows made in bulk send no signals.
            if any("?" in line.path for line in good):
                purge(redirects_tag(self.department.site_id))
            record(
                self.department,
                "sen.redirects.import",
                Kind.REDIRECT,
                about=_("%(number)s redirects") % {"number": len(good)},
                details=", ".join(line.path for line in good[:20]),
            )
        messages.success(request, _("%(number)s redirects were added.") % {"number": len(good)})
        return redirect("siteadmin_redirects")
