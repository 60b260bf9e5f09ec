"""App configuration of the plugin."""

from django.apps import AppConfig


class DummyConfig(AppConfig):
    """``sen_dummy``."""

    name = "sen_dummy"
    label = "dummy"
    verbose_name = "Dummy"
