"""What the gallery says that happens when one tries its experiments: state machines."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.topology.playing import HOUR, SECOND, Play, experiment, play


def ended(run: Play, machine: str) -> tuple[int, int]:
    """(succeeded, failed)"""
    return run[machine, "StatesExecutionSucceeded"], run[machine, "StatesExecutionFailed"]


def seconds_to_end(
    slug: str, machine: str, changes: dict[str, str] | None = None, count: int = 1, **other: object
) -> float:
    run, at = Play(slug, changes, **other), 0
    while sum(ended(run, machine)) < count:
        at += SECOND // 4
        run.until(at)
    return at / SECOND


def histories(run: Play, machine: str) -> list[list[dict]]:
    listed = run.ask("states:ListExecutions", stateMachineArn=run.arn(machine)).answer["executions"]
    return [
        run.ask("states:GetExecutionHistory", executionArn=each["executionArn"]).answer["events"] for each in listed
    ]


def test_the_first_rule_that_fits_decides():
    assert ended(play("one-state-at-a-time"), "PostOffice") == (14, 6)


@experiment("one-state-at-a-time", 1)
def test_three_kilograms_are_not_too_heavy_any_more():
    run = play("one-state-at-a-time", {"NumericLessThan: 2000": "NumericLessThan: 3000"})
    assert ended(run, "PostOffice") == (16, 4)


@experiment("one-state-at-a-time", 2)
def test_the_order_of_choices_matters():
    stamp = "              - {Variable: $.stamped, BooleanEquals: false, Next: BackToSender}\n"
    light = "              - {Variable: $.weight, NumericLessThan: 50, Next: Letter}\n"
    assert ended(play("one-state-at-a-time", {stamp + light: light + stamp}), "PostOffice") == (18, 2)


@experiment("saga-trip", 1)
def test_an_execution_is_redriven_with_another_card():
    run = play("saga-trip")
    listed = run.ask("states:ListExecutions", stateMachineArn=run.arn("BookTrip"), statusFilter="FAILED").answer
    execution = listed["executions"][0]["executionArn"]
    asked = {"executionArn": execution, "fromState": "TakePayment"}
    given = json.loads(run.ask("states:DescribeExecution", executionArn=execution).answer["input"]) | {"card": "valid"}
    run.ask("states:RedriveExecutionWithChanges", **asked, input=json.dumps(given)).until(2 * HOUR)
    assert run.ask("states:DescribeExecution", executionArn=execution).answer["status"] == "SUCCEEDED"


@experiment("saga-trip", 2)
def test_the_retry_of_a_state_outlasts_ten_seconds():
    run = Play("saga-trip", sends=False)
    run.ask("playground:PutFault", Target="ReserveCarFunction", Kind="outage", Until="10 s").send().until()
    assert ended(run, "BookTrip") == (16, 4)


def first_waits(run: Play) -> list[float]:
    waits = []
    for events in histories(run, "Quotes"):
        failed = next((index for index, each in enumerate(events) if each["type"] == "TaskFailed"), None)
        if failed is not None and events[failed]["taskFailedEventDetails"]["error"] == "RateLimited":
            again = next(each for each in events[failed:] if each["type"] in {"TaskScheduled", "TaskStateExited"})
            if again["type"] == "TaskScheduled":
                waits.append(_at(again) - _at(events[failed]))
    return waits


def _at(event: dict) -> float:
    given = event["timestamp"]
    return given if isinstance(given, (int, float)) else datetime.fromisoformat(given).timestamp()


@experiment("retries-of-each-kind", 1)
def test_without_jitter_every_first_retry_is_two_seconds_later():
    jittered = first_waits(play("retries-of-each-kind"))
    strict = first_waits(play("retries-of-each-kind", {"                JitterStrategy: FULL\n": ""}))
    assert strict and {round(wait, 3) for wait in strict} == {2}
    assert len({round(wait, 3) for wait in jittered}) > 1


@experiment("retries-of-each-kind", 2)
def test_one_retry_is_too_few():
    assert play("retries-of-each-kind")["Quotes", "StatesWaitStateEntered"] == 0
    assert play("retries-of-each-kind", {"MaxAttempts: 5": "MaxAttempts: 1"})["Quotes", "StatesWaitStateEntered"] > 3


@pytest.mark.parametrize(
    ("change", "smaller"),
    [
        ({}, 4),
        pytest.param({"            TimeoutSeconds: 8\n": ""}, 0, marks=()),
        ({"TimeoutSeconds: 8": "TimeoutSeconds: 2"}, 23),
    ],
    ids=["eight seconds", "no limit", "two seconds"],
)
@experiment("give-up-in-time", 1)
@experiment("give-up-in-time", 2)
def test_a_state_that_gives_up_does_with_less(change, smaller):
    run = play("give-up-in-time", change)
    assert ended(run, "Videos") == (25, 0)
    assert run["Videos", "StatesPassStateEntered"] == smaller


@experiment("callback-approval", 1)
def test_an_answer_lets_the_one_execution_go_on():
    run = play("callback-approval", until=SECOND)
    token = json.loads(run.bodies("Approvals")[0])["token"]
    run.ask("states:SendTaskSuccess", taskToken=token, output='{"yes": true}').until(2 * SECOND)
    assert ended(run, "Expenses") == (1, 0)


@experiment("callback-approval", 2)
def test_three_minutes_of_silence_are_enough():
    assert ended(play("callback-approval", until=44 * 60 * SECOND), "Expenses") == (0, 0)
    assert ended(play("callback-approval", until=46 * 60 * SECOND), "Expenses") == (0, 3)
    hasty = play("callback-approval", {"HeartbeatSeconds: 900": "HeartbeatSeconds: 60"}, until=181 * SECOND)
    assert ended(hasty, "Expenses") == (0, 3)


@experiment("parallel-checks", 1)
def test_without_a_no_all_accounts_are_opened():
    assert ended(play("parallel-checks"), "OpenAccounts") == (26, 4)
    assert ended(play("parallel-checks", {"rate: 0.15": "rate: 0"}), "OpenAccounts") == (30, 0)


@experiment("parallel-checks", 2)
def test_a_branch_that_catches_hides_nothing():
    branch = "                    Resource: ${CheckCredit}\n"
    caught = (
        "                    Catch: [{ErrorEquals: [States.ALL], Next: NotPassed}]\n                    End: true\n"
    )
    passed = "                  NotPassed: {Type: Pass, Result: {passed: false}, End: true}\n"
    end = "                    End: true\n"
    assert ended(play("parallel-checks", {branch + end: branch + caught + passed}), "OpenAccounts") == (30, 0)


@experiment("map-parcels", 1)
def test_all_parcels_at_once_are_done_sooner():
    slow = seconds_to_end("map-parcels", "Shipping", Count=1)
    assert slow > 2 * seconds_to_end("map-parcels", "Shipping", {"MaxConcurrency: 2": "MaxConcurrency: 0"}, Count=1)


@experiment("map-parcels", 2)
def test_four_of_six_parcels_are_heavier_than_five_kilograms():
    def freight(limit: int) -> int:
        run = play("map-parcels", {"NumericGreaterThan: 20": f"NumericGreaterThan: {limit}"}, Count=1)
        (events,) = histories(run, "Shipping")
        names = [each.get("stateEnteredEventDetails", {}).get("name") for each in events]
        return names.count("SendByFreight")

    assert (freight(20), freight(5)) == (2, 4)


def imported(changes: dict[str, str] | None = None) -> Play:
    run = Play("distributed-map", changes).until(SECOND)
    given = '{"bucket": "imports-123456789012", "key": "lines.json"}'
    return run.ask("states:StartExecution", stateMachineArn=run.arn("ImportFile"), input=given)


@experiment("distributed-map", 1)
def test_more_failures_than_tolerated_stop_the_map_run():
    assert imported().until()["ImportFile", "StatesMapRunFailed"] == 0
    run = imported({"ToleratedFailurePercentage: 5": "ToleratedFailurePercentage: 1"}).until()
    assert run["ImportFile", "StatesMapRunFailed"] == 1


@experiment("distributed-map", 2)
def test_one_line_after_the_other_takes_long():
    assert imported().until(10 * SECOND)["ImportFile", "StatesExecutionSucceeded"] == 118
    alone = imported({"MaxConcurrency: 50": "MaxConcurrency: 1"})
    assert alone.until(10 * SECOND)["ImportFile", "StatesExecutionSucceeded"] < 60
    assert alone.until()["ImportFile", "StatesExecutionSucceeded"] == 118


@experiment("poll-a-job", 1)
def test_looking_more_often_ends_sooner():
    assert round(seconds_to_end("poll-a-job", "Convert", count=4)) in {120, 121}
    assert round(seconds_to_end("poll-a-job", "Convert", {"Seconds: 30": "Seconds: 5"}, count=4)) in {20, 21}


@experiment("poll-a-job", 2)
def test_a_job_that_breaks_ends_at_broken():
    assert ended(play("poll-a-job", {"Status: COMPLETE}": "Status: ERROR}"}), "Convert") == (0, 4)


@experiment("jsonata-order", 1)
def test_half_price_is_half_price():
    def totals(changes: dict[str, str]) -> set[float]:
        run = play("jsonata-order", changes)
        listed = run.ask("states:ListExecutions", stateMachineArn=run.arn("Checkout")).answer["executions"]
        found = [run.ask("states:DescribeExecution", executionArn=each["executionArn"]).answer for each in listed]
        return {json.loads(each["output"])["total"] for each in found if each["status"] == "SUCCEEDED"}

    assert (max(totals({})), max(totals({"0.9": "0.5"}))) == (216, 120)


@experiment("jsonata-order", 2)
def test_a_name_that_is_not_there_fails_every_execution():
    run = play("jsonata-order", {"{% $total > 100 %}": "{% $totl > 100 %}"})
    assert ended(run, "Checkout") == (0, 10)
    errors = {events[-1]["executionFailedEventDetails"]["error"] for events in histories(run, "Checkout")}
    assert errors == {"States.QueryEvaluationError"}


@experiment("nested-machines", 1)
def test_who_does_not_wait_ships_everything():
    run = play("nested-machines")
    assert run["Shipped", "MessageSent"] + run["Apologies", "MessageSent"] == 15
    assert run["Apologies", "MessageSent"] > 0
    changes = {"startExecution.sync:2": "startExecution", "answer.$: $.Output": "answer.$: $.ExecutionArn"}
    assert play("nested-machines", changes)["Shipped", "MessageSent"] == 15


@experiment("nested-machines", 2)
def test_a_full_shelf_needs_no_apology():
    assert play("nested-machines", {"rate: 0.7": "rate: 0"})["Apologies", "MessageSent"] == 0
