"""Filling the plain news site with the articles that Sen's portal shows."""

from __future__ import annotations

import datetime
import json
from io import BytesIO
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from PIL import Image as Picture
from taggit.models import Tag
from wagtail.images.models import Image
from wagtail.models import Locale, Page, Site

from cms.content.text import slugify
from cms.demo.content import articles
from cms.demo.province import site
from cms.demo.records import Block
from cms.demo.rows import Table

from .models import ArticlePage, ArticleTag, Author, FooterSettings, HomePage, SectionPage

PICTURES = 20


def fill(count: int, seed: str, until: datetime.date) -> None:
    """Make the tables, and the portal's first ``count`` articles in its sections."""
    call_command("migrate", verbosity=0)
    place = site("tinh")
    root = Page.get_first_root_node()
    root.get_children().delete()
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title=place.name, slug="home", show_in_menus=True))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    contact = place.contact
    FooterSettings.objects.create(
        address=contact.address, phone=contact.phone, responsible=contact.responsible_name
    )
    sections = {}
    for section in place.sections:
        page = SectionPage(title=section.title, slug=section.slug, show_in_menus=True)
        page.intro = f"<p>{section.description}</p>"
        sections[section.slug] = home.add_child(instance=page)
    pictures = [_picture(number) for number in range(PICTURES)]
    with transaction.atomic():
        _articles(count, seed, until, sections, pictures)


def _picture(number: int) -> int:
    stored = BytesIO()
    Picture.new("RGB", (1200, 750), (10 * number, 90, 120)).save(stored, "JPEG")
    name = f"picture-{number}.jpg"
    image: Image = Image.objects.create(title=name, file=ImageFile(stored, name=name))
    return int(image.pk)


def _articles(
    count: int,
    seed: str,
    until: datetime.date,
    sections: dict[str, SectionPage],
    pictures: list[int],
) -> None:
    """Rows of each table, tree paths computed: ``add_child`` writes thirty a second."""
    pk = int(Page.objects.latest("pk").pk)
    kind = ContentType.objects.get_for_model(ArticlePage).pk
    locale = Locale.get_default().pk
    below = dict.fromkeys(sections, 0)
    pages, own, authors, tagged = [], [], [], []
    tags: dict[str, int] = {}
    for number, article in enumerate(articles("tinh", count, seed, until)):
        pk += 1
        section = sections[article.section_slug]
        below[article.section_slug] += 1
        path = Page._get_path(section.path, section.depth + 1, below[article.section_slug])
        slug = f"{slugify(article.title)}-{number}"
        moment = article.published_at
        address = f"{section.url_path}{slug}/"
        titles = (article.title, article.title)
        pages.append(
            (pk, path, section.depth + 1, *titles, slug, address, uuid4(), moment, kind, locale)
        )
        picture = pictures[number % PICTURES] if article.picture_key else None
        body = json.dumps([_block(block, pictures[number % PICTURES]) for block in article.body])
        own.append((pk, moment, article.lead, picture, article.picture_caption, body))
        authors += [(pk, order, *signed) for order, signed in enumerate(article.byline)]
        for name in article.tags:
            if name not in tags:
                tags[name] = Tag.objects.get_or_create(slug=slugify(name), name=name)[0].pk
            tagged.append((pk, tags[name]))
    page_names = ("id", "path", "depth", "title", "draft_title", "slug", "url_path")
    _write(
        Page, pages, *page_names, "translation_key", "first_published_at", "content_type_id",
        "locale_id",
    )  # fmt: skip
    own_names = ("page_ptr_id", "date", "lead", "main_image_id", "main_image_caption", "body")
    _write(ArticlePage, own, *own_names)
    _write(Author, authors, "page_id", "sort_order", "name", "role")
    _write(ArticleTag, tagged, "content_object_id", "tag_id")
    for slug, number in below.items():
        Page.objects.filter(pk=sections[slug].pk).update(numchild=number)


def _write(model: type[Model], rows: list[tuple[object, ...]], *names: str) -> None:
    Table(model, *names).write(rows)


def _block(block: Block, picture: int) -> dict[str, object]:
    kind, value = block
    if kind == "table":
        value = {"data": [value["header"], *value["rows"]], "first_row_is_table_header": True}
    elif kind == "image":
        value = {"image": picture, "caption": value["caption"]}
    return {"type": kind, "value": value, "id": str(uuid4())}
