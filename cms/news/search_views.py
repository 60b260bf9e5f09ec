"""The search page of a site, on the portal of the whole province, and suggestions while typing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.delivery.cache import Cache, declare, news_tag, site_tag
from cms.delivery.parts import SitePart
from cms.directory.reading import is_portal
from cms.plugins.activation import enabled_for, enabled_plugins
from cms.plugins.searching import kinds_left_out
from cms.search.finding import COUNTED, NOTHING, Hit, Place, Results, Within, find, suggest
from cms.search.marking import mark, passage
from cms.search.sources import Found, sources
from cms.search.words import LONGEST_QUERY, Query, read_query
from sites.models import Department
from sites.tenancy import department_for

from .models import SectionPage
from .reading import SiteNews

PER_PAGE = 20
SUGGESTIONS = 8
#: Shorter ones are every other title's.
SHORTEST_SUGGESTED = 2  # characters
#: Where somebody is in the results.
AFTER = "sau"
HERE, EVERYWHERE = "trang-nay", "toan-tinh"


class SearchedSection(NamedTuple):
    """A section that a search may be narrowed to."""

    slug: str
    title: str
    path: str


def _sections(department: Department) -> list[SearchedSection]:
    sections = SiteNews(department.site.root_page).sections()
    return [SearchedSection(one.slug, one.title, one.path) for one in sections]


SECTIONS = SitePart(
    "searched_sections",
    _sections,
    lambda site_id: frozenset({site_tag(site_id), news_tag(site_id)}),
)


class SearchForm(forms.Form):
    """What is searched for and where. Its names stand in addresses."""

    # Whatever is typed is searched for: a field that refuses some of it would be of no use.
    q = forms.Field(
        label=gettext_lazy("Words to search for"), required=False, widget=forms.TextInput
    )
    pham_vi = forms.ChoiceField(
        label=gettext_lazy("Where to search"),
        choices=[
            (EVERYWHERE, gettext_lazy("all sites of the province")),
            (HERE, gettext_lazy("this site only")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    loai = forms.ChoiceField(label=gettext_lazy("Kind of result"), required=False)
    muc = forms.ChoiceField(label=gettext_lazy("In the section"), required=False)
    tu = forms.DateField(
        label=gettext_lazy("From the day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    den = forms.DateField(
        label=gettext_lazy("Until the day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, request: HttpRequest, department: Department) -> None:
        told = request.GET.copy()
        # Bound to what happens where nothing is chosen, so that the form shows it.
        told.setdefault("pham_vi", EVERYWHERE)
        super().__init__(told)
        self.department = department
        self.left_out = kinds_left_out(enabled_for(request, department))
        kinds = [(one.kind, one.label) for one in sources() if one.kind not in self.left_out]
        self.fields["loai"].choices = [("", _("everything")), *kinds]  # type: ignore[attr-defined]
        self.sections = SECTIONS.of(request, department)
        self.fields["muc"].choices = [  # type: ignore[attr-defined]
            ("", _("all sections")),
            *((section.slug, section.title) for section in self.sections),
        ]
        if not is_portal(department):
            del self.fields["pham_vi"]

    def clean(self) -> dict[str, Any]:
        """Refuse a time that ends before it begins."""
        data = super().clean() or {}
        begin, end = data.get("tu"), data.get("den")
        if begin and end and end < begin:
            self.add_error("den", _("This is before the day from which you search."))
        return data

    @property
    def everywhere(self) -> bool:
        """Whether the whole province is searched: what the portal does unless told otherwise."""
        return "pham_vi" in self.fields and self.cleaned_data["pham_vi"] != HERE

    def within(self) -> Within:
        """Where to search; of a form that is valid."""
        data = self.cleaned_data
        chosen = [section for section in self.sections if section.slug == data["muc"]]
        below = [
            pk
            for section in chosen
            for pk in SectionPage.objects.filter(path__startswith=section.path).values_list(
                "pk", flat=True
            )
        ]
        everywhere = self.everywhere and not chosen
        return Within(
            department_id=None if everywhere else self.department.pk,
            section_ids=below,
            kind=data["loai"],
            without=() if everywhere else self.left_out,
            begin=_midnight(data["tu"]) if data["tu"] else None,
            end=_midnight(data["den"] + timedelta(days=1)) if data["den"] else None,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words was chosen."""
        return any(self.data.get(name) for name in ("loai", "muc", "tu", "den"))

    def address(self, **more: str) -> str:
        """The address of this search, with ``more`` in it."""
        told = {name: self.data[name] for name in self.fields if self.data.get(name)}
        return f"{reverse('search')}?{urlencode({**told, **more})}"


@dataclass(frozen=True)
class Result:
    """One result as the page shows it."""

    title: SafeString
    passage: SafeString
    url: str
    at: datetime
    note: str
    site: str
    picture: Any


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The search page: a form, and what it found. 400 with the form where it is not valid."""
    department = _department(request)
    form = SearchForm(request, department)
    query = read_query(request.GET.get("q", ""))
    found = NOTHING
    valid = form.is_valid()
    if valid and query:
        try:
            after = Place.parse(place) if (place := request.GET.get(AFTER)) else None
        except ValueError as error:
            raise Http404(str(error)) from error
        found = find(query, form.within(), limit=PER_PAGE, after=after)
    elif not request.GET:
        # The empty form is a page like others; what people search for would fill the cache.
        # It is another page than each of those, whatever the words of its address.
        tags = frozenset({site_tag(department.site_id), news_tag(department.site_id)})
        declare(request, Cache(tags=tags, vary=frozenset({"query:*"})))
    context = {
        "heading": _("Search"),
        "breadcrumb": [(_("Home"), "/")],
        "form": form,
        "query": query,
        "results": _shown(found, query, department, everywhere=valid and form.everywhere),
        "count": found.count,
        "more_than_counted": found.more_than_counted,
        "counted": COUNTED,
        "listing": {"next_url": form.address(**{AFTER: str(found.next)}) if found.next else None},
        "page": {"title": _("Search"), "local_url": reverse("search")},
    }
    return render(request, "pages/search.html", context, status=200 if valid else 400)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles for what is typed so far, as JSON: ``{"suggestions": [{"title", "url"}]}``."""
    department = _department(request)
    typed = request.GET.get("q", "")[:LONGEST_QUERY]
    rows: list[dict[str, str]] = []
    if len(typed.strip()) >= SHORTEST_SUGGESTED:
        everywhere = is_portal(department)
        left_out = () if everywhere else kinds_left_out(enabled_for(request, department))
        within = Within(None if everywhere else department.pk, without=left_out)
        hits = suggest(typed, within, limit=SUGGESTIONS)
        roots = _roots(hits, department)
        rows = [
            {"title": found.title, "url": roots[hit.department_id][1] + found.url}
            for hit, found in _read(hits)
        ]
    response = JsonResponse({"suggestions": rows}, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=60"
    return response


def _department(request: HttpRequest) -> Department:
    department = department_for(request)
    if department is None:
        raise Http404("no site is open")
    return department


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _read(hits: list[Hit]) -> list[tuple[Hit, Found]]:
    """Each hit with what it is of, as it is public now; what is not any more is left out."""
    of_plugins = {source.kind for source in sources() if source.plugin_id}
    elsewhere = {hit.department_id for hit in hits if hit.kind in of_plugins}
    rows = Department.objects.filter(pk__in=elsewhere) if elsewhere else ()
    off = {row.pk: kinds_left_out(enabled_plugins(row)) for row in rows}
    ids = defaultdict(list)
    for hit in hits:
        if hit.kind not in off.get(hit.department_id, ()):
            ids[hit.kind].append(hit.object_id)
    found = {
        (source.kind, pk): thing
        for source in sources()
        if source.kind in ids
        for pk, thing in source.found(ids[source.kind]).items()
    }
    pairs = [(hit, found.get((hit.kind, hit.object_id))) for hit in hits]
    return [(hit, thing) for hit, thing in pairs if thing is not None]


def _roots(hits: Iterable[Hit], own: Department) -> dict[int, tuple[str, str]]:
    """Of each site among ``hits`` its short name and address; its own has neither."""
    others = {hit.department_id for hit in hits} - {own.pk}
    rows = Department.objects.select_related("site").filter(pk__in=others) if others else ()
    return {own.pk: ("", "")} | {
        row.pk: (row.display_short_name, row.site.root_url) for row in rows
    }


def _shown(
    found: Results, query: Query, department: Department, *, everywhere: bool
) -> list[Result]:
    roots = _roots(found.hits, department)
    own_name = department.display_short_name if everywhere else ""
    return [
        Result(
            title=mark(thing.title, query),
            passage=passage(thing.pieces, query, thing.lead),
            url=roots[hit.department_id][1] + thing.url,
            at=thing.at,
            note=thing.note,
            site=roots[hit.department_id][0] or own_name,
            picture=thing.picture,
        )
        for hit, thing in _read(found.hits)
    ]
