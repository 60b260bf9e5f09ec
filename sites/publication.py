"""Between opening and the public: a site that is being set up, and what it still needs.

A site is made in a minute; who is responsible and where to write to, its own
people fill in. Until they publish it, its host says that it is being set up,
and whoever has a link for looking in advance sees it as it will be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.log import log_response
from django.utils.translation import gettext as _

from .models import Department
from .signals import site_published
from .tenancy import department_for

PARAMETER = COOKIE = "xem-truoc"
VALID_FOR = timedelta(hours=12)
RETRY_AFTER = 24 * 60 * 60  # seconds

_signer = TimestampSigner(salt="sites.publication")


def missing_for_publication(department: Department) -> list[str]:
    """What must be filled in before the site may be public, in words; empty where nothing is.

    Circular 32/2017/TT-BTTTT, article 16: the responsible person, the address,
    a telephone number or an e-mail address.
    """
    missing = []
    if not department.responsible_person.strip():
        missing.append(_("name of the responsible person"))
    if not department.address.strip():
        missing.append(_("address"))
    if not (department.phone.strip() or department.email.strip()):
        missing.append(_("telephone number or e-mail address"))
    return missing


def publish_site(department: Department) -> None:
    """Make a site public that is being set up.

    Raises:
        ValidationError: it is none of those, or something is missing.
    """
    if department.state != Department.State.OPENING:
        raise ValidationError(_("This site is not being set up."))
    if missing := missing_for_publication(department):
        raise ValidationError(_("Still missing: %(what)s.") % {"what": ", ".join(missing)})
    department.state = Department.State.ACTIVE
    department.save(update_fields=["state"])
    site_published.send(sender=Department, department=department)


def advance_url(department: Department) -> str:
    """An address at which the site can be looked at before it is public; for twelve hours."""
    return f"{department.site.root_url}/?{PARAMETER}={_signer.sign(str(department.pk))}"


class PublicationMiddleware:
    """Answer 503 for a site that is being set up, except to who looks in advance.

    The link's token goes into a cookie of that host. What is shown in advance is
    in nobody's cache: each of its answers sets the cookie again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        department = department_for(request)
        if (
            department is None
            or department.state != Department.State.OPENING
            or request.path.startswith(self.admin)
            # A preview in the editor, which the admin lets its own people see.
            or getattr(request, "is_dummy", False)
        ):
            return self.get_response(request)
        token = request.GET.get(PARAMETER)
        if token is not None and _holds(token, department):
            return _with_cookie(redirect(request.path), token)
        token = request.COOKIES.get(COOKIE, "")
        if not _holds(token, department):
            return being_set_up(request)
        return _with_cookie(self.get_response(request), token)


def being_set_up(request: HttpRequest) -> HttpResponse:
    """The page that stands for a site which is not public yet (RFC 9110, 503)."""
    response = render(request, "being_set_up.html", status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    # Nothing is wrong: Django would tell of each 5xx as an error.
    log_response(
        "%s is being set up", request.get_host(), response=response, request=request, level="debug"
    )
    return response


def _holds(token: str, department: Department) -> bool:
    try:
        return _signer.unsign(token, max_age=VALID_FOR) == str(department.pk)
    except BadSignature:
        return False


def _with_cookie(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(COOKIE, token, max_age=VALID_FOR, httponly=True, samesite="Lax")
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
