"""How often the site was visited: digits in boxes, and the day, the week, the month."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import Cache, CharBlock, IntegerBlock, StructBlock, Widget, WidgetContext, register


@register
class VisitCounter(Widget):
    """The counter. A fragment: the page stays in the cache, the number moves."""

    id = "visit_counter"
    label = _("Visit statistics")
    icon = "view"
    description = _("How often the site was visited: in all, and today, this week, this month.")
    group = "tools"
    preview_config: ClassVar[Mapping[str, Any]] = {"digits": 7}
    template = "visit_counter/widget.html"
    css = ("visit_counter/visit_counter.css",)
    delivery = "fragment"
    default_place = ("sidebar", 50)
    cache = Cache(max_age=5)

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        digits = IntegerBlock(min_value=1, max_value=12, default=7, label=_("Digits, at the least"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        """The numbers, and the total once more digit by digit."""
        visits = ctx.traffic.visits()
        rows = [
            (_("Online"), visits.online),
            (_("Today"), visits.today),
            (_("This week"), visits.week),
            (_("This month"), visits.month),
        ]
        return {
            "digits": list(str(visits.total).zfill(config["digits"])),
            "total": grouped(visits.total),
            "rows": [(name, grouped(number)) for name, number in rows],
        }


def grouped(number: int) -> str:
    """``number`` as it is written in Vietnamese: 3460242 is 3.460.242."""
    return f"{number:,}".replace(",", ".")
