"""Folding and slugs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.content.html import sanitise, to_blocks
from cms.content.text import fold, slugify, squeeze


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Đảng ủy Sở Giáo dục đổi mới", "dang-uy-so-giao-duc-doi-moi"),
        ("Kế hoạch số 03/KH-STTTT", "ke-hoach-so-03kh-stttt"),
        ("  Ước mơ – Người Việt!  ", "uoc-mo-nguoi-viet"),
        ("漢字", ""),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug
    assert slugify(unicodedata.normalize("NFD", text)) == slug


def test_a_long_slug_ends_with_a_whole_word() -> None:
    slug = slugify("nghiên cứu " * 40)
    assert len(slug) <= 120
    assert slug.endswith(("nghien", "cuu"))


@given(st.text())
def test_folding_leaves_no_mark_and_squeezing_is_idempotent(text: str) -> None:
    assert not any(unicodedata.combining(char) for char in unicodedata.normalize("NFD", fold(text)))
    assert squeeze(squeeze(text)) == squeeze(text)


@given(st.text(alphabet=st.sampled_from("<>/pbuliatdr \"'=xà&;é"), max_size=200))
def test_any_html_becomes_blocks_of_known_kinds(html: str) -> None:
    for block in to_blocks(html):
        assert block["type"] in {"paragraph", "heading", "quote", "table"}
    assert "<script" not in sanitise(html).lower()


def test_html_is_taken_apart() -> None:
    html = (
        "Chữ rời<br><br>đoạn hai<h2>Mục</h2><div><p>Một <b>đậm</b></p><ol><li>a<p>b</p></li></ol>"
        "</div><blockquote>Lời</blockquote><table><caption>C</caption><tr><td>A</td><td>B</td></tr>"
        "<tr><td>1</td></tr></table><p>&nbsp;</p><p>2 &lt; 3</p>"
    )
    blocks = to_blocks(html)
    assert [block["type"] for block in blocks] == [
        "paragraph",
        "heading",
        "paragraph",
        "quote",
        "table",
        "paragraph",
    ]
    assert blocks[0]["value"] == "<p>Chữ rời</p><p>đoạn hai</p>"
    assert blocks[2]["value"] == "<p>Một <b>đậm</b></p><ol><li>a b</li></ol>"
    assert blocks[4]["value"]["rows"] == [{"values": ["1", ""]}]
    assert blocks[5]["value"] == "<p>2 &lt; 3</p>"
