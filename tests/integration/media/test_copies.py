"""A picture's copies in other sizes: where none can be stored, the text is shown all the same."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file

from cms.media.folder import FolderStorage
from cms.media.models import SenImage, SenRendition
from cms.media.reading import rendition_of
from cms.operations.context import INCOMPLETE
from sites.models import Department
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(site_a: Department) -> str:
    """Of a public article whose picture nobody has seen yet."""
    picture = SenImage.objects.create(
        title="Ảnh", collection=site_a.collection, file=get_test_image_file()
    )
    article = make_article(site_a, title="Bài có ảnh", main_image=picture)
    return str(article.local_url)


def full_disk(*args: Any, **kwargs: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_takes_a_picture_and_no_text(
    site_a: Department, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = Client(headers={"host": site_a.host}), SenRendition.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr(FolderStorage, "_save", full_disk)
        shown = client.get(address)
    assert shown.status_code == 200
    assert "Bài có ảnh" in shown.content.decode()
    assert shown.wsgi_request.META[INCOMPLETE]
    assert SenRendition.objects.count() == before
    again = client.get(address)
    assert INCOMPLETE not in again.wsgi_request.META
    assert SenRendition.objects.count() > before


def test_a_full_database_takes_a_picture_and_no_text(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(SenRendition, "save", full)
    assert rendition_of(SenImage.objects.get(), "width-40") is None


def test_a_picture_that_is_gone_is_no_reason_to_ask_again(site_a: Department, address: str) -> None:
    picture = SenImage.objects.get()
    picture.file.storage.delete(picture.file.name)
    shown = Client(headers={"host": site_a.host}).get(address)
    assert shown.status_code == 200
    assert INCOMPLETE not in shown.wsgi_request.META
