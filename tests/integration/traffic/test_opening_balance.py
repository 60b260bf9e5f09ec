"""What an older system had counted: who may say so, what is refused, what the record keeps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.record.models import RecordEntry
from cms.traffic.counts import SiteCounts
from cms.traffic.models import OpeningBalance
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

ADDRESS = "/admin/my-site/opening-balance/"
GOOD = {"amount": "3460242", "as_of": "2026-01-31", "evidence": "Biên bản bàn giao số 12"}


def test_it_is_entered_and_corrected_and_recorded(site_a: Department, site_b: Department) -> None:
    admin = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    assert admin.get(ADDRESS).status_code == 200
    assert admin.post(ADDRESS, GOOD).status_code == 302
    row = OpeningBalance.objects.get()
    assert (row.site_id, row.page, row.amount) == (site_a.site_id, 0, 3_460_242)
    assert (row.as_of, row.evidence) == (date(2026, 1, 31), GOOD["evidence"])
    assert SiteCounts(site_a.site_id).visits().total == 3_460_242
    assert SiteCounts(site_b.site_id).visits().total == 0
    assert 'value="3460242"' in admin.get(ADDRESS).text
    admin.post(ADDRESS, {**GOOD, "amount": "3460250"})
    entries = RecordEntry.objects.filter(action="sen.opening_balance").order_by("pk")
    assert [entry.department for entry in entries] == [site_a, site_a]
    assert entries[0].details.startswith("– → 3460242 (31/01/2026; Biên bản")
    assert "3460242 (31/01/2026" in entries[1].details.partition(" → ")[0]
    assert "3460250" in entries[1].details.partition(" → ")[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "-1"}, "lớn hơn hoặc bằng"),
        ({"amount": "3.460,242"}, "số"),
        ({"amount": "3.0"}, "số"),
        ({"amount": str(10**15)}, "nhỏ hơn hoặc bằng"),
        ({"as_of": "tomorrow"}, "Ngày này chưa tới"),
        ({"as_of": "31"}, "ngày"),
        ({"evidence": ""}, "Không được để trống"),
    ],
)
def test_what_does_not_hold_is_refused(
    site_a: Department, change: dict[str, str], said: str
) -> None:
    if change.get("as_of") == "tomorrow":
        change = {"as_of": (timezone.localdate() + timedelta(days=1)).isoformat()}
    admin = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    response: Any = admin.post(ADDRESS, {**GOOD, **change})
    assert response.status_code == 200
    [(field, errors)] = response.context["form"].errors.items()
    assert field in change
    assert said in " ".join(errors)
    assert not OpeningBalance.objects.exists()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("3.000", 3_000), ("3.460.242", 3_460_242), ("3 460 242", 3_460_242), ("0", 0)],
)
def test_it_is_read_as_people_write_it(site_a: Department, typed: str, amount: int) -> None:
    """Django's own field takes ``3.000`` for three."""
    admin = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    assert admin.post(ADDRESS, {**GOOD, "amount": typed}).status_code == 302
    assert OpeningBalance.objects.get().amount == amount


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.CHIEF])
def test_only_the_site_s_administrator(site_a: Department, role: Role) -> None:
    client = staff_client(make_user((site_a, role)), site_a)
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, GOOD).status_code == 404
    assert not OpeningBalance.objects.exists()
