"""A small host in virtual time: a calendar of (instant, order), tasks answered by rules, child executions run beside.

Everything it is asked is data, so it can be pickled together with the executions, at any step.
"""

from __future__ import annotations

import heapq
import json
import pickle
from dataclasses import dataclass, field, replace
from typing import Any

from flows.asl.definition import Machine, compile_definition
from flows.asl.execution import Execution
from flows.asl.history import as_json
from flows.asl.ports import ChildResult, Event, Facts, Json, Status

REGION, ACCOUNT = "us-east-1", "000000000000"
EPOCH_US = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z."""
RESPONSE = {"ExecutedVersion": "$LATEST", "StatusCode": 200}


def facts_of(name: str = "run", input_: Json = None, machine: str = "machine", **more: Any) -> Facts:
    return Facts(
        id=f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}:{name}",
        name=name,
        machine_id=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{machine}",
        machine_name=machine,
        input=input_,
        role_arn="arn:aws:iam::000000000000:role/sfn_role",
        epoch_us=EPOCH_US,
        **more,
    )


@dataclass
class Run:
    """An execution and what it has written."""

    execution: Execution | None = None
    history: list[tuple[int, Event]] = field(default_factory=list)
    parent: tuple[int, int, int] | None = None
    """(run, frame, index) that waits for it."""
    map_run: str = ""


class SmallHost:
    """Runs executions to their end, jumping from instant to instant."""

    def __init__(self, answers: Any = None, *, objects: dict[tuple[str, str], bytes] | None = None) -> None:
        self.now = 0
        self.order = 0
        self.calendar: list[tuple[int, int, int, str, tuple[Any, ...]]] = []
        self.timers: dict[tuple[int, int], int] = {}
        self.tasks: dict[tuple[int, int], int] = {}
        self.runs: list[Run] = []
        self.numbers: dict[str, int] = {}
        self.answers = answers or {}
        self.objects = objects or {}
        self.requests: list[Any] = []
        self.written: list[Any] = []
        self.drawn = 0
        self.tokens = 0
        self.turns = 0
        self.map_runs: list[tuple[str, Status]] = []

    # ── a test's side ───────────────────────────────────────────────────────────────────────────────────────────────

    def begin(
        self, machine: Machine, facts: Facts, parent: tuple[int, int, int] | None = None, item: Json = None
    ) -> Execution:
        number = len(self.runs)
        self.runs.append(Run(parent=parent))
        self.numbers[facts.id] = number
        execution = Execution(machine, facts, self, item=item)
        self.runs[number].execution = execution
        self.at(0, number, "start", ())
        return execution

    def step(self, until_at: int = 2**60) -> bool:
        """Process one entry of the calendar."""
        while self.calendar and self.calendar[0][0] <= until_at:
            at, order, run, method, arguments = heapq.heappop(self.calendar)
            if method == "woken":
                if self.timers.get((run, arguments[0])) != order:
                    continue
                del self.timers[run, arguments[0]]
            elif method.startswith(("task", "items", "results")):
                if self.tasks.get((run, arguments[0])) != order:
                    continue
                if method != "task_submitted":
                    del self.tasks[run, arguments[0]]
            self.now = at
            getattr(self.runs[run].execution, method)(*arguments)
            return True
        return False

    def run(self, until_at: int = 2**60) -> None:
        while self.step(until_at):
            pass

    def boxed(self) -> SmallHost:
        """The same after a round trip through a box; machines and hosts are given again."""
        copy: SmallHost = pickle.loads(pickle.dumps(self))
        for mine, theirs in zip(self.runs, copy.runs, strict=True):
            assert mine.execution is not None and theirs.execution is not None
            theirs.execution.bind(mine.execution.machine, copy)
        return copy

    def history(self, run: int = 0) -> list[dict[str, Any]]:
        return [as_json(event) for _, event in self.runs[run].history]

    def types(self, run: int = 0) -> list[str]:
        return [event.type for _, event in self.runs[run].history]

    def previous(self, run: int = 0) -> list[int]:
        return [event.previous for _, event in self.runs[run].history]

    # ── the port ────────────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, execution: Execution) -> int:
        return self.numbers[execution.facts.id]

    def at(self, delay_us: int, run: int, method: str, arguments: tuple[Any, ...]) -> int:
        self.order += 1
        heapq.heappush(self.calendar, (self.now + delay_us, self.order, run, method, arguments))
        return self.order

    def now_at(self) -> int:
        return self.now

    def event(self, execution: Execution, id_: int, type_: str, previous: int, details: tuple[Any, ...]) -> None:
        self.runs[self.number(execution)].history.append((self.now, Event(id_, type_, previous, details)))

    def again(self, execution: Execution, steps: int) -> None:
        self.turns += 1
        self.at(1000, self.number(execution), "advance", ())

    def wait(self, execution: Execution, frame: int, until_at: int) -> None:
        run = self.number(execution)
        self.timers[run, frame] = self.at(until_at - self.now, run, "woken", (frame,))

    def unwait(self, execution: Execution, frame: int) -> None:
        self.timers.pop((self.number(execution), frame), None)

    def token(self, execution: Execution, frame: int) -> str:
        self.tokens += 1
        return f"token-{self.tokens}"

    def task(self, execution: Execution, frame: int, request: Any) -> None:
        """`answers`: state, resource or function name → a rule, or a list of rules used up one after the other."""
        self.requests.append(request)
        run = self.number(execution)
        key = function_name(request) or request.state
        rule = self.answers.get(key, self.answers.get(request.state, {"rule": "echo"}))
        if isinstance(rule, list):
            rule = rule.pop(0) if len(rule) > 1 else rule[0]
        delay_us, method, arguments = answer(rule, request)
        if method:
            self.tasks[run, frame] = self.at(delay_us, run, method, (frame, *arguments))

    def cancel(self, execution: Execution, frame: int) -> None:
        self.tasks.pop((self.number(execution), frame), None)

    def read_items(self, execution: Execution, frame: int, request: Any) -> None:
        self.requests.append(request)
        run = self.number(execution)
        key = (request.parameters.get("Bucket"), request.member or request.parameters.get("Key"))
        if key not in self.objects:
            arguments: tuple[Any, ...] = (frame, "States.ItemReaderFailed", "The specified key does not exist.")
            self.tasks[run, frame] = self.at(0, run, "items_failed", arguments)
            return
        self.tasks[run, frame] = self.at(0, run, "items_read", (frame, self.objects[key]))

    def map_run(self, execution: Execution, frame: int, request: Any) -> str:
        self.requests.append(request)
        name = f"run-{len([each for each in self.requests if hasattr(each, 'total')])}"
        return f"arn:aws:states:{REGION}:{ACCOUNT}:mapRun:{execution.facts.machine_name}/{request.label}:{name}"

    def map_run_ended(self, execution: Execution, frame: int, arn: str, status: Status) -> None:
        self.map_runs.append((arn, status))

    def child(self, execution: Execution, frame: int, request: Any) -> None:
        run = self.number(execution)
        name = f"{execution.facts.name}-{frame}-{request.index}-{len(self.runs)}"
        facts = facts_of(name, request.input, f"{execution.facts.machine_name}/{request.state}", started_at=self.now)
        self.begin(execution.machine.part(request.part), facts, (run, frame, request.index), request.item)
        self.runs[-1].map_run = request.map_run

    def stop_children(self, execution: Execution, frame: int) -> None:
        run = self.number(execution)
        for number, each in enumerate(self.runs):
            if each.parent and each.parent[:2] == (run, frame) and each.execution.status is Status.RUNNING:
                each.parent = None
                self.at(0, number, "abort", (None, None))

    def write_results(self, execution: Execution, frame: int, request: Any) -> None:
        self.written.append(request)
        run = self.number(execution)
        output = {
            "MapRunArn": request.map_run,
            "ResultWriterDetails": {"Bucket": request.parameters["Bucket"], "Key": "k"},
        }
        self.tasks[run, frame] = self.at(0, run, "results_written", (frame, output))

    def random_u32(self, execution: Execution) -> int:
        self.drawn += 1
        return self.drawn * 2_654_435_761 % 2**32

    def ended(self, execution: Execution) -> None:
        run = self.runs[self.number(execution)]
        if run.parent is None:
            return
        parent, frame, index = run.parent
        result = ChildResult(
            index,
            execution.facts.id,
            execution.facts.name,
            execution.status,
            execution.facts.input,
            execution.output,
            execution.error,
            execution.cause,
            execution.started_at,
            execution.ended_at,
            run.map_run,
        )
        self.at(0, parent, "child_ended", (frame, result))


def function_name(request: Any) -> str:
    """The function a task invokes, by its bare name."""
    if request.family == "lambda":
        return request.resource.split(":")[6]
    if request.service == "lambda" and isinstance(request.parameters, dict):
        name = str(request.parameters.get("FunctionName", ""))
        return name.split(":")[6] if name.startswith("arn:") else name
    return ""


def answer(rule: dict[str, Any], request: Any) -> tuple[int, str, tuple[Any, ...]]:
    """(delay, method, arguments) of a rule: echo, return, return_bytes, raise, sleep_then_echo, fail, silent."""
    payload = request.parameters
    if request.service == "lambda":
        payload = payload.get("Payload", {}) if isinstance(payload, dict) else {}
    kind = rule["rule"]
    delay_us = int(rule.get("seconds", 0) * 1_000_000)
    if kind == "silent":
        return 0, "", ()
    if kind == "raise":
        said = {"errorMessage": rule["errorMessage"], "errorType": rule["errorType"], "requestId": "r-1"}
        said["stackTrace"] = rule.get("stackTrace", [])
        return delay_us, "task_failed", (rule["errorType"], json.dumps(said, separators=(",", ":")))
    if kind == "fail":
        return delay_us, "task_failed", (rule.get("error"), rule.get("cause"))
    value = payload
    if kind == "return":
        value = rule["value"]
    if kind == "return_bytes":
        text = rule["text"] * rule.get("repeat", 1)
        value = json.loads(text) if text[:1] in '"[{' else text
    if request.service == "lambda":
        value = RESPONSE | {"Payload": value}
    return delay_us, "task_succeeded", (value,)


def run(
    definition: dict[str, Any] | str,
    input_: Json = None,
    *,
    answers: Any = None,
    kind: str = "STANDARD",
    objects: Any = None,
    until_at: int = 2**60,
) -> tuple[SmallHost, Execution]:
    """Run a definition to its end."""
    text = definition if isinstance(definition, str) else json.dumps(definition)
    host = SmallHost(answers, objects=objects)
    execution = host.begin(compile_definition(text, kind), facts_of(input_={} if input_ is None else input_))
    host.run(until_at)
    return host, execution


__all__ = ["EPOCH_US", "SmallHost", "facts_of", "replace", "run"]
