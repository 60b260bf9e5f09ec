"""Forms of the admin, spoilt on the way: an answer in words, whoever sends them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client
from tests.isolation.marked import Marked, make_marked
from tests.isolation.probes import form_at

from .odd import texts, tries
from .test_queries import open_to


@pytest.fixture
def marked(db: Any) -> Marked:
    """A department with one of everything."""
    return make_marked("qza7", 1928374)


@pytest.mark.parametrize("moment", ["01/01/0001 00:00", "31/12/9999 23:59", "0001-01-01T00:00Z"])
def test_a_moment_that_no_database_holds_is_refused_at_its_field(
    site_a: Department, moment: str
) -> None:
    article = make_article(site_a, live=False)
    client = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    url = f"/admin/pages/{article.pk}/edit/"
    form = {**form_at(client, url), "body-count": "0"}
    answer = client.post(url, {**form, "published_at": moment})
    assert answer.status_code == 200
    assert answer.context["form"].errors["published_at"] == ["Hãy nhập năm từ 1900 đến 2199."]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SITE_ADMIN, None], ids=str)
def test_any_form_is_answered(marked: Marked, role: Role | None) -> None:
    person = marked.people[role] if role else make_user(is_superuser=True)
    client = staff_client(person, marked.department)
    forms: dict[str, dict[str, Any]] = {}

    @tries(80)
    @given(st.sampled_from(open_to(marked, role)), st.data())
    def send(url: str, data: st.DataObject) -> None:
        with transaction.atomic():
            if url not in forms:
                forms[url] = form_at(client, url)
            fields = sorted(forms[url]) or ["title", "name", "text"]
            changed = data.draw(st.dictionaries(st.sampled_from(fields), texts, max_size=3))
            left_out = data.draw(st.sets(st.sampled_from(fields), max_size=2))
            sent = {
                name: str(value).encode("utf-8", "surrogatepass")
                for name, value in {**forms[url], **changed}.items()
                if name not in left_out and value is not None
            }
            answer = client.post(url, sent)
            assert answer.status_code < 500
            if answer.streaming:
                list(answer.streaming_content)
            transaction.set_rollback(True)

    send()
