"""Notices for the demo province."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from cms.sdk import SiteEvent

from .models import Kind, Notice

#: Kind, title, text, age in days.
WRITTEN = (
    (
        Kind.MAINTENANCE,
        "Tạm ngừng dịch vụ công trực tuyến tối thứ Bảy để bảo trì",
        "<p>Từ 20 giờ đến 23 giờ, hồ sơ nộp trực tuyến chưa được tiếp nhận. "
        "Hồ sơ đã nộp không bị ảnh hưởng.</p>",
        1,
    ),
    (
        Kind.GENERAL,
        "Lịch tiếp công dân tháng này",
        "<p>Lãnh đạo cơ quan tiếp công dân <b>ngày 15</b>; trùng ngày nghỉ thì tiếp vào "
        "ngày làm việc kế tiếp.</p>",
        2,
    ),
    (
        Kind.RECRUITMENT,
        "Tuyển dụng 05 viên chức làm công tác công nghệ thông tin",
        "<p>Hồ sơ nhận đến hết ngày làm việc cuối cùng của tháng, trực tiếp hoặc "
        "qua đường bưu chính.</p>",
        5,
    ),
)  # fmt: skip


def bring(event: SiteEvent) -> None:
    """Some notices for a site of the demo; one that has any is left alone."""
    if Notice.objects.exists():
        return
    now = timezone.now()
    for kind, title, text, age in WRITTEN:
        Notice.objects.create(
            kind=kind, title=title, text=text, starts_at=now - timedelta(days=age)
        )
