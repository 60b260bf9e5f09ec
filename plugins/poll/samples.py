"""Polls for the demo province: one that is open and one that has closed."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from cms.sdk import SiteEvent

from .models import Poll, PollOption, ResultsShown

#: Question, from and until when in days from now, options, votes at most for one.
WRITTEN = (
    (
        "Bạn thường làm thủ tục hành chính bằng cách nào?",
        (-9, 21),
        ("Trực tuyến, tại nhà", "Trực tuyến, nhờ giúp", "Tại bộ phận một cửa", "Qua bưu điện"),
        400,
    ),
    (
        "Bạn đánh giá giao diện mới của trang thông tin như thế nào?",
        (-60, -20),
        ("Dễ sử dụng", "Chấp nhận được", "Khó sử dụng"),
        900,
    ),
)  # fmt: skip


def bring(event: SiteEvent) -> None:
    """Two polls for a site of the demo; one that has any is left alone."""
    if Poll.objects.exists():
        return
    votes = random.Random(event.department.host)  # noqa: S311
    now = timezone.now()
    for question, (opens, closes), options, most in WRITTEN:
        poll = Poll.objects.create(
            question=question,
            opens_at=now + timedelta(days=opens),
            closes_at=now + timedelta(days=closes),
            results_shown=ResultsShown.ALWAYS,
        )
        for order, text in enumerate(options):
            count = votes.randint(most // 20, most // (order + 1))
            PollOption.objects.create(poll=poll, text=text, sort_order=order, votes=count)
