"""Overview, look, contact block and menu: the department's own fields, a small screen each."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList
from wagtail.models import Page

from cms.record.models import Kind
from cms.record.writing import record
from sites.administering import SiteScreen, department_worked_for
from sites.isolation.ownership import is_own
from sites.models import Department, validate_hex_colour
from sites.publication import advance_url, missing_for_publication, publish_site
from sites.roles import Role

from .palette import SWATCHES, preview_of


class OverviewView(SiteScreen):
    """The site at a glance: what is done, what is missing, and the button that publishes it."""

    template_name = "siteadmin/overview.html"
    page_title = gettext_lazy("My site")
    header_icon = "site"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        department = self.department
        opening = department.state == Department.State.OPENING
        return super().get_context_data(
            opening=opening,
            missing=missing_for_publication(department),
            advance_url=advance_url(department) if opening else "",
            checks=[
                (
                    _("Contact block and responsible person"),
                    reverse("siteadmin_contact"),
                    not missing_for_publication(department),
                ),
                (_("Logo"), reverse("siteadmin_look"), department.logo_id is not None),
                (_("Menu"), reverse("siteadmin_menu"), department.menu_items.exists()),
                (_("A second administrator"), reverse("staff_people"), self._administrators() > 1),
            ],
            **kwargs,
        )

    def _administrators(self) -> int:
        office = self.department.role_groups.filter(role=Role.SITE_ADMIN).first()
        return office.group.user_set.filter(is_active=True).count() if office else 0

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Publish the site."""
        try:
            publish_site(self.department)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            record(self.department, "sen.site.publish", Kind.SETTINGS, about=self.department)
            messages.success(request, _("The site is public."))
        return redirect("siteadmin_overview")


class SettingsScreen(SiteScreen):
    """Some fields of the department, in Wagtail's form."""

    template_name = "siteadmin/settings.html"
    act = ""
    panels: ClassVar[list[Any]] = []

    @property
    def edit_handler(self) -> Any:
        """The panels of this screen, bound to the department's model."""
        return ObjectList(list(self.panels)).bind_to_model(Department)

    def form(self, *data: Any) -> Any:
        """The form; the department is read anew, so that a refused one changes nothing shown."""
        row = Department.base_queryset().get(pk=self.department.pk)
        form_class = self.edit_handler.get_form_class()
        return form_class(*data, instance=row, for_user=self.request.user)

    def check(self, form: Any) -> None:
        """Add errors beyond those of the fields."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.form()
        panel = self.edit_handler.get_bound_panel(
            instance=form.instance, request=self.request, form=form, prefix="panel"
        )
        return super().get_context_data(
            form=form, panel=panel, media=form.media + panel.media, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; show the form again where something does not hold."""
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            self.check(form)
        if not form.is_valid():
            messages.error(request, _("Nothing was saved: mend what is marked below."))
            return self.render_to_response(self.get_context_data(form=form))
        form.save()
        # What a page shows of the menu and the fields is purged where the row is saved.
        form.instance.save()
        record(
            self.department,
            f"sen.settings.{self.act}",
            Kind.SETTINGS,
            about=self.department,
            details=", ".join(self._changes(form)),
        )
        messages.success(request, _("Saved. The public pages show it now."))
        return redirect(request.path)

    def _changes(self, form: Any) -> list[str]:
        return [str(form.fields[name].label) for name in form.changed_data if name in form.fields]


class LookView(SettingsScreen):
    """Colour, text size, front page, logo and banner, with a picture of what the colour does."""

    template_name = "siteadmin/look.html"
    page_title = gettext_lazy("Look")
    header_icon = "view"
    act = "look"
    panels = [
        FieldPanel("accent"),
        FieldPanel("text_size"),
        FieldPanel("front_layout"),
        FieldPanel("logo"),
        FieldPanel("banner"),
    ]

    def check(self, form: Any) -> None:
        for name in ("logo", "banner"):
            picture = form.cleaned_data.get(name)
            if picture is not None and not is_own(type(picture), picture.pk, self.department):
                form.add_error(name, _("This picture belongs to another department."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        accent = context["form"]["accent"].value() or self.department.accent
        try:
            validate_hex_colour(accent)
        except ValidationError:
            accent = self.department.accent
        return {**context, "swatches": SWATCHES, **preview_of(accent)}


class ColoursView(View):
    """The picture and the contrast of one accent colour: a part of the look's screen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        department = department_worked_for(request, Role.SITE_ADMIN)
        accent = request.GET.get("accent", "")
        try:
            validate_hex_colour(accent)
        except ValidationError:
            return HttpResponseBadRequest(content_type="text/plain")
        context = {"department": department, **preview_of(accent)}
        return render(request, "siteadmin/colours.html", context)


class ContactView(SettingsScreen):
    """The contact block in the footer of every page."""

    page_title = gettext_lazy("Contact")
    header_icon = "mail"
    act = "contact"
    panels = [
        FieldPanel("responsible_person"),
        FieldPanel("responsible_title"),
        FieldPanel("address"),
        FieldPanel("phone"),
        FieldPanel("email"),
    ]

    def check(self, form: Any) -> None:
        """A public site keeps what it could not be published without."""
        if self.department.state == Department.State.OPENING:
            return
        filled = form.cleaned_data
        if not filled["responsible_person"].strip():
            form.add_error("responsible_person", _("A public site names who is responsible."))
        if not filled["address"].strip():
            form.add_error("address", _("A public site gives its address."))
        if not (filled["phone"].strip() or filled["email"]):
            form.add_error("phone", _("Give a telephone number or an e-mail address."))


class MenuView(SettingsScreen):
    """The main menu: pages of the own site, or addresses elsewhere."""

    page_title = gettext_lazy("Menu")
    header_icon = "list-ul"
    act = "menu"
    panels = [InlinePanel("menu_items", heading=_("Menu"), label=_("Menu item"))]

    def check(self, form: Any) -> None:
        """Refuse pages of other sites: a new entry does not know its department yet."""
        for entry in form.formsets["menu_items"].forms:
            page = getattr(entry, "cleaned_data", {}).get("page")
            if page is not None and not is_own(Page, page.pk, self.department):
                entry.add_error("page", _("This page belongs to another site."))

    def _changes(self, form: Any) -> list[str]:
        return [item.title for item in form.instance.menu_items.all()]
