"""The screens on which a site administrator sees what each place shows, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page

from cms.news.models import SectionPage
from cms.plugins.activation import enabled_plugins
from cms.plugins.administering import get_administered
from cms.plugins.models import PluginFailure
from cms.plugins.registry import plugins
from cms.plugins.views import DepartmentScreen, DepartmentsView
from sites.isolation.choosing import OwnPageChooser
from sites.models import Department

from .areas import resolve, stored_json
from .defaults import declared_items
from .models import WidgetArea, place_name
from .overriding import override, reset
from .permissions import administers_province, get_area, province
from .refreshing import REFRESH_PART
from .registry import widgets
from .rendering import WIDGET_PART
from .slots import Slot

TITLE = gettext_lazy("Sidebar and widgets")


@dataclass(frozen=True)
class SlotRow:
    """One slot of a place: what it shows, whose that is, and the area of the place itself."""

    slot: Slot
    widgets: list[tuple[str, bool]]
    source: str
    own: WidgetArea | None
    override_url: str

    @property
    def is_draft(self) -> bool:
        """Whether the place has an area that the public does not see yet."""
        return self.own is not None and not self.own.live


def slots_of(page: Page | None) -> list[Slot]:
    """The slots that can be arranged on ``page``: a home page's column is the home page's."""
    at_home = page is None or page.depth == 2
    return [slot for slot in Slot if at_home or slot != Slot.HOME]


def slot_rows(department: Department | None, page: Page | None) -> list[SlotRow]:
    """The slots of a place; of the province's defaults where there is no page."""
    shown = resolve(department, page)
    own = {area.slot: area for area in WidgetArea.objects.filter(page=page) if area.in_use}
    enabled = enabled_plugins(department) if department is not None else plugins.usable_ids()
    rows = []
    for slot in slots_of(page):
        area = shown.get(slot)
        items = (
            stored_json(area)
            if area is not None
            else declared_items(slot, widgets.of_plugins(enabled))
        )
        rows.append(
            SlotRow(
                slot=slot,
                widgets=[_label_of(item, enabled) for item in items],
                source=source_name(area),
                own=own.get(slot),
                override_url=override_url(department, page, slot),
            )
        )
    return rows


def source_name(area: WidgetArea | None) -> str:
    """Where a slot gets its widgets from, in words; None stands for the widgets' own places."""
    return area.place_name if area is not None else _("Built-in default")


def override_url(department: Department | None, page: Page | None, slot: str) -> str:
    """Where a place is given an area of its own."""
    if department is None or page is None:
        return reverse("widget_area_override_province", args=[slot])
    return reverse("widget_area_override", args=[department.pk, page.pk, slot])


def place_url(area: WidgetArea) -> str:
    """The screen of the place where ``area`` hangs."""
    if area.page is None or area.department_id is None:
        return reverse("widget_areas_province")
    if area.page.depth == 2:
        return reverse("widget_areas", args=[area.department_id])
    return reverse("widget_areas_page", args=[area.department_id, area.page_id])


def page_of(department: Department, page_id: int) -> Page:
    """A page of the department's site. Raises Http404 for any other."""
    root: Any = department.site.root_page
    page = Page.objects.filter(pk=page_id, path__startswith=root.path).first()
    if page is None:
        raise Http404("no such page on this site")
    return page


class PlaceForm(forms.Form):
    """Choose a page of the site."""

    page = forms.ModelChoiceField(
        queryset=Page.objects.none(),
        widget=OwnPageChooser(),
        label=gettext_lazy("Another page"),
        error_messages={"invalid_choice": gettext_lazy("This page is not of this site.")},
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["page"]
        root: Any = department.site.root_page
        field.queryset = Page.objects.filter(path__startswith=root.path)


class WidgetDepartmentsView(DepartmentsView):
    """The departments whose widgets you may arrange, and the province's defaults."""

    template_name = "widgets_admin/departments.html"
    page_title = TITLE
    header_icon = "grip"
    url_name = "widget_areas"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        province_url = (
            reverse("widget_areas_province") if administers_province(self.request.user) else ""
        )
        return super().get_context_data(province_url=province_url, **kwargs)


class WidgetAreasView(DepartmentScreen):
    """The slots of a site or of a page in it, the places below, and which widgets failed."""

    template_name = "widgets_admin/areas.html"
    page_title = TITLE
    header_icon = "grip"
    index_url_name = "widget_areas_index"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.place: Page = page_of(
            self.department, kwargs.get("page_id") or self.department.site.root_page_id
        )

    @property
    def is_home(self) -> bool:
        """Whether the screen is about the whole site."""
        return self.place.pk == self.department.site.root_page_id

    def get_page_subtitle(self) -> str:
        return super().get_page_subtitle() if self.is_home else place_name(self.place)

    @property
    def header_buttons(self) -> list[HeaderButton]:  # type: ignore[override]
        if not (self.is_home and administers_province(self.request.user)):
            return []
        return [
            HeaderButton(
                _("Defaults of the province"), reverse("widget_areas_province"), icon_name="globe"
            )
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        if self.is_home:
            return items
        *above, last = items
        return [
            *above,
            {**last, "url": reverse("widget_areas", args=[self.department.pk])},
            {"url": "", "label": self.place.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or PlaceForm(department=self.department)
        return super().get_context_data(
            rows=slot_rows(self.department, self.place),
            is_home=self.is_home,
            place=place_name(self.place),
            places=self._places() if self.is_home else [],
            form=form,
            media=form.media,
            failures=failures_of(self.department),
            **kwargs,
        )

    def _places(self) -> list[tuple[str, str, list[WidgetArea]]]:
        """Every section, and the pages that have areas of their own: name, screen, areas."""
        own: dict[int | None, list[WidgetArea]] = {}
        for area in self.department.widget_areas.select_related("page").order_by("pk"):
            if area.in_use:
                own.setdefault(area.page_id, []).append(area)
        pages = (
            Page.objects.descendant_of(self.place)
            .filter(Q(pk__in=[pk for pk in own if pk]) | Q(pk__in=SectionPage.objects.values("pk")))
            .order_by("path")
        )
        return [
            (
                place_name(page),
                reverse("widget_areas_page", args=[self.department.pk, page.pk]),
                own.get(page.pk, []),
            )
            for page in pages
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go to the screen of the page that was chosen."""
        form = PlaceForm(request.POST, department=self.department)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        return redirect("widget_areas_page", self.department.pk, form.cleaned_data["page"].pk)


class ProvinceAreasView(WagtailAdminTemplateMixin, TemplateView):
    """The slots of the province's defaults; 404 for those who do not administer them."""

    template_name = "widgets_admin/areas.html"
    page_title = TITLE
    header_icon = "grip"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not administers_province(request.user):
            raise Http404("you do not administer the province's defaults")

    def get_page_subtitle(self) -> str:
        return place_name(None)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("widget_areas_index"), "label": self.page_title},
            {"url": "", "label": place_name(None)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rows=slot_rows(None, None),
            place=place_name(None),
            failures=failures_of(province()),
            **kwargs,
        )


class OverrideView(View):
    """Give a place an area of its own: a draft of what it inherits, open in the editor."""

    http_method_names = ["post"]

    def post(
        self, request: HttpRequest, slot: str, department_id: int = 0, page_id: int = 0
    ) -> HttpResponse:
        """Make the draft and go to its editor. Raises Http404 for a place of somebody else's."""
        page = None
        if department_id:
            page = page_of(get_administered(request.user, department_id), page_id)
        elif not administers_province(request.user):
            raise Http404("you do not administer the province's defaults")
        if slot not in slots_of(page):
            raise Http404("no such slot here")
        area = override(page, slot, request.user)
        return redirect("widget_area:edit", area.pk)


class ResetAreaView(WagtailAdminTemplateMixin, TemplateView):
    """Ask, then let a place inherit again."""

    template_name = "widgets_admin/reset_area.html"
    page_title = gettext_lazy("Inherit again")
    header_icon = "rotate"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.area = get_area(request.user, kwargs["area_id"])

    def get_page_subtitle(self) -> str:
        return str(self.area)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), *trail(self.area), _here(self.page_title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        behind = resolve(self.area.department, self.area.page, without=self.area)
        return super().get_context_data(
            area=self.area,
            source=source_name(behind.get(self.area.slot)),
            back_url=place_url(self.area),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Reset the area."""
        reset(self.area, request.user)
        messages.success(request, _("“%s” inherits again.") % self.area)
        return redirect(place_url(self.area))


def trail(area: WidgetArea) -> list[dict[str, Any]]:
    """The breadcrumbs of the screens above one of ``area``."""
    items: list[dict[str, Any]] = [{"url": reverse("widget_areas_index"), "label": TITLE}]
    if area.department is not None:
        url = reverse("widget_areas", args=[area.department_id])
        items.append({"url": url, "label": str(area.department)})
    if area.page is None or area.page.depth > 2:
        items.append({"url": place_url(area), "label": area.place_name})
    return items


def _here(label: Any) -> dict[str, Any]:
    return {"url": "", "label": label}


def failures_of(department: Department | None) -> list[tuple[str, PluginFailure]]:
    """The last failures of widgets on a department's site, newest first, each with its label."""
    of_widgets = Q(part__startswith=WIDGET_PART) | Q(part__startswith=REFRESH_PART)
    failures = PluginFailure.objects.filter(of_widgets, department=department)
    return [(_part_label(failure.part), failure) for failure in failures.order_by("-failed_at")]


def _part_label(part: str) -> str:
    if part.startswith(REFRESH_PART):
        label = _label(part.removeprefix(REFRESH_PART))
        return _("%s: outside data, the last that came is still shown") % label
    return _label(part.removeprefix(WIDGET_PART))


def _label_of(item: Any, enabled: frozenset[str]) -> tuple[str, bool]:
    """The label of a stored item, and whether it can be shown."""
    name = item.get("type") if isinstance(item, dict) else None
    entry = widgets.get(name) if isinstance(name, str) else None
    if entry is None:
        return name if isinstance(name, str) else "?", False
    return str(entry.widget.label), entry.plugin_id in enabled


def _label(widget_id: str) -> str:
    entry = widgets.get(widget_id)
    return str(entry.widget.label) if entry is not None else widget_id
