"""The public search: what is found, in which order, the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import PageViewRestriction

from cms.search import finding
from cms.search.finding import Hit, Place, Within, find, suggest
from cms.search.indexing import write_all
from cms.search.models import Entry
from cms.search.words import read_query
from sites.models import Department
from tests.factories import make_article, section_of

from .corpus import ARTICLES, QUERIES

#: The first article's time; each further one is a day older.
NEWEST = datetime(2025, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def corpus(site_a: Department, site_b: Department) -> dict[int, str]:
    """The articles on one site, by id, and one that has it all on another's."""
    keys = {}
    for number, (key, (title, lead, body)) in enumerate(ARTICLES.items()):
        article = make_article(
            site_a,
            title=title,
            lead=lead,
            slug=key,
            body=[("paragraph", f"<p>{body.replace('&', '&amp;').replace('<', '&lt;')}</p>")],
            published_at=NEWEST - timedelta(days=number),
        )
        keys[article.pk] = key
    everything = " ".join(" ".join(texts) for texts in ARTICLES.values())
    make_article(site_b, body=[("paragraph", f"<p>{everything.replace('<', '')}</p>")])
    return keys


def test_every_query_finds_what_it_must_in_its_order(
    site_a: Department, corpus: dict[int, str]
) -> None:
    wrong = []
    for typed, expected in QUERIES:
        found = find(read_query(typed), Within(site_a.pk), limit=50)
        keys = " ".join(corpus[entry.object_id] for entry in found.hits)
        if keys != expected:
            wrong.append((typed, keys, expected))
    assert not wrong, "\n".join(f"{typed!r}:\n  {got}\n  {want}" for typed, got, want in wrong)


def test_pages_of_results_go_on_where_the_last_one_ended(
    site_a: Department, corpus: dict[int, str]
) -> None:
    for typed in ("số", "duong", "hội nghị", "so"):
        query = read_query(typed)
        whole = find(query, Within(site_a.pk), limit=50).hits
        read: list[Hit] = []
        after = None
        while True:
            results = find(query, Within(site_a.pk), limit=2, after=after)
            read += results.hits
            if results.next is None:
                break
            after = Place.parse(str(results.next))
        assert [entry.pk for entry in read] == [entry.pk for entry in whole]


def test_more_results_than_are_counted_stand_in_the_same_order(
    site_a: Department, corpus: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(typed: str, limit: int) -> list[str]:
        read, after = [], None
        while True:
            results = find(read_query(typed), Within(site_a.pk), limit=limit, after=after)
            read += [corpus[entry.object_id] for entry in results.hits]
            after = results.next
            if after is None:
                return read

    few = {typed: keys(typed, 50) for typed, _ in QUERIES}
    monkeypatch.setattr(finding, "COUNTED", 1)
    for limit in (2, 50):
        many = {typed: keys(typed, limit) for typed, _ in QUERIES}
        assert many == few


def test_a_search_of_everywhere_finds_each_article_once(
    site_a: Department, corpus: dict[int, str]
) -> None:
    found = find(read_query("quy hoạch"), Within(), limit=50).hits
    assert len(found) == 2  # the one of each site
    assert {entry.department_id for entry in found} > {site_a.pk}


def test_what_is_narrowed_down_is_left_out(site_a: Department, corpus: dict[int, str]) -> None:
    section = section_of(site_a)
    other = section_of(site_a, 1)
    make_article(other, title="Đường vào xuân", published_at=NEWEST + timedelta(days=1))

    def keys(**narrowed: Any) -> list[str]:
        within = Within(site_a.pk, **narrowed)
        entries = find(read_query("đường"), within, limit=50).hits
        return [corpus.get(entry.object_id, "new") for entry in entries]

    everything = keys()
    assert everything[0] == "new"
    assert keys(section_ids=[section.pk]) == everything[1:]
    assert keys(section_ids=[other.pk]) == ["new"]
    assert keys(kind="tin") == everything
    assert keys(kind="trang") == []
    assert keys(begin=NEWEST + timedelta(hours=1)) == ["new"]
    assert keys(end=NEWEST + timedelta(hours=1)) == everything[1:]


def test_what_is_not_public_is_not_found(site_a: Department) -> None:
    def found() -> list[int]:
        entries = find(read_query("hoa gạo"), Within(site_a.pk), limit=50).hits
        return sorted(entry.object_id for entry in entries)

    shown = make_article(site_a, title="Mùa hoa gạo")
    make_article(site_a, title="Mùa hoa gạo", live=False)
    taken_down = make_article(site_a, title="Mùa hoa gạo")
    deleted = make_article(site_a, title="Mùa hoa gạo")
    assert found() == [shown.pk, taken_down.pk, deleted.pk]
    taken_down.unpublish()
    deleted.delete()
    assert found() == [shown.pk]
    restriction = PageViewRestriction.objects.create(
        page=shown.get_parent(), restriction_type="login"
    )
    assert found() == []
    restriction.delete()
    assert found() == [shown.pk]


def test_a_moved_article_is_found_where_it_is(site_a: Department, site_b: Department) -> None:
    article = make_article(site_a, title="Mùa hoa gạo")
    query = read_query("hoa gạo")
    article.move(section_of(site_b), pos="last-child")
    assert find(query, Within(site_a.pk), limit=5).hits == []
    there = Within(site_b.pk, section_ids=[section_of(site_b).pk])
    assert [hit.object_id for hit in find(query, there, limit=5).hits] == [article.pk]


def test_all_entries_made_anew_are_what_they_were(
    site_a: Department, corpus: dict[int, str]
) -> None:
    before = set(Entry.objects.values_list("kind", "object_id", "section_id", "at"))
    Entry.objects.filter(object_id__in=list(corpus)[:3]).delete()
    Entry.objects.update(section=None)
    Entry.objects.create(
        kind="tin", object_id=10**9, department=site_a, at=NEWEST, title={"x"}, text={"x"}
    )
    told: list[tuple[str, int, int]] = []
    total = write_all(lambda *progress: told.append(progress))
    assert set(Entry.objects.values_list("kind", "object_id", "section_id", "at")) == before
    assert total == len(before)
    assert told[-1][1] == told[-1][2]


def test_suggestions_are_titles_with_the_words_typed(
    site_a: Department, corpus: dict[int, str]
) -> None:
    def keys(typed: str) -> list[str]:
        return [corpus[entry.object_id] for entry in suggest(typed, Within(site_a.pk), limit=8)]

    assert keys("hoi n") == ["tong-ket", "hoi-dong"]
    assert keys("hội ngh") == ["tong-ket"]
    assert keys("quy h") == ["quy-hoach"]
    assert keys("quy") == ["quy-bon", "quy-ngheo", "quy-hoach"]
    assert keys("thuy") == ["thuy-loi", "thuy-san"]
    assert keys("thuo") == ["dang-uy", "ly-thuong-kiet"]
    assert keys("thuy ") == ["thuy-loi", "thuy-san"]
    assert keys("03/KH-ST") == ["ke-hoach"]
    assert keys("xyz") == keys("") == keys("  ") == keys("&") == []


@pytest.mark.parametrize("wrong", ["", "a", "1-2", "1-2-3-4", "1--3", "1-٣-3", f"1-{10**30}-3"])
def test_a_place_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        Place.parse(wrong)


def test_the_command_says_and_mends_what_is_missing(
    site_a: Department, corpus: dict[int, str], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("index_search", "--check")
    Entry.objects.filter(object_id__in=list(corpus)[:3]).delete()
    with pytest.raises(CommandError, match="without --check"):
        call_command("index_search", "--check")
    assert "tin: 3 without an entry, 0 of what is gone" in capsys.readouterr().out
    call_command("index_search")
    assert " entries in " in capsys.readouterr().out
    call_command("index_search", "--check")
