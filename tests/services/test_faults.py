"""Faults: put, planned and taken away; what each kind does at each door; every failure names its fault as the cause."""

from __future__ import annotations

from typing import Any

import pytest

from flows.topology.compile import compile_topology
from tests.builders import ACCOUNT, MINUTE, REGION, SECOND, Run, a_queue, an_order_topology, arn, url
from tests.fanout import a_fan_out, topic_arn

MS = 1000


def fault(run: Run, target: str, kind: str, **params: Any) -> str:
    return run.ok("playground:PutFault", Target=target, Kind=kind, **params)["FaultId"]


def test_an_outage_is_recorded_as_it_begins_and_ends():
    run = Run(an_order_topology())
    fault(run, "Orders", "outage", From="10 s", Until="25 s")
    run.until(MINUTE)
    planned, began, ended = [row for row in run.records() if row["kind"].startswith("Fault")]
    assert (planned["kind"], planned["at"], planned["begins_at"], planned["ends_at"]) == (
        "FaultPlanned",
        0,
        10 * SECOND,
        25 * SECOND,
    )
    assert (began["kind"], began["at"], began["what"], began["ends_at"], began["cause"]) == (
        "FaultBegan",
        10 * SECOND,
        "outage",
        15 * SECOND,
        planned["sequence"],
    )
    assert (ended["kind"], ended["at"], ended["cause"]) == ("FaultEnded", 25 * SECOND, began["sequence"])


def test_a_fault_without_an_end_stays_until_it_is_deleted():
    run = Run(an_order_topology())
    name = fault(run, "Orders", "outage")
    (row,) = run.ok("playground:ListFaults")["Faults"]
    assert (row["FaultId"], row["Target"], row["State"], row["Until"]) == (name, "Orders", "ON", -1)
    run.ok("playground:DeleteFault", FaultId=name, at=5 * SECOND)
    assert run.ok("playground:ListFaults") == {"Faults": []}
    assert run.story() == [(0, "Orders", "FaultBegan"), (5 * SECOND, "Orders", "FaultDeleted")]
    assert run.no("playground:DeleteFault", FaultId=name)[0] == "NoSuchFault"


def test_an_outage_of_a_queue_stops_its_mapping_and_its_end_wakes_it():
    run = Run(an_order_topology())
    run.send("before", DelaySeconds=5)
    fault(run, "Orders", "outage", Until="30 s")
    run.until(MINUTE)
    received = [row["at"] for row in run.records() if row["kind"] == "MessageReceived"]
    assert received == [30 * SECOND]


def test_an_outage_of_the_way_from_the_queue_stops_the_mapping_too():
    run = Run(an_order_topology())
    fault(run, "Mapping", "outage", Until="30 s")
    run.send("order")
    run.until(MINUTE)
    assert [row["at"] for row in run.records() if row["kind"] == "MessageReceived"] == [30 * SECOND]


def test_an_outage_of_a_function_throttles_its_mapping_and_costs_receives():
    run = Run(an_order_topology(queue={"VisibilityTimeout": 10}))
    fault(run, "ChargeCard", "outage", Until="15 s")
    run.send("order")
    run.until(MINUTE)
    rows = run.records()
    began = next(row["sequence"] for row in rows if row["kind"] == "FaultBegan")
    throttled = [row for row in rows if row["kind"] == "MappingThrottled"]
    assert [(row["at"], row["cause"]) for row in throttled] == [(0, began), (10 * SECOND, began)]
    assert [row["at"] for row in rows if row["kind"] == "InvocationStarted"] == [20 * SECOND]


def test_an_outage_of_a_function_is_an_invocation_error_of_its_events():
    run = Run(a_fan_out())
    fault(run, "Resize", "outage", Until="10 s")
    run.ok("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload="{}")
    run.until(MINUTE)
    rows = run.records()
    began = next(row["sequence"] for row in rows if row["kind"] == "FaultBegan")
    refused = [row for row in rows if row["kind"] == "EventNotAccepted"]
    assert [row["at"] for row in refused] == [0, SECOND, 3 * SECOND, 7 * SECOND]
    assert {row["cause"] for row in refused} == {began}
    assert [row["at"] for row in rows if row["kind"] == "InvocationStarted"] == [15 * SECOND]


def test_latency_of_a_function_makes_its_invocations_longer_up_to_its_timeout():
    run = Run(a_fan_out(Timeout=3))
    fault(run, "Resize", "latency", Latency="2 s")
    run.ok("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload="{}")
    run.until(3 * SECOND)
    (ended,) = [row for row in run.records() if row["kind"] == "InvocationSucceeded"]
    assert (ended["at"], ended["duration"]) == (2100 * MS, 2100 * MS)
    fault(run, "Resize", "latency", Latency="2 s")
    run.ok("lambda:Invoke", FunctionName="resize", InvocationType="Event", Payload="{}")
    run.until(10 * SECOND)
    assert [row["at"] for row in run.records() if row["kind"] == "InvocationTimedOut"] == [6 * SECOND]


def test_a_throttle_lets_so_many_pass_in_each_second():
    run = Run(a_fan_out())
    fault(run, "ToArchive", "throttle", PerSecond=2)
    for _ in range(5):
        run.ok("sns:Publish", TopicArn=topic_arn("events"), Message="x")
    run.until(100 * MS)
    assert run.counts("archive") == (2, 0, 0)
    run.until(1500 * MS)
    assert run.counts("archive") == (4, 0, 0)
    run.until(MINUTE)
    assert run.counts("archive") == (5, 0, 0)


def test_an_error_rate_strikes_about_that_share_and_the_same_in_every_run():
    def struck() -> list[int]:
        run = Run(a_fan_out())
        fault(run, "ToArchive", "error-rate", Rate=0.3)
        for _ in range(200):
            run.ok("sns:Publish", TopicArn=topic_arn("events"), Message="x")
        run.until(0)
        return [row["subject"] for row in run.records() if row["kind"] == "NotificationFailed" and row["attempt"] == 1]

    first = struck()
    assert 40 <= len(first) <= 80
    assert first == struck()


def test_traffic_meets_the_fault_and_the_clients_sdk_tries_again():
    run = Run(an_order_topology())
    fault(run, "Orders", "outage", Until="500 ms")
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=3, MessageBody="order")
    run.until(MINUTE)
    rows = run.records()
    assert sum(row["kind"] == "MessageSent" for row in rows) == sum(row["kind"] == "RequestAnswered" for row in rows)
    began = next(row["sequence"] for row in rows if row["kind"] == "FaultBegan")
    assert {row["cause"] for row in rows if row["kind"] == "RequestFailed" and row["attempt"] == 1} == {began}


def test_a_fault_on_the_way_from_the_client_leaves_others_alone():
    run = Run(an_order_topology())
    fault(run, "send:Orders", "outage")
    run.ok("client:ConfigureSdk", MaxAttempts=1)
    assert run.no("sqs:SendMessage", QueueUrl=url("orders"), MessageBody="x")[0] == "ServiceUnavailable"
    run.send("x", queue="orders-dlq")


@pytest.mark.parametrize(
    ("target", "params", "code"),
    [
        ("Nothing", {"Kind": "outage"}, "NoSuchTarget"),
        ("client", {"Kind": "outage"}, "NoSuchTarget"),
        ("Orders", {"Kind": "plague"}, "InvalidFault"),
        ("Orders", {"Kind": "error-rate"}, "InvalidFault"),
        ("Orders", {"Kind": "error-rate", "Rate": 2}, "InvalidFault"),
        ("Orders", {"Kind": "latency", "Latency": "long"}, "InvalidFault"),
        ("Orders", {"Kind": "outage", "From": "10 s", "Until": "5 s"}, "InvalidFault"),
        ("Mapping", {"Kind": "latency", "Latency": "1 s"}, "InvalidFault"),
        ("Orders.RedrivePolicy", {"Kind": "outage"}, "InvalidFault"),
    ],
)
def test_what_is_no_fault(target, params, code):
    assert Run(an_order_topology()).no("playground:PutFault", Target=target, **params)[0] == code


def test_a_document_plans_faults_on_nodes_and_links():
    queue = {**a_queue("orders"), "playground": {"faults": [{"Kind": "outage", "From": "1 min", "Until": "2 min"}]}}
    document = {
        "format": 1,
        "name": "planned",
        "region": REGION,
        "account": ACCOUNT,
        "resources": {"Orders": queue},
        "playground": {"links": {"send:Orders": {"faults": [{"Kind": "latency", "Latency": "1 s"}]}}},
    }
    run = Run(compile_topology(document))
    run.until(3 * MINUTE)
    assert run.story() == [
        (0, "Orders", "FaultPlanned"),
        (0, "Orders", "FaultBegan"),
        (MINUTE, "Orders", "FaultBegan"),
        (2 * MINUTE, "Orders", "FaultEnded"),
    ]
