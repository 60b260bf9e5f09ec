"""The admin in the project's dress."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def admin_stylesheet() -> SafeString:
    """The branding of the sign-in page and the sidebar."""
    return format_html('<link rel="stylesheet" href="{}">', static("theme/admin.css"))
