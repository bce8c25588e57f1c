"""Events from PutEvents to their targets, and what becomes of those that never arrive: exact instants, whole messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.services.kinds import KINDS
from flows.traces.projections.ledger import violations
from tests.builders import SECOND, Run, a_queue, a_topology, arn
from tests.services.events_cast import KEPT, ORDERS_RULE, SHOP, a_rule, a_target, an_account, bodies, put

HOUR = 3600 * SECOND
OUTAGE: dict[str, Any] = {"Target": "Orders", "Kind": "outage"}


def test_a_matching_event_reaches_its_target_in_its_envelope():
    run = an_account()
    a_rule(run)
    a_target(run)
    id_ = put(run, {"order": 7}, at=90 * SECOND, Resources=["arn:x"])
    assert bodies(run) == [
        {
            "version": "0",
            "id": id_,
            "detail-type": "OrderPlaced",
            "source": "shop",
            "account": "123456789012",
            "time": "2026-01-01T00:01:30Z",
            "region": "eu-west-1",
            "resources": ["arn:x"],
            "detail": {"order": 7},
        }
    ]


def test_an_event_that_nobody_wants_says_which_rule_came_nearest_and_why():
    run = an_account()
    a_rule(run, "big", {"source": ["shop"], "detail": {"amount": [{"numeric": [">", 100]}]}})
    a_rule(run, "other", {"source": ["bank"], "detail": {"amount": [{"numeric": [">", 1]}]}})
    run.records()
    put(run, {"amount": 5})
    unmatched = [row for row in run.records() if row["kind"] == "EventUnmatched"]
    assert [(row["nearest"], row["path"]) for row in unmatched] == [("big", "detail.amount")]
    assert unmatched[0]["why"] == "detail.amount is 5, wanted is a number of more than 100"


def test_entries_fail_one_by_one():
    run = an_account()
    entries = [
        {"Source": "shop", "DetailType": "A", "Detail": "{}", "EventBusName": "shop"},
        {"Source": "shop", "DetailType": "A", "Detail": "[]", "EventBusName": "shop"},
        {"Source": "", "DetailType": "A", "Detail": "{}"},
        {"Source": "aws.ec2", "DetailType": "A", "Detail": "{}"},
    ]
    answer = run.ok("events:PutEvents", Entries=entries)
    assert answer["FailedEntryCount"] == 3
    assert [row.get("ErrorCode") for row in answer["Entries"]] == [
        None,
        "MalformedDetail",
        "InvalidArgument",
        "NotAuthorizedForSourceException",
    ]


def test_more_than_256_kb_are_refused_as_a_whole():
    run = an_account()
    entry = {"Source": "shop", "DetailType": "A", "Detail": json.dumps({"a": "x" * 262_144})}
    assert run.no("events:PutEvents", Entries=[entry]) == (
        "ValidationException",
        "Total size of the entries in the request is over the limit.",
    )


def test_a_fifo_queue_gets_the_targets_message_group():
    run = an_account("orders.fifo")
    run.ok("sqs:SetQueueAttributes", QueueUrl=url_of("orders.fifo"), Attributes={"ContentBasedDeduplication": "true"})
    a_rule(run)
    a_target(run, "orders.fifo", SqsParameters={"MessageGroupId": "g"})
    put(run)
    messages = run.receive(queue="orders.fifo", AttributeNames=["All"])
    assert [message["Attributes"]["MessageGroupId"] for message in messages] == ["g"]


def url_of(queue: str) -> str:
    return f"https://sqs.eu-west-1.amazonaws.com/123456789012/{queue}"


def test_a_failing_target_is_tried_again_at_growing_intervals_and_its_dead_letter_says_why():
    run = an_account()
    a_rule(run)
    a_target(run, RetryPolicy={"MaximumRetryAttempts": 3}, DeadLetterConfig={"Arn": arn("letters")})
    run.command("playground:PutFault", **OUTAGE)
    id_ = put(run)
    run.until(HOUR)
    failed = [row for row in run.records() if row["kind"] == "DispatchFailed"]
    waits = [row["retry_at"] for row in failed]
    assert [row["attempt"] for row in failed] == [1, 2, 3, 4]
    assert waits[-1] == -1
    for number, wait in enumerate(waits[:3]):
        assert SECOND << number >= wait >= (SECOND << number) // 2
    assert [row["at"] for row in failed] == [0, waits[0], sum(waits[:2]), sum(waits[:3])]
    letter = run.receive(queue="letters", MessageAttributeNames=["All"])[0]
    assert json.loads(letter["Body"])["id"] == id_
    assert {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()} == {
        "RULE_ARN": ORDERS_RULE,
        "TARGET_ARN": arn("orders"),
        "ERROR_CODE": "ERROR_FROM_TARGET",
        "ERROR_MESSAGE": "The service is not available (fault-1: outage).",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "3",
    }


def test_attempt_instants_follow_from_the_seed():
    def instants(seed: int) -> list[int]:
        run = an_account(seed=seed)
        a_rule(run)
        a_target(run)
        run.command("playground:PutFault", **OUTAGE)
        put(run)
        run.until(25 * HOUR)
        return [row["at"] for row in run.records() if row["kind"] == "DispatchFailed"]

    assert instants(1) == instants(1)
    assert instants(1) != instants(2)
    assert 140 < len(instants(1)) <= 186
    assert instants(1)[-1] <= 24 * HOUR


def test_an_event_that_is_too_old_without_a_dead_letter_queue_expires():
    run = an_account()
    a_rule(run)
    a_target(run, RetryPolicy={"MaximumEventAgeInSeconds": 60})
    run.command("playground:PutFault", **OUTAGE)
    put(run)
    run.until(HOUR)
    last = next(row for row in run.records() if row["kind"] == "DispatchExpired")
    assert (last["condition"], last["error_type"]) == ("MaximumEventAgeInSeconds", "ERROR_FROM_TARGET")
    assert last["at"] <= 60 * SECOND


def test_a_target_that_is_gone_is_not_tried_again():
    run = an_account()
    a_rule(run)
    a_target(run, DeadLetterConfig={"Arn": arn("letters")})
    run.ok("sqs:DeleteQueue", QueueUrl=url_of("orders"))
    put(run)
    letter = run.receive(queue="letters", MessageAttributeNames=["All"])[0]
    attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == ("NO_RESOURCE", "0")
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes


def test_an_event_goes_from_bus_to_bus_once_with_its_id():
    run = an_account()
    for name in ("second", "third"):
        run.ok("events:CreateEventBus", Name=name)
    a_rule(run)
    a_rule(run, "onwards", bus="second")
    a_rule(run, "last", bus="third")
    second, third = (SHOP.replace("shop", name) for name in ("second", "third"))
    run.ok("events:PutTargets", Rule="all", EventBusName="shop", Targets=[{"Id": "b", "Arn": second}])
    run.ok("events:PutTargets", Rule="onwards", EventBusName="second", Targets=[{"Id": "b", "Arn": third}])
    a_target(run, "orders", "onwards", "second")
    a_target(run, "archive", "last", "third")
    id_ = put(run)
    run.until(SECOND)
    assert [event["id"] for event in bodies(run)] == [id_]
    assert bodies(run, "archive") == []
    kinds = [(row["kind"], row.get("error_type")) for row in run.records()]
    assert ("DispatchDiscarded", "THIRD_ACCOUNT_HOP_DETECTED") in kinds


def test_a_dead_letter_can_be_sent_back_to_its_target_only():
    run = an_account()
    a_rule(run)
    a_target(
        run, InputPath="$.detail", RetryPolicy={"MaximumRetryAttempts": 0}, DeadLetterConfig={"Arn": arn("letters")}
    )
    a_target(run, "archive")
    fault = run.ok("playground:PutFault", **OUTAGE)["FaultId"]
    put(run, {"order": 3})
    run.ok("playground:DeleteFault", FaultId=fault)
    assert len(bodies(run, "archive")) == 1
    letter = run.receive(queue="letters")[0]
    run.ok(
        "sqs:ChangeMessageVisibility",
        QueueUrl=url_of("letters"),
        ReceiptHandle=letter["ReceiptHandle"],
        VisibilityTimeout=0,
    )
    run.ok("sqs:RedriveMessages", SourceArn=arn("letters"), Messages=[{"MessageId": letter["MessageId"]}])
    run.until(HOUR)
    assert bodies(run) == [{"order": 3}]
    assert bodies(run, "archive") == []


def test_removing_a_target_ends_what_waits_for_it_and_the_ledger_adds_up():
    run = an_account()
    a_rule(run)
    a_target(run)
    run.command("playground:PutFault", **OUTAGE)
    put(run)
    run.ok("events:RemoveTargets", Rule="all", EventBusName="shop", Ids=["orders"])
    run.until(HOUR)
    segment = run.simulation.drain()
    assert violations(KINDS, [segment]) == []


# ── archives and replays ────────────────────────────────────────────────────────────────────────────────────────────


def archived(run, **params):
    run.ok("events:CreateArchive", ArchiveName="kept", EventSourceArn=SHOP, **params)


def replayed(run, name="again", rules=(), until="2026-01-02T00:00:00Z", begin="2026-01-01T00:00:00Z"):
    destination = {"Arn": SHOP, **({"FilterArns": list(rules)} if rules else {})}
    return run.ok(
        "events:StartReplay",
        ReplayName=name,
        EventSourceArn=KEPT,
        EventStartTime=begin,
        EventEndTime=until,
        Destination=destination,
    )


def test_an_archive_keeps_what_its_pattern_wants_and_counts_it():
    run = an_account()
    archived(run, EventPattern=json.dumps({"detail": {"order": [1]}}), RetentionDays=1)
    put(run, {"order": 1})
    put(run, {"order": 2})
    found = run.ok("events:DescribeArchive", ArchiveName="kept")
    assert (found["EventCount"], found["SizeBytes"] > 200) == (1, True)
    run.until(25 * HOUR)
    found = run.ok("events:DescribeArchive", ArchiveName="kept")
    assert (found["EventCount"], found["SizeBytes"]) == (0, 0)


def test_a_replay_goes_to_the_chosen_rule_only_and_names_itself():
    run = an_account()
    chosen = a_rule(run)
    a_rule(run, "second")
    a_target(run)
    a_target(run, "archive", "second")
    archived(run)
    for order in range(3):
        put(run, {"order": order}, at=order * SECOND)
    first, others = bodies(run), bodies(run, "archive")
    assert len(first) == len(others) == 3
    assert replayed(run, rules=[chosen])["State"] == "STARTING"
    run.until(run.simulation.now_at + 5 * SECOND)
    again = bodies(run)
    assert [event["detail"] for event in again] == [event["detail"] for event in first]
    assert {event["replay-name"] for event in again} == {"again"}
    assert not {event["id"] for event in again} & {event["id"] for event in first}
    assert bodies(run, "archive") == []
    found = run.ok("events:DescribeReplay", ReplayName="again")
    assert (found["State"], found["EventLastReplayedTime"]) == ("COMPLETED", 1767225602.0)
    assert run.ok("events:DescribeArchive", ArchiveName="kept")["EventCount"] == 3


def test_a_replay_has_a_window():
    run = an_account()
    a_rule(run)
    a_target(run)
    archived(run)
    for order in range(4):
        put(run, {"order": order}, at=order * 60 * SECOND)
    bodies(run)
    replayed(run, begin="2026-01-01T00:01:00Z", until="2026-01-01T00:03:00Z")
    run.until(run.simulation.now_at + 5 * SECOND)
    assert [event["detail"]["order"] for event in bodies(run)] == [1, 2]


def test_a_replay_can_be_cancelled_once():
    run = an_account()
    archived(run)
    put(run)
    replayed(run)
    assert run.ok("events:CancelReplay", ReplayName="again")["State"] == "CANCELLING"
    assert run.no("events:CancelReplay", ReplayName="again")[0] == "IllegalStatusException"
    run.until(run.simulation.now_at + 2 * SECOND)
    assert run.ok("events:DescribeReplay", ReplayName="again")["State"] == "CANCELLED"
    assert not [row for row in run.records() if row["kind"] == "EventReplayed"]


# ── schedules ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("expression", "instants"),
    [("rate(10 minutes)", [600, 1200, 1800]), ("cron(0/20 * * * ? *)", [1200, 2400]), ("cron(5 0 * * ? *)", [300])],
)
def test_a_scheduled_rule_fires_at_exact_instants_and_leaves_the_run_quiet(expression, instants):
    run = an_account()
    rule = run.ok("events:PutRule", Name="tick", ScheduleExpression=expression)["RuleArn"]
    run.ok("events:PutTargets", Rule="tick", Targets=[{"Id": "q", "Arn": arn("archive")}])
    assert run.simulation.quiet
    run.until(max(instants) * SECOND)
    fired = [row["at"] // SECOND for row in run.records() if row["kind"] == "ScheduleFired"]
    assert fired == instants
    event = bodies(run, "archive")[0]
    assert (event["detail-type"], event["source"], event["resources"], event["detail"]) == (
        "Scheduled Event",
        "aws.events",
        [rule],
        {},
    )
    run.ok("events:DisableRule", Name="tick")
    run.until(24 * HOUR)
    assert not [row for row in run.records() if row["kind"] == "ScheduleFired"]


def test_a_target_that_was_broken_for_two_hours_gets_what_it_missed_and_the_other_nothing_twice():
    run = an_account()
    broken = a_rule(run, "broken")
    a_rule(run, "sound")
    a_target(run, "orders", "broken", RetryPolicy={"MaximumRetryAttempts": 2}, DeadLetterConfig={"Arn": arn("letters")})
    a_target(run, "archive", "sound")
    archived(run)
    run.command("playground:PutFault", Target="broken.Targets.orders", Kind="outage", Until="2 h")
    for number in range(12):
        put(run, {"order": number}, at=number * 600 * SECOND)
    run.until(3 * HOUR)
    assert [event["detail"]["order"] for event in bodies(run, "letters")] == list(range(12))
    assert (len(bodies(run)), len(bodies(run, "archive"))) == (0, 12)
    replayed(run, rules=[broken])
    run.until(4 * HOUR)
    assert [event["detail"]["order"] for event in bodies(run)] == list(range(12))
    assert bodies(run, "archive") == []


def test_a_template_that_aws_would_refuse_in_part_is_delivered_as_far_as_it_goes():
    """What a drawing says is not checked by PutTargets: a path that is none keeps the event back, and says so."""
    target = {"Id": "t", "Arn": arn("orders"), "InputPath": "detail", "RetryPolicy": {"MaximumRetryAttempts": "x"}}
    rule = {"EventPattern": {"source": ["shop"]}, "Targets": [target, "nothing", {"Arn": 7}]}
    topology = a_topology(Orders=a_queue("orders"), Wants={"Type": "AWS::Events::Rule", "Properties": rule})
    run = Run(topology)
    put(run, EventBusName="default")
    run.until(HOUR)
    ended = [(row["kind"], row["error_type"]) for row in run.records() if row["kind"] == "DispatchDiscarded"]
    assert ended == [
        ("DispatchDiscarded", "INVALID_JSON"),
        ("DispatchDiscarded", "NO_RESOURCE"),
        ("DispatchDiscarded", "NO_RESOURCE"),
    ]
