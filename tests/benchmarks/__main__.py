"""`python -m tests.benchmarks [--messages N] [--runs R]`: the table of DESIGN 13, measured now, on this machine.

Every candidate runs in a process of its own, one after another and round by round, so that a disturbance of the machine hits
all of them; the best round of each counts. Times are the process's own CPU time: candidates are single-threaded, and a busy
machine makes them wait. Ratios are what is stated; no test asserts any of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from tests.benchmarks import (
    events,
    executions,
    fanout,
    kernel,
    localstack_peer,
    machines,
    patterns,
    queues,
    raw,
    services,
    simpy_peer,
)
from tests.benchmarks.workload import Tally, timed

CANDIDATES: dict[str, tuple[str, Callable[[int], Tally]]] = {
    "raw": ("raw heapq, only counting", raw.run),
    "simpy": ("SimPy, logging nothing", simpy_peer.run),
    "kernel": ("our kernel, bare nouns, full log", kernel.run),
    "services": ("our SQS, Lambda and client, full log", services.run),
    "localstack": ("LocalStack's queue object, no function", localstack_peer.run),
}
GROWTH = 10
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
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--candidate", choices=CANDIDATES, help="measure one, in this process; prints JSON")
    given = parser.parse_args()
    if given.candidate:
        print(json.dumps(asdict(measure(given.candidate, given.messages))))
        return
    print(table(*rounds(given.messages, given.runs), given.messages, given.runs))
    print("\n".join(_cost(each) for each in queues.costs(min(given.messages, QUEUE_MESSAGES), given.runs)))
    print("\n".join(_cost(each) for each in fanout.costs(min(given.messages, PUBLICATIONS), given.runs)))
    print("\n".join(_speed(each) for each in patterns.speeds(min(given.messages, EVENTS), given.runs)))
    print("\n".join(_cost(each) for each in events.costs(EVENTS, min(given.messages, events.ARCHIVED), given.runs)))
    scale = min(1.0, given.messages / FULL)
    print(f"\nstate machines: the language alone\n{machines.table(machines.rounds(scale, given.runs))}")
    print(f"\nstate machines: the service\n{executions.table(executions.rounds(scale))}")


def measure(name: str, messages: int) -> Measured:
    """One round of a candidate, in this process."""
    before = _peak_mb()
    timing = timed(name, CANDIDATES[name][1], messages)
    tally = timing.tally
    return Measured(messages, timing.seconds, _peak_mb() - before, [tally.received, tally.deleted, tally.dead])


def rounds(messages: int, runs: int) -> tuple[dict[str, Measured], dict[str, Measured]]:
    """The best of each candidate with all the messages, and with a tenth of them."""
    full: dict[str, Measured] = {}
    tenth: dict[str, Measured] = {}
    for _ in range(runs):
        for name in CANDIDATES:
            if name == "localstack" and localstack_peer.missing():
                continue
            size = min(messages, localstack_peer.AT_MOST) if name == "localstack" else messages
            _keep(full, name, size)
            if name != "localstack":
                _keep(tenth, name, max(1, messages // GROWTH))
    return full, tenth


def _keep(best: dict[str, Measured], name: str, messages: int) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--candidate", name, "--messages", str(messages)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path) or "."}
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    measured = Measured(**json.loads(output))
    if name not in best or measured.seconds < best[name].seconds:
        best[name] = measured


def table(full: dict[str, Measured], tenth: dict[str, Measured], messages: int, runs: int) -> str:
    """What was measured, and how it stands to the bars."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{os.cpu_count()} × {_processor()}, load {os.getloadavg()[0]:.1f}"
    head = f"{'candidate':42}{'messages':>10}{'seconds':>9}{'per second':>12}{'of raw':>8}{'peak MB':>9}"
    lines = [f"{messages:,} messages, best of {runs}; {python}, {machine}", "", f"{head}   received / deleted / dead"]
    for name, (title, _) in CANDIDATES.items():
        if name in tenth:
            lines.append(_row(title, tenth[name], full["raw"]))
        lines.append(
            _row(title, full[name], full["raw"])
            if name in full
            else f"{title:42}not measured: {localstack_peer.missing()}"
        )
    lines += ["", f"{'bar':62}{'is':>8}{'bar':>8}  met"]
    lines += [_bar(*each) for each in bars(full, tenth)]
    return "\n".join(lines)


def _row(title: str, it: Measured, raw: Measured) -> str:
    tally = " / ".join(f"{n:,}" for n in it.tally)
    speed = f"{it.seconds:>9.2f}{it.rate:>12,.0f}{it.rate / raw.rate:>8.2f}"
    return f"{title:42}{it.messages:>10,}{speed}{it.peak_mb:>9.0f}   {tally}"


def bars(full: dict[str, Measured], tenth: dict[str, Measured]) -> list[tuple[str, float, float, bool]]:
    """(what, measured, bar, whether more is better)"""
    rate = {name: it.rate for name, it in full.items()}
    found = [
        ("kernel doing honest work, of raw heapq", rate["kernel"] / rate["raw"], 0.30, True),
        ("kernel doing honest work, times SimPy", rate["kernel"] / rate["simpy"], 1.5, True),
        ("the same through the real services, of raw heapq", rate["services"] / rate["raw"], 0.10, True),
    ]
    if "localstack" in rate:
        found.append(("the same, times LocalStack's queue object", rate["services"] / rate["localstack"], 3, True))
    for name in ("kernel", "services"):
        growth = full[name].seconds / tenth[name].seconds
        found.append((f"{name}: time for {GROWTH} times the messages", growth, 10.5, False))
    return found


def _bar(what: str, measured: float, bar: float, more: bool) -> str:
    margin = measured / bar if more else bar / measured
    met = f"by {100 * (margin - 1):.0f} %" if margin >= 1 else f"MISSED by {100 * (1 - margin):.0f} %"
    return f"{what:62}{measured:>8.2f}{'≥' if more else '≤':>4}{bar:>4g}  {met}"


def _cost(cost: queues.Cost) -> str:
    """The row of what a queue's size costs, with both times."""
    return f"{_bar(cost.what, cost.growth, cost.bar, more=False)}   ({cost.little:.1f} and {cost.much:.1f} µs)"


def _speed(speed: patterns.Speed) -> str:
    """The row of what an index saves, with both times."""
    return (
        f"{_bar(speed.what, speed.ratio, speed.bar, more=True)}   ({speed.index_us:.0f} and {speed.other_us:,.0f} µs)"
    )


def _peak_mb() -> float:
    """The most memory this process has had (0 where nobody tells)."""
    try:
        with open("/proc/self/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
    except OSError:
        return 0.0


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(
                (line.split(": ")[1].strip() for line in file if line.startswith("model name")), platform.machine()
            )
    except OSError:
        return platform.machine()


if __name__ == "__main__":
    main()
