"""The demo's accounts, and the one password they share."""

from __future__ import annotations

from .records import StaffMember

PASSWORD = "hoasen-2026"  # noqa: S105  (printed at every start; a demo is no secret)
PROVINCE_ADMINISTRATOR = StaffMember(
    role="province",
    username="quantri",
    last_name="Mạc Đình",
    first_name="Khôi",
    pen_name="",
    position="Quản trị toàn tỉnh",
    email="quantri@hoasen.example",
)


def accounts() -> list[tuple[str, str, str]]:
    """The demo accounts that are in the database: ``(username, position, site's host)``."""
    # Here, so that the browser's scripts can read the password without Django.
    from cms.users.models import User

    from .content import sites

    present = set(User.objects.values_list("username", flat=True))
    rows = [(PROVINCE_ADMINISTRATOR, "*")]
    rows += [(member, site.host) for site in sites() for member in site.staff]
    return [
        (member.username, member.position, host)
        for member, host in rows
        if member.username in present
    ]
