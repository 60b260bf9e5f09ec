"""The addresses of the stylesheets and scripts of widgets."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.templatetags.static import static

logger = logging.getLogger(__name__)


def static_urls(paths: Iterable[str]) -> list[str]:
    """The addresses of ``paths`` below the static folder, each once; without what is not there."""
    urls = []
    for path in dict.fromkeys(paths):
        try:
            urls.append(static(path))
        # The manifest does not know the file; a page without it is better than none.
        except ValueError:
            logger.exception("%s of a widget is not there", path)
    return urls
