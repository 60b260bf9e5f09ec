"""The demo content: repeatable, distinct, complete, and awkward where it should be."""

import datetime
import re
import unicodedata
from dataclasses import asdict
from itertools import pairwise

import pytest

from cms.demo.content import ZONE, DemoArticle, articles, cores, extra_sites, site, sites
from cms.demo.names import contrast_with_white, load
from cms.demo.slots import SLOT

UNTIL = datetime.date(2026, 11, 20)
KEYS = ["tinh", "so-tttt", "so-y-te", "xa-demo"]
MADE = ["so-tai-chinh", "phuong-hoa-mai", "xa-an-lien"]


def made(key: str, count: int = 60) -> list[DemoArticle]:
    return list(articles(key, count, "demo", UNTIL))


def strings(value: object) -> list[str]:
    """Return every string inside a nested value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in strings(item)]
    return []


def blocks(found: list[DemoArticle], kind: str) -> list[object]:
    return [value for article in found for name, value in article.body if name == kind]


@pytest.mark.parametrize("key", KEYS + MADE)
def test_same_arguments_give_the_same_articles(key: str) -> None:
    assert made(key) == made(key)


def test_another_seed_gives_other_articles() -> None:
    assert made("tinh") != list(articles("tinh", 60, "another", UNTIL))


@pytest.mark.parametrize("key", KEYS + MADE)
def test_a_longer_run_begins_with_the_shorter_one(key: str) -> None:
    assert made(key, 200)[:60] == made(key, 60)


@pytest.mark.parametrize("key", KEYS + MADE)
@pytest.mark.parametrize("count", [60, 500])
def test_titles_and_keys_never_repeat(key: str, count: int) -> None:
    found = made(key, count)
    assert len({article.title for article in found}) == count
    assert len({article.source_key for article in found}) == count
    assert max(len(article.title) for article in found) <= 250


@pytest.mark.parametrize("key", KEYS)
def test_sixty_articles_are_sixty_different_cores(key: str) -> None:
    assert len(cores(key)) >= 60
    assert len({article.lead for article in made(key)}) == 60


@pytest.mark.parametrize("key", KEYS + MADE)
def test_all_text_is_nfc_and_has_no_open_slot(key: str) -> None:
    texts = strings(asdict(site(key)))
    for article in made(key, 300):
        texts += strings(asdict(article))
    for text in texts:
        assert unicodedata.is_normalized("NFC", text)
        assert not SLOT.search(text), text


@pytest.mark.parametrize("key", KEYS + MADE)
def test_paragraphs_use_only_the_allowed_html(key: str) -> None:
    for html in blocks(made(key, 120), "paragraph"):
        tags = set(re.findall(r"</?([a-z0-9]+)", str(html)))
        assert tags <= {"p", "b", "i", "a", "ul", "ol", "li"}


@pytest.mark.parametrize("key", KEYS + MADE)
def test_every_section_has_news_and_every_article_a_section(key: str) -> None:
    used = {article.section_slug for article in made(key)}
    assert used == {section.slug for section in site(key).sections}


@pytest.mark.parametrize("key", KEYS)
def test_awkward_cases_are_among_the_first_sixty(key: str) -> None:
    found = made(key)
    assert any(180 <= len(article.title) <= 225 for article in found)
    assert any(article.picture_key is None for article in found)
    assert any(len(table["header"]) == 12 for table in blocks(found, "table"))  # type: ignore[index]
    assert blocks(found, "quote")
    assert blocks(found, "image")
    assert any(len(article.byline) >= 3 for article in found)
    assert any(role == "compiled" for article in found for _, role in article.byline)


@pytest.mark.parametrize("key", KEYS + MADE)
def test_tables_are_rectangular(key: str) -> None:
    for table in blocks(made(key, 200), "table"):
        widths = {len(row) for row in table["rows"]}  # type: ignore[index]
        assert widths == {len(table["header"])}  # type: ignore[index]


@pytest.mark.parametrize("key", KEYS)
def test_times_are_plausible(key: str) -> None:
    times = [article.published_at for article in made(key, 300)]
    assert all(time.tzinfo is ZONE and 7 <= time.hour < 18 for time in times)
    assert all(UNTIL - datetime.timedelta(days=3 * 365 + 1) <= t.date() < UNTIL for t in times)
    assert sum(time.weekday() < 5 for time in times) > 0.85 * len(times)
    recent = [time for time in times if (UNTIL - time.date()).days < 365]
    assert len(recent) > len(times) / 2
    assert any(a == b for a, b in pairwise(sorted(times)[:]))
    first = [article.published_at for article in made(key)]
    assert len(set(first)) < len(first)
    assert len({time.date() for time in first}) < len(set(first))


@pytest.mark.parametrize("key", KEYS)
def test_seasonal_news_comes_in_its_season(key: str) -> None:
    seasons = {core["title"]: core["months"] for core in cores(key) if "months" in core}
    found = [article for article in made(key) if article.title in seasons]
    assert found
    assert all(article.published_at.month in seasons[article.title] for article in found)


def test_staff_are_complete_and_named_after_their_site() -> None:
    suffixes = {"tinh": "tinh", "so-tttt": "tttt", "so-y-te": "yte", "xa-demo": "xa"}
    usernames = []
    for place in sites():
        assert [member.role for member in place.staff] == [
            "reporter",
            "editor",
            "chief_editor",
            "site_admin",
        ]
        assert all(member.last_name and member.first_name for member in place.staff)
        assert all(" " not in member.first_name for member in place.staff)
        assert place.staff[0].pen_name
        assert all(m.username.endswith("." + suffixes[place.key]) for m in place.staff)
        usernames += [member.username for member in place.staff]
    assert len(set(usernames)) == 16


@pytest.mark.parametrize("key", KEYS + MADE)
def test_a_site_is_complete(key: str) -> None:
    place = site(key)
    assert place.kind in {"province", "department", "commune"}
    assert 4 <= len(place.sections) <= 6
    assert [page.slug for page in place.pages] == ["gioi-thieu", "co-cau-to-chuc", "lien-he"]
    assert all(page.lead and page.body for page in place.pages)
    assert place.contact.email.endswith(".example")
    assert place.motto
    assert len(place.staff) == 4


def test_accents_carry_white_text() -> None:
    for place in [*sites(), *extra_sites(200, "demo")]:
        assert contrast_with_white(place.accent) >= 4.5, place.key
    assert len({place.accent for place in sites()}) == 4


def test_two_hundred_extra_sites_have_hosts_of_their_own() -> None:
    everyone = [*sites(), *extra_sites(200, "demo")]
    assert len({place.host for place in everyone}) == 204
    assert len({place.name for place in everyone}) == 204
    assert len({member.username for place in everyone for member in place.staff}) == 816


def test_extra_sites_repeat_and_grow() -> None:
    assert extra_sites(30, "demo") == extra_sites(30, "demo")
    assert extra_sites(200, "demo")[:30] == extra_sites(30, "demo")


def test_more_extra_sites_than_bodies_is_refused() -> None:
    with pytest.raises(ValueError, match="further bodies"):
        extra_sites(100_000, "demo")


def test_an_unknown_site_is_refused() -> None:
    with pytest.raises(KeyError):
        next(articles("khong-co", 1, "demo", UNTIL))


def test_every_core_has_enough_to_say() -> None:
    for key in KEYS + MADE:
        for article in made(key):
            assert sum(kind == "paragraph" for kind, _ in article.body) >= 3, article.title


def test_every_scene_has_words_for_those_who_cannot_see_it() -> None:
    scenes = load("scenes")
    for topic in load("topics").values():
        assert set(topic["scenes"]) <= set(scenes)
    assert all(words["alt"] and words["captions"] for words in scenes.values())
