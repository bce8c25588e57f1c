"""Tasks: what is asked of the host, how retries wait, what the clock says, which errors are taken."""

from __future__ import annotations

import json

from flows.asl.ports import Status
from tests.asl.host import run
from tests.asl.machines import a_fail, a_pass, a_task, catch, machine, retry

SECOND = 1_000_000
BOOM = {"rule": "fail", "error": "Boom", "cause": "it went off"}
ACTIVITY = "arn:aws:states:us-east-1:000000000000:activity:pack"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:charge-card"


def instants(host, type_):
    return [at for at, event in host.runs[0].history if event.type == type_]


def test_a_service_task_writes_its_whole_history():
    host, execution = run(
        machine(Send=a_task(Parameters={"QueueUrl": "q", "MessageBody.$": "$.text"}, TimeoutSeconds=30)), {"text": "hi"}
    )
    assert execution.output == {"QueueUrl": "q", "MessageBody": "hi"}
    assert host.history()[2:5] == [
        {
            "id": 3,
            "previousEventId": 2,
            "type": "TaskScheduled",
            "taskScheduledEventDetails": {
                "resourceType": "sqs",
                "resource": "sendMessage",
                "region": "us-east-1",
                "parameters": '{"QueueUrl":"q","MessageBody":"hi"}',
                "timeoutInSeconds": 30,
            },
        },
        {
            "id": 4,
            "previousEventId": 3,
            "type": "TaskStarted",
            "taskStartedEventDetails": {"resourceType": "sqs", "resource": "sendMessage"},
        },
        {
            "id": 5,
            "previousEventId": 4,
            "type": "TaskSucceeded",
            "taskSucceededEventDetails": {
                "resourceType": "sqs",
                "resource": "sendMessage",
                "output": '{"QueueUrl":"q","MessageBody":"hi"}',
                "outputDetails": {"truncated": False},
            },
        },
    ]


def test_resources_are_read_into_family_service_action_and_pattern():
    host, _ = run(
        machine(
            A=a_task("arn:aws:states:::aws-sdk:dynamodb:putItem", ResultPath=None),
            B=a_task("arn:aws:states:::states:startExecution.sync:2", ResultPath=None),
            C=a_task(
                "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                Parameters={"Token.$": "$$.Task.Token"},
                ResultPath=None,
            ),
            D=a_task(FUNCTION, ResultPath=None),
            E=a_task(ACTIVITY, ResultPath=None),
        )
    )
    assert [(each.family, each.service, each.action, each.pattern, each.token) for each in host.requests] == [
        ("service", "aws-sdk:dynamodb", "putItem", "", ""),
        ("service", "states", "startExecution.sync:2", "sync:2", "token-1"),
        ("service", "sqs", "sendMessage.waitForTaskToken", "waitForTaskToken", "token-2"),
        ("lambda", "", "", "", ""),
        ("activity", "", "", "", "token-3"),
    ]
    assert host.requests[2].parameters == {"Token": "token-2"}


def test_retries_back_off_by_the_rate_up_to_the_longest_delay():
    state = a_task(Retry=[retry("Boom", IntervalSeconds=3, BackoffRate=2.0, MaxAttempts=4, MaxDelaySeconds=10)])
    host, execution = run(machine(Send=state), answers={"Send": BOOM})
    assert instants(host, "TaskScheduled") == [0, 3 * SECOND, 9 * SECOND, 19 * SECOND, 29 * SECOND]
    assert (execution.status, execution.error, execution.cause) == (Status.FAILED, "Boom", "it went off")


def test_full_jitter_draws_a_part_of_the_delay_from_the_seed():
    state = a_task(Retry=[retry("Boom", IntervalSeconds=100, MaxAttempts=2, JitterStrategy="FULL")])
    host, _ = run(machine(Send=state), answers={"Send": BOOM})
    drawn = [n * 2_654_435_761 % 2**32 for n in (1, 2)]
    first = 100 * SECOND * drawn[0] >> 32
    assert instants(host, "TaskScheduled") == [0, first, first + (200 * SECOND * drawn[1] >> 32)]


def test_each_retrier_counts_for_itself_and_the_count_is_in_the_context():
    state = a_task(
        Parameters={"Attempt.$": "$$.State.RetryCount"},
        Retry=[retry("Boom", MaxAttempts=1, IntervalSeconds=1), retry("Bang", MaxAttempts=1, IntervalSeconds=5)],
    )
    bang = {"rule": "fail", "error": "Bang"}
    host, execution = run(machine(Send=state), answers={"Send": [BOOM, bang, {"rule": "echo"}]})
    assert [each.parameters["Attempt"] for each in host.requests] == [0, 1, 2]
    assert execution.output == {"Attempt": 2}
    assert instants(host, "TaskScheduled") == [0, 1 * SECOND, 6 * SECOND]


def test_the_retrier_that_takes_an_error_decides_alone():
    state = a_task(
        Retry=[retry("Boom", MaxAttempts=0), retry("States.ALL")],
        Catch=[catch("Handled", "Boom", ResultPath="$.error")],
    )
    host, execution = run(
        machine(Send=state, Next=a_pass(End=True), Handled=a_pass()), {"order": 1}, answers={"Send": BOOM}
    )
    assert len(host.requests) == 1
    assert execution.output == {"order": 1, "error": {"Error": "Boom", "Cause": "it went off"}}


def test_a_task_that_takes_too_long_timed_out_without_a_cause():
    host, execution = run(
        machine(Send=a_task(TimeoutSeconds=5)), answers={"Send": {"rule": "sleep_then_echo", "seconds": 60}}
    )
    assert host.types() == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskTimedOut",
        "ExecutionFailed",
    ]
    assert host.history()[4]["taskTimedOutEventDetails"] == {
        "resourceType": "sqs",
        "resource": "sendMessage",
        "error": "States.Timeout",
    }
    assert (execution.error, execution.cause, execution.ended_at) == ("States.Timeout", None, 5 * SECOND)
    assert host.tasks == {}


def test_an_answer_in_time_takes_the_timer_back():
    host, execution = run(
        machine(Send=a_task(TimeoutSeconds=5), Rest=a_pass()),
        answers={"Send": {"rule": "sleep_then_echo", "seconds": 4}},
    )
    assert execution.status is Status.SUCCEEDED
    assert host.timers == {}


def test_a_missed_heartbeat_is_a_timeout_that_either_name_takes():
    for name in ("States.HeartbeatTimeout", "States.Timeout", "States.ALL"):
        state = a_task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", HeartbeatSeconds=10, TimeoutSeconds=60)
        state["Catch"] = [catch("Handled", name)]
        _, execution = run(
            machine(Send=state, Other=a_pass(End=True), Handled=a_pass()), answers={"Send": {"rule": "silent"}}
        )
        assert execution.output == {"Error": "States.Timeout", "Cause": ""}
        assert execution.ended_at == 10 * SECOND


def test_a_timeout_of_the_whole_task_is_no_heartbeat_and_no_task_failed():
    for name in ("States.HeartbeatTimeout", "States.TaskFailed"):
        state = a_task(TimeoutSeconds=60, Catch=[catch("Handled", name)])
        _, execution = run(
            machine(Send=state, Other=a_pass(End=True), Handled=a_pass()), answers={"Send": {"rule": "silent"}}
        )
        assert (execution.status, execution.error) == (Status.FAILED, "States.Timeout")


def test_heartbeats_push_the_next_one_back():
    state = a_task(ACTIVITY, HeartbeatSeconds=10, TimeoutSeconds=60)
    host, execution = run(machine(Pack=state), answers={"Pack": {"rule": "silent"}}, until_at=0)
    execution.task_started(1, "worker-7")
    for at in (8, 16, 24):
        host.run(at * SECOND)
        host.now = at * SECOND
        execution.heartbeat(1)
    host.run()
    assert host.types()[2:] == ["ActivityScheduled", "ActivityStarted", "ActivityTimedOut", "ExecutionFailed"]
    assert host.history()[3]["activityStartedEventDetails"] == {"workerName": "worker-7"}
    assert execution.ended_at == 34 * SECOND


def test_a_function_by_its_arn_gets_the_payload_itself():
    host, execution = run(
        machine(Charge=a_task(FUNCTION)), {"order": 7}, answers={"charge-card": {"rule": "return", "value": 42}}
    )
    assert host.requests[0].parameters == {"order": 7}
    assert host.types()[2:5] == ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]
    assert execution.output == 42


def test_a_result_of_more_than_256_kib_fails_the_task():
    answers = {"charge-card": {"rule": "return", "value": "a" * 262_143}}
    _, execution = run(machine(Charge=a_task(FUNCTION)), answers=answers)
    cause = f"The state/task '{FUNCTION}' returned a result with a size exceeding the maximum number of bytes service limit."
    assert (execution.error, execution.cause) == ("States.DataLimitExceeded", cause)
    answers = {"charge-card": {"rule": "return", "value": "a" * 262_142}}
    assert run(machine(Charge=a_task(FUNCTION)), answers=answers)[1].status is Status.SUCCEEDED


def test_a_timeout_from_a_path_that_is_none():
    state = a_task(TimeoutSecondsPath="$.t")
    for input_, cause in (
        ({}, "The TimeoutSecondsPath parameter does not reference an input value: $.t"),
        ({"t": "x"}, "The TimeoutSecondsPath parameter cannot be parsed as a long value: $.t == x"),
        ({"t": -1}, "The TimeoutSecondsPath parameter references a negative value: $.t == -1"),
        ({"t": 0}, "TimeoutSeconds must be between 1 and 99999999."),
    ):
        _, execution = run(machine(Send=state), input_)
        prefix = "An error occurred while executing the state 'Send' (entered at the event id #2). "
        assert (execution.error, execution.cause) == ("States.Runtime", prefix + cause)


def test_a_submitted_task_goes_on_waiting_for_its_token():
    state = a_task("arn:aws:states:::sqs:sendMessage.waitForTaskToken")
    host, execution = run(machine(Ask=state), answers={"Ask": {"rule": "silent"}})
    execution.task_submitted(1, {"MessageId": "m-1"})
    execution.task_succeeded(1, "yes")
    host.run()
    assert host.types()[2:] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert execution.output == "yes"


def test_runtime_errors_are_taken_by_nobody():
    state = a_task(
        OutputPath="$.no.such", Catch=[catch("Handled", "States.Runtime"), catch("Handled")], Retry=[retry()]
    )
    host, execution = run(machine(Send=state, Other=a_pass(End=True), Handled=a_pass()))
    assert host.types()[-2:] == ["TaskSucceeded", "ExecutionFailed"]
    assert execution.error == "States.Runtime"


def test_the_whole_execution_times_out_beside_its_chain():
    definition = machine(Send=a_task(), Other=a_fail()) | {"TimeoutSeconds": 9}
    host, execution = run(definition, answers={"Send": {"rule": "silent"}})
    assert (execution.status, execution.error, execution.ended_at) == (Status.TIMED_OUT, None, 9 * SECOND)
    last = {
        "id": 5,
        "previousEventId": 0,
        "type": "ExecutionTimedOut",
        "executionTimedOutEventDetails": {"error": "States.Timeout"},
    }
    assert host.history()[-1] == last
    assert host.tasks == {}


def test_an_express_execution_ends_after_five_minutes():
    _, execution = run(machine(Send=a_task()), answers={"Send": {"rule": "silent"}}, kind="EXPRESS")
    assert (execution.status, execution.ended_at) == (Status.TIMED_OUT, 300 * SECOND)


def test_stopping_an_execution_forgets_what_it_waited_for():
    host, execution = run(machine(Send=a_task(TimeoutSeconds=100)), answers={"Send": {"rule": "silent"}}, until_at=0)
    execution.abort("Manual", "a probe")
    host.run()
    assert host.history()[-1]["executionAbortedEventDetails"] == {"error": "Manual", "cause": "a probe"}
    assert (execution.status, execution.error, host.tasks, host.timers) == (Status.ABORTED, "Manual", {}, {})


def test_jsonata_arguments_output_and_catch():
    state = {
        "Type": "Task",
        "Resource": FUNCTION,
        "Arguments": {"id": "{% $states.input.id %}"},
        "Output": {"got": "{% $states.result %}", "n": "{% $n %}"},
        "Assign": {"n": "{% $states.result %}"},
        "Catch": [{"ErrorEquals": ["Boom"], "Output": "{% $states.errorOutput.Cause %}", "Next": "Handled"}],
    }
    definition = machine(Set=a_pass(Assign={"n": 1}), Charge=state, End=a_pass(End=True), Handled=a_pass()) | {
        "QueryLanguage": "JSONata"
    }
    _, execution = run(json.dumps(definition), {"id": 5}, answers={"charge-card": {"rule": "return", "value": 9}})
    assert execution.output == {"got": 9, "n": 1}
    _, execution = run(json.dumps(definition), {"id": 5}, answers={"Charge": BOOM, "charge-card": BOOM})
    assert execution.output == "it went off"
