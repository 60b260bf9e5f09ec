"""The WSGI application; in the embedded shape it also runs the minute's jobs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from cms.delivery.front import PageFront  # noqa: E402
from cms.operations.front import OperationsFront  # noqa: E402
from cms.traffic.front import CountingFront  # noqa: E402

application = OperationsFront(CountingFront(PageFront(django_application)))

if settings.SEN_EMBEDDED:
    from cms.scheduler import start_in_background

    start_in_background()
