"""The people screens: list, invite, one person, leaving, deputies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.record.models import Kind
from cms.record.writing import record
from sites.administering import SiteScreen
from sites.models import Deputyship

from . import inviting, leaving, offices
from .forms import DeputyForm, InviteForm, LeaveForm, RolesForm
from .members import Member, find_member, members
from .models import Invitation

TITLE = gettext_lazy("People")


class PeopleScreen(SiteScreen):
    """A screen below the list of people."""

    header_icon = "group"
    page_title = TITLE
    above: tuple[tuple[str, Any], ...] = (("staff_people", TITLE),)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *start, last = super().get_breadcrumbs_items()
        return [*start, *({"url": reverse(n), "label": label} for n, label in self.above), last]


class PeopleView(PeopleScreen):
    """Everybody who serves the department, who did, and who is invited."""

    template_name = "staff/people.html"
    above = ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()
        rows = members(self.department, words)
        return super().get_context_data(rows=rows, words=words, **kwargs)


class InviteView(PeopleScreen):
    """Invite somebody."""

    template_name = "staff/invite.html"
    page_title = gettext_lazy("Invite somebody")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", InviteForm(self.department))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer the roles; the answer is the same whether the address is known anywhere."""
        form = InviteForm(self.department, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        invitation = inviting.offer(self.department, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("%(name)s is invited; the roles count from the next sign-in on.")
            % {"name": invitation.full_name},
        )
        return redirect("staff_people")


class InvitationView(PeopleScreen):
    """Send an invitation again, or take it back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        invitation = get_object_or_404(
            Invitation, department=self.department, accepted_at=None, pk=kwargs["invitation_id"]
        )
        if request.POST.get("act") == "withdraw":
            invitation.delete()
            act, said = "sen.people.withdraw", _("The invitation of %(name)s is withdrawn.")
        else:
            inviting.send(invitation)
            act, said = "sen.people.remind", _("The invitation of %(name)s is sent again.")
        record(self.department, act, Kind.PEOPLE, about=invitation, user=request.user)
        messages.success(request, said % {"name": invitation.full_name})
        return redirect("staff_people")


class MemberScreen(PeopleScreen):
    """A screen about one of the department's people; 404 for everybody else's."""

    member: Member

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = find_member(self.department, kwargs["person_id"])
        if found is None:
            raise Http404("nobody of this department")
        self.member = found

    def get_page_title(self) -> str:
        return self.member.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(member=self.member, **kwargs)


class PersonView(MemberScreen):
    """One person: roles, suspension, the way back."""

    template_name = "staff/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", RolesForm(initial={"roles": self.member.roles}))
        person = self.member.person
        return super().get_context_data(
            untouchable=person.is_superuser,
            last=self.member.is_active and offices.is_last_administrator(self.department, person),
            handed_over=leaving.pages_of(self.member.ended) if self.member.ended else [],
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change the roles, suspend or reinstate."""
        act = request.POST.get("act", "")
        form = RolesForm(request.POST if act == "roles" else None)
        if act == "roles" and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            said = self._do(act, form)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            if act == "roles":
                return self.render_to_response(self.get_context_data(form=form))
        else:
            messages.success(request, said % {"name": self.member.name})
        return redirect("staff_person", self.member.person.pk)

    def _do(self, act: str, form: RolesForm) -> str:
        person, user = self.member.person, self.request.user
        if act == "roles":
            offices.set_roles(self.department, person, form.cleaned_data["roles"], by=user)
            return _("The roles of %(name)s were saved.")
        if act == "suspend":
            offices.suspend(self.department, person, by=user)
            return _("%(name)s is suspended.")
        if act == "reinstate":
            offices.reinstate(self.department, person, by=user)
            return _("%(name)s is reinstated.")
        raise Http404("no such act")


class LeaveView(MemberScreen):
    """Somebody leaves the office: what goes to whom, and the act itself."""

    template_name = "staff/leave.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not self.member.is_active or self.member.person.is_superuser:
            raise Http404("nobody who could leave")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.member.person
        kwargs.setdefault("form", LeaveForm(self.department, person))
        return super().get_context_data(
            belongings=leaving.belongings(self.department, person), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = LeaveForm(self.department, self.member.person, request.POST)
        if form.is_valid():
            try:
                leaving.leave(
                    self.department,
                    self.member.person,
                    form.cleaned_data["colleague"],
                    by=request.user,
                )
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(
                    request, _("%(name)s has left the office.") % {"name": self.member.name}
                )
                if self.member.person.pk == request.user.pk:
                    return redirect("wagtailadmin_home")
                return redirect("staff_person", self.member.person.pk)
        return self.render_to_response(self.get_context_data(form=form))


class DeputiesView(PeopleScreen):
    """Who stands in for whom."""

    template_name = "staff/deputies.html"
    page_title = gettext_lazy("Deputies")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", DeputyForm(self.department))
        form = kwargs["form"]
        today = timezone.localdate()
        rows = Deputyship.objects.filter(department=self.department, ends__gte=today)
        return super().get_context_data(
            rows=rows.select_related("person", "deputy"), today=today, media=form.media, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add one, or end one."""
        if key := request.POST.get("end", ""):
            mine = Deputyship.objects.filter(department=self.department)
            deputyship = get_object_or_404(mine, pk=key if key.isdecimal() else 0)
            self._write("sen.people.deputy_ended", deputyship)
            deputyship.delete()
            messages.success(request, _("The deputyship is ended."))
            return redirect("staff_deputies")
        form = DeputyForm(self.department, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        deputyship = form.save()
        self._write("sen.people.deputy_named", deputyship)
        messages.success(
            request,
            _("%(deputy)s stands in for %(person)s.")
            % {
                "deputy": deputyship.deputy.get_full_name(),
                "person": deputyship.person.get_full_name(),
            },
        )
        return redirect("staff_deputies")

    def _write(self, act: str, deputyship: Deputyship) -> None:
        record(
            self.department,
            act,
            Kind.PEOPLE,
            about=deputyship.person.get_full_name(),
            details=f"{deputyship.deputy.get_full_name()}, "
            f"{deputyship.starts:%d/%m/%Y} – {deputyship.ends:%d/%m/%Y}",
            user=self.request.user,
        )
