"""``manage.py scan_links``, and what the operator's screen says of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.links import installed, scanning
from cms.links.models import Finding, LinkRules, Scan
from cms.links.probing import SCAN, read
from cms.news.models import ArticlePage
from cms.operations.models import last_run
from cms.operations.probes import State, probes
from sites.models import Department
from tests.factories import make_article

from .defacing import BODY, link


def run(*arguments: str) -> tuple[int, str, str]:
    """Run the command: its exit code, its output, what it said beside."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("scan_links", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def _no_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(installed, "roots", lambda: {"templates": tmp_path})


def test_nothing_found(site_a: Department) -> None:
    make_article(site_a)
    code, out, err = run()
    assert code == 0
    assert "--accept-files" in out
    assert "a second" in err
    assert read().state is State.GOOD


def test_what_is_found_is_printed_and_the_code_says_so(site_a: Department) -> None:
    make_article(site_a, "Tin xấu", body=[("paragraph", link())])
    code, out, _err = run()
    assert code == 1
    assert f"Tin xấu [{BODY}] https://bk8.com/" in out
    assert read().state is State.WARNING
    code, out, _err = run()
    assert code == 1, "until somebody has decided"
    assert "Tin xấu" not in out


def test_a_dry_run_says_what_would_be_done(site_a: Department) -> None:
    LinkRules.load()
    LinkRules.objects.update(unpublishes=True)
    article = make_article(site_a, "Tin xấu", body=[("paragraph", link())])
    code, out, _err = run("--dry-run")
    assert code == 1
    assert "1 pages would be taken off" in out
    assert ArticlePage.objects.get(pk=article.pk).live
    assert not Finding.of_all_departments.exists()
    assert last_run(SCAN.name) is None


def test_files_are_accepted(site_a: Department, tmp_path: Any) -> None:
    (tmp_path / "base.html").write_text("<main></main>")
    code, out, _err = run("--accept-files")
    assert (code, out.startswith("1 files accepted")) == (0, True)
    (tmp_path / "base.html").write_text("<main>x</main>")
    assert run()[0] == 1
    with pytest.raises(CommandError):
        call_command("scan_links", "--accept-files", "--full")


def test_a_scan_that_fails_is_noted(site_a: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(scanning.Scanner, "_documents", fail)
    with pytest.raises(RuntimeError):
        run()
    assert read().state is State.BAD
    monkeypatch.undo()
    assert Scan.objects.get().finished_at is None
    assert run()[0] == 0
    assert read().state is State.GOOD


def test_a_scan_beside_another_is_refused(site_a: Department) -> None:
    Scan.objects.create(is_full=True, stage="news.articlepage")
    with pytest.raises(CommandError):
        run()


def test_the_operators_screen_has_it() -> None:
    (probe,) = [probe for probe in probes() if probe.name == "links"]
    assert probe.leads_to == "outbound_province"
