"""Schedules fire at exact instants, call their targets, try again, and give up into a dead-letter queue."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE, SECOND, Run, a_function, a_queue, a_topology, arn, function_arn, url

HOUR, DAY = 60 * MINUTE, 24 * 60 * MINUTE
ROLE = "arn:aws:iam::123456789012:role/scheduler"
OUTAGE = {"Target": "Orders", "Kind": "outage"}


def an_account(seed=1, **resources):
    return Run(a_topology(Orders=a_queue("orders"), Letters=a_queue("letters"), **resources), seed)


def a_schedule(run, expression="rate(5 minutes)", name="nightly", target=None, at=None, window=None, **params):
    """A schedule for the queue `orders`, by ARN."""
    given = {"Arn": arn("orders"), "RoleArn": ROLE, "Input": "order", **(target or {})}
    mode = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": window} if window else {"Mode": "OFF"}
    return run.ok(
        "scheduler:CreateSchedule",
        at,
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow=mode,
        Target=given,
        **params,
    )["ScheduleArn"]


def instants(run, kind="ScheduleCallDelivered"):
    return [row["at"] for row in run.records() if row["kind"] == kind]


def test_a_rate_fires_at_once_and_then_every_so_often():
    run = an_account()
    a_schedule(run, at=7 * SECOND)
    run.until(16 * MINUTE)
    assert instants(run) == [7 * SECOND + each * 5 * MINUTE for each in range(4)]


def test_a_rate_fires_first_at_its_start_date_and_last_before_its_end_date():
    run = an_account()
    a_schedule(run, StartDate="2026-01-01T00:02:00Z", EndDate="2026-01-01T00:12:00Z")
    run.until(DAY)
    assert instants(run) == [2 * MINUTE, 7 * MINUTE, 12 * MINUTE]
    assert run.simulation.next_at is None or run.simulation.quiet


@pytest.mark.parametrize("expression", ["rate(1 minutes)", "rate(5 minute)", "rate(2 day)"])
def test_a_rates_unit_need_not_agree_with_its_number(expression):
    a_schedule(an_account(), expression)


def test_a_cron_expression_is_read_on_the_clock_of_its_time_zone():
    run = an_account()
    a_schedule(run, "cron(0 9 ? * MON-FRI *)", ScheduleExpressionTimezone="America/New_York")
    run.until(5 * DAY)
    assert instants(run) == [day * DAY + 14 * HOUR for day in (0, 1, 4)]


def test_at_fires_once_and_a_past_one_never():
    run = an_account()
    a_schedule(run, "at(2026-01-01T01:00:00)", ScheduleExpressionTimezone="Europe/Berlin", name="past")
    a_schedule(run, "at(2026-01-01T03:00:00)", ScheduleExpressionTimezone="Europe/Berlin")
    assert not run.simulation.quiet
    run.until(DAY)
    assert instants(run) == [0, 2 * HOUR]
    assert run.simulation.quiet


def test_endless_schedules_let_an_execution_be_quiet():
    run = an_account()
    a_schedule(run, StartDate="2026-01-02T00:00:00Z")
    assert run.simulation.quiet
    assert run.simulation.next_at == DAY


def test_a_disabled_schedule_waits_until_it_is_enabled():
    run = an_account()
    a_schedule(run, State="DISABLED")
    run.until(HOUR)
    assert instants(run) == []
    run.ok(
        "scheduler:UpdateSchedule",
        Name="nightly",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn("orders"), "RoleArn": ROLE, "Input": "again"},
    )
    run.until(2 * HOUR)
    assert instants(run) == [HOUR, 2 * HOUR]
    assert [message["Body"] for message in run.receive()] == ["again", "again"]


def test_a_flexible_window_postpones_by_the_seed():
    def delivered(seed):
        run = an_account(seed)
        a_schedule(run, "cron(0 * * * ? *)", window=15)
        run.until(3 * HOUR)
        return instants(run)

    one, other = delivered(1), delivered(2)
    assert one == delivered(1) != other
    assert all(0 <= at - number * HOUR < 15 * MINUTE for number, at in enumerate(one))


def test_context_attributes_are_filled_in():
    run = an_account()
    text = "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.other>"
    schedule = a_schedule(run, "at(2026-01-01T00:10:00)", target={"Input": text + " <aws.scheduler.execution-id>"})
    run.until(HOUR)
    said = run.receive()[0]["Body"].split()
    assert said[:4] == [schedule, "2026-01-01T00:10:00Z", "1", "<aws.other>"]
    assert len(said[4]) == 16
    assert set(said[4]) <= set("0123456789abcdef")


def test_a_target_without_input_gets_an_event_of_the_schedulers_own():
    run = an_account()
    schedule = a_schedule(run, "at(2026-01-01T00:10:00)", target={"Input": None})
    run.until(HOUR)
    event = json.loads(run.receive()[0]["Body"])
    assert len(event.pop("id")) == 36
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "123456789012",
        "time": "2026-01-01T00:10:00Z",
        "region": "eu-west-1",
        "resources": [schedule],
        "detail": "{}",
    }


def test_a_fifo_queue_gets_its_group():
    run = an_account(Line=a_queue("line.fifo", FifoQueue=True))
    target = {"Arn": arn("line.fifo"), "SqsParameters": {"MessageGroupId": "A"}}
    a_schedule(run, "at(2026-01-01T00:10:00)", target=target)
    run.until(HOUR)
    message = run.receive(queue="line.fifo", AttributeNames=["All"])[0]
    assert message["Attributes"]["MessageGroupId"] == "A"


def test_functions_are_invoked_and_buses_get_events():
    run = an_account(Charge=a_function("charge-card"))
    run.ok("events:CreateEventBus", Name="shop")
    run.ok("events:PutRule", Name="all", EventBusName="shop", EventPattern='{"source": ["clock"]}')
    run.ok("events:PutTargets", Rule="all", EventBusName="shop", Targets=[{"Id": "q", "Arn": arn("orders")}])
    a_schedule(run, "at(2026-01-01T00:10:00)", name="f", target={"Arn": function_arn("charge-card"), "Input": "{}"})
    a_schedule(
        run,
        "at(2026-01-01T00:20:00)",
        name="b",
        target={
            "Arn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop",
            "Input": '{"tick": 1}',
            "EventBridgeParameters": {"Source": "clock", "DetailType": "Tick"},
        },
    )
    run.until(HOUR)
    kinds = [row["kind"] for row in run.records()]
    assert kinds.count("InvocationStarted") == 1
    event = json.loads(run.receive()[0]["Body"])
    assert (event["source"], event["detail-type"], event["detail"]) == ("clock", "Tick", {"tick": 1})


def test_a_universal_target_calls_any_operation():
    run = an_account()
    given = {"QueueUrl": url("orders"), "MessageBody": "by its API", "DelaySeconds": 60}
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": json.dumps(given)}
    a_schedule(run, "at(2026-01-01T00:10:00)", target=target)
    run.until(10 * MINUTE)
    assert run.counts() == (0, 0, 1)
    run.until(11 * MINUTE)
    assert [message["Body"] for message in run.receive()] == ["by its API"]


def test_a_schedule_goes_after_its_last_call_if_it_was_told_to():
    run = an_account()
    a_schedule(run, "at(2026-01-01T00:10:00)", ActionAfterCompletion="DELETE")
    a_schedule(run, "at(2026-01-01T00:10:00)", name="stays")
    run.until(HOUR)
    assert [each["Name"] for each in run.ok("scheduler:ListSchedules")["Schedules"]] == ["stays"]


# ── retries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def broken(seed=1, attempts=185, age=86_400):
    run = an_account(seed)
    target = {
        "RetryPolicy": {"MaximumRetryAttempts": attempts, "MaximumEventAgeInSeconds": age},
        "DeadLetterConfig": {"Arn": arn("letters")},
    }
    schedule = a_schedule(run, "at(2026-01-01T00:10:00)", target=target)
    run.ok("playground:PutFault", **OUTAGE)
    run.until(2 * DAY)
    return run, schedule


def test_a_call_is_tried_again_at_instants_of_the_seed():
    def tries(seed):
        run, _ = broken(seed, attempts=6)
        return [row["at"] - 10 * MINUTE for row in run.records() if row["kind"] == "ScheduleCallFailed"]

    found = tries(1)
    assert found == tries(1) != tries(2)
    waits = [after - before for before, after in itertools.pairwise(found)]
    assert found[0] == 0
    assert all((SECOND << n) // 2 <= wait <= SECOND << n for n, wait in enumerate(waits))
    assert len(found) == 7


def test_given_up_the_payload_goes_to_the_dead_letter_queue_with_its_reason():
    run, schedule = broken(attempts=2)
    (letter,) = run.receive(queue="letters", MessageAttributeNames=["All"])
    said = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert len(said.pop("EXECUTION_ID")) == 16
    assert said.pop("ERROR_MESSAGE")
    assert letter["Body"] == "order"
    assert said == {
        "ERROR_CODE": "ServiceUnavailable",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "2",
        "SCHEDULED_TIME": "2026-01-01T00:10:00Z",
        "SCHEDULE_ARN": schedule,
        "TARGET_ARN": arn("orders"),
    }


def test_the_age_ends_it_before_the_attempts_do():
    run, _ = broken(age=60)
    (letter,) = run.receive(queue="letters", MessageAttributeNames=["All"])
    assert letter["MessageAttributes"]["EXHAUSTED_RETRY_CONDITION"]["StringValue"] == "MaximumEventAgeInSeconds"


def test_what_can_never_succeed_is_not_tried_again():
    run = an_account()
    target = {"Arn": arn("gone"), "DeadLetterConfig": {"Arn": arn("letters")}}
    a_schedule(run, "at(2026-01-01T00:10:00)", target=target)
    run.until(HOUR)
    (letter,) = run.receive(queue="letters", MessageAttributeNames=["All"])
    said = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert (said["ERROR_CODE"], said["RETRY_ATTEMPTS"]) == ("ResourceNotFoundException", "0")
    assert "EXHAUSTED_RETRY_CONDITION" not in said


def test_a_deleted_schedule_makes_no_call_any_more():
    run = an_account()
    a_schedule(run, "cron(0 * * * ? *)", window=15)
    run.until(1)
    run.ok("scheduler:DeleteSchedule", Name="nightly")
    run.until(DAY)
    kinds = [row["kind"] for row in run.records() if row["kind"].startswith("ScheduleCall")]
    assert kinds == ["ScheduleCallPending", "ScheduleCallPostponed", "ScheduleCallAbandoned"]
    assert run.simulation.quiet


@given(seed=st.integers(0, 2**40), cut=st.integers(0, 60))
def test_a_box_at_any_point_changes_nothing_and_nothing_is_lost(seed, cut):
    def begun():
        run = an_account(seed)
        target = {"RetryPolicy": {"MaximumRetryAttempts": 5}, "DeadLetterConfig": {"Arn": arn("letters")}}
        a_schedule(run, "rate(7 minutes)", target=target, window=3)
        run.ok("playground:PutFault", **OUTAGE, From="10min", Until="20min")
        return run

    straight, boxed = begun(), begun()
    straight.until(HOUR)
    boxed.until(cut * MINUTE)
    simulation = Simulation.restore(boxed.simulation.checkpoint(), boxed.topology)
    simulation.run_until(HOUR)
    assert simulation.digest() == straight.simulation.digest()
    assert violations(KINDS, [straight.simulation.drain()]) == []
