"""`python -m tests.benchmarks [--messages N] [--runs R] [--write]`: the table of DESIGN 13, measured now, on this machine.

Every candidate runs in a process of its own, one after another and round by round, so that a disturbance of the machine hits
all of them; the best round of each counts. Times are the process's own CPU time: candidates are single-threaded, and a busy
machine makes them wait. Ratios are what is stated; no test asserts any of them. `--write` keeps what was measured for the docs'
page (`dashboard/reference_benchmarks.py`). What needs a browser is measured by `python -m tests.load.big_run`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import (
    events,
    executions,
    fanout,
    growth,
    journeys,
    kernel,
    live,
    localstack_peer,
    machines,
    particles,
    patterns,
    queues,
    raw,
    ready,
    services,
    simpy_peer,
    storage,
    stored,
)
from tests.benchmarks.measuring import Row, apart, machine, peak_mb
from tests.benchmarks.workload import Tally, timed

RESULTS = Path(__file__).parents[2] / "templates" / "docs" / "benchmarks.json"
CANDIDATES: dict[str, tuple[str, Callable[[int], Tally]]] = {
    "raw": ("raw heapq, only counting", raw.run),
    "simpy": ("SimPy, logging nothing", simpy_peer.run),
    "kernel": ("our kernel, bare nouns, full log", kernel.run),
    "services": ("our SQS, Lambda and client, full log", services.run),
    "localstack": ("LocalStack's queue object, no function", localstack_peer.run),
}
WARM = 100
QUEUE_MESSAGES = 100_000
"""How many messages tell what groups and a backlog cost; more of them tell nothing new."""
PUBLICATIONS = 5_000
"""The same for a fan-out: each of them is a hundred copies."""
EVENTS = 10_000
"""And for events against rules."""
FULL = 1_000_000
"""With fewer messages than this, state machines do as much less."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A candidate's best round at one size; `peak_mb` is what the run added to the process's peak."""

    messages: int
    seconds: float
    peak_mb: float
    tally: list[int]

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--messages", type=int, default=FULL)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--write", action="store_true", help="keep the results for the docs")
    parser.add_argument("--candidate", choices=CANDIDATES, help="measure one, in this process; prints JSON")
    given = parser.parse_args()
    if given.candidate:
        print(json.dumps(asdict(measure(given.candidate, given.messages))))
        return
    about = machine()
    print(
        f"{given.messages:,} messages, best of {given.runs}; {about['python']}, {about['cores']} × {about['processor']}",
        end="",
    )
    load = os.getloadavg()[0]
    print(f", load {load:.1f}\n\n{'what':62}{'is':>8}{'bar':>10}  met")
    groups, began = {}, time.monotonic()
    for name in given.only:
        found = []
        print(f"\n{name}")
        for row in told(name, given.messages, given.runs):
            found.append(asdict(row) | {"verdict": row.verdict})
            print(row, flush=True)
        groups[name] = found
    minutes = (time.monotonic() - began) / 60
    print(f"\n{minutes:.1f} minutes, load {os.getloadavg()[0]:.1f}")
    if given.write:
        about["load"] = f"{load:.1f}"
        when = {"messages": given.messages, "runs": given.runs, "date": datetime.now(UTC).date().isoformat()}
        RESULTS.write_text(json.dumps({**when, "machine": about, "groups": groups}, indent=1) + "\n", encoding="utf-8")
        print(f"written to {RESULTS.name}")


def told(name: str, messages: int, runs: int) -> Iterator[Row]:
    """A group's rows. One that breaks off says so, and the others are measured all the same."""
    try:
        yield from GROUPS[name](messages, runs)
    except (subprocess.CalledProcessError, TimeoutError, SystemExit) as error:
        yield Row(f"what else belongs to {name}", None, 0, True, f"broke off: {error}")


def engine(messages: int, runs: int) -> Iterator[Row]:
    full, tenth = rounds(messages, runs)
    rate = {name: it.rate for name, it in full.items()}
    yield Row(
        "kernel doing honest work, of raw heapq",
        rate["kernel"] / rate["raw"],
        0.30,
        True,
        _rates(full, "kernel", "raw"),
    )
    yield Row("kernel doing honest work, times SimPy", rate["kernel"] / rate["simpy"], 1.5, True, _rates(full, "simpy"))
    yield Row(
        "the same through the services, of raw heapq",
        rate["services"] / rate["raw"],
        0.10,
        True,
        _rates(full, "services"),
    )
    times, note = None, localstack_peer.missing()
    if not note:
        times, note = rate["services"] / rate["localstack"], _rates(full, "localstack")
    yield Row("the same, times LocalStack's queue object", times, 3, True, note)
    for name in growth.CANDIDATES:
        grown = sorted(apart("tests.benchmarks.growth", name, str(messages)) for _ in range(runs))
        memory = f"peak {tenth[name].peak_mb:.0f} and {full[name].peak_mb:.0f} MB"
        yield Row(f"{name}: time for {growth.TIMES} times the messages", grown[len(grown) // 2], 10.5, False, memory)


def _rates(found: dict[str, Measured], *names: str) -> str:
    return ", ".join(f"{name} {found[name].rate:,.0f}/s" for name in names)


def storing(messages: int, runs: int) -> Iterator[Row]:
    yield from stored.rows(messages, min(runs, 2))
    for workload in storage.workloads(min(messages, storage.MESSAGES)):
        yield Row(f"stored bytes a message, {workload.what}", workload.packed, storage.BAR, more=False)
    told = apart("tests.benchmarks.journeys", "--messages", str(messages), "--json")
    bars = (journeys.JOURNEY_BAR_MS, journeys.JOURNEY_BAR_MS)
    for answer, bar in zip(told, bars, strict=True):
        yield Row(f"{answer['what']}, ms", answer["median_ms"], bar, False, f"worst {answer['worst_ms']:.0f} ms")


def nouns(messages: int, runs: int) -> Iterator[Row]:
    costs = (
        *queues.costs(min(messages, QUEUE_MESSAGES), runs),
        *fanout.costs(min(messages, PUBLICATIONS), runs),
        *events.costs(EVENTS, min(messages, events.ARCHIVED), runs),
    )
    for cost in costs:
        yield Row(cost.what, cost.growth, cost.bar, False, f"{cost.little:.1f} and {cost.much:.1f} µs")


def rules(messages: int, runs: int) -> Iterator[Row]:
    for speed in patterns.speeds(min(messages, EVENTS), runs):
        yield Row(speed.what, speed.ratio, speed.bar, True, f"{speed.index_us:.0f} and {speed.other_us:,.0f} µs")
    if not patterns.moto_patterns():
        yield Row("the same, times moto's matcher", None, patterns.MOTO_BAR, True, "moto is not installed")


def states(messages: int, runs: int) -> Iterator[Row]:
    scale = min(1.0, messages / FULL)
    yield from machines.rows(machines.rounds(scale, runs))
    yield from executions.rows(executions.rounds(scale, min(runs, 2)))


def streaming(messages: int, runs: int) -> Iterator[Row]:
    yield from live.rows(min(messages, live.RECORDS), runs)


def product(messages: int, runs: int) -> Iterator[Row]:
    yield from ready.rows()
    yield from particles.rows()


GROUPS: dict[str, Callable[[int, int], Iterator[Row]]] = {
    "engine": engine,
    "storage": storing,
    "queues, topics, buses": nouns,
    "rules": rules,
    "state machines": states,
    "streaming": streaming,
    "product": product,
}


def measure(name: str, messages: int) -> Measured:
    """One round of a candidate, in this process, after a few messages: the first ones load what the others find."""
    CANDIDATES[name][1](WARM)
    before = peak_mb()
    timing = timed(name, CANDIDATES[name][1], messages)
    tally = timing.tally
    return Measured(messages, timing.seconds, peak_mb() - before, [tally.received, tally.deleted, tally.dead])


def rounds(messages: int, runs: int) -> tuple[dict[str, Measured], dict[str, Measured]]:
    """The best of each candidate with all the messages, and of ours with a tenth of them: what that adds to the memory."""
    full: dict[str, Measured] = {}
    tenth: dict[str, Measured] = {}
    for _ in range(runs):
        for name in CANDIDATES:
            if name == "localstack" and localstack_peer.missing():
                continue
            _keep(full, name, min(messages, localstack_peer.AT_MOST) if name == "localstack" else messages)
            if name in growth.CANDIDATES:
                _keep(tenth, name, max(1, messages // growth.TIMES))
    return full, tenth


def _keep(best: dict[str, Measured], name: str, messages: int) -> None:
    measured = Measured(**apart("tests.benchmarks", "--candidate", name, "--messages", str(messages)))
    if name not in best or measured.seconds < best[name].seconds:
        best[name] = measured


if __name__ == "__main__":
    main()
