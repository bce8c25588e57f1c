"""Executions: what a state machine does, event by event, at exact instants."""

from __future__ import annotations

import json

import pytest

from flows.services.ports import Pending
from flows.simulation import Command
from tests.builders import REGION, SECOND, url
from tests.services.states_cast import ROLE, a_run, execution_arn, machine_arn, states

INVOKE = "arn:aws:states:::lambda:invoke"
WAITS = states(Wait={"Type": "Wait", "Seconds": 5, "Next": "Done"}, Done={"Type": "Succeed"})
REFUSES = states(
    Refuse={
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": "refuse"},
        "Retry": [{"ErrorEquals": ["CardDeclined"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 2}],
        "Catch": [{"ErrorEquals": ["CardDeclined"], "Next": "Apologise"}],
        "End": True,
    },
    Apologise={"Type": "Pass", "End": True},
)


def test_a_machine_waits_in_virtual_time_and_writes_its_history():
    run = a_run(WAITS)
    run.start(input_={"n": 1})
    run.until(10 * SECOND)
    assert run.history() == [
        {
            "timestamp": "2026-01-01T00:00:00.000Z",
            "type": "ExecutionStarted",
            "id": 1,
            "previousEventId": 0,
            "executionStartedEventDetails": {
                "input": '{"n": 1}',
                "inputDetails": {"truncated": False},
                "roleArn": ROLE,
            },
        },
        {
            "timestamp": "2026-01-01T00:00:00.000Z",
            "type": "WaitStateEntered",
            "id": 2,
            "previousEventId": 0,
            "stateEnteredEventDetails": {"name": "Wait", "input": '{"n":1}', "inputDetails": {"truncated": False}},
        },
        {
            "timestamp": "2026-01-01T00:00:05.000Z",
            "type": "WaitStateExited",
            "id": 3,
            "previousEventId": 2,
            "stateExitedEventDetails": {"name": "Wait", "output": '{"n":1}', "outputDetails": {"truncated": False}},
        },
        {
            "timestamp": "2026-01-01T00:00:05.000Z",
            "type": "SucceedStateEntered",
            "id": 4,
            "previousEventId": 3,
            "stateEnteredEventDetails": {"name": "Done", "input": '{"n":1}', "inputDetails": {"truncated": False}},
        },
        {
            "timestamp": "2026-01-01T00:00:05.000Z",
            "type": "SucceedStateExited",
            "id": 5,
            "previousEventId": 4,
            "stateExitedEventDetails": {"name": "Done", "output": '{"n":1}', "outputDetails": {"truncated": False}},
        },
        {
            "timestamp": "2026-01-01T00:00:05.000Z",
            "type": "ExecutionSucceeded",
            "id": 6,
            "previousEventId": 5,
            "executionSucceededEventDetails": {"output": '{"n":1}', "outputDetails": {"truncated": False}},
        },
    ]
    run.balanced()


def test_every_event_is_a_record_about_the_execution_caused_by_the_one_before():
    run = a_run(WAITS)
    run.start()
    run.until(10 * SECOND)
    rows = [row for row in run.records() if row["kind"].startswith("States")]
    assert [(row["at"] // SECOND, row["kind"], row["event"], row["previous"], row["state"]) for row in rows] == [
        (0, "StatesExecutionStarted", 1, 0, ""),
        (0, "StatesWaitStateEntered", 2, 0, "Wait"),
        (5, "StatesWaitStateExited", 3, 2, "Wait"),
        (5, "StatesSucceedStateEntered", 4, 3, "Done"),
        (5, "StatesSucceedStateExited", 5, 4, "Done"),
        (5, "StatesExecutionSucceeded", 6, 5, "Done"),
    ]
    (subject,) = {row["subject"] for row in rows}
    assert run.simulation.environment.subjects.kind[subject] == 8
    sequences = {row["event"]: row["sequence"] for row in rows}
    assert [row["cause"] for row in rows[2:]] == [sequences[row["previous"]] for row in rows[2:]]


def test_a_task_is_tried_again_with_back_off_then_caught():
    run = a_run(REFUSES)
    run.start()
    run.until(10 * SECOND)
    assert run.whole() == [
        (0.0, "ExecutionStarted"),
        (0.0, "TaskStateEntered"),
        (0.0, "TaskScheduled"),
        (0.0, "TaskStarted"),
        (0.1, "TaskFailed"),
        (1.1, "TaskScheduled"),
        (1.1, "TaskStarted"),
        (1.2, "TaskFailed"),
        (3.2, "TaskScheduled"),
        (3.2, "TaskStarted"),
        (3.3, "TaskFailed"),
        (3.3, "TaskStateExited"),
        (3.3, "PassStateEntered"),
        (3.3, "PassStateExited"),
        (3.3, "ExecutionSucceeded"),
    ]
    cause = json.dumps({"errorType": "CardDeclined", "errorMessage": "no"}, separators=(",", ":"))
    assert json.loads(run.describe()["output"]) == {"Error": "CardDeclined", "Cause": cause}
    run.balanced()


def test_the_same_start_again_is_the_same_execution_while_it_runs():
    run = a_run(WAITS)
    first = run.ok("states:StartExecution", stateMachineArn=machine_arn(), name="one", input="{}")
    again = run.ok("states:StartExecution", SECOND, stateMachineArn=machine_arn(), name="one", input="{}")
    assert again == first == {"executionArn": execution_arn("one"), "startDate": "2026-01-01T00:00:00.000Z"}
    taken = ("ExecutionAlreadyExists", f"Execution Already Exists: '{execution_arn('one')}'")
    other = {"stateMachineArn": machine_arn(), "name": "one", "input": '{"n": 2}'}
    assert run.no("states:StartExecution", **other) == taken
    run.until(10 * SECOND)
    assert run.no("states:StartExecution", stateMachineArn=machine_arn(), name="one", input="{}") == taken


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"name": "a b"}, "InvalidName", "Invalid Name: 'a b'"),
        ({"name": "x" * 81}, "InvalidName", f"Invalid Name: '{'x' * 81}'"),
        ({"stateMachineArn": "nonsense"}, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nonsense'"),
        (
            {"stateMachineArn": machine_arn("nobody")},
            "StateMachineDoesNotExist",
            f"State Machine Does Not Exist: '{machine_arn('nobody')}'",
        ),
        (
            {"stateMachineArn": execution_arn("one")},
            "InvalidArn",
            "Invalid Arn: 'Resource type not valid in this context: execution'",
        ),
    ],
)
def test_what_starting_refuses(params, code, message):
    assert a_run(WAITS).no("states:StartExecution", **{"stateMachineArn": machine_arn(), **params}) == (code, message)


def test_an_input_must_be_json():
    code, message = a_run(WAITS).no("states:StartExecution", stateMachineArn=machine_arn(), input="{no")
    assert code == "InvalidExecutionInput"
    assert message.startswith("Invalid State Machine Execution Input: '")


def test_an_input_must_not_be_too_deep():
    deep = "[" * 251 + "]" * 251
    code, _ = a_run(WAITS).no("states:StartExecution", stateMachineArn=machine_arn(), input=deep)
    assert code == "InvalidExecutionInput"
    run = a_run(WAITS)
    run.ok("states:StartExecution", stateMachineArn=machine_arn(), input=deep[1:-1])
    run.again()


def test_a_stopped_execution_is_aborted_and_its_states_are_left():
    run = a_run(WAITS)
    run.start()
    run.ok("states:StopExecution", 2 * SECOND, executionArn=execution_arn("one"), error="Enough", cause="We know.")
    run.until(20 * SECOND)
    assert run.whole()[-1] == (2.0, "ExecutionAborted")
    said = run.describe()
    assert (said["status"], said["error"], said["cause"], said["stopDate"]) == (
        "ABORTED",
        "Enough",
        "We know.",
        "2026-01-01T00:00:02.000Z",
    )
    rows = [row for row in run.records() if row["kind"] == "StatesStateLeft"]
    assert [(row["at"], row["state"], row["count"]) for row in rows] == [(2 * SECOND, "Wait", 1)]


def test_executions_are_listed_newest_first_page_by_page():
    run = a_run(WAITS)
    for index in range(5):
        run.start(f"e{index}", at=index * SECOND)
    run.until(7 * SECOND)
    first = run.ok("states:ListExecutions", stateMachineArn=machine_arn(), maxResults=3)
    rest = run.ok("states:ListExecutions", stateMachineArn=machine_arn(), maxResults=3, nextToken=first["nextToken"])
    assert [row["name"] for row in [*first["executions"], *rest["executions"]]] == ["e4", "e3", "e2", "e1", "e0"]
    assert "nextToken" not in rest
    running = run.ok("states:ListExecutions", stateMachineArn=machine_arn(), statusFilter="RUNNING")["executions"]
    assert [row["name"] for row in running] == ["e4", "e3"]
    assert run.no("states:ListExecutions", stateMachineArn=machine_arn(), nextToken="x")[0] == "InvalidToken"


def test_a_history_is_read_backwards_in_pages_and_without_data():
    run = a_run(WAITS)
    run.start()
    run.until(10 * SECOND)
    params = {"executionArn": execution_arn("one"), "reverseOrder": True, "maxResults": 4}
    first = run.ok("states:GetExecutionHistory", **params)
    rest = run.ok("states:GetExecutionHistory", **params, nextToken=first["nextToken"])
    assert [event["id"] for event in [*first["events"], *rest["events"]]] == [6, 5, 4, 3, 2, 1]
    bare = run.history(includeExecutionData=False)
    assert bare[1]["stateEnteredEventDetails"] == {"name": "Wait", "inputDetails": {"truncated": False}}


def test_a_synchronous_execution_answers_with_its_end():
    run = a_run(WAITS, "EXPRESS")
    params = {"stateMachineArn": machine_arn(), "input": '{"n":1}'}
    answer = run.simulation.apply(Command(1, 0, "Alice", "states:StartSyncExecution", params))
    assert answer.output is not None
    run.simulation.when(Pending(answer.output["Pending"]), run.answered.append)
    run.until(10 * SECOND)
    said = run.answered[0].output
    assert said is not None
    assert (said["status"], said["output"], said["stopDate"]) == ("SUCCEEDED", '{"n":1}', "2026-01-01T00:00:05.000Z")
    assert said["billingDetails"] == {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 5000}
    assert said["executionArn"].startswith(f"arn:aws:states:{REGION}:123456789012:express:saga:")
    run.balanced()


def test_a_standard_machine_cannot_be_started_synchronously():
    assert a_run(WAITS).no("states:StartSyncExecution", stateMachineArn=machine_arn()) == (
        "StateMachineTypeNotSupported",
        "This operation is not supported by this type of state machine",
    )


LOOPS = states(
    A={"Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": True, "Next": "Z"}], "Default": "B"},
    B={"Type": "Pass", "Next": "A"},
    Z={"Type": "Succeed"},
)


def test_an_express_loop_takes_time_and_ends_after_five_minutes():
    run = a_run(LOOPS, "EXPRESS")
    run.start()
    run.until(300 * SECOND)
    (last,) = [row for row in run.records() if row["kind"] == "StatesExecutionTimedOut"]
    assert last["at"] == 300 * SECOND


def test_an_endless_standard_loop_ends_at_the_quota_of_events():
    run = a_run(LOOPS)
    run.start()
    run.until(600 * SECOND)
    said = run.describe()
    assert (said["status"], said["error"]) == ("FAILED", "States.Runtime")
    assert len(run.simulation.world.shared["states"].runs[execution_arn("one")].history) == 25_000
    run.balanced()


def test_a_message_that_a_machine_sends_comes_of_its_execution():
    sends = states(
        Send={
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": url("orders"), "MessageBody": {"order.$": "$.n"}},
            "End": True,
        }
    )
    run = a_run(sends)
    run.start(input_={"n": 7})
    run.until(SECOND)
    (message,) = run.receive()
    assert message["Body"] == '{"order":7}'
    rows = run.records()
    (started,) = [row for row in rows if row["kind"] == "StatesExecutionStarted"]
    (called,) = [row for row in rows if row["kind"] == "StatesTaskCalled"]
    (sent,) = [row for row in rows if row["kind"] == "MessageSent"]
    subjects = run.simulation.environment.subjects
    assert subjects.parent[sent["subject"]] == started["subject"]
    assert (sent["cause"], called["operation"], called["state"]) == (called["sequence"], "sqs:SendMessage", "Send")
    link = run.topology.links[called["link"]]
    assert (link.kind, run.topology.nodes[link.target].id) == ("sfn-task", "Orders")


def test_traffic_starts_a_machine():
    run = a_run(WAITS)
    pace = {"Mode": "rate", "RatePerSecond": 1, "Count": 3}
    run.ok("client:StartTraffic", TargetArn=machine_arn(), MessageBody='{"n": {{index}}}', **pace)
    run.until(20 * SECOND)
    assert (
        len(run.ok("states:ListExecutions", stateMachineArn=machine_arn(), statusFilter="SUCCEEDED")["executions"]) == 3
    )
    run.balanced()
