"""Importing an older portal: repeatable, line by line, never half."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.news.importing import Report, import_articles
from cms.news.models import ArticlePage, SectionPage
from cms.traffic.counts import SiteCounts
from sites.models import Department
from tests.factories import home_of

LINE = {
    "source_id": "271823",
    "url": "/default.aspx?sid=1269&id=271823",
    "section": "Tin tức sự kiện",
    "published_at": "2018-01-26T16:15:00+07:00",
    "title": "Sở ban hành Kế hoạch thi đua",
    "lead": "Tóm tắt của bài.",
    "body_html": "<p>Đoạn một.</p><ul><li>Mục một</li><li>Mục hai</li></ul>",
    "byline": "Thời Vụ (tổng hợp)",
    "views": 618,
}


def lines(*records: Any) -> list[bytes]:
    return [
        record if isinstance(record, bytes) else json.dumps(record).encode() for record in records
    ]


def run(department: Department, *records: Any, **kwargs: Any) -> Report:
    return import_articles(lines(*records), department, **kwargs)


def test_a_line_becomes_an_article(site_a: Department) -> None:
    report = run(site_a, LINE, {"visits": 3460242})
    assert (report.created, report.errors) == (1, [])
    article = ArticlePage.objects.get()
    assert article.live
    assert article.section.title == "Tin tức – Sự kiện"
    assert timezone.localtime(article.published_at).strftime("%d/%m/%Y %H:%M") == "26/01/2018 16:15"
    assert article.byline_lines == ["Thời Vụ (tổng hợp)"]
    assert [block.block_type for block in article.body] == ["paragraph"]
    assert "<li>Mục hai</li>" in str(article.body[0].value)
    counts = SiteCounts(site_a.site_id)
    assert counts.views(article.pk) == 618
    assert counts.visits().total == 3460242


def test_a_second_run_changes_nothing(site_a: Department) -> None:
    run(site_a, LINE, {"visits": 5})
    revision = ArticlePage.objects.get().latest_revision_id
    report = run(site_a, LINE, {"visits": 5})
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert ArticlePage.objects.get().latest_revision_id == revision


def test_what_is_broken_off_goes_on_from_there(site_a: Department) -> None:
    records = [{**LINE, "source_id": str(number), "url": ""} for number in range(4)]

    def break_off(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(site_a, *records, progress=break_off)
    assert ArticlePage.objects.count() == 2
    report = run(site_a, *records)
    assert (report.created, report.unchanged) == (2, 2)


def test_a_changed_line_updates_and_keeps_the_address(site_a: Department) -> None:
    run(site_a, LINE)
    before = ArticlePage.objects.get()
    changed = {**LINE, "title": "Tiêu đề sửa lại", "section": "Thông báo", "views": 700}
    report = run(site_a, changed)
    assert (report.created, report.updated) == (0, 1)
    after = ArticlePage.objects.get()
    assert after.title == "Tiêu đề sửa lại"
    assert after.slug == before.slug
    assert after.section.title == "Thông báo"
    assert SiteCounts(site_a.site_id).views(after.pk) == 700
    assert after.byline.count() == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "JSON"),
        (b"[1]", "object"),
        (b'{"title": "\xff"}', "UTF-8"),
        ({**LINE, "lead": ""}, "lead"),
        ({**LINE, "published_at": "2018-02-30"}, "published_at"),
        ({**LINE, "published_at": "2999-01-01"}, "future"),
        ({**LINE, "views": -1}, "views"),
        ({**LINE, "views": "618"}, "views"),
        ({**LINE, "views": True}, "views"),
        ({**LINE, "title": 5}, "title"),
        ({**LINE, "title": "a" * 300}, "title"),
        ({**LINE, "body_html": "<script>alert(1)</script>"}, "body_html"),
        ({**LINE, "source_url": "javascript:alert(1)"}, "URL"),
        ({**LINE, "titel": "x"}, "titel"),
        ({"visits": "nhiều"}, "visits"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(
    site_a: Department, bad: Any, reason: str
) -> None:
    second = {**LINE, "source_id": "2", "url": "/default.aspx?id=2"}
    report = run(site_a, bad, second)
    assert report.created == 1
    [(number, text)] = report.errors
    assert number == 1
    assert reason in text


def test_a_bad_line_leaves_nothing_behind(site_a: Department) -> None:
    before = Page.objects.count()
    report = run(site_a, {**LINE, "section": "Mục chưa có", "body_html": "<p></p>"})
    assert report.errors
    assert report.sections == []
    assert Page.objects.count() == before
    assert not Redirect.objects.exists()
    good = run(site_a, {**LINE, "section": "Mục chưa có"})
    assert good.sections == ["Mục chưa có"]
    assert SectionPage.objects.filter(title="Mục chưa có").count() == 1


def test_the_same_source_twice_in_a_file_is_an_error(site_a: Department) -> None:
    report = run(site_a, LINE, {**LINE, "title": "Khác"})
    assert report.created == 1
    assert "line 1" in report.errors[0][1]


def test_dry_run_reports_and_changes_nothing(site_a: Department) -> None:
    before = Page.objects.count()
    report = run(site_a, LINE, {"visits": 9}, dry_run=True)
    assert report.created == 1
    assert Page.objects.count() == before
    assert SiteCounts(site_a.site_id).visits().total == 0
    home = home_of(site_a)
    assert home.numchild == home.get_children().count()


def test_hostile_html_is_reduced_to_text(site_a: Department) -> None:
    html = (
        '<p onclick="x()">Chữ <a href="javascript:alert(1)">liên kết</a></p>'
        "<iframe src='//evil'></iframe><img src=x onerror=alert(1)><style>p{}</style>"
        "<table><tr><th>Cột</th></tr><tr><td><b>1</b></td></tr></table>"
    )
    run(site_a, {**LINE, "body_html": html})
    body = ArticlePage.objects.get().body
    text = json.dumps(body.get_prep_value(), ensure_ascii=False)
    for bad in ("onclick", "javascript", "iframe", "onerror", "style"):
        assert bad not in text
    assert [block.block_type for block in body] == ["paragraph", "table"]


def test_text_is_stored_in_nfc(site_a: Department) -> None:
    run(site_a, {**LINE, "title": "Tha\u0309o luận", "body_html": "<p>Ngu\u031bo\u031b\u0300i</p>"})
    article = ArticlePage.objects.get()
    assert article.title == "Thảo luận"
    assert "Người" in str(article.body[0].value)


def test_equal_titles_get_addresses_of_their_own(site_a: Department) -> None:
    run(site_a, LINE, {**LINE, "source_id": "2", "url": ""})
    slugs = ArticlePage.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["so-ban-hanh-ke-hoach-thi-dua", "so-ban-hanh-ke-hoach-thi-dua-2"]


def test_old_addresses_lead_to_the_new_page(site_a: Department, browse: Any) -> None:
    front = {**LINE, "source_id": "9", "url": "/?tin=9", "title": "Bài ở trang chủ cũ"}
    path_only = {**LINE, "source_id": "8", "url": "/tin/271.html", "title": "Bài theo đường dẫn"}
    assert not run(site_a, LINE, front, path_only).errors
    browse(site_a, "/")  # the front page is in the cache before the old address is asked for
    browse(site_a, "/")
    for old, title in (
        ("/default.aspx?sid=1269&id=271823", LINE["title"]),
        ("/default.aspx?id=271823&sid=1269", LINE["title"]),
        ("/?tin=9", "Bài ở trang chủ cũ"),
        ("/tin/271.html", "Bài theo đường dẫn"),
    ):
        for _ in range(2):
            response = browse(site_a, old)
            assert response.status_code == 301, old
        article = ArticlePage.objects.get(title=title)
        assert response["Location"].endswith(article.local_url)
    assert browse(site_a, "/?tin=10").status_code == 200
    assert browse(site_a, "/default.aspx?sid=1269&id=1").status_code == 404
    assert browse(site_a, "/default.aspx").status_code == 404


def test_the_command_reports_and_its_exit_code_says_so(
    site_a: Department, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bai.jsonl"
    file.write_bytes(b"\n".join(lines(LINE, b"{", {"visits": 1})))
    with pytest.raises(CommandError, match="1 lines"):
        call_command("import_articles", str(file), site=site_a.host)
    shown = capsys.readouterr()
    assert "line 2" in shown.err
    assert "1 created" in shown.out
    with pytest.raises(CommandError, match="no site"):
        call_command("import_articles", str(file), site="khong.co")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_articles", str(tmp_path / "x"), site=site_a.host)


def test_the_real_article_when_it_is_at_hand(site_a: Department, browse: Any) -> None:
    """Reads the seed beside the checkout; its text stays out of the project."""
    seed = Path(__file__).parents[4] / "shared" / "seed" / "article.txt"
    if not seed.exists():
        pytest.skip("the seed article is not beside this checkout")
    paragraphs = [line for line in seed.read_text().splitlines() if line.strip()]
    start = next(i for i, line in enumerate(paragraphs) if line.startswith("Tin tức sự kiện"))
    end = next(i for i, line in enumerate(paragraphs) if line.startswith("Thời Nhiệm"))
    title, lead, *body = paragraphs[start + 1 : end]
    record = {**LINE, "title": title, "lead": lead, "byline": paragraphs[end]}
    record["body_html"] = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    assert not run(site_a, record, {"visits": 3460242}).errors
    article = ArticlePage.objects.get()
    shown = browse(site_a, article.local_url).text
    for text in ("Thứ Sáu, 26/01/2018, 16:15", title, lead, paragraphs[end], "3.460.242", ">618<"):
        assert text in shown
