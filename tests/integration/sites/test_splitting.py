"""Sections that become a site of their own: what goes with them, what stays, where menus lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from cms.news.maintenance import find_faults
from cms.news.models import ArticlePage, SectionPage
from cms.widgets.models import WidgetArea
from plugins.satisfaction.models import PageRating
from sites.life.splitting import split_site
from sites.models import Department, MenuItem
from sites.roles import Role, has_role
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_user, section_of

from .following import follow

HOST = "moi.localhost"


def split(source: Department, *sections: str, **kwargs: Any) -> Department:
    split_site(source, sections, host=HOST, name="Sở Mới", kind="department", **kwargs)
    return Department.objects.get(site__hostname=HOST)


def test_what_hangs_on_the_sections_goes_with_them(site_a: Department) -> None:
    section, other = section_of(site_a, 0), section_of(site_a, 1)
    inner = SectionPage(title="Trong", slug="trong")
    section.add_child(instance=inner)
    article, staying = make_article(inner), make_article(other)
    area = WidgetArea.objects.create(page=inner, slot="sidebar", widgets=[])
    with acting_for(site_a):
        gone = PageRating.objects.create(page=article, grade_5=3)
        kept = PageRating.objects.create(page=staying, grade_5=2)
    old = article.local_url
    new = split(site_a, section.slug)
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.site_root_id == new.site.root_page_id
    assert article.section_id == inner.pk
    area.refresh_from_db()
    assert area.department == new
    rows = PageRating.of_all_departments
    assert rows.get(pk=gone.pk).department == new
    assert rows.get(pk=kept.pk).department == site_a
    for path in (old, f"{old}ban-in/", section.local_url, f"{section.local_url}rss/"):
        assert follow(site_a.host, path) == (200, f"http://{HOST}{path}")
    assert not any(Page.find_problems())
    assert find_faults() == []


def test_the_menus_lead_to_the_sections(site_a: Department) -> None:
    made_at_opening = section_of(site_a, 0)
    own = SectionPage(title="Chuyển đổi số", slug="chuyen-doi-so")
    home_of(site_a).add_child(instance=own)
    own.save_revision().publish()
    MenuItem.objects.create(department=site_a, title="CĐS", page=own, sort_order=9)
    new = split(site_a, made_at_opening.slug, own.slug)
    pages = list(new.menu_items.values_list("page", flat=True))
    assert made_at_opening.pk in pages
    assert own.pk in pages
    assert None not in pages
    # One section of an address, and nothing of what the opening had put there.
    slugs = list(home_of(new).get_children().values_list("slug", flat=True))
    assert len(set(slugs)) == len(slugs)
    for item in MenuItem.objects.filter(department=site_a):
        item.full_clean()
    entry = MenuItem.objects.get(department=site_a, title="CĐS")
    assert (entry.page, entry.url) == (None, f"http://{HOST}/chuyen-doi-so/")


def test_the_new_site_is_as_public_as_the_old_one(site_a: Department) -> None:
    Department.objects.filter(pk=site_a.pk).update(
        address="1 Trần Phú", responsible_person="Nguyễn Văn A", accent="#123456"
    )
    site_a.refresh_from_db()
    new = split(site_a, section_of(site_a).slug)
    assert new.state == Department.State.ACTIVE
    assert (new.address, new.responsible_person) == ("1 Trần Phú", "Nguyễn Văn A")
    assert new.accent == "#123456"
    assert Client(headers={"host": HOST}).get("/").status_code == 200


@pytest.mark.parametrize(("people", "both"), [("stay", False), ("copy", True)])
def test_people_stay_or_serve_both(site_a: Department, people: str, both: bool) -> None:
    editor = make_user((site_a, Role.EDITOR))
    new = split(site_a, section_of(site_a).slug, people=people)
    editor = type(editor).objects.get(pk=editor.pk)
    assert has_role(editor, site_a, Role.EDITOR)
    assert has_role(editor, new, Role.EDITOR) is both


def test_privacy_goes_along(site_a: Department) -> None:
    section = section_of(site_a)
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    split(site_a, section.slug)
    assert Page.objects.get(pk=section.pk).get_view_restrictions()


def test_a_site_that_is_private_as_a_whole_is_refused(site_a: Department) -> None:
    PageViewRestriction.objects.create(page=home_of(site_a), restriction_type="login")
    with pytest.raises(ValidationError):
        split(site_a, section_of(site_a).slug)
    assert not Department.objects.filter(site__hostname=HOST).exists()
