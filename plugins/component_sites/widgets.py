"""The sites of the province, by kind, each with a link."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    BooleanBlock,
    Cache,
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    MultipleChoiceBlock,
    StructBlock,
    Widget,
    WidgetContext,
    component_sites,
    register,
    site_kinds,
)

ALL, BELOW = "all", "below"
#: More sites of one kind than this are folded away until somebody wants them.
OPEN_AT_MOST = 12


@register
class ComponentSites(Widget):
    """A directory; on the portal's home it stands where nobody has arranged the page."""

    id = "component_sites"
    label = _("Component sites")
    icon = "site"
    description = _("The sites of the bodies below this one, or of the whole province, by kind.")
    group = "tools"
    preview_config: ClassVar[Mapping[str, Any]] = {"scope": ALL}
    template = "component_sites/widget.html"
    css = ("component_sites/component_sites.css",)
    default_place = ("home", 90)
    # Dropped when a site opens, is renamed or archived, on whichever site this stands.
    cache = Cache(tags=frozenset({"component_sites"}))

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        scope = ChoiceBlock(
            choices=[
                (BELOW, _("The bodies below this one")),
                (ALL, _("All of the province")),
            ],
            default=BELOW,
            label=_("Which sites"),
        )
        kinds = MultipleChoiceBlock(
            choices=site_kinds,
            required=False,
            default=[],
            label=_("Kinds"),
            help_text=_("None chosen: all kinds."),
        )
        columns = IntegerBlock(
            min_value=1,
            max_value=4,
            default=3,
            label=_("Columns"),
            help_text=_("At most; there are fewer where they would be too narrow."),
        )
        logos = BooleanBlock(required=False, default=False, label=_("With logos"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The sites by kind: ``(plural, sites, open)``; nothing without sites."""
        sites = component_sites(
            below=ctx.department if config["scope"] == BELOW else None,
            kinds=config["kinds"],
            logos=config["logos"],
        )
        groups = [(plural, list(of)) for plural, of in groupby(sites, key=lambda s: s.kind_plural)]
        if not groups:
            return None
        return {
            "groups": [(plural, of, len(of) <= OPEN_AT_MOST) for plural, of in groups],
            "here": ctx.department.host,
        }
