"""An installation of a team under load: `python -m tests.load.hosted`.

Two web servers and four workers, each started apart, on a PostgreSQL and a Redis (Valkey) of their own. Fifty executions are
watched and asked to run to their end at once, while somebody clicks: on an execution of her own, and into one of the long runs.
Printed: records per second of all together, how far apart runs of one size finish, how long a click waits until its effect is
committed and told. Everything is this machine's, the browsers' side too, so a bar missed here is missed on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
from contextlib import ExitStack
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING
from urllib.request import urlopen

from tests import servers
from tests.hosted.installation import Installation
from tests.load.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.models import Execution

SECOND = 1_000_000
MESSAGES_PER_SECOND = 100
BAR_MS = 200
PATIENCE_S = 1800.0
WORKERS = (("sim.0",), ("sim.1",), ("long.0",), ("long.1", "upkeep.0"))
SETTINGS = {"REDRIVE_SIMULATION_QUEUES": "2", "REDRIVE_LONG_QUEUES": "2"}


class Load:
    def __init__(self, ports: Sequence[int], executions: Sequence[Execution], own: Execution, end_at: int) -> None:
        self.pages = [Page(ports[number % len(ports)], str(each.id)) for number, each in enumerate(executions)]
        self.own = Page(ports[0], str(own.id))
        self.end_at = end_at
        self.finished: dict[str, float] = {}
        self.clicks: dict[str, list[float]] = {"on another execution": [], "into a long run": []}
        self._keys = count(1)

    async def run(self, every_s: float) -> float:
        """How long all of them took."""
        tasks = [asyncio.create_task(page.run()) for page in (*self.pages, self.own)]
        await self._until(lambda: all(page.driving for page in (*self.pages, self.own)))
        began_s = monotonic()
        for page in self.pages:
            page.want(self.end_at)
        clicking = [
            asyncio.create_task(self._click(self.own, "on another execution", every_s)),
            asyncio.create_task(self._click(self.pages[0], "into a long run", every_s)),
        ]
        await asyncio.gather(*(self._finish(page, began_s) for page in self.pages))
        took_s = monotonic() - began_s
        for task in (*clicking, *tasks):
            task.cancel()
        return took_s

    async def _finish(self, page: Page, began_s: float) -> None:
        await self._until(lambda: page.has_all and page.progress["frontier_at"] >= self.end_at)
        self.finished[page.execution] = monotonic() - began_s

    async def _click(self, page: Page, which: str, every_s: float) -> None:
        """A message sent by hand, until the page hears that it was."""
        while page.execution not in self.finished:
            await asyncio.sleep(every_s)
            if page.wire is None:
                continue
            key, began_s = f"click-{next(self._keys)}", monotonic()
            params = {"QueueUrl": QUEUE_URL, "MessageBody": '{"order": 0}'}
            page.say(
                type="command", key=key, at=page.progress["frontier_at"], operation="sqs:SendMessage", params=params
            )
            await self._until(lambda key=key: page.answers.get(key) in ("applied", "refused", "forked"), 0.001)
            self.clicks[which].append((monotonic() - began_s) * 1000)

    @staticmethod
    async def _until(condition, every_s: float = 0.01) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - it happens in other processes
                await asyncio.sleep(every_s)


QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"


def begin(runs: int, messages: int) -> tuple[list[Execution], Execution]:
    from flows.models import Topology
    from flows.runs import api
    from flows.topology import compile_topology
    from tests.runs.conftest import ORDERS, traffic

    topology = Topology.objects.create(name="Orders")
    version = topology.versions.create(number=1, document=ORDERS, digest=compile_topology(ORDERS).digest)
    executions = []
    for seed in range(runs):
        execution = api.create_execution(version, seed=seed, actor="Alice")
        params = traffic(messages, rate=MESSAGES_PER_SECOND)
        api.submit_command(execution.id, key="k", at=0, operation="client:StartTraffic", params=params, actor="Alice")
        executions.append(execution)
    return executions, api.create_execution(version, seed=runs, actor="Bob")


def report(load: Load, took_s: float, records: int) -> str:
    finished = sorted(load.finished.values())
    rows = [
        ("records stored, all together", f"{records:,}"),
        ("records per second, all together", f"{records / took_s:,.0f}"),
        ("first run, median, last run finished after", " · ".join(f"{each:.1f} s" for each in thirds(finished))),
        ("last ÷ first (runs of one size)", f"{finished[-1] / finished[0]:.2f}"),
        ("records lost or doubled in a page", str(sum(page.store.gaps for page in load.pages))),
    ]
    for which, waited in load.clicks.items():
        if len(waited) > 1:
            centiles = statistics.quantiles(waited, n=100, method="inclusive")
            told = f"{centiles[49]:.0f} · {centiles[98]:.0f} · {max(waited):.0f} ms of {len(waited)}"
            over = sum(each > BAR_MS for each in waited)
            rows.append((f"a click {which}: p50 · p99 · max", f"{told}; {over} over {BAR_MS} ms"))
    width = max(len(what) for what, _ in rows)
    return "\n".join(f"{what:<{width}}  {told}" for what, told in rows)


def thirds(ordered: list[float]) -> tuple[float, float, float]:
    return ordered[0], statistics.median(ordered), ordered[-1]


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.load.hosted", description=__doc__)
    parser.add_argument("--runs", type=int, default=50, help="executions at once; default 50")
    parser.add_argument("--messages", type=int, default=5_000, help="in each, at 100 a virtual second; default 5000")
    parser.add_argument("--every", type=float, default=0.25, help="seconds between a click's answer and the next click")
    options = parser.parse_args()
    end_at = (options.messages // MESSAGES_PER_SECOND + 120) * SECOND
    with ExitStack() as stack:
        home = stack.enter_context(servers.a_directory())
        there = stack.enter_context(servers.a_directory())
        database = stack.enter_context(servers.postgres(there, durable=True))
        redis = stack.enter_context(servers.valkey(home, tcp=True))
        installed = Installation(home, database_url=database, redis_url=redis, **SETTINGS)
        stack.callback(installed.end)
        installed.manage("prepare")
        ports = [servers.free_port() for _ in range(2)]
        asked = [servers.free_port() for _ in WORKERS]
        installed.start_all(
            *(("web", "--port", str(port)) for port in ports),
            *(
                ("worker", *queues, "--metrics", f"127.0.0.1:{port}")
                for queues, port in zip(WORKERS, asked, strict=True)
            ),
        )
        os.environ.update(installed.environ, DJANGO_SETTINGS_MODULE="dashboard.settings")
        import django

        django.setup()
        executions, own = begin(options.runs, options.messages)
        load = Load(ports, executions, own, end_at)
        took_s = asyncio.run(load.run(options.every))
        records = total(executions)
        print(
            f"{options.runs} runs of {options.messages:,} messages, 2 web, {len(WORKERS)} workers, PostgreSQL, Redis:\n"
        )
        print(report(load, took_s, records))
        print("\nWhat the workers say (mean ms, and how often):\n")
        for queues, port in zip(WORKERS, asked, strict=True):
            print(f"  {'+'.join(queues)}: {told_by(port)}")
    return 0


def told_by(port: int) -> str:
    """The means of a worker's histograms, for whoever looks for what takes the time."""
    from prometheus_client.parser import text_string_to_metric_families

    said = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    sums, counts = {}, {}
    for family in text_string_to_metric_families(said):
        for one in family.samples:
            label = one.labels.get("kind") or one.labels.get("queue") or ""
            if one.name.startswith("redrive_") and one.name.endswith("_seconds_sum"):
                sums[one.name.removesuffix("_sum"), label] = one.value
            elif one.name.startswith("redrive_") and one.name.endswith("_seconds_count"):
                counts[one.name.removesuffix("_count"), label] = one.value
    return ", ".join(
        f"{name.removeprefix('redrive_').removesuffix('_seconds')} {label} {1000 * whole / counts[name, label]:.0f} ({counts[name, label]:.0f})"
        for (name, label), whole in sums.items()
        if counts[name, label]
    )


def total(executions: Sequence[Execution]) -> int:
    from django.db.models import Sum

    from flows.models import Execution

    rows = Execution.objects.filter(id__in=[each.id for each in executions])
    wrong = rows.exclude(state="idle").values_list("state", "error")
    if wrong:
        print(f"NOT AT THEIR END: {list(wrong)}")
    return int(rows.aggregate(all=Sum("head"))["all"])


if __name__ == "__main__":
    sys.exit(main())
