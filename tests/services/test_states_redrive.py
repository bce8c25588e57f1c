"""Redrive: on from where an execution failed, as AWS does it and with changes."""

from __future__ import annotations

import json

import pytest

from tests.builders import SECOND
from tests.services.states_cast import a_run, execution_arn, machine_arn, states

DAY = 86_400 * SECOND
BOOKS = states(
    Book={"Type": "Pass", "ResultPath": "$.booked", "Result": True, "Next": "Pay"},
    Pay={
        "Type": "Choice",
        "Choices": [{"Variable": "$.card", "StringEquals": "good", "Next": "Done"}],
        "Default": "Declined",
    },
    Declined={"Type": "Fail", "Error": "CardDeclined", "Cause": "no"},
    Done={"Type": "Succeed"},
)
CALLS = states(
    First={"Type": "Pass", "Next": "Pay"},
    Pay={
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName.$": "$.function"},
        "ResultSelector": {"ok": True},
        "End": True,
    },
)


def failed(definition=CALLS, input_=None):
    """A run whose execution has failed at 0.1 s."""
    run = a_run(definition)
    run.start(input_={"function": "refuse"} if input_ is None else input_)
    run.until(10 * SECOND)
    assert run.describe()["status"] == "FAILED"
    return run


def test_a_redriven_execution_tries_its_failed_state_again():
    run = failed()
    run.ok("lambda:UpdateFunctionCode", FunctionName="refuse", Behaviour={"duration": {"kind": "constant", "ms": 100}})
    answer = run.ok("states:RedriveExecution", executionArn=execution_arn("one"))
    assert answer == {"redriveDate": "2026-01-01T00:00:10.000Z"}
    run.until(20 * SECOND)
    assert run.whole()[5:] == [
        (0.0, "TaskStarted"),
        (0.1, "TaskFailed"),
        (0.1, "ExecutionFailed"),
        (10.0, "ExecutionRedriven"),
        (10.0, "TaskScheduled"),
        (10.0, "TaskStarted"),
        (10.1, "TaskSucceeded"),
        (10.1, "TaskStateExited"),
        (10.1, "ExecutionSucceeded"),
    ]
    said = run.describe()
    assert (said["status"], said["redriveCount"], said["redriveDate"]) == ("SUCCEEDED", 1, "2026-01-01T00:00:10.000Z")
    run.balanced()


def test_the_redriven_execution_is_another_subject_that_comes_of_the_failed_one():
    run = failed()
    run.ok("states:RedriveExecution", executionArn=execution_arn("one"))
    run.until(20 * SECOND)
    rows = [row for row in run.records() if row["kind"].startswith("States")]
    first, second = dict.fromkeys(row["subject"] for row in rows)
    subjects = run.simulation.environment.subjects
    assert (subjects.parent[second], subjects.identity[second], subjects.root[second]) == (
        first,
        first,
        subjects.root[first],
    )
    told = ("StatesStateLeft", "StatesStateResumed")
    assert [(row["subject"], row["kind"], row["state"], row["count"]) for row in rows if row["kind"] in told] == [
        (first, "StatesStateLeft", "Pay", 1),
        (second, "StatesStateResumed", "Pay", 1),
        (second, "StatesStateLeft", "Pay", 1),
    ]


def test_what_aws_refuses_to_redrive():
    run = failed()
    again = {"executionArn": execution_arn("one")}
    run.until(10 * SECOND + 15 * DAY)
    reason = "Execution has exceeded the redrivable period of 14 days and cannot be redriven"
    assert run.no("states:RedriveExecution", **again) == ("ExecutionNotRedrivable", reason)
    assert run.describe()["redriveStatusReason"] == reason
    run.start("two", {"function": "pay"})
    said = "Execution is RUNNING and cannot be redriven"
    assert run.no("states:RedriveExecution", executionArn=execution_arn("two")) == ("ExecutionNotRedrivable", said)
    run.until(run.simulation.now_at + SECOND)
    said = "Execution is SUCCEEDED and cannot be redriven"
    assert run.no("states:RedriveExecution", executionArn=execution_arn("two")) == ("ExecutionNotRedrivable", said)


def test_a_client_token_is_one_redrive():
    run = failed()
    params = {"executionArn": execution_arn("one"), "clientToken": "t"}
    first = run.ok("states:RedriveExecution", **params)
    assert run.ok("states:RedriveExecution", SECOND * 30, **params) == first
    assert run.describe()["redriveCount"] == 1


def test_a_redrive_with_another_input_succeeds_and_says_that_it_is_ours():
    run = failed()
    run.ok("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), input='{"function":"pay"}')
    run.until(20 * SECOND)
    assert json.loads(run.describe()["output"]) == {"ok": True}
    (marked,) = [row for row in run.records() if row["kind"] == "StatesRedrivenWithChanges"]
    assert run.simulation.environment.bodies.text(marked["input"]) == '{"function":"pay"}'
    assert marked["definition"] == 0


def test_a_redrive_by_a_corrected_definition():
    run = failed()
    corrected = json.loads(json.dumps(CALLS))
    corrected["States"]["Pay"]["Parameters"] = {"FunctionName": "pay"}
    run.ok("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), definition=json.dumps(corrected))
    run.until(20 * SECOND)
    assert run.describe()["status"] == "SUCCEEDED"
    shown = run.ok("states:DescribeStateMachineForExecution", executionArn=execution_arn("one"))
    assert json.loads(shown["definition"]) == corrected
    run.balanced()


def test_without_a_definition_the_machines_present_one_is_taken():
    run = failed()
    corrected = json.loads(json.dumps(CALLS))
    corrected["States"]["Pay"]["Parameters"] = {"FunctionName": "pay"}
    run.ok("states:UpdateStateMachine", stateMachineArn=machine_arn(), definition=json.dumps(corrected))
    run.ok("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"))
    run.until(20 * SECOND)
    assert run.describe()["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"definition": "{}"}, "InvalidDefinition"),
        ({"definition": json.dumps(states(Else={"Type": "Pass", "End": True}))}, "ValidationException"),
        ({"input": "{no"}, "InvalidExecutionInput"),
    ],
)
def test_changes_that_are_refused(params, code):
    run = failed()
    assert run.no("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), **params)[0] == code
    assert run.describe()["status"] == "FAILED"


def test_a_fail_state_is_redriven_to_the_same_failure():
    run = failed(BOOKS, {"card": "bad"})
    run.ok("states:RedriveExecution", executionArn=execution_arn("one"))
    run.until(20 * SECOND)
    assert (run.describe()["status"], run.describe()["redriveCount"]) == ("FAILED", 1)
    run.balanced()


def test_an_execution_begins_anew_at_a_state_of_ones_choice_with_another_input():
    run = failed(BOOKS, {"card": "bad"})
    changes = {"fromState": "Pay", "input": json.dumps({"card": "good"})}
    run.ok("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), **changes)
    run.until(20 * SECOND)
    assert run.describe()["status"] == "SUCCEEDED"
    assert [type_ for at, type_ in run.whole() if at >= 10] == [
        "ExecutionRedriven",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    (said,) = [row for row in run.records() if row["kind"] == "StatesRedrivenWithChanges"]
    assert said["from"] == "Pay"


def test_begun_anew_without_an_input_a_state_gets_the_one_it_had_last():
    run = failed(BOOKS, {"card": "bad"})
    run.ok("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), fromState="Book")
    run.until(20 * SECOND)
    assert run.describe()["error"] == "CardDeclined"
    assert [type_ for at, type_ in run.whole() if at >= 10][1:3] == ["PassStateEntered", "PassStateExited"]


@pytest.mark.parametrize("state", ["Done", "Nowhere", 7])
def test_only_a_state_that_the_execution_has_been_in_can_be_begun_at(state):
    run = failed(BOOKS, {"card": "bad"})
    refusal = run.no("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), fromState=state)
    assert refusal[0] == "ValidationException"


def test_a_parallel_that_failed_is_forgotten_when_the_state_before_it_is_begun_anew():
    branch = {"StartAt": "Try", "States": {"Try": {"Type": "Fail", "Error": "E"}}}
    waits = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 5, "End": True}}}
    run = failed(
        states(
            Before={"Type": "Pass", "Next": "Both"}, Both={"Type": "Parallel", "Branches": [branch, waits], "End": True}
        ),
        {},
    )
    run.ok("states:RedriveExecutionWithChanges", executionArn=execution_arn("one"), fromState="Before")
    run.until(30 * SECOND)
    again = [type_ for at, type_ in run.whole() if at >= 10]
    assert again[:4] == ["ExecutionRedriven", "PassStateEntered", "PassStateExited", "ParallelStateEntered"]
    assert run.describe()["status"] == "FAILED"
