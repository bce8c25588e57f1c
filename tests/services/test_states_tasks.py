"""Tasks: what a Task state calls, what comes back, and who may end it."""

from __future__ import annotations

import json

import pytest

from flows.services.ports import Pending
from flows.simulation import Command
from tests.builders import ACCOUNT, REGION, SECOND, a_function, a_topology, function_arn, url
from tests.services.states_cast import StatesRun, a_machine, a_run, execution_arn, machine_arn, states

TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
ACTIVITY = f"arn:aws:states:{REGION}:{ACCOUNT}:activity:pack"
CALLS_BACK = states(
    Ask={
        "Type": "Task",
        "Resource": TOKEN,
        "HeartbeatSeconds": 10,
        "Parameters": {"QueueUrl": url("orders"), "MessageBody": {"token.$": "$$.Task.Token"}},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}],
        "End": True,
    },
    Sorry={"Type": "Pass", "End": True},
)
PACKS = states(Pack={"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 30, "End": True})


def a_token(run):
    """A run with a task that waits, and its token."""
    run.start()
    run.until(run.simulation.now_at)
    (message,) = run.receive()
    return json.loads(message["Body"])["token"]


def test_a_task_waits_for_its_token():
    run = a_run(CALLS_BACK)
    token = a_token(run)
    run.ok("states:SendTaskSuccess", 3 * SECOND, taskToken=token, output='{"yes": true}')
    run.until(60 * SECOND)
    assert run.whole() == [
        (0.0, "ExecutionStarted"),
        (0.0, "TaskStateEntered"),
        (0.0, "TaskScheduled"),
        (0.0, "TaskStarted"),
        (0.0, "TaskSubmitted"),
        (3.0, "TaskSucceeded"),
        (3.0, "TaskStateExited"),
        (3.0, "ExecutionSucceeded"),
    ]
    assert json.loads(run.describe()["output"]) == {"yes": True}
    gone = ("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
    assert run.no("states:SendTaskSuccess", taskToken=token, output="{}") == gone
    run.balanced()


def test_a_task_fails_as_its_token_says():
    run = a_run(CALLS_BACK)
    token = a_token(run)
    run.ok("states:SendTaskFailure", 2 * SECOND, taskToken=token, error="Closed", cause="It is Sunday.")
    run.until(60 * SECOND)
    assert json.loads(run.describe()["output"]) == {"Error": "Closed", "Cause": "It is Sunday."}


def test_heartbeats_keep_a_task_alive_until_they_stop():
    run = a_run(CALLS_BACK)
    token = a_token(run)
    for at in (8, 16):
        run.ok("states:SendTaskHeartbeat", at * SECOND, taskToken=token)
    run.until(60 * SECOND)
    assert (26.0, "TaskTimedOut") in run.whole()
    assert json.loads(run.describe()["output"])["Error"] == "States.Timeout"
    assert run.no("states:SendTaskHeartbeat", taskToken=token)[0] == "TaskTimedOut"


@pytest.mark.parametrize("token", ["", "AQC", "nonsense", "AQC" + "A" * 128])
def test_what_is_no_token(token):
    code, message = a_run(CALLS_BACK).no("states:SendTaskSuccess", taskToken=token, output="{}")
    assert (code, message) == ("InvalidToken", "Invalid Token: 'Invalid token'")


def test_an_output_must_be_json():
    run = a_run(CALLS_BACK)
    token = a_token(run)
    assert run.no("states:SendTaskSuccess", taskToken=token, output="{no")[0] == "InvalidOutput"
    assert run.describe()["status"] == "RUNNING"


def poll(run, at, ordinal):
    given = run.simulation.apply(
        Command(ordinal, at, "Worker", "states:GetActivityTask", {"activityArn": ACTIVITY, "workerName": "w"})
    )
    assert given.output is not None
    run.simulation.when(Pending(given.output["Pending"]), run.answered.append)


def test_a_worker_takes_the_oldest_task_of_an_activity_and_ends_it():
    run = a_run(PACKS)
    made = run.ok("states:CreateActivity", name="pack")
    assert made == {"activityArn": ACTIVITY, "creationDate": "2026-01-01T00:00:00.000Z"}
    run.start(input_={"box": 1})
    poll(run, 5 * SECOND, 100)
    run.until(5 * SECOND)
    (answer,) = run.answered
    assert answer.output["input"] == '{"box":1}'
    run.ok("states:SendTaskSuccess", 7 * SECOND, taskToken=answer.output["taskToken"], output='"packed"')
    run.until(60 * SECOND)
    assert run.whole()[2:] == [
        (0.0, "ActivityScheduled"),
        (5.0, "ActivityStarted"),
        (7.0, "ActivitySucceeded"),
        (7.0, "TaskStateExited"),
        (7.0, "ExecutionSucceeded"),
    ]
    assert run.history()[3]["activityStartedEventDetails"] == {"workerName": "w"}


def test_a_worker_waits_a_minute_for_a_task():
    run = a_run(PACKS)
    run.ok("states:CreateActivity", name="pack")
    poll(run, 0, 100)
    poll(run, 1 * SECOND, 101)
    run.start(at=30 * SECOND)
    run.until(62 * SECOND)
    assert [bool(answer.output["taskToken"]) for answer in run.answered] == [True, False]


def test_activities_are_described_listed_and_deleted():
    run = a_run(PACKS)
    run.ok("states:CreateActivity", name="pack", tags=[{"key": "team", "value": "red"}])
    row = {"activityArn": ACTIVITY, "name": "pack", "creationDate": "2026-01-01T00:00:00.000Z"}
    assert run.ok("states:DescribeActivity", activityArn=ACTIVITY) == row
    assert run.ok("states:ListActivities")["activities"] == [row]
    tags = run.ok("states:ListTagsForResource", resourceArn=ACTIVITY)["tags"]
    assert tags == [{"key": "team", "value": "red"}]
    run.ok("states:DeleteActivity", activityArn=ACTIVITY)
    gone = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{ACTIVITY}'")
    assert run.no("states:DescribeActivity", activityArn=ACTIVITY) == gone


def nested(pattern):
    """A machine that starts `child` and waits for it."""
    return states(
        Start={
            "Type": "Task",
            "Resource": f"arn:aws:states:::states:startExecution{pattern}",
            "Parameters": {"StateMachineArn": machine_arn("child"), "Name": "c", "Input": {"n": 1}},
            "End": True,
        }
    )


def a_child(**states_):
    child = a_machine(states(**states_))
    child["Properties"]["StateMachineName"] = "child"
    return child


def test_a_machine_waits_for_the_machine_it_started():
    run = a_run(nested(".sync:2"), Child=a_child(Wait={"Type": "Wait", "Seconds": 4, "End": True}))
    run.start()
    run.until(60 * SECOND)
    assert run.whole()[2:] == [
        (0.0, "TaskScheduled"),
        (0.0, "TaskStarted"),
        (0.0, "TaskSubmitted"),
        (4.001, "TaskSucceeded"),
        (4.001, "TaskStateExited"),
        (4.001, "ExecutionSucceeded"),
    ]
    said = json.loads(run.describe()["output"])
    assert (said["ExecutionArn"], said["Input"], said["Output"], said["Status"]) == (
        execution_arn("c", "child"),
        {"n": 1},
        {"n": 1},
        "SUCCEEDED",
    )
    assert list(said) == sorted(said)
    run.balanced()


def test_a_nested_failure_fails_the_task_with_all_that_is_known_of_it():
    run = a_run(nested(".sync"), Child=a_child(No={"Type": "Fail", "Error": "Closed", "Cause": "It is Sunday."}))
    run.start()
    run.until(60 * SECOND)
    said = run.describe()
    assert (said["status"], said["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(said["cause"])
    assert (cause["Error"], cause["Cause"], cause["Input"], cause["Status"]) == (
        "Closed",
        "It is Sunday.",
        '{"n":1}',
        "FAILED",
    )


def test_stopping_a_machine_stops_the_one_it_waits_for():
    run = a_run(nested(".sync"), Child=a_child(Wait={"Type": "Wait", "Seconds": 40, "End": True}))
    run.start()
    run.ok("states:StopExecution", 3 * SECOND, executionArn=execution_arn("one"))
    run.until(4 * SECOND)
    child = run.ok("states:DescribeExecution", executionArn=execution_arn("c", "child"))
    assert (child["status"], child["stopDate"]) == ("ABORTED", "2026-01-01T00:00:03.000Z")
    run.balanced()


def test_an_error_of_the_older_library_and_one_of_the_newer():
    missing = "https://sqs.eu-west-1.amazonaws.com/123456789012/nobody"
    for resource, error, ending in (
        ("arn:aws:states:::sqs:sendMessage", "SQS.QueueDoesNotExistException", "; Proxy: null)"),
        ("arn:aws:states:::aws-sdk:sqs:sendMessage", "Sqs.QueueDoesNotExistException", ")"),
    ):
        task = {
            "Type": "Task",
            "Resource": resource,
            "Parameters": {"QueueUrl": missing, "MessageBody": "x"},
            "End": True,
        }
        run = a_run(states(Send=task))
        run.start()
        run.until(SECOND)
        said = run.describe()
        assert said["error"] == error
        assert "(Service: " in said["cause"]
        assert said["cause"].endswith(ending)


def test_what_is_not_simulated_says_so_and_a_mock_answers_instead():
    glue = {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun",
        "Parameters": {"JobName": "j"},
        "End": True,
    }
    run = a_run(states(Job=glue))
    run.start()
    run.until(SECOND)
    said = run.describe()
    assert said["error"] == "Playground.NotSimulated"
    assert said["cause"] == (
        "glue:startJobRun is not simulated here. Give the state 'Job' a mocked answer or error to say how it ends."
    )
    mocks = {
        "Job": [{"error": "Glue.Busy", "cause": "later", "times": 1}, {"result": {"JobRunId": "jr"}, "delay_ms": 2000}]
    }
    retried = {**glue, "Retry": [{"ErrorEquals": ["Glue.Busy"], "IntervalSeconds": 3}]}
    run = StatesRun(a_topology(Saga=a_machine(states(Job=retried), mocks=mocks)))
    run.start()
    run.until(10 * SECOND)
    assert run.whole()[-1] == (5.0, "ExecutionSucceeded")
    assert json.loads(run.describe()["output"]) == {"JobRunId": "jr"}


def test_a_function_by_its_arn_and_its_error():
    run = a_run(states(Call={"Type": "Task", "Resource": function_arn("refuse"), "End": True}))
    run.start(input_={"n": 1})
    run.until(SECOND)
    assert [type_ for _, type_ in run.whole()][2:] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionFailed",
        "ExecutionFailed",
    ]
    assert run.describe()["error"] == "CardDeclined"


def test_a_task_times_out_and_its_late_answer_is_nobodys():
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "slow"},
        "TimeoutSeconds": 1,
        "End": True,
    }
    run = a_run(states(Call=call), Slow=a_function("slow", ms=2500))
    run.start()
    run.until(10 * SECOND)
    assert run.whole()[-2:] == [(1.0, "TaskTimedOut"), (1.0, "ExecutionFailed")]
    run.balanced()


def test_machines_that_start_each_other_in_a_circle_let_time_go_on():
    again = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": machine_arn(), "Input": {}},
        "End": True,
    }
    run = a_run(states(Again=again))
    run.start()
    run.until(SECOND // 10)
    began = [row["at"] for row in run.records() if row["kind"] == "StatesExecutionStarted"]
    assert began == list(range(0, SECOND // 10 + 1, 1000))


def test_an_express_loop_of_calls_lets_time_go_on():
    loop = states(
        Send={
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": url("orders"), "MessageBody": "x"},
            "ResultPath": None,
            "Next": "More",
        },
        More={
            "Type": "Choice",
            "Choices": [{"Variable": "$.stop", "IsPresent": True, "Next": "End"}],
            "Default": "Send",
        },
        End={"Type": "Succeed"},
    )
    run = a_run(loop, "EXPRESS")
    run.start()
    run.until(SECOND // 10)
    assert len([row for row in run.records() if row["kind"] == "StatesTaskSucceeded"]) == 100
