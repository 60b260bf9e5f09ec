"""The shapes of the demo content: frozen records a loader turns into pages and accounts."""

import datetime
from dataclasses import dataclass, field
from typing import Any

Block = tuple[str, Any]
"""A typed block ``(type, value)``; see :class:`DemoArticle` for the types."""


@dataclass(frozen=True)
class Contact:
    """How to reach a body: everything is fictitious (``.example`` mail, area code 0200)."""

    address: str
    phone: str
    email: str
    responsible_name: str
    responsible_title: str


@dataclass(frozen=True)
class Section:
    """A news section of a site."""

    slug: str
    title: str
    description: str


@dataclass(frozen=True)
class StandardPage:
    """A standing page (functions, organisation, contact); body blocks as in an article.

    ``languages`` has the same page in others, by their codes.
    """

    slug: str
    title: str
    lead: str
    body: tuple[Block, ...]
    languages: dict[str, "StandardPage"] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Leader:
    """Someone articles quote: office and full name."""

    title: str
    name: str


@dataclass(frozen=True)
class StaffMember:
    """An account: role is ``reporter``, ``editor``, ``chief_editor`` or ``site_admin``.

    ``last_name`` holds the family and middle names, ``first_name`` the given name, so that
    "last first" reads as the full Vietnamese name.
    """

    role: str
    username: str
    last_name: str
    first_name: str
    pen_name: str
    position: str
    email: str

    @property
    def full_name(self) -> str:
        """Family, middle and given name in Vietnamese order."""
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True)
class DemoSite:
    """One site of the province; ``kind`` is ``province``, ``department`` or ``commune``.

    ``body_name`` is the body as it is named inside a sentence ("UBND xã Bình Minh"),
    ``level`` the unit it looks after ("tỉnh", "xã", "phường"), ``field`` the field of work of
    a generic department ("tài chính") or empty, ``cores`` the text file its articles use.
    """

    key: str
    host: str
    kind: str
    name: str
    short_name: str
    body_name: str
    level: str
    field: str
    accent: str
    motto: str
    contact: Contact
    sections: tuple[Section, ...]
    pages: tuple[StandardPage, ...]
    staff: tuple[StaffMember, ...]
    leaders: tuple[Leader, ...]
    cores: str


@dataclass(frozen=True)
class DemoArticle:
    """One article.

    ``body`` is a list of ``(type, value)`` blocks: ``paragraph`` (HTML of p, b, i, a, ul, ol,
    li), ``heading`` (text), ``quote`` (text, attribution), ``table`` (caption, header, rows)
    and ``image`` (picture_key, alt, caption). ``byline`` pairs a name with one of the roles
    ``author``, ``photo``, ``editor``, ``compiled``. ``picture_alt`` and ``picture_caption``
    are empty when ``picture_key`` is None.
    """

    source_key: str
    section_slug: str
    title: str
    lead: str
    body: list[Block]
    byline: list[tuple[str, str]]
    source_name: str
    source_url: str
    tags: list[str]
    published_at: datetime.datetime
    picture_key: str | None
    picture_alt: str
    picture_caption: str
    views: int
    featured: bool
