"""A running portal whose files are in a bucket, behind nginx as docs/operators/files.md says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from tests.bucket import S3Server, running_s3

from .nginx import find_nginx, nginx_before
from .portal import ROOT, Portal, manage, own_data, serving

pytestmark = pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed")

HOST = "so-tttt.localhost"
FILES = ROOT / "docs" / "operators" / "files.md"
_ANY_PICTURE = re.compile(r"/media/images/[^\"\s,]+")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """A server of one's own, which may be stopped."""
    with running_s3() as server:
        yield server


@pytest.fixture(scope="module")
def shown(s3: S3Server) -> Iterator[Portal]:
    """A portal with a small province; its files are in the bucket."""
    with own_data(migrated=True) as env:
        env.update(s3.variables)
        manage(env, "load_demo", "--articles", "8", "--sites", "2")
        with serving(env) as portal:
            yield portal


def look(port: int, portal: Portal, path: str, **headers: str) -> requests.Response:
    headers["Host"] = f"{HOST}:{portal.port}"
    return requests.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=60)


def test_pictures_come_from_the_bucket_by_way_of_sen(shown: Portal, s3: S3Server) -> None:
    (location,) = re.findall(r"```nginx\n(.*?)```", FILES.read_text(), re.DOTALL)
    with nginx_before(shown.port, locations=location) as port:
        page = look(port, shown, "/")
        assert page.status_code == 200
        assert s3.endpoint not in page.text
        pictures = sorted(set(_ANY_PICTURE.findall(page.text)))
        assert len(pictures) > 2
        for state in ("MISS", "HIT"):
            answer = look(port, shown, pictures[0])
            assert answer.status_code == 200
            assert answer.headers["X-Cache"] == state
            assert answer.content == s3.content(pictures[0].removeprefix("/media/"))
            assert answer.headers["Content-Type"].startswith("image/")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        # A part, as a player of films asks for it, past what nginx keeps.
        part = look(shown.port, shown, pictures[0], Range="bytes=2-5")
        assert (part.status_code, part.content) == (206, answer.content[2:6])
        # Away: what nginx has is shown, the texts are, the rest is told.
        s3.stop()
        assert look(port, shown, pictures[0]).headers["X-Cache"] == "HIT"
        missing = look(port, shown, pictures[1])
        assert missing.status_code == 503
        assert "Kho tệp không trả lời" in missing.text
        assert look(port, shown, "/").status_code == 200
    told = manage(shown.env, "doctor", check=False).stdout
    (line,) = (line for line in told.splitlines() if line.startswith("Files"))
    assert "BAD" in line
    assert s3.secret not in told
