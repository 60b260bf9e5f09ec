"""What nobody types on purpose: texts, addresses, JSON, forms."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from django.http import QueryDict
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

#: ``make fuzz``: more of them, and other ones each time.
THOROUGH = "SEN_FUZZ" in os.environ


def tries(number: int) -> settings:
    """So many inputs; the same ones in each run of the suite, so that it fails or does not."""
    return settings(
        max_examples=number * 20 if THOROUGH else number,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


#: What programs stumble over: nulls, half characters, other figures, days that never were.
STUMBLES = [
    *("", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufffe", "\u202e", "e\u0301\u0323"),
    *("-1", "0", "1", "01", "+1", "1.5", "1,5", "1_000", "1e999", "NaN", "Infinity", "0x10"),
    *("2147483648", "9223372036854775807", "9223372036854775808", "9" * 30, "9" * 5000),
    *("²", "١٢", "１", "½", "Ⅷ", "đ"),
    *("2018-01-26", "26/01/2018", "2018-13-45", "31/02/2020", "0000-00-00", "0001-01-01"),
    *("9999-12-31", "10000-01-01", "2018-02", "2018-00", "1-1", "-", "--", "24:00"),
    *("01/01/0001 00:00", "31/12/9999 23:59", "01/01/1900 00:00", "26/01/2018 16:15"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2018-01-26T16:15:00+99:99"),
    *("%", "%00", "%zz", "%ff", "'", '"', "\\", "`", "<", "&", "{{ x }}", "{% x %}", "${x}"),
    *("null", "true", "[]", "{}", '{"a":', "[" * 5000, "__class__", "pk__in", "-title"),
    *("../../etc/passwd", "//evil.example", "http://[", "javascript:alert(1)", "\r\nX-Y: z"),
    *("a" * 300, "ă" * 3000, "a " * 5000),
]

texts = st.one_of(st.sampled_from(STUMBLES), st.text(max_size=40))
#: Whatever JSON can say, and a little more: Python reads NaN and halves of characters.
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def quoted(text: str) -> str:
    """``text`` in a query, halves of characters included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def queries(names: list[str]) -> st.SearchStrategy[str]:
    """Query strings that name ``names``, other parameters, or nothing that can be read."""
    raw = st.sampled_from(
        ["%", "%zz=%zz", "=", "&&&", ";", "a" * 9000, "%ff=%fe", "q=%", "\xff", "?", "#", "a=1&a=2"]
    )
    pair = st.tuples(st.sampled_from(names) | texts, texts).map(
        lambda each: f"{quoted(each[0])}={quoted(each[1])}"
    )
    # A parameter that comes twice, too.
    return st.lists(pair, min_size=1, max_size=4).map("&".join) | raw


@contextmanager
def noting_parameters() -> Iterator[set[str]]:
    """The names of all parameters that anybody asks a query or a form for meanwhile."""
    names: set[str] = set()

    def noting(method: Any) -> Any:
        def ask(self: QueryDict, key: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(key, str):
                names.add(key)
            return method(self, key, *args, **kwargs)

        return ask

    asked = ("__getitem__", "get", "getlist", "__contains__")
    with patch.multiple(
        QueryDict,
        create=True,
        **{name: noting(getattr(QueryDict, name)) for name in asked},
    ):
        yield names
