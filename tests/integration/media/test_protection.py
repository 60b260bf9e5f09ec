"""Pictures and files of live pages are neither deleted nor replaced past the gates."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from cms.media.models import SenDocument, SenImage
from cms.media.protection import ShownPubliclyError, live_pages_showing
from cms.news.models import ArticlePage, Attachment
from cms.users.models import User
from sites.models import Department
from tests.factories import make_article, staff_client


@pytest.fixture
def superuser(db: Any) -> User:
    return User.objects.create_superuser("province", password="x")


def picture(department: Department, title: str = "Ảnh") -> SenImage:
    return SenImage.objects.create(
        title=title, file=get_test_image_file(), collection=department.collection
    )


def document(department: Department) -> SenDocument:
    return SenDocument.objects.create(
        title="Tệp", file=ContentFile(b"%PDF-1.4", "tep.pdf"), collection=department.collection
    )


def articles_with(department: Department) -> list[tuple[Any, ArticlePage]]:
    """Each way in which an article may show a picture or a file."""
    main, block, file, linked, attached = (
        picture(department, "chính"),
        picture(department, "khối"),
        document(department),
        document(department),
        document(department),
    )
    link = f'<p><a linktype="document" id="{linked.pk}">tệp</a></p>'
    last = make_article(department)
    last.attachments.add(Attachment(document=attached))
    last.save()
    return [
        (main, make_article(department, main_image=main)),
        (block, make_article(department, body=[("image", {"image": block, "alt": "a"})])),
        (file, make_article(department, body=[("file", {"document": file, "title": ""})])),
        (linked, make_article(department, body=[("paragraph", link)])),
        (attached, last),
    ]


def test_nothing_that_is_shown_is_deleted(site_a: Department) -> None:
    for media, article in articles_with(site_a):
        assert live_pages_showing(media) == [Page.objects.get(pk=article.pk)]
        with pytest.raises(ShownPubliclyError, match=article.title), transaction.atomic():
            media.delete()
        Page.objects.filter(pk=article.pk).update(live=False)
        media.delete()


def test_the_screens_say_why(site_a: Department, superuser: User) -> None:
    image = picture(site_a)
    article = make_article(site_a, "Bài có ảnh", main_image=image)
    client = staff_client(superuser, site_a)
    answer = client.post(reverse("wagtailimages:delete", args=[image.pk]), follow=True)
    assert f"“{article.title}”" in answer.text
    bulk = reverse("wagtail_bulk_action", args=["media", "senimage", "delete"])
    client.post(f"{bulk}?id={image.pk}", follow=True)
    assert SenImage.objects.filter(pk=image.pk).exists()
    edit = reverse("wagtailimages:edit", args=[image.pk])
    new = SimpleUploadedFile("khac.png", get_test_image_file().file.getvalue(), "image/png")
    data = {"title": "Ảnh khác", "collection": site_a.collection_id}
    answer = client.post(edit, {**data, "file": new})
    assert f"“{article.title}”" in answer.text
    kept = SenImage.objects.get(pk=image.pk)
    assert (kept.title, kept.file.name) == ("Ảnh", image.file.name)
    client.post(edit, data)
    assert SenImage.objects.get(pk=image.pk).title == "Ảnh khác"


def test_no_other_file_under_the_same_picture(site_a: Department) -> None:
    image = picture(site_a)
    make_article(site_a, main_image=image)
    image.file = get_test_image_file("other.png")
    with pytest.raises(ShownPubliclyError):
        image.save()
    unused = picture(site_a)
    unused.file = get_test_image_file("other.png")
    unused.save()
