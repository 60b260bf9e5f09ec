"""Serving uploaded files where no proxy does it: a video can be wound to any place.

Files of a bucket are passed on, as they come, under the same rules.

Django's own view knows no ranges (RFC 9110, section 14), without which a
browser plays a film from its beginning only, and Safari not at all.
"""

from __future__ import annotations

import logging
import mimetypes
import posixpath
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
)
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.views.static import serve, was_modified_since

from .away import BucketAway, away, the_bucket
from .names import ending_of

if TYPE_CHECKING:
    from .bucket import BucketStorage

logger = logging.getLogger(__name__)

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z", re.ASCII)
CHUNK = 64 * 1024
FILMS = {"mp4", "webm", "vtt"}
#: What a browser may show by itself; anything else is to be saved.
SHOWN = FILMS | {"gif", "jpg", "jpeg", "png", "webp"}


def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file at ``path`` below the media folder, or the one part of it that was asked for.

    Several ranges at once, or one that is no range, are answered with the whole
    file, as the RFC allows; a range beyond the end with 416.

    Raises:
        Http404: there is no such file.
    """
    # One file, one address: what is said below of folders is said of the way as it is written.
    if posixpath.normpath(path) != path or path.startswith(("/", "..")):
        raise Http404(path)
    kind = ending_of(path)
    # Files have addresses of their own, which know who may read them; players need films.
    if path.startswith("documents/") and kind not in FILMS:
        raise Http404("files are served by their own addresses")
    bucket = the_bucket()
    try:
        response = (
            _passed_on(request, bucket, path)
            if bucket is not None
            else serve(request, path, document_root=str(settings.MEDIA_ROOT))
        )
    except FileNotFoundError as error:
        raise Http404(path) from error
    except BucketAway as error:
        logger.error("%s cannot be served: %s", path, error)
        return away(request)
    if response.status_code == 200:
        # Whatever a file is, in a browser it is nothing that could act for this site.
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        if kind not in SHOWN:
            response["Content-Disposition"] = "attachment"
            response["Content-Type"] = "application/octet-stream"
    if not isinstance(response, FileResponse) or (file := response.file_to_stream) is None:
        return response
    response["Accept-Ranges"] = "bytes"
    asked = _RANGE.match(request.headers.get("Range", ""))
    unchanged = request.headers.get("If-Range", response["Last-Modified"])
    if asked is None or not any(asked.groups()) or unchanged != response["Last-Modified"]:
        return response
    size = int(response["Content-Length"])
    first, last = _bounds(asked[1], asked[2], size)
    if first > last:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(first)
    # Assigning it makes the server take these bytes, not the file.
    response.streaming_content = _read(file, last - first + 1)
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _passed_on(request: HttpRequest, bucket: BucketStorage, path: str) -> HttpResponseBase:
    """What Django's ``serve`` answers for a file of a folder, for one of the bucket.

    Raises:
        FileNotFoundError, BucketAway: as they say.
    """
    found = bucket.find(path)
    modified = found.modified.timestamp()
    if not was_modified_since(request.headers.get("If-Modified-Since"), modified):
        return HttpResponseNotModified()
    kind, encoding = mimetypes.guess_type(path)
    response = FileResponse(bucket.reader(found), content_type=kind or "application/octet-stream")
    response["Last-Modified"] = http_date(modified)
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte; the first is the greater where there is nothing to give."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(file: IO[bytes], count: int) -> Iterator[bytes]:
    while count > 0 and (chunk := file.read(min(CHUNK, count))):
        count -= len(chunk)
        yield chunk
