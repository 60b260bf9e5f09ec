"""Bundled plugins use of Sen only the SDK, and Sen knows none of them by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
IDS = [folder.name for folder in PLUGINS]
TEMPLATES = sorted((ROOT / "cms/plugins/scaffolding/template").rglob("*.py.tmpl"))
OURS = {"cms", "sites", "plugins", "tests"}
SOURCES = sorted(
    path
    for root in ("cms", "sites", "templates")
    for path in (ROOT / root).rglob("*")
    if path.suffix in (".py", ".html", ".js", ".css") and "locale" not in path.parts
)
# (file, word): what else the word means there.
NO_PLUGIN = {
    ("cms/news/sitepage.py", "rss"): "the last part of a feed's address",
    ("cms/news/feeds.py", "rss"): "the format of a feed",
    ("cms/news/views.py", "rss"): "the format of a feed",
    ("cms/delivery/cache.py", "component_sites"): "the tag of the list of all sites",
    ("cms/sdk/__init__.py", "component_sites"): "the read model of that list",
    ("cms/urls.py", "component_sites"): "the address of that list",
    ("cms/news/sitepage.py", "documents"): "the first part of the files' address",
    ("cms/media/migrations/0001_initial.py", "documents"): "the folder that files lie in",
    ("cms/content/embeds.py", "video"): "what oEmbed calls a film",
    ("cms/links/markup.py", "video"): "an element of HTML",
    ("cms/links/probing.py", "links"): "the name of a probe",
    ("cms/links/scanning.py", "documents"): "a part of a scan",
}


def imports(source: str, package: str) -> Iterator[str]:
    """Every module or name that ``source`` imports, absolute, wherever it does so.

    Args:
        source: the text of a module.
        package: the package that its relative imports start from.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            start = parents[: len(parents) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            # ``from cms import news`` imports a module, ``from cms.sdk import Widget`` a name.
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            first = node.args[0] if node.args else None
            dynamic = called in ("import_module", "import_string", "__import__")
            if dynamic and isinstance(first, ast.Constant):
                yield str(first.value)


def foreign(source: str, package: str, plugin: str) -> list[str]:
    """What ``source`` imports of Sen that a module of ``plugin`` may not."""
    return [
        name
        for name in imports(source, package)
        if name.partition(".")[0] in OURS
        and not f"{name}.".startswith(("cms.sdk.", f"plugins.{plugin}."))
    ]


@pytest.mark.parametrize("folder", PLUGINS, ids=IDS)
def test_a_plugin_imports_the_sdk_only(folder: Path) -> None:
    files = sorted(folder.rglob("*.py"))
    assert folder / "apps.py" in files
    for path in files:
        package = ".".join(path.parent.relative_to(ROOT).parts)
        found = foreign(path.read_text(encoding="utf-8"), package, folder.name)
        assert not found, f"{path.relative_to(ROOT)}: {found}"


@pytest.mark.parametrize("folder", PLUGINS, ids=IDS)
def test_its_tests_tools_stay_out_of_it(folder: Path) -> None:
    """``cms.sdk.testing`` needs pytest, which no server has."""
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        package = ".".join(path.parent.relative_to(ROOT).parts)
        used = [name for name in imports(text, package) if name.startswith("cms.sdk.testing")]
        assert not used, path.relative_to(ROOT)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_is_written_for_a_new_plugin_imports_the_sdk_only(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("@ID@", "new").replace("@CLASS@", "New")
    assert foreign(text, "sen_new", "new") == []


@pytest.mark.parametrize(
    "source",
    [
        "import sites.models",
        "import cms.sdk, cms.widgets.widget",
        "from cms import widgets",
        "from cms.sdkold import Widget",
        "from plugins.poll.models import Poll",
        "from plugins import poll",
        "from ..poll import models",
        "from .. import poll",
        "from ...cms.news import models",
        "def late():\n    from sites.tenancy import current_department",
        "import importlib\nimportlib.import_module('cms.news.models')",
        "from tests.factories import make_site",
    ],
)
def test_what_is_refused(source: str) -> None:
    assert foreign(source, "plugins.links", "links")


@pytest.mark.parametrize(
    "source",
    [
        "import cms.sdk",
        "from cms import sdk",
        "from cms.sdk import Widget",
        "from . import models",
        "from .models import Link",
        "import plugins.links.models",
        "from django.db import models",
        "from sitesearch import anything",
    ],
)
def test_what_is_allowed(source: str) -> None:
    assert not foreign(source, "plugins.links", "links")


def named(text: str) -> set[str]:
    """The bundled plugins that ``text`` names: in quotes, or by module or folder."""
    ids = "|".join(IDS)
    quoted = re.findall(rf"""(["'])({ids})\1""", text)
    addressed = re.findall(rf"\bplugins[./]({ids})\b", text)
    return {plugin_id for _quote, plugin_id in quoted} | set(addressed)


def test_the_core_names_no_plugin() -> None:
    found = {
        (str(path.relative_to(ROOT)), plugin_id)
        for path in SOURCES
        for plugin_id in named(path.read_text(encoding="utf-8"))
    }
    assert sorted(found - set(NO_PLUGIN)) == []
    # What is not there any more must not excuse what comes.
    assert sorted(set(NO_PLUGIN) - found) == []


@pytest.mark.parametrize(
    "text",
    [
        "'poll'",
        'widgets.get("poll")',
        "import plugins.poll.models",
        "{% static 'a' %} plugins/poll/",
    ],
)
def test_a_name_is_found(text: str) -> None:
    assert named(text) == {"poll"}


def test_a_part_of_a_word_is_no_name() -> None:
    assert named("'polling' plugins.polls 'a poll' poll") == set()
