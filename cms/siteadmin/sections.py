"""The sections of the own site on one screen: add, rename, order, hide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from cms.content.text import slugify, squeeze
from cms.news.models import ArticlePage, SectionPage
from sites.administering import SiteScreen


class SectionForm(forms.Form):
    """A new section."""

    title = forms.CharField(label=gettext_lazy("Name of the section"), max_length=120)
    intro = forms.CharField(label=gettext_lazy("What it is about"), max_length=300, required=False)
    parent: Any = forms.ModelChoiceField(
        label=gettext_lazy("Below"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("the home page"),
    )

    def __init__(self, sections: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parent"]
        field.queryset = sections

    def clean_title(self) -> str:
        return squeeze(self.cleaned_data["title"])


class SectionsView(SiteScreen):
    """All sections of the site, in the order in which its readers meet them."""

    template_name = "siteadmin/sections.html"
    page_title = gettext_lazy("Sections")
    header_icon = "folder-open-inverse"

    def sections(self) -> Any:
        """The department's own."""
        home = self.department.site.root_page
        return SectionPage.objects.filter(path__startswith=home.path).order_by("path")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", SectionForm(self.sections()))
        rows = list(self.sections())
        counts = dict(
            ArticlePage.objects.filter(section__in=rows)
            .values_list("section")
            .annotate(number=Count("pk", filter=Q(live=True)))
            .values_list("section", "number")
        )
        levels: dict[str, list[str]] = {}
        for row in rows:
            levels.setdefault(row.path[: -Page.steplen], []).append(row.path)
        return super().get_context_data(
            rows=[
                {
                    "page": row,
                    "below": row.depth > 3,
                    "articles": counts.get(row.pk, 0),
                    "first": levels[row.path[: -Page.steplen]][0] == row.path,
                    "last": levels[row.path[: -Page.steplen]][-1] == row.path,
                }
                for row in rows
            ],
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add a section, or do something to one."""
        act = request.POST.get("act", "")
        if act == "add":
            return self._add(request)
        key = request.POST.get("section", "")
        section = get_object_or_404(self.sections(), pk=key if key.isdecimal() else 0)
        try:
            with transaction.atomic():
                self._do(act, section)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return self.render_to_response(
                self.get_context_data(refused=section.pk, typed=request.POST.get("title", ""))
            )
        messages.success(request, _("“%(title)s” was saved.") % {"title": section.title})
        return redirect("siteadmin_sections")

    def _add(self, request: HttpRequest) -> HttpResponse:
        form = SectionForm(self.sections(), request.POST)
        if form.is_valid():
            wanted = form.cleaned_data
            parent: Page = wanted["parent"] or self.department.site.root_page
            section = SectionPage(
                title=wanted["title"],
                intro=wanted["intro"],
                slug=_free_slug(parent, wanted["title"]),
                owner=request.user,
            )
            try:
                with transaction.atomic():
                    parent.add_child(instance=section)
                    section.clean()
                    section.save_revision(user=request.user, log_action="wagtail.create").publish(
                        user=request.user
                    )
            except ValidationError as refused:
                form.add_error("title", refused.messages)
            else:
                messages.success(
                    request, _("The section “%(title)s” is added.") % {"title": section.title}
                )
                return redirect("siteadmin_sections")
        return self.render_to_response(self.get_context_data(form=form))

    def _do(self, act: str, section: SectionPage) -> None:
        user = self.request.user
        if act == "rename":
            title = squeeze(self.request.POST.get("title", ""))
            if not title or len(title) > 120:
                raise ValidationError(_("Give the section a name of at most 120 letters."))
            section.title = title
            revision = section.save_revision(user=user, log_action="wagtail.edit")
            if section.live:
                revision.publish(user=user)
            else:
                Page.objects.filter(pk=section.pk).update(draft_title=title, title=title)
        elif act in ("up", "down"):
            before = section.get_prev_sibling() if act == "up" else section.get_next_sibling()
            while before is not None and not SectionPage.objects.filter(pk=before.pk).exists():
                before = before.get_prev_sibling() if act == "up" else before.get_next_sibling()
            if before is not None:
                place = "left" if act == "up" else "right"
                MovePageAction(section, before, pos=place, user=user).execute(
                    skip_permission_checks=True
                )
        elif act == "hide":
            UnpublishPageAction(section, user=user).execute(skip_permission_checks=True)
        elif act == "show":
            section.get_latest_revision().publish(user=user)
        else:
            raise Http404("no such act")


def _free_slug(parent: Page, title: str) -> str:
    wanted = slugify(title) or "chuyen-muc"
    slug, number = wanted, 1
    while Page.objects.child_of(parent).filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug
