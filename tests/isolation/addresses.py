"""Every address of the project, and what its parameters name: kept apart from the gate's own list.

The gate may be wrong; this table says what an address takes, and which addresses
are closed to departments for good. An address that is in neither fails the crawl.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from sites.isolation.gate import model_of

from .marked import Marked

#: From a parameter to the kind of object it names, whatever the address.
KINDS = {
    "page_id": "page",
    "parent_page_id": "page",
    "page_to_move_id": "page",
    "destination_id": "page",
    "image_id": "image",
    "document_id": "document",
    "doc_id": "document",
    "collection_id": "collection",
    "revision_id": "revision",
    "task_state_id": "task_state",
    "workflow_state_id": "workflow_state",
    "task_id": "task",
    "uploaded_file_id": "upload",
    "redirect_id": "redirect",
    "session_id": "editing_session",
    "object_id": "page",
    "department_id": "department",
    "area_id": "area",
    "site_id": "site",
    "page_pk": "page",
    "workflow_pk": "workflow",
    "user_id": "user",
    "person_id": "user",
    "invitation_id": "invitation",
    "placement_id": "sharing.placement",
    "operation_id": "site_operation",
    "notice_id": "inbox.notice",
    "poll_id": "poll.poll",
    "restriction_id": "collection_restriction",
    "page_view_restriction_id": "page_restriction",
}

#: What "pk" names, by the beginning of the address's name.
PKS = {
    "api:article": "page",
    "social_picture": "page",
    "wagtailadmin_api:pages": "page",
    "wagtailadmin_api:documents": "document",
    "wagtailadmin_api:images": "image",
    "wagtailadmin_collections": "collection",
    "wagtailadmin_workflows:edit_task": "task",
    "wagtailadmin_workflows:disable_task": "task",
    "wagtailadmin_workflows:enable_task": "task",
    "wagtailadmin_workflows": "workflow",
    "wagtailadmin_pages": "page",
    "mfa_edit_webauthn": "passkey",
    "mfa_remove_webauthn": "passkey",
    "users_end_session": "login_session",
    "wagtailsettings": "site",
    "wagtailsites": "site",
    "wagtailusers_users": "user",
    "wagtailusers_groups": "group",
    "wagtaildocs_chooser": "document",
    "wagtailimages_chooser": "image",
    "widget_area": "area",
    "documents_chooser": "documents.legaldocument",
    "documents": "documents.legaldocument",
    "notices": "notices.notice",
}

#: Words and names that are nobody's: the values that are tried.
WORDS: dict[str, list[Any]] = {
    "provider_id": ["oidc"],
    "app_label": ["wagtailcore"],
    "model_name": ["page"],
    "action": ["delete"],
    "action_name": ["approve", "publish"],
    "content_type_app_name": ["news"],
    "content_type_model_name": ["articlepage"],
    "app_name": ["sites"],
    "plugin_id": ["dummy"],
    "slot": ["sidebar"],
    "filter_spec": ["max-100x100"],
    "revision_id_a": ["earliest"],
    "revision_id_b": ["latest"],
    "uidb36": ["1"],
    "uidb64": ["MQ"],
    "token": ["x-y"],
    "slug": ["x"],
    "digest": ["x"],
    "path": ["x"],
    "key": ["x-y"],
    "act": ["rename", "archive"],
    "year": ["2018"],
    "month": ["1"],
    "size": ["32"],
    "rest": ["x"],
}

#: Several words of one address belong together.
TOGETHER: dict[str, list[dict[str, str]]] = {
    "wagtail_bulk_action": [
        {"app_label": app, "model_name": model, "action": action}
        for app, model, actions in (
            ("wagtailcore", "page", ("delete", "move", "publish", "unpublish")),
            ("media", "senimage", ("delete", "add_tags", "add_to_collection")),
            ("media", "sendocument", ("delete", "add_tags", "add_to_collection")),
            ("users", "user", ("delete", "assign_role", "set_active_state")),
        )
        for action in actions
    ],
    "wagtailadmin_editing_sessions:ping": [
        {"app_label": "wagtailcore", "model_name": "page"},
        {"app_label": "media", "model_name": "senimage"},
    ],
    "wagtailsettings:edit": [{"app_name": "sites", "model_name": "department"}],
    "wagtailsettings:preview_on_edit": [{"app_name": "sites", "model_name": "department"}],
    "wagtailadmin_tag_model_autocomplete": [
        {"app_name": "taggit", "model_name": "tag"},
        {"app_name": "media", "model_name": "mediatag"},
    ],
    "wagtailadmin_workflows:add_task": [{"app_label": "workflow", "model_name": "gate"}],
    "wagtailadmin_pages:choose_parent": [{"app_label": "news", "model_name": "articlepage"}],
}

#: Closed to departments for good: beginnings of names, with the reason.
CLOSED = {
    "wagtailadmin_api:documents": "shows everybody's files",
    "wagtailadmin_api:images": "shows everybody's pictures",
    "wagtailadmin_api:pages:find": "finds by an address of any site",
    "wagtailadmin_api:pages:action": "acts beside the editor's rules",
    "wagtailadmin_error_test": "raises",
    "wagtailadmin_collections": "people could see one another's folders",
    "wagtailadmin_workflows": "rewrites what is everybody's",
    "wagtailadmin_reports": "lists everybody's",
    "wagtailadmin_pages:type_use": "lists everybody's",
    "wagtailadmin_pages:choose_parent": "lists everybody's",
    "wagtailadmin_pages:convert_alias": "there are no aliases across sites",
    "wagtailadmin_tag_autocomplete": "our own view stands before it",
    "wagtailadmin_password_reset": "for strangers",
    "wagtailredirects": "by host; the site administrator has a screen of our own",
    "wagtailsites": "the province's",
    "wagtailusers_users": "could set anyone's password; we have screens of our own",
    "wagtailusers_groups": "could give any permission",
    "wagtailsnippets": "lists every kind",
    "wagtailimages:url_generator": "signs addresses of any picture",
    "sites_departments": "the province's",
    "sites_open": "the province's",
    "sites_open_many": "the province's",
    "sites_operations": "the province's",
    "sites_operation": "the province's",
    "plugins_health": "the province's",
    "operations": "the province's",
    "outbound_province": "the province's",
    "outbound_rules": "the province's",
}

#: Addresses without a name: what they are.
NAMELESS = {
    "admin/test404/": "shows nothing",
    "admin/^.*/$": "the admin's 404",
    "media/<path:path>": "public files by their names",
    "api/v1/<path:rest>": "the API's 404",
}


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Any

    @property
    def is_admin(self) -> bool:
        """Whether it is below the admin's prefix."""
        return self.pattern.startswith("admin/")

    @property
    def closed(self) -> bool:
        """Whether it is closed to departments for good."""
        return any(_begins(self.name, start) for start in CLOSED)


def addresses() -> list[Address]:
    """Every pattern, in the resolver's order."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: Any, prefix: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = ":".join([*spaces, entry.name]) if entry.name else ""
            known = {*entry.pattern.converters, *entry.pattern.regex.groupindex}
            yield Address(name, pattern, tuple(sorted(known)), entry.callback)
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, pattern, inner)


def _begins(name: str, start: str) -> bool:
    return name == start or name.startswith((f"{start}:", f"{start}_"))


def kind_of(address: Address, parameter: str) -> str | None:
    """What a parameter names; None for words.

    Raises LookupError where this table does not know.
    """
    if parameter in WORDS or any(parameter in words for words in TOGETHER.get(address.name, [])):
        return None
    if address.name.startswith("widget_area:") and parameter == "revision_id":
        return "area_revision"
    if parameter == "pk":
        model = model_of(address.view)
        for start, kind in sorted(PKS.items(), key=lambda pair: -len(pair[0])):
            if _begins(address.name, start) and (kind_is(model, kind) or model is None):
                return kind
        if model is not None:
            return model._meta.label_lower
    if parameter in KINDS:
        return KINDS[parameter]
    raise LookupError(f"{address.name} ({address.pattern}): nobody has said what {parameter} names")


def kind_is(model: Any, kind: str) -> bool:
    """Whether rows of ``model`` are kept under ``kind``, or ``model`` is no table of a plugin."""
    from .marked import owned_models

    return model not in owned_models() or model._meta.label_lower == kind


def urls(address: Address, own: Marked, foreign: Marked | None, *, most: int = 99) -> Iterator[str]:
    """The address with its parameters filled in.

    With ``foreign``, each parameter in turn names an object of its, the others
    own ones, and all of them at once; without, all name own objects. Of each kind
    at most ``most`` objects are named.
    """
    named = {p: kind for p in address.parameters if (kind := kind_of(address, p)) is not None}
    words = [p for p in address.parameters if p not in named]
    if foreign is not None and not named:
        return
    combinations = TOGETHER.get(address.name)
    if combinations is None:
        combinations = [{}]
        for word in words:
            combinations = [{**rest, word: value} for rest in combinations for value in WORDS[word]]
    made = set()
    for values in _objects(named, own, foreign, most):
        for chosen in combinations:
            try:
                url = reverse(address.name, kwargs={**chosen, **values})
            except NoReverseMatch:
                continue
            if url not in made:
                made.add(url)
                yield url


def _objects(
    named: dict[str, str], own: Marked, foreign: Marked | None, most: int
) -> Iterator[dict[str, Any]]:
    first = {p: own.objects[kind][0] for p, kind in named.items()}
    if foreign is None:
        for parameter, kind in named.items():
            for pk in own.objects[kind][:most]:
                yield {**first, parameter: pk}
        if not named:
            yield {}
        return
    for parameter, kind in named.items():
        for pk in foreign.objects[kind][:most]:
            yield {**first, parameter: pk}
    longest = max(len(foreign.objects[kind]) for kind in named.values())
    for n in range(min(longest, most)):
        yield {p: foreign.objects[k][n % len(foreign.objects[k])] for p, k in named.items()}
