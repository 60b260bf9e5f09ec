"""Settings of a test run, Sen's own or a plugin's: nothing is shared, nothing is waited for."""

import atexit
import os
import shutil
import tempfile

# Each run has a folder of its own: nothing of a developer's data is touched. The
# workers of a parallel run inherit the first process's.
if "SEN_TEST_DATA_DIR" not in os.environ:
    os.environ["SEN_TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="sen-test-")
    atexit.register(shutil.rmtree, os.environ["SEN_TEST_DATA_DIR"], ignore_errors=True)
os.environ["SEN_DATA_DIR"] = os.environ["SEN_TEST_DATA_DIR"]

from cms.settings import *  # noqa: F403
from cms.settings import CACHES, DATA_DIR, DATABASES, REDIS_URL, STATIC_ROOT, STORAGES, TASKS

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: tests with many threads share one database, as the server's threads do.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
# Workers that make a file of one name at a time do not meet.
MEDIA_ROOT = DATA_DIR / os.environ.get("PYTEST_XDIST_WORKER", "") / "media"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns of a folder that is not there
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test finds what it has just saved; nobody runs the worker.
TASKS = {**TASKS, "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Tests that are about the second factor ask for it.
SEN_SECOND_FACTOR_ROLES = []
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if REDIS_URL:
    # A Redis database for each worker: they clear their caches and know other pages.
    _address, _, _number = REDIS_URL.rpartition("/")
    _worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for _cache in CACHES.values():
        _cache["LOCATION"] = f"{_address}/{int(_number) + _worker}"
