"""The migrations of this tree, and what the command says of others."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader
from packaging.version import Version

from cms.upgrades.baseline import BASELINE
from cms.upgrades.checking import find, is_ours
from plugins.poll import migrations as poll_migrations

HEAD = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("poll", "0001_initial")]

    operations = [
"""
REMOVAL = '        migrations.RemoveField("poll", "question"),\n'
SIGNED = "        # sign-off: 1.4.0, Nguyễn Văn An: no code has read it since\n"


@pytest.fixture
def polls(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The polls' migrations in a folder of the test's own, which has the first one."""
    folder = tmp_path / "poll_migrations_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    source = Path(poll_migrations.__path__[0]) / "0001_initial.py"
    text = source.read_text(encoding="utf-8").replace("from ..models", "from plugins.poll.models")
    (folder / "0001_initial.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.MIGRATION_MODULES = {"poll": folder.name}
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def write(folder: Path, operations: str) -> None:
    """The second migration, with ``operations``."""
    (folder / "0002_later.py").write_text(HEAD + operations + "    ]\n", encoding="utf-8")


def told(running: str | None = None) -> list[str]:
    """What is found, as it is printed."""
    version = Version(running) if running else None
    return [str(each) for each in find(MigrationLoader(None), running=version)]


def test_every_migration_of_this_tree_is_survived_or_signed_off() -> None:
    found = told()
    assert not found, "\n".join(found)


def test_the_baseline_names_migrations_that_are_there() -> None:
    loader = MigrationLoader(None)
    assert {*BASELINE.items()} <= {*loader.graph.nodes}
    assert all(is_ours(label) for label in BASELINE)
    assert not is_ours("wagtailcore")


def test_a_finding_names_file_line_operation_and_what_to_do(polls: Path) -> None:
    write(polls, '        migrations.AlterModelOptions("poll", {}),\n' + REMOVAL)
    (found,) = told()
    assert found.startswith(f"{polls}/0002_later.py:9: RemoveField poll.question: old code")
    assert "docs/operators/upgrade.md" in found


@pytest.mark.parametrize(
    ("above", "running", "said"),
    [
        (SIGNED, None, ""),
        (SIGNED, "1.4.0", ""),
        (SIGNED, "1.10", ""),
        (SIGNED, "1.3.9", "1.3.9 runs, and code lives with it since 1.4.0 only"),
        ("        # sign-off: fine\n", None, "is not written as it has to be"),
        ("        # sign-off: 1.4.0, : no name\n", None, "is not written as it has to be"),
        ("        # It is not needed.\n", None, "reads and writes"),
        (SIGNED + '        migrations.AlterModelOptions("poll", {}),\n', None, "reads and writes"),
    ],
)
def test_a_sign_off_stands_above_its_operation(
    polls: Path, above: str, running: str | None, said: str
) -> None:
    write(polls, above + REMOVAL)
    found = told(running)
    assert [said in each for each in found] == ([True] if said else [])


def test_a_list_that_is_not_written_out_is_told_at_its_class(polls: Path) -> None:
    text = HEAD.replace("operations = [\n", 'operations = [*[migrations.RemoveField("poll", name)')
    names = '("question", "opens_at")'
    (polls / "0002_later.py").write_text(f"{text} for name in {names}]]\n", encoding="utf-8")
    assert [each.split(": ")[0] for each in told()] == [f"{polls}/0002_later.py:4"] * 2


def test_the_command_fails_and_says_how_to_sign(polls: Path) -> None:
    write(polls, REMOVAL)
    output = io.StringIO()
    with pytest.raises(CommandError, match="# sign-off: VERSION, who: why"):
        call_command("check_migrations", stdout=output)
    assert "RemoveField poll.question" in output.getvalue()
    write(polls, SIGNED + REMOVAL)
    for name in [name for name in sys.modules if name.endswith("0002_later")]:
        del sys.modules[name]
    call_command("check_migrations", stdout=output)
    assert "survives them" in output.getvalue()


def test_a_version_that_is_none_is_told() -> None:
    with pytest.raises(CommandError, match="no version"):
        call_command("check_migrations", running="newest")


@pytest.mark.django_db
def test_pending_are_those_that_the_database_has_not_had(polls: Path) -> None:
    output = io.StringIO()
    call_command("check_migrations", pending=True, stdout=output)
    assert "0 migrations are to be applied" in output.getvalue()
    write(polls, REMOVAL)
    with pytest.raises(CommandError, match="1 operations"):
        call_command("check_migrations", pending=True, stdout=output)
    assert "1 migrations are to be applied" in output.getvalue()


@pytest.mark.django_db
def test_a_table_that_this_upgrade_makes_may_be_changed_by_it(polls: Path) -> None:
    made = 'migrations.CreateModel("Extra", [("id", models.BigAutoField(primary_key=True))])'
    changed = 'migrations.AddField("extra", "name", models.TextField(default=""))'
    write(polls, f"        {made},\n")
    text = HEAD.replace("0001_initial", "0002_later") + f"        {changed},\n    ]\n"
    (polls / "0003_more.py").write_text(text, encoding="utf-8")
    call_command("check_migrations", pending=True, stdout=io.StringIO())
    assert len(told()) == 1
