"""From an operation to the act of :mod:`sites.life` it stands for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sites.life.acting import find_department_by_host
from sites.life.archiving import archive_site, restore_site
from sites.life.merging import MergeOptions, merge_sites
from sites.life.renaming import rename_site
from sites.life.report import Progress, Report
from sites.life.splitting import split_site
from sites.models import Department

from .models import SiteOperation

Act = SiteOperation.Act

#: What happens, in a plain sentence.
CONSEQUENCES: dict[str, Any] = {
    Act.RENAME: _(
        "The site answers to its new host name at once. The old one redirects there, page by "
        "page, for as long as it leads to this server."
    ),
    Act.MERGE: _(
        "All pages, pictures, files and rows of this site go to the other one, and this site ends. "
        "Its addresses redirect. It cannot be undone here."
    ),
    Act.SPLIT: _(
        "A new site is opened and the sections go there with all their pages; their old addresses "
        "redirect. People, pictures and files stay. It cannot be undone here."
    ),
    Act.ARCHIVE: _(
        "The site can be read still, under a banner; its people have no access to it and nothing "
        "can be sent to it. It can be restored."
    ),
    Act.RESTORE: _("The site is open again, and its people have access to it as before."),
}
#: Those in red.
DANGEROUS = (Act.MERGE, Act.SPLIT, Act.ARCHIVE)


def acts_for(department: Department) -> list[SiteOperation.Act]:
    """The acts that a department's state allows."""
    if department.state == Department.State.MERGED:
        return []
    if department.state == Department.State.ARCHIVED:
        return [Act.RENAME, Act.RESTORE]
    if department.kind.code == "province":
        return [Act.RENAME, Act.SPLIT]
    return [Act.RENAME, Act.MERGE, Act.SPLIT, Act.ARCHIVE]


def perform(operation: SiteOperation, *, dry_run: bool, progress: Progress) -> Report:
    """Do it. Raises ValidationError in words, as the acts do."""
    department = operation.department
    told = operation.arguments
    if operation.act == Act.RENAME:
        return rename_site(department, told["new_host"], name=told["name"], dry_run=dry_run)
    if operation.act == Act.MERGE:
        return merge_sites(
            [department],
            find_department_by_host(told["into"]),
            MergeOptions(told["people"], told["counters"], told["keep_sections"]),
            dry_run=dry_run,
            progress=progress,
        )
    if operation.act == Act.SPLIT:
        return split_site(
            department,
            told["sections"],
            host=told["new_host"],
            name=told["name"],
            kind=told["kind"],
            dry_run=dry_run,
            progress=progress,
        )
    if operation.act == Act.ARCHIVE:
        successor = told["successor"]
        return archive_site(
            department,
            successor=find_department_by_host(successor) if successor else None,
            dry_run=dry_run,
        )
    return restore_site(department, dry_run=dry_run)


def others_of(operation: SiteOperation) -> list[Department]:
    """The other departments that an operation that is done concerned."""
    told = operation.arguments
    hosts = [told.get("into"), told.get("successor")]
    if operation.act == Act.SPLIT:
        hosts.append(told["new_host"])
    return [find_department_by_host(host) for host in hosts if host]
