"""The migrations of the first release: nothing older runs anywhere, so they are not judged."""

from __future__ import annotations

#: The last migration of each app that is in the first release, with all before it. A line
#: changes only until that release is out.
BASELINE = {
    "inbox": "0001_initial",
    "media": "0004_take_over_tags",
    "news": "0006_volume",
    "operations": "0001_initial",
    "plugins": "0002_configuration_and_failures",
    "record": "0003_seal",
    "search": "0003_indexes",
    "sharing": "0001_initial",
    "sites": "0010_banner_and_front_page",
    "staff": "0001_initial",
    "traffic": "0002_visitors_and_bots",
    "users": "0002_scoped_manager",
    "widgets": "0005_snapshots",
    "workflow": "0005_scheduler_run",
}
