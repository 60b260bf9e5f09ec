"""The corpus of hostile inputs as content of the demo; run in the portal by ``manage.py shell``."""

from __future__ import annotations

import json

from cms.content.html import safe_player, sanitise, to_blocks
from cms.news.models import ArticlePage, SectionPage
from cms.sdk.testing import enable, put_in_sidebar
from cms.workflow.authority import Authority, publishing_by
from plugins.free_text.widgets import FreeText
from plugins.links.widgets import Links
from plugins.notices.models import Notice
from sites.opening import open_site
from sites.tenancy import acting_for
from tests.security.hostile import TEXTS

#: A site of its own: what other tests look at is left as it is.
HOST = "doc-hai.localhost"
#: Inputs on one page.
A_PAGE = 50


def fill() -> None:
    """Put every input where it could be: bodies, titles, captions, a sidebar, notices.

    Prints as JSON the addresses to look at, and every input with what the one function
    makes of it.
    """
    department = open_site(HOST, name="Sở Thử nghiệm", kind="department").department
    texts = [text.replace("\x00", "\ufffd") for text in TEXTS]
    with acting_for(department), publishing_by(Authority.IMPORT):
        section = SectionPage.objects.descendant_of(department.site.root_page).first()
        assert section is not None
        paths = ["/", "/kho-tin/", section.local_url]
        for at in range(0, len(texts), A_PAGE):
            paths.append(_article(section, texts[at : at + A_PAGE], at))
        for at in range(0, len(texts), 6):
            _article(section, texts[at : at + 2], at, title=" ".join(texts[at : at + 6])[:255])
        paths += [f"/kho-tin/?trang={number}" for number in (2, 3)]
        paths.append("/tim-kiem/?q=alert")
        enable(department, "free_text", "links", "notices")
        put_in_sidebar(
            department,
            *(
                (FreeText, {"title": text[:60], "text": f"<p>chữ {text}</p>"})
                for text in texts[::3]
            ),
            (Links, {"links": [_item(text) for text in texts]}),
        )
        for text in texts[::12]:
            notice = Notice(department=department, title=text[:200], text=f"<p>{text}</p>")
            notice.link = text[:500]
            notice.save()
            paths.append(notice.url)
    print(
        json.dumps(
            {
                "host": department.host,
                "paths": paths,
                "cleaned": [
                    [text, html]
                    for text in texts
                    for html in (
                        sanitise(text),
                        safe_player(text),
                        "".join(
                            str(block["value"])
                            for block in to_blocks(text)
                            if block["type"] == "paragraph"
                        ),
                    )
                ],
            }
        )
    )


def _item(text: str) -> dict[str, object]:
    return {"type": "item", "id": "1", "value": {"title": text[:120], "url": text}}


def _article(section: SectionPage, texts: list[str], number: int, title: str = "") -> str:
    body = []
    for at, text in enumerate(texts):
        body += [
            {"type": "paragraph", "id": f"p{at}", "value": f"<p>trước {text} sau</p>"},
            {"type": "heading", "id": f"h{at}", "value": text[:200]},
            {"type": "quote", "id": f"q{at}", "value": {"text": text, "attribution": text[:150]}},
            {"type": "embed", "id": f"e{at}", "value": text[:200]},
        ]
    article = ArticlePage(
        title=title or f"Đầu vào độc hại {number}",
        slug=f"doc-hai-{number}{'-t' if title else ''}",
        lead=" ".join(texts)[:1500],
        main_image_caption=texts[0][:255],
        source_name=texts[0][:150],
        body=json.dumps(body),
        live=True,
    )
    section.add_child(instance=article)
    # As it would stand there if it had come past every form.
    ArticlePage.objects.filter(pk=article.pk).update(source_url=texts[0][:500])
    return str(article.local_url)
