"""App configuration of the plain news site."""

from django.apps import AppConfig


class PlainConfig(AppConfig):
    """Its models, labelled ``plain``."""

    name = "tests.bench.plain_wagtail"
    label = "plain"
