"""`python -m tests.benchmarks.executions [--scale S]`: Step Functions as a service, measured now.

What `machines.py` measures of the interpreter alone is measured here through the whole house: started by operation, every event in
the trace and in the history, tasks through the door to the real Lambda. Each candidate runs in a process of its own; times are
CPU time. The peer is moto's interpreter, as in `machines.py`; its rate is taken from there.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from flows.engine.garbage import collected_between_slices
from flows.runs.bounds import SECONDS_PER_SLICE, Bound
from flows.simulation import Command, Simulation
from flows.topology.compiled import CompiledTopology
from tests.benchmarks.machines import BAR, ITEMS, LOOPS, PEER_LOOPS, SLEEP, counting, moto, sized
from tests.benchmarks.measuring import Measured, Row, apart, best_of, lines, measured
from tests.builders import ACCOUNT, REGION, SECOND, a_function, a_topology
from tests.services.states_cast import a_machine, machine_arn, states

WAITING = 10_000
WARM = 5
END = 7200 * SECOND
EACH = states(
    Each={
        "Type": "Map",
        "MaxConcurrency": 1000,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "items", "Key": "items.json"},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            **states(
                Pay={
                    "Type": "Task",
                    "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pay",
                    "ResultPath": None,
                    "End": True,
                }
            ),
        },
        "ResultPath": None,
        "End": True,
    }
)


def topology(definition: dict[str, Any]) -> CompiledTopology:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "items"}}
    return a_topology(Saga=a_machine(definition), Pay=a_function("pay"), Items=bucket)


class Runner:
    """A simulation that is driven as a worker does: in slices bounded as its are, the records taken away after each. (Second by second,
    as it once was, a fifth of the time went into handing out five hundred records at a time.)
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        self.simulation = Simulation.begin(topology(definition), 1)
        self.ordinal = 0

    def command(self, operation: str, **params: object) -> None:
        self.ordinal += 1
        answer = self.simulation.apply(Command(self.ordinal, self.simulation.now_at, "benchmark", operation, params))
        assert answer.refusal is None, answer.refusal

    def to_the_end(self) -> None:
        reached = False
        while not reached:
            bound, first = Bound(seconds=SECONDS_PER_SLICE, clock=time.process_time), self.simulation.sequence
            with collected_between_slices():
                while not reached and (records := bound.allows(self.simulation.sequence - first)) > 0:
                    reached = self.simulation.run_until(END, records=records)
            self.simulation.drain()

    def statuses(self) -> set[str]:
        return {str(run.status) for run in self.simulation.world.shared["states"].runs.values()}


def loop(loops: int) -> int:
    """The states of one execution that counts."""
    runner = Runner(counting(loops))
    runner.command("states:StartExecution", stateMachineArn=machine_arn(), input="{}")
    runner.to_the_end()
    assert runner.statuses() == {"SUCCEEDED"}
    return 2 * loops + 2


def waiting(executions: int) -> int:
    """That many executions in a Wait state at once, then all of them done."""
    runner = Runner(SLEEP)
    for number in range(executions):
        runner.command("states:StartExecution", stateMachineArn=machine_arn(), input=f'{{"n":{number}}}')
    runner.simulation.run_until(SECOND)
    assert runner.statuses() == {"RUNNING"}
    runner.to_the_end()
    assert runner.statuses() == {"SUCCEEDED"}
    return executions


def items(count: int) -> int:
    """A distributed Map over that many items of an object, each a child execution that invokes a function."""
    runner = Runner(EACH)
    text = json.dumps([{"order": number} for number in range(count)])
    runner.command("s3:PutObject", Bucket="items", Key="items.json", Body=text)
    runner.command("states:StartExecution", stateMachineArn=machine_arn(), input="{}")
    runner.to_the_end()
    assert runner.statuses() == {"SUCCEEDED"}
    return count


CANDIDATES: dict[str, tuple[str, Callable[[int], int], int]] = {
    "loop": ("Pass and Choice loop, history and trace", loop, LOOPS),
    "moto": ("the same, moto's interpreter", moto, PEER_LOOPS),
    "waiting": ("executions in a Wait state at once", waiting, WAITING),
    "items": ("items of a distributed Map, a function each", items, ITEMS),
}


TITLES = {name: title for name, (title, _, _) in CANDIDATES.items()}


def measure(name: str, size: int) -> Measured:
    """One candidate, in this process."""
    return measured(CANDIDATES[name][1], size, WARM)


def rows(found: dict[str, Measured]) -> list[Row]:
    if "moto" not in found:
        return [Row("states through the service, times moto", None, BAR, more=True, note="moto is not installed")]
    ours, moto = found["loop"].rate, found["moto"].rate
    return [
        Row(
            "states through the service, times moto", ours / moto, BAR, more=True, note=f"{ours:,.0f} and {moto:,.0f}/s"
        )
    ]


def table(found: dict[str, Measured]) -> str:
    """What was measured, and how it stands to the bar."""
    return "\n".join([*lines(found, TITLES), *map(str, rows(found))])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.executions", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the sizes")
    parser.add_argument("--candidate", choices=CANDIDATES, help="measure one, in this process; prints JSON")
    given = parser.parse_args()
    if given.candidate:
        print(
            json.dumps(
                asdict(measure(given.candidate, sized(given.candidate, CANDIDATES[given.candidate][2], given.scale)))
            )
        )
        return
    print(table(rounds(given.scale)))


def rounds(scale: float, runs: int = 1) -> dict[str, Measured]:
    """The best of each, in processes of their own."""
    names = [name for name in CANDIDATES if name != "moto" or find_spec("moto")]
    words = ("--scale", str(scale), "--candidate")
    return best_of(runs, names, lambda name: Measured(**apart("tests.benchmarks.executions", *words, name)))


if __name__ == "__main__":
    main()
