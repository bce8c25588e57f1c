"""What Prometheus scrapes: this process's counters and, of a web server, how the installation stands.

Every process counts for itself and is a target of its own: a web server answers at `/metrics`, a worker at the address it was
started with (`manage.py worker … --metrics HOST:PORT`). Prometheus adds them up better than a file shared between processes would,
which would end a process of ours when the disk is full. What belongs to the installation (queues, runs, workers) every web server
tells alike: take the largest, not the sum.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Count
from prometheus_client import CollectorRegistry, Gauge, generate_latest, start_http_server
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from redis import RedisError

from dashboard import live
from dashboard.hosting import presence, standing
from flows.models import Execution
from flows.runs import observing  # noqa: F401 - its counters are there from the first scrape on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

SOCKETS = Gauge("redrive_sockets", "Browsers that watch an execution through this web server.")
SOCKETS.set_function(lambda: sum(len(held.watch.viewers) for held in live.hub().held.values()))
WATCHED = Gauge("redrive_watched_executions", "Executions watched through this web server.")
WATCHED.set_function(lambda: len(live.hub().held))


class Installation:
    """Asked at each scrape; what does not answer is left out, and `redrive_up` says so."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("redrive_up", "1 if it answers, by part.", labels=["part"])
        try:
            told = list(self._of_the_broker())
            up.add_metric(["broker"], 1)
        except RedisError:
            told = []
            up.add_metric(["broker"], 0)
        try:
            told += self._of_the_database()
            up.add_metric(["database"], 1)
        except DatabaseError:
            up.add_metric(["database"], 0)
        yield up
        yield from told
        free = GaugeMetricFamily("redrive_disk_free_bytes", "In the home of this web server.")
        free.add_metric([], shutil.disk_usage(settings.HOME).free)
        yield free

    def _of_the_broker(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("redrive_queue_tasks", "Tasks that wait.", labels=["queue"])
        for queue, length in presence.waiting(standing.queues()).items():
            waiting.add_metric([queue], length)
        yield waiting
        there = GaugeMetricFamily("redrive_workers", "Workers that said so within twenty seconds.", labels=["queue"])
        present = presence.present()
        for queue in standing.queues():
            there.add_metric([queue], sum(queue in one.queues for one in present))
        yield there

    def _of_the_database(self) -> list[Metric]:
        states = GaugeMetricFamily("redrive_executions", "Executions, by state.", labels=["state"])
        for state, many in Execution.objects.order_by("state").values_list("state").annotate(many=Count("id")):
            states.add_metric([str(state)], many)
        wanted = GaugeMetricFamily("redrive_executions_wanted", "Executions that should go on.")
        wanted.add_metric([], Execution.objects.filter(wanted=True).count())
        return [states, wanted]


def scraped() -> bytes:
    whole = CollectorRegistry()
    whole.register(Installation())
    return generate_latest(REGISTRY) + generate_latest(whole)


def serve(address: str) -> None:
    """In a thread of its own, for a process that serves nothing else."""
    host, _, port = address.rpartition(":")
    start_http_server(int(port), host or "127.0.0.1")
