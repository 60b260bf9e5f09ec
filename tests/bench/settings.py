"""Production's settings with the addresses of the bench."""

from cms.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
