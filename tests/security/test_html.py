# ruff: noqa: E501
"""The corpus through every way in: what is stored, shown, fed and exported is harmless."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.template.loader import render_to_string
from django.urls import reverse
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from wagtail import blocks
from wagtail.fields import RichTextField as WagtailRichTextField
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from cms.content.clipboard import read_clipboard
from cms.content.fields import RichTextBlock, RichTextField
from cms.content.html import (
    URL_SCHEMES,
    plain_text,
    safe_player,
    safe_rich_text,
    sanitise,
    to_blocks,
    web_address,
)
from cms.content.text import squeeze
from cms.content.word import read_word
from cms.news.blocks import BodyBlock
from cms.news.importing import import_articles
from cms.news.models import ArticlePage, StandardPage
from cms.sdk import Fetched
from cms.sdk.testing import enable, put_in_sidebar, render_widget
from cms.spreadsheets import FORMULA_STARTS, harmless
from cms.widgets.registry import widgets
from plugins.notices.models import Notice
from plugins.rss.feeds import read as read_feed
from sites.models import Department, MenuItem
from sites.roles import Role
from tests.factories import make_article, make_user, section_of, staff_client
from tests.security.hostile import CORPUS, REASONS, TEXTS, one_of_each_trick
from tests.security.judging import fault_of_fragment, faults_of_page, scheme_of

FORMULAS = [one.text for one in CORPUS if one.trick == "formula"]


def fragments_of(found: list[dict[str, Any]]) -> str:
    """The HTML that blocks hold."""
    return "".join(block["value"] for block in found if block["type"] == "paragraph")


def assert_clean(made: dict[str, str]) -> None:
    """``made`` says what became of each input."""
    faults = {text: (html, fault_of_fragment(html)) for text, html in made.items()}
    assert {text: fault for text, fault in faults.items() if fault[1]} == {}


# The corpus and the judge themselves.


def test_the_corpus_is_large_and_says_why() -> None:
    assert len(set(TEXTS)) == len(CORPUS) >= 300
    assert {one.trick for one in CORPUS} == set(REASONS)


def test_the_judge_finds_what_is_not_cleaned() -> None:
    """Of raw inputs, all that hold an element but the allowed ones are found faulty."""
    for text in (
        "<script>x</script>",
        "<p onclick=x>",
        "<p>\u0338",
        "<img src=x>",
        "a < b",
        "&#1;",
    ):
        assert fault_of_fragment(text)
    assert fault_of_fragment('<a href="java&#9;script:x">y</a>')
    assert fault_of_fragment('<p>a &amp; b</p><a href="/x">y</a>') is None
    assert faults_of_page("<p onclick=alert(1)>")
    assert faults_of_page("<iframe src=https://bay.example/>")
    assert faults_of_page("<a href='\x01javascript:alert(1)'>")


# One function, by itself.


def test_nothing_hostile_is_left_by_the_one_function() -> None:
    assert_clean({text: sanitise(text) for text in TEXTS})
    assert_clean({text: sanitise(text, stored=True) for text in TEXTS})
    assert_clean({text: sanitise(f"<p>trước {text} sau</p>") for text in TEXTS})


def test_cleaning_twice_changes_nothing() -> None:
    for text in TEXTS:
        once = sanitise(text, stored=True)
        assert sanitise(once, stored=True) == once


@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=4).map("".join))
@example("<a href='x'>" + "&#824;" * 3 + " onclick=alert(1) x</a>")
def test_inputs_joined_make_no_new_one(text: str) -> None:
    once = sanitise(text)
    assert fault_of_fragment(once) is None
    assert sanitise(once) == once


@given(st.text(st.sampled_from("<>/&;#=\"' `!-pab\u0338\u200b\x00x3")))
def test_no_soup_of_signs_is_anything_but_clean(text: str) -> None:
    assert fault_of_fragment(sanitise(text)) is None
    assert fault_of_fragment(safe_rich_text(RichText(text))) is None


def test_what_editors_write_comes_through() -> None:
    for html in (
        '<p>Sở Y tế <b>thông báo</b> <a href="https://chinhphu.vn/?a=1&amp;b=2">tại đây</a></p>',
        "<h3>Mục</h3><ol><li>Một</li></ol><p>H<sup>2</sup>, 5 &lt; 6 &amp; 7<br>ក្រុម\u200bខេត្ត</p>",
        '<p><a href="mailto:so@vidu.vn">thư</a> <a href="tel:+84123">gọi</a> <a href="/x">x</a></p>',
    ):
        assert sanitise(html) == html
    link = '<p data-block-key="a1b2c"><a linktype="page" id="3">trang</a></p>'
    assert sanitise(link, stored=True) == link


def test_no_address_but_the_four_schemes() -> None:
    for one in CORPUS:
        assert scheme_of(web_address(one.text)) in {"", *URL_SCHEMES}
    assert web_address(" https://chinhphu.vn/ ") == "https://chinhphu.vn/"
    assert web_address("/tin/?a=b:c") == "/tin/?a=b:c"


def test_text_of_html_is_no_html() -> None:
    for text in TEXTS:
        assert fault_of_fragment(escape(plain_text(text), quote=False)) is None
    assert plain_text("<b>Thu</b> 5 &lt; 6<script>x</script>") == "Thu 5 < 6"


def test_only_a_players_frame_is_let_through() -> None:
    for text in TEXTS:
        html = safe_player(text)
        assert not faults_of_page(html), (text, html)
        assert html == "" or html.startswith("<iframe ")
        assert "srcdoc" not in html
    film = '<iframe src="https://www.youtube.com/embed/abc" width="200" onload="alert(1)"></iframe>'
    assert safe_player(f"<script>x</script>{film}") == (
        '<iframe src="https://www.youtube-nocookie.com/embed/abc" width="200"></iframe>'
    )
    assert safe_player(safe_player(film)) == safe_player(film)


# Ways in that make blocks: import, paste, Word.


def test_nothing_hostile_is_in_the_blocks_of_html() -> None:
    assert_clean({text: fragments_of(to_blocks(text)) for text in TEXTS})


def test_nothing_hostile_is_pasted() -> None:
    assert_clean({text: fragments_of(read_clipboard(text).blocks) for text in TEXTS})
    word = "<p class=MsoListParagraph style='mso-list:l0'>{}</p>"
    assert_clean({text: fragments_of(read_clipboard(word.format(text)).blocks) for text in TEXTS})


def test_nothing_hostile_comes_out_of_word() -> None:
    made = Document()
    made.add_heading("Tiêu đề")
    for text in TEXTS:
        legal = "".join(sign for sign in text if sign.isprintable())
        paragraph = made.add_paragraph(legal)
        link = OxmlElement("w:hyperlink")
        key = made.part.relate_to(legal or "x", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), key)
        run = OxmlElement("w:r")
        words = OxmlElement("w:t")
        words.text = "bấm"
        run.append(words)
        link.append(run)
        paragraph._p.append(link)
    file = BytesIO()
    made.save(file)
    file.seek(0)
    text = read_word(file)
    html = fragments_of(text.blocks)
    assert fault_of_fragment(html) is None
    # What was typed is there as text; a way in that drops it would pass as well.
    assert "alert(3)" in html
    assert "&lt;script/&gt;" in html


# Ways in that store rich text: the editor, plugins, code.


def test_whatever_is_put_into_a_body_is_stored_clean() -> None:
    field: Any = ArticlePage._meta.get_field("body")
    raw = [{"type": "paragraph", "value": text, "id": str(n)} for n, text in enumerate(TEXTS)]
    lazily = field.get_prep_value(field.to_python(json.dumps(raw)))
    stream = field.to_python([("paragraph", RichText(text)) for text in TEXTS])
    accessed = field.get_prep_value(stream)
    for prepared in (lazily, accessed):
        assert_clean(dict(zip(TEXTS, (block["value"] for block in prepared), strict=True)))


def test_rich_text_is_cleaned_however_deep_it_stands() -> None:
    class Deep(blocks.StreamBlock):
        lists = blocks.ListBlock(blocks.StructBlock([("text", RichTextBlock())]))
        bare = blocks.ListBlock(blocks.RichTextBlock())
        plain = blocks.CharBlock()

    from cms.content.fields import JSONStreamField

    field = JSONStreamField(Deep())
    bad = "<p onclick=alert(1)>chữ</p><script>alert(2)</script>"
    raw = [
        {
            "type": "lists",
            "id": "1",
            "value": [{"type": "item", "id": "2", "value": {"text": bad}}],
        },
        {"type": "bare", "id": "3", "value": [bad]},
        {"type": "plain", "id": "4", "value": bad},
        {"type": "gone", "id": "5", "value": bad},
    ]
    kept = field.get_prep_value(field.to_python(json.dumps(raw)))
    assert kept[0]["value"][0]["value"]["text"] == "<p>chữ</p>"
    assert kept[1]["value"] == ["<p>chữ</p>"]
    assert kept[2]["value"] == bad, "plain text is text, and escaped where it is shown"


@pytest.mark.django_db
def test_what_stands_in_the_database_is_shown_clean() -> None:
    """As if it had been stored before there was a policy, or past the code."""
    block = BodyBlock()
    for text in TEXTS:
        value = block.to_python([{"type": "paragraph", "value": text, "id": "1"}])
        html = str(value[0].render())
        inner = html.removeprefix('<div class="rich">').removesuffix("</div>\n")
        assert fault_of_fragment(inner.removesuffix("</div>")) is None, (text, html)
        assert fault_of_fragment(str(value[0].value)) is None


def test_what_the_editor_sends_is_stored_clean() -> None:
    """The editor's own JSON, made up by hand: words, and links to whatever address."""
    block = RichTextBlock(features=["bold", "link", "ol"])
    made = {}
    for text in TEXTS:
        content = {
            "blocks": [
                {
                    "key": "abcde", "text": f"x{text}", "type": "unstyled", "depth": 0,
                    "inlineStyleRanges": [{"offset": 0, "length": 1, "style": "BOLD"}],
                    "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
                }
            ],
            "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": text}}},
        }  # fmt: skip
        sent = {"text": json.dumps(content)}
        value = block.value_from_datadict(sent, {}, "text")
        made[text] = block.get_prep_value(block.clean(value))
        assert "data-block-key" in made[text], "comments find their place by it"
    assert_clean(made)


def test_no_field_and_no_block_stores_html_uncleaned() -> None:
    """Every rich text of the code is ours, and nothing takes raw HTML."""
    wrong: list[str] = []

    def look(block: Any, where: str) -> None:
        if isinstance(block, blocks.RawHTMLBlock):
            wrong.append(f"{where}: raw HTML")
        if isinstance(block, blocks.RichTextBlock) and not isinstance(block, RichTextBlock):
            wrong.append(f"{where}: Wagtail's rich text")
        inner = dict(getattr(block, "child_blocks", {}))
        if isinstance(block, blocks.ListBlock):
            inner["item"] = block.child_block
        for name, child in inner.items():
            look(child, f"{where}.{name}")

    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, StreamField):
                look(field.stream_block, str(field))
            if isinstance(field, WagtailRichTextField) and not isinstance(field, RichTextField):
                wrong.append(f"{field}: Wagtail's rich text")
    assert wrong == []
    assert issubclass(type(StandardPage._meta.get_field("body").stream_block), BodyBlock)


# Widgets' settings, and feeds from elsewhere.


def rss_of(texts: list[str]) -> bytes:
    items = "".join(
        f"<item><title>{escape(legal)}</title><link>{escape(legal)}</link>"
        f"<description>{escape(legal)}</description></item>"
        for legal in ("".join(s for s in text if s.isprintable()) for text in texts)
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>' + items
    ).encode() + b"</channel></rss>"


def test_a_foreign_feed_brings_text_and_web_addresses_only() -> None:
    entries = []
    for at in range(0, len(TEXTS), 20):
        fetched = Fetched(
            rss_of(TEXTS[at : at + 20]), "application/rss+xml", "https://tin.vidu.vn/"
        )
        entries += read_feed(fetched)["entries"]
    assert len(entries) > 300
    for entry in entries:
        assert scheme_of(entry["link"]) in {"", "http", "https"}
        shown = f'<a href="{escape(entry["link"])}">{escape(entry["title"])}</a>'
        assert not faults_of_page(shown)


def _filled(block: Any, text: str) -> Any:
    """Stored settings of ``block`` in which every text is ``text``."""
    if isinstance(block, blocks.StructBlock):
        return {name: _filled(child, text) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return [{"type": "item", "id": "1", "value": _filled(block.child_block, text)}]
    if isinstance(block, RichTextBlock | blocks.CharBlock | blocks.TextBlock | blocks.URLBlock):
        return text
    return block.get_prep_value(block.get_default()) if block.name != "" else None


def test_no_widget_shows_hostile_settings(site_a: Department) -> None:
    make_article(site_a)
    tried = set()
    for entry in widgets.all():
        kind = type(entry.widget)
        if not kind.__module__.startswith("plugins."):
            continue
        texts = TEXTS if entry.id == "free_text" else [one.text for one in one_of_each_trick()]
        enable(site_a, entry.plugin_id)
        for text in texts:
            try:
                html = render_widget(kind, _filled(entry.block, text), department=site_a)
            except Exception:
                continue
            tried.add(entry.id)
            assert not faults_of_page(html), (entry.id, text)
    assert {"free_text", "links", "latest_news"} <= tried


def test_a_notice_is_stored_and_shown_clean(site_a: Department) -> None:
    for text in [one.text for one in one_of_each_trick() if "\x00" not in one.text]:
        notice = Notice(department=site_a, title="Thông báo", text=f"<p>{text}</p>")
        notice.save()
        kept = Notice._base_manager.values_list("text", flat=True).get(pk=notice.pk)
        assert fault_of_fragment(kept) is None
        assert fault_of_fragment(notice.body) is None


# The whole way: titles, captions, menus; pages, feeds, data for machines, the API.


def storable(text: str, most: int) -> str:
    """``text`` as a column of ``most`` characters can hold it."""
    return text.replace("\x00", "").strip()[:most] or "x"


def test_hostile_words_stay_words_on_every_page(site_a: Department, browse: Any) -> None:
    chosen = [storable(one.text, 60) for one in one_of_each_trick()[::3]]
    section = section_of(site_a)
    section.intro = chosen[0]
    section.save()
    for number, text in enumerate(chosen[:8]):
        MenuItem.objects.create(department=site_a, title=text, url=text, sort_order=number)
    site_a.tagline = chosen[1]
    site_a.save()
    articles = [
        make_article(
            section,
            text,
            lead=text,
            main_image_caption=text,
            source_name=text,
            body=[
                {"type": "paragraph", "value": text, "id": "1"},
                {"type": "heading", "value": text, "id": "2"},
                {"type": "quote", "value": {"text": text, "attribution": text}, "id": "3"},
                {
                    "type": "table",
                    "value": {
                        "columns": [{"type": "text", "heading": text}],
                        "rows": [{"values": [text]}],
                        "caption": text,
                    },
                    "id": "4",
                },
                {"type": "embed", "value": text, "id": "5"},
            ],
        )
        for text in chosen
    ]
    for article, text in zip(articles, chosen, strict=True):
        # The form refuses it; what was stored past it is no link either.
        ArticlePage.objects.filter(pk=article.pk).update(source_url=text)
    for number, (article, text) in enumerate(zip(articles, chosen, strict=True)):
        # Every page on a sample, the article itself for all.
        answer = browse(site_a, article.local_url)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert faults_of_page(html) == [], text
        soup = BeautifulSoup(html, "html.parser")
        assert soup.h1 is not None
        assert squeeze(soup.h1.get_text()) == squeeze(text)
        for data in soup.find_all("script", type="application/ld+json"):
            json.loads(data.get_text())
            assert "<" not in data.get_text()
        if number % 12 == 0:
            assert faults_of_page(browse(site_a, article.print_url).content.decode()) == []
    for path in ("/", "/kho-tin/", section.local_url, "/so-do-trang/", "/tim-kiem/?q=alert"):
        answer = browse(site_a, path)
        assert faults_of_page(answer.content.decode()) == [], path
    for kind in ("rss", "atom"):
        answer = browse(site_a, f"/{kind}/")
        root = ElementTree.fromstring(answer.content)
        for element in root.iter():
            if element.tag.endswith("encoded") or (
                element.tag.endswith("}content") and element.get("type") == "html"
            ):
                assert faults_of_page(element.text or "") == []
    for path in ("/api/v1/articles", f"/api/v1/articles/{articles[0].pk}", "/sitemap.xml"):
        answer = browse(site_a, path)
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "html" not in answer.headers["Content-Type"]
    for article in articles[::3]:
        told = browse(site_a, f"/api/v1/articles/{article.pk}").json()
        assert faults_of_page(told["html"]) == []
        assert scheme_of((told["source"] or {}).get("url") or "") in {"", *URL_SCHEMES}


def test_an_import_stores_clean_text(site_a: Department) -> None:
    line = {
        "section": "Tin tức",
        "published_at": "2018-01-26T16:15:00+07:00",
    }
    tricks = one_of_each_trick()
    chosen = tricks[::3]
    lines = [
        json.dumps(
            {
                **line,
                "source_id": str(number),
                "title": one.text[:150] or "x",
                "lead": one.text,
                "body_html": "<p>Đoạn</p>"
                + "".join(f"<div>{other.text}</div>" for other in tricks[number * 3 :][:3]),
                "byline": one.text[:100],
            }
        ).encode()
        for number, one in enumerate(chosen)
    ]
    report = import_articles(lines, site_a)
    assert report.created > len(chosen) * 0.8, report.errors
    for article in ArticlePage.objects.all():
        stored = article.get_latest_revision().content["body"]
        assert fault_of_fragment(fragments_of(json.loads(stored))) is None
        assert fault_of_fragment(fragments_of(list(article.body.raw_data))) is None


def test_an_import_takes_no_source_but_a_web_address(site_a: Department) -> None:
    line = {"source_id": "1", "section": "Tin", "published_at": "2018-01-26 10:00",
            "title": "T", "lead": "L", "body_html": "<p>x</p>",
            "source_url": "javascript:alert(1)"}  # fmt: skip
    report = import_articles([json.dumps(line).encode()], site_a)
    assert report.created == 0
    assert len(report.errors) == 1


def test_the_address_for_pasting_answers_clean_blocks(site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.REPORTER)))
    for one in one_of_each_trick():
        answer = client.post(reverse("news_pasted"), {"html": one.text})
        assert answer.headers["Content-Type"] == "application/json"
        for block in answer.json()["blocks"]:
            if block["type"] == "paragraph":
                content = json.loads(block["value"])
                for entity in content["entityMap"].values():
                    assert scheme_of(entity["data"].get("url", "")) in {"", *URL_SCHEMES}


# Templates are not computed, on the server or by way of a format.


def test_template_syntax_stays_text(site_a: Department, browse: Any) -> None:
    syntax = [one.text for one in CORPUS if one.trick == "template"]
    article = make_article(
        site_a,
        "{{ 7|add:7 }}{% now 'Y' %}",
        lead=" ".join(syntax),
        body=[{"type": "paragraph", "value": f"<p>{escape(t)}</p>", "id": str(n)}
              for n, t in enumerate(syntax)],
    )  # fmt: skip
    page = browse(site_a, article.local_url).content.decode()
    shown = BeautifulSoup(page, "html.parser").get_text()
    assert "{{ 7|add:7 }}{% now 'Y' %}" in shown
    for text in syntax:
        assert " ".join(text.split()) in " ".join(shown.split()), text
    assert faults_of_page(page) == []


# Exports.


def test_no_cell_is_computed() -> None:
    passed_over = " \u00a0\u200b\u3000\ufeff"
    for text in TEXTS:
        assert not harmless(text).lstrip(passed_over).startswith(FORMULA_STARTS), text
    # Within a cell, quotes and separators are the writer's; the cell's begin is ours.
    assert harmless("x;=1+1") == "x;=1+1"
    assert harmless("Sở Y tế") == "Sở Y tế"


def cells_of_csv(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]


def cells_of_xlsx(content: bytes) -> list[tuple[str, str]]:
    book = load_workbook(BytesIO(content))
    return [
        (cell.data_type, str(cell.value))
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def test_exports_hold_no_formula(site_a: Department, admin_user: Any) -> None:
    """Lists that Wagtail and plugins export, and our own."""
    for number, text in enumerate(FORMULAS):
        Notice.objects.create(department=site_a, title=storable(text, 100))
        make_article(site_a, storable(text, 100), slug=f"ct-{number}")
    enable(site_a, "notices")
    client = staff_client(admin_user, site_a)
    seen = 0
    for address in (
        reverse("notices_notice:index"),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("site_statistics"),
        reverse("news_credits"),
    ):
        for kind in ("csv", "xlsx"):
            answer = client.get(address, {"export": kind}, follow=True)
            assert answer.status_code == 200, address
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.headers["Content-Type"].startswith("text/html"):
                continue
            if kind == "csv":
                cells = cells_of_csv(content)
            else:
                found = cells_of_xlsx(content)
                assert all(data_type != "f" for data_type, _value in found), address
                cells = [value for data_type, value in found if data_type == "s"]
            wrong = [c for c in cells if c.lstrip(" \u00a0\u3000").startswith(FORMULA_STARTS)]
            assert wrong == [], address
            seen += sum(cell.startswith("'=") for cell in cells)
    assert seen > 0, "no export held a formula at all"


def test_the_templates_of_embeds_let_players_through_only() -> None:
    for one in CORPUS:
        html = render_to_string("wagtailembeds/embed_frontend.html", {"embed": {"html": one.text}})
        assert faults_of_page(html) == []


def test_a_sidebar_of_hostile_settings_is_a_whole_page(site_a: Department, browse: Any) -> None:
    from plugins.free_text.widgets import FreeText
    from plugins.links.widgets import Links

    enable(site_a, "free_text", "links")
    items = []
    for text in [storable(one.text, 5000) for one in one_of_each_trick()]:
        items.append((FreeText, {"title": text[:60], "text": f"<p>chữ {text}</p>"}))
    link = {"title": "javascript:alert(1)", "url": "javascript:alert(1)"}
    items.append((Links, {"title": "L", "links": [{"type": "item", "id": "1", "value": link}]}))
    put_in_sidebar(site_a, *items)
    page = browse(site_a, "/").content.decode()
    assert "chữ" in page
    assert faults_of_page(page) == []
