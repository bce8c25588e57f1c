"""Public state machines (cases/templates/asl) run to their end: what they call is answered by mocks, by state name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.importers.cloudformation import import_template
from flows.simulation import Command, Simulation
from flows.topology import compile_topology
from tests.conftest import CASES

FILES = CASES / "templates" / "asl"
pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(
        not FILES.is_dir(), reason="the recorded AWS answers (../shared/cases) are not beside this checkout"
    ),
]
DAY = 86_400_000_000


def answers(**states: Any) -> dict[str, Any]:
    return {name.replace("_", " "): {"result": result} for name, result in states.items()}


RUNS: list[tuple[str, Any, dict[str, Any], str]] = [
    ("saga-pattern", {}, {}, "Reservation Successful!"),
    ("saga-pattern", {}, {"ProcessPayment": {"error": "CardExpired", "cause": "It has."}}, "Reservation Failed"),
    ("simple-retry", {}, {}, "Succeed State"),
    ("long-lived-tx-jsonata", {}, {}, "OrderSucceeded"),
    ("pagination-loop", {}, {}, "Success"),
    ("path-based-on-data", {"type": "Private", "value": 22}, {}, "NEXT_STATE_TWO"),
    (
        "smart-cron-job",
        {"timestamp": "2026-01-01T00:05:00Z"},
        answers(MainState={"Output": {"done": True}}),
        "MainState",
    ),
    (
        "image-recognition",
        {},
        answers(
            ExtractImageMetadata={"format": "PNG"},
            TransformMetadata={"width": 7},
            Rekognition=["cat"],
            Thumbnail={"key": "t"},
            StoreImageMetadata={"stored": 1},
        ),
        "StoreImageMetadata",
    ),
    ("image-recognition", {}, answers(ExtractImageMetadata={"format": "TIFF"}), "NotSupportedImageType"),
    (
        "synchronous-api",
        {"data": [1, 2, 3]},
        answers(
            sumFunction={"Payload": {"sum": 6}},
            AvgFunction={"Payload": {"avg": 2}},
            MaxMinFunction={"Payload": {"min": 1, "max": 3}},
        ),
        "MaxMinFunction",
    ),
    ("human-review-sns", {"expense": 900}, answers(Get_human_approval={"Result": "Approved"}), "Request Approved"),
    (
        "scatter-gather",
        {"requestDescription": "a boat", "quoteProviders": ["a", "b"]},
        answers(Get_quote={"Payload": {"price": 4}}, Save_quotes_to_DynamoDB={}),
        "Save quotes to DynamoDB",
    ),
    ("parallel-wait", {"IsHelloWorldExample": "Yes"}, {}, "Hello World"),
    ("wait-for-callback", {}, answers(Start_Task_And_Wait_For_Callback={}, Notify_Success={}), "Notify Success"),
    ("activity", {}, answers(Step_Functions_Run_Activity={}), "Success"),
]


@pytest.mark.parametrize(("name", "given", "mocks", "last"), RUNS, ids=[f"{name}-{last}" for name, _, _, last in RUNS])
def test_a_public_machine_runs_to_its_end_with_mocked_answers(
    name: str, given: Any, mocks: dict[str, Any], last: str
) -> None:
    (file,) = FILES.glob(f"{name}.*")
    imported = import_template({file.name: file.read_bytes()}, file.name, {})
    assert imported.document is not None
    machine_id = next(id_ for id_, each in imported.document["resources"].items() if "StateMachine" in each["Type"])
    imported.document["resources"][machine_id].setdefault("playground", {})["mocks"] = mocks
    topology = compile_topology(imported.document)
    simulation = Simulation.begin(topology, seed=1)
    arn = topology.node(machine_id).arn
    started = simulation.apply(
        Command(1, 0, "Ana", "states:StartExecution", {"stateMachineArn": arn, "input": json.dumps(given)})
    )
    assert started.output is not None
    while not simulation.quiet and simulation.now_at < DAY:
        simulation.step()
    said = simulation.apply(
        Command(
            2,
            simulation.now_at,
            "Ana",
            "states:GetExecutionHistory",
            {"executionArn": started.output["executionArn"], "maxResults": 1000},
        )
    )
    assert said.output is not None
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in said.output["events"]
        if event["type"].endswith("StateEntered")
    ]
    ended = said.output["events"][-1]
    assert entered[-1] == last, ended
    failing = "Fail" in last or "NotSupported" in last
    assert ended["type"] == ("ExecutionFailed" if failing else "ExecutionSucceeded"), ended
