"""Loading the demo province: sites, people, pictures, news, and work in progress."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.images import ImageFile
from django.core.management import call_command
from django.db import transaction
from taggit.models import Tag
from wagtail.models import Page

from cms.content.text import slugify
from cms.media.models import SenImage
from cms.news.models import (
    ArticlePage,
    ArticleTag,
    BylineEntry,
    HomePage,
    SectionPage,
    StandardPage,
)
from cms.traffic.models import DailyCount, OpeningBalance
from cms.users.models import User
from cms.widgets.areas import stored_json
from cms.widgets.overriding import override
from cms.widgets.previews import with_preview_settings
from cms.workflow.authority import Authority, publishing_by
from cms.workflow.showing import note_shown
from sites.models import Department, MenuItem
from sites.opening import open_site
from sites.roles import Role

from . import pictures
from .bulk import insert_articles, insert_rows
from .content import articles, extra_sites, sites
from .names import chance
from .records import DemoArticle, DemoSite, StaffMember
from .staff import PASSWORD, PROVINCE_ADMINISTRATOR

ROLES = {
    "reporter": Role.REPORTER,
    "editor": Role.EDITOR,
    "chief_editor": Role.CHIEF,
    "site_admin": Role.SITE_ADMIN,
}
MENU_SECTIONS = 4
COUNTED_DAYS = 40
Progress = Callable[[str], None]


def load_province(
    *,
    articles_per_site: int,
    site_count: int,
    seed: str,
    until: datetime.date,
    port: int,
    progress: Progress,
) -> None:
    """Load ``site_count`` sites with ``articles_per_site`` articles each.

    Repeatable: a site that is there keeps what it has and gets the articles
    that are missing. The same arguments give the same province.

    Args:
        until: the day before which the news was published.
        port: the port in the sites' addresses.
        progress: told, in words, what is being done.
    """
    fixed = sites()
    wanted = [*fixed[:site_count], *extra_sites(max(0, site_count - len(fixed)), seed)]
    for number, site in enumerate(wanted, start=1):
        progress(f"[{number}/{len(wanted)}] {site.name}")
        with transaction.atomic():
            loader = _SiteLoader(site, seed, until, port)
            loader.load(articles_per_site)
    _ensure_user(PROVINCE_ADMINISTRATOR, is_superuser=True, is_staff=True)
    progress("Search and reference index …")
    call_command("update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)


class _SiteLoader:
    def __init__(self, site: DemoSite, seed: str, until: datetime.date, port: int) -> None:
        self.site = site
        self.seed = seed
        self.until = until
        contact = site.contact
        opened = open_site(
            site.host,
            name=site.name,
            kind=site.kind,
            port=port,
            short_name=site.short_name,
            tagline=site.motto,
            accent=site.accent,
            address=contact.address,
            phone=contact.phone,
            email=contact.email,
            responsible_person=contact.responsible_name,
            responsible_title=contact.responsible_title,
        )
        self.is_new = opened.created
        self.department: Department = opened.department
        self.home = HomePage.objects.get(pk=self.department.site.root_page_id)
        self.images: dict[str, SenImage] = {
            image.title: image
            for image in SenImage.objects.filter(collection=self.department.collection)
        }

    def load(self, count: int) -> None:
        people = {member.role: self._ensure_staff(member) for member in self.site.staff}
        sections = self._sections()
        if self.is_new:
            self._pages()
            self._menu(sections)
            self._sidebar()
            self._logo()
        added = self._articles(count, sections, people["reporter"])
        if self.is_new:
            self._counts(added)
            self._work_in_progress(next(iter(sections.values())), people)

    def _ensure_staff(self, member: StaffMember) -> User:
        user = _ensure_user(member)
        role_group = self.department.role_groups.get(role=ROLES[member.role])
        user.groups.add(role_group.group)
        return user

    def _sections(self) -> dict[str, SectionPage]:
        """The site's sections in the demo's order; what opening made and the demo lacks goes."""
        present = {page.slug: page for page in SectionPage.objects.child_of(self.home)}
        found: dict[str, SectionPage] = {}
        for wanted in self.site.sections:
            section = present.pop(wanted.slug, None)
            if section is None:
                section = SectionPage(title=wanted.title, slug=wanted.slug)
                self.home.refresh_from_db()
                self.home.add_child(instance=section)
            if (section.title, section.intro) != (wanted.title, wanted.description):
                section.title, section.intro = wanted.title, wanted.description
                section.save_revision().publish()
            found[wanted.slug] = section
        if self.is_new:
            for surplus in present.values():
                surplus.delete()
            for section in found.values():  # into the demo's order
                home = HomePage.objects.get(pk=self.home.pk)
                SectionPage.objects.get(pk=section.pk).move(home, pos="last-child")
        for slug in found:
            found[slug] = SectionPage.objects.get(pk=found[slug].pk)
        self.home.refresh_from_db()
        return found

    def _pages(self) -> None:
        for wanted in self.site.pages:
            page = StandardPage.objects.child_of(self.home).filter(slug=wanted.slug).first()
            if page is None:
                page = StandardPage(title=wanted.title, slug=wanted.slug, live=False)
                self.home.refresh_from_db()
                self.home.add_child(instance=page)
            page.title, page.lead = wanted.title, wanted.lead
            page.body = self._body(wanted.body, wanted.slug)
            with publishing_by(Authority.IMPORT):
                page.save_revision().publish()

    def _menu(self, sections: dict[str, SectionPage]) -> None:
        self.department.menu_items.all().delete()
        MenuItem.objects.filter(department=self.department).delete()
        introduction, *_middle, contact = self.site.pages
        entries: list[tuple[str, Page]] = [("Trang chủ", self.home)]
        entries.append(("Giới thiệu", self._page(introduction.slug)))
        entries += [(page.title, page) for page in list(sections.values())[:MENU_SECTIONS]]
        entries.append((contact.title, self._page(contact.slug)))
        for order, (title, page) in enumerate(entries):
            MenuItem.objects.create(
                department=self.department, title=title, page=page, sort_order=order
            )

    def _page(self, slug: str) -> Page:
        return Page.objects.child_of(self.home).get(slug=slug)

    def _sidebar(self) -> None:
        """The default sidebar, each widget with settings that show it at its best."""
        area = override(self.home, "sidebar")
        area.widgets = with_preview_settings(stored_json(area))
        area.save_revision().publish()

    def _logo(self) -> None:
        data = pictures.emblem(self.site.key, self.site.accent)
        self.department.logo = self._image("Biểu trưng", f"{self.site.key}.png", data)
        self.department.save()

    def _image(self, title: str, filename: str, data: bytes, description: str = "") -> SenImage:
        return SenImage.objects.create(
            title=title,
            collection=self.department.collection,
            description=description,
            file=ImageFile(BytesIO(data), name=filename),
        )

    def _articles(
        self, count: int, sections: dict[str, SectionPage], author: User
    ) -> list[ArticlePage]:
        have = set(OpeningBalance.objects.filter(site=self.department.site).values_list("evidence"))
        wanted = [
            article
            for article in articles(self.site.key, count, self.seed, self.until)
            if (article.source_key,) not in have
        ]
        self._draw(wanted)
        taken: dict[str, set[str]] = {
            slug: set(section.get_children().values_list("slug", flat=True))
            for slug, section in sections.items()
        }
        by_section: dict[str, list[tuple[DemoArticle, ArticlePage]]] = defaultdict(list)
        for article in wanted:
            page = self._article(article, taken[article.section_slug])
            by_section[article.section_slug].append((article, page))
        added = []
        for slug, pairs in by_section.items():
            insert_articles(self.home, sections[slug], [page for _, page in pairs], author)
            insert_rows(row for article, page in pairs for row in self._own_rows(article, page))
            added += [page for _, page in pairs]
        return added

    def _article(self, article: DemoArticle, taken: set[str]) -> ArticlePage:
        base = slug = slugify(article.title)
        number = 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug)
        return ArticlePage(
            title=article.title,
            slug=slug,
            lead=article.lead,
            body=self._body(article.body, article.source_key),
            main_image=self.images.get(article.picture_key or ""),
            main_image_caption=article.picture_caption,
            source_name=article.source_name,
            source_url=article.source_url,
            published_at=article.published_at,
        )

    def _own_rows(self, article: DemoArticle, page: ArticlePage) -> Iterator[Any]:
        for order, (name, role) in enumerate(article.byline):
            yield BylineEntry(article_id=page.pk, name=name, role=role, sort_order=order)
        for name in article.tags:
            tag, _created = Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})
            yield ArticleTag(content_object_id=page.pk, tag=tag)
        # The evidence tells which articles are loaded when the demo grows.
        yield OpeningBalance(
            site=self.department.site,
            page=page.pk,
            amount=article.views,
            as_of=article.published_at.date(),
            evidence=article.source_key,
        )

    def _draw(self, wanted: list[DemoArticle]) -> None:
        """Draw the pictures that are missing, on all cores."""
        needed: dict[str, str] = {}
        for article in wanted:
            if article.picture_key:
                needed.setdefault(article.picture_key, article.picture_alt)
            for kind, value in article.body:
                if kind == "image":
                    needed.setdefault(value["picture_key"], value["alt"])
        missing = [key for key in needed if key not in self.images]
        if not missing:
            return
        accents = [self.site.accent] * len(missing)
        with ProcessPoolExecutor() as pool:
            for key, data in zip(
                missing, pool.map(pictures.picture, missing, accents), strict=True
            ):
                filename = f"{self.site.key}-{slugify(key)}.jpg"
                self.images[key] = self._image(key, filename, data, needed[key])

    def _body(self, blocks: Any, key: str) -> str:
        """Blocks as a StreamField stores them."""
        return json.dumps(
            [
                {"type": kind, "value": self._value(kind, value), "id": self._id(key, index)}
                for index, (kind, value) in enumerate(blocks)
            ]
        )

    def _value(self, kind: str, value: Any) -> Any:
        if kind == "image":
            return {
                "image": self.images[value["picture_key"]].pk,
                "alt": value["alt"],
                "caption": value["caption"],
            }
        if kind == "table":
            return {
                "columns": [{"type": "text", "heading": head} for head in value["header"]],
                "rows": [{"values": row} for row in value["rows"]],
                "caption": value["caption"],
            }
        return value

    def _id(self, *parts: object) -> str:
        return str(uuid5(NAMESPACE_URL, "/".join(map(str, (self.seed, self.site.host, *parts)))))

    def _counts(self, added: list[ArticlePage]) -> None:
        """What the counters have counted so far, so that they have something to show."""
        site = self.department.site
        rng = chance(self.seed, self.site.key, "visits")
        OpeningBalance.objects.create(
            site=site,
            amount=rng.randint(900_000, 4_000_000),
            as_of=self.until - datetime.timedelta(days=COUNTED_DAYS),
            evidence="demo",
        )
        published = {page.pk: page.published_at.date() for page in added if page.published_at}
        newest = sorted(published, key=lambda pk: published[pk], reverse=True)[:20]
        rows = []
        for age in range(1, COUNTED_DAYS + 1):
            day = self.until - datetime.timedelta(days=age)
            visits = rng.randint(180, 900)
            rows.append(
                DailyCount(site=site, day=day, visits=visits, views=visits * rng.randint(2, 4))
            )
            rows += [
                DailyCount(site=site, page=pk, day=day, views=rng.randint(0, 25))
                for pk in newest
                if published[pk] <= day
            ]
        DailyCount.objects.bulk_create(rows)

    def _work_in_progress(self, section: SectionPage, people: dict[str, User]) -> None:
        """A draft, an article at the first gate, and one at the second."""
        reporter, editor = people["reporter"], people["editor"]
        titles = (
            "Dự thảo kế hoạch công tác tháng tới",
            f"{self.site.short_name} chuẩn bị hội nghị tổng kết năm",
            f"{self.site.short_name} lấy ý kiến người dân về thủ tục rút gọn",
        )
        for gates, title in enumerate(titles):
            page = ArticlePage(
                title=title,
                slug=slugify(title),
                lead="Bài đang soạn, chưa công bố.",
                body=self._body([("paragraph", "<p>Nội dung đang được hoàn thiện.</p>")], title),
                live=False,
                owner=reporter,
            )
            section = SectionPage.objects.get(pk=section.pk)
            section.add_child(instance=page)
            page.save_revision(user=reporter)
            if gates >= 1:
                page.get_workflow().start(page, reporter)
            if gates >= 2:
                state = page.current_workflow_task_state
                if state is not None:
                    note_shown(state.revision, editor)
                    state.task.specific.on_action(state, editor, "approve", comment="Đạt.")


def _ensure_user(member: StaffMember, **flags: bool) -> User:
    user = User.objects.filter(username=member.username).first()
    if user is None:
        user = User(
            username=member.username,
            last_name=member.last_name,
            first_name=member.first_name,
            pen_name=member.pen_name,
            email=member.email,
            **flags,
        )
        user.set_password(PASSWORD)
        user.save()
    return user
