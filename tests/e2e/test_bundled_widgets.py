"""Bundled widgets in the browser: what their scripts do, and what is left without them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from .plugin_screenshots import HOST, fill_sidebar
from .portal import Portal

PHONE = {"width": 320, "height": 640}
# A second of moving colour, recorded by the browser itself.
RECORD = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 160, height: 90});
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "video/webm"});
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const done = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let n = 0; n < 25; n++) {
    pen.fillStyle = `hsl(${n * 14} 80% 50%)`;
    pen.fillRect(0, 0, 160, 90);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""
PUT_FILM = """
from django.core.files import File
from cms.media.models import SenDocument
from cms.sdk.testing import put_in_sidebar
from plugins.video.widgets import Video
from sites.models import Department
department = Department.objects.get(site__hostname={host!r})
with open({path!r}, "rb") as film:
    document = SenDocument.objects.create(
        title="Phim", file=File(film, name="phim.webm"), collection=department.collection
    )
put_in_sidebar(department, (Video, {{"name": "Phim", "file": document.pk}}))
"""


SIDEBAR = f"""
import json
from cms.widgets.areas import stored_json
from cms.widgets.models import WidgetArea
area = WidgetArea.objects.get(page__sites_rooted_here__hostname={HOST!r}, slot="sidebar")
"""


@pytest.fixture(scope="module")
def address(portal: Portal) -> Iterator[str]:
    """The front page of a site whose sidebar holds the widgets; as before afterwards."""
    before = portal.manage("shell", "-v0", "-c", SIDEBAR + "print(json.dumps(stored_json(area)))")
    fill_sidebar(portal)
    yield portal.url(HOST)
    restore = f"area.widgets = json.loads({before!r}); area.save_revision().publish()"
    portal.manage("shell", "-v0", "-c", SIDEBAR + restore)


def test_the_gallery_is_leafed_through_with_the_keyboard(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address)
    first = page.locator(".image-gallery__grid a").first
    first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Thư viện ảnh")
    expect(dialog).to_be_visible()
    place = dialog.locator("[data-place]")
    expect(place).to_have_text("1 / 6")
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text("2 / 6")
    second = page.locator(".image-gallery__grid a").nth(1)
    expect(dialog.locator("img")).to_have_attribute("src", str(second.evaluate("a => a.href")))
    expect(dialog.locator("img")).to_have_attribute(
        "alt", str(second.locator("img").get_attribute("alt"))
    )
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(place).to_have_text("6 / 6")
    # The focus stays within while the dialog is open.
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.image-gallery__grid')")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(first).to_be_focused()


def test_the_gallery_fits_a_small_phone_and_closes_by_its_button(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address, viewport=PHONE, has_touch=True)
    page.locator(".image-gallery__grid a").nth(2).click()
    dialog = page.get_by_role("dialog", name="Thư viện ảnh")
    for part in ("img", "figcaption", "button"):
        box = dialog.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert box["y"] + box["height"] <= PHONE["height"]
    dialog.get_by_role("button", name="Ảnh sau").click()
    expect(dialog.locator("[data-place]")).to_have_text("4 / 6")
    dialog.get_by_role("button", name="Đóng").click()
    expect(dialog).to_be_hidden()


def test_without_a_script_pictures_and_films_are_links(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address, java_script_enabled=False)
    expect(page.locator(".widget--text_size_and_contrast")).to_be_hidden()
    expect(page.locator(".image-gallery__dialog")).to_be_hidden()
    film = page.get_by_role("link", name="Phát video: Chuyển đổi số từ thôn, bản")
    expect(film).to_have_attribute("href", "https://vimeo.com/1084537")
    page.locator(".image-gallery__grid a").first.click()
    assert page.url.endswith(".webp")


def test_a_player_elsewhere_is_asked_when_it_is_played_and_not_before(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit()
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>player</p>", content_type="text/html")

    outside = []
    page.route("https://player.vimeo.com/**", answer)
    page.on("request", lambda r: outside.append(r.url) if HOST not in r.url else None)
    page.goto(address)
    play = page.get_by_role("link", name="Phát video:")
    play.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert outside == []
    before = play.bounding_box()
    play.focus()
    page.keyboard.press("Enter")
    frame = page.locator("iframe.video__player")
    expect(page.frame_locator("iframe.video__player").get_by_text("player")).to_be_visible()
    assert asked == ["https://player.vimeo.com/video/1084537?dnt=1&autoplay=1"]
    expect(frame).to_have_attribute("title", "Chuyển đổi số từ thôn, bản")
    expect(frame).to_be_focused()
    # It has the poster's place: nothing on the page moves.
    assert frame.bounding_box() == before


def test_the_policy_keeps_other_frames_out(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    blocked = page.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("securitypolicyviolation", (event) => resolve(event.violatedDirective));
          const frame = document.createElement("iframe");
          frame.src = "https://www.youtube.com/embed/dQw4w9WgXcQ";
          document.body.append(frame);
        })"""
    )
    assert blocked == "frame-src"


def test_a_chosen_text_size_and_contrast_hold_on_every_page(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address)
    tools = page.locator(".widget--text_size_and_contrast")
    larger = tools.get_by_role("button", name="Tăng cỡ chữ")
    normal = tools.get_by_role("button", name="Cỡ chữ bình thường")
    high = tools.get_by_role("button", name="Độ tương phản cao")
    expect(normal).to_have_attribute("aria-pressed", "true")
    expect(high).to_have_attribute("aria-pressed", "false")
    larger.click()
    larger.click()
    high.click()
    expect(normal).to_have_attribute("aria-pressed", "false")
    expect(high).to_have_attribute("aria-pressed", "true")
    expect(tools.locator("output")).to_have_text("125%")
    page.locator("main article a").first.click()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.go_back()
    expect(high).to_have_attribute("aria-pressed", "true")
    normal.click()
    high.click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"
    expect(high).to_have_attribute("aria-pressed", "false")


def test_the_choice_is_there_before_anything_is_painted(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address)
    page.evaluate("localStorage.setItem('sen-contrast', 'high')")
    page.evaluate("localStorage.setItem('sen-text-size', '4')")
    page.add_init_script(
        """new MutationObserver((_records, observer) => {
          if (!document.body) return;
          observer.disconnect();
          const {textSize, contrast} = document.documentElement.dataset;
          window.atFirst = [textSize, contrast];
        }).observe(document, {childList: true, subtree: true})"""
    )
    page.reload()
    assert page.evaluate("window.atFirst") == ["4", "high"]


@pytest.mark.parametrize("stored", ["99", "x", "<b>", "-2", ""])
def test_a_strange_memory_is_the_normal_size(
    visit: Callable[..., Page], address: str, stored: str
) -> None:
    page = visit(address)
    page.evaluate("value => localStorage.setItem('sen-text-size', value)", stored)
    page.reload()
    assert page.evaluate("document.documentElement.dataset.textSize") == "0"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_largest_text_fits_the_smallest_phone(
    visit: Callable[..., Page], address: str, scheme: str
) -> None:
    page = visit(address, viewport=PHONE, color_scheme=scheme)
    larger = page.get_by_role("button", name="Tăng cỡ chữ")
    for _ in range(4):
        larger.click()
    expect(larger).to_have_attribute("aria-disabled", "true")
    # It keeps the focus, and pressing it again does nothing.
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.textSize") == "4"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_film_of_the_site_is_played_and_wound(
    visit: Callable[..., Page], portal: Portal, address: str, tmp_path: Path
) -> None:
    page = visit(address)
    film = tmp_path / "phim.webm"
    film.write_bytes(base64.b64decode(page.evaluate(RECORD)))
    portal.manage("shell", "-v0", "-c", PUT_FILM.format(host=HOST, path=str(film)))
    page = visit()
    statuses: list[int] = []
    page.on("response", lambda r: statuses.append(r.status) if r.url.endswith(".webm") else None)
    play = page.get_by_role("link", name="Phát video: Phim")
    # Another process changed the sidebar: without Redis the old one may be kept for a minute.
    for _second in range(90):
        page.goto(portal.url(HOST, "/kho-tin/"))
        page.wait_for_load_state("networkidle")
        if play.count():
            break
        page.wait_for_timeout(1_000)
    assert statuses == []
    play.click()
    player = page.locator("video.video__player")
    expect(player).to_have_js_property("ended", True)
    assert set(statuses) == {206}
    player.evaluate("v => { v.currentTime = 0.2; }")
    page.wait_for_function("v => !v.seeking && v.currentTime > 0", arg=player.element_handle())
