"""App configuration of the words for what others made."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VocabularyConfig(AppConfig):
    """``cms.vocabulary``: before Wagtail's admin, so that its templates stand first."""

    name = "cms.vocabulary"
    label = "vocabulary"
    verbose_name = _("Vocabulary")

    def ready(self) -> None:
        from wagtail.admin.forms import choosers
        from wagtail.admin.views.pages.search import SearchView
        from wagtail.models import Page

        # Labels that Wagtail 8.0 makes of the names of the fields, without a catalogue.
        labels = {
            "link_text": _("Link text"),
            "email_address": _("Email address"),
            "phone_number": _("Phone number"),
            "subject": _("Subject"),
            "body": _("Message"),
        }
        for form in (
            choosers.ExternalLinkChooserForm,
            choosers.AnchorLinkChooserForm,
            choosers.EmailLinkChooserForm,
            choosers.PhoneLinkChooserForm,
        ):
            for name, field in form.base_fields.items():
                field.label = labels.get(name, field.label)
        # "1-9 of 9 None": this list does not say what it lists.
        SearchView.verbose_name = Page._meta.verbose_name
        SearchView.verbose_name_plural = Page._meta.verbose_name_plural
