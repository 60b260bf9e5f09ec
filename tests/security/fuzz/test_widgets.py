"""Whatever a widget's settings hold, the page stands; whatever their form sends, it is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from cms.plugins.registry import plugins
from cms.sdk.testing import enable, put_in_sidebar
from cms.widgets.models import WidgetArea
from cms.widgets.registry import RegisteredWidget, widgets
from plugins.free_text.widgets import FreeText
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client

from .odd import json_values, texts, tries


@pytest.fixture
def area(site_a: Department) -> WidgetArea:
    make_article(site_a)
    enable(site_a, *(plugins.usable_ids() - {"hostile"}))
    return put_in_sidebar(site_a, (FreeText, {"title": "Trước", "text": "<p>chữ</p>"}))


def bundled() -> list[RegisteredWidget]:
    return [each for each in widgets.all() if type(each.widget).__module__.startswith("plugins.")]


def spoilt(default: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Settings of which some are nothing that a form would have stored."""
    changed = st.dictionaries(
        st.sampled_from([*default, "@version", "@placement"]), json_values, min_size=1, max_size=3
    )
    return changed.map(lambda each: {**default, **each}) | json_values


def store(area: WidgetArea, items: Any) -> None:
    """Put ``items`` into the database as they are."""
    table = WidgetArea._meta.db_table
    try:
        text = json.dumps(items, allow_nan=False)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET widgets = %s WHERE id = %s",
                [text, area.pk],
            )
    except (ValueError, RecursionError, DataError, IntegrityError):
        assume(False)  # Nothing that a database would hold.


def test_any_stored_settings_leave_the_page_whole(area: WidgetArea, site_a: Department) -> None:
    kinds = {each.id: each.block.get_prep_value(each.block.get_default()) for each in bundled()}
    assert len(kinds) > 12
    client = Client(headers={"host": site_a.host})
    before = {"type": "free_text", "value": {"title": "Vẫn còn", "text": "<p>chữ</p>"}, "id": "x"}

    @tries(120)
    @given(
        st.sampled_from(sorted(kinds)).flatmap(
            lambda name: st.tuples(st.just(name), spoilt(kinds[name]))
        )
    )
    def show(case: tuple[str, Any]) -> None:
        name, value = case
        store(area, [before, {"type": name, "value": value, "id": "y"}])
        response = client.get("/")
        assert response.status_code == 200
        assert "Vẫn còn" in response.text

    show()


def test_any_stored_area_leaves_the_page_whole(area: WidgetArea, site_a: Department) -> None:
    client = Client(headers={"host": site_a.host})
    item = st.fixed_dictionaries(
        {}, optional={"type": st.just("free_text") | json_values, "value": json_values, "id": texts}
    )

    @tries(60)
    @given(st.lists(item | json_values, max_size=3) | json_values)
    def show(stored: Any) -> None:
        store(area, stored)
        assert client.get("/").status_code == 200

    show()


def test_any_form_of_settings_is_answered(area: WidgetArea, site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    kinds = {each.id: [*each.block.child_blocks] for each in bundled()}
    url = f"/admin/widgets/area/edit/{area.pk}/"
    whole = {
        "widgets-count": "1",
        "widgets-0-deleted": "",
        "widgets-0-order": "0",
        "widgets-0-id": "",
    }

    @tries(60)
    @given(
        st.sampled_from(sorted(kinds)).flatmap(
            lambda name: st.tuples(
                st.just(name),
                st.dictionaries(
                    st.builds(
                        "widgets-0-value-{}{}".format,
                        st.sampled_from(kinds[name]),
                        st.sampled_from(["", "-count", "-0-value", "-0-deleted", "-0-order"]),
                    ),
                    texts,
                    max_size=6,
                ),
                st.dictionaries(st.sampled_from([*whole]), texts, max_size=1),
            )
        )
    )
    def send(case: tuple[str, dict[str, str], dict[str, str]]) -> None:
        name, settings, broken = case
        data = {**whole, "widgets-0-type": name, **settings, **broken}
        sent = {key: value.encode("utf-8", "surrogatepass") for key, value in data.items()}
        with transaction.atomic():
            response = client.post(url, sent)
            assert response.status_code < 500
            if response.status_code == 302:
                assert Client(headers={"host": site_a.host}).get("/").status_code == 200
            transaction.set_rollback(True)

    send()
