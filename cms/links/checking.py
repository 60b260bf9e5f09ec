"""The rules at submission: stop what is dangerous, tell of hosts that nobody knows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamValue
from wagtail.models import Page

from sites.models import Department
from sites.tenancy import current_department
from sites.tree import department_of

from .lists import Lists
from .rules import Grade, Hit
from .sources import text_fields, texts_of


def hits_in(department: Department | None, values: dict[str, Any], model: type[Page]) -> list[Hit]:
    """What the rules find in the values of a form or an object of ``model``, by columns."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        is_stream = isinstance(value, StreamValue)
        plain[name] = value.stream_block.get_prep_value(value) if is_stream else value
    key = department.pk if department is not None else None
    return Lists(key).rules(key).judge(texts_of(plain, model))


def faults(hits: list[Hit]) -> list[str]:
    """A sentence for each hit that keeps a text from being submitted."""
    found = []
    for hit in hits:
        words = {"what": hit.address or hit.words, "place": hit.place}
        if hit.grade == Grade.GAMBLING:
            found.append(
                _(
                    "This is a gambling site's, or advertises one: “%(what)s” (%(place)s). "
                    "Remove it."
                )
                % words
            )
        elif hit.grade == Grade.HIDDEN:
            found.append(
                _("The link to “%(what)s” (%(place)s) cannot be seen: give it words, or remove it.")
                % words
            )
    return found


def unknown_hosts(hits: list[Hit]) -> list[str]:
    """The hosts that are on no list, each once."""
    return sorted({hit.host for hit in hits if hit.grade == Grade.UNKNOWN})


def values_of(page: Page) -> dict[str, Any]:
    """The texts of a page, by columns."""
    return {each.name: getattr(page, each.name) for each in text_fields(type(page))}


class LinkCheckedForm(WagtailAdminPageForm):
    """The editor's form of a page that is not submitted with a dangerous link in it."""

    def clean(self) -> dict[str, Any]:
        """Refuse to submit a gambling or hidden link; a draft may be saved as it is."""
        data: dict[str, Any] = super().clean()
        if not self.is_deferred_validation:
            names = {each.name for each in text_fields(type(self.instance))}
            values = {name: value for name, value in data.items() if name in names}
            for sentence in faults(hits_in(current_department(), values, type(self.instance))):
                self.add_error(None, sentence)
        return data


def warning_for(page: Page) -> str:
    """What to tell whoever has submitted ``page``; empty where all its hosts are known."""
    hosts = unknown_hosts(hits_in(department_of(page), values_of(page), type(page)))
    if not hosts:
        return ""
    return _(
        "This page leads to hosts that are not on your department's list: %(hosts)s. Look whether "
        "they are meant; the site administrator can allow them."
    ) % {"hosts": ", ".join(hosts)}
