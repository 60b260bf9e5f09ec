"""The rules with a department's lists, as the scan and the editor's form ask them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from .hosts import AllowList
from .models import AllowedHost, LinkRules
from .rules import Rules
from .sources import Owners
from .words import Words

#: What the video plugin and embeds show with the province's leave, see ``SEN_PLAYERS``.
_PLAYERS = {"www.youtube.com": ("youtu.be",), "player.vimeo.com": ("vimeo.com",)}


class Lists:
    """The lists of all departments, read once; for the length of a scan or of a request.

    Args:
        only: the department whose list is needed; None for all.
    """

    def __init__(self, only: int | None = None) -> None:
        self.owners = Owners()
        extra = tuple(LinkRules.load().words.splitlines())
        self.words = Words(extra)
        wanted = Q() if only is None else Q(department=only) | Q(department=None)
        self._patterns: dict[int | None, set[str]] = {}
        rows = AllowedHost.of_all_departments.filter(wanted)
        for department_id, pattern in rows.values_list("department_id", "pattern"):
            self._patterns.setdefault(department_id, set()).add(pattern)
        self._own = self.owners.hosts | {settings.SEN_ADMIN_HOST, "localhost", "127.0.0.1"}
        self._made: dict[tuple[int | None, bool], Rules] = {}

    def rules(self, department_id: int | None, *, files_only: bool = False) -> Rules:
        """The rules for texts of the department; the province's where it is None."""
        key = (department_id, files_only)
        if key not in self._made:
            patterns = self._patterns.get(None, set()) | self._patterns.get(department_id, set())
            allowed = AllowList.of(patterns | player_hosts())
            self._made[key] = Rules(self.words, allowed, self._own, files_only)
        return self._made[key]


def player_hosts() -> set[str]:
    """The hosts of the players that pages may show, and of their own pages."""
    hosts = {urlsplit(player).hostname or "" for player in settings.SEN_PLAYERS}
    hosts |= {"www.youtube.com"} if "www.youtube-nocookie.com" in hosts else set()
    for host in list(hosts):
        hosts.update(_PLAYERS.get(host, ()))
    return {host.removeprefix("www.") for host in hosts} | hosts
