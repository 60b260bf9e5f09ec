"""The operator's screen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from .probes import State, read_all, worst

#: From a state to its picture: another shape for each, not another colour only.
ICONS = {State.GOOD: "circle-check", State.WARNING: "warning", State.BAD: "circle-xmark"}


@require_safe
def operation(request: HttpRequest) -> HttpResponse:
    """How everything stands, what is bad first."""
    if not request.user.is_superuser:
        raise Http404("for the province only")
    results = read_all()
    tiles = [
        {
            "probe": result.probe,
            "reading": result.reading,
            "state": result.reading.state.name.lower(),
            "icon": ICONS[result.reading.state],
        }
        for result in sorted(results, key=lambda result: -result.reading.state)
    ]
    state = worst(results)
    return render(
        request,
        "operations/operation.html",
        {
            "page_title": _("Operation"),
            "tiles": tiles,
            "state": state.name.lower(),
            "icon": ICONS[state],
            "summary": _summary(state, [result.reading.state for result in results]),
            "asked_at": timezone.now(),
        },
    )


def _summary(state: State, states: list[State]) -> Any:
    if state is State.GOOD:
        return _("Everything runs")
    number = sum(each is state for each in states)
    if state is State.WARNING:
        words = ngettext("%(n)s thing to look at", "%(n)s things to look at", number)
    else:
        words = ngettext("%(n)s thing does not work", "%(n)s things do not work", number)
    return words % {"n": number}
