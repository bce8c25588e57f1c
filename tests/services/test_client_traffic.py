"""Traffic: once, at a rate, in a burst; numbered bodies and variants."""

from __future__ import annotations

import pytest

from tests.builders import SECOND, Run, arn, queues_only, url


def start(run: Run, **params) -> str:
    return run.ok("client:StartTraffic", **{"TargetArn": arn("orders"), "MessageBody": "order {{index}}", **params})[
        "TrafficId"
    ]


def bodies(run: Run) -> list[str]:
    environment = run.simulation.environment
    return [
        environment.bodies.text(environment.subjects.body[row["subject"]])
        for row in run.records()
        if row["kind"] == "MessageSent"
    ]


def test_once_sends_one_message_and_says_so():
    run = Run(queues_only())
    start(run, at=2 * SECOND)
    run.until(2 * SECOND)
    _, applied, started, sent, ended = run.records()
    orders = run.topology.node("Orders").index
    assert (started["kind"], started["target"], started["mode"], started["count"], started["cause"]) == (
        "TrafficStarted",
        orders,
        "once",
        1,
        applied["sequence"],
    )
    assert (sent["kind"], sent["at"], sent["request"], sent["cause"], sent["link"]) == (
        "MessageSent",
        2 * SECOND,
        started["subject"],
        started["sequence"],
        run.topology.link("send:Orders").index,
    )
    assert (ended["kind"], ended["sent"], ended["subject"]) == ("TrafficEnded", 1, started["subject"])


def test_a_rate_sends_the_first_message_at_once_and_the_others_evenly_without_adding_up_errors():
    run = Run(queues_only())
    start(run, Mode="rate", RatePerSecond=3, Count=7)
    run.until(10 * SECOND)
    ats = [row["at"] for row in run.records() if row["kind"] == "MessageSent"]
    assert ats == [0, 333_333, 666_666, SECOND, 1_333_333, 1_666_666, 2 * SECOND]


def test_a_rate_below_one_a_second():
    run = Run(queues_only())
    start(run, Mode="rate", RatePerSecond=0.5, Count=3)
    run.until(10 * SECOND)
    assert [row["at"] for row in run.records() if row["kind"] == "MessageSent"] == [0, 2 * SECOND, 4 * SECOND]


def test_a_burst_sends_all_at_one_instant_a_hundred_to_a_notice():
    run = Run(queues_only())
    start(run, Mode="burst", Count=250)
    run.simulation.step()
    assert run.simulation.world.nouns[run.topology.node("Orders").index].visible_count == 100
    run.until(0)
    assert run.counts() == (250, 0, 0)


def test_bodies_are_numbered_and_every_nth_is_a_variant_the_first_that_fits():
    run = Run(queues_only())
    variants = [{"Every": 4, "MessageBody": "fourth"}, {"Every": 2, "MessageBody": "second {{index}}"}]
    start(run, Mode="burst", Count=5, Variants=variants)
    run.until(0)
    assert bodies(run) == ["order 1", "second 2", "order 3", "fourth", "order 5"]


def test_endless_traffic_is_stopped_by_its_id_and_is_never_quiet_until_then():
    run = Run(queues_only())
    traffic = start(run, Mode="rate", RatePerSecond=10)
    run.until(SECOND)
    assert not run.simulation.quiet
    assert run.ok("client:StopTraffic", at=SECOND, TrafficId=traffic) == {"Sent": 11}
    assert run.simulation.quiet
    assert run.no("client:StopTraffic", TrafficId=traffic) == (
        "NoSuchTraffic",
        f"There is no traffic {traffic} running.",
    )
    (row,) = run.ok("client:ListTraffic")["Traffic"]
    assert (row["Sent"], row["State"], row["Count"]) == (11, "ENDED", None)


def test_a_body_that_has_become_too_long_for_the_queue_is_refused_in_the_trace_and_traffic_goes_on():
    run = Run(queues_only())
    start(run, Mode="rate", RatePerSecond=1, Count=3, MessageBody="x" * 2000)
    run.ok("sqs:SetQueueAttributes", QueueUrl=url("orders"), Attributes={"MaximumMessageSize": "1024"}, at=1_500_000)
    run.until(3 * SECOND)
    rows = run.records()
    assert run.counts() == (2, 0, 0)
    refused = next(row for row in rows if row["kind"] == "RequestRefused")
    assert (refused["at"], refused["code"], refused["message"]) == (
        2 * SECOND,
        "InvalidParameterValue",
        "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    )


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"TargetArn": arn("none")}, "NoSuchTarget"),
        ({"TargetArn": 7}, "NoSuchTarget"),
        ({"Mode": "often"}, "InvalidTraffic"),
        ({"Mode": "rate"}, "InvalidTraffic"),
        ({"Mode": "rate", "RatePerSecond": 0}, "InvalidTraffic"),
        ({"Mode": "burst", "Count": 0}, "InvalidTraffic"),
        ({"Count": "5"}, "InvalidTraffic"),
        ({"MessageBody": ""}, "InvalidTraffic"),
        ({"MessageBody": "\ud800"}, "InvalidMessageContents"),
        ({"MessageBody": "x" * 1_048_577}, "InvalidParameterValue"),
        ({"Variants": [{"Every": 0, "MessageBody": "x"}]}, "InvalidTraffic"),
        ({"Variants": [{"Every": 2}]}, "InvalidTraffic"),
        ({"Variants": 7}, "InvalidTraffic"),
    ],
)
def test_what_traffic_is_refused(params, code):
    run = Run(queues_only())
    given = {"TargetArn": arn("orders"), "MessageBody": "order", **params}
    assert run.no("client:StartTraffic", **given)[0] == code
    assert run.records()[-1]["kind"] == "RequestRefused"


def test_traffic_with_message_attributes_fills_their_templates_and_gives_them_to_each_message():
    run = Run(queues_only())
    attributes = {"country": {"DataType": "String", "StringValue": "c{{index % 2}}"}}
    start(run, Mode="burst", Count=2, MessageAttributes=attributes)
    run.until(SECOND)
    received = run.receive(MessageAttributeNames=["All"])
    assert [each["MessageAttributes"]["country"]["StringValue"] for each in received] == ["c1", "c0"]


@pytest.mark.parametrize("attributes", [{"a": 7}, ["a"], "a"])
def test_traffic_with_attributes_of_another_shape_is_refused(attributes):
    run = Run(queues_only())
    params = {"TargetArn": arn("orders"), "MessageBody": "a", "MessageAttributes": attributes}
    assert run.no("client:StartTraffic", **params)[0] == "InvalidTraffic"
