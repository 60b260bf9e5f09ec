"""What the API answers, field by field. A field may be added; none is renamed or taken away."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema


class Link(Schema):
    """A thing by its name and address."""

    title: str
    url: str


class Picture(Schema):
    """A picture, as wide as is needed on a page."""

    url: str
    width: int = Field(description="pixels")
    height: int = Field(description="pixels")
    caption: str


class Site(Schema):
    """The body behind the site."""

    name: str
    short_name: str
    kind: str = Field(description="such as province, department, commune")
    url: str
    language: str
    address: str
    phone: str
    email: str
    responsible_person: str
    responsible_title: str


class Section(Schema):
    """A section of the site's news."""

    id: int
    title: str
    slug: str
    url: str
    parent: int | None = Field(description="the section above; null for one at the top")


class ArticleSummary(Schema):
    """An article as lists show it."""

    id: int
    title: str
    lead: str
    url: str
    published_at: datetime
    updated_at: datetime | None = Field(description="null where it was not changed since")
    section: Link | None
    picture: Picture | None


class Correction(Schema):
    """What was wrong in an article, and why."""

    corrected_at: datetime
    what: str
    why: str


class File(Schema):
    """A file that belongs to an article."""

    title: str
    url: str
    size: int = Field(description="bytes")


class Article(ArticleSummary):
    """A whole article."""

    html: str = Field(description="the text, with absolute addresses")
    byline: list[str]
    source: Link | None
    tags: list[str]
    files: list[File]
    corrections: list[Correction]


class Statistics(Schema):
    """The site's visits, as its counter shows them; times are those of Asia/Ho_Chi_Minh."""

    online: int
    today: int
    week: int = Field(description="since Monday")
    month: int
    total: int = Field(description="ever, balances of earlier systems included")


class DepartmentFacts(Schema):
    """A site of the province, on the portal's list."""

    name: str
    short_name: str
    kind: str
    kind_name: str
    host: str
    url: str
    parent_host: str = Field(description="of the body above; empty where there is none")


class Problem(Schema):
    """Why there is no answer."""

    detail: str
