"""From what happens on a site to the hooks of the plugins that its department uses."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.delivery.cache import UNCACHEABLE, collect
from cms.traffic import visitors
from sites.models import Department
from sites.tenancy import acting_for, department_for
from sites.tree import department_of

from .activation import enabled_for, enabled_plugins
from .boundary import REQUEST_BUDGET, attempt, page_budget
from .contributions import Hit, HitHook, SiteEvent, contributions
from .failures import Part


def announce(event: SiteEvent, *, only: str = "") -> None:
    """Call the hooks for ``event`` once the transaction is committed.

    Args:
        only: the one plugin that is told; every enabled one by default.
    """

    # A function with a name: Django logs what a robust one raises by it, and a partial has none.
    def call_hooks() -> None:
        _call_hooks(event, only)

    transaction.on_commit(call_hooks, robust=True)


def _call_hooks(event: SiteEvent, only: str) -> None:
    for plugin_id in [only] if only else sorted(enabled_plugins(event.department)):
        for hook in contributions.of(plugin_id).site_hooks.get(event.name, ()):
            with acting_for(event.department):
                attempt(
                    event.department,
                    Part(plugin_id, f"hook {event.name}"),
                    REQUEST_BUDGET,
                    partial(hook, event),
                )


def site_was_opened(sender: Any, department: Department, **kwargs: Any) -> None:
    """Receiver of ``site_opened``."""
    announce(SiteEvent("opened", department))


def site_was_renamed(sender: Any, department: Department, **kwargs: Any) -> None:
    """Receiver of ``site_renamed``."""
    announce(SiteEvent("renamed", department))


def site_has_ended(sender: Any, department: Department, **kwargs: Any) -> None:
    """Receiver of ``site_ended``: of an archive; whom a site was merged into hears ``merged``."""
    if department.state == Department.State.ARCHIVED:
        announce(SiteEvent("archived", department))


def site_was_restored(sender: Any, department: Department, **kwargs: Any) -> None:
    """Receiver of ``site_restored``."""
    announce(SiteEvent("restored", department))


def sites_were_merged(
    sender: Any, source: Department, target: Department, whole: bool, report: Any, **kwargs: Any
) -> None:
    """Receiver of ``pages_moved``: say what came along and will not be seen."""
    if not whole:
        return
    for plugin_id in sorted(enabled_plugins(source) - enabled_plugins(target)):
        report.warn(
            _("“%(target)s” does not use the plugin %(plugin)s, which “%(source)s” used.")
            % {"target": target, "plugin": plugin_id, "source": source}
        )
    announce(SiteEvent("merged", target, source=source))


def page_was_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Receiver of Wagtail's ``page_published``."""
    _announce_page("published", instance)


def page_was_unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Receiver of Wagtail's ``page_unpublished``."""
    _announce_page("unpublished", instance)


def _announce_page(name: str, page: Page) -> None:
    if not any(name in plugin.site_hooks for plugin in contributions.all().values()):
        return
    department = department_of(page)
    if department is not None:
        announce(SiteEvent(name, department, page))


def answer_beacon(
    request: HttpRequest, page_id: int | None, payload: dict[str, Any]
) -> dict[str, Any]:
    """What the ``on_hit`` functions of the enabled plugins say, by plugin; None says nothing."""
    department = department_for(request)
    if department is None or not any(mine.hit_hooks for mine in contributions.all().values()):
        return {}
    hit = Hit(department, page_id, human=not visitors.is_bot(request))
    answers: dict[str, Any] = {}
    for plugin_id in sorted(enabled_for(request, department)):
        hooks = contributions.of(plugin_id).hit_hooks
        _call_now_and_then(plugin_id, [hook for hook in hooks if hook.every], hit)
        each_time = [hook for hook in hooks if not hook.every]
        if each_time:
            # The next one is to be told as well, not answered with what this one hears.
            collect(request, UNCACHEABLE)
        outcomes = [
            attempt(department, _part(plugin_id), page_budget(), partial(_say, hook, hit))
            for hook in each_time
        ]
        values = [outcome.value for outcome in outcomes if outcome.value is not None]
        if values:
            answers[plugin_id] = values[0] if len(each_time) == 1 else values
    return answers


def _call_now_and_then(plugin_id: str, hooks: list[HitHook], hit: Hit) -> None:
    for hook in hooks:
        name = f"on_hit:{plugin_id}:{hook.function.__name__}:{hit.department.pk}"
        if cache.add(name, True, hook.every):
            call = partial(hook.function, hit)
            attempt(hit.department, _part(plugin_id), page_budget(), call)


def _part(plugin_id: str) -> Part:
    return Part(plugin_id, "on_hit")


def _say(hook: HitHook, hit: Hit) -> Any:
    # Here, where it is the plugin's failure: the beacon's answer is one for all.
    return json.loads(json.dumps(hook.function(hit), cls=DjangoJSONEncoder))
