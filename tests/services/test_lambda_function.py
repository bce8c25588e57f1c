"""Functions: durations, failure rules, timeouts in virtual time, the handler port and the effect log."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from flows.services.body_test import meets
from flows.services.effects import EffectLog, Outcome
from flows.services.lambda_.config import BodyTest
from flows.services.lambda_.handler import Invocation
from flows.simulation import Command, Simulation
from tests.builders import SECOND, Run, an_order_topology, arn, pending, rows, url

PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def ends(run: Run) -> list[tuple[int, str]]:
    return [
        (row["at"], row["kind"])
        for row in run.records()
        if row["kind"].startswith("Invocation") and row["kind"] != "InvocationStarted"
    ]


def test_a_behaviour_fails_the_first_attempts_and_then_succeeds():
    run = Run(an_order_topology([{"attempts_up_to": 2}], maximum=5))
    run.send()
    run.until(100 * SECOND)
    assert ends(run) == [
        (100_000, "InvocationFailed"),
        (30 * SECOND + 100_000, "InvocationFailed"),
        (60 * SECOND + 100_000, "InvocationSucceeded"),
    ]


def test_a_rate_fails_about_that_share_of_the_messages():
    run = Run(an_order_topology([{"rate": 0.1, "how": "item"}], mapping=PARTIAL, maximum=1))
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=10_000, MessageBody="order")
    run.until(25 * SECOND)
    failed = sum(row["kind"] == "DeliveryFailed" for row in run.records())
    assert 900 < failed < 1100


def test_conditions_of_a_rule_must_all_hold_and_the_first_rule_decides():
    rules = [
        {"body": {"path": "$.poison", "equals": True}, "attempts_up_to": 1, "error": {"type": "First", "message": ""}},
        {"body": {"path": "$.poison", "exists": True}, "error": {"type": "Second", "message": ""}},
    ]
    run = Run(an_order_topology(rules, maximum=2))
    run.send('{"poison": true}')
    run.send('{"fine": true}', at=SECOND)
    run.until(40 * SECOND)
    errors = [(row["at"], row["error_type"]) for row in run.records() if row["kind"] == "InvocationFailed"]
    assert errors == [(100_000, "First"), (30 * SECOND + 100_000, "Second")]


def test_a_rule_may_run_the_function_into_its_timeout():
    run = Run(an_order_topology([{"attempts_up_to": 1, "how": "timeout"}], Timeout=7))
    run.send()
    run.until(8 * SECOND)
    rows = run.records()
    timed_out = next(row for row in rows if row["kind"] == "InvocationTimedOut")
    assert (timed_out["at"], timed_out["timeout"]) == (7 * SECOND, 7 * SECOND)
    delivery = rows[-1]
    assert (delivery["kind"], delivery["error_type"]) == ("DeliveryFailed", "Sandbox.Timedout")
    said = run.simulation.environment.bodies.text(delivery["error"])
    assert said == '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 7.00 seconds"}'


def test_a_duration_beyond_the_timeout_times_out_in_virtual_time():
    run = Run(an_order_topology(ms=5000, Timeout=2))
    run.send()
    run.until(SECOND)
    run.ok("lambda:UpdateFunctionConfiguration", FunctionName="charge-card", Timeout=10)
    run.until(60 * SECOND)
    assert ends(run) == [(2 * SECOND, "InvocationTimedOut"), (35 * SECOND, "InvocationSucceeded")]


def test_a_behaviour_changed_while_it_runs_holds_from_the_next_invocation():
    run = Run(an_order_topology([{"attempts_up_to": 1000}], ms=1000))
    run.send()
    changed = run.ok(
        "lambda:UpdateFunctionCode",
        at=SECOND // 2,
        FunctionName="charge-card",
        Behaviour={"duration": {"kind": "constant", "ms": 20}, "failures": []},
    )
    run.until(60 * SECOND)
    rows = run.records()
    assert [
        (r["at"], r["kind"])
        for r in rows
        if r["kind"] in {"BehaviourChanged", "InvocationFailed", "InvocationSucceeded"}
    ] == [
        (SECOND // 2, "BehaviourChanged"),
        (SECOND, "InvocationFailed"),
        (30 * SECOND + 20_000, "InvocationSucceeded"),
    ]
    assert next(r["code_hash"] for r in rows if r["kind"] == "BehaviourChanged") == changed["CodeSha256"]


def test_invoke_answers_when_the_function_has_ended():
    run = Run(
        an_order_topology(
            [{"body": {"path": "$.poison", "equals": True}, "error": {"type": "CardDeclined", "message": "no"}}]
        )
    )
    simulation, heard = run.simulation, []
    caller = simulation.world.caller("Alice")
    for payload in ("{}", {"poison": True}):
        given = pending(
            simulation.call(caller, "lambda", "Invoke", {"FunctionName": "charge-card", "Payload": payload})
        )
        simulation.when(given, heard.append)
    simulation.run_until(100_000 - 1)
    assert heard == []
    simulation.run_until(100_000)
    assert [answer.output for answer in heard] == [
        {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": "null"},
        {
            "StatusCode": 200,
            "ExecutedVersion": "$LATEST",
            "FunctionError": "Unhandled",
            "Payload": '{"errorType":"CardDeclined","errorMessage":"no"}',
        },
    ]


@dataclass
class Recorded:
    """People's code, as it will be: it is not pure, and says what it was given."""

    pure: bool = False
    code_hash: str = "abc"
    events: list = field(default_factory=list)
    reply: str = "null"

    def run(self, invocation: Invocation) -> Outcome:
        assert invocation.batch is not None
        self.events.append(invocation.batch.event())
        return Outcome(self.reply, duration_us=70_000)


def with_code(effects: EffectLog, handler: Recorded) -> Simulation:
    topology = an_order_topology(mapping=PARTIAL)
    simulation = Simulation.begin(topology, 1, effects=effects)
    simulation.world.nouns[topology.node("ChargeCard").index].handler = handler
    attributes = {"Colour": {"DataType": "String", "StringValue": "red"}}
    for ordinal, body in enumerate(("a", "b"), start=1):
        params = {"QueueUrl": url("orders"), "MessageBody": body, "MessageAttributes": attributes}
        simulation.apply(Command(ordinal, 0, "Alice", "sqs:SendMessage", params))
    simulation.run_until(SECOND)
    return simulation


def test_an_impure_handler_is_given_the_recorded_event_shape_logged_once_and_never_run_in_a_replay():
    effects, handler = EffectLog(), Recorded()
    first = with_code(effects, handler)
    (record,) = handler.events[0]["Records"]
    assert set(record) == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfMessageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }
    assert record["attributes"] == {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": "1767225600000",
        "SenderId": "AIDAREDRIVEPLAYGROUND",
        "ApproximateFirstReceiveTimestamp": "1767225600000",
    }
    assert (record["eventSource"], record["eventSourceARN"], record["awsRegion"]) == (
        "aws:sqs",
        arn("orders"),
        "eu-west-1",
    )
    logged = effects.drain()
    started = [row["subject"] for row in rows(first.drain()) if row["kind"] == "InvocationStarted"]
    assert [(effect.ordinal, effect.code_hash) for effect in logged] == [(started[0], "abc"), (started[1], "abc")]
    known = EffectLog({(e.ordinal, e.code_hash, e.input_hash): e.outcome for e in logged})
    again = Recorded()
    second = with_code(known, again)
    assert again.events == []
    assert known.drain() == []
    assert second.digest() == first.digest()


def test_a_reply_that_names_failed_items_keeps_only_those_and_one_that_cannot_be_read_keeps_all():
    handler = Recorded(reply='{"batchItemFailures": [{"itemIdentifier": "no-such-message"}]}')
    simulation = with_code(EffectLog(), handler)
    queue = simulation.world.nouns[simulation.world.topology.node("Orders").index]
    assert queue.in_flight_count == 2
    simulation = with_code(EffectLog(), Recorded(reply='{"batchItemFailures": []}'))
    queue = simulation.world.nouns[simulation.world.topology.node("Orders").index]
    assert queue.in_flight_count == 0


@pytest.mark.parametrize(
    ("path", "op", "value", "body", "expected"),
    [
        ("$", "prefix", "order", "order 1", True),
        ("$", "contains", "17", "order 17", True),
        ("$.poison", "equals", True, '{"poison": true}', True),
        ("$.poison", "equals", True, '{"poison": 1}', False),
        ("$.poison", "equals", 1, '{"poison": true}', False),
        ("$.items.1.sku", "equals", "b", '{"items": [{"sku": "a"}, {"sku": "b"}]}', True),
        ("$.items.2.sku", "equals", "b", '{"items": [{"sku": "a"}, {"sku": "b"}]}', False),
        ("$.tags", "contains", "late", '{"tags": ["late"]}', True),
        ("$.tags", "contains", "late", '{"tags": 7}', False),
        ("$.poison", "exists", True, '{"poison": null}', True),
        ("$.poison", "exists", False, "{}", True),
        ("$.poison", "exists", True, "not JSON", False),
        ("$.name", "prefix", "A", '{"name": "Alice"}', True),
        ("$.name", "prefix", "A", '{"name": 7}', False),
    ],
)
def test_a_body_is_tested_as_json(path, op, value, body, expected):
    assert meets(BodyTest(path, op, value), body) is expected


def test_a_failing_function_that_takes_no_time_still_lets_time_go_on():
    run = Run(an_order_topology([{"attempts_up_to": 1000}], ms=0, queue={"VisibilityTimeout": 0}, maximum=1000))
    run.send()
    run.until(10_000)
    assert list(dict.fromkeys(ends(run))) == [(at * 1_000, "InvocationFailed") for at in range(1, 11)]
