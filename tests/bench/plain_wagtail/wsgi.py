"""The WSGI application of the plain news site."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.plain_wagtail.settings"
application = get_wsgi_application()
