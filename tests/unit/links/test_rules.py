"""Which link is dangerous, which one only looks like it."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cms.links.hosts import AllowList, clean_pattern, host_of
from cms.links.rules import Grade, Hit, Rules
from cms.links.texts import Text, texts_in
from cms.links.words import Words

from .corpus import GAMBLING, HARMLESS, HIDDEN, UNKNOWN

RULES = Rules(
    Words(),
    AllowList.of({"*.gov.vn", "chinhphu.vn", "youtube-nocookie.com"}),
    frozenset({"so-a.localhost"}),
)


def judge(html: str, rules: Rules = RULES) -> list[Hit]:
    return rules.judge(texts_in(html, "body"))


def worst(html: str) -> Grade | None:
    return max((hit.grade for hit in judge(html)), default=None)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_hidden_link_is_found(name: str) -> None:
    hits = [hit for hit in judge(HIDDEN[name]) if hit.grade == Grade.HIDDEN]
    assert [hit.host for hit in hits] == ["quang-cao.example.net"]
    assert hits[0].hidden


@pytest.mark.parametrize("name", GAMBLING)
def test_gambling_is_found(name: str) -> None:
    assert worst(GAMBLING[name]) == Grade.GAMBLING


@pytest.mark.parametrize("name", HARMLESS)
def test_what_looks_like_it_is_not_found(name: str) -> None:
    assert judge(HARMLESS[name]) == []


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_link_that_is_seen_is_an_unknown_host_at_most(name: str) -> None:
    assert [hit.grade for hit in judge(UNKNOWN[name])] == [Grade.UNKNOWN]


def test_there_are_as_many_harmless_as_hostile_texts() -> None:
    assert len(HIDDEN) >= 40
    assert len(HARMLESS) + len(UNKNOWN) >= 40


def test_a_host_on_the_list_by_name_is_no_gambling() -> None:
    rules = Rules(Words(), AllowList.of({"casino-museum.example"}))
    assert judge('<a href="https://casino-museum.example/">Bảo tàng</a>', rules) == []


def test_the_provinces_words_and_hosts_count() -> None:
    rules = Rules(Words(("vua bài", "xo.example")), AllowList())
    for html in (
        '<a href="https://abc.example/">Vua Bài</a>',
        '<a href="https://abc.example/vua-bai">tại đây</a>',
        '<a href="https://m.xo.example/">tại đây</a>',
        "Vào xo.example nhé",
    ):
        assert [hit.grade for hit in judge(html, rules)] == [Grade.GAMBLING], html


def test_an_address_has_the_words_beside_it() -> None:
    block = {"type": "link", "value": {"title": "Nổ hũ", "url": "https://abc.example/"}}
    (hit,) = RULES.judge(texts_in([block], "widgets"))
    assert (hit.grade, hit.place) == (Grade.GAMBLING, "widgets › 1")


def test_json_within_json_is_read() -> None:
    inner = '[{"type": "paragraph", "value": "<a href=\\"https://bk8.com\\">x</a>"}]'
    assert [hit.host for hit in RULES.judge(texts_in({"body": inner}, "content"))] == ["bk8.com"]


def test_a_files_text_knows_no_unknown_hosts() -> None:
    rules = Rules(Words(), AllowList(), files_only=True)
    assert judge('<a href="https://abc.example/">Xem</a>', rules) == []
    assert judge('<a href="https://bk8.com/">Xem</a>', rules)


def test_the_hidden_words_of_a_link_are_one_finding() -> None:
    hits = judge('<div hidden><a href="https://abc.example/">nhà cái uy tín</a></div>')
    assert [(hit.grade, hit.host) for hit in hits] == [(Grade.GAMBLING, "abc.example")]


def test_what_is_found_twice_is_one_finding() -> None:
    twice = '<a href="https://abc.example/">a</a><a href="https://abc.example/"></a>'
    assert [hit.grade for hit in judge(twice)] == [Grade.HIDDEN]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Chinhphu.VN/", "chinhphu.vn"),
        (" \thttps://chinhphu.vn", "chinhphu.vn"),
        ("https://chinhphu.vn@bk8.com:443/", "bk8.com"),
        ("https://bk8.com.", "bk8.com"),
        ("https:/\\bk8.com", "bk8.com"),
        ("https://bk8%2ecom/", "bk8.com"),
        ("https://bk8。com/", "bk8.com"),
        ("https://chính-phủ.example/", "xn--chnh-ph-g2a6876b.example"),
        ("/tin", ""),
        ("tin?u=https://bk8.com", ""),
        ("mailto:a@bk8.com", ""),
        ("data:text/html,https://bk8.com", ""),
    ],
)
def test_a_host_is_read_as_a_browser_does(address: str, host: str) -> None:
    found = host_of(address)
    assert found == host or (host.startswith("xn--") and found.startswith("xn--"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.VN", "example.vn"),
        (" https://www.example.vn/tin?a=1 ", "www.example.vn"),
        ("example.vn/tin", "example.vn"),
        ("*.Example.vn", "*.example.vn"),
        ("*.gov.vn", "*.gov.vn"),
    ],
)
def test_a_host_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean_pattern(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "*", "*.vn", "*.com.vn", "vn", "a b.vn", "exa*mple.vn", "*.*.vn", "192.0.2.1",
     "https://", "-a.vn", "a..vn", "x" * 300 + ".vn", "[::1]", "javascript:alert(1)", "a_@.vn"],
)  # fmt: skip
def test_wrong_hosts_are_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_pattern(typed)
    assert len(refused.value.messages[0]) > 20


@given(st.text(alphabet=st.sampled_from("<>/=\"' abhrefstyl:dinoe;&#x1;-!\\\x00é̀"), max_size=300))
def test_no_text_breaks_the_rules(text: str) -> None:
    RULES.judge([Text("body", text)])


@pytest.mark.parametrize(
    "text",
    [
        "<" * 100_000,
        "<div>" * 20_000,
        "a." * 100_000,
        "- " * 100_000,
        "<a href='" * 20_000,
        "<style>" + "a{" * 50_000,
        "https://" * 20_000,
        "<script>" + "\\x41" * 50_000,
        "bk8" + "." * 100_000,
        "bk8 " + "a-" * 100_000,
        "[" * 50_000,
        '{"a":' * 20_000,
        '<p style="' + "color:" * 30_000 + '">x</p>',
        '<p style="clip-path:polygon(' + "0 0," * 20_000 + '">x</p>',
        "<!--" * 30_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    judge(text)
    assert time.perf_counter() - begun < 5
