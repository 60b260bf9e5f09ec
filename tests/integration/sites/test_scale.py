"""Neither a page nor the admin asks the database more often because there are more sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.harness import queries
from tests.bench.many_sites import calls_for, make_busy, make_province
from tests.factories import make_article, make_site

FEW, MANY = 2, 12


def warm_queries(call: Callable[[], Any]) -> int:
    """Queries of a call made at once after another.

    Some widgets keep what they show for seconds, which end between two calls now and then.
    """
    call()
    return min(queries(call) for _time in range(3))


def test_no_query_more_with_more_sites(db: Any) -> None:
    department = make_province(FEW)
    make_article(department)
    calls = calls_for(department)
    counted = []
    for more in (0, MANY - FEW):
        for extra in range(more):
            make_busy(make_site(f"them-{extra}.localhost"))
        counted.append({name: warm_queries(call) for name, call in calls.items()})
    few, many = counted
    growing = {name: (few[name], many[name]) for name in few if many[name] > few[name]}
    assert few
    assert not growing


def test_opening_a_site_asks_no_more_with_more_sites(db: Any) -> None:
    make_site("tinh.localhost", kind="province")
    make_site("dau.localhost")
    first = queries(lambda: make_site("so-0.localhost"))
    for number in range(1, MANY):
        make_site(f"so-{number}.localhost")
    last = queries(lambda: make_site("so-cuoi.localhost"))
    assert last <= first
    # It was 487 when every permission was looked for and granted by itself.
    assert last < 400
