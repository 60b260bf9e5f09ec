"""What the tests of the caches in front have in common: a publication that shows on a page."""

from __future__ import annotations

from tests.bench.mixed_load import NO_COMMENTS, form_of, sign_in

from .portal import Portal


def first_section(portal: Portal, host: str) -> tuple[str, str]:
    """The key and the title of a section of the site at ``host``."""
    said = portal.manage(
        "shell",
        "-c",
        "from cms.news.models import SectionPage;"
        f"page = SectionPage.objects.filter(url_path__contains='{host.split('.')[0]}').first();"
        "print(page.pk, page.title, sep='|')",
    ).splitlines()[-1]
    key, _bar, title = said.partition("|")
    return key, title


def rename_section(portal: Portal, username: str, key: str, title: str) -> None:
    """Publish the section ``key`` under another title, as ``username``, not through the proxy."""
    session = sign_in(portal.port, username)
    address = f"http://127.0.0.1:{portal.port}/admin/pages/{key}/edit/"
    admin = {"Host": f"localhost:{portal.port}"}
    form = form_of(session.get(address, headers=admin).text) | NO_COMMENTS
    form |= {"title": title, "action-publish": "action-publish"}
    assert session.post(address, form, headers=admin, allow_redirects=False).status_code == 302
