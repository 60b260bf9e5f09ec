"""Styles and scripts in the page: allowed by their hash and by nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from cms.delivery.inline import Inline, read_script, read_style
from cms.theme.colours import light_tokens
from sites.models import Department
from tests.factories import make_user, staff_client

from .samples import Note

INLINE = re.compile(r"<(style|script)(?: type=\"module\")?>(.*?)</\1>", re.DOTALL)


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.fixture
def static_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of static files beside those of the applications."""
    find = finders.find

    def find_here_first(path: str) -> str | None:
        return str(tmp_path / path) if (tmp_path / path).exists() else find(path)

    monkeypatch.setattr(finders, "find", find_here_first)
    return tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/khong-co/"])
def test_a_page_asks_for_nothing_before_it_is_painted(
    site_a: Department, browse: Any, path: str
) -> None:
    response = browse(site_a, path)
    html = response.content.decode()
    head = html[: html.index("</head>")]
    assert "stylesheet" not in head
    assert " src=" not in head
    found = INLINE.findall(head)
    policy = response["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for directive, element in (("style-src", "style"), ("script-src", "script")):
        sources = {"'self'"} | {hashed(text) for kind, text in found if kind == element}
        assert set(directives[directive].split()) == sources
    assert "unsafe-inline" not in policy


@pytest.mark.django_db
def test_the_departments_colours_are_in_its_pages(site_a: Department, browse: Any) -> None:
    assert f"--link:{light_tokens(site_a.accent)['link']}" in browse(site_a).content.decode()


class Painted(Note):
    """Brings styles of both kinds."""

    id = "painted"
    css = ("painted/plain.css", "painted/pictured.css")
    js = ("painted/whole.js", "painted/parted.js")


@pytest.mark.django_db
def test_a_file_that_names_its_neighbours_is_linked(
    site_a: Department,
    install: Callable[..., Any],
    browse: Any,
    static_folder: Path,
) -> None:
    folder = static_folder / "painted"
    folder.mkdir()
    (folder / "plain.css").write_text(".plain { color: inherit }", encoding="utf-8")
    (folder / "pictured.css").write_text(".pictured { background: URL(a.svg) }", encoding="utf-8")
    (folder / "whole.js").write_text("document.title += ' lá sen';", encoding="utf-8")
    (folder / "parted.js").write_text("import { a } from './a.js';", encoding="utf-8")
    install(Painted)
    html = browse(site_a).content.decode()
    assert ".plain { color: inherit }" in html
    assert ".pictured" not in html
    assert '<link rel="stylesheet" href="/static/painted/pictured.css">' in html
    assert "<script type=\"module\">document.title += ' lá sen';</script>" in html
    assert '<script type="module" src="/static/painted/parted.js"></script>' in html


@pytest.mark.django_db
def test_a_draft_has_the_policy_of_a_page(site_a: Department) -> None:
    client: Client = staff_client(make_user(is_superuser=True), site_a)
    response = client.get(f"/admin/pages/{site_a.site.root_page_id}/view_draft/")
    html = response.content.decode()
    assert response.status_code == 200
    assert "<style>" in html
    policy = response["Content-Security-Policy"]
    assert all(hashed(text) in policy for _kind, text in INLINE.findall(html))


def test_code_that_would_end_its_element_is_refused(static_folder: Path) -> None:
    for text in ("a</style>", "a</SCRIPT >", "<!-- <script>"):
        with pytest.raises(ValueError, match="tag"):
            Inline.of(text)
    (static_folder / "ending.css").write_text('a::after { content: "</style>" }')
    assert read_style("ending.css") is None
    assert read_script("not/there.js") is None
