"""Wagtail's own addresses that a department's staff need; every other one is closed to them.

Closed on purpose, beside what is new to us: users, groups, sites, collections,
workflows and tasks (they rewrite what is everybody's; the site administrator
has screens of our own), reports and the site history (they list everybody's),
redirects (by host, which is ours to fill in), usage of a page type, the API's
actions, and of pictures and files the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, Revision, Site, TaskState, WorkflowState

from sites.models import Department

from .gate import SHARED, by_content_type, let_in

ANYBODY = (
    "wagtailadmin_home",
    "wagtailadmin_account",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_dismissibles",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_block_preview",
    "wagtailadmin_explore_root",
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link",
    "wagtailembeds:chooser",
    "wagtailembeds:chooser_upload",
    "wagtaildocs:index",
    "wagtaildocs:index_results",
    "wagtaildocs:add",
    "wagtaildocs:add_multiple",
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages:add",
    "wagtailimages:add_multiple",
    "wagtaildocs_chooser:choose",
    "wagtaildocs_chooser:choose_results",
    "wagtaildocs_chooser:create",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtailimages_chooser:create",
)

PAGE_IDS = {
    "page_id": Page,
    "parent_page_id": Page,
    "page_to_move_id": Page,
    "destination_id": Page,
    "revision_id": Revision,
    "task_state_id": TaskState,
    "workflow_state_id": WorkflowState,
    "pk": Page,
    # Shared rows, or names of types and acts: the views look at the page's own.
    "task_id": SHARED,
    "action_name": SHARED,
    "content_type_app_name": SHARED,
    "content_type_model_name": SHARED,
    "revision_id_a": SHARED,
    "revision_id_b": SHARED,
}

PAGES = (
    "wagtailadmin_explore",
    "wagtailadmin_explore_results",
    *(
        f"wagtailadmin_pages:{name}"
        for name in (
            "add",
            "add_subpage",
            "collect_workflow_action_data",
            "confirm_workflow_cancellation",
            "copy",
            "delete",
            "edit",
            "history",
            "history_results",
            "lock",
            "move",
            "move_confirm",
            "preview_on_add",
            "preview_on_edit",
            "revisions_compare",
            "revisions_index",
            "revisions_revert",
            "revisions_unschedule",
            "revisions_view",
            "set_page_position",
            "set_privacy",
            "unlock",
            "unpublish",
            "usage",
            "view_draft",
            "workflow_action",
            "workflow_history",
            "workflow_history_detail",
            "workflow_preview",
        )
    ),
    "wagtailadmin_api:pages:listing",
    "wagtailadmin_api:pages:detail",
)

PAGE_CHOOSERS = (
    "wagtailadmin_choose_page",
    "wagtailadmin_choose_page_child",
    "wagtailadmin_choose_page_search",
    "wagtailadmin_choose_page_chosen_multiple",
    "wagtailadmin_choose_page_external_link",
)


def _own_object(request: HttpRequest, kwargs: Mapping[str, Any], department: Department) -> bool:
    return by_content_type(
        kwargs["app_label"], kwargs["model_name"], kwargs["object_id"], department
    )


def _own_objects(request: HttpRequest, kwargs: Mapping[str, Any], department: Department) -> bool:
    """Each object of a bulk action; "all" only of an own page's children."""
    ids = request.GET.getlist("id") + request.POST.getlist("id")
    labels = kwargs["app_label"], kwargs["model_name"]
    if "all" in ids and labels == ("wagtailcore", "page"):
        parent = request.GET.get("childOf")
        if not parent or not by_content_type(*labels, parent, department):
            return False
    return all(by_content_type(*labels, pk, department) for pk in ids if pk != "all")


def register() -> None:
    """Let them in."""
    image, document = get_image_model(), get_document_model()
    let_in(ANYBODY)
    let_in(PAGES, ids=PAGE_IDS, query={"new_parent_page": Page})
    let_in(
        PAGE_CHOOSERS,
        ids={"parent_page_id": Page},
        query={"id": Page, "parent_page_id": Page, "page_id": Page},
    )
    let_in(
        [
            "wagtailimages:edit",
            "wagtailimages:delete",
            "wagtailimages:preview",
            "wagtailimages:image_usage",
            "wagtailimages:edit_multiple",
            "wagtailimages:delete_multiple",
            "wagtailimages:create_multiple_from_uploaded_image",
            "wagtailimages:delete_upload_multiple",
            "wagtailimages_chooser:chosen",
            "wagtailimages_chooser:chosen_multiple",
            "wagtailimages_chooser:select_format",
        ],
        # An upload that waits is looked up among the user's own.
        ids={"image_id": image, "pk": image, "filter_spec": SHARED, "uploaded_file_id": SHARED},
    )
    let_in(
        [
            "wagtaildocs:edit",
            "wagtaildocs:delete",
            "wagtaildocs:document_usage",
            "wagtaildocs:edit_multiple",
            "wagtaildocs:delete_multiple",
            "wagtaildocs:create_multiple_from_uploaded_document",
            "wagtaildocs:delete_upload_multiple",
            "wagtaildocs_chooser:chosen",
            "wagtaildocs_chooser:chosen_multiple",
        ],
        ids={
            "document_id": document,
            "doc_id": document,
            "pk": document,
            "uploaded_file_id": SHARED,
        },
    )
    labels = {"app_label": SHARED, "model_name": SHARED}
    let_in(
        ["wagtail_bulk_action"],
        ids={**labels, "action": SHARED},
        query={"chooser": Page, "collection": Collection},
        check=_own_objects,
    )
    let_in(
        ["wagtailadmin_editing_sessions:ping"],
        ids={**labels, "object_id": SHARED, "session_id": SHARED},
        check=_own_object,
    )
    # Looked up among the user's own.
    let_in(["wagtailadmin_editing_sessions:release"], ids={"session_id": SHARED})
    let_in(["wagtailadmin_tag_model_autocomplete"], ids={"app_name": SHARED, "model_name": SHARED})
    let_in(
        ["wagtailsettings:edit", "wagtailsettings:preview_on_edit"],
        ids={"app_name": SHARED, "model_name": SHARED, "pk": Site},
        query={"pk": Site},
    )
