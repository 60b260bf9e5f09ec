"""Files in a bucket of an S3-compatible storage, which nobody reads but Sen.

The bucket stays private: addresses are Sen's own (``/media/…``), and Sen passes on what is in
it. So the rules on serving (:mod:`cms.media.serving`, restricted folders of documents) hold as
they do for a folder, kept pages hold no address that expires, and the content policy names no
further host.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from django.utils.translation import gettext as _
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from .away import BucketAway

#: Seconds until the storage counts as away: for a connection, and for the next bytes.
CONNECT_TIMEOUT = 5
READ_TIMEOUT = 20
#: Bytes up to which a file is read at once; a larger one is read as it is used.
WHOLE = 4 * 2**20
BUFFER = 256 * 1024
#: One request; what is larger S3 takes in parts only.
MAX_BYTES = 5 * 2**30
#: Errors that are about Sen's keys.
_KEYS = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden", "403"}


@dataclass(frozen=True)
class Found:
    """A file of the bucket.

    Args:
        key: its name there.
        size: bytes.
        modified: when it was stored, to the second.
    """

    key: str
    size: int
    modified: datetime


class BucketStorage(S3Storage):  # type: ignore[misc]
    """Django's storage in a private bucket.

    Whatever the storage answers is an ``OSError``: ``FileNotFoundError``, or ``BucketAway``
    with a sentence. A name that is taken is never written over.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Those of django-storages; nothing comes from variables that Sen does not know."""
        return {
            **super().get_default_settings(),
            **{"access_key": None, "secret_key": None, "security_token": None},
            **{"session_profile": None, "custom_domain": None, "object_parameters": {}},
            **{"file_overwrite": False, "default_acl": None, "gzip": False, "location": ""},
        }

    #: What says of a storage that it is one of these, without an import of boto3.
    is_bucket = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._making = Lock()
        self._clients: dict[bool, Any] = {}

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How to make it anew: by the settings, so that no task carries the keys along."""
        return ("django.core.files.storage.DefaultStorage", [], {})

    @property
    def client(self) -> Any:
        """What makes the requests: one for all threads of the process."""
        return self._client(signed=True)

    @property
    def stranger(self) -> Any:
        """What asks as everybody may, without keys."""
        return self._client(signed=False)

    def _client(self, *, signed: bool) -> Any:
        with self._making:
            if signed not in self._clients:
                self._clients[signed] = self._create_session().client(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=self.endpoint_url,
                    config=self._config("s3v4" if signed else UNSIGNED),
                )
            return self._clients[signed]

    def _config(self, signature: Any) -> Config:
        return Config(
            signature_version=signature,
            # A server of one's own has no host names for buckets.
            s3={"addressing_style": "path" if self.endpoint_url else "auto"},
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": 2},
            # Newer checksums are unknown to many servers that are not Amazon's.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )

    def check(self) -> None:
        """Ask whether the bucket is there for these keys. Raises BucketAway."""
        with self._in_words():
            self.client.head_bucket(Bucket=self.bucket_name)

    def find(self, name: str) -> Found:
        """The file ``name``, without its content.

        Raises:
            FileNotFoundError, BucketAway: as they say.
        """
        key = self._key(name)
        with self._in_words(name):
            head = self.client.head_object(Bucket=self.bucket_name, Key=key)
        return Found(key, head["ContentLength"], head["LastModified"])

    def reader(self, found: Found) -> IO[bytes]:
        """Its content, fetched as it is read, from wherever it is sought to."""
        return io.BufferedReader(_Reader(self, found), BUFFER)

    def body(self, key: str, first: int = 0) -> Any:
        """The content of ``key`` from the byte ``first`` on, as a stream of botocore's."""
        wanted = {"Range": f"bytes={first}-"} if first else {}
        with self._in_words(key):
            return self.client.get_object(Bucket=self.bucket_name, Key=key, **wanted)["Body"]

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The address at Sen."""
        return str(settings.MEDIA_URL) + str(filepath_to_uri(name)).lstrip("/")

    def delete(self, name: str) -> None:
        """Delete the file; one that is not there is no error. Raises BucketAway."""
        with self._in_words():
            self.client.delete_object(Bucket=self.bucket_name, Key=self._key(name))

    def exists(self, name: str) -> bool:
        try:
            self.find(name)
        except FileNotFoundError:
            return False
        return True

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and files in ``path``, in the order of their names."""
        prefix = f"{path.rstrip('/')}/" if path.strip("/") else ""
        asked = {"Bucket": self.bucket_name, "Prefix": prefix, "Delimiter": "/"}
        folders: list[str] = []
        files: list[str] = []
        with self._in_words():
            for page in self.client.get_paginator("list_objects_v2").paginate(**asked):
                folders += [
                    each["Prefix"][len(prefix) : -1] for each in page.get("CommonPrefixes", ())
                ]
                files += [each["Key"][len(prefix) :] for each in page.get("Contents", ())]
        # What some tools store to show an empty folder.
        return folders, [name for name in files if name]

    def size(self, name: str) -> int:
        return self.find(name).size

    def get_modified_time(self, name: str) -> datetime:
        return self.find(name).modified

    def _key(self, name: str) -> str:
        """Raises FileNotFoundError for a name that leads out of the bucket."""
        if ".." in name.split("/"):
            raise FileNotFoundError(name)
        return str(self._normalize_name(clean_name(name)))

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("files of a bucket are opened for reading only")
        return _BucketFile(self, self.find(name), name)

    def _save(self, name: str, content: File[bytes]) -> str:
        """Store in one request, so that a file is there whole or not at all."""
        while True:
            name = clean_name(name)
            try:
                self._put(self._key(name), content)
            except FileExistsError:
                # Somebody else took the name since it was found to be free.
                name = self.get_available_name(name)
            else:
                return name

    def _put(self, key: str, content: File[bytes]) -> None:
        if content.size > MAX_BYTES:
            raise BucketAway(_("The file is too large for the storage of files."), key)
        asked = {"Bucket": self.bucket_name, "Key": key, **self._get_write_parameters(key, content)}
        with self._in_words(key):
            for condition in ({"IfNoneMatch": "*"}, {}):
                content.seek(0)
                try:
                    self.client.put_object(**asked, **condition, Body=content)
                    return
                except ClientError as error:
                    # Some servers know no conditions.
                    if not condition or _status(error) != 501:
                        raise

    @contextmanager
    def _in_words(self, name: str = "") -> Iterator[None]:
        """The errors of boto3 as those of Python's files."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code == "NoSuchBucket" or (_status(error) == 404 and not name):
                text = _("The storage of files has no bucket %(name)s.") % {
                    "name": self.bucket_name
                }
            elif _status(error) == 404:
                raise FileNotFoundError(name) from error
            elif _status(error) in (409, 412) and error.operation_name == "PutObject":
                raise FileExistsError(name) from error
            elif code in _KEYS:
                text = _("The storage of files refuses Sen's keys (%(code)s).") % {"code": code}
            else:
                text = _("The storage of files answers with an error (%(code)s).") % {"code": code}
            raise BucketAway(text, self.bucket_name) from error
        except (BotoCoreError, Boto3Error) as error:
            text = _("The storage of files does not answer (%(error)s).")
            text %= {"error": type(error).__name__}
            raise BucketAway(text, self.bucket_name) from error


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


class _Reader(io.RawIOBase):
    """A file of the bucket, from where it is sought to; nothing is fetched before it is read."""

    def __init__(self, storage: BucketStorage, found: Found) -> None:
        super().__init__()
        self._storage, self._found = storage, found
        self._at = 0
        self._stream: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._found.size}[whence]
        wanted = max(0, base + offset)
        if wanted != self._at:
            self._drop()
            self._at = wanted
        return wanted

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._found.size:
            return 0
        if self._stream is None:
            self._stream = self._storage.body(self._found.key, self._at)
        with self._storage._in_words(self._found.key):
            piece = self._stream.read(len(buffer))
        if not piece:
            raise BucketAway(_("A file ended before its end."), self._found.key)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class _BucketFile(File):  # type: ignore[type-arg]
    """A file of the bucket as Django opens it; a small one is in memory, and can be reopened."""

    def __init__(self, storage: BucketStorage, found: Found, name: str) -> None:
        self._storage, self._found = storage, found
        super().__init__(self._fetched(), name)
        self.mode = "rb"

    @property
    def size(self) -> int:
        return self._found.size

    def open(self, *args: Any, **kwargs: Any) -> _BucketFile:
        """From its beginning, again where it was closed."""
        if self.closed:
            self.file = self._fetched()
        self.seek(0)
        return self

    def _fetched(self) -> IO[bytes]:
        reader = self._storage.reader(self._found)
        if self._found.size > WHOLE:
            return reader
        with reader:
            return io.BytesIO(reader.read())
