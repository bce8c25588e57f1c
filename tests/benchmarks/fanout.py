"""A topic with a hundred subscriptions, each for one tenant: what a copy costs that its filter policy keeps back.

Publications are for one tenant after another, so that of a hundred copies one is delivered and ninety-nine are left out, each
with its reason; beside them a topic whose hundred subscriptions have no policy and get everything. Publish as an operation,
into queues that nobody empties, full log, taken away every few publications. *Deciding* is the index over the policies alone,
against asking one policy after another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flows.engine.garbage import collected_between_slices
from flows.patterns.index import PatternIndex
from flows.patterns.pattern import Pattern
from flows.patterns.sns import attributes_event, compile_sns_policy
from flows.simulation import Simulation
from tests.benchmarks.queues import Cost
from tests.benchmarks.workload import SEED
from tests.builders import a_queue, a_topology, arn
from tests.fanout import a_subscription, a_topic, topic_arn

SUBSCRIPTIONS = 100
SLICE = 200
"""The log is taken away every so many publications."""


def costs(publications: int, rounds: int) -> list[Cost]:
    """Both, measured in this process."""
    return [
        Cost(
            f"a copy filtered among {SUBSCRIPTIONS}, times one delivered",
            _best(rounds, lambda: copies(publications // 10, filtered=False)),
            _best(rounds, lambda: copies(publications, filtered=True)),
            1.0,
        ),
        Cost(
            f"deciding among {SUBSCRIPTIONS} policies by index, times one by one",
            _best(rounds, lambda: decisions(publications, _one_by_one)),
            _best(rounds, lambda: decisions(publications, _by_index)),
            0.2,
        ),
    ]


def _best(rounds: int, run: Callable[[], float]) -> float:
    return min(run() for _ in range(rounds))


def copies(publications: int, *, filtered: bool) -> float:
    """µs a copy, delivered or left out."""
    simulation = Simulation.begin(_topology(filtered=filtered), SEED)
    caller, topic = simulation.world.caller("benchmark"), {"TopicArn": topic_arn("events")}
    begun = time.process_time()
    with collected_between_slices():
        for number in range(publications):
            message = {"Message": str(number), "MessageAttributes": _attributes(number % SUBSCRIPTIONS)}
            simulation.call(caller, "sns", "Publish", topic | message)
            if not number % SLICE:
                simulation.run_until(simulation.now_at + 1_000)
                simulation.drain()
    return (time.process_time() - begun) / publications / SUBSCRIPTIONS * 1e6


def decisions(publications: int, decider: Callable[[list[Pattern]], Callable[[dict[str, Any]], list[int]]]) -> float:
    """µs a publication, to find out who wants it."""
    wanting = decider([compile_sns_policy(_policy(tenant)) for tenant in range(SUBSCRIPTIONS)])
    events = [attributes_event(_attributes(tenant)) for tenant in range(SUBSCRIPTIONS)]
    begun = time.process_time()
    for number in range(publications):
        tenant = number % SUBSCRIPTIONS
        assert wanting(events[tenant]) == [tenant]
    return (time.process_time() - begun) / publications * 1e6


def _by_index(patterns: list[Pattern]) -> Callable[[dict[str, Any]], list[int]]:
    index = PatternIndex()
    for number, pattern in enumerate(patterns):
        index.add(number, pattern)
    return index.matching


def _one_by_one(patterns: list[Pattern]) -> Callable[[dict[str, Any]], list[int]]:
    return lambda event: [number for number, pattern in enumerate(patterns) if pattern.matches(event)]


def _topology(*, filtered: bool) -> Any:
    resources: dict[str, dict[str, Any]] = {"Events": a_topic("events")}
    for tenant in range(SUBSCRIPTIONS):
        name = f"tenant-{tenant}"
        policy: dict[str, Any] = {"FilterPolicy": _policy(tenant)} if filtered else {}
        resources[f"Queue{tenant}"] = a_queue(name)
        resources[f"To{tenant}"] = a_subscription("events", arn(name), **policy)
    return a_topology(**resources)


def _policy(tenant: int) -> dict[str, list[Any]]:
    return {"tenant": [f"t-{tenant}"], "kind": [{"anything-but": "test"}]}


def _attributes(tenant: int) -> dict[str, dict[str, str]]:
    named = {"tenant": f"t-{tenant}", "kind": "order"}
    return {name: {"DataType": "String", "StringValue": value} for name, value in named.items()}
