"""Web nodes, worker and scheduler are killed, or there are several schedulers."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections import Counter

from tests.e2e.portal import ROOT

from ..doings import tell
from ..people import MADE, SAVING
from ..processes import Process, wait_until
from ..stack import Stack
from ..units import command_of
from .acts import Publisher, run_scheduler
from .stage import Stage, fault, spread, told


@fault(
    "`kill -9` of a web node while pages are read and a page is published",
    "the other node answers; a publication is whole or has not been",
    small=True,
)
def kill_web(stage: Stage) -> str:
    chance = random.Random(1)
    since, published = time.monotonic(), 0
    editor = Publisher(stage.stack)
    for number in range(2 if stage.brief else 8):
        node = stage.stack.nodes[number % 2]
        killer = threading.Timer(chance.uniform(0.05, 1.0), node.kill)
        killer.start()
        published += editor.publish()
        killer.join()
        wait_until(lambda n=number % 2: stage.stack.is_ready(n), "it is back", 60)
        editor.check()
    told(stage, since)
    return (
        f"{published} publications, each whole; new pages {spread(stage.people.statuses(MADE))};"
        f" saving {spread(stage.people.statuses(SAVING))}"
    )


@fault(
    "`kill -9` of both web nodes",
    "nginx goes on with the pages that it has, says 503 in Vietnamese for others",
)
def kill_both(stage: Stage) -> str:
    since = time.monotonic()
    for node in stage.stack.nodes:
        node.kill()
    stage.stack.wait()
    told(stage, since)
    return f"new pages {spread(stage.people.statuses(MADE, since))}"


@fault(
    "`kill -9` of the worker, again and again, while counters are rolled up",
    "nobody notices; no view lost or doubled",
)
def kill_worker(stage: Stage) -> str:
    chance, kills = random.Random(2), 0
    until = time.monotonic() + stage.seconds(30)
    while time.monotonic() < until:
        time.sleep(chance.uniform(2.5, 6))
        stage.stack.worker.kill()
        kills += 1
    stage.nobody_noticed()
    return f"killed {kills} times while it rolled the counters up"


@fault(
    "`kill -9` of the scheduler while it publishes what is due",
    "what was due is public after the next run, once",
)
def kill_scheduler(stage: Stage) -> str:
    stack = stage.stack
    due = tell(stack.env, "schedule", 12)
    kills = _kill_often(stack, 2 if stage.brief else 5)
    run_scheduler(stack)
    state = tell(stack.env, "published", *due)
    assert state["live"] == len(due), state
    assert state["entries"] == len(due), state
    return f"killed {kills} times; {len(due)} articles that were due are public, each once"


@fault(
    "`kill -9` of the scheduler while it sends mail",
    "every mail arrives; the one that was just being sent may come a second time",
)
def kill_mailing(stage: Stage) -> str:
    stack = stage.stack
    stack.scheduler.pause()
    try:
        notices = tell(stack.env, "notify", 12)
        stack.mail.messages.clear()
        stack.mail.delay = 0.4
        kills = 0
        for _time in range(3):
            stack.mail.began.clear()
            mailing = Process("scheduler", command_of("sen-scheduler.service"), stack.env)
            with mailing:
                stack.mail.began.wait(60)
                time.sleep(0.6)
                mailing.kill()
                kills += 1
        stack.mail.delay = 0.0
        # Ten minutes later: whoever claimed a mail and died has no claim any more.
        stack.postgres.run(
            "UPDATE inbox_notice SET next_attempt = now() WHERE next_attempt > now()"
        )
        run_scheduler(stack)
        taken = Counter(str(message["Subject"]) for message in stack.mail.messages)
    finally:
        stack.mail.delay = 0.0
        stack.scheduler.resume()
    mine = {subject: number for subject, number in taken.items() if "Thử " in subject}
    assert len(mine) == notices, mine
    twice = sum(number - 1 for number in mine.values())
    assert twice <= kills
    return f"killed {kills} times; {notices} mails arrived, {twice} of them twice"


@fault(
    "several schedulers at once",
    "each piece of work is done by one of them",
    small=True,
)
def two_schedulers(stage: Stage) -> str:
    stack, number = stage.stack, 3
    stack.scheduler.pause()
    try:
        due, notices = tell(stack.env, "schedule", 8), tell(stack.env, "notify", 8)
        stack.mail.messages.clear()
        stack.mail.delay = 0.05
        command = command_of("sen-scheduler.service")
        several = [subprocess.Popen(command, cwd=ROOT, env=stack.env) for _n in range(number)]
        codes = [one.wait(300) for one in several]
    finally:
        stack.mail.delay = 0.0
        stack.scheduler.resume()
    assert codes == [0] * number
    state = tell(stack.env, "published", *due)
    assert state["live"] == len(due), state
    assert state["entries"] == len(due), state
    taken = [str(one["Subject"]) for one in stack.mail.messages if "Thử " in str(one["Subject"])]
    assert len(taken) == len(set(taken)) == notices
    return f"{number} at once: {len(due)} articles published once, {notices} mails sent once"


def _kill_often(stack: Stack, times: int) -> int:
    """Kill the scheduler in the middle of its work, again and again; how often."""
    chance = random.Random(6)
    stack.scheduler.pause()
    try:
        for _time in range(times):
            with Process("scheduler", command_of("sen-scheduler.service"), stack.env) as jobs:
                time.sleep(chance.uniform(2, 5))
                jobs.kill()
    finally:
        stack.scheduler.resume()
    return times


FAULTS = (
    kill_web,
    kill_both,
    kill_worker,
    kill_scheduler,
    kill_mailing,
    two_schedulers,
)
