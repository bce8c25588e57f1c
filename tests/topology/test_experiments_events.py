"""What the gallery says that happens when one tries its experiments: destinations, order, decoupling, buses."""

from __future__ import annotations

import json

from tests.topology.playing import HOUR, SECOND, Play, experiment, play

SCHEMA = {"RegistryName": "discovered-schemas", "SchemaName": "shop.orders@OrderPlaced"}


@experiment("on-success-on-failure", 1)
def test_without_a_second_chance_more_fail_and_sooner():
    hasty = play("on-success-on-failure", {"MaximumRetryAttempts: 1": "MaximumRetryAttempts: 0"}, 45 * SECOND)
    assert hasty["Failures", "FailureArrived"] > play("on-success-on-failure")["Failures", "FailureArrived"] > 0


@experiment("on-success-on-failure", 2)
def test_a_record_goes_back_as_the_request_it_tells_of():
    run = play("on-success-on-failure")
    failed = run.present("Failures")
    run.ask("lambda:UpdateFunctionCode", FunctionName="convert", Behaviour={"failures": []}).redrive("Failures").until(
        2 * HOUR
    )
    assert (run["Converted", "ObjectCreated"], run.present("Failures"), run.present("ConvertDlq")) == (40, 0, failed)


@experiment("on-success-on-failure", 3)
def test_a_destination_that_is_away_is_waited_for():
    run = Play("on-success-on-failure", sends=False)
    run.ask("playground:PutFault", Target="Store", Kind="outage", Until="1 h").send().until()
    assert (run["Store", "EventNotAccepted"] > 100, run["Store", "InvocationStarted"]) == (True, 0)
    run.until(3 * HOUR)
    assert run["Store", "EventDelivered"] == run["Convert", "EventDelivered"] > 0


def test_more_die_behind_the_queue_that_keeps_order():
    run = play("standard-beside-fifo")
    assert (run["InOrderDlq", "DeadLetterJoinedGroup"], run["AsTheyComeDlq", "DeadLetterJoinedGroup"]) == (14, 10)


@experiment("standard-beside-fifo", 1)
def test_one_group_for_all_is_order_for_all_and_stops_the_shop():
    def done_at(**other):
        run, at = Play("standard-beside-fifo", **other), 0
        while run["InOrder", "MessageDeleted"] + run["InOrder", "MessageMovedToDeadLetterQueue"] < 90:
            at += 5
            run.until(at * SECOND)
        return at

    assert done_at(MessageGroupId="shop") > 4 * done_at()


@experiment("standard-beside-fifo", 2)
def test_alone_in_its_batch_poison_dies_alone_on_either_side():
    size = "Queue: !GetAtt InOrder.Arn\n            BatchSize: "
    run = play("standard-beside-fifo", {f"{size}5": f"{size}1"})
    assert run["InOrderDlq", "DeadLetterJoinedGroup"] == run["AsTheyComeDlq", "DeadLetterJoinedGroup"] == 10


@experiment("choreography-beside-orchestration", 1)
def test_who_knows_the_whole_refunds_what_is_not_shipped():
    run = play("choreography-beside-orchestration", {"rate: 0.4": "rate: 0.9"})
    assert run["ReserveDlq", "FailureArrived"] > 20
    assert run["RefundStep", "InvocationSucceeded"] == 40 - run["ShippedByMachine", "MessageSent"] > 20


@experiment("choreography-beside-orchestration", 2)
def test_with_stock_both_ship_all():
    run = play("choreography-beside-orchestration", {"- rate: 0.4": "- rate: 0"})
    assert run["ShippedByEvents", "MessageSent"] == run["ShippedByMachine", "MessageSent"] == 40


@experiment("filtered-fan-out", 1)
def test_no_order_is_that_big():
    run = play("filtered-fan-out", {"numeric: ['>=', 100]": "numeric: ['>=', 1000]"})
    assert (run["Audit", "MessageSent"], run["BigOrders", "MessageSent"]) == (60, 0)


@experiment("filtered-fan-out", 2)
def test_without_a_policy_a_subscriber_gets_all():
    policy = "      FilterPolicyScope: MessageBody\n      FilterPolicy:\n        country: [{anything-but: [CH]}]\n"
    assert play("filtered-fan-out", {policy: ""})["Abroad", "MessageSent"] == 60


@experiment("behind-the-contract", 1)
def test_the_inside_is_exchanged_and_no_invoice_is_missing():
    run = Play("behind-the-contract").until(20 * SECOND)
    run.ask("events:EnableRule", Name="to-invoicing", EventBusName="shop")
    run.ask("events:DisableRule", Name="to-invoices", EventBusName="shop").until()
    assert (run["Invoices", "EventDelivered"], run["Invoicing", "StatesExecutionSucceeded"]) == (21, 39)
    assert run["Written", "ObjectCreated"] == 60


@experiment("behind-the-contract", 2)
def test_two_rules_are_two_copies():
    assert play("behind-the-contract", {"State: DISABLED": "State: ENABLED"})["Written", "ObjectCreated"] == 120


@experiment("cascading-failure", 1)
def test_latency_is_as_bad_as_an_outage_for_who_waits():
    slow = {"{Kind: outage, From: 20 s, Until: 80 s}": "{Kind: latency, Latency: 4 s, From: 20 s, Until: 80 s}"}
    run = play("cascading-failure", slow)
    assert (run["LostOrders", "FailureArrived"], run["OpenPayments", "MessageDeleted"]) == (120, 180)


@experiment("cascading-failure", 2)
def test_lambda_s_own_retries_keep_the_orders_too():
    retried = {
        "EventInvokeConfig:\n        MaximumRetryAttempts: 0": "EventInvokeConfig:\n        MaximumRetryAttempts: 2"
    }
    assert play("cascading-failure", retried)["LostOrders", "FailureArrived"] == 0


@experiment("event-buses", 1)
def test_a_bucket_speaks_on_the_default_bus():
    run = Play("event-buses", sends=False)
    run.ask("client:StartTraffic", TargetArn=run.arn("Uploads"), Mode="once", MessageBody="x", Key="a.jpg").until()
    assert (run["OnUpload", "RuleMatched"], [json.loads(text)["key"] for text in run.bodies("Thumbnails")]) == (
        1,
        ["a.jpg"],
    )


@experiment("event-buses", 2)
def test_a_pattern_without_a_limit_fits_the_small_orders_too():
    pattern = '{"detail-type": ["OrderPlaced"]}'
    run = Play("event-buses", sends=False).ask(
        "events:PutRule", Name="big-orders", EventBusName="shop", EventPattern=pattern
    )
    assert run.send().until()["default-bus", "EventPut"] == 58


@experiment("event-buses", 3)
def test_only_the_partner_puts_events_on_its_bus():
    run = Play("event-buses", sends=False)
    body = '{"Source": "aws.partner/example.com/crm", "DetailType": "CustomerAdded", "Detail": {"id": 1}}'
    run.ask("client:StartTraffic", TargetArn=run.arn("Crm"), Mode="once", MessageBody=body).until()
    assert (run["client", "RequestGivenUp"], run.present("Welcome")) == (1, 0)


def test_a_discoverer_in_the_template_learns_from_the_first_event():
    run = play("schemas-from-traffic")
    assert run["Shop", "DiscovererStarted"] == 1
    assert [
        each["SchemaVersion"] for each in run.ask("schemas:ListSchemaVersions", **SCHEMA).answer["SchemaVersions"]
    ] == ["2", "1"]
    (difference,) = run.ask("schemas:GetSchemaDifference", **SCHEMA, SchemaVersion="2", FromVersion="1").answer[
        "Differences"
    ]
    assert (difference["path"], difference["change"]) == ("$.detail.coupon", "added")


@experiment("schemas-from-traffic", 1)
def test_code_for_a_schema_is_what_the_example_imports():
    run = play("schemas-from-traffic").ask("schemas:PutCodeBinding", **SCHEMA, Language="Python36")
    files = run.ask("schemas:GetCodeBindingSource", **SCHEMA, Language="Python36").answer["Files"]
    assert "class AWSEvent" in files["schema/shop/orders/orderplaced/__init__.py"]
    assert "from schema.shop.orders.orderplaced import AWSEvent" in run.example.deleted.after


@experiment("schemas-from-traffic", 2)
def test_a_text_where_a_number_was_is_a_version():
    body = '{"Source": "shop.orders", "DetailType": "OrderPlaced", "Detail": {"orderId": "ord_1", "amount": "42"}}'
    run = play("schemas-from-traffic").send(Count=1, MessageBody=body, Variants=[]).until(2 * HOUR)
    assert len(run.ask("schemas:ListSchemaVersions", **SCHEMA).answer["SchemaVersions"]) == 3


def replayed(*rules: str) -> Play:
    run = play("archive-and-replay", until=5 * HOUR)
    window = {"EventStartTime": "2026-01-01T00:30:00Z", "EventEndTime": "2026-01-01T02:30:00Z"}
    to = {"Arn": run.arn("Shop"), "FilterArns": [run.arn(rule) for rule in rules]}
    run.ask("events:StartReplay", ReplayName="missed", EventSourceArn=run.arn("ShopArchive"), Destination=to, **window)
    return run.until(8 * HOUR)


@experiment("archive-and-replay", 1)
def test_a_replay_to_one_rule_is_seen_by_it_alone():
    run = replayed("ToBilling")
    assert (run["Billing", "MessageSent"], run["Analytics", "MessageSent"]) == (216, 216)


@experiment("archive-and-replay", 2)
def test_a_replay_to_all_counts_twice():
    run = replayed("ToBilling", "ToAnalytics")
    assert (run["Billing", "MessageSent"], run["Analytics", "MessageSent"]) == (216, 216 + 144)
