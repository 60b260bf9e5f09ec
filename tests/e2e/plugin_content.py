"""What the bundled widgets show in their pictures; run inside the portal by ``manage.py shell``.

A plugin gets its picture by an entry in :func:`contents` and one in ``SIZES``
of ``plugin_screenshots``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.media.models import SenImage
from cms.sdk.testing import put_in_sidebar
from cms.widgets.models import WidgetSnapshot
from cms.widgets.refreshing import digest_of
from cms.widgets.registry import widgets
from plugins.documents.models import DocumentType, LegalDocument
from plugins.notices.models import Notice
from sites.models import Department
from sites.tenancy import acting_for

HOST = "so-tttt.localhost"
PICTURES = 6
FEED = {"title": "Báo Chính phủ", "url": "https://bao.vidu.gov.vn/rss", "count": 4}


def fill() -> None:
    """Make the sidebar of one site hold every widget that has a picture."""
    department = Department.objects.get(site__hostname=HOST)
    shown = []
    for widget_id, config in contents(department).items():
        entry = widgets.get(widget_id)
        if entry is None:
            raise LookupError(f"widget {widget_id} is not installed")
        shown.append((type(entry.widget), config))
    area = put_in_sidebar(department, *shown)
    _keep_feed(department, next(raw for raw in area.widgets.raw_data if raw["type"] == "rss"))


def contents(department: Department) -> dict[str, dict[str, Any]]:
    """The settings of each widget, as they are stored."""
    pictures = list(_pictures(department))
    _write_notices(department)
    _file_documents(department)
    return {
        "text_size_and_contrast": {},
        "notices": {},
        "documents": {"count": 4},
        "rss": FEED,
        "component_sites": {"scope": "all", "logos": True},
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


def _write_notices(department: Department) -> None:
    """One is urgent: it stands in the strip by itself."""
    now = timezone.now()
    with acting_for(department):
        Notice.objects.all().delete()
        for days, (kind, title) in enumerate(
            [
                ("urgent", "Hồ Sen xả lũ từ 14 giờ, người dân ven sông đề phòng ngập"),
                ("maintenance", "Tạm ngừng dịch vụ công trực tuyến tối thứ Bảy để bảo trì"),
                ("recruitment", "Tuyển dụng 05 viên chức Trung tâm Công nghệ thông tin"),
                ("general", "Lịch tiếp công dân tháng này"),
            ]
        ):
            starts_at = now - timedelta(days=days, hours=1)
            Notice.objects.create(
                kind=kind, title=title, starts_at=starts_at, pinned=kind == "urgent"
            )


def _file_documents(department: Department) -> None:
    with acting_for(department):
        if LegalDocument.objects.exists():
            return
        today = timezone.localdate()
        for days, (kind, number, summary) in enumerate(
            [
                ("Kế hoạch", "41/KH-STTTT", "Diễn tập bảo đảm an toàn thông tin mạng"),
                ("Quyết định", "128/QĐ-STTTT", "Ban hành Quy chế tiếp công dân"),
                ("Công văn", "903/STTTT-CĐS", "Về việc rà soát dữ liệu mở của các sở, ngành"),
                ("Thông báo", "17/TB-STTTT", "Lịch trực và tiếp nhận hồ sơ dịp nghỉ lễ"),
            ]
        ):
            LegalDocument.objects.create(
                type=DocumentType.objects.get(name=kind),
                number=number,
                issuing_body=department.name,
                summary=summary,
                issued_on=today - timedelta(days=3 * days),
                is_published=True,
            )


def _keep_feed(department: Department, stored: dict[str, Any]) -> None:
    """What a refresh would have brought: nothing is fetched for a picture."""
    now = timezone.now()
    titles = (
        "Tập trung ứng phó mưa lũ tại các tỉnh miền Trung",
        "Cắt giảm thêm 12 thủ tục hành chính trong lĩnh vực đất đai",
        "Khai mạc Tuần lễ chuyển đổi số quốc gia",
        "Phê duyệt quy hoạch mạng lưới đường bộ",
    )
    entries = [
        {
            "title": title,
            "link": "https://bao.vidu.gov.vn/",
            "date": (now - timedelta(hours=9 * n)).isoformat(),
        }
        for n, title in enumerate(titles)
    ]
    WidgetSnapshot.objects.update_or_create(
        department=department,
        widget_id="rss",
        digest=digest_of(stored["value"]),
        # Tried far in the future: the scheduler leaves it alone.
        defaults={
            "value": {"title": "", "entries": entries},
            "refreshed_at": now,
            "tried_at": now + timedelta(days=365),
        },
    )
