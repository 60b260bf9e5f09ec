"""Areas inherit: page, section, site, province, the widgets' own places; in one query."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import Page

from cms.delivery.cache import Cache, collected_for, declare, site_tag
from cms.delivery.generations import tag_generations
from cms.plugins.activation import set_enabled_plugins
from cms.sdk.testing import TEST_PLUGIN, enable, put_in_sidebar, stored_config
from cms.widgets.areas import areas_for, inherited_items, resolve, stored_json
from cms.widgets.models import PROVINCE_TAG, WidgetArea
from cms.widgets.overriding import override, reset
from cms.widgets.rendering import render_area
from cms.workflow.scheduled import publish_due
from sites.models import Department
from tests.factories import home_of, make_article, make_site, section_of

from .samples import Note, Undeclared

Install = Callable[..., None]


def note(text: str) -> dict[str, Any]:
    return {"type": "note", "value": stored_config(Note, {"text": text}), "id": f"id-{text}"}


def publish(page: Page | None, text: str, slot: str = "sidebar") -> WidgetArea:
    """A published area with one note."""
    area = override(page, slot)
    area.widgets = [note(text)]
    area.save_revision().publish()
    return WidgetArea.objects.get(pk=area.pk)


@pytest.fixture
def notes(install: Install) -> None:
    install(Note)


@pytest.fixture
def see(rf: RequestFactory) -> Callable[..., str]:
    """``see(department, page, slot)``: what the slot shows there."""

    def do(department: Department, page: Page | None = None, slot: str = "sidebar") -> str:
        request: Any = rf.get("/")
        request.department = department
        return str(render_area(request, slot, page))

    return do


@pytest.mark.usefixtures("notes")
def test_the_nearest_area_is_shown(site_a: Department, see: Any) -> None:
    home, section = home_of(site_a), section_of(site_a)
    article, other = make_article(section), section_of(site_a, 1)
    places: list[Any] = [article, section, home, None]
    assert "widget--section_menu" in see(site_a, article)
    for depth, place in reversed(list(enumerate(places))):
        publish(place, f"n{depth}")
        for lower, shown in enumerate(places[: depth + 1]):
            assert f"n{depth}" in see(site_a, shown), (depth, lower)
    assert "n0" in see(site_a, article)
    assert "n1" in see(site_a, section)
    assert "n2" in see(site_a, other)
    assert "n2" in see(site_a)
    # Another slot is another matter.
    assert see(site_a, article, "banner") == ""


@pytest.mark.usefixtures("notes")
def test_another_sites_areas_are_never_shown(
    site_a: Department, site_b: Department, see: Any
) -> None:
    foreign = section_of(site_b)
    publish(home_of(site_b), "ofB")
    publish(foreign, "section-ofB")
    assert "ofB" not in see(site_a)
    # Not even for a page of another site that found its way into the template.
    assert "ofB" not in see(site_a, foreign)


@pytest.mark.usefixtures("notes")
def test_a_draft_changes_nothing(site_a: Department, see: Any) -> None:
    section = section_of(site_a)
    before = see(site_a, section)
    area = override(section, "sidebar")
    assert not area.live
    area.widgets = [note("draft")]
    area.save_revision()
    assert see(site_a, section) == before
    live = publish(home_of(site_a), "first")
    live.widgets = [note("second")]
    live.save_revision()
    assert "first" in see(site_a)
    assert "second" not in see(site_a)


@pytest.mark.usefixtures("notes")
def test_an_area_without_widgets_shows_nothing_and_inherits_nothing(
    site_a: Department, see: Any
) -> None:
    publish(home_of(site_a), "above")
    area = override(section_of(site_a), "sidebar")
    area.widgets = []
    area.save_revision().publish()
    assert see(site_a, section_of(site_a)) == ""


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("depth", ["home", "article", "no page"])
def test_one_query_whatever_the_depth_and_the_number_of_sites(
    site_a: Department, django_assert_num_queries: Any, depth: str
) -> None:
    section = section_of(site_a)
    pages: dict[str, Any] = {
        "home": home_of(site_a),
        "article": make_article(section),
        "no page": None,
    }
    for slot in ("sidebar", "sidebar_left", "home", "article_end", "banner"):
        publish(None, f"p-{slot}", slot)
        publish(home_of(site_a), f"h-{slot}", slot)
        publish(section, f"s-{slot}", slot)
    for number in range(3):
        publish(home_of(make_site(f"so-{number}.localhost")), "elsewhere")
    department = Department.objects.select_related("site").get(pk=site_a.pk)
    with django_assert_num_queries(1):
        found = resolve(department, pages[depth])
        assert {area.place_name and slot for slot, area in found.items()} == {
            "sidebar",
            "sidebar_left",
            "home",
            "article_end",
            "banner",
        }


def test_a_request_resolves_once(
    site_a: Department, rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    request: Any = rf.get("/")
    department = Department.objects.select_related("site").get(pk=site_a.pk)
    with django_assert_num_queries(1):
        for _slot in range(5):
            areas_for(request, department, None)


@pytest.mark.usefixtures("notes")
def test_views_that_are_no_page_show_the_sites_areas_and_an_archive_its_sections(
    site_a: Department, browse: Any
) -> None:
    section = section_of(site_a)
    article = make_article(section)
    publish(home_of(site_a), "of-the-site", "banner")
    publish(section, "of-the-section", "banner")
    year = article.published_at.year
    for path, expected in {
        "/": "of-the-site",
        f"/kho-tin/{year}/": "of-the-site",
        "/khong-co-trang-nay/": "of-the-site",
        section.local_url: "of-the-section",
        article.local_url: "of-the-section",
        f"{section.local_url}{year}/": "of-the-section",
    }.items():
        text = browse(site_a, path).content.decode()
        found = {word for word in ("of-the-site", "of-the-section") if word in text}
        assert found == {expected}, path


def test_a_sections_fragments_are_found_in_its_archive(
    site_a: Department, install: Install
) -> None:
    install(Undeclared)
    section = section_of(site_a)
    make_article(section)
    area = override(section, "sidebar")
    area.widgets = [{"type": "undeclared", "value": stored_config(Undeclared, None), "id": "f"}]
    area.save_revision().publish()

    def ask(**payload: Any) -> dict[str, str]:
        response = Client().post(
            "/_sen/hit",
            json.dumps({"page": None, "fragments": ["sidebar:f"], **payload}),
            content_type="application/json",
            headers={"host": site_a.host, "sec-fetch-site": "same-origin"},
        )
        fragments: dict[str, str] = response.json()["fragments"]
        return fragments

    assert set(ask(place=section.pk)) == {"sidebar:f"}
    assert set(ask(page=section.pk)) == {"sidebar:f"}
    for nonsense in (None, 0, -1, 2**40, "x", True, [section.pk]):
        assert ask(place=nonsense) == {}
    archive = Client(headers={"host": site_a.host}).get(
        f"{section.local_url}{timezone.localdate().year}/"
    )
    assert f'data-place-id="{section.pk}"' in archive.content.decode()


# ---- overriding and resetting


@pytest.mark.usefixtures("notes")
def test_overriding_copies_what_is_inherited(site_a: Department) -> None:
    section = section_of(site_a)
    built_in = stored_json(override(section, "sidebar"))
    assert [item["type"] for item in built_in][:2] == ["section_menu", "latest_news"]
    unknown = {"type": "weather", "value": {"a": 1}, "id": "11111111-1111-4111-8111-111111111111"}
    area = override(home_of(site_a), "banner")
    area.widgets = [note("one"), unknown]
    area.save_revision().publish()
    copy = override(section, "banner")
    assert stored_json(copy) == [note("one"), unknown]
    assert copy.revisions.count() == 1
    assert not copy.live


@pytest.mark.usefixtures("notes")
def test_of_the_provinces_default_a_site_copies_what_it_can_show(
    site_a: Department, site_b: Department
) -> None:
    area = override(None, "banner")
    area.widgets = [note("one"), {"type": "weather", "value": {"key": "secret"}, "id": "x"}]
    area.save_revision().publish()
    assert stored_json(override(home_of(site_a), "banner")) == [note("one")]
    # B has not switched the plugin of the note on.
    assert stored_json(override(home_of(site_b), "banner")) == []


@pytest.mark.usefixtures("notes")
def test_reset_inherits_again_and_keeps_the_history(site_a: Department, see: Any) -> None:
    section = section_of(site_a)
    before = see(site_a, section)
    area = publish(section, "own")
    versions = area.revisions.count()
    area.widgets = [note("later")]
    area.go_live_at = timezone.now() + timedelta(days=1)
    area.save_revision().publish()
    reset(area)
    area = WidgetArea.objects.get(pk=area.pk)
    assert see(site_a, section) == before
    assert (area.live, area.in_use, area.go_live_at) == (False, False, None)
    assert area.scheduled_revision is None
    assert area.revisions.count() == versions + 1
    again = override(section, "sidebar")
    assert again.pk == area.pk
    assert stored_json(again)[0]["type"] == "section_menu"
    first = again.revisions.order_by("pk")[versions - 1]
    assert stored_json(first.as_object()) == [note("own")]


@pytest.mark.usefixtures("notes")
def test_overriding_again_leaves_a_draft_alone(site_a: Department) -> None:
    area = override(home_of(site_a), "banner")
    area.widgets = [note("work")]
    area.save_revision()
    again = override(home_of(site_a), "banner")
    assert stored_json(again.get_latest_revision_as_object()) == [note("work")]


def test_what_stands_behind_an_area(site_a: Department) -> None:
    area = put_in_sidebar(site_a)
    assert inherited_items(area)[0]["type"] == "section_menu"
    set_enabled_plugins(site_a, {"links"})
    assert [item["type"] for item in inherited_items(area)] == ["links"]


@pytest.mark.usefixtures("notes")
def test_one_area_for_a_place(site_a: Department) -> None:
    for page in (home_of(site_a), None):
        WidgetArea.objects.create(page=page, slot="banner", widgets=[])
        with pytest.raises(IntegrityError), transaction.atomic():
            WidgetArea.objects.create(page=page, slot="banner", widgets=[])


@pytest.mark.usefixtures("notes")
def test_a_revision_says_nothing_about_the_place(site_a: Department, site_b: Department) -> None:
    area = publish(home_of(site_a), "one", "banner")
    revision = area.latest_revision
    revision.content |= {
        "page": site_b.site.root_page_id,
        "department": site_b.pk,
        "slot": "sidebar",
    }
    revision.save()
    revision.publish()
    area.refresh_from_db()
    assert (area.page_id, area.department, area.slot) == (
        site_a.site.root_page_id,
        site_a,
        "banner",
    )


# ---- the cache


@pytest.fixture
def purged(django_capture_on_commit_callbacks: Any) -> Callable[..., set[str]]:
    """``purged(action, *tags)``: which of ``tags`` the action raises."""

    def do(action: Callable[[], Any], *tags: str) -> set[str]:
        before = tag_generations(tags)
        with django_capture_on_commit_callbacks(execute=True):
            action()
        return {tag for tag, version in tag_generations(tags).items() if version != before.get(tag)}

    return do


@pytest.mark.usefixtures("notes")
def test_what_is_seen_purges_and_a_draft_does_not(
    site_a: Department, site_b: Department, purged: Any
) -> None:
    own, other = site_tag(site_a.site_id), site_tag(site_b.site_id)
    everything = (own, other, PROVINCE_TAG)
    section = section_of(site_a)

    def draft() -> None:
        area = override(section, "sidebar")
        area.widgets = [note("draft")]
        area.save_revision()

    assert purged(draft, *everything) == set()
    area = WidgetArea.objects.get(page=section)
    assert purged(lambda: area.get_latest_revision().publish(), *everything) == {own}
    area.refresh_from_db()
    area.widgets = [note("another draft")]
    assert purged(area.save_revision, *everything) == set()
    assert purged(lambda: WidgetArea.objects.get(pk=area.pk).unpublish(), *everything) == {own}
    publish(section, "again")
    assert purged(lambda: reset(area), *everything) == {own}
    assert purged(lambda: WidgetArea.objects.get(pk=area.pk).delete(), *everything) == {own}
    default = override(None, "sidebar")
    assert purged(lambda: publish(None, "default"), *everything) == {PROVINCE_TAG}
    assert purged(lambda: reset(default), *everything) == {PROVINCE_TAG}


@pytest.mark.usefixtures("notes")
def test_a_schedule_publishes_ends_and_purges(site_a: Department, see: Any, purged: Any) -> None:
    own = site_tag(site_a.site_id)
    area = override(home_of(site_a), "banner")
    area.widgets = [note("later")]
    area.go_live_at = timezone.now() + timedelta(hours=1)
    area.expire_at = timezone.now() + timedelta(hours=2)
    area.save_revision().publish()
    assert see(site_a, None, "banner") == ""
    revision = area.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content |= {"go_live_at": (timezone.now() - timedelta(minutes=1)).isoformat()}
    revision.save()
    assert purged(publish_due, own) == {own}
    assert "later" in see(site_a, None, "banner")
    WidgetArea.objects.filter(pk=area.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert purged(publish_due, own) == {own}
    assert see(site_a, None, "banner") == ""


@pytest.mark.usefixtures("notes")
def test_a_page_with_an_area_of_the_provinces_says_so(
    site_a: Department, rf: RequestFactory
) -> None:
    def tags() -> frozenset[str]:
        request: Any = rf.get("/")
        request.department = site_a
        declare(request, Cache())
        render_area(request, "banner", home_of(site_a))
        declared = collected_for(request)
        assert declared is not None
        return declared.tags

    assert PROVINCE_TAG in tags()
    publish(None, "default", "banner")
    assert PROVINCE_TAG in tags()
    publish(home_of(site_a), "own", "banner")
    assert PROVINCE_TAG not in tags()


@pytest.mark.usefixtures("notes")
def test_moving_a_page_takes_its_areas_along(
    site_a: Department, site_b: Department, see: Any, purged: Any
) -> None:
    section = section_of(site_a)
    article = make_article(section)
    area = publish(section, "moved")
    publish(article, "below")
    tags = site_tag(site_a.site_id), site_tag(site_b.site_id)
    section_of(site_b).delete()
    assert purged(lambda: section.move(home_of(site_b), pos="last-child"), *tags) == set(tags)
    assert set(WidgetArea.objects.values_list("department", flat=True)) == {site_b.pk}
    area.refresh_from_db()
    moved = Page.objects.get(pk=section.pk)
    assert resolve(site_b, moved)["sidebar"] == area
    assert "moved" not in see(site_a, moved)


# ---- the preview


@pytest.mark.usefixtures("notes")
def test_a_preview_shows_the_draft_on_its_page_and_host(
    site_a: Department, site_b: Department, admin_client: Client
) -> None:
    section = section_of(site_a, 1)
    article = make_article(section)
    area = override(section, "article_end")
    area.widgets = [note("draft-here")]
    area.save_revision()
    area = area.get_latest_revision_as_object()
    response = area.make_preview_request()
    text = response.content.decode()
    assert response.status_code == 200
    assert article.title in text
    assert "draft-here" in text
    assert site_a.name in text
    # Previewed, not published.
    assert (
        "draft-here"
        not in Client(headers={"host": site_a.host}).get(article.local_url).content.decode()
    )
    assert site_b.name not in text


@pytest.mark.usefixtures("notes")
def test_the_provinces_default_is_previewed_on_the_provinces_site(
    site_a: Department, install: Install
) -> None:
    area = override(None, "banner")
    area.widgets = [note("for-all")]
    assert not area.is_previewable()
    province = make_site("tinh.localhost", name="Tỉnh Thử", kind="province")
    enable(province, TEST_PLUGIN)
    # Its own area of the same slot does not stand in the way.
    publish(home_of(province), "of-the-province-itself", "banner")
    text = area.make_preview_request().content.decode()
    assert "Tỉnh Thử" in text
    assert "for-all" in text
    assert "of-the-province-itself" not in text


# ---- the migration


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_areas_of_departments_become_areas_of_home_pages(site_a: Department) -> None:
    odd = [{"type": "weather", "value": {"b": 1, "a": [None]}, "id": "x"}, {"no": "type"}]
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("widgets")
    try:
        executor.migrate([("widgets", "0001_initial")])
        old = executor.loader.project_state([("widgets", "0001_initial")]).apps
        model = old.get_model("widgets", "WidgetArea")
        for slot in ("sidebar", "home"):
            model.objects.create(department_id=site_a.pk, slot=slot, widgets=odd)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
    areas = WidgetArea.objects.order_by("slot")
    assert [(area.page_id, area.slot, area.live) for area in areas] == [
        (site_a.site.root_page_id, "home", True),
        (site_a.site.root_page_id, "sidebar", True),
    ]
    assert [stored_json(area) for area in areas] == [odd, odd]
