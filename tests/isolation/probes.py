"""Requests written by hand: another's ids in one's own forms, another's files and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms.media.models import SenDocument
from cms.news.blocks import PARAGRAPH_FEATURES
from cms.news.models import ArticlePage

from .addresses import TOGETHER
from .marked import COMMON, Marked


@dataclass
class Probe:
    """One request, and what is looked at afterwards.

    Attributes:
        then: an address that is read before everything is undone.
        public: whether the request goes to the public host.
    """

    method: str
    url: str
    data: dict[str, Any] = field(default_factory=dict)
    then: str = ""
    public: bool = False


def probes(client: Client, own: Marked, foreign: Marked) -> Iterator[Probe]:
    """What somebody of ``own``'s department might try in order to reach ``foreign``."""
    yield from _bulk(own, foreign)
    yield from _articles(client, own, foreign)
    yield from _media(client, own, foreign)
    yield from _settings(client, own, foreign)
    yield from _plugins(client, own, foreign)
    yield Probe(
        "POST",
        reverse("sites_workplace"),
        {"department": foreign.department.pk},
        then=reverse("wagtailadmin_explore_root"),
    )
    yield Probe("GET", reverse("wagtailadmin_explore", args=[1]))
    yield Probe("GET", reverse("wagtailadmin_choose_page_child", args=[1]))
    listing = ("child_of=root", "child_of=1&for_explorer=1", "descendant_of=1")
    for query in (*listing, f"search={COMMON}"):
        yield Probe("GET", reverse("wagtailadmin_api:pages:listing") + f"?{query}")


def _bulk(own: Marked, foreign: Marked) -> Iterator[Probe]:
    kinds = {"page": "page", "senimage": "image", "sendocument": "document", "user": "user"}
    for labels in TOGETHER["wagtail_bulk_action"]:
        url = reverse("wagtail_bulk_action", kwargs=labels)
        theirs = foreign.objects[kinds[labels["model_name"]]]
        ours = own.objects[kinds[labels["model_name"]]][:1]
        ids = "&".join(f"id={pk}" for pk in [*ours, *theirs])
        everything = f"id=all&childOf={foreign.objects['home'][0]}"
        data = {
            "tags": "qzneu",
            "collection": foreign.objects["collection"][0],
            "chooser": foreign.objects["home"][0],
            "mark_as_active": "False",
            "role": foreign.objects["group"][0],
        }
        for query in (ids, everything, "id=all"):
            yield Probe("GET", f"{url}?{query}")
            yield Probe("POST", f"{url}?{query}", data)
        # One's own things into another's folder, or below another's page.
        yield Probe("POST", f"{url}?id={ours[0]}", data)


def form_at(client: Client, url: str) -> dict[str, Any]:
    """The fields of the form at ``url`` as a browser would send them; empty where there is none."""
    response = client.get(url)
    if response.status_code != 200 or response.streaming:
        return {}
    data: dict[str, Any] = {}
    for each in BeautifulSoup(response.content, "html.parser").select(
        "input[name], textarea[name], select[name]"
    ):
        name = str(each["name"])
        if "__prefix__" in name or each.get("type") in ("checkbox", "radio", "submit", "file"):
            continue
        if each.name == "select":
            chosen = each.select_one("option[selected]")
            data[name] = chosen["value"] if chosen else ""
        elif each.name == "textarea":
            data[name] = each.get_text()
        else:
            data[name] = each.get("value", "")
    data.pop("csrfmiddlewaretoken", None)
    return data


def _articles(client: Client, own: Marked, foreign: Marked) -> Iterator[Probe]:
    draft = own.objects["page"][1]
    objects = foreign.objects
    edit = reverse("wagtailadmin_pages:edit", args=[draft])
    then = reverse("wagtailadmin_pages:view_draft", args=[draft])
    form = form_at(client, edit)
    if form:
        form |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
        page, image, document = objects["page"][1], objects["image"][0], objects["document"][0]
        bodies: list[list[tuple[str, Any]]] = [
            [("image", {"image": image, "alt": "", "caption": ""})],
            [("file", {"document": document, "title": ""})],
            *(
                [("paragraph", rich_text(f"<p>{html}</p>", features=PARAGRAPH_FEATURES))]
                for html in (
                    f'<a linktype="page" id="{page}">x</a>',
                    f'<a linktype="document" id="{document}">x</a>',
                    f'<embed embedtype="image" id="{image}" format="fullwidth" alt="x"/>',
                )
            ),
        ]
        for body in bodies:
            data = {**form, **nested_form_data({"body": streamfield(body)})}
            yield Probe("POST", edit, data, then=then)
        plain = {**form, **nested_form_data({"body": streamfield([])})}
        yield Probe("POST", edit, {**plain, "main_image": image}, then=then)
        attached = {
            "attachments-TOTAL_FORMS": "1",
            "attachments-INITIAL_FORMS": "0",
            "attachments-0-document": document,
            "attachments-0-ORDER": "1",
        }
        yield Probe("POST", edit, {**plain, **attached}, then=then)
    yield Probe(
        "POST",
        reverse("wagtailadmin_pages:copy", args=[draft]),
        {
            "new_title": "qzneu",
            "new_slug": "qzneu",
            "new_parent_page": objects["page"][4],
            "copy_subpages": "on",
        },
    )
    add = reverse("wagtailadmin_pages:add", args=["news", "articlepage", objects["page"][4]])
    yield Probe("POST", add, {"title": "qzneu", "slug": "qzneu", "lead": "x", "body-count": "0"})


def _media(client: Client, own: Marked, foreign: Marked) -> Iterator[Probe]:
    for name, kind in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        url = reverse(f"{name}:edit", args=[own.objects[kind][0]])
        form = form_at(client, url)
        if form:
            yield Probe("POST", url, {**form, "collection": foreign.objects["collection"][0]})
            tags = {**form, "tags": f"{foreign.mark[:3]}moi"}
            yield Probe("POST", url, tags, then=reverse(f"{name}:index"))
    for document in SenDocument._base_manager.filter(pk__in=foreign.objects["document"]):
        yield Probe("GET", document.url)
        yield Probe("GET", document.url, public=True)


def _settings(client: Client, own: Marked, foreign: Marked) -> Iterator[Probe]:
    url = reverse("wagtailsettings:edit", args=["sites", "department", own.objects["site"][0]])
    form = form_at(client, url)
    if form:
        for name in ("logo", "banner"):
            yield Probe("POST", url, {**form, name: foreign.objects["image"][0]}, then=url)
        menu = {
            "menu_items-TOTAL_FORMS": "1",
            "menu_items-INITIAL_FORMS": "0",
            "menu_items-0-title": "qzneu",
            "menu_items-0-page": foreign.objects["page"][0],
            "menu_items-0-url": "",
            "menu_items-0-ORDER": "1",
        }
        yield Probe("POST", url, {**form, **menu}, then=url)


def _plugins(client: Client, own: Marked, foreign: Marked) -> Iterator[Probe]:
    objects = foreign.objects
    url = reverse("documents_legaldocument:edit", args=own.objects["documents.legaldocument"])
    form = form_at(client, url)
    if form:
        for key, value in (
            ("type", objects["documents.documenttype"][0]),
            ("files-0-file", objects["document"][0]),
            ("replaces-0-replaced", objects["documents.legaldocument"][0]),
        ):
            total = {} if key == "type" else {f"{key.split('-')[0]}-TOTAL_FORMS": "1"}
            yield Probe("POST", url, {**form, **total, key: value}, then=url)
    url = reverse("notices_notice:edit", args=own.objects["notices.notice"])
    form = form_at(client, url)
    if form:
        yield Probe("POST", url, {**form, "document": objects["document"][0]}, then=url)
    area = reverse("widget_area:edit", args=own.objects["area"])
    if client.get(area).status_code == 200:
        for name, value in (
            ("image_gallery", {"pictures": [objects["image"][0]]}),
            ("featured_news", {"articles": [objects["page"][0]]}),
            ("poll", {"poll": objects["poll.poll"][0]}),
            ("video", {"file": objects["document"][0]}),
            ("latest_news", {"section": objects["page"][4]}),
        ):
            data = {
                "widgets-count": "1",
                "widgets-0-deleted": "",
                "widgets-0-order": "0",
                "widgets-0-type": name,
                "widgets-0-id": "",
                "action-publish": "1",
            }
            for key, pk in value.items():
                if isinstance(pk, list):
                    data |= {
                        f"widgets-0-value-{key}-count": "1",
                        f"widgets-0-value-{key}-0-deleted": "",
                        f"widgets-0-value-{key}-0-order": "0",
                        f"widgets-0-value-{key}-0-id": "",
                        f"widgets-0-value-{key}-0-value": str(pk[0]),
                        f"widgets-0-value-{key}-0-value-image": str(pk[0]),
                        f"widgets-0-value-{key}-0-value-caption": "",
                    }
                else:
                    data[f"widgets-0-value-{key}"] = str(pk)
            yield Probe("POST", area, data, then=area)


def public_probes(own: Marked, foreign: Marked) -> Iterator[Probe]:
    """Another's things asked for on one's own public host, by anybody."""
    paths = [
        "/",
        "/kho-tin/",
        "/rss/",
        "/atom/",
        "/sitemap.xml",
        f"/tim-kiem/?q={COMMON}",
        f"/{own.mark}muc/",
        f"/{own.mark}muc/rss/",
        f"/{own.mark}muc/{own.mark}dang/",
        f"/{foreign.mark}muc/",
        f"/{foreign.mark}muc/{foreign.mark}dang/",
        f"/{foreign.mark}muc/{foreign.mark}nhap/",
        f"/{foreign.mark}cu/",
        "/admin/",
        "/api/v2/pages/",
    ]
    paths += [page.url_path for page in ArticlePage.objects.filter(pk__in=foreign.objects["page"])]
    for path in paths:
        yield Probe("GET", path, public=True)
    for index in ("documents:index", "notices:index", "poll:index"):
        yield Probe("GET", f"{reverse(index)}?q={COMMON}", public=True)
    objects = foreign.objects
    page = objects["page"][0]
    for url in (
        reverse("documents:short", args=objects["documents.legaldocument"]),
        reverse("notices:detail", args=objects["notices.notice"]),
        reverse("poll:poll", args=objects["poll.poll"]),
        reverse("poll:vote", args=objects["poll.poll"]),
        reverse("satisfaction:page", args=[page]),
        reverse("satisfaction:rate", args=[page]),
    ):
        yield Probe("GET", url, public=True)
        yield Probe("POST", url, {"option": "1", "grade": "5"}, public=True)
    for body in ({"page": page}, {"p": page}, {"page_id": page}):
        yield Probe("POST", reverse("hit"), body, public=True)
        yield Probe("GET", reverse("hit") + f"?{next(iter(body))}={page}", public=True)
