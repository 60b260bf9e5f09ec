"""Who opens connections to other servers: the guard, and those named in docs/security/requests.md.

Both lists below fail when somebody new asks, in our own modules or in a library after an update.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from PIL import Image

from cms.content.word import read_word
from tests.webserver import WebServer

ROOT = Path(__file__).resolve().parents[2]
#: What a module imports that can speak to another server.
SPEAKERS = {
    *("aiohttp", "boto3", "botocore", "elasticsearch", "ftplib", "http.client", "httpx"),
    *("imaplib", "opensearchpy", "poplib", "requests", "smtplib", "socket", "socketserver"),
    *("storages", "telnetlib", "urllib.request", "urllib3", "xmlrpc.client"),
}
#: Our modules that import one, and to whom they speak.
OURS = {
    "sites/fetching.py": "the guard itself",
    "cms/users/adapters.py": "names the type of the session",
    "cms/users/provider_requests.py": "hands what allauth asks to the guard",
    "cms/delivery/proxies.py": "SEN_PROXIES",
    "cms/media/bucket.py": "SEN_S3_ENDPOINT, or Amazon in SEN_S3_REGION",
    "cms/media/probing.py": "nobody itself: names errors of the bucket",
    "cms/media/scanning.py": "SEN_CLAMAV",
    "cms/plugins/worker.py": "nobody: this machine's name",
    "cms/users/invitations.py": "the mail server: names an error of its",
    "cms/sdk/testing.py": "nobody: refuses connections while a plugin is tested",
}
#: Libraries with an HTTP client in them, and what that is to Sen; of those that an editor's or
#: a stranger's address could reach, the very files.
LIBRARIES: dict[str, tuple[str, set[str]]] = {
    "boto3": ("files on S3, by the operator's setting", set()),
    "botocore": ("files on S3, by the operator's setting", set()),
    "defusedxml": ("XML-RPC, not used", set()),
    "django": ("url2pathname and names of errors only", set()),
    "django-allauth": (
        "asks by the adapter's session, which is guarded; other providers are not installed",
        {
            "allauth/idp/oidc/internal/cimd.py",
            "allauth/socialaccount/adapter.py",
            "allauth/socialaccount/providers/oauth2/client.py",
            "allauth/socialaccount/providers/oauth2/views.py",
            "allauth/socialaccount/providers/openid_connect/provider.py",
        },
    ),
    "django-csp": ("names of answers", set()),
    "django-ninja": ("names of answers", set()),
    "djangorestframework": ("names of answers, test client", set()),
    "feedparser": ("is given bytes, never an address", {"feedparser/http.py"}),
    "mammoth": ("opens no linked picture", {"mammoth/docx/files.py"}),
    "oauthlib": ("takes addresses apart", set()),
    "prometheus-client": ("pushing metrics, not used", set()),
    "pyjwt": ("a client for keys, not used by allauth", {"jwt/jwks_client.py"}),
    "redis": ("REDIS_URL; certificates' revocation, off", set()),
    "requests": ("used by way of the guard", set()),
    "sentry-sdk": ("SENTRY_DSN", set()),
    "urllib3": ("what the guard and the purges of proxies stand on", set()),
    "wagtail": (
        "embeds have a finder of ours; purges are sent by cms.delivery.proxies",
        {
            "wagtail/contrib/frontend_cache/backends/cloudflare.py",
            "wagtail/contrib/frontend_cache/backends/http.py",
            "wagtail/contrib/frontend_cache/tests.py",
            "wagtail/embeds/finders/facebook.py",
            "wagtail/embeds/finders/instagram.py",
            "wagtail/embeds/finders/oembed.py",
        },
    ),
}
_ASKS = re.compile(
    rb"^\s*(?:import|from)\s+(?:http\.client|urllib\.request|urllib3|requests|httpx2?|aiohttp"
    rb"|httplib2?|xmlrpc\.client)\b|^\s*from (?:http import client|urllib import request)"
    rb"|\burlopen\(",
    re.MULTILINE,
)


def imported(path: Path) -> set[str]:
    """The modules that ``path`` imports, with all above them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            found |= {".".join(parts[:upto]) for upto in range(1, len(parts) + 1)}
    return found


def test_no_module_of_ours_asks_but_those_that_are_named() -> None:
    speaking = {
        str(path.relative_to(ROOT))
        for folder in ("sites", "cms", "plugins")
        for path in (ROOT / folder).rglob("*.py")
        if imported(path) & SPEAKERS
    }
    assert speaking == set(OURS)


def asking() -> Iterator[tuple[str, str]]:
    """Each file of the libraries Sen runs with that can ask a server by HTTP."""
    lock = (ROOT / "requirements.lock").read_text()
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE):
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # for another system
        for file in files:
            if file.suffix == ".py" and _ASKS.search(Path(str(file.locate())).read_bytes()):
                yield name.lower(), str(file)


#: allauth's providers beside OpenID Connect: no application of theirs is installed.
_OTHER_PROVIDERS = re.compile(
    r"allauth/socialaccount/providers/(?!oauth2/|openid_connect/)|.*/tests?/|.*/test_\w+\.py"
)


def test_no_library_asks_but_those_that_are_named() -> None:
    found: dict[str, set[str]] = {}
    for name, file in asking():
        if not _OTHER_PROVIDERS.match(file):
            found.setdefault(name, set()).add(file)
    assert set(found) <= set(LIBRARIES), "say in LIBRARIES what these are to Sen"
    assert set(found) >= {"wagtail", "django-allauth", "requests", "urllib3"}
    for name, (_why, files) in LIBRARIES.items():
        if files:
            assert found[name] <= files, name


def test_other_providers_of_allauths_are_not_installed(settings: object) -> None:
    apps = [app for app in getattr(settings, "INSTALLED_APPS", []) if "providers" in app]
    assert apps == ["allauth.socialaccount.providers.openid_connect"]


def word_with_a_linked_picture(address: str) -> bytes:
    """A .docx whose picture lies at ``address`` and not in it."""
    picture, whole, linked = BytesIO(), BytesIO(), BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "PNG")
    document = Document()
    document.add_paragraph("Trước ảnh")
    document.add_picture(BytesIO(picture.getvalue()))
    document.add_paragraph("Sau ảnh")
    document.save(whole)
    with ZipFile(whole) as source, ZipFile(linked, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = content.replace(b"r:embed=", b"r:link=")
            if name == "word/_rels/document.xml.rels":
                content = re.sub(
                    rb'Target="media/[^"]+"',
                    f'Target="{address}" TargetMode="External"'.encode(),
                    content,
                )
            target.writestr(name, content)
    return linked.getvalue()


@pytest.mark.parametrize("kind", ["http", "file"])
def test_a_picture_that_a_word_document_only_links_to_is_not_opened(
    kind: str, tmp_path: Path
) -> None:
    with WebServer().running() as web:
        (tmp_path / "bi-mat.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        local = (tmp_path / "bi-mat.png").as_uri()
        address = web.serve("/x.png", b"x", "image/png") if kind == "http" else local
        text = read_word(BytesIO(word_with_a_linked_picture(address)))
        assert not web.requests
    assert not text.pictures
    assert any("1" in warning for warning in text.warnings)
    assert "Sau ảnh" in str([text.title, text.lead, text.blocks])
