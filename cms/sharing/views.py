"""The screens of sharing: offering, what was offered to us, where ours runs, standing approvals."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.models import Page

from cms.content.typed import MomentField
from cms.news.models import ArticlePage, SectionPage
from cms.record.models import Kind
from cms.record.writing import record
from sites.administering import SiteScreen
from sites.models import Department
from sites.roles import Role, has_role
from sites.tenancy import acting_for

from . import following, offering
from .models import AutomaticAcceptance, Offer, Placement
from .reading import offers_to, where_it_runs

OVER = gettext_lazy("This time is over.")
MOST = 100


def sections_of(department: Department) -> Any:
    """The sections of a department's site, by place."""
    return SectionPage.objects.descendant_of(department.site.root_page).live().order_by("path")


class OfferForm(forms.Form):
    """To whom an article is offered."""

    EVERYBODY, CHOSEN = "everybody", "chosen"

    to = forms.ChoiceField(
        label=gettext_lazy("Offer to"),
        choices=[
            (EVERYBODY, gettext_lazy("every site of the province")),
            (CHOSEN, gettext_lazy("these sites only")),
        ],
        widget=forms.RadioSelect,
        initial=EVERYBODY,
    )
    receivers: Any = forms.ModelMultipleChoiceField(
        None,
        label=gettext_lazy("Sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["receivers"]
        field.queryset = offering.receivers_for(department)
        field.label_from_instance = lambda one: one.name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("to") == self.EVERYBODY:
            cleaned["receivers"] = list(self.fields["receivers"].queryset)  # type: ignore[attr-defined]
        elif not cleaned.get("receivers"):
            self.add_error("receivers", str(offering.NOBODY))
        return cleaned


class SectionField(forms.ModelChoiceField):
    """One of a site's sections, those below another set in."""

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * (obj.depth - 3) + obj.title


class AcceptForm(forms.Form):
    """Where and when an offered article is to stand."""

    section = SectionField(None, label=gettext_lazy("News section"))
    go_live_at = MomentField(
        label=gettext_lazy("Publish at"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=gettext_lazy("Left empty, it is published when your chief editor approves it."),
    )

    leading_until = MomentField(
        label=gettext_lazy("At the top of the front page until"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=gettext_lazy("Left empty, it moves down as newer articles come."),
    )

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["section"]
        field.queryset = sections_of(department)

    def clean(self) -> dict[str, Any]:
        """The place. Adds an error to a time that is over."""
        cleaned = super().clean() or {}
        for name in ("go_live_at", "leading_until"):
            moment = cleaned.get(name)
            if moment is not None and moment <= timezone.now():
                self.add_error(name, str(OVER))
        return cleaned


class ReasonForm(forms.Form):
    """Why an offer is declined or an article taken off the site."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class AutomaticForm(forms.ModelForm):
    """From which source, and into which own section.

    A section of the source is named by its public address: nobody lists another site's.
    """

    source_address = forms.URLField(
        label=gettext_lazy("Address of the source’s section"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("As it stands in the browser. Left empty, all of its sections."),
    )

    class Meta:
        model = AutomaticAcceptance
        fields = ("source", "section", "reason")

    field_order = ("source", "source_address", "section", "reason")
    # Set on the row by the view: to the guard of references it is another department's.
    source_section: SectionPage | None = None

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["source"].queryset = offering.receivers_for(department)
        fields["source"].label_from_instance = lambda one: one.name
        fields["section"] = SectionField(sections_of(department), label=fields["section"].label)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source, address = cleaned.get("source"), cleaned.get("source_address")
        if source and address:
            found = section_at(source, address)
            if found is None:
                self.add_error(
                    "source_address", _("The source has no public section at this address.")
                )
            self.source_section = found
        return cleaned


def section_at(department: Department, address: str) -> SectionPage | None:
    """The public section of ``department`` at an address; None where there is none."""
    parts = urlsplit(address)
    if parts.hostname != department.host:
        return None
    url_path = department.site.root_page.url_path + parts.path.strip("/") + "/"
    return sections_of(department).filter(url_path=url_path).public().first()


def offer(request: HttpRequest, page_id: int) -> HttpResponse:
    """Offer an article to other departments. 404 for whoever may not."""
    page = get_object_or_404(Page, pk=page_id).specific
    refused = offering.why_not_offer(page, request.user)
    if refused == offering.NOT_YOURS or not isinstance(page, ArticlePage):
        raise Http404
    department = offering.department_of(page)
    if department is None:
        raise Http404
    form = OfferForm(department, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            offering.offer(
                page, request.user, form.cleaned_data["receivers"], form.cleaned_data["note"]
            )
        except offering.SharingRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("“%(title)s” is offered.") % {"title": page.title})
            return redirect("sharing_article", page.pk)
    context = {"page_title": _("Share"), "page": page, "form": form, "refused": refused}
    return render(request, "sharing/offer.html", context)


class DeskScreen(SiteScreen):
    """A screen for those who stand at the department's gates, and its auditor."""

    roles = (*offering.ACCEPTING, Role.SITE_ADMIN, Role.AUDITOR)
    header_icon = "globe"

    @property
    def may_act(self) -> bool:
        """Whether the user offers, declines and drops."""
        return self._has(*offering.DESK)

    @property
    def may_accept(self) -> bool:
        """Whether the user gives an offered article its place."""
        return self._has(*offering.ACCEPTING)

    def _has(self, *roles: Role) -> bool:
        user: Any = self.request.user
        return bool(user.is_superuser or has_role(user, self.department, *roles))


class OffersView(DeskScreen):
    """What other departments offer to ours."""

    template_name = "sharing/offers.html"
    page_title = gettext_lazy("Shared with us")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(placements=offers_to(self.department)[:MOST], **kwargs)


class PlacementView(DeskScreen):
    """One offer: the text as it is public, and what may be done with it."""

    template_name = "sharing/placement.html"
    page_title = gettext_lazy("Shared article")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show()

    def _show(self, **forms_: Any) -> HttpResponse:
        placement = self._placement()
        article = placement.offer.article
        return self.render_to_response(
            self.get_context_data(
                placement=placement,
                article=article if article.live and not article.get_view_restrictions() else None,
                accept_form=forms_.get("accept", AcceptForm(self.department)),
                reason_form=forms_.get("reason", ReasonForm()),
                receipts=placement.receipts.all(),
                media=AcceptForm(self.department).media,
            )
        )

    def _placement(self) -> Placement:
        return get_object_or_404(offers_to(self.department), pk=self.kwargs["placement_id"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Accept, decline or drop."""
        placement, user = self._placement(), request.user
        act = request.POST.get("act")
        if not (self.may_accept if act == "accept" else self.may_act):
            raise PermissionDenied
        try:
            if act == "accept":
                form: Any = AcceptForm(self.department, request.POST)
                if not form.is_valid():
                    return self._show(accept=form)
                offering.accept(placement, user, **form.cleaned_data)
                said = _("Accepted: it goes through your approval now.")
            else:
                form = ReasonForm(request.POST)
                if not form.is_valid():
                    return self._show(reason=form)
                decide = offering.decline if act == "decline" else offering.drop
                decide(placement, user, form.cleaned_data["reason"])
                said = _("Declined.") if act == "decline" else _("Taken off your site.")
        except offering.SharingRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, said)
        return redirect("sharing_placement", placement.pk)


class OursView(DeskScreen):
    """The articles that our department has offered."""

    template_name = "sharing/ours.html"
    page_title = gettext_lazy("Shared by us")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        articles = (
            ArticlePage.objects.filter(offers__department=self.department)
            .distinct()
            .order_by("-pk")[:MOST]
        )
        counted = Placement.of_all_departments.filter(offer__article__in=[a.pk for a in articles])
        running: dict[int, int] = {}
        for key in counted.filter(state=Placement.State.PUBLIC).values_list(
            "offer__article", flat=True
        ):
            running[key] = running.get(key, 0) + 1
        rows = [(article, running.get(article.pk, 0)) for article in articles]
        return super().get_context_data(rows=rows, **kwargs)


class ArticleView(DeskScreen):
    """Where one of our articles runs, how often it is read there, and what has reached it."""

    template_name = "sharing/article.html"
    page_title = gettext_lazy("Where it runs")

    def _article(self) -> ArticlePage:
        mine = ArticlePage.objects.filter(offers__department=self.department).distinct()
        return get_object_or_404(mine, pk=self.kwargs["page_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        article = self._article()
        offers = Offer.objects.filter(article=article, withdrawn_at=None)
        return super().get_context_data(
            article=article, runs=where_it_runs(article), offers=offers, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Withdraw an offer."""
        if not self.may_act:
            raise PermissionDenied
        article = self._article()
        key = request.POST.get("withdraw", "")
        offers = Offer.objects.filter(article=article, withdrawn_at=None)
        wanted = get_object_or_404(offers, pk=key if key.isdecimal() else 0)
        try:
            following.withdraw(wanted, request.user)
        except offering.SharingRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The offer is withdrawn from every site."))
        return redirect("sharing_article", article.pk)


class AutomaticView(SiteScreen):
    """The chief editor's standing approvals."""

    template_name = "sharing/automatic.html"
    page_title = gettext_lazy("Automatic acceptance")
    header_icon = "globe"
    roles = (Role.CHIEF,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", AutomaticForm(self.department))
        rows = AutomaticAcceptance.of_all_departments.filter(department=self.department)
        return super().get_context_data(
            rows=rows.select_related("source", "source_section", "section"), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Switch one on, or end one."""
        user: Any = request.user
        mine = AutomaticAcceptance.of_all_departments.filter(
            department=self.department, ended_at=None
        )
        if key := request.POST.get("end", ""):
            standing = get_object_or_404(mine, pk=key if key.isdecimal() else 0)
            mine.filter(pk=standing.pk).update(ended_at=timezone.now())
            self._write("sen.sharing.automatic_off", standing)
            return redirect("sharing_automatic")
        form = AutomaticForm(self.department, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        standing = form.save(commit=False)
        standing.department = self.department
        standing.source_section = form.source_section
        standing.switched_on_by, standing.switched_on_by_name = user, user.get_full_name()
        with acting_for(self.department):
            standing.save()
        self._write("sen.sharing.automatic_on", standing)
        messages.success(request, _("Saved."))
        return redirect("sharing_automatic")

    def _write(self, action: str, standing: AutomaticAcceptance) -> None:
        record(
            self.department,
            action,
            Kind.APPROVAL,
            about=standing.source.name,
            details=f"{standing.source_section or '*'} → {standing.section}",
            user=self.request.user,
            why=standing.reason,
        )
