"""Whether the bucket answers, can be written to, and is closed to everybody else."""

from __future__ import annotations

import secrets
import time

from botocore.exceptions import BotoCoreError, ClientError
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.operations.probes import Probe, Reading, State, register

from .away import BucketAway, the_bucket
from .bucket import BucketStorage

SLOW = 1.0  # seconds
#: How long what was found by writing holds: a storage may charge for each request.
HOLDS = 300  # seconds
FOLDER = "sen-probe"
_CACHE_KEY = "media.bucket.written"


def files() -> Reading:
    """How the bucket stands."""
    bucket = the_bucket()
    if bucket is None:
        return Reading(State.GOOD, _("They are in a folder of this machine."))
    _made = bucket.client
    begun = time.perf_counter()
    try:
        bucket.check()
        seconds = time.perf_counter() - begun
        if cache.get(_CACHE_KEY) != "good":
            if _everybody_reads(bucket):
                sentence = _(
                    "Everybody can read the bucket, files of restricted folders too: make it "
                    "private."
                )
                return Reading(State.BAD, sentence, seconds)
            cache.set(_CACHE_KEY, "good", HOLDS)
    except BucketAway as error:
        return Reading(State.BAD, str(error))
    if seconds > SLOW:
        return Reading(State.WARNING, _("The storage of files answers slowly."), seconds)
    return Reading(State.GOOD, _("The bucket answers, can be written to, and is private."), seconds)


def _everybody_reads(bucket: BucketStorage) -> bool:
    """Store a file, look at it without keys, delete it. Raises BucketAway."""
    name = bucket.save(f"{FOLDER}/{secrets.token_hex(8)}.txt", ContentFile(b"Sen"))
    try:
        bucket.stranger.get_object(Bucket=bucket.bucket_name, Key=name)
    except (ClientError, BotoCoreError):
        return False
    finally:
        bucket.delete(name)
    return True


def register_probe() -> None:
    """Put the bucket into the list of probes; called once, where there is one."""
    register(Probe("files", gettext_lazy("Files"), files, "files_seconds", order=125))
