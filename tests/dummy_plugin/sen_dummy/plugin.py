"""Hooks, settings, a screen, addresses, a task, an answer to the beacon."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from cms.sdk import (
    AdminScreen,
    Cache,
    CharBlock,
    Hit,
    PluginSettings,
    Role,
    SiteEvent,
    StructBlock,
    background_task,
    on_hit,
    purge,
    register_screen,
    register_settings,
    register_urls,
    render_page,
    site_hook,
    visitor_post,
)

from .models import Note


@register_settings
class DummySettings(PluginSettings):
    """One greeting a site."""

    version = 2

    class Config(StructBlock):
        greeting = CharBlock(default="Xin chào", max_length=40)

    def upgrade(self, config: dict[str, Any], version: int) -> dict[str, Any]:
        return {"greeting": config.get("hello", "")}


@register_screen
class NoteScreen(AdminScreen):
    """The notes, for editors and the site's administrators."""

    model = Note
    icon = "edit"
    menu_label = "Dummy notes"
    roles = (Role.EDITOR, Role.SITE_ADMIN)
    form_fields = ["text"]
    list_display = ["text"]


@site_hook("opened")
@site_hook("enabled")
@site_hook("disabled")
@site_hook("published")
@site_hook("unpublished")
def note(event: SiteEvent) -> None:
    """Write down what happened."""
    Note.objects.create(text=f"{event.name} {event.page.title if event.page else ''}".strip())
    purge(event.department, "dummy")


@background_task
def write_later(text: str) -> None:
    """Write a note."""
    Note.objects.create(text=text)


@on_hit
def answer(hit: Hit) -> dict[str, Any]:
    """Say how many notes there are."""
    return {"notes": Note.objects.count(), "page": hit.page_id, "human": hit.human}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The notes as a page."""
    notes = list(Note.objects.order_by("pk"))
    cache = Cache(tags=frozenset({"dummy"}))
    return render_page(request, "dummy/index.html", {"notes": notes}, cache=cache)


@visitor_post
def write(request: HttpRequest) -> HttpResponse:
    """Take a note from a visitor."""
    Note.objects.create(text=request.POST.get("text", "")[:200])
    return JsonResponse({"ok": True})


def broken(request: HttpRequest) -> HttpResponse:
    """Raise."""
    raise RuntimeError("dummy view on purpose")


register_urls(
    "ghi-chu",
    [
        path("", index, name="index"),
        path("viet/", write, name="write"),
        path("hong/", broken, name="broken"),
    ],
)
