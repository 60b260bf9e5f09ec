"""The screens of the chain itself: its gates and deadlines, the exception, the holidays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms.record.models import Kind
from cms.record.writing import record
from sites.administering import SiteScreen
from sites.models import Department
from sites.roles import GATE_ROLES, Role

from . import chain, exceptions, turns, working_days
from .forms import SoleEditorForm
from .models import ChainRules, Holiday, SoleEditor

GATE_CHOICES = [(role.value, role.label) for role in GATE_ROLES]


def _people(department: Department) -> Any:
    return (
        get_user_model()
        ._base_manager.filter(is_active=True, groups__department_role__department=department)
        .distinct()
        .order_by("first_name", "last_name")
    )


class PersonField(forms.ModelChoiceField):
    """One of a department's people, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.get_username()


class ChainForm(forms.ModelForm):
    """One to four gates, and the department's deadlines."""

    gates = tuple(f"gate_{number}" for number in range(1, chain.LONGEST + 1))

    class Meta:
        model = ChainRules
        fields = ("working_days", "urgent_hours", "escalate_to")

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department
        current = chain.chain_of(department)
        rest: dict[str, Any] = {}
        for number, name in enumerate(self.gates):
            self.fields[name] = forms.ChoiceField(
                label=_("Gate %(number)d") % {"number": number + 1},
                choices=[("", _("no gate")), *GATE_CHOICES],
                required=False,
                initial=current[number].value if number < len(current) else "",
            )
        self.fields["escalate_to"] = PersonField(
            _people(department),
            label=capfirst(ChainRules._meta.get_field("escalate_to").verbose_name),
            required=False,
            help_text=_("May decide an overdue article at whatever gate it waits."),
        )
        rest = {name: field for name, field in self.fields.items() if name not in self.gates}
        self.fields = {**{name: self.fields[name] for name in self.gates}, **rest}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.roles = [Role(cleaned[name]) for name in self.gates if cleaned.get(name)]
        for problem in chain.problems_of(self.department, self.roles):
            self.add_error(None, problem)
        return cleaned


class HolidayForm(forms.ModelForm):
    """A day off, or one that is worked to make up for another."""

    class Meta:
        model = Holiday
        fields = ("day", "name", "is_worked")
        widgets = {"day": AdminDateInput}


class ChainView(SiteScreen):
    """The department's chain, who stands at its gates, and its deadlines."""

    template_name = "approval/chain.html"
    page_title = gettext_lazy("Approval chain")
    header_icon = "tasks"

    def _form(self, *data: Any) -> ChainForm:
        return ChainForm(self.department, *data, instance=turns.rules_for(self.department))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        department = self.department
        kwargs.setdefault("form", self._form())
        gates = [
            (role.label, _people(department).filter(groups__department_role__role=role))
            for role in chain.chain_of(department)
        ]
        province = bool(getattr(self.request.user, "is_superuser", False))
        if province:
            kwargs.setdefault("sole_form", SoleEditorForm(_people(department)))
        return super().get_context_data(
            gates=gates,
            sole_editors=SoleEditor.of_all_departments.filter(
                department=department, ended_at=None
            ).select_related("person"),
            province=province,
            media=kwargs["form"].media,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the chain; the province's people also grant or end the exception."""
        if "grant" in request.POST or "end" in request.POST:
            return self._exception(request)
        form = self._form(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was saved: mend what is marked below."))
            return self.render_to_response(self.get_context_data(form=form))
        if form.has_changed():
            form.instance.department = self.department
            form.save()
            changed = chain.change_chain(self.department, form.roles, request.user)
            times = {"working_days", "urgent_hours", "escalate_to"} & set(form.changed_data)
            if times:
                record(
                    self.department,
                    "sen.approval.deadlines",
                    Kind.APPROVAL,
                    about=self.department.name,
                    details=f"{form.instance.working_days} / {form.instance.urgent_hours} / "
                    f"{form.instance.escalate_to or '–'}",
                    user=request.user,
                )
            messages.success(
                request,
                _("Saved. Articles on their way keep the chain they were submitted to.")
                if changed
                else _("Saved."),
            )
        return redirect("approval_chain")

    def _exception(self, request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "is_superuser", False):
            raise PermissionDenied
        if "end" in request.POST:
            key = request.POST["end"]
            granted = get_object_or_404(
                SoleEditor.of_all_departments.filter(department=self.department, ended_at=None),
                pk=key if key.isdecimal() else 0,
            )
            exceptions.end(granted, request.user)
            messages.success(request, _("The exception is ended."))
            return redirect("approval_chain")
        form = SoleEditorForm(_people(self.department), request.POST)
        if form.is_valid():
            try:
                exceptions.grant(self.department, by=request.user, **form.cleaned_data)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _("The exception is granted and recorded."))
                return redirect("approval_chain")
        return self.render_to_response(self.get_context_data(sole_form=form))


class HolidaysView(WagtailAdminTemplateMixin, TemplateView):
    """The holidays that deadlines count with; the province changes them."""

    template_name = "approval/holidays.html"
    page_title = gettext_lazy("Holidays")
    header_icon = "date"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", HolidayForm())
        this_year = timezone.localdate().year
        own = {row.day: row for row in Holiday.objects.filter(day__year__gte=this_year)}
        days = {
            day: name
            for year in (this_year, this_year + 1)
            for day, name in working_days.public_holidays(year).items()
        }
        listed = sorted({*days, *own})
        return super().get_context_data(
            days=[(day, days.get(day, ""), own.get(day)) for day in listed],
            media=kwargs["form"].media,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add a day, or take one of the province's own back."""
        if key := request.POST.get("delete", ""):
            get_object_or_404(Holiday, pk=key if key.isdecimal() else 0).delete()
            return redirect("approval_holidays")
        form = HolidayForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        form.save()
        messages.success(request, _("Saved. Deadlines set from now on count with it."))
        return redirect("approval_holidays")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not getattr(request.user, "is_superuser", False):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
