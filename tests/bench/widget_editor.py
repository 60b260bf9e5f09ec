"""How long an area's editor takes to open with 60 registered widgets, against 6."""

from __future__ import annotations

import gzip
from contextlib import ExitStack
from typing import Any

from .harness import milliseconds, portal, queries, seconds_of

FEW, MANY = 6, 60


def sample_widget(number: int) -> Any:
    """A widget with six settings of the kinds that plugins mostly have."""
    from cms.sdk import (
        BooleanBlock,
        CharBlock,
        ChoiceBlock,
        IntegerBlock,
        StructBlock,
        TextBlock,
        URLBlock,
        Widget,
    )

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label="Tiêu đề")
        text = TextBlock(required=False, label="Nội dung", help_text="Hiển thị dưới tiêu đề.")
        count = IntegerBlock(min_value=1, max_value=20, default=5, label="Số mục")
        order = ChoiceBlock(choices=[("new", "Mới nhất"), ("old", "Cũ nhất")], default="new")
        address = URLBlock(required=False, label="Địa chỉ")
        wide = BooleanBlock(required=False, label="Rộng hết khung")

    attributes = {
        "id": f"sample_{number}",
        "label": f"Khối mẫu {number}",
        "description": "Một khối mẫu có sáu ô cài đặt, dùng để đo.",
        "template": "widgets/area.html",
        "group": ("news", "tools", "interaction", "other")[number % 4],
        "Config": Config,
    }
    return type(f"Sample{number}", (Widget,), attributes)


def main() -> None:
    """Print the medians, their ratio and the sizes."""

    from cms.plugins.activation import set_enabled_plugins
    from cms.sdk.testing import installed, put_in_sidebar
    from cms.users.models import User
    from tests.factories import make_site, staff_client
    from tests.integration.widgets.test_admin import edit_url

    root = User.objects.create_superuser(username="root", password="secret")
    samples = [sample_widget(number) for number in range(MANY)]

    def editor_of(host: str, *plugins: str) -> Any:
        department = make_site(host)
        set_enabled_plugins(department, plugins)
        # The same six widgets stand in both areas: only what can be picked differs.
        put_in_sidebar(department, *[(sample, {}) for sample in samples[:FEW]])
        client = staff_client(root, department)

        def get() -> bytes:
            response = client.get(edit_url(department))
            assert response.status_code == 200
            content: bytes = response.content
            assert (f"sample_{MANY - 1}".encode() in content) is ("more" in plugins)
            return content

        return get

    with ExitStack() as stack:
        for number, sample in enumerate(samples):
            stack.enter_context(installed(sample, "few" if number < FEW else "more"))
        editors = [editor_of("so-6.localhost", "few"), editor_of("so-60.localhost", "few", "more")]
        # The first opening in a process also tries whether each widget can be shown.
        first = [seconds_of(get) for get in editors]
        sizes = [(len(get()), len(gzip.compress(get()))) for get in editors]
        made = [queries(get) for get in editors]
        few_ms, many_ms = milliseconds(*editors)
    print(f"area editor, {MANY} widgets against {FEW}: x{many_ms / few_ms:.2f}")
    rows = zip((FEW, MANY), (few_ms, many_ms), first, sizes, made, strict=True)
    for count, taken, begun, (size, packed), asked in rows:
        print(
            f"  {count:2} widgets: {taken:.0f} ms, the first time {begun * 1000:.0f} ms;"
            f" {size / 1024:.0f} KiB, {packed / 1024:.0f} KiB compressed; {asked} queries"
        )


if __name__ == "__main__":
    with portal():
        main()
