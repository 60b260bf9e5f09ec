"""What Sen itself asks the identity provider, through the guard on requests to other servers.

allauth asks with sessions of ``requests``: for the discovery document, then for what that
names (token, person, keys). The host of ``SEN_OIDC_URL`` was named by the operator and may be
on any network; whatever else the document names must pass the guard like any address. Nobody
is followed to another server, since these requests carry the client's secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import app_settings
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from sites.fetching import MAX_REDIRECTS, FetchFailed, FetchRefused, ask, origin_of

logger = logging.getLogger(__name__)

#: Of an answer, decompressed; a document of discovery has a few kilobytes.
MAX_BYTES = 1_000_000


class GuardedAdapter(BaseAdapter):
    """Sends what a session of ``requests`` asks through :func:`sites.fetching.ask`."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer to ``request``, read whole.

        Raises:
            requests.ConnectionError: the guard refuses, or nobody answers properly.
        """
        url = str(request.url)
        try:
            answer = ask(
                str(request.method),
                url,
                headers={name: str(value) for name, value in request.headers.items()},
                body=_body_of(request),
                timeout=timeout or app_settings.REQUESTS_TIMEOUT,
                max_bytes=MAX_BYTES,
                trusted=[origin_of(settings.SEN_OIDC_URL)] if settings.SEN_OIDC_URL else [],
            )
            if answer.location and origin_of(urljoin(url, answer.location)) != origin_of(url):
                raise FetchRefused(_("It redirects to another server."))
        except (FetchRefused, FetchFailed, ValueError) as error:
            raise requests.ConnectionError(str(error), request=request) from error
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        # It is unpacked already.
        response.headers.pop("Content-Encoding", None)
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = BytesIO(answer.content)
        response.url = url
        response.request = request
        return response

    def close(self) -> None:
        """Nothing: each request has a connection of its own."""


def _body_of(request: requests.PreparedRequest) -> bytes | str | None:
    if request.body is None or isinstance(request.body, bytes | str):
        return request.body
    raise ValueError("only a body that is known whole is sent")


def guarded_session() -> requests.Session:
    """A session that reaches nothing but by the guard, and takes nothing of the environment."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = MAX_REDIRECTS
    session.adapters.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, GuardedAdapter())
    return session


def telling(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have ``view`` lead back to the login page where the provider's answers are of no use.

    allauth does so for the later steps only; an error of discovery it lets through.
    """

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ImmediateHttpResponse:
            raise
        # Whatever another server's JSON leads allauth to.
        except (
            *(requests.RequestException, OAuth2Error, RecursionError),
            *(KeyError, TypeError, ValueError, AttributeError),
        ) as error:
            logger.warning("the identity provider: %s", error, exc_info=True)
            messages.error(
                request,
                _(
                    "The identity provider does not answer as it should. Try again later, or "
                    "sign in with user name and password."
                ),
            )
            return redirect("account_login")

    return told
