"""A department of which every text carries a mark, so that wherever it shows, it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from sen_dummy.models import Note
from sen_hostile.models import Secret
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log
from wagtail.models import (
    CollectionViewRestriction,
    CommentReply,
    PageViewRestriction,
    UploadedFile,
)
from wagtail.models import Comment as PageComment

from cms.links.models import AllowedHost, Finding
from cms.media.models import SenDocument, SenImage
from cms.news.contributors import Contributor
from cms.news.models import ArticlePage, SectionPage
from cms.notices.models import Notice as StaffNotice
from cms.plugins.activation import set_enabled_plugins
from cms.plugins.models import PluginConfiguration, PluginFailure
from cms.plugins.registry import plugins
from cms.record.models import Kind
from cms.record.writing import record
from cms.sharing.models import AutomaticAcceptance, Offer, Placement
from cms.staff.models import EndedOffice, Invitation
from cms.traffic.models import OpeningBalance
from cms.users.models import User
from cms.widgets.models import WidgetSnapshot
from cms.widgets.overriding import override
from cms.workflow.models import ChainRules, SoleEditor, Takedown, Turn
from plugins.documents.models import DocumentType, LegalDocument, LegalDocumentFile
from plugins.notices.models import Notice
from plugins.poll.models import Poll, PollOption
from plugins.satisfaction.models import Comment, DailySecret, PageRating
from sites.models import Department, Deputyship, HostAlias, MenuItem, SiteOperation
from sites.roles import Role
from sites.scoping import DepartmentModel
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_site, make_user, section_of

#: In every text of both departments: what a search box is asked for.
COMMON = "chungca"


@dataclass
class Marked:
    """A department with one of everything.

    Attributes:
        mark: stands in every text it has, host names and account names included.
        number: stands in its counters.
        objects: from the kind of an object, as the addresses name it, to its keys.
    """

    department: Department
    mark: str
    number: int
    people: dict[Role, User] = field(default_factory=dict)
    objects: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def markers(self) -> tuple[str, ...]:
        """What must not be seen by others: the mark, and the number as it may be written."""
        return (self.mark, str(self.number), f"{self.number:,}".replace(",", "."))


def make_marked(mark: str, number: int, *, province: bool = False) -> Marked:
    """Open a site and fill it with one of everything, all of it carrying ``mark``.

    The name and the host of the province stand on everybody's pages: they carry none.
    """
    names = {
        "name": "Cổng chung" if province else f"Sở {mark}ten",
        "short_name": "Tỉnh" if province else f"{mark}ngan",
    }
    department = make_site(
        "chung.localhost" if province else f"{mark}.localhost",
        kind="province" if province else "department",
        **names,
        tagline=f"{mark}loi",
        address=f"{mark}pho",
        phone=f"0{number}",
        email=f"{mark}@example.org",
        responsible_person=f"{mark}nguoi",
    )
    marked = Marked(department, mark, number)
    for role in Role:
        marked.people[role] = make_user(
            (department, role),
            username=f"{mark}{role.value}",
            first_name=f"{mark}ten",
            last_name=f"{mark}ho",
            pen_name=f"{mark}but",
            email=f"{mark}{role.value}@example.org",
        )
    set_enabled_plugins(department, plugins.usable_ids() - {"hostile"})
    with acting_for(department):
        _media(marked)
        _pages(marked)
        _rest(marked)
        for model in owned_models():
            _keep(marked, model._meta.label_lower, MAKERS[model](marked))
    return marked


def owned_models() -> list[type[DepartmentModel]]:
    """The tables of plugins whose rows belong to departments."""
    return [model for model in apps.get_models() if issubclass(model, DepartmentModel)]


def _keep(marked: Marked, kind: str, *objects: Any) -> None:
    marked.objects.setdefault(kind, []).extend(each.pk for each in objects)


def _media(marked: Marked) -> None:
    mark, department = marked.mark, marked.department
    reporter = marked.people[Role.REPORTER]
    folder = department.collection.add_child(name=f"{mark}thu muc {COMMON}")
    image = SenImage.objects.create(
        title=f"{mark}anh {COMMON}",
        description=f"{mark}mo ta",
        file=get_test_image_file(f"{mark}.png"),
        collection=department.collection,
        uploaded_by_user=reporter,
    )
    image.tags.add(f"{mark}nhan", f"{COMMON} {mark}")
    document = SenDocument.objects.create(
        title=f"{mark}tep {COMMON}",
        file=ContentFile(f"{mark}noi dung".encode(), f"{mark}.txt"),
        collection=folder,
        uploaded_by_user=reporter,
    )
    document.tags.add(f"{mark}nhan")
    upload = UploadedFile.objects.create(
        for_content_type=ContentType.objects.get_for_model(SenImage),
        file=get_test_image_file(f"{mark}cho.png"),
        uploaded_by_user=reporter,
    )
    hidden = folder.add_child(name=f"{mark}kin")
    restriction = CollectionViewRestriction.objects.create(
        collection=hidden,
        restriction_type=CollectionViewRestriction.PASSWORD,
        password=mark,
    )
    _keep(marked, "collection_restriction", restriction)
    _keep(marked, "collection", department.collection, folder)
    _keep(marked, "image", image)
    _keep(marked, "document", document)
    _keep(marked, "upload", upload)


def _pages(marked: Marked) -> None:
    mark, department = marked.mark, marked.department
    reporter, editor = marked.people[Role.REPORTER], marked.people[Role.EDITOR]
    home, section = home_of(department), section_of(department)
    home.title = f"{mark}nha {COMMON}"
    home.save()
    home.save_revision(user=editor)
    section.title, section.slug = f"{mark}muc {COMMON}", f"{mark}muc"
    section.save()
    section.save_revision(user=editor)

    def article(name: str, **kwargs: Any) -> Any:
        page = make_article(
            section,
            f"{mark}{name} {COMMON}",
            slug=f"{mark}{name}",
            lead=f"{mark}sapo",
            owner=reporter,
            body=[("paragraph", f"<p>{mark}than bai</p>")],
            **kwargs,
        )
        page.tags.add(f"{mark}the")
        page.save()
        page.save_revision(user=reporter)
        log(page, "wagtail.edit", user=editor)
        return page

    live = article("dang")
    draft = article("nhap", live=False)
    waiting = article("cho", live=False)
    workflow = waiting.get_workflow()
    state = workflow.start(waiting, user=reporter)
    locked = article("khoa", live=False)
    locked.locked, locked.locked_by, locked.locked_at = True, editor, timezone.now()
    locked.save()
    comment = PageComment.objects.create(
        page=live, user=editor, text=f"{mark}nhan xet", contentpath="title"
    )
    CommentReply.objects.create(comment=comment, user=reporter, text=f"{mark}tra loi")
    session = EditingSession.objects.create(
        user=editor,
        content_type=ContentType.objects.get_for_model(draft),
        object_id=str(draft.pk),
        last_seen_at=timezone.now(),
    )
    restriction = PageViewRestriction.objects.create(
        page=locked, restriction_type=PageViewRestriction.PASSWORD, password=mark
    )
    _keep(marked, "page_restriction", restriction)
    _keep(marked, "page", live, draft, waiting, locked, section, home)
    _keep(marked, "home", home)
    _keep(marked, "revision", live.latest_revision, draft.latest_revision)
    _keep(marked, "task_state", state.current_task_state)
    _keep(marked, "workflow_state", state)
    _keep(marked, "workflow", workflow)
    _keep(marked, "task", state.current_task_state.task)
    _keep(marked, "editing_session", session)


def _rest(marked: Marked) -> None:
    mark, department = marked.mark, marked.department
    area = override(department.site.root_page, "sidebar")
    area.widgets = [
        {
            "type": "free_text",
            "value": {"title": f"{mark}tieu de", "text": f"<p>{mark}chu</p>"},
            "id": f"{mark}-khoi",
        }
    ]
    area.live = True
    area.save()
    revision = area.save_revision(user=marked.people[Role.SITE_ADMIN])
    redirect = Redirect.objects.create(
        old_path=f"/{mark}cu", site=department.site, redirect_link=f"https://{mark}.example.org/"
    )
    PluginConfiguration.objects.create(
        department=department, plugin_id="dummy", version=2, value={"greeting": f"{mark}chao"}
    )
    PluginFailure.objects.create(
        department=department, plugin_id="dummy", part=f"{mark}phan", message=f"{mark}loi"
    )
    HostAlias.objects.create(hostname=f"{mark}cu.localhost", department=department)
    MenuItem.objects.create(department=department, title=f"{mark}muc", url="https://vidu.vn/")
    OpeningBalance.objects.create(
        site=department.site,
        amount=marked.number,
        as_of=date(2026, 1, 1),
        evidence=f"{mark}so lieu",
    )
    WidgetSnapshot.objects.create(
        department=department,
        widget_id="rss",
        digest=mark,
        value=[f"{mark}tin"],
        tried_at=timezone.now(),
    )
    _keep(marked, "area", area)
    _keep(marked, "area_revision", revision)
    _keep(marked, "redirect", redirect)
    invitation = Invitation.objects.create(
        department=department,
        email=f"{mark}moi@example.org",
        last_name=f"{mark}ho",
        first_name=f"{mark}moi",
        roles=[Role.REPORTER.value],
    )
    _keep(marked, "invitation", invitation)
    operation = SiteOperation.objects.create(
        department=department,
        act=SiteOperation.Act.RENAME,
        arguments={"new_host": f"{mark}moi.localhost", "name": f"{mark}ten"},
        report={
            "act": f"{mark}doi",
            "counts": [],
            "collisions": [],
            "warnings": [],
            "restless": [],
        },
        state=SiteOperation.State.PLANNED,
    )
    _keep(marked, "site_operation", operation)
    EndedOffice.objects.create(
        department=department,
        person=make_user(username=f"{mark}cu", first_name=f"{mark}cu", is_active=False),
        reason=EndedOffice.Reason.LEFT,
        roles=[Role.EDITOR.value],
    )
    today = timezone.localdate()
    Deputyship.objects.create(
        department=department,
        person=marked.people[Role.CHIEF],
        deputy=marked.people[Role.EDITOR],
        starts=today,
        ends=today,
    )
    record(department, "wagtail.edit", Kind.OTHER, about=f"{mark}viec", details=f"{mark}them")
    _keep(marked, "site", department.site)
    _keep(marked, "department", department)
    _keep(marked, "user", *(marked.people.values()))
    # A colleague's: not even within a department are these anybody else's business.
    person = make_user((department, Role.REPORTER))
    _keep(marked, "passkey", WebAuthn.add(person, f"{marked.mark}khoa", {}).instance)
    session = UserSession.objects.create(
        user=person, ip="203.0.113.9", session_key=f"{marked.mark}phien", user_agent=marked.mark
    )
    _keep(marked, "login_session", session)
    _keep(marked, "group", *(office.group for office in department.role_groups.all()))


def _document_type(marked: Marked) -> DocumentType:
    return DocumentType.objects.get_or_create(name=f"{marked.mark}loai {COMMON}")[0]


def _legal_document(marked: Marked) -> LegalDocument:
    mark = marked.mark
    document = LegalDocument.objects.create(
        type=_document_type(marked),
        number=f"{mark}so",
        issuing_body=f"{mark}co quan",
        summary=f"{mark}trich yeu {COMMON}",
        issued_on=date(2026, 1, 15),
        is_published=True,
    )
    LegalDocumentFile.objects.create(document=document, file_id=marked.objects["document"][0])
    return document


def _notice(marked: Marked) -> Notice:
    return Notice.objects.create(
        title=f"{marked.mark}thong bao {COMMON}", text=f"<p>{marked.mark}chu</p>"
    )


def _poll(marked: Marked) -> Poll:
    now = timezone.now()
    poll = Poll(
        question=f"{marked.mark}hoi {COMMON}",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
    )
    poll.options = [PollOption(text=f"{marked.mark}dap {n}", sort_order=n) for n in range(2)]
    poll.save()
    return poll


def _rating(marked: Marked) -> PageRating:
    return PageRating.objects.create(page_id=marked.objects["page"][0], grade_5=marked.number)


def _comment(marked: Marked) -> Comment:
    return Comment.objects.create(
        page_id=marked.objects["page"][0], grade=1, text=f"{marked.mark}y kien {COMMON}"
    )


def _turn(marked: Marked) -> Turn:
    """It came with the article that waits."""
    turn: Turn = Turn.objects.get(task_state=marked.objects["task_state"][0])
    return turn


def _chain_rules(marked: Marked) -> ChainRules:
    rules: ChainRules = ChainRules.objects.get_or_create(department=marked.department)[0]
    return rules


def _sole_editor(marked: Marked) -> SoleEditor:
    return SoleEditor.objects.create(
        person=marked.people[Role.CHIEF],
        reason=f"{marked.mark}ly do",
        granted_by=f"{marked.mark}nguoi",
    )


def _takedown(marked: Marked) -> Takedown:
    return Takedown.objects.create(
        page_id=marked.objects["page"][1],
        title=f"{marked.mark}go",
        reason=f"{marked.mark}ly do",
        notice=f"{marked.mark}thong bao",
        by_name=f"{marked.mark}nguoi",
        content={"title": f"{marked.mark}than bai"},
    )


def _contributor(marked: Marked) -> Contributor:
    return Contributor.objects.create(
        full_name=f"{marked.mark}tac gia {COMMON}",
        pen_names=f"{marked.mark}but danh",
        has_page=True,
    )


def _placement(marked: Marked) -> Placement:
    """What another department, itself unmarked, has offered to this one."""
    article = ArticlePage.objects.filter(live=True, pk__in=marked.objects["page"]).first()
    made = Offer.objects.create(
        article=article,
        department=marked.department,
        note=f"{marked.mark}ghi chu",
        offered_by=f"{marked.mark}nguoi",
    )
    return Placement.of_all_departments.create(
        offer=made, department=marked.department, reason=f"{marked.mark}ly do"
    )


def _automatic(marked: Marked) -> AutomaticAcceptance:
    section = SectionPage.objects.filter(pk__in=marked.objects["page"]).first()
    return AutomaticAcceptance.objects.create(
        source=marked.department,
        section=section,
        reason=f"{marked.mark}ly do",
        switched_on_by_name=f"{marked.mark}nguoi",
    )


#: A row of each table that belongs to departments. A table without one fails the crawl.
def _finding(marked: Marked) -> Finding:
    mark = marked.mark
    return Finding.of_all_departments.create(
        department=marked.department,
        grade=3,
        model="news.articlepage",
        object_id=str(marked.objects["page"][0]),
        fingerprint=mark,
        page_id=marked.objects["page"][0],
        title=f"{mark}bai",
        place=f"{mark}cho",
        host=f"{mark}.bet.example",
        address=f"https://{mark}.bet.example/",
        words=f"{mark}chu",
        brought_by_name=f"{mark}nguoi",
        in_live=True,
    )


MAKERS: dict[type[DepartmentModel], Callable[[Marked], Any]] = {
    Contributor: _contributor,
    DocumentType: _document_type,
    LegalDocument: _legal_document,
    Notice: _notice,
    Poll: _poll,
    PageRating: _rating,
    Comment: _comment,
    DailySecret: lambda marked: DailySecret.objects.create(
        day=date(2026, 1, 1), secret=marked.mark
    ),
    StaffNotice: lambda marked: StaffNotice.objects.create(
        recipient=marked.people[Role.EDITOR], subject=f"{marked.mark}tin", text=f"{marked.mark}loi"
    ),
    Placement: _placement,
    AutomaticAcceptance: _automatic,
    Turn: _turn,
    ChainRules: _chain_rules,
    SoleEditor: _sole_editor,
    Takedown: _takedown,
    Note: lambda marked: Note.objects.create(text=f"{marked.mark}ghi {COMMON}"),
    Secret: lambda marked: Secret.objects.create(),
    AllowedHost: lambda marked: AllowedHost.of_all_departments.create(
        department=marked.department, pattern=f"{marked.mark}.example.org", note=f"{marked.mark}la"
    ),
    Finding: _finding,
}
