"""`python -m tests.benchmarks.machines [--scale S]`: state machines, measured now: states and items per second, memory.

Candidates run one after another, each in a process of its own, and do the same: a Pass and a Choice counting up to N, the full history
kept. The peer is moto's interpreter (a descendant of LocalStack's), through its in-process mock and with history. Ours stands on a
host that only keeps the events. Beside that, ours alone: 10,000 executions that wait at once, and a distributed Map whose
children each do a task. Times are CPU time; ratios are stated, no test asserts any of them.
"""

from __future__ import annotations

import argparse
import heapq
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flows.asl.definition import compile_definition
from flows.asl.execution import Execution
from flows.asl.ports import ChildRequest, ChildResult, Facts, MapRunRequest, Status, TaskRequest
from tests.benchmarks.measuring import Measured, Row, apart, best_of, lines, measured

LOOPS, PEER_LOOPS = 5_900, 400
"""A loop writes four events: 25,000 is the quota. The peer does as many states per second with a few hundred loops as with many; with
a dozen its own start is most of it, so it is never given fewer (`--scale` leaves it as it is).
"""
PEER_ASKED_S = 0.2
"""How often the peer, which runs in a thread, is asked whether it is done: asking costs it as much as two states."""
WAITING = 10_000
ITEMS = 100_000
WARM = 5
"""What is done before the clock starts: imports, caches."""
BAR = 200
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:bench"
TASK = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:work", "End": True}
SLEEP = {
    "StartAt": "Wait",
    "States": {"Wait": {"Type": "Wait", "Seconds": 60, "Next": "Done"}, "Done": {"Type": "Pass", "End": True}},
}


def counting(loops: int) -> dict[str, Any]:
    """A machine of two states per loop."""
    add = {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "limit.$": "$.limit"}, "Next": "More"}
    more = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.n", "NumericLessThanPath": "$.limit", "Next": "Add"}],
        "Default": "Done",
    }
    start = {"Type": "Pass", "Result": {"n": 0, "limit": loops}, "Next": "Add"}
    return {
        "StartAt": "Start",
        "States": {"Start": start, "Add": add, "More": more, "Done": {"Type": "Pass", "End": True}},
    }


class Keeping:
    """A host that keeps every event and runs answers in the order of their instants."""

    def __init__(self) -> None:
        self.now = 0
        self.order = 0
        self.history: list[tuple[Any, ...]] = []
        self.calendar: list[tuple[int, int, Any, tuple[Any, ...]]] = []
        self.waiting: dict[int, tuple[Execution, int, int]] = {}

    def after(self, delay_us: int, act: Callable[..., None], *arguments: Any) -> None:
        self.order += 1
        heapq.heappush(self.calendar, (self.now + delay_us, self.order, act, arguments))

    def run(self) -> None:
        while self.calendar:
            self.now, _, act, arguments = heapq.heappop(self.calendar)
            act(*arguments)

    def now_at(self) -> int:
        return self.now

    def event(self, _execution: Execution, id_: int, type_: str, previous: int, details: tuple[Any, ...]) -> None:
        self.history.append((id_, type_, previous, details))

    def again(self, execution: Execution, _steps: int) -> None:
        self.after(1000, execution.advance)

    def wait(self, execution: Execution, frame: int, until_at: int) -> None:
        self.after(until_at - self.now, execution.woken, frame)

    def unwait(self, _execution: Execution, _frame: int) -> None:
        """Timers here are never taken back."""

    cancel = unwait

    def task(self, execution: Execution, frame: int, request: TaskRequest) -> None:
        self.after(100_000, execution.task_succeeded, frame, request.parameters)

    def map_run(self, _execution: Execution, _frame: int, _request: MapRunRequest) -> str:
        return "arn:aws:states:us-east-1:000000000000:mapRun:bench/Each:run"

    def map_run_ended(self, *_told: Any) -> None:
        """Nobody asks."""

    def child(self, execution: Execution, frame: int, request: ChildRequest) -> None:
        child = Execution(execution.machine.part(request.part), facts(request.input), self, item=request.item)  # type: ignore[arg-type]
        self.waiting[id(child)] = (execution, frame, request.index)
        self.after(0, child.start)

    def ended(self, execution: Execution) -> None:
        parent = self.waiting.pop(id(execution), None)
        if parent is not None:
            run, frame, index = parent
            result = ChildResult(index, "", "", execution.status, execution.facts.input, execution.output)
            self.after(0, run.child_ended, frame, result)


def facts(input_: Any) -> Facts:
    return Facts("arn:aws:states:us-east-1:000000000000:execution:bench:run", "run", MACHINE, "bench", input_)


def ours(loops: int) -> int:
    host = Keeping()
    execution = Execution(compile_definition(json.dumps(counting(loops))), facts({}), host)  # type: ignore[arg-type]
    execution.start()
    host.run()
    assert execution.status is Status.SUCCEEDED, execution.cause
    return execution.steps


def moto(loops: int) -> int:
    boto3, mock_aws = import_module("boto3"), import_module("moto").mock_aws
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        role = "arn:aws:iam::000000000000:role/r"
        arn = client.create_state_machine(name="m", definition=json.dumps(counting(loops)), roleArn=role)[
            "stateMachineArn"
        ]
        run = client.start_execution(stateMachineArn=arn, input="{}")["executionArn"]
        while client.describe_execution(executionArn=run)["status"] == "RUNNING":
            time.sleep(PEER_ASKED_S)
        assert client.describe_execution(executionArn=run)["status"] == "SUCCEEDED"
    return 2 * loops + 2


def waiting(executions: int) -> int:
    """That many executions in a Wait state at once, then all of them done."""
    host, machine = Keeping(), compile_definition(json.dumps(SLEEP))
    runs = [Execution(machine, facts({"n": n}), host) for n in range(executions)]  # type: ignore[arg-type]
    for each in runs:
        each.start()
    host.run()
    assert all(each.status is Status.SUCCEEDED for each in runs)
    return executions


def items(count: int) -> int:
    """A distributed Map over that many items, a task each."""
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Work",
        "States": {"Work": TASK},
    }
    each = {"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": 1000, "ResultPath": None, "End": True}
    host = Keeping()
    machine = compile_definition(json.dumps({"StartAt": "Each", "States": {"Each": each}}))
    execution = Execution(machine, facts([{"order": n} for n in range(count)]), host)  # type: ignore[arg-type]
    host.event = lambda *_told: None  # type: ignore[method-assign]
    execution.start()
    host.run()
    assert execution.status is Status.SUCCEEDED, execution.cause
    return count


CANDIDATES: dict[str, tuple[str, Callable[[int], int], int]] = {
    "ours": ("Pass and Choice loop, full history", ours, LOOPS),
    "moto": ("the same, moto's interpreter", moto, PEER_LOOPS),
    "waiting": ("executions in a Wait state at once", waiting, WAITING),
    "items": ("items of a distributed Map, a task each", items, ITEMS),
}


TITLES = {name: title for name, (title, _, _) in CANDIDATES.items()}


def sized(name: str, size: int, scale: float) -> int:
    """The part of a candidate's size that is asked for; the peer's stays."""
    return size if name == "moto" else int(size * scale)


def measure(name: str, size: int) -> Measured:
    """One round of a candidate, in this process."""
    return measured(CANDIDATES[name][1], size, WARM)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.machines", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the sizes")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--candidate", choices=CANDIDATES, help="measure one, in this process; prints JSON")
    given = parser.parse_args()
    if given.candidate:
        print(
            json.dumps(
                asdict(measure(given.candidate, sized(given.candidate, CANDIDATES[given.candidate][2], given.scale)))
            )
        )
        return
    print(table(rounds(given.scale, given.runs)))


def rounds(scale: float, runs: int) -> dict[str, Measured]:
    """The best of each candidate."""
    names = [name for name in CANDIDATES if name != "moto" or find_spec("moto")]
    words = ("--scale", str(scale), "--candidate")
    return best_of(runs, names, lambda name: Measured(**apart("tests.benchmarks.machines", *words, name)))


def rows(best: dict[str, Measured]) -> list[Row]:
    if "moto" not in best:
        return [Row("states of the language alone, times moto", None, BAR, more=True, note="moto is not installed")]
    ours, moto = best["ours"].rate, best["moto"].rate
    return [
        Row(
            "states of the language alone, times moto",
            ours / moto,
            BAR,
            more=True,
            note=f"{ours:,.0f} and {moto:,.0f}/s",
        )
    ]


def table(best: dict[str, Measured]) -> str:
    """What was measured, and how it stands to the bar."""
    return "\n".join([*lines(best, TITLES), *map(str, rows(best))])


if __name__ == "__main__":
    main()
