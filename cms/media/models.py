"""Our own image, document and tag models: each department sees its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import OperationalError, models, transaction
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import GenericTaggedItemBase
from wagtail.documents.models import AbstractDocument, Document, DocumentQuerySet
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    Image,
    ImageQuerySet,
    SourceImageIOError,
)

from cms.operations.context import mark_incomplete
from sites.isolation.confinement import ConfinedManager, own_collections

from .tagging import DepartmentTag, DepartmentTags

logger = logging.getLogger(__name__)


class MediaTag(DepartmentTag):
    """A word by which a department finds its pictures and files."""

    class Meta(DepartmentTag.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")


class TaggedMedia(GenericTaggedItemBase):
    """That a picture or a file carries a tag."""

    tag = models.ForeignKey(MediaTag, on_delete=models.CASCADE, related_name="tagged_media")


def _tags() -> Any:
    return TaggableManager(
        verbose_name=_("tags"), blank=True, help_text=None, through=TaggedMedia,
        manager=DepartmentTags,
    )  # fmt: skip


class SenImage(AbstractImage):
    """A picture in a department's collection; ``description`` is its alternative text."""

    tags = _tags()

    objects = ConfinedManager.from_queryset(ImageQuerySet)("collection", own_collections)

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    # Wagtail's templates leave out a picture whose file cannot be read; one whose copy in
    # another size cannot be stored is no reason either not to show the text around it.

    def create_rendition(self, filter: Filter) -> SenRendition:
        with _or_left_out():
            made: SenRendition = super().create_rendition(filter)
            return made

    def create_renditions(self, *filters: Filter) -> dict[Filter, SenRendition]:
        if not filters:
            return {}
        with _or_left_out():
            made: dict[Filter, SenRendition] = super().create_renditions(*filters)
            return made


@contextmanager
def _or_left_out() -> Iterator[None]:
    # What fails inside somebody's transaction must not take that with it.
    inside = transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext()
    try:
        with inside:
            yield
    except SourceImageIOError as error:
        # What is not there stays away; a storage that does not answer comes back.
        if not isinstance(error.__cause__, FileNotFoundError):
            mark_incomplete()
        raise
    # The bucket is away, a disk is full or read-only.
    except (OSError, OperationalError) as error:
        logger.warning("a picture is left out: %s", error)
        mark_incomplete()
        raise SourceImageIOError(str(error)) from error


class SenRendition(AbstractRendition):
    """A resized copy of a picture."""

    image = models.ForeignKey(SenImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class SenDocument(AbstractDocument):
    """A file in a department's collection."""

    tags = _tags()

    objects = ConfinedManager.from_queryset(DocumentQuerySet)("collection", own_collections)

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def clean(self) -> None:
        """Check the kind of the file; one that the form refused is not there to be checked."""
        if self.file:
            super().clean()
