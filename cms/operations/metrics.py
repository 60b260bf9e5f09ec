"""The metrics, in the text format of Prometheus.

Counters live in the process, or where ``PROMETHEUS_MULTIPROC_DIR`` is set in files that all
processes share. What the database knows is read when somebody asks.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from .probes import read_all, warn
from .queue import waiting

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter(
    "sen_requests_total",
    "Requests that no cache answered, by kind of address and class of status",
    ["kind", "status"],
)
SECONDS = Histogram(
    "sen_request_seconds",
    "Seconds that they took",
    ["kind"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

Collect = Callable[[], Iterable[Metric]]

_collectors: dict[str, Collect] = {}


def register_collector(name: str, collect: Collect) -> None:
    """Add metrics that are read when somebody asks; ``collect`` may raise, and is left out then.

    One of the same name is replaced.
    """
    _collectors[name] = collect


class _Everything:
    """All metrics, for one answer."""

    def collect(self) -> Iterator[Metric]:
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            shared = CollectorRegistry()
            MultiProcessCollector(shared)
            yield from shared.collect()
        else:
            yield from REGISTRY.collect()
        for name, collect in {"probes": _probes, "queue": _queue, **_collectors}.items():
            try:
                yield from list(collect())
            except Exception as error:  # the database is away: the others are worth having
                warn(logger, f"the metrics of {name} could not be read", error)


def exposition() -> bytes:
    """All metrics, as Prometheus reads them."""
    text: bytes = generate_latest(_Everything())  # type: ignore[arg-type]
    return text


def _probes() -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "sen_probe_state", "How it stands: 0 good, 1 warning, 2 bad", labels=["probe"]
    )
    for result in read_all():
        states.add_metric([result.probe.name], result.reading.state)
        if result.probe.metric and result.reading.value is not None:
            yield GaugeMetricFamily(
                f"sen_{result.probe.metric}",
                f"What the probe {result.probe.name} measures",
                value=result.reading.value,
            )
    yield states


def _queue() -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "sen_queue_tasks", "Background tasks that are due and not begun", value=waiting().number
    )
