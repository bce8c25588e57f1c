"""Asynchronous invocation: two sorts of error kept apart, exact instants of every attempt, and where events end up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import MINUTE, SECOND, Run, arn, function_arn
from tests.fanout import ALWAYS, BUS, POISON, an_asynchronous_function, topic_arn

MS = 1000
HOUR = 60 * MINUTE


def invoke(run: Run, payload: Any = None, at: int | None = None) -> dict[str, Any]:
    text = json.dumps({"poison": True} if payload is None else payload)
    return run.ok("lambda:Invoke", at, FunctionName="resize", InvocationType="Event", Payload=text)


def instants(run: Run, kind: str) -> list[int]:
    return [row["at"] for row in run.records() if row["kind"] == kind]


def test_an_event_is_accepted_with_202_and_its_sender_is_gone():
    run = Run(an_asynchronous_function())
    assert invoke(run) == {"StatusCode": 202}
    run.until(SECOND)
    assert run.story() == [
        (0, "Resize", "EventQueued"),
        (0, "Resize", "InvocationStarted"),
        (100 * MS, "Resize", "InvocationSucceeded"),
        (100 * MS, "Resize", "EventDelivered"),
    ]


def test_a_function_error_is_tried_again_after_one_minute_then_after_two_counted_from_the_failures():
    run = Run(an_asynchronous_function([ALWAYS]))
    invoke(run)
    run.until(HOUR)
    assert run.story("EventQueued", "InvocationFailed") == [
        (0, "Resize", "InvocationStarted"),
        (100 * MS, "Resize", "EventFailed"),
        (MINUTE + 100 * MS, "Resize", "InvocationStarted"),
        (MINUTE + 200 * MS, "Resize", "EventFailed"),
        (3 * MINUTE + 200 * MS, "Resize", "InvocationStarted"),
        (3 * MINUTE + 300 * MS, "Resize", "EventFailed"),
        (3 * MINUTE + 300 * MS, "Resize", "EventDiscarded"),
    ]


def test_the_records_of_a_failed_attempt_say_when_the_next_one_comes():
    run = Run(an_asynchronous_function([ALWAYS]))
    invoke(run)
    run.until(HOUR)
    rows = [row for row in run.records() if row["kind"] == "EventFailed"]
    assert [(row["attempt"], row["error_type"], row["retry_at"]) for row in rows] == [
        (1, "CannotResize", MINUTE),
        (2, "CannotResize", 2 * MINUTE),
        (3, "CannotResize", -1),
    ]


@pytest.mark.parametrize(("retries", "attempts"), [(0, 1), (1, 2), (2, 3)])
def test_maximum_retry_attempts_bounds_the_attempts(retries, attempts):
    run = Run(an_asynchronous_function([ALWAYS], config={"MaximumRetryAttempts": retries}))
    invoke(run)
    run.until(HOUR)
    assert len(instants(run, "InvocationStarted")) == attempts


def test_a_failure_that_heals_is_delivered_at_the_attempt_that_succeeds():
    run = Run(an_asynchronous_function([{**ALWAYS, "attempts_up_to": 1}]))
    invoke(run)
    run.until(HOUR)
    (delivered,) = [row for row in run.records() if row["kind"] == "EventDelivered"]
    assert (delivered["at"], delivered["attempt"]) == (MINUTE + 200 * MS, 2)


def test_a_timeout_is_a_function_error():
    run = Run(an_asynchronous_function([{"attempts_up_to": 1, "how": "timeout"}], Timeout=3))
    invoke(run)
    run.until(HOUR)
    assert run.story("EventQueued") == [
        (0, "Resize", "InvocationStarted"),
        (3 * SECOND, "Resize", "InvocationTimedOut"),
        (3 * SECOND, "Resize", "EventFailed"),
        (63 * SECOND, "Resize", "InvocationStarted"),
        (63 * SECOND + 100 * MS, "Resize", "InvocationSucceeded"),
        (63 * SECOND + 100 * MS, "Resize", "EventDelivered"),
    ]


def test_every_attempt_is_a_child_of_the_event_and_carries_its_request_id():
    run = Run(an_asynchronous_function([ALWAYS]))
    invoke(run)
    run.until(HOUR)
    rows = run.records()
    event = next(row["subject"] for row in rows if row["kind"] == "EventQueued")
    subjects = run.simulation.environment.subjects
    started = [row["subject"] for row in rows if row["kind"] == "InvocationStarted"]
    assert [(subjects.parent[each], subjects.identity[each]) for each in started] == [(event, event)] * 3


# ── invocation errors: the function is never reached ─────────────────────────────────────────────────────────────────


def test_throttles_back_off_from_one_second_doubling_to_five_minutes():
    """One execution is reserved and busy for fifteen minutes; the second event waits for it."""
    run = Run(an_asynchronous_function(ms=900_000, Timeout=900, ReservedConcurrentExecutions=1))
    invoke(run)
    invoke(run)
    run.until(16 * MINUTE)
    refused = [(row["at"], row["retry_at"]) for row in run.records() if row["kind"] == "EventNotAccepted"]
    waits = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    expected, at = [], 0
    for wait in waits:
        expected.append((at * SECOND, wait * SECOND))
        at += wait
    assert refused == expected


def test_a_throttled_event_costs_no_attempt():
    run = Run(an_asynchronous_function(ms=2500, ReservedConcurrentExecutions=1))
    invoke(run)
    invoke(run)
    run.until(MINUTE)
    rows = run.records()
    assert [(row["at"], row["attempt"]) for row in rows if row["kind"] == "EventDelivered"] == [
        (2500 * MS, 1),
        (5500 * MS, 1),
    ]


def test_throttled_events_are_given_up_when_their_next_attempt_would_come_after_the_maximum_event_age():
    run = Run(
        an_asynchronous_function(
            ms=900_000,
            Timeout=900,
            ReservedConcurrentExecutions=1,
            on_failure=arn("failures"),
            config={"MaximumEventAgeInSeconds": 60},
        )
    )
    invoke(run)
    invoke(run, {"second": True})
    run.until(5 * MINUTE)
    rows = run.records()
    # 0 1 3 7 15 31 s; the next would come at 63 s
    assert [row["at"] // SECOND for row in rows if row["kind"] == "EventNotAccepted"] == [0, 1, 3, 7, 15, 31]
    (handed,) = [row for row in rows if row["kind"] == "EventHandedOn"]
    assert (handed["at"], handed["condition"], handed["attempt"]) == (31 * SECOND, "EventAgeExceeded", 0)
    (letter,) = run.receive(queue="failures")
    record = json.loads(letter["Body"])
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestPayload"] == {"second": True}
    assert "responseContext" not in record


def test_the_event_age_ends_before_the_retries_do():
    """90 s: the first retry (after 60 s) is in time, the second (60.2 + 120 s) is not."""
    run = Run(an_asynchronous_function([ALWAYS], config={"MaximumEventAgeInSeconds": 90}))
    invoke(run)
    run.until(HOUR)
    rows = run.records()
    assert [row["at"] for row in rows if row["kind"] == "InvocationStarted"] == [0, MINUTE + 100 * MS]
    (gone,) = [row for row in rows if row["kind"] == "EventDiscarded"]
    assert (gone["at"], gone["condition"], gone["attempt"]) == (MINUTE + 200 * MS, "EventAgeExceeded", 2)


def test_the_default_event_age_is_six_hours():
    run = Run(an_asynchronous_function(ms=1, ReservedConcurrentExecutions=1))
    run.ok("playground:PutFault", Target="Resize", Kind="outage")
    invoke(run)
    run.until(7 * HOUR)
    rows = run.records()
    refused = [row["at"] for row in rows if row["kind"] == "EventNotAccepted"]
    (gone,) = [row for row in rows if row["kind"] == "EventDiscarded"]
    assert refused[:4] == [0, SECOND, 3 * SECOND, 7 * SECOND]
    assert (refused[-1], gone["at"]) == ((511 + 300 * 70) * SECOND, (511 + 300 * 70) * SECOND)
    assert refused[-1] + 300 * SECOND > 6 * HOUR


def test_a_reservation_of_zero_hands_events_on_without_trying():
    run = Run(an_asynchronous_function(dead_letters=arn("resize-dlq"), ReservedConcurrentExecutions=0))
    invoke(run)
    run.until(SECOND)
    assert run.story("EventQueued") == [
        (0, "ResizeDlq", "FailureArrived"),
        (0, "Resize", "EventHandedOn"),
    ]


def test_the_thousand_and_first_execution_of_the_account_is_throttled():
    run = Run(an_asynchronous_function(ms=2000))
    for _ in range(1001):
        invoke(run)
    run.until(0)
    rows = run.records()
    assert sum(row["kind"] == "InvocationStarted" for row in rows) == 1000
    (refused,) = [row for row in rows if row["kind"] == "EventNotAccepted"]
    assert refused["reason"] == "all 1000 unreserved executions of the account are running"


# ── where events end up ──────────────────────────────────────────────────────────────────────────────────────────────


def test_destination_and_dead_letter_queue_both_get_it_the_destination_first():
    run = Run(an_asynchronous_function([POISON], arn("resize-dlq"), on_failure=arn("failures")))
    invoke(run)
    run.until(HOUR)
    assert run.story()[-3:] == [
        (3 * MINUTE + 300 * MS, "Failures", "FailureArrived"),
        (3 * MINUTE + 300 * MS, "ResizeDlq", "FailureArrived"),
        (3 * MINUTE + 300 * MS, "Resize", "EventHandedOn"),
    ]


def test_a_topic_as_destination_publishes_the_record():
    run = Run(an_asynchronous_function([ALWAYS], on_failure=topic_arn("events"), config={"MaximumRetryAttempts": 0}))
    invoke(run)
    run.until(SECOND)
    (message,) = run.receive(queue="failures")
    record = json.loads(json.loads(message["Body"])["Message"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"


def test_a_function_as_destination_is_invoked_asynchronously_with_the_record():
    run = Run(an_asynchronous_function(on_success=function_arn("audit")))
    invoke(run)
    run.until(SECOND)
    assert run.story() == [
        (0, "Resize", "EventQueued"),
        (0, "Resize", "InvocationStarted"),
        (100 * MS, "Resize", "InvocationSucceeded"),
        (100 * MS, "Resize", "EventDelivered"),
        (100 * MS, "Audit", "EventQueued"),
        (100 * MS, "Audit", "InvocationStarted"),
        (110 * MS, "Audit", "InvocationSucceeded"),
        (110 * MS, "Audit", "EventDelivered"),
    ]


def test_to_a_bus_the_record_is_an_event():
    run = Run(an_asynchronous_function(on_success=BUS))
    invoke(run)
    run.until(SECOND)
    kinds = [node.kind for node in run.topology.nodes]
    reached = next(row for row in run.records() if kinds[row["node"]] == "bus" and row["subject"])
    bodies, subjects = run.simulation.environment.bodies, run.simulation.environment.subjects
    event = json.loads(bodies.text(subjects.body[reached["subject"]]))
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"


def test_a_destination_that_cannot_be_reached_loses_the_event_and_says_so():
    run = Run(an_asynchronous_function([ALWAYS], on_failure=arn("failures"), config={"MaximumRetryAttempts": 0}))
    run.ok("playground:PutFault", Target="Failures", Kind="outage")
    invoke(run)
    run.until(SECOND)
    assert run.story("FaultBegan")[-2:] == [
        (100 * MS, "Resize", "DestinationUndelivered"),
        (100 * MS, "Resize", "EventDiscarded"),
    ]


def test_synchronous_invocations_have_no_destination():
    run = Run(an_asynchronous_function([ALWAYS], on_failure=arn("failures")))
    run.ok("lambda:Invoke", FunctionName="resize", Payload="{}")
    run.until(HOUR)
    assert run.story() == [(0, "Resize", "InvocationStarted"), (100 * MS, "Resize", "InvocationFailed")]


def test_the_event_invoke_config_can_be_changed_while_it_runs():
    run = Run(an_asynchronous_function([ALWAYS]))
    answer = run.ok(
        "lambda:UpdateFunctionEventInvokeConfig",
        FunctionName="resize",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn("failures")}},
    )
    assert answer == {
        "FunctionArn": f"{function_arn('resize')}:$LATEST",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 21_600,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": arn("failures")}},
        "LastModified": 1767225600.0,
    }
    invoke(run)
    run.until(SECOND)
    assert run.counts("failures") == (1, 0, 0)
    code, _ = run.no("lambda:PutFunctionEventInvokeConfig", FunctionName="resize", MaximumRetryAttempts=3)
    assert code == "ValidationException"


def test_a_payload_that_is_no_json_is_refused():
    run = Run(an_asynchronous_function())
    code, message = run.no("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload="no json")
    assert (code, message) == ("InvalidRequestContentException", "Could not parse request body into json.")


def test_a_condition_looks_into_what_a_topic_sent():
    run = Run(an_asynchronous_function([POISON]))
    invoke(run, {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": '{"poison": true}'}}]})
    invoke(run, {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": '{"poison": false}'}}]})
    run.until(SECOND)
    assert [kind for _, _, kind in run.story()].count("EventFailed") == 1
