"""EventBridge's operations: what they answer, what they refuse, and in which words."""

from __future__ import annotations

import json

import pytest

from tests.builders import SECOND, arn
from tests.services.events_cast import SHOP, a_rule, a_target, an_account, bodies, put

ENDPOINT = "https://example.com/orders"
ANYTHING = '{"source": ["shop"]}'
NAMES = (
    "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy "
    r"regular expression pattern: [\.\-_A-Za-z0-9]+"
)


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        (
            {"Name": "r"},
            ("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified."),
        ),
        (
            {"Name": "r", "ScheduleExpression": "rate(1 minutes)"},
            ("ValidationException", "Parameter ScheduleExpression is not valid."),
        ),
        (
            {"Name": "r", "ScheduleExpression": "rate(5 minutes)", "EventBusName": "shop"},
            ("ValidationException", "ScheduleExpression is supported only on the default event bus."),
        ),
        (
            {"Name": "r", "EventPattern": ANYTHING, "EventBusName": "nowhere"},
            ("ResourceNotFoundException", "Event bus nowhere does not exist."),
        ),
        (
            {"Name": "a b", "EventPattern": ANYTHING},
            ("ValidationException", NAMES),
        ),
    ],
)
def test_rules_that_are_none_are_refused(params, refusal):
    assert an_account().no("events:PutRule", **params) == refusal


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": "orders"}, "Parameter orders is not valid. Reason: Provided Arn is not in correct format."),
        (
            {"Arn": arn("orders.fifo")},
            "Parameter(s) SqsParameters must be specified for target: t.",
        ),
        (
            {"Arn": arn("orders"), "InputTransformer": {"InputPathsMap": {}, "InputTemplate": '"<x>"'}},
            "InputTemplate for target t contains invalid placeholder x.",
        ),
        (
            {
                "Arn": arn("orders"),
                "InputTransformer": {"InputPathsMap": {"aws.events.x": "$.a"}, "InputTemplate": '"<aws.events.x>"'},
            },
            "InputPathsMap for target t contains reserved key aws.events.x.",
        ),
    ],
)
def test_targets_that_are_none_are_refused(target, message):
    run = an_account()
    a_rule(run)
    refused = run.no("events:PutTargets", Rule="all", EventBusName="shop", Targets=[{"Id": "t", **target}])
    assert refused == ("ValidationException", message)


def test_a_rule_has_five_targets_and_goes_only_without():
    run = an_account()
    a_rule(run)
    targets = [{"Id": f"t{number}", "Arn": arn("orders")} for number in range(6)]
    over = run.no("events:PutTargets", Rule="all", EventBusName="shop", Targets=targets)
    assert over == ("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    run.ok("events:PutTargets", Rule="all", EventBusName="shop", Targets=targets[:5])
    refused = run.no("events:DeleteRule", Name="all", EventBusName="shop")
    assert refused == ("ValidationException", "Rule can't be deleted since it has targets.")
    run.ok("events:RemoveTargets", Rule="all", EventBusName="shop", Ids=[target["Id"] for target in targets])
    run.ok("events:DeleteRule", Name="all", EventBusName="shop")
    assert run.ok("events:ListRules", EventBusName="shop") == {"Rules": []}


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ({"Input": '{"always": 1}'}, {"always": 1}),
        ({"InputPath": "$.detail.items[1]"}, {"sku": "b"}),
        ({"InputPath": "$.detail.items[*].sku"}, ["a", "b"]),
        ({"InputPath": "$.detail.nothing"}, None),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"who": "$.detail.who", "items": "$.detail.items", "no": "$.detail.no"},
                    "InputTemplate": '{"text": "for <who>", "items": <items>, "who": <who>, "rule": "<aws.events.rule-name>", '
                    '"no": <no>}',
                }
            },
            {"text": 'for A "B"', "items": [{"sku": "a"}, {"sku": "b"}], "who": 'A "B"', "rule": "all", "no": ""},
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"items": "$.detail.items"},
                    "InputTemplate": '"<items> by <aws.events.rule-arn>"',
                }
            },
            "[{sku:a},{sku:b}] by arn:aws:events:eu-west-1:123456789012:rule/shop/all",
        ),
    ],
)
def test_a_target_gets_its_event_in_the_form_it_wants(form, body):
    run = an_account()
    a_rule(run)
    a_target(run, **form)
    put(run, {"who": 'A "B"', "items": [{"sku": "a"}, {"sku": "b"}]})
    assert bodies(run) == [body]


def test_the_event_without_its_detail_and_whole_are_variables_of_every_template():
    run = an_account()
    a_rule(run)
    template = '{"head": <aws.events.event>, "whole": <aws.events.event.json>, "at": <aws.events.event.ingestion-time>}'
    a_target(run, InputTransformer={"InputTemplate": template})
    put(run, {"order": 1})
    found = bodies(run)[0]
    head = {name: value for name, value in found["whole"].items() if name not in ("detail", "detail-type")}
    assert found["head"] == {**head, "detailType": "OrderPlaced"}
    assert found["whole"]["detail"] == {"order": 1}
    assert found["at"] == "2026-01-01T00:00:00Z"


def test_the_default_bus_is_always_there_and_stays():
    run = an_account()
    assert run.ok("events:DescribeEventBus")["Name"] == "default"
    names = [row["Name"] for row in run.ok("events:ListEventBuses")["EventBuses"]]
    assert names == ["default", "shop"]
    assert run.no("events:DeleteEventBus", Name="default")[1] == "Cannot delete event bus default."
    assert run.no("events:CreateEventBus", Name="default")[1] == "Event bus default already exists."


def test_a_partners_events_flow_once_its_source_has_a_bus():
    run = an_account()
    source = "aws.partner/example.com/orders"
    run.ok("events:CreatePartnerEventSource", Name=source, Account="123456789012")
    entry = {"Source": source, "DetailType": "Sold", "Detail": '{"order": 9}'}
    assert run.ok("events:PutPartnerEvents", Entries=[entry])["FailedEntryCount"] == 1
    assert run.ok("events:DescribeEventSource", Name=source)["State"] == "PENDING"
    run.ok("events:CreateEventBus", Name=source, EventSourceName=source)
    a_rule(run, "sold", {"detail-type": ["Sold"]}, bus=source)
    a_target(run, "orders", "sold", source)
    assert run.ok("events:PutPartnerEvents", Entries=[entry])["FailedEntryCount"] == 0
    assert [event["detail"] for event in bodies(run)] == [{"order": 9}]
    run.ok("events:DeactivateEventSource", Name=source)
    assert run.ok("events:PutPartnerEvents", Entries=[entry])["FailedEntryCount"] == 1


def test_an_api_destination_takes_so_many_requests_a_second():
    run = an_account()
    basic = {"BasicAuthParameters": {"Username": "u", "Password": "p"}}
    made = run.ok("events:CreateConnection", Name="c", AuthorizationType="BASIC", AuthParameters=basic)
    assert run.ok("events:DescribeConnection", Name="c")["AuthParameters"] == {"BasicAuthParameters": {"Username": "u"}}
    destination = run.ok(
        "events:CreateApiDestination",
        Name="hook",
        ConnectionArn=made["ConnectionArn"],
        InvocationEndpoint=ENDPOINT,
        HttpMethod="POST",
        InvocationRateLimitPerSecond=2,
    )
    a_rule(run)
    target = {"Id": "hook", "Arn": destination["ApiDestinationArn"]}
    run.ok("events:PutTargets", Rule="all", EventBusName="shop", Targets=[target])
    for order in range(4):
        put(run, {"order": order})
    run.until(10 * SECOND)
    reached = [row["at"] for row in run.records() if row["kind"] == "StubReached"]
    assert reached == [0, SECOND // 2, SECOND, 3 * SECOND // 2]


def test_events_of_services_that_are_not_simulated_are_put_by_hand_from_samples():
    run = an_account()
    samples = run.ok("events:ListSampleEvents")["Entries"]
    stopped = next(sample for sample in samples if sample["Source"] == "aws.ec2")
    a_rule(run, "stopped", {"source": ["aws.ec2"], "detail": {"state": ["stopped"]}}, bus="default")
    a_target(run, "orders", "stopped", "default")
    assert run.ok("events:AnnounceEvents", Entries=[stopped])["FailedEntryCount"] == 0
    event = bodies(run)[0]
    assert (event["detail-type"], event["detail"]["state"]) == ("EC2 Instance State-change Notification", "stopped")
    run.ok("client:StartTraffic", TargetArn=SHOP.replace("shop", "default"), MessageBody=json.dumps(stopped))
    run.until(SECOND)
    assert [each["source"] for each in bodies(run)] == ["aws.ec2"]
    assert run.no("events:AnnounceEvents", Entries=[7])[0] == "ValidationException"


def test_archives_and_replays_ask_for_what_is_there():
    run = an_account()
    nowhere = SHOP.replace("shop", "nowhere")
    assert (
        run.no("events:CreateArchive", ArchiveName="a", EventSourceArn=nowhere)[1]
        == "Event bus nowhere does not exist."
    )
    assert run.no("events:DescribeArchive", ArchiveName="a")[1] == "Archive a does not exist."
    assert run.no("events:DescribeReplay", ReplayName="r")[1] == "Replay r does not exist."
    window = {"EventStartTime": 0, "EventEndTime": 10}
    archive = SHOP.replace("event-bus/shop", "archive/a")
    refused = run.no("events:StartReplay", ReplayName="r", EventSourceArn=archive, Destination={"Arn": SHOP}, **window)
    assert refused[1] == "Parameter EventSourceArn is not valid. Reason: Archive a does not exist."


def test_a_page_of_rules_says_where_the_next_begins():
    run = an_account()
    for number in range(5):
        a_rule(run, f"r{number}")
    first = run.ok("events:ListRules", EventBusName="shop", Limit=3)
    rest = run.ok("events:ListRules", EventBusName="shop", Limit=3, NextToken=first["NextToken"])
    assert [row["Name"] for row in [*first["Rules"], *rest["Rules"]]] == [f"r{number}" for number in range(5)]
    assert "NextToken" not in rest


def test_the_policy_of_a_bus_is_kept_and_answered():
    run = an_account()
    run.ok("events:PutPermission", EventBusName="shop", Action="events:PutEvents", Principal="*", StatementId="all")
    policy = json.loads(run.ok("events:DescribeEventBus", Name="shop")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["all"]
    run.ok("events:RemovePermission", EventBusName="shop", StatementId="all")
    assert "Policy" not in run.ok("events:DescribeEventBus", Name="shop")
