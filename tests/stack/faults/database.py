"""PostgreSQL ends, loses its connections or is held up."""

from __future__ import annotations

import time

import psycopg

from ..people import MADE, SAVING
from .stage import Stage, fault, slowest, spread, told


@fault(
    "PostgreSQL stopped for 30 s",
    "kept pages go on; others are 503 in Vietnamese with Retry-After; a text that was just"
    " sent stands in the answer, to be sent again; beacons are sent again by their pages",
    small=True,
)
def stop_postgres(stage: Stage) -> str:
    stack = stage.stack
    with stage.watching() as since:
        stack.postgres.stop("fast")
        time.sleep(stage.seconds(30))
        stack.postgres.start()
        back = time.monotonic()
    stage.go_on()
    took = next(
        (one.at - back for one in stage.people.seen if one.what == MADE and one.at > back), 0.0
    )
    told(stage, since)
    made = stage.people.statuses(MADE, since, back)
    assert made[503] > 0, made
    return (
        f"new pages {spread(made)}, in words and with Retry-After; saving"
        f" {spread(stage.people.statuses(SAVING, since, back))}, the text sent again from that"
        f" page; made again {took:.1f} s after its return"
    )


@fault(
    "PostgreSQL restarted as by a crash",
    "the same, for seconds",
)
def restart_postgres(stage: Stage) -> str:
    stack = stage.stack
    with stage.watching() as since:
        stack.postgres.stop()
        stack.postgres.start()
    stage.go_on()
    told(stage, since)
    return f"new pages {spread(stage.people.statuses(MADE, since))}"


@fault(
    "connections to PostgreSQL cut",
    "what was being asked is 503; the next request has a new connection",
)
def cut_connections(stage: Stage) -> str:
    with stage.watching() as since:
        cut = 0
        for _time in range(5):
            cut += stage.stack.postgres.cut()
            time.sleep(1)
    told(stage, since)
    return f"{cut} connections cut; new pages {spread(stage.people.statuses(MADE, since))}"


@fault(
    "a statement that locks a table for 10 s",
    "kept pages go on; what needs the table waits",
)
def slow_statement(stage: Stage) -> str:
    """A table is locked, as by a migration or a report that somebody runs by hand."""
    url = stage.stack.postgres.url.replace("postgres:", "postgresql:", 1)
    with stage.watching() as since, psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE wagtailcore_page IN ACCESS EXCLUSIVE MODE")
        time.sleep(stage.seconds(10))
    stage.go_on()
    waited = [one for one in stage.people.seen if one.what == MADE and one.at >= since]
    stage.nobody_noticed(since)
    return f"what needs the table waits, {slowest(waited)} at most; no error"


FAULTS = (
    stop_postgres,
    restart_postgres,
    cut_connections,
    slow_statement,
)
