"""What plugins bring beside their widgets, by plugin: hooks, settings, screens, addresses, tasks.

A plugin's ``plugin.py`` registers it; whose it is follows from the app that the
module stands in. Nothing here runs for a department that has the plugin off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from .guarding import when_set_aside

if TYPE_CHECKING:
    from wagtail.models import Page

    from sites.models import Department

    from .configuration import RegisteredSettings
    from .screens import AdminScreen

# The addresses of plugins begin with it; no page below a home page may have this slug.
PLUGINS_ROOT = "tien-ich"
SITE_EVENTS = frozenset(
    {
        *("opened", "enabled", "disabled", "published", "unpublished"),
        *("renamed", "archived", "restored", "merged", "demo"),
    }
)

_PREFIX = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")


@dataclass(frozen=True)
class SiteEvent:
    """What happened on a department's site.

    Args:
        name: ``opened`` (also when a site is completed), ``enabled`` and
            ``disabled`` (this plugin, by the department), ``published`` and
            ``unpublished`` (a page), ``renamed`` (another host), ``archived``,
            ``restored``, ``merged`` (the rows of another site are this one's now), and
            ``demo`` (the site was made for the demo province and may be filled).
        department: whose site; its rows are the current ones while a hook runs.
        page: the page, for ``published`` and ``unpublished``.
        source: the department that has ended, for ``merged``.
    """

    name: str
    department: Department
    page: Page | None = None
    source: Department | None = None


@dataclass(frozen=True)
class Hit:
    """A page was looked at; what ``on_hit`` functions are told.

    Args:
        department: whose site.
        page_id: which page; None for a list or another view that is no page.
        human: False for what says that it is a crawler; it is not counted.
    """

    department: Department
    page_id: int | None
    human: bool


SiteHook = Callable[[SiteEvent], None]
HitFunction = Callable[[Hit], Any]
TaskFunction = Callable[..., None]
SiteHookType = TypeVar("SiteHookType", bound=SiteHook)
HitFunctionType = TypeVar("HitFunctionType", bound=HitFunction)


@dataclass(frozen=True)
class HitHook:
    """A function that is told of hits: of each, or of one within ``every`` seconds."""

    function: HitFunction
    every: int


@dataclass
class Contributions:
    """What one plugin registered."""

    site_hooks: dict[str, list[SiteHook]] = field(default_factory=dict)
    hit_hooks: list[HitHook] = field(default_factory=list)
    settings: RegisteredSettings | None = None
    screens: list[AdminScreen] = field(default_factory=list)
    tasks: dict[str, TaskFunction] = field(default_factory=dict)
    url_prefix: str = ""
    urlpatterns: list[Any] = field(default_factory=list)


class ContributionRegistry:
    """The contributions of this process's plugins, by plugin id."""

    def __init__(self) -> None:
        self._by_plugin: dict[str, Contributions] = {}

    def of(self, plugin_id: str) -> Contributions:
        """What a plugin registered; nothing for one that is not there."""
        return self._by_plugin.get(plugin_id, Contributions())

    def all(self) -> dict[str, Contributions]:
        """Every plugin that registered something."""
        return dict(self._by_plugin)

    def to_fill(self, plugin_id: str) -> Contributions:
        """Where to register something for a plugin."""
        return self._by_plugin.setdefault(plugin_id, Contributions())

    def remove_plugin(self, plugin_id: str) -> None:
        """Forget a plugin that was set aside."""
        self._by_plugin.pop(plugin_id, None)


contributions = ContributionRegistry()
when_set_aside(contributions.remove_plugin)


def plugin_of(module: str) -> str:
    """The id of the plugin that ``module`` belongs to.

    Raises:
        ImproperlyConfigured: it stands in no app.
    """
    app = apps.get_containing_app_config(module)
    if app is None:
        raise ImproperlyConfigured(f"{module} is in no plugin")
    return app.label


def site_hook(event: str) -> Callable[[SiteHookType], SiteHookType]:
    """Decorator: call the function for each event of this name on a site that uses the plugin.

    It runs after the transaction that the event happened in, inside a boundary,
    with the department current.

    Args:
        event: one of the names of :class:`SiteEvent`.

    Raises:
        ImproperlyConfigured: there is no such event.
    """
    if event not in SITE_EVENTS:
        raise ImproperlyConfigured(
            f"there is no site event {event!r}; there are {', '.join(sorted(SITE_EVENTS))}"
        )

    def register(function: SiteHookType) -> SiteHookType:
        hooks = contributions.to_fill(plugin_of(function.__module__)).site_hooks
        hooks.setdefault(event, []).append(function)
        return function

    return register


@overload
def on_hit(function: HitFunctionType) -> HitFunctionType: ...


@overload
def on_hit(*, every: int) -> Callable[[HitFunctionType], HitFunctionType]: ...


def on_hit(function: Any = None, *, every: int = 0) -> Any:
    """Decorator: call ``function(hit)`` when a page of a site that uses the plugin is looked at.

    What it returns (a JSON value) is in the beacon's answer under
    ``plugins.<id>``; with several functions, a list of what each returned. None
    says nothing.

    Args:
        every: seconds; so often at most it is called for a site, and what it returns
            is not said. 0: at each hit, for which the site forgoes the beacon's short cut.

    Raises:
        ValueError: a negative ``every``.
    """
    if every < 0:
        raise ValueError("on_hit: every is a number of seconds, 0 for each hit")

    def register(told: HitFunctionType) -> HitFunctionType:
        contributions.to_fill(plugin_of(told.__module__)).hit_hooks.append(HitHook(told, every))
        return told

    return register if function is None else register(function)


def register_urls(prefix: str, urlpatterns: Sequence[Any]) -> None:
    """Serve ``urlpatterns`` below ``/tien-ich/<prefix>/`` of each site that uses the plugin.

    Their namespace is the plugin's id: ``reverse("poll:vote")``. Called from ``plugin.py``.

    Args:
        prefix: 2 to 40 lower-case letters, digits and hyphens, a letter first.
        urlpatterns: as in any ``urls.py``.

    Raises:
        ImproperlyConfigured: a bad prefix, one that another plugin has, or a second call.
    """
    import sys

    plugin_id = plugin_of(sys._getframe(1).f_globals["__name__"])
    if not _PREFIX.match(prefix):
        raise ImproperlyConfigured(
            f"{prefix!r} is no prefix: lower-case letters, digits and hyphens, a letter first"
        )
    for other_id, other in contributions.all().items():
        if other.url_prefix == prefix:
            raise ImproperlyConfigured(f"the prefix {prefix!r} is taken by plugin {other_id}")
    mine = contributions.to_fill(plugin_id)
    if mine.urlpatterns:
        raise ImproperlyConfigured("a plugin has one prefix: call register_urls() once")
    mine.url_prefix, mine.urlpatterns = prefix, list(urlpatterns)
