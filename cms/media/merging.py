"""Tags when two departments become one: words that both have are one word."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sites.models import Department

from .models import MediaTag, TaggedMedia


def merge_tags(
    sender: type[Department],
    source: Department,
    target: Department,
    whole: bool,
    report: Any,
    **kwargs: Any,
) -> None:
    """Give the target the source's tags. Listens to ``pages_moved``."""
    if not whole:
        return
    known = {tag.name: tag for tag in MediaTag._base_manager.filter(department=target)}
    slugs = {tag.slug for tag in known.values()}
    moved = same = 0
    for tag in MediaTag._base_manager.filter(department=source):
        twin = known.get(tag.name)
        if twin is None:
            number = 2
            slug = tag.slug
            while slug in slugs:
                slug, number = f"{tag.slug}_{number}"[:100], number + 1
            slugs.add(slug)
            MediaTag._base_manager.filter(pk=tag.pk).update(department=target, slug=slug)
            moved += 1
            continue
        for item in TaggedMedia.objects.filter(tag=tag):
            TaggedMedia.objects.get_or_create(
                tag=twin, content_type=item.content_type, object_id=item.object_id
            )
        tag.delete()
        same += 1
    report.count(_("tags of pictures and files"), moved)
    if same:
        report.collide(
            _("%(count)d tags that both have") % {"count": same}, _("each is one tag now")
        )
