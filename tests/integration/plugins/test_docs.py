"""The documentation holds: every extension point is described, every link leads somewhere."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cms import sdk
from cms.sdk import testing
from cms.sdk.points import EXTENSION_POINTS, ExtensionPoint

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs" / "plugins"
MARKDOWN = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_IMPORT = re.compile(r"^ *from (cms\.sdk[\w.]*) import (\([^)]*\)|[^\n]+)", re.MULTILINE)


def prose_of(text: str) -> str:
    """A page without its examples: a name that is merely used is not explained."""
    return _FENCE.sub("", text)


def named_in(text: str) -> set[str]:
    """The identifiers that a page has in backticks, outside its examples."""
    spans = re.findall(r"`([^`\n]+)`", prose_of(text))
    return {name for span in spans for name in re.findall(r"[A-Za-z_]\w*", span)}


def own_members(cls: type[Any]) -> set[str]:
    """The public names in a class's own body; what a metaclass adds is not there."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    # Every model has a Meta; it is Django's.
    return {name for name in names if not name.startswith("_")} - {"Meta"}


def names_of(thing: Any) -> set[str]:
    """What a page has to name of a class or a function."""
    called = {name for name in sdk.__all__ if getattr(sdk, name) is thing}
    if inspect.isclass(thing):
        return called | own_members(thing)
    return called | set(inspect.signature(thing).parameters)


def anchors_of(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", prose_of(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead to no file, or to no heading of it."""
    broken = []
    for link in _LINK.findall(prose_of(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (
            anchor and anchor not in anchors_of(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    return broken


@pytest.mark.parametrize("point", EXTENSION_POINTS, ids=lambda point: point.name)
def test_an_extension_point_is_documented(point: ExtensionPoint) -> None:
    page = PAGES / point.page
    assert page.is_file()
    assert point.page in _LINK.findall((PAGES / "index.md").read_text(encoding="utf-8"))
    wanted = {name for thing in point.objects for name in names_of(thing)}
    assert wanted - named_in(page.read_text(encoding="utf-8")) == set()


def test_all_of_the_sdk_is_documented() -> None:
    ours = {
        name
        for name in sdk.__all__
        if str(getattr(getattr(sdk, name), "__module__", "")).startswith(("cms.", "sites."))
    }
    assert {"Widget", "Role", "fetch"} <= ours
    named = {
        name for page in PAGES.glob("*.md") for name in named_in(page.read_text(encoding="utf-8"))
    }
    assert ours - named == set()


def test_all_of_the_test_kit_is_documented() -> None:
    public = {
        name
        for name, thing in vars(testing).items()
        if not name.startswith("_")
        and (name.isupper() or getattr(thing, "__module__", None) == testing.__name__)
    }
    assert {"WidgetContract", "two_sites", "HOSTILE"} <= public
    wanted = public | own_members(testing.WidgetContract)
    assert wanted - named_in((PAGES / "testing.md").read_text(encoding="utf-8")) == set()


def test_what_the_pages_import_exists() -> None:
    imports = [
        (page.name, module, name.strip())
        for page in PAGES.rglob("*.md")
        for module, names in _IMPORT.findall(page.read_text(encoding="utf-8"))
        for name in names.strip("()").split(",")
        if name.strip()
    ]
    assert len(imports) > 20
    missing = [
        f"{page}: {module}.{name}"
        for page, module, name in imports
        if not hasattr(importlib.import_module(module), name)
    ]
    assert missing == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    packages = {re.split(r"[\[<>=~! ]", line)[0] for line in listed}
    assert "wagtail" in packages
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    reasons = set(re.findall(r"[a-z0-9-]+", text.partition("\n## Dependencies\n")[2]))
    assert packages - reasons == set()


def test_these_tests_can_fail(tmp_path: Path) -> None:
    text = "`Cache(max_age)`\n\n```python\ntags = `vary`\n```\n"
    assert own_members(sdk.Cache) - named_in(text) == {"tags", "vary", "cacheable", "merge"}
    assert names_of(sdk.purge) == {"purge", "department", "words"}
    assert {"id", "label", "refresh", "Config"} <= own_members(sdk.Widget)
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading: here\n[a](page.md#a-heading-here) [b](gone.md) [c](#gone) [d](https://x.vn)"
    )
    assert broken_links(page) == ["gone.md", "#gone"]
