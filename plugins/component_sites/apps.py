"""App configuration of the plugin; read before Django has started, so it imports little."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComponentSitesConfig(AppConfig):
    """``plugins.component_sites``."""

    name = "plugins.component_sites"
    label = "component_sites"
    verbose_name = _("Component sites")
