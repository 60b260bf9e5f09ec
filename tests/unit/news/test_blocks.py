"""The blocks of a body."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.rich_text import RichText

from cms.news.blocks import BodyBlock, ParagraphBlock


@pytest.mark.parametrize(
    "source", ["", "<p></p>", '<p data-block-key="x"> </p>', "<ul><li></li></ul>"]
)
def test_a_paragraph_without_a_letter_is_empty(source: str) -> None:
    block = ParagraphBlock()
    with pytest.raises(ValidationError) as caught:
        block.clean(RichText(source))
    assert caught.value.code == "required"


def test_a_draft_may_leave_it_empty_and_text_is_text() -> None:
    body = BodyBlock()
    empty = body.to_python([{"type": "paragraph", "value": "<p></p>"}])
    body.clean_deferred(empty)
    with pytest.raises(StreamBlockValidationError):
        body.clean(empty)
    body.clean(body.to_python([{"type": "paragraph", "value": "<p>Chữ</p>"}]))
