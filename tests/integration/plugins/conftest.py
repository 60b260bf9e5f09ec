"""Making pictures and files for the tests of the bundled plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from wagtail.images.tests.utils import get_test_image_file

from cms.media.models import SenDocument, SenImage
from sites.models import Department


@pytest.fixture
def make_picture() -> Callable[..., SenImage]:
    """``make_picture(department, title)``: a small picture in the department's collection."""

    def make(department: Department, title: str = "Ảnh", **kwargs: Any) -> SenImage:
        file = get_test_image_file(filename=f"{department.pk}.png", size=(640, 480))
        collection = department.collection
        return SenImage.objects.create(title=title, file=file, collection=collection, **kwargs)

    return make


#: As little as a file of each kind can be.
CONTENTS = {
    "pdf": b"%PDF-1.7\n",
    "csv": b"a,b\n",
    "vtt": b"WEBVTT\n",
    "mp4": b"\0\0\0\x20ftypmp42" + bytes(20),
    "webm": b"\x1a\x45\xdf\xa3\x42\x82\x84webm",
}


@pytest.fixture
def make_file() -> Callable[..., SenDocument]:
    """``make_file(department, name)``: a file in the department's collection."""

    def make(department: Department, name: str) -> SenDocument:
        content = CONTENTS[name.rpartition(".")[2].lower()]
        file = ContentFile(content, name=name)
        return SenDocument.objects.create(title=name, file=file, collection=department.collection)

    return make


def items(*values: Any) -> list[dict[str, Any]]:
    """A ListBlock's children, as they are stored."""
    return [{"type": "item", "id": f"item-{n}", "value": value} for n, value in enumerate(values)]
