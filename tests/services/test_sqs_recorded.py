"""What real AWS answered: the recorded SQS scenarios that need nothing but standard queues."""

from __future__ import annotations

import base64
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.services.ports import Answer, Pending
from flows.simulation import Simulation
from tests.builders import SECOND, Run, a_queue, a_topology, arn, queues_only, url

CASES = Path(__file__).parents[3] / "shared" / "cases"
SCENARIOS = CASES / "aws" / "sqs" / "scenarios.jsonl"
FLOOR = 68
"""Of 70; of the other two one needs an HTTP header, one is a count AWS itself gave too late (not certified)."""
NOT_OURS = {"CreateQueue", "DeleteQueue"}
"""The topology makes queues. What a scenario does after it deleted one cannot be compared."""

pytestmark = [
    pytest.mark.cases,
    pytest.mark.skipif(not SCENARIOS.exists(), reason="the recorded cases are not here (../shared/cases)"),
]


@cache
def matcher() -> Any:
    spec = importlib.util.spec_from_file_location("asl_match", CASES / "tools" / "asl_match.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def scenarios() -> list[dict[str, Any]]:
    """Those that only call SQS, on standard queues."""
    found = [json.loads(line) for line in SCENARIOS.read_text().splitlines()]
    return [
        each
        for each in found
        if {call["service"] for call in each["calls"]} <= {"sqs", "sqs-query"}
        and "fifo" not in json.dumps(each["calls"]).lower()
    ]


class Replay:
    """Plays a scenario's calls at their instants. Queues made by its calls are the topology's; ids it was given are ours."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        created = [call["params"] for call in scenario["calls"] if call["op"] == "CreateQueue"]
        names = dict.fromkeys(params["QueueName"] for params in created)
        self.simulation = Simulation.begin(
            a_topology(**{f"Queue{i}": a_queue(name) for i, name in enumerate(names)}), seed=1
        )
        self.translated: dict[str, str] = {}
        self.answer: Answer | None = None
        self.created: set[str] = set()
        self.gone = False

    def run(self) -> dict[int, Any]:
        """What each call was answered, by its seq; None where the operation is not ours."""
        answers = {}
        begun = self.scenario["calls"][0]["t"]
        for call in self.scenario["calls"]:
            self.simulation.run_until(max(self.simulation.now_at, round((call["t"] - begun) * SECOND)))
            answers[call["seq"]] = self.call(call)
        return answers

    def call(self, call: dict[str, Any]) -> Any:
        params = self.ours(call["params"])
        operation = call["op"]
        if operation in NOT_OURS:
            self.gone = self.gone or operation == "DeleteQueue"
        if self.gone:
            return None
        if operation == "CreateQueue":
            first = params["QueueName"] not in self.created
            self.created.add(params["QueueName"])
            if not first or not params.get("Attributes"):
                return None
            operation, params = (
                "SetQueueAttributes",
                {"QueueUrl": url(params["QueueName"]), "Attributes": params["Attributes"]},
            )
        simulation = self.simulation
        given = simulation.call(simulation.world.caller("Alice"), "sqs", operation, params)
        if isinstance(given, Pending):
            self.answer = None
            simulation.when(given, self.hear)
            while self.answer is None:
                simulation.step()
            given = self.answer
        answer = given.output if given.refusal is None else given.refusal.as_json()
        self.learn(call.get("peer_response"), answer)
        return answer

    def hear(self, answer: Answer) -> None:
        self.answer = answer

    def learn(self, theirs: Any, ours: Any) -> None:
        """Receipt handles, message ids and task handles of the recording stand for those we gave."""
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for key in theirs.keys() & ours.keys():
                self.learn(theirs[key], ours[key])
        elif isinstance(theirs, list) and isinstance(ours, list):
            for each, mine in zip(theirs, ours, strict=False):
                self.learn(each, mine)
        elif isinstance(theirs, str) and isinstance(ours, str) and len(theirs) > 20:
            self.translated[theirs] = ours

    def ours(self, params: Any) -> Any:
        if isinstance(params, dict):
            return {key: self.ours(value) for key, value in params.items()}
        if isinstance(params, list):
            return [self.ours(value) for value in params]
        if not isinstance(params, str):
            return params
        if params in self.translated:
            return self.translated[params]
        if "000000000000" in params and params.startswith("http"):
            return url(params.rsplit("/", 1)[1])
        if params.startswith("eyJ"):
            return base64.b64encode(self.ours(base64.b64decode(params).decode()).encode()).decode()
        return params.replace("us-east-1:000000000000", "eu-west-1:123456789012")


def at(answer: Any, path: list[Any]) -> Any:
    for step in path:
        answer = answer[step]
    return answer


def outcomes() -> list[tuple[str, str, bool, Any, Any]]:
    """(scenario, check, agrees, what AWS answered, what we answered) of every check that concerns an operation of ours."""
    found = []
    for scenario in scenarios():
        answers = Replay(scenario).run()
        for check in scenario["checks"]:
            if check.get("seq") is None or answers.get(check["seq"]) is None:
                continue
            want = check["want"]
            try:
                got = at(answers[check["seq"]], check.get("path") or [])
            except (KeyError, IndexError, TypeError):
                got = None
            if isinstance(want, dict) and "Error" in want:
                want = {"Error": {key: value for key, value in want["Error"].items() if key != "Detail"}}
                got = (
                    {"Error": {key: got["Error"][key] for key in want["Error"]}}
                    if isinstance(got, dict) and "Error" in got
                    else got
                )
            agrees = matcher().matches(want, got)
            found.append((scenario["id"].rsplit("/", 1)[1], check["key"], agrees, want, got))
    return found


def test_we_answer_what_aws_was_recorded_to_answer() -> None:
    found = outcomes()
    wrong = [
        f"{name} {key}\n  AWS:  {json.dumps(want)[:600]}\n  ours: {json.dumps(got)[:600]}"
        for name, key, agrees, want, got in found
        if not agrees
    ]
    print(f"{len(found) - len(wrong)} of {len(found)} recorded checks pass")
    assert len(found) - len(wrong) >= FLOOR, "\n".join(wrong)


def shape(name: str, test: str) -> Any:
    """One recording of `shapes.json`: those of a name are kept by the test that made them."""
    found = json.loads((CASES / "aws" / "shapes.json").read_text())[name]
    return next(value for key, value in found.items() if key.endswith(test))


def test_a_function_is_given_the_record_that_aws_was_recorded_to_give() -> None:
    want = shape("sqs_esm_record_and_dlq", "failing_lambda")["first_attempt"]["Messages"][0]["Body"]["event"]
    run = Run(queues_only())
    run.send(json.dumps({"destination": "https://queue", "fail_attempts": 2}))
    queue = run.simulation.world.nouns[run.topology.node("Orders").index]
    assert matcher().matches(want, queue.receive(1, -1, 0).event())


def test_a_dead_letter_looks_as_aws_was_recorded_to_answer() -> None:
    plain = shape("sqs_dlq_message_attributes", "test_dead_letter_queue_message_attributes")[1]
    run = Run(queues_only(maximum=1))
    run.send("message-2")
    run.receive(VisibilityTimeout=0)
    assert run.receive() == []
    (letter,) = run.receive(queue="orders-dlq", AttributeNames=list(plain["Attributes"]))
    assert matcher().matches(plain, letter)


@pytest.mark.parametrize(
    ("test", "operation", "params"),
    [
        ("test_source_needs_redrive_policy", "StartMessageMoveTask", {"SourceArn": arn("orders")}),
        (
            "test_destination_needs_to_exist",
            "StartMessageMoveTask",
            {"SourceArn": arn("orders-dlq"), "DestinationArn": arn("none")},
        ),
        ("test_cancel_with_invalid_task_handle", "CancelMessageMoveTask", {"TaskHandle": "foobared"}),
        (
            "test_cancel_with_invalid_source_arn_in_task_handle",
            "CancelMessageMoveTask",
            {"TaskHandle": base64.b64encode(json.dumps({"taskId": "x", "sourceArn": arn("none")}).encode()).decode()},
        ),
        (
            "test_cancel_with_invalid_task_id_in_task_handle",
            "CancelMessageMoveTask",
            {"TaskHandle": base64.b64encode(json.dumps({"taskId": "x", "sourceArn": arn("orders")}).encode()).decode()},
        ),
    ],
)
def test_move_tasks_are_refused_as_recorded(test: str, operation: str, params: dict[str, Any]) -> None:
    want = shape("sqs_message_move_tasks", test)["error"]
    refusal = Run(queues_only()).command(f"sqs:{operation}", **params).refusal
    assert refusal is not None
    assert refusal.as_json()["Error"] == want["Error"]
    assert refusal.status == want["ResponseMetadata"]["HTTPStatusCode"]
