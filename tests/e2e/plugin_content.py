"""What the bundled widgets show in their pictures; run inside the portal by ``manage.py shell``.

A plugin gets its picture by an entry in :func:`contents` and one in ``SIZES``
of ``plugin_screenshots``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cms.media.models import SenImage
from cms.sdk.testing import put_in_sidebar
from cms.widgets.registry import widgets
from sites.models import Department

HOST = "so-tttt.localhost"
PICTURES = 6


def fill() -> None:
    """Make the sidebar of one site hold every widget that has a picture."""
    department = Department.objects.get(site__hostname=HOST)
    shown = []
    for widget_id, config in contents(department).items():
        entry = widgets.get(widget_id)
        if entry is None:
            raise LookupError(f"widget {widget_id} is not installed")
        shown.append((type(entry.widget), config))
    put_in_sidebar(department, *shown)


def contents(department: Department) -> dict[str, dict[str, Any]]:
    """The settings of each widget, as they are stored."""
    pictures = list(_pictures(department))
    return {
        "text_size_and_contrast": {},
        "section_menu": {},
        "latest_news": {"count": 5},
        "most_read": {"days": 365, "count": 5},
        "date_browser": {},
        "visit_counter": {"digits": 7},
        "links": {
            "links": _items(
                {"title": "Cổng thông tin điện tử Chính phủ", "url": "https://chinhphu.vn/"},
                {"title": "Cổng Dịch vụ công quốc gia", "url": "https://dichvucong.gov.vn/"},
                {"title": "Công báo nước Việt Nam", "url": "https://congbao.chinhphu.vn/"},
            )
        },
        "featured_news": {"source": "section", "count": 4, "layout": "lead"},
        "free_text": {
            "title": "Tiếp công dân",
            "text": "<p>Lãnh đạo Sở tiếp công dân <b>ngày 15 hằng tháng</b> tại trụ sở; "
            "trùng ngày nghỉ thì tiếp vào ngày làm việc kế tiếp.</p><h3>Thời gian</h3>"
            "<ul><li>Sáng: 7 giờ 30 – 11 giờ 30</li><li>Chiều: 13 giờ 30 – 17 giờ</li></ul>"
            '<p>Gửi phản ánh trước qua <a href="mailto:tiepdan@vidu.vn">hộp thư tiếp dân</a>.</p>',
        },
        "image_gallery": {
            "pictures": _items(
                *({"image": picture.pk, "caption": picture.description} for picture in pictures)
            )
        },
        "video": {
            "name": "Chuyển đổi số từ thôn, bản",
            "address": "https://vimeo.com/1084537",
            "poster": pictures[0].pk,
        },
    }


def _pictures(department: Department) -> Iterator[SenImage]:
    described = SenImage.objects.filter(collection=department.collection).exclude(description="")
    yield from described.order_by("pk")[:PICTURES]


def _items(*values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "item", "id": f"item-{n}", "value": value} for n, value in enumerate(values)]
