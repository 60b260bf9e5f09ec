"""App configuration of the composed whole: its commands run the server and the jobs."""

from django.apps import AppConfig


class SenConfig(AppConfig):
    """``cms``: no models of its own."""

    name = "cms"
    label = "sen"
    verbose_name = "Sen"

    def ready(self) -> None:
        """Look whether the installation can work."""
        from .checks import register_checks

        register_checks()
