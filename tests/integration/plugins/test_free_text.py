"""Free text shows an editor's formatting and nobody's markup."""

from __future__ import annotations

from typing import Any

import pytest

from cms.sdk.testing import WidgetContract, render_widget
from plugins.free_text.widgets import FreeText
from sites.models import Department
from tests.factories import make_article


class TestContract(WidgetContract):
    widget = FreeText
    config = {"title": "Lịch tiếp dân", "text": "<p>Thứ <b>Năm</b></p>"}


def text(department: Department, html: str) -> str:
    return render_widget(FreeText, {"title": "T", "text": html}, department=department)


def test_what_the_editor_can_write_is_shown(site_a: Department) -> None:
    article = make_article(site_a)
    written = (
        "<h3>Mục</h3><h4>Nhỏ</h4><p><b>đậm</b> <i>nghiêng</i></p>"
        "<ul><li>một</li></ul><ol><li>hai</li></ol>"
        '<p><a href="mailto:a@vidu.vn">thư</a></p>'
    )
    assert written in text(site_a, written)
    link = f'<p><a linktype="page" id="{article.pk}">bài</a></p>'
    assert f'{article.local_url}">bài</a>' in text(site_a, link)


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>a<script>alert(1)</script></p>",
        '<p onclick="alert(1)">a</p>',
        '<p>a<a href="javascript:alert(1)">b</a></p>',
        '<p>a</p><iframe src="https://xau.vn"></iframe>',
        '<p style="position:fixed">a</p>',
        '<p>a</p><img src="x" onerror="alert(1)">',
        "<p>a</p><svg><style><img src=x onerror=alert(1)></style></svg>",
        '<p>a</p><form action="https://xau.vn"><input name="q"></form>',
        '<p>a</p><embed embedtype="media" url="https://xau.vn/">',
        '<p>a<a href="data:text/html,x">b</a></p>',
    ],
)
def test_markup_that_came_from_elsewhere_is_taken_out(site_a: Department, hostile: str) -> None:
    html = text(site_a, hostile)
    assert "a" in html
    body = html.split("widget__body", 1)[1]
    for bad in ("script", "onclick", "onerror", "iframe", "style", "<img", "form", "data:", "xau"):
        assert bad not in body


@pytest.mark.parametrize("empty", ["", "<p></p>", "<p> <br/></p>", "<script>alert(1)</script>"])
def test_a_text_without_a_letter_shows_nothing(site_a: Department, empty: Any) -> None:
    assert text(site_a, empty) == ""
