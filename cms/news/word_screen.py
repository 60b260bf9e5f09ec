"""An article made from a Word document: a draft in a section, with its pictures, to go on with."""

from __future__ import annotations

from itertools import count
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from cms.content.text import slugify
from cms.content.word import MAX_BYTES, Picture, WordError, WordText, read_word
from sites.administering import SiteScreen
from sites.models import Department
from sites.roles import Role

from .models import ArticlePage, SectionPage
from .sitepage import RESERVED_SLUGS

#: Who writes. Whether somebody may add to a section, its permissions say.
WRITERS = (Role.REPORTER, Role.EDITOR, Role.SECRETARY, Role.CHIEF)


def sections_to_write_in(department: Department, user: Any) -> list[SectionPage]:
    """The sections of a site to which ``user`` may add an article, in menu order."""
    rows = SectionPage.objects.descendant_of(department.site.root_page).order_by("path")
    return [row for row in rows if row.permissions_for_user(user).can_add_subpage()]


class WordForm(forms.Form):
    """The file, and where the article shall stand."""

    file = forms.FileField(
        label=gettext_lazy("Word document (.docx)"),
        help_text=gettext_lazy(
            "Headings, lists, tables and pictures are kept; fonts and colours are not."
        ),
        widget=forms.FileInput(
            {
                "accept": ".docx,"
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
        ),
    )
    section = forms.ChoiceField(label=gettext_lazy("Into the section"))

    def __init__(self, *args: Any, sections: list[SectionPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["section"]
        choices.choices = [(section.pk, section.title) for section in sections]
        self.text = WordText()

    def clean_file(self) -> Any:
        """Read the document. What is wrong with it is said at the field."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB.") % {"most": MAX_BYTES >> 20}
            )
        try:
            self.text = read_word(file)
        except WordError as error:
            raise forms.ValidationError(str(error)) from error
        if not (self.text.title or self.text.blocks):
            raise forms.ValidationError(_("There is no text in this document."))
        return file


class WordView(SiteScreen):
    """The form; then the editor with the draft."""

    roles = WRITERS
    page_title = gettext_lazy("Article from Word")
    header_icon = "doc-full"
    template_name = "news/word.html"

    def form(self, request: HttpRequest) -> WordForm:
        """The form, filled by what was sent."""
        sections = sections_to_write_in(self.department, request.user)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        return WordForm(*sent, sections=sections, initial={"section": request.GET.get("section")})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form(self.request))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the draft; nothing is left where anything fails."""
        form = self.form(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        section = SectionPage.objects.get(pk=form.cleaned_data["section"])
        name = form.cleaned_data["file"].name.rsplit(".", 1)[0]
        article = make_draft(section, self.department, form.text, name, request.user)
        messages.success(
            request,
            gettext("“%(title)s” was made from the document. Look it over, then submit it.")
            % {"title": article.title},
        )
        for warning in form.text.warnings:
            messages.warning(request, warning)
        return redirect(reverse("wagtailadmin_pages:edit", args=[article.pk]))


@transaction.atomic
def make_draft(
    section: SectionPage, department: Department, text: WordText, name: str, user: Any
) -> ArticlePage:
    """A draft of ``user``'s below ``section`` with what a document holds.

    Args:
        name: the file's, for the title where the document has none.
    """
    title = text.title or name[:200] or _("Article from Word")
    images = [_store(picture, number, title, department, user)
              for number, picture in enumerate(text.pictures, start=1)]  # fmt: skip
    body = [_block(block, text.pictures, images) for block in text.blocks]
    article = ArticlePage(
        title=title,
        slug=_free_slug(section, title),
        lead=text.lead,
        body=ArticlePage._meta.get_field("body").to_python(body),
        live=False,
        owner=user,
    )
    section.add_child(instance=article)
    article.save_revision(user=user, log_action=True, clean=False)
    return article


def _block(block: dict[str, Any], pictures: list[Picture], images: list[Any]) -> dict[str, Any]:
    number = block.get("picture")
    if number is None:
        return block
    value = {"image": images[number].pk, "alt": pictures[number].alt[:255], "caption": ""}
    return {"type": "image", "value": value, "id": block["id"]}


def _store(picture: Picture, number: int, title: str, department: Department, user: Any) -> Any:
    image = get_image_model()(
        title=(picture.alt or f"{title[:200]} ({number})")[:255],
        description=picture.alt[:255],
        collection=department.collection,
        uploaded_by_user=user,
    )
    image.file = ContentFile(picture.content, name=picture.name)
    image._set_image_file_metadata()
    image.save()
    return image


def _free_slug(section: SectionPage, title: str) -> str:
    base = slugify(title) or "bai-viet"
    taken = (
        set(section.get_children().filter(slug__startswith=base).values_list("slug", flat=True))
        | RESERVED_SLUGS
    )
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
