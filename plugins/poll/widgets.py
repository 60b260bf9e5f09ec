"""A poll in an area of the site: the form, or the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import FieldBlock

from cms.sdk import Cache, CharBlock, StructBlock, Widget, WidgetContext, register

from .models import Poll, PollOption, ResultsShown, published


def own_polls() -> list[tuple[int | str, str]]:
    """The current department's polls to choose from, newest first."""
    newest: tuple[int | str, str] = ("", gettext("The newest poll that is open"))
    return [newest, *((poll.pk, f"{poll.question} ({poll.state})") for poll in Poll.objects.all())]


class PollChooserBlock(FieldBlock):
    """Chooses one of the current department's polls by its id; None is the newest open one."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = forms.TypedChoiceField(
            choices=own_polls,
            coerce=int,
            empty_value=None,
            required=False,
            help_text=kwargs.pop("help_text", ""),
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        """The id. Raises ValidationError for a poll that is not the department's."""
        try:
            chosen: int | None = super().clean(value)
        except ValidationError as error:
            message = gettext("Choose one of your own polls; this one is not there.")
            raise ValidationError(message) from error
        return chosen

    class Meta:
        icon = "tasks"


@register
class PollWidget(Widget):
    """A fragment: the page stays in the cache, the numbers are a few seconds old at most."""

    id = "poll"
    label = _("Poll")
    description = _("A question with options: visitors vote and see the results.")
    icon = "tasks"
    group = "interaction"
    template = "poll/widget.html"
    css = ("poll/poll.css",)
    js = ("poll/poll.js",)
    delivery = "fragment"
    cache = Cache(max_age=10, tags=frozenset({"poll"}))
    preview_config: ClassVar[Mapping[str, Any]] = {}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        poll = PollChooserBlock(label=_("Which poll"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The poll; nothing where it is gone, not yet open, or another department's."""
        polls = published().filter(department=ctx.department)
        if config["poll"] is None:
            polls = polls.filter(closes_at__gt=timezone.now())
        elif isinstance(config["poll"], int):
            polls = polls.filter(pk=config["poll"])
        else:
            return None
        poll = polls.first()
        return {"poll": poll} if poll is not None else None

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The chosen poll, or one that is made up."""
        return self.get_context(ctx, config) or {"poll": sample_poll()}


def sample_poll() -> Poll:
    """A poll that is stored nowhere."""
    poll = Poll(
        pk=0,
        question=gettext("How do you rate our new portal?"),
        results_shown=ResultsShown.ALWAYS,
    )
    texts = [
        (gettext("Easy to use"), 124),
        (gettext("Acceptable"), 37),
        (gettext("Hard to use"), 9),
    ]
    poll.rows = [PollOption(pk=n, text=text, votes=votes) for n, (text, votes) in enumerate(texts)]
    return poll
