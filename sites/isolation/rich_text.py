"""Links to pages in rich text, as the editor gets them: another department's tell nothing."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.admin.rich_text.converters.html_to_contentstate import PageLinkElementHandler
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry

from .confinement import confined_to
from .ownership import is_own


class OwnPageLinkHandler(PageLinkElementHandler):
    """Wagtail's handler; a foreign page is to the editor one that does not exist."""

    def get_attribute_data(self, attrs: dict[str, Any]) -> dict[str, Any]:
        department = confined_to()
        if department is not None and not is_own(Page, attrs.get("id"), department):
            return {"id": int(attrs["id"]), "url": None, "parentId": None}
        data: dict[str, Any] = super().get_attribute_data(attrs)
        return data


@hooks.register("register_rich_text_features", order=100)
def keep_links_own(features: FeatureRegistry) -> None:
    """Put it in the place of Wagtail's, which is registered before."""
    rules = features.converter_rules_by_converter["contentstate"]["link"]
    from_html = {
        **rules["from_database_format"],
        'a[linktype="page"]': OwnPageLinkHandler("LINK"),
    }
    features.register_converter_rule(
        "contentstate", "link", {**rules, "from_database_format": from_html}
    )
