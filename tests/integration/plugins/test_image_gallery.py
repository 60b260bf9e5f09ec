"""The gallery shows its own site's pictures, and is whole without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup

from cms.delivery.inline import read_script
from cms.sdk.testing import WidgetContract, put_in_sidebar, render_widget
from plugins.image_gallery.widgets import ImageGallery
from sites.models import Department

from .conftest import items

HOSTILE = "\"><script>alert('sen')</script>"


class TestContract(WidgetContract):
    widget = ImageGallery
    config = {"title": "Ảnh hội nghị"}


def gallery(*pictures: tuple[Any, str]) -> dict[str, Any]:
    values = ({"image": image, "caption": caption} for image, caption in pictures)
    return {"pictures": items(*values)}


def test_pictures_are_links_to_large_ones(
    site_a: Department, make_picture: Callable[..., Any]
) -> None:
    described = make_picture(site_a, "IMG_1", description="Hai người bắt tay")
    captioned, bare = make_picture(site_a, "IMG_2"), make_picture(site_a, "IMG_3")
    config = gallery((described.pk, "Lễ ký"), (captioned.pk, "Lễ trao"), (bare.pk, ""))
    soup = BeautifulSoup(render_widget(ImageGallery, config, department=site_a), "html.parser")
    links = soup.select("li a")
    assert [link.img["alt"] for link in links] == ["Hai người bắt tay", "Lễ trao", "IMG_3"]
    assert all(link["href"].endswith(".webp") for link in links)
    assert [link["data-caption"] for link in links] == ["Lễ ký", "Lễ trao", ""]
    assert all(link.img["width"] == "320" and link.img["height"] == "240" for link in links)
    # The picture is never made larger than it is.
    assert {(link["data-width"], link["data-height"]) for link in links} == {("640", "480")}
    assert soup.dialog is not None
    assert all(button.get("aria-label") for button in soup.select("dialog button"))


def test_pictures_that_are_gone_or_another_sites_are_left_out(
    site_a: Department, site_b: Department, make_picture: Callable[..., Any]
) -> None:
    own, foreign = make_picture(site_a, "Của A"), make_picture(site_b, "Của B")
    gone = make_picture(site_a, "Đã xóa")
    config = gallery((gone.pk, ""), (foreign.pk, "Của B"), (own.pk, "Của A"), (None, ""))
    gone.delete()
    html = render_widget(ImageGallery, config, department=site_a)
    assert html.count("<li>") == 1
    assert "Của A" in html
    assert "Của B" not in html
    assert render_widget(ImageGallery, gallery((foreign.pk, "")), department=site_a) == ""
    assert render_widget(ImageGallery, department=site_a) == ""


def test_words_of_editors_arrive_as_text(
    site_a: Department, make_picture: Callable[..., Any]
) -> None:
    picture = make_picture(site_a, HOSTILE, description=HOSTILE)
    html = render_widget(ImageGallery, gallery((picture.pk, HOSTILE)), department=site_a)
    assert "<script" not in html
    assert BeautifulSoup(html, "html.parser").select_one("li img")["alt"] == HOSTILE


def test_its_script_is_on_the_page_as_a_module(site_a: Department, browse: Any) -> None:
    put_in_sidebar(site_a, (ImageGallery, {}))
    html = browse(site_a).content.decode()
    code = read_script("image_gallery/image_gallery.js")
    assert code is not None
    assert html.count(f'<script type="module">{code.text}</script>') == 1


def test_many_pictures_cost_as_many_queries_as_few(
    site_a: Department, make_picture: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    config = gallery(*((make_picture(site_a).pk, "") for _ in range(6)))
    render_widget(ImageGallery, config, department=site_a)  # the small ones are made once
    with django_assert_max_num_queries(6):
        render_widget(ImageGallery, config, department=site_a)
