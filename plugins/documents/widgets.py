"""The newest documents of the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    Cache,
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    StructBlock,
    Widget,
    WidgetContext,
    register,
)

from .models import DocumentType, published


def own_types() -> list[tuple[str, str]]:
    """The current department's types, by the slug that outlives a change of the name."""
    return [(kind.slug, kind.name) for kind in DocumentType.objects.all()]


@register
class NewestDocuments(Widget):
    """Number, summary and day, newest first."""

    id = "documents"
    label = _("New documents")
    description = _("The newest documents of the register, all or of one type.")
    icon = "doc-full"
    group = "news"
    template = "documents/widget.html"
    css = ("documents/documents.css",)
    # Without a document it shows nothing, so that it may stand there from the start.
    default_place = ("home", 20)
    cache = Cache(tags=frozenset({"documents"}))
    preview_config: ClassVar[Mapping[str, Any]] = {"count": 4}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        count = IntegerBlock(min_value=1, max_value=20, default=5, label=_("How many documents"))
        type = ChoiceBlock(
            choices=own_types,
            required=False,
            label=_("Type of document"),
            help_text=_("Left empty, documents of all types."),
        )

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The documents; nothing without any."""
        documents = published().filter(department=ctx.department)
        more_url = reverse("documents:index")
        if config["type"]:
            documents = documents.filter(type__slug=config["type"])
            more_url += f"?loai={config['type']}"
        found = [
            {"heading": d.heading, "url": d.url, "summary": d.summary, "issued_on": d.issued_on}
            for d in documents[: config["count"]]
        ]
        return {"documents": found, "more_url": more_url} if found else None

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The department's own documents, or some that are made up."""
        more_url = reverse("documents:index")
        return self.get_context(ctx, config) or {"documents": sample(), "more_url": more_url}


def sample() -> list[dict[str, Any]]:
    """Documents that are stored nowhere."""
    texts = [
        (gettext("Plan 03/KH"), gettext("Digital transformation in the coming year")),
        (gettext("Decision 128/QD"), gettext("Regulations for receiving citizens")),
        (gettext("Announcement 45/TB"), gettext("Working hours during the holidays")),
    ]
    url, today = reverse("documents:index"), timezone.localdate()
    return [
        {"heading": heading, "summary": summary, "url": url, "issued_on": today - timedelta(n)}
        for n, (heading, summary) in enumerate(texts)
    ]
