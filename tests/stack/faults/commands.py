"""Commands that somebody runs are killed in the middle: import, merge, migration."""

from __future__ import annotations

import json
import random
import secrets
import sys
import time
from itertools import count

from tests.e2e.portal import manage

from .. import truth
from ..doings import tell
from ..people import SITES
from ..processes import Process, wait_until
from .stage import Stage, fault

PORTAL = "localhost"


@fault(
    "`kill -9` of an import, and a file that is cut off",
    "each line is in or not; the same command goes on, nothing comes twice",
)
def kill_import(stage: Stage) -> str:
    stack, number = stage.stack, 20 if stage.brief else 120
    path = stack.folder / "import.jsonl"
    mark = secrets.token_hex(4)
    lines = [
        json.dumps(
            {
                "source_id": f"{mark}-{n}",
                "section": "Tin nhập",
                "published_at": "26/01/2018 16:15",
                "title": f"Bài nhập {mark} số {n}",
                "lead": "Tóm tắt.",
                "body_html": "<p>Nội dung.</p>",
                "views": 10,
            },
            ensure_ascii=False,
        )
        for n in range(number)
    ]
    # Cut off in the middle of its last line, as by a transfer that broke.
    path.write_text("\n".join(lines)[:-40], encoding="utf-8")
    arguments = ["import_articles", str(path), "--site", SITES[0]]
    command = [sys.executable, "manage.py", *arguments]
    kills, chance = 0, random.Random(3)
    for _time in range(3):
        begun = tell(stack.env, "imported", mark)
        with Process("import", command, stack.env) as importing:
            wait_until(
                lambda importing=importing, begun=begun: (
                    not importing.alive or tell(stack.env, "imported", mark) > begun
                ),
                "it imports",
            )
            time.sleep(chance.uniform(0, 0.5))
            importing.kill()
            kills += 1
    cut = manage(stack.env, *arguments, check=False)
    assert cut.returncode == 1
    assert f"line {number}:" in cut.stderr, cut.stderr[-500:]
    assert tell(stack.env, "imported", mark) == number - 1
    path.write_text("\n".join(lines), encoding="utf-8")
    manage(stack.env, *arguments)
    assert tell(stack.env, "imported", mark) == number
    path.unlink()
    return (
        f"killed {kills} times; the cut line is named, the others are in;"
        f" after the whole file {number} of {number}, each once"
    )


@fault(
    "`kill -9` of a merge of two sites",
    "the sites are as before or merged; the same command ends it",
)
def kill_merge(stage: Stage) -> str:
    stack = stage.stack
    # Of a department that nobody reads meanwhile; the portal cannot be merged.
    others = [host for host in tell(stack.env, "hosts") if host not in (PORTAL, *SITES)]
    source = others[0]
    command = [sys.executable, "manage.py", "merge_sites", source, "--into", SITES[1]]
    articles = tell(stack.env, "articles")
    writes = (
        "SELECT 1 FROM pg_stat_activity"
        " WHERE application_name = 'merge' AND backend_xid IS NOT NULL"
    )
    env = {**stack.env, "PGAPPNAME": "merge"}
    # Killed a little later after its first change each time, until one gets through.
    for kills in count():
        with Process("merge", command, env) as merging:
            wait_until(
                lambda merging=merging: not merging.alive or stack.postgres.run(writes),
                "it merges",
            )
            time.sleep(kills * (2 if stage.brief else 0.4))
            if not merging.alive:
                break
            merging.kill()
        found = truth.ask(stack.env).faults
        assert not found, found
        assert tell(stack.env, "articles") == articles
        if source not in tell(stack.env, "hosts"):
            break
    assert kills
    assert source not in tell(stack.env, "hosts")
    assert tell(stack.env, "articles") == articles
    return f"killed {kills} times; whole afterwards, with all {articles} articles"


@fault(
    "`kill -9` of a migration",
    "the same command goes on",
)
def interrupt_migration(stage: Stage) -> str:
    stack = stage.stack
    name = f"migrated_{secrets.token_hex(4)}"
    stack.postgres.run(f"CREATE DATABASE {name}")
    server = stack.postgres.url.rpartition("/")[0]
    env = {**stack.env, "DATABASE_URL": f"{server}/{name}"}
    chance, kills = random.Random(5), 0
    try:
        for _time in range(3):
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            with Process("migrate", command, env) as migrating:
                time.sleep(chance.uniform(4, 9))
                if migrating.alive:
                    migrating.kill()
                    kills += 1
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "migrate", "--check", "--verbosity", "0")
    finally:
        stack.postgres.run(f"DROP DATABASE {name} WITH (FORCE)")
    return f"killed {kills} times; the same command again goes on and ends"


FAULTS = (
    kill_import,
    kill_merge,
    interrupt_migration,
)
