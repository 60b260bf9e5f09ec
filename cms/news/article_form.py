"""The editor's form of an article: a byline in one line, and what must be there to submit it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.links.checking import LinkCheckedForm

from .content_checks import missing


class ArticleForm(LinkCheckedForm):
    """Fills the rows of the byline from one line, where no row was filled in."""

    byline_in_one_line = forms.CharField(
        label=_("Byline in one line"),
        required=False,
        max_length=500,
        help_text=_(
            "As it stands in the paper, such as “Thời Nhiệm (tổng hợp)” or "
            "“Bài và ảnh: Nguyễn Văn A”. It fills the rows below when it is saved, "
            "if they are empty."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse to submit what lacks something; a draft may be saved as it is."""
        data: dict[str, Any] = super().clean()
        if not self.is_deferred_validation and data.get("body") is not None:
            for fault in missing(
                data.get("title", ""),
                data.get("lead", ""),
                data["body"],
                data.get("main_image"),
                data.get("main_image_caption", ""),
            ):
                self.add_error(None, fault)
        return data

    def save(self, commit: bool = True) -> Any:
        from .bylines import entries_of

        article = super().save(commit=False)
        entries = entries_of(self.cleaned_data.get("byline_in_one_line", ""))
        # What was sent, not what is stored: an autosave has read half of the line already.
        if entries and not self._has_rows():
            article.byline = entries
        if commit:
            article.save()
            self._save_m2m()
        return article

    def _has_rows(self) -> bool:
        rows = self.formsets.get("byline")
        return rows is not None and any(
            form.has_changed() or form.instance.pk
            for form in rows.forms
            if form not in rows.deleted_forms
        )
