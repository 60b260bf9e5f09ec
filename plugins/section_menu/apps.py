"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SectionMenuConfig(AppConfig):
    """``plugins.section_menu``."""

    name = "plugins.section_menu"
    label = "section_menu"
    verbose_name = _("Sections")
