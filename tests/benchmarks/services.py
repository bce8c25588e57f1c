"""The real services doing the workload: the client's traffic, orders with its dead-letter queue, charge-card behind a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from flows.engine.garbage import collected_between_slices
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from tests.benchmarks.workload import (
    BATCH_SIZE,
    CONCURRENCY,
    FAILURE_PPM,
    GAP_US,
    MAX_RECEIVE_COUNT,
    MEDIAN_US,
    P99_US,
    SEED,
    Tally,
    to_the_end,
)
from tests.builders import a_function, a_mapping, a_queue, a_topology, arn

SLICE_US = 5_000_000
"""The log is taken away every five virtual seconds: about 20,000 messages."""
RECEIVED, DELETED, DEAD = 102, 103, 107


def topology() -> CompiledTopology:
    """orders → charge-card with partial batch responses; each message fails with a chance of one in ten."""
    function = a_function("charge-card", failures=[{"rate": FAILURE_PPM / 1_000_000, "how": "item"}])
    function["playground"]["behaviour"]["duration"] = {
        "kind": "lognormal",
        "median_ms": MEDIAN_US // 1000,
        "p99_ms": P99_US // 1000,
    }
    mapping = a_mapping(
        "orders",
        "charge-card",
        BatchSize=BATCH_SIZE,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": CONCURRENCY},
    )
    return a_topology(
        Orders=a_queue("orders", "orders-dlq", MAX_RECEIVE_COUNT),
        OrdersDlq=a_queue("orders-dlq"),
        ChargeCard=function,
        Mapping=mapping,
    )


def slices(messages: int) -> Iterator[Tally]:
    """The log is drained as a worker would, and counted. Told is what came of the messages so far."""
    simulation = Simulation.begin(topology(), SEED)
    params = {
        "TargetArn": arn("orders"),
        "Mode": "rate",
        "Count": messages,
        "RatePerSecond": 1_000_000 // GAP_US,
        "MessageBody": '{"order": "one of many"}',
    }
    simulation.apply(Command(1, 0, "benchmark", "client:StartTraffic", params))
    received = deleted = dead = until = 0
    while not simulation.quiet:
        until += SLICE_US
        with collected_between_slices():
            simulation.run_until(until)
            kinds = simulation.drain().columns["kind"]
        received += int((kinds == RECEIVED).sum())
        deleted += int((kinds == DELETED).sum())
        dead += int((kinds == DEAD).sum())
        yield Tally(received, deleted, dead)


def run(messages: int) -> Tally:
    return to_the_end(slices(messages))
