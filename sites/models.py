"""Departments: the tenants of the province, their host names, groups and menus."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Collection, Orderable, Page, Site

from .roles import Role

validate_hex_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Enter a colour as # and six hexadecimal digits, such as #0b5cad.")
)


class DepartmentKind(models.Model):
    """What a body is (province, department, commune, …): data, so that laws may move."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    plural_name = models.CharField(_("plural name"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("order", "code")
        verbose_name = _("kind of department")
        verbose_name_plural = _("kinds of department")

    def __str__(self) -> str:
        return self.name


@register_setting(icon="site", order=100)
class Department(ClusterableModel, BaseSiteSetting):
    """A tenant: the body behind one Wagtail Site.

    It is a site setting, so the site administrator edits it on one screen and
    is let in by a site permission; what only the province may change (host,
    kind, parent, state) is not on that screen.
    """

    class State(models.TextChoices):
        OPENING = "opening", _("Being set up")
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")
        MERGED = "merged", _("Merged into another")

    #: Nobody works for these any more.
    ENDED = (State.ARCHIVED, State.MERGED)

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("Normal")
        LARGE = "large", _("Large")
        LARGER = "larger", _("Larger")

    class FrontLayout(models.TextChoices):
        LEAD = "lead", _("One story large, four beside it")
        CARDS = "cards", _("Cards of the same size")
        LINES = "lines", _("A list with times and leads")

    site = models.OneToOneField(
        Site, on_delete=models.CASCADE, editable=False, related_name="department"
    )
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    kind = models.ForeignKey(
        DepartmentKind, on_delete=models.PROTECT, related_name="departments", verbose_name=_("kind")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.ACTIVE, editable=False
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        editable=False,
        verbose_name=_("successor"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="vi"
    )
    collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="department", editable=False
    )

    address = models.CharField(_("address"), max_length=255, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    responsible_person = models.CharField(_("responsible person"), max_length=120, blank=True)
    responsible_title = models.CharField(
        _("title of the responsible person"), max_length=120, blank=True
    )

    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#0b5cad",
        validators=[validate_hex_colour],
        help_text=_("Tints, borders and text colours are computed so that contrast is kept."),
    )
    logo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )
    banner = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("banner"),
        help_text=_(
            "A strip above the name, best 1600 × 320 pixels. Without letters: on a phone they "
            "would be too small to read, and nobody could hear them."
        ),
    )
    front_layout = models.CharField(
        _("top of the front page"),
        max_length=10,
        choices=FrontLayout.choices,
        default=FrontLayout.LEAD,
    )

    text_size = models.CharField(
        _("text size"),
        max_length=10,
        choices=TextSize.choices,
        default=TextSize.NORMAL,
        help_text=_("Of all text of the site; readers may still enlarge it for themselves."),
    )

    select_related = ["site", "kind", "logo", "banner"]

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("short_name"),
                FieldPanel("tagline"),
                FieldPanel("language"),
            ],
            heading=_("Name"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("accent"),
                FieldPanel("text_size"),
                FieldPanel("front_layout"),
                FieldPanel("logo"),
                FieldPanel("banner"),
            ],
            heading=_("Look"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("address"),
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("responsible_person"),
                FieldPanel("responsible_title"),
            ],
            heading=_("Contact block"),
        ),
        InlinePanel("menu_items", heading=_("Menu"), label=_("Menu item")),
    ]

    class Meta:
        verbose_name = _("Department")
        verbose_name_plural = _("Departments")
        ordering = ("kind__order", "name")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def for_site(cls, site: Site) -> Department:
        """The department of ``site``.

        Unlike other site settings it is never made on the way: a site without
        a department is not open. Raises ``Department.DoesNotExist``.
        """
        return cls.base_queryset().get(site=site)

    @property
    def host(self) -> str:
        """The canonical host name, without a port."""
        return self.site.hostname

    @property
    def display_short_name(self) -> str:
        """The short name, or the full one where there is none."""
        return self.short_name or self.name


class HostAlias(models.Model):
    """An extra or former host name of a department; it redirects page by page."""

    hostname = models.CharField(_("host name"), max_length=255, unique=True)
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("host alias")
        verbose_name_plural = _("host aliases")

    def __str__(self) -> str:
        return self.hostname

    def clean(self) -> None:
        """Refuse a name that is some site's canonical host."""
        self.hostname = self.hostname.lower().strip()
        if Site.objects.filter(hostname=self.hostname).exists():
            raise ValidationError({"hostname": _("This is the host name of a site already.")})


class FormerAddress(models.Model):
    """Where a page of a department once was, for addresses that are written down somewhere.

    It names the page, so that whatever becomes of the page later is still one
    redirect away.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="former_addresses"
    )
    path = models.CharField(max_length=750)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("department", "path"), name="one_page_a_former_path")
        ]

    def __str__(self) -> str:
        return self.path


class RoleGroup(models.Model):
    """The group that holds the people of one role in one department."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="role_groups")
    role = models.CharField(max_length=20, choices=Role.choices)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="department_role")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("department", "role"), name="one_group_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.get_role_display()}"

    @staticmethod
    def group_name(department: Department, role: Role) -> str:
        """A name that is unique among groups: host names are, names of bodies need not be.

        In the province's language, whoever asks: Wagtail's screens show it as it is stored.
        """
        with override(settings.LANGUAGE_CODE):
            return f"{department.host}: {role.label}"


class Deputyship(models.Model):
    """Somebody who stands in for a colleague at the approval gates, from one day to another.

    Both serve the department; :func:`sites.roles.roles_of` gives the deputy the
    colleague's roles at the gates on those days, and no other.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="deputyships", editable=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("deputy"),
    )
    starts = models.DateField(_("from day"))
    ends = models.DateField(_("to day"))

    class Meta:
        verbose_name = _("deputyship")
        verbose_name_plural = _("deputyships")
        ordering = ("starts", "pk")

    def __str__(self) -> str:
        return f"{self.deputy} for {self.person}, {self.starts} to {self.ends}"


class MenuItem(Orderable):
    """One entry of a department's main menu: a page of its site, or an address."""

    department = ParentalKey(Department, on_delete=models.CASCADE, related_name="menu_items")
    title = models.CharField(_("title"), max_length=60)
    page = models.ForeignKey(
        Page,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page"),
    )
    url = models.URLField(_("address"), blank=True)

    panels = [FieldPanel("title"), FieldPanel("page"), FieldPanel("url")]

    class Meta(Orderable.Meta):
        verbose_name = _("menu item")
        verbose_name_plural = _("menu items")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """An entry leads to one place, and a page of another site is not ours to list."""
        from .isolation.references import refuse_foreign_references

        super().clean()
        refuse_foreign_references(self)
        if bool(self.page_id) == bool(self.url):
            raise ValidationError(_("Choose a page or give an address: one of the two."))
        page: Any = self.page
        if page and self.department_id:
            root_path = self.department.site.root_page.path
            if not page.path.startswith(root_path):
                raise ValidationError({"page": _("This page belongs to another site.")})


# Beside its acts, and a table of this app all the same.
from .operations.models import SiteOperation as SiteOperation  # noqa: E402
