"""In which language a page is, and where else it says the same.

A site has one tree. Its home page has the locale of the site's own language; any
page below may have another, and pages that say the same thing share Wagtail's
translation key. Nothing here costs a query on a site without other languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction

from cms.delivery.cache import news_tag, site_tag
from cms.delivery.parts import SitePart
from sites.models import Department
from sites.tenancy import department_for
from sites.tree import local_url

#: What each language calls itself.
NAMES = dict(settings.LANGUAGES)

# By id; a locale never changes its language.
_codes: dict[int, str] = {}


@dataclass(frozen=True)
class Edition:
    """One language in which a site can be read.

    Args:
        code: of the language, such as ``en``.
        url: where it is read, root-relative.
        current: whether the page shown is in it.
        same: whether ``url`` says what the page shown says, and not only where to begin.
    """

    code: str
    url: str
    current: bool
    same: bool

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return NAMES.get(self.code, self.code)


def language_of(page: Page, department: Department) -> str:
    """The code of the language that ``page`` is written in, such as ``km``."""
    if page.locale_id == department.site.root_page.locale_id:
        return department.language
    return _code(page.locale_id)


def speak(request: HttpRequest, page: Page, department: Department) -> None:
    """Answer ``request`` in the language of ``page``.

    What stands around the text speaks the same language where our interface knows
    it, and the site's otherwise.
    """
    code = language_of(page, department)
    request.__dict__["_sen_page"] = page
    if code != department.language:
        request.__dict__["_sen_language"] = code
        interface = dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES)
        translation.activate(code if code in interface else department.language)


def spoken(request: HttpRequest, department: Department) -> str:
    """The code of the language of the page that answers ``request``."""
    code: str = request.__dict__.get("_sen_language", department.language)
    return code


def editions(request: HttpRequest, department: Department) -> list[Edition]:
    """The languages of a site, its own first; none where there is only that one.

    Each leads to what says the same as the page shown, else to its first page.
    """
    first = FIRST_PAGES.of(request, department)
    if not first:
        return []
    page = request.__dict__.get("_sen_page")
    same = _translations(page, department) if page is not None else {}
    here = spoken(request, department)
    return [
        Edition(code, same.get(code, begin), code == here, code in same)
        for code, begin in {department.language: "/", **first}.items()
    ]


def _first_pages(department: Department) -> dict[str, str]:
    """For each other language of the site the address of the page nearest to its home page."""
    found: dict[str, str] = {}
    # One after the other: "not the site's own" would read the site's every page.
    for locale in Locale.objects.exclude(pk=department.site.root_page.locale_id):
        pages = _public(department).filter(locale=locale).only("url_path")
        if first := pages.order_by("depth", "path").first():
            found[locale.language_code] = local_url(first)
    return {code: found[code] for code in NAMES if code in found}


# Whatever is published or taken down may be the first page of its language, or the last.
FIRST_PAGES = SitePart(
    "languages", _first_pages, lambda site_id: frozenset({site_tag(site_id), news_tag(site_id)})
)


def _translations(page: Page, department: Department) -> dict[str, str]:
    """The addresses of what says the same as ``page`` on its site, itself included."""
    rows = _public(department).filter(translation_key=page.translation_key)
    return {language_of(row, department): local_url(row) for row in rows.only("url_path", "locale")}


def translated(department: Department, pages: list[Page]) -> dict[Any, dict[str, Page]]:
    """What says the same as ``pages`` in other languages: by translation key and language."""
    keys = [page.translation_key for page in pages]
    rows = _public(department).filter(translation_key__in=keys)
    found: dict[Any, dict[str, Page]] = {}
    for row in rows.exclude(locale=department.site.root_page.locale_id):
        found.setdefault(row.translation_key, {})[_code(row.locale_id)] = row
    return found


def _public(department: Department) -> Any:
    """The pages of the site that everybody may read.

    What is restricted is left out within the statement; Wagtail's ``public()`` asks first.
    """
    inner = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    restricted = PageViewRestriction.objects.alias(inner=inner)
    restricted = restricted.filter(inner__startswith=F("page__path"))
    pages = Page.objects.live().filter(path__startswith=department.site.root_page.path)
    return pages.filter(~Exists(restricted))


def _code(locale: int) -> str:
    if locale not in _codes:
        _codes.update(Locale.objects.values_list("pk", "language_code"))
    return _codes.get(locale, settings.LANGUAGE_CODE)


def language_for(request: HttpRequest | None, page: Page) -> str:
    """The language of ``page`` where not all that may stand around its title is in it, else "".

    For the ``lang`` of a title in a list.
    """
    department = department_for(request) if request is not None else None
    if request is None or department is None or not isinstance(page, Page):
        return ""
    code = language_of(page, department)
    around = {spoken(request, department), translation.get_language()}
    return "" if around == {code} else code
