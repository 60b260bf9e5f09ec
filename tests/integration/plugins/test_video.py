"""A video comes from the site or from a player that was allowed, and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError

from cms.sdk.testing import WidgetContract, render_widget, stored_config
from cms.widgets.registry import widgets
from plugins.video.players import player_for
from plugins.video.widgets import Video
from sites.models import Department

YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
YOUTUBE_FRAME = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1&rel=0"
VIMEO_FRAME = "https://player.vimeo.com/video/1084537?dnt=1&autoplay=1"


class TestContract(WidgetContract):
    widget = Video
    config = {"name": "Phim tư liệu", "address": YOUTUBE}


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (YOUTUBE, YOUTUBE_FRAME),
        ("http://youtube.com/watch?t=5&v=dQw4w9WgXcQ&list=x", YOUTUBE_FRAME),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ#t=3", YOUTUBE_FRAME),
        (" https://youtu.be/dQw4w9WgXcQ?si=abc ", YOUTUBE_FRAME),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", YOUTUBE_FRAME),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE_FRAME),
        ("https://www.youtube.com/live/dQw4w9WgXcQ?feature=share", YOUTUBE_FRAME),
        ("https://vimeo.com/1084537", VIMEO_FRAME),
        ("https://player.vimeo.com/video/1084537?color=fff", VIMEO_FRAME),
        ("https://vimeo.com/1084537/0123abcdef", f"{VIMEO_FRAME}&h=0123abcdef"),
        ("https://player.vimeo.com/video/1084537?h=0123abcdef", f"{VIMEO_FRAME}&h=0123abcdef"),
    ],
)
def test_a_players_address_is_made_of_the_videos_id(address: str, frame: str) -> None:
    player = player_for(address)
    assert player is not None
    assert player.frame_url == frame


STRANGE = [
    "",
    "dQw4w9WgXcQ",
    "https://vidu.vn/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com.xau.vn/watch?v=dQw4w9WgXcQ",
    "https://xau.vn/https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com@xau.vn/watch?v=dQw4w9WgXcQ",
    "https://me@www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com:x/watch?v=dQw4w9WgXcQ",
    "javascript://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "ftp://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "//www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com/watch?v=short",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQQ",
    'https://www.youtube.com/watch?v=dQw4w9"><x',
    "https://www.youtube.com/watch",
    "https://www.youtube.com/@kenh",
    "https://www.youtube.com/embed/../dQw4w9WgXcQ",
    "https://youtu.be/",
    "https://youtu.be/dQw4w9WgXcQ/x",
    "https://vimeo.com/channels/staffpicks/1084537",
    "https://vimeo.com/x1084537",
    "https://vimeo.com/١٠٨٤٥٣٧",
    "https://[::1/watch",
    '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>',
]


@pytest.mark.parametrize("address", STRANGE)
def test_any_other_address_is_nobodys(address: str) -> None:
    assert player_for(address) is None


def test_a_key_that_is_none_is_left_out() -> None:
    player = player_for('https://player.vimeo.com/video/1084537?h="><script>')
    assert player is not None
    assert player.frame_url == VIMEO_FRAME


def test_the_content_policy_names_exactly_the_players() -> None:
    hosts = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]
    made = {f"https://{url.split('/')[2]}" for url in (YOUTUBE_FRAME, VIMEO_FRAME)}
    assert set(hosts) == {"'self'", *made}


def video(department: Department, **config: Any) -> BeautifulSoup:
    html = render_widget(Video, {"name": "Phim", **config}, department=department)
    return BeautifulSoup(html, "html.parser")


def test_nothing_is_loaded_before_it_is_played(site_a: Department) -> None:
    soup = video(site_a, address=YOUTUBE)
    assert soup.select("iframe, video, script, link, source") == []
    assert soup.select("[src], [srcset]") == []
    link = soup.select_one("a.video__play")
    assert link["href"] == YOUTUBE
    assert link["data-video"] == YOUTUBE_FRAME
    assert "YouTube" in soup.figcaption.text


def test_a_file_of_the_site_is_played_from_it(
    site_a: Department, make_file: Callable[..., Any], make_picture: Callable[..., Any]
) -> None:
    film, words = make_file(site_a, "phim.MP4"), make_file(site_a, "phim.vtt")
    poster = make_picture(site_a)
    soup = video(site_a, file=film.pk, subtitles=words.pk, poster=poster.pk)
    link = soup.select_one("a.video__play")
    assert link["href"] == film.file.url
    assert link["data-type"] == "video/mp4"
    assert link["data-subtitles"] == words.file.url
    assert link["data-video"] == ""
    assert link.img["width"]
    assert ".webp" in link.img["srcset"]


def test_files_and_posters_of_another_site_are_not_shown(
    site_a: Department,
    site_b: Department,
    make_file: Callable[..., Any],
    make_picture: Callable[..., Any],
) -> None:
    film, poster = make_file(site_b, "phim.webm"), make_picture(site_b)
    assert video(site_a, file=film.pk).text == ""
    assert video(site_b, file=film.pk).text != ""
    assert video(site_a, address=YOUTUBE, poster=poster.pk).img is None


def test_stored_rubbish_shows_nothing(site_a: Department, make_file: Callable[..., Any]) -> None:
    assert video(site_a, file=10**9, poster=10**9).text == ""
    assert video(site_a, address="https://xau.vn/").text == ""
    assert video(site_a, file=make_file(site_a, "bang.csv").pk).text == ""
    assert video(site_a).text == ""


def errors(**config: Any) -> dict[str, ValidationError]:
    entry = widgets.get("video")
    assert entry is not None
    value = entry.block.to_python(stored_config(Video, {"name": "Phim", **config}))
    with pytest.raises(ValidationError) as error:
        entry.block.clean(value)
    found: dict[str, ValidationError] = error.value.block_errors  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(
    "address",
    [
        "https://vidu.vn/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com.xau.vn/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/@kenh",
        "https://vimeo.com/channels/staffpicks/1084537",
    ],
)
def test_the_form_refuses_other_addresses_and_names_the_allowed(db: None, address: str) -> None:
    assert "YouTube, Vimeo" in errors(address=address)["address"].message


def test_the_form_wants_one_film_that_plays(
    site_a: Department, make_file: Callable[..., Any]
) -> None:
    film, table = make_file(site_a, "phim.mp4"), make_file(site_a, "bang.csv")
    assert "address" in errors()
    assert "address" in errors(file=film.pk, address=YOUTUBE)
    assert "file" in errors(file=table.pk)
    assert "subtitles" in errors(file=film.pk, subtitles=table.pk)
