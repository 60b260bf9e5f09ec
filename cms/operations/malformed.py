"""A form or address that no page of ours has made is refused in words; no failure of the server.

Wagtail's screens trust the browser to send every field that they have shown, the
hidden ones as well, in the shape that their scripts give them, and the parameters of
the links that they made. Somebody who sends something else gets an exception from the
middle of the reading. Here it becomes a refusal, where it is sure that what was sent is
the cause; anything else stays the error that it is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from types import FrameType
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from wagtail.admin.localization import get_localized_response

logger = logging.getLogger("sen.forms")

#: Packages that read forms and are not ours: what they do not expect of a form is not our bug.
LIBRARIES = ("django.", "wagtail.", "modelcluster.", "draftjs_exporter.", "json.")
#: What reading raises where a value is missing, or is not of the shape that is expected.
_SHAPE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
#: By which widgets and blocks take from a form what is theirs.
_TAKING = frozenset({"value_from_datadict", "value_omitted_from_data"})
#: By which a form and its fields make values of it. Blocks and columns have methods of these
#: names as well, which read what is stored.
_READING = frozenset({"to_python", "clean"})


class MalformedFormMiddleware:
    """Answer 400 to what a library fails to read in the admin; write down what failed.

    What a form of ours lacks, or what our own code does with it, is answered with 500
    as ever: see :func:`is_malformed`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The refusal; None for what is not the form's fault."""
        if not request.path.startswith(self.prefix) or not is_malformed(request, error):
            return None
        # No error, so that nobody is woken by whoever plays with forms.
        logger.warning("what was sent to the admin could not be read", exc_info=error)
        if "application/json" in request.headers.get("accept", ""):
            return JsonResponse({"message": _words_for(request)["heading"]}, status=400)
        answer: HttpResponse = get_localized_response(_refusal, request)
        return answer


def is_malformed(request: HttpRequest, error: Exception) -> bool:
    """Whether ``error`` came of what was sent, while a library was reading it.

    Two things show it, and both count only where the library itself did the reading
    at that moment: the last function on the way that is not a library's, ours or a
    plugin's, must have been left before.

    - A field was asked for that is not in the request, or something was read as JSON
      that stands in the request and is none.
    - A widget, a block or a field of a form was making a value of what was sent, or a
      model was looked for by a name that was, or one of Wagtail's views asked a column for
      a value that was, and what was raised is what a wrong shape raises. (What the
      database raises is none.)
    """
    frames = list(_innermost(error))
    if isinstance(error, MultiValueDictKeyError):
        # The last frame is the dictionary's own; who asked it stands before.
        return len(frames) > 1 and error.args[0] not in _parts(request)
    if isinstance(error, json.JSONDecodeError) and error.doc in _sent(request):
        return any(not name.startswith("json.") for name in map(_module, frames))
    if not isinstance(error, _SHAPE):
        return False
    if any(_reads(frame, request) for frame in frames):
        return True
    # A view of ours that asks a column for a word is our bug.
    asks = any(_module(frame).startswith("wagtail.") for frame in frames)
    return asks and any(_is_asked(frame, request) for frame in frames)


def _innermost(error: Exception) -> Iterator[FrameType]:
    """The functions, outermost first, that were entered after the last that is no library's."""
    inside: list[FrameType] = []
    step = error.__traceback__
    while step is not None:
        inside = [*inside, step.tb_frame] if _is_library(step.tb_frame) else []
        step = step.tb_next
    yield from inside


def _module(frame: FrameType) -> str:
    return f"{frame.f_globals.get('__name__', '')}."


def _is_library(frame: FrameType) -> bool:
    return _module(frame).startswith(LIBRARIES)


def _reads(frame: FrameType, request: HttpRequest) -> bool:
    name = frame.f_code.co_name
    if name in _READING:
        return isinstance(frame.f_locals.get("self"), forms.Field | forms.BaseForm)
    if name == "resolve_model_string":
        return frame.f_locals.get("model_string") in _sent(request)
    return name in _TAKING


def _is_asked(frame: FrameType, request: HttpRequest) -> bool:
    """Whether a column is asked for a value that was sent."""
    value = frame.f_locals.get("value")
    asked = frame.f_code.co_name == "get_prep_value" and isinstance(value, str)
    return asked and value in _sent(request)


def _parts(request: HttpRequest) -> set[str]:
    """The names of all that was sent the way that the request is made."""
    return {*request.POST, *request.FILES} if request.method == "POST" else {*request.GET}


def _sent(request: HttpRequest) -> set[str]:
    """Every text that was sent."""
    lists = [*request.POST.lists(), *request.GET.lists()]
    return {value for _name, values in lists for value in values}


def _words_for(request: HttpRequest) -> dict[str, str]:
    if request.method == "POST":
        return {
            "heading": _("The form came incomplete"),
            "text": _(
                "Something of it was missing or could not be read, so nothing was saved. "
                "Go back, load the page anew and try once more."
            ),
        }
    return {
        "heading": _("This address cannot be read"),
        "text": _("It was cut or changed on the way. Go back and follow the link once more."),
    }


def _refusal(request: HttpRequest) -> HttpResponse:
    came_from = urlsplit(request.headers.get("referer", ""))
    own = came_from.netloc == request.get_host() and came_from.path.startswith("/")
    back = came_from.path if own else reverse("wagtailadmin_home")
    context = {**_words_for(request), "back": back}
    return render(request, "operations/malformed.html", context, status=400)
