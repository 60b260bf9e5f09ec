"""The screens: who sees what, what is answered to wrong input, how much they ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.links.models import AllowedHost, Finding, LinkRules
from cms.news.models import ArticlePage
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client

from .defacing import FAR, findings, link, scan

FINDINGS, HOSTS = reverse("outbound_findings"), reverse("outbound_hosts")
PROVINCE, RULES = reverse("outbound_province"), reverse("outbound_rules")
REASON = "Bài của công an, đã kiểm tra."


def client(department: Department, role: Role) -> Client:
    return staff_client(make_user((department, role)), department)


@pytest.fixture
def province(site_a: Department) -> Client:
    return staff_client(make_user(is_superuser=True), site_a)


@pytest.mark.parametrize("role", list(Role))
def test_who_is_let_in(role: Role, site_a: Department) -> None:
    browser = client(site_a, role)
    reads = role in (Role.SITE_ADMIN, Role.CHIEF, Role.AUDITOR)
    assert browser.get(FINDINGS).status_code == (200 if reads else 404)
    assert browser.get(HOSTS).status_code == (200 if role == Role.SITE_ADMIN else 404)
    assert browser.get(PROVINCE).status_code == 404
    assert browser.get(RULES).status_code == 404
    assert browser.post(RULES, {"pattern": "a.example"}).status_code == 404


def test_a_department_sees_its_own_findings_only(site_a: Department, site_b: Department) -> None:
    make_article(site_a, "Của mình", body=[("paragraph", link())])
    make_article(site_b, "Của người", body=[("paragraph", link(FAR))])
    scan()
    browser = client(site_a, Role.SITE_ADMIN)
    text = browser.get(f"{FINDINGS}?state=").text
    assert "Của mình" in text
    assert "Của người" not in text
    (foreign,) = findings(department=site_b)
    for act in ("allow", "dismiss", "put_back"):
        data = {"finding": foreign.pk, "act": act, "reason": REASON}
        assert browser.post(FINDINGS, data).status_code == 404
    assert findings(department=site_b)[0].state == Finding.State.OPEN
    row = AllowedHost.of_all_departments.create(department=site_b, pattern="x.example")
    assert browser.post(HOSTS, {"delete": row.pk}).status_code == 404
    provincial = AllowedHost.of_all_departments.filter(department=None)[0]
    assert browser.post(HOSTS, {"delete": provincial.pk}).status_code == 404
    assert "x.example" not in browser.get(HOSTS).text


def test_the_province_sees_all_of_them(
    site_a: Department, site_b: Department, province: Client
) -> None:
    make_article(site_a, "Của A", body=[("paragraph", link())])
    make_article(site_b, "Của B", body=[("paragraph", link())])
    scan()
    text = province.get(PROVINCE).text
    assert "Của A" in text
    assert "Của B" in text
    text = province.get(f"{PROVINCE}?state=open&department={site_b.pk}").text
    assert "Của A" not in text


def test_what_must_not_wait_is_seen_first(site_a: Department) -> None:
    make_article(site_a, "Nguy hiểm", body=[("paragraph", link())])
    make_article(site_a, "Chưa biết", body=[("paragraph", link(FAR))])
    scan()
    browser = client(site_a, Role.SITE_ADMIN)
    text = browser.get(FINDINGS).text
    assert "Nguy hiểm</a>" in text
    assert "Chưa biết</a>" not in text
    # Whoever asks for all of them gets all of them.
    assert "Chưa biết</a>" in browser.get(f"{FINDINGS}?state=open&grade=").text


def test_allow_with_one_click(site_a: Department) -> None:
    make_article(site_a, body=[("paragraph", link(FAR))])
    scan()
    browser = client(site_a, Role.SITE_ADMIN)
    (found,) = findings()
    answer = browser.post(FINDINGS, {"finding": found.pk, "act": "allow"}, follow=True)
    assert "bao.example.net" in answer.text
    assert findings()[0].state == Finding.State.ALLOWED
    assert AllowedHost.of_all_departments.get(department=site_a).pattern == "bao.example.net"


def test_gambling_is_not_allowed_by_a_click(site_a: Department) -> None:
    make_article(site_a, body=[("paragraph", link())])
    scan()
    browser = client(site_a, Role.SITE_ADMIN)
    (found,) = findings()
    browser.post(FINDINGS, {"finding": found.pk, "act": "allow"})
    assert findings()[0].state == Finding.State.OPEN
    assert not AllowedHost.of_all_departments.filter(department=site_a).exists()


@pytest.mark.parametrize(
    ("role", "act", "answer"),
    [
        (Role.CHIEF, "allow", 404),
        (Role.CHIEF, "dismiss", 302),
        (Role.SITE_ADMIN, "dismiss", 302),
        (Role.SITE_ADMIN, "put_back", 404),
        (Role.AUDITOR, "dismiss", 404),
        (Role.AUDITOR, "allow", 404),
        (Role.SITE_ADMIN, "erase", 404),
    ],
)
def test_each_act_is_somebodys(role: Role, act: str, answer: int, site_a: Department) -> None:
    make_article(site_a, body=[("paragraph", link())])
    scan()
    data = {"finding": findings()[0].pk, "act": act, "reason": REASON}
    assert client(site_a, role).post(FINDINGS, data).status_code == answer


@pytest.mark.parametrize(
    "query",
    ["state=x", "grade=dangerous", "grade=99", "grade=a", "before=-1", "before=9" * 30,
     "state=open&grade=3&before=7", "department=1", "before=", "state=&state=open"],
)  # fmt: skip
def test_a_wrong_filter_is_answered(query: str, site_a: Department, province: Client) -> None:
    browser = client(site_a, Role.SITE_ADMIN)
    assert browser.get(f"{FINDINGS}?{query}").status_code == 200
    assert province.get(f"{PROVINCE}?{query}").status_code == 200


@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 40, "1; DROP"])
def test_a_wrong_key_is_answered(key: str, site_a: Department) -> None:
    browser = client(site_a, Role.SITE_ADMIN)
    assert browser.post(FINDINGS, {"finding": key, "act": "dismiss"}).status_code == 404
    assert browser.post(HOSTS, {"delete": key}).status_code == 404


@pytest.mark.parametrize("typed", ["", "*.vn", "nha cai", "bk8.com", "192.0.2.1"])
def test_a_wrong_host_is_refused_with_a_sentence(typed: str, site_a: Department) -> None:
    answer = client(site_a, Role.SITE_ADMIN).post(HOSTS, {"pattern": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors["pattern"]
    assert not AllowedHost.of_all_departments.filter(department=site_a).exists()


def test_a_host_is_added_and_taken_off(site_a: Department) -> None:
    browser = client(site_a, Role.SITE_ADMIN)
    browser.post(HOSTS, {"pattern": "https://Bao.Example.net/tin", "note": "Báo của tỉnh"})
    row = AllowedHost.of_all_departments.get(department=site_a)
    assert (row.pattern, row.note) == ("bao.example.net", "Báo của tỉnh")
    assert "đã có trong" in browser.post(HOSTS, {"pattern": "bao.example.net"}).text
    browser.post(HOSTS, {"delete": row.pk})
    assert not AllowedHost.of_all_departments.filter(department=site_a).exists()


def test_the_province_keeps_its_rules(province: Client, site_a: Department) -> None:
    assert province.get(RULES).status_code == 200
    scan()
    assert not LinkRules.load().is_full_due
    province.post(RULES, {"rules": "save", "unpublishes": "on", "words": " vua bài \n\nvua bài\n"})
    rules = LinkRules.load()
    assert (rules.unpublishes, rules.words, rules.is_full_due) == (True, "vua bài", True)
    answer = province.post(RULES, {"rules": "save", "words": "a"})
    assert answer.context["rules_form"].errors["words"]
    assert LinkRules.load().words == "vua bài"
    province.post(RULES, {"pattern": "dangcongsan.example"})
    row = AllowedHost.of_all_departments.get(pattern="dangcongsan.example")
    assert row.department_id is None
    province.post(RULES, {"delete": row.pk})
    assert not AllowedHost.of_all_departments.filter(pk=row.pk).exists()


def test_the_screen_asks_as_much_for_many_findings_as_for_few(site_a: Department) -> None:
    browser = client(site_a, Role.SITE_ADMIN)
    make_article(site_a, body=[("paragraph", link())])
    scan()
    browser.get(FINDINGS)
    with CaptureQueriesContext(connection) as few:
        browser.get(FINDINGS)
    for _n in range(12):
        make_article(site_a, body=[("paragraph", link())])
    scan()
    with CaptureQueriesContext(connection) as many:
        answer = browser.get(FINDINGS)
    assert len(answer.context["findings"]) == 13
    assert len(many) == len(few)


def test_older_findings_are_on_the_next_page(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.links.views.PAGE_SIZE", 2)
    for number in range(5):
        make_article(site_a, f"Bài số {number}", body=[("paragraph", link())])
    scan()
    browser = client(site_a, Role.SITE_ADMIN)
    shown: list[str] = []
    query = ""
    while True:
        context = browser.get(f"{FINDINGS}?{query}").context
        shown += [finding.title for finding in context["findings"]]
        if context["older"] is None:
            break
        query = f"before={context['older']}"
    assert shown == [f"Bài số {number}" for number in (4, 3, 2, 1, 0)]


def test_hostile_words_are_escaped(site_a: Department) -> None:
    words = "casino &lt;script&gt;alert(1)&lt;/script&gt;"
    make_article(site_a, "<b>x</b>", body=[("paragraph", link("https://a.example/", words))])
    scan()
    text = client(site_a, Role.SITE_ADMIN).get(FINDINGS).text
    assert "<script>alert(1)" not in text
    assert "<b>x</b>" not in text


def test_put_back_by_the_chief_editor(site_a: Department) -> None:
    LinkRules.load()
    LinkRules.objects.update(unpublishes=True)
    article = make_article(site_a, body=[("paragraph", link())])
    scan()
    browser: Any = client(site_a, Role.CHIEF)
    assert 'value="put_back"' in browser.get(FINDINGS).text
    data = {"finding": findings()[0].pk, "act": "put_back", "reason": REASON}
    assert browser.post(FINDINGS, data).status_code == 302
    assert ArticlePage.objects.get(pk=article.pk).live
