"""The places of a page where an area can stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Slot(models.TextChoices):
    """Where an area stands. What a template asks for and what a widget names as its place."""

    SIDEBAR = "sidebar", _("Right sidebar")
    SIDEBAR_LEFT = "sidebar_left", _("Left sidebar")
    HOME = "home", _("Home page, main column")
    ARTICLE_END = "article_end", _("End of an article")
    BANNER = "banner", _("Strip across the top of every page")
