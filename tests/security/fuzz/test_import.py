"""Any file handed to ``import_articles``: a reason for each bad line, and the good ones are in."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import strategies as st

from cms.news.importing import OPTIONAL, REQUIRED
from cms.news.models import ArticlePage
from sites.batch import COLUMNS, UnreadableTableError, check, read_table
from sites.models import Department

from .odd import json_values, texts, tries

pytestmark = pytest.mark.django_db

GOOD = {
    "source_id": "tot",
    "section": "Thời sự",
    "published_at": "2018-01-26T16:15:00+07:00",
    "title": "Bài tốt",
    "lead": "Tóm tắt",
    "body_html": "<p>Thân bài</p>",
    "url": "/default.aspx?id=1",
    "byline": "Tin: A - Ảnh: B",
    "views": 5,
    "source_name": "Báo",
    "source_url": "https://bao.example/1",
}


def line(**changed: Any) -> bytes:
    """A line that is good but for what is ``changed``."""
    return json.dumps({**GOOD, "source_id": "khác", **changed}).encode()


spoilt = st.dictionaries(
    st.sampled_from([*REQUIRED, *OPTIONAL, "visits", "lạ"]), json_values | texts, max_size=3
).map(lambda changed: line(**changed))
lines = st.one_of(
    spoilt,
    st.binary(max_size=60),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.builds(lambda cut: line()[:cut], st.integers(0, 200)),
)


#: What once ended an import, or might.
FOUND = [
    b"[" * 100_000,
    line(title="nửa chữ \ud800"),
    line(source_id="\ud800"),
    line(**{"\ud800": 1}),
    line(source_id="a" * 300),
    line(source_id="a\0b"),
    line(url="http://["),
    line(url="/" + "a" * 3000),
    line(section="a" * 300),
    line(section=" "),
    line(title="\u200b"),
    line(published_at="0001-01-01T00:00:00+14:00"),
    line(published_at="1990-01-01T00:00:00+99:99"),
    line(views=10**12),
    b'{"visits": 1e999}',
    line(source_id=10**30),
    line(byline="a" * 5000),
    line(source_name="a" * 5000),
    line(source_url="https://" + "a" * 5000),
    line(body_html="<p>" * 20_000 + "chữ"),
    line(body_html="<p>nửa \ud800</p>"),
]


@tries(25)
@given(st.lists(lines, min_size=1, max_size=6))
@example(FOUND)
def test_any_line_is_imported_or_refused_with_a_reason(
    site_a: Department, tmp_path: Path, found: list[bytes]
) -> None:
    file = tmp_path / "bài.jsonl"
    good = json.dumps(GOOD).encode()
    file.write_bytes(b"\n".join([*(each.replace(b"\n", b" ") for each in found), good]))
    # As a terminal does it, and a pipe: what cannot be written fails.
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    number = f"line {len(found) + 1}:"
    outcome = ""
    try:
        call_command(
            "import_articles", file, site=site_a.host, dry_run=True, stdout=out, stderr=err
        )
    except CommandError as error:
        outcome = str(error)
    told, refused = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    assert " created, " in told
    assert ("were not imported" in outcome) is bool(refused)
    assert number not in refused
    assert "0 created" not in told.splitlines()[-1]
    assert not ArticlePage.objects.filter(title=GOOD["title"]).exists()


ROW = {"host": "so-b.localhost", "name": "Sở B", "kind": "department", "email": "b@example.org"}
tables = st.lists(
    st.dictionaries(st.sampled_from([*COLUMNS]), texts, max_size=3).map(lambda cell: ROW | cell),
    min_size=1,
    max_size=3,
).map(lambda rows: table_of(rows))


def table_of(rows: list[dict[str, str]]) -> bytes:
    """A table of sites as a spreadsheet saves it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@tries(150)
@given(tables | st.binary(max_size=200) | texts.map(lambda text: text.encode("utf-8", "replace")))
def test_any_table_of_sites_is_read_or_refused_with_a_reason(
    site_a: Department, data: bytes
) -> None:
    try:
        found = read_table(data)
    except UnreadableTableError as error:
        assert_told(str(error))
        return
    check(found)
    for each in found:
        assert all(each.problems)
        # What is not refused is a host that a site can have.
        assert each.problems or re.fullmatch(r"[a-z0-9.-]+", each.host)


def assert_told(reason: str) -> None:
    """A refusal says why."""
    assert reason
