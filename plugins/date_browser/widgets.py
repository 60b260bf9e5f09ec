"""News by date: a month's calendar, whose months are leafed through by plain links."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.sdk import Cache, CharBlock, StructBlock, Widget, WidgetContext, register

from .calendar import FIRST_YEAR, Month, weeks

# With a context: Django has words of its own for these, which other dates keep.
WEEKDAYS = (
    (pgettext_lazy("calendar", "Mon"), pgettext_lazy("calendar", "Monday")),
    (pgettext_lazy("calendar", "Tue"), pgettext_lazy("calendar", "Tuesday")),
    (pgettext_lazy("calendar", "Wed"), pgettext_lazy("calendar", "Wednesday")),
    (pgettext_lazy("calendar", "Thu"), pgettext_lazy("calendar", "Thursday")),
    (pgettext_lazy("calendar", "Fri"), pgettext_lazy("calendar", "Friday")),
    (pgettext_lazy("calendar", "Sat"), pgettext_lazy("calendar", "Saturday")),
    (pgettext_lazy("calendar", "Sun"), pgettext_lazy("calendar", "Sunday")),
)


@register
class DateBrowser(Widget):
    """The calendar. Days with news lead to them."""

    id = "date_browser"
    label = _("News by date")
    icon = "calendar"
    description = _("A calendar of the month; the days on which there was news lead to it.")
    group = "news"
    template = "date_browser/widget.html"
    css = ("date_browser/date_browser.css",)
    default_place = ("sidebar", 30)
    cache = Cache(tags=frozenset({"news"}), vary=frozenset({"date", "query:thang"}))

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any]:
        """The month that the address asks for, or this one; its weeks and neighbours."""
        this_month = Month.of(ctx.today)
        month = Month.parse(ctx.query.get("thang", "")) or this_month
        if this_month < month:
            month = this_month
        counts = ctx.news.days_with_news(month.year, month.month)
        urls = {day: ctx.news.day_url(day) for day in counts}
        return {
            "month": month,
            "month_url": ctx.news.month_url(month.year, month.month) if counts else "",
            "weeks": weeks(month, counts, urls, ctx.today),
            "weekdays": WEEKDAYS,
            "previous": month.shifted(-1) if month.shifted(-1).year >= FIRST_YEAR else None,
            "next": month.shifted(1) if month < this_month else None,
        }
