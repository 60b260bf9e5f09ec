"""The headers of every kind of answer, errors and files included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import override_settings

from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client
from tests.front import FrontClient

UNSAFE = ("'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:")


def directives(response: HttpResponse) -> dict[str, list[str]]:
    """The content policy of an answer, by directive."""
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {part[0]: part[1:] for part in parts if part}


@pytest.fixture
def answers(site_a: Department, settings: Any, tmp_path: Any) -> dict[str, Callable[[], Any]]:
    """An answer of each kind, by name; those of the public site first."""
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("images/x.png", ContentFile(b"\x89PNG\r\n\x1a\n"))
    article = make_article(site_a, title="Hội nghị")
    editor = staff_client(make_user((site_a, Role.EDITOR)))
    client = FrontClient(headers={"host": site_a.host}, raise_request_exception=False)
    path = article.local_url

    def ask(path: str, **kwargs: Any) -> Callable[[], Any]:
        return lambda: client.get(path, **kwargs)

    return {
        "front page": ask("/"),
        "front page, kept": ask("/"),
        "article": ask(path),
        "to be printed": ask(f"{path}ban-in/"),
        "search": ask("/tim-kiem/?q=hoi+nghi"),
        "not found": ask("/khong-co/"),
        "redirect": ask(path.rstrip("/")),
        "wrong method": lambda: client.put("/tim-kiem/"),
        "feed": ask("/rss/"),
        "sitemap": ask("/sitemap.xml"),
        "robots": ask("/robots.txt"),
        "api": ask("/api/v1/articles/"),
        "register": ask("/tien-ich/van-ban/"),
        "media": ask("/media/images/x.png"),
        "unknown host": lambda: client.get("/", headers={"host": "khong-co.localhost"}),
        "login": lambda: client.get("/admin/account/login/", headers={"host": "localhost"}),
        "admin": lambda: editor.get("/admin/", headers={"host": "localhost"}),
        "admin, refused": lambda: editor.get("/admin/sites/", headers={"host": "localhost"}),
    }


def test_every_answer_carries_them(answers: dict[str, Callable[[], Any]]) -> None:
    faults = []
    for name, ask in answers.items():
        response = ask()
        for header, wanted in (
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ):
            if response.get(header) != wanted:
                faults.append(f"{name} ({response.status_code}): {header}: {response.get(header)}")
        if "Content-Security-Policy" not in response:
            faults.append(f"{name} ({response.status_code}): no content policy")
    assert not faults, "\n".join(faults)


def test_no_public_answer_allows_inline_code(answers: dict[str, Callable[[], Any]]) -> None:
    for name, ask in answers.items():
        if name.startswith(("admin", "login")):
            continue
        policy = directives(ask())
        scripts = policy.get("script-src", policy["default-src"])
        assert not set(scripts) & set(UNSAFE), (name, scripts)
        styles = policy.get("style-src", policy["default-src"])
        assert not set(styles) & set(UNSAFE), (name, styles)
        if name != "media":
            assert policy["object-src"] == ["'none'"], name
            assert policy["frame-ancestors"] == ["'self'"], name


@override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=False)
def test_over_tls_browsers_are_told_to_stay_there(site_a: Department) -> None:
    client = FrontClient(headers={"host": site_a.host})
    for _time in range(2):
        response = client.get("/", secure=True)
        assert response["Strict-Transport-Security"] == "max-age=31536000"
