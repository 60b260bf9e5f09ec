"""The screen of a page's languages: in which it exists, and a draft in one more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from sites.models import Department
from sites.tree import department_of

from .reading import language_of
from .translating import LanguageError, choices, say_language, siblings, translate


@dataclass(frozen=True)
class Row:
    """A language, with the page that is in it."""

    code: str
    name: str
    page: Page | None
    is_here: bool
    edit_url: str


def can_have_languages(page: Page, user: Any) -> bool:
    """Whether ``user`` may have ``page`` in other languages: a home page has its site's only."""
    return page.depth > 2 and bool(page.specific.permissions_for_user(user).can_edit())


class LanguagesView(WagtailAdminTemplateMixin, TemplateView):
    """The languages of one page, for those who may change it."""

    page_title = gettext_lazy("Languages")
    header_icon = "globe"
    template_name = "languages/languages.html"
    page: Page
    department: Department

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(Page, pk=kwargs["page_id"])
        department = department_of(self.page)
        if department is None or not can_have_languages(self.page, request.user):
            raise Http404("not for this person")
        self.department = department

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *super().get_breadcrumbs_items(),
            {"url": edit, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page=self.page,
            rows=self._rows(),
            languages=choices(self.department),
            language=language_of(self.page, self.department),
            **kwargs,
        )

    def _rows(self) -> list[Row]:
        there = {language_of(page, self.department): page for page in siblings(self.page)}
        return [
            Row(code, name, found := there.get(code), found == self.page, self._edit_url(found))
            for code, name in choices(self.department)
        ]

    def _edit_url(self, page: Page | None) -> str:
        if page is None or not page.specific.permissions_for_user(self.request.user).can_edit():
            return ""
        return reverse("wagtailadmin_pages:edit", args=[page.pk])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make a draft in the language ``translate``, or note that the page is in ``language``."""
        here = redirect("languages_page", self.page.pk)
        try:
            if code := request.POST.get("translate", ""):
                draft = translate(self.page, code, self.department, request.user)
                messages.success(
                    request,
                    _("This is a draft with the text of “%(title)s”. Translate it, then submit it.")
                    % {"title": self.page.title},
                )
                return redirect("wagtailadmin_pages:edit", draft.pk)
            say_language(self.page, request.POST.get("language", ""), self.department)
        except LanguageError as error:
            messages.error(request, str(error))
            return here
        messages.success(request, _("The language of the page is noted."))
        return here
