"""The chooser: headings, descriptions, and each widget previewed for who administers a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.telepath import JSContext

from cms.plugins.activation import set_enabled_plugins
from cms.sdk import CharBlock, ListBlock, StructBlock, WidgetContext
from cms.sdk.testing import TEST_PLUGIN, enable, put_in_sidebar
from cms.theme.styles import department_colours
from cms.users.models import User
from cms.widgets.blocks import VERSION_KEY
from cms.widgets.previews import with_preview_settings
from cms.widgets.registry import widgets
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user

from .samples import Failing, Note, Versioned
from .test_admin import edit_url, signed_in, stored

Install = Callable[..., None]
# A gallery has pictures of the site only, so it has nothing to show where there are none.
BUNDLED = [
    entry.id
    for entry in widgets.all()
    if entry.plugin_id not in ("dummy", "hostile") and entry.id != "image_gallery"
]


class Shown(Note):
    """Has settings for its preview, a heading and a description."""

    id = "shown"
    description = "Mô tả của khối"
    group = "interaction"
    preview_config: ClassVar[Mapping[str, Any]] = {"lines": [_("News"), "<b>hai</b>"]}

    class Config(StructBlock):
        title = CharBlock(required=False)
        lines = ListBlock(CharBlock(), default=[])
        end = CharBlock(default="hết")

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        lines = [*config["lines"], config["end"], ctx.department.name, ctx.language]
        return {"text": " | ".join(map(str, lines))}


@pytest.fixture
def client(site_a: Department) -> Client:
    return signed_in(make_user((site_a, Role.SITE_ADMIN)), site_a)


def preview(client: Client, widget_id: str) -> Any:
    entry = widgets.get(widget_id)
    assert entry is not None
    url = reverse("wagtailadmin_block_preview")
    return client.get(url, {"id": entry.block.definition_prefix})


def test_a_preview_stands_in_the_theme_of_the_department(
    site_a: Department, install: Install, client: Client
) -> None:
    site_a.accent = "#7a1f2b"
    site_a.save()
    install(Shown)
    response = preview(client, "shown")
    assert response.status_code == 200
    text = response.content.decode()
    assert "Tin tức | &lt;b&gt;hai&lt;/b&gt; | hết | Sở A | vi" in text
    assert 'class="widget widget--shown"' in text
    assert department_colours(site_a).text in text
    assert text.count("<style>") == 2
    # The admin allows what is inline; a hash would make browsers forget that.
    assert "sha256" not in response["Content-Security-Policy"]
    # Light whatever the editor's screen is.
    assert 'data-scheme="light"' in text
    # Nothing in it can be used, and no visit is counted.
    assert " inert>" in text
    assert "<script" not in text
    assert "data-hit-url" not in text


def test_the_chooser_may_frame_it(install: Install, client: Client) -> None:
    install(Shown)
    response = preview(client, "shown")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "frame-src 'self'" in policy


@pytest.mark.parametrize("how", ["python", "sql", "transaction", "recursion", "template"])
def test_a_preview_that_fails_is_a_notice(
    install: Install, client: Client, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    install(Failing)
    monkeypatch.setattr(Failing, "how", how)
    response = preview(client, "failing")
    assert response.status_code == 200
    text = response.content.decode()
    assert "Không xem trước được khối này." in text
    assert "widget--failing" not in text


def test_a_preview_of_nothing_says_so(
    install: Install, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(Note)
    monkeypatch.setattr(Note, "get_context", lambda *args: None)
    text = preview(client, "note").content.decode()
    assert "Trang này chưa có nội dung để hiển thị trong khối." in text


def test_a_widget_may_make_up_what_the_site_has_not(
    install: Install, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(Note)
    monkeypatch.setattr(Note, "get_context", lambda *args: None)
    monkeypatch.setattr(Note, "get_preview_context", lambda *args: {"text": "bịa ra"})
    assert "bịa ra" in preview(client, "note").content.decode()


@pytest.mark.parametrize("widget_id", BUNDLED)
def test_every_bundled_widget_shows_itself_on_a_site_without_news(
    site_a: Department, client: Client, widget_id: str
) -> None:
    text = preview(client, widget_id).content.decode()
    assert f"widget--{widget_id}" in text
    entry = widgets.get(widget_id)
    assert entry is not None
    assert entry.widget.description


def test_settings_of_a_preview_are_those_of_the_present_version(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Versioned, "preview_config", {"count": 4})
    install(Versioned)
    entry = widgets.get("versioned")
    assert entry is not None
    assert entry.block.get_preview_value()["count"] == 4


# Whose data


def test_nobody_sees_another_departments_data(
    site_a: Department, site_b: Department, install: Install
) -> None:
    make_article(site_a, "Tin của A")
    make_article(site_b, "Tin của B")
    install(Shown)
    enable(site_b, TEST_PLUGIN)
    user = make_user((site_b, Role.SITE_ADMIN), (site_a, Role.REPORTER))
    assert preview(signed_in(user, site_a), "shown").status_code == 302
    stranger = signed_in(user, site_b)
    assert "Sở B" in preview(stranger, "shown").content.decode()
    news = preview(stranger, "latest_news").content.decode()
    assert "Tin của B" in news
    assert "Tin của A" not in news


def test_a_superuser_sees_the_department_that_was_chosen(
    site_a: Department, site_b: Department, install: Install
) -> None:
    install(Shown)
    enable(site_b, TEST_PLUGIN)
    root = User.objects.create_superuser(username="root", password="secret")
    for department in (site_a, site_b):
        text = preview(signed_in(root, department), "shown").content.decode()
        assert department.name in text


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.CHIEF])
def test_who_administers_nothing_sees_nothing(
    site_a: Department, install: Install, role: Role
) -> None:
    install(Shown)
    response = preview(signed_in(make_user((site_a, role)), site_a), "shown")
    # Wagtail sends whoever may not back to the start.
    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")
    assert preview(Client(headers={"host": "localhost"}), "shown").status_code == 302


def test_a_plugin_that_is_off_is_not_previewed(
    site_a: Department, install: Install, client: Client
) -> None:
    install(Shown)
    set_enabled_plugins(site_a, set())
    assert preview(client, "shown").status_code == 404


def test_a_widget_that_is_gone_is_not_previewed(install: Install, client: Client) -> None:
    install(Shown)
    entry = widgets.get("shown")
    assert entry is not None
    with widgets.restored():
        widgets.remove_plugin(TEST_PLUGIN)
        url = reverse("wagtailadmin_block_preview")
        assert client.get(url, {"id": entry.block.definition_prefix}).status_code == 404


# The list


def test_widgets_stand_under_their_headings_in_alphabetical_order(install: Install) -> None:
    zulu = type("Zulu", (Note,), {"id": "zulu", "label": "Ánh", "group": "news"})
    alpha = type("Alpha", (Note,), {"id": "alpha", "label": "Âm", "group": "news"})
    install(Note, zulu, Shown, alpha)
    block = widgets.stream_block([e for e in widgets.all() if e.plugin_id == TEST_PLUGIN])
    groups = [
        (str(group), [b.name for b in blocks]) for group, blocks in block.grouped_child_blocks()
    ]
    assert groups == [
        ("Tin tức", ["alpha", "zulu"]),
        ("Tương tác", ["shown"]),
        ("Khác", ["note"]),
        ("", ["missing_widget"]),
    ]
    packed = str(JSContext().pack(block))
    assert "Mô tả của khối" in packed
    assert "Tương tác" in packed


def test_more_widgets_to_choose_from_cost_the_editor_no_query(
    site_a: Department, install: Install, client: Client
) -> None:
    def opened() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(edit_url(site_a)).status_code == 200
        return len(captured)

    install(Note)
    opened()
    few = opened()
    install(*[type(f"Note{n}", (Note,), {"id": f"note_{n}"}) for n in range(20)])
    assert opened() == few


def test_the_editor_offers_the_preview(site_a: Department, client: Client) -> None:
    text = client.get(edit_url(site_a)).content.decode()
    entry = widgets.get("links")
    assert entry is not None
    assert entry.block.definition_prefix in text
    assert entry.block.is_previewable


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"group": "weather"}, "group is one of news, tools, interaction, other"),
        ({"preview_config": ["text"]}, "preview_config is a mapping"),
        ({"preview_config": {"colour": "red"}}, "Config has no colour"),
    ],
)
def test_what_does_not_hold_is_refused(attributes: dict[str, Any], reason: str) -> None:
    widget_class = type("Bad", (Note,), {"id": "bad", **attributes})
    with pytest.raises(ImproperlyConfigured, match=reason):
        widgets.add(widget_class, "links")


def test_an_area_at_its_best_keeps_what_its_items_are(site_a: Department, install: Install) -> None:
    install(Shown, Note)
    put_in_sidebar(site_a, (Shown, {"end": "của tôi"}), (Note, {"text": "nguyên"}))
    unknown = {"type": "weather", "value": {"x": 1}, "id": "w"}
    before = [*stored(site_a), unknown, "rubbish"]
    after = with_preview_settings(before)
    assert after[1:] == before[1:]
    assert after[0]["id"] == before[0]["id"]
    assert after[0]["value"]["end"] == "của tôi"
    assert after[0]["value"][VERSION_KEY] == 1
    assert [line["value"] for line in after[0]["value"]["lines"]] == ["Tin tức", "<b>hai</b>"]
