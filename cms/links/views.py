"""The screens: a department's findings and hosts, the province's findings, hosts and rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sites.administering import SiteScreen
from sites.models import Department
from sites.roles import Role

from . import acting, installed
from .forms import DANGEROUS, FindingFilter, HostForm, RulesForm
from .models import AllowedHost, Finding, LinkRules
from .rules import Grade
from .scanning import last_finished

READERS = (Role.SITE_ADMIN, Role.CHIEF, Role.AUDITOR)
PAGE_SIZE = 50
#: Of one list; who needs more names a wider one.
MAX_HOSTS = 1000


class FindingsView(SiteScreen):
    """What the scan found in the department, and what is done about it."""

    template_name = "outbound/findings.html"
    page_title = gettext_lazy("Outbound links")
    header_icon = "link-external"
    roles = READERS
    of_province: ClassVar[bool] = False
    address: ClassVar[str] = "outbound_findings"

    def findings(self) -> QuerySet[Finding]:
        """All that may be seen here."""
        rows: QuerySet[Finding] = Finding.of_all_departments.filter(department=self.department)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = dict(
            self.findings()
            .filter(state=Finding.State.OPEN)
            .order_by()
            .values_list("grade")
            .annotate(n=Count("pk"))
        )
        dangerous = sum(n for grade, n in counts.items() if grade > Grade.UNKNOWN)
        asked = self.request.GET.copy()
        asked.setdefault("state", Finding.State.OPEN.value)
        if dangerous and not self.request.GET:
            # Whoever just comes sees what must not wait, not the last of what may.
            asked["grade"] = DANGEROUS
        form = FindingFilter(asked, of_province=self.of_province)
        rows = self.findings()
        rows = rows.filter(**form.conditions()) if form.is_valid() else rows.none()
        before = asked.pop("before", [""])[-1]
        if before.isdecimal() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        shown = list(rows.select_related("page", "department").order_by("-pk")[: PAGE_SIZE + 1])
        return super().get_context_data(
            form=form,
            media=form.media,
            findings=[self._with_acts(row) for row in shown[:PAGE_SIZE]],
            older=shown[PAGE_SIZE - 1].pk if len(shown) > PAGE_SIZE else None,
            query=asked.urlencode(),
            dangerous=dangerous,
            unknown=counts.get(Grade.UNKNOWN, 0),
            of_province=self.of_province,
            address=self.address,
            last=last_finished(),
            may_allow=self._may_allow(),
            **kwargs,
        )

    def _may_allow(self) -> bool:
        return acting.may(self.request.user, self.department, Role.SITE_ADMIN)

    def _with_acts(self, row: Finding) -> Finding:
        """The finding with what this person may do about it."""
        is_open = row.state == Finding.State.OPEN
        user = self.request.user
        may = acts_of(user, row.department or self.department)
        row.may_allow = (  # type: ignore[attr-defined]
            "allow" in may and is_open and bool(row.host) and row.grade < Grade.GAMBLING
            and row.department_id is not None
        )  # fmt: skip
        row.may_dismiss = "dismiss" in may and is_open  # type: ignore[attr-defined]
        row.may_put_back = "put_back" in may and row.can_return  # type: ignore[attr-defined]
        return row

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do one act on one finding."""
        key = request.POST.get("finding", "")
        key = key if key.isdecimal() and len(key) < 19 else "0"
        row = get_object_or_404(self.findings().select_related("department"), pk=key)
        act = request.POST.get("act", "")
        if act not in acts_of(request.user, row.department or self.department):
            raise Http404("not this person's to decide")
        reason = request.POST.get("reason", "")
        try:
            self._act(act, row, reason)
        except acting.RefusedError as refused:
            messages.error(request, str(refused))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        query = request.GET.urlencode()
        return redirect(f"{reverse(self.address)}{f'?{query}' if query else ''}")

    def _act(self, act: str, row: Finding, reason: str) -> None:
        user = self.request.user
        if act == "allow":
            if row.department is None or row.grade >= Grade.GAMBLING or not row.host:
                raise acting.RefusedError(_("This finding is not about a host to be allowed."))
            acting.allow_host(row.department, row.host, user)
            words = _("Links of the department may lead to %(host)s now.") % {"host": row.host}
        elif act == "dismiss":
            acting.dismiss(row, user, reason)
            words = _("The finding is dismissed.")
        else:
            acting.put_back(row, user, reason)
            words = _("“%(title)s” is public again.") % {"title": row.title}
        messages.success(self.request, words)


def acts_of(user: Any, department: Department) -> set[str]:
    """What ``user`` may do about findings of ``department``."""
    acts = set()
    if acting.may(user, department, Role.SITE_ADMIN):
        acts.add("allow")
    if acting.may(user, department, Role.SITE_ADMIN, Role.CHIEF):
        acts.add("dismiss")
    if acting.may(user, department, Role.CHIEF):
        acts.add("put_back")
    return acts


class OfProvince:
    """Lets in the province's administrators only."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not request.user.is_superuser:
            raise Http404("for the province only")
        super().setup(request, *args, **kwargs)  # type: ignore[misc]


class ProvinceFindingsView(OfProvince, FindingsView):
    """What was found in all departments, and in the files of the installation."""

    page_title = gettext_lazy("Outbound links of all sites")
    of_province = True
    address = "outbound_province"

    def findings(self) -> QuerySet[Finding]:
        rows: QuerySet[Finding] = Finding.of_all_departments.all()
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(no_files=not installed.is_accepted(), **kwargs)


class HostsView(SiteScreen):
    """The hosts that links of the department may lead to."""

    template_name = "outbound/hosts.html"
    page_title = gettext_lazy("Allowed hosts")
    header_icon = "link-external"
    address: ClassVar[str] = "outbound_hosts"
    parent: ClassVar[tuple[str, Any]] = ("outbound_findings", FindingsView.page_title)

    @property
    def owner(self) -> Department | None:
        """Whose list it is; None for the province's."""
        return self.department

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *start, last = super().get_breadcrumbs_items()
        return [*start, {"url": reverse(self.parent[0]), "label": self.parent[1]}, last]

    def rows(self) -> QuerySet[AllowedHost]:
        """The list that is kept here."""
        rows: QuerySet[AllowedHost] = AllowedHost.of_all_departments.filter(department=self.owner)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        LinkRules.load()
        kwargs.setdefault("form", HostForm())
        inherited = AllowedHost.of_all_departments.filter(department=None)
        return super().get_context_data(
            media=kwargs["form"].media,
            rows=self.rows()[:MAX_HOSTS],
            inherited=inherited[:MAX_HOSTS] if self.owner is not None else None,
            findings_address=reverse(self.parent[0]),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add a host, or take one off."""
        if "delete" in request.POST:
            key = request.POST["delete"]
            key = key if key.isdecimal() and len(key) < 19 else "0"
            row = get_object_or_404(self.rows(), pk=key)
            acting.forget_host(row, request.user)
            messages.success(request, _("%(host)s is taken off the list.") % {"host": row.pattern})
            return redirect(self.address)
        form = HostForm(request.POST)
        if form.is_valid():
            try:
                if self.rows().count() >= MAX_HOSTS:
                    raise ValidationError(
                        _("More than %(limit)s hosts: allow a wider one.") % {"limit": MAX_HOSTS}
                    )
                row = acting.allow_host(
                    self.owner,
                    form.cleaned_data["pattern"],
                    request.user,
                    form.cleaned_data["note"],
                )
            except ValidationError as refused:
                form.add_error("pattern", refused)
            else:
                messages.success(request, _("%(host)s is on the list.") % {"host": row.pattern})
                return redirect(self.address)
        return self.render_to_response(self.get_context_data(form=form))


class RulesView(OfProvince, HostsView):
    """The province's hosts, words and rule."""

    template_name = "outbound/rules.html"
    page_title = gettext_lazy("Rules about links")
    address = "outbound_rules"
    parent = ("outbound_province", ProvinceFindingsView.page_title)

    @property
    def owner(self) -> Department | None:
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = LinkRules.load()
        kwargs.setdefault("rules_form", RulesForm(instance=rules))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the rules, or a change of the list."""
        if "rules" not in request.POST:
            return super().post(request, *args, **kwargs)
        with transaction.atomic():
            rules = LinkRules.objects.select_for_update().get(pk=LinkRules.load().pk)
            before = rules.words
            form = RulesForm(request.POST, instance=rules)
            if form.is_valid():
                changed = form.save(commit=False)
                changed.is_full_due = changed.is_full_due or changed.words != before
                changed.save()
                messages.success(request, _("The rules are saved."))
                return redirect(self.address)
        return self.render_to_response(self.get_context_data(rules_form=form))
