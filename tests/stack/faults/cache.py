"""Redis ends, forgets or hangs."""

from __future__ import annotations

import time

from ..people import KEPT, MADE
from .acts import Publisher
from .stage import Stage, fault, slowest, spread


@fault(
    "Redis stopped",
    "nobody notices; pages are made anew where they were not kept",
)
def stop_redis(stage: Stage) -> str:
    stack = stage.stack
    with stage.watching() as since:
        stack.redis.kill()
        time.sleep(stage.seconds(15))
        made = stage.people.statuses(MADE, since)
        stack.redis.start()
        stack.redis.wait()
    stage.nobody_noticed(since)
    Publisher(stack).publish_and_see()
    return f"new pages {spread(made)}; no error for anybody; a publication is seen within 1 s"


@fault(
    "Redis restarted, empty",
    "nobody notices; publications are seen within a second",
    small=True,
)
def empty_redis(stage: Stage) -> str:
    stack = stage.stack
    with stage.watching() as since:
        for _time in range(1 if stage.brief else 4):
            stack.redis.kill_and_start()
            stack.redis.wait()
            time.sleep(1)
    stage.nobody_noticed(since)
    Publisher(stack).publish_and_see()
    return "no error for anybody; a publication is seen within 1 s"


@fault(
    "Redis that hangs",
    "pages take about a second longer where Redis is asked, and not each time",
)
def slow_redis(stage: Stage) -> str:
    stack = stage.stack
    with stage.watching() as since:
        stack.redis.hang()
        try:
            time.sleep(stage.seconds(10))
            kept = [one for one in stage.people.seen if one.what == KEPT and one.at >= since]
            made = [one for one in stage.people.seen if one.what == MADE and one.at >= since]
        finally:
            stack.redis.go_on()
    stage.nobody_noticed(since)
    assert kept
    assert made
    return f"no error; slowest kept page {slowest(kept)}, new page {slowest(made)}"


FAULTS = (
    stop_redis,
    empty_redis,
    slow_redis,
)
