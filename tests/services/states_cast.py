"""The cast of the state machines' tests: a machine beside the queue `orders`, the topic `news` and functions that fail on cue."""

from __future__ import annotations

import json
from typing import Any

from flows.services.kinds import KINDS
from flows.services.stepfunctions.machine import Machine
from flows.simulation import Simulation
from flows.topology.compiled import CompiledTopology
from flows.traces.projections.ledger import violations
from tests.builders import ACCOUNT, REGION, Run, a_function, a_queue, a_topology

ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"


def machine_arn(name: str = "saga") -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


def execution_arn(execution: str, machine: str = "saga") -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}:{execution}"


def states(start: str = "", /, **states_: dict[str, Any]) -> dict[str, Any]:
    """A definition of these states; the first one begins unless another is named."""
    return {"StartAt": start or next(iter(states_)), "States": states_}


def a_machine(
    definition: dict[str, Any], kind: str = "STANDARD", mocks: dict[str, Any] | None = None
) -> dict[str, Any]:
    properties = {
        "StateMachineName": "saga",
        "StateMachineType": kind,
        "DefinitionString": json.dumps(definition),
        "RoleArn": ROLE,
    }
    playground = {"playground": {"mocks": mocks}} if mocks else {}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties, **playground}


def an_account(definition: dict[str, Any], kind: str = "STANDARD", **resources: dict[str, Any]) -> CompiledTopology:
    """A machine `saga`, the queue `orders`, functions `pay` (100 ms) and `refuse` (fails after 100 ms)."""
    fails = [{"error": {"type": "CardDeclined", "message": "no"}, "how": "raise"}]
    return a_topology(
        Saga=a_machine(definition, kind),
        Orders=a_queue("orders"),
        Pay=a_function("pay"),
        Refuse=a_function("refuse", failures=fails),
        **resources,
    )


class StatesRun(Run):
    """A run with a machine `saga`."""

    def start(self, name: str = "one", input_: Any = None, at: int | None = None) -> str:
        """An execution's ARN."""
        text = "{}" if input_ is None else json.dumps(input_)
        return self.ok("states:StartExecution", at, stateMachineArn=machine_arn(), name=name, input=text)[
            "executionArn"
        ]

    def describe(self, name: str = "one") -> dict[str, Any]:
        return self.ok("states:DescribeExecution", executionArn=execution_arn(name))

    def history(self, name: str = "one", **params: Any) -> list[dict[str, Any]]:
        return self.ok("states:GetExecutionHistory", executionArn=execution_arn(name), **params)["events"]

    def types(self, name: str = "one") -> list[str]:
        return [event["type"] for event in self.history(name)]

    def whole(self, name: str = "one") -> list[tuple[float, str]]:
        """(second, type) of every event."""
        return [(_second(event["timestamp"]), event["type"]) for event in self.history(name)]

    def balanced(self) -> None:
        """The ledger adds up."""
        assert violations(KINDS, [self.simulation.drain()]) == []

    def again(self) -> None:
        """Go on in another simulation, out of a box."""
        blob = self.simulation.checkpoint()
        self.simulation = Simulation.restore(blob, self.topology)


def a_run(definition: dict[str, Any], kind: str = "STANDARD", **resources: dict[str, Any]) -> StatesRun:
    return StatesRun(an_account(definition, kind, **resources))


def machine_of(run: Run) -> Machine:
    noun = run.simulation.world.nouns[run.topology.node("Saga").index]
    assert isinstance(noun, Machine)
    return noun


def _second(timestamp: str) -> float:
    hours, minutes, seconds = timestamp[11:-1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
