"""Files of the installation against what was accepted: changed, added, gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cms.links import installed
from cms.links.installed import Change
from cms.links.models import AcceptedFile, Finding
from cms.links.probing import SCAN, read
from cms.links.rules import Grade
from cms.operations.probes import State

from .defacing import findings, scan


@pytest.fixture
def theme(db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of three files, accepted."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "base.html").write_text("<main>{% block content %}{% endblock %}</main>")
    (tmp_path / "pages" / "home.html").write_text("<h1>Trang chủ</h1>")
    (tmp_path / "site.css").write_text("body{color:#222}")
    monkeypatch.setattr(installed, "roots", lambda: {"templates": tmp_path})
    installed.accept()
    return tmp_path


def test_an_installation_as_it_was_accepted_has_no_finding(theme: Path) -> None:
    assert list(installed.changes()) == []
    scan()
    assert findings() == []
    SCAN.note(good=True)
    assert read().state is State.GOOD


def test_a_tampered_template_is_named_with_what_is_in_it(theme: Path) -> None:
    template = theme / "base.html"
    template.write_text(
        template.read_text() + '<div style="display:none"><a href="https://bk8.com/">x</a></div>'
    )
    report = scan()
    found = {each.grade: each for each in findings()}
    assert set(found) == {Grade.FILE, Grade.GAMBLING}
    assert found[Grade.FILE].object_id == "templates/base.html"
    assert found[Grade.GAMBLING].host == "bk8.com"
    assert {each.department_id for each in found.values()} == {None}
    assert len(report.new) == 2
    SCAN.note(good=True)
    assert read().state is State.BAD


def test_files_that_came_and_went(theme: Path) -> None:
    (theme / "shell.py").write_text("import os")
    (theme / "site.css").unlink()
    changed = {each.path: each.change for each in installed.changes()}
    assert changed == {"templates/shell.py": Change.ADDED, "templates/site.css": Change.GONE}
    scan()
    assert {each.object_id for each in findings()} == set(changed)


def test_a_file_that_is_put_back_mends_its_finding(theme: Path) -> None:
    before = (theme / "site.css").read_text()
    (theme / "site.css").write_text("body{}")
    scan()
    (theme / "site.css").write_text(before)
    scan()
    assert [each.state for each in findings()] == [Finding.State.MENDED]


def test_a_second_change_is_another_finding(theme: Path) -> None:
    for text in ("a", "b"):
        (theme / "site.css").write_text(text)
        scan()
    assert [each.state for each in findings()] == [Finding.State.MENDED, Finding.State.OPEN]


def test_an_upgrade_is_accepted(theme: Path) -> None:
    (theme / "site.css").write_text("body{}")
    scan()
    number, digest = installed.accept()
    assert (number, digest) == (3, installed.accepted_digest())
    scan()
    assert [each.state for each in findings()] == [Finding.State.MENDED]


def test_a_link_on_the_disk_is_compared_by_where_it_leads(theme: Path) -> None:
    (theme / "site.css").unlink()
    (theme / "site.css").symlink_to(theme / "base.html")
    assert [each.change for each in installed.changes()] == [Change.CHANGED]


def test_without_acceptance_nothing_is_compared(db: Any) -> None:
    AcceptedFile.objects.all().delete()
    scan()
    assert findings(model="file") == []


def test_the_real_installation_is_walked() -> None:
    names = [name for name, _path in installed.walk()]
    assert len(names) == len(set(names))
    for wanted in (
        "templates/base.html",
        "cms/theme/static/theme/admin.css",
        "plugins/links/templates/links/widget.html",
        "sites/models.py",
    ):
        assert wanted in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".mo")]
