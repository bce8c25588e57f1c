"""`python -m tests.benchmarks.storage [--messages N]`: the bytes of a stored message, all its records, its body apart.

Two workloads through the real services: *in batches*, the one of the other rows; and *one by one*, where each message is an
invocation of its own with a log-normal duration, so that there is little in common between two of them. Each is counted as
slices write it and as compaction packs it, with what packing and reading cost.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flows.engine.segment import Segment
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces import chunk, packed
from tests.benchmarks import services
from tests.benchmarks.workload import GAP_US, SEED
from tests.builders import a_function, a_mapping, a_queue, a_topology, arn

if TYPE_CHECKING:
    from flows.models import Execution

T = TypeVar("T")
R = TypeVar("R")

EXECUTION = "00000000-0000-4000-8000-000000000000"
BAR = 16
MESSAGES = 30_000
SLICE_US = 5_000_000


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes and records per message; milliseconds per chunk."""

    what: str
    records: float
    written: float
    packed: float
    write_ms: float
    pack_ms: float
    read_ms: float


def one_by_one() -> CompiledTopology:
    return a_topology(**resources())


def resources() -> dict[str, Any]:
    function = a_function("charge-card")
    function["playground"]["behaviour"]["duration"] = {"kind": "lognormal", "median_ms": 200, "p99_ms": 2000}
    return {
        "Orders": a_queue("orders", "orders-dlq", 3),
        "OrdersDlq": a_queue("orders-dlq"),
        "ChargeCard": function,
        "Mapping": a_mapping("orders", "charge-card", BatchSize=1),
    }


def traffic(messages: int, rate: int) -> dict[str, Any]:
    """So many messages to `orders`, their bodies all different."""
    return {
        "TargetArn": arn("orders"),
        "Mode": "rate",
        "Count": messages,
        "RatePerSecond": rate,
        "MessageBody": '{"order": {{index}}}',
    }


def blocks(topology: CompiledTopology, messages: int, rate: int) -> Iterator[Segment]:
    """The run's records in blocks of 4096."""
    return run_out(topology, [traffic(messages, rate)])


def run_out(topology: CompiledTopology, given: list[dict[str, Any]]) -> Iterator[Segment]:
    """The records of a run with that traffic, from its beginning until it is quiet, in blocks of 4096."""
    simulation = Simulation.begin(topology, SEED)
    for number, params in enumerate(given, 1):
        simulation.apply(Command(number, 0, "benchmark", "client:StartTraffic", params))
    parts, until = [], 0
    while not simulation.quiet:
        until += SLICE_US
        simulation.run_until(until)
        parts.append(simulation.drain())
    return iter(chunk.cut(chunk.join([part for part in parts if part])))


def store(execution: Execution, topology: CompiledTopology, messages: int, rate: int) -> int:
    """Every block as a row, as slices leave them; answers the newest subject."""
    from flows.models import TraceChunk
    from flows.runs import tail

    newest, head, last_at = 0, 0, 0
    for block in blocks(topology, messages, rate):
        row = tail.as_row(execution, chunk.encode(block, str(execution.pk), 1))
        TraceChunk.objects.bulk_create([row])
        newest = block.first_subject + len(block.subjects["kind"]) - 1
        head, last_at = row.last, row.last_at
    type(execution).objects.filter(pk=execution.pk).update(head=head, frontier_at=last_at)
    return newest


def stored(what: str, topology: CompiledTopology, messages: int, rate: int) -> Stored:
    segments = list(blocks(topology, messages, rate))
    written, write_ms = _timed(lambda each: chunk.encode(each, EXECUTION, 1), segments)
    frames, pack_ms = _timed(lambda each: packed.encode(each, EXECUTION, 1), segments)
    _, read_ms = _timed(chunk.decode, frames)
    return Stored(
        what,
        sum(each.count for each in segments) / messages,
        sum(map(len, written)) / messages,
        sum(map(len, frames)) / messages,
        write_ms,
        pack_ms,
        read_ms,
    )


def _timed(act: Callable[[T], R], many: list[T]) -> tuple[list[R], float]:
    began = time.process_time()
    done = [act(each) for each in many]
    return done, 1000 * (time.process_time() - began) / len(many)


def workloads(messages: int) -> list[Stored]:
    return [
        stored("in batches", services.topology(), messages, 1_000_000 // GAP_US),
        stored("one by one", one_by_one(), messages, 100),
    ]


def table(rows: list[Stored]) -> str:
    head = f"{'stored bytes per message':28}{'records':>9}{'written':>9}{'packed':>8}{'bar':>7}   ms per chunk: write, pack, read"
    return "\n".join(
        [
            head,
            *(
                f"{row.what:28}{row.records:>9.1f}{row.written:>9.1f}{row.packed:>8.1f}{f'≤ {BAR}':>7}"
                f"   {row.write_ms:.1f}, {row.pack_ms:.1f}, {row.read_ms:.1f}"
                for row in rows
            ),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.storage", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    print(table(workloads(parser.parse_args().messages)))


if __name__ == "__main__":
    main()
