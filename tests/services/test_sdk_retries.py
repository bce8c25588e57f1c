"""SDK callers: legacy, standard, adaptive; exact instants, and the duplicates they cause."""

from __future__ import annotations

from typing import Any

import pytest

from flows.engine.random_streams import RandomStreams
from flows.services.sdk_retries import AdaptiveRate, RetryQuota
from tests.builders import MINUTE, SECOND, Run, a_function, a_queue, a_topology, arn, queues_only, url

MS = 1000


def jitter(seed: int, ceilings: list[int], name: str = "client/sdk") -> list[int]:
    """What the client's stream draws below each ceiling, in order."""
    stream = RandomStreams(seed).stream(name)
    return [stream.below(ceiling + 1) for ceiling in ceilings]


def a_run_with_an_outage(**sdk: Any) -> Run:
    run = Run(queues_only())
    run.ok("client:ConfigureSdk", **sdk)
    run.ok("playground:PutFault", Target="Orders", Kind="outage")
    assert "Pending" in run.ok("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="x")
    run.until(10 * MINUTE)
    return run


def failures(run: Run) -> list[tuple[int, int, int]]:
    """(instant, attempt, wait) of every failed attempt."""
    return [(row["at"], row["attempt"], row["retry_at"]) for row in run.records() if row["kind"] == "RequestFailed"]


def attempts_at(waits: list[int]) -> list[tuple[int, int, int]]:
    return [(sum(waits[:n]), n + 1, wait) for n, wait in enumerate([*waits, -1])]


def test_standard_mode_makes_three_attempts_with_full_jitter():
    assert failures(a_run_with_an_outage(Mode="standard")) == attempts_at(jitter(1, [SECOND, 2 * SECOND]))


def test_legacy_mode_makes_five_attempts():
    waits = jitter(1, [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND])
    assert failures(a_run_with_an_outage(Mode="legacy")) == attempts_at(waits)


def test_a_wait_of_standard_mode_is_never_longer_than_twenty_seconds_and_legacy_knows_no_such_bound():
    seconds = [1, 2, 4, 8, 16, 20, 20, 20]
    run = a_run_with_an_outage(Mode="standard", MaxAttempts=9)
    assert failures(run) == attempts_at(jitter(1, [each * SECOND for each in seconds]))
    run = a_run_with_an_outage(Mode="legacy", MaxAttempts=9)
    assert failures(run) == attempts_at(jitter(1, [SECOND << n for n in range(8)]))


def test_a_request_given_up_says_so_after_its_last_attempt():
    run = a_run_with_an_outage(Mode="standard")
    assert [kind for _, _, kind in run.story("FaultBegan", "SdkConfigured")] == [
        "RequestFailed",
        "RequestFailed",
        "RequestFailed",
        "RequestGivenUp",
    ]


def test_a_refusal_that_will_not_pass_is_not_tried_again():
    run = Run(queues_only(MaximumMessageSize=1024))
    run.ok("playground:PutFault", Target="OrdersDlq", Kind="outage")
    assert run.no("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="x" * 2000)[0] == "InvalidParameterValue"


def test_the_token_bucket_of_standard_mode_runs_dry():
    """500 tokens, 5 a retry: a hundred retries, then failures are final at once."""
    run = Run(queues_only())
    run.ok("client:ConfigureSdk", Mode="standard", MaxAttempts=2)
    run.ok("playground:PutFault", Target="Orders", Kind="outage")
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=150, MessageBody="order")
    run.until(MINUTE)
    retried = [wait for _, attempt, wait in failures(run) if attempt == 1 and wait >= 0]
    assert len(retried) == 100


def test_tokens_come_back_with_success():
    quota = RetryQuota()
    assert quota.take(500)
    assert not quota.take(5)
    quota.give_back(10)
    assert quota.take(10)
    quota.give_back(9999)
    assert quota.tokens == 500


def test_an_answer_that_comes_too_late_makes_a_duplicate_with_the_same_root():
    """The queue has the message, the caller does not know: it sends it again."""
    run = Run(queues_only())
    run.ok("client:ConfigureSdk", Mode="standard", TimeoutMs=1000)
    run.ok("playground:PutFault", Target="Orders", Kind="latency", Latency="5 s", Until="1500 ms")
    run.ok("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="order")
    run.until(MINUTE)
    rows = run.records()
    sent = [row for row in rows if row["kind"] == "MessageSent"]
    (wait, *_) = jitter(1, [SECOND])
    first_retry = SECOND + wait
    assert [row["at"] for row in sent][:2] == [0, first_retry]
    subjects = run.simulation.environment.subjects
    assert len({subjects.root[row["subject"]] for row in sent}) == 1
    assert len({row["subject"] for row in sent}) == len(sent) >= 2
    assert next(row["at"] for row in rows if row["kind"] == "RequestTimedOut") == SECOND
    assert run.counts()[0] == len(sent)


def test_a_timeout_costs_ten_tokens():
    run = Run(queues_only())
    run.ok("client:ConfigureSdk", Mode="standard", MaxAttempts=2, TimeoutMs=10)
    run.ok("playground:PutFault", Target="Orders", Kind="latency", Latency="1 s")
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=80, MessageBody="order")
    run.until(MINUTE)
    assert len([wait for _, attempt, wait in failures(run) if attempt == 1 and wait >= 0]) == 50


def test_adaptive_mode_sends_less_after_a_throttle_and_more_again_with_success():
    rate = AdaptiveRate()
    for n in range(100):
        assert rate.sent(n * 100 * MS) == 0
    measured = rate.measured_milli
    assert 9_000 <= measured <= 11_000
    rate.throttled(10 * SECOND)
    assert rate.rate_milli == measured * 7 // 10
    low = rate.rate_milli
    rate.succeeded(10 * SECOND)
    assert low <= rate.rate_milli + 10 <= measured + 10
    rate.succeeded(13 * SECOND)
    assert rate.rate_milli > low


def test_adaptive_mode_holds_requests_back():
    run = Run(queues_only())
    run.ok("client:ConfigureSdk", Mode="adaptive")
    run.ok("playground:PutFault", Target="Orders", Kind="throttle", PerSecond=5)
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="rate", RatePerSecond=20, Count=200, MessageBody="x")
    run.until(2 * MINUTE)
    adaptive = sum(row["kind"] == "RequestFailed" for row in run.records())
    run = Run(queues_only())
    run.ok("playground:PutFault", Target="Orders", Kind="throttle", PerSecond=5)
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="rate", RatePerSecond=20, Count=200, MessageBody="x")
    run.until(2 * MINUTE)
    standard = sum(row["kind"] == "RequestFailed" for row in run.records())
    assert adaptive < standard


# ── functions that call ──────────────────────────────────────────────────────────────────────────────────────────────


def a_caller(call: dict[str, Any], **function: Any) -> Run:
    caller = a_function("caller", 100, **function)
    caller["playground"]["behaviour"]["calls"] = [call]
    return Run(
        a_topology(
            Caller=caller,
            Callee=a_function("callee", 200),
            Orders=a_queue("orders"),
            Stream={"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "stream"}},
        )
    )


def invoked(run: Run, payload: str = '{"order": 1}') -> list[tuple[int, str, str]]:
    run.ok("lambda:Invoke", FunctionName="caller", InvocationType="Event", Payload=payload)
    run.until(20 * MINUTE)
    return run.story("FaultBegan", "EventQueued")


def test_a_function_sends_what_it_got_to_the_queue_it_calls():
    run = a_caller({"target": "Orders"})
    assert invoked(run) == [
        (0, "Caller", "InvocationStarted"),
        (100 * MS, "Caller", "CallsBegan"),
        (100 * MS, "Orders", "MessageSent"),
        (100 * MS, "Caller", "InvocationSucceeded"),
        (100 * MS, "Caller", "EventDelivered"),
    ]
    assert run.receive()[0]["Body"] == '{"order": 1}'


def test_a_function_that_calls_another_waits_for_it():
    run = a_caller({"target": "Callee"})
    assert [(at, node) for at, node, kind in invoked(run) if kind == "InvocationSucceeded"] == [
        (300 * MS, "Callee"),
        (300 * MS, "Caller"),
    ]


def test_a_call_that_fails_for_good_fails_the_invocation():
    run = a_caller({"target": "Stream", "sdk": {"max_attempts": 1}})
    run.ok("playground:PutFault", Target="Stream", Kind="outage", Until="30 s")
    story = invoked(run)
    assert [(at, kind) for at, _, kind in story if kind in {"EventFailed", "EventDelivered"}] == [
        (100 * MS, "EventFailed"),
        (MINUTE + 200 * MS, "EventDelivered"),
    ]
    assert story[-4][1:] == ("Caller", "CallsBegan")


def test_code_that_catches_the_error_hides_it():
    run = a_caller({"target": "Stream", "sdk": {"max_attempts": 1}, "catch": True})
    run.ok("playground:PutFault", Target="Stream", Kind="outage")
    assert [kind for _, _, kind in invoked(run)][-2:] == ["InvocationSucceeded", "EventDelivered"]


def test_retries_of_a_call_go_on_within_the_functions_timeout():
    run = a_caller({"target": "Stream", "sdk": {"mode": "legacy"}}, Timeout=2)
    run.ok("playground:PutFault", Target="Stream", Kind="outage")
    run.ok("lambda:UpdateFunctionEventInvokeConfig", FunctionName="caller", MaximumRetryAttempts=0)
    story = invoked(run)
    waits = jitter(1, [SECOND << n for n in range(4)], "Caller/sdk")
    failed = [at for at, _, kind in story if kind == "RequestFailed"]
    assert failed[0] == 100 * MS
    assert failed[1] == 100 * MS + waits[0]
    assert (2 * SECOND, "Caller", "InvocationTimedOut") in story


@pytest.mark.parametrize("catch", [False, True])
def test_the_error_of_an_invoked_function_is_its_callers(catch):
    run = a_caller({"target": "Callee", "catch": catch})
    behaviour = {"failures": [{"error": {"type": "Declined", "message": "no"}, "how": "raise"}]}
    run.ok("lambda:UpdateFunctionCode", FunctionName="callee", Behaviour=behaviour)
    run.ok("lambda:Invoke", FunctionName="caller", Payload="{}")
    run.until(MINUTE)
    (ended,) = [row for row in run.records() if row["kind"].startswith("Invocation") and row["node"] == 2][1:]
    assert ended["kind"] == ("InvocationSucceeded" if catch else "InvocationFailed")
