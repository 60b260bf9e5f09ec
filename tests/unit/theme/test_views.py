"""A department's style sheet: under the address of its content, kept for ever."""

import pytest
from django.test import Client

from cms.theme.colours import light_tokens
from cms.theme.views import theme_url

pytestmark = pytest.mark.django_db


def test_stylesheet_carries_the_accent_and_is_immutable(site_a, browse):
    response = browse(site_a, theme_url(site_a))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert f"--link:{light_tokens(site_a.accent)['link']}" in response.content.decode()
    assert "prefers-color-scheme:dark" in response.content.decode()


def test_address_changes_with_the_colour(site_a):
    before = theme_url(site_a)
    site_a.accent = "#a3194b"
    assert theme_url(site_a) != before


def test_old_address_gets_the_present_colours_for_a_short_time(site_a, browse):
    old = theme_url(site_a)
    site_a.accent = "#a3194b"
    site_a.save()
    response = browse(site_a, old)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert "#a3194b" in response.content.decode()


def test_unknown_site_is_not_found(site_a, browse):
    assert browse(site_a, "/_sen/theme/99999-abc.css").status_code == 404


def test_only_reading_is_allowed(site_a):
    client = Client(headers={"host": site_a.host})
    assert client.post(theme_url(site_a)).status_code == 405
