"""The people who write for a department, under the names that readers know them by.

A pen name never leads to the real name: what the public sees of a person are the
public name and the texts that carry that very name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.content.text import fold, nfc, slugify, squeeze
from sites.models import Department
from sites.scoping import DepartmentModel
from sites.tenancy import current_department
from sites.tree import department_of

from .sitepage import PEOPLE_ROOT

if TYPE_CHECKING:
    from .models import ArticlePage, BylineEntry


class Contributor(DepartmentModel):
    """Somebody whose name stands below articles."""

    full_name = models.CharField(
        _("full name"),
        max_length=150,
        help_text=_("For the office only, unless there is no pen name."),
    )
    pen_names = models.TextField(
        _("pen names"),
        blank=True,
        max_length=1000,
        help_text=_("One a line, initials too. The first one is the public name."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    slug = models.CharField(max_length=130, editable=False)
    has_page = models.BooleanField(
        _("public page"),
        default=False,
        help_text=_("Readers find all that this person wrote under the public name."),
    )
    intro = models.TextField(_("short introduction"), blank=True, max_length=500)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ["slug", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["department", "slug"], name="one_contributor_a_slug")
        ]

    def __str__(self) -> str:
        """The public name: lists and records are read by more people than the screen is."""
        return self.public_name

    @property
    def names_of_pen(self) -> list[str]:
        """The pen names, in order."""
        return [name for line in self.pen_names.splitlines() if (name := squeeze(line))]

    @property
    def names(self) -> list[str]:
        """All names under which this person may stand below an article."""
        return list(dict.fromkeys([*self.names_of_pen, self.full_name]))

    @property
    def public_name(self) -> str:
        """The name that readers know."""
        return next(iter(self.names_of_pen), self.full_name)

    @property
    def local_url(self) -> str:
        """The address of the public page, within the department's site."""
        return f"/{PEOPLE_ROOT}/{self.slug}/"

    def is_shown_as(self, name: str) -> bool:
        """Whether readers may be led from ``name`` to the public page.

        Not from the real name of somebody who is public under a pen name, nor
        from another pen name: that would tell who is who.
        """
        return self.has_page and name_key(name) == name_key(self.public_name)

    def clean(self) -> None:
        super().clean()
        self.full_name = squeeze(self.full_name)
        self.pen_names = "\n".join(dict.fromkeys(self.names_of_pen))
        self.intro = nfc(self.intro).strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with an address made of the public name: an older one may hold the real name."""
        base = slugify(self.public_name) or PEOPLE_ROOT
        stem, _dash, number = self.slug.rpartition("-")
        if self.slug != base and not (stem == base and number.isdecimal()):
            self.slug = base
            owner = self.department_id or _current_key()
            taken = set(
                Contributor.of_all_departments.filter(department_id=owner, slug__startswith=base)
                .exclude(pk=self.pk)
                .values_list("slug", flat=True)
            )
            count = 1
            while self.slug in taken:
                count += 1
                self.slug = f"{base}-{count}"
        super().save(*args, **kwargs)


def _current_key() -> int | None:
    department = current_department()
    return department.pk if department is not None else None


def name_key(name: str) -> str:
    """What two spellings of a name have in common: no marks, no case, no points ("T.N")."""
    return "".join(char for char in fold(squeeze(name)).casefold() if char.isalnum())


class Names:
    """The names of a department's people, to find whose a printed name is."""

    def __init__(self, people: Iterable[Contributor]) -> None:
        self._exact: dict[str, set[int]] = {}
        self._folded: dict[str, set[int]] = {}
        for person in people:
            for name in person.names:
                self._exact.setdefault(squeeze(name).casefold(), set()).add(person.pk)
                if key := name_key(name):
                    self._folded.setdefault(key, set()).add(person.pk)

    @classmethod
    def of(cls, department: Department) -> Names:
        """Those of ``department``; one query."""
        return cls(Contributor.of_all_departments.filter(department=department))

    def find(self, name: str) -> int | None:
        """The key of the one person called ``name``; None where nobody or several are.

        The name as it is written goes before one with other marks.
        """
        for key, known in (
            (squeeze(name).casefold(), self._exact),
            (name_key(name), self._folded),
        ):
            found = known.get(key, set())
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None


def link_people(article: ArticlePage) -> None:
    """Give the rows of the byline their people, where the names tell who it is.

    A row that names somebody of another department loses them: texts are moved,
    and people stay.
    """
    from .models import Contribution

    rows: list[BylineEntry] = list(article.byline.all())
    if not rows:
        return
    department = department_of(article) if article.depth else None
    if department is None:
        return
    people = {
        person.pk: person for person in Contributor.of_all_departments.filter(department=department)
    }
    names = Names(people.values())
    changed = False
    for row in rows:
        before = row.person_id
        if row.person_id not in people:
            row.person_id = None
        if row.person_id is None and row.role != Contribution.SOURCE:
            row.person_id = names.find(row.name)
        changed = changed or row.person_id != before
    if changed:
        article.byline = rows


def attach(person: Contributor) -> int:
    """Link published bylines that carry one of ``person``'s names; tell how many rows."""
    from .models import BylineEntry, Contribution

    department = person.department
    names = Names.of(department)
    unclaimed = BylineEntry.objects.filter(
        article__site_root=department.site.root_page_id, person=None
    ).exclude(role=Contribution.SOURCE)
    printed = unclaimed.order_by().values_list("name", flat=True).distinct()
    hers = [name for name in printed if names.find(name) == person.pk]
    return unclaimed.filter(name__in=hers).update(person=person) if hers else 0


def carry_people(target: Department) -> None:
    """Give texts that came to ``target`` people of its own, made after those of the old site."""
    from .models import BylineEntry

    foreign = BylineEntry.objects.filter(
        article__site_root=target.site.root_page_id, person__isnull=False
    ).exclude(person__department=target)
    for key in foreign.order_by().values_list("person", flat=True).distinct():
        old = Contributor.of_all_departments.get(pk=key)
        twin = Contributor.of_all_departments.filter(
            department=target, full_name=old.full_name, pen_names=old.pen_names
        ).first() or _copy(old, target)
        foreign.filter(person=old).update(person=twin)


def _copy(old: Contributor, target: Department) -> Contributor:
    twin = Contributor(
        department=target,
        full_name=old.full_name,
        pen_names=old.pen_names,
        user=old.user,
        has_page=old.has_page,
        intro=old.intro,
    )
    twin.save()
    return twin
