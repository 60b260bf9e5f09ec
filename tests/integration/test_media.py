"""Uploaded files are served whole or in parts, and a department's are its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cms.media.models import SenDocument
from cms.media.reading import SiteMedia
from sites.models import Department

CONTENT = b"0123456789"


@pytest.fixture(params=["folder", "bucket"])
def film(request: pytest.FixtureRequest) -> str:
    """The address of an uploaded film of ten bytes, wherever files are."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    default_storage.delete("phim.mp4")
    assert default_storage.save("phim.mp4", ContentFile(CONTENT)) == "phim.mp4"
    return "/media/phim.mp4"


@pytest.mark.parametrize(
    ("asked", "content", "where"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", CONTENT, "bytes 0-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=9-9", b"9", "bytes 9-9/10"),
    ],
)
def test_a_part_is_served(
    site_a: Department, browse: Any, film: str, asked: str, content: bytes, where: str
) -> None:
    response = browse(site_a, film, headers={"range": asked})
    assert response.status_code == 206
    assert response.getvalue() == content
    assert response["Content-Range"] == where
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=0-1\n"]
)
def test_what_is_no_range_gets_the_whole_file(
    site_a: Department, browse: Any, film: str, asked: str
) -> None:
    response = browse(site_a, film, headers={"range": asked})
    assert response.status_code == 200
    assert response.getvalue() == CONTENT
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=5-2", "bytes=-0"])
def test_a_range_that_holds_nothing_is_refused(
    site_a: Department, browse: Any, film: str, asked: str
) -> None:
    response = browse(site_a, film, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"


def test_a_file_that_changed_meanwhile_is_served_whole(
    site_a: Department, browse: Any, film: str
) -> None:
    known = browse(site_a, film)["Last-Modified"]
    part = browse(site_a, film, headers={"range": "bytes=0-3", "if-range": known})
    assert part.status_code == 206
    old = "Mon, 01 Jan 2018 00:00:00 GMT"
    whole = browse(site_a, film, headers={"range": "bytes=0-3", "if-range": old})
    assert whole.status_code == 200


def test_what_a_browser_has_already_is_not_sent_again(
    site_a: Department, browse: Any, film: str
) -> None:
    known = browse(site_a, film)["Last-Modified"]
    again = browse(site_a, film, headers={"if-modified-since": known})
    assert (again.status_code, again.content) == (304, b"")
    old = "Mon, 01 Jan 2018 00:00:00 GMT"
    assert browse(site_a, film, headers={"if-modified-since": old}).getvalue() == CONTENT


def test_a_department_has_its_own_files(site_a: Department, site_b: Department) -> None:
    below = site_a.collection.add_child(name="Năm 2026")
    files = [
        SenDocument.objects.create(title="f", file=ContentFile(b"%PDF-", "f.pdf"), collection=c)
        for c in (site_a.collection, below, site_b.collection)
    ]
    ids = [file.pk for file in files] + [10**9]
    assert set(SiteMedia(site_a).files(ids)) == {files[0].pk, files[1].pk}
    assert set(SiteMedia(site_b).files(ids)) == {files[2].pk}
