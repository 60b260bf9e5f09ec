"""App configuration of the plugin."""

from django.apps import AppConfig


class HostileConfig(AppConfig):
    """``sen_hostile``."""

    name = "sen_hostile"
    label = "hostile"
    verbose_name = "Hostile"
