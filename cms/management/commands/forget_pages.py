"""``manage.py forget_pages``: every page is rendered anew, as after an upgrade."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.delivery.cache import purge
from cms.delivery.generations import EVERYTHING


class Command(BaseCommand):
    """Drops all kept pages in all processes and tells the proxies; nothing else is lost."""

    help = "Drop every kept page, so that each is rendered anew when somebody asks for it."

    def handle(self, *args: Any, **options: Any) -> None:
        purge(EVERYTHING)
        self.stdout.write("Every page is rendered anew when somebody asks for it.")
