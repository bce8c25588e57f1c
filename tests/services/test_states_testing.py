"""TestState: one state on its own, mocked and for real."""

from __future__ import annotations

import json

import pytest

from flows.services.ports import Pending
from flows.services.stepfunctions.testing import NOT_ALONE
from flows.simulation import Command
from tests.builders import SECOND, url
from tests.services.states_cast import a_run, states

INVOKE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": {"FunctionName.$": "$.f"},
    "ResultSelector": {"code.$": "$.StatusCode"},
    "ResultPath": "$.said",
    "Next": "Then",
}
PASS = {"Type": "Pass", "End": True}
EMPTY = states(A=PASS)


def asked(state, **params):
    return {"definition": json.dumps(state), **params}


def answer_to(state, operation="TestState", **params):
    """The answer, however long it takes."""
    run = a_run(EMPTY)
    answer = run.simulation.apply(Command(1, 0, "Alice", f"states:{operation}", asked(state, **params)))
    assert answer.refusal is None, answer.refusal
    if answer.output is not None and "Pending" in answer.output:
        run.simulation.when(Pending(answer.output["Pending"]), run.answered.append)
        run.until(10 * SECOND)
        (answer,) = run.answered
    return answer.output


def test_a_mocked_task_shows_its_data_on_the_way():
    said = answer_to(INVOKE, input='{"f": "pay"}', inspectionLevel="DEBUG", mock={"result": '{"StatusCode": 200}'})
    data = {name: json.loads(value) for name, value in said.pop("inspectionData").items()}
    assert said == {"status": "SUCCEEDED", "output": '{"f":"pay","said":{"code":200}}', "nextState": "Then"}
    assert data == {
        "input": {"f": "pay"},
        "afterInputPath": {"f": "pay"},
        "afterParameters": {"FunctionName": "pay"},
        "result": {"StatusCode": 200},
        "afterResultSelector": {"code": 200},
        "afterResultPath": {"f": "pay", "said": {"code": 200}},
    }


def test_a_task_without_a_mock_is_called_for_real():
    said = answer_to(INVOKE, "TestStateForReal", input='{"f": "pay"}')
    assert said == {"status": "SUCCEEDED", "output": '{"f":"pay","said":{"code":200}}', "nextState": "Then"}
    failed = answer_to(INVOKE, "TestStateForReal", input='{"f": "refuse"}')
    assert (failed["status"], failed["error"]) == ("FAILED", "CardDeclined")


def test_a_message_is_really_sent():
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url("orders"), "MessageBody": "hello"},
        "End": True,
    }
    run = a_run(EMPTY)
    run.command("states:TestStateForReal", **asked(send))
    run.until(SECOND)
    assert [message["Body"] for message in run.receive()] == ["hello"]


@pytest.mark.parametrize(
    ("state", "params", "code", "message"),
    [
        (
            PASS,
            {"mock": {"result": "1"}},
            "ValidationException",
            "State type 'Pass' is not supported when a mock is specified",
        ),
        (
            INVOKE,
            {"mock": {"result": "{}", "errorOutput": {"error": "E"}}},
            "ValidationException",
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ),
        (
            INVOKE,
            {"mock": {"result": '{"StatusCode": "200"}'}},
            "ValidationException",
            "Mock result schema validation error: Field 'StatusCode' must be a number",
        ),
        (PASS, {"stateName": "A"}, "ValidationException", "State not found in definition"),
        (
            PASS,
            {"context": '{"Map": {}}'},
            "ValidationException",
            "Invalid Context object provided: 'Map' field is not supported when mocking a Context object",
        ),
        (
            {"Type": "Map", "ItemProcessor": EMPTY, "End": True},
            {},
            "InvalidDefinition",
            NOT_ALONE,
        ),
    ],
)
def test_what_is_refused(state, params, code, message):
    assert a_run(EMPTY).no("states:TestState", **asked(state, input='{"f": "pay"}', **params)) == (code, message)


@pytest.mark.parametrize(("mode", "right"), [("STRICT", False), ("PRESENT", True), ("NONE", True)])
def test_how_strictly_a_mock_is_looked_at(mode, right):
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": "arn"},
        "End": True,
    }
    mock = {"result": '{"ExecutionArn": "arn"}', "fieldValidationMode": mode}
    answer = a_run(EMPTY).command("states:TestState", **asked(start, mock=mock))
    assert (answer.refusal is None) is right


def test_a_state_of_a_machine_is_found_however_deep():
    machine = states(
        P={"Type": "Parallel", "Branches": [states(Deep={"Type": "Pass", "Result": 5, "End": True})], "End": True}
    )
    assert answer_to(machine, stateName="Deep")["output"] == "5"


def test_a_retry_is_told_with_its_back_off():
    retried = {**INVOKE, "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 3, "BackoffRate": 2}]}
    said = answer_to(
        retried,
        input='{"f": "pay"}',
        inspectionLevel="DEBUG",
        mock={"errorOutput": {"error": "E", "cause": "C"}},
        stateConfiguration={"retrierRetryCount": 1},
    )
    assert (said["status"], said["error"], said["cause"]) == ("RETRIABLE", "E", "C")
    assert said["inspectionData"]["errorDetails"] == {"retryBackoffIntervalSeconds": 6, "retryIndex": 0}


def test_a_question_changes_nothing_and_calls_nobody():
    run = a_run(EMPTY)
    before = run.simulation.digest()
    mock = {"result": '{"StatusCode": 200}'}
    assert run.ok("states:TestState", **asked(INVOKE, input='{"f": "pay"}', mock=mock))["status"] == "SUCCEEDED"
    code, message = run.no("states:TestState", **asked(INVOKE, input='{"f": "pay"}'))
    assert (code, message) == (
        "ValidationException",
        "TestState calls nobody here: give the task a mock, or ask for TestStateForReal.",
    )
    run.until(0)
    assert run.simulation.digest() == before
