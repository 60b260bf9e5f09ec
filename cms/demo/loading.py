"""Loading the demo province: sites, people, pictures, news, and work in progress."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from itertools import islice, zip_longest
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.images import ImageFile
from django.db import connection, transaction
from django.db.models import F
from wagtail.models import Locale, Page

from cms.content.text import slugify
from cms.media.models import SenImage
from cms.news.models import ArticlePage, HomePage, SectionPage, StandardPage
from cms.plugins.contributions import SiteEvent
from cms.plugins.events import announce
from cms.traffic.models import SITE, DailyCount, OpeningBalance
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
from .album import Album, key_of, title_of
from .bodies import BodyMaker
from .bulk import BATCH, ArticleWriter, collecting_entries
from .content import articles, extra_sites, sites
from .meter import Meter
from .names import chance
from .records import DemoArticle, DemoSite, StaffMember
from .records import StandardPage as DemoPage
from .rows import Row, Table, WriteBehind
from .staff import PASSWORD, PROVINCE_ADMINISTRATOR

ROLES = {
    "reporter": Role.REPORTER,
    "editor": Role.EDITOR,
    "chief_editor": Role.CHIEF,
    "site_admin": Role.SITE_ADMIN,
}
MENU_SECTIONS = 4
COUNTED_DAYS = 40
# Of a site's articles, those that the counters know are the newest: so many, or one in fifty.
COUNTED_PAGES = 20
# From so many sites on, the portal has a greater share of the news than the others.
MANY_SITES = 10
Progress = Callable[[str], None]


def load_province(
    *,
    articles: int,
    site_count: int,
    seed: str,
    until: datetime.date,
    port: int,
    progress: Progress,
) -> None:
    """Load ``site_count`` sites and ``articles`` articles, which they share.

    Repeatable: a site that is there keeps what it has and gets the articles that
    are missing, so what was broken off goes on where it stopped. The same
    arguments give the same province.

    Args:
        until: the day before which the news was published.
        port: the port in the sites' addresses.
        progress: told, in words, what is being done.
    """
    fixed = sites()
    wanted = [*fixed[:site_count], *extra_sites(max(0, site_count - len(fixed)), seed)]
    loaders: list[_SiteLoader] = []
    album = Album()
    for number, site in enumerate(wanted, start=1):
        progress(f"[{number}/{len(wanted)}] {site.name}")
        with transaction.atomic():
            loaders.append(_SiteLoader(site, seed, until, port, album))
            loaders[-1].open()
    _ensure_user(PROVINCE_ADMINISTRATOR, is_superuser=True, is_staff=True)
    meter = Meter(articles, progress)
    with collecting_entries(progress), WriteBehind() as behind:
        for loader, count in zip(loaders, shares(articles, len(loaders)), strict=True):
            loader.fill(count, meter, behind)
    meter.tell()
    progress("Statistics for the database …")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def shares(articles: int, sites: int) -> list[int]:
    """How many of ``articles`` each of ``sites`` gets, the portal first.

    Of many sites the province's own has a fifth, as in life; otherwise all have the same.
    """
    portal = [articles // 5] if sites >= MANY_SITES else []
    sharing = sites - len(portal)
    each, rest = divmod(articles - sum(portal), sharing)
    return [*portal, *(each + (number < rest) for number in range(sharing))]


class _SiteLoader:
    """Loads one site: first :meth:`open`, then :meth:`fill`."""

    def __init__(
        self, site: DemoSite, seed: str, until: datetime.date, port: int, album: Album
    ) -> None:
        self.site = site
        self.album = album
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
        pictures_there = SenImage.objects.filter(collection=self.department.collection)
        self.images: dict[str, int] = {
            key_of(title): pk for title, pk in pictures_there.values_list("title", "pk")
        }
        self.bodies = BodyMaker(f"{seed}/{site.host}", self.images)

    def open(self) -> None:
        """Open the site with its people, sections and pages, but for the articles."""
        self.people = {member.role: self._ensure_staff(member) for member in self.site.staff}
        self.sections = self._sections()
        if self.is_new:
            self._pages()
            self._menu(self.sections)
            self._sidebar()
            self._logo()
            self._work_in_progress(next(iter(self.sections.values())))
            announce(SiteEvent("demo", self.department))

    def fill(self, count: int, meter: Meter, behind: WriteBehind) -> None:
        """Write those of the site's ``count`` articles that are missing, and its counts."""
        have = set(
            OpeningBalance.objects.filter(site=self.department.site)
            .exclude(page=SITE)
            .values_list("evidence", flat=True)
        )
        meter.skip(min(len(have), count))
        if len(have) < count:
            writer = ArticleWriter(
                self.department,
                self.home,
                self.sections,
                self.images,
                self.bodies,
                self.people["reporter"],
            )
            wanted = articles(self.site.key, count, self.seed, self.until)
            missing = (article for article in wanted if article.source_key not in have)
            while batch := list(islice(missing, BATCH)):
                self._draw(batch)
                behind(writer.batch(batch).write)
                meter.advance(len(batch))
            behind.wait()
        if not DailyCount.objects.filter(site=self.department.site).exists():
            self._counts(count)

    def _ensure_staff(self, member: StaffMember) -> User:
        user = _ensure_user(member)
        role_group = self.department.role_groups.get(role=ROLES[member.role])
        user.groups.add(role_group.group)
        return user

    def _sections(self) -> dict[str, SectionPage]:
        """The site's sections in the demo's order, which takes the place of opening's own."""
        present = list(SectionPage.objects.child_of(self.home).order_by("path"))
        by_slug = {page.slug: page for page in present}
        if self.is_new:
            for page in present[len(self.site.sections) :]:
                page.delete()
            # What opening made takes the demo's names, in their order: nothing has to move,
            # and no new name meets one that is on its way out.
            Page.objects.child_of(self.home).type(SectionPage).update(slug=F("path"))
            taken = present[: len(self.site.sections)]
        else:
            taken = [by_slug.get(wanted.slug) for wanted in self.site.sections]
        for wanted, section in zip_longest(self.site.sections, taken):
            if section is None:
                section = SectionPage(
                    title=wanted.title, slug=wanted.slug, intro=wanted.description
                )
                self.home.refresh_from_db()
                self.home.add_child(instance=section)
            elif self.is_new or (section.title, section.intro) != (
                wanted.title,
                wanted.description,
            ):
                section.title, section.intro = wanted.title, wanted.description
                section.slug = wanted.slug
                section.save_revision().publish()
        self.home.refresh_from_db()
        slugs = [wanted.slug for wanted in self.site.sections]
        found = {page.slug: page for page in SectionPage.objects.child_of(self.home)}
        return {slug: found[slug] for slug in slugs}

    def _pages(self) -> None:
        for wanted in self.site.pages:
            page = self._standard_page(wanted)
            for code, translated in wanted.languages.items():
                locale, _created = Locale.objects.get_or_create(language_code=code)
                self._standard_page(translated, locale=locale, translation_key=page.translation_key)

    def _standard_page(self, wanted: DemoPage, **attributes: Any) -> StandardPage:
        page: Any = StandardPage.objects.child_of(self.home).filter(slug=wanted.slug).first()
        if page is None:
            page = StandardPage(title=wanted.title, slug=wanted.slug, live=False, **attributes)
            self.home.refresh_from_db()
            self.home.add_child(instance=page)
        page.title, page.lead = wanted.title, wanted.lead
        page.body = self._body(wanted.body, wanted.slug)
        with publishing_by(Authority.IMPORT):
            page.save_revision().publish()
        return page

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

    def _draw(self, wanted: Iterable[DemoArticle]) -> None:
        """Draw those of the pictures of ``wanted`` that the site does not have."""
        needed: dict[str, str] = {}
        for article in wanted:
            if article.picture_key:
                needed[article.picture_key] = article.picture_alt
            for kind, value in article.body:
                if kind == "image":
                    needed[value["picture_key"]] = value["alt"]
        shown = {key: self.album.shown(self.site, key) for key in needed if key not in self.images}
        missing = {picture: needed[key] for key, picture in shown.items()}
        have = [picture for picture in missing if picture not in self.images]
        for picture, data in self.album.draw(self.site, have).items():
            filename = f"{self.site.key}-{slugify(picture)}.jpg"
            self.images[picture] = self._image(
                title_of(picture), filename, data, missing[picture]
            ).pk
        self.images |= {key: self.images[picture] for key, picture in shown.items()}

    def _body(self, blocks: Any, key: str) -> str:
        """Blocks as a StreamField stores them."""
        return json.dumps(self.bodies.stored(blocks, key))

    @transaction.atomic
    def _counts(self, articles: int) -> None:
        """What the counters have counted so far, so that they have something to show."""
        site = self.department.site
        rng = chance(self.seed, self.site.key, "visits")
        OpeningBalance.objects.create(
            site=site,
            amount=rng.randint(900_000, 4_000_000),
            as_of=self.until - datetime.timedelta(days=COUNTED_DAYS),
            evidence="demo",
        )
        newest = [
            (pk, moment.date())
            for pk, moment in ArticlePage.objects.filter(site_root=self.home, live=True)
            .order_by("-published_at", "-pk")
            .values_list("pk", "published_at")[: max(COUNTED_PAGES, articles // 50)]
        ]
        rows: list[Row] = []
        for age in range(1, COUNTED_DAYS + 1):
            day = self.until - datetime.timedelta(days=age)
            visits = rng.randint(180, 900)
            views, visitors = visits * rng.randint(2, 4), visits * rng.randint(70, 90) // 100
            rows.append((site.pk, SITE, day, views, visits, visitors, views // 10))
            rows += (
                (site.pk, pk, day, rng.randint(0, 25), 0, 0, 0)
                for pk, published in newest
                if published <= day
            )
        names = ("site_id", "page", "day", "views", "visits", "visitors", "bots")
        Table(DailyCount, *names).write(rows)

    def _work_in_progress(self, section: SectionPage) -> None:
        """A draft, an article at the first gate, and one at the second."""
        reporter, editor = self.people["reporter"], self.people["editor"]
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
            password=_hashed_password(),
            **flags,
        )
        user.save()
    return user


@cache
def _hashed_password() -> str:
    """Hashed once: eight hundred accounts have the same, and a hash is slow on purpose."""
    return make_password(PASSWORD)
